//! A person as the engine sees one: what is at hand, and what is not.

use std::collections::BTreeSet;

use crate::foundry::Attributes;
use crate::scim::{Fact, GroupRef, Groups, User};

/// A SCIM user and what else is known of the person: what a provisioning server has in hand.
///
/// Everything but the user starts as undetermined: what a caller does not say is not taken for empty.
///
/// ```
/// use vestibule::{Config, Engine, Event, Person};
/// use vestibule::scim::{GroupRef, User};
///
/// let config = Config::parse("vestibule.yaml", r#"
/// version: 1
/// provider: { name: contoso-entra }
/// organizations: [{ name: Contoso EU }, { name: Contoso Guests }]
/// organization-assignment:
///   users: [{ rule: finance, when: provider.groups includes "EU-Finance", organization: Contoso EU }]
///   fallback: Contoso Guests
/// "#)?;
/// let engine = Engine::compile(&config);
/// let user = User::from_json(r#"{ "id": "1", "userName": "ada@contoso.com" }"#)?;
///
/// // Nobody says which groups Ada is in, so the fallback is only a candidate.
/// let decision = engine.evaluate(&Person::new(&user), Event::Login);
/// assert_eq!(decision.organization.name, None);
/// assert_eq!(decision.organization.candidates.len(), 2);
///
/// let person = Person::new(&user).in_provider_groups([GroupRef::named("EU-Finance")]);
/// let decision = engine.evaluate(&person, Event::Login);
/// assert_eq!(decision.organization.name.as_deref(), Some("Contoso EU"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Person<'p> {
    pub(crate) user: &'p User,
    pub(crate) provider_groups: Groups<'p>,
    pub(crate) login_groups: Option<Groups<'p>>,
    pub(crate) internal_groups: Fact<Vec<&'p str>>,
    pub(crate) foundry_attributes: Fact<&'p Attributes>,
    pub(crate) open_attributes: Option<&'p BTreeSet<String>>,
    pub(crate) claims: Option<&'p Attributes>,
}

impl<'p> Person<'p> {
    /// A user of whom nothing else is known.
    pub fn new(user: &'p User) -> Self {
        Person {
            user,
            provider_groups: Groups::UNDETERMINED,
            login_groups: None,
            internal_groups: Fact::Undetermined,
            foundry_attributes: Fact::Undetermined,
            open_attributes: None,
            claims: None,
        }
    }

    /// A direct member of exactly these provider groups.
    ///
    /// ```
    /// # use vestibule::{Person, scim::{GroupRef, User}};
    /// # let user = User::from_json(r#"{ "userName": "ada@contoso.com" }"#)?;
    /// // By name alone, conditions on `provider.groups.externalId` are undetermined.
    /// let by_name = Person::new(&user).in_provider_groups([GroupRef::named("EU-Finance")]);
    /// let by_both = Person::new(&user).in_provider_groups([GroupRef::new("EU-Finance", "0f3a")]);
    /// let in_none = Person::new(&user).in_provider_groups([]);
    /// # Ok::<(), vestibule::scim::Unusable>(())
    /// ```
    #[must_use]
    pub fn in_provider_groups(self, groups: impl IntoIterator<Item = GroupRef<'p>>) -> Self {
        self.provider_groups(Groups::Exactly(groups.into_iter().collect()))
    }

    /// Direct membership of provider groups, as far as it is known.
    #[must_use]
    pub fn provider_groups(mut self, groups: impl Into<Groups<'p>>) -> Self {
        self.provider_groups = groups.into();
        self
    }

    /// The provider groups that a login's claim carries, where they differ from direct membership: with nested groups
    /// and a claim that is transitive. Not said: those of direct membership.
    #[must_use]
    pub fn login_groups(mut self, groups: impl Into<Groups<'p>>) -> Self {
        self.login_groups = Some(groups.into());
        self
    }

    /// Membership of internal groups by name, known or not. When SCIM creates a user there is none, whatever is said here.
    ///
    /// ```
    /// # use vestibule::{Person, scim::{Fact, User}};
    /// # let user = User::from_json(r#"{ "userName": "ada@contoso.com" }"#)?;
    /// let person = Person::new(&user).internal_groups(Fact::Known(vec!["Platform Admins"]));
    /// # Ok::<(), vestibule::scim::Unusable>(())
    /// ```
    #[must_use]
    pub fn internal_groups(mut self, groups: Fact<Vec<&'p str>>) -> Self {
        self.internal_groups = groups;
        self
    }

