//! Where problems go while a document is read.

use std::collections::{BTreeSet, HashSet};

use super::Sited;
use crate::source::{FileId, Problem, Sources, Span, closest, shorten};

/// How many problems of one step are listed; a hostile document could hold millions.
pub(crate) const LIMIT: usize = 1000;

/// How many names are compared in all for "did you mean": enough for every mistake that a person makes.
const COMPARISONS: usize = 100_000;

/// The problems found so far.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    found: Vec<Problem>,
    compared: usize,
}

impl Problems {
    pub(crate) fn push(&mut self, problem: Problem) {
        match self.found.len() {
            0..LIMIT => self.found.push(problem),
            LIMIT => {
                let message = format!("there are more than {LIMIT} problems; the rest is not listed");
                self.found.push(
                    Problem::error("too-many-problems", problem.primary.place, message)
                        .help("mend those listed and run again"),
                );
            }
            _ => {}
        }
    }

    /// The candidate that was perhaps meant; see [`closest`]. After very many comparisons nothing is suggested any more.
    pub(crate) fn closest<'c>(&mut self, word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
        let left = COMPARISONS.saturating_sub(self.compared);
        let compared = &mut self.compared;
        closest(word, candidates.into_iter().take(left).inspect(|_| *compared += 1))
    }

    /// Says that no such name is listed. `list` is the key under which it would be.
    pub(crate) fn unknown_name(
        &mut self,
        code: &'static str,
        name: &Sited<String>,
        message: String,
        list: &str,
        known: &BTreeSet<&str>,
    ) {
        let help = match self.closest(name, known.iter().copied()) {
            Some(known) => format!("did you mean `{}`? Otherwise add it under `{list}`", shorten(known)),
            None => format!("add it under `{list}`, or name one that is listed there"),
        };
        let label = format!("not listed under `{list}`");
        self.push(Problem::error(code, name.at.value(), message).label(label).help(help));
    }

    pub(crate) fn into_vec(self) -> Vec<Problem> {
        self.found
    }
}

/// The problems, each once: what stands under an anchor is read wherever an alias repeats it.
pub(crate) fn each_once(problems: Vec<Problem>, sources: &Sources) -> Vec<Problem> {
    let mut seen: HashSet<(FileId, Span, &str, String)> = HashSet::new();
    let mut is_new = |problem: &Problem| {
        let (file, span) = sources.locate(&problem.primary.place);
        seen.insert((file, span, problem.code, problem.message.clone()))
    };
    problems.into_iter().filter(|problem| is_new(problem)).collect()
}
