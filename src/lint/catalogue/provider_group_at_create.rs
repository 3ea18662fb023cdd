//! `provider-group-at-create`

use super::fallthrough_at_create::falls_through;
use crate::analysis::Newcomers;
use crate::condition::Input;
use crate::config::{Config, OrganizationName, Rule};
use crate::engine::availability::can_be_withheld;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "provider-group-at-create",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

An organization rule over users that needs provider groups and so may not be run when SCIM creates a user. Where everybody
whom it takes at a login gets the same organization from the rules that do run, it is silent. Where people of the snapshot
are known to fall through it, or without a snapshot could, `fallthrough-at-create` is the finding instead.

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
    - rule: eu-mail
      when: email ew "@contoso.eu"
      organization: Contoso EU
  fallback: Contoso Guests
snapshot: { users: users.json, groups: groups.json }
```

```json users.json
[{ "id": "1", "userName": "ada@contoso.eu", "active": true, "emails": [{ "value": "ada@contoso.eu" }] }]
```

```json groups.json
[{ "id": "g", "displayName": "EU-Finance", "members": [{ "value": "1" }] }]
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
    if !subject.creates_over_scim() {
        return;
    }
    for rule in rules(subject.config) {
        // Where people fall through it, that is the finding; where nobody can, there is none.
        let name = &rule.name.value;
        if falls_through(subject, name) || subject.proofs().newcomers(name) == Newcomers::Stand {
            continue;
        }
        let message = format!("rule `{}` is not run when SCIM creates a user", rule.name.value);
        let problem = group_condition(&LINT, rule, message).map(|problem| {
            problem.help(
                "use an attribute that SCIM sends with the user, such as `email` or `userName`; otherwise these people \
                 are left to what comes after this rule until they log in, and joining the group later does not change \
                 that",
            )
        });
        problems.extend(problem);
    }
}

/// The organization rules over users that may not be run at the creation for want of provider groups.
pub(super) fn rules(config: &Config) -> impl Iterator<Item = &Rule<OrganizationName>> {
    let rules = config.organization_assignment.iter().flat_map(|section| section.users.iter().flatten());
    rules.filter(|rule| rule.enabled && can_be_withheld(&rule.when.condition.term, &is_provider_group))
}

/// A problem at the conditions of a rule that ask for provider groups.
pub(super) fn group_condition<O>(lint: &Lint, rule: &Rule<O>, message: String) -> Option<Problem> {
    let unknown = || rule.when.condition.tests().filter(|test| is_provider_group(&test.input));
    let mut tests = unknown();
    let first = tests.next()?;
    let problem = lint.problem(rule.when.at.within(first.span), message).label("no provider group is known yet");
    let problem = problem.cases(unknown().map(|test| rule.when.case(test.span)));
    Some(tests.fold(problem, |problem, test| problem.related(rule.when.at.within(test.span), "nor here")))
}

pub(super) fn is_provider_group(input: &Input) -> bool {
    matches!(input, Input::ProviderGroups(_))
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(when: &str) -> Vec<String> {
        let document = format!(
            "organization-assignment:\n  users:\n  - rule: a\n    when: {when}\n    organization: Contoso EU\nlint: {{ \
             ignore: [fallthrough-at-create] }}\n"
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
