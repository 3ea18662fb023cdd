//! The pieces for build services name what the program has.
#![cfg(feature = "cli")]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_yaml::Value;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

/// The options of a command line that its help does not have.
fn unknown_options(line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split_whitespace().map(|word| word.trim_matches(['"', '\''])).collect();
    let program = words.iter().position(|word| word.ends_with("vestibule")).expect("the program is run");
    let help = Command::new(env!("CARGO_BIN_EXE_vestibule")).args([words[program + 1], "--help"]).output().unwrap();
    assert!(help.status.success(), "{line}");
    let help = String::from_utf8(help.stdout).unwrap();
    let options = words[program + 1..].iter().filter(|word| word.len() > 2 && word.starts_with("--"));
    options.filter(|option| !help.contains(**option)).map(|option| (*option).to_owned()).collect()
}

#[test]
fn the_action_runs_what_there_is() {
    let action = yaml(&read("action.yml"));
    let steps = action["runs"]["steps"].as_sequence().unwrap();
    let lint = steps[1]["run"].as_str().unwrap();
    assert_eq!(unknown_options(lint), [""; 0]);
    assert!(lint.contains("--format github") && lint.contains("sarif=$SARIF"));
    for step in steps {
        let script = step["run"].as_str().unwrap_or_default();
        assert!(!script.contains("${{"), "an input would be part of the script: {script}");
    }
    let documented = read("docs/ci.md");
    for (input, described) in action["inputs"].as_mapping().unwrap() {
        let default = described["default"].as_str().unwrap();
        assert!(documented.contains(&format!("| `{}` | `{default}` |", input.as_str().unwrap())));
    }
}

#[test]
fn the_hooks_run_what_there_is() {
    let hooks = yaml(&read(".pre-commit-hooks.yaml"));
    let hooks = hooks.as_sequence().unwrap();
    assert_eq!(hooks.len(), 2);
    for hook in hooks {
        assert_eq!(unknown_options(hook["entry"].as_str().unwrap()), [""; 0]);
        assert!(read("docs/ci.md").contains(&format!("- id: {}\n", hook["id"].as_str().unwrap())));
    }
}

#[test]
fn the_blocks_of_the_page_are_yaml_and_run_what_there_is() {
    let page = read("docs/ci.md");
    let blocks: Vec<&str> = page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), 4);
    for block in &blocks {
        yaml(block);
    }
    let script = yaml(blocks[1])["vestibule"]["script"].clone();
    assert_eq!(unknown_options(script[1].as_str().unwrap()), [""; 0]);
    let steps = yaml(blocks[2])["jobs"]["moves"]["steps"].clone();
    let command = steps[1]["run"].as_str().unwrap().split(" > ").next().unwrap();
    assert!(command.starts_with("vestibule diff "));
    assert_eq!(unknown_options(command), [""; 0]);
}

/// A configuration with one warning, in a folder whose name a shell would take apart.
#[cfg(unix)]
fn project() -> (tempfile::TempDir, std::path::PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("a b; touch made");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("vestibule.yaml"), "version: 1\nprovider: { name: x }\norganizations: [{ name: A }]\n")
        .unwrap();
    let bin = place.path().join("vestibule/bin");
    fs::create_dir_all(&bin).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_vestibule"), bin.join("vestibule")).unwrap();
    (place, folder)
}

/// Runs a script as GitHub's runner does: the exit code, and what it wrote to standard output.
#[cfg(unix)]
fn run_in_bash(script: &str, place: &Path, environment: &[(&str, &str)]) -> (Option<i32>, String) {
    let checked = Command::new("bash").args(["-n", "-c", script]).status().unwrap();
    assert!(checked.success(), "{script}");
    let path = format!("{}:{}", place.join("vestibule/bin").display(), std::env::var("PATH").unwrap());
    let output = Command::new("bash")
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
        .current_dir(place)
        .env("RUNNER_TEMP", place)
        .env("PATH", path)
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[cfg(unix)]
#[test]
fn the_step_of_the_action_lints_annotates_and_reports() {
    let action = yaml(&read("action.yml"));
    let script = action["runs"]["steps"][1]["run"].as_str().unwrap();
    let (place, folder) = project();
    let run = |fail_on: &str| {
        let path = folder.to_str().unwrap();
        run_in_bash(script, place.path(), &[("LINT_PATH", path), ("FAIL_ON", fail_on), ("SARIF", "out file.sarif")])
    };
    let (code, annotations) = run("warning");
    assert_eq!(code, Some(1));
    assert!(annotations.starts_with("::warning "), "{annotations}");
    let report: Value = yaml(&fs::read_to_string(place.path().join("out file.sarif")).unwrap());
    assert_eq!(report["runs"][0]["results"].as_sequence().map(Vec::len), Some(1));
    assert_eq!(run("error").0, Some(0));
    assert!(!place.path().join("made").exists(), "an input was run");
    // The other step builds the program, for which there is no network here.
    let build = action["runs"]["steps"][0]["run"].as_str().unwrap();
    assert!(Command::new("bash").args(["-n", "-c", build]).status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn the_job_of_the_page_writes_both_reports() {
    let page = read("docs/ci.md");
    let block = page.split("```yaml\n").nth(2).and_then(|rest| rest.split("```").next()).unwrap();
    let job = yaml(block);
    let script = job["vestibule"]["script"][1].as_str().unwrap();
    let (place, folder) = project();
    let (code, _) =
        run_in_bash(&format!("cd \"$FOLDER\"; {script}"), place.path(), &[("FOLDER", folder.to_str().unwrap())]);
    assert_eq!(code, Some(1));
    let reports = &job["vestibule"]["artifacts"]["reports"];
    for kind in ["codequality", "junit"] {
        let report = fs::read_to_string(folder.join(reports[kind].as_str().unwrap())).unwrap();
        assert!(report.contains("name-id-as-provider-id"), "{kind}: {report}");
    }
}

#[cfg(unix)]
#[test]
fn the_hooks_run_in_a_checkout() {
    let hooks = yaml(&read(".pre-commit-hooks.yaml"));
    for (hook, expected) in hooks.as_sequence().unwrap().iter().zip([1, 2]) {
        let arguments = hook["args"].as_sequence().into_iter().flatten().filter_map(Value::as_str);
        let words: Vec<&str> = hook["entry"].as_str().into_iter().chain(arguments).collect();
        let (place, folder) = project();
        let script = format!("cd \"$FOLDER\"; {}", words.join(" "));
        let (code, _) = run_in_bash(&script, place.path(), &[("FOLDER", folder.to_str().unwrap())]);
        // There are no tests beside that configuration.
        assert_eq!(code, Some(expected), "{script}");
    }
}
