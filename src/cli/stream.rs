//! Snapshots that are too large to be held: their files are read part by part, whatever is done with the people.

use std::io;
use std::num::NonZeroUsize;
use std::path::Path;

use super::args::CompletenessArgs;
use super::terminal::Terminal;
use super::{Exit, Stop, data, open};
use crate::config::Config;
use crate::project::{Files, LargeSnapshot, Page, Project};
use crate::scim::stream::{Flow, Measures, parse_and_drop};
use crate::scim::{Account, Batch, Groups, Kind, MembersExport, People, Projection, Roster, RosterReader, User, Work};
use crate::source::{Sources, Text};

/// How long a record of a user may be.
const LONGEST_USER: usize = 16 << 20;
/// How long a record of a group may be, which holds its members.
const LONGEST_GROUP: usize = 256 << 20;

/// What is said where extensions of the users may give names in conditions another meaning.
pub(super) const EXTENSIONS: &str =
    "the users carry extensions with names that conditions use without a URN; write `URN:NAME` in the conditions";

/// Whether the users of a snapshot can be had in the order of their pages, and as often as it takes.
pub(super) fn can_be_read(large: &mut LargeSnapshot, files: &dyn Files) -> Result<bool, Stop> {
    if large.groups.is_none() && large.users.iter().any(is_input) {
        // What users say of their groups is asked of all of them first.
        return Ok(false);
    }
    large.sort_users(files).map_err(|error| Stop::Complaint(format!("cannot read the users: {error}")))
}

/// The files of a large snapshot, and how they are read.
pub(super) struct Stream<'s> {
    pub(super) files: &'s open::DiskAndInput,
    pub(super) large: &'s LargeSnapshot,
    pub(super) members: MembersExport,
    pub(super) threads: NonZeroUsize,
    pub(super) block: usize,
}

/// What came of reading users.
pub(super) struct Read {
    pub(super) users: Account,
    extensions: std::collections::BTreeSet<(String, String)>,
    in_order: bool,
}

impl Stream<'_> {
    /// Reads the users, in the order of their pages.
    pub(super) fn users<W: Work>(
        &self,
        roster: Roster,
        kept: &Projection,
        work: &W,
        sources: &mut Sources,
        each: impl FnMut(Batch<'_, W::Out>) -> io::Result<()>,
    ) -> Result<Read, Stop> {
        let mut people = People::new(roster, kept, work, self.threads, each);
        for page in &self.large.users {
            let mut flow = Flow::new(self.open(page)?, size(page), self.measures(LONGEST_USER));
            people.read(sources.add_text(Text::new(page.path.display().to_string(), "")), &mut flow)?;
        }
        let (extensions, in_order) = (people.extensions(), !people.are_out_of_order());
        Ok(Read { users: people.finish(), extensions, in_order })
    }

    /// Reads everything and decides nothing.
    pub(super) fn parse_and_drop(&self, kept: &Projection, terminal: &mut Terminal) -> Result<Exit, Stop> {
        let mut nowhere = Sources::default();
        let groups = self.large.groups.iter().flatten().map(|page| (Kind::Groups, page));
        for (kind, page) in groups.chain(self.large.users.iter().map(|page| (Kind::Users, page))) {
            let mut flow =
                Flow::new(self.open(page)?, size(page), Measures { block: self.block, record: LONGEST_GROUP });
            let file = nowhere.add_text(Text::new("", ""));
            let count = parse_and_drop(&mut flow, file, kind, kept);
            terminal.complain(&format!("{count} {} were read", kind.as_str()));
        }
        Ok(Exit::Clean)
    }

    /// Who is in which group; nothing of it where nobody asks.
    pub(super) fn groups(&self, are_read: bool, sources: &mut Sources) -> Result<(Roster, Account), Stop> {
        let mut reader = RosterReader::new(self.threads);
        for page in self.large.groups.iter().flatten() {
            let mut flow = Flow::new(self.open(page)?, size(page), self.measures(LONGEST_GROUP));
            reader.read(sources.add_text(Text::new(page.path.display().to_string(), "")), &mut flow);
        }
        let mut failed = None;
        // Memberships that no rule asks for are not worth their memory.
        let export = if are_read { self.members } else { MembersExport::Excluded };
        let finished = reader.finish(export, || {
            let carry = if are_read { self.some_user_carries_groups() } else { Ok(false) };
            carry.unwrap_or_else(|stop| {
                failed = Some(stop);
                false
            })
        });
        failed.map_or(Ok(finished), Err)
    }

    /// Whether some user carries `groups`. It is asked where there is no group, and means to read users twice.
    fn some_user_carries_groups(&self) -> Result<bool, Stop> {
        if self.large.users.iter().any(is_input) {
            let message =
                "there is no group, and standard input cannot be read twice to see whether users carry `groups`";
            return Err(Stop::Complaint(format!("{message}; name a file of users")));
        }
        let mut kept = Projection::default();
        kept.keep(None, "groups");
        let mut found = false;
        let each = |batch: Batch<'_, Vec<bool>>| {
            let carries = |(index, carries): (usize, bool)| carries && batch.dropped.binary_search(&index).is_err();
            found |= batch.out.into_iter().enumerate().any(carries);
            if found { Err(io::ErrorKind::Interrupted.into()) } else { Ok(()) }
        };
        let mut people = People::new(Roster::default(), &kept, &Carrying, self.threads, each);
        let mut nowhere = Sources::default();
        for page in &self.large.users {
            let mut flow = Flow::new(self.open(page)?, size(page), self.measures(LONGEST_USER));
            if people.read(nowhere.add_text(Text::new("", "")), &mut flow).is_err() {
                break;
            }
        }
        drop(people);
        Ok(found)
    }

    fn open(&self, page: &Page) -> Result<Box<dyn io::Read + '_>, Stop> {
        let opened = self.files.open(&page.path);
        opened.map_err(|error| Stop::Complaint(format!("cannot read `{}`: {error}", page.path.display())))
    }

    fn measures(&self, record: usize) -> Measures {
        Measures { block: self.block * self.threads.get(), record }
    }

    pub(super) fn size_of_users(&self) -> u64 {
        self.large.users.iter().map(|page| page.size).sum()
    }
}

