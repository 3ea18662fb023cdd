//! `lossy-external-id`

use crate::entra::Expression;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "lossy-external-id",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A user's or group's `externalId` that is made by a function which folds, cuts, replaces, defaults or invents: two people
can come to one value, or one person to another value at every run. A default value counts as well.

## Why it matters

Foundry compares `externalId` letter by letter with the Provider ID of the login (RFC 7643 section 3.1 makes it
case-exact). A value that lost something is not the one that the claim carries, and may be somebody else's.

## Avoid

```yaml
entra: { exports: [schema.json] }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "User", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:User",
  "attributeMappings": [
    { "targetAttributeName": "externalId", "matchingPriority": 1, "source": { "expression": "ToLower([employeeId])" } }
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
    { "targetAttributeName": "externalId", "matchingPriority": 1, "source": { "expression": "[employeeId]" } }
  ] } ] } ] }
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None. The mapping is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let project = subject.project;
    for (_, mapping) in project.user_mappings().chain(project.group_mappings()) {
        let Some(external_id) = mapping.mapping("externalId") else { continue };
        let (place, what) = match (external_id.expression(), &external_id.default_value) {
            (Some(expression), _) if lossy_function(&expression).is_some() => {
                let function = lossy_function(&expression).unwrap_or_default();
                (external_id.sent_at(), format!("`externalId` is made by `{function}`, which loses or invents something"))
            }
            (_, Some(_)) => {
                let place = external_id.member("defaultValue").value();
                (place, "`externalId` has a default value, which everybody without one shares".to_owned())
            }
            _ => continue,
        };
        problems.push(
            LINT.problem(place, what)
                .label("not one value for one person")
                .help("map `externalId` from an attribute as it is, without a function and without a default"),
        );
    }
}

/// The first function of an expression that gives two values one outcome, or one value several.
pub(super) fn lossy_function(expression: &Expression) -> Option<&str> {
    const LOSSY: [&str; 17] = [
        "ToLower",
        "ToUpper",
        "PCase",
        "Left",
        "Mid",
        "Replace",
        "StripSpaces",
        "NormalizeDiacritics",
        "Guid",
        "RandomString",
        "Now",
        "Word",
        "Item",
        "Switch",
        "IIF",
        "SelectUniqueValue",
        "Redact",
    ];
    expression.functions().find(|name| LOSSY.contains(name))
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{schema, underlined_in_schema};

    fn check(external_id: &str) -> Vec<String> {
        underlined_in_schema(&LINT, "", &schema("User", &format!("externalId <- {external_id}")))
    }

    #[test]
    fn functions_that_lose_or_invent_are_found() {
        assert_eq!(check("ToLower([objectId])"), ["\"ToLower([objectId])\""]);
        assert_eq!(check("Guid()").len(), 1);
        assert_eq!(check("Append(\"x\", Mid([objectId], 1, 8))").len(), 1);
        assert_eq!(check("IIF([a] = \"b\", [objectId], [mail])").len(), 1);
    }

    #[test]
    fn a_default_is_found_at_its_value() {
        let schema = schema("Group", "externalId <- [objectId]").replace("\"flowType\"", "\"defaultValue\": \"none\", \"flowType\"");
        assert_eq!(underlined_in_schema(&LINT, "", &schema), ["\"none\""]);
    }

    #[test]
    fn what_keeps_all_is_silent() {
        for kept in ["[objectId]", "Append(\"u-\", [objectId])", "Coalesce([objectId])", "Join(\"-\", [objectId], [a])"] {
            assert!(check(kept).is_empty(), "{kept}");
        }
        assert!(underlined_in_schema(&LINT, "", &schema("User", "userName <- ToLower([mail])")).is_empty());
    }
}
