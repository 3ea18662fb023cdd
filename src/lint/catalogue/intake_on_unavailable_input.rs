//! `intake-on-unavailable-input`

use super::unsynced_attribute_at_create::is_unsynced;
use super::provider_group_at_create::is_provider_group;
use super::vacuous_exclusion_at_create;
use crate::condition::{Input, RuleSet};
use crate::engine::availability::can_be_withheld;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "intake-on-unavailable-input",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A rule of user intake that needs provider groups, or an attribute which Foundry does not sync over SCIM. A rule that only
leaves out by group is `vacuous-exclusion-at-create`.

## Why it matters

User intake is evaluated when SCIM creates a user, and neither is there then. Whether the person is taken in is left to
what comes after the rule: somebody who should be kept out gets an account, or somebody who is expected is refused, and
nothing changes that before a login or an update of the user.

That such a rule is *not run* is a reading: Palantir's guide says it of organization assignment.

## Avoid

```yaml
user-intake:
  rules:
    - rule: invited
      when: provider.groups includes "Foundry-Users"
      decision: admit
  default: refuse
```

## Prefer

Let Entra decide who is provisioned, by assignment or by a scoping filter, and let intake ask for what SCIM sends with the
user.

```yaml
user-intake:
  rules:
    - rule: no-leavers
      when: active eq false
      decision: refuse
  default: admit
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None. Who may come in is for a person to decide.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    if !subject.creates_over_scim() {
        return;
    }
    let is_unavailable = |input: &Input| is_provider_group(input) || is_unsynced(subject.config, input);
    for rule in subject.config.rules().filter(|rule| rule.enabled && rule.set == RuleSet::UserIntake) {
        let condition = &rule.when.condition;
        if !can_be_withheld(&condition.term, &is_unavailable) {
            continue;
        }
        // A rule that only leaves out by group does worse where it is run.
        if vacuous_exclusion_at_create::speaks_of(subject, &rule, is_unavailable) {
            continue;
        }
        let unavailable = || condition.tests().filter(|test| is_unavailable(&test.input));
        let mut tests = unavailable();
        let Some(first) = tests.next() else { continue };
        let message =
            format!("intake rule `{}` may not be run when SCIM creates a user, so that what comes after it decides", rule.name);
        let problem = LINT
            .problem(rule.when.at.within(first.path_span), message)
            .cases(unavailable().map(|test| rule.when.case(test.span)))
            .label(format!("`{}` is not known yet", first.name))
            .help("ask for what SCIM sends with the user, and keep others out by the assignment of the Entra application");
        problems.push(tests.fold(problem, |problem, test| problem.related(rule.when.at.within(test.path_span), "nor is this")));
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(when: &str) -> Vec<String> {
        let document = format!(
            "user-intake:\n  rules:\n  - rule: a\n    when: {when}\n    decision: refuse\nprovider:\n  name: x\n  \
             attribute-mapping:\n    provider-id: oid\n    attributes:\n      d: {{ claim: c }}\n"
        );
        places(&LINT, &[("vestibule.yaml", &document)])
    }

    #[test]
    fn groups_and_attributes_are_found_at_their_path() {
        assert_eq!(check(r#"provider.groups includes "A""#), ["vestibule.yaml:4:11 provider.groups"]);
        assert_eq!(check(r#"active eq true and attributes.d pr"#), ["vestibule.yaml:4:30 attributes.d"]);
    }

    #[test]
    fn a_rule_that_only_leaves_out_by_group_is_another_lints() {
        assert!(check(r#"provider.groups excludes "A""#).is_empty());
        assert!(check(r#"not provider.groups includes "A""#).is_empty());
        assert_eq!(check(r#"provider.groups excludes "A" or attributes.d pr"#).len(), 1);
    }

    #[test]
    fn what_scim_sends_is_silent() {
        for when in ["active eq false", r#"userName sw "svc-""#, r#"email ew "@x" or true"#, r#"false and provider.groups pr"#] {
            assert!(check(when).is_empty(), "{when}");
        }
    }

    #[test]
    fn rules_switched_off_are_silent() {
        let document = "user-intake: { rules: [{ rule: a, enabled: false, when: provider.groups pr, decision: admit }] }\n";
        assert!(places(&LINT, &[("vestibule.yaml", document)]).is_empty());
    }
}
