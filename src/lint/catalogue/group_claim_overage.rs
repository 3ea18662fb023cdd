//! `group-claim-overage`

use crate::config::{Config, Protocol};
use crate::lint::records::{Named, case, counted};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "group-claim-overage",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://learn.microsoft.com/en-us/entra/identity/hybrid/connect/how-to-connect-fed-group-claims",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Users of the snapshot in more provider groups than the groups claim of a login can carry: 150 in SAML, 200 in OIDC. Groups
that are reached through other groups count where the claim carries them. Silent where logins bring no groups.

## Why it matters

Beyond the limit Entra leaves the groups out of the claim and puts a link to them in its place, which Foundry does not
follow. The login takes the person out of every provider group; rules on groups fail, and without a fallback the login is
refused.

## Avoid

```yaml
provider:
  name: contoso-entra
  attribute-mapping:
    provider-id: http://schemas.microsoft.com/identity/claims/objectidentifier
    groups: { claim: groups }
snapshot: { users: users.json }
```

```json users.json
[ { "id": "1", "userName": "ada@contoso.eu", "groups": [
  {"value":"g1"}, {"value":"g2"}, {"value":"g3"}, {"value":"g4"}, {"value":"g5"}, {"value":"g6"}, {"value":"g7"}, {"value":"g8"},
  {"value":"g9"}, {"value":"g10"}, {"value":"g11"}, {"value":"g12"}, {"value":"g13"}, {"value":"g14"}, {"value":"g15"}, {"value":"g16"},
  {"value":"g17"}, {"value":"g18"}, {"value":"g19"}, {"value":"g20"}, {"value":"g21"}, {"value":"g22"}, {"value":"g23"}, {"value":"g24"},
  {"value":"g25"}, {"value":"g26"}, {"value":"g27"}, {"value":"g28"}, {"value":"g29"}, {"value":"g30"}, {"value":"g31"}, {"value":"g32"},
  {"value":"g33"}, {"value":"g34"}, {"value":"g35"}, {"value":"g36"}, {"value":"g37"}, {"value":"g38"}, {"value":"g39"}, {"value":"g40"},
  {"value":"g41"}, {"value":"g42"}, {"value":"g43"}, {"value":"g44"}, {"value":"g45"}, {"value":"g46"}, {"value":"g47"}, {"value":"g48"},
  {"value":"g49"}, {"value":"g50"}, {"value":"g51"}, {"value":"g52"}, {"value":"g53"}, {"value":"g54"}, {"value":"g55"}, {"value":"g56"},
  {"value":"g57"}, {"value":"g58"}, {"value":"g59"}, {"value":"g60"}, {"value":"g61"}, {"value":"g62"}, {"value":"g63"}, {"value":"g64"},
  {"value":"g65"}, {"value":"g66"}, {"value":"g67"}, {"value":"g68"}, {"value":"g69"}, {"value":"g70"}, {"value":"g71"}, {"value":"g72"},
  {"value":"g73"}, {"value":"g74"}, {"value":"g75"}, {"value":"g76"}, {"value":"g77"}, {"value":"g78"}, {"value":"g79"}, {"value":"g80"},
  {"value":"g81"}, {"value":"g82"}, {"value":"g83"}, {"value":"g84"}, {"value":"g85"}, {"value":"g86"}, {"value":"g87"}, {"value":"g88"},
  {"value":"g89"}, {"value":"g90"}, {"value":"g91"}, {"value":"g92"}, {"value":"g93"}, {"value":"g94"}, {"value":"g95"}, {"value":"g96"},
  {"value":"g97"}, {"value":"g98"}, {"value":"g99"}, {"value":"g100"}, {"value":"g101"}, {"value":"g102"}, {"value":"g103"}, {"value":"g104"},
  {"value":"g105"}, {"value":"g106"}, {"value":"g107"}, {"value":"g108"}, {"value":"g109"}, {"value":"g110"}, {"value":"g111"}, {"value":"g112"},
  {"value":"g113"}, {"value":"g114"}, {"value":"g115"}, {"value":"g116"}, {"value":"g117"}, {"value":"g118"}, {"value":"g119"}, {"value":"g120"},
  {"value":"g121"}, {"value":"g122"}, {"value":"g123"}, {"value":"g124"}, {"value":"g125"}, {"value":"g126"}, {"value":"g127"}, {"value":"g128"},
  {"value":"g129"}, {"value":"g130"}, {"value":"g131"}, {"value":"g132"}, {"value":"g133"}, {"value":"g134"}, {"value":"g135"}, {"value":"g136"},
  {"value":"g137"}, {"value":"g138"}, {"value":"g139"}, {"value":"g140"}, {"value":"g141"}, {"value":"g142"}, {"value":"g143"}, {"value":"g144"},
  {"value":"g145"}, {"value":"g146"}, {"value":"g147"}, {"value":"g148"}, {"value":"g149"}, {"value":"g150"}, {"value":"g151"}
] } ]
```

