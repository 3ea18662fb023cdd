//! `several-account-names`

use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "several-account-names",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-fed-group-claims",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A groups claim that is told to carry the account name in more than one form: with the domain and without it.

## Why it matters

Entra takes the first form and says nothing of the others. Whoever added the second to get names with a domain still gets
those without one, and rules that ask for the other form never hold.

## Avoid

```yaml
entra: { exports: [manifest.json] }
```

```json manifest.json
{ "groupMembershipClaims": "ApplicationGroup",
  "optionalClaims": { "saml2Token": [ { "name": "groups",
    "additionalProperties": ["sam_account_name", "dns_domain_and_sam_account_name"] } ] } }
```

## Prefer

```yaml
entra: { exports: [manifest.json] }
```

```json manifest.json
{ "groupMembershipClaims": "ApplicationGroup",
  "optionalClaims": { "saml2Token": [ { "name": "groups",
    "additionalProperties": ["dns_domain_and_sam_account_name"] } ] } }
```

## Source

https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-fed-group-claims

## Fix

None. The manifest is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for app in subject.project.applications().filter(|app| app.emits_groups()) {
        let properties = app.saml_groups.iter().flat_map(|claim| &claim.properties);
        let mut forms = properties.filter(|property| is_account_name(property));
        let (Some(first), Some(second)) = (forms.next(), forms.next()) else { continue };
        problems.push(
            LINT.problem(second.at.value(), format!("the groups claim carries `{}`, and not this", first.value))
                .fact(&[&first.value, &second.value])
                .label("has no effect")
                .related(first.at.value(), "the first of them counts")
                .help("keep the one form in which rules and mappings call groups"),
        );
    }
}

/// Whether a property of the groups claim asks for the account name, in any of its forms.
fn is_account_name(property: &str) -> bool {
    let forms = ["sam_account_name", "dns_domain_and_sam_account_name", "netbios_domain_and_sam_account_name"];
    forms.iter().any(|form| form.eq_ignore_ascii_case(property))
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::underlined;

    fn check(membership: &str, properties: &str) -> Vec<String> {
        let manifest = format!(
            r#"{{"groupMembershipClaims": "{membership}", "optionalClaims": {{"saml2Token":
            [{{"name": "groups", "additionalProperties": {properties}}}]}}}}"#
        );
        underlined(&LINT, &[("vestibule.yaml", "entra: { exports: [m.json] }\n"), ("m.json", &manifest)])
    }

    #[test]
    fn the_second_form_is_underlined() {
        let both = r#"["netbios_domain_and_sam_account_name", "emit_as_roles", "sam_account_name"]"#;
        assert_eq!(check("ApplicationGroup", both), ["\"sam_account_name\""]);
    }

    #[test]
    fn one_form_and_other_properties_are_silent() {
        assert!(check("All", r#"["sam_account_name", "cloud_displayname", "emit_as_roles"]"#).is_empty());
        assert!(check("All", "[]").is_empty());
        assert!(check("None", r#"["sam_account_name", "dns_domain_and_sam_account_name"]"#).is_empty(), "no groups are sent");
    }
}
