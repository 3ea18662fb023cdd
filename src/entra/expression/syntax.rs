//! The tree of an expression, and its text.

use std::fmt;

use crate::source::Span;

/// An expression of an attribute mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// Which bytes of the text it is; empty where it was put together from an export that leaves the text out.
    pub span: Span,
}

/// The kinds of [`Expression`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpressionKind {
    /// An attribute in Entra: `[objectId]`.
    Attribute(String),
    /// A constant, without its quotation marks.
    Text(String),
    /// A number as it is written, such as `-5` or `&HF7`.
    Number(String),
    /// A name that stands alone, such as `True`.
    Word(String),
    /// A function of its arguments.
    Call {
        /// The function.
        name: String,
        /// Where its name stands.
        name_span: Span,
        /// The arguments; `None` for an empty position.
        arguments: Vec<Option<Expression>>,
    },
    /// A comparison: a condition of `IIF`.
    Comparison {
        /// `=`, `<>`, `<`, `<=`, `>` or `>=`.
        operator: String,
        /// What stands before and after it.
        sides: Box<[Expression; 2]>,
    },
}

impl Expression {
    pub(in crate::entra) fn new(kind: ExpressionKind, span: Span) -> Self {
        Expression { kind, span }
    }

    /// The attribute, where the expression is nothing else.
    pub fn as_attribute(&self) -> Option<&str> {
        match &self.kind {
            ExpressionKind::Attribute(name) => Some(name),
            _ => None,
        }
    }

    /// The text, where the expression is a constant.
    pub fn as_text(&self) -> Option<&str> {
        match &self.kind {
            ExpressionKind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The function and its arguments, where the expression is a call.
    pub fn as_call(&self) -> Option<(&str, &[Option<Expression>])> {
        match &self.kind {
            ExpressionKind::Call { name, arguments, .. } => Some((name, arguments)),
            _ => None,
        }
    }

    /// The expression and all inside it, outermost first.
    pub fn walk(&self) -> Vec<&Expression> {
        let mut found = Vec::new();
        let mut waiting = vec![self];
        while let Some(next) = waiting.pop() {
            found.push(next);
            match &next.kind {
                ExpressionKind::Call { arguments, .. } => waiting.extend(arguments.iter().rev().flatten()),
                ExpressionKind::Comparison { sides, .. } => waiting.extend(sides.iter().rev()),
                _ => {}
            }
        }
        found
    }

    /// The attributes that it reads, in order; one that it reads twice comes twice.
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        self.walk().into_iter().filter_map(Expression::as_attribute)
    }

    /// The functions that it calls, in order.
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        self.walk().into_iter().filter_map(|inner| inner.as_call().map(|(name, _)| name))
    }
}

/// Writes the expression so that it parses back to the same tree.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExpressionKind::Attribute(name) => write!(f, "[{name}]"),
            ExpressionKind::Text(text) => write!(f, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            ExpressionKind::Number(word) | ExpressionKind::Word(word) => f.write_str(word),
            ExpressionKind::Call { name, arguments, .. } => {
                write!(f, "{name}(")?;
                for (index, argument) in arguments.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { ", " })?;
                    argument.iter().try_for_each(|argument| argument.fmt(f))?;
                }
                f.write_str(")")
            }
            ExpressionKind::Comparison { operator, sides } => write!(f, "{} {operator} {}", sides[0], sides[1]),
        }
    }
}
