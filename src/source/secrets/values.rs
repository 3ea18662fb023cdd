//! Where the value of a name begins and ends in a raw text, be the text damaged or not.

use std::sync::LazyLock;

use regex::Regex;

use super::below;
use crate::source::Span;

/// A value as written, without its quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    pub(super) span: Span,
    /// Whether it stands under a name of its own that only describes: the type of a secret, or the day it was made.
    pub(super) describes: bool,
}

impl Value {
    pub(super) fn new(start: usize, end: usize) -> Self {
        Value { span: Span::new(start, end), describes: false }
    }

    pub(super) fn text(self, text: &str) -> &str {
        text.get(self.span.range()).unwrap_or_default()
    }
}

/// What stands behind a name.
pub(super) struct Behind {
    pub(super) values: Vec<Value>,
    /// Where it ends: whatever is named before this place is a part of it.
    pub(super) end: usize,
}

impl Behind {
    fn one(value: Option<Value>, at: usize) -> Self {
        Behind { end: value.map_or(at, |value| value.span.end), values: value.into_iter().collect() }
    }
}

/// The values behind `name:`; `to_the_end` where one without quotes goes to the end of its line.
pub(super) fn behind(text: &str, at: usize, to_the_end: bool) -> Behind {
    let at = skip_properties(text, skip(text, at, &[' ', '\t']));
    let rest = &text[at..];
    match rest.chars().next() {
        Some('[' | '{') => below::in_brackets(text, at),
        Some('|' | '>') if is_block_header(rest) => below::in_block(text, at),
        Some('\n' | '\r' | '#') => below::on_next_lines(text, at, to_the_end),
        _ => Behind::one(scalar(text, at, to_the_end), at),
    }
}

/// A value that is neither an object nor a list, and stands on its line.
pub(super) fn scalar(text: &str, at: usize, to_the_end: bool) -> Option<Value> {
    let rest = &text[at..];
    match rest.chars().next()? {
        '\\' | '"' | '\'' | '`' => quoted(text, at),
        _ => {
            let end = if to_the_end { plain_end(rest) } else { word_end(rest, true) };
            Some(Value::new(at, at + rest[..end].trim_end().len()))
        }
    }
}

/// The word behind `name=` in the middle of a text.
pub(super) fn word(text: &str, at: usize) -> Option<Value> {
    let at = skip(text, at, &[' ', '\t']);
    let rest = &text[at..];
    if rest.starts_with(['"', '\'', '`', '\\']) {
        return quoted(text, at);
    }
    let end = word_end(rest, false);
    (end > 0).then(|| Value::new(at, at + end))
}

/// The values of the members named `value` of the object that a name stands in, or the text of the elements below an
/// element of that name.
pub(super) fn beside(text: &str, name: Span) -> Behind {
    static VALUE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"(?i)values?\\*["']?[ \t]*[:=]"#).ok());
    static CONTENT: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^[^<>]*>|<[A-Za-z0-9_.:-]*[Vv]alue[^<>]*>(?<s>[^<]*)").ok());
    if line_before(text, name.start).contains('<') {
        const LONGEST: usize = 4000;
        let after = &text[name.end..whole(text, (name.end + LONGEST).min(text.len()))];
        let after = &after[..after.find("Attribute>").unwrap_or(after.len())];
        let contents = CONTENT.iter().flat_map(|content| content.captures_iter(after));
        let spans = contents.filter_map(|found| found.name("s")).map(|found| Span::from(found.range()));
        let values = spans.map(|span| span.shifted(name.end)).map(|span| Value::new(span.start, span.end)).collect();
        return Behind { values, end: name.end };
    }
    let around = object_around(text, name);
    let inside = &text[around.range()];
    let members = VALUE.iter().flat_map(|value| value.find_iter(inside));
    let mut all = Behind { values: Vec::new(), end: around.start };
    for member in members {
        let head = &inside[..member.start()];
        let is_own_line = head.trim_end_matches([' ', '\t', '"', '\'', '-']).ends_with(['\n', '\r']);
        let is_quoted = head.ends_with(['"', '\'']);
        let at = around.start + member.end();
        // A value may hold members of the same name.
        if at >= all.end {
            let found = behind(text, at, is_own_line && !is_quoted);
            all.values.extend(found.values);
            all.end = all.end.max(found.end);
        }
    }
    if all.values.is_empty() { next_value(text, name.end).unwrap_or(all) } else { all }
}

/// The value that follows a name where what holds both is torn apart.
fn next_value(text: &str, at: usize) -> Option<Behind> {
    const FARTHEST: usize = 120;
    static NEXT: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"(?i)\\*["'](?:(?<value>value)|key|name)\\*["'][ \t]*[:=]"#).ok());
    let near = &text[at..whole(text, (at + FARTHEST).min(text.len()))];
    let next = NEXT.as_ref()?.captures(near)?;
    next.name("value")?;
    Some(behind(text, at + next.get(0)?.end(), false))
}

/// The object or the item that a name stands in.
fn object_around(text: &str, name: Span) -> Span {
    const FARTHEST: usize = 4000;
    let bytes = text.as_bytes();
    let mut start = name.start;
    while start > 0
        && name.start - start < FARTHEST
        && !matches!(bytes[start - 1], b'{' | b'}')
        && !begins_item(text, start)
    {
        start -= 1;
    }
    let mut end = name.end;
    while end < bytes.len()
        && end - name.end < FARTHEST
        && !matches!(bytes[end], b'{' | b'}')
        && !begins_item(text, end)
    {
        end += 1;
    }
    Span::new(whole(text, start), whole(text, end))
}

