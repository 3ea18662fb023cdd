//! What the program writes and reads is what the committed schemas say.
#![cfg(feature = "cli")]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn output(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_vestibule"))
        .env_remove("CI")
        .current_dir(root())
        .args(arguments)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The mistakes of a value by a committed schema, one a line.
fn mistakes(schema: &str, value: &Value) -> Vec<String> {
    let schema = fs::read_to_string(root().join("schema").join(schema)).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

/// Projects that between them have findings, decisions of every kind, and groups.
const PROJECTS: [&str; 4] =
    ["rules-examples/contoso", "rules-examples/clean", "tests/cmd/eval.in", "tests/cmd/strict.in"];

#[test]
fn findings_follow_their_schema() {
    for project in PROJECTS.into_iter().chain(["tests/cmd/mistakes.in", "tests/cmd/partial.in"]) {
        let findings = serde_json::from_str(&output(&["lint", project, "--format", "json"])).unwrap();
        assert_eq!(mistakes("findings.schema.json", &findings), [""; 0], "{project}");
        let counts = serde_json::from_str(&output(&["lint", project, "--statistics", "--format", "json"])).unwrap();
        assert_eq!(mistakes("statistics.schema.json", &counts), [""; 0], "{project}");
    }
}

#[test]
fn decisions_follow_their_schema() {
    let mut count = 0;
    for project in PROJECTS {
        for event in ["scim-create", "scim-update", "membership-update", "login"] {
            for line in output(&["eval", project, "--event", event, "--format", "jsonl"]).lines() {
                count += 1;
                let decision = serde_json::from_str(line).unwrap();
                assert_eq!(mistakes("decision.schema.json", &decision), [""; 0], "{line}");
            }
        }
        for line in output(&["eval", project, "--groups", "--format", "jsonl"]).lines() {
            count += 1;
            let decision = serde_json::from_str(line).unwrap();
            assert_eq!(mistakes("group-decision.schema.json", &decision), [""; 0], "{line}");
        }
    }
    assert!(count > 300, "{count}");
}

#[test]
fn test_files_and_results_follow_their_schemas() {
    for file in [
        "rules-examples/contoso/tests/newcomers.test.yaml",
        "rules-examples/contoso/tests/externals.test.yaml",
        "rules-examples/contoso/tests/exceptions.test.yaml",
        "rules-examples/clean/tests/newcomers.test.yaml",
        "tests/cmd/test.in/ada.test.yaml",
    ] {
        let written = fs::read_to_string(root().join(file)).unwrap();
        assert_eq!(mistakes("tests.schema.json", &yaml(&written)), [""; 0], "{file}");
    }
    for tests in [&["rules-examples/contoso"][..], &["tests/cmd/test.in", "--tests", "tests/cmd/test.in/wrong.yaml"]] {
        let arguments = [&["test", "--format", "json"], tests].concat();
        let results = serde_json::from_str(&output(&arguments)).unwrap();
        assert_eq!(mistakes("test-results.schema.json", &results), [""; 0], "{tests:?}");
    }
}

#[test]
fn the_json_document_holds_the_lines_of_jsonl() {
    let whole: Value = serde_json::from_str(&output(&["eval", "tests/cmd/eval.in", "--format", "json"])).unwrap();
    let lines = output(&["eval", "tests/cmd/eval.in", "--format", "jsonl"]);
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(whole["decisions"], Value::from(lines));
}

#[test]
fn configurations_follow_their_schema_as_written_and_as_shown() {
    for project in PROJECTS {
        let written = fs::read_to_string(root().join(project).join("vestibule.yaml")).unwrap();
        assert_eq!(mistakes("config.schema.json", &yaml(&written)), [""; 0], "{project}");
        assert_eq!(mistakes("config.schema.json", &yaml(&output(&["show", project]))), [""; 0], "show {project}");
    }
}

#[test]
fn what_the_reader_refuses_by_its_shape_the_schema_refuses_too() {
    let base = "version: 1\nprovider: { name: a }\norganizations: [{ name: A }]\n";
    assert_eq!(mistakes("config.schema.json", &yaml(base)), [""; 0]);
    for wrong in [
        "version: 2\nprovider: { name: a }\norganizations: [{ name: A }]\n".to_owned(),
        "version: 1\norganizations: [{ name: A }]\n".to_owned(),
        "version: 1\nprovider: { name: a, protocol: ldap }\norganizations: [{ name: A }]\n".to_owned(),
        format!("{base}surprise: 1\n"),
        format!("{base}group-assignment: [{{ rule: a, when: 7, groups: [G] }}]\n"),
        format!("{base}group-assignment: [{{ rule: a, when: true, groups: [] }}]\n"),
        format!("{base}user-intake: {{ default: perhaps }}\n"),
    ] {
        assert!(!mistakes("config.schema.json", &yaml(&wrong)).is_empty(), "{wrong}");
        assert!(vestibule::Config::parse("example", &wrong).is_err(), "{wrong}");
    }
}

#[test]
fn the_chains_of_identity_follow_their_schema() {
    let mut agreements = std::collections::BTreeSet::new();
    for project in PROJECTS.into_iter().chain(["tests/cmd/partial.in"]) {
        let chains: Value = serde_json::from_str(&output(&["identity", project, "--format", "json"])).unwrap();
        assert_eq!(mistakes("identity.schema.json", &chains), [""; 0], "{project}");
        let fields = chains["fields"].as_array().unwrap();
        agreements.extend(fields.iter().map(|field| field["agree"].as_str().unwrap().to_owned()));
    }
    assert!(agreements.contains("yes") && agreements.contains("unknown"), "{agreements:?}");
}

#[test]
fn explanations_follow_their_schema() {
    let project = "tests/cmd/explain.in";
    let groups: Vec<String> = (0..200).map(|n| format!("--group=Team {n}")).collect();
    let with_groups: Vec<&str> = ["2"].into_iter().chain(groups.iter().map(String::as_str)).collect();
    for arguments in [&["ada@contoso.com"][..], &["left@contoso.com"], &["tests/cmd/explain.in/new.json"], &with_groups]
    {
        let arguments: Vec<&str> = ["explain", "--format", "json", arguments[0], project]
            .into_iter()
            .chain(arguments[1..].iter().copied())
            .collect();
        let document: Value = serde_json::from_str(&output(&arguments)).unwrap();
        assert_eq!(document["explanations"].as_array().map(Vec::len), Some(4));
        assert_eq!(mistakes("explanation.schema.json", &document), [""; 0], "{arguments:?}");
    }
}

#[test]
fn diffs_and_answers_follow_their_schemas() {
    let [old, new, none] = ["old", "new", "none"].map(|name| format!("tests/cmd/diff.in/{name}.vestibule.yaml"));
    for (old, new) in [(&old, &new), (&new, &old), (&old, &none), (&none, &none)] {
        let diff = serde_json::from_str(&output(&["diff", old, new, "--format", "json"])).unwrap();
        assert_eq!(mistakes("diff.schema.json", &diff), [""; 0], "{old} {new}");
        for line in output(&["diff", old, new, "--format", "jsonl"]).lines() {
            assert_eq!(mistakes("moved.schema.json", &serde_json::from_str(line).unwrap()), [""; 0], "{line}");
        }
    }
    for goal in ["--organization=Contoso EU", "--group=Leads", "--admitted", "--refused"] {
        for condition in ["true", "false", "provider.groups includes \"EU-Finance\""] {
            let ask = ["ask", condition, "tests/cmd/ask.in", goal, "--event=scim-create", "--format=json"];
            assert_eq!(
                mistakes("answer.schema.json", &serde_json::from_str(&output(&ask)).unwrap()),
                [""; 0],
                "{ask:?}"
            );
        }
    }
}

#[test]
fn simulations_follow_their_schemas() {
    let ada = ["rules-examples/ada/by-group.vestibule.yaml", "--events", "rules-examples/ada/waits.ndjson"];
    let newcomers = ["rules-examples/contoso", "--update"];
    for (arguments, summary) in [(&newcomers[..], "simulation.schema.json"), (&ada[..], "replay.schema.json")] {
        let run = |more: &[&str]| output(&[&["simulate"], arguments, more].concat());
        let whole = serde_json::from_str(&run(&["--format", "json"])).unwrap();
        assert_eq!(mistakes(summary, &whole), [""; 0], "{whole}");
        for (more, schema) in [
            (&["--format", "jsonl"][..], "transition.schema.json"),
            (&["--format", "jsonl", "--final"][..], "remaining.schema.json"),
        ] {
            let lines = run(more);
            assert!(!lines.is_empty());
            for line in lines.lines() {
                assert_eq!(mistakes(schema, &serde_json::from_str(line).unwrap()), [""; 0], "{line}");
            }
        }
    }
}
