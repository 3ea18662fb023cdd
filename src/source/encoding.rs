//! From bytes to text.

use super::{FileId, Place, Problem, Span};

/// What stands for a byte that is not UTF-8. It is no indicator of YAML, JSON or a pattern, so that it makes no further
/// mistake where it stands.
const REPLACEMENT: char = '_';

/// Text of `bytes` with the same offsets, and a problem where they are not UTF-8.
///
/// Each invalid byte is replaced by one `_`, so that every other mistake of the file is still found at its place.
///
/// UTF-16 is told by its byte-order mark. Nothing could be read of it, so that its text is blank.
///
/// ```
/// use vestibule::source::{Sources, decode_utf8};
/// let mut sources = Sources::default();
/// let (file, _) = sources.add_document("rules.yaml", b"name: Z\xfcrich");
/// let (text, problem) = decode_utf8(file, b"name: Z\xfcrich");
/// assert_eq!(text, "name: Z_rich");
/// assert_eq!(problem.unwrap().message, "byte 0xFC at offset 7 is not UTF-8");
/// ```
pub fn decode_utf8(file: FileId, bytes: &[u8]) -> (String, Option<Problem>) {
    if let Some(order) = utf16_order(bytes) {
        let mark = Place::Bytes(file, Span::new(0, 2));
        return (" ".repeat(bytes.len()), Some(utf16(mark, order)));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), None);
    }
    let mut text = String::with_capacity(bytes.len());
    let mut first = None;
    let mut count = 0usize;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for &byte in chunk.invalid() {
            first.get_or_insert((text.len(), byte));
            count += 1;
            text.push(REPLACEMENT);
        }
    }
    let Some((offset, byte)) = first else { return (text, None) };
    let place = Place::Bytes(file, Span::new(offset, offset + 1));
    let problem = Problem::error("not-utf8", place, not_utf8(offset, byte, count))
        .label(format!("byte 0x{byte:02X}"))
        .help("save the file as UTF-8");
    (text, Some(problem))
}

/// The byte order of a UTF-16 text, by its byte-order mark.
pub(super) fn utf16_order(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xfe, ..] => Some("little-endian"),
        [0xfe, 0xff, ..] => Some("big-endian"),
        _ => None,
    }
}

fn not_utf8(offset: usize, byte: u8, count: usize) -> String {
    let more = match count {
        1 => String::new(),
        2 => ", and one byte more is not".to_owned(),
        _ => format!(", and {} bytes more are not", count - 1),
    };
    format!("byte 0x{byte:02X} at offset {offset} is not UTF-8{more}")
}

fn utf16(place: Place, order: &str) -> Problem {
    Problem::error("not-utf8", place, format!("the file is UTF-16 ({order}), and not UTF-8"))
        .label("its byte-order mark")
        .help("save the file as UTF-8; in PowerShell, write it with `-Encoding utf8`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], text: &str, message: Option<&str>) {
        let (decoded, problem) = decode_utf8(FileId(0), bytes);
        assert_eq!(decoded, text);
        assert_eq!(decoded.len(), bytes.len());
        assert_eq!(problem.map(|problem| problem.message).as_deref(), message);
    }

    #[test]
    fn valid_text_stays_as_it_is() {
        check("\u{feff}a: ü\r\n".as_bytes(), "\u{feff}a: ü\r\n", None);
        check(b"", "", None);
    }

    #[test]
    fn each_invalid_byte_is_replaced_and_the_first_is_named() {
        check(b"name: Z\xfcrich", "name: Z_rich", Some("byte 0xFC at offset 7 is not UTF-8"));
        check(b"\xc3\xa4\xc3(", "ä_(", Some("byte 0xC3 at offset 2 is not UTF-8"));
        check(b"\xe2\x82 \xff", "__ _", Some("byte 0xE2 at offset 0 is not UTF-8, and 2 bytes more are not"));
        check(b"\xed\xa0\x80", "___", Some("byte 0xED at offset 0 is not UTF-8, and 2 bytes more are not"));
    }

    #[test]
    fn utf_16_is_recognised_by_its_mark() {
        let (text, problem) = decode_utf8(FileId(0), b"\xff\xfea\0:\0");
        assert_eq!(text, "      ");
        assert_eq!(problem.unwrap().message, "the file is UTF-16 (little-endian), and not UTF-8");
        let (_, problem) = decode_utf8(FileId(0), b"\xfe\xff\0a");
        assert_eq!(problem.unwrap().message, "the file is UTF-16 (big-endian), and not UTF-8");
    }
}
