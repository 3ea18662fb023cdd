//! The lints: checks of a configuration together with what its files show.
//!
//! A lint is one file under `catalogue/`, which holds its page, its code and its tests, and one line in
//! `catalogue/mod.rs`.

mod aliases;
mod catalogue;
mod comparison;
mod confusable;
mod control_panel;
mod fix;
mod known_groups;
mod page;
mod pattern;
mod proofs;
mod records;
mod run;
mod select;
mod several;
mod strandings;
mod suppression;

pub use catalogue::LINTS;
pub use fix::{Fixed, fix, is_allowed};
pub use page::{Example, Page};
#[cfg(feature = "cli")]
pub(crate) use pattern::has_bare_signs;
pub use run::{Linted, check, lint_named, run, run_and_keep};
pub use select::{Level, Takes};
pub use suppression::{Baseline, Covered, Kept};

use std::cell::OnceCell;

use crate::identity::Identity;
use crate::project::{Population, Project};
use crate::source::{Problem, Severity, Sources};
use known_groups::KnownGroups;
use proofs::Proofs;
use select::Selection;
use strandings::Strandings;
use suppression::Comments;

/// A check, and what people should know about it.
#[derive(Clone, Copy, Debug)]
pub struct Lint {
    /// The name, in kebab-case. It reads well after "allow".
    pub name: &'static str,
    /// How bad its findings are, unless the configuration says otherwise.
    pub severity: Severity,
    /// What turns it on.
    pub level: Level,
    /// The public page that it stands on.
    pub source: &'static str,
    /// Its page, in Markdown: what it finds, why it matters, what to avoid and prefer, and whether it has a fix.
    pub page: &'static str,
    /// Adds what it finds.
    pub check: fn(&Subject<'_>, &mut Vec<Problem>),
}

/// What a lint looks at: a project whose configuration has no errors.
#[derive(Debug)]
pub struct Subject<'s> {
    /// The project.
    pub project: &'s Project,
    /// The configuration, checked.
    pub config: &'s crate::config::Config,
    /// The texts, for places.
    pub sources: &'s Sources,
    selection: Selection<'s>,
    population: OnceCell<Option<Population<'s>>>,
    known_groups: OnceCell<Option<KnownGroups<'s>>>,
    strandings: OnceCell<Option<Strandings>>,
    identity: OnceCell<Identity>,
    comments: OnceCell<Comments>,
    proofs: OnceCell<Proofs<'s>>,
}

impl<'s> Subject<'s> {
    /// A project with its checked configuration.
    pub fn new(project: &'s Project, config: &'s crate::config::Config, sources: &'s Sources) -> Self {
        let selection = Selection::new(&config.lint, project, sources);
        Subject {
            project,
            config,
            sources,
            selection,
            population: OnceCell::new(),
            known_groups: OnceCell::new(),
            strandings: OnceCell::new(),
            identity: OnceCell::new(),
            comments: OnceCell::new(),
            proofs: OnceCell::new(),
        }
    }

    /// The people of the snapshot; `None` without a snapshot of users.
    pub(crate) fn population(&self) -> Option<&Population<'s>> {
        let make = || {
            let snapshot = self.project.snapshot.as_ref().filter(|snapshot| !snapshot.users().is_empty())?;
            Some(Population::new(self.project, self.config, snapshot))
        };
        self.population.get_or_init(make).as_ref()
    }

    /// The groups of the snapshot by their names; `None` where the files do not hold all of them.
    fn known_groups(&self) -> Option<&KnownGroups<'s>> {
        self.known_groups.get_or_init(|| KnownGroups::of(self.project.snapshot.as_ref()?)).as_ref()
    }

    /// Who of the snapshot stands in the wrong place after the creation; `None` without a snapshot of users.
    pub(crate) fn strandings(&self) -> Option<&Strandings> {
        let make = || {
            let snapshot = self.project.snapshot.as_ref()?;
            self.population().map(|population| Strandings::of(population, snapshot, self.config))
        };
        self.strandings.get_or_init(make).as_ref()
    }

    /// What SCIM and the login send for the fields that tell who somebody is.
    pub(crate) fn identity(&self) -> &Identity {
        self.identity.get_or_init(|| Identity::of(self.project, self.config))
    }

    /// What is proved about the rules.
    pub(crate) fn proofs(&self) -> &Proofs<'s> {
        self.proofs.get_or_init(|| Proofs::new(self.config))
    }

    /// Whether somebody keeps a lint from speaking where a problem stands: it is not selected, or accepted by a comment
    /// or by an entry of the configuration.
    pub(crate) fn silences(&self, lint: &'static str, problem: &Problem) -> bool {
        if !lint_named(lint).is_some_and(|lint| self.selection.counts(lint, &problem.primary.place)) {
            return true;
        }
        if self.config.lint.allow.is_empty() && self.comments().is_empty() {
            return false;
        }
        let mut finding = self.sources.resolve(problem);
        finding.lint = lint;
        self.config.lint.allow.iter().any(|allowance| suppression::accepts(allowance, &finding))
            || self.comments().accept_one(&finding, self.sources)
    }

    fn comments(&self) -> &Comments {
        self.comments.get_or_init(|| Comments::of(self.project, self.sources, &mut Vec::new()))
    }

    /// Whether SCIM creates users, as far as the configuration says: not where it is switched off.
    pub(crate) fn creates_over_scim(&self) -> bool {
        self.config.provider.scim.as_ref().is_none_or(|scim| scim.enabled)
    }

    /// Whether the configuration selects a lint, where no path says otherwise.
    pub(crate) fn selects(&self, lint: &str) -> bool {
        lint_named(lint).is_some_and(|lint| self.selection.is_selected(lint))
    }

    /// Whether the configuration asks for what a lint keeps to itself by default: for `strict`, or for it by name.
    pub(crate) fn is_strict_about(&self, lint: &Lint) -> bool {
        self.selection.is_strict_about(lint)
    }
}

impl Lint {
    /// Where the page stands, from the root of the project.
    pub fn docs(&self) -> String {
        format!("docs/lints/{}.md", self.name)
    }

    /// The page as a Markdown document with a title.
    pub fn markdown(&self) -> String {
        let level = match self.level {
            Level::Default => String::new(),
            level => format!(", with `{}`", level.as_str()),
        };
        format!("# {}\n\nSeverity: {}{level}\n\n{}\n", self.name, self.severity.as_str(), self.page.trim())
    }

    /// A problem of this lint, at its own severity.
    pub fn problem(&self, place: crate::source::Place, message: impl Into<String>) -> Problem {
        Problem::new(self.name, self.severity, place, message)
    }
}
