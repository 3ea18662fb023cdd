//! `refuse-everyone`

use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "refuse-everyone",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/user-intake",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

User intake that admits nobody, at any event.

## Why it matters

Nobody can log in, not even who could mend it. Often the default refuses and no rule admits, or a refusing rule stands before
all that admit.

## Avoid

```yaml
user-intake:
  rules:
    - rule: leavers
      when: active eq false
      decision: refuse
  default: refuse
```

## Prefer

```yaml
user-intake:
  rules:
    - rule: staff
      when: active eq true
      decision: admit
  default: refuse
```

## Source

https://www.palantir.com/docs/foundry/authentication/user-intake

## Fix

None. Who is to get in is for a person to decide.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(intake) = &subject.config.user_intake else { return };
    if subject.proofs().analysis.borrow().refuses_everybody() != Some(true) {
        return;
    }
    problems.push(
        LINT.problem(intake.at.name(), "user intake admits nobody, at any event")
            .label("everybody is refused here")
            .help("add a rule with `decision: admit` before those that refuse, or say `default: admit`"),
    );
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(intake: &str) -> usize {
        places(&LINT, &[("vestibule.yaml", &format!("user-intake:\n{intake}"))]).len()
    }

    #[test]
    fn intake_without_anybody_admitted_is_found() {
        assert_eq!(check("  default: refuse\n"), 1);
        assert_eq!(check("  rules: [{ rule: a, when: true, decision: refuse }]\n"), 1);
        let split = "  rules:\n  - { rule: a, when: active eq true, decision: refuse }\n  - { rule: b, when: active eq false, \
                     decision: refuse }\n";
        assert_eq!(check(split), 1);
        assert_eq!(check("  rules: [{ rule: a, when: not (userName pr), decision: admit }]\n  default: refuse\n"), 1);
    }

    #[test]
    fn one_who_is_admitted_at_some_event_is_enough() {
        assert_eq!(check("  default: admit\n"), 0);
        assert_eq!(check("  rules: [{ rule: a, when: provider.groups pr, decision: admit }]\n  default: refuse\n"), 0);
        assert_eq!(check("  rules: [{ rule: a, when: title pr, decision: refuse }]\n"), 0);
    }
}
