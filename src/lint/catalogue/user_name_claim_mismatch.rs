//! `user-name-claim-mismatch`

use crate::identity::{Agreement, Value, attribute_key};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "user-name-claim-mismatch",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/platform-security-management/manage-users",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A user's `userName` that Entra's provisioning maps from another source than the one behind the claim that fills the
Username.

## Why it matters

Foundry finds people who were named before they came, in rules or by an administrator, by their user name, letter by
letter. SCIM makes an account of one name, and the login renames it or finds another.

## Avoid

```yaml
provider:
  name: contoso-entra
  attribute-mapping: { provider-id: objectidentifier, username: NameID }
entra:
  exports: [schema.json]
  sources: { name-id: user.mail }
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
provider:
  name: contoso-entra
  attribute-mapping: { provider-id: objectidentifier, username: NameID }
entra:
  exports: [schema.json]
  sources: { name-id: user.userprincipalname }
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

https://www.palantir.com/docs/foundry/platform-security-management/manage-users

## Fix

None. The mapping is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let chain = &subject.identity().username;
    let (Some(claim), Some(login)) = (&chain.login.claim, &chain.login.value) else { return };
    for sent in &chain.sent {
        let Some(value) = sent.value.as_ref().filter(|_| sent.agrees(&chain.login) == Agreement::No) else { continue };
        // User names compare without case (RFC 7643 section 4.1.1).
        if is_folded(value, login) {
            continue;
        }
        let written = sent.written.as_deref().unwrap_or_default();
        let message = format!("`userName` sends `{written}`, and a login sends `{login}` as the Username");
        let mut problem = LINT
            .problem(sent.place.clone(), message)
            .fact(&[written, &login.to_string()])
            .label("what SCIM sends")
            .related(chain.login.mapped_at.clone(), format!("filled from the claim `{}`", claim.as_str()))
            .help("map `userName` from the source of the claim that fills the Username");
        if let Some(said_at) = &chain.login.said_at {
            problem = problem.related(said_at.clone(), "the source of that claim");
        }
        problems.push(problem);
    }
}

/// Whether a value is the login's but for its case.
fn is_folded(value: &Value, login: &Value) -> bool {
    let (Value::Expression(expression), Some(login)) = (value, login.as_attribute()) else { return false };
    let Some(("ToLower" | "ToUpper", [Some(inner)])) = expression.as_call() else { return false };
    inner.as_attribute().is_some_and(|name| attribute_key(name) == login)
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{schema, underlined};

    fn check(name_id: &str, user_name: &str) -> Vec<String> {
        let document = format!(
            "provider: {{ name: x }}\nentra: {{ exports: [schema.json], sources: {{ name-id: {name_id} }} }}\n"
        );
        let schema = schema("User", &format!("userName <- {user_name}"));
        underlined(&LINT, &[("vestibule.yaml", &document), ("schema.json", &schema)])
    }

    #[test]
    fn another_source_is_found_at_its_expression() {
        assert_eq!(check("user.mail", "[userPrincipalName]"), ["\"[userPrincipalName]\""]);
        assert_eq!(check("user.mail", "Coalesce([mail], [userPrincipalName])").len(), 1);
    }

    #[test]
    fn the_same_source_is_silent_whatever_its_case() {
        assert!(check("user.userprincipalname", "[userPrincipalName]").is_empty());
        assert!(check("user.userprincipalname", "ToLower([userPrincipalName])").is_empty());
        assert!(check("user.userprincipalname", "[originalUserPrincipalName]").is_empty(), "differs for guests only");
    }
}
