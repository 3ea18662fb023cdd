//! `vestibule diff` and `vestibule ask` against the world: git, large snapshots, and tests made of answers.
#![cfg(feature = "cli")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn vestibule(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    ["CI", "GITHUB_ACTIONS", "GITLAB_CI"].iter().fold(&mut command, |command, name| command.env_remove(name));
    command.current_dir(folder).args(arguments).output().expect("the program runs")
}

fn stdout(folder: &Path, arguments: &[&str]) -> String {
    String::from_utf8(vestibule(folder, arguments).stdout).expect("UTF-8")
}

fn stderr(folder: &Path, arguments: &[&str]) -> String {
    String::from_utf8(vestibule(folder, arguments).stderr).expect("UTF-8")
}

/// A folder of its own with the files that diffs are about.
fn project(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("diff").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("data")).expect("the folder can be made");
    let from = root().join("tests/cmd/diff.in");
    let old = fs::read_to_string(from.join("old.vestibule.yaml")).expect("it is there");
    let old = old.replace("users: users.json, groups: groups.json", "users: data/users.json, groups: data/groups.json");
    fs::write(folder.join("vestibule.yaml"), old).expect("it can be written");
    for file in ["users.json", "groups.json"] {
        fs::copy(from.join(file), folder.join("data").join(file)).expect("it can be copied");
    }
    folder
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=Ada", "-c", "user.email=ada@contoso.com"]).args(arguments);
    let output = command.output().expect("git runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn edit(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).expect("it is there");
    assert!(text.contains(from), "{from}");
    fs::write(file, text.replace(from, to)).expect("it can be written");
}

/// A repository with a configuration that includes rules, whose people git does not track.
fn repository(name: &str) -> PathBuf {
    let folder = project(name);
    fs::create_dir_all(folder.join("rules")).expect("the folder can be made");
    let included = "group-assignment: [{ rule: temps, when: title eq \"Temp\", groups: [Temps] }]\n";
    fs::write(folder.join("rules/temps.yaml"), included).expect("it can be written");
    edit(&folder.join("vestibule.yaml"), "[Everyone, Leads]", "[Everyone, Leads, Temps]");
    edit(&folder.join("vestibule.yaml"), "version: 1\n", "version: 1\ninclude: [rules/*.yaml]\n");
    fs::write(folder.join(".gitignore"), "data/\n").expect("it can be written");
    git(&folder, &["init", "--quiet", "--initial-branch=main", "."]);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "--quiet", "-m", "Rules"]);
    folder
}

#[test]
fn the_rules_of_a_revision_are_compared_over_the_people_at_hand() {
    let folder = repository("revision");
    let same = stdout(&folder, &["diff", "--git", "main"]);
    assert!(same.starts_with("old: main:./vestibule.yaml\nnew: ") && same.contains("\nEquivalent: "), "{same}");
    assert!(same.contains("Of 5 people in the snapshot nobody moves"), "{same}");

    // A file that a glob covers, and git does not have, is new.
    let more = "organization-assignment: { users: [] }\n";
    fs::write(folder.join("rules/more.yaml"), more).expect("it can be written");
    let refused = stderr(&folder, &["diff", "--git", "HEAD"]);
    assert!(refused.contains("the new configuration has errors"), "{refused}");
    fs::remove_file(folder.join("rules/more.yaml")).expect("it was there");

    edit(&folder.join("rules/temps.yaml"), "\"Temp\"", "\"Temporary\"");
    for (place, path) in [(&folder, "."), (&folder.join("rules"), "../vestibule.yaml"), (&folder, "./vestibule.yaml")] {
        let moved = stdout(place, &["diff", "--git", "HEAD", path, "--format", "jsonl"]);
        let moved: Vec<Value> = moved.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
        let names: Vec<&str> = moved.iter().filter_map(|moved| moved["userName"].as_str()).collect();
        assert_eq!(names, ["cy@contoso.com"], "{path}");
        assert_eq!((&moved[0]["event"], &moved[0]["differs"][0]), (&"login".into(), &"groups".into()));
    }
    git(&folder, &["commit", "--quiet", "--all", "-m", "Temporary"]);
    let status = |arguments: &[&str]| vestibule(&folder, arguments).status.code();
    assert_eq!(status(&["diff", "--git", "HEAD~1", "--fail-on-moves", "1"]), Some(1));
    assert_eq!(status(&["diff", "--git", "HEAD~1", "--fail-on-moves", "2"]), Some(0));
    assert_eq!(status(&["diff", "--git", "HEAD", "--fail-on-moves", "0"]), Some(0));
}

