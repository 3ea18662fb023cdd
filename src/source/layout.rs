//! Lines and indentation of a text, as a person sees its blocks.

use super::Span;

/// The lines of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout<'t> {
    pub(super) text: &'t str,
}

impl<'t> Layout<'t> {
    /// Where the line of `offset` begins; behind the byte-order mark on the first line.
    pub(super) fn line_start(self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or(self.text);
        // Searching for single characters is what the standard library does fastest.
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        match before[line..].rfind('\r') {
            Some(at) => line + at + 1,
            None if line == 0 && self.text.starts_with('\u{feff}') => '\u{feff}'.len_utf8(),
            None => line,
        }
    }

    /// Where the line of `offset` ends, its break left out.
    pub(super) fn line_end(self, offset: usize) -> usize {
        let rest = self.text.get(offset..).unwrap_or("");
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        offset + line.find('\r').unwrap_or(line.len())
    }

    /// Where the next line begins.
    pub(super) fn next_line(self, offset: usize) -> Option<usize> {
        let end = self.line_end(offset);
        match self.text.as_bytes().get(end..end + 2) {
            Some(b"\r\n") => Some(end + 2),
            _ if end < self.text.len() => Some(end + 1),
            _ => None,
        }
    }

    /// The first byte of the line of `offset` that is neither space nor tab; the end of the line if there is none.
    pub(super) fn first(self, offset: usize) -> usize {
        let start = self.line_start(offset);
        let line = &self.text[start..self.line_end(start)];
        start + (line.len() - line.trim_start_matches([' ', '\t']).len())
    }

    /// The column of `offset`, in bytes from 0.
    pub(super) fn column(self, offset: usize) -> usize {
        offset.saturating_sub(self.line_start(offset))
    }

    /// The line of `offset` without indentation, line break and blanks at its end.
    pub(super) fn content(self, offset: usize) -> Span {
        let first = self.first(offset);
        let line = &self.text[first..self.line_end(first)];
        Span::new(first, first + line.trim_end_matches([' ', '\t']).len())
    }

    /// The bytes of a span.
    pub(super) fn slice(self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// Whether the line of `offset` holds nothing, or a comment only.
    pub(super) fn is_empty(self, offset: usize) -> bool {
        let content = self.slice(self.content(offset));
        content.is_empty() || content.starts_with('#')
    }

    /// Whether a `-` of an item stands at `offset`.
    pub(super) fn is_dash(self, offset: usize) -> bool {
        let bytes = self.text.as_bytes();
        bytes.get(offset) == Some(&b'-') && matches!(bytes.get(offset + 1), None | Some(b' ' | b'\t' | b'\n' | b'\r'))
    }

    /// Whether the line that begins at `start` is `---` or `...`.
    fn is_document_mark(self, start: usize) -> bool {
        let line = &self.text[start..];
        let rest = line.strip_prefix("---").or_else(|| line.strip_prefix("..."));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']))
    }

    /// The end of the block that begins on the line of `start` at `column`: before the next line that is not indented
    /// deeper. With `items_belong` a line of items at the same column still belongs to it, as under a key.
    pub(super) fn block_end(self, start: usize, column: usize, items_belong: bool) -> usize {
        let bytes = self.text.as_bytes();
        let mut end = self.content(start).end;
        let mut line = start;
        while let Some(next) = self.next_line(line) {
            line = next;
            let line_end = self.line_end(line);
            // A hostile text may consist of indentation, so that it is looked at but once.
            let blanks = bytes[line..line_end].iter().position(|byte| !matches!(byte, b' ' | b'\t'));
            let Some(indentation) = blanks.filter(|&blanks| bytes[line + blanks] != b'#') else { continue };
            let item = items_belong && indentation == column && self.is_dash(line + indentation);
            if indentation <= column && !item || self.is_document_mark(line) {
                break;
            }
            end = line + self.text[line..line_end].trim_end_matches([' ', '\t']).len();
        }
        end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(text: &str, start: &str, items_belong: bool) -> String {
        let layout = Layout { text };
        let start = text.find(start).unwrap();
        text[start..layout.block_end(start, layout.column(start), items_belong)].to_owned()
    }

    #[test]
    fn a_block_ends_before_the_next_line_that_is_not_deeper() {
        let text = "a:\n  b: 1\n\n  # c\n  d:\n  - 2\n\n# e\nf: 3\n";
        assert_eq!(block(text, "a:", true), "a:\n  b: 1\n\n  # c\n  d:\n  - 2");
        assert_eq!(block(text, "b:", true), "b: 1");
        assert_eq!(block(text, "d:", true), "d:\n  - 2");
        assert_eq!(block(text, "d:", false), "d:");
        assert_eq!(block(text, "f:", true), "f: 3");
        assert_eq!(block("a:\n---\n b", "a:", true), "a:");
    }

    #[test]
    fn lines_end_at_any_break_and_begin_behind_a_byte_order_mark() {
        let layout = Layout { text: "\u{feff} a\r\nb\rc" };
        assert_eq!(layout.column(4), 1);
        assert_eq!(layout.next_line(4), Some(7));
        assert_eq!(layout.next_line(7), Some(9));
        assert_eq!(layout.next_line(9), None);
        assert_eq!(layout.first(0), 4);
    }
}
