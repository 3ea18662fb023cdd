//! What could be left out: rules without which nothing is decided otherwise, and parts of conditions.

use std::collections::BTreeSet;

use super::contest::{Decider, Differs, Other, differs};
use super::formula::Formula;
use super::reach::{Hunt, Taken};
use super::rules::{Analysis, Consequence, Modelled, RuleId};
use crate::condition::{RuleSet, Term};

/// A rule that could be left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redundant {
    /// The rule.
    pub rule: RuleId,
    /// The rules that decide the same in its place.
    pub instead: Vec<RuleId>,
    /// Whether what follows where no rule holds is among what decides in its place.
    pub otherwise: bool,
}

/// How many parts of one condition are tried.
const MOST_PARTS: usize = 64;

impl Analysis<'_> {
    /// The rules of a set without which no decision at any event would be another one: all of them can be left out
    /// together. `is_counted` says which rules are looked at; the last are tried first. `is_gone` says which count as
    /// if they had been left out already.
    pub fn redundant_rules(
        &mut self,
        set: RuleSet,
        is_counted: impl Fn(RuleId) -> bool,
        is_gone: impl Fn(RuleId) -> bool,
    ) -> Vec<Redundant> {
        let positions = 0..self.book.set(set).len();
        let mut without: BTreeSet<usize> = positions.filter(|position| is_gone(self.book.id(set, *position))).collect();
        let mut found = Vec::new();
        for position in (0..self.book.set(set).len()).rev() {
            let rule = self.book.id(set, position);
            if !is_counted(rule) {
                continue;
            }
            self.model.world.effort.start();
            without.insert(position);
            let instead = match set {
                RuleSet::GroupAssignment => self.granted_otherwise(position, &without),
                _ => self.decided_otherwise(set, position, &without),
            };
            let Some(instead) = instead else {
                without.remove(&position);
                continue;
            };
            let rules = instead.iter().flatten().map(|position| self.book.id(set, *position)).collect();
            found.push(Redundant { rule, instead: rules, otherwise: instead.contains(&None) });
        }
        found.reverse();
        found
    }

    /// What decides the same in place of a rule, if that is so for everybody.
    fn decided_otherwise(
        &mut self,
        set: RuleSet,
        position: usize,
        without: &BTreeSet<usize>,
    ) -> Option<BTreeSet<Option<usize>>> {
        let moments: Vec<_> = self.book.set(set).get(position)?.moments.clone();
        let mut instead = BTreeSet::new();
        for at in moments.iter().filter(|at| at.holds != Formula::FALSE) {
            let book = &self.book;
            let one = Decider { book, set, moment: at.moment, rule: Some(position) };
            let other = Other { book, set, moment: at.moment, without };
            match differs(&mut self.model, one, other, &[], |_, _| true) {
                Differs::Nobody(takers) => instead.extend(takers),
                Differs::Somebody | Differs::Unknown => return None,
            }
        }
        Some(instead)
    }

    /// The rules that give the same groups to everybody whom a rule gives them.
    fn granted_otherwise(&self, position: usize, without: &BTreeSet<usize>) -> Option<BTreeSet<Option<usize>>> {
        let set = RuleSet::GroupAssignment;
        let rules = self.book.set(set);
        let modelled = rules.get(position)?;
        let Consequence::Groups(groups) = &modelled.consequence else { return None };
        let mut instead = BTreeSet::new();
        for group in groups {
            let gives =
                |rule: &Modelled<'_>| matches!(&rule.consequence, Consequence::Groups(given) if given.contains(group));
            let others: BTreeSet<usize> = (0..rules.len())
                .filter(|rule| !without.contains(rule) && rules.get(*rule).is_some_and(gives))
                .collect();
            for at in modelled.moments.iter().filter(|at| at.holds != Formula::FALSE) {
                let mut hunt = Hunt::new(&self.model, &self.book, set, at.moment, rules.len()).among(others.clone());
                hunt.require(at.holds);
                match hunt.run() {
                    Taken::Nobody(by) => instead.extend(by.into_iter().map(Some)),
                    Taken::By(_) | Taken::Unknown => return None,
                }
            }
        }
        Some(instead)
    }

    /// The parts of a rule's condition that change nothing, each as the way to it: the index at every `and` and `or`.
    /// All of them can be left out together.
    pub fn redundant_parts(&mut self, rule: RuleId) -> Vec<Vec<usize>> {
        self.model.world.effort.start();
        let Some(position) = self.book.position(rule) else { return Vec::new() };
        let Some(modelled) = self.book.set(rule.set).get(position) else { return Vec::new() };
        let mut ways = Vec::new();
        parts(modelled.term, &mut Vec::new(), &mut ways);
        if ways.len() > MOST_PARTS {
            return Vec::new();
        }
        let (mut term, moments) = (modelled.term.clone(), modelled.moments.clone());
        let mut found: Vec<Vec<usize>> = Vec::new();
        for way in ways.into_iter().rev() {
            // What stands inside of a part that is left out need not be told of.
            if found.iter().any(|outer| way.starts_with(outer)) {
                continue;
            }
            let Some(shorter) = without(&term, &way) else { continue };
            let is_same = moments.iter().all(|at| {
                let less = self.model.at_moment(&self.book.view, &shorter, at.moment);
                less.holds == at.holds
                    || (self.model.is_possible(&[less.holds, at.not]) == Some(false)
                        && self.model.is_possible(&[less.not, at.holds]) == Some(false))
            });
            if is_same {
                found.retain(|inner| !inner.starts_with(&way));
                found.push(way);
                term = shorter;
            }
        }
        found.reverse();
        found
    }
}

/// The ways to all parts of `and` and `or`, the outer before the inner. The depth is that of conditions.
fn parts(term: &Term, way: &mut Vec<usize>, ways: &mut Vec<Vec<usize>>) {
    match term {
        Term::Constant(_) | Term::Test(_) => {}
        Term::Not(inner) => parts(inner, way, ways),
        Term::All(terms) | Term::Any(terms) => {
            for (index, term) in terms.iter().enumerate() {
                way.push(index);
                ways.push(way.clone());
                parts(term, way, ways);
                way.pop();
            }
        }
    }
}

/// The term with a part made neutral, so that the ways to the others stay; `None` where all parts would be.
fn without(term: &Term, way: &[usize]) -> Option<Term> {
    let (first, rest) = way.split_first()?;
    Some(match term {
        Term::Not(inner) => Term::Not(Box::new(without(inner, way)?)),
        Term::All(terms) | Term::Any(terms) => {
            let is_all = matches!(term, Term::All(_));
            let neutral = Term::Constant(is_all);
            let mut terms = terms.clone();
            let part = terms.get_mut(*first)?;
            *part = if rest.is_empty() { neutral.clone() } else { without(part, rest)? };
            if terms.iter().all(|term| *term == neutral) {
                return None;
            }
            if is_all { Term::All(terms) } else { Term::Any(terms) }
        }
        Term::Constant(_) | Term::Test(_) => return None,
    })
}
