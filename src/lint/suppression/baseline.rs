//! A baseline: findings that were there when it was written, which do not count until somebody mends them.
//!
//! It holds what findings are about, one by one: a finding that is about more than it was before is a finding again.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::entry::{Entry, Held, Key, Written, read_entry};
use crate::lint::{Linted, lint_named};
use crate::source::{
    At, Case, FileId, Finding, Node, Problem, ScalarKind, Severity, Sources, Suppressed, SuppressedBy, combined,
};

/// The version of the file. The first one counted findings, so that a new one could hide behind one that was gone.
const VERSION: i64 = 2;

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

/// What an entry of a baseline is about.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'b> {
    /// The file, from the folder of the baseline.
    pub file: &'b str,
    /// The lint.
    pub lint: &'b str,
    /// The place in words.
    pub at: &'b str,
    /// Whether it is about records of a snapshot.
    pub is_about_records: bool,
}

impl Baseline {
    /// The baseline of some findings. Errors of the reader are left out: they have to be mended.
    ///
    /// `relative` gives the name of a file as it counts from the baseline.
    pub fn of(findings: &[Finding], relative: impl Fn(&str) -> String) -> Self {
        let mut entries: BTreeMap<Key, (BTreeSet<u64>, bool)> = BTreeMap::new();
        let mut numbers = Numbers::default();
        for finding in findings.iter().filter(|finding| can_hold(finding)) {
            let key = key(finding, &relative);
            let cases = numbers.cases(&key, finding);
            let (keys, is_about_records) = entries.entry(key).or_default();
            keys.extend(cases.into_iter().map(|(key, _)| key));
            *is_about_records |= finding.is_about_records();
        }
        let entry = |(keys, is_about_records)| Entry::new(Held::of(keys), is_about_records, 0);
        Baseline { entries: entries.into_iter().map(|(key, held)| (key, entry(held))).collect(), file: None }
    }

    /// The baseline in a document, and what is wrong with it.
    pub fn read(sources: &Sources, file: FileId) -> (Self, Vec<Problem>) {
        let mut baseline = Baseline { file: Some(file), ..Baseline::default() };
        let root = sources.document(file).and_then(|document| document.root());
        let member = |name| root.and_then(Node::mapping).and_then(|mapping| mapping.get(name)).map(|entry| entry.value);
        let at = At::root(file).key("findings");
        let Some(findings) = member("findings").and_then(Node::sequence) else {
            return (baseline, vec![invalid(at, "there is no list of findings".to_owned())]);
        };
        let version = member("version").and_then(Node::scalar).map(|scalar| scalar.kind());
        if version != Some(ScalarKind::Int(VERSION)) {
            let message = match version {
                Some(ScalarKind::Int(1)) => "the baseline is of version 1, which only counted findings".to_owned(),
                _ => format!("there is no `version: {VERSION}`"),
            };
            return (baseline, vec![invalid(At::root(file).key("version"), message)]);
        }
        for (index, item) in findings.items().enumerate() {
            let Some((key, entry)) = read_entry(item, index) else {
                let message = "an entry lacks `lint`, `file` or `at`, or its `cases` are none".to_owned();
                return (baseline, vec![invalid(at.index(index), message)]);
            };
            match baseline.entries.get_mut(&key) {
                // Two branches may have written the same entry.
                Some(known) => known.join(entry),
                None => drop(baseline.entries.insert(key, entry)),
            }
        }
        (baseline, Vec::new())
    }

