//! Facts about the data of a snapshot that are worth a lint, one function each.
//!
//! None of them takes a user away.

use std::collections::HashMap;
use std::hash::Hash;

use super::fact::Fact;
use super::gather::Resource;
use super::membership::{Entry, join};
use super::schema::DefectKind;
use super::snapshot::{Record, Snapshot};
use super::unusable::Kind;
use crate::condition::fold;
use crate::source::{Case, Place, Problem, Route, Severity, quoted, shorten};

/// How many problems of one kind are reported one by one; the rest is a number.
const MOST: usize = 1000;
/// How many places or names one problem shows.
const SHOWN: usize = 5;

impl Snapshot {
    /// Users whose `userName` is the same without case: SCIM demands that it is unique (RFC 7643 section 4.1).
    pub fn duplicate_user_names(&self) -> Vec<Problem> {
        let sets = sets_of(self.users(), |user| Some(fold(user.resource.user_name())));
        report(sets, |users| {
            let name = shorten(users[0].resource.user_name());
            let said = ["userName", &fold(users[0].resource.user_name())];
            let message = format!("{} users have the `userName` `{name}`", users.len());
            let help = format!("rename or remove all but one of {}: names compare without case", ids_of(&users));
            alike("duplicate-user-name", &users, said, message).help(help)
        })
    }

    /// Groups whose `displayName` is the same without case: a rule that names one of them names all.
    pub fn duplicate_group_names(&self) -> Vec<Problem> {
        let sets = sets_of(self.groups(), |group| group.resource.display_name().known().flatten().map(fold));
        report(sets, |groups| {
            let name = groups[0].resource.display_name().known().flatten().unwrap_or_default();
            let said = ["displayName", &fold(name)];
            let name = shorten(name);
            let message = format!("{} groups have the `displayName` `{name}`", groups.len());
            let help = format!(
                "rename all but one of {}: names compare without case, so a rule that names one means the members of all",
                ids_of(&groups)
            );
            let problem = alike("ambiguous-group-name", &groups, said, message).help(help);
            Problem { severity: Severity::Warning, ..problem }
        })
    }

    /// Users, or groups, that have the same `externalId`: a Provider ID is unique in its realm. Not for a dump from
    /// Entra's own SCIM API, whose `externalId` has not passed the provisioning mapping.
    pub fn duplicate_external_ids(&self, kind: Kind) -> Vec<Problem> {
        match kind {
            _ if self.is_entra_dump() => Vec::new(),
            Kind::Users => duplicate_external_ids(self.users()),
            Kind::Groups => duplicate_external_ids(self.groups()),
        }
    }

    /// Members that no user and no group has, but for those that are said to be groups. Not asked where users or groups are
    /// known to be missing from the files.
    pub fn dangling_members(&self) -> Vec<Problem> {
        let complete = |kind| self.was_read(kind) && self.completeness(kind).is_complete();
        if !complete(Kind::Users) || !complete(Kind::Groups) {
            return Vec::new();
        }
        let skipped = self.skipped(Kind::Users) + self.skipped(Kind::Groups);
        let help = match skipped {
            0 => "remove the member, or export the user that it names".to_owned(),
            _ => format!("mend the {skipped} skipped records first: it may be one of them"),
        };
        let mut dangling = join(self).dangling;
        dangling.retain(|entry| !is_said_to_be_a_group(entry));
        self.report_members(dangling, |group, members| {
            let message = format!("the group {group} has {} that nobody has: {}", counted(members), named(members));
            ("dangling-member", message, help.clone())
        })
    }

    /// Groups among the members of groups: Entra does not provision them over SCIM, while login claims are flattened
    /// (palantir.com/docs/foundry/authentication/scim-common-issues).
    pub fn nested_groups(&self) -> Vec<Problem> {
        let joined = join(self);
        let mut nested = joined.nested;
        nested.extend(joined.dangling.into_iter().filter(is_said_to_be_a_group));
        nested.sort_by_key(|entry| (entry.group, entry.member.index));
        self.report_members(nested, |group, members| {
            let message = match members.len() {
                1 => format!("the group {group} has a group among its members: {}", named(members)),
                count => format!("the group {group} has {count} groups among its members: {}", named(members)),
            };
            let help = "assign the people to the group itself: Entra does not send nested groups over SCIM".to_owned();
            ("nested-group", message, help)
        })
    }

