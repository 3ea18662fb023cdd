//! Hostile inputs: each ends in a finding, on a small stack as on a large one, and nothing raw reaches the output.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use vestibule::project::{Memory, Overrides, Project};
use vestibule::report::{Format, Report, Style};
use vestibule::source::Sources;

const HEAD: &str =
    "version: 1\nprovider: { name: x, attribute-mapping: { provider-id: oid } }\norganizations: [{ name: A }]\n";

fn with_condition(condition: &str) -> String {
    let rule = format!("    - rule: a\n      when: '{condition}'\n      organization: A\n");
    format!("{HEAD}organization-assignment:\n  users:\n{rule}  fallback: A\n")
}

fn after_head(text: &str) -> String {
    format!("{HEAD}{text}")
}

fn alias_bomb() -> String {
    let mut text = after_head("x0: &x0 [a, a, a, a, a, a, a, a, a]\n");
    for level in 1..12 {
        let aliases = vec![format!("*x{}", level - 1); 9].join(", ");
        text.push_str(&format!("x{level}: &x{level} [{aliases}]\n"));
    }
    text
}

fn nested_blocks(depth: usize) -> String {
    (0..depth).map(|level| format!("{}a:\n", " ".repeat(level))).collect()
}

/// Documents that are meant to hurt, and one word that some finding about them says.
fn documents() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let text = |name, text: String, word| (name, text.into_bytes(), word);
    vec![
        text("alias bomb", alias_bomb(), "alias-budget"),
        text("self-alias", after_head("groups: &g { internal: *g }\n"), "recursive-alias"),
        text("self-alias at the root", "&a [*a]\n".into(), "recursive-alias"),
        text("1,000 nested blocks", nested_blocks(1_000), "nesting-limit"),
        text("10,000 nested blocks, which are 50 MB of indentation", nested_blocks(10_000), "size-limit"),
        text("10,000 nested lists", format!("{}a\n", "- ".repeat(10_000)), "nesting-limit"),
        text("10,000 nested brackets", format!("a: {}{}\n", "[".repeat(10_000), "]".repeat(10_000)), "nesting-limit"),
        text("1,000,000 open brackets", "[".repeat(1_000_000), "nesting-limit"),
        text("1,000,000 open braces", "{".repeat(1_000_000), "error"),
        text("open brackets in a section", after_head(&format!("groups: {}\n", "[".repeat(100_000))), "nesting-limit"),
        text("not, 100,000 times", with_condition(&format!("{}title pr", "not ".repeat(100_000))), "condition-limit"),
        text(
            "not, up to the length limit",
            with_condition(&format!("{}title pr", "not ".repeat(16_000))),
            "condition-limit",
        ),
        text("100,000 parentheses", with_condition(&"(".repeat(100_000)), "condition-limit"),
        text("60,000 parentheses", with_condition(&"(".repeat(60_000)), "condition-limit"),
        text(
            "a condition of 1 MB",
            with_condition(&format!("title eq \"{}\"", "x".repeat(1_000_000))),
            "condition-limit",
        ),
        text("a large pattern", with_condition("userName matches /((((a{100}){100}){100}){100})/"), "invalid-pattern"),
        text(
            "a line of 1 MB",
            after_head(&format!("# {}\ngroups: {{ bogus: 1 }}\n", "x".repeat(1_000_000))),
            "unknown-key",
        ),
        text(
            "a scalar of 9 MB",
            after_head(&format!("groups: {{ bogus: {} }}\n", "x".repeat(9_000_000))),
            "unknown-key",
        ),
        text("300 comment lines", format!("{}{HEAD}bogus: 1\n", "# c\n".repeat(300)), "unknown-key"),
        text("100,000 comment lines", format!("{}{HEAD}bogus: 1\n", "# c\n".repeat(100_000)), "unknown-key"),
        text(
            "100,000 unknown keys",
            after_head(&(0..100_000).map(|n| format!("k{n}: 1\n")).collect::<String>()),
            "unknown-key",
        ),
        text(
            "100,000 syntax errors",
            after_head(&(0..100_000).map(|n| format!("k{n}: \"a\" b\n")).collect::<String>()),
            "syntax",
        ),
        text("NUL", after_head("groups: { internal: ['a\0b'] }\n"), "forbidden-character"),
        text(
            "escape and bidi controls",
            after_head("groups: { internal: [\"\\e[31m\", \"\\e[31m\"], \"k\\e[2J\u{202e}\": 1 }\n"),
            "unknown-key",
        ),
        text("a raw escape", after_head("groups: { internal: ['\u{1b}[31m'] }\n"), "forbidden-character"),
        ("not UTF-8", [HEAD.as_bytes(), b"groups: { internal: ['\xff'] }\n"].concat(), "not-utf8"),
        ("UTF-16", HEAD.encode_utf16().flat_map(u16::to_le_bytes).collect(), "error"),
        text("truncated JSON", "{ \"version\": 1, \"provider\": { \"name\": \"x\"".into(), "syntax"),
        text("an empty file", String::new(), "missing-key"),
        text("a byte-order mark alone", "\u{feff}".into(), "missing-key"),
    ]
}

