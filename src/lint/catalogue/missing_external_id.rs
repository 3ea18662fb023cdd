//! `missing-external-id`

use crate::lint::records::{Named, about, counted};
use crate::lint::{Level, Lint, Subject};
use crate::scim::Record;
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "missing-external-id",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-common-issues",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Users, or groups, of the snapshot without an `externalId`, where others have one or where the records are as a server
returned them, with `schemas` or `meta`. A shortened export that leaves `externalId` out of every record says nothing.

## Why it matters

`externalId` is the Provider ID that Foundry keeps. Without it a login finds nobody with its Provider ID; the user name is
taken by the account that SCIM made, and the login is refused.

## Avoid

```yaml
snapshot: { users: users.json }
```

```json users.json
[ { "id": "1", "userName": "ada@contoso.eu", "externalId": "7c4d0d2a" },
  { "id": "2", "userName": "bo@contoso.eu" } ]
```

## Prefer

```yaml
snapshot: { users: users.json }
```

```json users.json
[ { "id": "1", "userName": "ada@contoso.eu", "externalId": "7c4d0d2a" },
  { "id": "2", "userName": "bo@contoso.eu", "externalId": "0b1c44e9" } ]
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-common-issues

## Fix

None. Map `externalId` in Entra from an attribute that everybody has.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(snapshot) = subject.project.snapshot.as_ref().filter(|snapshot| !snapshot.is_entra_dump()) else { return };
    problems.extend(problem(snapshot.users(), "user"));
    problems.extend(problem(snapshot.groups(), "group"));
}

fn problem<T: Named>(records: &[Record<T>], kind: &str) -> Option<Problem> {
    // An empty text is a value, and identifies nobody.
    let lacks = |record: &&Record<T>| {
        let id = record.resource.attributes().assigned("externalId");
        id.is_none_or(|id| id.as_str().is_some_and(|text| text.trim().is_empty()))
    };
    let lacking: Vec<&Record<T>> = records.iter().filter(lacks).collect();
    let (first, others) = lacking.split_first()?;
    if lacking.len() == records.len() && !records.iter().all(is_as_returned) {
        return None;
    }
    let verb = if lacking.len() == 1 { "has" } else { "have" };
    let message = format!("{} of {} {verb} no `externalId`", lacking.len(), counted(records.len(), kind));
    let problem = LINT
        .problem(first.place.whole(), message)
        .label(format!("{} has none", first.resource.called()))
        .help("map `externalId` in Entra from an attribute that never is empty, such as `objectId`");
    let problem = about(problem, lacking.iter().copied(), &["externalId"]);
    let more = others.iter().take(SHOWN);
    Some(more.fold(problem, |problem, record| problem.related(record.place.whole(), record.resource.called())))
}

/// How many more records a finding points to.
const SHOWN: usize = 2;

/// Whether a record looks as a server returned it, and not as somebody shortened it.
fn is_as_returned<T: Named>(record: &Record<T>) -> bool {
    ["schemas", "meta"].iter().any(|name| record.resource.attributes().assigned(name).is_some())
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{findings, places};

    fn check(users: &str, groups: &str) -> Vec<String> {
        let document = "snapshot: { users: u.json, groups: g.json }\n";
        let files = [("vestibule.yaml", document), ("u.json", users), ("g.json", groups)];
        findings(&LINT, &files).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn users_and_groups_are_counted_apart() {
        let users = r#"[{"id":"1","userName":"a","externalId":"x"},{"id":"2","userName":"b"},{"id":"3","userName":"c","externalId":null}]"#;
        let groups = r#"[{"id":"1","displayName":"A","externalId":"x"},{"id":"2","displayName":"B"}]"#;
        assert_eq!(check(users, groups), ["2 of 3 users have no `externalId`", "1 of 2 groups has no `externalId`"]);
        let empty = r#"[{"id":"1","userName":"a","externalId":"x"},{"id":"2","userName":"b","externalId":" "}]"#;
        assert_eq!(check(empty, "[]"), ["1 of 2 users has no `externalId`"]);
    }

    #[test]
    fn the_record_is_underlined() {
        let users = "[{\"id\":\"1\",\"userName\":\"a\",\"externalId\":\"x\"},\n{\"id\":\"2\",\"userName\":\"b\"}]";
        let files = [("vestibule.yaml", "snapshot: { users: u.json }\n"), ("u.json", users)];
        assert_eq!(places(&LINT, &files), [r#"u.json:2:1 {"id":"2","userName":"b"}"#]);
    }

    #[test]
    fn whole_records_lack_it_and_shortened_ones_leave_it_out() {
        let whole = r#"[{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"1","userName":"a"}]"#;
        assert_eq!(check(whole, "[]"), ["1 of 1 user has no `externalId`"]);
        assert!(check(r#"[{"id":"1","userName":"a"}]"#, "[]").is_empty());
        assert!(check(r#"[{"id":"1","userName":"a","externalId":5}]"#, "[]").is_empty(), "not readable is not missing");
    }
}
