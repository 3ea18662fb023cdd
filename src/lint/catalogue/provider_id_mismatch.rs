//! `provider-id-mismatch`

use super::lossy_external_id::loss;
use crate::identity::{Agreement, Value, attribute_key};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "provider-id-mismatch",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A user's `externalId` that Entra's provisioning maps from another source than the one behind the claim that fills the
Provider ID. The lint follows the attribute mapping to the claim and the claim to its source.

## Why it matters

Foundry joins the account that SCIM created with the person who logs in by this value. Where the two differ, the login
meets a Provider ID that Foundry has never seen: it fails because the user name is taken, or makes a second account.

## Avoid

```yaml
provider:
  name: contoso-entra
  attribute-mapping:
    provider-id: http://schemas.microsoft.com/identity/claims/objectidentifier
entra: { exports: [schema.json] }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "User", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:User",
  "attributeMappings": [
    { "targetAttributeName": "externalId", "matchingPriority": 1, "source": { "expression": "[employeeId]" } },
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
provider:
  name: contoso-entra
  attribute-mapping:
    provider-id: http://schemas.microsoft.com/identity/claims/objectidentifier
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

None. The mapping is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let chain = &subject.identity().provider_id;
    let (Some(claim), Some(login)) = (&chain.login.claim, &chain.login.value) else { return };
    for sent in &chain.sent {
        let Some(value) = sent.value.as_ref().filter(|_| sent.agrees(&chain.login) == Agreement::No) else { continue };
        // `lossy-external-id` says it where only the function is at fault.
        if is_changed(value, login) {
            continue;
        }
        let written = sent.written.as_deref().unwrap_or_default();
        let message = format!("`externalId` sends `{written}`, and a login sends `{login}` as the Provider ID");
        let mut problem = LINT
            .problem(sent.place.clone(), message)
            .fact(&[written, &login.to_string()])
            .label("what SCIM sends")
            .related(chain.login.mapped_at.clone(), format!("filled from the claim `{}`", claim.as_str()))
            .help(
                "map `externalId` from the source of the claim that fills the Provider ID, then restart provisioning",
            );
        if let Some(said_at) = &chain.login.said_at {
            problem = problem.related(said_at.clone(), "the source of that claim");
        }
        problems.push(problem);
    }
}

/// Whether a value is the login's, changed by a function that loses something.
pub(super) fn is_changed(value: &Value, login: &Value) -> bool {
    let (Value::Expression(expression), Some(login)) = (value, login.as_attribute()) else { return false };
    loss(expression).is_some() && expression.attributes().all(|name| attribute_key(name) == login)
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{BY_OBJECT_ID, schema, underlined_in_schema};

    fn check(document: &str, external_id: &str) -> Vec<String> {
        underlined_in_schema(&LINT, document, &schema("User", &format!("1 externalId <- {external_id}")))
    }

    #[test]
    fn another_source_is_found_at_its_expression() {
        assert_eq!(check(BY_OBJECT_ID, "[mailNickname]"), ["\"[mailNickname]\""]);
        assert_eq!(check(BY_OBJECT_ID, "Coalesce([objectId], [mail])").len(), 1);
        assert_eq!(check(BY_OBJECT_ID, "[employeeId]").len(), 1);
    }

    #[test]
    fn the_same_source_and_what_nobody_knows_are_silent() {
        assert!(check(BY_OBJECT_ID, "[objectId]").is_empty());
        assert!(check(BY_OBJECT_ID, "Coalesce( [objectId] )").is_empty());
        assert!(check("", "[mail]").is_empty(), "nothing says what the claim carries");
        assert!(check("provider: { name: x }\n", "[mail]").is_empty(), "nor what NameID does");
        assert!(check(BY_OBJECT_ID, "ToLower([objectId])").is_empty(), "another lint's fact");
        assert!(check(BY_OBJECT_ID, "[objectId").is_empty(), "no expression");
    }
}
