//! `group-claim-mismatch`

use super::cloud_display_name_unassigned;
use super::on_premises_only_claim::has_cloud_name;
use super::provider_id_mismatch::is_changed;
use crate::identity::{Agreement, Value};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "group-claim-mismatch",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Groups whose `externalId` and `displayName` Entra's provisioning maps from one source, while the groups claim of a login
carries another.

## Why it matters

Foundry then knows each group twice, once by what SCIM sent and once by what the login carries. Members stand in the one
and rules ask for the other, or the login is refused because no group fits.

## Avoid

```yaml
entra: { exports: [schema.json], sources: { groups-claim: group.objectid } }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "Group", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:Group",
  "attributeMappings": [
    { "targetAttributeName": "externalId", "source": { "expression": "[displayName]" } },
    { "targetAttributeName": "displayName", "source": { "expression": "[displayName]" } }
  ] } ] } ] }
```

## Prefer

```yaml
entra: { exports: [schema.json], sources: { groups-claim: group.objectid } }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "Group", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:Group",
  "attributeMappings": [
    { "targetAttributeName": "externalId", "source": { "expression": "[objectId]" } },
    { "targetAttributeName": "displayName", "source": { "expression": "[objectId]" } }
  ] } ] } ] }
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None. The mapping is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let chain = &subject.identity().groups;
    let (Some(login), Some(said_at)) = (&chain.login.value, &chain.login.said_at) else { return };
    for (_, mapping) in subject.project.group_mappings() {
        let (external_id, display_name) = (mapping.mapping("externalId"), mapping.mapping("displayName"));
        // Where the two differ from each other, `group-external-id-mismatch` says it.
        if let (Some(external_id), Some(display_name)) = (external_id, display_name)
            && external_id.sends() != display_name.sends()
        {
            continue;
        }
        // A claim that lacks the second name of a pair is told by `on-premises-only-claim`.
        let Some(sent) = external_id.or(display_name) else { continue };
        if has_cloud_name(sent) && login.as_attribute().is_some_and(is_account_name) {
            continue;
        }
        let value = Value::of_mapping(sent).filter(|value| value.agrees(login) == Agreement::No);
        let (Some(value), Some(written)) = (value, sent.sends()) else { continue };
        // `lossy-external-id` says it where only the function is at fault.
        if external_id.is_some() && is_changed(&value, login) {
            continue;
        }
        // So does what keeps the claim from carrying the names that are sent.
        if value.as_attribute() == Some("displayname") && cloud_display_name_unassigned::speaks(subject) {
            continue;
        }
        let message = format!("groups are sent by `{written}`, and the groups claim carries `{login}`");
        problems.push(
            LINT.problem(sent.sent_at(), message)
                .fact(&[&written, &login.to_string()])
                .label(format!("the source of `{}`", sent.target))
                .related(said_at.clone(), "the source of the groups claim")
                .help("map `externalId` and `displayName` of groups from the source of the groups claim"),
        );
    }
}

/// Whether a groups claim carries names from Active Directory, in any of their forms.
fn is_account_name(name: &str) -> bool {
    name.ends_with("samaccountname") || name.ends_with("sam_account_name")
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{schema, underlined};

    fn check(sources: &str, mappings: &str) -> Vec<String> {
        let document = format!("entra: {{ exports: [schema.json], sources: {{ {sources} }} }}\n");
        underlined(&LINT, &[("vestibule.yaml", &document), ("schema.json", &schema("Group", mappings))])
    }

    #[test]
    fn another_source_is_found_once() {
        let by_name = "externalId <- [displayName]\ndisplayName <- [displayName]";
        assert_eq!(check("groups-claim: group.objectid", by_name), ["\"[displayName]\""]);
        assert_eq!(check("groups-claim: group.objectid", "displayName <- [displayName]").len(), 1);
        assert_eq!(check("groups-claim: group.onpremisessamaccountname", by_name).len(), 1);
    }

    #[test]
    fn the_same_source_and_other_facts_are_silent() {
        let by_name = "externalId <- [displayName]\ndisplayName <- [displayName]";
        assert!(check("groups-claim: group.displayname", by_name).is_empty());
        assert!(check("", by_name).is_empty(), "nothing says what the claim carries");
        let differ = "externalId <- [objectId]\ndisplayName <- [displayName]";
        assert!(check("groups-claim: group.mailnickname", differ).is_empty(), "another lint's fact");
    }
}
