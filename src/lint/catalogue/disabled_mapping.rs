//! `disabled-mapping`

use super::provider_group_at_create::is_provider_group;
use crate::config::{Config, When};
use crate::entra::{ObjectKind, ObjectMapping, SynchronizationSchema};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "disabled-mapping",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A synchronization schema in which the mapping of users is switched off; or, where rules ask for provider groups, the one
of groups is, or does not send `members`.

## Why it matters

Without users there is nothing to provision, and Microsoft does not support it. Without groups or their members, rules on
provider groups stand on nothing until the login.

## Avoid

```yaml
groups: { rule-based: [Analysts] }
group-assignment: [{ rule: finance, when: provider.groups includes "Finance", groups: [Analysts] }]
entra: { exports: [schema.json] }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "Group", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:Group", "enabled": false,
  "attributeMappings": [
    { "targetAttributeName": "externalId", "source": { "expression": "[displayName]" } },
    { "targetAttributeName": "displayName", "source": { "expression": "[displayName]" } },
    { "targetAttributeName": "members", "source": { "expression": "[members]" } }
  ] } ] } ] }
```

## Prefer

```yaml
groups: { rule-based: [Analysts] }
group-assignment: [{ rule: finance, when: provider.groups includes "Finance", groups: [Analysts] }]
entra: { exports: [schema.json] }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "Group", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:Group", "enabled": true,
  "attributeMappings": [
    { "targetAttributeName": "externalId", "source": { "expression": "[displayName]" } },
    { "targetAttributeName": "displayName", "source": { "expression": "[displayName]" } },
    { "targetAttributeName": "members", "source": { "expression": "[members]" } }
  ] } ] } ] }
```

## Source

https://learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes

## Fix

None. The mapping is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let needs_groups = asks_for_groups(subject.config);
    for schema in subject.project.synchronization_schemas() {
        problems.extend(switched_off(schema, ObjectKind::User));
        if needs_groups {
            problems.extend(switched_off(schema, ObjectKind::Group));
            problems.extend(schema.groups().filter(|mapping| !mapping.is_damaged).filter_map(without_members));
        }
    }
}

/// The mapping of a kind of object that is off, where no other one is on.
fn switched_off(schema: &SynchronizationSchema, kind: ObjectKind) -> Option<Problem> {
    let mut of_kind = schema.object_mappings.iter().filter(|mapping| mapping.kind() == Some(kind)).peekable();
    let first = *of_kind.peek()?;
    if of_kind.any(|mapping| mapping.enabled) {
        return None;
    }
    let what = match kind {
        ObjectKind::User => "users",
        ObjectKind::Group => "groups",
    };
    let problem = LINT.problem(first.member("enabled").value(), format!("the mapping of {what} is switched off"));
    Some(problem.label("nothing is sent").help("enable the mapping in Entra"))
}

fn without_members(mapping: &ObjectMapping) -> Option<Problem> {
    if mapping.mapping("members").is_some() {
        return None;
    }
    let problem = LINT.problem(mapping.member("attributeMappings").name(), "groups are sent without `members`");
    Some(problem.label("no membership reaches Foundry").help("map `members` from `members`"))
}

fn asks_for_groups(config: &Config) -> bool {
    let asks = |when: &When| when.condition.tests().any(|test| is_provider_group(&test.input));
    let organizations = config.organization_assignment.iter().flat_map(|section| section.users.iter().flatten());
    let groups = config.group_assignment.iter().flatten();
    let intake = config.user_intake.iter().flat_map(|section| &section.rules);
    organizations
        .map(|rule| &rule.when)
        .chain(groups.map(|rule| &rule.when))
        .chain(intake.map(|rule| &rule.when))
        .any(asks)
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{schema, underlined_in_schema};

    const RULE: &str =
        "group-assignment: [{ rule: a, when: provider.groups pr, groups: [A] }]\ngroups: { rule-based: [A] }\n";

    fn check(document: &str, kind: &str, enabled: bool, mappings: &str) -> Vec<String> {
        let schema = schema(kind, mappings);
        let schema = schema.replace("\"sourceObjectName\"", &format!("\"enabled\": {enabled}, \"sourceObjectName\""));
        underlined_in_schema(&LINT, document, &schema)
    }

    #[test]
    fn what_is_off_is_found_where_it_is_needed() {
        assert_eq!(check("", "User", false, ""), ["false"]);
        assert_eq!(check(RULE, "Group", false, "members <- [members]"), ["false"]);
        assert_eq!(check(RULE, "Group", true, "displayName <- [a]"), ["\"attributeMappings\""]);
    }

    #[test]
    fn what_is_on_or_not_needed_is_silent() {
        assert!(check(RULE, "Group", true, "members <- [members]").is_empty());
        assert!(check("", "Group", false, "members <- [members]").is_empty(), "no rule asks for groups");
        assert!(check("", "Group", true, "displayName <- [a]").is_empty());
        assert!(check(RULE, "", false, "").is_empty(), "a mapping of nothing");
    }
}
