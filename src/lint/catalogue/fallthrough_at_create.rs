//! `fallthrough-at-create`

use serde_json::json;

use crate::analysis::{Fall, Newcomers};
use super::unmapped_attribute::is_known_to_foundry;
use crate::condition::{Input, Test};
use crate::config::{Config, OrganizationName, Rule};
use crate::engine::Basis;
use crate::engine::availability::is_withheld_at_create;
use crate::lint::proofs::described;
use crate::lint::strandings::Stranding;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity, quoted};

pub(super) const LINT: Lint = Lint {
    name: "fallthrough-at-create",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

An organization rule that is not run when SCIM creates a user, so that people of the snapshot fall through it: a later
rule or the fallback puts them into another organization, until their next login. Without a snapshot of users it shows
somebody to whom that would happen, if there can be one. On a rule that it reports, `provider-group-at-create` and `unsynced-attribute-at-create` are silent.

## Why it matters

Entra creates a user first and sends the members of groups in later requests; attributes that Foundry does not sync
arrive with a login. Foundry does not run organization rules that use externally managed groups at the creation, and a
later change of membership does not run them either. Until a login, or for groups an update of the user, these people
see what another organization may see, and not what their own may.

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
    if !subject.creates_over_scim() {
        return;
    }
    let Some(section) = &subject.config.organization_assignment else { return };
    let rules = section.users.iter().flatten().filter(|rule| rule.enabled);
    problems.extend(rules.filter_map(|rule| problem_of(subject, rule)));
}

/// What this lint finds about a rule, whether it is selected or not.
pub(super) fn problem_of(subject: &Subject<'_>, rule: &Rule<OrganizationName>) -> Option<Problem> {
    let test = rule.when.condition.tests().find(|test| is_withheld_at_create(&test.input))?;
    let name = &rule.name.value;
    match subject.strandings() {
        Some(strandings) => {
            strandings.by_organization_rule(name).map(|stranding| problem(subject.config, rule, test, stranding))
        }
        None => possible_fall(subject, name).map(|fall| proved(subject.config, rule, test, &fall)),
    }
}

/// Somebody who would fall through a rule. None where it asks for what no login brings either, or waits for nothing but
/// the answer to a form: both are told otherwise.
fn possible_fall(subject: &Subject<'_>, rule: &str) -> Option<Box<Fall>> {
    let rule = subject.proofs().organization_rule(rule)?;
    let never_comes = |input: &Input| matches!(input, Input::Scim(attribute) if !is_known_to_foundry(subject.config, attribute));
    let tests = || rule.when.condition.tests();
    let mut withheld = tests().filter(|test| is_withheld_at_create(&test.input));
    if tests().any(|test| never_comes(&test.input)) || withheld.all(|test| is_answer(subject.config, &test.input)) {
        return None;
    }
    match subject.proofs().newcomers(rule.name) {
        Newcomers::Fall(fall) => Some(fall),
        Newcomers::Stand | Newcomers::Unknown => None,
    }
}

/// Whether an input is what people answer in the intake form, and no claim brings it.
fn is_answer(config: &Config, input: &Input) -> bool {
    let Input::Foundry(name) = input else { return false };
    let form = config.user_intake.as_ref().and_then(|intake| intake.form.as_ref());
    form.is_some_and(|form| form.attributes.iter().any(|asked| asked.as_str() == name))
        && !config.provider.attribute_mapping.attributes.contains_key(name)
}

fn proved(config: &Config, rule: &Rule<OrganizationName>, test: &Test, fall: &Fall) -> Problem {
    let organization = &fall.created.organization;
    let place = organization.as_ref().map_or("in no organization".to_owned(), |name| format!("in `{name}`"));
    let message = format!(
        "{} would stand {place} until the next login, because rule `{}` is not run at the creation",
        described(&fall.witness),
        rule.name.value
    );
    let mut witness = fall.witness.to_json();
    witness["expect"] = json!({ "organization": organization });
    let problem = told(rule, test, message).witness(witness);
    let by = if fall.created.rule.is_some() { Basis::Rule } else { Basis::Fallback };
    let rules = config.organization_assignment.iter().flat_map(|section| section.users.iter().flatten());
    let mut rules = rules.enumerate();
    let taker = fall.created.rule.and_then(|taker| rules.find(|(index, _)| *index == taker.index));
    taken_here(config, problem, fall.witness.user_name(), by, taker.map(|(_, rule)| rule.name.value.as_str()))
}

fn told(rule: &Rule<OrganizationName>, test: &Test, message: String) -> Problem {
    LINT.problem(rule.when.at.within(test.span), message).label(format!("`{}` is not known yet", test.name)).help(
        "use an attribute that SCIM sends with the user, such as `email` or `userName`; joining the group later runs no \
         rule, so only a login mends it, or an update of the user for what rests on groups",
    )
}

/// With the place that takes somebody instead.
fn taken_here(config: &Config, problem: Problem, name: &str, by: Basis, rule: Option<&str>) -> Problem {
    let taken = format!("{} is taken here instead", quoted(name));
    let Some(section) = &config.organization_assignment else { return problem };
    match (by, rule, &section.fallback) {
        (Basis::Fallback, _, Some(fallback)) => problem.related(fallback.at.value(), taken),
        (_, Some(name), _) => {
            let taker = section.users.iter().flatten().find(|rule| rule.name.value == name);
            match taker {
                Some(rule) => problem.related(rule.outcome.0.at.value(), taken),
                None => problem,
            }
        }
        _ => problem,
    }
}

