//! A person in Foundry over time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

#[cfg(doc)]
use super::Reading;
use super::Standing;
use crate::engine::{Decision, Engine, Event, Person};
use crate::foundry::Attributes;
use crate::scim::{Fact, GroupRef, Groups, User};

/// What Foundry holds of one person: attributes with where each came from, memberships, what the rules have made of
/// the person so far, and the last login.
///
/// [`State::after`] is the only way on: a pure function of what was and what happens. It follows the table of events
/// (palantir.com/docs/foundry/authentication/scim-entra-id); where the sources are silent it takes the readings of
/// [`Reading`].
///
/// ```
/// use vestibule::scim::User;
/// use vestibule::simulate::{Change, Login, ProviderGroup, State};
/// use vestibule::{Config, Engine};
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
/// let stands = |state: &State| state.standing.organization.name.clone().unwrap();
///
/// let ada = User::from_json(r#"{ "id": "1", "userName": "ada@contoso.com", "active": true }"#)?;
/// let (created, _) = State::new(ada.clone()).after(&engine, &Change::Created(ada));
/// assert_eq!(stands(&created), "Contoso Guests");
///
/// let (joined, _) = created.after(&engine, &Change::Membership(vec![ProviderGroup::named("EU-Finance")].into()));
/// assert_eq!(stands(&joined), "Contoso Guests");
///
/// let (logged_in, _) = joined.after(&engine, &Change::LoggedIn(Login::default()));
/// assert_eq!(stands(&logged_in), "Contoso EU");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The user as SCIM last sent it, or as a login left it.
    pub user: User,
    /// The event that last set each attribute of the user, by the name of the attribute.
    pub origins: BTreeMap<String, Event>,
    /// The provider groups that the person is in.
    pub provider_groups: Memberships,
    /// The internal groups, by name.
    pub internal_groups: Fact<Vec<String>>,
    /// The custom attributes.
    pub attributes: CustomAttributes,
    /// What the rules have made of the person so far.
    pub standing: Standing,
    /// The last login.
    pub last_login: LastLogin,
}

/// Membership of provider groups, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Memberships {
    /// Those that the person is known to be in.
    pub groups: Vec<ProviderGroup>,
    /// Whether these are all.
    pub are_all: bool,
}

/// A provider group.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProviderGroup {
    /// The `id` that the SCIM server gave; `None` for a group that is known from a claim or by its name only.
    pub id: Option<Arc<str>>,
    /// `displayName`.
    pub display_name: Fact<Option<Arc<str>>>,
    /// `externalId`.
    pub external_id: Fact<Option<Arc<str>>>,
}

/// The custom attributes that Foundry holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomAttributes {
    /// Those with values, where it is known which there are. What is neither here nor open is absent.
    pub held: Fact<Attributes>,
    /// Those of which it is not known what they are.
    pub open: BTreeSet<String>,
    /// The event that last set each.
    pub origins: BTreeMap<String, Event>,
}

/// When somebody last logged in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LastLogin {
    /// Never.
    Never,
    /// At this time, as the log writes it; `None` where it does not say when.
    At(Option<String>),
    /// The files do not say whether there was one.
    Unknown,
}

/// What an event brings.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// SCIM creates the user.
    Created(User),
    /// SCIM changes an attribute: the user from now on.
    Updated(User),
    /// SCIM changes the members of a group, or a group: the groups that the person is directly in from now on.
    Membership(Memberships),
    /// The person logs in.
    LoggedIn(Login),
}

/// A login.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Login {
    /// When, as the log writes it.
    pub time: Option<String>,
    /// The user with the names and the address of the claims; `None` where no claim is known.
    pub user: Option<User>,
    /// What claims fill the mapped custom attributes with; `None`: what the mapping and the user tell.
    pub attributes: Option<Attributes>,
    /// The groups of the claim; `None`: those that the person is in, as SCIM synced them.
    pub groups: Option<Memberships>,
}

impl Change {
    /// The event.
    pub fn event(&self) -> Event {
        match self {
            Change::Created(_) => Event::ScimCreate,
            Change::Updated(_) => Event::ScimUpdate,
            Change::Membership(_) => Event::MembershipUpdate,
            Change::LoggedIn(_) => Event::Login,
        }
    }
}

