//! The configuration to start from.

use std::fmt::Write;

use super::at_hand::{AtHand, Kind, Provider};
use crate::lint::has_bare_signs;
use crate::source::{visible, write_scalar};

const OBJECT_ID: &str = "http://schemas.microsoft.com/identity/claims/objectidentifier";
/// What Entra calls the claims for Username, e-mail, first and last name and groups
/// (palantir.com/docs/foundry/authentication/saml-azure-ad).
const SAML_CLAIMS: [&str; 5] = [
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups",
];
const OIDC_CLAIMS: [&str; 5] = ["preferred_username", "email", "given_name", "family_name", "groups"];

/// The text of a configuration with what is at hand.
pub(super) fn write(at_hand: &AtHand) -> String {
    let mut out = String::from(HEAD);
    provider(at_hand, &mut out);
    organizations(at_hand, &mut out);
    out.push_str(RULES);
    files(at_hand, &mut out);
    out
}

const HEAD: &str = "\
# How people are sorted into Foundry: Control Panel > Authentication, as code.
#
# `vestibule lint` says what is wrong with it, `vestibule explain USER` what becomes of somebody.
# docs/reference/document.md has every key.
version: 1

";

/// Writing to a string does not fail.
macro_rules! line {
    ($out:expr, $($arg:tt)*) => {
        let _ = writeln!($out, $($arg)*);
    };
}

fn provider(at_hand: &AtHand, out: &mut String) {
    let unknown = Provider::default();
    let provider = at_hand.provider.as_ref().unwrap_or(&unknown);
    line!(out, "provider:");
    match provider.name.as_deref().filter(|name| !name.is_empty()) {
        Some(name) => {
            line!(out, "  name: {}", write_scalar(name));
        }
        None => {
            line!(out, "  # As Control Panel shows it.");
            line!(out, "  name: my-provider");
        }
    }
    line!(out, "  protocol: {}", if provider.is_oidc { "oidc" } else { "saml" });
    let tenant = at_hand.tenant.as_ref();
    let realms = [provider.realm.as_ref(), at_hand.realm.as_ref(), tenant.map(|tenant| &tenant.realm)];
    match realms.into_iter().flatten().find(|realm| !realm.is_empty()) {
        Some(realm) => {
            line!(out, "  realm: {}", write_scalar(realm));
        }
        None => {
            line!(out, "  # The realm of its users and groups, which joins them with what the Admin API returns.");
            line!(out, "  # realm: my-realm");
        }
    }
    let sent_to = tenant.map(|tenant| std::slice::from_ref(&tenant.host)).unwrap_or_default();
    list(out, "  hosts", if provider.hosts.is_empty() { sent_to } else { &provider.hosts });
    patterns(out, &provider.patterns);
    for pattern in &provider.unread_patterns {
        line!(out, "  # A pattern that vestibule cannot read: {}", visible(pattern));
    }
    attribute_mapping(at_hand, provider.is_oidc, out);
    line!(out, "");
}

/// Nothing at hand names the claims that Control Panel maps. Where SCIM sends the object id, one of them has to carry it.
fn attribute_mapping(at_hand: &AtHand, is_oidc: bool, out: &mut String) {
    let is_object_id = |source: &&String| source.eq_ignore_ascii_case("objectId");
    if at_hand.external_id.as_ref().filter(is_object_id).is_some() && !is_oidc {
        line!(
            out,
            "  # Which claim fills which field: copy the rest from Control Panel, where what is not said is NameID."
        );
        line!(out, "  attribute-mapping:");
        line!(
            out,
            "    # SCIM sends the object id as externalId, so that the Provider ID has to be the same. It never changes."
        );
        line!(out, "    provider-id: {OBJECT_ID}");
        fields(out, "    ", is_oidc);
        return;
    }
    line!(
        out,
        "  # Which claim fills which field: copy it from Control Panel. What is not said counts as NameID there."
    );
    line!(out, "  # The Provider ID should never change, and SCIM has to send the same value as externalId.");
    if let Some(source) = &at_hand.external_id {
        line!(out, "  # It sends `{}`.", visible(source));
    }
    line!(out, "  # attribute-mapping:");
    line!(out, "  #   provider-id: {}", if is_oidc { "oid" } else { OBJECT_ID });
    fields(out, "  ", is_oidc);
}

