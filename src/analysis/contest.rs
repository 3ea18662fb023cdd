//! Whether two first-match sets can decide differently about the same person: at two events, in two configurations, or
//! with and without a rule.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::formula::Formula;
use super::question::Example;
use super::reach::{Hunt, Taken};
use super::rules::{Book, Consequence, Model};
use super::view::Moment;
use crate::condition::RuleSet;

/// What decides on the one side.
#[derive(Clone, Copy)]
pub(super) struct Decider<'s> {
    pub(super) book: &'s Book<'s>,
    pub(super) set: RuleSet,
    pub(super) moment: Moment,
    /// The rule that decides; `None` for what follows where none does.
    pub(super) rule: Option<usize>,
}

/// The other side: a set that decides again.
#[derive(Clone, Copy)]
pub(super) struct Other<'s> {
    pub(super) book: &'s Book<'s>,
    pub(super) set: RuleSet,
    pub(super) moment: Moment,
    /// Rules that count as if they were not there.
    pub(super) without: &'s BTreeSet<usize>,
}

/// Whether some person is treated differently.
#[derive(Debug)]
pub(super) enum Differs {
    /// Somebody, who was confirmed.
    Somebody,
    /// Nobody: these decide the same on the other side, `None` for what follows where no rule holds.
    Nobody(BTreeSet<Option<usize>>),
    Unknown,
}

/// How often another person is looked for.
const MOST_ROUNDS: usize = 64;

/// How many rules may stand between one that decides and one that would decide otherwise.
const MOST_BETWEEN: usize = 300;

impl Decider<'_> {
    pub(super) fn consequence(&self) -> Consequence {
        self.book.consequence(self.set, self.rule)
    }

    /// Looks for whom this decides.
    pub(super) fn hunt<'h>(&self, model: &'h Model) -> Option<Hunt<'h>>
    where
        Self: 'h,
    {
        let limit = self.rule.unwrap_or(self.book.set(self.set).len());
        let mut hunt = Hunt::new(model, self.book, self.set, self.moment, limit);
        if let Some(rule) = self.rule {
            hunt.require(self.book.at(self.set, rule, self.moment)?.holds);
        }
        Some(hunt)
    }
}

impl Other<'_> {
    /// The rule that decides about an example; `None` where none does.
    pub(super) fn taker(&self, model: &Model, example: &Example) -> Option<usize> {
        let takers = self.book.takers(self.set, self.moment)?;
        takers.of(&model.world, &model.formulas, example).find(|taker| !self.without.contains(taker))
    }

    fn consequence(&self, taker: Option<usize>) -> Consequence {
        self.book.consequence(self.set, taker)
    }

    /// That a rule does not decide, or another one before it has another consequence; `None` where too many might.
    fn elsewhere(
        &self,
        model: &mut Model,
        taker: Option<usize>,
        consequence: &Consequence,
        meets: &[usize],
    ) -> Option<Formula> {
        let rules = self.book.set(self.set);
        let limit = taker.unwrap_or(rules.len());
        let differs = |rule: &usize| rules.get(*rule).is_some_and(|rule| rule.consequence != *consequence);
        let before = meets.iter().take_while(|rule| **rule < limit);
        let between = before.filter(|rule| !self.without.contains(rule) && differs(rule));
        let holds = between.filter_map(|rule| Some(self.book.at(self.set, *rule, self.moment)?.holds));
        let mut any: Vec<Formula> = holds.filter(|holds| *holds != Formula::FALSE).take(MOST_BETWEEN + 1).collect();
        if any.len() > MOST_BETWEEN {
            return None;
        }
        if let Some(taker) = taker {
            any.push(self.book.at(self.set, taker, self.moment)?.not);
        }
        Some(model.formulas.any(any))
    }
}

/// Somebody about whom `one` decides, of whom all of `also` holds, and who gets another consequence on the other side.
pub(super) fn differs(
    model: &mut Model,
    one: Decider<'_>,
    other: Other<'_>,
    also: &[Formula],
    mut confirms: impl FnMut(&Model, &Example) -> bool,
) -> Differs {
    let consequence = one.consequence();
    let meets = OnceCell::new();
    let mut excluded: Vec<Formula> = also.to_vec();
    let (mut has_doubts, mut takers) = (false, BTreeSet::new());
    for _ in 0..MOST_ROUNDS {
        // Formulas are added between rounds, so each round asks anew; what it costs is counted all the same.
        let taker = {
            let Some(mut hunt) = one.hunt(model) else { return Differs::Unknown };
            for formula in &excluded {
                hunt.require(*formula);
            }
            loop {
                match hunt.run() {
                    Taken::Unknown => return Differs::Unknown,
                    Taken::Nobody(_) if has_doubts => return Differs::Unknown,
                    Taken::Nobody(_) => return Differs::Nobody(takers),
                    Taken::By(example) => {
                        let taker = other.taker(model, &example);
                        if other.consequence(taker) == consequence {
                            break taker;
                        }
                        if confirms(model, &example) {
                            return Differs::Somebody;
                        }
                        has_doubts = true;
                        if !hunt.refuse() {
                            return Differs::Unknown;
                        }
                    }
                }
            }
        };
        takers.insert(taker);
        match other.elsewhere(model, taker, &consequence, meets.get_or_init(|| meeting(one, other))) {
            Some(formula) if !excluded.contains(&formula) => excluded.push(formula),
            _ => return Differs::Unknown,
        }
    }
    Differs::Unknown
}

/// The rules of the other side that may hold for whom one decides, told by their texts.
fn meeting(one: Decider<'_>, other: Other<'_>) -> Vec<usize> {
    let takers = (one.book.takers(one.set, one.moment), other.book.takers(other.set, other.moment));
    match (one.rule, takers) {
        (Some(rule), (Some(ones), Some(others))) => others.meetings.with(&ones.meetings, rule),
        _ => (0..other.book.set(other.set).len()).collect(),
    }
}
