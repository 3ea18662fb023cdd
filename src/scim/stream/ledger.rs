//! Which users have come, and what came of them handed on in their order.

use std::collections::HashMap;
use std::io;

use super::ids::Ids;
use super::people::Batch;
use super::piece::{Key, Met, Piece};
use super::roster::{Roster, is_among};
use super::tally::Report;
use crate::scim::RecordPlace;

/// Which users have come.
pub(super) struct Ledger<E> {
    /// Takes what comes of users.
    each: E,
    /// The identifiers that no group names.
    others: Ids,
    /// By the number of an identifier: those of the roster, and the others behind them.
    firsts: Vec<First>,
    /// The users without an identifier, by their name.
    nameless: HashMap<Box<str>, Vec<u128>>,
    pub(super) report: Report,
    /// Why nothing more is wanted.
    pub(super) stopped: Option<io::Error>,
}

/// The first user that had an identifier.
#[derive(Clone, Copy, Debug)]
struct First {
    /// The digest of its record; 0 where no user has come.
    digest: u64,
    /// When it was last modified.
    modified: i64,
}

/// A time that nothing was modified at.
const NEVER: i64 = i64::MIN;

/// How a user stands to those that came before.
enum Meeting {
    /// It is new.
    First,
    /// It is there already.
    Again,
    /// It is there already, with other content.
    Other { newer: bool },
}

impl<E> Ledger<E> {
    pub(super) fn new(each: E, report: Report) -> Self {
        let (others, firsts, nameless) = (Ids::default(), Vec::new(), HashMap::new());
        Ledger { each, others, firsts, nameless, report, stopped: None }
    }

    /// Hands on what came of a piece. `place` is where its first record stands, `nested` whether groups in groups count.
    pub(super) fn commit<O>(&mut self, piece: Piece<O>, place: &RecordPlace, roster: &Roster, nested: bool)
    where
        E: FnMut(Batch<'_, O>) -> io::Result<()>,
    {
        let Piece { span, count, users, texts, out, skipped, defects, .. } = piece;
        self.report.count_many(place, count);
        let at = |index: usize, span| place.clone().after(index, 0).spanning(span);
        for (index, span, unusable) in skipped {
            self.report.skip(&at(index, span), &unusable);
        }
        for (index, span, defects) in defects {
            self.report.defects(&at(index, span), defects);
        }
        let mut dropped = Vec::new();
        for (index, met) in users.iter().enumerate() {
            match self.meet(met, &texts, roster, nested) {
                Meeting::First => self.report.kept += 1,
                Meeting::Again => dropped.push(index),
                Meeting::Other { newer } => {
                    self.report.late(&at(met.index, met.span), newer);
                    dropped.push(index);
                }
            }
        }
        let batch = Batch { out, users: users.len(), dropped: &dropped, read: span.end };
        if self.stopped.is_none() {
            self.stopped = (self.each)(batch).err();
        }
    }

    fn meet(&mut self, met: &Met, texts: &str, roster: &Roster, nested: bool) -> Meeting {
        let number = match &met.key {
            Key::Number(number) => *number as usize,
            Key::Id(text) => match self.others.intern(texts.get(text.clone()).unwrap_or_default()) {
                Some(number) => roster.ids.len() + number as usize,
                None => {
                    self.report.is_overfull = true;
                    return Meeting::First;
                }
            },
            Key::Content(name, digest) => {
                let name = texts.get(name.clone()).unwrap_or_default();
                let known = self.nameless.entry(name.into()).or_default();
                return if is_among(known, *digest) { Meeting::Again } else { Meeting::First };
            }
        };
        self.make_room(number, roster);
        let (digest, modified) = (met.digest.max(1), met.modified.unwrap_or(NEVER));
        let Some(first) = self.firsts.get_mut(number) else { return Meeting::First };
        match *first {
            First { digest: 0, .. } => {
                // Whoever contains the group of this identifier was taken to contain a group.
                let is_nested = || u32::try_from(number).is_ok_and(|number| roster.is_nested(number));
                self.report.is_ambiguous |= nested && is_nested();
                *first = First { digest, modified };
                Meeting::First
            }
            First { digest: known, .. } if known == digest => Meeting::Again,
            First { modified: before, .. } => Meeting::Other { newer: modified > before },
        }
    }

    fn make_room(&mut self, number: usize, roster: &Roster) {
        if number < self.firsts.len() {
            return;
        }
        let length = roster.ids.len() + self.others.len();
        if length > self.firsts.capacity() {
            // Doubling would take what half as many users need.
            self.firsts.reserve_exact(length + length / 8 - self.firsts.len());
        }
        self.firsts.resize(length, First { digest: 0, modified: NEVER });
    }
}
