//! The condition language: the filters of RFC 7644 section 3.4.2.2, and a little more.
//!
//! A condition goes three steps: [`parse`] makes a syntax tree ([`Expr`]) of its text; [`check`] resolves its names and
//! types against a [`Scheme`] and gives a [`Condition`]; and whoever has values asks its tests, [`Predicate::holds`].
//! Neither step fails half-way: what is wrong comes as [`Mistake`]s that say where, why and what to do. `Display` of a
//! tree is the canonical form, which parses back to the same tree.

mod anchor_literals;
mod budget;
mod check;
mod compare;
mod dialect;
mod explain;
mod limits;
mod literal;
#[cfg(test)]
mod marked;
mod mistake;
mod operand;
mod parse;
mod pattern;
mod print;
mod resolve;
pub(crate) mod schema;
mod scheme;
mod scim_path;
mod spelling;
mod suggest;
mod syntax;
mod text_match;
mod token;
mod typed;
mod value;

pub(crate) use anchor_literals::{Anchor, Stands};
pub use budget::{Budget, MAX_PATTERNS_BYTES};
pub use check::{check, check_within};
pub use limits::{MAX_BYTES, MAX_DEPTH};
pub(crate) use literal::span_in_pattern;
pub use mistake::Mistake;
pub use parse::{Parsed, TextStyle, parse};
pub use pattern::{MAX_PATTERN_BYTES, Pattern, PatternError};
pub(crate) use schema::is_scim_attribute;
pub use schema::{AttributeDefinition, CORE_USER, ENTERPRISE_USER};
pub use scheme::{RuleSet, Scheme};
pub use scim_path::is_reserved_attribute;
pub use syntax::{Expr, ExprKind, Operand, OperandKind, Operator, Path};
pub use text_match::{TextMatch, TextRelation, fold};
pub(crate) use text_match::{fold_char, fold_into};
pub use typed::{Attribute, Condition, GroupKey, Input, Ordering, Predicate, Question, Term, Test, Tests, ValueType};
pub use value::{Value, parse_instant};
