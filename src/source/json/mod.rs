//! Events of a JSON text (RFC 8259).
//!
//! YAML takes nearly every JSON text, but not all: tabs indent, keys are as long as they like, a key may stand far from
//! its colon. So what is JSON is read as JSON. Strings come out as scalars in double quotes, and what YAML and JSON
//! share of the escapes is decoded by the same code.

mod explain;

use std::borrow::Cow;

use super::document::Style;
use super::events::{Collection, Event, EventKind};
use super::{Span, decode_map};

pub(in crate::source) use explain::explain;

/// Why a text is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) struct Mistake {
    pub(in crate::source) span: Span,
    pub(in crate::source) kind: MistakeKind,
    /// The innermost bracket that is open.
    pub(in crate::source) open: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum MistakeKind {
    /// The text ends inside of a list or a mapping.
    Truncated,
    /// A string that is not closed.
    OpenString,
    /// An escape that does not exist.
    BadEscape,
    /// A line break or another control character in a string.
    ControlCharacter,
    ExpectedKey,
    ExpectedColon,
    ExpectedValue,
    /// A comma or the closing bracket.
    ExpectedComma,
    /// Something follows the value of the top level that is no further one.
    ExpectedEnd,
}

/// Whether a text is meant as JSON: it begins like a mapping or a list of JSON, and unlike one of YAML.
pub(in crate::source) fn is_meant(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start_matches(BLANKS);
    let Some(inside) = text.strip_prefix(['{', '[']) else { return false };
    let first = inside.trim_start_matches(BLANKS).chars().next();
    match first {
        None | Some('"' | '{' | '[') => true,
        Some('}') => text.starts_with('{'),
        Some(']') => text.starts_with('['),
        _ => false,
    }
}

const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

/// Reads a JSON text as events, up to the first mistake.
pub(in crate::source) struct JsonEvents<'t> {
    text: &'t str,
    at: usize,
    open: Vec<(Collection, usize)>,
    state: State,
    documents: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before a value of the top level, of which there should be one.
    Document,
    Value,
    /// After `[`.
    FirstItem,
    /// After `{`.
    FirstKey,
    Key,
    Colon,
    /// After a value.
    Comma,
    Failed,
}

impl<'t> JsonEvents<'t> {
    pub(in crate::source) fn new(text: &'t str) -> Self {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        JsonEvents { text, at, open: Vec::new(), state: State::Document, documents: 0 }
    }

    fn fail(&mut self, span: Span, kind: MistakeKind) -> Option<Result<Event<'t>, Mistake>> {
        self.state = State::Failed;
        Some(Err(Mistake { span, kind, open: self.open.last().map(|(_, at)| *at) }))
    }

    /// A mistake at the next word or character.
    fn unexpected(&mut self, kind: MistakeKind) -> Option<Result<Event<'t>, Mistake>> {
        let rest = &self.text[self.at..];
        let Some(first) = rest.chars().next() else {
            return self.fail(Span::at(self.at), MistakeKind::Truncated);
        };
        let word = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        self.fail(Span::new(self.at, self.at + word.max(first.len_utf8())), kind)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn event(&mut self, kind: EventKind<'t>, end: usize) -> Option<Result<Event<'t>, Mistake>> {
        let span = Span::new(self.at, end);
        self.at = end;
        Some(Ok(Event { kind, span, anchor: 0, tag: None }))
    }

    fn after_value(&mut self) {
        self.state = if self.open.is_empty() { State::Document } else { State::Comma };
    }

    fn value(&mut self) -> Option<Result<Event<'t>, Mistake>> {
        match self.peek() {
            Some(b'{') => self.enter(Collection::Mapping, State::FirstKey),
            Some(b'[') => self.enter(Collection::Sequence, State::FirstItem),
            Some(b'"') => {
                self.after_value();
                self.string()
            }
            _ => match self.literal() {
                Some(end) => {
                    self.after_value();
                    let text = Cow::Borrowed(&self.text[self.at..end]);
                    self.event(EventKind::Scalar { text, style: Style::Plain }, end)
                }
                None => self.unexpected(MistakeKind::ExpectedValue),
            },
        }
    }

    fn enter(&mut self, collection: Collection, state: State) -> Option<Result<Event<'t>, Mistake>> {
        self.open.push((collection, self.at));
        self.state = state;
        self.event(EventKind::Open { collection, flow: true }, self.at + 1)
    }

    fn leave(&mut self) -> Option<Result<Event<'t>, Mistake>> {
        self.open.pop();
        self.after_value();
        self.event(EventKind::Close, self.at + 1)
    }

    /// One past a number, `true`, `false` or `null`.
    fn literal(&self) -> Option<usize> {
        let rest = &self.text[self.at..];
        let end =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))).unwrap_or(rest.len());
        let word = &rest[..end];
        (matches!(word, "true" | "false" | "null") || is_number(word)).then_some(self.at + end)
    }

    fn string(&mut self) -> Option<Result<Event<'t>, Mistake>> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let mut at = start;
        let mut escaped = false;
        loop {
            match bytes.get(at) {
                None => return self.fail(Span::new(self.at, start), MistakeKind::OpenString),
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    let len = json_escape(self.text, at);
                    match len {
                        Some(len) => at += len,
                        None => {
                            let next = self.text[at + 1..].chars().next().map_or(0, char::len_utf8);
                            return self.fail(Span::new(at, at + 1 + next), MistakeKind::BadEscape);
                        }
                    }
                }
                Some(b'\n' | b'\r') => return self.fail(Span::new(self.at, start), MistakeKind::OpenString),
                Some(0..b' ') => return self.fail(Span::new(at, at + 1), MistakeKind::ControlCharacter),
                Some(_) => at += 1,
            }
        }
        let text =
            if escaped { Cow::Owned(unescaped(self.text, start, at)) } else { Cow::Borrowed(&self.text[start..at]) };
        self.event(EventKind::Scalar { text, style: Style::DoubleQuoted }, at + 1)
    }
}

