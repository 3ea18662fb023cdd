//! `unsupported-scope`

use crate::identity::attribute_key;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

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

A scoping filter on an attribute that Entra cannot filter by: one with several values, a reference such as `manager`,
members of a group, `userType`, `appRoleAssignments`; or with an operator that filters do not have, such as
`IsMemberOf`.

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
    { "targetAttributeName": "externalId", "matchingPriority": 1, "source": { "expression": "[objectId]" } }
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
    { "targetAttributeName": "externalId", "matchingPriority": 1, "source": { "expression": "[objectId]" } }
  ] } ] } ] }
```

## Source

https://learn.microsoft.com/entra/identity/app-provisioning/define-conditional-rules-for-provisioning-user-accounts

## Fix

None. The mapping is changed in Entra, not in the export.
"#;

/// What cannot be filtered by, by attribute key (learn.microsoft.com/entra/identity/app-provisioning/known-issues).
const ATTRIBUTES: [&str; 6] = ["approleassignments", "usertype", "manager", "members", "proxyaddresses", "othermails"];

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let project = subject.project;
    for (_, mapping) in project.user_mappings().chain(project.group_mappings()) {
        for clause in mapping.scope.iter().flat_map(|group| &group.clauses) {
            let (at, what) = if ATTRIBUTES.contains(&attribute_key(&clause.attribute).as_str()) {
                (&clause.attribute.at, &clause.attribute.value)
            } else if clause.operator_word() == "ISMEMBEROF" {
                (&clause.operator.at, &clause.operator.value)
            } else {
                continue;
            };
            problems.push(
                LINT.problem(at.value(), format!("Entra cannot filter by `{what}`"))
                    .fact(&[what])
                    .label("never holds")
                    .help("filter by another attribute, or assign a group to the application instead"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{scope_clause, underlined_in_scope};

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
    }
}
