//! What several configurations of a run find in the files that they share.

use std::collections::HashSet;

use super::Linted;
use crate::source::{Finding, tell_apart};

/// An acceptance in a file: the file's name, and the byte where it stands.
pub(super) type Acceptance = (String, usize);

impl Linted {
    /// What several runs found together. What they say alike of a file that they share is said once, and a comment there
    /// is needed where one of them needs it.
    ///
    /// `whole` gives one name to a file that is named in several ways.
    pub fn join(mut runs: Vec<Linted>, whole: impl Fn(&str) -> String) -> Linted {
        let place = |(file, start): &Acceptance| (whole(file), *start);
        let needed: HashSet<Acceptance> = runs.iter().flat_map(|run| &run.needed).map(place).collect();
        runs.iter_mut().for_each(|run| run.name_files(&whole));
        let mut said = HashSet::new();
        let mut is_first = |finding: &Finding| {
            let primary = finding.primary();
            let span = (primary.start.offset, primary.end.offset);
            said.insert((
                finding.lint,
                whole(&primary.file),
                span,
                finding.message.clone(),
                finding.fingerprint.clone(),
            ))
        };
        let mut joined = Linted::default();
        for run in runs {
            joined.findings.extend(run.findings.into_iter().filter(|finding| {
                let primary = finding.primary();
                let is_needed = || needed.contains(&(whole(&primary.file), primary.start.offset));
                !(finding.lint == "unused-suppression" && is_needed()) && is_first(finding)
            }));
            joined.suppressed.extend(run.suppressed);
            joined.ran.extend(run.ran);
            joined.needed.extend(run.needed);
        }
        joined.ran.sort_unstable();
        joined.ran.dedup();
        tell_apart(&mut joined.findings);
        joined
    }

    /// Makes the fingerprints those of the files, however they are named.
    fn name_files(&mut self, whole: impl Fn(&str) -> String) {
        let suppressed = self.suppressed.iter_mut().map(|suppressed| &mut suppressed.finding);
        for finding in self.findings.iter_mut().chain(suppressed) {
            finding.home = whole(&finding.home);
            finding.name_anew();
        }
    }
}
