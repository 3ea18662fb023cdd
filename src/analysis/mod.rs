//! Proofs about rules: whether one can act, which two meet, who would be treated differently.
//!
//! A question goes five steps. `view` turns conditions at an event into formulas over what is free about a person.
//! `question` asks a SAT solver for a choice of atoms, and `collection`, `element` and `text` for values that have
//! just these; what cannot be is learnt. `witness` makes a person of the values, whom the engine's evaluator has to
//! confirm before anything is said. Nothing here reads files or asks the clock.

mod always;
mod ask;
mod asked;
mod atom_index;
mod clauses;
mod collection;
mod contest;
#[cfg(test)]
mod crowd;
mod difference;
mod effort;
mod element;
mod form;
mod formula;
#[cfg(test)]
mod hard;
mod hash;
#[cfg(test)]
mod laws;
mod meetings;
mod newcomers;
mod overlap;
mod question;
mod reach;
mod redundancy;
mod remapped;
mod rules;
mod scalar;
mod takers;
mod text;
mod view;
mod witness;
mod world;

pub use always::Always;
pub use ask::{Asked, Goal};
pub use difference::{Compared, Comparison, Difference, Side, Unanswered};
pub use newcomers::{Fall, Newcomers, Placed};
pub use overlap::{Overlap, Shown};
pub use reach::Reach;
pub use redundancy::Redundant;
pub use rules::{Analysis, RuleId};
pub use text::part_but_not_whole;
pub use witness::{GroupWitness, Witness};
