//! `on-premises-only-claim`

use crate::config::Sited;
use crate::entra::{Application, AttributeMapping};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "on-premises-only-claim",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-fed-group-claims",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A groups claim that carries names from Active Directory (`sam_account_name` and its kin) and nothing for groups of the
cloud, while provisioning sends groups that have no such name under another one.

## Why it matters

Entra leaves a group without a name from Active Directory out of the claim. SCIM makes the group in Foundry and puts its
members in; their next login takes them out again.

## Avoid

```yaml
entra: { exports: [manifest.json, schema.json] }
```

```json manifest.json
{ "groupMembershipClaims": "ApplicationGroup", "optionalClaims": { "saml2Token": [
  { "name": "groups", "additionalProperties": ["sam_account_name"] } ] } }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "Group", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:Group",
  "attributeMappings": [
    { "targetAttributeName": "externalId", "source": { "expression": "Coalesce([onPremisesSamAccountName], [displayName])" } },
    { "targetAttributeName": "displayName", "source": { "expression": "Coalesce([onPremisesSamAccountName], [displayName])" } }
  ] } ] } ] }
```

## Prefer

```yaml
entra: { exports: [manifest.json, schema.json] }
```

```json manifest.json
{ "groupMembershipClaims": "ApplicationGroup", "optionalClaims": { "saml2Token": [
  { "name": "groups", "additionalProperties": ["sam_account_name", "cloud_displayname"] } ] } }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "Group", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:Group",
  "attributeMappings": [
    { "targetAttributeName": "externalId", "source": { "expression": "Coalesce([onPremisesSamAccountName], [displayName])" } },
    { "targetAttributeName": "displayName", "source": { "expression": "Coalesce([onPremisesSamAccountName], [displayName])" } }
  ] } ] } ] }
```

## Source

https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-fed-group-claims

## Fix

None. The setting is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(property) = subject.project.applications().find_map(on_premises_name) else { return };
    for (_, mapping) in subject.project.group_mappings() {
        let Some(sent) = mapping.mapping("externalId").or(mapping.mapping("displayName")) else { continue };
        if !has_cloud_name(sent) {
            continue;
        }
        problems.push(
            LINT.problem(
                property.at.value(),
                "the groups claim leaves out groups without a name from Active Directory",
            )
            .fact(&[&property.value, &sent.sends().unwrap_or_default()])
            .label("only groups that are synchronized from there")
            .related(sent.sent_at(), "provisioning sends the others too")
            .help("add `cloud_displayname` to the groups claim, or keep groups by object identifier on both sides"),
        );
    }
}

/// The property by which an application sends names from Active Directory alone.
fn on_premises_name(app: &Application) -> Option<&Sited<String>> {
    const NAMES: [&str; 3] =
        ["sam_account_name", "dns_domain_and_sam_account_name", "netbios_domain_and_sam_account_name"];
    let covers_cloud = app.groups_property("cloud_displayname").is_some();
    NAMES.iter().find_map(|name| app.groups_property(name)).filter(|_| app.emits_groups() && !covers_cloud)
}

/// Whether a mapping falls back from a name of Active Directory to one of the cloud: there are groups without the first.
pub(super) fn has_cloud_name(mapping: &AttributeMapping) -> bool {
    let Some(expression) = mapping.expression() else { return false };
    let Some(("Coalesce", _)) = expression.as_call() else { return false };
    let is_on_premises = |name: &str| name.to_ascii_lowercase().starts_with("onpremises");
    expression.attributes().any(is_on_premises) && !expression.attributes().all(is_on_premises)
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{schema, underlined};

    fn check(properties: &str, external_id: &str) -> Vec<String> {
        let manifest = format!(
            r#"{{"groupMembershipClaims": "ApplicationGroup", "optionalClaims": {{"saml2Token":
            [{{"name": "groups", "additionalProperties": [{properties}]}}]}}}}"#
        );
        let document = "entra: { exports: [manifest.json, schema.json] }\n";
        let schema = schema("Group", &format!("externalId <- {external_id}"));
        underlined(&LINT, &[("vestibule.yaml", document), ("manifest.json", &manifest), ("schema.json", &schema)])
    }

    #[test]
    fn names_that_cloud_groups_lack_are_found_at_the_property() {
        let both = "Coalesce([onPremisesSamAccountName], [displayName])";
        assert_eq!(check(r#""sam_account_name""#, both), [r#""sam_account_name""#]);
        assert_eq!(check(r#""dns_domain_and_sam_account_name""#, both).len(), 1);
    }

    #[test]
    fn covered_groups_and_other_facts_are_silent() {
        let both = "Coalesce([onPremisesSamAccountName], [displayName])";
        assert!(check(r#""sam_account_name", "cloud_displayname""#, both).is_empty());
        assert!(check("", both).is_empty());
        assert!(check(r#""sam_account_name""#, "[onPremisesSamAccountName]").is_empty(), "all groups may have one");
        assert!(check(r#""sam_account_name""#, "[displayName]").is_empty(), "another lint's fact");
    }
}
