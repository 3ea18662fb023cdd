//! `duplicate-external-id`

use crate::lint::{Level, Lint, Subject};
use crate::scim::Kind;
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "duplicate-external-id",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Two users, or two groups, of the snapshot with the same `externalId`. It compares exactly, as SCIM has it.

## Why it matters

Foundry identifies a person across logins by the Provider ID, which `externalId` must equal, and at most one user and one
group may have a given Provider ID in a realm. Two people with one ID cannot both log in as themselves.

## Avoid

```yaml
snapshot: { users: users.json }
```

```json users.json
[ { "id": "1", "userName": "ada@contoso.com", "externalId": "8aa1a0c0" },
  { "id": "2", "userName": "bo@contoso.com", "externalId": "8aa1a0c0" } ]
```

## Prefer

```yaml
snapshot: { users: users.json }
```

```json users.json
[ { "id": "1", "userName": "ada@contoso.com", "externalId": "8aa1a0c0" },
  { "id": "2", "userName": "bo@contoso.com", "externalId": "9bb2b1d1" } ]
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None. Map `externalId` in Entra from an identifier that is unique, such as `objectId`.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(snapshot) = &subject.project.snapshot else { return };
    for kind in [Kind::Users, Kind::Groups] {
        problems.extend(snapshot.duplicate_external_ids(kind));
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places_in_users;

    fn check(users: &str) -> Vec<String> {
        places_in_users(&LINT, users)
    }

    #[test]
    fn the_same_value_twice_is_found() {
        assert_eq!(check(r#"[{ "id": "1", "userName": "a", "externalId": "x" }, { "id": "2", "userName": "b", "externalId": "x" }]"#).len(), 1);
    }

    #[test]
    fn case_tells_values_apart_and_missing_values_are_not_equal() {
        let users = r#"[{ "id": "1", "userName": "a", "externalId": "x" }, { "id": "2", "userName": "b", "externalId": "X" },
            { "id": "3", "userName": "c" }, { "id": "4", "userName": "d", "externalId": null }]"#;
        assert!(check(users).is_empty());
    }
}