impl<'t> Iterator for JsonEvents<'t> {
    type Item = Result<Event<'t>, Mistake>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let rest = &self.text[self.at..];
            self.at += rest.len() - rest.trim_start_matches(BLANKS).len();
            let next = self.peek();
            match (self.state, next) {
                (State::Failed, _) => return None,
                (State::Document, None) => return None,
                (State::Document, Some(next)) => {
                    // A second one is refused by whoever builds the tree.
                    if self.documents > 0 && !matches!(next, b'{' | b'[') {
                        return self.unexpected(MistakeKind::ExpectedEnd);
                    }
                    self.documents += 1;
                    self.state = State::Value;
                    return self.event(EventKind::DocumentStart { explicit: false }, self.at);
                }
                (State::FirstKey, Some(b'}')) | (State::FirstItem, Some(b']')) => return self.leave(),
                (State::FirstKey | State::Key, Some(b'"')) => {
                    self.state = State::Colon;
                    return self.string();
                }
                (State::FirstKey | State::Key, _) => return self.unexpected(MistakeKind::ExpectedKey),
                (State::Colon, Some(b':')) => {
                    self.at += 1;
                    self.state = State::Value;
                }
                (State::Colon, _) => return self.unexpected(MistakeKind::ExpectedColon),
                (State::Comma, Some(b',')) => {
                    self.at += 1;
                    let in_mapping = matches!(self.open.last(), Some((Collection::Mapping, _)));
                    self.state = if in_mapping { State::Key } else { State::Value };
                }
                (State::Comma, Some(close @ (b'}' | b']'))) => {
                    let fits = match self.open.last() {
                        Some((Collection::Mapping, _)) => close == b'}',
                        _ => close == b']',
                    };
                    return if fits { self.leave() } else { self.unexpected(MistakeKind::ExpectedComma) };
                }
                (State::Comma, _) => return self.unexpected(MistakeKind::ExpectedComma),
                (State::Value | State::FirstItem, _) => return self.value(),
            }
        }
    }
}

/// The length of the escape at `at`, where JSON has it.
fn json_escape(text: &str, at: usize) -> Option<usize> {
    match text.as_bytes().get(at + 1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => match decode_map::escape(text, at) {
            ('\\', 1) => None,
            (_, len) => Some(len),
        },
        _ => None,
    }
}

fn unescaped(text: &str, start: usize, end: usize) -> String {
    let mut out = String::with_capacity(end - start);
    let mut at = start;
    while at < end {
        let run = text[at..end].find('\\').unwrap_or(end - at);
        out.push_str(&text[at..at + run]);
        at += run;
        if at < end {
            let (c, len) = decode_map::escape(text, at);
            out.push(c);
            at += len;
        }
    }
    out
}

/// `-? (0 | [1-9][0-9]*) (\.[0-9]+)? ([eE][+-]?[0-9]+)?`
fn is_number(word: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let whole_fits = digits(whole) && (whole == "0" || !whole.starts_with('0'));
    whole_fits && fraction.is_none_or(digits) && exponent.is_none_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(text: &str) -> Option<(MistakeKind, String)> {
        let found = JsonEvents::new(text).find_map(Result::err)?;
        Some((found.kind, text[found.span.range()].to_owned()))
    }

    #[test]
    fn json_is_read() {
        let texts = [
            "{}",
            " [ ] ",
            "\u{feff}{\"a\":1}",
            "{\t\"a\":\t[1,-0,0.5,1e3,1E+2,-1.5e-7,true,false,null,\"\"]\r\n}",
            r#"["\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"]"#,
            "\"alone\"",
        ];
        for text in texts {
            assert_eq!(mistake(text), None, "{text}");
            assert!(serde_json::from_str::<serde_json::Value>(text.trim_start_matches('\u{feff}')).is_ok());
        }
    }

    #[test]
    fn what_is_no_json_is_named() {
        use MistakeKind::*;
        let cases = [
            ("{\"a\": 1", Truncated, ""),
            ("[1, ", Truncated, ""),
            ("{\"a\": \"b", OpenString, "\""),
            ("{\"a\": \"b\n\"}", OpenString, "\""),
            ("[\"\\x\"]", BadEscape, "\\x"),
            ("[\"\\ud83d\"]", BadEscape, "\\u"),
            ("[\"\t\"]", ControlCharacter, "\t"),
            ("{a: 1}", ExpectedKey, "a"),
            ("{\"a\": 1,}", ExpectedKey, "}"),
            ("{\"a\" 1}", ExpectedColon, "1"),
            ("[01]", ExpectedValue, "01"),
            ("[1.]", ExpectedValue, "1"),
            ("[tru]", ExpectedValue, "tru"),
            ("[1,]", ExpectedValue, "]"),
            ("[1 2]", ExpectedComma, "2"),
            ("[1}", ExpectedComma, "}"),
            ("[1] # x", ExpectedEnd, "#"),
        ];
        for (text, kind, at) in cases {
            assert_eq!(mistake(text), Some((kind, at.to_owned())), "{text}");
        }
    }

    #[test]
    fn json_is_told_from_flow_style() {
        for text in ["{", "{\"a\"", "[{", "[[", "{}", "\u{feff} [\"a\"]", "[\n\t{"] {
            assert!(is_meant(text), "{text}");
        }
        for text in ["", "a: 1", "{a: 1}", "[a, b]", "[1, 2]", "{]"] {
            assert!(!is_meant(text), "{text}");
        }
    }
}
