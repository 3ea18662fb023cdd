//! `null-out-of-scope`

use std::collections::HashSet;

use super::unsupported_scope;
use crate::entra::{ScopeClause, ScopeGroup};
use crate::identity::{attribute_key, is_always_set};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "null-out-of-scope",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/define-conditional-rules-for-provisioning-user-accounts",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A scoping filter with a negative test of an attribute that may be empty, such as `department NOT EQUALS "Temp"`.

## Why it matters

Such a test is false for whoever has no value at all. They fall out of scope and are disabled in Foundry, although the
filter reads as if it left out one value only.

## Avoid

```yaml
entra: { exports: [schema.json] }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "User", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:User",
  "scope": { "groups": [ { "clauses": [ { "operatorName": "NOT EQUALS", "sourceOperandName": "department", "targetOperand": { "values": ["Temp"] } } ] } ] },
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
  "scope": { "groups": [ { "clauses": [ { "operatorName": "NOT EQUALS", "sourceOperandName": "department", "targetOperand": { "values": ["Temp"] } } ] }, { "clauses": [ { "operatorName": "IS NULL", "sourceOperandName": "department", "targetOperand": { "values": [] } } ] } ] },
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
    let unsupported = unsupported_scope::unsupported(subject);
    for (_, mapping) in project.user_mappings().chain(project.group_mappings()) {
        let accepts_null: HashSet<String> = mapping.scope.iter().filter_map(only_null).collect();
        let clauses = mapping.scope.iter().flat_map(|group| {
            let demanded: HashSet<String> = group.clauses.iter().filter_map(demands_value).collect();
            group.clauses.iter().filter(|clause| is_negative(clause)).map(move |clause| {
                let key = attribute_key(&clause.attribute);
                (clause, demanded.contains(&key), key)
            })
        });
        for (clause, is_demanded, key) in clauses {
            if is_demanded || is_always_set(&key) || accepts_null.contains(&key) || unsupported.contains(&clause.at) {
                continue;
            }
            let message = format!("whoever has no `{}` is out of scope", clause.attribute.value);
            problems.push(
                LINT.problem(clause.operator.at.value(), message)
                    .fact(&[&key])
                    .label("false where there is no value")
                    .help("add a second filter that takes whoever has none: `IS NULL`"),
            );
        }
    }
}

/// The attribute of a group of clauses that takes whoever has no value of it, and asks for nothing else.
fn only_null(group: &ScopeGroup) -> Option<String> {
    match group.clauses.as_slice() {
        [only] if only.operator_word() == "ISNULL" => Some(attribute_key(&only.attribute)),
        _ => None,
    }
}

/// The attribute of which a clause says outright that there must be a value.
fn demands_value(clause: &ScopeClause) -> Option<String> {
    (clause.operator_word() == "ISNOTNULL").then(|| attribute_key(&clause.attribute))
}

/// Whether a clause takes everything but a value.
pub(super) fn is_negative(clause: &ScopeClause) -> bool {
    matches!(clause.operator_word().as_str(), "NOTEQUALS" | "NOTREGEXMATCH" | "!&")
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{scope_clause, underlined_in_scope};

    fn check(groups: &str) -> Vec<String> {
        underlined_in_scope(&LINT, groups)
    }

    #[test]
    fn a_negative_test_of_what_may_be_empty_is_found() {
        assert_eq!(
            check(&format!("[{{\"clauses\": [{}]}}]", scope_clause("department", "NOT EQUALS", "x"))),
            ["\"NOT EQUALS\""]
        );
        assert_eq!(check(&format!("[{{\"clauses\": [{}]}}]", scope_clause("mail", "NOT_REGEX MATCH", "x"))).len(), 1);
    }

    #[test]
    fn positive_tests_and_what_everybody_has_are_silent() {
        assert!(check(&format!("[{{\"clauses\": [{}]}}]", scope_clause("department", "EQUALS", "x"))).is_empty());
        assert!(check(&format!("[{{\"clauses\": [{}]}}]", scope_clause("userPrincipalName", "NOT EQUALS", "x"))).is_empty());
        let (one, other) = (scope_clause("department", "NOT EQUALS", "x"), scope_clause("department", "IS NULL", ""));
        assert!(check(&format!("[{{\"clauses\": [{one}]}}, {{\"clauses\": [{other}]}}]")).is_empty());
        let (one, other) = (scope_clause("department", "NOT EQUALS", "x"), scope_clause("Department", "IS NOT NULL", ""));
        assert!(check(&format!("[{{\"clauses\": [{one}, {other}]}}]")).is_empty(), "said outright");
        assert_eq!(check(&format!("[{{\"clauses\": [{one}]}}, {{\"clauses\": [{other}]}}]")).len(), 1, "said elsewhere");
        let other = scope_clause("country", "IS NOT NULL", "");
        assert_eq!(check(&format!("[{{\"clauses\": [{one}, {other}]}}]")).len(), 1, "said of another");
        assert!(check("null").is_empty());
        let clause = scope_clause("manager", "NOT EQUALS", "x");
        assert!(check(&format!("[{{\"clauses\": [{clause}]}}]")).is_empty(), "never holds for anybody");
    }
}
