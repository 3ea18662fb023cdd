//! Finding configurations, and the files that they name.

use std::path::{Path, PathBuf};

use vestibule::Config;
use vestibule::config::GroupsClaim;
use vestibule::project::{Files, Memory, Overrides, Project, below, upward};
use vestibule::source::{Severity, Sources, sort};

use crate::said::{Said, document};

fn paths(found: Vec<PathBuf>) -> Vec<String> {
    found.iter().map(|path| path.display().to_string()).collect()
}

#[test]
fn a_configuration_is_found_upward() {
    let files = Memory::from([
        ("/home/p/vestibule.yaml", ""),
        ("/home/p/rules/deep/a.yaml", ""),
        ("/home/q/eu.vestibule.yaml", ""),
        ("/home/q/us.vestibule.yml", ""),
        ("/home/q/.vestibule.yaml", ""),
        ("/home/q/sub/x.yaml", ""),
        ("/home/r/vestibule.yaml/x", ""),
    ]);
    let found = |start: &str| paths(upward(&files, Path::new(start)).expect("a list"));
    assert_eq!(found("/home/p"), ["/home/p/vestibule.yaml"]);
    assert_eq!(found("/home/p/rules/deep"), ["/home/p/vestibule.yaml"]);
    assert_eq!(found("/home/p/rules/deep/a.yaml"), ["/home/p/vestibule.yaml"]);
    assert_eq!(found("/home/q/sub"), ["/home/q/eu.vestibule.yaml", "/home/q/us.vestibule.yml"]);
    assert_eq!(found("/home"), [""; 0]);
}

#[test]
fn a_folder_with_the_name_of_a_configuration_is_none_and_that_is_said() {
    let files = Memory::from([
        ("/home/r/vestibule.yaml/x", ""),
        ("/q/vestibule.yaml", ""),
        ("/q/r/vestibule.yaml/x", ""),
        ("/q/s/a.vestibule.yaml/vestibule.yaml", ""),
    ]);
    let said = "`/home/r/vestibule.yaml` is a folder, and not a configuration";
    assert_eq!(upward(&files, Path::new("/home/r")).unwrap_err().to_string(), said);
    assert_eq!(below(&files, Path::new("/home")).unwrap_err().to_string(), said);
    // Only where there is none at all.
    assert_eq!(paths(upward(&files, Path::new("/q/r")).expect("a list")), ["/q/vestibule.yaml"]);
    assert_eq!(paths(below(&files, Path::new("/q/s")).expect("a list")), ["/q/s/a.vestibule.yaml/vestibule.yaml"]);
}

#[test]
fn configurations_are_found_below() {
    let files = Memory::from([
        ("all/a/vestibule.yaml", ""),
        ("all/a/inner/vestibule.yaml", ""),
        ("all/b/c/eu.vestibule.yaml", ""),
        ("all/.hidden/vestibule.yaml", ""),
        ("all/target/vestibule.yaml", ""),
        ("all/node_modules/vestibule.yaml", ""),
        ("several/eu.vestibule.yaml", ""),
        ("several/us.vestibule.yaml", ""),
        ("none/rules.yaml", ""),
    ]);
    let found = |folder: &str| paths(below(&files, Path::new(folder)).expect("a list"));
    assert_eq!(found("all"), ["all/a/vestibule.yaml", "all/b/c/eu.vestibule.yaml"]);
    assert_eq!(found("several"), ["several/eu.vestibule.yaml", "several/us.vestibule.yaml"]);
    assert_eq!(found("none"), [""; 0]);
    assert!(below(&files, Path::new("nothing")).is_err());
}

#[cfg(unix)]
#[test]
fn a_circle_of_links_ends() {
    use vestibule::project::Disk;
    let place = tempfile::tempdir().expect("a folder");
    for name in ["a", "b", "c"] {
        std::os::unix::fs::symlink(place.path(), place.path().join(name)).expect("a link");
    }
    std::fs::create_dir(place.path().join("d")).expect("a folder");
    std::fs::write(place.path().join("d/vestibule.yaml"), "").expect("a file");
    let found = below(&Disk, place.path()).expect("a list");
    assert_eq!(found, [place.path().join("d/vestibule.yaml")]);
}

const USER: &str = r#"{ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "ID", "userName": "ID" }"#;

fn user(id: &str) -> String {
    USER.replace("ID", id)
}

