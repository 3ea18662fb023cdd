//! Users of a snapshot that is too large to be held: read chunk by chunk, decided, and let go.
//!
//! What is held is a chunk for each thread, the [`Roster`] of the groups with the ids of their members, and 16 bytes a
//! user. Records, damage and pages are those of [`super::records`], so that both ways of reading give the same users.

mod bare;
mod cursor;
mod digest;
mod fast;
mod fast_group;
mod group_ledger;
mod ids;
#[cfg(test)]
mod laws;
mod ledger;
mod lexicon;
mod people;
mod piece;
mod projection;
mod roster;
mod roster_reader;
mod scan;
mod tally;

#[cfg(feature = "cli")]
pub(crate) use bare::parse_and_drop;
pub use people::{Batch, People, Work};
pub use projection::Projection;
pub use roster::Roster;
pub use roster_reader::RosterReader;
pub use tally::Account;

#[cfg(feature = "cli")]
pub(crate) use super::feed::{Flow, Measures};
#[cfg(feature = "cli")]
pub(crate) use super::membership::carries_groups;

use super::names::Names;
use super::records::{self, Event};
use crate::source::{Sources, Text};

/// Where the page that a file starts with belongs, from the start of its text: its start index, `u64::MAX` where there is
/// none. `None` where it may still be said behind that.
pub fn first_page(start: &str, is_whole: bool) -> Option<u64> {
    let file = Sources::default().add_text(Text::new("", ""));
    let mut first = None;
    records::read(file, start, "Resources", &mut Names::default(), &mut |event| match event {
        _ if first.is_some() => {}
        Event::Record(raw) if raw.place.is_listed() => {}
        // The last record may be cut off.
        Event::Record(raw) => first = raw.content.is_ok().then_some(Some(u64::MAX)),
        Event::Page(head) => {
            let start = super::gather::page_head(&head).start_index;
            first = Some(start.or(is_whole.then_some(u64::MAX)));
        }
        Event::Damage(_) => {}
    });
    first.flatten()
}
