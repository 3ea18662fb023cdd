//! What holds for everybody, or for nobody: conditions that are always true, intake that admits nobody, people without an
//! organization.

use super::formula::Formula;
use super::reach::{Hunt, Taken};
use super::rules::{Analysis, Consequence, RuleId};
use super::view::Moment;
use super::witness::Witness;
use crate::condition::RuleSet;
use crate::config::Admission;
use crate::engine::Basis;

/// Where everybody satisfies a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Always {
    /// At every event.
    Everywhere,
    /// Wherever it is run. When SCIM creates a user it is not, for somebody at least: Foundry lacks an input.
    WhereItRuns,
}

impl Analysis<'_> {
    /// Whether everybody satisfies the condition of a rule; `None` also where that is not known.
    pub fn always_holds(&self, rule: RuleId) -> Option<Always> {
        self.model.world.effort.start();
        let modelled = self.book.set(rule.set).get(self.book.position(rule)?)?;
        let never = |formula: Formula| self.model.is_possible(&[formula]) == Some(false);
        let (first, rest) = modelled.moments.split_first()?;
        if !never(first.not) || !rest.iter().all(|at| never(at.fails)) {
            return None;
        }
        Some(if rest.iter().all(|at| never(at.not)) { Always::Everywhere } else { Always::WhereItRuns })
    }

    /// Whether intake refuses everybody at every event; `None` where the budget ended first.
    pub fn refuses_everybody(&self) -> Option<bool> {
        self.model.world.effort.start();
        let rules = self.book.set(RuleSet::UserIntake);
        let admits = |consequence: &Consequence| *consequence == Consequence::Admission(Admission::Admit);
        let admitting = (0..rules.len()).filter(|rule| rules.get(*rule).is_some_and(|rule| admits(&rule.consequence)));
        let default = admits(&self.book.otherwise(RuleSet::UserIntake)).then_some(rules.len());
        let mut is_open = false;
        for limit in default.into_iter().chain(admitting) {
            for moment in Moment::OF_USERS {
                let mut hunt = Hunt::new(&self.model, &self.book, RuleSet::UserIntake, moment, limit);
                if let Some(at) = self.book.at(RuleSet::UserIntake, limit, moment) {
                    hunt.require(at.holds);
                }
                match hunt.run() {
                    Taken::By(_) => return Some(false),
                    Taken::Nobody(_) => {}
                    Taken::Unknown => is_open = true,
                }
            }
        }
        (!is_open).then_some(true)
    }

    /// Somebody who is admitted and gets no organization from the rules; `None` where nobody is found.
    pub fn somebody_unassigned(&self) -> Option<Witness> {
        self.model.world.effort.start();
        let set = RuleSet::OrganizationUsers;
        if self.book.otherwise(set) != Consequence::Nothing {
            return None;
        }
        Moment::OF_USERS.into_iter().find_map(|moment| {
            let mut hunt = Hunt::new(&self.model, &self.book, set, moment, self.book.set(set).len());
            hunt.require(self.book.admitted(moment));
            loop {
                let Taken::By(example) = hunt.run() else { return None };
                let witness = Witness::new(&self.model.world, &self.book.view, &example, moment.event()?);
                let confirmed = witness.filter(|witness| {
                    let decision = witness
                        .with_person(&self.book.engine, |person| self.book.engine.evaluate(person, witness.event()));
                    decision.organization.by == Basis::None
                });
                if confirmed.is_some() {
                    return confirmed;
                }
                if !hunt.refuse() {
                    return None;
                }
            }
        })
    }
}
