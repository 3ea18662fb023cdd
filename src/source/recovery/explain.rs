//! What is wrong where the parser stopped: our own words, the exact place, and what to do.

use super::super::document::Style;
use super::super::events::{Collection, Reason};
use super::super::layout::Layout;
use super::super::{FileId, Place, Problem, Span, decode_map, shorten};
use super::outline::{Open, Outline};
use super::rewrite;
use super::unread::{self, Token};

/// A syntax error, and where the damage may lie.
#[derive(Debug)]
pub(super) struct Mistake {
    pub(super) problem: Problem,
    /// Blocks to take out, the likeliest first.
    pub(super) seeds: Vec<Seed>,
}

/// A way to find a damaged block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seed {
    /// The line, and what is indented below it.
    Line(usize),
    /// The key or item that the place belongs to, with its value.
    Entry(usize),
    /// The same, with a line behind it that begins with a closing bracket.
    Closed(usize),
    /// The same, up to the end of another line at least.
    Through(usize, usize),
    /// Lines, one after the other, that tabs indent.
    Tabs(usize),
    /// The first line, which alone is indented.
    First(usize),
}

/// A place where the parser stopped, and everything around that explains it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene<'t> {
    pub(super) file: FileId,
    /// The text as the file has it, to quote from.
    pub(super) original: &'t str,
    /// The text as it was parsed, with the same offsets.
    pub(super) layout: Layout<'t>,
    pub(super) outline: &'t Outline,
    /// Where it stopped.
    pub(super) at: usize,
}

/// A line `key: value`.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyValue {
    pub(super) key: Span,
    pub(super) value: Span,
}

/// Says what is wrong.
pub(super) fn explain(scene: Scene<'_>, reason: Reason) -> Mistake {
    let brackets = scene.open_bracket();
    if !matches!(reason, Reason::Tab | Reason::TooDeep | Reason::BadEscape)
        && let Some(mistake) = scene.cut_in_brackets()
    {
        return mistake;
    }
    match reason {
        Reason::OpenQuote => scene.open_quote(),
        Reason::BadEscape => scene.bad_escape(),
        Reason::AfterQuote => scene.after_quote(),
        Reason::Tab => scene.tab(),
        Reason::StrayBracket => scene.stray_bracket(),
        Reason::WrongBracket => scene.wrong_bracket(),
        Reason::OpenBracket | Reason::Indentation if brackets.is_some() || reason == Reason::OpenBracket => {
            match scene.quote_around() {
                Some(_) => scene.open_quote(),
                None => scene.unclosed(brackets.unwrap_or(scene.at)),
            }
        }
        Reason::ExpectedComma | Reason::UnexpectedColon | Reason::UnexpectedDash if brackets.is_some() => {
            scene.split_in_brackets(brackets.unwrap_or(scene.at))
        }
        Reason::UnexpectedColon | Reason::LongKey => scene.unexpected_colon(),
        Reason::MissingColon => scene.missing_colon(scene.at, vec![Seed::Line(scene.at), Seed::Entry(scene.at)]),
        Reason::ExpectedKey | Reason::ExpectedItem | Reason::Indentation => scene.misplaced_line(),
        _ => scene.forbidden_here(reason),
    }
}

impl<'t> Scene<'t> {
    pub(super) fn error(self, span: Span, message: impl Into<String>) -> Problem {
        Problem::error("syntax", self.place(span), message)
    }

    pub(super) fn place(self, span: Span) -> Place {
        Place::Bytes(self.file, span.behind_cuts(self.original))
    }

    pub(super) fn quote(self, span: Span) -> String {
        shorten(self.original.get(span.range()).unwrap_or(""))
    }

    pub(super) fn char_at(self, offset: usize) -> Option<char> {
        self.original.get(offset..)?.chars().next()
    }

    /// The character at `offset`.
    pub(super) fn one(self, offset: usize) -> Span {
        Span::new(offset, offset + self.char_at(offset).map_or(0, char::len_utf8))
    }

