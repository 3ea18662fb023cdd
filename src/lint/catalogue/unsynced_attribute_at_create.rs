//! `unsynced-attribute-at-create`

use super::fallthrough_at_create::falls_through;
use super::unmapped_attribute::is_known_to_foundry;
use crate::condition::{Input, RuleSet};
use crate::config::Config;
use crate::engine::availability::{can_be_withheld, is_withheld_at_create};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "unsynced-attribute-at-create",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A rule that needs an attribute which Foundry does not sync over SCIM, and so may not be run when SCIM creates a user.

## Why it matters

Foundry syncs `userName`, `externalId`, `active`, `displayName`, `emails` and `name`. Other attributes may be mapped, but
their values arrive with the user's next login. Until then a rule on them stands on nothing: the person waits in another
organization, is admitted or refused for the wrong reason, or lacks a group.

That such a rule is *not run* is a reading: Palantir's guide says only that the value is not there.

## Avoid

```yaml
provider:
  name: contoso-entra
  attribute-mapping:
    provider-id: http://schemas.microsoft.com/identity/claims/objectidentifier
    attributes:
      department: { claim: department, scim: department }
groups: { rule-based: [Analysts] }
group-assignment:
  - rule: analysts
    when: attributes.department eq "Analytics"
    groups: [Analysts]
```

## Prefer

```yaml
groups: { rule-based: [Analysts] }
group-assignment:
  - rule: analysts
    when: email ew "@analytics.contoso.com"
    groups: [Analysts]
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
    for rule in subject.config.rules().filter(|rule| rule.enabled) {
        // What decides whether somebody is taken in has a lint of its own, and so have people who fall through.
        let is_elsewhere = match rule.set {
            RuleSet::UserIntake => subject.selects("intake-on-unavailable-input"),
            RuleSet::OrganizationUsers => falls_through(subject, rule.name),
            _ => false,
        };
        if is_elsewhere {
            continue;
        }
        let condition = &rule.when.condition;
        let is_unsynced = |input: &Input| is_unsynced(subject.config, input);
        if !can_be_withheld(&condition.term, &is_unsynced) {
            continue;
        }
        let unsynced = || condition.tests().filter(|test| is_unsynced(&test.input));
        let mut tests = unsynced();
        let Some(first) = tests.next() else { continue };
        let message = format!("rule `{}` is not run when SCIM creates a user", rule.name);
        let mut problem = LINT
            .problem(rule.when.at.within(first.path_span), message)
            .cases(unsynced().map(|test| rule.when.case(test.path_span)))
            .label(format!("`{}` is not known before the first login", first.name))
            .help("use an attribute that SCIM sends with the user, or accept that the rule waits for the first login");
        for test in tests {
            problem = problem.related(rule.when.at.within(test.path_span), "nor is this");
        }
        problems.push(problem);
    }
}

/// Whether Foundry learns the attribute at a login only. One that it never learns is another lint's.
pub(super) fn is_unsynced(config: &Config, input: &Input) -> bool {
    match input {
        Input::Scim(attribute) => !attribute.synced && is_known_to_foundry(config, attribute),
        // An answer to the intake form comes when the form is approved, and not from SCIM or a login.
        Input::Foundry(name) => is_withheld_at_create(input) && !is_answer(config, name),
        _ => false,
    }
}

/// Whether only the intake form fills an attribute.
fn is_answer(config: &Config, name: &str) -> bool {
    let form = config.user_intake.as_ref().and_then(|intake| intake.form.as_ref());
    let asks = form.is_some_and(|form| form.attributes.iter().any(|asked| asked.as_str() == name));
    asks && !config.provider.attribute_mapping.attributes.contains_key(name)
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    const MAPPING: &str = "provider:\n  name: x\n  attribute-mapping:\n    provider-id: oid\n    attributes:\n      d: { \
                           claim: c, scim: department }\n";

    fn check(when: &str) -> Vec<String> {
        let document = format!(
            "organization-assignment:\n  users:\n  - rule: a\n    when: {when}\n    organization: Contoso EU\n{MAPPING}lint: {{ \
             ignore: [fallthrough-at-create] }}\n"
        );
        places(&LINT, &[("vestibule.yaml", &document)])
    }

    #[test]
    fn foundry_attributes_and_mapped_scim_attributes_are_found_at_their_path() {
        assert_eq!(check(r#"attributes.d eq "x""#), ["vestibule.yaml:4:11 attributes.d"]);
        assert_eq!(check(r#"active eq true and department eq "x""#), ["vestibule.yaml:4:30 department"]);
    }

    #[test]
    fn answers_to_the_form_and_providers_without_scim_are_silent() {
        let rule = "groups: { rule-based: [G] }\ngroup-assignment: [{ rule: a, when: attributes.d pr, groups: [G] }]\n";
        let form = format!("{rule}user-intake: {{ form: {{ attributes: [d] }} }}\n");
        assert!(places(&LINT, &[("vestibule.yaml", &form)]).is_empty());
        let off = MAPPING.replace("  name: x\n", "  name: x\n  scim: { enabled: false }\n");
        assert!(places(&LINT, &[("vestibule.yaml", &format!("{rule}{off}"))]).is_empty());
        assert_eq!(places(&LINT, &[("vestibule.yaml", &format!("{rule}{MAPPING}"))]).len(), 1);
    }

    #[test]
    fn what_foundry_never_learns_and_what_it_always_knows_is_silent() {
        for when in [
            r#"costCenter eq "x""#,
            r#"attributes."multipass:email:primary" ew "@contoso.eu""#,
            r#"true or attributes.d pr"#,
            r#"provider.groups pr"#,
        ] {
            assert!(check(when).is_empty(), "{when}");
        }
    }
}