    /// Users with more than one primary address (RFC 7643 section 2.4 allows one).
    pub fn several_primary_emails(&self) -> Vec<Problem> {
        let several: Vec<_> = self.users().iter().filter(|user| user.resource.primary_emails() > 1).collect();
        let Some((first, more)) = several.split_first() else { return Vec::new() };
        let who = match several.len() {
            1 => format!("the user `{}` has", shorten(first.resource.user_name())),
            count => format!("{count} users have"),
        };
        let help = "mark one address as primary; which one Foundry holds is undetermined where they differ";
        let problem = Problem::warning(
            "several-primary-emails",
            place_of(first, "emails"),
            format!("{who} several primary addresses"),
        );
        let related =
            |problem: Problem, user: &&&Record<super::User>| problem.related(place_of(user, "emails"), "here too");
        let problem =
            problem.help(help).topic(Kind::Users.topic()).cases(several.iter().map(|user| case(user, &["emails"])));
        vec![more.iter().take(SHOWN).fold(problem, |problem, user| related(problem, &user))]
    }

    /// Booleans that are written as strings, one problem for each attribute. They were read as booleans.
    pub fn string_booleans(&self) -> Vec<Problem> {
        let strings = |defect: &DefectKind| *defect == DefectKind::StringBoolean;
        let mut problems = self.users.tally.problems(Kind::Users, strings);
        problems.extend(self.groups.tally.problems(Kind::Groups, strings));
        problems
    }

