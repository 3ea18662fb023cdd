//! Where reading can resume behind a record that could not be read. What looks takes the text piece by piece.

use super::records::SPACE;

/// Looks for the end of an array, object or string without reading it: brackets are counted outside of strings.
#[derive(Default)]
pub(super) struct Closing {
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Closing {
    /// One past the last byte of the value, if that is among the next bytes.
    pub(super) fn look(&mut self, bytes: &[u8]) -> Option<usize> {
        for (offset, &byte) in bytes.iter().enumerate() {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.in_string => self.escaped = true,
                b'"' => {
                    self.in_string = !self.in_string;
                    if self.depth == 0 && !self.in_string {
                        return Some(offset + 1);
                    }
                }
                _ if self.in_string => {}
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth == 0 => return Some(offset),
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(offset + 1);
                    }
                }
                b',' if self.depth == 0 => return Some(offset),
                _ => {}
            }
        }
        None
    }
}

/// Looks for the next line whose first character starts an object or an array: only what stands at the top of a text is
/// not indented.
#[derive(Default)]
pub(super) struct ValueLine {
    /// Whether a line break was the last byte.
    pub(super) is_start: bool,
}

impl ValueLine {
    /// The first byte of that line, if it is among the next bytes.
    pub(super) fn look(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut offset = 0;
        while let Some(&byte) = bytes.get(offset) {
            if self.is_start && matches!(byte, b'{' | b'[') {
                return Some(offset);
            }
            self.is_start = false;
            let length = line_break(bytes.get(offset..)?)?;
            offset += length + 1;
            self.is_start = true;
        }
        None
    }
}

/// The first line break among bytes.
pub(super) fn line_break(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|&byte| byte == b'\n')
}

/// Whether what follows a record can follow one: a comma, the end of the list, or nothing but white space.
pub(super) fn separates(rest: &str) -> bool {
    let rest = rest.trim_start_matches(SPACE);
    rest.is_empty() || rest.starts_with([',', ']'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_ends_where_its_brackets_close_outside_of_strings() {
        for (text, end) in [
            ("{\"a\":[1,{}]} x", Some(12)),
            ("[\"]\\\"]\", 2],", Some(11)),
            ("\"a\\\"b\", c", Some(6)),
            ("tru, 1", Some(3)),
            ("tru]", Some(3)),
            ("{\"a\":[}", None),
            ("{\"a", None),
            ("\"\\", None),
            ("", None),
        ] {
            assert_eq!(Closing::default().look(text.as_bytes()), end, "{text}");
            let mut piecemeal = Closing::default();
            let bytes = text.as_bytes().chunks(1).enumerate();
            let found = bytes.filter_map(|(at, byte)| piecemeal.look(byte).map(|length| at + length)).next();
            assert_eq!(found, end, "{text} byte by byte");
        }
    }

    #[test]
    fn a_value_line_starts_with_a_bracket() {
        for (text, line) in [("{}\n {}\n\n[", Some(8)), ("{}\n", None), ("{", None), ("\n{", Some(1))] {
            assert_eq!(ValueLine::default().look(text.as_bytes()), line, "{text:?}");
            let mut piecemeal = ValueLine::default();
            let bytes = text.as_bytes().chunks(1).enumerate();
            let found = bytes.filter_map(|(at, byte)| piecemeal.look(byte).map(|length| at + length)).next();
            assert_eq!(found, line, "{text:?} byte by byte");
        }
    }
}