impl State {
    /// Somebody about whom nothing has happened yet: in no group, without custom attributes
    /// ([`Reading::NoAttributesBeforeLogin`]), and no rule has run.
    pub fn new(user: User) -> State {
        State {
            user,
            origins: BTreeMap::new(),
            provider_groups: Memberships::none(),
            internal_groups: Fact::Known(Vec::new()),
            attributes: CustomAttributes {
                held: Fact::Known(Attributes::new()),
                open: BTreeSet::new(),
                origins: BTreeMap::new(),
            },
            standing: Standing::new(),
            last_login: LastLogin::Never,
        }
    }

    /// The person as the engine sees one.
    pub fn person(&self) -> Person<'_> {
        let internal = self.internal_groups.as_ref().map(|names| names.iter().map(String::as_str).collect());
        Person::new(&self.user)
            .provider_groups(self.provider_groups.as_groups())
            .internal_groups(internal)
            .foundry_attributes(self.attributes.held.as_ref())
            .open_attributes(&self.attributes.open)
    }

    /// The person as the engine sees one at a login, whose claims do not change the user.
    pub(crate) fn person_at_login<'p>(&'p self, engine: &Engine, login: &'p Login) -> Person<'p> {
        let mut person = self.person();
        if let Some(groups) = login.groups.as_ref().filter(|_| engine.login_replaces_groups()) {
            person = person.provider_groups(groups.as_groups()).login_groups(groups.as_groups());
        }
        if let Some(attributes) = &login.attributes {
            person = person.claims(attributes);
        }
        person
    }

    /// What earlier logins have left of attributes whose claims nothing else tells: what a login is taken to carry where
    /// nobody says what it does ([`Reading::ClaimsStay`]).
    pub fn remembered_claims(&self, engine: &Engine) -> Attributes {
        let Fact::Known(held) = &self.attributes.held else { return Attributes::new() };
        let (_, untold) = engine.attributes_after_login(&self.person());
        let is_left = |name: &String| {
            self.attributes.origins.get(name) == Some(&Event::Login) && !self.attributes.open.contains(name)
        };
        let left = untold.into_iter().filter(is_left);
        left.map(|name| (name.clone(), held.get(&name).cloned().unwrap_or_default())).collect()
    }

    /// The state after an event, and what the rules decided at it.
    pub fn after(&self, engine: &Engine, change: &Change) -> (State, Decision) {
        let mut next = self.clone();
        let event = change.event();
        let decision = match change {
            Change::Created(user) | Change::Updated(user) => {
                next.set_user(user, event);
                engine.evaluate(&next.person(), event)
            }
            Change::Membership(memberships) => {
                next.provider_groups = memberships.clone();
                engine.evaluate(&next.person(), event)
            }
            Change::LoggedIn(login) => next.log_in(engine, login),
        };
        next.standing = self.standing.after(&decision, engine);
        (next, decision)
    }

    fn set_user(&mut self, user: &User, event: Event) {
        let changed =
            |name: &&str| event == Event::ScimCreate || self.user.object().get(name) != user.object().get(name);
        let changed: Vec<String> = user.object().names().filter(changed).map(str::to_owned).collect();
        self.origins.retain(|name, _| user.object().get(name).is_some());
        self.origins.extend(changed.into_iter().map(|name| (name, event)));
        self.user = user.clone();
    }

    /// [`Reading::LoginFillsNames`], [`Reading::LoginReplacesGroups`].
    fn log_in(&mut self, engine: &Engine, login: &Login) -> Decision {
        if let Some(user) = &login.user {
            self.set_user(user, Event::Login);
        }
        let groups = login.groups.as_ref().filter(|_| engine.login_replaces_groups());
        let person = self.person_at_login(engine, login);
        let decision = engine.evaluate(&person, Event::Login);
        let (held, open) = engine.attributes_after_login(&person);
        self.attributes.fill(engine.claimed_attributes(), held, open);
        if let Some(groups) = groups {
            self.provider_groups = groups.clone();
        }
        self.last_login = LastLogin::At(login.time.clone());
        decision
    }
}

