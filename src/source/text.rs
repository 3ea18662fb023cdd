//! Texts and their lines.

use std::sync::{Arc, OnceLock};

use schemars::JsonSchema;
use serde::Serialize;

use super::Span;

/// A place in a text as a person counts: lines and columns from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Position {
    /// The line, from 1. A line ends at LF, CRLF or a lone CR.
    pub line: usize,
    /// The column, from 1, in Unicode scalar values. A byte-order mark takes no column.
    pub column: usize,
    /// The byte, from 0, counted from the first byte of the file.
    pub offset: usize,
}

/// A text with a name, and the table of its lines.
///
/// Cloning is cheap: the content is shared.
///
/// ```
/// use vestibule::source::Text;
/// let text = Text::new("rules.yaml", "a: 1\r\nü: 2\n");
/// let position = text.position(8);
/// assert_eq!((position.line, position.column), (2, 2));
/// ```
#[derive(Clone, Debug)]
pub struct Text {
    name: Arc<str>,
    content: Arc<str>,
    lines: Arc<OnceLock<Vec<usize>>>,
}

impl Text {
    /// A text under the name that people know it by, usually a path.
    pub fn new(name: impl Into<Arc<str>>, content: impl Into<Arc<str>>) -> Self {
        Text { name: name.into(), content: content.into(), lines: Arc::default() }
    }

    /// The name, as given. It may hold control characters: see [`crate::source::visible`].
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole content, with a byte-order mark if the file has one.
    pub fn content(&self) -> &str {
        &self.content
    }

    pub(super) fn shared(&self) -> Arc<str> {
        Arc::clone(&self.content)
    }

    /// The bytes of `span`, cut to what exists; empty where the span cuts a character.
    pub fn slice(&self, span: Span) -> &str {
        let end = span.end.min(self.content.len());
        self.content.get(span.start.min(end)..end).unwrap_or("")
    }

    /// Line and column of a byte. Beyond the end: the end. Inside a character: that character.
    pub fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.content.len());
        while !self.content.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line_number(offset);
        let before = &self.content[self.line_starts()[line - 1]..offset];
        let before = if line == 1 { before.trim_start_matches('\u{feff}') } else { before };
        Position { line, column: before.chars().count() + 1, offset }
    }

    /// The line of a byte, from 1. Unlike [`Text::position`] it does not look at the line, which may be long.
    pub(crate) fn line_number(&self, offset: usize) -> usize {
        self.line_starts().partition_point(|&start| start <= offset)
    }

    /// The bytes of a line (from 1) without its line break; `None` past the last line.
    pub fn line(&self, line: usize) -> Option<Span> {
        let lines = self.line_starts();
        let start = *lines.get(line.checked_sub(1)?)?;
        let end = lines.get(line).copied().unwrap_or(self.content.len());
        let trimmed = self.content[start..end].trim_end_matches(['\n', '\r']).len();
        Some(Span::new(start, start + trimmed))
    }

    /// How many lines there are; an empty text has one.
    pub fn line_count(&self) -> usize {
        self.line_starts().len()
    }

    fn line_starts(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let bytes = self.content.as_bytes();
            let mut starts = vec![0];
            for (index, &byte) in bytes.iter().enumerate() {
                let lone_cr = byte == b'\r' && bytes.get(index + 1) != Some(&b'\n');
                if byte == b'\n' || lone_cr {
                    starts.push(index + 1);
                }
            }
            starts
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(content: &str, offset: usize) -> (usize, usize) {
        let position = Text::new("t", content).position(offset);
        (position.line, position.column)
    }

    #[test]
    fn lines_end_at_lf_crlf_and_lone_cr() {
        assert_eq!(at("a\nb\r\nc\rd", 7), (4, 1));
        assert_eq!(at("a\r\nb", 1), (1, 2));
        assert_eq!(at("", 0), (1, 1));
        assert_eq!(at("a\n", 2), (2, 1));
    }

    #[test]
    fn columns_count_scalar_values_and_not_the_byte_order_mark() {
        assert_eq!(at("äöü: x", 6), (1, 4));
        assert_eq!(at("\u{feff}a: x", 3), (1, 1));
        assert_eq!(at("\u{feff}a: x", 4), (1, 2));
        assert_eq!(at("äb", 1), (1, 1));
        assert_eq!(at("ab", 99), (1, 3));
    }

    #[test]
    fn a_line_comes_without_its_break() {
        let text = Text::new("t", "ab\r\ncd\n");
        assert_eq!(text.line(1).map(|span| text.slice(span)), Some("ab"));
        assert_eq!(text.line(2).map(|span| text.slice(span)), Some("cd"));
        assert_eq!(text.line(3).map(|span| text.slice(span)), Some(""));
        assert_eq!(text.line(4), None);
        assert_eq!(text.line(0), None);
    }
}
