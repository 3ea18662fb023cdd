//! Recovery: one run finds every syntax error of a text.
//!
//! At an error the damaged block is looked for (a key with its value, an item of a list, a line), blanked, and the rest
//! is read again, so that every offset stays true. Guesses go from the likeliest block outwards; the first one without
//! which the text can be read on is taken.

use super::damage::Region;
use super::events::Collection;
use super::explain::{self, Scene, Seed};
use super::layout::Layout;
use super::outline::{self, Checkpoint, Open, Outline};
use super::{FileId, Place, Problem, Span};

/// How many syntax errors of a document are looked for.
const MISTAKE_LIMIT: usize = 50;
/// How far behind a block a guess is tried out.
const HORIZON: usize = 8192;
/// What is read in all, beyond twice the length of the text; a hostile text must not keep us busy.
const SPARE_WORK: usize = 1 << 20;

/// What came of a recovery.
#[derive(Debug)]
pub(super) struct Recovery {
    /// The text with the damaged blocks blanked; every offset is the same.
    pub(super) text: String,
    /// The damaged blocks, in order.
    pub(super) damage: Vec<Region>,
    pub(super) problems: Vec<Problem>,
}

/// Finds the syntax errors of `text`. `original` is the same text as the file has it, to quote from.
pub(super) fn recover(file: FileId, original: &str, text: &str) -> Recovery {
    let mut surgeon = Surgeon {
        file,
        original,
        text: text.to_owned(),
        damage: Vec::new(),
        problems: Vec::new(),
        work: 0,
        // With tags that directives declare, a part of the text reads otherwise than the whole.
        whole: text.starts_with('%') || text.contains("\n%"),
    };
    surgeon.run();
    Recovery { text: surgeon.text, damage: surgeon.damage, problems: surgeon.problems }
}

struct Surgeon<'t> {
    file: FileId,
    original: &'t str,
    text: String,
    damage: Vec<Region>,
    problems: Vec<Problem>,
    work: usize,
    /// Whether the text must always be read from its beginning.
    whole: bool,
}

impl Surgeon<'_> {
    fn run(&mut self) {
        let mut from = Checkpoint::default();
        loop {
            let outline = self.read(&from, usize::MAX);
            let Some(stop) = &outline.stop else {
                // A part may read otherwise than the whole: what counts is the whole.
                if from.offset == 0 || self.damage.is_empty() {
                    return;
                }
                from = Checkpoint::default();
                self.whole = true;
                continue;
            };
            if self.problems.len() >= MISTAKE_LIMIT || self.is_spent() {
                self.give_up(stop.offset, &outline);
                return;
            }
            let scene = Scene {
                file: self.file,
                original: self.original,
                layout: Layout { text: &self.text },
                outline: &outline,
                at: stop.offset,
            };
            let mistake = explain::explain(scene, stop.reason);
            let mut region = self.choose(&from, &outline, stop.offset, &mistake.seeds);
            if self.is_blank(region) {
                // Nothing more can be taken away there.
                region = self.spanning(0, self.text.len());
            }
            self.problems.push(mistake.problem);
            if self.is_blank(region) {
                return;
            }
            let next = self.checkpoint(&from, &outline, region.span.start);
            self.blank(region);
            from = next;
        }
    }

    fn read(&mut self, from: &Checkpoint, horizon: usize) -> Outline {
        let outline = outline::read(&self.text, from, horizon);
        self.work = self.work.saturating_add(outline.cost);
        outline
    }

    fn is_spent(&self) -> bool {
        self.work > self.text.len().saturating_mul(2).saturating_add(SPARE_WORK)
    }

    /// The block to blank.
    fn choose(&mut self, from: &Checkpoint, outline: &Outline, stop: usize, seeds: &[Seed]) -> Region {
        let mut tried: Vec<Region> = Vec::new();
        for seed in seeds {
            let Some(region) = self.region(outline, *seed, 0) else { continue };
            if tried.contains(&region) || self.is_spent() {
                continue;
            }
            tried.push(region);
            if self.helps(from, outline, stop, region) {
                return region;
            }
        }
        let place = match seeds.first() {
            Some(Seed::Line(at) | Seed::Entry(at) | Seed::Closed(at) | Seed::Through(at, _) | Seed::Tabs(at)) => *at,
            None => stop,
        };
        for level in 1..outline.open.len() {
            for seed in [Seed::Entry(place), Seed::Through(place, stop)] {
                let Some(region) = self.region(outline, seed, level) else { continue };
                if tried.contains(&region) || self.is_spent() {
                    continue;
                }
                tried.push(region);
                if self.helps(from, outline, stop, region) {
                    return region;
                }
            }
        }
        self.everything_from(place.min(stop), outline)
    }

    /// Whether the text can be read past the error, and past the region, without the region.
    fn helps(&mut self, from: &Checkpoint, outline: &Outline, stop: usize, region: Region) -> bool {
        let kept = self.text[region.span.range()].to_owned();
        let from = self.checkpoint(from, outline, region.span.start);
        mask(&mut self.text, region.span);
        let after = self.read(&from, region.span.end.saturating_add(HORIZON));
        self.text.replace_range(region.span.range(), &kept);
        after.stop.is_none_or(|next| next.offset > stop && next.offset >= region.span.end)
    }

    /// Whether nothing but comments stands in the region.
    fn is_blank(&self, region: Region) -> bool {
        let layout = Layout { text: &self.text };
        let first = Span::new(region.span.start, layout.line_end(region.span.start));
        if !matches!(layout.slice(first).trim_start().chars().next(), None | Some('#')) {
            return false;
        }
        let mut line = layout.next_line(region.span.start);
        while let Some(at) = line.filter(|&at| at < region.span.end) {
            if !layout.is_empty(at) {
                return false;
            }
            line = layout.next_line(at);
        }
        true
    }

    fn blank(&mut self, region: Region) {
        mask(&mut self.text, region.span);
        self.damage.retain(|known| !region.span.contains(known.span));
        let at = self.damage.partition_point(|known| known.span.start < region.span.start);
        self.damage.insert(at, region);
    }

    /// After too many errors, or too much work: the rest is not read.
    fn give_up(&mut self, stop: usize, outline: &Outline) {
        let region = self.everything_from(stop, outline);
        let at = Layout { text: &self.text }.content(stop);
        let problem = Problem::error(
            "syntax",
            Place::Bytes(self.file, at),
            "the document has more syntax errors than are looked for",
        )
        .label("not read from here on")
        .help("mend those before and run again");
        self.problems.push(problem);
        self.blank(region);
    }
}

