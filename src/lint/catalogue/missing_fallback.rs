//! `missing-fallback`

use crate::condition::Term;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "missing-fallback",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/org-assignment",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Organization rules over users without a `fallback` and without a last rule that takes everybody.

## Why it matters

A user whom no rule takes has no organization, and Foundry refuses the login. That also happens to people whose rule is
not run yet, because it needs something that Foundry does not know when SCIM creates them.

## Avoid

```yaml
organization-assignment:
  users:
    - rule: eu-mail
      when: email ew "@contoso.eu"
      organization: Contoso EU
```

## Prefer

```yaml
organization-assignment:
  users:
    - rule: eu-mail
      when: email ew "@contoso.eu"
      organization: Contoso EU
  fallback: Contoso Guests
```

## Source

https://www.palantir.com/docs/foundry/authentication/org-assignment

## Fix

None. Which organization strangers may enter is for a person to decide.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(section) = &subject.config.organization_assignment else { return };
    let Some(rules) = &section.users else { return };
    let takes_everybody = rules.iter().any(|rule| rule.enabled && matches!(rule.when.condition.term, Term::Constant(true)));
    if section.fallback.is_some() || takes_everybody {
        return;
    }
    problems.push(
        LINT.problem(section.at.key("users").name(), "a user whom no rule takes has no organization, and cannot log in")
            .label("there is no fallback after these rules")
            .help("add `fallback:` with the organization of everybody else"),
    );
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(section: &str) -> Vec<String> {
        places(&LINT, &[("vestibule.yaml", &format!("organization-assignment:\n{section}"))])
    }

    #[test]
    fn rules_alone_are_found() {
        let rule = "  users:\n  - { rule: a, when: title pr, organization: Contoso EU }\n";
        assert_eq!(check(rule), ["vestibule.yaml:2:3 users"]);
        assert_eq!(check("  users: []\n"), ["vestibule.yaml:2:3 users"]);
    }

    #[test]
    fn a_rule_that_is_switched_off_takes_nobody() {
        let rule = "  users:\n  - { rule: a, enabled: false, when: true, organization: Contoso EU }\n";
        assert_eq!(check(rule).len(), 1);
    }

    #[test]
    fn a_fallback_a_default_and_a_rule_for_everybody_are_silent() {
        assert!(check("  users: []\n  fallback: Contoso EU\n").is_empty());
        assert!(check("  default: Contoso EU\n").is_empty());
        assert!(check("  users: [{ rule: a, when: true, organization: Contoso EU }]\n").is_empty());
        assert!(check("  groups: [{ rule: a, when: true, organizations: [Contoso EU] }]\n").is_empty());
    }
}
