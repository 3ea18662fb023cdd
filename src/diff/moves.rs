//! How many people move, from where to where.

use std::collections::{BTreeMap, HashSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::pair::{Aspect, ComparedPerson, Moved};
use crate::engine::Event;
use crate::simulate::{Place, Standing};

/// How many people of a snapshot are treated differently.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Moves {
    /// How many users there are.
    pub users: u64,
    /// How many of them are treated differently at some event.
    pub moved: u64,
    /// Of how many others the files do not say whether they are.
    pub undetermined: u64,
    /// From where to where, those of most people first.
    pub flows: Vec<Flow>,
    /// Who gets or loses which rule-based group, those of most people first. Whom intake decides about the other way is
    /// not counted.
    pub groups: Vec<GroupFlow>,
    #[serde(skip)]
    flow_counts: BTreeMap<(Event, Place, Place), u64>,
    #[serde(skip)]
    group_counts: BTreeMap<(Event, String, GroupStep), u64>,
}

/// People whom intake or organization assignment moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Flow {
    /// At which event.
    pub event: Event,
    /// Where the old rules put them.
    pub from: Place,
    /// Where the new rules put them.
    pub to: Place,
    /// How many.
    pub people: u64,
}

/// People who get or lose a rule-based group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupFlow {
    /// At which event.
    pub event: Event,
    /// The group.
    pub group: String,
    /// Which of the two.
    pub step: GroupStep,
    /// How many.
    pub people: u64,
}

/// Into a group, or out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum GroupStep {
    Joins,
    Leaves,
}

impl GroupStep {
    /// The word that the outputs use.
    pub fn as_str(self) -> &'static str {
        match self {
            GroupStep::Joins => "joins",
            GroupStep::Leaves => "leaves",
        }
    }
}

impl Moves {
    /// Counts one person. Where it is proved that nobody is treated differently, what the files leave open does not count.
    pub fn add(&mut self, compared: &ComparedPerson, is_proved: bool) {
        self.users += 1;
        self.moved += u64::from(!compared.moved.is_empty());
        self.undetermined += u64::from(!is_proved && compared.moved.is_empty() && !compared.undetermined.is_empty());
        for moved in &compared.moved {
            self.count(moved);
        }
    }

    /// Counts people of whom nothing is to be told.
    pub fn add_still(&mut self, users: u64) {
        self.users += users;
    }

    fn count(&mut self, moved: &Moved) {
        if moved.differs.iter().any(|aspect| *aspect != Aspect::Groups) {
            let key = (moved.event, Place::of(&moved.before), Place::of(&moved.after));
            *self.flow_counts.entry(key).or_default() += 1;
        }
        if !moved.differs.contains(&Aspect::Groups) {
            return;
        }
        for (step, one, other) in
            [(GroupStep::Leaves, &moved.before, &moved.after), (GroupStep::Joins, &moved.after, &moved.before)]
        {
            for group in certainly_only_in(one, other) {
                *self.group_counts.entry((moved.event, group.to_owned(), step)).or_default() += 1;
            }
        }
    }

    /// Puts the largest flows first.
    #[must_use]
    pub fn finish(mut self) -> Moves {
        let flows = std::mem::take(&mut self.flow_counts).into_iter();
        self.flows = flows.map(|((event, from, to), people)| Flow { event, from, to, people }).collect();
        self.flows.sort_by_key(|flow| std::cmp::Reverse(flow.people));
        let groups = std::mem::take(&mut self.group_counts).into_iter();
        self.groups = groups.map(|((event, group, step), people)| GroupFlow { event, group, step, people }).collect();
        self.groups.sort_by_key(|flow| std::cmp::Reverse(flow.people));
        self
    }
}

/// The groups that somebody certainly has on one side, and certainly not on the other.
pub(super) fn certainly_only_in<'s>(one: &'s Standing, other: &'s Standing) -> impl Iterator<Item = &'s str> {
    let granted = other.groups.iter().map(|grant| grant.name.as_str());
    let possible: HashSet<&str> = granted.chain(other.undetermined_groups.iter().map(String::as_str)).collect();
    one.groups.iter().map(|grant| grant.name.as_str()).filter(move |name| !possible.contains(name))
}
