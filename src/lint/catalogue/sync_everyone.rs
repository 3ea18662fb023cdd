//! `sync-everyone`

use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "sync-everyone",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A provisioning job that sends all users and groups of the tenant, not only those assigned to the application.

## Why it matters

Everybody in the directory becomes a user of Foundry, guests and service accounts included, and the assignment of the
application keeps nobody out.

## Avoid

```yaml
entra: { exports: [secrets.json] }
```

```json secrets.json
[ { "key": "SyncAll", "value": "True" } ]
```

## Prefer

```yaml
entra: { exports: [secrets.json] }
```

```json secrets.json
[ { "key": "SyncAll", "value": "False" } ]
```

## Source

https://learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes

## Fix

None. The setting is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for setting in subject.project.secrets().filter_map(|secrets| secrets.enabled("SyncAll")) {
        problems.push(
            LINT.problem(setting.at.value(), "the job provisions all users and groups of the tenant")
                .label("not only those assigned")
                .help("set the scope to assigned users and groups in Entra"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::underlined;

    fn check(secrets: &str) -> Vec<String> {
        underlined(&LINT, &[("vestibule.yaml", "entra: { exports: [secrets.json] }\n"), ("secrets.json", secrets)])
    }

    #[test]
    fn only_true_is_found() {
        assert_eq!(check(r#"[{"key": "SyncAll", "value": "true"}]"#), ["\"true\""]);
        assert_eq!(check(r#"{"value": [{"Key": "syncall", "Value": "True"}]}"#).len(), 1);
        assert!(check(r#"[{"key": "SyncAll", "value": "false"}]"#).is_empty());
        assert!(check(r#"[{"key": "BaseAddress", "value": "true"}]"#).is_empty());
    }
}
