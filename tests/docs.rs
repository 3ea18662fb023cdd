//! What the documents promise: pages that come from the code are fresh, nothing is left out, every link leads somewhere.
//!
//! `UPDATE_DOCS=1 cargo test --test docs` writes the generated pages.

#![cfg(feature = "cli")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use vestibule::lint::LINTS;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files below a folder whose names end so, in order, relative to the root.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![PathBuf::from(folder)];
    while let Some(path) = waiting.pop() {
        match fs::read_dir(root().join(&path)) {
            Ok(entries) => waiting.extend(entries.map(|entry| path.join(entry.unwrap().file_name()))),
            Err(_) if path.to_string_lossy().ends_with(ending) => found.push(path),
            Err(_) => {}
        }
    }
    found.sort();
    found
}

/// Every Markdown file that a reader meets.
fn documents() -> Vec<PathBuf> {
    let mut documents: Vec<PathBuf> = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md"].map(PathBuf::from).into();
    documents.extend(files("docs", ".md"));
    documents.extend(files("rules-examples", ".md"));
    documents
}

/// Compares a generated file with the committed one, or writes it.
fn check_generated(path: &str, expected: &str) {
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(root().join(path), expected).unwrap();
    }
    let committed = fs::read_to_string(root().join(path)).unwrap_or_default();
    assert!(committed == expected, "{path} is stale: run `UPDATE_DOCS=1 cargo test --test docs`");
}

#[test]
fn every_lint_has_its_page() {
    for lint in LINTS {
        check_generated(&lint.docs(), &lint.markdown());
    }
    let pages: BTreeSet<PathBuf> = files("docs/lints", ".md").into_iter().collect();
    let mut expected: BTreeSet<PathBuf> = LINTS.iter().map(|lint| lint.docs().into()).collect();
    expected.insert("docs/lints/README.md".into());
    assert_eq!(pages, expected);
}

#[test]
fn the_index_lists_every_lint_with_what_it_finds() {
    let mut index = String::from(
        "# Lints\n\nA lint is a check of the configuration together with what its files show. `vestibule rule NAME` prints \
         these pages.\n[The document](../reference/document.md#lint) says how to select, ignore and accept them.\n\n| lint | \
         severity | level | what it finds |\n| --- | --- | --- | --- |\n",
    );
    for lint in LINTS {
        let page = vestibule::lint::Page::parse(lint.page);
        let finds = page.section("What it finds").unwrap_or_default();
        let first = finds.split("\n\n").next().unwrap_or_default().replace('\n', " ");
        let (severity, level) = (lint.severity.as_str(), lint.level.as_str());
        index.push_str(&format!("| [`{0}`]({0}.md) | {severity} | {level} | {first} |\n", lint.name));
    }
    check_generated("docs/lints/README.md", &index);
}

/// The lines of a Markdown file that are no part of a fenced block, with their numbers.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            return None;
        }
        (!fenced).then_some((index + 1, line))
    })
}

/// The anchor that a heading gets where Markdown is shown: lower case, spaces as hyphens, other signs dropped.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

fn anchors(text: &str) -> BTreeSet<String> {
    prose(text)
        .filter(|(_, line)| line.starts_with('#'))
        .map(|(_, line)| anchor(line.trim_start_matches('#')))
        .collect()
}

/// What stands between `](` and `)`, and behind `[name]: `.
fn targets(line: &str) -> Vec<&str> {
    let inline = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let reference = line.strip_prefix('[').and_then(|rest| rest.split_once("]: ")).map(|(_, target)| target);
    inline.chain(reference).collect()
}

