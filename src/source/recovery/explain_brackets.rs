//! Explanations of syntax errors in brackets, and of characters that cannot stand where they do.

use super::super::events::Reason;
use super::super::{Span, refusals};
use super::explain::{Mistake, Scene, Seed, around};
use super::unread;

/// Brackets.
impl Scene<'_> {
    pub(super) fn unclosed(self, open: usize) -> Mistake {
        let (mark, close) = if self.char_at(open) == Some('{') { ('{', '}') } else { ('[', ']') };
        let at_line_start = self.layout.first(self.at) == self.at;
        let seeds = around(open, self.at);
        if self.char_at(self.at) == Some(',') {
            let problem = self
                .error(self.one(self.at), "nothing stands before this `,`")
                .related(self.place(self.one(open)), "in the brackets that open here")
                .help("remove it, or write what is missing before it");
            return Mistake { problem, seeds };
        }
        if self.char_at(self.at).is_some_and(|c| c == ']' || c == '}') && at_line_start {
            let least = self.outline.open.iter().rev().find(|open| !open.flow).map_or(0, |block| block.column) + 1;
            let problem = self
                .error(self.one(self.at), "the closing bracket is not indented deeper than the key of its value")
                .label(format!("indented by {}", self.layout.column(self.at)))
                .related(self.place(self.one(open)), "opened here")
                .help(format!("indent it by {least} or more, or put it at the end of the line before"));
            return Mistake { problem, seeds };
        }
        let mut problem = self
            .error(self.one(open), format!("the `{mark}` that opens here is not closed"))
            .label("opened here")
            .help(format!("close it with `{close}`; further lines of it are indented deeper than its key"));
        if at_line_start && self.at > open && self.at < self.layout.text.len() {
            let line = self.layout.content(self.at);
            problem = problem.related(self.place(line), "not indented deeply enough to belong to it");
        }
        Mistake { problem, seeds }
    }

    pub(super) fn stray_bracket(self) -> Mistake {
        let close = self.char_at(self.at).unwrap_or(']');
        let mut problem = self
            .error(self.one(self.at), format!("this `{close}` closes nothing"))
            .label(if close == ']' { "no `[` is open" } else { "no `{` is open" });
        let value = self.key_value(self.at).map(|line| line.value);
        problem = match value.filter(|value| value.start == self.at) {
            Some(value) if value.len() > 1 => problem.help(self.quote_help(value)),
            _ => problem.help("remove it"),
        };
        Mistake { problem, seeds: vec![Seed::Entry(self.at), Seed::Line(self.at)] }
    }

    pub(super) fn wrong_bracket(self) -> Mistake {
        let (open, wanted) = if self.char_at(self.at) == Some('{') { ('{', '}') } else { ('[', ']') };
        let close = self.closing_bracket(self.at);
        let message = format!("the `{open}` that opens here is closed by the wrong bracket");
        let mut problem =
            self.error(self.one(self.at), message).label("opened here").help(format!("close it with `{wanted}`"));
        if let Some(close) = close {
            problem = problem.related(self.place(self.one(close)), "closed here");
        }
        let until = close.unwrap_or(self.at);
        let outer = self.open_bracket().unwrap_or(self.at);
        Mistake { problem, seeds: around(outer, until) }
    }

    /// The bracket that closes the one at `open`, of whichever kind.
    fn closing_bracket(self, open: usize) -> Option<usize> {
        let mut depth = 0usize;
        let tokens = unread::tokens(self.layout.text, open, self.layout.text.len().min(open + 65_536), false);
        tokens.into_iter().find_map(|token| match token {
            unread::Token::Open(_) => {
                depth += 1;
                None
            }
            unread::Token::Close(at) => {
                depth = depth.saturating_sub(1);
                (depth == 0).then_some(at)
            }
            _ => None,
        })
    }

    /// A value without quotes that YAML split inside of brackets, or a comma that is missing.
    pub(super) fn split_in_brackets(self, bracket: usize) -> Mistake {
        let seeds = around(bracket, self.at);
        let mark = self.char_at(self.at).unwrap_or(' ');
        if mark == '-' && self.layout.is_dash(self.at) {
            let problem = self
                .error(self.one(self.at), "an item with `-` cannot stand in brackets")
                .related(self.place(self.one(bracket)), "opened here")
                .help("write the items with `,` between them, or without brackets on lines of their own");
            return Mistake { problem, seeds };
        }
        let before = self.outline.last_scalar.map(|(span, _)| span).filter(|span| span.start >= bracket);
        let touches = |span: &Span| self.layout.slice(Span::new(span.end, self.at)).trim().is_empty();
        let Some(value) = before.filter(touches) else {
            let problem = self
                .error(self.one(self.at), "a `,` or the closing bracket is expected here")
                .related(self.place(self.one(bracket)), "in the brackets that open here")
                .help("put a `,` between the entries, or put the value in quotes");
            return Mistake { problem, seeds };
        };
        let value = Span::new(value.start, self.natural_end(value.start));
        let name = self.name_of(value);
        let message = format!("{name} is split at `{mark}`, which has a meaning of its own in brackets");
        let problem = self
            .error(value, message)
            .label("needs quotes")
            .related(self.place(self.one(self.at)), "split here")
            .help(self.quote_help(value));
        Mistake { problem, seeds }
    }

    /// The key right before a value in brackets.
    pub(super) fn key_in_brackets(self, value: usize) -> Option<Span> {
        let before = self.layout.text.get(..value)?.trim_end().strip_suffix(':')?.trim_end();
        let start = before.rfind([',', '{', '[', '\n', '\r']).map_or(0, |at| at + 1);
        let blanks = before[start..].len() - before[start..].trim_start().len();
        (start + blanks < before.len()).then(|| Span::new(start + blanks, before.len()))
    }

    /// Where a person would say that a value in brackets ends: before the `,` or the bracket that closes what is open
    /// around it, the brackets and double quotes inside of it counted.
    pub(super) fn natural_end(self, start: usize) -> usize {
        let mut depth = 0usize;
        let mut in_quotes = false;
        let mut end = start;
        let text = self.layout.text;
        for (offset, c) in text.get(start..self.layout.line_end(start)).unwrap_or("").char_indices() {
            match c {
                '"' => in_quotes = !in_quotes,
                _ if in_quotes => {}
                '[' | '{' => depth += 1,
                ']' | '}' if depth == 0 => break,
                ']' | '}' => depth -= 1,
                ',' if depth == 0 => break,
                _ => {}
            }
            if c != ' ' && c != '\t' {
                end = start + offset + c.len_utf8();
            }
        }
        end
    }
}

