//! What is wrong with a condition.

use crate::source::{Severity, Span};

/// The condition does not follow the grammar.
pub(super) const SYNTAX: &str = "condition-syntax";
/// The condition is longer, nested deeper, or costlier than allowed.
pub(super) const LIMIT: &str = "condition-limit";
/// The condition compares what cannot be compared, or uses an input that the rule set does not have.
pub(super) const TYPE: &str = "condition-type";
/// The condition names what no schema and no mapping knows.
pub(super) const UNKNOWN: &str = "unknown-attribute";
/// A regular expression is not one of this dialect.
pub(super) const PATTERN: &str = "invalid-pattern";

/// Something wrong with a condition. Spans count bytes of the condition's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The kind: `condition-syntax`, `condition-limit`, `condition-type`, `unknown-attribute` or `invalid-pattern`.
    pub code: &'static str,
    /// How bad it is. A condition with an error cannot be evaluated.
    pub severity: Severity,
    /// What is wrong, as a statement.
    pub message: String,
    /// What to do about it, as a command.
    pub help: Option<String>,
    /// Where it is.
    pub span: Span,
    /// What is said about that place.
    pub label: String,
    /// Other places that explain it, and what is said about each.
    pub related: Vec<(Span, String)>,
}

impl Mistake {
    /// An error; its label is empty until [`Mistake::label`] gives one.
    pub(super) fn new(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Mistake {
            code,
            severity: Severity::Error,
            message: message.into(),
            help: None,
            span,
            label: String::new(),
            related: Vec::new(),
        }
    }

    pub(super) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }
}
