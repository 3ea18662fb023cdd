//! An export, and whom its users are.

use std::collections::HashMap;

use super::internal::{self, Graph, InternalGroups};
use super::reader::{ExportPart, ExportReader};
use super::record::{FoundryGroup, FoundryUser};
use crate::condition::fold;
use crate::scim::{Completeness, User};
use crate::source::Problem;

/// The realm of what was made in Foundry itself
/// (palantir.com/docs/foundry/api/v2/admin-v2-resources/users/user-basics).
pub(super) const INTERNAL_REALM: &str = "palantir-internal-realm";

/// What Foundry held when the export was made.
#[derive(Debug)]
pub struct Export {
    pub(super) users: Vec<FoundryUser>,
    pub(super) groups: Vec<FoundryGroup>,
    pub(super) graph: Option<Graph>,
    provider_ids: HashMap<String, String>,
    by_provider_id: HashMap<(String, String), usize>,
    by_username: HashMap<String, Vec<usize>>,
    parts: Vec<(ExportPart, Completeness, usize)>,
    problems: Vec<Problem>,
}

impl Export {
    pub(super) fn join(reader: ExportReader) -> Export {
        let graph = internal::graph(&reader);
        let ExportReader { users, groups, memberships, provider_info, problems, .. } = reader;
        let provider_ids: HashMap<String, String> =
            provider_info.records.into_iter().map(|info| (info.id, info.provider_id)).collect();
        let mut by_provider_id = HashMap::new();
        let mut by_username: HashMap<String, Vec<usize>> = HashMap::with_capacity(users.records.len());
        for (index, user) in users.records.iter().enumerate() {
            if let (Some(realm), Some(provider_id)) = (&user.realm, provider_ids.get(&user.id)) {
                by_provider_id.entry((realm.clone(), provider_id.clone())).or_insert(index);
            }
            by_username.entry(fold(&user.username)).or_default().push(index);
        }
        let read = [
            (ExportPart::Users, users.first_file.is_some(), users.completeness, users.skipped),
            (ExportPart::Groups, groups.first_file.is_some(), groups.completeness, groups.skipped),
            (ExportPart::Memberships, memberships.first_file.is_some(), memberships.completeness, memberships.skipped),
            (
                ExportPart::ProviderInfo,
                provider_info.first_file.is_some(),
                provider_info.completeness,
                provider_info.skipped,
            ),
        ];
        let parts =
            read.into_iter().filter(|part| part.1).map(|(part, _, complete, skipped)| (part, complete, skipped));
        Export {
            users: users.records,
            groups: groups.records,
            graph,
            provider_ids,
            by_provider_id,
            by_username,
            parts: parts.collect(),
            problems,
        }
    }

    /// The users.
    pub fn users(&self) -> &[FoundryUser] {
        &self.users
    }

    /// The groups.
    pub fn groups(&self) -> &[FoundryGroup] {
        &self.groups
    }

    /// The Provider ID of a user or a group, by Foundry's own id; `None` where the export does not say it.
    pub fn provider_id(&self, id: &str) -> Option<&str> {
        self.provider_ids.get(id).map(String::as_str)
    }

    /// Every Provider ID, in no particular order.
    pub fn provider_ids(&self) -> impl Iterator<Item = &str> {
        self.provider_ids.values().map(String::as_str)
    }

    /// The Foundry user that a SCIM user is: the one of this realm whose Provider ID is the user's `externalId`, else the
    /// one whose username is the user's `userName` without case.
    ///
    /// Of several with that name the one of this realm is taken; where that leaves several, the export does not say which.
    /// A user made in Foundry itself is never taken: SCIM does not reach it.
    pub fn user_for(&self, user: &User, realm: &str) -> Option<&FoundryUser> {
        let by_provider_id = user
            .external_id()
            .known()
            .flatten()
            .and_then(|external_id| self.by_provider_id.get(&(realm.to_owned(), external_id.to_owned())).copied());
        if let Some(index) = by_provider_id {
            return self.users.get(index);
        }
        let named = self.by_username.get(&fold(user.user_name()))?.iter().filter_map(|&index| self.users.get(index));
        let external = named.filter(|user| user.realm.as_deref() != Some(INTERNAL_REALM));
        let (own, others): (Vec<_>, Vec<_>) = external.partition(|user| user.realm.as_deref() == Some(realm));
        match (&own[..], &others[..]) {
            ([only], _) | ([], [only]) => Some(only),
            _ => None,
        }
    }

    /// The internal groups of users: those whose realm is Foundry's own, and those that the configuration names.
    pub fn internal_groups<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> InternalGroups<'_> {
        InternalGroups::new(self, names)
    }

    /// The parts that were read, and whether each is complete as far as its pages say.
    pub fn parts(&self) -> impl Iterator<Item = (ExportPart, &Completeness)> {
        self.parts.iter().map(|(part, completeness, _)| (*part, completeness))
    }

    /// How many records were not usable.
    pub fn skipped(&self) -> usize {
        self.parts.iter().map(|(_, _, skipped)| skipped).sum()
    }

    /// What went wrong in reading.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::export;
    use super::*;

    const USERS: &str = r#"[{"id":"1","username":"ada","realm":"contoso"},{"id":"2","username":"BO","realm":"contoso"},
        {"id":"3","username":"bo","realm":"palantir-internal-realm"},{"id":"4","username":"cy","realm":"other"},
        {"id":"5","username":"cy","realm":"contoso"},{"id":"6","username":"di","realm":"other"},
        {"id":"7","username":"ed","realm":"other"},{"id":"8","username":"ed","realm":"third"}]"#;
    const INFO: &str = "{\"id\":\"1\",\"providerId\":\"x1\"}\n{\"id\":\"4\",\"providerId\":\"x4\"}\n{\"id\":\"g\",\"providerId\":\"xg\"}";

    #[track_caller]
    fn check(user: &str, expected: Option<&str>) {
        let export = export(&[(ExportPart::Users, USERS), (ExportPart::ProviderInfo, INFO)]);
        let user = User::from_json(user).expect(user);
        assert_eq!(export.user_for(&user, "contoso").map(|user| &*user.id), expected);
    }

    #[test]
    fn the_provider_id_decides_before_the_name() {
        check(r#"{"userName":"bo","externalId":"x1"}"#, Some("1"));
        check(r#"{"userName":"bo","externalId":"X1"}"#, Some("2"));
        check(r#"{"userName":"nobody","externalId":"x1"}"#, Some("1"));
        // The Provider ID of another realm is another person's.
        check(r#"{"userName":"nobody","externalId":"x4"}"#, None);
    }

    #[test]
    fn the_name_decides_without_case_and_within_the_realm_first() {
        check(r#"{"userName":"ADA"}"#, Some("1"));
        check(r#"{"userName":"bo"}"#, Some("2"));
        check(r#"{"userName":"cy"}"#, Some("5"));
        check(r#"{"userName":"Di"}"#, Some("6"));
        check(r#"{"userName":"ed"}"#, None);
        check(r#"{"userName":"nobody"}"#, None);
    }

    #[test]
    fn a_user_made_in_foundry_is_nobody_that_scim_knows() {
        let export = export(&[(ExportPart::Users, r#"{"id":"3","username":"bo","realm":"palantir-internal-realm"}"#)]);
        let bo = User::from_json(r#"{"userName":"bo"}"#).expect("a user");
        assert_eq!(export.user_for(&bo, "contoso"), None);
        assert_eq!(export.provider_id("3"), None);
    }
}
