//! `scripts/new-lint` starts a lint.

#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// A copy of what the script works on.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in ["scripts/new-lint", "src/lint/catalogue/mod.rs", "src/lint/catalogue/template.rs"] {
        let to = folder.path().join(file);
        fs::create_dir_all(to.parent().expect("a parent")).expect("a folder");
        fs::copy(root.join(file), to).expect(file);
    }
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("sh").arg("scripts/new-lint").args(arguments).current_dir(folder).output().expect("a shell")
}

fn read(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join("src/lint/catalogue").join(file)).expect(file)
}

#[test]
fn one_file_and_one_line_are_added() {
    let folder = project();
    let before = read(folder.path(), "mod.rs");
    for (name, module, comes_before) in [
        ("aaa-first", "aaa_first", "add_only_flow"),
        ("nested-entry", "nested_entry", "nested_group"),
        ("zzz", "zzz", "}"),
    ] {
        assert!(run(folder.path(), &[name]).status.success());
        let listed = read(folder.path(), "mod.rs");
        let lines: Vec<&str> = listed.lines().map(str::trim).collect();
        let at = lines.iter().position(|line| *line == format!("{module},")).expect("a line");
        assert!(lines[at + 1].starts_with(comes_before), "{name} stands before {}", lines[at + 1]);
    }
    let without = |text: &str| {
        text.lines()
            .filter(|line| !["aaa_first", "nested_entry", "zzz"].iter().any(|new| line.contains(new)))
            .collect::<Vec<_>>()
            .join("\n")
            + "\n"
    };
    assert_eq!(without(&read(folder.path(), "mod.rs")), before, "nothing else changes");
}

/// The template compiles with the tests of the library; its copy differs by the name, and by tests that run and fail.
#[test]
fn the_file_is_the_template_with_tests_that_run() {
    let folder = project();
    run(folder.path(), &["some-mistake"]);
    let made = read(folder.path(), "some_mistake.rs");
    assert!(made.starts_with("//! `some-mistake`\n") && made.contains("name: \"some-mistake\""));
    assert!(made.contains("#[test]") && !made.contains("#[ignore") && !made.contains("template-name"));
}

#[test]
fn what_is_no_name_and_what_is_taken_is_refused() {
    let folder = project();
    assert!(run(folder.path(), &["taken"]).status.success());
    let listed = read(folder.path(), "mod.rs");
    for arguments in
        [&["taken"][..], &["Some-Lint"], &["a--b"], &["-a"], &["a b"], &["../a"], &["template"], &[], &["a", "b"]]
    {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stderr.starts_with(b"new-lint: "), "{arguments:?}");
    }
    assert_eq!(read(folder.path(), "mod.rs"), listed);
}
