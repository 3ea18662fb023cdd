//! Every console block of the documents, and the commands under `tests/cmd`, run against the real program.
#![cfg(feature = "cli")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What build services say of themselves.
const SERVICES: [&str; 3] = ["CI", "GITHUB_ACTIONS", "GITLAB_CI"];

/// Runs in the root of the project. A document's block is what a reader would type there.
fn cases() -> trycmd::TestCases {
    let cases = trycmd::TestCases::new();
    cases.register_bin("vestibule", trycmd::schema::Bin::Path(env!("CARGO_BIN_EXE_vestibule").into()));
    // Whoever runs the tests may have a terminal that wants colours or a width of its own.
    cases.env("NO_COLOR", "1").env("COLUMNS", "100");
    // Nor should the build service that runs them show.
    SERVICES.iter().fold(&cases, |cases, variable| cases.env(*variable, ""));
    cases
}

#[test]
fn documents_show_what_the_program_does() {
    // A document writes into it, and the build may be elsewhere.
    fs::create_dir_all("target").expect("the folder can be made");
    cases().case("README.md").case("docs/**/*.md").case("rules-examples/*/README.md");
}

#[test]
fn commands_answer_as_written() {
    cases().case("tests/cmd/*.trycmd").case("tests/cmd/*.toml");
}

fn vestibule(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    SERVICES.iter().fold(&mut command, |command, variable| command.env_remove(variable));
    command.current_dir(folder).args(arguments).stdin(Stdio::null()).output().expect("the program runs")
}

/// A project whose every name holds what a terminal would obey.
fn hostile_project() -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile");
    let name = "\\e]0;owned\\a\\e[31m\\u202Ered\\u200B\\x9b";
    let document = format!(
        r#"version: 1
provider: {{ name: "{name}" }}
organizations: [{{ name: "{name}" }}, {{ name: "other{name}" }}]
groups: {{ rule-based: ["{name}"] }}
organization-assignment:
  users: [{{ rule: "{name}", when: provider.groups pr, organization: "{name}" }}]
  fallback: "other{name}"
  groups: [{{ rule: "{name}", when: true, organizations: ["{name}"] }}]
group-assignment: [{{ rule: "{name}", when: true, groups: ["{name}"] }}]
snapshot: {{ users: users.json, groups: groups.json }}
"#
    );
    let name = "\\u001b]0;owned\\u0007\\u001b[31m\\u202ered\\u200b\\u009b";
    let users = format!(r#"[{{ "id": "{name}", "userName": "{name}", "active": "True" }}, {{ "{name}": 1 }}]"#);
    let groups = format!(r#"[{{ "id": "g", "displayName": "{name}", "members": [{{ "value": "{name}!" }}] }}]"#);
    let name = "\\e]0;owned\\a\\e[31m\\u202Ered\\u200B\\x9b";
    let tests = format!(
        r#"version: 1
tests:
  - {{ name: "{name}", user: {{ userName: "{name}" }}, groups: ["{name}"], expect: {{ organization: null, groups: [] }} }}
  - {{ name: "x{name}", skip: "{name}", user: {{ from: "{name}" }}, expect: {{ organization: "{name}" }} }}
"#
    );
    let wrong = format!(
        "version: 1\n\"{name}\": 1\ntests: [{{ name: \"{name}\", user: {{ from: \"!{name}\" }}, expect: {{ groups: [\"!{name}\"] }} }}]\n"
    );
    fs::create_dir_all(&folder).expect("the folder can be made");
    for (file, content) in [
        ("vestibule.yaml", document),
        ("users.json", users),
        ("groups.json", groups),
        ("a.test.yaml", tests),
        ("wrong.yaml", wrong),
    ] {
        fs::write(folder.join(file), content).expect("the file can be written");
    }
    folder
}

/// Other rules over the same people.
const OTHER: &str = "version: 1\nprovider: { name: p }\norganizations: [{ name: A }]\norganization-assignment: { default: A }\n\
    snapshot: { users: users.json, groups: groups.json }\n";

#[test]
fn no_output_holds_a_character_that_a_terminal_would_obey() {
    let folder = hostile_project();
    let mut commands = vec![vec!["show"], vec!["rule", "\u{1b}[31m"], vec!["lint", "\u{1b}[31m"]];
    commands.extend(vestibule::report::Format::ALL.iter().map(|format| vec!["lint", "--format", format.name()]));
    for format in ["text", "jsonl", "json", "csv", "none"] {
        commands.push(vec!["eval", "--event", "scim-create", "--format", format]);
        commands.push(vec!["eval", "--groups", "--format", format]);
    }
    commands
        .extend(["text", "json", "junit"].map(|format| vec!["test", "--coverage", "--verbose", "--format", format]));
    commands.extend([vec!["test", "--tests", "wrong.yaml"], vec!["test", "--only", "\u{1b}[31m"]]);
    let name = "\u{1b}]0;owned\u{7}\u{1b}[31m\u{202e}red\u{200b}\u{9b}";
    fs::write(folder.join("other.yaml"), OTHER).expect("the file can be written");
    commands.extend(
        ["text", "json", "jsonl", "markdown"]
            .map(|format| vec!["diff", "vestibule.yaml", "other.yaml", "--format", format]),
    );
    commands.extend(["text", "json"].map(|format| vec!["ask", "true", "--organization", name, "--format", format]));
    commands.extend([
        vec!["ask", name, "--admitted"],
        vec!["ask", "true", "--group", "\u{1b}[31m"],
        vec!["diff", "--git", name],
    ]);
    for user in [name, "owned\u{1b}[31m"] {
        commands.push(vec!["explain", user]);
        commands.push(vec!["explain", user, "--group", name, "--event", "login"]);
        commands.push(vec!["explain", user, "--rule", name, "--format", "json"]);
        commands.push(vec!["explain", user, "--rule", "\u{1b}[31m"]);
    }
    for command in commands {
        let output = vestibule(&folder, &command);
        for (stream, bytes) in [("output", output.stdout), ("errors", output.stderr)] {
            let text = String::from_utf8(bytes).expect("UTF-8");
            let raw = text.chars().find(|&c| c != '\n' && vestibule::source::is_hidden(c));
            assert_eq!(raw, None, "{stream} of {command:?}");
        }
    }
    let decision = vestibule(&folder, &["eval", "--format", "jsonl"]).stdout;
    let decision: serde_json::Value = serde_json::from_slice(&decision).expect("one line of JSON");
    assert_eq!(decision["userName"], "\u{1b}]0;owned\u{7}\u{1b}[31m\u{202e}red\u{200b}\u{9b}");
}

#[test]
fn colours_come_when_they_are_asked_for() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let with = |arguments: &[&str]| vestibule(folder, arguments).stdout.contains(&0x1b);
    assert!(with(&["lint", "rules-examples/contoso", "--color", "always"]));
    assert!(!with(&["lint", "rules-examples/contoso", "--color", "never"]));
    assert!(!with(&["lint", "rules-examples/contoso"]), "a pipe is no terminal");
    assert!(!with(&["lint", "rules-examples/contoso", "--color", "always", "--format", "json"]));
    let explain = ["explain", "emily.braun@fabrikam.com", "rules-examples/contoso", "--color"];
    assert!(with(&[&explain[..], &["always"]].concat()) && !with(&[&explain[..], &["never"]].concat()));
}

