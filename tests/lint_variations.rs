//! Ten correct configurations, each another way of doing it right: no lint says anything of them at the default level.

use vestibule::lint;
use vestibule::project::{Memory, Overrides, Project};
use vestibule::source::Sources;

const HEAD: &str = "version: 1\norganizations: [{ name: Contoso EU }, { name: Contoso Guests }]\n";
const OBJECT_ID: &str = "http://schemas.microsoft.com/identity/claims/objectidentifier";
const NAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name";
const GROUPS: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups";

/// What every lint of the default level finds, as `lint: message`.
#[track_caller]
fn check(files: &[(&str, &str)]) {
    let mut memory = Memory::default();
    files.iter().for_each(|(path, text)| memory.insert(path, *text));
    let mut sources = Sources::default();
    let overrides = Overrides { today: Some(jiff::civil::date(2026, 6, 15)), ..Overrides::default() };
    let project = Project::load(&memory, "vestibule.yaml".as_ref(), &overrides, &mut sources);
    assert!(project.config.is_some(), "{:#?}", project.problems);
    let findings = lint::run(&project, &sources);
    let said: Vec<String> = findings.iter().map(|finding| format!("{}: {}", finding.lint, finding.message)).collect();
    assert_eq!(said, [""; 0]);
}

fn saml(more: &str) -> String {
    format!(
        "{HEAD}provider:\n  name: contoso-entra\n  realm: contoso\n  attribute-mapping:\n    provider-id: {OBJECT_ID}\n    \
         username: {NAME}\n    groups: {{ claim: {GROUPS} }}\n{more}"
    )
}

const BY_MAIL: &str = "organization-assignment:\n  users:\n    - rule: eu-mail\n      when: email ew \"@contoso.eu\"\n      \
                       organization: Contoso EU\n  fallback: Contoso Guests\n";

/// Users whose identifiers, addresses and names are as they should be.
fn users(domains: &[&str]) -> String {
    let user = |(index, domain): (usize, &&str)| {
        format!(
            r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"u{index}","externalId":"0000000{index}-5a3c-4f5e-9d0e-1b2c3d4e5f60","userName":"p{index}@{domain}","active":true,"displayName":"Person {index}","emails":[{{"value":"p{index}@{domain}","type":"work","primary":true}}]}}"#
        )
    };
    format!("[{}]", domains.iter().enumerate().map(user).collect::<Vec<_>>().join(","))
}

