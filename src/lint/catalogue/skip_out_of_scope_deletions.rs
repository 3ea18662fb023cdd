//! `skip-out-of-scope-deletions`

use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "skip-out-of-scope-deletions",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/skip-out-of-scope-deletions",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A provisioning job that leaves people alone who are no longer assigned.

## Why it matters

Who leaves the application in Entra stays active in Foundry, with organization and groups, until somebody notices.

## Avoid

```yaml
entra: { exports: [secrets.json] }
```

```json secrets.json
[ { "key": "SkipOutOfScopeDeletions", "value": "True" } ]
```

## Prefer

```yaml
entra: { exports: [secrets.json] }
```

```json secrets.json
[ { "key": "SkipOutOfScopeDeletions", "value": "False" } ]
```

## Source

https://learn.microsoft.com/entra/identity/app-provisioning/skip-out-of-scope-deletions

## Fix

None. The setting is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for setting in subject.project.secrets().filter_map(|secrets| secrets.enabled("SkipOutOfScopeDeletions")) {
        problems.push(
            LINT.problem(setting.at.value(), "people who are no longer in scope are not disabled")
                .label("leavers stay active")
                .help("set `SkipOutOfScopeDeletions` to `False` in Entra"),
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
        assert_eq!(check(r#"[{"key": "SkipOutOfScopeDeletions", "value": "true"}]"#), ["\"true\""]);
        assert_eq!(check(r#"{"value": [{"Key": "skipoutofscopedeletions", "Value": "True"}]}"#).len(), 1);
        assert!(check(r#"[{"key": "SkipOutOfScopeDeletions", "value": "false"}]"#).is_empty());
        assert!(check(r#"[{"key": "BaseAddress", "value": "true"}]"#).is_empty());
    }
}
