//! The configuration document: `vestibule.yaml` and the files it includes.
//!
//! [`read`] turns spanned trees into a [`Draft`], [`Draft::check`] turns that into a [`Config`]. Both report every
//! mistake they see and carry on.

mod check;
mod document;
pub(crate) mod fields;
mod parse;
pub(crate) mod problems;
mod provider;
mod read;
mod read_entra;
mod read_files;
mod read_lint;
mod read_names;
mod read_provider;
mod read_rules;
mod read_sections;
mod read_when;
mod rule;
mod schema;

pub use check::Draft;
pub use document::{
    Admission, Allowance, AuthenticationMethod, Config, Entra, EntraSources, Foundry, GroupNames, Groups, IntakeForm,
    LintSettings, Members, Organization, OrganizationAssignment, OrganizationName, OrganizationNames, PathSettings,
    Paths, Snapshot, UserIntake,
};
pub use parse::ConfigError;
pub(crate) use problems::each_once;
pub use provider::{
    AttributeKind, AttributeMapping, Claim, Date, GroupsClaim, GroupsMapping, MappedAttribute, Protocol, Provider,
    Scim, TakenValues,
};
pub(crate) use read::read_version;
pub use read::{Reading, includes, read};
pub(crate) use read_names::report_duplicates;
pub use rule::{Outcome, Rule, Sited, When, Written};
pub use schema::schema;

use crate::condition::{Mistake, RuleSet};
use crate::source::{At, Place, Problem, Span};

/// A mistake in a condition, a pattern or a path, as a problem of the scalar that it stands in.
fn problem_of(mistake: Mistake, at: &At) -> Problem {
    problem_at(mistake, |span| at.within(span))
}

/// The same where the text stands elsewhere: `place` says where its bytes are.
pub(crate) fn problem_at(mistake: Mistake, place: impl Fn(Span) -> Place) -> Problem {
    let mut problem = Problem::new(mistake.code, mistake.severity, place(mistake.span), mistake.message);
    problem.help = mistake.help;
    problem.primary.text = mistake.label;
    for (span, text) in mistake.related {
        problem = problem.related(place(span), text);
    }
    problem
}

/// A rule of any set, as far as all sets have it in common.
#[derive(Clone, Copy, Debug)]
pub struct RuleRef<'c> {
    /// The set.
    pub set: RuleSet,
    /// The rule's name.
    pub name: &'c str,
    /// Whether it counts at all.
    pub enabled: bool,
    /// When it holds.
    pub when: &'c When,
}

impl Config {
    /// The rules of all sets, in the order in which they are evaluated.
    pub fn rules(&self) -> impl Iterator<Item = RuleRef<'_>> {
        fn of<O>(set: RuleSet, rules: &[Rule<O>]) -> impl Iterator<Item = RuleRef<'_>> {
            rules.iter().map(move |rule| RuleRef { set, name: &rule.name, enabled: rule.enabled, when: &rule.when })
        }
        let intake = self.user_intake.as_ref().map(|intake| intake.rules.as_slice()).unwrap_or_default();
        let organizations = self.organization_assignment.as_ref();
        let users = organizations.and_then(|section| section.users.as_deref()).unwrap_or_default();
        let groups = organizations.and_then(|section| section.groups.as_deref()).unwrap_or_default();
        of(RuleSet::UserIntake, intake)
            .chain(of(RuleSet::OrganizationUsers, users))
            .chain(of(RuleSet::OrganizationGroups, groups))
            .chain(of(RuleSet::GroupAssignment, self.group_assignment.as_deref().unwrap_or_default()))
    }

    /// Which Foundry attributes are mapped, and what conditions may name.
    pub fn scheme(&self) -> &crate::condition::Scheme {
        &self.scheme
    }
}
