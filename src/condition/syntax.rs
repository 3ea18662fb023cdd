//! The syntax tree of a condition, as written.

use crate::source::Span;

/// A condition or a part of one. Spans count bytes of the condition's text.
///
/// Two expressions are equal when they say the same; where they stand does not count.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it says.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

impl Expr {
    /// All of them, connected with `and`; those that are connected with `and` themselves are flattened.
    pub fn all(parts: Vec<Expr>, span: Span) -> Expr {
        let flat = parts.into_iter().flat_map(|part| match part.kind {
            ExprKind::And(inner) => inner,
            kind => vec![Expr { kind, span: part.span }],
        });
        Expr::connected(flat.collect(), ExprKind::And, span)
    }

    /// Any of them, connected with `or`; those that are connected with `or` themselves are flattened.
    pub fn any(parts: Vec<Expr>, span: Span) -> Expr {
        let flat = parts.into_iter().flat_map(|part| match part.kind {
            ExprKind::Or(inner) => inner,
            kind => vec![Expr { kind, span: part.span }],
        });
        Expr::connected(flat.collect(), ExprKind::Or, span)
    }

    /// A single part needs no connective.
    fn connected(mut parts: Vec<Expr>, connective: fn(Vec<Expr>) -> ExprKind, span: Span) -> Expr {
        match (parts.len(), parts.pop()) {
            (1, Some(only)) => only,
            (_, last) => {
                parts.extend(last);
                Expr { kind: connective(parts), span }
            }
        }
    }
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

/// What an expression says.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `true` or `false`.
    Constant(bool),
    /// `not …`
    Not(Box<Expr>),
    /// `… and …`, two or more, flattened.
    And(Vec<Expr>),
    /// `… or …`, two or more, flattened.
    Or(Vec<Expr>),
    /// `PATH OPERATOR OPERAND`
    Compare {
        /// What is compared.
        path: Path,
        /// How.
        operator: Operator,
        /// Where the operator stands.
        operator_span: Span,
        /// With what.
        operand: Operand,
    },
    /// `PATH pr`
    Present(Path),
    /// `PATH[FILTER]`: some element satisfies the filter. Entra's `PATH[FILTER].SUB OP X` is read as
    /// `PATH[FILTER and SUB OP X]`.
    Element {
        /// The multi-valued attribute.
        path: Path,
        /// The filter over its sub-attributes.
        filter: Box<Expr>,
    },
}

impl PartialEq for ExprKind {
    fn eq(&self, other: &Self) -> bool {
        use ExprKind::{And, Compare, Constant, Element, Not, Or, Present};
        match (self, other) {
            (Constant(one), Constant(two)) => one == two,
            (Not(one), Not(two)) => one == two,
            (And(one), And(two)) | (Or(one), Or(two)) => one == two,
            (Present(one), Present(two)) => one == two,
            // Where the operator stands does not count.
            (
                Compare { path, operator, operand, operator_span: _ },
                Compare { path: path_2, operator: operator_2, operand: operand_2, operator_span: _ },
            ) => (path, operator, operand) == (path_2, operator_2, operand_2),
            (Element { path, filter }, Element { path: path_2, filter: filter_2 }) => {
                (path, filter) == (path_2, filter_2)
            }
            _ => false,
        }
    }
}

/// An attribute path: `userName`, `name.givenName`, `urn:…:User:department`, `attributes."a b"`, `provider.groups`.
#[derive(Clone, Debug)]
pub struct Path {
    /// The schema URN before the attribute, if written, as written.
    pub urn: Option<String>,
    /// The dotted segments as written, quotes taken off. At least one.
    pub segments: Vec<String>,
    /// Where it stands.
    pub span: Span,
}

impl PartialEq for Path {
    fn eq(&self, other: &Self) -> bool {
        self.urn == other.urn && self.segments == other.segments
    }
}

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// Equals.
    Eq,
    /// Differs; over several values, some value differs or there is none.
    Ne,
    /// Contains.
    Co,
    /// Starts with.
    Sw,
    /// Ends with.
    Ew,
    /// Is greater.
    Gt,
    /// Is greater or equal.
    Ge,
    /// Is less.
    Lt,
    /// Is less or equal.
    Le,
    /// Equals one of a list.
    In,
    /// The whole value matches a pattern.
    Matches,
    /// One of several values equals a string or matches a pattern.
    Includes,
    /// None of several values does: the negation of `includes`.
    Excludes,
}

impl Operator {
    /// Every operator, in the order in which the reference lists them.
    pub const ALL: [Operator; 13] = [
        Operator::Eq,
        Operator::Ne,
        Operator::Co,
        Operator::Sw,
        Operator::Ew,
        Operator::Gt,
        Operator::Ge,
        Operator::Lt,
        Operator::Le,
        Operator::In,
        Operator::Matches,
        Operator::Includes,
        Operator::Excludes,
    ];

    /// The keyword, as the printer writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Operator::Eq => "eq",
            Operator::Ne => "ne",
            Operator::Co => "co",
            Operator::Sw => "sw",
            Operator::Ew => "ew",
            Operator::Gt => "gt",
            Operator::Ge => "ge",
            Operator::Lt => "lt",
            Operator::Le => "le",
            Operator::In => "in",
            Operator::Matches => "matches",
            Operator::Includes => "includes",
            Operator::Excludes => "excludes",
        }
    }

    /// The operator that a word is, in any case.
    pub fn from_word(word: &str) -> Option<Operator> {
        Operator::ALL.into_iter().find(|operator| word.eq_ignore_ascii_case(operator.as_str()))
    }
}

/// The right-hand side of a comparison.
#[derive(Clone, Debug)]
pub struct Operand {
    /// What it is.
    pub kind: OperandKind,
    /// Where it stands.
    pub span: Span,
}

impl PartialEq for Operand {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

/// What the right-hand side of a comparison is.
#[derive(Clone, Debug, PartialEq)]
pub enum OperandKind {
    /// A JSON string, decoded.
    String(String),
    /// A JSON number, as written.
    Number(String),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// `[ … ]` after `in`.
    List(Vec<Operand>),
    /// `/…/` or `/…/i`.
    Pattern {
        /// The regular expression, `\/` already read as `/`.
        source: String,
        /// Whether case is ignored.
        ignore_case: bool,
    },
}