## Prefer

Let the claim carry only groups that are assigned to the application, and assign few.

```yaml
provider:
  name: contoso-entra
  attribute-mapping:
    provider-id: http://schemas.microsoft.com/identity/claims/objectidentifier
    groups: { claim: groups }
snapshot: { users: users.json }
```

```json users.json
[ { "id": "1", "userName": "ada@contoso.eu", "groups": [ { "value": "g1" } ] } ]
```

## Source

https://learn.microsoft.com/en-us/entra/identity/hybrid/connect/how-to-connect-fed-group-claims

## Fix

None. Which groups a login needs is for a person to decide.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    if !login_brings_groups(subject.config) {
        return;
    }
    let (Some(snapshot), Some(population)) = (&subject.project.snapshot, subject.population()) else { return };
    let limit = match subject.config.provider.protocol {
        Protocol::Saml => 150,
        Protocol::Oidc => 200,
    };
    let mut over: Vec<(usize, usize)> = Vec::new();
    for index in 0..population.len() {
        let groups = population.person(index).groups_at_login().refs().len();
        if groups > limit {
            over.push((index, groups));
        }
    }
    let Some(&(first, groups)) = over.first() else { return };
    let record = &snapshot.users()[first];
    let verb = if over.len() == 1 { "is" } else { "are" };
    let users = counted(over.len(), "user");
    problems.push(
        LINT.problem(record.place.whole(), format!("{users} {verb} in more than the {limit} groups that a login can carry"))
            .label(format!("{} is in {groups}", record.resource.called()))
            .topic("snapshot.users")
            .cases(over.iter().map(|(index, _)| case(&snapshot.users()[*index], &["groups"])))
            .help("let the claim carry only groups that are assigned to the application, and assign fewer"),
    );
}

/// Whether the groups claim of a login counts.
fn login_brings_groups(config: &Config) -> bool {
    let provider = &config.provider;
    let is_mapped = provider.attribute_mapping.groups.is_some() || provider.groups_claim.is_some();
    provider.groups_import.unwrap_or(is_mapped)
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{findings, places};

    const MAPPED: &str = "attribute-mapping: { provider-id: oid, groups: { claim: g } }";

    fn check(provider: &str, groups: usize, nested: usize) -> Vec<String> {
        let document = format!("provider:\n  name: x\n  {provider}\nsnapshot: {{ users: u.json, groups: g.json }}\n");
        let direct = (0..groups).map(|n| format!(r#"{{"id":"g{n}","members":[{{"value":"1"}}]}}"#));
        let outer = (0..nested).map(|n| format!(r#"{{"id":"n{n}","members":[{{"value":"g0"}}]}}"#));
        let groups = format!("[{}]", direct.chain(outer).collect::<Vec<_>>().join(","));
        let users = r#"[{"id":"1","userName":"ada"},{"id":"2","userName":"bo"}]"#;
        let files = [("vestibule.yaml", document.as_str()), ("u.json", users), ("g.json", &groups)];
        findings(&LINT, &files).iter().map(|finding| finding.primary().label.clone()).collect()
    }

    #[test]
    fn the_limit_is_that_of_the_protocol() {
        assert_eq!(check(MAPPED, 151, 0), ["`ada` is in 151"]);
        assert!(check(MAPPED, 150, 0).is_empty());
        assert!(check(&format!("{MAPPED}\n  protocol: oidc"), 200, 0).is_empty());
        assert_eq!(check(&format!("{MAPPED}\n  protocol: oidc"), 201, 0).len(), 1);
    }

    #[test]
    fn nested_groups_count_where_the_claim_carries_them() {
        assert!(check(MAPPED, 100, 100).is_empty());
        assert_eq!(check(&format!("{MAPPED}\n  groups-claim: transitive"), 100, 100), ["`ada` is in 200"]);
    }

    #[test]
    fn logins_without_groups_are_silent() {
        assert!(check("attribute-mapping: { provider-id: oid }", 151, 0).is_empty());
        assert!(check(&format!("{MAPPED}\n  groups-import: false"), 151, 0).is_empty());
    }

    #[test]
    fn the_user_is_underlined() {
        let groups: Vec<String> = (0..151).map(|n| format!(r#"{{"value":"g{n}"}}"#)).collect();
        let users = format!("[\n{{\"userName\":\"ada\",\"groups\":[{}]}}]", groups.join(","));
        let document = format!("provider:\n  name: x\n  {MAPPED}\nsnapshot: {{ users: u.json }}\n");
        let found = places(&LINT, &[("vestibule.yaml", &document), ("u.json", &users)]);
        assert!(found.len() == 1 && found[0].starts_with("u.json:2:1 {\"userName\""), "{found:?}");
    }
}