    pub(super) fn tokens(self) -> Vec<Token> {
        let flow = self.outline.open.last().is_some_and(|open| open.flow);
        unread::tokens(self.layout.text, self.outline.last_end, self.at, flow)
    }

    /// The outermost bracket that is open where the parser stopped.
    pub(super) fn open_bracket(self) -> Option<usize> {
        if let Some(open) = self.outline.open.iter().find(|open| open.flow) {
            return Some(open.start);
        }
        let mut open = Vec::new();
        for token in self.tokens() {
            match token {
                Token::Open(at) => open.push(at),
                Token::Close(_) => drop(open.pop()),
                _ => {}
            }
        }
        open.first().copied()
    }

    /// The innermost block collection.
    fn innermost_block(self) -> Option<Open> {
        self.outline.open.iter().rev().find(|open| !open.flow).copied()
    }

    /// The key and the value on the line of `offset`, the dashes of items left out.
    pub(super) fn key_value(self, offset: usize) -> Option<KeyValue> {
        let line = self.layout.content(offset);
        let text = self.layout.text;
        let mut start = line.start;
        while self.layout.is_dash(start) || text[start..].starts_with("? ") {
            start += 1;
            start += text.get(start..line.end)?.find(|c| c != ' ' && c != '\t')?;
        }
        let key_end = match text.as_bytes().get(start)? {
            b'"' | b'\'' => unread::quote_end(text, start).filter(|&end| end < line.end)?,
            _ => unread::plain_end(text, start, false).min(line.end),
        };
        let after = text.get(key_end..line.end)?;
        let blanks = after.len() - after.trim_start().len();
        let value = after.trim_start().strip_prefix(':')?;
        let value_start = key_end + blanks + 1 + (value.len() - value.trim_start().len());
        let value = self.without_comment(Span::new(value_start, line.end));
        Some(KeyValue { key: Span::new(start, key_end), value })
    }

    /// A value up to the comment behind it, which is one only where no double quote is open.
    fn without_comment(self, value: Span) -> Span {
        let text = self.layout.slice(value);
        let mut in_quotes = false;
        let mut blank = false;
        let comment = text.char_indices().find(|&(_, c)| {
            in_quotes ^= c == '"';
            let begins = c == '#' && blank && !in_quotes;
            blank = c == ' ' || c == '\t';
            begins
        });
        let end = comment.map_or(text.len(), |(at, _)| at);
        Span::new(value.start, value.start + text[..end].trim_end().len())
    }

    /// The key of a value: on its line, or before it in brackets.
    fn key_of(self, value: Span) -> Option<Span> {
        match self.key_value(value.start) {
            Some(line) if line.value.start == value.start => Some(line.key),
            _ => self.open_bracket().filter(|&open| open < value.start).and_then(|_| self.key_in_brackets(value.start)),
        }
    }

    /// `key: ` before the value, for a help that shows the line mended.
    pub(super) fn key_prefix(self, value: Span) -> String {
        self.key_of(value).map_or(String::new(), |key| format!("{}: ", self.quote(key)))
    }

    /// How the message names a value: by its key, where it has one.
    pub(super) fn name_of(self, value: Span) -> String {
        self.key_of(value).map_or("a value".to_owned(), |key| format!("the value of `{}`", self.quote(key)))
    }

    /// What to do with a value that needs quotes: the line as it should be.
    pub(super) fn quote_help(self, value: Span) -> String {
        let text = self.original.get(value.range()).unwrap_or("");
        let prefix = self.key_prefix(value);
        if self.has_more_lines(value) {
            return self.literal_help(&format!("{prefix}{}", anchor_of(text)));
        }
        self.rewrite_help(&prefix, text)
    }

    pub(super) fn rewrite_help(self, prefix: &str, text: &str) -> String {
        // An anchor is no part of the value: in quotes it would be.
        let anchor = anchor_of(text);
        let (prefix, text) = (&format!("{prefix}{anchor}"), &text[anchor.len()..]);
        let is_safe = text.len() <= 300 && !text.contains(['\n', '\r']) && rewrite::is_whole(text);
        if !is_safe && self.open_bracket().is_some() {
            return "put the whole value in single quotes, with each `'` in it doubled".to_owned();
        }
        if !is_safe {
            return self.literal_help(prefix);
        }
        format!("put the value in single quotes: `{prefix}'{}'`", text.replace('\'', "''"))
    }
}