fn ids(said: &Said) -> Vec<&str> {
    let snapshot = said.project.snapshot.as_ref().expect("a snapshot");
    snapshot.users().iter().map(|user| user.resource.id().unwrap_or("")).collect()
}

#[test]
fn a_snapshot_is_a_file_a_list_or_a_folder() {
    let (a, b, c) = (user("a"), user("b"), user("c"));
    let read = |users: &str| {
        let document = document(&format!("snapshot: {{ users: {users} }}\n"));
        let files = [
            ("p/vestibule.yaml", document.as_str()),
            ("p/s/1.json", &a),
            ("p/s/2.NDJSON", &b),
            ("p/s/3.jsonl", &c),
            ("p/s/README.md", "not read"),
            ("p/s/._1.json", "not read"),
            ("p/s/old/4.json", "not read"),
        ];
        let said = Said::of_files(&files);
        assert_eq!(said.lines(), [""; 0], "{users}");
        ids(&said).join(" ")
    };
    assert_eq!(read("s/1.json"), "a");
    assert_eq!(read("[s/3.jsonl, s/1.json]"), "c a");
    assert_eq!(read("s"), "a b c");
    assert_eq!(read("s/"), "a b c");
    assert_eq!(read("[s/2.NDJSON, s]"), "b a c");
}

#[test]
fn a_file_that_cannot_be_read_is_said_where_it_is_named_and_refuses_no_configuration() {
    let check = |lines: &str, expected: &str| {
        let document = document(lines);
        let said = Said::of_files(&[("vestibule.yaml", &document), ("empty/README.md", ""), ("some/a.json", "[]")]);
        assert_eq!(said.lines(), [expected], "{lines}");
        assert!(said.project.config.is_some(), "{lines}");
        assert!(!said.project.is_unreadable());
    };
    check(
        "snapshot: { users: no.json }\n",
        "unreadable-file [no.json] `no.json` cannot be read: there is no such file",
    );
    check(
        "snapshot: { groups: [some/a.json, no.json] }\n",
        "unreadable-file [no.json] `no.json` cannot be read: there is no such file",
    );
    check("snapshot: { users: empty }\n", "unreadable-file [empty] the folder `empty` holds no JSON file");
    check(
        "foundry: { memberships: no.ndjson }\n",
        "unreadable-file [no.ndjson] `no.ndjson` cannot be read: there is no such file",
    );
    check("entra: { exports: [no/] }\n", "unreadable-file [no/] `no/` cannot be read: there is no such file");
}

#[test]
fn what_is_wrong_with_the_data_refuses_no_configuration() {
    let check = |lines: &str, file: &str, content: &str| {
        let document = document(lines);
        let said = Said::of_files(&[("vestibule.yaml", &document), (file, content)]);
        assert!(said.findings.iter().any(|finding| finding.severity == Severity::Error), "{lines}: {:?}", said.lines());
        assert!(said.findings.iter().all(|finding| finding.primary().file == file), "{:?}", said.places());
        assert!(said.project.config.is_some(), "{lines}");
    };
    check("snapshot: { users: u.json }\n", "u.json", "{ \"Resources\": [");
    check("snapshot: { users: u.json }\n", "u.json", "nothing like it");
    check("foundry: { users: u.json }\n", "u.json", "{ \"data\": [");
    check("entra: { exports: [s.json] }\n", "s.json", "{ \"synchronizationRules\": [");
}

#[test]
fn files_of_the_command_line_replace_those_of_the_configuration() {
    let text = document("snapshot: { users: gone.json, groups: g.json }\n");
    let (a, b) = (user("a"), user("b"));
    let files = Memory::from([("vestibule.yaml", text.as_str()), ("g.json", "[]"), ("x/a.json", &a), ("x/b.json", &b)]);
    let load = |users: &[&str]| {
        let mut sources = Sources::default();
        let overrides = Overrides { users: Some(users.iter().map(PathBuf::from).collect()), ..Overrides::default() };
        let project = Project::load(&files, Path::new("vestibule.yaml"), &overrides, &mut sources);
        let mut findings: Vec<_> = project.problems.iter().map(|problem| sources.resolve(problem)).collect();
        sort(&mut findings);
        let said: Vec<String> =
            findings.iter().map(|finding| format!("{}: {}", finding.primary().file, finding.message)).collect();
        (project.snapshot.map_or(0, |snapshot| snapshot.users().len()), said)
    };
    assert_eq!(load(&["x/b.json"]), (1, vec![]));
    assert_eq!(load(&["x"]), (2, vec![]));
    assert_eq!(load(&["x/a.json", "x"]), (2, vec![]));
    assert_eq!(load(&["y.json"]), (0, vec!["y.json: `y.json` cannot be read: there is no such file".to_owned()]));
}

