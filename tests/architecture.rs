//! What `docs/architecture.md` states of the code and the compiler does not check.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The layers; each may name those before it.
const LAYERS: [&str; 16] = [
    "source",
    "condition",
    "config",
    "scim",
    "foundry",
    "entra",
    "engine",
    "analysis",
    "simulate",
    "diff",
    "project",
    "suite",
    "identity",
    "lint",
    "report",
    "cli",
];

/// The files of a folder and below, with their code: tests and comments left out.
fn code(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut waiting = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().lines();
            let code: Vec<&str> = code.filter(|line| !line.trim_start().starts_with("//")).collect();
            found.push((path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_owned(), code.join("\n")));
        }
    }
    found.sort();
    found
}

/// The files of tests only: their module is declared under `#[cfg(test)]`.
fn is_for_tests(path: &Path) -> bool {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path.with_file_name("mod.rs")))
        .unwrap_or_default();
    let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    text.contains(&format!("#[cfg(test)]\nmod {name};"))
}

#[test]
fn layers_point_one_way() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let folders = fs::read_dir(root).unwrap().map(|entry| entry.unwrap()).filter(|entry| entry.path().is_dir());
    let folders: BTreeSet<String> = folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
    assert_eq!(folders, LAYERS.map(str::to_owned).into(), "a folder that is no layer, or a layer without a folder");
    for (index, layer) in LAYERS.iter().enumerate() {
        for (path, code) in code(&format!("src/{layer}")).into_iter().filter(|(path, _)| !is_for_tests(path)) {
            for above in &LAYERS[index + 1..] {
                assert!(!names(&code, above), "{} names `{above}`", path.display());
            }
        }
    }
}

/// Whether code names a layer: `crate::engine`, or `engine` among the names of `use crate::{…}`.
fn names(code: &str, layer: &str) -> bool {
    let is_layer = |path: &str| path.split("::").next() == Some(layer);
    let mut paths = code.split("crate::").skip(1);
    paths.any(|path| match path.strip_prefix('{') {
        Some(group) => group.split('}').next().unwrap_or_default().split(',').any(|path| is_layer(path.trim())),
        None => {
            is_layer(path.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | ':')).next().unwrap_or_default())
        }
    })
}

#[test]
fn a_layer_is_found_however_it_is_named() {
    for code in
        ["use crate::engine::Event;", "use crate::{config, engine};", "crate::engine::run()", "use crate::engine;"]
    {
        assert!(names(code, "engine"), "{code}");
    }
    for code in ["use crate::engineering;", "use crate::config::engine;", "use super::engine;"] {
        assert!(!names(code, "engine"), "{code}");
    }
}

/// Each of these is named where it is used, and nowhere else: the rest does not depend on it.
#[test]
fn what_can_be_replaced_stands_in_one_place() {
    const PLACES: [(&str, &[&str]); 10] = [
        ("std::fs", &["src/project/files.rs"]),
        ("io::stdin", &["src/cli"]),
        ("println!", &[]),
        ("granit_parser", &["src/source/events.rs"]),
        ("serde_yaml", &["src/cli/print.rs"]),
        ("miette::", &["src/report"]),
        ("pest::Parser", &["src/condition/parse.rs", "src/entra/expression/parse.rs"]),
        ("quick_xml", &["src/entra/saml.rs"]),
        ("batsat", &["src/analysis/clauses.rs"]),
        ("regex_automata", &["src/analysis/text/automaton.rs"]),
    ];
    for (name, places) in PLACES {
        for (path, code) in code("src").into_iter().filter(|(path, _)| !is_for_tests(path)) {
            let is_there = places.iter().any(|place| path.starts_with(place));
            assert!(is_there || !code.contains(name), "{} uses `{name}`", path.display());
        }
    }
}

/// A newcomer finds every file in the code map: by its name, by a name with a star, or by its folder.
#[test]
fn the_code_map_names_every_file() {
    let map = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/architecture.md")).unwrap();
    let words: Vec<&str> =
        map.split('`').skip(1).step_by(2).map(|word| word.rsplit('/').next().unwrap_or(word)).collect();
    let folders: Vec<&str> = map.split('`').skip(1).step_by(2).filter(|word| word.ends_with('/')).collect();
    for (path, _) in code("src").into_iter().filter(|(path, _)| !is_for_tests(path)) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let text = path.to_string_lossy();
        let named = words.iter().any(|word| match word.split_once('*') {
            Some((start, end)) => name.starts_with(start) && name.ends_with(end),
            None => *word == name,
        });
        let is_root = matches!(name, "mod.rs" | "lib.rs" | "main.rs");
        assert!(
            named || is_root || folders.iter().any(|folder| text.contains(&format!("/{folder}"))),
            "{text} is not named"
        );
    }
}