impl CustomAttributes {
    /// What a login's claims bring, for those attributes that claims fill; the others stay.
    fn fill<'n>(&mut self, claimed: impl Iterator<Item = &'n str>, filled: Attributes, open: BTreeSet<String>) {
        let Fact::Known(held) = &mut self.held else { return };
        for name in claimed {
            held.remove(name);
            self.open.remove(name);
            match filled.get(name) {
                Some(values) => {
                    held.insert(name.to_owned(), values.clone());
                    self.origins.insert(name.to_owned(), Event::Login);
                }
                // The claim may carry what the files do not say: neither the old value nor none is certain.
                None if open.contains(name) => {
                    self.open.insert(name.to_owned());
                    self.origins.insert(name.to_owned(), Event::Login);
                }
                // The claim carries nothing, which is known from now on.
                None => {
                    self.origins.insert(name.to_owned(), Event::Login);
                }
            }
        }
    }
}

impl Memberships {
    /// Membership of no group.
    pub fn none() -> Memberships {
        Memberships { groups: Vec::new(), are_all: true }
    }

    /// As the engine takes them.
    pub fn as_groups(&self) -> Groups<'_> {
        let refs = self.groups.iter().map(ProviderGroup::as_ref).collect();
        if self.are_all { Groups::Exactly(refs) } else { Groups::AtLeast(refs) }
    }
}

impl From<Vec<ProviderGroup>> for Memberships {
    fn from(groups: Vec<ProviderGroup>) -> Self {
        Memberships { groups, are_all: true }
    }
}

impl From<&Groups<'_>> for Memberships {
    fn from(groups: &Groups<'_>) -> Self {
        let are_all = matches!(groups, Groups::Exactly(_));
        Memberships { groups: groups.refs().iter().map(ProviderGroup::from).collect(), are_all }
    }
}

impl ProviderGroup {
    /// A group of which only the name is known.
    pub fn named(display_name: &str) -> ProviderGroup {
        ProviderGroup {
            id: None,
            display_name: Fact::Known(Some(display_name.into())),
            external_id: Fact::Undetermined,
        }
    }

    /// A group by both of its names.
    pub fn new(display_name: &str, external_id: &str) -> ProviderGroup {
        ProviderGroup { external_id: Fact::Known(Some(external_id.into())), ..ProviderGroup::named(display_name) }
    }

    /// The name for people: `displayName`, else `externalId`, else the `id`.
    pub fn label(&self) -> Option<&str> {
        let display = self.display_name.as_ref().known().and_then(Option::as_deref);
        let external = self.external_id.as_ref().known().and_then(Option::as_deref);
        display.or(external).or(self.id.as_deref())
    }

    fn as_ref(&self) -> GroupRef<'_> {
        GroupRef {
            index: None,
            display_name: self.display_name.as_ref().map(Option::as_deref),
            external_id: self.external_id.as_ref().map(Option::as_deref),
        }
    }
}