/// The anchor before a value, with the blanks behind it.
fn anchor_of(text: &str) -> &str {
    let named = text.strip_prefix('&').filter(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'));
    let Some((_, value)) = named.and_then(|rest| rest.split_once([' ', '\t'])) else { return "" };
    &text[..text.len() - value.trim_start_matches([' ', '\t']).len()]
}

/// Quotes.
impl Scene<'_> {
    /// The quote that is open where the parser stopped.
    fn quote_around(self) -> Option<(usize, Style)> {
        self.tokens().into_iter().find_map(|token| match token {
            Token::OpenQuote(start, style) => Some((start, style)),
            Token::Quoted(span, style) if span.end > self.at => Some((span.start, style)),
            _ => None,
        })
    }

    fn open_quote(self) -> Mistake {
        let (start, style) = self.quote_around().unwrap_or_else(|| match self.char_at(self.at) {
            Some('\'') => (self.at, Style::SingleQuoted),
            _ => (self.at, Style::DoubleQuoted),
        });
        let (mark, name) = if style == Style::DoubleQuoted { ('"', "double") } else { ('\'', "single") };
        let mut problem = self
            .error(self.one(start), format!("the {name} quote that opens here is not closed"))
            .label("opened here")
            .help(format!(
                "close it with `{mark}` at the end of the value; further lines of it are indented deeper than its key"
            ));
        if self.at > self.layout.line_end(start) && self.at < self.layout.text.len() {
            let line = self.layout.content(self.at);
            problem = problem.related(self.place(line), "not indented deeply enough to belong to it");
        }
        let end = unread::quote_end(self.layout.text, start);
        let start = self.open_bracket().filter(|&bracket| bracket < start).unwrap_or(start);
        let mut seeds = around(start, self.at);
        if let Some(end) = end.filter(|&end| self.is_text(self.at, end)) {
            seeds.insert(0, Seed::Through(start, end));
        }
        Mistake { problem, seeds }
    }

    fn bad_escape(self) -> Mistake {
        let text = self.layout.text;
        let escape = self.first_bad_escape(self.at + 1);
        let end = unread::quote_end(text, self.at).unwrap_or(self.layout.line_end(self.at));
        let mut message = format!("`{}` is no escape that YAML knows in double quotes", self.quote(escape));
        if matches!(self.char_at(escape.start + 1), Some('u' | 'x' | 'U')) {
            message = format!("`{}` is no complete escape of a character", self.quote(escape));
        }
        let inner = self.original.get(self.at + 1..end.saturating_sub(1).max(self.at + 1)).unwrap_or("");
        let value = Span::new(self.at, end);
        let help = self.rewrite_help(&self.key_prefix(value), &without_quote_escapes(inner));
        let help = format!("{help}; there a backslash is an ordinary character");
        let bracket = self.open_bracket().unwrap_or(self.at);
        Mistake { problem: self.error(escape, message).label("not an escape").help(help), seeds: around(bracket, end) }
    }

    /// The first escape from `from` on that does not exist.
    fn first_bad_escape(self, from: usize) -> Span {
        let text = self.layout.text;
        let mut at = from;
        while let Some(found) = text.get(at..).and_then(|rest| rest.find('\\')) {
            at += found;
            let next = text.as_bytes().get(at + 1);
            if matches!(next, Some(b'\n' | b'\r')) {
                at += 2;
                continue;
            }
            let (c, len) = decode_map::escape(text, at);
            if (c, len) != ('\\', 1) {
                at += len;
                continue;
            }
            let digits = match next {
                Some(b'x') => 2,
                Some(b'u') => 4,
                Some(b'U') => 8,
                _ => 0,
            };
            let hex = text[at + 1..].chars().skip(1).take(digits).take_while(char::is_ascii_hexdigit).count();
            return Span::new(at, self.one(at + 1).end + hex);
        }
        self.one(from)
    }

    fn after_quote(self) -> Mistake {
        let quoted = self.tokens().into_iter().rev().find_map(|token| match token {
            Token::Quoted(span, _) if span.end <= self.at => Some(span),
            _ => None,
        });
        let quoted = quoted.unwrap_or(Span::at(self.at));
        let bracket = self.open_bracket();
        let on_key = bracket.is_none() && self.layout.first(quoted.start) == quoted.start;
        let in_mapping = self.innermost_block().is_some_and(|open| {
            open.collection == Collection::Mapping && open.column == self.layout.column(quoted.start)
        });
        if on_key && in_mapping {
            return self.missing_colon(quoted.start, vec![Seed::Entry(quoted.start), Seed::Line(quoted.start)]);
        }
        let value = match bracket {
            Some(_) => Span::new(quoted.start, self.natural_end(quoted.start)),
            None => self.without_comment(Span::new(quoted.start, self.layout.content(self.at).end)),
        };
        let text = self.original.get(value.range()).unwrap_or("");
        // `'it's'` and `"a "b" c"`: the quotes around everything were meant.
        let outer = text.chars().next().filter(|&mark| text.len() > quoted.len() && text.ends_with(mark));
        let meant = match outer {
            Some(mark) => rewrite::without_outer_quotes(text, mark),
            None => Some(text.to_owned()),
        };
        let prefix = self.key_prefix(value);
        let help = match meant.filter(|_| !self.has_more_lines(value)) {
            Some(meant) => self.rewrite_help(&prefix, &meant),
            None => self.rewrite_help(&prefix, "\n"),
        };
        let problem = self
            .error(value, format!("{} goes on after its closing quote", self.name_of(value)))
            .label("in quotes for YAML up to the second quote only")
            .related(self.place(self.one(self.at)), "this comes after the closing quote")
            .help(help);
        let start = bracket.unwrap_or(quoted.start);
        Mistake { problem, seeds: around(start, self.at) }
    }
}

