//! `dangling-member`

use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "dangling-member",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.rfc-editor.org/rfc/rfc7643",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A member of a group that is neither a user nor a group of the snapshot.

## Why it matters

The snapshot is not the whole of what Foundry holds, or Entra has sent a membership of somebody it never provisioned. Rules
on that group are then evaluated over too few people.

## Avoid

```yaml
snapshot: { users: users.json, groups: groups.json }
```

```json users.json
[ { "id": "1", "userName": "ada@contoso.com" } ]
```

```json groups.json
[ { "id": "g1", "displayName": "EU-Finance", "members": [{ "value": "1" }, { "value": "404" }] } ]
```

## Prefer

```yaml
snapshot: { users: users.json, groups: groups.json }
```

```json users.json
[ { "id": "1", "userName": "ada@contoso.com" } ]
```

```json groups.json
[ { "id": "g1", "displayName": "EU-Finance", "members": [{ "value": "1" }] } ]
```

## Source

https://www.rfc-editor.org/rfc/rfc7643

## Fix

None. Export users and groups again at the same time; if the member stays, look for the user in Entra's provisioning log.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(snapshot) = &subject.project.snapshot else { return };
    problems.extend(snapshot.dangling_members());
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(groups: &str) -> Vec<String> {
        let users = r#"[{ "id": "1", "userName": "ada" }]"#;
        let document = "snapshot: { users: users.json, groups: groups.json }\n";
        places(&LINT, &[("vestibule.yaml", document), ("users.json", users), ("groups.json", groups)])
    }

    #[test]
    fn a_member_that_is_nobody_is_found() {
        let found = check(r#"[{ "id": "g", "displayName": "G", "members": [{ "value": "1" }, { "value": "x" }] }]"#);
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn users_and_groups_are_somebody() {
        let both = r#"[{ "id": "g", "displayName": "G", "members": [{ "value": "1" }, { "value": "h" }] }, { "id": "h", "displayName": "H" }]"#;
        assert!(check(both).is_empty());
    }
}
