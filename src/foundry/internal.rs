//! Which internal groups a Foundry user is in.

use std::collections::{HashMap, HashSet};

use super::export::{Export, INTERNAL_REALM};
use super::reader::ExportReader;
use super::record::FoundryUser;
use crate::condition::fold;
use crate::scim::Fact;

/// Who is in which groups. Members may be groups: internal groups nest.
#[derive(Debug)]
pub(super) struct Graph {
    /// The groups that a user or a group is directly in, by its id.
    of_member: HashMap<String, Direct>,
}

#[derive(Debug, Default)]
struct Direct {
    groups: Vec<usize>,
    /// Whether it is also in a group that the groups file does not have.
    and_unknown: bool,
}

/// The memberships, where both the memberships and the groups were read to their end. A membership that was skipped may be
/// anybody's; a group that was skipped is one that memberships name and the groups do not have.
pub(super) fn graph(reader: &ExportReader) -> Option<Graph> {
    if !reader.memberships.is_whole() || reader.memberships.skipped > 0 || !reader.groups.is_whole() {
        return None;
    }
    let groups = reader.groups.records.iter().enumerate();
    let by_id: HashMap<&str, usize> = groups.map(|(index, group)| (&*group.id, index)).collect();
    let mut of_member: HashMap<String, Direct> = HashMap::new();
    for edge in &reader.memberships.records {
        let direct = of_member.entry(edge.principal.clone()).or_default();
        match by_id.get(&*edge.group) {
            Some(&group) => direct.groups.push(group),
            None => direct.and_unknown = true,
        }
    }
    Some(Graph { of_member })
}

/// The internal groups of an export's users.
///
/// Made once for all users: see [`Export::internal_groups`].
#[derive(Debug)]
pub struct InternalGroups<'e> {
    export: &'e Export,
    /// For each group whether it is internal.
    internal: Vec<bool>,
}

impl<'e> InternalGroups<'e> {
    pub(super) fn new<'n>(export: &'e Export, names: impl IntoIterator<Item = &'n str>) -> Self {
        let names: HashSet<String> = names.into_iter().map(fold).collect();
        let is_internal = |group: &super::FoundryGroup| {
            group.realm.as_deref() == Some(INTERNAL_REALM) || names.contains(&fold(&group.name))
        };
        InternalGroups { export, internal: export.groups.iter().map(is_internal).collect() }
    }

    /// The names of the internal groups that a user is in, directly or through other groups, in the order of the groups
    /// file.
    ///
    /// Undetermined without the memberships or the groups, where either is incomplete or a membership is not usable, and
    /// for a user in a group that the groups file does not have.
    pub fn of(&self, user: &FoundryUser) -> Fact<Vec<&'e str>> {
        let Some(graph) = &self.export.graph else { return Fact::Undetermined };
        let mut met: Vec<usize> = Vec::new();
        let mut seen: HashSet<usize> = HashSet::new();
        let mut member = Some(&*user.id);
        let mut next = 0;
        while let Some(id) = member {
            if let Some(direct) = graph.of_member.get(id) {
                if direct.and_unknown {
                    return Fact::Undetermined;
                }
                met.extend(direct.groups.iter().filter(|&&group| seen.insert(group)));
            }
            member = met.get(next).map(|&group| &*self.export.groups[group].id);
            next += 1;
        }
        met.sort_unstable();
        let internal = met.into_iter().filter(|&group| self.internal[group]);
        Fact::Known(internal.map(|group| &*self.export.groups[group].name).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::ExportPart::{Groups, Memberships, Users};
    use super::super::testing::export;
    use super::*;

    const USER: &str = r#"{"id":"u","username":"ada"}"#;
    const GROUPS: &str = r#"[{"id":"a","name":"Admins","realm":"palantir-internal-realm"},{"id":"b","name":"EU","realm":"contoso"},
        {"id":"c","name":"Platform","realm":"contoso"},{"id":"d","name":"Nested","realm":"palantir-internal-realm"}]"#;

    #[track_caller]
    fn check(memberships: &str, expected: Fact<Vec<&str>>) {
        let export = export(&[(Users, USER), (Groups, GROUPS), (Memberships, memberships)]);
        assert_eq!(export.internal_groups(["platform"]).of(&export.users()[0]), expected, "{memberships}");
    }

    #[test]
    fn internal_are_the_groups_of_foundrys_realm_and_those_that_are_named() {
        let member = |group: &str| format!("{{\"groupId\":\"{group}\",\"principalId\":\"u\"}}\n");
        check(&["c", "b", "a", "a"].map(member).concat(), Fact::Known(vec!["Admins", "Platform"]));
        check(&member("b"), Fact::Known(vec![]));
        check("[]", Fact::Known(vec![]));
        check(r#"{"data":[{"groupId":"a","principalId":"U"}]}"#, Fact::Known(vec![]));
    }

    #[test]
    fn groups_nest_and_may_contain_each_other() {
        let edges = [("a", "u"), ("d", "a"), ("a", "d"), ("c", "d")];
        let lines = edges.map(|(group, member)| format!("{{\"groupId\":\"{group}\",\"principalId\":\"{member}\"}}\n"));
        check(&lines.concat(), Fact::Known(vec!["Admins", "Platform", "Nested"]));
    }

    #[test]
    fn what_the_files_do_not_say_is_undetermined() {
        check(r#"[{"groupId":"zz","principalId":"u"}]"#, Fact::Undetermined);
        check(r#"[{"groupId":"a","principalId":"#, Fact::Undetermined);
        check(r#"[{"groupId":"a"},{"groupId":"c","principalId":"u"}]"#, Fact::Undetermined);
        for files in [&[(Users, USER)][..], &[(Users, USER), (Groups, GROUPS)], &[(Users, USER), (Memberships, "[]")]] {
            let export = export(files);
            assert_eq!(export.internal_groups([]).of(&export.users()[0]), Fact::Undetermined);
        }
    }
}
