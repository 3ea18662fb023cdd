//! Where the value of a name begins and ends in a raw text, be the text damaged or not.

use std::sync::LazyLock;

use regex::Regex;

use crate::source::Span;

/// A value as written, without its quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    pub(super) span: Span,
}

impl Value {
    fn new(start: usize, end: usize) -> Self {
        Value { span: Span::new(start, end) }
    }

    pub(super) fn text(self, text: &str) -> &str {
        text.get(self.span.range()).unwrap_or_default()
    }
}

/// How many items of a list, and lines of a block, may belong to one name.
const MOST: usize = 1000;

/// The values behind `name:`; `to_the_end` where one without quotes goes to the end of its line.
pub(super) fn behind(text: &str, at: usize, to_the_end: bool) -> Vec<Value> {
    let at = skip_properties(text, skip(text, at, &[' ', '\t']));
    let rest = &text[at..];
    match rest.chars().next() {
        Some('[') => list(text, at + 1),
        Some('{') | None => Vec::new(),
        Some('|' | '>') if is_block_header(rest) => block(text, at),
        Some('\n' | '\r' | '#') => on_next_lines(text, at),
        Some('\\' | '"' | '\'' | '`') => quoted(text, at).into_iter().collect(),
        Some(_) => {
            let end = if to_the_end { plain_end(rest) } else { word_end(rest, true) };
            vec![Value::new(at, at + rest[..end].trim_end().len())]
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
pub(super) fn beside(text: &str, name: Span) -> Vec<Span> {
    static VALUE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"(?i)value\\*["']?[ \t]*[:=]"#).ok());
    static CONTENT: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^[^<>]*>|<[A-Za-z0-9_.:-]*[Vv]alue[^<>]*>(?<s>[^<]*)").ok());
    if line_before(text, name.start).contains('<') {
        const LONGEST: usize = 4000;
        let after = &text[name.end..whole(text, (name.end + LONGEST).min(text.len()))];
        let after = &after[..after.find("Attribute>").unwrap_or(after.len())];
        let contents = CONTENT.iter().flat_map(|content| content.captures_iter(after));
        let spans = contents.filter_map(|found| found.name("s")).map(|found| Span::from(found.range()));
        return spans.map(|span| span.shifted(name.end)).collect();
    }
    let around = object_around(text, name);
    let inside = &text[around.range()];
    let members = VALUE.iter().flat_map(|value| value.find_iter(inside));
    let values = members.flat_map(|member| {
        let is_own_line =
            inside[..member.start()].trim_end_matches([' ', '\t', '"', '\'', '-']).ends_with(['\n', '\r']);
        let is_quoted = inside[..member.start()].ends_with(['"', '\'']);
        behind(text, around.start + member.end(), is_own_line && !is_quoted)
    });
    values.map(|value| value.span).collect()
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

fn skip(text: &str, at: usize, what: &[char]) -> usize {
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
fn quoted(text: &str, at: usize) -> Option<Value> {
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

fn is_block_header(rest: &str) -> bool {
    let header = &rest[1..rest.find(['\n', '\r']).unwrap_or(rest.len())];
    let header = header.split(" #").next().unwrap_or_default().trim();
    header.len() <= 2 && header.chars().all(|c| matches!(c, '+' | '-' | '1'..='9'))
}

/// The lines below a block header that stand deeper than its own line.
fn block(text: &str, at: usize) -> Vec<Value> {
    let own = indentation(text, at);
    let lines = lines_below(text, at).take(MOST);
    let deeper = lines.take_while(|line| {
        let content = &text[line.range()];
        content.trim().is_empty() || content.len() - content.trim_start().len() > own
    });
    deeper.map(|line| trimmed(text, line)).collect()
}

fn trimmed(text: &str, line: Span) -> Value {
    let content = &text[line.range()];
    let start = line.start + content.len() - content.trim_start().len();
    Value::new(start, start + content.trim().len())
}

/// How far the line of a byte is indented.
fn indentation(text: &str, at: usize) -> usize {
    let line = line_before(text, at);
    line.len() - line.trim_start_matches([' ', '-']).len()
}

fn lines_below(text: &str, at: usize) -> impl Iterator<Item = Span> + '_ {
    let mut next = text[at..].find('\n').map(|offset| at + offset + 1);
    std::iter::from_fn(move || {
        let start = next?;
        let end = text[start..].find('\n').map_or(text.len(), |offset| start + offset);
        next = (end < text.len()).then_some(end + 1);
        Some(Span::new(start, end))
    })
}

/// A value on the next line, or the items of a list there.
fn on_next_lines(text: &str, at: usize) -> Vec<Value> {
    let own = indentation(text, at);
    let mut found = Vec::new();
    for line in lines_below(text, at).take(MOST) {
        let content = &text[line.range()];
        let inner = content.trim_start();
        if inner.trim().is_empty() || inner.starts_with('#') {
            continue;
        }
        let start = line.start + content.len() - inner.len();
        let indent = content.len() - inner.len();
        if let Some(item) = inner.strip_prefix("- ") {
            if indent < own || is_member(item) {
                break;
            }
            found.extend(behind(text, start + 2, true));
        } else if found.is_empty() && inner.starts_with(['"', '\'', '[']) && !is_member(inner) {
            return behind(text, start, true);
        } else if found.is_empty() && indent > own && !inner.starts_with('{') && !is_member(inner) {
            return vec![trimmed(text, line)];
        } else {
            break;
        }
    }
    found
}

/// Whether a line goes on as a member: `name: …` or `"name": …`.
fn is_member(line: &str) -> bool {
    let line = line.trim_start();
    match line.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let inside = &line[1..];
            inside.find(quote).is_some_and(|end| inside[end + 1..].trim_start().starts_with(':'))
        }
        _ => line.contains(": ") || line.trim_end().ends_with(':'),
    }
}

/// The items of a list in brackets, up to its end or to what cannot be in it.
fn list(text: &str, mut at: usize) -> Vec<Value> {
    let mut found = Vec::new();
    while found.len() < MOST {
        at = skip(text, at, &[' ', '\t', '\n', '\r', ',', '[']);
        let rest = &text[at..];
        let item = match rest.chars().next() {
            None | Some(']' | '}' | '{' | ':') => break,
            Some('"' | '\'' | '\\' | '`') => quoted(text, at),
            Some(_) => Some(Value::new(at, at + word_end(rest, true))),
        };
        let Some(item) = item else { break };
        let close = if rest.starts_with(['"', '\'', '\\', '`']) {
            text[item.span.end..].len() - text[item.span.end..].trim_start_matches(['\\', '"', '\'', '`']).len()
        } else {
            0
        };
        let next = item.span.end + close;
        if text[next..].trim_start().starts_with(':') || next <= at {
            break;
        }
        found.push(Value::new(item.span.start, item.span.start + item.text(text).trim_end().len()));
        at = next;
    }
    found
}
