//! Which groups a user is in.

use std::collections::{HashMap, HashSet};

use super::fact::Fact;
use super::group::{Group, Member, Members};
use super::json::Json;
use super::lists::Lists;
use super::snapshot::Snapshot;
use super::user::{User, text};

/// What the configuration says about the `members` of exported groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MembersExport {
    /// Nothing: if some group carries `members`, those without are empty; if none does, membership is undetermined.
    #[default]
    AsFound,
    /// The export holds all members: a group without `members` is empty.
    Complete,
    /// The export leaves members out: membership is undetermined.
    Excluded,
}

/// The groups of each user, joined from a snapshot.
///
/// Membership comes from the groups' `members`; where there is no group resource, from the users' `groups`; else it is
/// undetermined.
#[derive(Debug)]
pub struct Membership<'s> {
    snapshot: &'s Snapshot,
    basis: Basis<'s>,
}

#[derive(Debug)]
enum Basis<'s> {
    /// The files do not say.
    Undetermined,
    /// There are no groups.
    NoGroups,
    /// The users' `groups`.
    Users,
    /// The groups' `members`.
    Groups(Joined<'s>),
}

/// Who is directly in which groups, by index; the groups of a member stand together.
#[derive(Debug)]
pub(super) struct Joined<'s> {
    groups_of_user: Lists,
    groups_of_group: Lists,
    /// Members that are groups.
    pub(super) nested: Vec<Entry<'s>>,
    /// Members that no user and no group has.
    pub(super) dangling: Vec<Entry<'s>>,
    /// Whether every group and every member could be read: else anybody may be in further groups.
    are_all: bool,
}

/// One entry of a group's `members`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'s> {
    /// The index of the group.
    pub(super) group: usize,
    pub(super) member: Member<'s>,
}

/// A group as a user's membership knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupRef<'s> {
    /// Its index among [`Snapshot::groups`]; `None` where it is known from the user's `groups` only.
    pub index: Option<usize>,
    /// Its name. It compares without case.
    pub display_name: Fact<Option<&'s str>>,
    /// Its external id. It compares exactly; a user's `groups` do not say it.
    pub external_id: Fact<Option<&'s str>>,
}

/// The groups of a user, as far as the files say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Groups<'s> {
    /// The user is in exactly these.
    Exactly(Vec<GroupRef<'s>>),
    /// The user is in these; whether in others too the files do not say. With none: they say nothing.
    AtLeast(Vec<GroupRef<'s>>),
}

impl<'s> Groups<'s> {
    /// The files say nothing.
    pub const UNDETERMINED: Groups<'static> = Groups::AtLeast(Vec::new());

    /// Those that the user is known to be in.
    pub fn refs(&self) -> &[GroupRef<'s>] {
        let (Groups::Exactly(groups) | Groups::AtLeast(groups)) = self;
        groups
    }

    fn of(groups: Vec<GroupRef<'s>>, are_all: bool) -> Self {
        if are_all { Groups::Exactly(groups) } else { Groups::AtLeast(groups) }
    }
}

impl<'s> From<Fact<Vec<GroupRef<'s>>>> for Groups<'s> {
    fn from(fact: Fact<Vec<GroupRef<'s>>>) -> Self {
        fact.known().map_or(Groups::UNDETERMINED, Groups::Exactly)
    }
}

impl<'s> GroupRef<'s> {
    /// A group as its resource names it. `displayName` is required of every group (RFC 7643 section 4.2), so one that
    /// stands without has a name that the files do not say.
    pub fn of(group: &'s Group, index: Option<usize>) -> Self {
        let display_name = match group.display_name() {
            Fact::Known(Some(name)) => Fact::Known(Some(name)),
            Fact::Known(None) | Fact::Undetermined => Fact::Undetermined,
        };
        GroupRef { index, display_name, external_id: group.external_id() }
    }

    /// A group of which only the name is known.
    pub fn named(display_name: &'s str) -> Self {
        GroupRef { index: None, display_name: Fact::Known(Some(display_name)), external_id: Fact::Undetermined }
    }

