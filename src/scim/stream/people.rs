//! Users, read in chunks by several threads, in order.

use std::collections::{BTreeSet, VecDeque};
use std::io::{self, Read};
use std::num::NonZeroUsize;

use super::ledger::Ledger;
use super::piece::{Part, Piece, Worker, part_starts};
use super::projection::Projection;
use super::roster::Roster;
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
    workers: Vec<Worker<'p, W>>,
    names: Names,
    /// Pieces that were worked on ahead, in order.
    pending: VecDeque<Piece<W::Out>>,
    /// Pieces that were reached, and where each starts: they are handed on while others are worked on.
    reached: Vec<(Piece<W::Out>, RecordPlace)>,
    ledger: Ledger<E>,
    longest: usize,
}

impl<'p, W: Work, E: FnMut(Batch<'_, W::Out>) -> io::Result<()>> People<'p, W, E> {
    /// A reader of users. What is not in the projection is not kept of them. `each` takes what comes, in the order of the
    /// users.
    pub fn new(roster: Roster, projection: &'p Projection, work: &'p W, threads: NonZeroUsize, each: E) -> Self {
        let workers = (0..threads.get()).map(|_| Worker::new(projection, work)).collect();
        People {
            roster,
            work,
            workers,
            names: Names::default(),
            pending: VecDeque::new(),
            reached: Vec::new(),
            ledger: Ledger::new(each, Report::new(Kind::Users)),
            longest: usize::MAX,
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
        self.ledger.report.begin(file);
        let mut names = std::mem::take(&mut self.names);
        records::read_from(flow, file, "Resources", &mut names, self);
        self.names = names;
        self.hand_on();
        self.pending.clear();
        self.ledger.report.end(file, flow);
        self.ledger.stopped.take().map_or(Ok(()), Err)
    }

    /// Whether a page came behind one that belongs behind it: then the users have not come in the order of the pages.
    pub fn are_out_of_order(&self) -> bool {
        self.ledger.report.is_out_of_order
    }

    /// The attributes of extensions that users carried and that are not known: a URN and a name.
    pub fn extensions(&self) -> BTreeSet<(String, String)> {
        let seen = self.workers.iter().flat_map(Worker::extensions);
        seen.map(|(urn, name)| (urn.to_ascii_lowercase(), name.to_ascii_lowercase())).collect()
    }

    /// What reading came to.
    pub fn finish(self) -> Account {
        self.ledger.report.finish()
    }

    /// Hands on what came of the pieces that were reached.
    fn hand_on(&mut self) {
        let nested = self.work.is_nested();
        for (piece, place) in self.reached.drain(..) {
            self.ledger.commit(piece, &place, &self.roster, nested);
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
        self.reached.push((piece, place));
        self.hand_on();
    }

    /// Has all threads work on what is at hand, while this one hands on what was reached before.
    fn work_ahead(&mut self, ahead: &Ahead<'_>) {
        let starts = part_starts(ahead.text, self.workers.len(), ahead.level);
        let ends = starts.iter().skip(1).copied().chain([usize::MAX]);
        let parts = starts.iter().zip(ends).map(|(&start, end)| self.part(ahead, start, end));
        let parts: Vec<Part<'_>> = parts.collect();
        if let ([part], Some(worker)) = (&parts[..], self.workers.first_mut()) {
            let piece = worker.run(*part, &self.roster, self.work);
            self.pending.push_back(piece);
            return self.hand_on();
        }
        let mut workers = std::mem::take(&mut self.workers);
        let (roster, work, nested) = (&self.roster, self.work, self.work.is_nested());
        let (reached, ledger) = (&mut self.reached, &mut self.ledger);
        let pieces = std::thread::scope(|scope| {
            let jobs = parts.into_iter().zip(&mut workers);
            let started: Vec<_> =
                jobs.map(|(part, worker)| scope.spawn(move || worker.run(part, roster, work))).collect();
            for (piece, place) in reached.drain(..) {
                ledger.commit(piece, &place, roster, nested);
            }
            // A panic of the work is one of the program: it is handed on, not swallowed.
            let done = started
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            done.collect::<Vec<_>>()
        });
        self.workers = workers;
        self.pending.extend(pieces);
    }

    /// The part of what is at hand whose records start before `end`.
    fn part<'t>(&self, ahead: &Ahead<'t>, start: usize, end: usize) -> Part<'t> {
        Part {
            text: ahead.text.get(start..).unwrap_or_default(),
            offset: ahead.offset + start,
            level: ahead.level,
            until: end - start,
            longest: self.longest,
        }
    }
}

impl<W: Work, E: FnMut(Batch<'_, W::Out>) -> io::Result<()>> Sink for People<'_, W, E> {
    fn event(&mut self, event: Event, text: &str) {
        if let Event::Record(raw) = event {
            return self.record(raw, text);
        }
        self.hand_on();
        match event {
            Event::Page(head) => self.ledger.report.page(&head),
            Event::Damage(damage) => self.ledger.report.damage(damage),
            Event::Record(_) => {}
        }
    }

    fn is_done(&self) -> bool {
        self.ledger.stopped.is_some()
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
                let part = self.part(ahead, 0, start - ahead.offset);
                let Some(worker) = self.workers.first_mut() else { return Taken::default() };
                let piece = worker.run(part, &self.roster, self.work);
                self.pending.push_front(piece);
            }
        }
        let Some(piece) = self.pending.pop_front() else { return Taken::default() };
        let taken = Taken { bytes: piece.span.end - piece.span.start, count: piece.count, is_cut: piece.is_cut };
        if taken.bytes > 0 {
            self.reached.push((piece, ahead.place.clone()));
        }
        taken
    }
}
