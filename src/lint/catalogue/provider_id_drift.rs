//! `provider-id-drift`

use std::collections::HashMap;

use crate::condition::fold;
use crate::foundry::{Export, FoundryGroup};
use crate::lint::records::{Named, about, place_of};
use crate::lint::{Level, Lint, Subject};
use crate::scim::{Group, Record, User};
use crate::source::{Problem, Severity, quoted};

pub(super) const LINT: Lint = Lint {
    name: "provider-id-drift",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-common-issues",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Users, or groups, whose Provider ID in Foundry's export is not the `externalId` that the SCIM snapshot has of them. They are
joined by name, within the provider's `realm`; without a realm nothing is said.

## Why it matters

A login whose Provider ID Foundry does not know, with a user name that is taken, is refused: "that username is already being
used". SCIM goes on to update an account that nobody can log in to.

## Avoid

```yaml
provider: { name: contoso-entra, realm: contoso, attribute-mapping: { provider-id: objectidentifier } }
snapshot: { users: users.json }
foundry: { users: foundry.json, provider-info: provider-info.json }
```

```json users.json
[ { "id": "1", "userName": "ada@contoso.eu", "externalId": "7c4d0d2a" } ]
```

```json foundry.json
[ { "id": "f1", "username": "ada@contoso.eu", "realm": "contoso" } ]
```

```json provider-info.json
[ { "id": "f1", "providerId": "ada@contoso.eu" } ]
```

## Prefer

```yaml
provider: { name: contoso-entra, realm: contoso, attribute-mapping: { provider-id: objectidentifier } }
snapshot: { users: users.json }
foundry: { users: foundry.json, provider-info: provider-info.json }
```

```json users.json
[ { "id": "1", "userName": "ada@contoso.eu", "externalId": "7c4d0d2a" } ]
```

```json foundry.json
[ { "id": "f1", "username": "ada@contoso.eu", "realm": "contoso" } ]
```

```json provider-info.json
[ { "id": "f1", "providerId": "7c4d0d2a" } ]
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-common-issues

## Fix

None. Correct the mapping first; the Admin API replaces the Provider ID of an account.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(snapshot) = subject.project.snapshot.as_ref().filter(|snapshot| !snapshot.is_entra_dump()) else { return };
    let (Some(export), Some(realm)) = (&subject.project.foundry, &subject.config.provider.realm) else { return };
    let users = snapshot.users().iter().filter_map(|record| Some((record, user_drift(export, realm, &record.resource)?)));
    problems.extend(problem(users.collect(), "user"));
    let groups = GroupsByName::of(export, realm);
    let groups = snapshot.groups().iter().filter_map(|record| Some((record, groups.drift(export, &record.resource)?)));
    problems.extend(problem(groups.collect(), "group"));
}

/// The Provider ID that Foundry holds, where it is another one.
fn user_drift<'e>(export: &'e Export, realm: &str, user: &User) -> Option<&'e str> {
    let sent = user.external_id().known().flatten()?;
    let held = export.user_for(user, realm).filter(|held| held.realm.as_deref() == Some(realm))?;
    export.provider_id(&held.id).filter(|held| *held != sent)
}

/// The groups of the realm that are alone in having their name.
struct GroupsByName<'e>(HashMap<String, Option<&'e FoundryGroup>>);

impl<'e> GroupsByName<'e> {
    fn of(export: &'e Export, realm: &str) -> Self {
        let mut by_name = HashMap::new();
        for group in export.groups().iter().filter(|group| group.realm.as_deref() == Some(realm)) {
            by_name.entry(fold(&group.name)).and_modify(|group| *group = None).or_insert(Some(group));
        }
        GroupsByName(by_name)
    }

    fn drift(&self, export: &'e Export, group: &Group) -> Option<&'e str> {
        let (sent, name) = (group.external_id().known().flatten()?, group.display_name().known().flatten()?);
        let held = self.0.get(&fold(name)).copied().flatten()?;
        export.provider_id(&held.id).filter(|held| *held != sent)
    }
}

fn problem<T: Named>(drifting: Vec<(&Record<T>, &str)>, kind: &str) -> Option<Problem> {
    let ((first, held), others) = drifting.split_first()?;
    let whose = match drifting.len() {
        1 => format!("the {kind} {} has", first.resource.called()),
        count => format!("{count} {kind}s have"),
    };
    let problem = LINT
        .problem(place_of(first, "externalId"), format!("{whose} another Provider ID in Foundry than this `externalId`"))
        .label(format!("Foundry holds {}", quoted(held)))
        .help("map `externalId` and the Provider ID from the same source, then replace the Provider ID through the Admin API");
    let problem = about(problem, drifting.iter().map(|(record, _)| *record), &["externalId"]);
    Some(others.iter().take(SHOWN).fold(problem, |problem, (record, held)| {
        problem.related(place_of(record, "externalId"), format!("Foundry holds {}", quoted(held)))
    }))
}

/// How many more records a finding points to.
const SHOWN: usize = 2;

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{findings, places};

    fn files(realm: &str) -> [(&'static str, String); 6] {
        let document = format!(
            "provider: {{ name: x, {realm} attribute-mapping: {{ provider-id: oid }} }}\nsnapshot: {{ users: u.json, groups: \
             g.json }}\nfoundry: {{ users: fu.json, groups: fg.json, provider-info: p.json }}\n"
        );
        let text = str::to_owned;
        [
            ("vestibule.yaml", document),
            ("u.json", text(r#"[{"userName":"ada","externalId":"a"},{"userName":"bo","externalId":"b"},{"userName":"cy","externalId":"c"}]"#)),
            ("g.json", text(r#"[{"displayName":"EU","externalId":"e"},{"displayName":"US","externalId":"u"}]"#)),
            (
                "fu.json",
                text(
                    r#"[{"id":"1","username":"Ada","realm":"r"},{"id":"2","username":"bo","realm":"r"},{"id":"3","username":"cy","realm":"other"}]"#,
                ),
            ),
            ("fg.json", text(r#"[{"id":"4","name":"eu","realm":"r"},{"id":"5","name":"US","realm":"palantir-internal-realm"}]"#)),
            ("p.json", text(r#"[{"id":"1","providerId":"old"},{"id":"2","providerId":"b"},{"id":"3","providerId":"z"},{"id":"4","providerId":"x"},{"id":"5","providerId":"y"}]"#)),
        ]
    }

    #[test]
    fn users_and_groups_of_the_realm_are_found_at_their_external_id() {
        let files = files("realm: r,");
        let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
        assert_eq!(places(&LINT, &files), [r#"u.json:1:33 "a""#, r#"g.json:1:35 "e""#]);
        assert_eq!(findings(&LINT, &files)[0].message, "the user `ada` has another Provider ID in Foundry than this `externalId`");
    }

    #[test]
    fn without_a_realm_nobody_is_known_to_be_the_same() {
        let files = files("");
        assert!(places(&LINT, &files.each_ref().map(|(name, text)| (*name, text.as_str()))).is_empty());
    }
}
