//! `nested-group`

use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "nested-group",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-common-issues",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A group among the members of a group.

## Why it matters

Entra provisions the direct members of a group only, while a login's groups claim is flattened unless it holds just the
groups assigned to the application. The two sides then give a person different groups, and rules different answers.

## Avoid

```yaml
snapshot: { groups: groups.json }
```

```json groups.json
[ { "id": "g1", "displayName": "EU", "members": [{ "value": "g2", "type": "Group" }] },
  { "id": "g2", "displayName": "EU-Finance", "members": [] } ]
```

## Prefer

```yaml
snapshot: { groups: groups.json }
```

```json groups.json
[ { "id": "g1", "displayName": "EU", "members": [] },
  { "id": "g2", "displayName": "EU-Finance", "members": [] } ]
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-common-issues

## Fix

None. Assign the inner group to the application, or make its members direct members of the outer one.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(snapshot) = &subject.project.snapshot else { return };
    problems.extend(snapshot.nested_groups());
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(groups: &str) -> Vec<String> {
        places(&LINT, &[("vestibule.yaml", "snapshot: { groups: groups.json }\n"), ("groups.json", groups)])
    }

    #[test]
    fn a_group_is_known_by_its_id_where_no_type_is_sent() {
        let groups = r#"[{ "id": "g", "displayName": "G", "members": [{ "value": "h" }] }, { "id": "h", "displayName": "H" }]"#;
        assert_eq!(check(groups).len(), 1);
    }

    #[test]
    fn users_are_no_groups() {
        assert!(check(r#"[{ "id": "g", "displayName": "G", "members": [{ "value": "1" }] }]"#).is_empty());
    }
}