#[test]
fn the_pages_of_the_manual_are_written_one_a_command() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("man");
    fs::create_dir_all(&folder).expect("the folder can be made");
    let output = vestibule(&folder, &["man", "--into", "."]);
    assert!(output.status.success());
    for page in ["vestibule.1", "vestibule-lint.1", "vestibule-eval.1", "vestibule-explain.1"] {
        let page = fs::read_to_string(folder.join(page)).expect("the page is there");
        assert!(page.contains(".SH NAME"), "{page}");
    }
}

#[test]
fn a_closed_pipe_ends_a_command_in_silence() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for arguments in [
        &["lint", "rules-examples/contoso"][..],
        &["eval", "rules-examples/contoso"],
        &["test", "rules-examples/contoso"],
        &["explain", "emily.braun@fabrikam.com", "rules-examples/contoso"],
        &["diff", "rules-examples/litware/first-day", "rules-examples/litware/second-day"],
        &["diff", "rules-examples/contoso", "rules-examples/contoso/proposal", "--format", "markdown"],
        &["diff", "rules-examples/litware/first-day", "rules-examples/litware/second-day", "--format", "jsonl"],
        &["ask", "true", "rules-examples/contoso", "--admitted"],
        &["ask", "active eq false", "rules-examples/contoso", "--admitted", "--format", "json"],
        &["schema"],
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
        command.current_dir(folder).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert_ne!(output.status.code(), Some(2), "{arguments:?}");
    }
}

