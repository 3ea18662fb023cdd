//! Single records of an export.

use std::collections::BTreeMap;

use crate::scim::{Json, Object, RecordPlace};

/// The attributes of a Foundry user: names, which compare exactly, and their values.
pub type Attributes = BTreeMap<String, Vec<String>>;

/// A user that Foundry holds.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundryUser {
    /// The identifier that Foundry gave.
    pub id: String,
    /// The username. It compares with `userName` without case.
    pub username: String,
    /// The address.
    pub email: Option<String>,
    /// The given name.
    pub given_name: Option<String>,
    /// The family name.
    pub family_name: Option<String>,
    /// The realm of the provider that the user came from.
    pub realm: Option<String>,
    /// The RID of the primary organization.
    pub organization: Option<String>,
    /// `ACTIVE` or `DELETED`.
    pub status: Option<String>,
    /// The attributes; `None` where the export left them out.
    pub attributes: Option<Attributes>,
    /// Where the user stands.
    pub place: RecordPlace,
}

/// A group that Foundry holds.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundryGroup {
    /// The identifier that Foundry gave.
    pub id: String,
    /// The name.
    pub name: String,
    /// The realm of the provider that the group came from; `palantir-internal-realm` where it was made in Foundry.
    pub realm: Option<String>,
    /// The RIDs of the organizations that see the group.
    pub organizations: Vec<String>,
    /// The attributes; `None` where the export left them out.
    pub attributes: Option<Attributes>,
    /// Where the group stands.
    pub place: RecordPlace,
}

/// One line of the memberships.
pub(super) struct Edge {
    pub(super) group: String,
    pub(super) principal: String,
}

/// One line of the provider information.
pub(super) struct ProviderInfo {
    pub(super) id: String,
    pub(super) provider_id: String,
}

/// A record, made of an object; the error names what it lacks.
pub(super) trait FromObject: Sized {
    fn from_object(object: &Object, place: RecordPlace) -> Result<Self, &'static str>;
}

impl FromObject for FoundryUser {
    fn from_object(object: &Object, place: RecordPlace) -> Result<Self, &'static str> {
        Ok(FoundryUser {
            id: required(object, "id")?,
            username: required(object, "username")?,
            email: text(object, "email"),
            given_name: text(object, "givenName"),
            family_name: text(object, "familyName"),
            realm: text(object, "realm"),
            organization: text(object, "organization"),
            status: text(object, "status"),
            attributes: attributes(object),
            place,
        })
    }
}

impl FromObject for FoundryGroup {
    fn from_object(object: &Object, place: RecordPlace) -> Result<Self, &'static str> {
        Ok(FoundryGroup {
            id: required(object, "id")?,
            name: required(object, "name")?,
            realm: text(object, "realm"),
            organizations: object.get("organizations").map(texts).unwrap_or_default(),
            attributes: attributes(object),
            place,
        })
    }
}

impl FromObject for Edge {
    fn from_object(object: &Object, _: RecordPlace) -> Result<Self, &'static str> {
        Ok(Edge { group: required(object, "groupId")?, principal: required(object, "principalId")? })
    }
}

impl FromObject for ProviderInfo {
    fn from_object(object: &Object, _: RecordPlace) -> Result<Self, &'static str> {
        Ok(ProviderInfo { id: required(object, "id")?, provider_id: required(object, "providerId")? })
    }
}

/// A record with an id.
pub(super) trait Identified {
    fn id(&self) -> &str;
    fn place(&self) -> &RecordPlace;
    /// Whether all but the place is equal.
    fn says_the_same(&self, other: &Self) -> bool;
}

impl Identified for FoundryUser {
    fn id(&self) -> &str {
        &self.id
    }

    fn place(&self) -> &RecordPlace {
        &self.place
    }

    fn says_the_same(&self, other: &Self) -> bool {
        *self == FoundryUser { place: self.place.clone(), ..other.clone() }
    }
}

impl Identified for FoundryGroup {
    fn id(&self) -> &str {
        &self.id
    }

    fn place(&self) -> &RecordPlace {
        &self.place
    }

    fn says_the_same(&self, other: &Self) -> bool {
        *self == FoundryGroup { place: self.place.clone(), ..other.clone() }
    }
}

fn required(object: &Object, name: &'static str) -> Result<String, &'static str> {
    text(object, name).ok_or(name)
}

fn text(object: &Object, name: &str) -> Option<String> {
    object.get(name).and_then(Json::as_str).map(str::to_owned)
}

fn attributes(object: &Object) -> Option<Attributes> {
    let attributes = object.get("attributes")?.as_object()?;
    Some(attributes.entries().map(|(name, values)| (name.to_owned(), texts(values))).collect())
}

/// The values of an attribute: a list of strings. A single value is a list of one; numbers and booleans are taken as they
/// are written, since Foundry keeps strings.
fn texts(json: &Json) -> Vec<String> {
    match json {
        Json::Null | Json::Object(_) => Vec::new(),
        Json::Bool(value) => vec![value.to_string()],
        Json::Number(number) => vec![number.to_string()],
        Json::String(text) => vec![text.to_string()],
        Json::Array(items) => items.iter().filter(|item| item.as_array().is_none()).flat_map(texts).collect(),
    }
}