/// The other fields, as comments.
fn fields(out: &mut String, indent: &str, is_oidc: bool) {
    let [username, email, first, last, groups] = if is_oidc { OIDC_CLAIMS } else { SAML_CLAIMS };
    let inner = if indent.len() > 2 { "# " } else { "#   " };
    line!(out, "{indent}{inner}username: {username}");
    line!(out, "{indent}{inner}email: {email}");
    line!(out, "{indent}{inner}first-name: {first}");
    line!(out, "{indent}{inner}last-name: {last}");
    line!(out, "{indent}{inner}groups: {{ claim: {groups} }}");
}

/// Username patterns as they are; what the linter would say of them is known already.
fn patterns(out: &mut String, patterns: &[String]) {
    if patterns.is_empty() {
        return;
    }
    line!(out, "  username-patterns:");
    for pattern in patterns {
        if has_bare_signs(pattern) {
            line!(out, "    # vestibule: allow unescaped-metacharacter, this is how Control Panel has it");
        }
        line!(out, "    - {}", write_scalar(pattern));
    }
}

fn list(out: &mut String, key: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    line!(out, "{key}:");
    for item in items {
        line!(out, "    - {}", write_scalar(item));
    }
}

fn organizations(at_hand: &AtHand, out: &mut String) {
    line!(out, "# As Control Panel shows them.");
    line!(out, "organizations:");
    if at_hand.organizations.is_empty() {
        line!(out, "  - name: My Organization");
    }
    for (index, rid) in at_hand.organizations.iter().enumerate() {
        let name = if index == 0 { "My Organization".to_owned() } else { format!("My Organization {}", index + 1) };
        line!(out, "  - {{ name: {name}, rid: {rid} }}");
    }
    line!(out, "");
}

const RULES: &str = r#"# Where people belong. With rules in the place of the default, the first that holds decides:
#   users:
#     - rule: own-people
#       when: email ew "@example.com"
#       organization: My Organization
#   fallback: My Guests
organization-assignment:
  default: My Organization

# Whether people are taken in.
user-intake:
  default: admit

# Groups that rules fill:
# groups:
#   rule-based: [Everyone]
# group-assignment:
#   - rule: everyone
#     when: true
#     groups: [Everyone]
"#;

fn files(at_hand: &AtHand, out: &mut String) {
    let named = |kind| at_hand.files.get(&kind).map(Vec::as_slice).unwrap_or_default();
    line!(out, "");
    line!(out, "# Entra's exports: the synchronization schema and job, the application, its claims. Folders, too.");
    section(out, "entra", &[("exports", named(Kind::EntraExport))], "exports: [entra/]");
    line!(out, "");
    line!(out, "# What the SCIM endpoint holds: pages of users and groups.");
    let snapshot = [("users", named(Kind::ScimUsers)), ("groups", named(Kind::ScimGroups))];
    section(out, "snapshot", &snapshot, "users: users.json");
    line!(out, "");
    line!(out, "# What Foundry's Admin API returns.");
    let foundry = [
        ("users", named(Kind::FoundryUsers)),
        ("groups", named(Kind::FoundryGroups)),
        ("memberships", named(Kind::FoundryMemberships)),
        ("provider-info", named(Kind::FoundryProviderInfo)),
    ];
    section(out, "foundry", &foundry, "users: foundry/users.json");
}

