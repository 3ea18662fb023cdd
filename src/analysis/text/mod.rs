//! Strings: whether one has what some predicates ask for and nothing of what others do.

mod automaton;
mod candidates;
mod folding;
mod predicate;
mod solve;

pub(super) use candidates::Taste;
pub(crate) use predicate::TextPredicate;
pub(super) use solve::{Answer, PredicateId, Texts};

use super::effort::Effort;
use crate::condition::Pattern;

/// A value of which a part matches a pattern and not the whole, if one is found.
pub fn part_but_not_whole(pattern: &Pattern) -> Option<String> {
    let mut texts = Texts::default();
    let must = [texts.add(TextPredicate::part(pattern)?), texts.add(TextPredicate::Printable)];
    let must_not = [texts.add(TextPredicate::Pattern(pattern.clone()))];
    match texts.solve(&must, &must_not, Taste::Unit, &Effort::new()) {
        Answer::Found(value) => Some(value),
        Answer::Impossible { .. } | Answer::Unknown => None,
    }
}
