//! Users of a snapshot that is too large to be held: read chunk by chunk, decided, and let go.
//!
//! What is held is a chunk for each thread, the [`Roster`] of the groups with the ids of their members, and 16 bytes a
//! user. Records, damage and pages are those of [`super::records`], so that both ways of reading give the same users.

mod digest;
mod fast;
mod ids;
mod lexicon;
mod people;
mod piece;
mod projection;
mod roster;
mod tally;

pub use people::{Batch, People, Work};
pub use projection::Projection;
pub use roster::{Roster, RosterReader};
pub use tally::Account;

pub(crate) use super::feed::Measures;
