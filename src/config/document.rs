//! The document `vestibule.yaml` as values: Control Panel > Authentication > one provider, and what stands beside it.
//!
//! These types are what [`super::Config::parse`] gives, what `vestibule show` writes, and what the JSON Schema is made
//! from, so that the three cannot disagree.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::{Rule, Sited, When};
use crate::condition::{Attribute, Scheme};
use crate::source::{At, Severity};

/// One provider's configuration.
///
/// The type parameter is how a rule's condition is held: [`When`] once it is checked, [`super::Written`] before.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(
    rename = "Config",
    title = "vestibule.yaml",
    description = "Control Panel > Authentication > one provider, as code.",
    bound = "W: JsonSchema"
)]
pub struct Config<W = When> {
    /// The version of this format: 1.
    #[schemars(range(min = 1, max = 1))]
    pub version: u32,
    /// Control Panel > Authentication > the provider.
    pub provider: Provider,
    /// The identity provider's side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entra: Option<Entra>,
    /// The organizations that rules may name. At least one.
    #[schemars(length(min = 1))]
    pub organizations: Vec<Organization>,
    /// The groups that are made in Foundry.
    #[serde(default, skip_serializing_if = "Groups::is_empty")]
    pub groups: Groups,
    /// Which organization users belong to, and which organizations see a provider group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_assignment: Option<OrganizationAssignment<W>>,
    /// Whether a user is taken in at all. Absent: everybody is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_intake: Option<UserIntake<W>>,
    /// Rule-based groups: every rule that holds gives its groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_assignment: Option<Vec<Rule<GroupNames, W>>>,
    /// The users and groups that Foundry's SCIM endpoint holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Snapshot>,
    /// What Foundry's Admin API returns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foundry: Option<Foundry>,
    /// Which lints run, and how they count.
    #[serde(default, skip_serializing_if = "LintSettings::is_empty")]
    pub lint: LintSettings,
    /// Further files that hold rule sections, relative to the project's folder. Globs are allowed.
    #[serde(default, skip_serializing)]
    pub include: Vec<String>,
    /// The attributes that conditions may name.
    #[serde(skip)]
    #[schemars(skip)]
    pub(crate) scheme: Scheme,
    /// The root of the document.
    #[serde(skip)]
    #[schemars(skip)]
    pub at: At,
}

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

/// Microsoft Entra's side.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Entra {
    /// Files or folders of exports, each recognised by its content.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exports: Vec<Sited<String>>,
    /// What no export at hand says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sources: Option<EntraSources>,
}

/// What no export at hand says. An export wins over it.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EntraSources {
    /// The source attribute of NameID, such as `user.userprincipalname`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_id: Option<Sited<String>>,
    /// The source attribute of each claim.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub claims: BTreeMap<String, Sited<String>>,
    /// The source attribute of the groups claim, such as `group.objectid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups_claim: Option<Sited<String>>,
    /// The tenant URL of the provisioning job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_url: Option<Sited<String>>,
    /// How Entra authenticates against the SCIM endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authentication_method: Option<Sited<AuthenticationMethod>>,
}

/// How Entra authenticates against the SCIM endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum AuthenticationMethod {
    #[serde(rename = "oauth2-client-credentials")]
    OAuth2ClientCredentials,
    BearerToken,
}

/// An organization.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Organization {
    /// Its name, which rules use.
    pub name: Sited<String>,
    /// Its resource identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = super::read_names::ORGANIZATION_RID))]
    pub rid: Option<String>,
}

/// The groups that are made in Foundry.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Groups {
    /// Groups whose members are assigned by hand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub internal: Vec<Sited<String>>,
    /// Groups whose members are computed by rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rule_based: Vec<Sited<String>>,
    /// Groups whom a rule change must never lock out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub administrators: Vec<Sited<String>>,
}

impl Groups {
    fn is_empty(&self) -> bool {
        self.internal.is_empty() && self.rule_based.is_empty() && self.administrators.is_empty()
    }
}

