//! `unknown-provider-group`

use crate::condition::{GroupKey, fold};
use crate::lint::known_groups::{KnownGroups, NamedGroup, named_groups};
use crate::lint::{Level, Lint, Subject};
use crate::scim::{Group, Record};
use crate::source::{Problem, Severity, closest, quoted};

pub(super) const LINT: Lint = Lint {
    name: "unknown-provider-group",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/group-assignment",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A rule that names a provider group which no group of the snapshot is called. It says so where the name is the `id` or the
`externalId` of a group, a group that has been renamed, or one that differs in case where case counts. Silent where the
snapshot has no groups, or not all of them.

## Why it matters

The rule takes nobody, or with `excludes` leaves nobody out, and nothing in Control Panel shows it.

## Avoid

```yaml
groups: { rule-based: [Finance] }
group-assignment:
  - rule: finance
    when: provider.groups includes "EU-Finanze"
    groups: [Finance]
snapshot: { groups: groups.json }
```

```json groups.json
[ { "id": "1", "displayName": "EU-Finance", "members": [] } ]
```

## Prefer

```yaml
groups: { rule-based: [Finance] }
group-assignment:
  - rule: finance
    when: provider.groups includes "EU-Finance"
    groups: [Finance]
snapshot: { groups: groups.json }
```

```json groups.json
[ { "id": "1", "displayName": "EU-Finance", "members": [] } ]
```

## Source

https://www.palantir.com/docs/foundry/authentication/group-assignment

## Fix

None. Which group is meant is for a person to say.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(known) = subject.known_groups() else { return };
    for rule in subject.config.rules().filter(|rule| rule.enabled) {
        for named in named_groups(&rule).into_iter().filter(|named| is_unknown(known, named)) {
            let message = format!("rule `{}` names the group {}, which the snapshot does not have", rule.name, quoted(&named.name));
            let (label, help) = explanation(subject, known, &named);
            let fact = named.comparison.path.to_string();
            problems.push(LINT.problem(named.place, message).fact(&[&fact]).label(label).help(help));
        }
    }
}

/// Whether the snapshot lacks a group, and no lint that knows more of it says so.
pub(super) fn is_unknown(known: &KnownGroups<'_>, named: &NamedGroup<'_>) -> bool {
    !known.bears(named) && !known.is_of_the_wrong_form(named) && !super::group_name_case::is_found_in_other_case(known, named)
}

/// What is known of such a name: a label and what to do.
fn explanation(subject: &Subject<'_>, known: &KnownGroups<'_>, named: &NamedGroup<'_>) -> (String, String) {
    let name = named.name.as_str();
    let called = |group: &Record<Group>| group.resource.display_name().known().flatten().map(quoted).unwrap_or_default();
    if let Some(group) = known.with_id(name) {
        return ("the `id` of a group".to_owned(), format!("name the group as it is called: {}", called(group)));
    }
    match named.key {
        GroupKey::DisplayName => {
            if let Some(group) = known.with_external_id(name) {
                let help = format!("name the group as it is called: {}, or ask for `provider.groups.externalId`", called(group));
                return ("the `externalId` of a group".to_owned(), help);
            }
            if let Some(group) = renamed(subject, known, name) {
                return ("what a group was called".to_owned(), format!("name it as it is called now: {}", called(group)));
            }
        }
        GroupKey::ExternalId => {
            if let Some(id) = known.with_external_id_like(name).and_then(|group| group.resource.external_id().known().flatten()) {
                return ("differs in case, which counts".to_owned(), format!("write {}", quoted(id)));
            }
            if let Some(id) = known.called(name).and_then(|group| group.resource.external_id().known().flatten()) {
                let help = format!("write its `externalId`, {}, or ask for `provider.groups`", quoted(id));
                return ("the name of a group".to_owned(), help);
            }
        }
    }
    let near = (named.key == GroupKey::DisplayName).then(|| closest(name, known.names())).flatten();
    let help = match near {
        Some(near) => format!("did you mean {}?", quoted(near)),
        None => "correct the name, or assign the group to the Entra application and export the groups again".to_owned(),
    };
    ("no group is called so".to_owned(), help)
}