    /// A group by both of its names.
    pub fn new(display_name: &'s str, external_id: &'s str) -> Self {
        GroupRef { external_id: Fact::Known(Some(external_id)), ..GroupRef::named(display_name) }
    }
}

impl Snapshot {
    /// Joins users and groups. Takes time in proportion to users and members.
    pub fn membership(&self, members: MembersExport) -> Membership<'_> {
        Membership { snapshot: self, basis: basis(self, members) }
    }
}

impl<'s> Membership<'s> {
    /// The groups that have the user among their members. The user is an index of [`Snapshot::users`].
    pub fn direct_groups(&self, user: usize) -> Groups<'s> {
        match &self.basis {
            Basis::Undetermined => Groups::UNDETERMINED,
            Basis::NoGroups => Groups::Exactly(Vec::new()),
            Basis::Users => self.groups_of_record(user, false),
            Basis::Groups(joined) => {
                let Fact::Known(direct) = self.direct(joined, user) else { return Groups::UNDETERMINED };
                Groups::of(direct.iter().map(|&group| self.group(group)).collect(), joined.are_all)
            }
        }
    }

    /// The same, and the groups that have one of them among their members, and so on. Groups that contain each other are
    /// no problem.
    pub fn transitive_groups(&self, user: usize) -> Groups<'s> {
        let joined = match &self.basis {
            Basis::Groups(joined) => joined,
            Basis::Users => return self.groups_of_record(user, true),
            Basis::Undetermined | Basis::NoGroups => return self.direct_groups(user),
        };
        let Fact::Known(direct) = self.direct(joined, user) else { return Groups::UNDETERMINED };
        let mut groups = direct.to_vec();
        if direct.iter().any(|&group| !joined.groups_of_group.of(group as usize).is_empty()) {
            climb(&mut groups, &joined.groups_of_group);
        }
        Groups::of(groups.into_iter().map(|group| self.group(group)).collect(), joined.are_all)
    }

    /// Whether the files say who is in which group.
    pub fn is_known(&self) -> bool {
        !matches!(self.basis, Basis::Undetermined)
    }

    fn direct<'j>(&self, joined: &'j Joined<'s>, user: usize) -> Fact<&'j [u32]> {
        match self.snapshot.users().get(user).and_then(|record| record.resource.id()) {
            Some(_) => Fact::Known(joined.groups_of_user.of(user)),
            None => Fact::Undetermined,
        }
    }

    fn groups_of_record(&self, user: usize, with_indirect: bool) -> Groups<'s> {
        let record = self.snapshot.users().get(user);
        record.map_or(Groups::UNDETERMINED, |record| groups_of_user(&record.resource, with_indirect))
    }

    fn group(&self, index: u32) -> GroupRef<'s> {
        GroupRef::of(&self.snapshot.groups()[index as usize].resource, Some(index as usize))
    }
}

/// From the user's own `groups`: all of them, or those that are not `indirect` (RFC 7643 section 4.1.2).
pub(super) fn groups_of_user(user: &User, with_indirect: bool) -> Groups<'_> {
    let groups = match user.object().assigned("groups") {
        None => return Groups::Exactly(Vec::new()),
        Some(Json::Array(groups)) => groups,
        Some(_) => return Groups::UNDETERMINED,
    };
    let mut refs = Vec::new();
    let mut are_all = true;
    for group in groups.iter().filter(|group| **group != Json::Null) {
        let Some(group) = group.as_object() else {
            are_all = false;
            continue;
        };
        let indirect = group.get("type").and_then(Json::as_str).is_some_and(|t| t.eq_ignore_ascii_case("indirect"));
        if indirect && !with_indirect {
            continue;
        }
        let display_name = match text(group, "display") {
            Fact::Known(Some(name)) => Fact::Known(Some(name)),
            _ => Fact::Undetermined,
        };
        refs.push(GroupRef { index: None, display_name, external_id: Fact::Undetermined });
    }
    Groups::of(refs, are_all)
}

