//! Who is in which groups, held in about four bytes a membership.

use std::collections::HashMap;
use std::ops::Range;

use super::fast::nanoseconds;
use super::ids::{Ids, Packed};
use crate::scim::merge::MOST_NAMESAKES;
use crate::scim::{Fact, GroupRef, Groups, Object};

/// The groups of a snapshot, and who is in them.
#[derive(Debug)]
pub struct Roster {
    pub(super) ids: Ids,
    pub(super) groups: Vec<Name>,
    pub(super) basis: Basis,
    /// By the number of a member's identifier, where its groups start among `lists`.
    pub(super) starts: Vec<u32>,
    pub(super) lists: Vec<u32>,
    /// The index of the group that has an identifier, by the identifier's number.
    pub(super) by_id: HashMap<u32, u32>,
    /// Whether every group and every member could be read.
    pub(super) are_all: bool,
}

/// What membership rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Basis {
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
pub(super) struct Name {
    /// The number of its own identifier.
    pub(super) number: Option<u32>,
    pub(super) display: Fact<Option<Box<str>>>,
    pub(super) external_id: Fact<Option<Box<str>>>,
}

/// From the members of each group to the groups of each member, in the order of the groups, each once.
fn turn(groups: &[Range<usize>], members: &[u32], ids: usize) -> (Vec<u32>, Vec<u32>) {
    let of = |group: &Range<usize>| members.get(group.clone()).unwrap_or_default();
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
    /// Takes the members of all groups in: those of each group stand in a part of the list.
    pub(super) fn take_members(&mut self, groups: &[Range<usize>], members: &[u32]) {
        (self.starts, self.lists) = turn(groups, members, self.ids.len());
    }

    /// The numbers of identifiers, which are looked for at a time; `packed` is room for them.
    pub(super) fn find<'i>(
        &self,
        ids: impl Iterator<Item = Option<&'i str>> + Clone,
        packed: &mut Vec<Option<Packed>>,
        numbers: &mut Vec<Option<u32>>,
    ) {
        packed.clear();
        packed.extend(ids.clone().map(|id| Packed::of(id?)));
        self.ids.warm(packed.iter().flatten());
        numbers.clear();
        numbers.extend(packed.iter().zip(ids).map(|(packed, id)| match packed {
            Some(packed) => self.ids.find_packed(*packed),
            None => self.ids.find(id?),
        }));
        let first = |number: &Option<u32>| self.list((*number)?).first().copied();
        std::hint::black_box(numbers.iter().filter_map(first).fold(0, u32::wrapping_add));
    }

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
