//! A test file as values: who the person is, what happens, and what is expected of it.

use serde_json::{Map, Value};

use crate::config::Sited;
use crate::engine::{Basis, Event, Intake};
use crate::foundry::Attributes;
use crate::simulate::ProviderGroup;
use crate::source::At;

/// A test: a person, what happens to the person, and what is expected of it.
#[derive(Clone, Debug)]
pub struct Test {
    /// The test's name, unique within its file.
    pub name: Sited<String>,
    /// Where the test stands.
    pub at: At,
    /// Why the test is not run, where it is not.
    pub skip: Option<String>,
    /// The person.
    pub person: Described,
    /// What happens.
    pub course: Course,
}

/// What happens to the person of a test.
#[derive(Clone, Debug)]
pub enum Course {
    /// One event. The rules decide about the person as described.
    Single(Box<Step>),
    /// Events one after the other. Each changes what Foundry holds of the person.
    Sequence(Vec<Step>),
}

impl Course {
    /// The events, in order.
    pub fn steps(&self) -> &[Step] {
        match self {
            Course::Single(step) => std::slice::from_ref(step.as_ref()),
            Course::Sequence(steps) => steps,
        }
    }
}

/// A person as a test describes one.
#[derive(Clone, Debug)]
pub struct Described {
    /// The SCIM user.
    pub user: TestUser,
    /// The provider groups; `None` where the test does not say.
    pub groups: Option<Vec<ProviderGroup>>,
    /// The internal groups; `None` where the test does not say.
    pub internal_groups: Option<Vec<Sited<String>>>,
    /// Foundry attributes, as earlier logins left them and as claims carry them; `None` where the test does not say.
    pub attributes: Option<FoundryAttributes>,
}

/// The SCIM user of a test.
#[derive(Clone, Debug)]
pub enum TestUser {
    /// Written in the test.
    Inline(ScimAttributes),
    /// Taken from the snapshot.
    Snapshot {
        /// The `id`, `userName` or `externalId`.
        from: Sited<String>,
        /// The attributes that replace those of the snapshot.
        with: ScimAttributes,
    },
}

/// SCIM attributes as a server would hold them, and where they stand.
#[derive(Clone, Debug)]
pub struct ScimAttributes {
    /// The attributes.
    pub attributes: Map<String, Value>,
    /// Where they stand.
    pub at: At,
    /// Whether some name is of no attribute, so that another one may be missing for it.
    pub(super) misspelt: bool,
}

/// Foundry attributes, and where they stand.
#[derive(Clone, Debug)]
pub struct FoundryAttributes {
    /// The values by name. A name without values is absent.
    pub values: Attributes,
    /// Where they stand.
    pub at: At,
}

/// An event of a test, what comes with it, and what is expected after it.
#[derive(Clone, Debug)]
pub struct Step {
    /// The event.
    pub event: Event,
    /// Where the event stands, or the test where it says none.
    pub at: At,
    /// The SCIM attributes that the request sends. Only in sequences.
    pub with: Option<ScimAttributes>,
    /// The provider groups from this event on. Only in sequences.
    pub groups: Option<Vec<ProviderGroup>>,
    /// What the claims of a login fill Foundry attributes with. Only in sequences.
    pub attributes: Option<FoundryAttributes>,
    /// What is expected.
    pub expect: Expectation,
}

/// What is expected. Only what is stated is compared.
#[derive(Clone, Debug, Default)]
pub struct Expectation {
    /// Of intake.
    pub intake: Option<Sited<ExpectedIntake>>,
    /// Of the organization.
    pub organization: Option<Sited<ExpectedOrganization>>,
    /// Exactly these rule-based groups, in any order.
    pub groups: Option<Sited<Vec<Sited<String>>>>,
    /// Exactly these rules that were reached and not run, in any order.
    pub not_run: Option<Sited<Vec<Sited<String>>>>,
}

impl Expectation {
    /// Whether nothing is expected.
    pub fn is_empty(&self) -> bool {
        self.intake.is_none() && self.organization.is_none() && self.groups.is_none() && self.not_run.is_none()
    }
}

/// What is expected of intake; what is `None` is not compared.
#[derive(Clone, Debug, Default)]
pub struct ExpectedIntake {
    /// The decision.
    pub decision: Option<Intake>,
    /// What decides.
    pub by: Option<Basis>,
    /// The rule that decides.
    pub rule: Option<Sited<String>>,
}

/// What is expected of the organization; what is `None` is not compared.
#[derive(Clone, Debug, Default)]
pub struct ExpectedOrganization {
    /// The organization; `Some(None)` for none.
    pub name: Option<Option<Sited<String>>>,
    /// What decides.
    pub by: Option<Basis>,
    /// The rule that decides.
    pub rule: Option<Sited<String>>,
}
