//! How far a text can be read, and what is open where it cannot.

use super::super::Span;
use super::super::document::Style;
use super::super::events::{Collection, Event, EventKind, Stop, YamlEvents};
use super::super::layout::Layout;

/// A collection that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Open {
    pub(super) collection: Collection,
    pub(super) flow: bool,
    /// Where it begins.
    pub(super) start: usize,
    /// The column of a block collection, in bytes.
    pub(super) column: usize,
    /// Where its last key or item begins.
    pub(super) entry: usize,
}

/// Where to begin to read: at a line that is an entry of a block collection, whose parents are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Checkpoint {
    pub(super) offset: usize,
    pub(super) open: Vec<Open>,
}

impl Checkpoint {
    /// The last line before `at` that an entry begins on whose parents are known; reading can begin there again.
    ///
    /// `open` is what is open at `at` or behind it.
    pub(super) fn before(&self, text: &str, open: &[Open], at: usize) -> Checkpoint {
        let layout = Layout { text };
        // A collection that begins with the damage may be an effect of it.
        let sound = |open: &&Open| !open.flow && open.start < at;
        let blocks: Vec<Open> = open.iter().take_while(sound).copied().collect();
        if blocks.iter().map(|open| open.column).sum::<usize>() > 4096 {
            return self.clone();
        }
        let here = layout.line_start(at);
        let begins = |line: usize| {
            let first = layout.first(line);
            // A tab makes no column.
            if layout.slice(Span::new(line, first)).contains('\t') {
                return None;
            }
            let item = layout.is_dash(first);
            blocks.iter().rposition(|open| {
                open.column == layout.column(first)
                    && open.start <= first
                    && item == (open.collection == Collection::Sequence)
            })
        };
        let entries = blocks.iter().rev().map(|open| layout.line_start(open.entry)).filter(|&line| line <= here);
        for line in std::iter::once(here).chain(entries) {
            if let Some(depth) = begins(line).filter(|_| line > self.offset) {
                return Checkpoint { offset: line, open: blocks[..=depth].to_vec() };
            }
        }
        self.clone()
    }
}

/// What was found.
#[derive(Clone, Debug)]
pub(super) struct Outline {
    /// The syntax error; `None` where the text, or as much of it as was wanted, can be read.
    pub(super) stop: Option<Stop>,
    /// The collections that are open there, outermost first.
    pub(super) open: Vec<Open>,
    /// The end of the last token before it.
    pub(super) last_end: usize,
    /// The last scalar before it.
    pub(super) last_scalar: Option<(Span, Style)>,
    /// How many bytes were read.
    pub(super) cost: usize,
}

/// How much more than the horizon is read, so that what stands before it is read in full.
const SLACK: usize = 1024;

/// Reads `text` from a checkpoint to the first syntax error, to the end of the first document, or to `horizon`.
pub(super) fn read(text: &str, from: &Checkpoint, horizon: usize) -> Outline {
    let prefix = prefix(&from.open);
    // What was read is not read again: its open collections are opened anew by dummy keys and items. And what stands far
    // beyond the horizon is not read at all.
    let end = Layout { text }.line_end(horizon.saturating_add(SLACK).min(text.len()));
    let text = text.get(..end).unwrap_or(text);
    let tail = text.get(from.offset..).unwrap_or("");
    let joined;
    let (read, skipped) = if from.offset == 0 {
        (text, 0)
    } else {
        joined = format!("{prefix}{tail}");
        (joined.as_str(), prefix.len())
    };
    let mut reader = Reader {
        layout: Layout { text },
        skipped,
        begin: from.offset,
        outline: Outline { stop: None, open: Vec::new(), last_end: from.offset, last_scalar: None, cost: 0 },
        keys: Vec::new(),
        documents: 0,
    };
    for event in YamlEvents::new(read) {
        match event {
            Ok(event) => {
                let at = reader.real(event.span.start);
                if !reader.take(&event, &from.open) || at > horizon {
                    break;
                }
            }
            Err(stop) => {
                let offset = reader.real(stop.offset);
                reader.outline.stop = (offset <= horizon).then_some(Stop { offset, ..stop });
                break;
            }
        }
    }
    let end = reader.outline.stop.as_ref().map_or(reader.outline.last_end, |stop| stop.offset);
    reader.outline.cost = end.saturating_sub(from.offset) + prefix.len();
    reader.outline
}

/// Lines that open the same collections at the same columns.
fn prefix(open: &[Open]) -> String {
    let mut prefix = String::new();
    for parent in open {
        prefix.push_str(&" ".repeat(parent.column));
        prefix.push_str(match parent.collection {
            Collection::Mapping => "_:\n",
            Collection::Sequence => "-\n",
        });
    }
    prefix
}

struct Reader<'t> {
    layout: Layout<'t>,
    /// The length of the lines before the text.
    skipped: usize,
    begin: usize,
    outline: Outline,
    /// For each open collection, whether the next node of a mapping is a key.
    keys: Vec<bool>,
    documents: usize,
}

impl Reader<'_> {
    /// The place in the whole text; the checkpoint for what was put before it.
    fn real(&self, offset: usize) -> usize {
        self.begin + offset.saturating_sub(self.skipped)
    }

    /// Takes an event; `false` where a second document begins.
    fn take(&mut self, event: &Event<'_>, parents: &[Open]) -> bool {
        let dummy = event.span.end <= self.skipped && self.skipped > 0;
        let span = Span::new(self.real(event.span.start), self.real(event.span.end));
        match &event.kind {
            EventKind::Comment => return true,
            EventKind::DocumentEnd => {}
            EventKind::DocumentStart { explicit } => {
                self.documents += 1;
                if self.documents > 1 {
                    return false;
                }
                // Without `---` the span is that of the first token, which is not read yet.
                if !explicit {
                    return true;
                }
            }
            EventKind::Open { collection, flow } => {
                self.entry(span.start);
                let depth = self.outline.open.len();
                let open = match parents.get(depth).filter(|_| dummy) {
                    Some(parent) => *parent,
                    None => {
                        let column = if *flow { 0 } else { self.layout.column(span.start) };
                        Open { collection: *collection, flow: *flow, start: span.start, column, entry: span.start }
                    }
                };
                self.outline.open.push(open);
                self.keys.push(true);
            }
            EventKind::Close => {
                self.outline.open.pop();
                self.keys.pop();
            }
            EventKind::Scalar { style, .. } => {
                self.entry(span.start);
                if !dummy && !span.is_empty() {
                    self.outline.last_scalar = Some((span, *style));
                }
            }
            EventKind::Alias(_) => self.entry(span.start),
        }
        self.outline.last_end = self.outline.last_end.max(span.end);
        true
    }

    /// Notes where an item or a key of the innermost collection begins.
    fn entry(&mut self, start: usize) {
        let (Some(open), Some(is_key)) = (self.outline.open.last_mut(), self.keys.last_mut()) else { return };
        if open.collection == Collection::Sequence || *is_key {
            open.entry = open.entry.max(start);
        }
        *is_key = !*is_key;
    }
}
