//! `group-external-id-mismatch`

use super::provider_id_mismatch::is_changed;
use crate::identity::Value;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "group-external-id-mismatch",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

An Entra synchronization schema in which a group's `externalId` and `displayName` are mapped from different sources.

## Why it matters

Foundry knows a provider group both by what SCIM sends and by what the groups claim of a login carries. When the two
mappings differ and a group is renamed, the login finds another group than SCIM made, and its members may be locked out.
Entra's default mapping differs: `displayName` from `displayName`, `externalId` from `objectId`.

## Avoid

```yaml
entra: { exports: [schema.json] }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "enabled": true, "flowTypes": "Add, Update, Delete",
  "sourceObjectName": "Group", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:Group",
  "attributeMappings": [
    { "targetAttributeName": "displayName", "source": { "type": "Attribute", "name": "displayName", "expression": "[displayName]" } },
    { "targetAttributeName": "externalId", "source": { "type": "Attribute", "name": "objectId", "expression": "[objectId]" } }
  ] } ] } ], "directories": [] }
```

## Prefer

```yaml
entra: { exports: [schema.json] }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "enabled": true, "flowTypes": "Add, Update, Delete",
  "sourceObjectName": "Group", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:Group",
  "attributeMappings": [
    { "targetAttributeName": "displayName", "source": { "type": "Attribute", "name": "objectId", "expression": "[objectId]" } },
    { "targetAttributeName": "externalId", "source": { "type": "Attribute", "name": "objectId", "expression": "[objectId]" } }
  ] } ] } ], "directories": [] }
```

Take the source attribute of the groups claim for both.

## Source

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None. The mapping is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for schema in subject.project.synchronization_schemas() {
        for mapping in schema.groups() {
            let (Some(external_id), Some(display_name)) = (mapping.mapping("externalId"), mapping.mapping("displayName"))
            else {
                continue;
            };
            let (id, name) = (external_id.sends(), display_name.sends());
            if id == name {
                continue;
            }
            // `lossy-external-id` says it where only the function is at fault.
            let (value, other) = (Value::of_mapping(external_id), Value::of_mapping(display_name));
            if value.zip(other).is_some_and(|(value, other)| is_changed(&value, &other)) {
                continue;
            }
            problems.push(
                LINT.problem(
                    external_id.sent_at(),
                    "a group's `externalId` and `displayName` are mapped from different sources",
                )
                .fact(&[&id.unwrap_or_default(), &name.unwrap_or_default()])
                .label("the source of `externalId`")
                .related(display_name.sent_at(), "the source of `displayName`")
                .help("map both from the source attribute of the groups claim, then restart provisioning"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(enabled: bool, external_id: &str, display_name: &str) -> Vec<String> {
        let mapping = |target: &str, source: &str| format!(r#"{{"targetAttributeName":"{target}",{source}}}"#);
        let schema = format!(
            r#"{{"synchronizationRules":[{{"objectMappings":[{{"enabled":{enabled},"sourceObjectName":"Group",
"targetObjectName":"urn:ietf:params:scim:schemas:core:2.0:Group","attributeMappings":[
{},
{}]}}]}}],"directories":[]}}"#,
            mapping("externalId", external_id),
            mapping("displayName", display_name)
        );
        let document = "entra: { exports: [schema.json] }\n";
        places(&LINT, &[("vestibule.yaml", document), ("schema.json", &schema)])
    }

    const OBJECT_ID: &str = r#""source":{"type":"Attribute","name":"objectId","expression":"[objectId]"}"#;
    const NAME: &str = r#""source":{"type":"Attribute","name":"displayName","expression":"[displayName]"}"#;
    const UPPER: &str =
        r#""source":{"type":"Function","name":"ToUpper","expression":"ToUpper( [displayName] )","parameters":[]}"#;

    #[test]
    fn the_expression_of_external_id_is_underlined() {
        assert_eq!(check(true, OBJECT_ID, NAME), [r#"schema.json:3:97 "[objectId]""#]);
        assert_eq!(check(true, NAME, UPPER).len(), 1, "a function of an attribute is another value");
        assert_eq!(check(true, r#""source":null,"defaultValue":"x""#, NAME), [r#"schema.json:3:66 "x""#]);
    }

    #[test]
    fn equal_sources_and_mappings_switched_off_are_silent() {
        assert!(check(true, NAME, NAME).is_empty());
        assert!(check(true, UPPER, &UPPER.replace(' ', "")).is_empty());
        assert!(check(false, OBJECT_ID, NAME).is_empty());
    }
}
