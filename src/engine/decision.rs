//! What the rules decide, in the shape of the JSON output.

use schemars::JsonSchema;
use serde::Serialize;

use super::Event;
use crate::condition::RuleSet;

/// What the rules decide for one user at one event.
///
/// Serialises as one line of `vestibule eval --format jsonl`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// The user's `id` in the snapshot, where it has one.
    pub id: Option<String>,
    /// The user's `userName`.
    pub user_name: String,
    /// The event.
    pub event: Event,
    /// Whether the user is taken in.
    pub intake: IntakeDecision,
    /// The user's organization.
    pub organization: OrganizationDecision,
    /// The rule-based groups that the user gets, in the order of their rules.
    pub groups: Vec<GroupGrant>,
    /// The rule-based groups of which the files do not say whether the user gets them.
    pub undetermined_groups: Vec<String>,
    /// The rules that were reached and could not be decided, in the order of the document.
    pub not_run: Vec<NotRun>,
}

/// What decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// A rule.
    Rule,
    /// The fallback after the rules.
    Fallback,
    /// The default.
    Default,
    /// Nothing: no rule holds and there is no fallback. Palantir refuses the login of such a user
    /// (palantir.com/docs/foundry/authentication/org-assignment).
    None,
    /// The files at hand do not say.
    Undetermined,
    /// The rules do not run: at this event, for a refused user, or because there are none.
    NotRun,
}

impl Basis {
    /// The word that the JSON output uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Basis::Rule => "rule",
            Basis::Fallback => "fallback",
            Basis::Default => "default",
            Basis::None => "none",
            Basis::Undetermined => "undetermined",
            Basis::NotRun => "not-run",
        }
    }
}

/// Whether a user is taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Intake {
    Admit,
    Refuse,
    Undetermined,
    NotRun,
}

impl Intake {
    /// The word that the JSON output uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Intake::Admit => "admit",
            Intake::Refuse => "refuse",
            Intake::Undetermined => "undetermined",
            Intake::NotRun => "not-run",
        }
    }
}

/// The decision of user intake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IntakeDecision {
    /// What is decided.
    pub decision: Intake,
    /// What decides it.
    pub by: Basis,
    /// The rule that decides, if one does.
    pub rule: Option<String>,
    /// What it can be where the files do not say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Intake>,
}

/// The decision of organization assignment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OrganizationDecision {
    /// The organization; `None` where there is none or the files do not say.
    pub name: Option<String>,
    /// What decides it.
    pub by: Basis,
    /// The rule that decides, if one does.
    pub rule: Option<String>,
    /// What it can be where the files do not say; `None` among them stands for no organization.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Option<String>>,
}

/// A rule-based group that a user gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupGrant {
    /// The group.
    pub name: String,
    /// Every rule that gives it.
    pub rules: Vec<String>,
}

/// Why a rule could not be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// Foundry itself lacks an input at this event. What comes after the rule decides.
    Withheld,
    /// The files at hand do not say what Foundry knows.
    Undetermined,
}

impl Cause {
    /// The word that the JSON output uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Cause::Withheld => "withheld",
            Cause::Undetermined => "undetermined",
        }
    }
}

/// A rule that was reached and could not be decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotRun {
    /// The rule set.
    pub set: RuleSet,
    /// The rule.
    pub rule: String,
    /// Why.
    pub cause: Cause,
    /// The inputs that are missing, in the order of the condition.
    pub missing: Vec<String>,
    /// Set where it is a reading that the rule is not run, and where it would hold if Foundry took the missing
    /// inputs for absent instead: a vacuously true `excludes` admits or grants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_reading: Option<OtherReading>,
}

/// What a rule would come to under the other reading of the sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OtherReading {
    /// It would hold.
    Holds,
}

/// Which organizations may see a provider group.
///
/// Serialises as one line of `vestibule eval --groups --format jsonl`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupDecision {
    /// The group's `id` in the snapshot, where it has one.
    pub id: Option<String>,
    /// The group's `displayName`.
    pub display_name: Option<String>,
    /// The organizations. Where no rule holds there are none, and the group takes that of whichever member logged in
    /// last (palantir.com/docs/foundry/authentication/org-assignment).
    pub organizations: Vec<String>,
    /// The rule that decides, if one does.
    pub rule: Option<String>,
    /// Whether the files do not say enough of the group to tell.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub undetermined: bool,
    /// What the organizations can be where the files do not say; an empty list among them where no rule may hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Vec<String>>,
    /// The rules that were reached and could not be decided, in the order of the document.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_run: Vec<NotRun>,
}
