//! Strings: whether one has what some predicates ask for and nothing of what others do.

mod automaton;
mod candidates;
mod folding;
mod predicate;
mod solve;

pub(super) use candidates::Taste;
pub(crate) use predicate::TextPredicate;
pub(super) use solve::{Answer, PredicateId, Texts};
