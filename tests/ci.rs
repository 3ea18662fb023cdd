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
    assert_eq!(blocks.len(), 3);
    for block in &blocks {
        yaml(block);
    }
    let script = yaml(blocks[1])["vestibule"]["script"].clone();
    assert_eq!(unknown_options(script[1].as_str().unwrap()), [""; 0]);
}
