//! Who is in which groups, held in about four bytes a membership.

use std::collections::HashMap;
use std::io::Read;
use std::num::NonZeroUsize;
use std::ops::Range;

use super::digest;
use super::fast::nanoseconds;
use super::fast_group::{self, FastGroup};
use super::ids::Ids;
use super::lexicon::Lexicon;
use super::piece::{next_record, part_starts};
use super::tally::{Account, Report};
use crate::scim::feed::{Feed, Flow};
use crate::scim::group::Members;
use crate::scim::merge::{MOST_NAMESAKES, name_of};
use crate::scim::names::Names;
use crate::scim::records::{self, Event, Raw};
use crate::scim::sink::{Ahead, Sink, Taken};
use crate::scim::unusable::object_of;
use crate::scim::{Fact, Group, GroupRef, Groups, Json, Kind, MembersExport, Object};
use crate::source::{FileId, Problem};

/// The groups of a snapshot, and who is in them.
#[derive(Debug)]
pub struct Roster {
    pub(super) ids: Ids,
    groups: Vec<Name>,
    basis: Basis,
    /// By the number of a member's identifier, where its groups start among `lists`.
    starts: Vec<u32>,
    lists: Vec<u32>,
    /// The index of the group that has an identifier, by the identifier's number.
    by_id: HashMap<u32, u32>,
    /// Whether every group and every member could be read.
    are_all: bool,
}

/// What membership rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Basis {
    /// The files do not say.
    Undetermined,
    /// There are no groups.
    NoGroups,
    /// The users' own `groups`.
    Users,
    /// The groups' `members`.
    Groups,
}

/// A group as its members know it.
#[derive(Debug)]
struct Name {
    /// The number of its own identifier.
    number: Option<u32>,
    display: Fact<Option<Box<str>>>,
    external_id: Fact<Option<Box<str>>>,
}

/// How many memberships there can be.
const MOST: usize = u32::MAX as usize;

/// Reads groups.
#[derive(Debug)]
pub struct RosterReader {
    ids: Ids,
    names: Names,
    readers: Vec<GroupReader>,
    longest: usize,
    groups: Vec<Held>,
    /// The numbers of the members of all groups, one group after the other.
    members: Vec<u32>,
    by_id: HashMap<u32, u32>,
    /// The groups without an identifier, by their name, with a digest of their content.
    nameless: HashMap<Box<str>, Vec<u128>>,
    was_read: bool,
    is_full: bool,
    report: Report,
}

/// A group whose members stand in a part of the list of all members.
#[derive(Debug)]
struct Held {
    name: Name,
    from: usize,
    to: usize,
    are_read: bool,
    /// Whether it carries `members`.
    is_listed: bool,
    digest: u64,
    modified: Option<i64>,
}

impl Default for RosterReader {
    fn default() -> Self {
        RosterReader {
            ids: Ids::default(),
            names: Names::default(),
            readers: vec![GroupReader::default()],
            longest: usize::MAX,
            groups: Vec::new(),
            members: Vec::new(),
            by_id: HashMap::new(),
            nameless: HashMap::new(),
            was_read: false,
            is_full: false,
            report: Report::new(Kind::Groups),
        }
    }
}

impl RosterReader {
    /// A reader that works on so many threads.
    pub fn new(threads: NonZeroUsize) -> Self {
        let readers = (0..threads.get()).map(|_| GroupReader::default()).collect();
        RosterReader { readers, ..RosterReader::default() }
    }

    /// Reads one file of groups.
    pub(crate) fn read<R: Read>(&mut self, file: FileId, flow: &mut Flow<R>) {
        self.was_read = true;
        self.longest = flow.longest();
        self.report.begin(file);
        let mut names = std::mem::take(&mut self.names);
        records::read_from(flow, file, "Resources", &mut names, self);
        self.names = names;
        self.report.end(file, flow);
    }

    fn record(&mut self, raw: Raw, text: &str) {
        self.report.count(&raw.place);
        let place = raw.place.clone();
        let built = raw
            .content
            .map_err(Into::into)
            .and_then(|(value, duplicate)| object_of(Kind::Groups, value, duplicate))
            .and_then(Group::from_object);
        match built {
            Ok((group, defects)) => {
                self.report.defects(&place, defects);
                self.add_whole(&group, digest::of_text(text));
            }
            Err(unusable) => self.report.skip(&place, &unusable),
        }
    }

