//! `unavailable-source`

use std::collections::{HashMap, HashSet};

use crate::entra::{AttributeMapping, SynchronizationSchema};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "unavailable-source",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Mappings from an attribute that the source directory does not have: it is not in the list that the schema carries, or
stands there in another case; and `samAccountName` or `userType` where no list says that they were added.

## Why it matters

Entra sends nothing for such a mapping, and says nothing of it. Names of attributes are case-sensitive.

## Avoid

```yaml
entra: { exports: [schema.json] }
```

```json schema.json
{ "directories": [ { "name": "Entra", "objects": [
  { "name": "User", "attributes": [ { "name": "objectId" }, { "name": "userPrincipalName" }, { "name": "IsSoftDeleted" },
    { "name": "displayName" }, { "name": "mail" }, { "name": "givenName" }, { "name": "surname" } ] } ] } ],
"synchronizationRules": [ { "sourceDirectoryName": "Entra", "objectMappings": [ {
  "sourceObjectName": "User", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:User",
  "attributeMappings": [
    { "targetAttributeName": "externalId", "matchingPriority": 1, "source": { "expression": "[objectId]" } },
    { "targetAttributeName": "userName", "matchingPriority": 2, "source": { "expression": "[UserPrincipalName]" } },
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
{ "directories": [ { "name": "Entra", "objects": [
  { "name": "User", "attributes": [ { "name": "objectId" }, { "name": "userPrincipalName" }, { "name": "IsSoftDeleted" },
    { "name": "displayName" }, { "name": "mail" }, { "name": "givenName" }, { "name": "surname" } ] } ] } ],
"synchronizationRules": [ { "sourceDirectoryName": "Entra", "objectMappings": [ {
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

https://learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes

## Fix

None. The mapping is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for schema in subject.project.synchronization_schemas() {
        let known = known_attributes(schema);
        for mapping in schema.users().chain(schema.groups()) {
            let directory = mapping.source_directory.as_deref().unwrap_or_default();
            let known = known.get(&(directory, mapping.source_object.as_str()));
            problems.extend(mapping.attribute_mappings.iter().filter_map(|attribute| unavailable(attribute, known)));
        }
    }
}

/// The attributes that the export lists, by directory and kind of object.
fn known_attributes(schema: &SynchronizationSchema) -> HashMap<(&str, &str), HashSet<&str>> {
    let mut known: HashMap<(&str, &str), HashSet<&str>> = HashMap::new();
    for directory in &schema.directories {
        for object in directory.objects.iter().filter(|object| !object.attributes.is_empty()) {
            let names = object.attributes.iter().map(|attribute| attribute.name.as_str());
            known.entry((&directory.name, &object.name)).or_default().extend(names);
        }
    }
    known
}

/// The first attribute of an expression that Entra does not give.
fn unavailable(mapping: &AttributeMapping, known: Option<&HashSet<&str>>) -> Option<Problem> {
    /// Not there unless the schema was extended (learn.microsoft.com/entra/identity/app-provisioning/known-issues).
    const ABSENT: [&str; 2] = ["samAccountName", "userType"];
    let expression = mapping.expression()?;
    let missing = expression.walk().into_iter().find_map(|part| {
        // A source that says nothing names no attribute.
        let name = part.as_attribute().filter(|name| !name.is_empty())?;
        let is_missing = known.map_or(ABSENT.contains(&name), |known| !known.contains(name));
        is_missing.then_some((part.span, name))
    });
    let (span, name) = missing?;
    let other_case = known.and_then(|known| known.iter().filter(|one| one.eq_ignore_ascii_case(name)).min());
    let help = match other_case {
        Some(meant) => format!("write `[{meant}]`: names of attributes are case-sensitive"),
        None => "map another attribute, or add this one to the source attributes of the application".to_owned(),
    };
    let problem = LINT.problem(mapping.sent_within(span), format!("Entra has no source attribute `{name}`"));
    Some(problem.fact(&[name]).label(format!("nothing is sent as `{}`", mapping.target)).help(help))
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{schema, underlined_in_schema};

    fn check(source: &str, attributes: &[&str]) -> Vec<String> {
        let names: Vec<String> = attributes.iter().map(|name| format!(r#"{{"name": "{name}"}}"#)).collect();
        let directories = format!(
            r#"{{"directories": [{{"name": "D", "objects": [{{"name": "User", "attributes": [{}]}}]}}], "synchronizationRules": [{{"sourceDirectoryName": "D", "#,
            names.join(",")
        );
        let schema =
            schema("User", &format!("userName <- {source}")).replace(r#"{"synchronizationRules": [{"#, &directories);
        underlined_in_schema(&LINT, "", &schema)
    }

    #[test]
    fn what_the_directory_lacks_is_found_in_the_expression() {
        assert_eq!(check("[mai]", &["mail"]), ["[mai]"]);
        assert_eq!(check("ToLower([Mail])", &["mail"]), ["[Mail]"]);
        assert_eq!(check("[samAccountName]", &[]), ["[samAccountName]"], "the list is left out");
    }

    #[test]
    fn what_it_has_and_what_is_not_listed_are_silent() {
        assert!(check("ToLower([mail])", &["mail"]).is_empty());
        assert!(check("[anything]", &[]).is_empty());
        assert!(check("", &["mail"]).is_empty(), "nothing is named");
        assert!(check("[userType]", &["userType"]).is_empty(), "it was added");
    }
}