/// Whether the user carries `groups`.
pub(crate) fn carries_groups(user: &User) -> bool {
    user.object().get("groups").is_some_and(|groups| *groups != Json::Null)
}

fn basis(snapshot: &Snapshot, members: MembersExport) -> Basis<'_> {
    let groups = &snapshot.groups;
    if groups.records.is_empty() {
        let none = groups.was_read && groups.skipped == 0 && groups.completeness.is_complete();
        return match snapshot.users().iter().any(|user| carries_groups(&user.resource)) {
            true => Basis::Users,
            false if none => Basis::NoGroups,
            false => Basis::Undetermined,
        };
    }
    if members == MembersExport::Excluded || !groups.completeness.is_complete() {
        return Basis::Undetermined;
    }
    let mut listed = members == MembersExport::Complete;
    for group in &groups.records {
        match group.resource.object().get("members") {
            None | Some(Json::Null) => {}
            Some(_) => listed = true,
        }
    }
    if listed { Basis::Groups(join(snapshot)) } else { Basis::Undetermined }
}

#[derive(Clone, Copy)]
enum Target {
    User(u32),
    Group(u32),
}

pub(super) fn join(snapshot: &Snapshot) -> Joined<'_> {
    let mut targets: HashMap<&str, Target> = HashMap::with_capacity(snapshot.users().len() + snapshot.groups().len());
    for (index, group) in (0..).zip(snapshot.groups()) {
        targets.extend(group.resource.id().map(|id| (id, Target::Group(index))));
    }
    for (index, user) in (0..).zip(snapshot.users()) {
        targets.extend(user.resource.id().map(|id| (id, Target::User(index))));
    }
    let (mut users, mut groups) = (Vec::new(), Vec::new());
    let (mut nested, mut dangling) = (Vec::new(), Vec::new());
    let mut are_all = snapshot.groups.unread == 0;
    for (index, group) in (0_u32..).zip(snapshot.groups()) {
        are_all &= group.resource.members_are_read();
        let Members::Listed(members) = group.resource.members() else { continue };
        for member in members {
            let entry = Entry { group: index as usize, member };
            match targets.get(member.value) {
                Some(Target::User(user)) => users.push((*user, index)),
                Some(Target::Group(inner)) => {
                    groups.push((*inner, index));
                    nested.push(entry);
                }
                None => dangling.push(entry),
            }
        }
    }
    let groups_of_user = Lists::of_pairs(users, snapshot.users().len());
    let groups_of_group = Lists::of_pairs(groups, snapshot.groups().len());
    Joined { groups_of_user, groups_of_group, nested, dangling, are_all }
}

/// Adds to `groups` all that contain one of them, however far up, and sorts them. Each group is met once.
fn climb(groups: &mut Vec<u32>, groups_of_group: &Lists) {
    let mut met: HashSet<u32> = groups.iter().copied().collect();
    let mut next = 0;
    while let Some(&group) = groups.get(next) {
        for &container in groups_of_group.of(group as usize) {
            if met.insert(container) {
                groups.push(container);
            }
        }
        next += 1;
    }
    groups.sort_unstable();
}

#[cfg(test)]
mod tests {
    use super::super::testing::snapshot;
    use super::*;

    const ADA: &str = r#"[{"id":"a","userName":"ada"}]"#;

