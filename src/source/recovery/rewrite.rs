//! Values that YAML cut or split: what was meant, and how to write it so that YAML leaves it whole.

use super::super::Span;
use super::explain::{Mistake, Scene, Seed, around};
use super::unread;

/// How far a value is looked for that goes on behind its line.
const FARTHEST: usize = 2048;

/// Where a person would say that a value ends that begins at `start`: before the `,` or the bracket that closes what is
/// around it, the brackets, the texts in double quotes and the patterns in it counted. `None` where they do not match.
fn meant_end(text: &str, start: usize, in_brackets: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut open = Vec::new();
    let (mut at, mut end) = (start, start);
    while let Some(&byte) = bytes.get(at) {
        let begins = at == start || matches!(bytes[at - 1], b' ' | b'\t' | b'\n' | b'\r' | b'(' | b'[' | b'{' | b',');
        match byte {
            b'\n' | b'\r' if open.is_empty() || at - start > FARTHEST => break,
            b'"' if begins => at = string_end(text, at)?,
            // A quote in the middle of a word begins nothing.
            b'"' => return None,
            b'/' if begins => at = pattern_end(text, at).unwrap_or(at),
            b'[' | b'{' | b'(' => open.push(byte),
            b']' | b'}' if in_brackets && open.is_empty() => break,
            b',' if in_brackets && open.is_empty() => break,
            b']' | b'}' | b')' => {
                let matching = match byte {
                    b']' => b'[',
                    b'}' => b'{',
                    _ => b'(',
                };
                if open.pop() != Some(matching) {
                    return None;
                }
            }
            _ => {}
        }
        if !matches!(bytes[at], b' ' | b'\t' | b'\n' | b'\r') {
            end = at + 1;
        }
        at += 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    open.is_empty().then_some(end)
}

/// The closing quote of a text in double quotes, which something that ends words follows.
fn string_end(text: &str, start: usize) -> Option<usize> {
    let end = unread::quote_end(text, start).filter(|&end| !text[start..end].contains(['\n', '\r']))?;
    ends_word(text, end).then_some(end - 1)
}

/// The closing slash of a pattern on one line.
fn pattern_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'\n' | b'\r' => return None,
            _ if at - start > FARTHEST => return None,
            b'\\' => at += 1,
            b'/' if ends_word(text, at + 1) => return Some(at),
            _ => {}
        }
        at += 1;
    }
}

fn ends_word(text: &str, at: usize) -> bool {
    matches!(text.as_bytes().get(at), None | Some(b' ' | b'\t' | b'\n' | b'\r' | b',' | b')' | b']' | b'}'))
}

/// Whether brackets and quotes in a text match, so that nothing seems to be missing from it.
pub(super) fn is_whole(text: &str) -> bool {
    let end = meant_end(text, 0, false);
    end.is_some_and(|end| end == text.trim_end().len())
}

/// What was meant by a value that begins and ends with the same quote, which YAML took for two.
pub(super) fn without_outer_quotes(text: &str, mark: char) -> Option<String> {
    let inner = text.strip_prefix(mark)?.strip_suffix(mark)?;
    if mark == '\'' {
        // `''` is a quote for YAML, and who wrote it may have meant that or not.
        let ends = text.trim_end_matches(mark).len() + 2;
        let body = inner.trim_end_matches(mark);
        return (ends >= text.len() && !body.contains("''") && !is_list_of_words(inner)).then(|| inner.to_owned());
    }
    let inner = inner.replace("\\\"", "\"").replace("\\\\", "\\").replace("\\/", "/");
    match (is_whole(text), is_whole(&inner)) {
        (true, false) => Some(text.to_owned()),
        (false, true) => Some(inner),
        _ => None,
    }
}

/// Whether the first single quote in a text ends a word: `a' eq 'b`.
fn is_list_of_words(inner: &str) -> bool {
    let first = inner.find('\'').unwrap_or(0);
    first > 0 && ends_word(inner, first + 1) && !inner[..first].ends_with(' ')
}

