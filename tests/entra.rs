//! What the lints say of whole exports of Entra: once for each fact, and nothing where all is right.

use std::fs;
use std::path::Path;

use vestibule::project::{Memory, Overrides, Project};
use vestibule::source::{Severity, Sources};

const BY_OBJECT_ID: &str = "
version: 1
provider:
  name: contoso-entra
  realm: contoso
  hosts: [contoso.palantirfoundry.com]
  attribute-mapping:
    provider-id: http://schemas.microsoft.com/identity/claims/objectidentifier
    username: http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name
    groups: { claim: http://schemas.microsoft.com/ws/2008/06/identity/claims/groups }
organizations: [{ name: Contoso }]
organization-assignment: { default: Contoso }
entra:
  exports: [entra/]
  sources:
    claims: { http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name: user.userprincipalname }
    groups-claim: group.objectid
    tenant-url: https://contoso.palantirfoundry.com/multipass/api/scim/contoso/v2/?aadOptscim062020
    authentication-method: oauth2-client-credentials
";

/// The findings as `severity lint`, sorted.
fn found(document: &str, exports: &[(&str, &str)]) -> Vec<String> {
    let mut memory = Memory::default();
    memory.insert("vestibule.yaml", document);
    for (name, content) in exports {
        memory.insert(format!("entra/{name}"), *content);
    }
    let mut sources = Sources::default();
    let project = Project::load(&memory, "vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
    assert!(project.config.is_some(), "{:?}", project.problems);
    let findings = vestibule::lint::run(&project, &sources);
    let mut found: Vec<String> = findings.iter().map(|one| format!("{} {}", one.severity.as_str(), one.lint)).collect();
    found.sort();
    found
}

fn sample(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/entra").join(name);
    fs::read_to_string(path).unwrap()
}

#[test]
fn the_default_application_is_wrong_in_four_ways_and_each_is_told_once() {
    let schema = sample("reconstructed/customappsso-default.json");
    let unsynced = ["info unsynced-attribute-mapping"; 5];
    let errors = [
        "error group-external-id-mismatch",
        "error mutable-external-id",
        "error provider-id-mismatch",
        "error wrong-matching-precedence",
    ];
    assert_eq!(found(BY_OBJECT_ID, &[("schema.json", &schema)]), [errors.as_slice(), unsynced.as_slice()].concat());
}

#[test]
fn a_conformant_application_is_silent() {
    let schema = sample("reconstructed/palantir-conformant-groups-by-id.json");
    assert_eq!(found(BY_OBJECT_ID, &[("schema.json", &schema)]), [""; 0]);
    let manifest = r#"{ "groupMembershipClaims": "ApplicationGroup", "optionalClaims": null }"#;
    assert_eq!(found(BY_OBJECT_ID, &[("schema.json", &schema), ("manifest.json", manifest)]), [""; 0]);
}

#[test]
fn exports_of_other_applications_are_read_without_complaint_about_their_form() {
    for name in ["aws-scim-template-excerpt.json", "secrets-skipOutOfScope.json", "customClaimsPolicy-join.json"] {
        let found = found(BY_OBJECT_ID, &[("export.json", &sample(name))]);
        assert!(found.iter().all(|one| !one.contains("-export")), "{name}: {found:?}");
    }
}

#[test]
fn a_tenant_url_with_a_password_is_found_and_not_kept() {
    let document = BY_OBJECT_ID.replace("https://contoso", "https://ada:s3cr3t@contoso");
    assert_eq!(found(&document, &[("note.json", "{}")]), ["error secret-in-config", "info unrecognised-export"]);
    let files = Memory::from([("vestibule.yaml", document.as_str()), ("entra/note.json", "{}")]);
    let mut sources = Sources::default();
    let project = Project::load(&files, "vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
    assert!(!format!("{project:?}").contains("s3cr3t"));
}

#[test]
fn no_secret_reaches_any_output() {
    const SECRET: &str = "s3cr3t-value";
    let exports = [
        (
            "secrets.json",
            format!(r#"[{{"key": "SecretToken", "value": "{SECRET}"}}, {{"key": "Unheard", "value": "{SECRET}"}}]"#),
        ),
        (
            "app.json",
            format!(
                r#"{{"appId": "x", "groupMembershipClaims": 1, "passwordCredentials": [{{"secretText": "{SECRET}"}}]}}"#
            ),
        ),
        ("url.json", format!(r#"[{{"key": "BaseAddress", "value": "ftp://u:{SECRET}@x/y?token={SECRET}"}}]"#)),
    ];
    let mut memory = Memory::default();
    memory.insert("vestibule.yaml", BY_OBJECT_ID);
    for (name, content) in &exports {
        memory.insert(format!("entra/{name}"), content.as_str());
    }
    let mut sources = Sources::default();
    let project = Project::load(&memory, "vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
    let findings = vestibule::lint::run(&project, &sources);
    assert!(findings.iter().any(|finding| finding.severity == Severity::Error));
    assert!(!format!("{project:?}").contains(SECRET));
    let report = vestibule::report::Report::new(&sources, &findings);
    for format in vestibule::report::Format::ALL {
        let mut out = Vec::new();
        format.write(&report, Default::default(), &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(!out.contains(SECRET), "{}:\n{out}", format.name());
    }
}
