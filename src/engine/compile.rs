//! From the document to rules that can be evaluated.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::Arc;

use super::explain::Outcome;
use super::program::{Program, Set};
use crate::condition::{Expr, RuleSet, Term};
use crate::config::{Admission, Config, Rule, Sited};
use crate::source::At;

/// The enabled rules of all sets, and beside them the disabled ones, which are never evaluated.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub(super) intake: Vec<Compiled<Admission>>,
    /// What happens to whom no intake rule takes.
    pub(super) intake_default: Admission,
    pub(super) organizations: Organizations,
    pub(super) groups: Vec<Compiled<Vec<String>>>,
    pub(super) group_organizations: Vec<Compiled<Vec<String>>>,
    /// By set, then in the order of the set.
    pub(super) disabled: Vec<Disabled>,
}

/// A rule that does not count.
#[derive(Clone, Debug)]
pub(super) struct Disabled {
    /// Its index among all rules of its set.
    pub(super) index: usize,
    pub(super) rule: Compiled<Outcome>,
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
    pub(super) written: WrittenCondition,
}

/// A condition as it is written.
#[derive(Clone, Debug)]
pub(super) struct WrittenCondition {
    pub(super) text: String,
    pub(super) expr: Arc<Expr>,
    pub(super) at: At,
}

/// Where a rule stands among all rules: files in the order in which they are read, then bytes.
pub(super) type Position = (crate::source::FileId, usize);

impl Rules {
    pub(super) fn new(config: &Config) -> Self {
        let intake = config.user_intake.as_ref();
        let intake_rules = intake.map(|intake| intake.rules.as_slice()).unwrap_or_default();
        let assignment = config.organization_assignment.as_ref();
        let mut sets = Sets::default();
        let organizations = match assignment.map(|section| (&section.users, &section.default)) {
            Some((Some(rules), _)) => Organizations::Rules {
                rules: sets.compile(RuleSet::OrganizationUsers, rules, |outcome| outcome.0.value.clone()),
                fallback: assignment.and_then(|section| section.fallback.as_ref()).map(|name| name.value.clone()),
            },
            Some((None, Some(name))) => Organizations::Default(name.value.clone()),
            _ => Organizations::Absent,
        };
        let group_organizations = assignment.and_then(|section| section.groups.as_deref()).unwrap_or_default();
        let groups = config.group_assignment.as_deref().unwrap_or_default();
        Rules {
            intake: sets.compile(RuleSet::UserIntake, intake_rules, |outcome| outcome.value),
            intake_default: intake.map(|intake| intake.default).unwrap_or_default(),
            organizations,
            groups: sets.compile(RuleSet::GroupAssignment, groups, |outcome| names(&outcome.0)),
            group_organizations: sets
                .compile(RuleSet::OrganizationGroups, group_organizations, |outcome| names(&outcome.0)),
            disabled: sets.disabled,
        }
    }

    /// The rules over users as a program: intake, organizations, groups.
    pub(super) fn program(&self) -> Program {
        Program::new(&[
            Set { terms: terms(&self.intake), first_match: true },
            Set { terms: terms(self.organization_rules()), first_match: true },
            Set { terms: terms(&self.groups), first_match: false },
        ])
    }

    /// The rules over groups as a program.
    pub(super) fn group_program(&self) -> Program {
        Program::new(&[Set { terms: terms(&self.group_organizations), first_match: true }])
    }
}

/// The conditions of rules.
pub(super) fn terms<O>(rules: &[Compiled<O>]) -> Vec<&Term> {
    rules.iter().map(|rule| &rule.term).collect()
}

/// Compiles the sets one after the other.
#[derive(Default)]
struct Sets {
    disabled: Vec<Disabled>,
}

impl Sets {
    fn compile<R, O: Into<Outcome>>(
        &mut self,
        set: RuleSet,
        rules: &[Rule<R>],
        outcome: impl Fn(&R) -> O,
    ) -> Vec<Compiled<O>> {
        let mut enabled = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            let outcome = outcome(&rule.outcome);
            match rule.enabled {
                true => enabled.push(compile(set, rule, outcome)),
                false => self.disabled.push(Disabled { index, rule: compile(set, rule, outcome.into()) }),
            }
        }
        enabled
    }
}

fn compile<R, O>(set: RuleSet, rule: &Rule<R>, outcome: O) -> Compiled<O> {
    let when = &rule.when;
    Compiled {
        set,
        name: rule.name.value.clone(),
        term: when.condition.term.clone(),
        outcome,
        position: (rule.at.file, rule.start),
        written: WrittenCondition { text: when.text.clone(), expr: when.expr.clone(), at: when.at.clone() },
    }
}

fn names(sited: &[Sited<String>]) -> Vec<String> {
    distinct(sited.iter().map(|name| name.value.clone()))
}

/// Each once, in the order in which they first come.
pub(super) fn distinct<T: Clone + Eq + Hash>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut seen = HashSet::new();
    items.into_iter().filter(|item| seen.insert(item.clone())).collect()
}