    /// Adds a group that was read as a whole.
    fn add_whole(&mut self, group: &Group, digest: u64) {
        let from = self.members.len();
        if let Members::Listed(members) = group.members() {
            for member in members {
                match self.ids.intern(member.value) {
                    Some(number) => self.members.push(number),
                    None => self.is_full = true,
                }
            }
        }
        if group.id().is_none() && self.is_known_by_name(group.object()) {
            return;
        }
        let GroupRef { display_name, external_id, .. } = GroupRef::of(group, None);
        let owned = |name: Option<&str>| name.map(Box::from);
        let held = Held {
            name: Name { number: None, display: display_name.map(owned), external_id: external_id.map(owned) },
            from,
            to: self.members.len(),
            are_read: group.members_are_read(),
            is_listed: !matches!(group.object().get("members"), None | Some(Json::Null)),
            digest,
            modified: last_modified(group.object()),
        };
        self.add(group.id(), held);
    }

    /// Adds a usual group that was read.
    fn add_fast(&mut self, found: Found, members: &fast_group::Members) {
        let Found { group, members: range, digest, .. } = found;
        let from = self.members.len();
        self.is_full |= members.settle(range, &mut self.ids, &mut self.members).is_none();
        let held = Held {
            name: Name {
                number: None,
                display: Fact::Known(group.display_name),
                external_id: Fact::Known(group.external_id),
            },
            from,
            to: self.members.len(),
            are_read: true,
            is_listed: group.is_listed,
            digest,
            modified: group.modified,
        };
        self.add(group.id.as_deref(), held);
    }

    /// Adds a group, unless it is there already. One that was modified later takes the place of the other.
    fn add(&mut self, id: Option<&str>, mut held: Held) {
        self.is_full |= self.members.len() > MOST;
        held.name.number = id.and_then(|id| self.ids.intern(id));
        let known = held.name.number.and_then(|number| self.by_id.get(&number).copied());
        let known = known.and_then(|index| self.groups.get_mut(index as usize));
        if let Some(first) = known {
            if first.digest == held.digest {
                return;
            }
            let newer = held.modified > first.modified;
            if newer {
                *first = held;
            }
            return self.report.conflict(id.unwrap_or_default(), newer);
        }
        if let Some(number) = held.name.number {
            self.by_id.insert(number, self.groups.len() as u32);
        }
        self.groups.push(held);
        self.report.kept += 1;
    }

    fn is_known_by_name(&mut self, object: &Object) -> bool {
        let known = self.nameless.entry(name_of(object)).or_default();
        is_among(known, digest::of_object(object))
    }

    /// The roster of all files, and what reading them came to. `users_carry` says whether some user carries `groups`: that
    /// is asked only where there is no group.
    pub fn finish(mut self, export: MembersExport, users_carry: impl FnOnce() -> bool) -> (Roster, Account) {
        if let Some(place) = self.report.place().filter(|_| self.is_full) {
            let message = format!("the groups have more than {MOST} members together, or name more than as many");
            let problem = Problem::error("too-many-memberships", place, message);
            self.report.problems.push(problem.help("evaluate a part of the groups at a time"));
            self.report.is_overfull = true;
        }
        let unread = self.report.unread;
        let account = self.report.finish();
        let complete = account.is_complete();
        let none = self.was_read && account.skipped == 0 && complete;
        let is_listed = self.groups.iter().any(|group| group.is_listed);
        let basis = match self.groups.is_empty() {
            true if users_carry() => Basis::Users,
            true if none => Basis::NoGroups,
            true => Basis::Undetermined,
            false if export == MembersExport::Excluded || !complete => Basis::Undetermined,
            false if export == MembersExport::Complete || is_listed => Basis::Groups,
            false => Basis::Undetermined,
        };
        let are_all = unread == 0 && self.groups.iter().all(|group| group.are_read);
        let mut roster = Roster { ids: self.ids, basis, by_id: self.by_id, are_all, ..Roster::default() };
        if basis == Basis::Groups {
            (roster.starts, roster.lists) = turn(&self.groups, &self.members, roster.ids.len());
        }
        roster.groups = self.groups.into_iter().map(|held| held.name).collect();
        (roster, account)
    }
}

