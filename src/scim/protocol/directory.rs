//! What a server holds, and who is in which group.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::members::{Change, MemberList};
use super::patch::member_ids;
use super::store::Store;
use crate::condition::fold;
use crate::scim::group::id_of_member;
use crate::scim::{Group, Json, Object, Snapshot, User};

/// The users and groups of a SCIM server, as the requests that were applied have left them.
///
/// ```
/// use vestibule::scim::{Directory, Effect, Request};
///
/// let mut directory = Directory::default();
/// let body = r#"{ "userName": "ada@contoso.com", "active": true }"#.parse()?;
/// let effects = directory.apply(&Request::new("POST", "/scim/v2/Users", Some(body)), None)?;
/// let [Effect::UserCreated { id }] = &effects[..] else { panic!("one user is created") };
///
/// let body = r#"{ "Operations": [{ "op": "Replace", "path": "active", "value": "False" }] }"#.parse()?;
/// directory.apply(&Request::new("PATCH", format!("/scim/v2/Users/{id}"), Some(body)), None)?;
/// let (_, ada) = directory.user_named("ADA@contoso.com").expect("Ada is there");
/// assert_eq!(ada.active().known(), Some(false));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Directory {
    pub(super) users: Store<Account>,
    pub(super) groups: Store<Team>,
    /// The numbers of the users of each name, case folded; those that only a login made known come last.
    by_name: HashMap<String, BTreeSet<(bool, u64)>>,
    /// The numbers of the groups that list each id directly, be it that of a user, of a group or of nobody.
    memberships: HashMap<Arc<str>, BTreeSet<u64>>,
    made_up: u64,
}

/// A user, and how it came to be known.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) user: User,
    by_login: bool,
}

/// A group; its members stand beside it.
#[derive(Clone, Debug)]
pub(super) struct Team {
    pub(super) group: Group,
    pub(super) members: MemberList,
}

/// What a request changed.
///
/// A request that changes several things tells them in this order: what was created or changed, who joined and who
/// left, what was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// A user was created. Groups that listed the id before it existed have the user as a member from the start.
    UserCreated {
        /// The user.
        id: String,
    },
    /// A PUT or PATCH of a user was taken, whether or not it changed a value.
    UserUpdated {
        /// The user.
        id: String,
    },
    /// A user was deleted.
    UserDeleted {
        /// The user.
        id: String,
    },
    /// A user joined or left a group; direct membership, of users that exist.
    MembershipChanged {
        /// The user.
        user: String,
        /// The group.
        group: String,
        /// Whether the user is a member now.
        joined: bool,
    },
    /// A group joined or left another one: its users, direct and nested, are those that it concerns
    /// ([`Directory::users_within`]).
    NestingChanged {
        /// The group that is a member, or was.
        member: String,
        /// The group that holds it.
        group: String,
        /// Whether it is a member now.
        joined: bool,
    },
    /// A group was created.
    GroupCreated {
        /// The group.
        id: String,
    },
    /// The `displayName` or the `externalId` of a group changed: conditions may see its members differently.
    GroupRenamed {
        /// The group.
        id: String,
    },
    /// A group was deleted. Who was in it has been told before.
    GroupDeleted {
        /// The group.
        id: String,
    },
}

impl Directory {
    /// What a snapshot holds. Users and groups without `id` get one that is made up; groups without `members` have none.
    /// Where the snapshot has no groups, they are those that the users' own `groups` name, directly.
    pub fn from_snapshot(snapshot: &Snapshot) -> Directory {
        let mut directory = Directory::default();
        let ids = snapshot.users().iter().filter_map(|user| user.resource.id());
        let ids: HashSet<&str> = ids.chain(snapshot.groups().iter().filter_map(|group| group.resource.id())).collect();
        for record in snapshot.users() {
            let id = directory.id_or_made_up(record.resource.id(), "user", &ids);
            directory.insert_user(&id, record.resource.clone(), false);
        }
        for record in snapshot.groups() {
            let id = directory.id_or_made_up(record.resource.id(), "group", &ids);
            let group = record.resource.clone();
            let members = list_of(group.object().get("members"));
            directory.insert_group(&id, without_members(group), members);
        }
        if snapshot.groups().is_empty() {
            directory.know_groups_of_users();
        }
        directory
    }