#[test]
fn every_relative_link_leads_somewhere() {
    let mut broken = Vec::new();
    for path in documents() {
        let text = read(&path);
        let folder = path.parent().unwrap_or(Path::new(""));
        for (number, line) in prose(&text) {
            for target in targets(line).into_iter().filter(|target| !target.contains("://")) {
                let (file, fragment) = target.split_once('#').unwrap_or((target, ""));
                let linked = if file.is_empty() { root().join(&path) } else { root().join(folder).join(file) };
                let is_there = match fs::read_to_string(&linked) {
                    Ok(text) => fragment.is_empty() || anchors(&text).contains(fragment),
                    Err(_) => linked.is_dir() && fragment.is_empty(),
                };
                if !is_there {
                    broken.push(format!("{}:{number}: {target}", path.display()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_file_of_documentation_is_reachable_from_the_readme() {
    let mut reached = BTreeSet::from([PathBuf::from("README.md")]);
    let mut waiting = vec![PathBuf::from("README.md")];
    while let Some(path) = waiting.pop() {
        let text = read(&path);
        for target in prose(&text).flat_map(|(_, line)| targets(line)).filter(|target| target.contains(".md")) {
            let file = target.split('#').next().unwrap_or_default();
            let Ok(linked) = root().join(&path).parent().unwrap().join(file).canonicalize() else { continue };
            let linked = linked.strip_prefix(root().canonicalize().unwrap()).unwrap().to_owned();
            if reached.insert(linked.clone()) {
                waiting.push(linked);
            }
        }
    }
    let lost: Vec<_> = files("docs", ".md").into_iter().filter(|path| !reached.contains(path)).collect();
    assert!(lost.is_empty(), "nothing links {lost:?}");
}

fn help(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_vestibule")).args(arguments).arg("--help").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The commands that the help lists.
fn commands() -> Vec<String> {
    let help = help(&[]);
    let listed = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap().to_owned();
    let names = listed.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").map(str::to_owned).collect()
}

fn long_options(help: &str) -> BTreeSet<String> {
    let words = help.lines().filter(|line| line.trim_start().starts_with('-')).flat_map(str::split_whitespace);
    let options = words.filter(|word| word.starts_with("--")).map(|word| word.split(['[', ',']).next().unwrap_or(word));
    options.map(str::to_owned).collect()
}

#[test]
fn the_reference_names_every_command_and_option() {
    let page = read("docs/reference/cli.md");
    let commands = commands();
    assert!(commands.len() >= 7, "{commands:?}");
    for command in &commands {
        assert!(page.contains(&format!("## `vestibule {command}")), "`{command}` has no section");
        for option in long_options(&help(&[command])) {
            assert!(page.contains(&option), "`{command} {option}` is not mentioned");
        }
    }
    for option in long_options(&help(&[])) {
        assert!(page.contains(&option), "`{option}` is not mentioned");
    }
}

/// The code of a file without its tests and comments.
fn code(path: &Path) -> String {
    let text = read(path);
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The kinds of problem that a text of Rust makes: string literals where a kind is expected.
fn kinds(code: &str, before: &[&str]) -> BTreeSet<String> {
    let behind = before.iter().flat_map(|before| code.split(before).skip(1));
    let literals = behind.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
    let is_kind = |text: &&str| {
        let is_kebab = text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        is_kebab && (text.contains('-') || matches!(*text, "syntax" | "truncated"))
    };
    literals.filter(is_kind).map(str::to_owned).collect()
}

#[test]
fn every_kind_of_problem_is_explained() {
    let page = read("docs/reference/problems.md");
    let explained: BTreeSet<&str> =
        page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    // Support for tests, and lints, which have pages of their own.
    let is_support = |path: &PathBuf| {
        ["fixture.rs", "testing.rs", "hostile.rs", "laws.rs", "samples.rs"].iter().any(|name| path.ends_with(name))
    };
    let sources: Vec<PathBuf> = files("src", ".rs").into_iter().filter(|path| !is_support(path)).collect();
    let made = |path: &PathBuf| kinds(&code(path), &["Problem::error(", "Problem::warning(", "Problem::new(", "=> ("]);
    let mut used: BTreeSet<String> = sources.iter().flat_map(made).collect();
    used.extend(kinds(&read("src/condition/mistake.rs"), &[": &str ="]));
    assert!(used.len() > 30 && used.contains("misplaced-attribute") && used.contains("condition-type"), "{used:?}");
    let is_lint = |kind: &str| LINTS.iter().any(|lint| lint.name == kind);
    let missing: Vec<_> = used.iter().filter(|kind| !explained.contains(kind.as_str()) && !is_lint(kind)).collect();
    assert!(missing.is_empty(), "not in docs/reference/problems.md: {missing:?}");
    let all: String = sources.iter().map(|path| code(path)).collect();
    let gone: Vec<_> = explained.iter().filter(|kind| !all.contains(&format!("\"{kind}\""))).collect();
    assert!(gone.is_empty(), "no code makes {gone:?}");
}

/// The fenced blocks of a language.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let fence = format!("```{language}\n");
    text.split(fence.as_str()).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn the_first_example_of_the_readme_is_that_of_the_crate() {
    let readme = read("README.md");
    let example = blocks(&readme, "rust")[0].trim_end().to_owned();
    let library = read("src/lib.rs");
    let documentation = library.lines().filter_map(|line| line.strip_prefix("//!"));
    let documentation = documentation.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n");
    let first = documentation.split("```\n").nth(1).unwrap();
    let shown: Vec<&str> = first.lines().filter(|line| !line.starts_with("# ")).collect();
    assert_eq!(shown.join("\n").trim_end(), example);
}

#[test]
fn the_cargo_commands_of_the_readme_are_what_ci_runs() {
    let plain = |command: &str| command.replace(" --release", "").replace(" --locked", "");
    let ci: Vec<String> = read(".ci/run").lines().map(plain).collect();
    let readme = read("README.md");
    let commands: Vec<&str> =
        blocks(&readme, "sh").into_iter().flat_map(str::lines).filter(|line| line.starts_with("cargo ")).collect();
    assert_eq!(commands.first(), Some(&"cargo run --release -- lint rules-examples/contoso"));
    for command in commands.iter().filter(|command| !command.starts_with("cargo install")) {
        assert!(ci.iter().any(|line| line.contains(&plain(command))), "`{command}` is not run by .ci/run");
    }
}

#[test]
fn whole_configurations_in_documents_are_without_errors() {
    let mut count = 0;
    for path in documents() {
        let text = read(&path);
        for block in blocks(&text, "yaml").into_iter().filter(|block| block.starts_with("version: 1")) {
            count += 1;
            if block.contains("\ntests:") {
                check_tests(&path, block);
            } else if let Err(error) = vestibule::Config::parse("example", block) {
                panic!("{}: {error}", path.display());
            }
        }
    }
    assert!(count >= 2, "{count}");
}

/// A whole test file in a document, as far as it can be read without its configuration.
fn check_tests(path: &Path, block: &str) {
    let mut sources = vestibule::source::Sources::default();
    let (file, mut problems) = sources.add_document("example", block.as_bytes());
    problems.extend(vestibule::suite::read(&sources, file).problems);
    assert!(problems.is_empty(), "{}: {problems:?}", path.display());
}

#[test]
fn documents_speak_of_the_project_alone() {
    // A path of some machine tells a reader nothing.
    const NEVER: [&str; 4] = ["/work/", "/tmp/", "/home/", "/root/"];
    for path in documents() {
        let text = read(&path).to_lowercase();
        for word in NEVER {
            assert!(!text.contains(word), "{} names `{word}`", path.display());
        }
    }
}

#[test]
fn fenced_blocks_say_their_language() {
    for path in documents() {
        let mut open = false;
        for (index, line) in read(&path).lines().enumerate().filter(|(_, line)| line.trim_start().starts_with("```")) {
            assert!(open || line.trim() != "```", "{}:{}: a block without a language", path.display(), index + 1);
            open = !open;
        }
    }
}