fn is_raw(c: char) -> bool {
    c != '\n' && vestibule::source::is_hidden(c)
}

/// Lints one document as a library does, and gives the report in every format.
fn lint(document: Vec<u8>) -> Vec<(Format, String)> {
    let mut files = Memory::default();
    files.insert("vestibule.yaml", document);
    let mut sources = Sources::default();
    let project = Project::load(&files, Path::new("vestibule.yaml"), &Overrides::default(), &mut sources);
    let findings = vestibule::lint::run(&project, &sources);
    let report = Report::new(&sources, &findings);
    let write = |format: Format| {
        let mut out = Vec::new();
        format.write(&report, Style::PLAIN, &mut out).expect("writing to memory");
        (format, String::from_utf8(out).expect("reports are UTF-8"))
    };
    Format::ALL.iter().map(|format| write(*format)).collect()
}

#[test]
fn every_document_ends_in_a_finding_on_a_small_stack_and_nothing_raw_is_shown() {
    for (name, document, word) in documents() {
        let small = std::thread::Builder::new().stack_size(2 << 20).spawn(move || lint(document));
        let reports = small.expect("a thread").join().unwrap_or_else(|_| panic!("{name}: a panic"));
        for (format, report) in reports {
            // GitLab's code quality has words of its own for severities.
            let word = if (format, word) == (Format::Gitlab, "error") { "critical" } else { word };
            assert!(report.contains(word), "{name}, {format}: no `{word}` in {report:.2000}");
            assert!(!report.contains(is_raw), "{name}, {format}: a raw character in {report:.2000?}");
        }
    }
}

#[test]
fn reports_are_the_same_every_time() {
    for (name, document, _) in documents().into_iter().filter(|(_, document, _)| document.len() < 100_000) {
        assert_eq!(lint(document.clone()), lint(document), "{name}");
    }
}

fn vestibule(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    command.current_dir(folder).args(args).env("NO_COLOR", "1").env_remove("CI").stdin(Stdio::null());
    command
}

/// Runs a command to its end; one that does not come to it is killed, and fails.
fn run(mut command: Command, input: Option<&[u8]>) -> Output {
    command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    if let (Some(input), Some(mut pipe)) = (input, child.stdin.take()) {
        pipe.write_all(input).expect("the program reads its input");
    }
    let (mut out, mut err) = (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
    let out = std::thread::spawn(move || read_all(&mut out));
    let err = std::thread::spawn(move || read_all(&mut err));
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("the program can be waited for") {
            break status;
        }
        if started.elapsed() > Duration::from_secs(120) {
            child.kill().expect("the program can be killed");
            panic!("the program hangs");
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    Output { status, stdout: out.join().expect("no panic"), stderr: err.join().expect("no panic") }
}

fn read_all(from: &mut impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes).expect("a pipe can be read");
    bytes
}

fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("output is UTF-8");
    (text(&output.stdout), text(&output.stderr))
}

/// A folder with a configuration that reads `users.json`, and that file.
fn project(users: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let document = format!("{HEAD}organization-assignment: {{ default: A }}\nsnapshot: {{ users: users.json }}\n");
    std::fs::write(folder.path().join("vestibule.yaml"), document).expect("a file");
    std::fs::write(folder.path().join("users.json"), users).expect("a file");
    folder
}

#[test]
fn names_in_a_snapshot_reach_no_output_raw() {
    let users = r#"[{ "id": "\u001b[2J", "userName": "a\u001b[31m\u202e\u0000\r\n,\"b", "externalId": "1" },
        { "id": "2", "userName": "A\u001b[31m\u202e\u0000\r\n,\"B", "externalId": "1" }]"#;
    let folder = project(users.as_bytes());
    for format in ["text", "jsonl", "json", "csv", "none"] {
        let output = run(vestibule(folder.path(), &["eval", "--format", format]), None);
        let (out, err) = texts(&output);
        assert_eq!(output.status.code(), Some(0), "{err}");
        assert!(!out.contains(is_raw) && !err.contains(is_raw), "{format}: {out:?} {err:?}");
    }
    let output = run(vestibule(folder.path(), &["eval", "--format", "jsonl"]), None);
    let line: serde_json::Value = serde_json::from_slice(output.stdout.split(|b| *b == b'\n').next().unwrap()).unwrap();
    assert_eq!(line["userName"], "a\u{1b}[31m\u{202e}\0\r\n,\"b", "nothing is lost");
}