    /// Takes up the groups that users say they are in (RFC 7643 section 4.1.2).
    fn know_groups_of_users(&mut self) {
        let mut named: Vec<(Arc<str>, Object)> = Vec::new();
        for (id, user) in self.users.iter() {
            let groups = user.user.object().get("groups").and_then(Json::as_array).unwrap_or_default();
            let is_direct = |group: &&Object| {
                !group.get("type").and_then(Json::as_str).is_some_and(|t| t.eq_ignore_ascii_case("indirect"))
            };
            let groups = groups.iter().filter_map(Json::as_object).filter(is_direct);
            named.extend(groups.map(|group| (id.into(), group.clone())));
        }
        for (user, named) in named {
            let Some(id) = id_of_member(&named) else { continue };
            if !self.groups.contains(id) {
                let mut object = Object::of("id", Json::String(id.into()));
                if let Some(name) = named.assigned("display") {
                    object.set("displayName", name.clone());
                }
                let Ok((group, _)) = Group::from_object(object) else { continue };
                self.insert_group(id, group, MemberList::default());
            }
            let (order, team) = (self.groups.order(id), self.groups.get_mut(id));
            if let (Some(order), Some(team)) = (order, team) {
                team.members.add(&user, Json::Object(Object::of("value", Json::String((&*user).into()))));
                self.memberships.entry(user).or_default().insert(order);
            }
        }
    }

    /// The user with this id.
    pub fn user(&self, id: &str) -> Option<&User> {
        self.users.get(id).map(|account| &account.user)
    }

    /// The user with this `userName`, in any case, with its id.
    ///
    /// Where a server has taken the same name twice, it is the one created first; one that only a login has made known
    /// counts last.
    pub fn user_named(&self, user_name: &str) -> Option<(&str, &User)> {
        let (_, order) = self.by_name.get(&fold(user_name))?.first()?;
        let id = self.users.id(*order)?;
        self.user(id).map(|user| (&**id, user))
    }

    /// The group with this id. Its members are not among its attributes: [`Directory::members`] has them.
    pub fn group(&self, id: &str) -> Option<&Group> {
        self.groups.get(id).map(|team| &team.group)
    }

    /// The users with their ids, in the order of creation.
    pub fn users(&self) -> impl Iterator<Item = (&str, &User)> {
        self.users.iter().map(|(id, account)| (id, &account.user))
    }

    /// The groups with their ids, in the order of creation.
    pub fn groups(&self) -> impl Iterator<Item = (&str, &Group)> {
        self.groups.iter().map(|(id, team)| (id, &team.group))
    }

    /// How many users there are.
    pub fn user_count(&self) -> usize {
        self.users.len()
    }

    /// How many groups there are.
    pub fn group_count(&self) -> usize {
        self.groups.len()
    }

    /// The ids that a group lists as members, in the order in which they joined: users, groups, and ids that nobody has.
    pub fn members(&self, group_id: &str) -> impl Iterator<Item = &str> {
        self.groups.get(group_id).into_iter().flat_map(|team| team.members.ids()).map(|id| &**id)
    }

    /// The groups that list this user, by id, in the order of their creation. It may be the id of a group too.
    pub fn direct_groups(&self, id: &str) -> impl Iterator<Item = &str> {
        let orders = self.memberships.get(id).into_iter().flatten();
        orders.filter_map(|order| self.groups.id(*order)).map(|id| &**id)
    }

    /// The groups that a user is in, also through other groups, each once and in the order of their creation. Groups
    /// may hold each other in a circle.
    pub fn transitive_groups(&self, id: &str) -> Vec<&str> {
        let mut found: BTreeSet<u64> = BTreeSet::new();
        let mut waiting: Vec<&str> = vec![id];
        while let Some(member) = waiting.pop() {
            for order in self.memberships.get(member).into_iter().flatten() {
                if found.insert(*order) {
                    waiting.extend(self.groups.id(*order).map(|id| &**id));
                }
            }
        }
        found.into_iter().filter_map(|order| self.groups.id(order)).map(|id| &**id).collect()
    }

