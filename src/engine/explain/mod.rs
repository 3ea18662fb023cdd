//! Why the rules decide what they decide: every rule, its verdict, and its condition clause by clause.
//!
//! An explanation changes nothing. The decision in it is that of [`super::Engine::evaluate`], and the truth of a clause is
//! what the evaluator makes of it.

mod change;
mod clause;
mod observed;
mod rules;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Decision, OtherReading};
use crate::condition::RuleSet;
use crate::config::Admission;
use crate::source::At;

pub use change::{Change, Flip};
pub use clause::{Clause, ClauseKind};
pub use observed::{Knowledge, Observed, ObservedValue};

pub(super) use rules::explain;

/// A decision, and how each rule contributes to it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// What the rules decide.
    pub decision: Decision,
    /// All rules over users: intake, organization, groups, each set in its order, with those that are disabled.
    pub rules: Vec<ExplainedRule>,
}

impl Explanation {
    /// The rules of a set, in order.
    pub fn rules_of(&self, set: RuleSet) -> impl Iterator<Item = &ExplainedRule> {
        self.rules.iter().filter(move |rule| rule.set == set)
    }
}

/// What comes of a rule, and why.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedRule {
    /// The rule set.
    pub set: RuleSet,
    /// The rule.
    pub rule: String,
    /// What follows where it holds.
    pub outcome: Outcome,
    /// What comes of it.
    pub verdict: RuleVerdict,
    /// Why it comes neither to matched nor to not matched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Whether the decision names it: it decides its set, or gives a group.
    pub decides: bool,
    /// The rule that decided before this one was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    /// The inputs whose lack leaves the condition unknown, in its order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// As in [`super::NotRun`]: set where it is a reading that the rule is not run, and it would hold under the other one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_reading: Option<OtherReading>,
    /// Whether the condition would hold vacuously: if Foundry took what it does not know yet for absent, and the user for
    /// a member of no group. An `excludes` does.
    pub holds_vacuously: bool,
    /// The condition. It is evaluated also where the rule is not reached: what it would have come to.
    pub clause: Clause,
    /// The least that would have to change for the condition to hold, where it does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// Where the condition stands. A clause stands at `at.within(clause.span)`.
    #[serde(skip)]
    #[schemars(skip)]
    pub at: At,
}

impl ExplainedRule {
    /// Whether it is neither evaluated nor passed over for a lack: it was not reached, is disabled, or nothing runs.
    pub fn takes_no_part(&self) -> bool {
        let is_idle = matches!(self.verdict, RuleVerdict::NotReached | RuleVerdict::Disabled);
        is_idle || self.reason == Some(Reason::NoRuleRuns)
    }
}

/// What follows where a rule holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Intake admits or refuses.
    Decision(Admission),
    /// The user's organization.
    Organization(String),
    /// Rule-based groups, or the organizations of a provider group.
    Groups(Vec<String>),
}

impl From<Admission> for Outcome {
    fn from(admission: Admission) -> Self {
        Outcome::Decision(admission)
    }
}

impl From<String> for Outcome {
    fn from(organization: String) -> Self {
        Outcome::Organization(organization)
    }
}

impl From<Vec<String>> for Outcome {
    fn from(groups: Vec<String>) -> Self {
        Outcome::Groups(groups)
    }
}

/// What comes of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RuleVerdict {
    /// It was reached and holds.
    Matched,
    /// It was reached and does not hold.
    NotMatched,
    /// It is not run: Foundry lacks an input at the event, or no rule runs then.
    NotRun,
    /// It was reached, and the files at hand do not say whether it holds.
    Undetermined,
    /// It was not reached: a rule before it decided, or intake refused the user.
    NotReached,
    /// It is disabled.
    Disabled,
}

impl RuleVerdict {
    /// The word that the JSON output uses.
    pub fn as_str(self) -> &'static str {
        match self {
            RuleVerdict::Matched => "matched",
            RuleVerdict::NotMatched => "not-matched",
            RuleVerdict::NotRun => "not-run",
            RuleVerdict::Undetermined => "undetermined",
            RuleVerdict::NotReached => "not-reached",
            RuleVerdict::Disabled => "disabled",
        }
    }
}

/// Why a rule comes neither to matched nor to not matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Foundry lacks an input at this event.
    Withheld,
    /// The files at hand do not say what Foundry knows.
    Undetermined,
    /// No rule runs at this event.
    NoRuleRuns,
    /// A rule before it decided.
    DecidedBefore,
    /// Intake refused the user.
    Refused,
    /// It is disabled in the document.
    Disabled,
}
