//! `external-id-is-user-name`

use crate::condition::fold;
use crate::config::Claim;
use crate::lint::records::{Named, about, place_of};
use crate::lint::{Level, Lint, Subject};
use crate::scim::{Json, Record, User};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "external-id-is-user-name",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A snapshot in which most users have their `userName`, or one of their addresses, as `externalId`. Silent where the attribute
mapping names NameID as the Provider ID: `name-id-as-provider-id` says it then.

## Why it matters

`externalId` has to be what the login sends as Provider ID. Where it is the name of the account, NameID or the principal name
is in use, and that changes when a person marries or a domain is renamed: Foundry then meets somebody whom it does not know.

## Avoid

```yaml
snapshot: { users: users.json }
```

```json users.json
[ { "id": "1", "userName": "ada@contoso.eu", "externalId": "ada@contoso.eu" } ]
```

## Prefer

```yaml
snapshot: { users: users.json }
```

```json users.json
[ { "id": "1", "userName": "ada@contoso.eu", "externalId": "7c4d0d2a-5a3c-4f5e-9d0e-1b2c3d4e5f60" } ]
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None. Map `externalId` in Entra and the Provider ID in Control Panel from the object id, and ask Palantir before that: it
makes new accounts.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(snapshot) = subject.project.snapshot.as_ref().filter(|snapshot| !snapshot.is_entra_dump()) else { return };
    let mapped = subject.config.provider.attribute_mapping.provider_id.as_ref();
    if mapped.is_some_and(|claim| claim.value == Claim::NameId) {
        return;
    }
    let external_id = |record: &Record<User>| record.resource.external_id().known().flatten().is_some();
    let identified = snapshot.users().iter().filter(|record| external_id(record)).count();
    let named: Vec<_> = snapshot.users().iter().filter(|record| is_named_by_external_id(&record.resource)).collect();
    let Some((first, others)) = named.split_first().filter(|_| 2 * named.len() > identified) else { return };
    let message = format!("{} of {identified} users have their name or an address as `externalId`", named.len());
    let problem = LINT
        .problem(place_of(first, "externalId"), message)
        .label("changes when the name does")
        .help("map `externalId` in Entra from `objectId`, and the Provider ID from the claim that sends the same");
    let problem = about(problem, named.iter().copied(), &["externalId"]);
    problems.push(others.iter().take(SHOWN).fold(problem, |problem, record| {
        problem.related(place_of(record, "externalId"), format!("so has {}", record.resource.called()))
    }));
}

/// How many more users a finding points to.
const SHOWN: usize = 2;

/// Whether `externalId` is the `userName` or an address, in any case.
pub(super) fn is_named_by_external_id(user: &User) -> bool {
    let Some(external_id) = user.external_id().known().flatten().map(fold) else { return false };
    let emails = user.object().get("emails").and_then(Json::as_array).unwrap_or_default();
    let address = |email: &Json| email.as_object().and_then(|email| email.get("value")?.as_str()).map(fold);
    fold(user.user_name()) == external_id || emails.iter().any(|email| address(email).is_some_and(|a| a == external_id))
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(mapping: &str, users: &str) -> Vec<String> {
        let document = format!("provider: {{ name: x, attribute-mapping: {{ {mapping} }} }}\nsnapshot: {{ users: u.json }}\n");
        places(&LINT, &[("vestibule.yaml", &document), ("u.json", users)])
    }

    const ADA: &str = r#"{"id":"1","userName":"ada@x","externalId":"Ada@X"}"#;
    const BO: &str = r#"{"id":"2","userName":"bo","externalId":"bo@x","emails":[{"value":"bo@x"}]}"#;
    const CY: &str = r#"{"id":"3","userName":"cy@x","externalId":"c3"}"#;

    #[test]
    fn names_and_addresses_of_most_users_are_found() {
        assert_eq!(check("provider-id: oid", &format!("[{ADA},{BO},{CY}]")), [r#"u.json:1:44 "Ada@X""#]);
        assert_eq!(check("email: mail", &format!("[{BO}]")).len(), 1);
    }

    #[test]
    fn a_few_users_another_mapping_and_users_without_one_are_silent() {
        assert!(check("provider-id: oid", &format!("[{ADA},{CY}]")).is_empty());
        assert!(check("provider-id: NameID", &format!("[{ADA}]")).is_empty());
        assert!(check("provider-id: oid", r#"[{"id":"1","userName":"ada"}]"#).is_empty());
    }
}
