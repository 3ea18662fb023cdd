//! `template-name`

use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "template-name",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

What is wrong, in one sentence.

## Why it matters

What happens to people because of it.

## Avoid

```yaml
user-intake: { rules: [{ rule: wrong, when: active eq false, decision: refuse }] }
```

## Prefer

```yaml
user-intake: { rules: [{ rule: right, when: active eq false, decision: refuse }] }
```

## Source

https://www.palantir.com/docs/foundry/authentication/

## Fix

None.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for rule in subject.config.rules().filter(|rule| rule.enabled) {
        let is_wrong = false;
        if is_wrong {
            let message = format!("rule `{}` …", rule.name);
            problems.push(LINT.problem(rule.when.at.value(), message).label("here").help("say what to do"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(when: &str) -> Vec<String> {
        let document = format!("user-intake:\n  rules:\n  - rule: a\n    when: {when}\n    decision: refuse\n");
        places(&LINT, &[("vestibule.yaml", &document)])
    }

    #[test]
    #[ignore = "the template finds nothing"]
    fn what_is_wrong_is_underlined() {
        assert_eq!(check("title pr"), ["vestibule.yaml:4:11 title pr"]);
    }

    #[test]
    #[ignore = "the template finds nothing"]
    fn what_is_right_is_silent() {
        assert!(check("true").is_empty());
        panic!("say here what must be silent");
    }
}
