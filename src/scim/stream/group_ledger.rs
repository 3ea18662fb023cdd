//! Which groups have come, and their members in numbers.

use std::collections::HashMap;
use std::ops::Range;

use super::digest;
use super::fast_group::{Found, GroupPart};
use super::ids::Ids;
use super::roster::{Basis, Name, Roster, is_among, last_modified};
use super::tally::{Account, Report};
use crate::scim::group::Members;
use crate::scim::merge::name_of;
use crate::scim::{Fact, Group, GroupRef, Json, Kind, MembersExport};
use crate::source::Problem;

/// How many memberships there can be.
const MOST: usize = u32::MAX as usize;

/// Which groups have come.
#[derive(Debug)]
pub(super) struct GroupLedger {
    ids: Ids,
    groups: Vec<Held>,
    /// The numbers of the members of all groups, one group after the other.
    members: Vec<u32>,
    by_id: HashMap<u32, u32>,
    /// The groups without an identifier, by their name, with a digest of their content.
    nameless: HashMap<Box<str>, Vec<u128>>,
    is_full: bool,
    pub(super) report: Report,
}

/// A group whose members stand in a part of the list of all members.
#[derive(Debug)]
struct Held {
    name: Name,
    members: Range<usize>,
    are_read: bool,
    /// Whether it carries `members`.
    is_listed: bool,
    digest: u64,
    modified: Option<i64>,
}

impl Default for GroupLedger {
    fn default() -> Self {
        GroupLedger {
            ids: Ids::default(),
            groups: Vec::new(),
            members: Vec::new(),
            by_id: HashMap::new(),
            nameless: HashMap::new(),
            is_full: false,
            report: Report::new(Kind::Groups),
        }
    }
}

impl GroupLedger {
    /// Adds a group that was read as a whole.
    pub(super) fn add_whole(&mut self, group: &Group, digest: u64) {
        let from = self.members.len();
        if let Members::Listed(members) = group.members() {
            for member in members {
                match self.ids.intern(member.value) {
                    Some(number) => self.members.push(number),
                    None => self.is_full = true,
                }
            }
        }
        if group.id().is_none() {
            let known = self.nameless.entry(name_of(group.object())).or_default();
            if is_among(known, digest::of_object(group.object())) {
                return;
            }
        }
        let GroupRef { display_name, external_id, .. } = GroupRef::of(group, None);
        let owned = |name: Option<&str>| name.map(Box::from);
        let held = Held {
            name: Name { number: None, display: display_name.map(owned), external_id: external_id.map(owned) },
            members: from..self.members.len(),
            are_read: group.members_are_read(),
            is_listed: !matches!(group.object().get("members"), None | Some(Json::Null)),
            digest,
            modified: last_modified(group.object()),
        };
        self.add(group.id(), held);
    }

    /// Adds the usual groups of a part, and leaves it empty.
    pub(super) fn add_part(&mut self, part: &mut GroupPart) {
        for Found { group, members, digest, .. } in part.found.drain(..) {
            let from = self.members.len();
            self.is_full |= part.members.settle(members, &mut self.ids, &mut self.members).is_none();
            let display = Fact::Known(group.display_name);
            let held = Held {
                name: Name { number: None, display, external_id: Fact::Known(group.external_id) },
                members: from..self.members.len(),
                are_read: true,
                is_listed: group.is_listed,
                digest,
                modified: group.modified,
            };
            self.add(group.id.as_deref(), held);
        }
        part.clear();
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

    /// The roster of all groups, and what reading them came to. `was_read` says whether a file was; `users_carry`, whether
    /// some user carries `groups`: that is asked only where there is no group.
    pub(super) fn finish(
        mut self,
        was_read: bool,
        export: MembersExport,
        users_carry: impl FnOnce() -> bool,
    ) -> (Roster, Account) {
        if let Some(place) = self.report.place().filter(|_| self.is_full) {
            let message = format!("the groups have more than {MOST} members together, or name more than as many");
            let problem = Problem::error("too-many-memberships", place, message);
            self.report.problems.push(problem.help("evaluate a part of the groups at a time"));
            self.report.is_overfull = true;
        }
        let unread = self.report.unread;
        let account = self.report.finish();
        let complete = account.is_complete();
        let none = was_read && account.skipped == 0 && complete;
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
            let of_groups: Vec<_> = self.groups.iter().map(|held| held.members.clone()).collect();
            roster.take_members(&of_groups, &self.members);
        }
        roster.groups = self.groups.into_iter().map(|held| held.name).collect();
        (roster, account)
    }
}