/// Groups that are called the same on both sides, each with one member.
fn groups(names: &[&str]) -> String {
    let group = |(index, name): (usize, &&str)| {
        format!(r#"{{"id":"g{index}","displayName":"{name}","externalId":"{name}","members":[{{"value":"u0"}}]}}"#)
    };
    format!("[{}]", names.iter().enumerate().map(group).collect::<Vec<_>>().join(","))
}

const SNAPSHOT: &str = "snapshot: { users: users.json, groups: groups.json }\n";

#[test]
fn groups_kept_by_object_id() {
    let id = "7c4d0d2a-5a3c-4f5e-9d0e-1b2c3d4e5f60";
    let rules = format!(
        "groups: {{ rule-based: [Finance] }}\ngroup-assignment:\n  - rule: finance\n    when: provider.groups includes \
         \"{id}\"\n    groups: [Finance]\n"
    );
    let document = saml(&format!("{BY_MAIL}{rules}{SNAPSHOT}"));
    check(&[("vestibule.yaml", &document), ("users.json", &users(&["contoso.eu"])), ("groups.json", &groups(&[id]))]);
}

#[test]
fn groups_kept_by_name() {
    let rules = "groups: { rule-based: [Finance, Europe] }\ngroup-assignment:\n  - rule: finance\n    when: provider.groups \
                 includes \"EU-Finance\"\n    groups: [Finance]\n  - rule: europe\n    when: provider.groups includes \
                 /EU-.*/\n    groups: [Europe]\n";
    let document = saml(&format!("{BY_MAIL}{rules}{SNAPSHOT}"));
    let groups = groups(&["EU-Finance", "US-Legal"]);
    check(&[("vestibule.yaml", &document), ("users.json", &users(&["contoso.eu"])), ("groups.json", &groups)]);
}

#[test]
fn oidc_without_scim() {
    let document = format!(
        "{HEAD}provider:\n  name: contoso-oidc\n  protocol: oidc\n  attribute-mapping: {{ provider-id: oid, username: \
         preferred_username, email: email }}\n{BY_MAIL}"
    );
    check(&[("vestibule.yaml", &document)]);
}

#[test]
fn no_export_of_entra_at_all() {
    let document = saml(&format!("{BY_MAIL}{SNAPSHOT}"));
    check(&[("vestibule.yaml", &document), ("users.json", &users(&["contoso.eu"])), ("groups.json", &groups(&["EU"]))]);
}

#[test]
fn one_default_organization() {
    check(&[("vestibule.yaml", &saml("organization-assignment: { default: Contoso EU }\n"))]);
}

#[test]
fn two_domains() {
    let rules = "  username-patterns: ['(?i).*@contoso\\.eu', '(?i).*@fabrikam\\.com']\norganization-assignment:\n  users:\n    \
                 - rule: own-mail\n      when: email ew \"@contoso.eu\"\n      organization: Contoso EU\n    - rule: \
                 partner-mail\n      when: email ew \"@fabrikam.com\"\n      organization: Contoso Guests\n  fallback: Contoso \
                 Guests\n";
    let document = saml(&format!("{rules}{SNAPSHOT}"));
    let users = users(&["contoso.eu", "FABRIKAM.com"]);
    check(&[("vestibule.yaml", &document), ("users.json", &users), ("groups.json", &groups(&["EU"]))]);
}

#[test]
fn custom_attributes_for_restricted_views() {
    let document = saml(&format!(
        "    attributes:\n      department: {{ claim: department }}\n      projects: {{ claim: projects, type: array }}\n{BY_MAIL}"
    ));
    check(&[("vestibule.yaml", &document)]);
}

#[test]
fn an_intake_form_and_an_intake_by_what_scim_sends() {
    let intake = "user-intake:\n  rules:\n    - rule: service-accounts\n      when: userName sw \"svc-\"\n      decision: \
                  refuse\n  form: { attributes: [purpose], required: true }\n";
    let document = saml(&format!("{BY_MAIL}{intake}{SNAPSHOT}"));
    check(&[("vestibule.yaml", &document), ("users.json", &users(&["contoso.eu"])), ("groups.json", &groups(&["EU"]))]);
}

#[test]
fn large_groups() {
    let domains = vec!["contoso.eu"; 400];
    let users = users(&domains).replace("\"0000000", "\"");
    let members: Vec<String> = (0..400).map(|index| format!(r#"{{"value":"u{index}"}}"#)).collect();
    let group = |name: &str| {
        format!(r#"{{"id":"{name}","displayName":"{name}","externalId":"{name}","members":[{}]}}"#, members.join(","))
    };
    let names: Vec<String> = (0..150).map(|index| group(&format!("Group {index}"))).collect();
    let document = saml(&format!("  certificate-valid-until: 2030-01-01\n{BY_MAIL}{SNAPSHOT}"));
    check(&[("vestibule.yaml", &document), ("users.json", &users), ("groups.json", &format!("[{}]", names.join(",")))]);
}

#[test]
fn what_foundry_holds_agrees_with_the_snapshot() {
    let rules = "groups: { internal: [Owners], rule-based: [Staff], administrators: [Owners] }\ngroup-assignment:\n  - rule: \
                 staff\n    when: email ew \"@contoso.eu\"\n    groups: [Staff]\n";
    let foundry = "foundry: { users: f.json, groups: fg.json, memberships: m.json, provider-info: p.json }\n";
    let document = saml(&format!("{BY_MAIL}{rules}{SNAPSHOT}{foundry}"));
    check(&[
        ("vestibule.yaml", &document),
        ("users.json", &users(&["contoso.eu"])),
        ("groups.json", &groups(&["EU"])),
        ("f.json", r#"[{"id":"f0","username":"p0@contoso.eu","realm":"contoso"}]"#),
        (
            "fg.json",
            r#"[{"id":"o","name":"Owners","realm":"palantir-internal-realm"},{"id":"e","name":"EU","realm":"contoso"}]"#,
        ),
        ("m.json", r#"[{"groupId":"o","principalId":"f0"}]"#),
        ("p.json", r#"[{"id":"f0","providerId":"00000000-5a3c-4f5e-9d0e-1b2c3d4e5f60"},{"id":"e","providerId":"EU"}]"#),
    ]);
}
