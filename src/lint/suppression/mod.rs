//! Findings that somebody accepts, and the findings about those acceptances.

use super::{Linted, lint_named};
use crate::config::Allowance;
use crate::project::Project;
use crate::source::Finding;

/// A finding that is accepted, with who says so.
#[derive(Clone, Debug)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// What accepts it.
    pub by: Means,
    /// Why, in the words of whoever accepted it; a baseline has none.
    pub reason: Option<String>,
}

/// What a finding is accepted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// A comment in the file: `# vestibule: allow NAME, reason`.
    Comment,
    /// An entry of `lint.allow`.
    Configuration,
    /// An entry of a baseline.
    Baseline,
}

/// Parts the accepted findings from the others.
pub(super) fn part(findings: Vec<Finding>, project: &Project) -> Linted {
    let mut linted = Linted::default();
    let allowances = project.config.as_ref().map(|config| config.lint.allow.as_slice()).unwrap_or_default();
    for finding in findings {
        match allowances.iter().find(|allowance| accepts(allowance, &finding)) {
            Some(allowance) => linted.suppressed.push(Suppressed {
                finding,
                by: Means::Configuration,
                reason: Some(allowance.reason.clone()),
            }),
            None => linted.findings.push(finding),
        }
    }
    linted
}

/// Whether an entry of `lint.allow` is about a finding. Only lints can be accepted.
pub(super) fn accepts(allowance: &Allowance, finding: &Finding) -> bool {
    let primary = finding.primary();
    let inside = |route: &String| {
        let rest = primary.route.strip_prefix(route.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    allowance.lint.as_str() == finding.lint
        && lint_named(finding.lint).is_some()
        && allowance.file.as_ref().is_none_or(|file| is_end_of_path(file, &primary.file))
        && allowance.route.as_ref().is_none_or(inside)
}

/// Whether a path ends with another, by whole names.
fn is_end_of_path(end: &str, path: &str) -> bool {
    let end = end.trim_start_matches("./");
    path.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with(['/', '\\']))
}
