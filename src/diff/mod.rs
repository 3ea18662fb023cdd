//! One configuration against another: what a change of the rules does.
//!
//! [`Proof`] speaks of everybody there could be: which rules treat somebody differently, with an example each, and which
//! changes are without effect. [`Pair`] compares what happens to the people of a snapshot, one after the other, and
//! [`Moves`] counts it.

#[cfg(test)]
mod laws;
mod moves;
mod pair;
mod proof;
mod rules;
mod schema;

pub use moves::{Flow, GroupFlow, GroupStep, Moves};
pub use pair::{Aspect, ComparedPerson, Hand, Moved, MovedGroup, Pair};
pub use proof::{Example, Proof, Treated};
pub use rules::{Change, ChangedRule, Effect};
pub use schema::{Diff, VERSION, moved_schema, schema};