impl Sink for RosterReader {
    fn event(&mut self, event: Event, text: &str) {
        match event {
            Event::Record(raw) => self.record(raw, text),
            Event::Page(head) => self.report.page(&head),
            Event::Damage(damage) => self.report.damage(damage),
        }
    }

    fn take(&mut self, ahead: &Ahead<'_>) -> Taken {
        let mut taken = Taken::default();
        let mut readers = std::mem::take(&mut self.readers);
        let starts = part_starts(ahead.text, readers.len(), ahead.level);
        let longest = self.longest;
        std::thread::scope(|scope| {
            let ends = starts.iter().skip(1).copied().chain([usize::MAX]);
            let mut jobs = readers.iter_mut().zip(starts.iter().copied().zip(ends));
            let first = jobs.next();
            let others: Vec<_> = jobs
                .map(|(reader, (start, end))| scope.spawn(move || reader.run(ahead, start..end, longest)))
                .collect();
            first.into_iter().for_each(|(reader, (start, end))| reader.run(ahead, start..end, longest));
            // A panic of the work is one of the program: it is handed on, not swallowed.
            others.into_iter().for_each(|thread| {
                thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            });
        });
        for (reader, &start) in readers.iter_mut().zip(&starts) {
            // A part that the one before it ran into, or did not reach, was taken for one in vain.
            if start != taken.bytes {
                break;
            }
            for found in reader.found.drain(..) {
                taken.bytes = found.next;
                taken.count += 1;
                self.add_fast(found, &reader.members);
            }
        }
        self.readers = readers;
        self.report.count_many(&ahead.place, taken.count);
        taken
    }
}

/// Reads usual groups on a thread.
#[derive(Debug)]
struct GroupReader {
    lexicon: Lexicon<'static>,
    members: fast_group::Members,
    found: Vec<Found>,
}

/// A usual group.
#[derive(Debug)]
struct Found {
    group: FastGroup,
    members: Range<usize>,
    digest: u64,
    /// Where the next record starts in the text.
    next: usize,
}

impl Default for GroupReader {
    fn default() -> Self {
        let (members, found) = (fast_group::Members::default(), Vec::new());
        GroupReader { lexicon: Lexicon::of_groups(), members, found }
    }
}

impl GroupReader {
    /// Reads the groups that start in a part, as long as they are usual and another record follows.
    fn run(&mut self, ahead: &Ahead<'_>, part: Range<usize>, longest: usize) {
        self.members.clear();
        self.found.clear();
        let mut at = part.start;
        while at < part.end {
            let Some(text) = ahead.text.get(at..).filter(|text| text.starts_with('{')) else { return };
            let before = self.members.len();
            let Some(group) = fast_group::read(text, &mut self.lexicon, &mut self.members) else { return };
            let (end, members) = (group.end, before..self.members.len());
            let Some(next) = next_record(text, end, ahead.level).filter(|_| end <= longest) else { return };
            at += next;
            let digest = digest::of_text(text.get(..end).unwrap_or_default());
            self.found.push(Found { group, members, digest, next: at });
        }
    }
}

/// From the members of each group to the groups of each member, in the order of the groups, each once.
fn turn(groups: &[Held], members: &[u32], ids: usize) -> (Vec<u32>, Vec<u32>) {
    let of = |group: &Held| members.get(group.from..group.to).unwrap_or_default();
    // `starts[n + 1]` counts the groups of the member n, then is where they start, then where the next one's do.
    let mut starts = vec![0_u32; ids + 2];
    for &member in groups.iter().flat_map(of) {
        starts[member as usize + 2] += 1;
    }
    for index in 1..starts.len() {
        starts[index] += starts[index - 1];
    }
    let mut lists = vec![u32::MAX; starts.last().map_or(0, |&end| end as usize)];
    for (index, group) in (0_u32..).zip(groups) {
        for &member in of(group) {
            let next = &mut starts[member as usize + 1];
            lists[*next as usize] = index;
            *next += 1;
        }
    }
    starts.pop();
    (starts, lists)
}

