//! Attribute mappings: what is sent as which SCIM attribute.

use crate::source::{At, Place, Span};

use super::expression::{Expression, ExpressionKind, ExpressionMistake};
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
    pub(super) tree: Result<Expression, ExpressionMistake>,
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

    /// Whether it writes this SCIM attribute or something inside it: `emails[type eq "work"].value` is a part of `emails`.
    pub fn writes_part_of(&self, attribute: &str) -> bool {
        let target = without_core_schema(&self.target);
        let name = target.split(['.', '[']).next().unwrap_or_default();
        !target.starts_with("urn:") && name.trim().eq_ignore_ascii_case(attribute)
    }

    /// What is sent, as a text that is equal for two mappings that send the same: see [`Expression::normal_form`].
    /// `None` where there is neither a source nor a constant.
    pub fn sends(&self) -> Option<String> {
        match (&self.source, &self.default_value) {
            (Some(source), _) => Some(source.normalised()),
            (None, Some(value)) => Some(constant(value).to_string()),
            (None, None) => None,
        }
    }

    /// What is sent as a tree; `None` where nothing is sent, or where the expression is none.
    pub fn expression(&self) -> Option<Expression> {
        match (&self.source, &self.default_value) {
            (Some(source), _) => source.tree.as_ref().ok().cloned(),
            (None, value) => value.as_deref().map(constant),
        }
    }

    /// The attribute in Entra, where its value is sent as it is.
    pub fn plain_attribute(&self) -> Option<&str> {
        self.source.as_ref()?.tree.as_ref().ok()?.as_attribute()
    }

    /// Where it is written what is sent: the expression; the constant where there is none.
    pub fn sent_at(&self) -> Place {
        match &self.source {
            Some(source) => source.member("expression").value(),
            None => self.member("defaultValue").value(),
        }
    }

    /// Some bytes of the expression; the whole of it where the export leaves its text out.
    pub fn sent_within(&self, span: Span) -> Place {
        match &self.source {
            Some(source) if !span.range().is_empty() && span.range().end <= source.expression.len() => {
                source.member("expression").within(span)
            }
            _ => self.sent_at(),
        }
    }
}

impl Source {
    /// Where a member stands, such as `expression`; the whole source where it is left out.
    pub fn member(&self, name: &str) -> At {
        member_at(&self.at, &self.names, name)
    }

    /// The expression as a tree.
    ///
    /// # Errors
    ///
    /// What keeps its text from being one.
    pub fn tree(&self) -> Result<&Expression, &ExpressionMistake> {
        self.tree.as_ref()
    }

    /// A text that is equal for two sources that send the same value: the normal form of the expression; the text as it
    /// is, where that is no expression.
    pub fn normalised(&self) -> String {
        match &self.tree {
            Ok(tree) => tree.normal_form().to_string(),
            Err(_) => self.expression.trim().to_owned(),
        }
    }

    /// The attribute in Entra, where its value is sent as it is.
    pub fn plain_attribute(&self) -> Option<&str> {
        self.tree.as_ref().ok()?.as_attribute()
    }
}

/// The tree of a source that leaves its expression out.
pub(super) fn tree_of(kind: SourceKind, name: &str, parameters: &[Parameter]) -> Expression {
    let nowhere = Span::at(0);
    let kind = match kind {
        SourceKind::Attribute => ExpressionKind::Attribute(name.to_owned()),
        SourceKind::Constant => ExpressionKind::Text(name.to_owned()),
        SourceKind::Function => {
            let arguments = positions(name, parameters);
            ExpressionKind::Call { name: name.to_owned(), name_span: nowhere, arguments }
        }
    };
    Expression::new(kind, nowhere)
}

/// The arguments in their positions: the export names them, and leaves out those that are empty.
fn positions(function: &str, parameters: &[Parameter]) -> Vec<Option<Expression>> {
    let named: &[&str] = match function {
        "Replace" => &[
            "source",
            "Find",
            "RegularExpression",
            "RegularExpressionGroupName",
            "Replacement",
            "ReplacementPropertyName",
            "Template",
        ],
        "Switch" => &["source", "defaultValue"],
        _ => &[],
    };
    let find = |name: &str| parameters.iter().find(|parameter| parameter.key.eq_ignore_ascii_case(name));
    let is_named = |parameter: &Parameter| named.iter().any(|name| parameter.key.eq_ignore_ascii_case(name));
    // Without the documented names the order is all there is.
    if !parameters.iter().any(is_named) {
        return parameters.iter().map(|parameter| parameter.value.tree.clone().ok()).collect();
    }
    let first = named.iter().map(|name| find(name).and_then(|parameter| parameter.value.tree.clone().ok()));
    let rest = parameters.iter().filter(|parameter| !is_named(parameter));
    first.chain(rest.map(|parameter| parameter.value.tree.clone().ok())).collect()
}

/// A constant as an expression.
fn constant(value: &str) -> Expression {
    Expression::new(ExpressionKind::Text(value.to_owned()), Span::at(0))
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
