//! A person as the engine sees one: what is at hand, and what is not.

use std::collections::BTreeMap;

use crate::scim::{Fact, GroupRef, User};

/// A SCIM user and what else is known of the person.
///
/// Everything but the user starts as undetermined: what a caller does not say is not taken for empty.
///
/// ```
/// use vestibule::engine::Person;
/// use vestibule::scim::{GroupRef, User};
/// let user = User::from_json(r#"{ "id": "1", "userName": "ada@contoso.com" }"#)?;
/// let person = Person::new(&user).in_provider_groups([GroupRef::named("EU-Finance")]);
/// # let _ = person;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Person<'p> {
    pub(super) user: &'p User,
    pub(super) provider_groups: Fact<Vec<GroupRef<'p>>>,
    pub(super) login_groups: Option<Fact<Vec<GroupRef<'p>>>>,
    pub(super) internal_groups: Fact<Vec<&'p str>>,
    pub(super) foundry_attributes: Fact<&'p BTreeMap<String, Vec<String>>>,
}

impl<'p> Person<'p> {
    /// A user of whom nothing else is known.
    pub fn new(user: &'p User) -> Self {
        Person {
            user,
            provider_groups: Fact::Undetermined,
            login_groups: None,
            internal_groups: Fact::Undetermined,
            foundry_attributes: Fact::Undetermined,
        }
    }

    /// A direct member of exactly these provider groups.
    #[must_use]
    pub fn in_provider_groups(self, groups: impl IntoIterator<Item = GroupRef<'p>>) -> Self {
        self.provider_groups(Fact::Known(groups.into_iter().collect()))
    }

    /// Direct membership of provider groups, known or not.
    #[must_use]
    pub fn provider_groups(mut self, groups: Fact<Vec<GroupRef<'p>>>) -> Self {
        self.provider_groups = groups;
        self
    }

    /// The provider groups that a login's claim carries, where they differ from direct membership: with nested groups
    /// and a claim that is transitive.
    #[must_use]
    pub fn login_groups(mut self, groups: Fact<Vec<GroupRef<'p>>>) -> Self {
        self.login_groups = Some(groups);
        self
    }

    /// Membership of internal groups, known or not.
    #[must_use]
    pub fn internal_groups(mut self, groups: Fact<Vec<&'p str>>) -> Self {
        self.internal_groups = groups;
        self
    }

    /// The attributes that Foundry holds for the user, as its Admin API returns them, known or not.
    #[must_use]
    pub fn foundry_attributes(mut self, attributes: Fact<&'p BTreeMap<String, Vec<String>>>) -> Self {
        self.foundry_attributes = attributes;
        self
    }

    /// The SCIM user.
    pub fn user(&self) -> &'p User {
        self.user
    }
}
