//! `unsupported-scope`

use std::collections::{HashMap, HashSet};

use crate::entra::{DirectoryAttribute, ObjectMapping, ScopeClause, SynchronizationSchema};
use crate::identity::attribute_key;
use crate::lint::{Level, Lint, Subject};
use crate::source::{At, Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "unsupported-scope",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/define-conditional-rules-for-provisioning-user-accounts",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A scoping filter on an attribute that Entra cannot filter by: one with several values, a date such as `employeeHireDate`,
a reference such as `manager`, members of a group, `userType`, `appRoleAssignments`; or with an operator that filters do
not have, such as `IsMemberOf`. Where the schema lists the attributes of the source directory, it says which of them are
dates, references or lists.

## Why it matters

The test never holds. Whoever it was meant to take stays out of scope and is not provisioned, or is disabled.

## Avoid

```yaml
entra: { exports: [schema.json] }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "User", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:User",
  "scope": { "groups": [ { "clauses": [ { "operatorName": "EQUALS", "sourceOperandName": "proxyAddresses", "targetOperand": { "values": ["smtp:a@contoso.com"] } } ] } ] },
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
entra: { exports: [schema.json] }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "User", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:User",
  "scope": { "groups": [ { "clauses": [ { "operatorName": "EQUALS", "sourceOperandName": "mail", "targetOperand": { "values": ["a@contoso.com"] } } ] } ] },
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

https://learn.microsoft.com/entra/identity/app-provisioning/define-conditional-rules-for-provisioning-user-accounts

https://learn.microsoft.com/entra/identity/app-provisioning/known-issues names dates, references, `userType` and
`appRoleAssignments`.

## Fix

None. The mapping is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    problems.extend(clauses(subject).filter_map(|(listed, clause)| problem(listed, clause)));
}

/// The clauses of all mappings, each with what the export lists of its attribute.
fn clauses<'s>(subject: &'s Subject<'_>) -> impl Iterator<Item = (Option<&'s DirectoryAttribute>, &'s ScopeClause)> {
    subject.project.synchronization_schemas().flat_map(|schema| {
        let listed = Listed::of(schema);
        let clauses = schema.users().chain(schema.groups()).flat_map(move |mapping| {
            let clauses = mapping.scope.iter().flat_map(|group| &group.clauses);
            clauses.map(|clause| (listed.attribute(mapping, &clause.attribute), clause)).collect::<Vec<_>>()
        });
        clauses.collect::<Vec<_>>()
    })
}

/// Where the clauses stand of which this lint speaks: what else is wrong with them makes no difference.
pub(super) fn unsupported(subject: &Subject<'_>) -> HashSet<At> {
    if !subject.selects(LINT.name) {
        return HashSet::new();
    }
    let found = clauses(subject).filter(|(listed, clause)| problem(*listed, clause).is_some());
    found.map(|(_, clause)| clause.at.clone()).collect()
}

/// The attributes that an export lists, by directory, kind of object and name.
struct Listed<'s>(HashMap<(&'s str, &'s str, &'s str), &'s DirectoryAttribute>);

impl<'s> Listed<'s> {
    fn of(schema: &'s SynchronizationSchema) -> Self {
        let mut listed = HashMap::new();
        for directory in &schema.directories {
            for object in &directory.objects {
                let named = |attribute: &'s DirectoryAttribute| (directory.name.as_str(), object.name.as_str(), attribute.name.as_str());
                listed.extend(object.attributes.iter().map(|attribute| (named(attribute), attribute)));
            }
        }
        Listed(listed)
    }

    fn attribute(&self, mapping: &ObjectMapping, name: &str) -> Option<&'s DirectoryAttribute> {
        let directory = mapping.source_directory.as_deref().unwrap_or_default();
        self.0.get(&(directory, mapping.source_object.as_str(), name)).copied()
    }
}

fn problem(listed: Option<&DirectoryAttribute>, clause: &ScopeClause) -> Option<Problem> {
    let (what, label) = match unfit(listed, &clause.attribute) {
        Some(why) => (&clause.attribute, why),
        None if clause.operator_word() == "ISMEMBEROF" => (&clause.operator, "no operator of filters"),
        None => return None,
    };
    let problem = LINT.problem(what.at.value(), format!("Entra cannot filter by `{}`", what.value)).fact(&[&what.value]);
    Some(problem.label(label).help("filter by another attribute, or assign a group to the application instead"))
}

/// Why Entra cannot filter by an attribute. What the export says of its type wins over what its name is known for.
fn unfit(listed: Option<&DirectoryAttribute>, name: &str) -> Option<&'static str> {
    const SEVERAL: &str = "holds several values";
    const DATE: &str = "is a date";
    const UNSUPPORTED: &str = "is not supported in filters";
    let key = attribute_key(name);
    if ["approleassignments", "usertype", "manager", "members"].contains(&key.as_str()) {
        return Some(UNSUPPORTED);
    }
    if let Some((listed, kind)) = listed.and_then(|listed| Some((listed, listed.kind.as_deref()?))) {
        // Operators take texts, numbers and booleans (learn.microsoft.com/graph/api/synchronization-synchronizationschema-filteroperators).
        return match kind {
            _ if listed.is_multi_valued => Some(SEVERAL),
            _ if kind.eq_ignore_ascii_case("DateTime") => Some(DATE),
            _ if kind.eq_ignore_ascii_case("Reference") => Some("refers to another object"),
            _ => None,
        };
    }
    if ["proxyaddresses", "othermails"].contains(&key.as_str()) {
        return Some(SEVERAL);
    }
    DATES.contains(&key.as_str()).then_some(DATE)
}

/// Dates by attribute key: those that the page on known issues names, and those of a user in Entra
/// (learn.microsoft.com/graph/api/resources/user).
const DATES: [&str; 8] = [
    "statushiredate",
    "startdate",
    "enddate",
    "statusterminationdate",
    "accountexpires",
    "employeehiredate",
    "employeeleavedatetime",
    "createddatetime",
];

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{schema, scope_clause, underlined_in_schema, underlined_in_scope};

    fn check(groups: &str) -> Vec<String> {
        underlined_in_scope(&LINT, groups)
    }

    #[test]
    fn what_entra_cannot_filter_by_is_found() {
        let check = |attribute: &str, operator: &str| {
            check(&format!("[{{\"clauses\": [{}]}}]", scope_clause(attribute, operator, "x")))
        };
        assert_eq!(check("manager", "EQUALS"), ["\"manager\""]);
        assert_eq!(check("userType", "EQUALS").len(), 1);
        assert_eq!(check("department", "IsMemberOf"), ["\"IsMemberOf\""]);
        assert!(check("department", "EQUALS").is_empty());
        assert!(check("extensionAttribute1", "REGEX MATCH").is_empty());
        assert_eq!(check("employeeHireDate", "Greater_Than"), ["\"employeeHireDate\""]);
        assert_eq!(check("AccountExpires", "EQUALS").len(), 1);
    }

    #[test]
    fn the_types_that_the_export_lists_win() {
        let check = |attribute: &str| {
            let scope = format!(
                "\"scope\": {{\"groups\": [{{\"clauses\": [{}]}}]}}, \"sourceObjectName\"",
                scope_clause(attribute, "EQUALS", "x")
            );
            let listed = r#"{"directories": [{"name": "Entra", "objects": [{"name": "User", "attributes": [
                {"name": "startDate", "type": "String"}, {"name": "extension_a_left", "type": "DateTime"},
                {"name": "extension_a_sites", "type": "String", "multivalued": true},
                {"name": "extension_a_site", "type": "String", "multivalued": false},
                {"name": "sponsor", "type": "Reference"}, {"name": "manager", "type": "String"}]}]}],"#;
            let schema = schema("User", "externalId <- [objectId]")
                .replace("\"sourceObjectName\"", &scope)
                .replacen('{', listed, 1)
                .replace("{\"objectMappings\"", "{\"sourceDirectoryName\": \"Entra\", \"objectMappings\"");
            underlined_in_schema(&LINT, "", &schema)
        };
        assert_eq!(check("extension_a_left"), ["\"extension_a_left\""]);
        assert_eq!(check("extension_a_sites").len(), 1);
        assert_eq!(check("sponsor").len(), 1);
        assert_eq!(check("manager").len(), 1, "whatever its type");
        for attribute in ["startDate", "extension_a_site", "department"] {
            assert!(check(attribute).is_empty(), "{attribute}");
        }
    }
}
