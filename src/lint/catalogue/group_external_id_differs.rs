//! `group-external-id-differs`

use crate::lint::records::about;
use crate::lint::{Level, Lint, Subject};
use crate::scim::{Fact, Group, Record};
use crate::source::{Problem, Route, Severity};

pub(super) const LINT: Lint = Lint {
    name: "group-external-id-differs",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Groups of the snapshot whose `externalId` and `displayName` differ. All of them make one finding, with the first ones
shown. A snapshot that was taken from Entra's own SCIM API has not passed the mapping and is not looked at.

## Why it matters

Foundry's guide asks for `externalId` and `displayName` of a group to come from the same source. Where they differ and
the group is renamed, its members may be locked out.

## Avoid

```yaml
snapshot: { groups: groups.json }
```

```json groups.json
[ { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "id": "1", "members": [],
    "displayName": "EU-Finance", "externalId": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159" } ]
```

## Prefer

```yaml
snapshot: { groups: groups.json }
```

```json groups.json
[ { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "id": "1", "members": [],
    "displayName": "EU-Finance", "externalId": "EU-Finance" } ]
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None. The values come from Entra's mapping; correct that, and let Entra send the groups again.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    const SHOWN: usize = 3;
    let Some(snapshot) = &subject.project.snapshot else { return };
    if snapshot.is_entra_dump() {
        return;
    }
    let differing: Vec<_> = snapshot.groups().iter().filter(|record| differs(&record.resource)).collect();
    let Some((first, others)) = differing.split_first() else { return };
    let message = format!(
        "{} of {} groups have an `externalId` that differs from their `displayName`",
        differing.len(),
        snapshot.groups().len()
    );
    let at = |record: &Record<Group>| {
        let spelling = record.resource.object().spelling("externalId").unwrap_or("externalId");
        record.place.value(Route::root().key(spelling))
    };
    let name = |record: &Record<Group>| format!("`{}`", record.resource.display_name().known().flatten().unwrap_or(""));
    let mut problem = LINT
        .problem(at(first), message)
        .label(format!("differs from the displayName {}", name(first)))
        .help("map both from the source attribute of the groups claim in Entra, and let it send the groups again");
    problem = about(problem, differing.iter().copied(), &["externalId"]);
    for record in others.iter().take(SHOWN - 1) {
        problem = problem.related(at(record), format!("so does this of {}", name(record)));
    }
    problems.push(problem);
}

fn differs(group: &Group) -> bool {
    match (group.external_id(), group.display_name()) {
        (Fact::Known(Some(external_id)), Fact::Known(Some(display_name))) => external_id != display_name,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(groups: &str) -> Vec<String> {
        places(&LINT, &[("vestibule.yaml", "snapshot: { groups: g.json }\n"), ("g.json", groups)])
    }

    #[test]
    fn the_value_of_the_first_group_is_underlined() {
        let groups = r#"[ {"id":"0","displayName":"B","externalId":"B"},
 {"id":"1","displayName":"A","externalId":"x"}, {"id":"2","displayName":"A","externalId":"y"} ]"#;
        assert_eq!(check(groups), [r#"g.json:2:43 "x""#]);
        let groups = r#"[{"id":"1","displayName":"A","externalID":"x"}]"#;
        assert_eq!(check(groups), [r#"g.json:1:43 "x""#], "names have no case");
    }

    #[test]
    fn case_counts_and_a_missing_name_does_not() {
        assert_eq!(check(r#"[{"id":"1","displayName":"A","externalId":"a"}]"#).len(), 1);
        assert!(check(r#"[{"id":"1","displayName":"A"},{"id":"2","externalId":"a"}]"#).is_empty());
    }
}
