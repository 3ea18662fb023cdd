//! The section `provider`: an authentication provider of Control Panel.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::Sited;
use crate::condition::Attribute;
use crate::source::At;

/// How people sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Protocol {
    Saml,
    Oidc,
}

/// Which groups the login claim carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum GroupsClaim {
    /// Only those that the user is a direct member of.
    Direct,
    /// Those reached through nested groups as well.
    Transitive,
}

/// An authentication provider of Control Panel.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Provider {
    /// The provider's name.
    pub name: Sited<String>,
    /// The protocol of its logins.
    #[serde(default = "Protocol::saml")]
    pub protocol: Protocol,
    /// The realm that its users and groups belong to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub realm: Option<String>,
    /// The hosts where the provider is offered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// Regular expressions over user names that route a login here: whole value, case-sensitive unless `(?i)`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub username_patterns: Vec<Sited<String>>,
    /// Which claim fills which user field.
    #[serde(skip_serializing_if = "AttributeMapping::is_empty")]
    #[schemars(with = "Option<AttributeMapping>")]
    pub attribute_mapping: AttributeMapping,
    /// The switch "import user groups from the identity provider". Absent: on where a groups claim is mapped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups_import: Option<bool>,
    /// Which groups the login claim carries, where no Entra export says it. Absent: direct.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups_claim: Option<GroupsClaim>,
    /// Provisioning over SCIM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scim: Option<Scim>,
    /// Asynchronous user managers: `group` is the legacy group manager.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub async_user_managers: Vec<Sited<String>>,
    /// The day on which the identity provider's certificate ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_valid_until: Option<Sited<Date>>,
    /// Where the provider stands.
    #[serde(skip)]
    #[schemars(skip)]
    pub at: At,
}

impl Protocol {
    fn saml() -> Self {
        Protocol::Saml
    }
}

/// A day, written `2027-03-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub jiff::civil::Date);

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl JsonSchema for Date {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$" })
    }

    fn inline_schema() -> bool {
        true
    }
}

/// Provisioning over SCIM, as Control Panel has it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Scim {
    /// Whether SCIM is switched on.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// The host of the SCIM endpoint, where it has a subdomain of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
}

fn yes() -> bool {
    true
}

/// Where a user field comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The subject's NameID.
    NameId,
    /// A claim by its name.
    Named(String),
}

impl Claim {
    /// Reads a claim name. `NameID` may be written in any case, as `name-id`, or as the URI that ends in
    /// `claims/nameidentifier`.
    pub fn from_name(name: &str) -> Self {
        let lower = name.to_ascii_lowercase();
        if matches!(lower.as_str(), "nameid" | "name-id") || lower.ends_with("claims/nameidentifier") {
            return Claim::NameId;
        }
        Claim::Named(name.to_owned())
    }

    /// The name as the document writes it.
    pub fn as_str(&self) -> &str {
        match self {
            Claim::NameId => "NameID",
            Claim::Named(name) => name,
        }
    }
}

impl Serialize for Claim {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl JsonSchema for Claim {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Claim".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string" })
    }

    fn inline_schema() -> bool {
        true
    }
}

/// Which claim fills which user field.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AttributeMapping {
    /// The ID field: the Provider ID. Absent: `NameID`, as in Control Panel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<Sited<Claim>>,
    /// The Username field. Absent: `NameID`, as in Control Panel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<Sited<Claim>>,
    /// The Email field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<Sited<Claim>>,
    /// The First name field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<Sited<Claim>>,
    /// The Last name field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<Sited<Claim>>,
    /// The claim that carries provider groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<GroupsMapping>,
    /// Custom attributes, filled at login only.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, MappedAttribute>,
    /// Where the mapping stands; the provider, where there is none.
    #[serde(skip)]
    #[schemars(skip)]
    pub at: At,
}

impl AttributeMapping {
    fn is_empty(&self) -> bool {
        let fields = [&self.provider_id, &self.username, &self.email, &self.first_name, &self.last_name];
        fields.iter().all(|field| field.is_none()) && self.groups.is_none() && self.attributes.is_empty()
    }
}

/// The claim that carries provider groups.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct GroupsMapping {
    /// The claim's name.
    pub claim: Sited<Claim>,
    /// A regular expression that takes group names out of a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Sited<String>>,
}

/// A custom attribute.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MappedAttribute {
    /// The claim that fills it.
    pub claim: Sited<Claim>,
    /// The SCIM attribute that holds the same value, such as `userType` or an extension's URN and name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scim: Option<Sited<String>>,
    /// Whether it holds one string or several.
    #[serde(rename = "type", default)]
    pub kind: AttributeKind,
    /// Whether the first or all values of the claim are taken. Absent: all for an array, the first for a string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<TakenValues>,
    /// The SCIM attribute, resolved.
    #[serde(skip)]
    #[schemars(skip)]
    pub(crate) resolved: Option<Attribute>,
}

impl MappedAttribute {
    /// Whether only the first value of the claim is taken.
    pub fn takes_first(&self) -> bool {
        self.values.map_or(self.kind == AttributeKind::String, |values| values == TakenValues::First)
    }
}

/// Whether a custom attribute holds one string or several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum AttributeKind {
    #[default]
    String,
    Array,
}

/// Which values of a claim are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum TakenValues {
    First,
    All,
}
