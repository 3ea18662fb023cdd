//! One entry of a baseline, and how it is written.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::source::{Case, Node, ScalarKind, combined};

/// What the findings of an entry have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    pub(super) file: String,
    pub(super) at: String,
    pub(super) lint: String,
}

/// The cases that do not count, and those that were met.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) held: Held,
    /// Whether they are in records of a snapshot: without one, nobody can say that they are gone.
    pub(super) is_about_records: bool,
    /// The keys of the cases that a run found, new ones too.
    pub(super) met: BTreeSet<u64>,
    /// Where it stands in the file.
    pub(super) index: usize,
}

/// How many cases an entry lists. More than these nobody mends one by one, and they would make the file long.
const MOST_LISTED: usize = 5000;

/// The cases of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// Each, by its key.
    Each(BTreeSet<u64>),
    /// So many that only all of them together are known again.
    Whole { count: usize, digest: u64 },
}

impl Held {
    pub(super) fn of(keys: BTreeSet<u64>) -> Self {
        match keys.len() > MOST_LISTED {
            true => Held::Whole { count: keys.len(), digest: digest(&keys) },
            false => Held::Each(keys),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Held::Each(keys) => keys.len(),
            Held::Whole { count, .. } => *count,
        }
    }

    /// Whether it is nothing but the place.
    fn is_the_place(&self) -> bool {
        matches!(self, Held::Each(keys) if keys.iter().eq([&Case::new(&[]).key()]))
    }
}

fn digest(keys: &BTreeSet<u64>) -> u64 {
    keys.iter().fold(keys.len() as u64, |digest, key| combined(digest, *key))
}

impl Entry {
    pub(super) fn new(held: Held, is_about_records: bool, index: usize) -> Self {
        Entry { held, is_about_records, met: BTreeSet::new(), index }
    }

    /// Those of the cases that were met which it does not hold.
    pub(super) fn new_of<T: Copy>(&self, cases: &[(u64, T)]) -> Vec<T> {
        let is_held: &dyn Fn(u64) -> bool = match &self.held {
            Held::Each(keys) => &|key| keys.contains(&key),
            Held::Whole { count, digest: held } => {
                let is_same = *count == self.met.len() && *held == digest(&self.met);
                &move |_| is_same
            }
        };
        cases.iter().filter(|(key, _)| !is_held(*key)).map(|(_, case)| *case).collect()
    }

    /// How many of its cases were not met. Of cases that are known together only, that is all or none.
    pub(super) fn gone(&self) -> usize {
        match &self.held {
            Held::Each(keys) => keys.difference(&self.met).count(),
            Held::Whole { count, .. } if self.met.is_empty() => *count,
            Held::Whole { .. } => 0,
        }
    }

    /// Takes another entry for the same.
    pub(super) fn join(&mut self, other: Entry) {
        self.is_about_records |= other.is_about_records;
        match (&mut self.held, other.held) {
            (Held::Each(keys), Held::Each(more)) => keys.extend(more),
            (held, other) => *held = other,
        }
    }
}

/// An entry as it is written.
#[derive(Serialize)]
pub(super) struct Written<'b> {
    lint: &'b str,
    file: &'b str,
    at: &'b str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    records: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cases: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
}

impl<'b> Written<'b> {
    pub(super) fn new(key: &'b Key, entry: &Entry) -> Self {
        let (cases, count, digest) = match &entry.held {
            held if held.is_the_place() => (Vec::new(), None, None),
            Held::Each(keys) => (keys.iter().map(|key| hexadecimal(*key)).collect(), None, None),
            Held::Whole { count, digest } => (Vec::new(), Some(*count), Some(hexadecimal(*digest))),
        };
        let Key { file, at, lint } = key;
        Written { lint, file, at, records: entry.is_about_records, cases, count, digest }
    }
}

/// The entry that stands in a document; `None` where it is none.
pub(super) fn read_entry(item: Node<'_>, index: usize) -> Option<(Key, Entry)> {
    let mapping = item.mapping()?;
    let member = |name| mapping.get(name).map(|entry| entry.value);
    let text = |name| Some(member(name)?.scalar()?.text().to_owned());
    let key = Key { lint: text("lint")?, file: text("file")?, at: text("at")? };
    let is_about_records = match member("records") {
        None => false,
        Some(node) => node.scalar()?.kind() == ScalarKind::Bool(true),
    };
    let held = match (member("cases"), member("count")) {
        (Some(cases), _) => {
            let keys = cases.sequence()?.items().map(read_hexadecimal).collect::<Option<BTreeSet<u64>>>()?;
            Held::Each(keys)
        }
        (None, Some(count)) => match count.scalar()?.kind() {
            ScalarKind::Int(count) => {
                Held::Whole { count: usize::try_from(count).ok()?, digest: read_hexadecimal(member("digest")?)? }
            }
            _ => return None,
        },
        (None, None) => Held::Each(BTreeSet::from([Case::new(&[]).key()])),
    };
    Some((key, Entry::new(held, is_about_records, index)))
}

fn hexadecimal(key: u64) -> String {
    format!("{key:016x}")
}

fn read_hexadecimal(node: Node<'_>) -> Option<u64> {
    u64::from_str_radix(node.scalar()?.text(), 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(keys: std::ops::Range<u64>) -> Entry {
        Entry::new(Held::of(keys.collect()), false, 0)
    }

    #[test]
    fn each_case_is_held_or_gone() {
        let mut entry = entry(0..3);
        entry.met.extend([1, 2, 7]);
        assert_eq!(entry.new_of(&[(1, 'a'), (7, 'b')]), ['b']);
        assert_eq!(entry.gone(), 1);
    }

    #[test]
    fn very_many_are_held_together_or_not_at_all() {
        let many = MOST_LISTED as u64 + 1;
        for (met, holds, gone) in
            [(0..many, true, 0), (0..many - 1, false, 0), (1..many + 1, false, 0), (0..0, false, many)]
        {
            let mut entry = entry(0..many);
            assert!(matches!(entry.held, Held::Whole { .. }));
            entry.met.extend(met);
            assert_eq!((entry.new_of(&[(5, ())]).is_empty(), entry.gone() as u64), (holds, gone));
        }
    }
}
