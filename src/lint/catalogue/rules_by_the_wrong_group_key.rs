//! `rules-by-the-wrong-group-key`

use crate::condition::GroupKey;
use crate::lint::known_groups::{Form, KnownGroups, NamedGroup, named_groups};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Case, Problem, Severity, quoted};

pub(super) const LINT: Lint = Lint {
    name: "rules-by-the-wrong-group-key",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A rule that names groups by name while all groups of the snapshot are called by their object id, or by object id while none
is.

## Why it matters

Provider groups are called what the groups claim and the mapping of `displayName` send. Where Entra sends object ids, no group
has the name that the rule asks for, and the rule never holds.

## Avoid

```yaml
groups: { rule-based: [Finance] }
group-assignment:
  - rule: finance
    when: provider.groups includes "EU-Finance"
    groups: [Finance]
snapshot: { groups: groups.json }
```

```json groups.json
[ { "id": "1", "displayName": "7c4d0d2a-5a3c-4f5e-9d0e-1b2c3d4e5f60", "members": [] } ]
```

## Prefer

```yaml
groups: { rule-based: [Finance] }
group-assignment:
  - rule: finance
    when: provider.groups includes "7c4d0d2a-5a3c-4f5e-9d0e-1b2c3d4e5f60"
    groups: [Finance]
snapshot: { groups: groups.json }
```

```json groups.json
[ { "id": "1", "displayName": "7c4d0d2a-5a3c-4f5e-9d0e-1b2c3d4e5f60", "members": [] } ]
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None. Name the groups as they are kept, or have Entra send their names on both sides.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(known) = subject.known_groups() else { return };
    for rule in subject.config.rules().filter(|rule| rule.enabled) {
        let wrong: Vec<_> = named_groups(&rule).into_iter().filter(|named| known.is_of_the_wrong_form(named)).collect();
        let Some((first, others)) = wrong.split_first() else { continue };
        let message = match known.form(first.key) {
            Form::ObjectIds => format!("rule `{}` names groups by name, and they are kept by object id", rule.name),
            _ => format!("rule `{}` names groups by object id, and they are kept by name", rule.name),
        };
        let cases = wrong.iter().map(|named| Case::new(&[&named.name]));
        let problem = LINT.problem(first.place.clone(), message).cases(cases).label("no group is called so").help(help(known, first));
        problems.push(others.iter().fold(problem, |problem, named| problem.related(named.place.clone(), "nor so")));
    }
}

fn help(known: &KnownGroups<'_>, named: &NamedGroup<'_>) -> String {
    let group = match named.key {
        GroupKey::DisplayName => known.with_external_id_like(&named.name).or_else(|| known.with_id(&named.name)),
        GroupKey::ExternalId => known.called(&named.name),
    };
    let kept = group.and_then(|group| match named.key {
        GroupKey::DisplayName => group.resource.display_name().known().flatten(),
        GroupKey::ExternalId => group.resource.external_id().known().flatten(),
    });
    match (kept, known.form(named.key)) {
        (Some(kept), _) => format!("write {}", quoted(kept)),
        (None, Form::ObjectIds) => "write the object id of the group, or let Entra send names on both sides".to_owned(),
        (None, _) => "write the name of the group, or let Entra send object ids on both sides".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{findings, places};

    const ID: &str = "7c4d0d2a-5a3c-4f5e-9d0e-1b2c3d4e5f60";

    fn files(when: &str, name: &str, external_id: &str) -> [(&'static str, String); 2] {
        let document = format!(
            "groups: {{ rule-based: [G] }}\ngroup-assignment:\n- rule: a\n  when: {when}\n  groups: [G]\nsnapshot: {{ groups: \
             g.json }}\n"
        );
        let groups = format!(r#"[{{"id":"1","displayName":"{name}","externalId":"{external_id}"}}]"#);
        [("vestibule.yaml", document), ("g.json", groups)]
    }

    fn check(when: &str, name: &str, external_id: &str) -> Vec<String> {
        let files = files(when, name, external_id);
        places(&LINT, &files.each_ref().map(|(name, text)| (*name, text.as_str())))
    }

    #[test]
    fn names_where_ids_are_kept_and_the_reverse_are_found_once_a_rule() {
        assert_eq!(check(r#"provider.groups in ["A", "B"]"#, ID, ID), [r#"vestibule.yaml:4:29 "A""#]);
        assert_eq!(check(&format!(r#"provider.groups includes "{ID}""#), "A", ID).len(), 1);
        assert_eq!(check(r#"provider.groups.externalId includes "A""#, "A", ID).len(), 1);
    }

    #[test]
    fn the_right_name_is_shown_where_the_snapshot_knows_it() {
        let files = files(&format!(r#"provider.groups includes "{ID}""#), "EU-Finance", ID);
        let found = findings(&LINT, &files.each_ref().map(|(name, text)| (*name, text.as_str())));
        assert_eq!(found[0].help.as_deref(), Some("write `EU-Finance`"));
    }

    #[test]
    fn groups_named_as_they_are_kept_are_silent() {
        assert!(check(&format!(r#"provider.groups includes "{ID}""#), ID, ID).is_empty());
        assert!(check(r#"provider.groups includes "A""#, "A", ID).is_empty());
        assert!(check(r#"provider.groups includes "Sales""#, "A", ID).is_empty(), "an unknown name is another lint's");
        assert!(check(&format!(r#"provider.groups.externalId includes "{ID}""#), "A", ID).is_empty());
    }
}
