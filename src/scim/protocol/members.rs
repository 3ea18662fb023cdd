//! The members of a group, found by id: a group of ten thousand takes one more as fast as a group of two.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::scim::{Json, Object};

/// Members in the order in which they came, each once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct MemberList {
    in_order: BTreeMap<u64, Member>,
    orders: HashMap<Arc<str>, u64>,
    next: u64,
}

/// An entry of `members`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Member {
    pub(super) id: Arc<str>,
    pub(super) value: Json,
}

impl MemberList {
    pub(super) fn contains(&self, id: &str) -> bool {
        self.orders.contains_key(id)
    }

    pub(super) fn get(&self, id: &str) -> Option<&Member> {
        self.in_order.get(self.orders.get(id)?)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Member> {
        self.in_order.values()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &Arc<str>> {
        self.iter().map(|member| &member.id)
    }

    /// Adds a member; `false` where it is there already.
    pub(super) fn add(&mut self, id: &str, value: Json) -> bool {
        if self.contains(id) {
            return false;
        }
        let id: Arc<str> = id.into();
        self.restore(self.next, Member { id, value });
        self.next += 1;
        true
    }

    pub(super) fn remove(&mut self, id: &str) -> Option<(u64, Member)> {
        let order = self.orders.remove(id)?;
        self.in_order.remove(&order).map(|member| (order, member))
    }

    fn restore(&mut self, order: u64, member: Member) {
        self.orders.insert(member.id.clone(), order);
        self.in_order.insert(order, member);
    }
}

/// A change of members that can be taken back.
pub(super) struct MemberEdit<'m> {
    pub(super) members: &'m mut MemberList,
    done: Vec<Step>,
}

enum Step {
    Joined(Arc<str>),
    Left(u64, Member),
}

/// Somebody who was a member and is none any more, or the other way round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) member: Arc<str>,
    pub(super) joined: bool,
}

impl<'m> MemberEdit<'m> {
    pub(super) fn new(members: &'m mut MemberList) -> Self {
        MemberEdit { members, done: Vec::new() }
    }

    pub(super) fn add(&mut self, id: &str, value: &Json) {
        // Only what is new is copied.
        if !self.members.contains(id) {
            let value = match value {
                Json::Object(object) => Json::Object(object.clone()),
                _ => Json::Object(Object::of("value", Json::String(id.into()))),
            };
            self.members.add(id, value);
            self.done.push(Step::Joined(id.into()));
        }
    }

    pub(super) fn remove(&mut self, id: &str) {
        if let Some((order, member)) = self.members.remove(id) {
            self.done.push(Step::Left(order, member));
        }
    }

    /// Leaves only those of which it holds.
    pub(super) fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        let leaving: Vec<Arc<str>> = self.members.ids().filter(|id| !keep(id)).cloned().collect();
        leaving.iter().for_each(|id| self.remove(id));
    }

    /// Takes everything back.
    pub(super) fn undo(self) {
        for step in self.done.into_iter().rev() {
            match step {
                Step::Joined(id) => drop(self.members.remove(&id)),
                Step::Left(order, member) => self.members.restore(order, member),
            }
        }
    }

    /// What it comes to: who joined and left again does not appear.
    pub(super) fn finish(self) -> Vec<Change> {
        let mut seen = HashSet::new();
        let mut changes = Vec::new();
        for step in self.done {
            let (member, was_member) = match step {
                Step::Joined(id) => (id, false),
                Step::Left(_, member) => (member.id, true),
            };
            let is_member = self.members.contains(&member);
            if seen.insert(member.clone()) && was_member != is_member {
                changes.push(Change { member, joined: is_member });
            }
        }
        changes
    }
}
