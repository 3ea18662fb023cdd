//! Damaged blocks: what recovery takes out of a text so that the rest can be read.

use super::super::Span;
use super::super::events::Collection;
use super::super::layout::Layout;
use super::explain::Seed;
use super::outline::Open;

/// A block that a syntax error makes unreadable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) struct Region {
    pub(in crate::source) span: Span,
    /// The column of its first character, in bytes.
    pub(in crate::source) column: usize,
    /// Whether it begins with the `-` of an item.
    pub(in crate::source) is_item: bool,
    /// Whether everything behind it is lost with it, so that all that is open there has lost something.
    pub(in crate::source) open_ended: bool,
    /// Whether the column is a guess, so that all that is open there and as deep may have lost something.
    pub(in crate::source) uncertain: bool,
}

/// The blocks around a place, by what is open there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Blocks<'t> {
    pub(super) layout: Layout<'t>,
    /// The collections that are open, outermost first.
    pub(super) open: &'t [Open],
}

impl Blocks<'_> {
    /// The block that a seed means, or the one `level` levels further out.
    pub(super) fn region(self, seed: Seed, level: usize) -> Option<Region> {
        let layout = self.layout;
        // In brackets from the first character on there are no blocks.
        if self.open.first().is_some_and(|open| open.flow) {
            return None;
        }
        match seed {
            Seed::Line(at) => {
                let first = layout.first(at);
                Some(self.spanning(first, layout.block_end(first, layout.column(first), false)))
            }
            Seed::Entry(at) => {
                let (start, end) = self.entry(at, level)?;
                Some(self.spanning(start, end))
            }
            Seed::Through(at, until) => {
                let (start, end) = self.entry(at, level)?;
                Some(self.spanning(start, end.max(layout.content(until).end)))
            }
            Seed::Closed(at) => {
                let (start, end) = self.entry(at, level)?;
                let mut line = layout.next_line(end)?;
                while layout.is_empty(line) {
                    line = layout.next_line(line)?;
                }
                let content = layout.content(line);
                layout.slice(content).starts_with([']', '}']).then(|| self.spanning(start, content.end))
            }
            Seed::Tabs(at) => Some(self.tabbed(at)),
            Seed::First(at) => {
                let first = layout.first(at);
                let end = layout.block_end(first, layout.column(first), true);
                Some(Region { column: 0, ..self.spanning(first, end) })
            }
        }
    }

    /// The line of `at`, which tabs indent, with what is below it, and such lines right behind it.
    fn tabbed(self, at: usize) -> Region {
        let layout = self.layout;
        let tabs = |line: usize| layout.slice(Span::new(line, layout.first(line))).contains('\t');
        let mut line = layout.line_start(at);
        let mut region = self.spanning(layout.first(line), layout.content(line).end);
        // Without the tab it would stand where its spaces put it, or the tab stands for some.
        region.column = self.spaces(line);
        region.uncertain = true;
        let mut least = self.least_below(line);
        while let Some(next) = layout.next_line(line) {
            line = next;
            if layout.is_empty(line) {
                continue;
            }
            if tabs(line) {
                least = self.least_below(line);
                region.column = region.column.min(self.spaces(line));
            } else if layout.column(layout.first(line)) < least {
                break;
            }
            region.span.end = layout.content(line).end;
        }
        region
    }

    /// The spaces that indent a line, tabs left out.
    fn spaces(self, line: usize) -> usize {
        let lead = self.layout.slice(Span::new(line, self.layout.first(line)));
        lead.bytes().filter(|&byte| byte == b' ').count()
    }

    /// The least indentation of what stands below a line that tabs indent and belongs to it.
    fn least_below(self, line: usize) -> usize {
        let layout = self.layout;
        let content = layout.content(line);
        let is_item = layout.is_dash(content.start);
        if !is_item && !layout.slice(content).ends_with([':', '|', '>', '-', '+']) {
            return usize::MAX;
        }
        let spaces = self.spaces(line);
        if spaces > 0 {
            return spaces + 1;
        }
        // Where the tab stands for spaces, the line below tells how deep it is.
        let below = std::iter::successors(layout.next_line(line), |&line| layout.next_line(line));
        let first = below.map(|line| layout.first(line)).find(|&first| !layout.is_empty(first));
        match first {
            Some(first) if layout.column(first) > 0 && !(is_item && layout.is_dash(first)) => layout.column(first),
            _ => usize::MAX,
        }
    }

    pub(super) fn spanning(self, start: usize, end: usize) -> Region {
        let layout = self.layout;
        // Also where the blank after the dash is what is missing.
        let is_item = layout.text.as_bytes().get(start) == Some(&b'-');
        let column = layout.column(start);
        // Tabs before it would still be in the way.
        let lead = Span::new(layout.line_start(start), start);
        let tabbed = layout.first(start) == start && layout.slice(lead).contains('\t');
        let start = if tabbed { lead.start } else { start };
        Region { span: Span::new(start, end), column, is_item, open_ended: false, uncertain: false }
    }

    /// From an entry around `at` to the end of the text.
    pub(super) fn rest(self, at: usize, level: usize) -> Option<Region> {
        let (start, _) = self.entry(at, level)?;
        Some(Region { open_ended: true, ..self.spanning(start, self.layout.text.len()) })
    }

    /// The bounds of the entry that a place belongs to: of the innermost block collection around it, or of one `level`
    /// levels further out.
    fn entry(self, at: usize, level: usize) -> Option<(usize, usize)> {
        let layout = self.layout;
        let blocks = self.open.iter().take_while(|open| !open.flow);
        let around: Vec<_> = blocks.filter(|open| open.start <= at && open.column <= layout.column(at)).collect();
        let open = around.iter().rev().nth(level)?;
        let start = self.entry_start(open, at);
        Some((start, layout.block_end(start, open.column, open.collection == Collection::Mapping)))
    }

    /// Where the last entry of a collection begins that begins before `at`.
    fn entry_start(self, open: &Open, at: usize) -> usize {
        let layout = self.layout;
        let mut line = layout.line_start(at);
        loop {
            let start = line + open.column;
            let lead = layout.text.get(line..start).unwrap_or("x");
            let is_item = layout.is_dash(start);
            let begins = lead.bytes().all(|byte| matches!(byte, b' ' | b'-' | b'?'))
                && !matches!(layout.text.as_bytes().get(start), None | Some(b' ' | b'\t' | b'\n' | b'\r' | b'#'))
                && is_item == (open.collection == Collection::Sequence);
            if begins && start <= at {
                return start;
            }
            if line <= open.start || line == 0 {
                return open.start;
            }
            line = layout.line_start(line - 1);
        }
    }

    /// From the entry of the outermost collection to the end of the text.
    pub(super) fn everything_from(self, at: usize) -> Region {
        let layout = self.layout;
        let start = match self.open.first() {
            Some(open) if !open.flow && open.start <= at => self.entry_start(open, at),
            Some(open) => open.start.min(at),
            None => layout.first(at),
        };
        let start = if layout.text.is_char_boundary(start) { start } else { 0 };
        Region { open_ended: true, ..self.spanning(start, layout.text.len()) }
    }
}

/// Makes comments of all lines of a span, byte by byte. Comments end what comes before just as the damaged block would,
/// and blank lines would not.
pub(super) fn mask(text: &mut String, span: Span) {
    let mut bytes = std::mem::take(text).into_bytes();
    let mut begins = true;
    for line in bytes[span.range()].split_mut(|byte| matches!(byte, b'\n' | b'\r')) {
        let first = line.iter().position(|byte| !matches!(byte, b' ' | b'\t'));
        if let Some(first) = first.filter(|&first| begins || line[first] != b'#') {
            line.fill(b' ');
            line[first] = b'#';
        }
        begins = false;
    }
    // Whole characters were replaced by ASCII, so it is UTF-8 still.
    *text = String::from_utf8(bytes).unwrap_or_default();
}
