//! `guest-identifier`

use crate::identity::{Agreement, Value};
use crate::lint::{Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "guest-identifier",
    severity: Severity::Info,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/how-provisioning-works",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A user name or Provider ID that SCIM and the login take from two forms of the principal name, such as
`originalUserPrincipalName` and `user.userprincipalname`.

## Why it matters

For members the forms are one value. For guests they differ: provisioning sends `userPrincipalName` without `#EXT#` and
the tenant, and `originalUserPrincipalName` with them. A guest may then log in under another name than the one that SCIM
made.

## Avoid

```yaml
provider:
  name: contoso-entra
  attribute-mapping: { provider-id: oid, username: NameID }
entra:
  exports: [schema.json]
  sources: { name-id: user.userprincipalname }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "User", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:User",
  "attributeMappings": [
    { "targetAttributeName": "userName", "matchingPriority": 2, "source": { "expression": "[originalUserPrincipalName]" } }
  ] } ] } ] }
```

## Prefer

```yaml
provider:
  name: contoso-entra
  attribute-mapping: { provider-id: oid, username: NameID }
entra:
  exports: [schema.json]
  sources: { name-id: user.userprincipalname }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "User", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:User",
  "attributeMappings": [
    { "targetAttributeName": "userName", "matchingPriority": 2, "source": { "expression": "[userPrincipalName]" } }
  ] } ] } ] }
```

## Source

https://learn.microsoft.com/entra/identity/app-provisioning/how-provisioning-works

## Fix

None. The mapping is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let identity = subject.identity();
    for chain in [&identity.provider_id, &identity.username] {
        let Some(Value::Attribute(login)) = &chain.login.value else { continue };
        for sent in &chain.sent {
            let Some(Value::Attribute(name)) = &sent.value else { continue };
            // Two attributes that neither agree nor differ are two forms of the principal name.
            if sent.agrees(&chain.login) != Agreement::Unknown {
                continue;
            }
            let message = format!("`{}` sends `{name}` and a login `{login}`, which differ for guests", sent.attribute);
            let mut problem = LINT.problem(sent.place.clone(), message).label("another form of the principal name");
            if let Some(said_at) = &chain.login.said_at {
                problem = problem.related(said_at.clone(), "the source of the claim");
            }
            problems.push(problem.help("take the same form on both sides, and try it with a guest"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{schema, underlined};

    fn check(name_id: &str, user_name: &str) -> usize {
        let document = format!(
            "provider: {{ name: x }}\nentra: {{ exports: [schema.json], sources: {{ name-id: {name_id} }} }}\n"
        );
        let schema = schema("User", &format!("userName <- {user_name}"));
        underlined(&LINT, &[("vestibule.yaml", &document), ("schema.json", &schema)]).len()
    }

    #[test]
    fn two_forms_of_the_principal_name_are_found() {
        assert_eq!(check("user.userprincipalname", "[originalUserPrincipalName]"), 1);
        assert_eq!(check("user.onpremisesuserprincipalname", "[userPrincipalName]"), 1);
        assert_eq!(check("user.userprincipalname", "[userPrincipalName]"), 0);
        assert_eq!(check("user.mail", "[userPrincipalName]"), 0, "another lint's fact");
        assert_eq!(check("ToLowercase (user.userprincipalname)", "[userPrincipalName]"), 0);
    }
}
