//! Which rules decide: first match, and all that match.

use super::compile::{Compiled, Organizations, Rules, terms};
use super::plain::Inputs;
use super::{Intake, Verdict};
use crate::condition::Term;
use crate::config::Admission;

/// What the rules come to for one person at one event. It is filled again and again without new allocations.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcomes {
    pub(super) intake: FirstMatch,
    pub(super) organization: FirstMatch,
    /// The group rules that hold, and those that may hold.
    pub(super) groups: EveryMatch,
    /// The rules that were reached and have no known verdict, apart from those that are withheld for everybody.
    pub(super) unknown: Vec<Unknown>,
}

/// A rule that was reached and has no known verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unknown {
    /// The place of its set in the program.
    pub(super) place: usize,
    /// Its number in the set.
    pub(super) rule: u32,
    pub(super) verdict: Verdict,
}

/// How a set ends whose first match decides. Rules are numbered within the set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FirstMatch {
    /// The rules before the decider that may hold: the files do not say.
    pub(super) open: Vec<u32>,
    /// The first rule that certainly holds.
    pub(super) decider: Option<u32>,
    /// How many of the rules that are withheld for everybody were reached: the first of the plan.
    pub(super) withheld: usize,
}

/// What came of a set of which every rule counts. Rules are numbered within the set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct EveryMatch {
    pub(super) hold: Vec<u32>,
    pub(super) open: Vec<u32>,
    /// How many of the rules that are withheld for everybody were reached: the first of the plan.
    pub(super) withheld: usize,
}

impl Rules {
    /// The rules of organization assignment over users.
    pub(super) fn organization_rules(&self) -> &[Compiled<String>] {
        match &self.organizations {
            Organizations::Rules { rules, .. } => rules,
            Organizations::Absent | Organizations::Default(_) => &[],
        }
    }

    /// What intake can come to.
    pub(super) fn intake_may(&self, end: &FirstMatch, decision: Intake) -> bool {
        end.outcomes(&self.intake).any(|outcome| self.intake_of(outcome) == decision)
    }

    /// What intake comes to where this follows, or nothing.
    pub(super) fn intake_of(&self, outcome: Option<&Admission>) -> Intake {
        Intake::from(outcome.copied().unwrap_or(self.intake_default))
    }
}

/// What finds the rules of a set that decide. Sets are told by their place in the program.
pub(super) trait Finder {
    /// Goes through the rules as if in order, and no further than to the first that certainly holds.
    ///
    /// A rule that is withheld is not run, and what comes after it decides. A rule of which the files do not say whether
    /// it holds leaves the set open, also where all that can follow is the same: the rule that decides is not known.
    fn first_match(&mut self, place: usize, end: &mut FirstMatch, unknown: &mut Vec<Unknown>);

    /// Goes through all rules.
    fn every_match(&mut self, place: usize, matches: &mut EveryMatch, unknown: &mut Vec<Unknown>);
}

impl Outcomes {
    /// Goes through the sets over users.
    pub(super) fn find(&mut self, rules: &Rules, finder: &mut impl Finder) {
        self.clear();
        let Outcomes { intake, organization, groups, unknown } = self;
        finder.first_match(USER_INTAKE, intake, unknown);
        if !rules.intake_may(intake, Intake::Admit) {
            return;
        }
        finder.first_match(ORGANIZATION_USERS, organization, unknown);
        finder.every_match(GROUP_ASSIGNMENT, groups, unknown);
    }

    /// As if no rule had been looked at.
    pub(super) fn clear(&mut self) {
        for end in [&mut self.intake, &mut self.organization] {
            end.open.clear();
            (end.decider, end.withheld) = (None, 0);
        }
        self.groups.hold.clear();
        self.groups.open.clear();
        self.groups.withheld = 0;
        self.unknown.clear();
    }
}

impl FirstMatch {
    /// What can follow, in order; `None` where no rule holds.
    pub(super) fn outcomes<'r, O>(&self, rules: &'r [Compiled<O>]) -> impl Iterator<Item = Option<&'r O>> {
        let outcome = |rule: &u32| rules.get(*rule as usize).map(|rule| &rule.outcome);
        self.open.iter().map(outcome).chain([self.decider.as_ref().and_then(outcome)])
    }

    /// The rule that decides; `None` also where the files do not say which does.
    pub(super) fn decided_by<'r, O>(&self, rules: &'r [Compiled<O>]) -> Option<&'r Compiled<O>> {
        self.decider.filter(|_| self.open.is_empty()).and_then(|rule| rules.get(rule as usize))
    }
}

/// The places of the sets in the program over users.
pub(super) const USER_INTAKE: usize = 0;
pub(super) const ORGANIZATION_USERS: usize = 1;
pub(super) const GROUP_ASSIGNMENT: usize = 2;

/// Tries one rule after the other.
pub(super) struct InOrder<'r> {
    pub(super) rules: &'r Rules,
    pub(super) inputs: Inputs<'r>,
}

impl InOrder<'_> {
    fn verdicts(&self, place: usize) -> impl Iterator<Item = (u32, Verdict)> {
        let terms: Vec<&Term> = match place {
            USER_INTAKE => terms(&self.rules.intake),
            ORGANIZATION_USERS => terms(self.rules.organization_rules()),
            _ => terms(&self.rules.groups),
        };
        (0..).zip(terms).map(|(rule, term)| (rule, self.inputs.verdict(term)))
    }
}

impl Finder for InOrder<'_> {
    fn first_match(&mut self, place: usize, end: &mut FirstMatch, unknown: &mut Vec<Unknown>) {
        for (rule, verdict) in self.verdicts(place) {
            if verdict == Verdict::HOLDS {
                end.decider = Some(rule);
                return;
            }
            if !verdict.is_known() {
                unknown.push(Unknown { place, rule, verdict });
            }
            if verdict.may(Verdict::HOLDS) {
                end.open.push(rule);
            }
        }
    }

    fn every_match(&mut self, place: usize, matches: &mut EveryMatch, unknown: &mut Vec<Unknown>) {
        for (rule, verdict) in self.verdicts(place) {
            if !verdict.is_known() {
                unknown.push(Unknown { place, rule, verdict });
            }
            if verdict == Verdict::HOLDS {
                matches.hold.push(rule);
            } else if verdict.may(Verdict::HOLDS) {
                matches.open.push(rule);
            }
        }
    }
}