    /// The attributes that Foundry holds for the user, as its Admin API returns them, known or not. A name that is not
    /// among them is absent.
    ///
    /// ```
    /// # use std::collections::BTreeMap;
    /// # use vestibule::{Person, scim::{Fact, User}};
    /// # let user = User::from_json(r#"{ "userName": "ada@contoso.com" }"#)?;
    /// let attributes = BTreeMap::from([("department".to_owned(), vec!["Finance".to_owned()])]);
    /// let person = Person::new(&user).foundry_attributes(Fact::Known(&attributes));
    /// # Ok::<(), vestibule::scim::Unusable>(())
    /// ```
    #[must_use]
    pub fn foundry_attributes(mut self, attributes: Fact<&'p Attributes>) -> Self {
        self.foundry_attributes = attributes;
        self
    }

    /// Foundry attributes that Foundry may hold with values which are not known: those are undetermined where
    /// [`Person::foundry_attributes`] does not have them.
    #[must_use]
    pub fn open_attributes(mut self, names: &'p BTreeSet<String>) -> Self {
        self.open_attributes = Some(names);
        self
    }

    /// What the claims of a login fill mapped Foundry attributes with, by the names of the attributes; none: the claim
    /// carries nothing. Of a mapped attribute that is not among them the mapping and the SCIM user tell.
    ///
    /// ```
    /// # use std::collections::BTreeMap;
    /// # use vestibule::{Config, Engine, Event, Person, scim::User};
    /// # let config = Config::parse("vestibule.yaml", r#"
    /// # version: 1
    /// # provider: { name: p, attribute-mapping: { attributes: { clearance: { claim: clearance } } } }
    /// # organizations: [{ name: A }, { name: B }]
    /// # organization-assignment:
    /// #   users: [{ rule: r, when: attributes.clearance eq "high", organization: A }]
    /// #   fallback: B
    /// # "#)?;
    /// # let user = User::from_json(r#"{ "userName": "ada@contoso.com" }"#)?;
    /// let claims = BTreeMap::from([("clearance".to_owned(), vec!["high".to_owned()])]);
    /// let decision = Engine::compile(&config).evaluate(&Person::new(&user).claims(&claims), Event::Login);
    /// assert_eq!(decision.organization.name.as_deref(), Some("A"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn claims(mut self, claims: &'p Attributes) -> Self {
        self.claims = Some(claims);
        self
    }

    /// Direct membership of provider groups, as far as it is known.
    pub fn direct_groups(&self) -> &Groups<'p> {
        &self.provider_groups
    }

    /// The provider groups that a login's claim carries, as far as they are known.
    pub(crate) fn groups_at_login(&self) -> &Groups<'p> {
        self.login_groups.as_ref().unwrap_or(&self.provider_groups)
    }

    /// The internal groups, as far as they are known.
    pub(crate) fn held_internal_groups(&self) -> &Fact<Vec<&'p str>> {
        &self.internal_groups
    }

    /// The SCIM user.
    pub fn user(&self) -> &'p User {
        self.user
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::{Kind, MembersExport, SnapshotReader};
    use crate::source::{Sources, Text};
    use crate::{Config, Engine, Event};

    const RULES: &str = r#"
version: 1
provider: { name: p }
organizations: [{ name: A }, { name: B }]
organization-assignment:
  users: [{ rule: r, when: provider.groups includes "EU", organization: A }]
  fallback: B
"#;

    /// The organization of the one user, who has the id 1; `?` where it is undetermined.
    fn organization(groups: &str) -> String {
        let config = Config::parse("vestibule.yaml", RULES).expect("sound rules");
        let text = Text::new("groups.json", groups);
        let file = Sources::default().add_text(text.clone());
        let mut reader = SnapshotReader::new();
        let users = Text::new("users.json", r#"[{"id":"1","userName":"ann"}]"#);
        reader.read_page(file, &users, Kind::Users);
        reader.read_page(file, &text, Kind::Groups);
        let snapshot = reader.finish();
        let membership = snapshot.membership(MembersExport::AsFound);
        let person = Person::new(&snapshot.users()[0].resource).provider_groups(membership.direct_groups(0));
        let organization = Engine::compile(&config).evaluate(&person, Event::Login).organization;
        organization.name.unwrap_or_else(|| "?".to_owned())
    }

    #[test]
    fn nobody_falls_back_while_a_record_may_be_the_group_that_a_rule_names() {
        let other = r#"{"id":"h","displayName":"O","members":[]}"#;
        let twice = r#"{"id":"g","displayName":"EU","DisplayName":"EU","members":[{"value":"1"}]}"#;
        for unread in [twice, r#""EU""#, "null", r#"{"id" "g"}"#] {
            assert_eq!(organization(&format!("[{unread},{other}]")), "?", "{unread}");
        }
        assert_eq!(organization(&format!("{{\"id\":\n{other}\n")), "?");
        assert_eq!(organization(&format!(r#"[{{"id":"u","userName":"u","USERNAME":"u"}},{other}]"#)), "B");
        let known = r#"{"id":"g","displayName":"EU","members":[{"value":"1"}]}"#;
        assert_eq!(organization(&format!("[{twice},{known}]")), "A");
        assert_eq!(organization(&format!("[{known},{other}]")), "A");
    }
}
