//! SCIM groups.

use super::fact::Fact;
use super::json::{Json, Object};
use super::schema::{self, Defect};
use super::unusable::{Kind, Unusable, object_of};
use super::user::{schemas, text};

/// A SCIM group (RFC 7643 section 4.2).
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    object: Object,
}

/// What a group says of its members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Members<'g> {
    /// The group carries no `members`: it has none, or the export left them out. Entra itself reads groups with
    /// `excludedAttributes=members`.
    Missing,
    /// These.
    Listed(Vec<Member<'g>>),
    /// `members` holds something that is no list of members.
    Unreadable,
}

/// A member of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member<'g> {
    /// The `id` of a user or of a group.
    pub value: &'g str,
    /// `User` or `Group`, where its `type` or its `$ref` says it. Entra does not: whether a member is a group is found by
    /// its id.
    pub member_type: Option<&'g str>,
    /// Its name for people.
    pub display: Option<&'g str>,
    /// Its index in `members`.
    pub index: usize,
}

impl Group {
    /// The group that a SCIM server has at hand.
    ///
    /// # Errors
    /// When the text is no JSON object, holds a name twice, declares another type, or has nothing of a group.
    pub fn from_json(text: &str) -> Result<Group, Unusable> {
        let object = object_of(Kind::Groups, text.parse()?, None)?;
        Group::from_object(object).map(|(group, _)| group)
    }

    pub(super) fn from_object(mut object: Object) -> Result<(Group, Vec<Defect>), Unusable> {
        if ["id", "displayName", "members"].iter().all(|name| object.get(name).is_none()) {
            return Err(Unusable::NoGroup);
        }
        let defects = schema::conform(&mut object, Kind::Groups);
        Ok((Group { object }, defects))
    }

    /// All attributes.
    pub fn object(&self) -> &Object {
        &self.object
    }

    /// The identifier that the SCIM server gave; `None` also where it is not a string.
    pub fn id(&self) -> Option<&str> {
        self.object.get("id").and_then(Json::as_str)
    }

    /// `displayName`. It compares without case.
    pub fn display_name(&self) -> Fact<Option<&str>> {
        text(&self.object, "displayName")
    }

    /// `externalId`. It compares exactly.
    pub fn external_id(&self) -> Fact<Option<&str>> {
        text(&self.object, "externalId")
    }

    /// The schemas that the group declares.
    pub fn schemas(&self) -> impl Iterator<Item = &str> {
        schemas(&self.object)
    }

    /// The members. `[]` is a list of none, `null` is missing. An entry without `value` is found by its `$ref`, the
    /// address of the member (RFC 7643 section 4.2); one that says neither is left out.
    pub fn members(&self) -> Members<'_> {
        match self.object.get("members") {
            None | Some(Json::Null) => Members::Missing,
            Some(Json::Array(items)) => Members::Listed(items.iter().enumerate().filter_map(member).collect()),
            Some(_) => Members::Unreadable,
        }
    }

    /// Whether it is known of every member who it is.
    pub(super) fn members_are_read(&self) -> bool {
        match self.object.get("members") {
            None | Some(Json::Null) => true,
            Some(Json::Array(items)) => items.iter().all(|item| item.as_object().and_then(id_of_member).is_some()),
            Some(_) => false,
        }
    }
}

fn member((index, item): (usize, &Json)) -> Option<Member<'_>> {
    let item = item.as_object()?;
    let known = |name| item.get(name).and_then(Json::as_str);
    let member_type = known("type").or_else(|| known("$ref").and_then(kind_in_reference));
    Some(Member { value: id_of_member(item)?, member_type, display: known("display"), index })
}

/// What a reference such as `../Groups/2819c223` leads to.
fn kind_in_reference(reference: &str) -> Option<&'static str> {
    let collection = reference.rsplit('/').nth(1)?;
    let kinds = [("Users", "User"), ("Groups", "Group")];
    kinds.into_iter().find(|(name, _)| collection.eq_ignore_ascii_case(name)).map(|(_, kind)| kind)
}

/// The `id` of a member: its `value`, else the end of its `$ref`, such as `../Users/2819c223`.
pub(super) fn id_of_member(member: &Object) -> Option<&str> {
    if let Some(value) = member.assigned("value") {
        return value.as_str();
    }
    let (collection, id) = member.get("$ref").and_then(Json::as_str)?.rsplit_once('/')?;
    let name = collection.rsplit('/').next().unwrap_or(collection);
    let is_collection = ["Users", "Groups"].iter().any(|known| name.eq_ignore_ascii_case(known));
    // A query, a fragment or an escape would have to be taken apart first.
    (is_collection && !id.is_empty() && !id.contains(['?', '#', '%'])).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::super::testing::snapshot;
    use super::*;

    fn group(attributes: &str) -> Group {
        let mut snapshot = snapshot(&[], &[&format!("[{{\"id\":\"1\",{attributes}}}]")]);
        snapshot.groups.records.remove(0).resource
    }

    #[test]
    fn missing_members_are_not_an_empty_list() {
        let check =
            |attributes: &str, expected: Members<'_>| assert_eq!(group(attributes).members(), expected, "{attributes}");
        check(r#""displayName":"g""#, Members::Missing);
        check(r#""members":null"#, Members::Missing);
        check(r#""members":[]"#, Members::Listed(vec![]));
        check(r#""members":5"#, Members::Unreadable);
        let member = |value, member_type, display, index| Member { value, member_type, display, index };
        check(
            r#""Members":[{"value":"a","$ref":null,"type":"User","display":"Ada"},null,{"value":5},"b"]"#,
            Members::Listed(vec![member("a", Some("User"), Some("Ada"), 0), member("b", None, None, 3)]),
        );
        check(r#""members":{"value":"a"}"#, Members::Listed(vec![member("a", None, None, 0)]));
    }

    #[test]
    fn names_may_be_absent_or_unreadable() {
        assert_eq!(group(r#""displayName":"g""#).display_name(), Fact::Known(Some("g")));
        assert_eq!(group(r#""displayName":null"#).display_name(), Fact::Known(None));
        assert_eq!(group(r#""externalId":5"#).external_id(), Fact::Undetermined);
    }

    #[test]
    fn what_has_nothing_of_a_group_is_none() {
        let snapshot = snapshot(&[], &[r#"[{"request":{}},{"id":"1","userName":"a"},{"displayName":"g"}]"#]);
        assert_eq!((snapshot.groups().len(), snapshot.skipped(Kind::Groups)), (1, 2));
    }
}
