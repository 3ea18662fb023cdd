//! `wrong-matching-precedence`

use crate::entra::{AttributeMapping, ObjectMapping};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "wrong-matching-precedence",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

User mappings whose matching precedence is not `externalId` first and `userName` second: `externalId` does not match or
does not come first, something stands between the two, or another attribute matches as well.

## Why it matters

Before Entra creates a user it asks Foundry for one that matches, by one attribute after the other. When the name comes
first, a person who was renamed is not found by what stays, and a name that was given to somebody else finds the wrong
account.

## Avoid

```yaml
entra: { exports: [schema.json] }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "User", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:User",
  "attributeMappings": [
    { "targetAttributeName": "externalId", "matchingPriority": 2, "source": { "expression": "[objectId]" } },
    { "targetAttributeName": "userName", "matchingPriority": 1, "source": { "expression": "[userPrincipalName]" } },
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
        problems.extend(misplaced(mapping));
    }
}

/// What is wrong with the order of the matching attributes: one problem, at the first that is out of place.
fn misplaced(mapping: &ObjectMapping) -> Option<Problem> {
    let mut matching: Vec<&AttributeMapping> =
        mapping.attribute_mappings.iter().filter(|attribute| attribute.matching_priority > 0).collect();
    matching.sort_by_key(|attribute| attribute.matching_priority);
    let order: Vec<&str> = matching.iter().map(|attribute| attribute.target.as_str()).collect();
    let wrong = |place, message: String| {
        LINT.problem(place, message)
            .fact(&order)
            .label("out of place")
            .help("give `externalId` the matching precedence 1 and `userName` 2, and let nothing else match")
    };
    // A mapping that is missing is told by another lint.
    let external_id = mapping.mapping("externalId")?;
    if external_id.matching_priority <= 0 {
        let problem =
            wrong(external_id.member("matchingPriority").value(), "`externalId` does not match users".to_owned());
        return Some(match matching.first() {
            Some(first) => {
                problem.related(first.member("matchingPriority").value(), format!("`{}` does", first.target))
            }
            None => problem,
        });
    }
    let is_right = |(index, attribute): &(usize, &&AttributeMapping)| match index {
        0 => attribute.writes("externalId"),
        1 => attribute.writes("userName"),
        _ => false,
    };
    let (index, first) = matching.iter().enumerate().find(|pair| !is_right(pair))?;
    let message = match index {
        0 => format!("`{}` matches users before `externalId` does", first.target),
        1 => format!("`{}` matches users after `externalId`, where `userName` should", first.target),
        _ => format!("`{}` matches users as well", first.target),
    };
    Some(wrong(first.member("matchingPriority").value(), message))
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{schema, underlined_in_schema};

    fn check(mappings: &str) -> Vec<String> {
        underlined_in_schema(&LINT, "", &schema("User", mappings))
    }

    #[test]
    fn each_departure_is_found_once_at_its_precedence() {
        assert_eq!(check("2 externalId <- [objectId]\n1 userName <- [mail]"), ["1"]);
        assert_eq!(check("externalId <- [objectId]\n1 userName <- [mail]"), ["0"]);
        assert_eq!(check("1 externalId <- [objectId]\n3 userName <- [mail]\n2 title <- [a]"), ["2"]);
        assert_eq!(check("1 externalId <- [objectId]\n2 userName <- [mail]\n3 title <- [a]"), ["3"]);
    }

    #[test]
    fn the_right_order_is_silent() {
        assert!(check("1 externalId <- [objectId]\n2 userName <- [mail]\ntitle <- [a]").is_empty());
        assert!(check("1 externalId <- [objectId]\n5 userName <- [mail]").is_empty(), "only the order counts");
        assert!(check("1 externalId <- [objectId]\nuserName <- [mail]").is_empty(), "another lint's fact");
        assert!(check("1 userName <- [mail]").is_empty(), "another lint's fact");
        assert!(underlined_in_schema(&LINT, "", &schema("Group", "1 displayName <- [a]")).is_empty());
    }
}
