//! `group-external-id-mismatch`

use crate::lint::{Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "group-external-id-mismatch",
    severity: Severity::Error,
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
            if external_id.sends() == display_name.sends() {
                continue;
            }
            problems.push(
                LINT.problem(
                    external_id.member("source").value(),
                    "a group's `externalId` and `displayName` are mapped from different sources",
                )
                .label("the source of `externalId`")
                .related(display_name.member("source").value(), "the source of `displayName`")
                .help("map both from the source attribute of the groups claim, then restart provisioning"),
            );
        }
    }
}
