//! `tautological-condition`

use crate::analysis::Always;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "tautological-condition",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/group-assignment",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A condition that every user satisfies, though it is not written `true`; for rules over provider groups, every group.

## Why it matters

It reads as if it chose somebody. Often `or` stands where `and` was meant: everybody differs from one of two values.

## Avoid

```yaml
user-intake:
  default: refuse
  rules:
    - rule: staff
      when: userName pr
      decision: admit
```

## Prefer

```yaml
user-intake:
  default: refuse
  rules:
    - rule: staff
      when: userName ew "@contoso.eu"
      decision: admit
```

## Source

https://www.palantir.com/docs/foundry/authentication/group-assignment

## Fix

None. What was meant is for a person to decide; where it is everybody, write `true`.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let proofs = subject.proofs();
    for site in proofs.rules().into_iter().filter(|site| !site.is_constant()) {
        let Some(always) = proofs.analysis.borrow().always_holds(site.id) else { continue };
        let (where_so, help) = match always {
            Always::Everywhere => ("", "write `true` if everybody is meant, else connect the parts with `and`"),
            Always::WhereItRuns => (
                ", wherever it is run",
                "connect the parts with `and` if somebody was to be left out; it is not run when SCIM creates a user, and \
                 `true` would be",
            ),
        };
        let message = format!("every {} satisfies the condition of rule `{}`{where_so}", site.whom(), site.name);
        problems.push(LINT.problem(site.when.at.value(), message).label("always so").help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::findings;

    fn check(when: &str) -> Vec<String> {
        let document = format!("user-intake:\n  rules:\n  - rule: a\n    when: {when}\n    decision: refuse\n");
        findings(&LINT, &[("vestibule.yaml", &document)]).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn what_everybody_satisfies_is_found() {
        for when in [
            "userName pr",
            "active eq true or active eq false",
            r#"email ne "a" or email ne "b""#,
            r#"userName ge "" "#,
            r#"not (emails eq "a" and not (emails pr))"#,
        ] {
            assert_eq!(check(when), ["every user satisfies the condition of rule `a`"], "{when}");
        }
    }

    #[test]
    fn what_is_not_run_at_the_creation_is_told_apart() {
        let message = "every user satisfies the condition of rule `a`, wherever it is run";
        assert_eq!(check("title pr or not (title pr)"), [message]);
    }

    #[test]
    fn what_somebody_does_not_satisfy_is_silent() {
        for when in ["true", "email pr", r#"emails ne "a""#, "userName matches /.*/", r#"provider.groups excludes "A""#] {
            assert!(check(when).is_empty(), "{when}");
        }
    }
}