#[test]
fn names_of_files_reach_no_output_raw() {
    let folder = tempfile::tempdir().expect("a folder");
    let name = "a\u{1b}[31m\u{202e}.vestibule.yaml";
    std::fs::write(folder.path().join(name), "bogus: 1\n").expect("a file");
    for format in ["text", "concise", "json", "jsonl"] {
        let output = run(vestibule(folder.path(), &["lint", "--format", format]), None);
        let (out, err) = texts(&output);
        assert_eq!(output.status.code(), Some(1), "{err}");
        assert!(!out.contains(is_raw) && !err.contains(is_raw), "{format}: {out:?}");
    }
    let output = run(vestibule(folder.path(), &["lint", "no\u{1b}[31m\u{202e}"]), None);
    assert!(!texts(&output).1.contains(is_raw));
    assert_eq!(output.status.code(), Some(2));
    let output = run(vestibule(folder.path(), &["lint", "--format", "no\u{1b}[31m\u{202e}"]), None);
    assert!(!texts(&output).1.contains(is_raw), "{:?}", texts(&output).1);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_snapshot_that_is_cut_off_gives_what_it_has_and_says_so_last() {
    let users = br#"[{ "id": "1", "userName": "a" }, { "id": "2", "userName": "b" }, { "id": "3", "userNa"#;
    let folder = project(users);
    let output = run(vestibule(folder.path(), &["eval", "--format", "jsonl"]), None);
    let (out, err) = texts(&output);
    assert_eq!((output.status.code(), out.lines().count()), (Some(2), 2));
    let last = err.lines().last().unwrap();
    assert!(last.starts_with("vestibule: 2 decisions were written, which is incomplete"), "{last}");
    let output = run(vestibule(folder.path(), &["eval", "--format", "jsonl", "--partial"]), None);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_folder_or_nothing_in_place_of_a_file_is_said() {
    let folder = project(b"[]");
    std::fs::create_dir(folder.path().join("folder")).expect("a folder");
    for (args, code) in [
        (&["lint", "folder"][..], 2),
        (&["lint", "/dev/zero"], 2),
        (&["eval", "--users-from", "-", "--groups-from", "-"], 2),
        (&["lint", "nowhere.yaml"], 2),
        (&["eval", "--users-from", "folder"], 0),
        (&["eval", "--users-from", "nowhere.json"], 0),
    ] {
        let output = run(vestibule(folder.path(), args), None);
        let (out, err) = texts(&output);
        assert!(output.status.code() >= Some(code) && !(out + &err).is_empty(), "{args:?}");
        assert!(!err.contains("panicked"), "{args:?}: {err}");
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let users: Vec<String> = (0..20_000).map(|n| format!(r#"{{"id":"{n}","userName":"user{n}"}}"#)).collect();
    let folder = project(format!("[{}]", users.join(",")).as_bytes());
    for args in [
        &["eval", "--format", "jsonl"][..],
        &["eval"],
        &["eval", "--format", "csv"],
        &["schema"],
        &["completions", "bash"],
    ] {
        let mut command = vestibule(folder.path(), args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the program ends");
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {err}");
        assert!(!err.contains("panicked"), "{args:?}: {err}");
    }
}

/// As an unprivileged user: root may read everything.
#[cfg(unix)]
#[test]
fn a_file_without_permission_is_said() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    let folder = project(b"[]");
    let open = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("permissions can be set");
    };
    // The program may stand in a folder that others must not enter.
    let program = folder.path().join("vestibule");
    std::fs::copy(env!("CARGO_BIN_EXE_vestibule"), &program).expect("a copy");
    open(folder.path(), 0o755);
    open(&program, 0o755);
    let as_nobody = |args: &[&str]| {
        let mut command = Command::new(&program);
        command.current_dir(folder.path()).args(args).env("NO_COLOR", "1");
        if nobody_may_be_played() {
            command.uid(65534).gid(65534);
        }
        run(command, None)
    };
    open(&folder.path().join("users.json"), 0o000);
    let output = as_nobody(&["lint", "--format", "concise"]);
    let (out, err) = texts(&output);
    assert!(out.contains("vestibule.yaml:5:20: error[unreadable-file]: `users.json` cannot be read"), "{out}{err}");
    assert_eq!(output.status.code(), Some(1));
    open(&folder.path().join("vestibule.yaml"), 0o000);
    let output = as_nobody(&["lint", "--format", "concise"]);
    let (out, err) = texts(&output);
    assert!(out.contains("vestibule.yaml:1:1: error[unreadable-file]"), "{out}{err}");
    assert_eq!(output.status.code(), Some(2));
}

/// Whether this process may become another user.
#[cfg(unix)]
fn nobody_may_be_played() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[test]
fn standard_input_may_be_a_snapshot() {
    let folder = project(b"[]");
    let users = b"{\"id\":\"1\",\"userName\":\"a\"}\n{\"id\":\"2\",\"userName\":\"b\"}\n";
    let output = run(vestibule(folder.path(), &["eval", "--users-from", "-", "--format", "jsonl"]), Some(users));
    assert_eq!((output.status.code(), texts(&output).0.lines().count()), (Some(0), 2));
}

#[test]
fn standard_input_serves_every_configuration_of_a_run() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["a.vestibule.yaml", "b.vestibule.yaml"] {
        std::fs::write(folder.path().join(name), HEAD).expect("a file");
    }
    let users = br#"[{ "id": "1", "userName": "a" }, { "id": "2", "userName": "A" }]"#;
    let args = ["lint", ".", "--users-from", "-", "--format", "concise"];
    let (out, err) = texts(&run(vestibule(folder.path(), &args), Some(users)));
    assert_eq!(out.matches("error[duplicate-user-name]").count(), 2, "{out}{err}");
}