    /// One problem for each group that has such members.
    fn report_members(
        &self,
        entries: Vec<Entry<'_>>,
        say: impl Fn(&str, &[Entry<'_>]) -> (&'static str, String, String),
    ) -> Vec<Problem> {
        let by_group: Vec<&[Entry<'_>]> = entries.chunk_by(|a, b| a.group == b.group).collect();
        report(by_group, |members| {
            let record = &self.groups()[members[0].group];
            let (code, message, help) = say(&name_of_group(record), members);
            let spelling = record.resource.object().spelling("members").unwrap_or("members");
            let place = |entry: &Entry<'_>| record.place.value(Route::root().key(spelling).index(entry.member.index));
            let cases = members.iter().map(|entry| case(record, &["members", entry.member.value]));
            let problem = Problem::warning(code, place(&members[0]), message).help(help);
            let problem = problem.topic(Kind::Groups.topic()).cases(cases);
            members[1..].iter().take(SHOWN - 1).fold(problem, |problem, entry| problem.related(place(entry), ""))
        })
    }
}

fn is_said_to_be_a_group(entry: &Entry<'_>) -> bool {
    entry.member.member_type.is_some_and(|kind| kind.eq_ignore_ascii_case("Group"))
}

fn duplicate_external_ids<T: Resource + Identified>(records: &[Record<T>]) -> Vec<Problem> {
    let sets = sets_of(records, |record| record.resource.known_external_id());
    report(sets, |records| {
        let id = records[0].resource.known_external_id().unwrap_or_default();
        let said = ["externalId", id];
        let id = shorten(id);
        let kind = T::KIND.as_str();
        let message = format!("{} {kind} have the `externalId` `{id}`", records.len());
        let help = format!("give each of {} an `externalId` of its own: it is the Provider ID", ids_of(&records));
        alike("duplicate-external-id", &records, said, message).help(help)
    })
}

trait Identified {
    fn known_external_id(&self) -> Option<&str>;
}

impl Identified for super::User {
    fn known_external_id(&self) -> Option<&str> {
        self.external_id().known().flatten()
    }
}

impl Identified for super::Group {
    fn known_external_id(&self) -> Option<&str> {
        self.external_id().known().flatten()
    }
}

/// The records that share a key with another one, in the order of the first of each set.
fn sets_of<'s, T, K: Hash + Eq>(
    records: &'s [Record<T>],
    key: impl Fn(&'s Record<T>) -> Option<K>,
) -> Vec<Vec<&'s Record<T>>> {
    let mut first: HashMap<K, usize> = HashMap::with_capacity(records.len());
    let mut sets: Vec<Vec<&Record<T>>> = Vec::new();
    for record in records {
        let Some(key) = key(record) else { continue };
        match first.get(&key) {
            Some(&set) => sets[set].push(record),
            None => {
                first.insert(key, sets.len());
                sets.push(vec![record]);
            }
        }
    }
    sets.retain(|set| set.len() > 1);
    sets
}

/// A problem at the attribute of the second record that points to the others. All have the value that is said with the name
/// of the attribute.
fn alike<T: Resource>(code: &'static str, records: &[&Record<T>], said: [&str; 2], message: String) -> Problem {
    let place = |record: &Record<T>| place_of(record, said[0]);
    let problem = Problem::error(code, place(records[1]), message).related(place(records[0]), "the first one");
    let problem = problem.topic(T::KIND.topic()).cases(records.iter().map(|record| case(record, &said)));
    records[2..].iter().take(SHOWN - 2).fold(problem, |problem, record| problem.related(place(record), "here too"))
}

fn report<S>(sets: Vec<S>, problem: impl Fn(S) -> Problem) -> Vec<Problem> {
    let more = sets.len().saturating_sub(MOST);
    let mut sets = sets.into_iter();
    let mut problems: Vec<Problem> = sets.by_ref().take(MOST).map(&problem).collect();
    if let Some(last) = problems.last_mut().filter(|_| more > 0) {
        last.message.push_str(&format!(", and {more} more problems of this kind"));
        // What is only counted can be new, too.
        last.cases.extend(sets.flat_map(|set| problem(set).cases));
    }
    problems
}

fn case<T: Resource>(record: &Record<T>, said: &[&str]) -> Case {
    record.place.case(T::KIND, record.resource.object(), said)
}

fn place_of<T: Resource>(record: &Record<T>, attribute: &str) -> Place {
    let spelling = record.resource.object().spelling(attribute).unwrap_or(attribute);
    record.place.value(Route::root().key(spelling))
}

fn ids_of<T: Resource>(records: &[&Record<T>]) -> String {
    let shown = records.iter().take(SHOWN).map(|record| match record.resource.id() {
        Some(id) => quoted(id),
        None => "one without `id`".to_owned(),
    });
    listed(shown.collect(), records.len())
}

fn named(members: &[Entry<'_>]) -> String {
    let shown = members.iter().take(SHOWN).map(|entry| quoted(entry.member.value));
    listed(shown.collect(), members.len())
}

fn counted(members: &[Entry<'_>]) -> String {
    match members.len() {
        1 => "a member".to_owned(),
        count => format!("{count} members"),
    }
}

/// `a, b and c`, or `a, b and 3 more`.
fn listed(mut shown: Vec<String>, count: usize) -> String {
    if count > shown.len() {
        return format!("{} and {} more", shown.join(", "), count - shown.len());
    }
    match shown.pop() {
        Some(last) if !shown.is_empty() => format!("{} and {last}", shown.join(", ")),
        last => last.unwrap_or_default(),
    }
}

fn name_of_group(record: &Record<super::Group>) -> String {
    match (record.resource.display_name(), record.resource.id()) {
        (Fact::Known(Some(name)), _) => quoted(name),
        (_, Some(id)) => format!("with the id `{}`", shorten(id)),
        _ => "without a name".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{codes, snapshot};
    use super::*;

    #[track_caller]
    fn check(problems: &[Problem], expected: &[(&str, &str)]) {
        let said: Vec<(&str, &str)> = problems.iter().map(|problem| (problem.code, &*problem.message)).collect();
        assert_eq!(said, expected);
    }

    fn inner(place: &Place) -> String {
        match place {
            Place::Record { route, inner, .. } => format!("{route}/{inner}"),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn user_names_repeat_without_case() {
        let users = r#"[{"id":"1","userName":"Ada"},{"id":"2","username":"ADA"},{"id":"3","userName":"bo"},{"id":"4","userName":"ada"}]"#;
        let snapshot = snapshot(&[users], &[]);
        let problems = snapshot.duplicate_user_names();
        check(&problems, &[("duplicate-user-name", "3 users have the `userName` `Ada`")]);
        assert!(problems[0].help.as_ref().is_some_and(|help| help.contains("`1`, `2` and `4`")), "{problems:?}");
        let places = [&problems[0].primary, &problems[0].related[0], &problems[0].related[1]];
        assert_eq!(places.map(|label| inner(&label.place)), ["[1]/username", "[0]/userName", "[3]/userName"]);
    }

    #[test]
    fn group_names_repeat_without_case() {
        let groups = r#"[{"id":"1","displayName":"EU"},{"id":"2","displayName":"O"},{"id":"3","displayname":"eu"},
                         {"id":"4","members":[]},{"id":"5","displayName":null}]"#;
        let problems = snapshot(&[], &[groups]).duplicate_group_names();
        check(&problems, &[("ambiguous-group-name", "2 groups have the `displayName` `EU`")]);
        assert_eq!(problems[0].severity, Severity::Warning);
        assert!(problems[0].help.as_ref().is_some_and(|help| help.contains("`1` and `3`")), "{problems:?}");
        let places = [&problems[0].primary, &problems[0].related[0]];
        assert_eq!(places.map(|label| inner(&label.place)), ["[2]/displayname", "[0]/displayName"]);
    }

    #[test]
    fn external_ids_repeat_exactly() {
        let users = r#"[{"id":"1","userName":"a","externalId":"x"},{"id":"2","userName":"b","externalId":"X"},
                        {"id":"3","userName":"c","externalId":"x"},{"id":"4","userName":"d"},{"id":"5","userName":"e"}]"#;
        let groups = r#"[{"id":"g","displayName":"g","externalId":"e"},{"id":"h","displayName":"h","externalId":"e"}]"#;
        let snapshot = snapshot(&[users], &[groups]);
        check(
            &snapshot.duplicate_external_ids(Kind::Users),
            &[("duplicate-external-id", "2 users have the `externalId` `x`")],
        );
        check(
            &snapshot.duplicate_external_ids(Kind::Groups),
            &[("duplicate-external-id", "2 groups have the `externalId` `e`")],
        );
    }

    #[test]
    fn external_ids_of_entras_own_dump_are_not_compared() {
        let entra = r#""urn:ietf:params:scim:schemas:extension:Microsoft:Entra:2.0:User":{}"#;
        let users = format!(
            r#"[{{"id":"1","userName":"a","externalId":"x",{entra}}},{{"id":"2","userName":"b","externalId":"x"}}]"#
        );
        let snapshot = snapshot(&[&users], &[]);
        assert_eq!(codes(&snapshot), ["entra-dump"]);
        check(&snapshot.duplicate_external_ids(Kind::Users), &[]);
    }

    #[test]
    fn members_that_nobody_has_are_one_problem_a_group() {
        let users = r#"[{"id":"a","userName":"ada"}]"#;
        let groups = r#"[{"id":"1","displayName":"One","members":[{"value":"a"},{"value":"x"},{"value":"y"}]},
                         {"id":"2","members":[{"value":"1"},{"value":"z"}]}]"#;
        let found = snapshot(&[users], &[groups]);
        let problems = found.dangling_members();
        check(
            &problems,
            &[
                ("dangling-member", "the group `One` has 2 members that nobody has: `x` and `y`"),
                ("dangling-member", "the group with the id `2` has a member that nobody has: `z`"),
            ],
        );
        assert_eq!(inner(&problems[0].primary.place), "[0]/members[1]");
        check(
            &found.nested_groups(),
            &[("nested-group", "the group with the id `2` has a group among its members: `1`")],
        );
        for (users, groups) in [(vec![], groups), (vec!["[{}"], groups), (vec![users], &groups[..groups.len() - 1])] {
            check(&snapshot(&users, &[groups]).dangling_members(), &[]);
        }
    }

    #[test]
    fn a_member_that_is_said_to_be_a_group_is_one_that_nobody_knows() {
        for said in [r#""type":"group""#, r#""$ref":"https://x/scim/v2/Groups/9""#] {
            let groups = format!(r#"[{{"id":"1","displayName":"One","members":[{{"value":"9",{said}}}]}}]"#);
            let found = snapshot(&[r#"[{"id":"a","userName":"ada"}]"#], &[&groups]);
            check(&found.dangling_members(), &[]);
            check(&found.nested_groups(), &[("nested-group", "the group `One` has a group among its members: `9`")]);
        }
    }

    #[test]
    fn many_members_are_named_in_part() {
        let members: Vec<String> = (0..9).map(|n| format!(r#"{{"value":"m{n}"}}"#)).collect();
        let groups = format!(r#"[{{"id":"1","displayName":"One","members":[{}]}}]"#, members.join(","));
        check(
            &snapshot(&["[]"], &[&groups]).dangling_members(),
            &[(
                "dangling-member",
                "the group `One` has 9 members that nobody has: `m0`, `m1`, `m2`, `m3`, `m4` and 4 more",
            )],
        );
    }

    #[test]
    fn string_booleans_and_primaries_are_counted() {
        let users = r#"[{"id":"1","userName":"a","active":"True"},{"id":"2","userName":"b","Active":"false"},
            {"id":"3","userName":"c","emails":[{"value":"x","primary":true},{"value":"y","primary":"TRUE"}]}]"#;
        let snapshot = snapshot(&[users], &[]);
        let problems = snapshot.string_booleans();
        check(
            &problems,
            &[
                ("string-boolean", "`active` is a string instead of a boolean in 2 users"),
                ("string-boolean", "`emails.primary` is a string instead of a boolean in one user"),
            ],
        );
        assert_eq!(inner(&problems[1].primary.place), "[2]/emails[1].primary");
        check(
            &snapshot.several_primary_emails(),
            &[("several-primary-emails", "the user `c` has several primary addresses")],
        );
        assert_eq!(codes(&snapshot), [""; 0]);
    }
}
