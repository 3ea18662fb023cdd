//! A baseline: findings that were there when it was written, which do not count until somebody mends them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::lint::{Linted, lint_named};
use crate::source::{At, FileId, Finding, Node, Problem, ScalarKind, Severity, Sources, Suppressed, SuppressedBy};

/// The version of the file.
const VERSION: i64 = 1;

/// The findings that do not count, by lint, file and place without positions.
///
/// ```
/// use vestibule::lint::Baseline;
/// use vestibule::source::{At, Problem, Sources};
/// let mut sources = Sources::default();
/// let (file, _) = sources.add_document("rules.yaml", b"users: [{ rule: eu, when: true }]\n");
/// let finding = sources.resolve(&Problem::warning("example", At::root(file).key("users").index(0).value(), "wrong"));
/// let baseline = Baseline::of(&[finding], |file| file.to_owned());
/// assert_eq!(serde_json::to_value(&baseline).unwrap()["findings"][0]["at"], r#"users["eu"]"#);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    entries: BTreeMap<Key, Entry>,
    file: Option<FileId>,
}

/// What findings of the same kind have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    file: String,
    at: String,
    lint: String,
}

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    /// How many findings of the kind do not count.
    count: usize,
    /// How many of those were met.
    met: usize,
    /// Where it stands in the file.
    index: usize,
}

/// What a run looked at, so that what it did not find is gone and not only out of sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Covered {
    /// The lint looked at the file.
    Yes,
    /// It did not.
    No,
    /// The file does not exist any more.
    Gone,
}

#[derive(Serialize)]
struct Written<'b> {
    version: i64,
    findings: Vec<WrittenEntry<'b>>,
}

#[derive(Serialize)]
struct WrittenEntry<'b> {
    lint: &'b str,
    file: &'b str,
    at: &'b str,
    count: usize,
}

impl Baseline {
    /// The baseline of some findings. Errors of the reader are left out: they have to be mended.
    ///
    /// `relative` gives the name of a file as it counts from the baseline.
    pub fn of(findings: &[Finding], relative: impl Fn(&str) -> String) -> Self {
        let mut baseline = Baseline::default();
        for finding in findings.iter().filter(|finding| can_hold(finding)) {
            baseline.entries.entry(key(finding, &relative)).or_default().count += 1;
        }
        baseline
    }

    /// The baseline in a document, and what is wrong with it.
    pub fn read(sources: &Sources, file: FileId) -> (Self, Vec<Problem>) {
        let mut baseline = Baseline { file: Some(file), ..Baseline::default() };
        let root = sources.document(file).and_then(|document| document.root());
        let member = |name| root.and_then(Node::mapping).and_then(|mapping| mapping.get(name)).map(|entry| entry.value);
        let version = member("version").and_then(Node::scalar).map(|scalar| scalar.kind());
        if version != Some(ScalarKind::Int(VERSION)) {
            return (
                baseline,
                vec![invalid(At::root(file).key("version"), format!("there is no `version: {VERSION}`"))],
            );
        }
        let at = At::root(file).key("findings");
        let Some(findings) = member("findings").and_then(Node::sequence) else {
            return (baseline, vec![invalid(at, "there is no list of findings".to_owned())]);
        };
        let mut problems = Vec::new();
        for (index, item) in findings.items().enumerate() {
            match read_entry(item) {
                Some((key, count)) => {
                    let entry = baseline.entries.entry(key).or_insert(Entry { index, ..Entry::default() });
                    entry.count = entry.count.saturating_add(count);
                }
                None => {
                    problems
                        .push(invalid(at.index(index), "an entry lacks `lint`, `file`, `at` or `count`".to_owned()));
                    break;
                }
            }
        }
        (baseline, problems)
    }

    /// How many findings it holds.
    pub fn len(&self) -> usize {
        self.entries.values().map(|entry| entry.count).sum()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Takes the findings that the baseline holds away. Of several of a kind, the first ones are those it holds.
    pub fn part(&mut self, linted: &mut Linted, relative: impl Fn(&str) -> String) {
        let mut kept = Vec::new();
        for finding in std::mem::take(&mut linted.findings) {
            let entry = can_hold(&finding).then(|| self.entries.get_mut(&key(&finding, &relative))).flatten();
            match entry.filter(|entry| entry.met < entry.count) {
                Some(entry) => {
                    entry.met += 1;
                    linted.suppressed.push(Suppressed { finding, by: SuppressedBy::List, reason: None });
                }
                None => kept.push(finding),
            }
        }
        linted.findings = kept;
    }

    /// The entries of which there is less than they hold, where the run would have found it.
    pub fn stale(&self, covered: impl Fn(&str, &str) -> Covered) -> Vec<Problem> {
        let Some(file) = self.file else { return Vec::new() };
        let mut idle: Vec<(usize, Problem)> = Vec::new();
        for (key, entry) in self.entries.iter().filter(|(_, entry)| entry.met < entry.count) {
            let gone = entry.count - entry.met;
            let why = match covered(&key.file, &key.lint) {
                Covered::No => continue,
                Covered::Yes => "is found no more",
                Covered::Gone => "stood in a file that does not exist",
            };
            let message = match (gone, entry.count) {
                (1, 1) => format!("a finding of `{}` in `{}` {why}", key.lint, key.file),
                (gone, count) => format!("{gone} of {count} findings of `{}` in `{}`: each {why}", key.lint, key.file),
            };
            let place = At::root(file).key("findings").index(entry.index).key("lint").value();
            let problem = Problem::warning("stale-baseline-entry", place, message).label("not needed any more");
            idle.push((entry.index, problem.help("write the baseline anew with `--write-baseline`")));
        }
        idle.sort_by_key(|(index, _)| *index);
        idle.into_iter().map(|(_, problem)| problem).collect()
    }
}

/// The document, sorted, so that changes of it are few.
impl Serialize for Baseline {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries = self.entries.iter().map(|(key, entry)| WrittenEntry {
            lint: &key.lint,
            file: &key.file,
            at: &key.at,
            count: entry.count,
        });
        Written { version: VERSION, findings: entries.collect() }.serialize(serializer)
    }
}

/// A baseline holds what lints find, and what is wrong with data; not what keeps a file from being read.
fn can_hold(finding: &Finding) -> bool {
    lint_named(finding.lint).is_some() || finding.severity < Severity::Error && !is_about_suppression(finding.lint)
}

fn is_about_suppression(code: &str) -> bool {
    ["unused-suppression", "malformed-suppression", "stale-baseline-entry"].contains(&code)
}

fn key(finding: &Finding, relative: impl Fn(&str) -> String) -> Key {
    let (lint, at) = (finding.lint.to_owned(), finding.anchor.clone());
    Key { file: relative(&finding.primary().file), at, lint }
}

fn read_entry(item: Node<'_>) -> Option<(Key, usize)> {
    let mapping = item.mapping()?;
    let scalar = |name| mapping.get(name)?.value.scalar();
    let text = |name| scalar(name).map(|scalar| scalar.text().to_owned());
    let count = match scalar("count").map(|scalar| scalar.kind()) {
        Some(ScalarKind::Int(count)) => usize::try_from(count).ok().filter(|count| *count > 0)?,
        None => 1,
        Some(_) => return None,
    };
    Some((Key { lint: text("lint")?, file: text("file")?, at: text("at")? }, count))
}

fn invalid(at: At, message: String) -> Problem {
    Problem::error("invalid-baseline", at.value(), message)
        .label("no baseline of vestibule")
        .help("write it with `--write-baseline`")
}
