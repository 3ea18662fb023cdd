//! What a proof shows can be tried: an example of a finding, put into a test file, behaves as the finding says.

use serde_json::{Value, json};
use vestibule::project::{Memory, Overrides, Project};
use vestibule::source::Sources;
use vestibule::suite::{self, Coverage, Fixture};

const HEAD: &str = "version: 1\nprovider: { name: p, attribute-mapping: { attributes: { department: { claim: d, scim: \
                    department }, level: { claim: l }, projects: { claim: p, type: array } } } }\norganizations: [{ name: A }, { name: \
                    B }]\ngroups: { internal: [Admins] }\n";

fn load(files: &Memory, sources: &mut Sources) -> Project {
    Project::load(files, "vestibule.yaml".as_ref(), &Overrides::default(), sources)
}

/// The examples of the findings of a configuration, by lint.
fn examples(document: &str) -> Vec<(&'static str, Value)> {
    let files = Memory::from([("vestibule.yaml", document)]);
    let mut sources = Sources::default();
    let project = load(&files, &mut sources);
    assert!(project.config.is_some(), "{:?}", project.problems);
    let findings = vestibule::lint::run(&project, &sources);
    findings.into_iter().filter_map(|finding| Some((finding.lint, finding.witness?))).collect()
}

/// Runs an example as a test of its configuration.
fn try_out(document: &str, lint: &str, mut example: Value) {
    let test = example.as_object_mut().expect("an object");
    test.insert("name".to_owned(), lint.into());
    // Whoever is shown in an overlap is admitted.
    test.entry("expect").or_insert(json!({ "intake": "admit" }));
    let tests = json!({ "version": 1, "tests": [example] }).to_string();
    let files = Memory::from([("vestibule.yaml", document), ("a.test.yaml", &tests)]);
    let mut sources = Sources::default();
    let project = load(&files, &mut sources);
    let config = project.config.as_ref().expect("a configuration");
    let loaded = suite::load(&files, &suite::find(&files, "vestibule.yaml".as_ref()).expect("files"), &mut sources);
    let fixture = Fixture::new(&project, config);
    let (prepared, problems) = suite::prepare(&loaded.tests, &fixture);
    assert!(loaded.problems.is_empty() && problems.is_empty(), "{tests}\n{:?}\n{problems:?}", loaded.problems);
    let mut coverage = Coverage::new(config);
    let outcomes: Vec<bool> = prepared.iter().map(|test| test.run(&fixture, &mut coverage).passed()).collect();
    assert_eq!(outcomes, [true], "{lint}: {tests}");
}

#[test]
fn an_example_is_a_test_that_passes() {
    let rules = |rules: &[(&str, &str)]| {
        let rule = |(index, (when, organization)): (usize, &(&str, &str))| {
            format!("  - {{ rule: r{index}, when: '{when}', organization: {organization} }}\n")
        };
        rules.iter().enumerate().map(rule).collect::<String>()
    };
    let documents = [
        rules(&[(r#"provider.groups includes "G""#, "A"), (r#"email ew "@b.eu""#, "B")]),
        rules(&[(r#"attributes.department eq "D" and active eq true"#, "A"), (r#"department sw "d""#, "B")]),
        rules(&[(r#"attributes.level pr"#, "A"), (r#"attributes.projects eq "x" and title co "y""#, "B")]),
        rules(&[(r#"internal.groups includes "Admins""#, "A"), (r#"emails[type eq "home" and value ew "@x"]"#, "B")]),
        rules(&[
            (r#"provider.groups.externalId eq "1" or meta.created gt "2026-01-01T00:00:00Z""#, "A"),
            ("email pr", "B"),
        ]),
    ];
    let mut lints = Vec::new();
    for rules in &documents {
        let document = format!("{HEAD}organization-assignment:\n  users:\n{rules}");
        let found = examples(&document);
        for (lint, example) in found {
            lints.push(lint);
            try_out(&document, lint, example);
        }
    }
    lints.sort_unstable();
    lints.dedup();
    assert_eq!(lints, ["fallthrough-at-create", "missing-fallback", "overlapping-organizations"]);
}