fn problem(config: &Config, rule: &Rule<OrganizationName>, test: &Test, stranding: &Stranding) -> Problem {
    let people = match stranding.people.len() {
        1 => "1 person of the snapshot stands".to_owned(),
        several => format!("{several} people of the snapshot stand"),
    };
    let place = match &stranding.stand_in[..] {
        [Some(only)] => format!("in `{only}`"),
        [None] => "in no organization".to_owned(),
        _ => "in other organizations".to_owned(),
    };
    let message =
        format!("{people} {place} until the next login, because rule `{}` is not run at the creation", rule.name.value);
    let example = &stranding.example;
    let problem = told(rule, test, message).cases(stranding.people.iter().copied()).witness(example.witness.clone());
    taken_here(config, problem, &example.user_name, example.by, example.rule.as_deref())
}

/// Whether people fall through an organization rule, and that is reported: people of the snapshot, or without one
/// somebody who could be.
pub(super) fn falls_through(subject: &Subject<'_>, rule: &str) -> bool {
    subject.selects(LINT.name)
        && match subject.strandings() {
            Some(strandings) => strandings.by_organization_rule(rule).is_some(),
            None => possible_fall(subject, rule).is_some(),
        }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{findings, places};
    use crate::lint::lint_named;

    const USERS: &str = r#"[{"id":"1","userName":"ada","active":true,"title":"x"},
        {"id":"2","userName":"bob","active":true,"displayName":"b"}, {"id":"3","userName":"cy","active":false}]"#;
    const GROUPS: &str = r#"[{"id":"g","displayName":"A","members":[{"value":"1"},{"value":"2"},{"value":"3"}]}]"#;

    fn files(rules: &str) -> [(&'static str, String); 3] {
        let document = format!("{rules}snapshot: {{ users: u.json, groups: g.json }}\n");
        [("vestibule.yaml", document), ("u.json", USERS.to_owned()), ("g.json", GROUPS.to_owned())]
    }

    const GROUP_RULE: &str = "organization-assignment:\n  users:\n  - rule: r\n    when: provider.groups includes \"A\"\n    \
                              organization: Contoso EU\n  - { rule: b, when: displayName eq \"b\", organization: ORG }\n  \
                              fallback: Contoso Guests\n";

    fn check(rules: &str) -> Vec<(String, Vec<String>)> {
        let files = files(rules);
        let files = files.each_ref().map(|(file, content)| (*file, content.as_str()));
        let said = |finding: &crate::source::Finding| {
            let labels = finding.locations.iter().map(|location| format!("{}: {}", location.start.line, location.label));
            (finding.message.clone(), labels.collect())
        };
        findings(&LINT, &files).iter().map(said).collect()
    }

    #[test]
    fn people_and_where_they_stand_are_counted_and_one_is_shown() {
        let found = check(&GROUP_RULE.replace("ORG", "Contoso EU"));
        let message = "1 person of the snapshot stands in `Contoso Guests` until the next login, because rule `r` is not \
                       run at the creation";
        let labels = ["4: `provider.groups` is not known yet".to_owned(), "7: `ada` is taken here instead".to_owned()];
        assert_eq!(found, [(message.to_owned(), labels.to_vec())]);
        let found = check(&GROUP_RULE.replace("ORG", "Contoso Guests").replace("fallback: Contoso Guests", "fallback: Contoso EU"));
        assert_eq!(found[0].1[1], "6: `bob` is taken here instead");
    }

    #[test]
    fn the_example_can_be_tried() {
        let files = files(GROUP_RULE.replace("ORG", "Contoso EU").as_str());
        let files = files.each_ref().map(|(file, content)| (*file, content.as_str()));
        let witness = findings(&LINT, &files)[0].witness.clone().expect("a witness");
        assert_eq!((&witness["user"]["userName"], &witness["organizationAfterLogin"]), (&"ada".into(), &"Contoso EU".into()));
    }

    #[test]
    fn without_a_snapshot_somebody_is_made_up() {
        let rules = GROUP_RULE.replace("ORG", "Contoso EU");
        let found = findings(&LINT, &[("vestibule.yaml", &rules)]);
        let message = "`ada.lovelace@example.com` in `A` would stand in `Contoso Guests` until the next login, because rule `r` \
                       is not run at the creation";
        assert_eq!(found.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>(), [message]);
        let witness = found[0].witness.clone().unwrap_or_default();
        assert_eq!((&witness["groups"][0], &witness["expect"]["organization"]), (&"A".into(), &"Contoso Guests".into()));
        let same = rules.replace("fallback: Contoso Guests", "fallback: Contoso EU");
        assert!(findings(&LINT, &[("vestibule.yaml", &same)]).is_empty());
        let weaker = lint_named("provider-group-at-create").expect("a lint");
        assert!(places(weaker, &[("vestibule.yaml", &same)]).is_empty(), "everybody gets the same from what runs");
    }

    #[test]
    fn who_gets_the_same_organization_from_what_runs_does_not_fall_through() {
        let same = GROUP_RULE.replace("ORG", "Contoso EU").replace("fallback: Contoso Guests", "fallback: Contoso EU");
        assert!(check(&same).is_empty());
    }

    #[test]
    fn the_weaker_lints_are_silent_where_this_one_speaks() {
        let weaker = lint_named("provider-group-at-create").expect("a lint");
        let rules = GROUP_RULE.replace("ORG", "Contoso EU");
        let with = files(&rules);
        let with = with.each_ref().map(|(file, content)| (*file, content.as_str()));
        assert!(places(weaker, &with).is_empty());
        assert!(places(weaker, &[("vestibule.yaml", &rules)]).is_empty(), "without a snapshot");
        let ignored = format!("{rules}lint: {{ ignore: [fallthrough-at-create] }}\n");
        let ignored = files(&ignored);
        let ignored = ignored.each_ref().map(|(file, content)| (*file, content.as_str()));
        assert_eq!(places(weaker, &ignored).len(), 1, "where this one is switched off");
    }
}
