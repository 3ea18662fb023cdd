//! Runs the lints that a configuration selects.

use super::catalogue::OF_TEXTS;
use super::select::{Selection, Takes};
use super::several::Acceptance;
use super::{LINTS, Level, Lint, Subject};
use super::{aliases, suppression};
use crate::config::LintSettings;
use crate::project::Project;
use crate::source::{Finding, Problem, Sources, Suppressed};

/// The lint of a name.
pub fn lint_named(name: &str) -> Option<&'static Lint> {
    LINTS.iter().find(|lint| lint.name == name)
}

/// Everything wrong with a project: what kept its files from being read, and what the lints find; where the configuration
/// has errors, those that look at the texts alone. In order of file, position and name.
pub fn run(project: &Project, sources: &Sources) -> Vec<Finding> {
    run_and_keep(project, sources).findings
}

/// What a run found.
#[derive(Clone, Debug, Default)]
pub struct Linted {
    /// The findings, without those that are suppressed.
    pub findings: Vec<Finding>,
    /// The findings that are suppressed, in the same order.
    pub suppressed: Vec<Suppressed>,
    /// The lints that ran; few where the configuration has errors.
    pub ran: Vec<&'static str>,
    /// The comments that accept something, or would if their lint ran.
    pub(super) needed: Vec<Acceptance>,
}

/// The same as [`run`], with what was suppressed.
pub fn run_and_keep(project: &Project, sources: &Sources) -> Linted {
    let mut problems = project.problems.clone();
    match &project.config {
        Some(config) => {
            check_names(&config.lint, &mut problems);
            problems.extend(check(&Subject::new(project, config, sources)));
        }
        None => problems.extend(check_texts(project, sources)),
    }
    let home = sources.text(project.root).name();
    let found = |problem: &Problem| {
        let mut finding = described(sources.resolve(problem));
        finding.at_home_in(home, sources);
        finding
    };
    let mut findings = aliases::join(problems.iter().map(found).collect(), sources);
    crate::source::sort(&mut findings);
    suppression::part(findings, project, sources)
}

/// What the selected lints find, at the severities that the configuration gives them.
pub fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let selection = &subject.selection;
    let mut problems = Vec::new();
    for lint in LINTS.iter().filter(|lint| selection.runs(lint)) {
        let mut found = Vec::new();
        (lint.check)(subject, &mut found);
        problems.extend(weighed(selection, lint, found));
    }
    problems
}

/// What those of the selected lints find that need no sound configuration.
fn check_texts(project: &Project, sources: &Sources) -> Vec<Problem> {
    let selection = Selection::new(project.lint_settings(), project, sources);
    let mut problems = Vec::new();
    for (lint, check) in OF_TEXTS.iter().filter(|(lint, _)| selection.runs(lint)) {
        let mut found = Vec::new();
        check(project, sources, &mut found);
        problems.extend(weighed(&selection, lint, found));
    }
    problems
}

/// What counts of the findings of a lint, at the severities that the configuration gives it.
fn weighed(selection: &Selection<'_>, lint: &Lint, mut found: Vec<Problem>) -> Vec<Problem> {
    found.retain(|problem| selection.counts(lint, &problem.primary.place));
    for problem in &mut found {
        problem.severity = selection.severity(lint, &problem.primary.place).unwrap_or(problem.severity);
    }
    found
}

/// How many names of no lint are listed; a hostile document could hold millions.
const MOST_UNKNOWN: usize = 100;

/// A setting that names no lint would silently do nothing.
fn check_names(settings: &LintSettings, problems: &mut Vec<Problem>) {
    let paths = &settings.per_path;
    let selected = settings.select.iter().chain(paths.iter().flat_map(|entry| &entry.select));
    let selected = selected.filter(|entry| Level::from_word(entry).is_none());
    let ignored = settings.ignore.iter().chain(paths.iter().flat_map(|entry| &entry.ignore));
    let allowed = settings.allow.iter().map(|allowance| &allowance.lint);
    let weighed = settings.severity.iter().chain(paths.iter().flat_map(|entry| &entry.severity));
    let mut named: Vec<(&str, crate::source::Place, Takes)> =
        selected.map(|entry| (entry.as_str(), entry.at.value(), Takes::LintsAndLevels)).collect();
    named.extend(ignored.chain(allowed).map(|entry| (entry.as_str(), entry.at.value(), Takes::Lints)));
    named.extend(weighed.map(|(name, severity)| (name.as_str(), severity.at.name(), Takes::Lints)));
    let unknown = named.into_iter().filter(|(name, ..)| lint_named(name).is_none());
    for (index, (name, place, takes)) in unknown.enumerate() {
        if index == MOST_UNKNOWN {
            let message = format!("there are more than {MOST_UNKNOWN} names of no lint; the rest is not listed");
            let help = "mend those listed and run again";
            return problems.push(Problem::error("too-many-problems", place, message).help(help));
        }
        problems.push(suppression::unknown(name, place, takes));
    }
}

/// The finding with the page and the source of its lint.
fn described(mut finding: Finding) -> Finding {
    if let Some(lint) = lint_named(finding.lint) {
        finding.docs = Some(lint.docs());
        finding.source = Some(lint.source);
    }
    finding
}