impl From<&GroupRef<'_>> for ProviderGroup {
    fn from(group: &GroupRef<'_>) -> Self {
        ProviderGroup {
            id: None,
            display_name: group.display_name.map(|name| name.map(Arc::from)),
            external_id: group.external_id.map(|name| name.map(Arc::from)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    const RULES: &str = r#"
version: 1
provider:
  name: p
  attribute-mapping:
    groups: { claim: groups }
    attributes: { team: { claim: team, scim: title }, badge: { claim: badge } }
organizations: [{ name: Group }, { name: Team }, { name: Badge }, { name: Guests }]
organization-assignment:
  users:
    - { rule: by-group, when: provider.groups includes "A", organization: Group }
    - { rule: by-team, when: attributes.team eq "x", organization: Team }
    - { rule: by-badge, when: attributes.badge pr, organization: Badge }
  fallback: Guests
"#;

    fn engine() -> Engine {
        Engine::compile(&Config::parse("vestibule.yaml", RULES).expect("sound rules"))
    }

    fn user(attributes: &str) -> User {
        User::from_json(&format!("{{ \"id\": \"1\", \"userName\": \"u\", {attributes} }}")).expect(attributes)
    }

    fn member_of(groups: &[&str]) -> Change {
        Change::Membership(groups.iter().map(|name| ProviderGroup::named(name)).collect::<Vec<_>>().into())
    }

    /// The organization after each of the changes; `?` where it is not known.
    fn organizations(changes: &[Change]) -> Vec<String> {
        let engine = engine();
        let mut state = State::new(user("\"active\": true"));
        let name = |state: &State| state.standing.organization.name.clone().unwrap_or_else(|| "?".to_owned());
        let step = |change: &Change| {
            state = state.after(&engine, change).0;
            name(&state)
        };
        changes.iter().map(step).collect()
    }

    fn claims(attributes: &[(&str, &str)]) -> Change {
        let filled = attributes.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()]));
        Change::LoggedIn(Login { attributes: Some(filled.collect()), ..Login::default() })
    }

    #[test]
    fn a_group_rule_acts_at_a_login_or_an_unrelated_update_and_not_before() {
        let ada = || user("\"active\": true");
        let created = Change::Created(ada());
        let login = Change::LoggedIn(Login::default());
        assert_eq!(organizations(&[created.clone(), member_of(&["A"]), claims(&[])]), ["Guests", "Guests", "Group"]);
        let renamed = Change::Updated(user("\"displayName\": \"Ada\""));
        assert_eq!(
            organizations(&[created, member_of(&["A"]), renamed, login]),
            ["Guests", "Guests", "Group", "Group"]
        );
    }

    #[test]
    fn before_the_first_login_there_is_no_custom_attribute_and_later_what_it_left() {
        let titled = || user("\"title\": \"x\"");
        let (created, updated) = (Change::Created(titled()), Change::Updated(titled()));
        let none = Change::LoggedIn(Login {
            attributes: Some(["team", "badge"].map(|name| (name.to_owned(), Vec::new())).into()),
            ..Login::default()
        });
        let steps = [created, updated.clone(), claims(&[("team", "x")]), updated.clone(), none, updated];
        assert_eq!(organizations(&steps), ["Guests", "Guests", "Team", "Team", "Guests", "Guests"]);
    }

    #[test]
    fn what_a_claim_carries_without_anybody_saying_it_is_open_after_the_login() {
        let created = || Change::Created(user("\"active\": true"));
        let login = || Change::LoggedIn(Login::default());
        // `badge` comes from a claim that is no SCIM attribute, so the fallback is only a candidate.
        assert_eq!(organizations(&[login()]), ["?"]);
        assert_eq!(organizations(&[created(), login()]), ["Guests", "Guests"]);
        let engine = engine();
        let (state, _) = State::new(user("\"active\": true")).after(&engine, &login());
        assert_eq!(state.attributes.open, ["badge".to_owned()].into());
        let (state, decision) = state.after(&engine, &Change::Updated(user("\"active\": true")));
        assert_eq!(decision.organization.candidates.len(), 2);
        let (state, _) = state.after(&engine, &claims(&[("badge", "7")]));
        assert_eq!((state.attributes.open.len(), state.standing.organization.name.as_deref()), (0, Some("Badge")));
    }

    #[test]
    fn every_attribute_knows_the_event_that_set_it() {
        let engine = engine();
        let created = Change::Created(user("\"title\": \"x\", \"displayName\": \"U\""));
        let (state, _) = State::new(user("\"active\": true")).after(&engine, &created);
        let updated = Change::Updated(user("\"title\": \"x\", \"displayName\": \"V\""));
        let (state, _) = state.after(&engine, &updated);
        let origin = |name: &str| state.origins.get(name).copied();
        assert_eq!((origin("title"), origin("displayName")), (Some(Event::ScimCreate), Some(Event::ScimUpdate)));
        assert_eq!(origin("active"), None);
        let (state, _) = state.after(&engine, &claims(&[("team", "x")]));
        assert_eq!(state.attributes.origins.get("team"), Some(&Event::Login));
        assert_eq!(state.last_login, LastLogin::At(None));
    }

    #[test]
    fn a_login_replaces_the_groups_where_its_claim_carries_some() {
        let engine = engine();
        let (state, _) = State::new(user("\"active\": true")).after(&engine, &member_of(&["A"]));
        let without = Login { groups: Some(Memberships::none()), ..Login::default() };
        let (state, decision) = state.after(&engine, &Change::LoggedIn(without));
        assert_eq!(state.provider_groups, Memberships::none());
        assert_ne!(decision.organization.name.as_deref(), Some("Group"));
    }
}
