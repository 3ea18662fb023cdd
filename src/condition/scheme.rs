//! What names a condition may use, and the types of their values.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use schemars::JsonSchema;
use serde::Serialize;

use super::schema::{AttributeDefinition, CORE_USER, ENTERPRISE, ENTERPRISE_USER, USER, definitions};

/// Which rules a condition belongs to; it decides which inputs there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
pub enum RuleSet {
    /// Organization assignment of users: also internal groups.
    #[serde(rename = "organization-assignment.users")]
    OrganizationUsers,
    /// Organization assignment of provider groups: the group's names, and nothing of a user.
    #[serde(rename = "organization-assignment.groups")]
    OrganizationGroups,
    /// User intake.
    #[serde(rename = "user-intake")]
    UserIntake,
    /// Membership of rule-based groups.
    #[serde(rename = "group-assignment")]
    GroupAssignment,
}

impl RuleSet {
    /// All of them: intake first, since it decides whether the others run.
    pub const ALL: [RuleSet; 4] =
        [RuleSet::UserIntake, RuleSet::OrganizationUsers, RuleSet::OrganizationGroups, RuleSet::GroupAssignment];

    /// Those over users, likewise.
    pub const OF_USERS: [RuleSet; 3] = [RuleSet::UserIntake, RuleSet::OrganizationUsers, RuleSet::GroupAssignment];

    /// The section of the document: `organization-assignment.users`, `organization-assignment.groups`, `user-intake`,
    /// `group-assignment`.
    pub fn as_str(self) -> &'static str {
        match self {
            RuleSet::OrganizationUsers => "organization-assignment.users",
            RuleSet::OrganizationGroups => "organization-assignment.groups",
            RuleSet::UserIntake => "user-intake",
            RuleSet::GroupAssignment => "group-assignment",
        }
    }
}

/// Attributes that Foundry itself keeps beside the mapped ones
/// (palantir.com/docs/foundry/authentication/group-assignment).
pub(super) const RESERVED: [&str; 3] = ["multipass:email:primary", "multipass:given-name", "multipass:family-name"];

/// Whether a Foundry attribute holds several values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cardinality {
    One,
    Many,
    /// Nobody says.
    Either,
}

/// The names that are known: SCIM schemas and Foundry attributes.
///
/// ```
/// use vestibule::condition::{RuleSet, Scheme, TextStyle, check, parse};
///
/// let text = r#"attributes.projects includes "Apollo""#;
/// let mut scheme = Scheme::new();
/// scheme.add_mapped_attribute("projects", true);
/// let expr = parse(text, TextStyle::Inline).expr.unwrap();
/// let (condition, mistakes) = check(&expr, text, &scheme, RuleSet::GroupAssignment);
/// assert!(condition.is_some() && mistakes.is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct Scheme {
    /// The core schema first, then the extensions in the order in which they were added.
    schemas: Vec<Arc<Schema>>,
    mapped: BTreeMap<String, Cardinality>,
    form: BTreeSet<String>,
    mapping_known: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Schema {
    pub(super) urn: String,
    pub(super) attributes: Vec<AttributeDefinition>,
}

/// The schemas that every scheme begins with.
static STANDARD: LazyLock<[Arc<Schema>; 2]> = LazyLock::new(|| {
    let standard = |urn: &str, rows| Arc::new(Schema { urn: urn.to_string(), attributes: definitions(rows) });
    [standard(CORE_USER, USER), standard(ENTERPRISE_USER, ENTERPRISE)]
});

impl Schema {
    /// The attribute of this name, in any case.
    pub(super) fn attribute(&self, name: &str) -> Option<&AttributeDefinition> {
        self.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }

    pub(super) fn is_core(&self) -> bool {
        self.urn == CORE_USER
    }
}

impl Default for Scheme {
    fn default() -> Self {
        Scheme::new()
    }
}