/// A text from double quotes as it reads without escapes of quotes and backslashes; what is no escape stays.
fn without_quote_escapes(text: &str) -> String {
    text.replace("\\\"", "\"").replace("\\\\", "\\").replace("\\/", "/")
}

/// Keys, colons and lines.
impl Scene<'_> {
    fn unexpected_colon(self) -> Mistake {
        let start = self.outline.last_scalar.map_or(self.at, |(span, _)| span.start).min(self.at);
        let same_line = self.layout.line_start(start) == self.layout.line_start(self.at);
        if same_line {
            return self.value_with_colon(start);
        }
        if self.layout.first(start) == start {
            // YAML took this line and those after it for one text, up to the first colon.
            return self.missing_colon(start, vec![Seed::Line(start), Seed::Line(self.at), Seed::Entry(start)]);
        }
        let before = Span::new(self.layout.first(start), start);
        let is_item = self.layout.slice(before).chars().all(|c| matches!(c, ' ' | '-'));
        if self.is_glued_item(start)
            || is_item && self.layout.column(start) == self.layout.column(self.layout.first(self.at))
        {
            return self.missing_colon(start, vec![Seed::Line(start), Seed::Entry(start)]);
        }
        let line = self.layout.content(self.at);
        let key = self.key_value(self.at).map_or(line, |line| line.key);
        if !is_name(self.layout.slice(key).trim_matches(['"', '\''])) {
            return self.cut_on_a_later_line(start);
        }
        let message = format!("`{}` is indented deeper than the keys above", self.quote(key));
        let mut problem = self.error(key, message).label("read as more of the value above");
        problem = match self.innermost_block() {
            Some(open) => problem.help(format!("indent it by {}, as they are", spaces(open.column))),
            None => problem.help("indent it as they are"),
        };
        Mistake { problem, seeds: vec![Seed::Line(self.at), Seed::Entry(start)] }
    }

    /// A value without quotes of several lines, cut on one that is not the first.
    fn cut_on_a_later_line(self, start: usize) -> Mistake {
        let first = Span::new(start, self.layout.content(start).end);
        let prefix = self.key_prefix(first);
        let value = Span::new(start, self.layout.content(self.at).end);
        let problem = self
            .error(value, format!("{} is cut at `: `, which ends a key in YAML", self.name_of(first)))
            .label("needs quotes")
            .related(self.place(self.one(self.at)), "cut here")
            .help(self.literal_help(&prefix));
        Mistake { problem, seeds: vec![Seed::Entry(start), Seed::Through(start, self.at)] }
    }

    fn value_with_colon(self, start: usize) -> Mistake {
        if self.at.saturating_sub(start) > 1024 {
            let problem = self
                .error(Span::new(start, self.at), "a key is longer than 1024 characters")
                .help("shorten the key, or put the text in quotes if it is a value");
            return Mistake { problem, seeds: vec![Seed::Entry(start)] };
        }
        if self.layout.slice(self.layout.content(start)).starts_with("--- ") {
            let problem = self
                .error(self.layout.content(start), "a mapping cannot begin on the line of `---`")
                .help("begin it on the next line");
            return Mistake { problem, seeds: vec![Seed::Line(start)] };
        }
        let value = match self.key_value(start) {
            Some(line) if line.value.contains(Span::at(self.at)) => line.value,
            _ => self.layout.content(start),
        };
        let problem = self
            .error(value, format!("{} is cut at `: `, which ends a key in YAML", self.name_of(value)))
            .label("needs quotes")
            .related(self.place(self.one(self.at)), "cut here")
            .help(self.quote_help(value));
        Mistake { problem, seeds: vec![Seed::Entry(start), Seed::Line(start)] }
    }

    /// Whether the line begins like an item whose `-` no blank follows.
    fn is_glued_item(self, at: usize) -> bool {
        let line = self.layout.slice(self.layout.content(at));
        line.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| !matches!(c, '-' | ' ' | '\t')))
    }

    fn missing_colon(self, at: usize, seeds: Vec<Seed>) -> Mistake {
        if let Some(mistake) = self.not_indented_text(at) {
            return mistake;
        }
        let line = self.layout.content(at);
        let text = self.original.get(line.range()).unwrap_or("");
        let rest = text.trim_start_matches("- ");
        let glued = rest.split_once(':').filter(|(key, value)| is_name(key) && !value.starts_with("//"));
        let (message, label, help) = if self.is_glued_item(at) {
            let item = text.trim_start_matches('-');
            ("no blank follows the `-` of an item".to_owned(), "expected `- item`", Some(format!("- {item}")))
        } else if let Some((key, value)) = glued {
            (format!("no blank follows the `:` of `{key}`"), "expected `key: value`", Some(format!("{key}: {value}")))
        } else {
            let belongs = rest.split_whitespace().nth(2).is_some() && self.stands_below_a_value(at);
            let mended = rest.split_once(' ').filter(|(key, _)| !belongs && is_name(key.trim_matches('"')));
            let mended = mended.map(|(key, value)| format!("{key}: {}", value.trim_start()));
            ("this line has no `:` after its key".to_owned(), "expected `key: value`", mended)
        };
        let help = match help {
            Some(mended) => format!("write `{}`", shorten(&mended)),
            None => "write it as `key: value`, or indent it deeper if it belongs to the value above".to_owned(),
        };
        Mistake { problem: self.error(line, message).label(label).help(help), seeds }
    }

    fn misplaced_line(self) -> Mistake {
        if let Some(mistake) = self.indented_first_line() {
            return mistake;
        }
        if self.outline.open.is_empty() && self.layout.text.trim_start_matches('\u{feff}').starts_with('%') {
            let problem = self
                .error(self.layout.content(0), "a directive stands at the start, and no `---` behind it")
                .help("remove the line, or quote the text if it is no directive");
            return Mistake { problem, seeds: vec![Seed::Line(0)] };
        }
        let first = self.layout.first(self.at);
        let before = self.layout.text.get(first..self.at).unwrap_or("");
        if !before.chars().all(|c| matches!(c, ' ' | '-')) {
            return self.after_value();
        }
        if self.is_glued_item(self.at) {
            return self.missing_colon(self.at, vec![Seed::Line(self.at), Seed::Entry(self.at)]);
        }
        let line = self.layout.content(self.at);
        let column = self.layout.column(first);
        let is_item = self.layout.is_dash(first);
        let fits = |open: &&Open| !open.flow && open.column == column;
        let sibling = self.outline.open.iter().rev().find(fits);
        let (message, help) = match sibling.map(|open| open.collection) {
            Some(Collection::Sequence) if !is_item => (
                "this line stands among the items of a list and is none",
                format!("begin it with `- `, or indent it by {} if it belongs to the item above", spaces(column + 2)),
            ),
            Some(Collection::Mapping) if is_item => (
                "this item stands among the keys of a mapping",
                "put it below the key that it belongs to, and indent it as the items there".to_owned(),
            ),
            _ => ("this line is indented like none of the blocks above", self.indentation_help(column)),
        };
        let mut problem = self.error(line, message).help(help);
        if sibling.is_none() {
            problem = problem.label(format!("indented by {}", spaces(column)));
        }
        Mistake { problem, seeds: vec![Seed::Line(self.at), Seed::Entry(self.at)] }
    }

    /// The indentations that would fit a line at `column`.
    fn indentation_help(self, column: usize) -> String {
        let mut columns: Vec<_> = self.outline.open.iter().filter(|open| !open.flow).map(|open| open.column).collect();
        // Blocks that this line has ended: those that the last value stands in.
        if let Some((span, _)) = self.outline.last_scalar {
            let mut first = self.layout.first(span.start);
            columns.push(self.layout.column(first));
            while self.layout.is_dash(first) && first < span.start {
                let blanks = self.layout.text[first + 1..].bytes().take_while(|&byte| byte == b' ').count();
                first += 1 + blanks;
                columns.push(self.layout.column(first));
            }
        }
        columns.sort_unstable();
        columns.dedup();
        columns.sort_by_key(|fitting| fitting.abs_diff(column));
        match columns[..] {
            [] => "indent it as the first line of the document".to_owned(),
            [only] => format!("indent it by {}", spaces(only)),
            [nearest, next, ..] => {
                format!("indent it by {} or by {}", spaces(nearest.min(next)), spaces(nearest.max(next)))
            }
        }
    }

    /// Something follows a value that is complete, on the same line.
    fn after_value(self) -> Mistake {
        let line = self.key_value(self.at);
        let value = line.map_or(self.layout.content(self.at), |line| line.value);
        let problem = match self.char_at(value.start).filter(|_| value.start < self.at) {
            Some(open @ ('[' | '{')) => self
                .error(value, format!("{} begins with `{open}` and goes on after its end", self.name_of(value)))
                .label(if open == '[' { "a list for YAML, and then more" } else { "a mapping for YAML, and then more" })
                .related(self.place(self.one(self.at)), "this comes after it"),
            Some('*') => self
                .error(value, format!("{} begins with `*`, which is an alias in YAML", self.name_of(value)))
                .label("needs quotes"),
            _ => self
                .error(Span::new(self.at, value.end), "something follows a value that is complete")
                .label("what is this part of?"),
        };
        Mistake {
            problem: problem.help(self.quote_help(value)),
            seeds: vec![Seed::Entry(value.start), Seed::Line(self.at)],
        }
    }
}

/// The seeds of what begins at `start` and goes on to `until` at least.
pub(super) fn around(start: usize, until: usize) -> Vec<Seed> {
    vec![Seed::Closed(start), Seed::Entry(start), Seed::Through(start, until), Seed::Line(start)]
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

fn spaces(count: usize) -> String {
    match count {
        0 => "no space".to_owned(),
        1 => "1 space".to_owned(),
        _ => format!("{count} spaces"),
    }
}