/// The group of the snapshot that Foundry's export still has under a former name: their Provider ID is the same.
fn renamed<'s>(subject: &Subject<'_>, known: &KnownGroups<'s>, name: &str) -> Option<&'s Record<Group>> {
    let export = subject.project.foundry.as_ref()?;
    let folded = fold(name);
    let former = export.groups().iter().filter(|group| fold(&group.name) == folded);
    former.filter_map(|group| export.provider_id(&group.id)).find_map(|id| known.with_external_id(id))
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{findings, places};

    const GROUPS: &str = r#"[{"id":"g1","displayName":"EU-Finance","externalId":"x-Fin"},{"id":"g2","displayName":"Ops","externalId":"x-Ops"}]"#;

    fn document(when: &str) -> String {
        format!(
            "groups: {{ rule-based: [G] }}\ngroup-assignment:\n- rule: a\n  when: {when}\n  groups: [G]\nsnapshot: {{ groups: \
             g.json }}\n"
        )
    }

    fn check(when: &str, groups: &str) -> Vec<String> {
        places(&LINT, &[("vestibule.yaml", &document(when)), ("g.json", groups)])
    }

    #[test]
    fn names_of_no_group_are_underlined() {
        assert_eq!(check(r#"provider.groups includes "Sales""#, GROUPS), [r#"vestibule.yaml:4:34 "Sales""#]);
        assert_eq!(check(r#"provider.groups in ["Ops", "Sales"]"#, GROUPS), [r#"vestibule.yaml:4:36 "Sales""#]);
        assert_eq!(check("provider.groups excludes /Sales/", GROUPS), ["vestibule.yaml:4:35 Sales"]);
        assert_eq!(check(r#"provider.groups includes "Sales""#, "[]").len(), 1, "no groups is known to be none");
    }

    #[test]
    fn it_says_what_is_known_of_the_name() {
        let said = |when: &str| {
            let document = format!("{}foundry: {{ groups: f.json, provider-info: p.json }}\n", document(when));
            let foundry = ("f.json", r#"[{"id":"f1","name":"EU-Money","realm":"r"}]"#);
            let files = [("vestibule.yaml", document.as_str()), ("g.json", GROUPS), foundry, ("p.json", r#"[{"id":"f1","providerId":"x-Fin"}]"#)];
            let found = findings(&LINT, &files);
            found.iter().map(|finding| finding.primary().label.clone()).collect::<Vec<_>>().join("; ")
        };
        for (when, expected) in [
            (r#"provider.groups includes "g1""#, "the `id` of a group"),
            (r#"provider.groups includes "x-Ops""#, "the `externalId` of a group"),
            (r#"provider.groups includes "eu-money""#, "what a group was called"),
            (r#"provider.groups.externalId includes "x-ops""#, "differs in case, which counts"),
            (r#"provider.groups.externalId includes "Ops""#, "the name of a group"),
            (r#"provider.groups includes "EU-Finanze""#, "no group is called so"),
        ] {
            assert_eq!(said(when), expected, "{when}");
        }
    }

    #[test]
    fn known_names_and_unknown_groups_are_silent() {
        for when in [r#"provider.groups includes "ops""#, "provider.groups includes /EU-.*/", r#"provider.groups sw "Z""#, "provider.groups pr"] {
            assert!(check(when, GROUPS).is_empty(), "{when}");
        }
        let half = r#"{"totalResults":5,"Resources":[{"id":"g1","displayName":"Ops"}]}"#;
        assert!(check(r#"provider.groups includes "Sales""#, half).is_empty());
        let nothing = document(r#"provider.groups includes "Sales""#).replace("snapshot: { groups: g.json }\n", "");
        assert!(places(&LINT, &[("vestibule.yaml", &nothing)]).is_empty());
    }
}
