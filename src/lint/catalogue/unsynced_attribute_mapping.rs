//! `unsynced-attribute-mapping`

use crate::entra::AttributeMapping;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "unsynced-attribute-mapping",
    severity: Severity::Info,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

User mappings of an attribute that Foundry does not sync: anything but `userName`, `externalId`, `active`, `displayName`,
`emails` and `name`.

## Why it matters

Foundry takes such a value from the claims of the next login, not from SCIM. A rule on it stands on nothing when SCIM
creates the user, and a change in Entra costs requests that change nothing.

## Avoid

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
    { "targetAttributeName": "name.familyName", "source": { "expression": "[surname]" } },
    { "targetAttributeName": "title", "source": { "expression": "[jobTitle]" } }
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

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None. The mapping is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for (_, mapping) in subject.project.user_mappings() {
        for attribute in mapping.attribute_mappings.iter().filter(|attribute| !is_synced(attribute)) {
            let message = format!("`{}` is mapped, and Foundry does not sync it", attribute.target);
            problems.push(
                LINT.problem(attribute.member("targetAttributeName").value(), message)
                    .fact(&[&attribute.target])
                    .label("arrives with the claims of the next login")
                    .help("remove the mapping, or map the attribute to a claim and let no rule ask for it at the creation"),
            );
        }
    }
}

fn is_synced(attribute: &AttributeMapping) -> bool {
    ["userName", "externalId", "active", "displayName", "emails", "name"]
        .iter()
        .any(|name| attribute.writes_part_of(name))
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{schema, underlined_in_schema};

    fn check(target: &str) -> usize {
        let schema = schema("User", &format!("{target} <- [a]"));
        underlined_in_schema(&LINT, "", &schema).len()
    }

    #[test]
    fn everything_beyond_the_six_is_found() {
        for target in [
            "title",
            "phoneNumbers[type eq \"work\"].value",
            "nameless",
            "roles",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        ] {
            assert_eq!(check(target), 1, "{target}");
        }
    }

    #[test]
    fn the_six_are_silent_however_they_are_written() {
        for target in [
            "userName",
            "EXTERNALID",
            "active",
            "displayName",
            "emails[type eq \"other\"].value",
            "name.givenName",
            "name.formatted",
            "urn:ietf:params:scim:schemas:core:2.0:User:userName",
        ] {
            assert_eq!(check(target), 0, "{target}");
        }
    }
}
