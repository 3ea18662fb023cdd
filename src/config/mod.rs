//! The configuration document: `vestibule.yaml` and the files it includes.
//!
//! [`read`] turns spanned trees into a [`Draft`], [`Draft::check`] turns that into a [`Config`]. Both report every
//! mistake they see and carry on.

mod check;
mod document;
mod fields;
mod read;
mod read_provider;
mod read_rules;
mod rule;
mod schema;

pub use check::Draft;
pub use document::{
    Admission, Allowance, AttributeKind, AttributeMapping, AuthenticationMethod, Claim, Config, Date, Entra,
    EntraSources, Foundry, GroupNames, Groups, GroupsClaim, GroupsMapping, IntakeForm, LintSettings, MappedAttribute,
    Members, Organization, OrganizationAssignment, OrganizationName, OrganizationNames, Paths, Protocol, Provider,
    Scim, Snapshot, TakenValues, UserIntake,
};
pub use read::{Reading, includes, read};
pub use rule::{Outcome, Rule, Sited, When, Written};
pub use schema::schema;

use crate::condition::Mistake;
use crate::source::{At, Problem};

/// A mistake in a condition, a pattern or a path, as a problem of the scalar that it stands in.
fn problem_of(mistake: Mistake, at: &At) -> Problem {
    let mut problem = Problem::new(mistake.code, mistake.severity, at.within(mistake.span), mistake.message);
    problem.help = mistake.help;
    problem.primary.text = mistake.label;
    for (span, text) in mistake.related {
        problem = problem.related(at.within(span), text);
    }
    problem
}
