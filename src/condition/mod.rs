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