impl Scheme {
    /// The core and the enterprise schema, and nothing said about Foundry attributes: any is taken for known.
    pub fn new() -> Scheme {
        Scheme { schemas: STANDARD.to_vec(), mapped: BTreeMap::new(), form: BTreeSet::new(), mapping_known: false }
    }

    /// Adds attributes of an extension that a snapshot has. Names that the schema has already keep their first type, but
    /// may turn out to have several values or more sub-attributes; so a snapshot can be added record by record. The
    /// attributes of the RFC stay as they are.
    pub fn add_extension(&mut self, urn: &str, attributes: Vec<AttributeDefinition>) {
        let index = self.schemas.iter().position(|schema| schema.urn.eq_ignore_ascii_case(urn)).unwrap_or_else(|| {
            self.schemas.push(Arc::new(Schema { urn: urn.to_string(), attributes: Vec::new() }));
            self.schemas.len() - 1
        });
        if let Some(schema) = self.schemas.get_mut(index) {
            let standard = [CORE_USER, ENTERPRISE_USER].contains(&schema.urn.as_str());
            merge(&mut Arc::make_mut(schema).attributes, attributes, standard);
        }
    }

    /// From now on an `attributes.NAME` that was not added is an error: the document has an attribute mapping.
    pub fn know_mapping(&mut self) {
        self.mapping_known = true;
    }

    /// Adds a custom attribute of the attribute mapping, and knows the mapping from now on. `array` is whether it holds
    /// several values.
    pub fn add_mapped_attribute(&mut self, name: impl Into<String>, array: bool) {
        let cardinality = if array { Cardinality::Many } else { Cardinality::One };
        self.mapped.insert(name.into(), cardinality);
        self.know_mapping();
    }

    /// Adds an attribute that the intake form asks for. It may hold one value or several.
    pub fn add_form_attribute(&mut self, name: impl Into<String>) {
        self.form.insert(name.into());
    }

    /// Whether a Foundry attribute holds several values; `None` where the name is unknown.
    pub(super) fn foundry_attribute(&self, name: &str) -> Option<Cardinality> {
        match self.mapped.get(name) {
            Some(cardinality) => Some(*cardinality),
            None if RESERVED.contains(&name) => Some(Cardinality::One),
            None if self.form.contains(name) || !self.mapping_known => Some(Cardinality::Either),
            None => None,
        }
    }

    /// The names of the known Foundry attributes.
    pub(super) fn foundry_names(&self) -> impl Iterator<Item = &str> {
        let own = self.mapped.keys().chain(&self.form).map(String::as_str);
        own.chain(RESERVED)
    }

    pub(super) fn schemas(&self) -> impl Iterator<Item = &Schema> {
        self.schemas.iter().map(Arc::as_ref)
    }

    pub(super) fn schema(&self, urn: &str) -> Option<&Schema> {
        self.schemas().find(|schema| schema.urn.eq_ignore_ascii_case(urn))
    }

    /// The schemas that have an attribute of this name: the core schema alone where it is one of them.
    pub(super) fn schemas_with(&self, name: &str) -> Vec<(&Schema, &AttributeDefinition)> {
        let mut found = Vec::new();
        for schema in self.schemas() {
            if let Some(attribute) = schema.attribute(name) {
                found.push((schema, attribute));
                if schema.is_core() {
                    break;
                }
            }
        }
        found
    }
}

/// Adds what was seen to what is known. The depth is that of SCIM: an attribute and its sub-attributes.
fn merge(known: &mut Vec<AttributeDefinition>, seen: Vec<AttributeDefinition>, standard: bool) {
    for attribute in seen {
        match known.iter_mut().find(|known| known.name.eq_ignore_ascii_case(&attribute.name)) {
            Some(known) if known.value_type == attribute.value_type => {
                known.multi_valued |= attribute.multi_valued && !standard;
                merge(&mut known.sub_attributes, attribute.sub_attributes, standard);
            }
            Some(_) => {}
            None => known.push(attribute),
        }
    }
}
