//! Attribute mappings: what is sent as which SCIM attribute.

use crate::source::At;

use super::expression::{constant, normalised, plain_attribute};
use super::object::member_at;

/// One attribute mapping of an object mapping.
///
/// The members are Microsoft's: learn.microsoft.com/graph/api/resources/synchronization-attributemapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeMapping {
    /// Where it stands.
    pub at: At,
    /// The SCIM attribute that is written, such as `externalId` or `emails[type eq "work"].value`.
    pub target: String,
    /// What is sent; `None` where a constant is, or nothing: see [`AttributeMapping::sends`].
    pub source: Option<Source>,
    /// Above 0: an attribute that accounts are matched by, the lowest first. 0: not.
    pub matching_priority: i64,
    /// When the attribute is written.
    pub flow_type: FlowType,
    /// Whether an unchanged value is written too.
    pub flow_behavior: FlowBehavior,
    /// What is sent at creation where the source has no value; the constant where there is no source. An empty text in
    /// the export means that there is none.
    pub default_value: Option<String>,
    pub(super) names: Vec<Box<str>>,
}

/// When an attribute is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FlowType {
    /// At creation and at every change.
    #[default]
    Always,
    /// At creation only.
    ObjectAddOnly,
    /// Only when values are added to several.
    MultiValueAddOnly,
    /// Values are added, never removed.
    ValueAddOnly,
    /// Only where the target has no value yet.
    AttributeAddOnly,
    /// One that Microsoft's documentation does not list.
    Other(String),
}

/// Whether an unchanged value is written too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FlowBehavior {
    /// A changed value only.
    #[default]
    FlowWhenChanged,
    /// Any value, at every run.
    FlowAlways,
    /// One that Microsoft's documentation does not list.
    Other(String),
}

/// What is sent: an attribute, a constant, or a function of those.
///
/// The members are Microsoft's: learn.microsoft.com/graph/api/resources/synchronization-attributemappingsource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where it stands.
    pub at: At,
    /// Which of the three.
    pub kind: SourceKind,
    /// The expression as text, such as `[objectId]`; may be empty where the export leaves it out.
    pub expression: String,
    /// The name of the attribute or function, or the constant.
    pub name: String,
    /// The arguments of a function.
    pub parameters: Vec<Parameter>,
    pub(super) names: Vec<Box<str>>,
}

/// The kinds of [`Source`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// The value of an attribute in Entra.
    Attribute,
    /// The same value for everybody.
    Constant,
    /// A function of attributes and constants.
    Function,
}

/// An argument of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The name of the parameter, such as `source`.
    pub key: String,
    /// The argument.
    pub value: Source,
}

impl AttributeMapping {
    /// Where a member stands, such as `targetAttributeName` or `source`; the whole mapping where it is left out.
    pub fn member(&self, name: &str) -> At {
        member_at(&self.at, &self.names, name)
    }

    /// Whether it writes this SCIM attribute. Names compare without case, and the core schema's URN may be left out
    /// (RFC 7643 section 2.1, RFC 7644 section 3.10).
    pub fn writes(&self, attribute: &str) -> bool {
        without_core_schema(&self.target).eq_ignore_ascii_case(without_core_schema(attribute))
    }

    /// What is sent, as a key that is equal for two mappings that send the same: see [`Source::normalised`]. `None`
    /// where there is neither a source nor a constant.
    pub fn sends(&self) -> Option<String> {
        match (&self.source, &self.default_value) {
            (Some(source), _) => Some(source.normalised()),
            (None, Some(value)) => Some(constant(value)),
            (None, None) => None,
        }
    }
}

impl Source {
    /// Where a member stands, such as `expression`; the whole source where it is left out.
    pub fn member(&self, name: &str) -> At {
        member_at(&self.at, &self.names, name)
    }

    /// A key that is equal for two sources that send the same value: the expression without white space outside of
    /// constants.
    pub fn normalised(&self) -> String {
        if !self.expression.trim().is_empty() {
            return normalised(&self.expression);
        }
        match self.kind {
            SourceKind::Attribute => normalised(&format!("[{}]", self.name)),
            SourceKind::Constant => constant(&self.name),
            SourceKind::Function => {
                let arguments: Vec<_> = self.parameters.iter().map(|parameter| parameter.value.normalised()).collect();
                format!("{}({})", self.name, arguments.join(","))
            }
        }
    }

    /// The attribute in Entra, where its value is sent as it is.
    pub fn plain_attribute(&self) -> Option<String> {
        plain_attribute(&self.normalised()).map(str::to_owned)
    }
}

fn without_core_schema(attribute: &str) -> &str {
    const CORE: [&str; 2] =
        ["urn:ietf:params:scim:schemas:core:2.0:User:", "urn:ietf:params:scim:schemas:core:2.0:Group:"];
    let attribute = attribute.trim();
    let split = CORE
        .iter()
        .filter_map(|urn| attribute.split_at_checked(urn.len()).filter(|(head, _)| head.eq_ignore_ascii_case(urn)));
    split.map(|(_, name)| name).next().unwrap_or(attribute)
}