impl Read {
    /// Says what the snapshot lacks, as [`data::conclude`] does.
    pub(super) fn conclude(
        &self,
        groups: &Account,
        flags: &CompletenessArgs,
        done: (usize, [&str; 2]),
        terminal: &mut Terminal,
    ) -> Exit {
        let mut lack = data::Lack::default();
        [&self.users, groups].iter().for_each(|account| lack.add(account.kind, &account.completeness, account.skipped));
        data::conclude_lacking(&lack, flags, done, terminal)
    }

    /// Why what was done with the users is not to be trusted, if it is not; `done` is what was done.
    pub(super) fn complaint(&self, done: &str) -> Option<String> {
        let users = &self.users;
        if users.outdated > 0 {
            let (count, are) = (users.outdated, data::plural(users.outdated, "user is", "users are"));
            let message = format!("{count} {are} there again, modified later than the record that was {done}");
            return Some(format!("{message}; export all pages in one go"));
        }
        let message = if users.is_overfull {
            "there are too many users to tell which of them stand here twice"
        } else if users.is_ambiguous {
            "a user has the `id` of a group that stands in another group, so nested groups are not known"
        } else if !self.in_order {
            "the pages do not stand in the order of their `startIndex`, and neither do the decisions"
        } else {
            return None;
        };
        Some(message.to_owned())
    }

    /// Whether some configuration means something else once the extensions that users carry are known.
    pub(super) fn changes_meaning<'c>(
        &self,
        files: &dyn Files,
        configs: impl IntoIterator<Item = (&'c Path, &'c Config)>,
    ) -> bool {
        let mut configs = configs.into_iter();
        !self.extensions.is_empty()
            && configs.any(|(path, config)| Project::depends_on(files, path, config, &self.extensions))
    }
}

fn is_input(page: &Page) -> bool {
    page.path.as_os_str() == "-"
}

/// How many bytes a file has, where that is known: standard input goes on.
fn size(page: &Page) -> Option<usize> {
    (!is_input(page)).then_some(page.size as usize)
}

/// Looks for users that carry `groups`.
struct Carrying;

impl Work for Carrying {
    type Hand = ();
    type Out = Vec<bool>;

    fn hand(&self) {}

    fn begin(&self) -> Vec<bool> {
        Vec::new()
    }

    fn is_nested(&self) -> bool {
        false
    }

    fn user(&self, (): &mut (), user: &User, _: Groups<'_>, _: Option<Groups<'_>>, out: &mut Vec<bool>) {
        out.push(crate::scim::stream::carries_groups(user));
    }
}
