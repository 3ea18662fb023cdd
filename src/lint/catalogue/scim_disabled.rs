//! `scim-disabled`

use super::provisioning_off::off;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "scim-disabled",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-enable",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Entra provisions over SCIM, and the provider's switch in Control Panel is off.

## Why it matters

Foundry refuses every request of the provisioning job. After enough failures Entra puts the job into quarantine.

## Avoid

```yaml
provider: { name: contoso-entra, attribute-mapping: { provider-id: oid }, scim: { enabled: false } }
entra: { exports: [schema.json] }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "User", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:User",
  "attributeMappings": [
    { "targetAttributeName": "externalId", "matchingPriority": 1, "source": { "expression": "[objectId]" } },
    { "targetAttributeName": "userName", "matchingPriority": 2, "source": { "expression": "[userPrincipalName]" } },
    { "targetAttributeName": "active", "source": { "expression": "Not([IsSoftDeleted])" } },
    { "targetAttributeName": "displayName", "source": { "expression": "[displayName]" } },
    { "targetAttributeName": "emails[type eq \"work\"].value", "source": { "expression": "[mail]" } },
    { "targetAttributeName": "name.givenName", "source": { "expression": "[givenName]" } },
    { "targetAttributeName": "name.familyName", "source": { "expression": "[surname]" } }
  ] } ] } ] }
```

## Prefer

```yaml
provider: { name: contoso-entra, attribute-mapping: { provider-id: oid }, scim: { enabled: true } }
entra: { exports: [schema.json] }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "User", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:User",
  "attributeMappings": [
    { "targetAttributeName": "externalId", "matchingPriority": 1, "source": { "expression": "[objectId]" } },
    { "targetAttributeName": "userName", "matchingPriority": 2, "source": { "expression": "[userPrincipalName]" } },
    { "targetAttributeName": "active", "source": { "expression": "Not([IsSoftDeleted])" } },
    { "targetAttributeName": "displayName", "source": { "expression": "[displayName]" } },
    { "targetAttributeName": "emails[type eq \"work\"].value", "source": { "expression": "[mail]" } },
    { "targetAttributeName": "name.givenName", "source": { "expression": "[givenName]" } },
    { "targetAttributeName": "name.familyName", "source": { "expression": "[surname]" } }
  ] } ] } ] }
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-enable

## Fix

None. Which side is meant is for a person to decide.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let provider = &subject.config.provider;
    let is_off = provider.scim.as_ref().is_some_and(|scim| !scim.enabled);
    // A job that is off as well is a provider whose SCIM was given up.
    let mut jobs = subject.project.jobs().peekable();
    let all_off = jobs.peek().is_some() && jobs.all(|job| off(job).is_some());
    if !is_off || all_off || !subject.project.provisions() {
        return;
    }
    problems.push(
        LINT.problem(
            provider.at.key("scim").key("enabled").value(),
            "Entra provisions over SCIM, and SCIM is switched off here",
        )
        .label("every request is refused")
        .help("enable SCIM for the provider in Control Panel, or stop provisioning in Entra"),
    );
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{schema, underlined};

    fn check(enabled: bool, exports: &str) -> Vec<String> {
        let document =
            format!("provider: {{ name: x, scim: {{ enabled: {enabled} }} }}\nentra: {{ exports: [{exports}] }}\n");
        let schema = schema("User", "externalId <- [objectId]");
        let paused = r#"{"schedule": {}, "status": {"code": "Paused"}}"#;
        underlined(&LINT, &[("vestibule.yaml", &document), ("schema.json", &schema), ("job.json", paused)])
    }

    #[test]
    fn the_switch_is_found_only_where_entra_provisions() {
        assert_eq!(check(false, "schema.json"), ["false"]);
        assert!(check(false, "").is_empty());
        assert!(check(false, "schema.json, job.json").is_empty(), "both sides are off");
        assert!(check(true, "schema.json").is_empty());
    }
}
