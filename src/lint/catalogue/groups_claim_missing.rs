//! `groups-claim-missing`

use crate::entra::Recognised;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "groups-claim-missing",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-fed-group-claims",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A provider that takes groups from the login, while the application's manifest says that there is no groups claim:
`groupMembershipClaims` is `null` or `None`.

## Why it matters

A login that carries no groups takes the person out of every provider group, in spite of what SCIM sent, and rules on
groups no longer take the person.

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
{ "groupMembershipClaims": null, "optionalClaims": null }
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
{ "groupMembershipClaims": "ApplicationGroup", "optionalClaims": null }
```

## Source

https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-fed-group-claims

## Fix

None. The setting is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let provider = &subject.config.provider;
    let Some(groups) = &provider.attribute_mapping.groups else { return };
    // A policy on claims, or another application, may make the claim.
    let has_policy = subject
        .project
        .entra
        .iter()
        .any(|export| matches!(export, Recognised::ClaimsMappingPolicy(_) | Recognised::CustomClaimsPolicy(_)));
    let said: Vec<_> = subject.project.applications().filter_map(|app| app.group_membership.as_ref()).collect();
    let makes_none = said.iter().all(|membership| membership.value.is_empty());
    let Some(membership) = said.first().filter(|_| makes_none && !has_policy) else { return };
    if provider.groups_import == Some(false) {
        return;
    }
    problems.push(
        LINT.problem(
            membership.at.value(),
            "the application sends no groups claim, and the provider takes groups from it",
        )
        .label("no groups")
        .related(groups.claim.at.value(), "groups are read from this claim")
        .help("add a groups claim to the application, or switch the import of groups off in Control Panel"),
    );
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
    fn a_manifest_without_the_claim_is_found() {
        assert_eq!(check(PROVIDER, r#"{"groupMembershipClaims": null, "optionalClaims": {}}"#), ["null"]);
        assert_eq!(check(PROVIDER, r#"{"groupMembershipClaims": "None"}"#), ["\"None\""]);
    }

    #[test]
    fn a_claim_elsewhere_and_a_login_without_groups_are_silent() {
        assert!(check(PROVIDER, r#"{"groupMembershipClaims": "SecurityGroup"}"#).is_empty());
        assert!(check(PROVIDER, r#"{"optionalClaims": {}}"#).is_empty(), "it does not say");
        let two = r#"[{"groupMembershipClaims": null}, {"groupMembershipClaims": "All"}]"#;
        assert!(check(PROVIDER, two).is_empty(), "the other application signs people in");
        assert!(
            check(
                &PROVIDER.replace("  name: x", "  name: x\n  groups-import: false"),
                r#"{"groupMembershipClaims": null}"#
            )
            .is_empty()
        );
        assert!(check("entra: { exports: [manifest.json] }\n", r#"{"groupMembershipClaims": null}"#).is_empty());
    }
}
