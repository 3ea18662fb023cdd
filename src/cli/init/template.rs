//! The configuration to start from.

use std::fmt::Write;

use super::at_hand::{AtHand, Kind, Provider};
use crate::source::{visible, write_scalar};

const OBJECT_ID: &str = "http://schemas.microsoft.com/identity/claims/objectidentifier";
const CLAIMS: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";

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
    match provider.realm.as_ref().or(at_hand.realm.as_ref()).filter(|realm| !realm.is_empty()) {
        Some(realm) => {
            line!(out, "  realm: {}", write_scalar(realm));
        }
        None => {
            line!(out, "  # The realm of its users and groups, which joins them with what the Admin API returns.");
            line!(out, "  # realm: my-realm");
        }
    }
    list(out, "  hosts", &provider.hosts);
    list(out, "  username-patterns", &provider.patterns);
    for pattern in &provider.unread_patterns {
        line!(out, "  # A pattern that vestibule cannot read: {}", visible(pattern));
    }
    line!(out, "  attribute-mapping:");
    match &at_hand.external_id {
        Some(source) if source.eq_ignore_ascii_case("objectId") => {
            line!(out, "    # The object id never changes. SCIM sends the same value as externalId.");
        }
        Some(source) => {
            line!(
                out,
                "    # The Provider ID. SCIM sends `{}` as externalId: both have to carry the same value.",
                visible(source)
            );
        }
        None => {
            line!(out, "    # The Provider ID: what never changes. SCIM has to send the same value as externalId.");
        }
    }
    line!(out, "    provider-id: {OBJECT_ID}");
    line!(out, "    username: {CLAIMS}/name");
    line!(out, "    email: {CLAIMS}/emailaddress");
    line!(out, "    first-name: {CLAIMS}/givenname");
    line!(out, "    last-name: {CLAIMS}/surname");
    line!(out, "    # With groups in the login:");
    line!(out, "    # groups: {{ claim: http://schemas.microsoft.com/ws/2008/06/identity/claims/groups }}");
    line!(out, "");
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

    #[test]
    fn what_is_written_is_clean() {
        let hostile = "a\": [\u{202e}'\n#".to_owned();
        let provider = Provider {
            name: Some(hostile.clone()),
            realm: Some("no".to_owned()),
            is_oidc: true,
            hosts: vec!["x.example.com".to_owned(), "1.2".to_owned()],
            patterns: vec![".*@example\\.com".to_owned()],
            unread_patterns: vec![hostile],
        };
        let rids = ["ri.multipass..organization.1", "ri.multipass..organization.2"].map(str::to_owned);
        let full = AtHand { provider: Some(provider), organizations: rids.into(), ..AtHand::default() };
        for at_hand in [AtHand::default(), full] {
            let text = write(&at_hand);
            let mut sources = Sources::default();
            let files = Memory::from([("vestibule.yaml", text.as_str())]);
            let project = Project::load(&files, "vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
            let messages: Vec<String> =
                lint::run(&project, &sources).into_iter().map(|finding| finding.message).collect();
            // A name that holds such a character is not ours to change.
            let messages: Vec<String> =
                messages.into_iter().filter(|message| !message.contains("nobody sees")).collect();
            assert!(messages.is_empty(), "{messages:?} in\n{text}");
        }
    }
}
