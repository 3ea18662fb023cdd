//! `ambiguous-group-name`

use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "ambiguous-group-name",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/group-assignment",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Two groups of the snapshot whose `displayName` is the same, or the same apart from case.

## Why it matters

Rules find a provider group by its name, and names compare without case. `provider.groups includes "EU-Finance"` holds for
the members of either group, also where only one of the two was meant.

## Avoid

```yaml
snapshot: { groups: groups.json }
```

```json groups.json
[ { "id": "1", "displayName": "EU-Finance", "members": [] },
  { "id": "2", "displayName": "eu-finance", "members": [] } ]
```

## Prefer

```yaml
snapshot: { groups: groups.json }
```

```json groups.json
[ { "id": "1", "displayName": "EU-Finance", "members": [] },
  { "id": "2", "displayName": "EU-Finance-Guests", "members": [] } ]
```

## Source

https://www.palantir.com/docs/foundry/authentication/group-assignment

## Fix

None. Rename one of the groups in Entra, or name them in rules by `provider.groups.externalId`.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(snapshot) = &subject.project.snapshot else { return };
    problems.extend(snapshot.duplicate_group_names());
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(groups: &str) -> Vec<String> {
        places(&LINT, &[("vestibule.yaml", "snapshot: { groups: groups.json }\n"), ("groups.json", groups)])
    }

    #[test]
    fn case_does_not_tell_names_apart() {
        let groups = r#"[{ "id": "1", "displayName": "EU" }, { "id": "2", "displayName": "eu" }]"#;
        assert_eq!(check(groups), [r#"groups.json:1:66 "eu""#]);
    }

    #[test]
    fn the_same_group_on_two_pages_is_one_and_what_has_no_name_is_like_no_other() {
        let group = r#"{ "id": "1", "displayName": "EU" }"#;
        let groups = format!(r#"[{group}, {group}, {{ "id": "2", "members": [] }}, {{ "id": "3", "members": [] }}]"#);
        assert!(check(&groups).is_empty());
    }
}
