//! The lints: checks of a configuration together with what its files show.
//!
//! A lint is one file under `catalogue/`, which holds its page, its code and its tests, and one line in
//! `catalogue/mod.rs`.

mod catalogue;
mod page;
mod run;

pub use catalogue::LINTS;
pub use page::{Example, Page};
pub use run::{Linted, check, lint_named, run, run_and_count};

use crate::project::Project;
use crate::source::{Problem, Severity, Sources};

/// A check, and what people should know about it.
#[derive(Clone, Copy, Debug)]
pub struct Lint {
    /// The name, in kebab-case. It reads well after "allow".
    pub name: &'static str,
    /// How bad its findings are, unless the configuration says otherwise.
    pub severity: Severity,
    /// The public page that it stands on.
    pub source: &'static str,
    /// Its page, in Markdown: what it finds, why it matters, what to avoid and prefer, and whether it has a fix.
    pub page: &'static str,
    /// Adds what it finds.
    pub check: fn(&Subject<'_>, &mut Vec<Problem>),
}

/// What a lint looks at: a project whose configuration has no errors.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'s> {
    /// The project.
    pub project: &'s Project,
    /// The configuration, checked.
    pub config: &'s crate::config::Config,
    /// The texts, for places.
    pub sources: &'s Sources,
}

impl Lint {
    /// Where the page stands, from the root of the project.
    pub fn docs(&self) -> String {
        format!("docs/lints/{}.md", self.name)
    }

    /// The page as a Markdown document with a title.
    pub fn markdown(&self) -> String {
        format!("# {}\n\nSeverity: {}\n\n{}\n", self.name, self.severity.as_str(), self.page.trim())
    }

    /// A problem of this lint, at its own severity.
    pub fn problem(&self, place: crate::source::Place, message: impl Into<String>) -> Problem {
        Problem::new(self.name, self.severity, place, message)
    }
}
