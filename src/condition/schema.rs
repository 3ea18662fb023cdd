//! The SCIM schemas of a user, as data: RFC 7643 sections 3.1, 4.1 and 4.3.

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

/// A sub-attribute: its name and type.
type Sub = (&'static str, ValueType);

const NAME: &[Sub] = &[
    ("formatted", Text),
    ("familyName", Text),
    ("givenName", Text),
    ("middleName", Text),
    ("honorificPrefix", Text),
    ("honorificSuffix", Text),
];

/// Multi-valued attributes have these unless their section says otherwise (RFC 7643 section 2.4).
const PLURAL: &[Sub] = &[("value", Text), ("display", Text), ("type", Text), ("primary", Boolean)];

/// References and binaries are case exact (RFC 7643 sections 2.3.6 and 2.3.7).
const EXACT_PLURAL: &[Sub] = &[("value", ExactText), ("display", Text), ("type", Text), ("primary", Boolean)];

const ADDRESS: &[Sub] = &[
    ("formatted", Text),
    ("streetAddress", Text),
    ("locality", Text),
    ("region", Text),
    ("postalCode", Text),
    ("country", Text),
    ("display", Text),
    ("type", Text),
    ("primary", Boolean),
];

const GROUP: &[Sub] = &[("value", ExactText), ("$ref", ExactText), ("display", Text), ("type", Text)];

const META: &[Sub] = &[
    ("resourceType", ExactText),
    ("created", DateTime),
    ("lastModified", DateTime),
    ("location", ExactText),
    ("version", ExactText),
];

const MANAGER: &[Sub] = &[("value", ExactText), ("$ref", ExactText), ("displayName", Text)];

/// The attributes that every resource has, and those of a user.
pub(super) fn core_user() -> Vec<AttributeDefinition> {
    let simple = AttributeDefinition::simple;
    vec![
        plural_of_simple("schemas", Text),
        simple("id", ExactText),
        simple("externalId", ExactText),
        complex("meta", META, false),
        simple("userName", Text),
        complex("name", NAME, false),
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
        complex("emails", PLURAL, true),
        complex("phoneNumbers", PLURAL, true),
        complex("ims", PLURAL, true),
        complex("photos", EXACT_PLURAL, true),
        complex("addresses", ADDRESS, true),
        complex("groups", GROUP, true),
        complex("entitlements", PLURAL, true),
        complex("roles", PLURAL, true),
        complex("x509Certificates", EXACT_PLURAL, true),
    ]
}

/// The attributes of the enterprise extension.
pub(super) fn enterprise_user() -> Vec<AttributeDefinition> {
    let simple = AttributeDefinition::simple;
    vec![
        simple("employeeNumber", Text),
        simple("costCenter", Text),
        simple("organization", Text),
        simple("division", Text),
        simple("department", Text),
        complex("manager", MANAGER, false),
    ]
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

fn complex(name: &str, subs: &[Sub], multi_valued: bool) -> AttributeDefinition {
    let sub_attributes = subs.iter().map(|(name, value_type)| AttributeDefinition::simple(*name, *value_type));
    AttributeDefinition {
        multi_valued,
        sub_attributes: sub_attributes.collect(),
        ..AttributeDefinition::simple(name, Complex)
    }
}

fn plural_of_simple(name: &str, value_type: ValueType) -> AttributeDefinition {
    AttributeDefinition { multi_valued: true, ..AttributeDefinition::simple(name, value_type) }
}