    /// The users in a group, also through other groups, each once.
    pub fn users_within(&self, group_id: &str) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        let (mut users, mut groups) = (HashSet::new(), HashSet::from([group_id]));
        let mut waiting: VecDeque<&str> = VecDeque::from([group_id]);
        while let Some(group) = waiting.pop_front() {
            for member in self.members(group) {
                if self.users.contains(member) && users.insert(member) {
                    found.push(member);
                }
                if self.groups.contains(member) && groups.insert(member) {
                    waiting.push_back(member);
                }
            }
        }
        found
    }

    /// The id of the user with this name, who is created where there is none: a first login makes a person known that
    /// SCIM has not sent.
    pub fn create_user_at_login(&mut self, user_name: &str) -> String {
        if let Some((id, _)) = self.user_named(user_name) {
            return id.to_owned();
        }
        let id = self.made_up_id("user");
        let mut object = Object::of("id", Json::String(id.as_str().into()));
        object.set("userName", Json::String(user_name.into()));
        if let Ok((user, _)) = User::from_object(object) {
            self.insert_user(&id, user, true);
        }
        id
    }

    fn id_or_made_up(&mut self, id: Option<&str>, kind: &str, taken: &HashSet<&str>) -> String {
        match id {
            Some(id) if !self.is_taken(id) => id.to_owned(),
            _ => loop {
                let id = self.made_up_id(kind);
                if !taken.contains(&*id) {
                    return id;
                }
            },
        }
    }

    /// An id that nothing has, and that no group lists.
    pub(super) fn made_up_id(&mut self, kind: &str) -> String {
        loop {
            self.made_up += 1;
            let id = format!("made-up-{kind}-{}", self.made_up);
            if !self.is_taken(&id) && !self.memberships.contains_key(&*id) {
                return id;
            }
        }
    }

    fn is_taken(&self, id: &str) -> bool {
        self.users.contains(id) || self.groups.contains(id)
    }

    /// Another user than `id` with this name.
    pub(super) fn has_other_named(&self, user_name: &str, id: Option<&str>) -> bool {
        let own = id.and_then(|id| self.users.order(id));
        let named = self.by_name.get(&fold(user_name)).into_iter().flatten();
        named.map(|(_, order)| Some(*order)).any(|order| order != own)
    }

    pub(super) fn insert_user(&mut self, id: &str, user: User, by_login: bool) {
        let name = fold(user.user_name());
        let order = self.users.insert(id, Account { user, by_login });
        self.by_name.entry(name).or_default().insert((by_login, order));
    }

    /// Puts a user in place of what it was. What SCIM speaks of is not known by a login alone any more.
    pub(super) fn replace_user(&mut self, id: &str, user: User) {
        let Some(order) = self.users.order(id) else { return };
        let name = fold(user.user_name());
        let Some(account) = self.users.get_mut(id) else { return };
        let before = std::mem::replace(account, Account { user, by_login: false });
        self.forget_name(&before, order);
        self.by_name.entry(name).or_default().insert((false, order));
    }

    fn forget_name(&mut self, account: &Account, order: u64) {
        let name = fold(account.user.user_name());
        if let Some(orders) = self.by_name.get_mut(&name) {
            orders.remove(&(account.by_login, order));
            if orders.is_empty() {
                self.by_name.remove(&name);
            }
        }
    }

    pub(super) fn insert_group(&mut self, id: &str, group: Group, members: MemberList) {
        let ids: Vec<Arc<str>> = members.ids().cloned().collect();
        let order = self.groups.insert(id, Team { group, members });
        for member in ids {
            self.memberships.entry(member).or_default().insert(order);
        }
    }

    /// Brings the index up to changes that a group's list has seen, and tells them.
    pub(super) fn index(&mut self, group: &str, changes: Vec<Change>, effects: &mut Vec<Effect>) {
        let Some(order) = self.groups.order(group) else { return };
        for Change { member, joined } in changes {
            self.tell(&member, group, joined, effects);
            if joined {
                self.memberships.entry(member).or_default().insert(order);
            } else {
                self.unlist(&member, order);
            }
        }
    }

    pub(super) fn tell(&self, member: &str, group: &str, joined: bool, effects: &mut Vec<Effect>) {
        if self.users.contains(member) {
            effects.push(Effect::MembershipChanged { user: member.to_owned(), group: group.to_owned(), joined });
        }
        if self.groups.contains(member) {
            effects.push(Effect::NestingChanged { member: member.to_owned(), group: group.to_owned(), joined });
        }
    }

    fn unlist(&mut self, member: &str, order: u64) {
        if let Some(orders) = self.memberships.get_mut(member) {
            orders.remove(&order);
            if orders.is_empty() {
                self.memberships.remove(member);
            }
        }
    }

    /// The groups that list the user go on to list the id, as any other that nobody has.
    pub(super) fn delete_user(&mut self, id: &str) -> Vec<Effect> {
        if let Some((order, account)) = self.users.remove(id) {
            self.forget_name(&account, order);
        }
        vec![Effect::UserDeleted { id: id.to_owned() }]
    }

    pub(super) fn delete_group(&mut self, id: &str) -> Vec<Effect> {
        let mut effects = Vec::new();
        let members: Vec<Arc<str>> =
            self.groups.get(id).map(|team| team.members.ids().cloned().collect()).unwrap_or_default();
        for member in members {
            self.tell(&member, id, false, &mut effects);
            if let Some(order) = self.groups.order(id) {
                self.unlist(&member, order);
            }
        }
        self.groups.remove(id);
        effects.push(Effect::GroupDeleted { id: id.to_owned() });
        effects
    }
}

/// The members that a group's attribute lists; those that are nobody are left out.
pub(super) fn list_of(members: Option<&Json>) -> MemberList {
    let mut list = MemberList::default();
    let Some(members) = members else { return list };
    for (id, value) in member_ids(members, super::edit::Strictness::Taken).unwrap_or_default() {
        list.add(id, value.clone());
    }
    list
}

fn without_members(group: Group) -> Group {
    let mut object = group.object().clone();
    object.remove("members");
    match Group::from_object(object) {
        Ok((group, _)) => group,
        // It had nothing but members.
        Err(_) => group,
    }
}
