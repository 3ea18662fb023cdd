//! Characters that no document may hold.
//!
//! YAML 1.2.2, section 5.1, and JSON (RFC 8259, section 7) forbid control characters. Each is reported where it stands
//! and replaced for the parser, so that everything else is still read.

use std::borrow::Cow;

use super::{FileId, Place, Problem, Span};

/// How many of them are listed.
pub(super) const LISTED: usize = 20;
/// Stands for a byte of a forbidden character: no indicator of YAML, JSON or a pattern, and no escape behind a backslash.
pub(super) const REPLACEMENT: u8 = b';';

/// Whether the character is forbidden everywhere.
fn is_forbidden(c: char) -> bool {
    c < ' ' && !matches!(c, '\t' | '\n' | '\r')
}

/// Whether the character is forbidden outside of quotes. The YAML parser takes it nowhere.
fn is_forbidden_outside_quotes(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
}

/// The text without the control characters that are forbidden everywhere, and a problem for each.
pub(super) fn without_forbidden(file: FileId, text: &str) -> (Cow<'_, str>, Vec<Problem>) {
    // Nearly always there is none; looking at bytes is much faster than at characters.
    let clean = text.bytes().all(|byte| byte >= b' ' || matches!(byte, b'\t' | b'\n' | b'\r'));
    if clean {
        return (Cow::Borrowed(text), Vec::new());
    }
    let spans = spans(text, is_forbidden);
    let mut problems: Vec<_> = spans.iter().take(LISTED).map(|&span| problem(file, text, span)).collect();
    if let (Some(last), true) = (problems.last_mut(), spans.len() > LISTED) {
        last.message.push_str(&format!(", and {} more such characters follow", spans.len() - LISTED));
    }
    (Cow::Owned(replaced(text, &spans)), problems)
}

/// The text as the YAML parser can take it, and where it was changed: characters that are allowed in quotes only.
pub(super) fn for_yaml(text: &str) -> (Cow<'_, str>, Vec<Span>) {
    // All of them begin with one of these bytes.
    let clean = text.bytes().all(|byte| !matches!(byte, 0x7f | 0xc2 | 0xef));
    let spans = if clean { Vec::new() } else { spans(text, is_forbidden_outside_quotes) };
    match spans.is_empty() {
        true => (Cow::Borrowed(text), spans),
        false => (Cow::Owned(replaced(text, &spans)), spans),
    }
}

/// The problem of a forbidden character.
pub(super) fn problem(file: FileId, text: &str, span: Span) -> Problem {
    let c = text.get(span.range()).and_then(|text| text.chars().next()).map_or(0, u32::from);
    Problem::error(
        "forbidden-character",
        Place::Bytes(file, span),
        format!("the character U+{c:04X} is not allowed in a document"),
    )
    .help(format!("remove it, or write it as an escape in double quotes: \"\\u{c:04x}\""))
}

fn spans(text: &str, is_wanted: fn(char) -> bool) -> Vec<Span> {
    let found = text.char_indices().filter(|&(_, c)| is_wanted(c));
    found.map(|(at, c)| Span::new(at, at + c.len_utf8())).collect()
}

fn replaced(text: &str, spans: &[Span]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for span in spans {
        bytes[span.range()].fill(REPLACEMENT);
    }
    // Whole characters were replaced by ASCII, so it is UTF-8 still.
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_replaced_and_reported() {
        let (text, problems) = without_forbidden(FileId(0), "a: \0b\u{1b}[1m\t\r\n");
        assert_eq!(text, "a: ;b;[1m\t\r\n");
        let messages: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(
            messages,
            ["the character U+0000 is not allowed in a document", "the character U+001B is not allowed in a document"]
        );
    }

    #[test]
    fn many_are_counted() {
        let text = "\u{1}".repeat(30);
        let (_, problems) = without_forbidden(FileId(0), &text);
        assert_eq!(problems.len(), 20);
        assert!(problems[19].message.ends_with("and 10 more such characters follow"));
    }

    #[test]
    fn what_is_allowed_in_quotes_is_replaced_for_the_parser_only() {
        let (text, spans) = for_yaml("a\u{7f}\u{9f}\u{85}\u{a0}ä\u{ffff}\u{feff}\u{202e}");
        assert_eq!(text, "a;;;\u{85}\u{a0}ä;;;\u{feff}\u{202e}");
        assert_eq!(spans, [Span::new(1, 2), Span::new(2, 4), Span::new(10, 13)]);
    }
}
