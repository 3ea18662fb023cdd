//! `name-id-as-provider-id`

use crate::config::{Claim, Protocol};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

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
Control Panel takes for NameID.

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
    problems.push(
        LINT.problem(place, "the Provider ID is filled from NameID").label(label).help(
            "map `provider-id` from a claim that never changes, such as \
             `http://schemas.microsoft.com/identity/claims/objectidentifier`, and `externalId` from the same source",
        ),
    );
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

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
    fn another_claim_and_another_protocol_are_silent() {
        assert!(check("provider: { name: x, attribute-mapping: { provider-id: oid } }\n").is_empty());
        assert!(check("provider: { name: x, protocol: oidc }\n").is_empty());
    }
}
