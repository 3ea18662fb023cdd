//! `vestibule eval` of a large snapshot: the same output as of one that is held, in little memory, nothing lost in silence.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const RULES: &str = r##"
version: 1
provider: { name: p, groups-claim: transitive }
organizations: [{ name: A }, { name: B }, { name: C }]
groups: { rule-based: [G, H] }
user-intake:
  rules: [{ rule: guests, when: 'userName co "#ext#" or userType eq "Guest"', decision: refuse }]
organization-assignment:
  users:
    - { rule: one, when: 'provider.groups includes "Tour Guides" and active eq true', organization: A }
    - { rule: two, when: 'emails[type eq "work" and value ew "@example.com"]', organization: B }
    - { rule: three, when: 'department eq "Finance" or title sw "Eng"', organization: C }
  fallback: A
group-assignment:
  - { rule: g, when: 'email ew ".com" and name.givenName pr', groups: [G] }
  - { rule: h, when: 'manager.value pr or externalId pr', groups: [H] }
"##;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn eval(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    command.current_dir(root()).arg("eval").args(arguments).env_remove("CI").output().expect("vestibule runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder with the rules in it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("vestibule.yaml"), RULES).expect("written");
    folder
}

#[track_caller]
fn check_same(arguments: &[&str]) {
    let held = eval(&[arguments, &["--stream", "never"]].concat());
    for (block, threads) in [("1", "1"), ("300", "2"), ("100000", "3")] {
        let streamed = eval(&[arguments, &["--stream", "always", "--block", block, "--threads", threads]].concat());
        let (expected, found) = (String::from_utf8_lossy(&held.stdout), String::from_utf8_lossy(&streamed.stdout));
        assert_eq!(found, expected, "{arguments:?} {block}\n{}", said(&streamed));
        assert_eq!(streamed.status.code(), held.status.code(), "{arguments:?} {block}\n{}", said(&streamed));
    }
}

fn json_files(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).expect("a folder");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}

#[test]
fn public_samples_are_decided_alike() {
    let folder = folder();
    let config = folder.path().join("vestibule.yaml").display().to_string();
    let groups = "tests/data/scim/scim2-server/groups_all.json";
    for file in json_files("tests/data/scim/scim2-server").into_iter().chain(json_files("tests/data/scim/entra-docs")) {
        let users = file.display().to_string();
        check_same(&[&config, "--format", "jsonl", "--users-from", &users, "--groups-from", groups]);
    }
    check_same(&[&config, "--format", "jsonl", "--users-from", "tests/data/scim/scim2-server/users_all.json"]);
}

#[test]
fn every_format_and_event_is_written_alike() {
    let config = "tests/cmd/eval.in/vestibule.yaml";
    for format in ["text", "jsonl", "json", "csv", "none"] {
        check_same(&[config, "--format", format]);
    }
    for event in ["scim-create", "scim-update", "membership-update"] {
        check_same(&[config, "--format", "jsonl", "--event", event]);
    }
    check_same(&["rules-examples/clean", "--format", "jsonl"]);
}

#[test]
fn pages_in_any_order_are_decided_in_theirs() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let page = |start: usize| {
        let users: Vec<String> =
            (start..start + 3).map(|n| format!("{{\"id\":\"{n}\",\"userName\":\"n{n}\"}}")).collect();
        format!("{{\"totalResults\":9,\"startIndex\":{start},\"Resources\":[{}]}}", users.join(","))
    };
    for start in [7, 1, 4] {
        std::fs::write(path(&format!("{start}.json")), page(start)).expect("written");
    }
    let config = path("vestibule.yaml");
    let files = ["7.json", "1.json", "4.json"].map(path);
    let mut arguments = vec![config.as_str(), "--format", "jsonl"];
    files.iter().for_each(|file| arguments.extend(["--users-from", file]));
    check_same(&arguments);
    // In one file they cannot be put in order.
    std::fs::write(path("all.json"), [page(7), page(1), page(4)].join("\n")).expect("written");
    let output = eval(&[&config, "--format", "none", "--users-from", &path("all.json"), "--stream", "always"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("`startIndex`"), "{}", said(&output));
}

