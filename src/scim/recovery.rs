//! Where reading can resume behind a record that could not be read.

use super::records::SPACE;

/// One past the last byte of the array, object or string that starts at `start`, found without reading it: brackets
/// are counted outside of strings. `None` where they do not close.
pub(super) fn value_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut depth, mut in_string, mut offset) = (0_usize, false, start);
    while let Some(&byte) = bytes.get(offset) {
        match byte {
            b'\\' if in_string => offset += 1,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return Some(offset),
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return Some(offset),
            _ => {}
        }
        offset += 1;
        if depth == 0 && !in_string && matches!(byte, b'}' | b']' | b'"') {
            return Some(offset);
        }
    }
    None
}

/// The next line after `from` whose first character starts an object or an array: only what stands at the top of a text
/// is not indented.
pub(super) fn next_value_line(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut offset = from;
    while let Some(length) = bytes.get(offset..)?.iter().position(|&byte| byte == b'\n') {
        offset += length + 1;
        if matches!(bytes.get(offset), Some(b'{' | b'[')) {
            return Some(offset);
        }
    }
    None
}

/// Whether what follows a record can follow one: a comma, the end of the list, or the end of the text.
pub(super) fn separates(text: &str, offset: usize) -> bool {
    let rest = text.get(offset..).unwrap_or("").trim_start_matches(SPACE);
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
            assert_eq!(value_end(text, 0), end, "{text}");
        }
    }
}
