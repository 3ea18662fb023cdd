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

#[cfg(test)]
mod tests {
    use crate::lint::{Linted, run_and_keep};
    use crate::project::{Memory, Overrides, Project};
    use crate::source::Sources;

    const HEAD: &str = "version: 1\nprovider: { name: x, attribute-mapping: { provider-id: oid } }\norganizations: [{ name: A }]\n\
                        organization-assignment: { default: A }\ninclude: [rules.yaml]\n";

    /// What two configurations find together that share their rules and differ in their settings.
    fn check(rules: &str, settings: [&str; 2]) -> Vec<String> {
        let mut sources = Sources::default();
        let runs = settings.map(|settings| {
            let document = format!("{HEAD}{settings}\n");
            let files = Memory::from([("vestibule.yaml", document.as_str()), ("rules.yaml", rules)]);
            let project = Project::load(&files, "vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
            assert!(project.config.is_some(), "{:#?}", project.problems);
            run_and_keep(&project, &sources)
        });
        let joined = Linted::join(runs.into(), str::to_owned);
        joined.findings.iter().map(|finding| format!("{}:{}", finding.lint, finding.primary().start.line)).collect()
    }

    fn rules(comment: &str) -> String {
        format!(
            "user-intake:\n  rules:\n  - rule: a\n    when: userName eq \"x\" or userName eq \"y\" {comment}\n    decision: refuse\n"
        )
    }

    #[test]
    fn what_both_say_of_a_shared_file_is_said_once() {
        assert_eq!(check(&rules(""), ["", ""]), ["or-chain:4"]);
    }

    #[test]
    fn a_comment_is_needed_where_one_configuration_needs_it() {
        const OFF: &str = "lint: { per-path: [{ path: rules.yaml, ignore: [or-chain] }] }";
        let allow = |lint: &str| rules(&format!("# vestibule: allow {lint}, known"));
        assert_eq!(check(&allow("or-chain"), ["", ""]), [""; 0]);
        assert_eq!(check(&allow("or-chain"), [OFF, ""]), [""; 0]);
        assert_eq!(check(&allow("nested-group"), ["", ""]), ["or-chain:4", "unused-suppression:4"]);
        // The one that does not run the lint cannot tell.
        assert_eq!(check(&allow("nested-group"), ["lint: { ignore: [nested-group] }", ""]), ["or-chain:4"]);
    }
}