/// Runs in so much memory that the file would not fit, where the system can limit it.
fn eval_in_little_memory(arguments: &[&str]) -> Output {
    if !cfg!(target_os = "linux") {
        return eval(arguments);
    }
    let vestibule = env!("CARGO_BIN_EXE_vestibule");
    let script = format!("ulimit -v 120000; exec \"{vestibule}\" eval \"$@\"");
    let mut command = Command::new("sh");
    // Address space is what can be limited, and each arena takes much of it in advance.
    command.env("MALLOC_ARENA_MAX", "1");
    // In a build service output is redacted, for which everybody is held.
    command.env_remove("CI");
    command.current_dir(root()).args(["-c", &script, "sh"]).args(arguments).output().expect("a shell runs")
}

#[test]
fn what_is_too_long_costs_itself_and_little_memory() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (config, users) = (path("vestibule.yaml"), path("users.json"));
    let filler = "x".repeat(1000);
    let mut list = "{\"Resources\":[".to_owned();
    for n in 0..8000 {
        let _ = write!(list, "{{\"id\":\"{n}\",\"userName\":\"n{n}\",\"note\":\"{filler}\"}},");
    }
    let long = format!("{{\"id\":\"long\",\"userName\":\"long\",\"note\":\"{}\"}}", "y".repeat(50 << 20));
    let end = "{\"id\":\"z\",\"userName\":\"last\"}";
    let arguments = [&*config, "--format", "jsonl", "--users-from", &*users, "--threads", "2", "--stream", "always"];

    // 58 MB on one line, with a record of 50 MB in it, and all before and behind is decided.
    std::fs::write(&users, format!("{list}{long},{end}]}}")).expect("written");
    let output = eval_in_little_memory(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(output.stdout.iter().filter(|byte| **byte == b'\n').count(), 8001);
    let message = format!("is longer than one record may be ({} bytes)", long.len());
    assert!(said(&output).contains(&message) && said(&output).contains("1 record of the snapshot was skipped"));

    // A list that is cut off in its last record.
    std::fs::write(&users, format!("{list}{}", &end[..20])).expect("written");
    let output = eval_in_little_memory(&arguments);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert_eq!(output.stdout.iter().filter(|byte| **byte == b'\n').count(), 8000);
    assert!(said(&output).contains("8000 decisions were written, which is incomplete: the snapshot lacks users"));

    // One line that is nothing but one long value.
    std::fs::write(&users, format!("{}\"}}", &long[..20 << 20])).expect("written");
    let output = eval_in_little_memory(&arguments);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("no record could be used"), "{}", said(&output));
}

#[test]
fn what_was_decided_on_an_older_record_is_said() {
    let folder = folder();
    let (config, users) = (folder.path().join("vestibule.yaml"), folder.path().join("users.json"));
    let user = |day: u32, title: &str| {
        let meta = format!("{{\"lastModified\":\"2026-01-0{day}T00:00:00Z\"}}");
        format!("{{\"id\":\"1\",\"userName\":\"ada\",\"title\":\"{title}\",\"meta\":{meta}}}")
    };
    let run = |second: String| {
        std::fs::write(&users, format!("{}\n{second}\n{}", user(2, "a"), user(2, "a"))).expect("written");
        let (config, users) = (config.display().to_string(), users.display().to_string());
        let output = eval(&[&config, "--format", "none", "--users-from", &users, "--stream", "always"]);
        (output.status.code(), said(&output))
    };
    let (code, said) = run(user(2, "a"));
    assert!(code == Some(0) && !said.contains("duplicate-id"), "{said}");
    let (code, said) = run(user(1, "b"));
    assert!(code == Some(0) && said.contains("duplicate-id"), "{said}");
    let (code, said) = run(user(3, "b"));
    assert!(code == Some(2) && said.contains("1 user is there again, modified later"), "{said}");
}
