//! The SCIM schemas of users and groups, as data: RFC 7643 sections 3.1 and 4.1 to 4.3.

use super::ValueType;
use super::ValueType::{Boolean, Complex, DateTime, ExactText, Text};

/// The URN of the core schema of users (RFC 7643 section 4.1).
pub const CORE_USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// The URN of the enterprise extension (RFC 7643 section 4.3).
pub const ENTERPRISE_USER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// An attribute of a schema, or a sub-attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeDefinition {
    /// The name in the schema's spelling.
    pub name: String,
    /// The type of one value; `Complex` where there are sub-attributes.
    pub value_type: ValueType,
    /// Whether there can be several values.
    pub multi_valued: bool,
    /// The sub-attributes of a complex attribute.
    pub sub_attributes: Vec<AttributeDefinition>,
}

impl AttributeDefinition {
    /// An attribute with a single value and no sub-attributes.
    pub fn simple(name: impl Into<String>, value_type: ValueType) -> Self {
        AttributeDefinition { name: name.into(), value_type, multi_valued: false, sub_attributes: Vec::new() }
    }

    /// The sub-attribute of this name, in any case.
    pub fn sub(&self, name: &str) -> Option<&AttributeDefinition> {
        self.sub_attributes.iter().find(|sub| sub.name.eq_ignore_ascii_case(name))
    }
}

/// An attribute of the RFC's schemas: a row of the tables below.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) value_type: ValueType,
    pub(crate) multi_valued: bool,
    pub(crate) subs: &'static [Row],
}

const fn simple(name: &'static str, value_type: ValueType) -> Row {
    Row { name, value_type, multi_valued: false, subs: &[] }
}

const fn complex(name: &'static str, subs: &'static [Row]) -> Row {
    Row { name, value_type: Complex, multi_valued: false, subs }
}

const fn list(name: &'static str, subs: &'static [Row]) -> Row {
    Row { multi_valued: true, ..complex(name, subs) }
}

const SCHEMAS: Row = Row { multi_valued: true, ..simple("schemas", Text) };

const META: &[Row] = &[
    simple("resourceType", ExactText),
    simple("created", DateTime),
    simple("lastModified", DateTime),
    simple("location", ExactText),
    simple("version", ExactText),
];

const NAME: &[Row] = &[
    simple("formatted", Text),
    simple("familyName", Text),
    simple("givenName", Text),
    simple("middleName", Text),
    simple("honorificPrefix", Text),
    simple("honorificSuffix", Text),
];

/// Multi-valued attributes have these unless their section says otherwise (RFC 7643 section 2.4).
const PLURAL: &[Row] =
    &[simple("value", Text), simple("display", Text), simple("type", Text), simple("primary", Boolean)];

/// References and binaries are case exact (RFC 7643 sections 2.3.6 and 2.3.7).
const EXACT_PLURAL: &[Row] =
    &[simple("value", ExactText), simple("display", Text), simple("type", Text), simple("primary", Boolean)];

const ADDRESS: &[Row] = &[
    simple("formatted", Text),
    simple("streetAddress", Text),
    simple("locality", Text),
    simple("region", Text),
    simple("postalCode", Text),
    simple("country", Text),
    simple("display", Text),
    simple("type", Text),
    simple("primary", Boolean),
];

/// What a user's `groups` and a group's `members` consist of.
const REFERENCE: &[Row] =
    &[simple("value", ExactText), simple("$ref", ExactText), simple("display", Text), simple("type", Text)];

const MANAGER: &[Row] = &[simple("value", ExactText), simple("$ref", ExactText), simple("displayName", Text)];

/// The attributes that every resource has, and those of a user.
pub(crate) const USER: &[Row] = &[
    SCHEMAS,
    simple("id", ExactText),
    simple("externalId", ExactText),
    complex("meta", META),
    simple("userName", Text),
    complex("name", NAME),
    simple("displayName", Text),
    simple("nickName", Text),
    simple("profileUrl", ExactText),
    simple("title", Text),
    simple("userType", Text),
    simple("preferredLanguage", Text),
    simple("locale", Text),
    simple("timezone", Text),
    simple("active", Boolean),
    simple("password", ExactText),
    list("emails", PLURAL),
    list("phoneNumbers", PLURAL),
    list("ims", PLURAL),
    list("photos", EXACT_PLURAL),
    list("addresses", ADDRESS),
    list("groups", REFERENCE),
    list("entitlements", PLURAL),
    list("roles", PLURAL),
    list("x509Certificates", EXACT_PLURAL),
];

/// The attributes of the enterprise extension.
pub(crate) const ENTERPRISE: &[Row] = &[
    simple("employeeNumber", Text),
    simple("costCenter", Text),
    simple("organization", Text),
    simple("division", Text),
    simple("department", Text),
    complex("manager", MANAGER),
];

/// The attributes that every resource has, and those of a group.
pub(crate) const GROUP: &[Row] = &[
    SCHEMAS,
    simple("id", ExactText),
    simple("externalId", ExactText),
    complex("meta", META),
    simple("displayName", Text),
    list("members", REFERENCE),
];

/// Whether a word names an attribute or a sub-attribute of the schemas, in any case.
pub(crate) fn is_scim_attribute(word: &str) -> bool {
    let rows = USER.iter().chain(ENTERPRISE).chain(GROUP);
    rows.flat_map(|row| row.subs.iter().chain([row])).any(|row| row.name.eq_ignore_ascii_case(word))
}

/// The rows of a table as what conditions are checked against.
pub(super) fn definitions(rows: &[Row]) -> Vec<AttributeDefinition> {
    let definition = |row: &Row| AttributeDefinition {
        name: row.name.to_owned(),
        value_type: row.value_type,
        multi_valued: row.multi_valued,
        sub_attributes: definitions(row.subs),
    };
    rows.iter().map(definition).collect()
}

/// Whether Foundry's SCIM endpoint keeps a core attribute from the moment it creates a user.
///
/// Six attributes sync (palantir.com/docs/foundry/authentication/scim-entra-id): `userName`, `externalId`, `active`,
/// `displayName`, `emails`, and the given and family name. `id` is counted with them: Foundry's own endpoint issues it.
/// `meta` and `schemas` describe the resource, not the person, and are not.
pub(super) fn is_synced(name: &str, sub: Option<&str>) -> bool {
    match name {
        "userName" | "externalId" | "active" | "displayName" | "emails" | "id" => true,
        "name" => matches!(sub, None | Some("givenName" | "familyName")),
        _ => false,
    }
}

/// Whether the values are bytes in base 64, which have no order (RFC 7644 section 3.4.2.2).
pub(super) fn is_binary(name: &str, sub: Option<&str>) -> bool {
    name == "x509Certificates" && sub == Some("value")
}