    /// The names of the direct groups and of all groups of the first user, and `?` where there may be more.
    fn groups(users: &str, groups: &[&str], members: MembersExport) -> (String, String) {
        let snapshot = snapshot(&[users], groups);
        let membership = snapshot.membership(members);
        let names = |groups: Groups<'_>| {
            let name = |group: &GroupRef<'_>| match group.display_name {
                Fact::Known(name) => name.unwrap_or("-").to_owned(),
                Fact::Undetermined => "unnamed".to_owned(),
            };
            let names = groups.refs().iter().map(name);
            let open = matches!(groups, Groups::AtLeast(_)).then(|| "?".to_owned());
            names.chain(open).collect::<Vec<_>>().join(" ")
        };
        (names(membership.direct_groups(0)), names(membership.transitive_groups(0)))
    }

    #[track_caller]
    fn check(users: &str, files: &[&str], direct: &str, transitive: &str) {
        let expected = (direct.to_owned(), transitive.to_owned());
        assert_eq!(groups(users, files, MembersExport::AsFound), expected, "{files:?}");
    }

    #[test]
    fn membership_is_on_the_group() {
        let two = r#"[{"id":"1","displayName":"One","members":[{"value":"a"},{"value":"a"},{"value":"zz"}]},
                      {"id":"2","displayName":"Two","members":[{"value":"b"}]},
                      {"id":"3","displayName":"Three","members":["a"]}]"#;
        check(ADA, &[two], "One Three", "One Three");
        check(r#"[{"id":"A","userName":"ada"}]"#, &[two], "", "");
    }

    #[test]
    fn nested_groups_count_transitively_and_may_contain_each_other() {
        let nested = r#"[{"id":"1","displayName":"One","members":[{"value":"a"},{"value":"3"}]},
                         {"id":"2","displayName":"Two","members":[{"value":"1","$ref":null}]},
                         {"id":"3","displayName":"Three","members":[{"value":"2"}]},
                         {"id":"4","displayName":"Four","members":[]}]"#;
        check(ADA, &[nested], "One", "One Two Three");
    }

    #[test]
    fn a_group_without_members_is_empty_where_another_has_some() {
        let some = r#"[{"id":"1","displayName":"One","members":[{"value":"a"}]},{"id":"2","displayName":"Two"}]"#;
        let none = r#"[{"id":"1","displayName":"One"},{"id":"2","displayName":"Two","members":null}]"#;
        let empty = r#"[{"id":"1","displayName":"One","members":[]}]"#;
        check(ADA, &[some], "One", "One");
        check(ADA, &[none], "?", "?");
        check(ADA, &[empty], "", "");
        let known = |members| groups(ADA, &[none], members).0;
        assert_eq!((known(MembersExport::Complete), known(MembersExport::Excluded)), (String::new(), "?".to_owned()));
        assert_eq!(groups(ADA, &[some], MembersExport::Excluded).0, "?");
    }

    #[test]
    fn without_group_resources_the_users_say_it() {
        let users = r#"[{"id":"a","userName":"ada","groups":[{"value":"1","display":"One","type":"direct"},
                         {"value":"2","display":"Two","type":"indirect"},{"value":"3"}]}]"#;
        check(users, &[], "One unnamed", "One Two unnamed");
        let some = r#"[{"id":"a","userName":"ada","groups":[{"display":"One"},5]}]"#;
        check(some, &[], "One ?", "One ?");
        check(r#"[{"id":"b","userName":"bo"},{"id":"a","userName":"ada","groups":[]}]"#, &[], "", "");
        check(ADA, &[], "?", "?");
        check(r#"[{"id":"a","userName":"ada","groups":null}]"#, &[], "?", "?");
        // With group resources, the users' own word does not count.
        check(users, &[r#"[{"id":"9","displayName":"Nine","members":[{"value":"a"}]}]"#], "Nine", "Nine");
        let snapshot = snapshot(&[users], &[]);
        let direct = snapshot.membership(MembersExport::AsFound).direct_groups(0);
        assert_eq!(direct.refs()[0].external_id, Fact::Undetermined);
    }

    #[test]
    fn what_is_missing_from_the_files_leaves_membership_open() {
        check(ADA, &[r#"[{"id":"1","members":[{"value":"a"}]},"#], "?", "?");
        check(ADA, &[r#"{"totalResults":2,"Resources":[{"id":"1","members":[{"value":"a"}]}]}"#], "?", "?");
        check(ADA, &[r#"[{"id":"1","members":5}]"#], "?", "?");
        check(ADA, &["[5]"], "?", "?");
        check(r#"[{"userName":"ada"}]"#, &[r#"[{"id":"1","members":[{"value":"a"}]}]"#], "?", "?");
    }

    #[test]
    fn a_complete_list_of_no_groups_says_that_there_are_none() {
        check(ADA, &["[]"], "", "");
        check(ADA, &[r#"{"totalResults":0}"#], "", "");
    }

    #[test]
    fn a_group_that_stands_without_its_name_has_one_all_the_same() {
        for name in ["", r#""displayName":null,"#, r#""displayName":5,"#] {
            check(ADA, &[&format!(r#"[{{"id":"1",{name}"members":[{{"value":"a"}}]}}]"#)], "unnamed", "unnamed");
        }
    }

    #[test]
    fn a_record_that_may_be_a_group_leaves_membership_open() {
        let one = r#"{"id":"1","displayName":"One","members":[{"value":"a"}]}"#;
        let twice = r#"{"id":"2","displayName":"Two","DisplayName":"Two","members":[{"value":"a"}]}"#;
        let member_twice = r#"{"id":"2","displayName":"Two","members":[{"value":"a","Value":"a"}]}"#;
        for unread in [twice, member_twice, r#""Two""#, "null", r#"{"id" "2"}"#] {
            check(ADA, &[&format!("[{one},{unread}]")], "One ?", "One ?");
            check(r#"[{"id":"b","userName":"bo"}]"#, &[&format!("[{unread},{one}]")], "?", "?");
        }
        check(ADA, &[&format!("{one}\n{{\"id\":\n{one}")], "One ?", "One ?");
        let user = r#"{"id":"u","userName":"u","USERNAME":"u"}"#;
        let declared = r#"{"id":"u","ID":"u","meta":{"resourceType":"User"}}"#;
        for other in [user, declared, r#"{"request":{}}"#] {
            check(ADA, &[&format!("[{one},{other}]")], "One", "One");
        }
    }

    #[test]
    fn a_member_that_cannot_be_read_may_be_anybody() {
        for unread in [r#"{"display":"ada"}"#, "null", "5", r#"{"value":1}"#, r#"{"$ref":"https://x/Users/"}"#, "[]"] {
            let groups = format!(
                r#"[{{"id":"1","displayName":"One","members":[{{"value":"a"}}]}},{{"id":"2","displayName":"Two","members":[{unread}]}}]"#
            );
            check(ADA, &[&groups], "One ?", "One ?");
        }
        let unread = r#"[{"id":"1","displayName":"One","members":["a"]},{"id":"2","displayName":"Two","members":5}]"#;
        check(ADA, &[unread], "One ?", "One ?");
    }

    #[test]
    fn a_member_may_be_named_by_its_address() {
        for address in ["../Users/a", "https://contoso.com/scim/v2/Users/a", "/users/a"] {
            let group = format!(r#"[{{"id":"1","displayName":"One","members":[{{"$ref":"{address}"}}]}}]"#);
            check(ADA, &[&group], "One", "One");
        }
        let both = r#"[{"id":"1","displayName":"One","members":[{"value":"b","$ref":"../Users/a"}]}]"#;
        check(ADA, &[both], "", "");
        let nested = r#"[{"id":"1","displayName":"One","members":["a"]},
                         {"id":"2","displayName":"Two","members":[{"$ref":"../Groups/1"}]}]"#;
        check(ADA, &[nested], "One", "One Two");
    }

    #[test]
    fn a_long_chain_of_groups_is_climbed_without_recursion() {
        let group = |n: usize| {
            let member = if n == 0 { "a".to_owned() } else { format!("g{}", n - 1) };
            format!(r#"{{"id":"g{n}","displayName":"G{n}","members":[{{"value":"{member}"}}]}}"#)
        };
        let chain: Vec<String> = (0..5_000).map(group).collect();
        let snapshot = snapshot(&[ADA], &[&chain.join("\n")]);
        let membership = snapshot.membership(MembersExport::AsFound);
        assert_eq!(membership.direct_groups(0).refs().len(), 1);
        assert_eq!(membership.transitive_groups(0).refs().len(), 5_000);
    }
}