/// Where blocks begin and end.
impl Surgeon<'_> {
    fn region(&self, outline: &Outline, seed: Seed, level: usize) -> Option<Region> {
        let layout = Layout { text: &self.text };
        // In brackets from the first character on there are no blocks.
        if outline.open.first().is_some_and(|open| open.flow) {
            return None;
        }
        match seed {
            Seed::Line(at) => {
                let first = layout.first(at);
                Some(self.spanning(first, layout.block_end(first, layout.column(first), false)))
            }
            Seed::Entry(at) => {
                let (start, end) = self.entry(outline, at, level)?;
                Some(self.spanning(start, end))
            }
            Seed::Through(at, until) => {
                let (start, end) = self.entry(outline, at, level)?;
                Some(self.spanning(start, end.max(layout.content(until).end)))
            }
            Seed::Closed(at) => {
                let (start, end) = self.entry(outline, at, level)?;
                let mut line = layout.next_line(end)?;
                while layout.is_empty(line) {
                    line = layout.next_line(line)?;
                }
                let content = layout.content(line);
                layout.slice(content).starts_with([']', '}']).then(|| self.spanning(start, content.end))
            }
            Seed::Tabs(at) => {
                let mut line = layout.line_start(at);
                let mut end = layout.content(line).end;
                while let Some(next) = layout.next_line(line) {
                    line = next;
                    let tabbed = layout.slice(Span::new(line, layout.first(line))).contains('\t');
                    if !tabbed && !layout.is_empty(line) {
                        break;
                    }
                    if tabbed {
                        end = layout.content(line).end;
                    }
                }
                Some(self.spanning(layout.first(at), end))
            }
        }
    }

    fn spanning(&self, start: usize, end: usize) -> Region {
        let layout = Layout { text: &self.text };
        Region { span: Span::new(start, end), column: layout.column(start), is_item: layout.is_dash(start) }
    }

    /// The bounds of the entry that a place belongs to: of the innermost block collection around it, or of one `level`
    /// levels further out.
    fn entry(&self, outline: &Outline, at: usize, level: usize) -> Option<(usize, usize)> {
        let layout = Layout { text: &self.text };
        let blocks = outline.open.iter().take_while(|open| !open.flow);
        let around: Vec<_> = blocks.filter(|open| open.start <= at && open.column <= layout.column(at)).collect();
        let open = around.iter().rev().nth(level)?;
        let start = self.entry_start(open, at);
        Some((start, layout.block_end(start, open.column, open.collection == Collection::Mapping)))
    }

    /// Where the last entry of a collection begins that begins before `at`.
    fn entry_start(&self, open: &Open, at: usize) -> usize {
        let layout = Layout { text: &self.text };
        let mut line = layout.line_start(at);
        loop {
            let start = line + open.column;
            let lead = self.text.get(line..start).unwrap_or("x");
            let is_item = layout.is_dash(start);
            let begins = lead.bytes().all(|byte| matches!(byte, b' ' | b'-' | b'?'))
                && !matches!(self.text.as_bytes().get(start), None | Some(b' ' | b'\t' | b'\n' | b'\r' | b'#'))
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
    fn everything_from(&self, at: usize, outline: &Outline) -> Region {
        let start = match outline.open.first() {
            Some(open) if !open.flow && open.start <= at => self.entry_start(open, at),
            Some(open) => open.start.min(at),
            None => Layout { text: &self.text }.first(at),
        };
        let start = if self.text.is_char_boundary(start) { start } else { 0 };
        self.spanning(start, self.text.len())
    }

    /// The last line before `at` that an entry begins on whose parents are known; reading can begin there again.
    fn checkpoint(&self, from: &Checkpoint, outline: &Outline, at: usize) -> Checkpoint {
        if self.whole {
            return Checkpoint::default();
        }
        let layout = Layout { text: &self.text };
        let blocks: Vec<Open> = outline.open.iter().take_while(|open| !open.flow).copied().collect();
        if blocks.iter().map(|open| open.column).sum::<usize>() > 4096 {
            return from.clone();
        }
        let here = layout.line_start(at);
        let begins = |line: usize| {
            let first = layout.first(line);
            let item = layout.is_dash(first);
            blocks.iter().rposition(|open| {
                open.column == layout.column(first)
                    && open.start <= first
                    && item == (open.collection == Collection::Sequence)
            })
        };
        let entries = blocks.iter().rev().map(|open| layout.line_start(open.entry)).filter(|&line| line <= here);
        for line in std::iter::once(here).chain(entries) {
            if let Some(depth) = begins(line).filter(|_| line > from.offset) {
                return Checkpoint { offset: line, open: blocks[..=depth].to_vec() };
            }
        }
        from.clone()
    }
}

/// Makes comments of all lines of a span, byte by byte. Comments end what comes before just as the damaged block would,
/// and blank lines would not.
fn mask(text: &mut String, span: Span) {
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
