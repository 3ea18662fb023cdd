//! JSON strings and patterns, as they stand between their signs.

use std::fmt::Write;

use super::mistake::{Mistake, SYNTAX};
use crate::source::{Span, is_hidden, quoted};

/// Decodes what stands between the quotes of a JSON string. `at` is where it starts in the condition.
pub(super) fn decode_text(inner: &str, at: usize, mistakes: &mut Vec<Mistake>) -> String {
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(c) = rest.chars().next() {
        let start = at + inner.len() - rest.len();
        if c != '\\' {
            if c < ' ' {
                mistakes.push(raw_control(c, start));
            }
            out.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let (decoded, len) = match escape(rest) {
            Ok(escape) => escape,
            Err(bad) => {
                let len = bad.len();
                mistakes.push(bad.mistake(rest, start));
                (char::REPLACEMENT_CHARACTER, len)
            }
        };
        out.push(decoded);
        rest = &rest[len..];
    }
    out
}

/// Why an escape cannot be read.
enum BadEscape {
    /// `\` and a character that makes no escape.
    Unknown(char),
    /// `\u` without four hexadecimal digits; its length in bytes.
    Digits(usize),
    /// Half of a surrogate pair.
    LoneSurrogate,
    /// `\` at the end.
    End,
}

impl BadEscape {
    fn len(&self) -> usize {
        match self {
            BadEscape::Unknown(c) => 1 + c.len_utf8(),
            BadEscape::Digits(len) => *len,
            BadEscape::LoneSurrogate => 6,
            BadEscape::End => 1,
        }
    }

    fn mistake(&self, rest: &str, start: usize) -> Mistake {
        let written = &rest[..self.len()];
        let span = Span::new(start, start + written.len());
        match self {
            BadEscape::Unknown(c) => {
                Mistake::new(SYNTAX, span, format!("{} is not an escape of a JSON string", quoted(written)))
                    .label("unknown escape")
                    .help(format!(
                        "write `\\\\{c}` for a backslash and `{c}`, or a pattern such as `matches /…\\{c}…/` where a \
                         regular expression is meant; the escapes are {ESCAPES}"
                    ))
            }
            BadEscape::Digits(_) => {
                Mistake::new(SYNTAX, span, "`\\u` needs four hexadecimal digits").label("not four digits").help(
                    "write the character itself, or `\\u` with four hexadecimal digits such as `\\u00e9`; \
                     write `\\\\u` for a backslash and `u`",
                )
            }
            BadEscape::LoneSurrogate => {
                Mistake::new(SYNTAX, span, format!("{} is half of a surrogate pair and no character", quoted(written)))
                    .label("its other half is missing")
                    .help("write the character itself, or both halves: `\\ud83d\\ude00`")
            }
            BadEscape::End => Mistake::new(SYNTAX, span, "a string ends in a single backslash")
                .label("escapes nothing")
                .help("write `\\\\` for a backslash"),
        }
    }
}

const ESCAPES: &str = "`\\\"`, `\\\\`, `\\/`, `\\b`, `\\f`, `\\n`, `\\r`, `\\t` and `\\uXXXX`";

/// The escape at the start of `rest` and its length in bytes.
fn escape(rest: &str) -> Result<(char, usize), BadEscape> {
    let c = match rest[1..].chars().next().ok_or(BadEscape::End)? {
        c @ ('"' | '\\' | '/') => c,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode_escape(rest),
        other => return Err(BadEscape::Unknown(other)),
    };
    Ok((c, 2))
}

fn unicode_escape(rest: &str) -> Result<(char, usize), BadEscape> {
    let first = code_unit(rest)?;
    if let Some(c) = char::from_u32(first) {
        return Ok((c, 6));
    }
    let second = rest.get(6..).filter(|_| first < 0xdc00).and_then(|rest| code_unit(rest).ok());
    match second {
        Some(second @ 0xdc00..=0xdfff) => {
            let scalar = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            char::from_u32(scalar).map(|c| (c, 12)).ok_or(BadEscape::LoneSurrogate)
        }
        _ => Err(BadEscape::LoneSurrogate),
    }
}

/// The number after `\u` at the start of `rest`.
fn code_unit(rest: &str) -> Result<u32, BadEscape> {
    let digits = rest.strip_prefix("\\u").ok_or(BadEscape::Digits(0))?;
    let len = digits.chars().take(4).take_while(char::is_ascii_hexdigit).count();
    if len < 4 {
        return Err(BadEscape::Digits(2 + len));
    }
    u32::from_str_radix(&digits[..4], 16).map_err(|_| BadEscape::Digits(2))
}

fn raw_control(c: char, start: usize) -> Mistake {
    let escape = json_escape(c);
    Mistake::new(SYNTAX, Span::new(start, start + c.len_utf8()), "a control character stands unescaped in a string")
        .label("not allowed in a JSON string")
        .help(format!("write `{escape}`"))
}

fn json_escape(c: char) -> String {
    match c {
        '"' => "\\\"".to_string(),
        '\\' => "\\\\".to_string(),
        '\n' => "\\n".to_string(),
        '\r' => "\\r".to_string(),
        '\t' => "\\t".to_string(),
        c => {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().fold(String::new(), |mut out, unit| {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
                out
            })
        }
    }
}

/// The text as a JSON string, with every character that must not reach a terminal escaped.
pub(super) fn json_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') || is_hidden(c) {
            out.push_str(&json_escape(c));
        } else {
            out.push(c);
        }
    }
    out.push('"');
    out
}

