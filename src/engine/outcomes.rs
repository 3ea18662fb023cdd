//! Which rules decide: first match, and all that match.

use std::ops::Range;

use super::compile::{Compiled, Organizations, Rules};
use super::program::RuleId;
use super::{Intake, Verdict};
use crate::condition::{RuleSet, Term};
use crate::config::Admission;

/// What the rules come to for one person at one event. It is filled again and again without new allocations.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcomes {
    pub(super) intake: FirstMatch,
    pub(super) organization: FirstMatch,
    /// The group rules that hold, and those that may hold.
    pub(super) groups: EveryMatch,
    /// The rules that were reached and have no known verdict: by set and number in it.
    pub(super) unknown: Vec<(RuleSet, u32, Verdict)>,
}

/// How a set ends whose first match decides. Rules are numbered within the set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FirstMatch {
    /// The rules before the decider that may hold: the files do not say.
    pub(super) open: Vec<u32>,
    /// The first rule that certainly holds.
    pub(super) decider: Option<u32>,
}

/// What came of a set of which every rule counts. Rules are numbered within the set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct EveryMatch {
    pub(super) hold: Vec<u32>,
    pub(super) open: Vec<u32>,
}

/// The sets over users, their rules numbered through in this order.
pub(super) struct Ranges {
    pub(super) intake: Range<RuleId>,
    pub(super) organizations: Range<RuleId>,
    pub(super) groups: Range<RuleId>,
}

impl Rules {
    /// The rules of organization assignment over users.
    pub(super) fn organization_rules(&self) -> &[Compiled<String>] {
        match &self.organizations {
            Organizations::Rules { rules, .. } => rules,
            Organizations::Absent | Organizations::Default(_) => &[],
        }
    }

    pub(super) fn ranges(&self) -> Ranges {
        // A document is limited in bytes to far fewer rules than fit.
        let end = |start: RuleId, rules: usize| start.saturating_add(u32::try_from(rules).unwrap_or(u32::MAX));
        let intake = end(0, self.intake.len());
        let organizations = end(intake, self.organization_rules().len());
        let groups = end(organizations, self.groups.len());
        Ranges { intake: 0..intake, organizations: intake..organizations, groups: organizations..groups }
    }

    /// The condition of a rule by its number among all rules over users.
    pub(super) fn term(&self, rule: RuleId) -> &Term {
        let rule = rule as usize;
        let (intake, organizations) = (self.intake.len(), self.organization_rules().len());
        if rule < intake {
            &self.intake[rule].term
        } else if rule < intake + organizations {
            &self.organization_rules()[rule - intake].term
        } else {
            &self.groups[rule - intake - organizations].term
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

impl Outcomes {
    /// Goes through the sets. `candidates` are the rules of a range that do not certainly fail, in order, and perhaps
    /// others; `verdict` is what a rule comes to.
    pub(super) fn find<I: Iterator<Item = RuleId>>(
        &mut self,
        rules: &Rules,
        candidates: impl Fn(Range<RuleId>) -> I,
        mut verdict: impl FnMut(RuleId) -> Verdict,
    ) {
        self.clear();
        let ranges = rules.ranges();
        let Outcomes { intake, organization, groups, unknown } = self;
        intake.find(RuleSet::UserIntake, ranges.intake, &candidates, &mut verdict, unknown);
        if !rules.intake_may(intake, Intake::Admit) {
            return;
        }
        organization.find(RuleSet::OrganizationUsers, ranges.organizations, &candidates, &mut verdict, unknown);
        groups.find(ranges.groups, &candidates, &mut verdict, unknown);
    }

    /// As if no rule had been looked at.
    pub(super) fn clear(&mut self) {
        for end in [&mut self.intake, &mut self.organization] {
            end.open.clear();
            end.decider = None;
        }
        self.groups.hold.clear();
        self.groups.open.clear();
        self.unknown.clear();
    }
}

impl FirstMatch {
    /// Goes through the rules in order, and no further than to the first that certainly holds.
    ///
    /// A rule that is withheld is not run, and what comes after it decides. A rule of which the files do not say whether
    /// it holds leaves the set open, also where all that can follow is the same: the rule that decides is not known.
    pub(super) fn find<I: Iterator<Item = RuleId>>(
        &mut self,
        set: RuleSet,
        range: Range<RuleId>,
        candidates: impl Fn(Range<RuleId>) -> I,
        mut verdict: impl FnMut(RuleId) -> Verdict,
        unknown: &mut Vec<(RuleSet, u32, Verdict)>,
    ) {
        let first = range.start;
        for rule in candidates(range) {
            let verdict = verdict(rule);
            if verdict == Verdict::HOLDS {
                self.decider = Some(rule - first);
                return;
            }
            if !verdict.is_known() {
                unknown.push((set, rule - first, verdict));
            }
            if verdict.may(Verdict::HOLDS) {
                self.open.push(rule - first);
            }
        }
    }

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

impl EveryMatch {
    fn find<I: Iterator<Item = RuleId>>(
        &mut self,
        range: Range<RuleId>,
        candidates: impl Fn(Range<RuleId>) -> I,
        mut verdict: impl FnMut(RuleId) -> Verdict,
        unknown: &mut Vec<(RuleSet, u32, Verdict)>,
    ) {
        let first = range.start;
        for rule in candidates(range) {
            let verdict = verdict(rule);
            if verdict == Verdict::HOLDS {
                self.hold.push(rule - first);
                continue;
            }
            if !verdict.is_known() {
                unknown.push((RuleSet::GroupAssignment, rule - first, verdict));
            }
            if verdict.may(Verdict::HOLDS) {
                self.open.push(rule - first);
            }
        }
    }
}
