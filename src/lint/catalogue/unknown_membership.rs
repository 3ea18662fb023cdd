//! `unknown-membership`

use crate::lint::records::counted;
use crate::lint::{Level, Lint, Subject};
use crate::scim::Members;
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "unknown-membership",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://learn.microsoft.com/en-us/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A snapshot none of whose groups carries `members`, and a document that does not say why.

## Why it matters

Such an export does not say that the groups are empty: Entra itself reads groups with `excludedAttributes=members`, and some
tools do. Vestibule takes membership as unknown then, so that decisions on provider groups stay open, and much cannot be
checked.

## Avoid

```yaml
snapshot: { groups: groups.json }
```

```json groups.json
[ { "id": "1", "displayName": "EU-Finance" }, { "id": "2", "displayName": "EU-Legal" } ]
```

## Prefer

Export the groups with their members, or say with `members: excluded` that they are left out, with `members: complete` that
there are none.

```yaml
snapshot: { groups: groups.json }
```

```json groups.json
[ { "id": "1", "displayName": "EU-Finance", "members": [{ "value": "u1" }] }, { "id": "2", "displayName": "EU-Legal" } ]
```

## Source

https://learn.microsoft.com/en-us/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups

## Fix

None. The export is made again.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(snapshot) = &subject.project.snapshot else { return };
    if subject.config.snapshot.as_ref().is_some_and(|snapshot| snapshot.members.is_some()) {
        return;
    }
    let Some(first) = snapshot.groups().first() else { return };
    if !snapshot.groups().iter().all(|group| matches!(group.resource.members(), Members::Missing)) {
        return;
    }
    let groups = counted(snapshot.groups().len(), "group");
    problems.push(
        LINT.problem(first.place.whole(), format!("none of {groups} carries `members`, so membership is unknown"))
            .label("no `members`")
            .topic("snapshot.groups")
            .help("export the groups with their members, or say `members: complete` or `members: excluded` under `snapshot`"),
    );
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(members: &str, groups: &str) -> Vec<String> {
        let document = format!("snapshot: {{ groups: g.json{members} }}\n");
        places(&LINT, &[("vestibule.yaml", &document), ("g.json", groups)])
    }

    #[test]
    fn the_first_group_is_underlined() {
        let groups = r#"[{"id":"1"}, {"id":"2","members":null}]"#;
        assert_eq!(check("", groups), [r#"g.json:1:2 {"id":"1"}"#]);
    }

    #[test]
    fn members_somewhere_a_word_of_the_document_and_no_groups_are_silent() {
        assert!(check("", r#"[{"id":"1"},{"id":"2","members":[]}]"#).is_empty());
        assert!(check(", members: excluded", r#"[{"id":"1"}]"#).is_empty());
        assert!(check(", members: complete", r#"[{"id":"1"}]"#).is_empty());
        assert!(check("", "[]").is_empty());
    }
}
