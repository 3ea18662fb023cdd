//! The people of a project: users joined with their groups and with what Foundry holds of them.

use super::large::members_export;
use crate::config::Config;
use crate::engine::Person;
use crate::foundry;
use crate::project::Project;
use crate::scim::{Fact, Membership, Snapshot};

/// Everybody in a snapshot, ready to be evaluated.
#[derive(Debug)]
pub struct Population<'p> {
    snapshot: &'p Snapshot,
    membership: Membership<'p>,
    foundry: Option<Held<'p>>,
    /// Whether nested groups count at a login.
    nested: bool,
}

/// What Foundry's Admin API returned.
#[derive(Debug)]
struct Held<'p> {
    export: &'p foundry::Export,
    realm: &'p str,
    internal_groups: foundry::InternalGroups<'p>,
}

impl<'p> Population<'p> {
    /// Joins a snapshot with the other files of its project.
    pub fn new(project: &'p Project, config: &'p Config, snapshot: &'p Snapshot) -> Self {
        let members = members_export(config);
        let foundry = project.foundry.as_ref().map(|export| Held {
            export,
            realm: config.provider.realm.as_deref().unwrap_or_default(),
            internal_groups: export.internal_groups(config.groups.internal.iter().map(|group| group.as_str())),
        });
        let nested = config.provider.groups_claim == Some(crate::config::GroupsClaim::Transitive);
        Population { snapshot, membership: snapshot.membership(members), foundry, nested }
    }

    /// How many people there are.
    pub fn len(&self) -> usize {
        self.snapshot.users().len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The person at an index of [`Snapshot::users`].
    ///
    /// # Panics
    ///
    /// Where the index is not below [`Population::len`].
    pub fn person(&self, index: usize) -> Person<'_> {
        let user = &self.snapshot.users()[index].resource;
        let mut person = Person::new(user).provider_groups(self.membership.direct_groups(index));
        if self.nested {
            person = person.login_groups(self.membership.transitive_groups(index));
        }
        let Some(held) = &self.foundry else { return person };
        // A user that the export does not have may have arrived after it was made.
        let Some(known) = held.export.user_for(user, held.realm) else { return person };
        let attributes = known.attributes.as_ref().map_or(Fact::Undetermined, Fact::Known);
        person.foundry_attributes(attributes).internal_groups(held.internal_groups.of(known))
    }
}
