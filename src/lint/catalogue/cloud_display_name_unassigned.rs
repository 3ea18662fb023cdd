//! `cloud-display-name-unassigned`

use crate::config::Sited;
use crate::entra::Application;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "cloud-display-name-unassigned",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-fed-group-claims",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A groups claim that should carry display names (`cloud_displayname`), while the application sends more than the groups that
are assigned to it.

## Why it matters

Entra sends display names only for groups assigned to the application; otherwise the option has no effect, and the claim
carries object identifiers. Foundry and its rules look for names.

## Avoid

```yaml
entra: { exports: [manifest.json] }
```

```json manifest.json
{ "groupMembershipClaims": "SecurityGroup", "optionalClaims": { "saml2Token": [
  { "name": "groups", "additionalProperties": ["cloud_displayname"] } ] } }
```

## Prefer

```yaml
entra: { exports: [manifest.json] }
```

```json manifest.json
{ "groupMembershipClaims": "ApplicationGroup", "optionalClaims": { "saml2Token": [
  { "name": "groups", "additionalProperties": ["cloud_displayname"] } ] } }
```

## Source

https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-fed-group-claims

## Fix

None. The setting is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for (property, membership) in subject.project.applications().filter_map(without_effect) {
        problems.push(
            LINT.problem(property.at.value(), "display names are sent only for groups assigned to the application")
                .label("has no effect")
                .related(membership.at.value(), "other groups are sent too")
                .help(
                    "send groups assigned to the application (`ApplicationGroup`), or keep groups by object identifier",
                ),
        );
    }
}

/// The property that asks for display names, and the setting that takes its effect.
fn without_effect(app: &Application) -> Option<(&Sited<String>, &Sited<Vec<String>>)> {
    let is_unassigned = app.emits_groups() && !app.emits("ApplicationGroup");
    let property = app.groups_property("cloud_displayname").filter(|_| is_unassigned)?;
    Some((property, app.group_membership.as_ref()?))
}

/// Whether this lint says of an application that it sends no display names.
pub(super) fn speaks(subject: &Subject<'_>) -> bool {
    subject.selects(LINT.name) && subject.project.applications().any(|app| without_effect(app).is_some())
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::underlined;

    fn check(membership: &str, property: &str) -> usize {
        let manifest = format!(
            r#"{{"groupMembershipClaims": "{membership}", "optionalClaims": {{"saml2Token":
            [{{"name": "groups", "additionalProperties": ["{property}"]}}]}}}}"#
        );
        underlined(&LINT, &[("vestibule.yaml", "entra: { exports: [manifest.json] }\n"), ("manifest.json", &manifest)])
            .len()
    }

    #[test]
    fn names_of_unassigned_groups_are_found() {
        assert_eq!(check("SecurityGroup", "cloud_displayname"), 1);
        assert_eq!(check("All", "cloud_displayname"), 1);
        assert_eq!(check("ApplicationGroup", "cloud_displayname"), 0);
        assert_eq!(check("SecurityGroup", "sam_account_name"), 0);
        assert_eq!(check("None", "cloud_displayname"), 0);
    }
}
