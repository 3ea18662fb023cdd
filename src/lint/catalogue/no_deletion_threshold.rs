//! `no-deletion-threshold`

use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "no-deletion-threshold",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/accidental-deletions",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A provisioning job whose settings say that no threshold stops accidental deletions, or that nobody is told when one does.

## Why it matters

One wrong scoping filter or a mistaken change of a group takes everybody out of scope, and Entra disables them all in the
next run. The threshold halts the job instead and writes to the recipients.

## Avoid

```yaml
entra: { exports: [secrets.json] }
```

```json secrets.json
[ { "key": "SyncNotificationSettings", "value": "{\"Enabled\": true, \"DeleteThresholdEnabled\": false, \"Recipients\": \"it@contoso.com\"}" } ]
```

## Prefer

```yaml
entra: { exports: [secrets.json] }
```

```json secrets.json
[ { "key": "SyncNotificationSettings", "value": "{\"Enabled\": true, \"DeleteThresholdEnabled\": true, \"Recipients\": \"it@contoso.com\"}" } ]
```

## Source

https://learn.microsoft.com/entra/identity/app-provisioning/accidental-deletions

## Fix

None. The setting is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for setting in subject.project.secrets().filter_map(|secrets| secrets.setting("SyncNotificationSettings")) {
        let Ok(settings) = serde_json::from_str::<serde_json::Value>(&setting.value) else { continue };
        let recipients = settings.get("Recipients").and_then(serde_json::Value::as_str);
        // What is left out is not known.
        let (message, label) = match settings.get("DeleteThresholdEnabled").and_then(serde_json::Value::as_bool) {
            Some(false) => ("no threshold stops accidental deletions", "`DeleteThresholdEnabled` is `false`"),
            Some(true) if recipients.is_some_and(|recipients| recipients.trim().is_empty()) => {
                ("nobody is told when the threshold stops accidental deletions", "`Recipients` is empty")
            }
            _ => continue,
        };
        problems.push(
            LINT.problem(setting.at.value(), message)
                .fact(&[message])
                .label(label)
                .help("switch accidental deletion prevention on in the settings of provisioning, with a recipient"),
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
    fn a_threshold_switched_off_is_found() {
        let with = |value: &str| {
            check(&serde_json::json!([{ "key": "SyncNotificationSettings", "value": value }]).to_string()).len()
        };
        assert_eq!(with(r#"{"Enabled":false,"DeleteThresholdEnabled":false}"#), 1);
        assert_eq!(with(r#"{"DeleteThresholdEnabled":true,"Recipients":" "}"#), 1);
        assert_eq!(with(r#"{"DeleteThresholdEnabled":true,"Recipients":"it@contoso.com"}"#), 0);
        assert_eq!(with(r#"{"DeleteThresholdEnabled":true}"#), 0);
        assert_eq!(with(r#"{"Enabled":true}"#), 0);
        assert_eq!(with("nothing"), 0);
    }
}
