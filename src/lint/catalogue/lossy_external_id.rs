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
can come to one value, or one person to another value at every run. So does a constant, and a value for whoever has none: a
default value of the mapping, or a constant in `Coalesce`.

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
    { "targetAttributeName": "externalId", "matchingPriority": 1, "source": { "expression": "ToLower([employeeId])" } },
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
    { "targetAttributeName": "externalId", "matchingPriority": 1, "source": { "expression": "[employeeId]" } },
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
    let project = subject.project;
    for (_, mapping) in project.user_mappings().chain(project.group_mappings()) {
        let Some(external_id) = mapping.mapping("externalId") else { continue };
        let expression = external_id.expression();
        let (place, message) = match (expression.as_ref().and_then(loss), &external_id.default_value) {
            (Some(loss), _) => (external_id.sent_at(), loss.said()),
            (None, Some(_)) => {
                let place = external_id.member("defaultValue").value();
                (place, "`externalId` has a default value, which everybody without one shares".to_owned())
            }
            (None, None) => continue,
        };
        let default = external_id.default_value.as_deref().unwrap_or_default();
        problems.push(
            LINT.problem(place, message)
                .fact(&[&external_id.sends().unwrap_or_default(), default])
                .label("not one value for one person")
                .help("map `externalId` from an attribute as it is, without a function and without a default"),
        );
    }
}

/// What an expression loses or makes up.
pub(super) enum Loss<'e> {
    /// A function gives two values one outcome, or one value several.
    Function(&'e str),
    /// It is the same for everybody.
    Constant,
    /// Everybody who lacks the attributes gets one value.
    Default,
}

impl Loss<'_> {
    fn said(&self) -> String {
        match self {
            Loss::Function(name) => format!("`externalId` is made by `{name}`, which loses or invents something"),
            Loss::Constant => "`externalId` is the same for everybody".to_owned(),
            Loss::Default => "`externalId` falls back to a value that everybody without one shares".to_owned(),
        }
    }
}

/// What keeps an expression from being one value for one person.
pub(super) fn loss(expression: &Expression) -> Option<Loss<'_>> {
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
    if let Some(name) = expression.functions().find(|name| LOSSY.contains(name)) {
        return Some(Loss::Function(name));
    }
    if expression.attributes().next().is_none() {
        return Some(Loss::Constant);
    }
    // An empty text is no value.
    let is_default = |argument: &Expression| {
        argument.attributes().next().is_none() && argument.as_text().is_none_or(|text| !text.is_empty())
    };
    let defaults = |part: &&Expression| match part.as_call() {
        Some(("Coalesce", arguments)) => arguments.iter().flatten().any(is_default),
        _ => false,
    };
    expression.walk().iter().any(defaults).then_some(Loss::Default)
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
        assert_eq!(check("\"same\""), ["\"\\\"same\\\"\""]);
        assert_eq!(check("Append(\"a\", \"b\")").len(), 1);
        assert_eq!(check("Coalesce([objectId], \"none\")").len(), 1);
        assert_eq!(check("Append(\"u-\", Coalesce([objectId], Append(\"no\", \"ne\")))").len(), 1);
        assert_eq!(check("IIF([a] = \"b\", [objectId], [mail])").len(), 1);
    }

    #[test]
    fn a_constant_of_the_export_is_found() {
        let constant = schema("User", "externalId <- [x]").replace("\"Attribute\"", "\"Constant\"").replace("[x]", "x");
        assert_eq!(underlined_in_schema(&LINT, "", &constant).len(), 1, "{constant}");
    }

    #[test]
    fn a_default_is_found_at_its_value() {
        let schema = schema("Group", "externalId <- [objectId]")
            .replace("\"flowType\"", "\"defaultValue\": \"none\", \"flowType\"");
        assert_eq!(underlined_in_schema(&LINT, "", &schema), ["\"none\""]);
    }

    #[test]
    fn what_keeps_all_is_silent() {
        for kept in ["[objectId]", "Append(\"u-\", [objectId])", "Coalesce([objectId])", "Coalesce([objectId], \"\")", "Join(\"-\", [objectId], [a])"]
        {
            assert!(check(kept).is_empty(), "{kept}");
        }
        assert!(underlined_in_schema(&LINT, "", &schema("User", "userName <- ToLower([mail])")).is_empty());
    }
}
