//! `unanchored-scope`

use super::unsupported_scope;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "unanchored-scope",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/define-conditional-rules-for-provisioning-user-accounts",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A scoping filter whose pattern is tied to neither end of the value: it holds wherever a part of the value fits.

## Why it matters

More people are in scope than the pattern seems to say: `contoso` takes `noncontoso.example` as well. They become users of
Foundry.

## Avoid

```yaml
entra: { exports: [schema.json] }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "User", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:User",
  "scope": { "groups": [ { "clauses": [ { "operatorName": "REGEX MATCH", "sourceOperandName": "mail", "targetOperand": { "values": ["contoso\\.com"] } } ] } ] },
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
  "scope": { "groups": [ { "clauses": [ { "operatorName": "REGEX MATCH", "sourceOperandName": "mail", "targetOperand": { "values": ["@contoso\\.com$"] } } ] } ] },
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
        let patterns = mapping.scope.iter().flat_map(|group| &group.clauses);
        let patterns = patterns.filter(|clause| !unsupported.contains(&clause.at));
        let patterns =
            patterns.filter(|clause| matches!(clause.operator_word().as_str(), "REGEXMATCH" | "NOTREGEXMATCH"));
        let values = patterns.flat_map(|clause| clause.values.iter().map(move |value| (clause, value)));
        for (clause, value) in values.filter(|(_, value)| is_loose(value)) {
            problems.push(
                LINT.problem(value.at.value(), "the pattern holds wherever a part of the value fits")
                    .fact(&[&clause.attribute, value])
                    .label("tied to neither end")
                    .help("begin the pattern with `^` and end it with `$`"),
            );
        }
    }
}

/// Whether nothing ties a pattern to an end of the value, in any of its alternatives, and nothing shows that a part of it is
/// meant.
fn is_loose(pattern: &str) -> bool {
    !pattern.is_empty() && pattern.split('|').all(is_loose_alternative)
}

fn is_loose_alternative(pattern: &str) -> bool {
    let inner = pattern.trim_start_matches('(').trim_end_matches(')');
    let starts = ["^", r"\A", ".*", "?"].iter().any(|start| inner.starts_with(start));
    let ends = ["$", r"\z", r"\Z", ".*"].iter().any(|end| inner.ends_with(end));
    !starts && !ends
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{scope_clause, underlined_in_scope};

    fn check(groups: &str) -> Vec<String> {
        underlined_in_scope(&LINT, groups)
    }

    #[test]
    fn a_loose_pattern_is_found_and_no_other() {
        let check = |operator: &str, pattern: &str| {
            check(&format!("[{{\"clauses\": [{}]}}]", scope_clause("mail", operator, pattern))).len()
        };
        for pattern in ["contoso", "[0-9]+", "sales|marketing", "(sales|marketing)", r"(contoso)\.com"] {
            assert_eq!(check("REGEX MATCH", pattern), 1, "{pattern}");
        }
        for pattern in
            ["^contoso", "contoso$", ".*contoso.*", "^a$|^b$", "(^a$)", "^(a|b)$", "a|.*b", "(?i)^contoso$", "(?:a|b)", ""]
        {
            assert_eq!(check("REGEX MATCH", pattern), 0, "{pattern}");
        }
        assert_eq!(check("EQUALS", "contoso"), 0);
    }
}