/// The same findings, whatever the format: how many, of which lints, and on which lines.
#[test]
fn several_outputs_of_one_run_agree() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("outputs");
    fs::create_dir_all(&folder).expect("the folder can be made");
    let files = ["json", "sarif", "gitlab", "github", "junit"].map(|format| (format, folder.join(format)));
    let mut arguments = vec!["lint".to_owned(), "rules-examples/contoso".to_owned(), "--format=concise".to_owned()];
    arguments.extend(files.iter().map(|(format, file)| format!("--output={format}={}", file.display())));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let concise = vestibule(Path::new(env!("CARGO_MANIFEST_DIR")), &arguments).stdout;
    let concise = String::from_utf8(concise).expect("UTF-8");
    let read = |index: usize| fs::read_to_string(&files[index].1).expect("the file is written");
    let parsed = |index: usize| -> serde_json::Value { serde_json::from_str(&read(index)).expect("JSON") };

    let json = parsed(0);
    let findings = json["findings"].as_array().expect("findings");
    assert!(findings.len() > 10 && concise.lines().count() == findings.len());
    let sarif = parsed(1);
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let gitlab = parsed(2);
    let issues = gitlab.as_array().expect("issues");
    let github = read(3);
    let commands: Vec<&str> = github.lines().collect();
    let cases = read(4).matches("\" line=\"").count();
    assert_eq!([results.len(), issues.len(), commands.len(), cases], [findings.len(); 4]);
    for (index, finding) in findings.iter().enumerate() {
        let (place, result, issue) = (&finding["locations"][0], &results[index], &issues[index]);
        let physical = &result["locations"][0]["physicalLocation"];
        assert_eq!(physical["artifactLocation"]["uri"], place["file"]);
        for (region, position) in [("start", "start"), ("end", "end")] {
            assert_eq!(physical["region"][format!("{region}Line")], place[position]["line"]);
            assert_eq!(physical["region"][format!("{region}Column")], place[position]["column"]);
        }
        assert_eq!([&result["ruleId"], &issue["check_name"]], [&finding["lint"]; 2]);
        let rule = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(sarif["runs"][0]["tool"]["driver"]["rules"][rule]["id"], finding["lint"]);
        assert_eq!(
            [&result["partialFingerprints"]["vestibule/v1"], &issue["fingerprint"]],
            [&finding["fingerprint"]; 2]
        );
        assert_eq!(issue["location"]["lines"]["begin"], place["start"]["line"]);
        assert!(commands[index].contains(&format!("line={},", place["start"]["line"])), "{}", commands[index]);
    }
}

#[test]
fn findings_become_annotations_in_a_job_of_github_actions() {
    let run = |value: &str, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        command.current_dir(root.join("rules-examples")).args(["lint", "contoso"]).args(arguments);
        let output = command.env("GITHUB_ACTIONS", value).env("GITHUB_WORKSPACE", root).output().expect("it runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    assert!(run("true", &[]).starts_with("::warning file=rules-examples/contoso/vestibule.yaml,line=20,"));
    assert!(run("true", &["--format", "auto"]).starts_with("::warning file="));
    assert!(run("true", &["--format", "text"]).starts_with("warning["));
    assert!(run("false", &[]).starts_with("warning["));
}

/// Every string that stands under one of these names in files of users, however short.
fn people(folder: &Path) -> Vec<String> {
    fn gather(value: &serde_json::Value, name: &str, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(members) => members.iter().for_each(|(name, value)| gather(value, name, found)),
            serde_json::Value::Array(items) => items.iter().for_each(|item| gather(item, name, found)),
            serde_json::Value::String(text)
                if ["id", "userName", "externalId", "displayName", "value"].contains(&name) =>
            {
                found.push(text.to_lowercase());
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of users") {
        let text = fs::read_to_string(entry.expect("a file").path()).expect("text");
        gather(&serde_json::from_str(&text).expect("JSON"), "", &mut found);
    }
    found
}

#[test]
fn nobody_is_named_in_any_format_where_output_is_redacted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let project = "rules-examples/contoso";
    let people = people(&root.join(project).join("snapshot/users"));
    assert!(people.len() > 100);
    let mut commands = Vec::new();
    for format in vestibule::report::Format::ALL {
        commands.push(vec!["lint", project, "--format", format.name()]);
    }
    for format in ["text", "jsonl", "json", "csv"] {
        commands.push(vec!["eval", project, "--event", "scim-create", "--format", format]);
        commands.push(vec!["simulate", project, "--format", format]);
        commands.push(vec!["simulate", project, "--final", "--format", format]);
        let log = ["--events", "rules-examples/ada/waits.ndjson", "--format", format];
        commands.push([&["simulate", "rules-examples/ada/by-mail.vestibule.yaml"][..], &log].concat());
    }
    let change =
        ["diff", "rules-examples/contoso", "tests/cmd/ask.in", "--users-from", "rules-examples/contoso/snapshot/users"];
    for format in ["text", "json", "jsonl", "markdown"] {
        commands.push([&change[..], &["--format", format]].concat());
    }
    for format in ["text", "json"] {
        commands.push(vec!["explain", "emily.braun@fabrikam.com", project, "--format", format]);
        commands.push(vec!["explain", "emily.bran@fabrikam.com", project, "--format", format]);
    }
    for format in ["text", "json", "junit"] {
        commands.push(vec!["test", project, "--verbose", "--format", format]);
    }
    for mut command in commands {
        let named = vestibule(root, &command);
        command.push("--redact");
        let redacted = vestibule(root, &command);
        assert_eq!(redacted.status, named.status, "{command:?}");
        let said = [redacted.stdout, redacted.stderr].concat();
        let said = String::from_utf8(said).expect("UTF-8").to_lowercase();
        let told: Vec<_> = people.iter().filter(|value| said.contains(value.as_str())).collect();
        assert!(told.is_empty() && !said.contains("ada.okafor"), "{command:?}: {told:?}");
    }
}

#[test]
fn pseudonyms_are_the_same_in_every_format_and_come_by_themselves_in_a_build_service() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = |ci: &str, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
        SERVICES.iter().fold(&mut command, |command, variable| command.env_remove(variable));
        let command = command.current_dir(root).env("CI", ci).args(["eval", "rules-examples/contoso"]);
        String::from_utf8(command.args(arguments).output().expect("it runs").stdout).expect("UTF-8")
    };
    let names = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let mut names: Vec<_> = words.filter(|word| word.starts_with("user-")).map(str::to_owned).collect();
        names.sort();
        names.dedup();
        names
    };
    let csv = names(&run("true", &["--format", "csv"]));
    assert!(csv.len() >= 80, "two for each user: {}", csv.len());
    assert_eq!(csv, names(&run("", &["--format", "jsonl", "--redact"])));
    for arguments in [&["--no-redact"][..], &["--redact=false"]] {
        assert!(
            names(&run("true", arguments)).is_empty() && run("true", arguments).contains("grace.okafor@contoso.com")
        );
    }
    assert!(names(&run("", &[])).is_empty());
}

