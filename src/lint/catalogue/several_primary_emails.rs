//! `several-primary-emails`

use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "several-primary-emails",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.rfc-editor.org/rfc/rfc7643",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A user with more than one e-mail address that is marked as the primary one.

## Why it matters

At most one address may be primary. Which one Foundry then takes is not documented, so a rule on `email` may see either.

## Avoid

```yaml
snapshot: { users: users.json }
```

```json users.json
[ { "id": "1", "userName": "ada", "emails": [
  { "value": "ada@contoso.com", "primary": true }, { "value": "ada@contoso.eu", "primary": true } ] } ]
```

## Prefer

```yaml
snapshot: { users: users.json }
```

```json users.json
[ { "id": "1", "userName": "ada", "emails": [
  { "value": "ada@contoso.com", "primary": true }, { "value": "ada@contoso.eu" } ] } ]
```

## Source

https://www.rfc-editor.org/rfc/rfc7643

## Fix

None. Correct the mapping of `emails` in Entra.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(snapshot) = &subject.project.snapshot else { return };
    problems.extend(snapshot.several_primary_emails());
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places_in_users;

    fn check(users: &str) -> Vec<String> {
        places_in_users(&LINT, users)
    }

    #[test]
    fn two_primary_addresses_are_found() {
        let users = r#"[{ "id": "1", "userName": "a", "emails": [{ "value": "x", "primary": true }, { "value": "y", "primary": true }] }]"#;
        assert_eq!(check(users).len(), 1);
    }

    #[test]
    fn one_or_none_is_silent() {
        let users = r#"[{ "id": "1", "userName": "a", "emails": [{ "value": "x", "primary": true }, { "value": "y", "primary": false }] },
            { "id": "2", "userName": "b", "emails": [{ "value": "x" }, { "value": "y" }] }]"#;
        assert!(check(users).is_empty());
    }
}
