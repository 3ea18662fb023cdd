//! From the document to rules that can be evaluated.

use std::collections::HashSet;
use std::hash::Hash;

use crate::condition::{RuleSet, Term};
use crate::config::{Admission, Config, Rule, Sited};

/// The enabled rules of all sets.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub(super) intake: Vec<Compiled<Admission>>,
    /// What happens to whom no intake rule takes.
    pub(super) intake_default: Admission,
    pub(super) organizations: Organizations,
    pub(super) groups: Vec<Compiled<Vec<String>>>,
    pub(super) group_organizations: Vec<Compiled<Vec<String>>>,
}

/// Where users get their organization from.
#[derive(Clone, Debug)]
pub(super) enum Organizations {
    /// The configuration does not say.
    Absent,
    /// Everybody's.
    Default(String),
    /// Rules in order, and what comes after them.
    Rules { rules: Vec<Compiled<String>>, fallback: Option<String> },
}

/// A rule: its condition, and what follows where it holds.
#[derive(Clone, Debug)]
pub(super) struct Compiled<O> {
    pub(super) set: RuleSet,
    pub(super) name: String,
    pub(super) term: Term,
    pub(super) outcome: O,
    pub(super) position: Position,
}

/// Where a rule stands among all rules: files in the order in which they are read, then bytes.
pub(super) type Position = (crate::source::FileId, usize);

impl Rules {
    pub(super) fn new(config: &Config) -> Self {
        let intake = config.user_intake.as_ref();
        let intake_rules = intake.map(|intake| intake.rules.as_slice()).unwrap_or_default();
        let assignment = config.organization_assignment.as_ref();
        let organizations = match assignment.map(|section| (&section.users, &section.default)) {
            Some((Some(rules), _)) => Organizations::Rules {
                rules: compile(RuleSet::OrganizationUsers, rules, |outcome| outcome.0.value.clone()),
                fallback: assignment.and_then(|section| section.fallback.as_ref()).map(|name| name.value.clone()),
            },
            Some((None, Some(name))) => Organizations::Default(name.value.clone()),
            _ => Organizations::Absent,
        };
        let group_organizations = assignment.and_then(|section| section.groups.as_deref()).unwrap_or_default();
        let groups = config.group_assignment.as_deref().unwrap_or_default();
        Rules {
            intake: compile(RuleSet::UserIntake, intake_rules, |outcome| outcome.value),
            intake_default: intake.map(|intake| intake.default).unwrap_or_default(),
            organizations,
            groups: compile(RuleSet::GroupAssignment, groups, |outcome| names(&outcome.0)),
            group_organizations: compile(RuleSet::OrganizationGroups, group_organizations, |outcome| names(&outcome.0)),
        }
    }
}

fn compile<R, O>(set: RuleSet, rules: &[Rule<R>], outcome: impl Fn(&R) -> O) -> Vec<Compiled<O>> {
    let enabled = rules.iter().filter(|rule| rule.enabled);
    let compile = |rule: &Rule<R>| Compiled {
        set,
        name: rule.name.value.clone(),
        term: rule.when.condition.term.clone(),
        outcome: outcome(&rule.outcome),
        position: (rule.at.file, rule.start),
    };
    enabled.map(compile).collect()
}

fn names(sited: &[Sited<String>]) -> Vec<String> {
    distinct(sited.iter().map(|name| name.value.clone()))
}

/// Each once, in the order in which they first come.
pub(super) fn distinct<T: Clone + Eq + Hash>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut seen = HashSet::new();
    items.into_iter().filter(|item| seen.insert(item.clone())).collect()
}