/// A section with its files, or a comment that shows one.
fn section(out: &mut String, name: &str, lists: &[(&str, &[String])], example: &str) {
    if lists.iter().all(|(_, files)| files.is_empty()) {
        line!(out, "# {name}: {{ {example} }}");
        return;
    }
    line!(out, "{name}:");
    for (key, files) in lists {
        list(out, &format!("  {key}"), files);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint;
    use crate::project::{Memory, Overrides, Project};
    use crate::source::Sources;

    /// What is wrong with the configuration that is written, as `lint place`.
    fn said(at_hand: &AtHand) -> Vec<String> {
        let text = write(at_hand);
        let mut sources = Sources::default();
        let files = Memory::from([("vestibule.yaml", text.as_str())]);
        let project = Project::load(&files, "vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
        let findings = lint::run(&project, &sources).into_iter();
        findings.map(|finding| finding.lint.to_owned()).collect()
    }

    fn provider(name: &str, is_oidc: bool, pattern: &str) -> Provider {
        Provider {
            name: Some(name.to_owned()),
            realm: Some("no".to_owned()),
            is_oidc,
            hosts: vec!["x.example.com".to_owned(), "1.2".to_owned()],
            patterns: vec![r".*@example\.com".to_owned(), pattern.to_owned()],
            unread_patterns: vec![name.to_owned()],
        }
    }

    #[test]
    fn what_is_written_is_clean_but_for_the_claims_that_nobody_knows() {
        let rids = ["ri.multipass..organization.1", "ri.multipass..organization.2"].map(str::to_owned);
        let saml = |external_id: Option<&str>| AtHand {
            provider: Some(provider("x", false, ".*@example.com")),
            organizations: rids.clone().into(),
            external_id: external_id.map(str::to_owned),
            ..AtHand::default()
        };
        assert_eq!(said(&AtHand::default()), ["name-id-as-provider-id"]);
        assert_eq!(said(&saml(None)), ["name-id-as-provider-id"]);
        assert_eq!(said(&saml(Some("mailNickname"))), ["name-id-as-provider-id"]);
        assert_eq!(said(&saml(Some("objectId"))), [""; 0]);
        let oidc = AtHand { provider: Some(provider("x", true, ".*@example.com")), ..AtHand::default() };
        assert_eq!(said(&oidc), [""; 0]);
    }

    #[test]
    fn a_hostile_name_is_written_as_it_is() {
        let hostile = provider("a\": [\u{202e}'\n#", true, "a\u{202e}'\"#");
        let at_hand = AtHand { provider: Some(hostile), ..AtHand::default() };
        // A name or a pattern that holds such a character is not ours to change.
        assert_eq!(said(&at_hand), ["confusable-characters"; 2]);
    }

    #[test]
    fn the_comments_are_a_mapping_that_can_be_taken_as_it_is() {
        for external_id in [None, Some("objectId".to_owned())] {
            for is_oidc in [false, true] {
                let provider = Some(provider("x", is_oidc, "a"));
                let text = write(&AtHand { provider, external_id: external_id.clone(), ..AtHand::default() });
                let uncomment = |line: &str| match line.trim_start() {
                    // `# key: value`, and no sentence.
                    comment if comment.starts_with("#") && comment.contains(": ") && line.starts_with("  ") => {
                        line.replacen("# ", "", 1)
                    }
                    "# attribute-mapping:" => "  attribute-mapping:".to_owned(),
                    _ => line.to_owned(),
                };
                let mapping = text.lines().skip_while(|line| !line.ends_with("attribute-mapping:"));
                let mapping = mapping.take_while(|line| !line.is_empty()).map(uncomment);
                let mapping: Vec<String> = mapping.filter(|line| !line.trim_start().starts_with('#')).collect();
                let document = format!(
                    "version: 1\nprovider:\n  name: x\n{}\norganizations: [{{ name: A }}]\n",
                    mapping.join("\n")
                );
                let files = Memory::from([("vestibule.yaml", document.as_str())]);
                let mut sources = Sources::default();
                let project = Project::load(&files, "vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
                let config = project.config.unwrap_or_else(|| panic!("{:?} in\n{document}", project.problems));
                let mapping = config.provider.attribute_mapping;
                assert!(mapping.provider_id.is_some() && mapping.groups.is_some(), "{document}");
            }
        }
    }
}
