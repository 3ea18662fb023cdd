//! The condition language: RFC 7644 filters and a little more.

mod syntax;
mod typed;

pub use syntax::{Expr, ExprKind, Operand, OperandKind, Operator, Path};
pub use typed::{Attribute, Condition, GroupKey, Input, Ordering, Predicate, Question, Term, Test, ValueType};

/// stub
#[derive(Clone, Debug)]
pub struct Pattern {}
/// stub
#[derive(Clone, Debug)]
pub struct TextMatch {}

/// stub
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'v> {
    /// A string.
    Text(&'v str),
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(f64),
    /// An instant.
    Instant(jiff::Timestamp),
}

/// stub
pub fn parse_instant(text: &str) -> Option<jiff::Timestamp> {
    text.parse().ok()
}

/// stub
pub fn fold(text: &str) -> String {
    let fold = |c| unicode_case_mapping::case_folded(c).and_then(|n| char::from_u32(n.get())).unwrap_or(c);
    text.chars().map(fold).collect()
}

/// stub
pub const CORE_USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// stub
pub const ENTERPRISE_USER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// stub
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
