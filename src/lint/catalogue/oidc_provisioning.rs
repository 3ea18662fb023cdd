//! `oidc-provisioning`

use crate::config::Protocol;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "oidc-provisioning",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Entra provisions over SCIM for a provider whose logins are OIDC.

## Why it matters

Palantir documents SCIM with Entra for SAML and sends everybody else to its support. Entra itself offers provisioning in
no app registration for OIDC, so that a second application provisions, and the two must be kept in step.

## Avoid

```yaml
provider: { name: contoso-entra, protocol: oidc }
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
provider: { name: contoso-entra, protocol: saml, attribute-mapping: { provider-id: oid } }
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

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let provider = &subject.config.provider;
    if provider.protocol != Protocol::Oidc || !subject.project.provisions() {
        return;
    }
    problems.push(
        LINT.problem(
            provider.at.key("protocol").value(),
            "Entra provisions over SCIM, and the provider's logins are OIDC",
        )
        .label("documented for SAML only")
        .help("ask Palantir's support before you rely on it, or make the provider a SAML one"),
    );
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{schema, underlined};

    #[test]
    fn oidc_is_found_only_where_entra_provisions() {
        let check = |document: &str| {
            let schema = schema("User", "externalId <- [objectId]");
            underlined(&LINT, &[("vestibule.yaml", document), ("schema.json", &schema)])
        };
        assert_eq!(check("provider: { name: x, protocol: oidc }\nentra: { exports: [schema.json] }\n"), ["oidc"]);
        assert!(check("provider: { name: x, protocol: oidc }\n").is_empty());
        assert!(check("provider: { name: x }\nentra: { exports: [schema.json] }\n").is_empty());
    }
}