#[test]
fn what_git_cannot_give_is_told() {
    let folder = repository("refusals");
    fs::write(folder.join("new.vestibule.yaml"), "version: 1\n").expect("it can be written");
    let outside = project("outside");
    for (place, arguments, expected) in [
        (&folder, &["--git=-v"][..], "`-v` is no revision"),
        (&folder, &["--git=--output=x"], "`--output=x` is no revision"),
        (&folder, &["--git", ""], "`` is no revision"),
        (&folder, &["--git", "nowhere"], "there is no revision `nowhere`"),
        (&folder, &["--git", "HEAD:vestibule.yaml"], "there is no revision `HEAD:vestibule.yaml`"),
        (&folder, &["--git", "$(touch x)"], "there is no revision `$(touch x)`"),
        (&folder, &["--git", "HEAD", "new.vestibule.yaml"], "`new.vestibule.yaml` is not in `HEAD`"),
    ] {
        let mut all = vec!["diff"];
        all.extend(arguments);
        if arguments.len() < 3 {
            all.push("vestibule.yaml");
        }
        let said = stderr(place, &all);
        assert!(said.contains(expected) && said.lines().count() == 1, "{arguments:?}: {said}");
        assert_eq!(vestibule(place, &all).status.code(), Some(2));
    }
    assert!(!folder.join("x").exists());
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    let output =
        command.current_dir(&folder).env("PATH", "").args(["diff", "--git", "HEAD", "vestibule.yaml"]).output();
    let said = String::from_utf8(output.expect("the program runs").stderr).expect("UTF-8");
    assert_eq!(said, "vestibule: there is no program `git`, which `--git` needs\n");
    // The folders of a build may lie in a repository themselves.
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    command.env("GIT_CEILING_DIRECTORIES", outside.parent().expect("a folder above"));
    let output = command.current_dir(&outside).args(["diff", "--git", "HEAD", "vestibule.yaml"]).output();
    let said = String::from_utf8(output.expect("the program runs").stderr).expect("UTF-8");
    assert_eq!(said, "vestibule: `vestibule.yaml` is in no git repository\n");
}

#[test]
fn a_large_snapshot_gives_what_one_that_is_held_gives() {
    let folder = root().join("tests/cmd/diff.in");
    for format in ["text", "json"] {
        for (old, new) in [("old", "new"), ("new", "old"), ("old", "same"), ("none", "new"), ("new", "none")] {
            let [old, new] = [old, new].map(|name| format!("{name}.vestibule.yaml"));
            let held = ["diff", &old, &new, "--format", format, "--stream", "never"];
            let held = stdout(&folder, &held);
            for block in ["1", "1000"] {
                let streamed = ["diff", &old, &new, "--format", format, "--stream", "always", "--block", block];
                assert_eq!(stdout(&folder, &streamed), held, "{old} {new} {format} {block}");
            }
        }
    }
}

#[test]
fn whoever_moves_by_diff_is_decided_about_differently_by_eval() {
    let folder = root().join("tests/cmd/diff.in");
    let moved = stdout(&folder, &["diff", "old.vestibule.yaml", "new.vestibule.yaml", "--format", "jsonl"]);
    let moved: Vec<Value> = moved.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert_eq!(moved.len(), 6);
    for event in ["scim-create", "scim-update", "membership-update", "login"] {
        let decisions = ["old", "new"].map(|name| {
            let config = format!("{name}.vestibule.yaml");
            let lines = stdout(&folder, &["eval", &config, "--event", event, "--format", "jsonl"]);
            lines.lines().map(|line| serde_json::from_str::<Value>(line).expect(line)).collect::<Vec<_>>()
        });
        for (old, new) in decisions[0].iter().zip(&decisions[1]) {
            let is_told = moved.iter().find(|moved| moved["id"] == old["id"] && moved["event"] == event);
            if let Some(moved) = is_told {
                assert_eq!(
                    [&moved["before"]["organization"], &moved["before"]["groups"]],
                    [&old["organization"], &old["groups"]]
                );
                assert_eq!(moved["after"]["intake"], new["intake"]);
                continue;
            }
            let is_open = [old, new].iter().any(|decision| !decision["notRun"].as_array().expect("a list").is_empty());
            let same = ["intake", "organization"].iter().all(|part| {
                let of = |decision: &Value| [decision[part]["decision"].clone(), decision[part]["name"].clone()];
                of(old) == of(new)
            });
            assert!(is_open || same && old["groups"] == new["groups"], "{old} {new}");
        }
    }
}

#[test]
fn an_answer_is_a_test_that_passes() {
    let folder = project("answers");
    let goals: [&[&str]; 6] = [
        &["--organization", "Contoso EU"],
        &["--organization", "Contoso Guests", "--event", "scim-create"],
        &["--group", "Leads"],
        &["--group", "Everyone", "--event", "scim-update"],
        &["--admitted"],
        &["--refused"],
    ];
    let mut tests = String::from("version: 1\ntests:\n");
    for condition in ["true", "not (title pr)", "provider.groups includes \"EU-Finance\"", "userName sw \"svc-\""] {
        for goal in goals {
            let answer = stdout(&folder, &[&["ask", condition], goal].concat());
            if let Some((_, test)) = answer.split_once("\n\n") {
                tests.push_str(test);
            }
            let json: Value =
                serde_json::from_str(&stdout(&folder, &[&["ask", condition, "--format", "json"], goal].concat()))
                    .expect("JSON");
            assert!(answer.starts_with(json["answer"].as_str().expect("a word")), "{answer}");
        }
    }
    let count = tests.matches("- name:").count();
    assert!(count > 12, "{count}");
    fs::write(folder.join("answers.test.yaml"), &tests).expect("it can be written");
    let ran = vestibule(&folder, &["test", "."]);
    let said = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success() && said.contains(&format!("{count} tests passed")), "{said}\n{tests}");
}
