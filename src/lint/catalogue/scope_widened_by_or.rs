//! `scope-widened-by-or`

use super::null_out_of_scope::is_negative;
use crate::entra::{ScopeClause, ScopeGroup};
use crate::identity::attribute_key;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "scope-widened-by-or",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/define-conditional-rules-for-provisioning-user-accounts",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Scoping filters of which one only leaves something out, beside another: filters are joined by OR, clauses of one filter by
AND.

## Why it matters

`country EQUALS DE` as one filter and `department NOT EQUALS Temp` as another take nearly everybody: whoever fails the one
passes the other.

## Avoid

```yaml
entra: { exports: [schema.json] }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "User", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:User",
  "scope": { "groups": [ { "clauses": [ { "operatorName": "EQUALS", "sourceOperandName": "country", "targetOperand": { "values": ["DE"] } } ] }, { "clauses": [ { "operatorName": "NOT EQUALS", "sourceOperandName": "userPrincipalName", "targetOperand": { "values": ["sync@contoso.com"] } } ] } ] },
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
  "scope": { "groups": [ { "clauses": [ { "operatorName": "EQUALS", "sourceOperandName": "country", "targetOperand": { "values": ["DE"] } }, { "operatorName": "NOT EQUALS", "sourceOperandName": "userPrincipalName", "targetOperand": { "values": ["sync@contoso.com"] } } ] } ] },
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

## Fix

None. The mapping is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let project = subject.project;
    for (_, mapping) in project.user_mappings().chain(project.group_mappings()) {
        let negative = |group: &&ScopeGroup| group.clauses.iter().all(is_negative);
        let Some(wide) = mapping.scope.iter().find(negative) else { continue };
        // `IS NULL` beside a negative test of the same attribute is how that is mended.
        let attributes: Vec<String> = wide.clauses.iter().map(|clause| attribute_key(&clause.attribute)).collect();
        let mends = |clause: &ScopeClause| {
            clause.operator_word() == "ISNULL" && attributes.contains(&attribute_key(&clause.attribute))
        };
        let other = mapping.scope.iter().find(|group| group.at != wide.at && !group.clauses.iter().all(mends));
        let Some(other) = other else { continue };
        problems.push(
            LINT.problem(
                wide.at.value(),
                "this filter only leaves something out, and another filter is enough as well",
            )
            .cases(wide.clauses.iter().map(ScopeClause::case))
            .label("takes nearly everybody")
            .related(other.at.value(), "filters are joined by OR")
            .help("put the clauses into one filter, where they are joined by AND"),
        );
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
    fn a_negative_filter_beside_another_is_found_once() {
        let (de, temp) = (scope_clause("country", "EQUALS", "DE"), scope_clause("department", "NOT EQUALS", "Temp"));
        assert_eq!(check(&format!("[{{\"clauses\": [{de}]}}, {{\"clauses\": [{temp}]}}]")).len(), 1);
        assert!(check(&format!("[{{\"clauses\": [{de}, {temp}]}}]")).is_empty());
        assert!(check(&format!("[{{\"clauses\": [{temp}]}}]")).is_empty());
        let fr = scope_clause("country", "EQUALS", "FR");
        assert!(check(&format!("[{{\"clauses\": [{de}]}}, {{\"clauses\": [{fr}]}}]")).is_empty());
        let none = scope_clause("department", "IS NULL", "");
        assert!(check(&format!("[{{\"clauses\": [{temp}]}}, {{\"clauses\": [{none}]}}]")).is_empty());
    }
}