impl Scene<'_> {
    /// What to do where no rewrite is safe.
    pub(super) fn literal_help(self, prefix: &str) -> String {
        let header = format!("{prefix}|");
        format!("write it as a literal block: `{header}` with the text on the next line, indented")
    }

    /// Whether more lines of a value follow the line that it begins on.
    pub(super) fn has_more_lines(self, value: Span) -> bool {
        let layout = self.layout;
        match self.key_value(value.start) {
            Some(line) if line.value.start == value.start => {
                let end = layout.block_end(line.key.start, layout.column(line.key.start), false);
                end > layout.line_end(value.start)
            }
            _ => false,
        }
    }

    /// A value without quotes in brackets that holds, in its own quotes, brackets or patterns, what ends it for YAML.
    pub(super) fn cut_in_brackets(self) -> Option<Mistake> {
        let text = self.layout.text;
        let line = self.layout.content(self.at);
        let first = self.open_bracket().or_else(|| {
            let value = self.key_value(self.at).map(|line| line.value.start);
            let item = line.start + text[line.range()].len() - text[line.range()].trim_start_matches(['-', ' ']).len();
            [value, Some(item)].into_iter().flatten().find(|&at| text[at..].starts_with(['{', '[']))
        })?;
        let mut at = first + 1;
        let until = self.layout.line_end(first);
        while at < until {
            let rest = text.get(at..until)?;
            let value = at + rest.find(": ")? + 1;
            let value = value + (text[value..until].len() - text[value..until].trim_start().len());
            if text[value..].starts_with(['[', '{']) {
                at = value + 1;
                continue;
            }
            if let Some(quote @ (b'"' | b'\'')) = text.as_bytes().get(value) {
                let end = unread::quote_end(text, value).filter(|&end| end <= until)?;
                // What goes on after its quote is another mistake.
                if *quote == b'"' && !ends_word(text, end) {
                    return None;
                }
                at = end;
                continue;
            }
            let end = meant_end(text, value, true)?;
            let cut = unread::plain_end(text, value, true);
            let cut = cut + text[cut..].bytes().take_while(|&byte| byte == b' ' || byte == b'\t').count();
            if cut < end {
                return Some(self.cut_value(first, Span::new(value, end), cut));
            }
            at = end.max(value + 1);
        }
        None
    }

    fn cut_value(self, bracket: usize, value: Span, cut: usize) -> Mistake {
        let mark = self.char_at(cut).unwrap_or(' ');
        let why = if mark == '#' { "begins a comment" } else { "has a meaning of its own in brackets" };
        let name = self.key_in_brackets(value.start).map(|key| self.quote(key));
        let named = name.as_ref().map_or("a value".to_owned(), |key| format!("the value of `{key}`"));
        let prefix = name.map_or(String::new(), |key| format!("{key}: "));
        let problem = self
            .error(value, format!("{named} is split at `{mark}`, which {why}"))
            .label("needs quotes")
            .related(self.place(self.one(cut)), "split here")
            .help(self.rewrite_help(&prefix, self.original.get(value.range()).unwrap_or("")));
        let mut seeds = around(bracket, self.at.max(value.end));
        if value.end > self.layout.line_end(bracket) {
            seeds.insert(0, Seed::Through(bracket, value.end));
        }
        Mistake { problem, seeds }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_in_brackets_ends_where_it_was_meant_to() {
        for (text, expected) in [
            (r#"a eq "{x}", b: c }"#, Some(r#"a eq "{x}""#)),
            (r#"a eq "," }"#, Some(r#"a eq ",""#)),
            ("a matches /a}/, b", Some("a matches /a}/")),
            (r#"a in ["b", "c"], d"#, Some(r#"a in ["b", "c"]"#)),
            (r#"a in ["b", d: e }"#, None),
            (r#"a eq "b, c }"#, None),
        ] {
            assert_eq!(meant_end(text, 0, true).map(|end| &text[..end]), expected, "{text}");
        }
    }

    #[test]
    fn outer_quotes_are_taken_away_where_they_were_meant_for_yaml() {
        for (text, expected) in [
            (r#""department" eq "Sales""#, Some(r#""department" eq "Sales""#)),
            (r#""userName eq "x"""#, Some(r#"userName eq "x""#)),
            (r#""userName eq \"a\" or userName eq "b"""#, Some(r#"userName eq "a" or userName eq "b""#)),
            (r#""a "b c"#, None),
            ("'userName eq 'x''", Some("userName eq 'x'")),
            ("'it's'", Some("it's")),
            ("'a' eq 'b'", None),
        ] {
            let mark = text.chars().next().unwrap();
            assert_eq!(without_outer_quotes(text, mark).as_deref(), expected, "{text}");
        }
    }
}
