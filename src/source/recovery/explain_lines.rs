//! Explanations of lines whose indentation makes something else of them than was meant.

use super::super::Span;
use super::explain::{Mistake, Scene, Seed};

/// How many lines of a text that is not indented are looked at.
const FARTHEST: usize = 50;

impl Scene<'_> {
    /// The first line that holds something before the line of `at`.
    fn line_above(self, at: usize) -> Option<usize> {
        let layout = self.layout;
        let mut line = layout.line_start(at);
        loop {
            line = layout.line_start(line.checked_sub(1)?);
            if !layout.is_empty(line) {
                return Some(line);
            }
        }
    }

    /// Whether a line begins an entry: a key or an item.
    fn is_entry(self, line: usize) -> bool {
        self.layout.is_dash(self.layout.first(line)) || self.key_value(line).is_some()
    }

    /// Whether the lines from `at` through `end` are a few, and none of them begins an entry.
    pub(super) fn is_text(self, at: usize, end: usize) -> bool {
        let lines = std::iter::successors(Some(at), |&line| self.layout.next_line(line));
        let lines: Vec<usize> = lines.take_while(|&line| line < end).take(FARTHEST).collect();
        !lines.is_empty() && lines.len() < FARTHEST && lines.into_iter().all(|line| !self.is_entry(line))
    }

    /// Whether the line stands right below a key with a value, at the column of the key.
    pub(super) fn stands_below_a_value(self, at: usize) -> bool {
        let above = self.line_above(at).and_then(|line| self.key_value(line));
        above.is_some_and(|above| {
            !above.value.is_empty() && self.layout.column(above.key.start) == self.layout.column(self.layout.first(at))
        })
    }

    /// The text of a block scalar that is not indented deeper than its key.
    pub(super) fn not_indented_text(self, at: usize) -> Option<Mistake> {
        let layout = self.layout;
        let header = self.line_above(at).and_then(|line| self.key_value(line))?;
        let mark = layout.slice(header.value);
        if !mark.starts_with(['|', '>']) || mark.len() > 3 || self.is_entry(at) {
            return None;
        }
        let lines = std::iter::successors(Some(at), |&line| layout.next_line(line)).take(FARTHEST);
        let last = lines.take_while(|&line| layout.is_empty(line) || !self.is_entry(line)).last().unwrap_or(at);
        let key = self.quote(header.key);
        let problem = self
            .error(layout.content(at), format!("the text of `{key}` is not indented deeper than its key"))
            .label(format!("meant to follow `{mark}`"))
            .related(self.place(header.value), "the text of this begins on the next line")
            .help(format!("indent it by {} spaces", layout.column(header.key.start) + 2));
        let end = layout.content(last).end;
        Some(Mistake { problem, seeds: vec![Seed::Through(header.key.start, end), Seed::Line(at)] })
    }

    /// A blank before the first line, which makes all others stand outside of its block.
    pub(super) fn indented_first_line(self) -> Option<Mistake> {
        let layout = self.layout;
        let here = layout.line_start(self.at);
        let lines = std::iter::successors(Some(layout.line_start(0)), |&line| layout.next_line(line));
        let first = lines.take_while(|&line| line < here).find(|&line| !layout.is_empty(line))?;
        let start = layout.first(first);
        let column = layout.column(start);
        let end = layout.block_end(start, column, true);
        let is_next = self.line_above(self.at).is_some_and(|above| layout.content(above).end <= end);
        if column == 0 || layout.first(self.at) != here || !is_next || !self.is_entry(first) {
            return None;
        }
        let problem = self
            .error(Span::new(first, start), "the first line is indented, and those that it stands among are not")
            .label("a blank too many")
            .related(self.place(layout.content(self.at)), "begins further to the left")
            .help("take the blanks before the first line away");
        Some(Mistake { problem, seeds: vec![Seed::First(first)] })
    }
}
