//! `duplicate-rule`

use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "duplicate-rule",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/group-assignment",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Two rules of one set with the same condition and the same result. Parts of a condition may stand in another order.

## Why it matters

The second does nothing. Whoever changes one of the two will not see the other.

## Avoid

```yaml
groups: { rule-based: [Staff] }
group-assignment:
  - rule: staff
    when: active eq true and email ew "@contoso.com"
    groups: [Staff]
  - rule: employees
    when: email ew "@contoso.com" and active eq true
    groups: [Staff]
```

## Prefer

```yaml
groups: { rule-based: [Staff] }
group-assignment:
  - rule: staff
    when: active eq true and email ew "@contoso.com"
    groups: [Staff]
```

## Source

https://www.palantir.com/docs/foundry/authentication/group-assignment

## Fix

None. Which of the two names is kept is for a person to decide.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let proofs = subject.proofs();
    for site in proofs.rules() {
        let Some(first) = proofs.duplicate_of(site.id).and_then(|first| proofs.site(first)) else { continue };
        let message = format!("rule `{}` has the condition and the result of rule `{}`", site.name, first.name);
        let problem = LINT
            .problem(site.when.at.value(), message)
            .label("the same again")
            .related(first.when.at.value(), "first here")
            .help("take one of the two out");
        problems.push(problem);
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(first: &str, second: &str) -> usize {
        let document = format!(
            "groups: {{ rule-based: [G, H] }}\ngroup-assignment:\n- {{ rule: a, {first} }}\n- {{ rule: b, {second} }}\n"
        );
        places(&LINT, &[("vestibule.yaml", &document)]).len()
    }

    #[test]
    fn the_same_condition_and_result_are_found_however_they_are_written() {
        assert_eq!(check("when: title pr, groups: [G]", "when: title ne null, groups: [G]"), 1);
        assert_eq!(check("when: title pr and active eq true, groups: [G, H]", "when: active eq TRUE and TITLE pr, groups: [H, G]"), 1);
        assert_eq!(check("when: true, groups: [G]", "when: true, groups: [G]"), 1);
    }

    #[test]
    fn another_condition_or_result_is_silent() {
        assert_eq!(check("when: title pr, groups: [G]", "when: title pr, groups: [H]"), 0);
        assert_eq!(check("when: title pr, groups: [G]", "when: title pr and active eq true, groups: [G]"), 0);
        assert_eq!(check("when: false, groups: [G]", "when: false, groups: [G]"), 0);
    }
}
