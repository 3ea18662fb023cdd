//! `duplicate-account-risk`

use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "duplicate-account-risk",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

User mappings that match by `externalId` alone: `userName` has no matching precedence.

## Why it matters

People whom Foundry knows from earlier logins may have no such `externalId` there. Entra does not find them, tries to
create them, and Foundry refuses the second account of that name.

## Avoid

```yaml
entra: { exports: [schema.json] }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "User", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:User",
  "attributeMappings": [
    { "targetAttributeName": "externalId", "matchingPriority": 1, "source": { "expression": "[objectId]" } },
    { "targetAttributeName": "userName", "source": { "expression": "[userPrincipalName]" } },
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

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None. The mapping is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for (_, mapping) in subject.project.user_mappings().filter(|(_, mapping)| !mapping.is_damaged) {
        let Some(user_name) = mapping.mapping("userName") else { continue };
        let mut matching = mapping.attribute_mappings.iter().filter(|attribute| attribute.matching_priority > 0);
        // Any other order is that of `wrong-matching-precedence`.
        let only = matching.next().filter(|_| matching.next().is_none());
        let Some(only) = only.filter(|only| only.writes("externalId")) else { continue };
        problems.push(
            LINT.problem(user_name.member("matchingPriority").value(), "`userName` does not match users")
                .label("people whom Foundry already has are not found")
                .related(only.member("matchingPriority").value(), "the only attribute that matches")
                .help("give `userName` the matching precedence 2, after `externalId`"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{schema, underlined_in_schema};

    fn check(mappings: &str) -> Vec<String> {
        underlined_in_schema(&LINT, "", &schema("User", mappings))
    }

    #[test]
    fn one_attribute_alone_is_found() {
        assert_eq!(check("1 externalId <- [objectId]\nuserName <- [mail]"), ["0"]);
    }

    #[test]
    fn two_attributes_and_another_order_are_silent() {
        assert!(check("1 externalId <- [objectId]\n2 userName <- [mail]").is_empty());
        assert!(check("externalId <- [objectId]\n1 userName <- [mail]").is_empty());
        assert!(check("1 externalId <- [objectId]\n2 title <- [a]\nuserName <- [mail]").is_empty());
    }
}
