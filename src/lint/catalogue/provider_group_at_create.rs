//! `provider-group-at-create`

use crate::condition::Input;
use crate::engine::availability::can_be_withheld;
use crate::lint::{Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "provider-group-at-create",
    severity: Severity::Warning,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

An organization rule over users that needs provider groups and so may not be run when SCIM creates a user.

## Why it matters

Entra creates users first and sends the members of groups in later requests. Foundry does not run organization rules that
use externally managed groups at the creation, and a later change of membership does not run them either. The user is
left to a later rule or to the fallback, and stays in the wrong organization until a login or an update of the user.

## Avoid

```yaml
organization-assignment:
  users:
    - rule: finance-eu
      when: provider.groups includes "EU-Finance"
      organization: Contoso EU
  fallback: Contoso Guests
```

## Prefer

A condition on what SCIM sends with the creation: `userName`, `externalId`, `active`, `displayName`, `emails` and `name`.

```yaml
organization-assignment:
  users:
    - rule: finance-eu
      when: email ew "@contoso.eu"
      organization: Contoso EU
  fallback: Contoso Guests
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None. Which attribute tells the same people apart is for a person to decide.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(section) = &subject.config.organization_assignment else { return };
    let is_group = |input: &Input| matches!(input, Input::ProviderGroups(_));
    for rule in section.users.iter().flatten().filter(|rule| rule.enabled) {
        let condition = &rule.when.condition;
        if !can_be_withheld(&condition.term, &is_group) {
            continue;
        }
        let mut tests = condition.tests().filter(|test| is_group(&test.input));
        let Some(first) = tests.next() else { continue };
        let message = format!("rule `{}` is not run when SCIM creates a user", rule.name.value);
        let mut problem = LINT
            .problem(rule.when.at.within(first.span), message)
            .label("no provider group is known yet")
            .help(
                "use an attribute that SCIM sends with the user, such as `email` or `userName`; otherwise these people \
                 are left to what comes after this rule until they log in",
            );
        for test in tests {
            problem = problem.related(rule.when.at.within(test.span), "nor here");
        }
        problems.push(problem);
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(when: &str) -> Vec<String> {
        let document = format!(
            "organization-assignment:\n  users:\n  - rule: a\n    when: {when}\n    organization: Contoso EU\n"
        );
        places(&LINT, &[("vestibule.yaml", &document)])
    }

    #[test]
    fn the_condition_on_groups_is_underlined() {
        assert_eq!(check(r#"provider.groups includes "A""#), [r#"vestibule.yaml:4:11 provider.groups includes "A""#]);
        assert_eq!(check(r#"active eq true and not provider.groups.externalId pr"#), [
            "vestibule.yaml:4:34 provider.groups.externalId pr"
        ]);
    }

    #[test]
    fn one_rule_is_one_finding() {
        assert_eq!(check(r#"provider.groups includes "A" or provider.groups includes "B""#).len(), 1);
    }

    #[test]
    fn a_rule_whose_verdict_never_rests_on_groups_is_silent() {
        assert!(check(r#"email ew "@contoso.eu""#).is_empty());
        assert!(check(r#"true or provider.groups includes "A""#).is_empty());
        assert!(check(r#"false and provider.groups includes "A""#).is_empty());
        assert!(check(r#"internal.groups includes "A""#).is_empty());
    }

    #[test]
    fn a_disjunct_that_needs_no_group_does_not_save_the_others() {
        assert_eq!(check(r#"email ew "@contoso.eu" or provider.groups includes "A""#).len(), 1);
    }

    #[test]
    fn rules_switched_off_and_other_rule_sets_are_silent() {
        let document = "organization-assignment:\n  users:\n  - { rule: a, enabled: false, when: provider.groups pr, \
                        organization: Contoso EU }\ngroups: { rule-based: [G] }\ngroup-assignment:\n- { rule: b, when: \
                        provider.groups pr, groups: [G] }\n";
        assert!(places(&LINT, &[("vestibule.yaml", document)]).is_empty());
    }
}
