//! Runs the lints that a configuration selects.

use super::{LINTS, Lint, Subject};
use crate::config::{Allowance, LintSettings, Sited};
use crate::project::Project;
use crate::source::{Finding, Problem, Sources, closest, quoted};

/// The lint of a name.
pub fn lint_named(name: &str) -> Option<&'static Lint> {
    LINTS.iter().find(|lint| lint.name == name)
}

/// Everything wrong with a project: what kept its files from being read, and, where the configuration has no errors,
/// what the lints find. In order of file, position and name.
pub fn run(project: &Project, sources: &Sources) -> Vec<Finding> {
    let mut problems = project.problems.clone();
    if let Some(config) = &project.config {
        check_names(&config.lint, &mut problems);
        problems.extend(check(&Subject { project, config, sources }));
    }
    let mut findings: Vec<Finding> = problems.iter().map(|problem| described(sources.resolve(problem))).collect();
    if let Some(config) = &project.config {
        findings.retain(|finding| !config.lint.allow.iter().any(|allowance| accepts(allowance, finding)));
    }
    crate::source::sort(&mut findings);
    findings
}

/// What the selected lints find, at the severities that the configuration gives them.
pub fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let settings = &subject.config.lint;
    let mut problems = Vec::new();
    for lint in LINTS.iter().filter(|lint| is_selected(settings, lint.name)) {
        let first = problems.len();
        (lint.check)(subject, &mut problems);
        if let Some(severity) = settings.severity.get(lint.name) {
            problems[first..].iter_mut().for_each(|problem| problem.severity = severity.value);
        }
    }
    problems
}

fn is_selected(settings: &LintSettings, name: &str) -> bool {
    let named = |list: &[Sited<String>], word: &str| list.iter().any(|entry| entry.as_str() == word);
    let selected = settings.select.is_empty() || named(&settings.select, "default") || named(&settings.select, name);
    selected && !named(&settings.ignore, name)
}

/// How many names of no lint are reported one by one. Each is looked up in its document when it is shown, and a hostile one
/// could hold a million.
const MOST_UNKNOWN: usize = 100;

/// A setting that names no lint would silently do nothing.
fn check_names(settings: &LintSettings, problems: &mut Vec<Problem>) {
    let selected = settings.select.iter().filter(|entry| entry.as_str() != "default");
    let allowed = settings.allow.iter().map(|allowance| &allowance.lint);
    let mut named: Vec<(&str, crate::source::Place)> =
        selected.chain(&settings.ignore).chain(allowed).map(|entry| (entry.as_str(), entry.at.value())).collect();
    named.extend(settings.severity.iter().map(|(name, severity)| (name.as_str(), severity.at.name())));
    named.retain(|(name, _)| lint_named(name).is_none());
    let more = named.len().saturating_sub(MOST_UNKNOWN);
    for (name, place) in named.into_iter().take(MOST_UNKNOWN) {
        let help = match closest(name, LINTS.iter().map(|lint| lint.name)) {
            Some(known) => format!("did you mean `{known}`?"),
            None => "`vestibule rule` lists the lints".to_owned(),
        };
        problems.push(
            Problem::error("unknown-lint", place, format!("there is no lint {}", quoted(name)))
                .label("unknown lint")
                .help(help),
        );
    }
    if let Some(last) = problems.last_mut().filter(|_| more > 0) {
        last.message.push_str(&format!(", and {more} more names are those of no lint"));
    }
}

fn accepts(allowance: &Allowance, finding: &Finding) -> bool {
    let primary = finding.primary();
    let inside = |route: &String| {
        let rest = primary.route.strip_prefix(route.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    allowance.lint.as_str() == finding.lint
        && allowance.file.as_ref().is_none_or(|file| primary.file.ends_with(file.as_str()))
        && allowance.route.as_ref().is_none_or(inside)
}

/// The finding with the page and the source of its lint.
fn described(mut finding: Finding) -> Finding {
    if let Some(lint) = lint_named(finding.lint) {
        finding.docs = Some(lint.docs());
        finding.source = Some(lint.source);
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{Memory, Overrides};

    #[test]
    fn names_of_no_lint_without_end_are_counted() {
        let names: String = (0..103).map(|index| format!("    x{index:03}: error\n")).collect();
        let document = format!(
            "version: 1\nprovider: {{ name: x }}\norganizations: [{{ name: A }}]\nlint:\n  ignore: [nested-group]\n  \
             severity:\n{names}"
        );
        let files = Memory::from([("vestibule.yaml", document.as_str())]);
        let mut sources = Sources::default();
        let project = Project::load(&files, "vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
        let findings = run(&project, &sources);
        let unknown: Vec<_> = findings.iter().filter(|finding| finding.lint == "unknown-lint").collect();
        assert_eq!(unknown.len(), 100);
        assert_eq!(unknown[0].message, "there is no lint `x000`");
        assert_eq!(unknown[99].message, "there is no lint `x099`, and 3 more names are those of no lint");
    }
}
