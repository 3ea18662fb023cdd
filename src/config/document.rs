//! The document `vestibule.yaml` as values: Control Panel > Authentication > one provider, and what stands beside it.
//!
//! These types are what [`super::Config::parse`] gives, what `vestibule show` writes, and what the JSON Schema is made
//! from, so that the three cannot disagree.

use std::collections::BTreeMap;

use globset::GlobMatcher;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::{Provider, Rule, Sited, When};
use crate::condition::Scheme;
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
    /// The lints that run: names, or levels: `default` for all that are on by default, `strict` and `preview` for these
    /// and more. Empty or absent: `default`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub select: Vec<Sited<String>>,
    /// Lints that do not run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<Sited<String>>,
    /// A severity other than a lint's own, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub severity: BTreeMap<String, Sited<Severity>>,
    /// What differs for some files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub per_path: Vec<PathSettings>,
    /// Findings that are accepted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<Allowance>,
}

impl LintSettings {
    fn is_empty(&self) -> bool {
        let LintSettings { select, ignore, severity, per_path, allow } = self;
        select.is_empty() && ignore.is_empty() && severity.is_empty() && per_path.is_empty() && allow.is_empty()
    }
}

/// How lints count for the findings in some files.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PathSettings {
    /// The files: a glob, from the folder of the document.
    pub path: Sited<String>,
    /// Lints, or levels, that run for them as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub select: Vec<Sited<String>>,
    /// Lints that do not run for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<Sited<String>>,
    /// A severity for them, by name of the lint.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub severity: BTreeMap<String, Sited<Severity>>,
    /// The glob, compiled.
    #[serde(skip)]
    #[schemars(skip)]
    pub(crate) matcher: GlobMatcher,
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
