//! Two rules with different consequences that hold for the same person, so that only their order decides.

use super::formula::Formula;
use super::question::{Answer, Example, Question};
use super::rules::{Analysis, RuleId};
use super::view::Moment;
use super::witness::{GroupWitness, Witness};
use crate::condition::{RuleSet, Term};
use crate::engine::{Engine, Verdict};

/// Two rules that hold for the same person or group.
#[derive(Clone, Debug, PartialEq)]
pub struct Overlap {
    /// The rule that comes first, and decides.
    pub first: RuleId,
    /// The other one.
    pub second: RuleId,
    /// Whom both hold for.
    pub witness: Shown,
}

/// A person or a group that shows something.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Shown {
    User(Witness),
    Group(GroupWitness),
}

/// With how many other rules a rule is tried.
const MOST_TRIED: usize = 24;

impl Shown {
    /// In the shape of a finding's witness.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Shown::User(witness) => witness.to_json(),
            Shown::Group(witness) => witness.to_json(),
        }
    }
}

impl Analysis<'_> {
    /// An earlier rule of another consequence that holds for somebody for whom this one holds too: the first that is
    /// found. Users whom intake refuses do not count, except where the rules are those of intake.
    pub fn overlap(&self, rule: RuleId) -> Option<Overlap> {
        self.model.world.effort.start();
        let position = self.book.position(rule)?;
        let modelled = self.book.set(rule.set).get(position)?;
        let is_other = |other: &usize| {
            *other < position
                && self.book.set(rule.set).get(*other).is_some_and(|other| {
                    other.consequence != modelled.consequence && !matches!(other.term, Term::Constant(_))
                })
        };
        modelled.moments.iter().filter(|at| at.holds != Formula::FALSE).find_map(|at| {
            let also =
                if rule.set == RuleSet::OrganizationUsers { self.book.admitted(at.moment) } else { Formula::TRUE };
            let takers = self.book.takers(rule.set, at.moment)?;
            let mut question = self.together(&[at.holds, also]);
            let Answer::Possible(mut example) = question.ask(&self.model.world, &self.model.formulas) else {
                return None;
            };
            self.model.world.complete(&mut example);
            let met = {
                let takers = takers.of(&self.model.world, &self.model.formulas, &example);
                takers.take_while(|taker| *taker < position).find(is_other)
            };
            if let Some(overlap) = met.and_then(|other| self.shown(rule, position, other, at.moment, &example)) {
                return Some(overlap);
            }
            let meeting = takers.meetings.some(position, MOST_TRIED, is_other);
            meeting.into_iter().find_map(|other| {
                let other_at = self.book.at(rule.set, other, at.moment)?;
                let mut question = self.together(&[at.holds, other_at.holds, also]);
                loop {
                    let answer = question.ask(&self.model.world, &self.model.formulas);
                    let Answer::Possible(mut example) = answer else { return None };
                    self.model.world.complete(&mut example);
                    let shown = self.shown(rule, position, other, at.moment, &example);
                    if shown.is_some() || !question.refuse() {
                        return shown;
                    }
                }
            })
        })
    }

    fn together(&self, formulas: &[Formula]) -> Question {
        let mut question = Question::new();
        for formula in formulas {
            question.require(*formula);
        }
        question
    }

    /// The overlap, if the evaluator says so too.
    fn shown(&self, rule: RuleId, second: usize, first: usize, moment: Moment, example: &Example) -> Option<Overlap> {
        let terms: Vec<&Term> =
            [first, second].iter().filter_map(|rule_at| Some(self.book.set(rule.set).get(*rule_at)?.term)).collect();
        let witness = match moment {
            Moment::Group => {
                let witness = GroupWitness::new(&self.model.world, example)?;
                let holds = |term: &&Term| Engine::group_verdict(term, witness.group()) == Verdict::HOLDS;
                if !terms.iter().all(holds) {
                    return None;
                }
                Shown::Group(witness)
            }
            Moment::At(event) => {
                let witness = Witness::new(&self.model.world, &self.book.view, example, event)?;
                let is_so = witness.with_person(&self.book.engine, |person| {
                    let holds = |term: &&Term| self.book.engine.verdict(term, person, event) == Verdict::HOLDS;
                    // Where a rule before both is open, nobody knows what decides.
                    let decider = || self.book.decider(&self.model.world, example, rule.set, person, event);
                    terms.iter().all(holds)
                        && (rule.set == RuleSet::GroupAssignment || decider().is_some())
                        && (rule.set != RuleSet::OrganizationUsers
                            || self.book.admits(&self.model.world, example, person, event))
                });
                if !is_so {
                    return None;
                }
                Shown::User(witness)
            }
        };
        Some(Overlap { first: self.book.id(rule.set, first), second: rule, witness })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    /// An earlier rule asks for the one address, which two addresses for work leave open.
    #[test]
    fn whoever_is_shown_is_decided_by_one_of_the_two() {
        let document = r#"
version: 1
provider: { name: p }
organizations: [{ name: A }, { name: B }]
organization-assignment:
  users:
    - { rule: r0, when: email eq "q", organization: A }
    - { rule: r1, when: 'emails[type eq "work" and value ew "@a.eu"]', organization: B }
    - { rule: r2, when: 'emails[type eq "work" and value ew "@b.eu"]', organization: A }
"#;
        let config = Config::parse("vestibule.yaml", document).expect("a configuration");
        let analysis = Analysis::new(&config);
        let last = analysis.rules().last().expect("a rule");
        let overlap = analysis.overlap(last).expect("an overlap");
        let Shown::User(witness) = &overlap.witness else { panic!("a user") };
        let engine = Engine::compile(&config);
        let decision = witness.with_person(&engine, |person| engine.evaluate(person, witness.event()));
        assert_eq!(decision.organization.rule.as_deref(), Some("r1"), "{}", witness.to_json());
    }
}
