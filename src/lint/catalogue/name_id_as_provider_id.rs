//! `name-id-as-provider-id`

use super::external_id_is_user_name::is_named_by_external_id;
use crate::config::{Claim, Protocol};
use crate::lint::records::{Named, place_of};
use crate::lint::{Level, Lint, Subject};
use crate::scim::{Record, User};
use crate::source::{Place, Problem, Severity, quoted};

pub(super) const LINT: Lint = Lint {
    name: "name-id-as-provider-id",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A Provider ID that is filled from NameID, either because the attribute mapping says so or because it says nothing, which
Control Panel takes for NameID. It is an error where a policy on claims or `entra.sources` says that NameID is filled from the
principal name or the address, and the snapshot holds somebody whose name has changed: an `externalId` of that form which is neither the `userName`
nor an address of the user any more.

## Why it matters

The Provider ID tells Foundry who is logging in. Entra fills NameID with the user principal name unless told otherwise,
and that changes when a person's name or domain changes. Foundry then meets a Provider ID that it has never seen: the
login fails because the user name is taken, or the person gets a new account without the old one's work.

## Avoid

```yaml
provider:
  name: contoso-entra
  attribute-mapping:
    provider-id: NameID
    username: NameID
```

## Prefer

```yaml
provider:
  name: contoso-entra
  attribute-mapping:
    provider-id: http://schemas.microsoft.com/identity/claims/objectidentifier
    username: NameID
```

Map `externalId` in Entra's provisioning from `objectId` as well: both sides must send the same value. On a provider in
use, ask Palantir first. Changing what the ID is mapped from creates new accounts.

## Source

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None. What to map instead, and what becomes of the accounts that exist, is for a person to decide.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let provider = &subject.config.provider;
    // NameID is a part of SAML; an OIDC provider that maps nothing has another default.
    if provider.protocol != Protocol::Saml {
        return;
    }
    let mapping = &provider.attribute_mapping;
    let (place, label) = match &mapping.provider_id {
        Some(claim) if claim.value == Claim::NameId => (claim.at.value(), "changes when a name or a domain changes"),
        Some(_) => return,
        None => (mapping.at.name(), "maps no `provider-id`, which Control Panel takes for NameID"),
    };
    let mut problem = LINT.problem(place, "the Provider ID is filled from NameID").label(label).help(
        "map `provider-id` from a claim that never changes, such as \
         `http://schemas.microsoft.com/identity/claims/objectidentifier`, and `externalId` from the same source",
    );
    if let (Some(source), Some((record, former))) = (changing_source(subject), renamed(subject)) {
        problem.severity = Severity::Error;
        problem = problem
            .fact(&["a name has changed"])
            .related(source, "what NameID is filled from")
            .related(place_of(record, "externalId"), format!("{} was {} before", record.resource.called(), quoted(former)));
    }
    problems.push(problem);
}

/// Where it is said that NameID is filled from a source that changes: in a policy on claims, or in the document.
fn changing_source(subject: &Subject<'_>) -> Option<Place> {
    let login = &subject.identity().provider_id.login;
    let source = login.value.as_ref()?.as_attribute()?;
    ["userprincipalname", "mail"].contains(&source).then(|| login.said_at.clone()).flatten()
}

/// Somebody whose name has changed since the account was made: `externalId` is a name of the same kind as `userName` and as
/// those of the other users, and neither the user's name of today nor an address.
fn renamed<'s>(subject: &'s Subject<'_>) -> Option<(&'s Record<User>, &'s str)> {
    let snapshot = subject.project.snapshot.as_ref().filter(|snapshot| !snapshot.is_entra_dump())?;
    snapshot.users().iter().find_map(|record| {
        let former = record.resource.external_id().known().flatten()?;
        let is_name = former.contains('@') && record.resource.user_name().contains('@');
        (is_name && !is_named_by_external_id(&record.resource)).then_some((record, former))
    })
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{findings, places};
    use crate::source::Severity;

    fn check(document: &str) -> Vec<String> {
        places(&LINT, &[("vestibule.yaml", document)])
    }

    #[test]
    fn every_spelling_of_name_id_is_found_at_the_value() {
        for spelling in ["NameID", "nameid", "name-id", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier"] {
            let document = format!("provider:\n  name: x\n  attribute-mapping: {{ provider-id: '{spelling}' }}\n");
            assert_eq!(check(&document), [format!("vestibule.yaml:3:37 '{spelling}'")]);
        }
    }

    #[test]
    fn a_mapping_that_does_not_say_is_found_at_its_name() {
        assert_eq!(check("provider:\n  name: x\n  attribute-mapping: { email: mail }\n"), [
            "vestibule.yaml:3:3 attribute-mapping"
        ]);
        assert_eq!(check("provider:\n  name: x\n"), ["vestibule.yaml:1:1 provider"]);
    }

    #[test]
    fn somebody_whose_name_has_changed_makes_it_an_error() {
        let check = |source: &str, external_id: &str| {
            let document = format!(
                "provider: {{ name: x, attribute-mapping: {{ provider-id: NameID }} }}\nentra: {{ sources: {{ name-id: {source} }} \
                 }}\nsnapshot: {{ users: u.json }}\n"
            );
            let users = format!(r#"[{{"userName":"ada.king@x","externalId":"{external_id}"}}]"#);
            findings(&LINT, &[("vestibule.yaml", &document), ("u.json", &users)])[0].severity
        };
        assert_eq!(check("user.userprincipalname", "ada.byron@x"), Severity::Error);
        assert_eq!(check("user.Mail", "ada.byron@x"), Severity::Error);
        assert_eq!(check("user.mail", "Ada.King@x"), Severity::Warning);
        assert_eq!(check("user.objectid", "ada.byron@x"), Severity::Warning);
        assert_eq!(check("user.mail", "7c4d0d2a"), Severity::Warning, "no name at all");
    }

    #[test]
    fn a_policy_on_claims_says_it_as_well() {
        let document = "provider: { name: x, attribute-mapping: { provider-id: NameID } }\nentra: { exports: [p.json] }\n\
                        snapshot: { users: u.json }\n";
        let policy = r#"{"ClaimsMappingPolicy": {"ClaimsSchema": [{"Source": "user", "ID": "userprincipalname",
            "SamlClaimType": "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier"}]}}"#;
        let users = r#"[{"userName":"ada.king@x","externalId":"ada.byron@x"}]"#;
        let found = findings(&LINT, &[("vestibule.yaml", document), ("p.json", policy), ("u.json", users)]);
        assert_eq!(found[0].severity, Severity::Error);
        assert!(found[0].locations.iter().any(|location| location.file == "p.json"));
    }

    #[test]
    fn another_claim_and_another_protocol_are_silent() {
        assert!(check("provider: { name: x, attribute-mapping: { provider-id: oid } }\n").is_empty());
        assert!(check("provider: { name: x, protocol: oidc }\n").is_empty());
    }
}
