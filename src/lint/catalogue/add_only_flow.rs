//! `add-only-flow`

use crate::entra::FlowTypes;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Case, Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "add-only-flow",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/how-provisioning-works",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Mappings of users or groups that leave creations, updates or deletions out.

## Why it matters

Without updates, a change of name, mail or membership never reaches Foundry. Without deletions, leavers stay. Without
creations, nobody new comes.

## Avoid

```yaml
entra: { exports: [schema.json] }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "User", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:User", "flowTypes": "Add",
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
  "sourceObjectName": "User", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:User", "flowTypes": "Add, Update, Delete",
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

https://learn.microsoft.com/entra/identity/app-provisioning/how-provisioning-works

## Fix

None. The mapping is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let project = subject.project;
    for (_, mapping) in project.user_mappings().chain(project.group_mappings()) {
        let FlowTypes { add, update, delete } = mapping.flow_types;
        let flows = [(add, "creations"), (update, "updates"), (delete, "deletions")];
        let missing: Vec<&str> = flows.into_iter().filter(|(is_on, _)| !is_on).map(|(_, name)| name).collect();
        if missing.is_empty() {
            continue;
        }
        let message = format!("{} are not provisioned", missing.join(" and "));
        problems.push(
            LINT.problem(mapping.member("flowTypes").value(), message)
                .cases(missing.iter().map(|name| Case::new(&[name])))
                .label("only these reach Foundry")
                .help("switch Create, Update and Delete on among the target object actions"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{schema, underlined_in_schema};

    fn check(flow_types: &str) -> Vec<String> {
        let schema = schema("Group", "displayName <- [displayName]");
        let schema =
            schema.replace("\"sourceObjectName\"", &format!("\"flowTypes\": {flow_types}, \"sourceObjectName\""));
        underlined_in_schema(&LINT, "", &schema)
    }

    #[test]
    fn what_is_left_out_is_found_at_the_flows() {
        assert_eq!(check("\"Add\""), ["\"Add\""]);
        assert_eq!(check("\"Add,Update\"").len(), 1);
    }

    #[test]
    fn all_flows_and_the_default_are_silent() {
        assert!(check("\"Add, Update, Delete\"").is_empty());
        assert!(check("\"Add,Update,Delete\"").is_empty());
        assert!(check("null").is_empty());
    }
}
