//! `groups-claim-renamed`

use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "groups-claim-renamed",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-fed-group-claims",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

An application that sends groups in another claim than the provider reads: `emit_as_roles` puts them into the claim of
roles, and `DirectoryRole` alone sends roles of the directory and no groups.

## Why it matters

The claim that Foundry reads is not there. People lose their provider groups at every login.

## Avoid

```yaml
provider:
  name: contoso-entra
  attribute-mapping:
    provider-id: oid
    groups: { claim: http://schemas.microsoft.com/ws/2008/06/identity/claims/groups }
entra: { exports: [manifest.json] }
```

```json manifest.json
{ "groupMembershipClaims": "SecurityGroup", "optionalClaims": { "saml2Token": [
  { "name": "groups", "additionalProperties": ["emit_as_roles"] } ] } }
```

## Prefer

```yaml
provider:
  name: contoso-entra
  attribute-mapping:
    provider-id: oid
    groups: { claim: http://schemas.microsoft.com/ws/2008/06/identity/claims/groups }
entra: { exports: [manifest.json] }
```

```json manifest.json
{ "groupMembershipClaims": "SecurityGroup", "optionalClaims": { "saml2Token": [
  { "name": "groups", "additionalProperties": [] } ] } }
```

## Source

https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-fed-group-claims

## Fix

None. The setting is changed in Entra, not in the export.
"#;

/// The claim that groups go to by default.
const GROUPS: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups";

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let provider = &subject.config.provider;
    let Some(groups) = provider.attribute_mapping.groups.as_ref().filter(|_| provider.groups_import != Some(false))
    else {
        return;
    };
    if !groups.claim.value.as_str().eq_ignore_ascii_case(GROUPS) {
        return;
    }
    for app in subject.project.applications() {
        let only_roles = app.emits("DirectoryRole") && !app.emits_groups();
        let (at, message) = match (app.groups_property("emit_as_roles"), &app.group_membership) {
            (Some(property), _) if app.emits_groups() => (&property.at, "groups are sent in the claim of roles"),
            (_, Some(membership)) if only_roles => (&membership.at, "roles of the directory are sent, and no groups"),
            _ => continue,
        };
        problems.push(
            LINT.problem(at.value(), message)
                .label("not the claim that Foundry reads")
                .related(groups.claim.at.value(), "groups are read from this claim")
                .help("let the application send groups in the groups claim, or map the claim that it sends"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::underlined;

    const PROVIDER: &str = "provider:\n  name: x\n  attribute-mapping: { groups: { claim: \
        'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups' } }\nentra: { exports: [manifest.json] }\n";

    fn check(document: &str, manifest: &str) -> Vec<String> {
        underlined(&LINT, &[("vestibule.yaml", document), ("manifest.json", manifest)])
    }

    #[test]
    fn groups_in_another_claim_are_found() {
        let roles = r#"{"groupMembershipClaims": "All", "optionalClaims": {"saml2Token": [{"name": "groups",
            "additionalProperties": ["sam_account_name", "emit_as_roles"]}]}}"#;
        assert_eq!(check(PROVIDER, roles), ["\"emit_as_roles\""]);
        assert_eq!(check(PROVIDER, r#"{"groupMembershipClaims": "DirectoryRole"}"#), ["\"DirectoryRole\""]);
        let mapped = PROVIDER.replace("claims/groups", "claims/role");
        assert!(check(&mapped, roles).is_empty(), "the provider reads that claim");
        assert!(check(PROVIDER, &roles.replace("saml2Token", "idToken")).is_empty());
        assert!(check(PROVIDER, r#"{"groupMembershipClaims": "DirectoryRole, SecurityGroup"}"#).is_empty());
    }
}
