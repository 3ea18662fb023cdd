//! `stale-provisioning`

use jiff::SignedDuration;

use super::provisioning_off::off;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "stale-provisioning",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-quarantine-status",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A provisioning job whose last successful run ended more than a day before its last run, or that never had one although
it ran.

## Why it matters

What the job should have brought since then is missing in Foundry. A snapshot of what Entra holds is then not what Foundry
has, and findings about people may be about others.

## Avoid

```yaml
entra: { exports: [job.json] }
```

```json job.json
{ "id": "scim.0011.2233", "schedule": { "state": "Active" }, "status": { "code": "Active",
  "lastExecution": { "state": "Failed", "timeEnded": "2026-11-20T08:00:00Z" },
  "lastSuccessfulExecution": { "state": "Succeeded", "timeEnded": "2026-11-01T08:00:00Z" } } }
```

## Prefer

```yaml
entra: { exports: [job.json] }
```

```json job.json
{ "id": "scim.0011.2233", "schedule": { "state": "Active" }, "status": { "code": "Active",
  "lastExecution": { "state": "Succeeded", "timeEnded": "2026-11-20T08:00:00Z" },
  "lastSuccessfulExecution": { "state": "Succeeded", "timeEnded": "2026-11-20T08:00:00Z" } } }
```

## Source

https://learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-quarantine-status

## Fix

None. The setting is changed in Entra, not in the export.
"#;

/// Entra runs a job about every forty minutes.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    // One that is off is told so.
    let running = subject.project.jobs().filter(|job| off(job).is_none());
    for job in running {
        let Some(last) = &job.last_execution else { continue };
        let (Some(ended), success) = (last.ended, &job.last_success) else { continue };
        let (at, message) = match success.as_ref().and_then(|success| Some((success, success.ended?))) {
            Some((success, succeeded)) if ended.duration_since(succeeded) > LONGEST => {
                (success.at.key("timeEnded"), "the last successful run is more than a day older than the last run")
            }
            None if job.never_succeeded => (last.at.clone(), "the job ran and never succeeded"),
            _ => continue,
        };
        // A later outage is another one.
        let since = success.as_ref().and_then(|success| success.ended).map_or(String::new(), |ended| ended.to_string());
        problems.push(
            LINT.problem(at.value(), message)
                .fact(&[&since])
                .label("Foundry lacks what changed since")
                .help("read the provisioning logs in Entra, mend what they report, and export again"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::underlined;

    fn check(last: &str, success: &str) -> usize {
        let job = format!(
            r#"{{"schedule": {{}}, "status": {{"code": "Active", "lastExecution": {{"timeEnded": "{last}"}},
            "lastSuccessfulExecution": {success}}}}}"#
        );
        underlined(&LINT, &[("vestibule.yaml", "entra: { exports: [job.json] }\n"), ("job.json", &job)]).len()
    }

    #[test]
    fn a_day_without_success_is_found() {
        let success = r#"{"timeEnded": "2026-11-01T00:00:00Z"}"#;
        assert_eq!(check("2026-11-02T00:00:01Z", success), 1);
        assert_eq!(check("2026-11-02T00:00:00Z", success), 0);
        assert_eq!(check("2026-11-02T00:00:00Z", "null"), 1);
        assert_eq!(check("0001-01-01T00:00:00Z", "null"), 0, "it never ran");
        assert_eq!(check("soon", success), 0);
    }
}