#[test]
fn standard_input_is_a_file_named_by_a_dash() {
    #[derive(Default)]
    struct Input(Memory);
    impl Files for Input {
        fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
            if path == Path::new("-") { Ok(user("piped").into_bytes()) } else { self.0.read(path) }
        }
        fn list(&self, folder: &Path) -> std::io::Result<Option<Vec<PathBuf>>> {
            if folder == Path::new("-") { Ok(None) } else { self.0.list(folder) }
        }
        fn resolve(&self, path: &Path) -> std::io::Result<PathBuf> {
            self.0.resolve(path)
        }
    }
    let mut files = Input::default();
    files.0.insert("deep/er/vestibule.yaml", document("snapshot: { users: '-' }\n"));
    let mut sources = Sources::default();
    let project = Project::load(&files, Path::new("deep/er/vestibule.yaml"), &Overrides::default(), &mut sources);
    assert_eq!(project.problems, []);
    assert_eq!(project.snapshot.map(|snapshot| snapshot.users().len()), Some(1));
}

#[test]
fn an_extension_of_the_snapshot_is_known_to_conditions() {
    let urn = "urn:contoso:params:scim:schemas:extension:badge:1.0:User";
    let text = document(&format!(
        "snapshot: {{ users: u.json }}\nuser-intake:\n  rules:\n    - {{ rule: r, when: '{urn}:color eq \"red\"', decision: admit }}\n"
    ));
    let user = format!(r#"[{{ "id": "a", "userName": "a", "{urn}": {{ "color": "red" }} }}]"#);
    let said = Said::of_files(&[("vestibule.yaml", &text), ("u.json", &user)]);
    assert_eq!(said.lines(), [""; 0]);
    let said = Said::of_files(&[("vestibule.yaml", &text), ("u.json", "[]")]);
    assert_eq!(said.findings.iter().map(|finding| finding.lint).collect::<Vec<_>>(), ["unknown-attribute"]);
    // Where the snapshot cannot be read, that may be why.
    let said = Said::of_files(&[("vestibule.yaml", &text)]);
    assert_eq!(
        said.findings.iter().map(|finding| finding.lint).collect::<Vec<_>>(),
        ["unreadable-file", "unknown-attribute"]
    );
    let related = &said.findings[1].locations[1];
    assert_eq!(
        (related.start.line, related.label.as_str()),
        (4, "its extensions are not known, as it could not be read")
    );
}

#[test]
fn exports_are_found_in_folders_and_recognised_by_content() {
    let text = document("entra: { exports: [entra/, entra/job.json, saml.txt] }\n");
    let job = r#"{ "schedule": {}, "status": {} }"#;
    let saml = "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"/>";
    let files = [
        ("vestibule.yaml", text.as_str()),
        ("entra/job.json", job),
        ("entra/deep/er/schema.json", r#"{ "synchronizationRules": [] }"#),
        ("entra/README.md", "not read"),
        ("entra/.cache/x.json", "not read"),
        ("entra/saml.xml", saml),
        ("saml.txt", saml),
    ];
    let said = Said::of_files(&files);
    assert_eq!(said.lines(), [""; 0]);
    // The job that is named twice is read once.
    assert_eq!(said.project.entra.len(), 4);
    assert_eq!(said.project.synchronization_schemas().count(), 1);
}

#[test]
fn an_export_that_is_not_utf_8_is_said() {
    let mut files = Memory::default();
    files.insert("vestibule.yaml", document("entra: { exports: [e/] }\n"));
    files.insert("e/a.json", b"{ \"schedule\": {}, \"status\": {}, \"x\": \"\xff\" }".to_vec());
    files.insert("e/b.xml", b"<a xmlns=\"urn:oasis:names:tc:SAML:2.0:protocol\">\xff</a>".to_vec());
    let mut sources = Sources::default();
    let project = Project::load(&files, Path::new("vestibule.yaml"), &Overrides::default(), &mut sources);
    let findings: Vec<_> = project.problems.iter().map(|problem| sources.resolve(problem)).collect();
    let said: Vec<_> = findings.iter().map(|finding| (finding.lint, finding.primary().file.as_str())).collect();
    assert_eq!(said, [("not-utf8", "e/a.json"), ("not-utf8", "e/b.xml")]);
    assert_eq!(project.entra.len(), 2);
    assert!(project.config.is_some());
}

fn groups_claim(written: &str, manifests: &[&str]) -> (Option<GroupsClaim>, Vec<String>) {
    let text = format!(
        "version: 1\nprovider: {{ name: x{written} }}\norganizations: [{{ name: A }}]\nentra: {{ exports: [e/] }}\n"
    );
    let names: Vec<String> = (0..manifests.len()).map(|number| format!("e/{number}.json")).collect();
    let contents: Vec<String> =
        manifests.iter().map(|claims| format!("{{ \"appId\": \"1\", \"groupMembershipClaims\": {claims} }}")).collect();
    let mut files = vec![("vestibule.yaml", text.as_str()), ("e/job.json", r#"{ "schedule": {}, "status": {} }"#)];
    files.extend(names.iter().zip(&contents).map(|(name, content)| (name.as_str(), content.as_str())));
    let said = Said::of_files(&files);
    (said.project.config.as_ref().and_then(|config| config.provider.groups_claim), said.lines())
}

#[test]
fn an_export_says_which_groups_the_claim_carries() {
    use GroupsClaim::{Direct, Transitive};
    for (manifest, expected) in [
        ("\"ApplicationGroup\"", Some(Direct)),
        ("\"SecurityGroup\"", Some(Transitive)),
        ("\"All\"", Some(Transitive)),
        ("\"all\"", Some(Transitive)),
        ("\"ApplicationGroup, SecurityGroup\"", Some(Transitive)),
        ("\"DirectoryRole,ApplicationGroup\"", Some(Direct)),
        ("[\"SecurityGroup\"]", Some(Transitive)),
        ("\"DirectoryRole\"", None),
        ("\"None\"", None),
        ("null", None),
        ("\"\"", None),
        ("5", None),
        ("{}", None),
    ] {
        assert_eq!(groups_claim("", &[manifest]), (expected, vec![]), "{manifest}");
    }
    // Where no export says it, the document does.
    assert_eq!(groups_claim(", groups-claim: transitive", &["null"]), (Some(Transitive), vec![]));
    assert_eq!(groups_claim(", groups-claim: transitive", &[]), (Some(Transitive), vec![]));
}

#[test]
fn an_export_wins_over_the_document_and_a_disagreement_is_said() {
    let manifest = "\"ApplicationGroup\"";
    assert_eq!(groups_claim(", groups-claim: direct", &[manifest]), (Some(GroupsClaim::Direct), vec![]));
    let (claim, said) = groups_claim(", groups-claim: transitive", &[manifest]);
    assert_eq!(claim, Some(GroupsClaim::Direct));
    assert_eq!(
        said,
        ["groups-claim-differs [transitive] `groups-claim` is `transitive`, and Entra's export says otherwise"]
    );
    // Exports that contradict each other say nothing.
    let (claim, said) = groups_claim("", &[manifest, "null", "\"All\""]);
    assert_eq!(claim, None);
    assert_eq!(
        said,
        ["groups-claim-differs [\"All\"] two exports of Entra disagree about the groups that the claim carries"]
    );
}

#[test]
fn a_document_that_cannot_be_read_is_unreadable() {
    let mut sources = Sources::default();
    let project = Project::load(&Memory::default(), Path::new("v.yaml"), &Overrides::default(), &mut sources);
    assert!(project.is_unreadable() && project.config.is_none());
    let finding = sources.resolve(&project.problems[0]);
    assert_eq!(
        (finding.primary().file.as_str(), finding.message.as_str()),
        ("v.yaml", "`v.yaml` cannot be read: there is no such file")
    );
    let error = Config::load("tests/data/config").expect_err("a folder");
    assert_eq!(
        error.to_string(),
        "tests/data/config:1:1: error[unreadable-file]: `tests/data/config` cannot be read: it is a folder"
    );
}

#[test]
fn config_load_reads_the_examples() {
    for example in ["contoso", "clean"] {
        let config = Config::load(format!("rules-examples/{example}/vestibule.yaml")).expect("a configuration");
        assert_eq!(config.provider.realm.as_deref(), Some("contoso"));
        assert!(config.rules().count() > 8);
    }
}
