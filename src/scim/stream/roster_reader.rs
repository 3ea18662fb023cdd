//! Groups, read in parts by several threads, in order.

use std::io::Read;
use std::num::NonZeroUsize;

use super::digest;
use super::fast_group::{GroupPart, GroupReader};
use super::group_ledger::GroupLedger;
use super::piece::part_starts;
use super::roster::Roster;
use super::tally::Account;
use crate::scim::feed::{Feed, Flow};
use crate::scim::names::Names;
use crate::scim::records::{self, Event, Raw};
use crate::scim::sink::{Ahead, Sink, Taken};
use crate::scim::unusable::object_of;
use crate::scim::{Group, Kind, MembersExport};
use crate::source::FileId;

/// Reads groups.
#[derive(Debug)]
pub struct RosterReader {
    names: Names,
    readers: Vec<GroupReader>,
    /// What the readers have read and the ledger does not have yet: it takes it while they read on.
    read: Vec<GroupPart>,
    ledger: GroupLedger,
    longest: usize,
    was_read: bool,
}

impl Default for RosterReader {
    fn default() -> Self {
        RosterReader::new(NonZeroUsize::MIN)
    }
}

impl RosterReader {
    /// A reader that works on so many threads.
    pub fn new(threads: NonZeroUsize) -> Self {
        RosterReader {
            names: Names::default(),
            readers: (0..threads.get()).map(|_| GroupReader::default()).collect(),
            read: (0..threads.get()).map(|_| GroupPart::default()).collect(),
            ledger: GroupLedger::default(),
            longest: usize::MAX,
            was_read: false,
        }
    }

    /// Reads one file of groups.
    pub(crate) fn read<R: Read>(&mut self, file: FileId, flow: &mut Flow<R>) {
        self.was_read = true;
        self.longest = flow.longest();
        self.ledger.report.begin(file);
        let mut names = std::mem::take(&mut self.names);
        records::read_from(flow, file, "Resources", &mut names, self);
        self.names = names;
        self.settle();
        self.ledger.report.end(file, flow);
    }

    fn record(&mut self, raw: Raw, text: &str) {
        let report = &mut self.ledger.report;
        report.count(&raw.place);
        let place = raw.place.clone();
        let built = raw
            .content
            .map_err(Into::into)
            .and_then(|(value, duplicate)| object_of(Kind::Groups, value, duplicate))
            .and_then(Group::from_object);
        match built {
            Ok((group, defects)) => {
                report.defects(&place, defects);
                self.ledger.add_whole(&group, digest::of_text(text));
            }
            Err(unusable) => report.skip(&place, &unusable),
        }
    }

    fn settle(&mut self) {
        self.read.iter_mut().for_each(|part| self.ledger.add_part(part));
    }

    /// The roster of all files, and what reading them came to. `users_carry` says whether some user carries `groups`: that
    /// is asked only where there is no group.
    pub fn finish(self, export: MembersExport, users_carry: impl FnOnce() -> bool) -> (Roster, Account) {
        self.ledger.finish(self.was_read, export, users_carry)
    }

    /// Has all readers read what starts at these bytes, while the ledger takes what they read before.
    fn run(&mut self, ahead: &Ahead<'_>, starts: &[usize]) {
        let longest = self.longest;
        let ends = starts.iter().skip(1).copied().chain([usize::MAX]);
        let parts = starts.iter().zip(ends).map(|(&start, end)| start..end);
        if let [reader] = &mut self.readers[..] {
            return parts.for_each(|part| reader.run(ahead, part, longest));
        }
        let RosterReader { readers, read, ledger, .. } = self;
        std::thread::scope(|scope| {
            let jobs = readers.iter_mut().zip(parts);
            let started: Vec<_> =
                jobs.map(|(reader, part)| scope.spawn(move || reader.run(ahead, part, longest))).collect();
            read.iter_mut().for_each(|part| ledger.add_part(part));
            // A panic of the work is one of the program: it is handed on, not swallowed.
            for thread in started {
                thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            }
        });
    }
}

impl Sink for RosterReader {
    fn event(&mut self, event: Event, text: &str) {
        self.settle();
        match event {
            Event::Record(raw) => self.record(raw, text),
            Event::Page(head) => self.ledger.report.page(&head),
            Event::Damage(damage) => self.ledger.report.damage(damage),
        }
    }

    fn take(&mut self, ahead: &Ahead<'_>) -> Taken {
        let starts = part_starts(ahead.text, self.readers.len(), ahead.level);
        self.run(ahead, &starts);
        let mut taken = Taken::default();
        let mut reached = 0;
        for (reader, &start) in self.readers.iter().zip(&starts) {
            // A part that the one before it ran into, or did not reach, was taken for one in vain.
            if start != taken.bytes {
                break;
            }
            reached += 1;
            taken.count += reader.part.found.len();
            taken.bytes = reader.part.found.last().map_or(taken.bytes, |found| found.next);
            taken.is_cut = reader.part.is_cut;
        }
        self.readers.iter_mut().skip(reached).for_each(|reader| reader.part.clear());
        for (reader, read) in self.readers.iter_mut().zip(&mut self.read) {
            std::mem::swap(&mut reader.part, read);
        }
        if self.readers.len() == 1 {
            // Nobody reads on at the same time, and what was read is still in the processor's caches.
            self.settle();
        }
        self.ledger.report.count_many(&ahead.place, taken.count);
        taken
    }
}