/// Characters.
impl Scene<'_> {
    pub(super) fn tab(self) -> Mistake {
        let tabbed = |line: &usize| self.layout.slice(Span::new(*line, self.layout.first(*line))).contains('\t');
        let mut line = self.layout.line_start(self.at);
        let mut found = None;
        // The parser may stop at the scalar before the line that the tab indents.
        for _ in 0..100 {
            if tabbed(&line) && !self.layout.is_empty(line) {
                found = Some(line);
                break;
            }
            match self.layout.next_line(line) {
                Some(next) => line = next,
                None => break,
            }
        }
        let Some(line) = found else {
            let problem = self
                .error(self.one(self.at), "a tab separates what only spaces may separate")
                .help("write a space instead of the tab");
            return Mistake { problem, seeds: vec![Seed::Line(self.at), Seed::Entry(self.at)] };
        };
        let blanks = Span::new(line, self.layout.first(line));
        let problem = self
            .error(blanks, "a tab indents this line, and YAML knows only spaces there")
            .label("a tab")
            .help("indent with spaces");
        let inside = self.open_bracket().filter(|&bracket| bracket < line);
        match inside {
            Some(bracket) => Mistake { problem, seeds: vec![Seed::Entry(bracket), Seed::Through(bracket, line)] },
            None => {
                Mistake { problem, seeds: vec![Seed::Tabs(line), Seed::Entry(self.at), Seed::Through(self.at, line)] }
            }
        }
    }

    /// Everything that cannot stand where it does, for a reason of its own.
    pub(super) fn forbidden_here(self, reason: Reason) -> Mistake {
        let value = self.value_here();
        let name = self.name_of(value);
        let mark = self.char_at(self.at).map(String::from).unwrap_or_default();
        let quotes = self.quote_help(value);
        let (span, message, help) = match reason {
            Reason::TooDeep => {
                return Mistake {
                    problem: refusals::nesting_limit(self.file, self.one(self.at)),
                    seeds: vec![Seed::Entry(self.open_bracket().unwrap_or(self.at)), Seed::Line(self.at)],
                };
            }
            Reason::UnexpectedCharacter => {
                (value, format!("{name} begins with `{mark}`, which no value without quotes begins with"), quotes)
            }
            Reason::UnexpectedDash => (
                value,
                "an item cannot stand on the line of its key".to_owned(),
                format!("put it on the next line, or {quotes}"),
            ),
            Reason::BlockScalar => (
                value,
                format!("after `{mark}` only a digit, `+` or `-` may stand on the line"),
                format!("begin the text on the next line, or {quotes}"),
            ),
            Reason::Tag => (value, format!("`{mark}` begins a tag, and this is none that is declared"), quotes),
            Reason::AnchorName if mark == "*" => (value, "`*` begins an alias, and no name follows".to_owned(), quotes),
            Reason::AnchorName => (value, format!("`{mark}` begins an anchor, and no name follows"), quotes),
            Reason::Directive => (
                self.layout.content(self.at),
                "a line that begins with `%` is a directive, and this one cannot be read".to_owned(),
                "remove it; this document needs none".to_owned(),
            ),
            Reason::Comment if self.layout.text[..self.at].ends_with([' ', '\t', '\n', '\r']) => {
                let value = self.key_value(self.at).map(|line| line.value);
                let (name, prefix) = value.map_or(("this value".to_owned(), String::new()), |value| {
                    (self.name_of(value), self.key_prefix(value))
                });
                (
                    self.one(self.at),
                    format!("YAML ends {name} at ` #`, and the lines after it do not belong to it any more"),
                    self.literal_help(&prefix),
                )
            }
            Reason::Comment => (
                self.one(self.at),
                "no blank stands before this `#`".to_owned(),
                format!("put a blank before it if a comment begins here; if not, {quotes}"),
            ),
            Reason::ByteOrderMark => (
                self.one(self.at),
                "a byte-order mark stands inside of the document".to_owned(),
                "remove it".to_owned(),
            ),
            Reason::UnexpectedQuestionMark => (value, format!("{name} begins with `? `, which begins a key"), quotes),
            _ => (
                Span::new(self.at, self.layout.content(self.at).end),
                "this cannot stand here".to_owned(),
                "remove it, or put the value that it belongs to in quotes".to_owned(),
            ),
        };
        let start = self.open_bracket().unwrap_or(self.at);
        Mistake {
            problem: self.error(span, message).help(help),
            seeds: vec![Seed::Closed(start), Seed::Entry(start), Seed::Line(self.at), Seed::Through(start, self.at)],
        }
    }

    /// The value that begins at or around the place.
    fn value_here(self) -> Span {
        if self.open_bracket().is_some_and(|bracket| bracket < self.at) {
            return Span::new(self.at, self.natural_end(self.at));
        }
        match self.key_value(self.at) {
            Some(line) if line.value.start <= self.at && self.at <= line.value.end => line.value,
            _ => Span::new(self.at, self.layout.content(self.at).end),
        }
    }
}