/// What a baseline that was written for some files leaves when they have changed.
fn left_beside_a_baseline(before: &[(&str, &str)], after: &[(&str, &str)], paths: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |files: &[(&str, &str)]| {
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
    };
    write(before);
    let lint = |options: &[&str]| {
        vestibule(folder.path(), &[&["lint", "--select", "or-chain", "--format", "concise"], options, paths].concat())
    };
    lint(&["--write-baseline=b.json"]);
    before.iter().for_each(|(name, _)| fs::remove_file(folder.path().join(name)).expect("it is there"));
    write(after);
    let output = lint(&["--baseline", "b.json"]);
    let lines = String::from_utf8_lossy(&output.stdout);
    lines.lines().map(|line| line.split(": ").nth(1).unwrap_or_default().to_owned()).collect()
}

#[test]
fn entries_of_a_baseline_follow_a_rule_into_another_file_of_its_configuration() {
    const HEAD: &str = "version: 1\nprovider: { name: p }\norganizations: [{ name: A }]\ngroups: { rule-based: [A] }\n";
    const RULE: &str =
        "group-assignment:\n- { rule: a, when: department eq \"A\" or department eq \"B\", groups: [A] }\n";
    const OTHER: &str = "group-assignment:\n- { rule: a, when: department eq \"C\", groups: [A] }\n";
    let including = format!("{HEAD}include: [r/*.yaml]\n");
    let whole = format!("{HEAD}{RULE}");
    let fine = format!("{HEAD}{OTHER}");
    let (one, more) = ("info[or-chain]", "warning[stale-baseline-entry]");
    for (before, after, paths, expected) in [
        // Into a file that is included.
        (vec![("a.yaml", &*whole)], vec![("a.yaml", &*including), ("r/x.yaml", RULE)], vec!["a.yaml"], vec![]),
        // Another name for the file of the rule, and for the configuration.
        (
            vec![("a.yaml", &*including), ("r/x.yaml", RULE)],
            vec![("a.yaml", &*including), ("r/y.yaml", RULE)],
            vec!["a.yaml"],
            vec![],
        ),
        // In another configuration it is another rule, though the first one is mended.
        (
            vec![("a.yaml", &*whole), ("b.yaml", &*fine)],
            vec![("a.yaml", &*fine), ("b.yaml", &*whole)],
            vec!["a.yaml", "b.yaml"],
            vec![one, more],
        ),
        // Under another name it is new.
        (
            vec![("a.yaml", &*whole)],
            vec![("a.yaml", &*including), ("r/x.yaml", &*RULE.replace("rule: a", "rule: b"))],
            vec!["a.yaml"],
            vec![one, more],
        ),
    ] {
        let left = left_beside_a_baseline(&before, &after, &paths);
        let left: Vec<&str> = left.iter().map(String::as_str).collect();
        assert_eq!(left, expected, "{after:?}");
    }
}
