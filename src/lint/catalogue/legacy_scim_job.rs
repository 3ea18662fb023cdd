//! `legacy-scim-job`

use crate::config::Sited;
use crate::lint::{Level, Lint, Subject};
use crate::source::At;
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "legacy-scim-job",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A provisioning job whose identifier begins with `customappsso.`: it speaks the protocol of before 2018.

## Why it matters

Such a job sends group URIs and filters that are no SCIM, and Microsoft supports it no longer. Foundry refuses what it
sends.

## Avoid

```yaml
entra: { exports: [job.json] }
```

```json job.json
{ "id": "customappsso.0011.2233", "schedule": { "state": "Active" }, "status": { "code": "Active" } }
```

## Prefer

```yaml
entra: { exports: [job.json] }
```

```json job.json
{ "id": "scim.0011.2233", "schedule": { "state": "Active" }, "status": { "code": "Active" } }
```

## Source

https://learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility

## Fix

None. The setting is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let jobs: Vec<_> = subject.project.jobs().collect();
    let mut legacy: Vec<At> =
        jobs.iter().filter_map(|job| job.made_of()).filter(|made| is_legacy(made.value)).map(|made| made.at).collect();
    // A schema bears the identifier of its job.
    if jobs.is_empty() {
        let ids = subject.project.synchronization_schemas().filter_map(|schema| schema.id.as_ref());
        let prefix = |id: &Sited<String>| id.value.split_once('.').is_some_and(|(template, _)| is_legacy(template));
        legacy.extend(ids.filter(|id| prefix(id)).map(|id| id.at.clone()));
    }
    for at in legacy {
        problems.push(
            LINT.problem(at.value(), "the provisioning job speaks the protocol of before 2018")
                .label("`customappsso`")
                .help("make a new provisioning job, which begins with `scim.`, and delete this one"),
        );
    }
}

fn is_legacy(template: &str) -> bool {
    template.eq_ignore_ascii_case("customappsso")
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::underlined;

    fn check(job: &str) -> Vec<String> {
        underlined(&LINT, &[("vestibule.yaml", "entra: { exports: [job.json] }\n"), ("job.json", job)])
    }

    #[test]
    fn an_old_job_is_found_at_its_identifier() {
        assert_eq!(check(r#"{"id": "customappsso.a.b", "schedule": {}, "status": {}}"#), ["\"customappsso.a.b\""]);
        assert_eq!(check(r#"{"id": "customappsso.a.b", "synchronizationRules": []}"#).len(), 1);
    }

    #[test]
    fn a_job_of_today_is_silent() {
        assert!(check(r#"{"id": "scim.a.b", "schedule": {}, "status": {}}"#).is_empty());
        assert!(check(r#"{"id": "customappsso", "synchronizationRules": []}"#).is_empty(), "a template has no job");
    }
}
