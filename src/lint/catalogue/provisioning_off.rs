//! `provisioning-off`

use crate::entra::Job;
use crate::lint::{Level, Lint, Subject};
use crate::source::At;
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "provisioning-off",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A provisioning job that is not on: paused, never started, disabled, or in quarantine.

## Why it matters

What changes in Entra does not reach Foundry. New people are unknown there until they log in, and leavers stay active. A
job in quarantine is tried less and less often, and disabled after four weeks.

## Avoid

```yaml
entra: { exports: [job.json] }
```

```json job.json
{ "id": "scim.0011.2233", "schedule": { "state": "Active" }, "status": { "code": "Paused" } }
```

## Prefer

```yaml
entra: { exports: [job.json] }
```

```json job.json
{ "id": "scim.0011.2233", "schedule": { "state": "Active" }, "status": { "code": "Active" } }
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None. The setting is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    problems.extend(subject.project.jobs().filter_map(off));
}

/// The problem of a job that is not on.
pub(super) fn off(job: &Job) -> Option<Problem> {
    let is = |status: &str| job.status.as_ref().filter(|code| code.value.eq_ignore_ascii_case(status));
    let problem = |at: &At, message: &str| LINT.problem(at.value(), message.to_owned());
    // A job that was in quarantine has no reason for it any more.
    if let Some(code) = is("Quarantine").or(job.quarantine_reason.as_ref()) {
        let problem = problem(&code.at, "the provisioning job is in quarantine").label("tried less and less often");
        let reason = job.quarantine_reason.as_ref().map_or("", |reason| reason.value.as_str());
        let problem = problem.fact(&["Quarantine", reason]);
        let problem = match job.quarantine_reason.as_ref().filter(|reason| reason.at != code.at) {
            Some(reason) => problem.related(reason.at.value(), "why"),
            None => problem,
        };
        return Some(problem.help("mend what the job reports, then restart provisioning"));
    }
    let disabled = job.schedule_state.as_ref().filter(|state| state.value.eq_ignore_ascii_case("Disabled"));
    let off = is("Paused").or(is("NotConfigured")).or(is("NotRun")).or(disabled)?;
    let message = format!("the provisioning job is `{}`", off.value);
    Some(problem(&off.at, &message).fact(&[&off.value]).label("nothing reaches Foundry").help("set the provisioning status to On in Entra"))
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::underlined;

    fn check(job: &str) -> Vec<String> {
        underlined(&LINT, &[("vestibule.yaml", "entra: { exports: [job.json] }\n"), ("job.json", job)])
    }

    #[test]
    fn a_job_that_does_not_run_is_found_once() {
        let status = |state: &str, code: &str| {
            check(&format!(r#"{{"schedule": {{"state": "{state}"}}, "status": {{"code": "{code}"}}}}"#))
        };
        assert_eq!(status("Active", "Paused"), ["\"Paused\""]);
        assert_eq!(status("Disabled", "Active"), ["\"Disabled\""]);
        assert_eq!(status("Disabled", "Quarantine"), ["\"Quarantine\""]);
        assert_eq!(status("Active", "NotRun").len(), 1);
        let reason = r#"{"schedule": {}, "status": {"code": "Active", "quarantine": {"reason": "OnDemand"}}}"#;
        assert_eq!(check(reason), ["\"OnDemand\""]);
        assert!(status("Active", "Active").is_empty());
        assert!(check(r#"{"schedule": {}, "status": {}}"#).is_empty());
    }
}
