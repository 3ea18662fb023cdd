//! Users, read in chunks by several threads, in order.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::io::{self, Read};
use std::num::NonZeroUsize;

use super::piece::{Key, Met, Part, Piece, Worker, part_starts};
use super::projection::Projection;
use super::roster::{Roster, is_among};
use super::tally::{Account, Report};
use crate::scim::feed::Flow;
use crate::scim::names::Names;
use crate::scim::records::{self, Event, Raw};
use crate::scim::sink::{Ahead, Level, Sink, Taken};
use crate::scim::unusable::object_of;
use crate::scim::{Groups, Kind, RecordPlace, User};
use crate::source::FileId;

/// What is done with users, on any thread.
pub trait Work: Sync {
    /// What a thread keeps from one user to the next.
    type Hand: Send;
    /// What comes of some users.
    type Out: Send;

    /// Something to work with, for a thread.
    fn hand(&self) -> Self::Hand;

    /// What comes of no user.
    fn begin(&self) -> Self::Out;

    /// Whether the groups that a user is in through others are asked for too.
    fn is_nested(&self) -> bool;

    /// Adds what comes of a user. `login` are the groups with those of which the user is a member through others.
    fn user(
        &self,
        hand: &mut Self::Hand,
        user: &User,
        direct: Groups<'_>,
        login: Option<Groups<'_>>,
        out: &mut Self::Out,
    );
}

/// What came of users that stand behind each other.
#[derive(Debug)]
pub struct Batch<'b, O> {
    /// What the work came to.
    pub out: O,
    /// How many users it is of.
    pub users: usize,
    /// The users among them that do not count, in order: they were there before.
    pub dropped: &'b [usize],
    /// How many bytes of the file have been read.
    pub read: usize,
}

/// Reads users and has them worked on.
pub struct People<'p, W: Work, E> {
    roster: Roster,
    work: &'p W,
    /// Takes what comes, in the order of the users.
    each: E,
    workers: Vec<Worker<'p, W>>,
    names: Names,
    /// Pieces that were worked on ahead, in order.
    pending: VecDeque<Piece<W::Out>>,
    /// By the number of an identifier: the digest of the user that had it, 0 where none had, and when that one was last
    /// modified.
    firsts: Vec<(u64, i64)>,
    /// The users without an identifier, by their name.
    nameless: HashMap<Box<str>, Vec<u128>>,
    longest: usize,
    report: Report,
    stopped: Option<io::Error>,
}

/// A time that nothing was modified at.
const NEVER: i64 = i64::MIN;