impl Default for Roster {
    /// Nothing is known of any group.
    fn default() -> Self {
        Roster {
            ids: Ids::default(),
            groups: Vec::new(),
            basis: Basis::Undetermined,
            starts: Vec::new(),
            lists: Vec::new(),
            by_id: HashMap::new(),
            are_all: false,
        }
    }
}

impl Roster {
    /// The groups that have the identifier among their members.
    pub(super) fn direct(&self, number: Option<u32>) -> Groups<'_> {
        self.groups_of(number, false)
    }

    /// The same, and the groups that have one of them among their members, and so on.
    pub(super) fn transitive(&self, number: Option<u32>) -> Groups<'_> {
        self.groups_of(number, true)
    }

    /// Whether membership is what the users themselves carry.
    pub fn rests_on_users(&self) -> bool {
        self.basis == Basis::Users
    }

    /// Whether membership is found by the identifiers of users.
    pub(super) fn rests_on_groups(&self) -> bool {
        self.basis == Basis::Groups
    }

    /// Whether an identifier is that of a group which other groups contain.
    pub(super) fn is_nested(&self, number: u32) -> bool {
        self.by_id.contains_key(&number) && !self.list(number).is_empty()
    }

    fn list(&self, number: u32) -> &[u32] {
        let number = number as usize;
        let bounds = self.starts.get(number).zip(self.starts.get(number + 1));
        bounds.and_then(|(&start, &end)| self.lists.get(start as usize..end as usize)).unwrap_or_default()
    }

    fn groups_of(&self, number: Option<u32>, nested: bool) -> Groups<'_> {
        match self.basis {
            Basis::NoGroups => return Groups::Exactly(Vec::new()),
            Basis::Groups => {}
            Basis::Undetermined | Basis::Users => return Groups::UNDETERMINED,
        }
        let direct = number.map(|number| self.list(number)).unwrap_or_default();
        let mut refs = Vec::with_capacity(direct.len());
        if nested {
            refs.extend(self.climb(direct).into_iter().filter_map(|group| self.group(group)));
        } else {
            let mut last = u32::MAX;
            for &group in direct {
                // Whoever stands twice in a group is in it once.
                if group != last {
                    refs.extend(self.group(group));
                }
                last = group;
            }
        }
        if self.are_all { Groups::Exactly(refs) } else { Groups::AtLeast(refs) }
    }

    /// All groups that contain one of these, however far up, and these. Each group is met once.
    fn climb(&self, direct: &[u32]) -> Vec<u32> {
        let mut groups = direct.to_vec();
        groups.dedup();
        let mut met: std::collections::HashSet<u32> = groups.iter().copied().collect();
        let mut next = 0;
        while let Some(&group) = groups.get(next) {
            let number = self.groups.get(group as usize).and_then(|name| name.number);
            for &container in number.map(|number| self.list(number)).unwrap_or_default() {
                if met.insert(container) {
                    groups.push(container);
                }
            }
            next += 1;
        }
        groups.sort_unstable();
        groups
    }

    fn group(&self, index: u32) -> Option<GroupRef<'_>> {
        let name = self.groups.get(index as usize)?;
        Some(GroupRef {
            index: Some(index as usize),
            display_name: borrowed(&name.display),
            external_id: borrowed(&name.external_id),
        })
    }
}

/// Whether content has come before under one name; else it is noted, as far as content is compared.
pub(super) fn is_among(known: &mut Vec<u128>, digest: u128) -> bool {
    let is_known = known.contains(&digest);
    if !is_known && known.len() < MOST_NAMESAKES {
        known.push(digest);
    }
    is_known
}

fn borrowed(name: &Fact<Option<Box<str>>>) -> Fact<Option<&str>> {
    match name {
        Fact::Known(name) => Fact::Known(name.as_deref()),
        Fact::Undetermined => Fact::Undetermined,
    }
}

pub(super) fn last_modified(object: &Object) -> Option<i64> {
    object.get("meta")?.as_object()?.get("lastModified")?.as_str().and_then(nanoseconds)
}