    /// How many cases of findings it holds.
    pub fn len(&self) -> usize {
        self.entries.values().map(|entry| entry.held.len()).sum()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Lets entries follow what they are about into another file: where nothing of an entry is at its place any more, and
    /// one other file has findings of the same lint at the same place in words, as when a rule moves into an included
    /// file or a file gets another name. Call it before [`Baseline::part`].
    ///
    /// `leads` tells whether what an entry is about may have moved into a file: whether both are of one configuration,
    /// and the run would have found it where it was.
    pub fn follow(
        &mut self,
        findings: &[Finding],
        relative: impl Fn(&str) -> String,
        leads: impl Fn(Kept<'_>, &str) -> bool,
    ) {
        let found: BTreeSet<Key> =
            findings.iter().filter(|finding| can_hold(finding)).map(|finding| key(finding, &relative)).collect();
        let mut gone: BTreeMap<(&str, &str), Vec<&Key>> = BTreeMap::new();
        for key in self.entries.keys().filter(|key| !found.contains(key)) {
            gone.entry((&key.lint, &key.at)).or_default().push(key);
        }
        let mut come: BTreeMap<(&str, &str), Vec<&Key>> = BTreeMap::new();
        for key in found.iter().filter(|key| !self.entries.contains_key(key)) {
            come.entry((&key.lint, &key.at)).or_default().push(key);
        }
        let mut moved = Vec::new();
        for (place, from) in gone {
            // Which of two went where, nobody can say.
            let ([from], Some([to])) = (from.as_slice(), come.get(&place).map(Vec::as_slice)) else { continue };
            if self.entries.get(*from).is_some_and(|entry| leads(kept(from, entry), &to.file)) {
                moved.push(((*from).clone(), (*to).clone()));
            }
        }
        for (from, to) in moved {
            if let Some(entry) = self.entries.remove(&from) {
                self.entries.insert(to, entry);
            }
        }
    }

    /// Takes the findings that the baseline holds away. One of which it holds a part only stays, and tells what is new.
    pub fn part(&mut self, linted: &mut Linted, sources: &Sources, relative: impl Fn(&str) -> String) {
        let mut numbers = Numbers::default();
        let mut looked_up = Vec::new();
        for finding in std::mem::take(&mut linted.findings) {
            let key = can_hold(&finding).then(|| key(&finding, &relative));
            let key = key.filter(|key| self.entries.contains_key(key));
            let cases = key.as_ref().map(|key| numbers.cases(key, &finding)).unwrap_or_default();
            if let Some(entry) = key.as_ref().and_then(|key| self.entries.get_mut(key)) {
                entry.met.extend(cases.iter().map(|(key, _)| *key));
            }
            looked_up.push((finding, key, cases));
        }
        for (mut finding, key, cases) in looked_up {
            let Some(entry) = key.and_then(|key| self.entries.get(&key)) else {
                linted.findings.push(finding);
                continue;
            };
            let new = entry.new_of(&cases);
            if new.is_empty() {
                linted.suppressed.push(Suppressed { finding, by: SuppressedBy::List, reason: None });
                continue;
            }
            if new.len() < cases.len() {
                point_to(&mut finding, &new, cases.len(), sources);
            } else if let Held::Whole { count, .. } = entry.held {
                finding.message.push_str(&format!("; the baseline holds {count} of these, and not the same"));
            }
            linted.findings.push(finding);
        }
    }

    /// The entries of which there is less than they hold, where the run would have found it.
    pub fn stale(&self, covered: impl Fn(Kept<'_>) -> Covered) -> Vec<Problem> {
        let Some(file) = self.file else { return Vec::new() };
        let mut idle: Vec<(usize, Problem)> = Vec::new();
        for (key, entry) in &self.entries {
            let gone = entry.gone();
            if gone == 0 {
                continue;
            }
            let why = match covered(kept(key, entry)) {
                Covered::No => continue,
                Covered::Yes => "is found no more",
                Covered::Gone => "stood in a file that does not exist",
            };
            let message = match (gone, entry.held.len()) {
                (1, 1) => format!("a finding of `{}` in `{}` {why}", key.lint, key.file),
                (gone, count) => format!("{gone} of {count} cases of `{}` in `{}`: each {why}", key.lint, key.file),
            };
            let place = At::root(file).key("findings").index(entry.index).key("lint").value();
            let problem = Problem::warning("stale-baseline-entry", place, message).label("not needed any more");
            idle.push((entry.index, problem.help("write the baseline anew with `--write-baseline`")));
        }
        idle.sort_by_key(|(index, _)| *index);
        idle.into_iter().map(|(_, problem)| problem).collect()
    }
}

/// The document, sorted, and one case a line, so that changes of it are few.
impl Serialize for Baseline {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Document<'b> {
            version: i64,
            findings: Vec<Written<'b>>,
        }
        let findings = self.entries.iter().map(|(key, entry)| Written::new(key, entry)).collect();
        Document { version: VERSION, findings }.serialize(serializer)
    }
}

/// A finding of which some cases are in the baseline says how many are not, and points to those.
fn point_to(finding: &mut Finding, new: &[Case], count: usize, sources: &Sources) {
    const SHOWN: usize = 3;
    let verb = if new.len() == 1 { "is" } else { "are" };
    finding.message.push_str(&format!("; {} of {count} {verb} not in the baseline", new.len()));
    let places: Vec<_> = new.iter().filter_map(Case::place).take(SHOWN).collect();
    if places.is_empty() {
        return;
    }
    let is_in_record = |file: FileId| sources.document(file).is_none();
    finding.locations.retain(|location| !is_in_record(location.id));
    let mut locations = places.iter().map(|place| sources.location_of(place, "not in the baseline"));
    if finding.locations.first().is_none_or(|first| !first.is_primary()) {
        finding.locations.splice(0..0, locations.next());
    }
    finding.locations.extend(locations);
    finding.locations.iter_mut().enumerate().for_each(|(index, location)| location.rank(index));
}

/// Tells cases apart that are the same in every name: the first of a run has the key of its names.
#[derive(Default)]
struct Numbers(HashMap<(Key, u64), u64>);

impl Numbers {
    fn cases(&mut self, key: &Key, finding: &Finding) -> Vec<(u64, Case)> {
        let number = |case: &Case| {
            let met = self.0.entry((key.clone(), case.key())).or_default();
            *met += 1;
            (if *met == 1 { case.key() } else { combined(case.key(), *met) }, *case)
        };
        finding.cases.iter().map(number).collect()
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
    Key { file: relative(&finding.home), at: finding.at.clone(), lint: finding.lint.to_owned() }
}

fn kept<'b>(key: &'b Key, entry: &Entry) -> Kept<'b> {
    Kept { file: &key.file, lint: &key.lint, at: &key.at, is_about_records: entry.is_about_records }
}

fn invalid(at: At, message: String) -> Problem {
    Problem::error("invalid-baseline", at.value(), message)
        .label("no baseline of vestibule")
        .help("write it with `--write-baseline`")
}