/// Organization assignment: `default` alone, or rules with an optional fallback.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(bound = "W: JsonSchema")]
pub struct OrganizationAssignment<W> {
    /// The organization of everybody, where there are no rules over users.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Sited<String>>,
    /// Rules over users, in order: the first that holds decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users: Option<Vec<Rule<OrganizationName, W>>>,
    /// The organization of whom no rule takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Sited<String>>,
    /// Rules over provider groups, in order: the first that holds decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<Rule<OrganizationNames, W>>>,
    /// Where the section stands.
    #[serde(skip)]
    #[schemars(skip)]
    pub at: At,
}

/// User intake: an ordered list of rules, the first that holds decides.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(bound = "W: JsonSchema")]
pub struct UserIntake<W> {
    /// The rules, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule<Sited<Admission>, W>>,
    /// What happens to whom no rule takes. Absent: `admit`.
    #[serde(default)]
    pub default: Admission,
    /// The intake form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<IntakeForm>,
    /// Where the section stands.
    #[serde(skip)]
    #[schemars(skip)]
    pub at: At,
}

/// An intake form. Its approved answers become user attributes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct IntakeForm {
    /// The attributes that its answers fill.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Sited<String>>,
    /// Whether everybody must answer it.
    #[serde(default)]
    pub required: bool,
}

/// Whether a user is taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Admission {
    #[default]
    Admit,
    Refuse,
}

impl Admission {
    /// `admit` or `refuse`.
    pub fn as_str(self) -> &'static str {
        match self {
            Admission::Admit => "admit",
            Admission::Refuse => "refuse",
        }
    }
}

/// The organization that a rule over users gives.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct OrganizationName(pub Sited<String>);

/// The organizations that a rule over provider groups gives. At least one.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct OrganizationNames(#[schemars(length(min = 1))] pub Vec<Sited<String>>);

/// The rule-based groups that a rule gives. At least one.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct GroupNames(#[schemars(length(min = 1))] pub Vec<Sited<String>>);

/// A file, several files that are read as pages of one, or a folder.
#[derive(Clone, Debug, Default)]
pub struct Paths(pub Vec<Sited<String>>);

impl Serialize for Paths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => one.serialize(serializer),
            several => several.serialize(serializer),
        }
    }
}

impl JsonSchema for Paths {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Paths".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A file, several files that are read as pages of one, or a folder.",
            "anyOf": [
                { "type": "string" },
                { "type": "array", "items": { "type": "string" }, "minItems": 1 }
            ]
        })
    }
}

/// What a snapshot says of members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Members {
    /// A group without `members` has none.
    Complete,
    /// The groups were exported without their members.
    Excluded,
}

/// The users and groups that Foundry's SCIM endpoint holds.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Snapshot {
    /// SCIM users.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users: Option<Paths>,
    /// SCIM groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<Paths>,
    /// Whether the groups carry their members. Absent: they do where at least one group has some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<Members>,
}

/// What Foundry's Admin API returns.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Foundry {
    /// Users.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users: Option<Paths>,
    /// Groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<Paths>,
    /// Memberships: `{ groupId, principalId }`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memberships: Option<Paths>,
    /// The Provider ID of each user: `{ id, providerId }`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_info: Option<Paths>,
}

/// Which lints run, and how they count.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LintSettings {
    /// The lints that run: names, or `default` for all that are on by default. Empty or absent: `default`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub select: Vec<Sited<String>>,
    /// Lints that do not run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<Sited<String>>,
    /// A severity other than a lint's own, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub severity: BTreeMap<String, Sited<Severity>>,
    /// Findings that are accepted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<Allowance>,
}

impl LintSettings {
    fn is_empty(&self) -> bool {
        self.select.is_empty() && self.ignore.is_empty() && self.severity.is_empty() && self.allow.is_empty()
    }
}

/// A finding that is accepted.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Allowance {
    /// The lint.
    pub lint: Sited<String>,
    /// The file of the finding. Absent: any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The route of the finding, or of something around it. Absent: any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// Why it is accepted.
    pub reason: String,
}
