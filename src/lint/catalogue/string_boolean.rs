//! `string-boolean`

use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "string-boolean",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.rfc-editor.org/rfc/rfc7643",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A boolean that is written as a string, such as `"active": "True"`.

## Why it matters

A boolean of SCIM is `true` or `false`. Entra sends strings where the tenant URL lacks `?aadOptscim062020`; some servers
refuse them, some read them, and some take any string for true. Here they are read as the booleans they spell.

## Avoid

```yaml
snapshot: { users: users.json }
```

```json users.json
[ { "id": "1", "userName": "ada", "active": "True" } ]
```

## Prefer

```yaml
snapshot: { users: users.json }
```

```json users.json
[ { "id": "1", "userName": "ada", "active": true } ]
```

## Source

https://www.rfc-editor.org/rfc/rfc7643

## Fix

None. Append `?aadOptscim062020` to the tenant URL in Entra, and let it send the users again.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(snapshot) = &subject.project.snapshot else { return };
    problems.extend(snapshot.string_booleans());
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places_in_users;

    fn check(users: &str) -> Vec<String> {
        places_in_users(&LINT, users)
    }

    #[test]
    fn strings_that_spell_a_boolean_are_found() {
        assert_eq!(check(r#"[{ "id": "1", "userName": "a", "active": "False" }]"#).len(), 1);
    }

    #[test]
    fn booleans_and_absent_values_are_silent() {
        assert!(check(r#"[{ "id": "1", "userName": "a", "active": false }, { "id": "2", "userName": "b" }]"#).is_empty());
    }
}