/// What stands between the slashes of a pattern, with `\/` read as `/`.
pub(super) fn decode_pattern(inner: &str) -> String {
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('/') => out.push('/'),
            Some(next) => out.extend(['\\', next]),
            None => out.push('\\'),
        }
    }
    out
}

/// Bytes of the decoded pattern as bytes of the condition's text, where `operand` is the pattern with its slashes.
pub(crate) fn span_in_pattern(text: &str, operand: Span, inner: Span) -> Span {
    let written = text.get(operand.range()).unwrap_or_default();
    let Some(written) = written.strip_prefix('/') else { return operand };
    let at = |offset| operand.start + 1 + pattern_offset(written, offset);
    Span::new(at(inner.start), at(inner.end))
}

/// Where an offset of the decoded pattern stands in what was written between the slashes.
pub(super) fn pattern_offset(inner: &str, decoded: usize) -> usize {
    let mut chars = inner.char_indices();
    let mut seen = 0;
    while let Some((at, c)) = chars.next() {
        if seen >= decoded {
            return at;
        }
        if c == '\\' && inner[at + 1..].starts_with('/') {
            chars.next();
            seen += 1;
            continue;
        }
        seen += c.len_utf8();
        if c == '\\' {
            // The escaped character may be the backslash itself, which must not be taken for the start of `\/`.
            if seen >= decoded {
                return at + 1;
            }
            if let Some((_, escaped)) = chars.next() {
                seen += escaped.len_utf8();
            }
        }
    }
    inner.len()
}

/// The source of a pattern as it stands between slashes.
pub(super) fn encode_pattern(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut chars = source.chars();
    while let Some(c) = chars.next() {
        match c {
            '/' => out.push_str("\\/"),
            '\\' => {
                out.push('\\');
                out.extend(chars.next());
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_go_through_slashes_and_back() {
        for (inner, source) in [
            ("", ""),
            ("a", "a"),
            (r"a\/b", "a/b"),
            (r"\\\/", r"\\/"),
            (r"\.\/\.", r"\./\."),
            (r"é\\\\\/ß", r"é\\\\/ß"),
        ] {
            assert_eq!(decode_pattern(inner), source);
            assert_eq!(encode_pattern(source), inner);
        }
    }

    /// Each character of the source stands where its offset says.
    #[test]
    fn offsets_in_patterns() {
        for inner in [r"a\/b", r"\\\/x", r"é\/\/ß\.\\", r"\/", "plain"] {
            let source = decode_pattern(inner);
            for (at, c) in source.char_indices() {
                let written = &inner[pattern_offset(inner, at)..];
                assert!(written.starts_with(c) || c == '/' && written.starts_with("\\/"), "{inner} {at}: {written}");
            }
            assert_eq!(pattern_offset(inner, source.len()), inner.len(), "{inner}");
            assert_eq!(pattern_offset(inner, source.len() + 7), inner.len(), "{inner}");
        }
    }
}
