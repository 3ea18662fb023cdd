//! `duplicate-user-name`

use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "duplicate-user-name",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.rfc-editor.org/rfc/rfc7643",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Two users of the snapshot whose `userName` is the same apart from case.

## Why it matters

`userName` is unique and compares without case. A server that holds two such users answers the next change of one of them
with a conflict, and a login by that name can reach either.

## Avoid

```yaml
snapshot: { users: users.json }
```

```json users.json
[ { "id": "1", "userName": "ada@contoso.com" },
  { "id": "2", "userName": "Ada@contoso.com" } ]
```

## Prefer

```yaml
snapshot: { users: users.json }
```

```json users.json
[ { "id": "1", "userName": "ada@contoso.com" },
  { "id": "2", "userName": "ada.byron@contoso.com" } ]
```

## Source

https://www.rfc-editor.org/rfc/rfc7643

## Fix

None. Find out in Entra which of the two is real, and remove the other.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(snapshot) = &subject.project.snapshot else { return };
    problems.extend(snapshot.duplicate_user_names());
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places_in_users;

    fn check(users: &str) -> Vec<String> {
        places_in_users(&LINT, users)
    }

    #[test]
    fn case_does_not_tell_names_apart() {
        assert_eq!(check(r#"[{ "id": "1", "userName": "a" }, { "id": "2", "userName": "A" }]"#).len(), 1);
    }

    #[test]
    fn the_same_user_on_two_pages_is_one_user() {
        assert!(check(r#"[{ "id": "1", "userName": "a" }, { "id": "1", "userName": "a" }, { "id": "2", "userName": "b" }]"#).is_empty());
    }
}