/// The beginning of the character at a byte.
pub(super) fn whole(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The text before a byte on its line, or the end of it where the line is long.
pub(super) fn line_before(text: &str, at: usize) -> &str {
    const LONGEST: usize = 400;
    let near = &text[whole(text, at.saturating_sub(LONGEST))..at];
    near.rsplit(['\n', '\r']).next().unwrap_or_default()
}

/// Whether a `- ` of YAML is here, first on its line.
fn begins_item(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    if bytes.get(at) != Some(&b'-') || bytes.get(at + 1) != Some(&b' ') {
        return false;
    }
    let line = bytes[..at].iter().rev().take_while(|byte| !matches!(byte, b'\n' | b'\r'));
    line.take(80).all(|byte| *byte == b' ')
}

pub(super) fn skip(text: &str, at: usize, what: &[char]) -> usize {
    at + text[at..].len() - text[at..].trim_start_matches(what).len()
}

/// Past tags and anchors.
fn skip_properties(text: &str, mut at: usize) -> usize {
    while text[at..].starts_with(['&', '!']) {
        let word = text[at..].find(char::is_whitespace).unwrap_or(text.len() - at);
        at = skip(text, at + word, &[' ', '\t']);
        if word == 0 {
            break;
        }
    }
    at
}

/// What stands in quotes, which may be escaped as in JSON inside of a string; to the end of the line where they do not
/// close.
pub(super) fn quoted(text: &str, at: usize) -> Option<Value> {
    let escapes = text[at..].len() - text[at..].trim_start_matches('\\').len();
    let quote = text[at + escapes..].bytes().next().filter(|byte| b"\"'`".contains(byte))?;
    let start = at + escapes + 1;
    let rest = &text[start..];
    // A text may be one long line, which is not walked to its end for each value.
    let length = match (escapes, quote) {
        (0, b'"') => closing_double(rest),
        (0, _) => closing_single(rest, quote),
        _ => closing_escaped(rest, quote, escapes),
    };
    let length = length.unwrap_or_else(|| first_line(rest).trim_end_matches([',', ' ', '\t']).len());
    Some(Value::new(start, start + length))
}

/// The rest of the line.
fn first_line(rest: &str) -> &str {
    &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())]
}

fn is_break(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn closing_double(rest: &str) -> Option<usize> {
    let mut is_escaped = false;
    rest.bytes().take_while(|byte| !is_break(*byte)).position(|byte| {
        let closes = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        closes
    })
}

/// In single quotes, two of them stand for one.
fn closing_single(rest: &str, quote: u8) -> Option<usize> {
    let bytes = rest.as_bytes();
    let mut at = 0;
    while at < bytes.len() && !is_break(bytes[at]) {
        match (bytes[at] == quote, bytes.get(at + 1) == Some(&quote)) {
            (true, true) => at += 2,
            (true, false) => return Some(at),
            (false, _) => at += 1,
        }
    }
    None
}

/// Quotes behind more backslashes are a part of the value.
fn closing_escaped(rest: &str, quote: u8, escapes: usize) -> Option<usize> {
    let mut run = 0;
    for (at, byte) in rest.bytes().take_while(|byte| !is_break(*byte)).enumerate() {
        match byte {
            b'\\' => run += 1,
            byte if byte == quote && run <= escapes => return Some(at - run),
            _ => run = 0,
        }
    }
    None
}

/// The end of a plain scalar that goes to the end of its line, without a comment or a comma.
fn plain_end(rest: &str) -> usize {
    let line = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
    let text = line.find(" #").map_or(line, |comment| &line[..comment]);
    text.trim_end().trim_end_matches([',', ';', '}', ']']).len()
}

/// The end of a value without quotes in the middle of a line, with or without blanks in it.
fn word_end(rest: &str, with_blanks: bool) -> usize {
    let ends = |c: char| {
        matches!(c, '\n' | '\r' | ',' | ';' | '&' | '"' | '\'' | '`' | '<' | '>' | ')' | ']' | '}' | '\\')
            || (c.is_whitespace() && !with_blanks)
    };
    rest.find(ends).unwrap_or(rest.len())
}

pub(super) fn is_block_header(rest: &str) -> bool {
    let header = &rest[1..rest.find(['\n', '\r']).unwrap_or(rest.len())];
    let header = header.split(" #").next().unwrap_or_default().trim();
    header.len() <= 2 && header.chars().all(|c| matches!(c, '+' | '-' | '1'..='9'))
}

pub(super) fn trimmed(text: &str, line: Span) -> Value {
    let content = &text[line.range()];
    let start = line.start + content.len() - content.trim_start().len();
    Value::new(start, start + content.trim().len())
}

/// How far the line of a byte is indented.
pub(super) fn indentation(text: &str, at: usize) -> usize {
    let line = line_before(text, at);
    line.len() - line.trim_start_matches([' ', '-']).len()
}

pub(super) fn lines_below(text: &str, at: usize) -> impl Iterator<Item = Span> + '_ {
    let mut next = text[at..].find('\n').map(|offset| at + offset + 1);
    std::iter::from_fn(move || {
        let start = next?;
        let end = text[start..].find('\n').map_or(text.len(), |offset| start + offset);
        next = (end < text.len()).then_some(end + 1);
        Some(Span::new(start, end))
    })
}

/// Whether a line goes on as a member: `name: …` or `"name": …`.
pub(super) fn is_member(line: &str) -> bool {
    let line = line.trim_start();
    match line.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let inside = &line[1..];
            inside.find(quote).is_some_and(|end| inside[end + 1..].trim_start().starts_with(':'))
        }
        _ => line.contains(": ") || line.trim_end().ends_with(':'),
    }
}
