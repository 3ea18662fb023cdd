//! `unmapped-attribute`

use crate::condition::{Attribute, Input};
use crate::config::Config;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "unmapped-attribute",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A condition on a SCIM attribute that Foundry neither syncs nor gets from a mapped claim.

## Why it matters

Foundry takes six attributes over SCIM: `userName`, `externalId`, `active`, `displayName`, `emails` and `name`. Anything
else reaches it only through a claim of the login that the attribute mapping names. A condition on an attribute that
arrives in neither way stands on nothing at every event.

## Avoid

```yaml
groups: { rule-based: [Controllers] }
group-assignment:
  - rule: controllers
    when: costCenter eq "4711"
    groups: [Controllers]
```

## Prefer

A group that the directory keeps by that attribute. An attribute of a mapped claim (`attributes.cost-center`) does as well,
from the first login on.

```yaml
groups: { rule-based: [Controllers] }
group-assignment:
  - rule: controllers
    when: provider.groups includes "Controllers"
    groups: [Controllers]
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None. Which claim carries the value is for a person to say.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for rule in subject.config.rules().filter(|rule| rule.enabled) {
        let mut reported: Vec<&str> = Vec::new();
        for test in rule.when.condition.tests() {
            let Input::Scim(attribute) = &test.input else { continue };
            if is_known_to_foundry(subject.config, attribute) || reported.contains(&test.name.as_str()) {
                continue;
            }
            reported.push(&test.name);
            let message = format!("rule `{}` needs `{}`, which never reaches Foundry", rule.name, test.name);
            problems.push(
                LINT.problem(rule.when.at.within(test.path_span), message)
                    .label("neither synced over SCIM nor mapped from a claim")
                    .help(match can_be_mapped(subject.config, &test.name, attribute) {
                        true => format!(
                            "map a claim under `provider.attribute-mapping.attributes` with `scim: {}`, or use another attribute",
                            test.name
                        ),
                        false => "use another attribute".to_string(),
                    }),
            );
        }
    }
}

/// Whether a claim could carry the attribute: it has values of its own, and is neither what the service provider keeps of
/// the record (RFC 7643 section 3.1) nor a certificate.
fn can_be_mapped(config: &Config, path: &str, attribute: &Attribute) -> bool {
    let is_of_the_record =
        attribute.extension.is_none() && matches!(attribute.name.as_str(), "id" | "meta" | "x509Certificates");
    !is_of_the_record && config.scheme.scim_attribute(path).is_ok()
}

/// Whether the attribute is one of the six that SCIM syncs, or a claim is mapped from it.
pub(super) fn is_known_to_foundry(config: &Config, attribute: &Attribute) -> bool {
    attribute.synced
        || config.provider.attribute_mapping.attributes.iter().any(|(name, mapped)| match &mapped.resolved {
            Some(resolved) => resolved == attribute,
            None => attribute.sub.is_none() && name.eq_ignore_ascii_case(&attribute.name),
        })
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{findings, places};

    const MAPPING: &str = "provider:\n  name: x\n  attribute-mapping:\n    provider-id: oid\n    attributes:\n      d: { \
                           claim: c, scim: department }\n      title: { claim: t }\n";

    fn check(when: &str) -> Vec<String> {
        let document =
            format!("user-intake:\n  rules:\n  - rule: a\n    when: {when}\n    decision: admit\n{MAPPING}");
        places(&LINT, &[("vestibule.yaml", &document)])
    }

    #[test]
    fn the_path_is_underlined_once_per_attribute() {
        assert_eq!(check(r#"division eq "x" or division eq "y""#), ["vestibule.yaml:4:11 division"]);
        assert_eq!(check(r#"nickName pr and costCenter pr"#), [
            "vestibule.yaml:4:11 nickName",
            "vestibule.yaml:4:27 costCenter"
        ]);
        assert_eq!(check(r#"addresses[country eq "DE"]"#), ["vestibule.yaml:4:11 addresses"]);
    }

    /// What is suggested is taken by the configuration.
    #[test]
    fn a_mapping_is_suggested_where_a_claim_can_carry_the_attribute() {
        for (when, suggested) in [
            (r#"costCenter eq "1""#, Some("`scim: costCenter`")),
            (r#"addresses.country eq "DE""#, Some("`scim: addresses.country`")),
            (r#"phoneNumbers co "1""#, Some("`scim: phoneNumbers`")),
            (r#"addresses[country eq "DE"]"#, None),
            ("addresses pr", None),
            ("meta pr", None),
            (r#"meta.resourceType eq "User""#, None),
            ("x509Certificates pr", None),
        ] {
            let document =
                format!("user-intake:\n  rules:\n  - rule: a\n    when: {when}\n    decision: admit\n{MAPPING}");
            let found = findings(&LINT, &[("vestibule.yaml", &document)]);
            let helps: Vec<_> = found.iter().filter_map(|finding| finding.help.as_deref()).collect();
            match suggested {
                Some(suggested) => assert!(helps.iter().all(|help| help.contains(suggested)), "{when}: {helps:?}"),
                None => assert_eq!(helps, ["use another attribute"], "{when}"),
            }
            assert_eq!(helps.len(), 1, "{when}");
        }
    }

    #[test]
    fn synced_and_mapped_attributes_are_silent() {
        for when in [
            r#"userName pr and emails co "x" and name.familyName pr and active eq true"#,
            r#"department eq "x""#,
            r#"title eq "x""#,
            r#"attributes.d eq "x""#,
            r#"provider.groups pr"#,
        ] {
            assert!(check(when).is_empty(), "{when}");
        }
    }
}
