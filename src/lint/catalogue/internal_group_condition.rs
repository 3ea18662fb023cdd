//! `internal-group-condition`

use crate::condition::{Input, RuleSet};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "internal-group-condition",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/org-assignment",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A rule of organization assignment that asks for an internal group of Foundry.

## Why it matters

Palantir advises against it. Whoever may edit an internal group decides with it who belongs to which organization, and so
who sees what; and a person who is new is in none, so the rule takes nobody until somebody has added the person by hand and
the person has logged in once more.

## Avoid

```yaml
groups: { internal: [Platform Admins] }
organization-assignment:
  users:
    - rule: administrators
      when: internal.groups includes "Platform Admins"
      organization: Contoso EU
  fallback: Contoso Guests
```

## Prefer

What the directory says of the person.

```yaml
groups: { internal: [Platform Admins] }
organization-assignment:
  users:
    - rule: administrators
      when: email in ["ada@contoso.eu", "bo@contoso.eu"]
      organization: Contoso EU
  fallback: Contoso Guests
```

## Source

https://www.palantir.com/docs/foundry/authentication/org-assignment

## Fix

None. What tells these people apart is for a person to decide.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let rules = subject.config.rules().filter(|rule| rule.enabled && rule.set == RuleSet::OrganizationUsers);
    for rule in rules {
        let by_hand = || rule.when.condition.tests().filter(|test| test.input == Input::InternalGroups);
        let mut tests = by_hand();
        let Some(first) = tests.next() else { continue };
        let message = format!("rule `{}` assigns an organization by a group that is kept by hand in Foundry", rule.name);
        let problem = LINT
            .problem(rule.when.at.within(first.path_span), message)
            .cases(by_hand().map(|test| rule.when.case(test.span)))
            .label("Palantir advises against it")
            .help("ask for a provider group, or for an attribute that the directory keeps");
        problems.push(tests.fold(problem, |problem, test| problem.related(rule.when.at.within(test.path_span), "here too")));
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(when: &str, enabled: bool) -> Vec<String> {
        let document = format!(
            "organization-assignment:\n  users:\n  - rule: a\n    when: {when}\n    organization: Contoso EU\n    enabled: \
             {enabled}\ngroups: {{ internal: [A, B] }}\n"
        );
        places(&LINT, &[("vestibule.yaml", &document)])
    }

    #[test]
    fn each_rule_is_found_once_at_its_first_path() {
        assert_eq!(check(r#"internal.groups includes "A""#, true), ["vestibule.yaml:4:11 internal.groups"]);
        assert_eq!(check(r#"active eq true and not (internal.groups in ["A", "B"] or internal.groups pr)"#, true), [
            "vestibule.yaml:4:35 internal.groups"
        ]);
    }

    #[test]
    fn provider_groups_and_rules_switched_off_are_silent() {
        assert!(check(r#"provider.groups includes "A""#, true).is_empty());
        assert!(check(r#"internal.groups includes "A""#, false).is_empty());
    }
}
