//! `mutable-external-id`

use super::lossy_external_id::loss;
use crate::identity::{attribute_key, changes};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "mutable-external-id",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A user's `externalId` that Entra's provisioning maps from something that changes or goes to somebody else: the mail
nickname, which is Entra's default, a mail address, the principal name, a name.

## Why it matters

`externalId` is the Provider ID, by which Foundry knows a person for good. A marriage, a new domain or an address that is
given to a successor makes it another person's: the account is lost, or taken over. The mail nickname may be missing and
need not be unique.

## Avoid

```yaml
entra: { exports: [schema.json] }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "User", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:User",
  "attributeMappings": [
    { "targetAttributeName": "externalId", "matchingPriority": 1, "source": { "expression": "[mailNickname]" } },
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

https://learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups

## Fix

None. The mapping is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for (_, mapping) in subject.project.user_mappings() {
        let Some(external_id) = mapping.mapping("externalId") else { continue };
        let Some(expression) = external_id.expression() else { continue };
        // An identifier that loses something is told so, whatever it is made of.
        if loss(&expression).is_some() {
            continue;
        }
        let Some(name) = expression.attributes().find(|name| changes(&attribute_key(name))) else { continue };
        problems.push(
            LINT.problem(external_id.sent_at(), format!("`externalId` is mapped from `{name}`, which changes"))
                .fact(&[&expression.normal_form().to_string()])
                .label("not the same person for good")
                .help(
                    "map `externalId` from `objectId`, and the Provider ID from the claim that carries the same value",
                ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{schema, underlined_in_schema};

    fn check(external_id: &str) -> Vec<String> {
        underlined_in_schema(&LINT, "", &schema("User", &format!("externalId <- {external_id}\nuserName <- [mail]")))
    }

    #[test]
    fn what_changes_is_found() {
        assert_eq!(check("[mailNickname]"), ["\"[mailNickname]\""]);
        assert_eq!(check("[mail]").len(), 1);
        assert_eq!(check("[userPrincipalName]").len(), 1);
        assert_eq!(check("Coalesce([employeeId], [mail])").len(), 1);
    }

    #[test]
    fn what_stays_or_may_stay_is_silent() {
        assert!(check("[objectId]").is_empty());
        assert!(check("[employeeId]").is_empty());
        assert!(check("[extensionAttribute1]").is_empty());
        assert!(check("ToLower([mail])").is_empty(), "another lint's fact");
        let groups = schema("Group", "externalId <- [displayName]\ndisplayName <- [displayName]");
        assert!(underlined_in_schema(&LINT, "", &groups).is_empty(), "groups may be kept by name");
    }
}
