//! Damaged blocks: what recovery takes out of a text so that the rest can be read.

use super::Span;

/// A block that a syntax error makes unreadable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) span: Span,
    /// The column of its first character, in bytes.
    pub(super) column: usize,
    /// Whether it begins with the `-` of an item.
    pub(super) is_item: bool,
}