impl<'p, W: Work, E: FnMut(Batch<'_, W::Out>) -> io::Result<()>> People<'p, W, E> {
    /// A reader of users. What is not in the projection is not kept of them.
    pub fn new(roster: Roster, projection: &'p Projection, work: &'p W, threads: NonZeroUsize, each: E) -> Self {
        let workers = (0..threads.get()).map(|_| Worker::new(projection, work)).collect();
        People {
            roster,
            work,
            each,
            workers,
            names: Names::default(),
            pending: VecDeque::new(),
            firsts: Vec::new(),
            nameless: HashMap::new(),
            longest: usize::MAX,
            report: Report::new(Kind::Users),
            stopped: None,
        }
    }

    /// Reads one file.
    ///
    /// # Errors
    ///
    /// Those of what takes the results.
    pub(crate) fn read<R: Read>(&mut self, file: FileId, flow: &mut Flow<R>) -> io::Result<()> {
        use crate::scim::feed::Feed;
        self.longest = flow.longest();
        self.report.begin(file);
        let mut names = std::mem::take(&mut self.names);
        records::read_from(flow, file, "Resources", &mut names, self);
        self.names = names;
        self.pending.clear();
        self.report.end(file, flow);
        self.stopped.take().map_or(Ok(()), Err)
    }

    /// Whether a page came behind one that belongs behind it: then the users have not come in the order of the pages.
    pub fn are_out_of_order(&self) -> bool {
        self.report.is_out_of_order
    }

    /// The attributes of extensions that users carried and that are not known: a URN and a name.
    pub fn extensions(&self) -> BTreeSet<(String, String)> {
        let seen = self.workers.iter().flat_map(Worker::extensions);
        seen.map(|(urn, name)| (urn.to_ascii_lowercase(), name.to_ascii_lowercase())).collect()
    }

    /// What reading came to.
    pub fn finish(self) -> Account {
        self.report.finish()
    }

    /// Hands on what came of a piece.
    fn commit(&mut self, piece: Piece<W::Out>, place: &RecordPlace) {
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
            match self.meet(met, &texts) {
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

    fn meet(&mut self, met: &Met, texts: &str) -> Meeting {
        let number = match &met.key {
            Key::Number(number) => *number,
            Key::Id(text) => match self.roster.ids.intern(texts.get(text.clone()).unwrap_or_default()) {
                Some(number) => number,
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
        let number = number as usize;
        if number >= self.firsts.len() {
            let length = self.roster.ids.len();
            if length > self.firsts.capacity() {
                // Doubling would take what half as many users need.
                self.firsts.reserve_exact(length + length / 8 - self.firsts.len());
            }
            self.firsts.resize(length, (0, NEVER));
        }
        let (digest, modified) = (met.digest.max(1), met.modified.unwrap_or(NEVER));
        let Some(first) = self.firsts.get_mut(number) else { return Meeting::First };
        match *first {
            (0, _) => {
                // Whoever contains the group of this identifier was taken to contain a group.
                self.report.is_ambiguous |= self.work.is_nested() && self.roster.is_nested(number as u32);
                *first = (digest, modified);
                Meeting::First
            }
            (first, _) if first == digest => Meeting::Again,
            (_, before) => Meeting::Other { newer: modified > before },
        }
    }

    /// A record that the reader of frames had to look at.
    fn record(&mut self, raw: Raw, text: &str) {
        let Raw { place, content } = raw;
        let built = content
            .map_err(Into::into)
            .and_then(|(value, duplicate)| object_of(Kind::Users, value, duplicate))
            .and_then(User::from_object);
        let Some(worker) = self.workers.first_mut() else { return };
        let piece = worker.one(built, Level::Top, (place.span(), text), &self.roster, self.work);
        self.commit(piece, &place);
    }

    /// Has all threads work on what is at hand.
    fn work_ahead(&mut self, ahead: &Ahead<'_>) {
        let starts = part_starts(ahead.text, self.workers.len(), ahead.level);
        let parts: Vec<Part<'_>> = starts
            .iter()
            .enumerate()
            .map(|(index, &start)| Part {
                text: ahead.text.get(start..).unwrap_or_default(),
                offset: ahead.offset + start,
                level: ahead.level,
                until: starts.get(index + 1).map_or(usize::MAX, |next| next - start),
                longest: self.longest,
            })
            .collect();
        let (roster, work) = (&self.roster, self.work);
        if let ([part], Some(worker)) = (&parts[..], self.workers.first_mut()) {
            self.pending.push_back(worker.run(*part, roster, work));
            return;
        }
        let pieces = std::thread::scope(|scope| {
            let jobs = parts.into_iter().zip(&mut self.workers);
            let started: Vec<_> =
                jobs.map(|(part, worker)| scope.spawn(move || worker.run(part, roster, work))).collect();
            // A panic of the work is one of the program: it is handed on, not swallowed.
            let done = started
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            done.collect::<Vec<_>>()
        });
        self.pending.extend(pieces);
    }
}

/// How a user stands to those that came before.
enum Meeting {
    /// It is new.
    First,
    /// It is there already.
    Again,
    /// It is there already, with other content.
    Other { newer: bool },
}

impl<W: Work, E: FnMut(Batch<'_, W::Out>) -> io::Result<()>> Sink for People<'_, W, E> {
    fn event(&mut self, event: Event, text: &str) {
        match event {
            Event::Record(raw) => self.record(raw, text),
            Event::Page(head) => self.report.page(&head),
            Event::Damage(damage) => self.report.damage(damage),
        }
    }

    fn is_done(&self) -> bool {
        self.stopped.is_some()
    }

    fn take(&mut self, ahead: &Ahead<'_>) -> Taken {
        if self.is_done() {
            return Taken::default();
        }
        // What was worked on ahead but is not reached, because a record ended elsewhere, is of no use.
        while self.pending.front().is_some_and(|piece| piece.span.start < ahead.offset || piece.level != ahead.level) {
            self.pending.pop_front();
        }
        match self.pending.front().map(|piece| piece.span.start) {
            None => self.work_ahead(ahead),
            Some(start) if start == ahead.offset => {}
            Some(start) => {
                let part = Part {
                    text: ahead.text,
                    offset: ahead.offset,
                    level: ahead.level,
                    until: start - ahead.offset,
                    longest: self.longest,
                };
                let Some(worker) = self.workers.first_mut() else { return Taken::default() };
                let piece = worker.run(part, &self.roster, self.work);
                self.pending.push_front(piece);
            }
        }
        let Some(piece) = self.pending.pop_front() else { return Taken::default() };
        let taken = Taken { bytes: piece.span.end - piece.span.start, count: piece.count };
        if taken.bytes > 0 {
            self.commit(piece, &ahead.place);
        }
        taken
    }
}
