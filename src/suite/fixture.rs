//! What tests run against.

use std::collections::HashMap;

use crate::condition::fold;
use crate::config::Config;
use crate::engine::{Engine, Person};
use crate::project::{Population, Project};
use crate::scim::{Fact, GroupRef, Snapshot};
use crate::simulate::ProviderGroup;

/// A configuration with its people, ready for tests.
#[derive(Debug)]
pub struct Fixture<'p> {
    pub(super) config: &'p Config,
    pub(super) engine: Engine,
    people: Option<People<'p>>,
}

#[derive(Debug)]
struct People<'p> {
    snapshot: &'p Snapshot,
    population: Population<'p>,
    by_id: HashMap<&'p str, Found>,
    by_user_name: HashMap<String, Found>,
    by_external_id: HashMap<&'p str, Found>,
    group_by_name: HashMap<String, Found>,
}

/// What stands under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    One(usize),
    Several,
}

impl<'p> Fixture<'p> {
    /// What the tests of a project run against: its rules, and the people of its snapshot, if it names one.
    pub fn new(project: &'p Project, config: &'p Config) -> Fixture<'p> {
        let people = project.snapshot.as_ref().map(|snapshot| People::new(project, config, snapshot));
        Fixture { config, engine: Engine::compile(config), people }
    }

    /// The user of this `id`, else of this `userName`, else of this `externalId`.
    pub(super) fn user(&self, name: &str) -> Option<Found> {
        let people = self.people.as_ref()?;
        let by_user_name = || people.by_user_name.get(&fold(name));
        people.by_id.get(name).or_else(by_user_name).or_else(|| people.by_external_id.get(name)).copied()
    }

    /// The person at an index that [`Fixture::user`] gives.
    pub(super) fn person(&self, index: usize) -> Option<Person<'_>> {
        let population = &self.people.as_ref()?.population;
        (index < population.len()).then(|| population.person(index))
    }

    /// Whether there are any people to take.
    pub(super) fn has_people(&self) -> bool {
        self.people.as_ref().is_some_and(|people| !people.population.is_empty())
    }

    /// The `userName`s of the snapshot.
    pub(super) fn user_names(&self) -> impl Iterator<Item = &str> {
        let users = self.people.as_ref().map(|people| people.snapshot.users()).unwrap_or_default();
        users.iter().map(|user| user.resource.user_name())
    }

    /// A group with the `externalId` that the snapshot has for its name, where the test does not say one.
    pub(super) fn resolved(&self, group: &ProviderGroup) -> ProviderGroup {
        let name = group.display_name.as_ref().known().and_then(Option::as_deref);
        let (Some(name), Some(people), Fact::Undetermined) = (name, &self.people, &group.external_id) else {
            return group.clone();
        };
        let found = match people.group_by_name.get(&fold(name)) {
            Some(Found::One(index)) => people.snapshot.groups().get(*index),
            _ => None,
        };
        found.map_or_else(|| group.clone(), |found| ProviderGroup::from(&GroupRef::of(&found.resource, None)))
    }
}

impl<'p> People<'p> {
    fn new(project: &'p Project, config: &'p Config, snapshot: &'p Snapshot) -> Self {
        let users = || snapshot.users().iter().enumerate().map(|(index, user)| (index, &user.resource));
        let groups = snapshot.groups().iter().enumerate();
        People {
            snapshot,
            population: Population::new(project, config, snapshot),
            by_id: indexed(users().filter_map(|(index, user)| Some((user.id()?, index)))),
            by_user_name: indexed(users().map(|(index, user)| (fold(user.user_name()), index))),
            by_external_id: indexed(
                users().filter_map(|(index, user)| Some((user.external_id().known().flatten()?, index))),
            ),
            group_by_name: indexed(
                groups
                    .filter_map(|(index, group)| Some((fold(group.resource.display_name().known().flatten()?), index))),
            ),
        }
    }
}

fn indexed<K: Eq + std::hash::Hash>(names: impl Iterator<Item = (K, usize)>) -> HashMap<K, Found> {
    let mut index = HashMap::new();
    for (name, position) in names {
        index.entry(name).and_modify(|found| *found = Found::Several).or_insert(Found::One(position));
    }
    index
}
