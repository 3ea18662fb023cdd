//! `guest-identifier`

use crate::identity::Value;
use crate::lint::records::{Named, about, counted, place_of};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Place, Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "guest-identifier",
    severity: Severity::Info,
    level: Level::Default,
    source: "https://learn.microsoft.com/en-us/entra/identity/app-provisioning/how-provisioning-works",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Guests in the snapshot, where the Username or the Provider ID is filled from a claim that carries the user principal name, as
a policy on claims or `entra.sources` says.

## Why it matters

The principal name of a guest, `bo_fabrikam.com#EXT#@contoso.onmicrosoft.com`, loses its `#EXT#` when Entra provisions it, and
a claim may send it as it is. The account that SCIM made is then another one than the login asks for. What a SAML claim
sends of a guest is not documented: look at a captured response.

## Avoid

```yaml
provider:
  name: contoso-entra
  attribute-mapping:
    provider-id: http://schemas.microsoft.com/identity/claims/objectidentifier
    username: http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name
entra:
  sources:
    claims: { http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name: user.userprincipalname }
snapshot: { users: users.json }
```

```json users.json
[ { "id": "1", "userName": "bo_fabrikam.com@contoso.onmicrosoft.com" } ]
```

## Prefer

```yaml
provider:
  name: contoso-entra
  attribute-mapping:
    provider-id: http://schemas.microsoft.com/identity/claims/objectidentifier
    username: http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name
entra:
  sources:
    claims: { http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name: user.mail }
snapshot: { users: users.json }
```

```json users.json
[ { "id": "1", "userName": "bo@fabrikam.com" } ]
```

## Source

https://learn.microsoft.com/en-us/entra/identity/app-provisioning/how-provisioning-works

## Fix

None. `originalUserPrincipalName` is the whole name in a mapping.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(said_at) = principal_name_claim(subject) else { return };
    let Some(snapshot) = &subject.project.snapshot else { return };
    let guests: Vec<_> = snapshot.users().iter().filter(|record| is_guest(record.resource.user_name())).collect();
    let Some((first, others)) = guests.split_first() else { return };
    let verb = if guests.len() == 1 { "is a guest, whose" } else { "are guests, whose" };
    let users = counted(guests.len(), "user");
    let problem = LINT
        .problem(place_of(first, "userName"), format!("{users} {verb} principal name a login may send in another form"))
        .label(format!("{} by SCIM", first.resource.called()))
        .related(said_at, "what the login sends")
        .help("compare it with a captured response, or map both sides from the object id or the address");
    let problem = about(problem, guests.iter().copied(), &["userName"]);
    let more = others.iter().take(SHOWN);
    problems.push(more.fold(problem, |problem, record| problem.related(place_of(record, "userName"), record.resource.called())));
}

/// How many more guests a finding points to.
const SHOWN: usize = 2;

/// Where it is said that a claim which names people carries the principal name.
fn principal_name_claim(subject: &Subject<'_>) -> Option<Place> {
    let identity = subject.identity();
    let is_principal_name = |value: &Value| value.as_attribute() == Some("userprincipalname");
    let mut logins = [&identity.username.login, &identity.provider_id.login].into_iter();
    logins.find(|login| login.value.as_ref().is_some_and(is_principal_name))?.said_at.clone()
}

/// Whether a user name is the principal name of a guest, with `#EXT#` or as provisioning leaves it.
fn is_guest(name: &str) -> bool {
    if name.to_ascii_uppercase().contains("#EXT#@") {
        return true;
    }
    let Some((local, domain)) = name.rsplit_once('@') else { return false };
    let home = local.rsplit_once('_').map(|(_, home)| home);
    domain.to_ascii_lowercase().ends_with(".onmicrosoft.com") && home.is_some_and(|home| home.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(sources: &str, user_name: &str) -> Vec<String> {
        let document = format!(
            "provider: {{ name: x, attribute-mapping: {{ provider-id: oid, username: n }} }}\nentra: {{ sources: {{ {sources} }} \
             }}\nsnapshot: {{ users: u.json }}\n"
        );
        places(&LINT, &[("vestibule.yaml", &document), ("u.json", &format!(r#"[{{"userName":"{user_name}"}}]"#))])
    }

    const UPN: &str = "claims: { n: user.userPrincipalName }";

    #[test]
    fn guests_are_found_in_either_form() {
        assert_eq!(check(UPN, "b_f.com#EXT#@c.onmicrosoft.com"), [r#"u.json:1:14 "b_f.com#EXT#@c.onmicrosoft.com""#]);
        assert_eq!(check(UPN, "b_f.com@C.onmicrosoft.com").len(), 1);
    }

    #[test]
    fn a_policy_on_claims_says_what_a_login_sends_as_well() {
        let policy = r#"{"ClaimsMappingPolicy": {"ClaimsSchema": [{"Source": "user", "ID": "userprincipalname", "SamlClaimType": "n"}]}}"#;
        let document = "provider: { name: x, attribute-mapping: { provider-id: oid, username: n } }\n\
                        entra: { exports: [p.json] }\nsnapshot: { users: u.json }\n";
        let guest = r#"[{"userName":"b_f.com#EXT#@c.onmicrosoft.com"}]"#;
        assert_eq!(places(&LINT, &[("vestibule.yaml", document), ("p.json", policy), ("u.json", guest)]).len(), 1);
    }

    #[test]
    fn members_and_other_sources_are_silent() {
        for name in ["ada@contoso.eu", "svc_sync@c.onmicrosoft.com", "b_f.com@contoso.eu", "ada"] {
            assert!(check(UPN, name).is_empty(), "{name}");
        }
        assert!(check("claims: { n: user.mail }", "b_f.com#EXT#@c.onmicrosoft.com").is_empty());
        assert!(check("name-id: user.userprincipalname", "b_f.com#EXT#@c.onmicrosoft.com").is_empty(), "NameID fills nothing here");
    }
}
