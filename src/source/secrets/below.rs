//! What stands below a name in a raw text, in brackets or in deeper lines: every value of it, at any depth.

use super::names::describes;
use super::values::{
    Behind, Value, indentation, is_block_header, is_member, lines_below, quoted, scalar, skip, trimmed,
};

/// The values of the object or the list that opens here, up to where it closes, or to what cannot be in it.
pub(super) fn in_brackets(text: &str, at: usize) -> Behind {
    let mut walk = Walk { text, at, open: Vec::new(), is_described: false, values: Vec::new() };
    while walk.step() {}
    Behind { values: walk.values, end: walk.at }
}

/// A walk through brackets. It keeps no more of what is around it than which of them are open, so that no depth is too
/// much for it.
struct Walk<'t> {
    text: &'t str,
    at: usize,
    open: Vec<char>,
    /// Whether the last name is one of those that only describe.
    is_described: bool,
    values: Vec<Value>,
}

impl Walk<'_> {
    /// Goes past the next sign, name or value; false where the walk ends.
    fn step(&mut self) -> bool {
        let before = self.at;
        self.at = skip(self.text, self.at, &[' ', '\t', '\n', '\r', ',', ':']);
        if self.begins_record(before) {
            return false;
        }
        let Some(sign) = self.text[self.at..].chars().next() else { return false };
        match sign {
            '{' | '[' => self.open.push(if sign == '{' { '}' } else { ']' }),
            '}' | ']' if self.open.pop() != Some(sign) => return false,
            '}' | ']' if self.open.is_empty() => {
                self.at += 1;
                return false;
            }
            '}' | ']' => self.is_described = false,
            '"' | '\'' | '`' | '\\' => return self.take_quoted(),
            _ => {
                self.take_word();
                return true;
            }
        }
        self.at += 1;
        true
    }

    /// Whether another record begins, as where a line of a log is cut: in the first column, and not as an item.
    fn begins_record(&self, before: usize) -> bool {
        let gap = &self.text[before..self.at];
        gap.contains(['\n', '\r'])
            && gap.ends_with(['\n', '\r'])
            && !gap.contains([',', ':'])
            && self.text[self.at..].starts_with('{')
            && !self.text[..before].ends_with('[')
    }

    fn take_quoted(&mut self) -> bool {
        let Some(value) = quoted(self.text, self.at) else {
            // A backslash that escapes no quote.
            self.at += 1;
            return true;
        };
        let rest = &self.text[value.span.end..];
        let escapes = rest.len() - rest.trim_start_matches('\\').len();
        let closes = rest[escapes..].starts_with(['"', '\'', '`']);
        self.at = value.span.end + escapes + usize::from(closes);
        self.take(value);
        true
    }

    fn take_word(&mut self) {
        let rest = &self.text[self.at..];
        let mut signs = rest.char_indices().skip(1).peekable();
        let mut end = rest.len();
        while let Some((index, c)) = signs.next() {
            let follows = signs.peek().map(|(_, next)| *next);
            let ends_name = c == ':' && follows.is_none_or(|next| next.is_whitespace() || "\"'[{".contains(next));
            if ends_name || matches!(c, '\n' | '\r' | ',' | ']' | '}' | '"' | '\\') {
                end = index;
                break;
            }
        }
        let word = rest[..end].trim_end();
        let value = Value::new(self.at, self.at + word.len());
        self.at += end;
        // A quote that lost its other half.
        let after = self.text[self.at..].strip_prefix('"');
        if after.is_some_and(|after| after.trim_start().starts_with([',', '}', ']'])) {
            self.at += 1;
        }
        self.take(value);
    }

    /// Names are followed by a colon.
    fn take(&mut self, value: Value) {
        let is_name = self.text[self.at..].trim_start_matches([' ', '\t', '\n', '\r']).starts_with(':');
        if is_name {
            self.is_described = describes(value.text(self.text));
        } else {
            self.values.push(Value { describes: self.is_described, ..value });
        }
    }
}

/// The lines below a block header that stand deeper than its own line.
pub(super) fn in_block(text: &str, at: usize) -> Behind {
    let own = indentation(text, at);
    let mut all = Behind { values: Vec::new(), end: at };
    for line in lines_below(text, at) {
        let content = &text[line.range()];
        if !content.trim().is_empty() && content.len() - content.trim_start().len() <= own {
            break;
        }
        all.values.push(trimmed(text, line));
        all.end = line.end;
    }
    all
}

/// A value on the next line, or all that stands in deeper lines, and the items of a list.
pub(super) fn on_next_lines(text: &str, at: usize, with_members: bool) -> Behind {
    let own = indentation(text, at);
    let mut all = Behind { values: Vec::new(), end: at };
    for line in lines_below(text, at) {
        let content = &text[line.range()];
        let inner = content.trim_start();
        // What began on an earlier line may go on.
        if line.start < all.end || inner.trim().is_empty() || inner.starts_with('#') {
            continue;
        }
        let indent = content.len() - inner.len();
        let is_item = inner.starts_with("- ") || inner.trim_end() == "-";
        let is_below = indent > own || is_item && indent + 1 >= own.max(1);
        let start = line.start + indent;
        let is_first = all.values.is_empty();
        if is_first && inner.starts_with(['[', '{']) {
            return in_brackets(text, start);
        }
        if is_first && inner.starts_with(['"', '\'']) && !is_member(inner) {
            all.values.extend(quoted(text, start));
            all.end = line.end;
            return all;
        }
        if !is_below || !with_members && is_member(inner) {
            break;
        }
        let found = on_line(text, start, line.end);
        all.end = found.end.max(line.end);
        all.values.extend(found.values);
    }
    all
}

/// What one line holds, behind the dashes and the name that it begins with.
fn on_line(text: &str, start: usize, end: usize) -> Behind {
    let mut at = start;
    while text[at..end].starts_with("- ") {
        at = skip(text, at + 1, &[' ', '\t']).min(end);
    }
    let mut is_described = false;
    if let Some((name, behind)) = member(&text[at..end]) {
        is_described = describes(name);
        at = skip(text, at + behind, &[' ', '\t']).min(end);
    }
    let line = &text[at..end];
    if line.starts_with(['{', '[']) {
        return in_brackets(text, at);
    }
    let is_sign = line.trim().is_empty() || line.trim() == "-" || line.starts_with(['|', '>']) && is_block_header(line);
    let value = if is_sign { None } else { scalar(text, at, true) };
    let values = value.into_iter().map(|value| Value { describes: is_described, ..value }).collect();
    Behind { values, end }
}

/// The name that a line begins with, and where what is behind its colon begins.
fn member(line: &str) -> Option<(&str, usize)> {
    if !is_member(line) {
        return None;
    }
    let after = match line.chars().next() {
        Some(quote @ ('"' | '\'')) => 1 + line[1..].find(quote)? + 1,
        _ => 0,
    };
    let colon = after + line[after..].find(": ").or_else(|| line[after..].find(':'))?;
    Some((line[..colon].trim_matches(['"', '\'', ' ']), colon + 1))
}
