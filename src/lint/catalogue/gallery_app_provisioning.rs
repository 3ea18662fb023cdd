//! `gallery-app-provisioning`

use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "gallery-app-provisioning",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A provisioning job that is made of a template from Entra's gallery. The job of an application of one's own has an
identifier that begins with `scim.`.

## Why it matters

Palantir's application in the gallery is for signing in and does not support SCIM provisioning. The setup can be saved,
and provisions nothing.

## Avoid

```yaml
entra: { exports: [job.json] }
```

```json job.json
{ "id": "palantirFoundry.0011.2233", "schedule": { "state": "Active" }, "status": { "code": "Active" } }
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
    for job in subject.project.jobs() {
        let Some(template) = job.made_of() else { continue };
        if ["scim", "customappsso"].iter().any(|own| template.value.eq_ignore_ascii_case(own)) {
            continue;
        }
        let message = format!("the job provisions an application of the gallery, made of `{}`", template.value);
        problems.push(
            LINT.problem(template.at.value(), message)
                .fact(&[template.value])
                .label("supports no SCIM into Foundry")
                .help("make an enterprise application that is not from the gallery, and set provisioning up there"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::underlined;

    fn check(job: &str) -> Vec<String> {
        underlined(&LINT, &[("vestibule.yaml", "entra: { exports: [job.json] }\n"), ("job.json", job)])
    }

    #[test]
    fn another_template_is_found_at_the_identifier() {
        assert_eq!(
            check(r#"{"id": "aWSSingleSignon.a.b", "schedule": {}, "status": {}}"#),
            ["\"aWSSingleSignon.a.b\""]
        );
        assert_eq!(check(r#"{"templateId": "palantir", "status": {}}"#), ["\"palantir\""]);
    }

    #[test]
    fn applications_of_ones_own_and_silent_exports_are_silent() {
        assert!(check(r#"{"id": "scim.a.b", "templateId": "scim", "schedule": {}, "status": {}}"#).is_empty());
        assert!(check(r#"{"id": "customappsso.a.b", "schedule": {}, "status": {}}"#).is_empty(), "another lint's fact");
        assert!(check(r#"{"schedule": {}, "status": {}}"#).is_empty());
    }
}
