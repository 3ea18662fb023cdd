//! Builds the tree from events, and says what no document may hold: duplicate keys, a second document, aliases that
//! lead nowhere or expand without end, unknown tags.
//!
//! What cannot be kept (an alias without an anchor, a damaged block) leaves a *hole*: the item or entry is left out and
//! the collection around it is marked as damaged, so that nobody misses what may have stood there.

use std::collections::{HashMap, HashSet};

use super::document::{Comment, Style};
use super::events::{Collection, Event, EventKind, Tag};
use super::layout::Layout;
use super::recovery::Region;
use super::tree::{Content, Id, Raw, RawEntry, Role, ScalarTag, Shape, Stored, Tree};
use super::{FileId, Problem, Span};

/// How many levels of mappings and sequences a document may have, aliases followed.
pub(super) const NESTING_LIMIT: usize = 64;
/// How many nodes aliases may add to a document.
pub(super) const ALIAS_BUDGET: u64 = 100_000;
/// How many bytes of decoded text aliases may add: what is read through an alias is copied where it is used.
pub(super) const ALIAS_TEXT_BUDGET: u64 = 4 << 20;

/// What came of a stream of events.
#[derive(Debug, Default)]
pub(super) struct Built {
    pub(super) tree: Tree,
    pub(super) comments: Vec<Comment>,
    pub(super) problems: Vec<Problem>,
}

/// The texts and the damage that events belong to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Input<'t> {
    pub(super) file: FileId,
    /// The text as the file has it.
    pub(super) original: &'t str,
    /// The text that was parsed: damaged blocks are blanked, every offset is the same.
    pub(super) parsed: &'t str,
    /// The damaged blocks, in order.
    pub(super) damage: &'t [Region],
}

/// Builds the tree of the first document, and gives the error that ended the events early.
pub(super) fn build<'t, E>(
    input: Input<'t>,
    mut events: impl Iterator<Item = Result<Event<'t>, E>>,
) -> (Built, Option<E>) {
    let mut builder = Builder::new(input);
    let mut waiting = None;
    let mut failure = None;
    // An event is taken when the next one is known: what is missing between two tokens may be damage.
    loop {
        let next = match events.next() {
            Some(Ok(event)) if event.kind == EventKind::Comment => {
                builder.comment(event.span);
                continue;
            }
            Some(Ok(event)) => Some(event),
            Some(Err(error)) => {
                failure = Some(error);
                None
            }
            None => None,
        };
        let next_start = next.as_ref().map_or(input.parsed.len(), |event| event.span.start);
        let goes_on = waiting.take().is_none_or(|event| builder.take(event, next_start));
        if !goes_on {
            // What is wrong behind the end of the first document is not looked for.
            failure = None;
        }
        if next.is_none() || !goes_on {
            break;
        }
        waiting = next;
    }
    builder.built.comments.sort_by_key(|comment| comment.span);
    (builder.built, failure)
}

/// A collection that is open.
#[derive(Debug)]
struct Frame {
    id: Id,
    collection: Collection,
    anchor: usize,
    flow: bool,
    /// The column, in bytes, of a block collection.
    column: usize,
    damaged: bool,
    items: Vec<Id>,
    entries: Vec<RawEntry>,
    /// The key whose value comes next.
    key: Option<Slot>,
    end: usize,
    weight: Weight,
    height: usize,
}

/// What a node adds to the document where an alias repeats it.
#[derive(Clone, Copy, Debug, Default)]
struct Weight {
    nodes: u64,
    /// Of decoded text.
    bytes: u64,
}

impl Weight {
    const COLLECTION: Weight = Weight { nodes: 1, bytes: 0 };

    fn scalar(text: &str) -> Self {
        Weight { nodes: 1, bytes: text.len() as u64 }
    }

    fn plus(self, other: Weight) -> Self {
        Weight { nodes: self.nodes.saturating_add(other.nodes), bytes: self.bytes.saturating_add(other.bytes) }
    }
}

#[derive(Clone, Copy, Debug)]
enum Slot {
    Kept(Id),
    Hole,
}

#[derive(Clone, Copy, Debug)]
enum Anchor {
    Open,
    Closed { id: Id, weight: Weight, height: usize },
    Hole,
}

#[derive(Debug)]
pub(super) struct Builder<'t> {
    pub(super) input: Input<'t>,
    pub(super) built: Built,
    frames: Vec<Frame>,
    anchors: HashMap<usize, Anchor>,
    /// How many collections are open below the one that was cut off.
    skipped: usize,
    documents: usize,
    /// Where the last token ended.
    last_end: usize,
    /// The first damaged block that no event has passed yet.
    next_region: usize,
    added_by_aliases: Weight,
    /// Names of anchors that stood in damaged blocks.
    pub(super) lost_anchors: HashSet<&'t str>,
    pub(super) told_nesting: bool,
    pub(super) told_budget: bool,
}

impl<'t> Builder<'t> {
    fn new(input: Input<'t>) -> Self {
        Builder {
            input,
            built: Built::default(),
            frames: Vec::new(),
            anchors: HashMap::new(),
            skipped: 0,
            documents: 0,
            last_end: 0,
            next_region: 0,
            added_by_aliases: Weight::default(),
            lost_anchors: input.damage.iter().flat_map(|region| anchors_in(input.original, region.span)).collect(),
            told_nesting: false,
            told_budget: false,
        }
    }

    /// Takes one event; `false` where the rest of the text is not wanted.
    fn take(&mut self, event: Event<'t>, next_start: usize) -> bool {
        let span = event.span.behind_cuts(self.input.original);
        let opened_damaged = self.pass_regions(&event);
        // A document that begins without `---` carries the span of its first token.
        let end = if event.kind == (EventKind::DocumentStart { explicit: false }) { 0 } else { span.end };
        match event.kind {
            EventKind::Comment | EventKind::DocumentEnd => {}
            EventKind::DocumentStart { explicit } => {
                self.documents += 1;
                if self.documents > 1 {
                    self.second_document(span, explicit);
                    return false;
                }
            }
            EventKind::Open { collection, flow } => {
                self.open(collection, flow, event.anchor, event.tag, span);
                if let (true, Some(frame)) = (opened_damaged && self.skipped == 0, self.frames.last_mut()) {
                    frame.damaged = true;
                }
            }
            EventKind::Close => self.close(span),
            EventKind::Scalar { text, style } => {
                if self.skipped > 0 {
                    self.anchor(event.anchor, Anchor::Hole);
                } else if style == Style::Plain && span.is_empty() && self.is_hole(next_start) {
                    self.anchor(event.anchor, Anchor::Hole);
                    self.place(Slot::Hole, Weight::default(), 0);
                } else {
                    self.scalar(&text, style, event.anchor, event.tag, span);
                }
            }
            EventKind::Alias(target) => {
                if self.skipped == 0 {
                    self.alias(target, span);
                }
            }
        }
        self.last_end = self.last_end.max(end);
        true
    }

    fn comment(&mut self, span: Span) {
        let in_damage = self.input.damage.iter().any(|region| region.span.contains(span));
        let written = self.input.original.get(span.range()).is_some_and(|text| text.starts_with('#'));
        if in_damage && !written {
            return;
        }
        let own_line = Layout { text: self.input.original }.first(span.start) == span.start;
        self.built.comments.push(Comment { span, own_line });
    }

    fn open(&mut self, collection: Collection, flow: bool, anchor: usize, tag: Option<Tag>, span: Span) {
        if self.skipped > 0 || self.frames.len() >= NESTING_LIMIT {
            self.anchor(anchor, Anchor::Hole);
            if self.skipped == 0 {
                self.nesting_limit(span);
            }
            self.skipped += 1;
            return;
        }
        if let Some(tag) = tag {
            self.collection_tag(collection, &tag);
        }
        let shape = Shape { flow, damaged: false };
        let content = match collection {
            Collection::Mapping => Content::Mapping { entries: Box::default(), shape },
            Collection::Sequence => Content::Sequence { items: Box::default(), shape },
        };
        let Some(id) = self.add(content, span) else { return self.skipped += 1 };
        self.anchor(anchor, Anchor::Open);
        self.frames.push(Frame {
            id,
            collection,
            anchor,
            flow,
            // In brackets the column means nothing, and all of a long line may be in brackets.
            column: if flow { 0 } else { self.column(span.start) },
            damaged: false,
            items: Vec::new(),
            entries: Vec::new(),
            key: None,
            end: span.end,
            weight: Weight::COLLECTION,
            height: 1,
        });
    }

    fn close(&mut self, span: Span) {
        if self.skipped > 0 {
            self.skipped -= 1;
            if self.skipped == 0 {
                self.place(Slot::Hole, Weight::default(), 0);
            }
            return;
        }
        let Some(mut frame) = self.frames.pop() else { return };
        if frame.collection == Collection::Mapping {
            self.find_duplicates(&mut frame.entries);
            self.check_merges(&frame.entries);
        }
        let shape = Shape { flow: frame.flow, damaged: frame.damaged };
        let end = if frame.flow { span.end } else { frame.end };
        let node = self.built.tree.node_mut(frame.id);
        node.span = Span::new(node.span.start, end);
        node.content = match frame.collection {
            Collection::Mapping => Content::Mapping { entries: frame.entries.into(), shape },
            Collection::Sequence => Content::Sequence { items: frame.items.into(), shape },
        };
        self.anchor(frame.anchor, Anchor::Closed { id: frame.id, weight: frame.weight, height: frame.height });
        self.extend(end);
        self.place(Slot::Kept(frame.id), frame.weight, frame.height);
    }

    fn scalar(&mut self, text: &str, style: Style, anchor: usize, tag: Option<Tag>, span: Span) {
        let source = self.input.parsed;
        let verbatim = match style {
            Style::SingleQuoted | Style::DoubleQuoted => Span::new(span.start + 1, span.end.saturating_sub(1)),
            Style::Plain => span,
            Style::Literal | Style::Folded => Span::new(span.start, span.start + text.len()),
        };
        let stored = if source.get(verbatim.range()) == Some(text) {
            Stored::Source(verbatim)
        } else {
            Stored::Owned(text.into())
        };
        let whole = match style {
            Style::Literal | Style::Folded => Span::new(self.block_header(span.start), span.end),
            _ => span,
        };
        let tag = match tag {
            Some(tag) => self.scalar_tag(text, &tag),
            None => ScalarTag::None,
        };
        if !whole.is_empty() {
            self.extend(trimmed(source, whole).end);
        }
        let Some(id) = self.add(Content::Scalar { text: stored, style, tag }, whole) else { return };
        let weight = Weight::scalar(text);
        self.anchor(anchor, Anchor::Closed { id, weight, height: 0 });
        self.place(Slot::Kept(id), weight, 0);
    }

    fn alias(&mut self, target: Option<usize>, span: Span) {
        self.extend(span.end);
        let slot = match self.alias_target(target, span) {
            Some((id, weight, height)) => match self.add(Content::Alias(id), span) {
                Some(id) => return self.place(Slot::Kept(id), weight, height),
                None => Slot::Hole,
            },
            None => Slot::Hole,
        };
        self.place(slot, Weight::default(), 0);
    }

    /// The node that an alias stands for, with its weight and height, where it may be used here.
    fn alias_target(&mut self, target: Option<usize>, span: Span) -> Option<(Id, Weight, usize)> {
        match target.and_then(|anchor| self.anchors.get(&anchor).copied()) {
            None => {
                self.unknown_anchor(span);
                None
            }
            Some(Anchor::Hole) => None,
            Some(Anchor::Open) => {
                self.recursive_alias(span);
                None
            }
            Some(Anchor::Closed { id, weight, height }) => {
                if self.frames.len() + height > NESTING_LIMIT {
                    self.nesting_limit(span);
                    return None;
                }
                let added = self.added_by_aliases.plus(weight);
                if added.nodes > ALIAS_BUDGET || added.bytes > ALIAS_TEXT_BUDGET {
                    self.alias_budget(span, added.nodes > ALIAS_BUDGET);
                    return None;
                }
                self.added_by_aliases = added;
                Some((id, weight, height))
            }
        }
    }

    /// Puts a finished node where it belongs.
    fn place(&mut self, slot: Slot, weight: Weight, height: usize) {
        let tree = &mut self.built.tree;
        let Some(frame) = self.frames.last_mut() else {
            if let Slot::Kept(id) = slot {
                let node = tree.node(id);
                // `---` alone is an empty document.
                let written = !node.span.is_empty() || !matches!(node.content, Content::Scalar { .. });
                tree.root = written.then_some(id);
            }
            return;
        };
        frame.weight = frame.weight.plus(weight);
        frame.height = frame.height.max(height + 1);
        if frame.collection == Collection::Sequence {
            match slot {
                Slot::Kept(id) => frame.items.push(id),
                Slot::Hole => frame.damaged = true,
            }
            return;
        }
        match (frame.key.take(), slot) {
            (None, key) => frame.key = Some(key),
            (Some(Slot::Kept(key)), Slot::Kept(value)) => {
                tree.node_mut(value).key = Some(key);
                frame.entries.push(RawEntry { key, value, role: Role::Own });
            }
            _ => frame.damaged = true,
        }
    }

    fn add(&mut self, content: Content, span: Span) -> Option<Id> {
        let parent = self.frames.last().map(|frame| frame.id);
        self.built.tree.add(Raw { parent, key: None, span, content })
    }

    fn anchor(&mut self, anchor: usize, state: Anchor) {
        if anchor > 0 {
            self.anchors.insert(anchor, state);
        }
    }

    fn extend(&mut self, end: usize) {
        if let Some(frame) = self.frames.last_mut() {
            frame.end = frame.end.max(end);
        }
    }

    /// The column of a place, in bytes.
    fn column(&self, offset: usize) -> usize {
        Layout { text: self.input.parsed }.column(offset)
    }

    /// Where the `|` or `>` of a block scalar stands, whose content begins at `content`.
    fn block_header(&self, content: usize) -> usize {
        let from = self.last_end.min(content);
        let before = self.input.parsed.get(from..content).unwrap_or("");
        let mut at = 0;
        let mut blank_before = true;
        while let Some(c) = before[at..].chars().next() {
            match c {
                '|' | '>' => return from + at,
                '#' if blank_before => at += before[at..].find(['\n', '\r']).unwrap_or(before.len() - at),
                '&' | '!' => at += before[at..].find([' ', '\t', '\n', '\r']).unwrap_or(before.len() - at),
                _ => at += c.len_utf8(),
            }
            blank_before = matches!(c, ' ' | '\t' | '\n' | '\r' | '#' | '\u{feff}');
        }
        content
    }
}

/// Damage: which collections lost something.
impl Builder<'_> {
    /// Whether what stands between the last token and the next was taken away, so that nothing written here is a hole
    /// and no `null`.
    fn is_hole(&self, next_start: usize) -> bool {
        let first = self.input.damage.partition_point(|region| region.span.start < self.last_end);
        let Some(region) = self.input.damage.get(first).filter(|region| region.span.start < next_start) else {
            return false;
        };
        match self.frames.last() {
            None => true,
            Some(frame) if frame.flow => true,
            Some(frame) => {
                let indentless = frame.collection == Collection::Mapping && region.is_item;
                region.uncertain || region.column > frame.column || indentless && region.column == frame.column
            }
        }
    }

    /// Marks the collections that lost the regions before this event; whether the collection that it opens is one.
    fn pass_regions(&mut self, event: &Event<'_>) -> bool {
        let damage = self.input.damage;
        let opens = match event.kind {
            EventKind::DocumentStart { .. } | EventKind::DocumentEnd => return false,
            EventKind::Open { collection, flow: false } => {
                Some((self.column(event.span.start), collection == Collection::Sequence))
            }
            _ => None,
        };
        let mut opened_damaged = false;
        while let Some(region) = damage.get(self.next_region).filter(|region| region.span.start < event.span.start) {
            self.next_region += 1;
            if opens.is_some() && region.uncertain {
                opened_damaged = true;
            }
            if opens == Some((region.column, region.is_item)) && !region.open_ended && !region.uncertain {
                opened_damaged = true;
            } else {
                self.mark_damaged(region);
            }
        }
        opened_damaged
    }

    /// The collection at the column of the region has lost an entry. Where none stands just there, it may have been
    /// any deeper one, or the next outer.
    fn mark_damaged(&mut self, region: &Region) {
        let belongs = |frame: &Frame| {
            !frame.flow && frame.column == region.column && (frame.collection == Collection::Sequence) == region.is_item
        };
        if region.open_ended {
            self.frames.iter_mut().for_each(|frame| frame.damaged = true);
            return;
        }
        // The damage stays a part of what has lost it, so that its bytes have a route.
        let lose = |frame: &mut Frame| {
            frame.damaged = true;
            frame.end = frame.end.max(region.span.end);
        };
        if !region.uncertain
            && let Some(frame) = self.frames.iter_mut().rev().find(|frame| belongs(frame))
        {
            return lose(frame);
        }
        for frame in self.frames.iter_mut().rev() {
            lose(frame);
            // Where the column is a guess, the frame just there is the outermost that can have lost it.
            let outermost = frame.column < region.column || region.uncertain && belongs(frame);
            if !frame.flow && outermost {
                return;
            }
        }
    }
}

/// The span without blanks and line breaks at its end: what a block scalar covers for a reader.
pub(super) fn trimmed(source: &str, span: Span) -> Span {
    let text = source.get(span.range()).unwrap_or("");
    Span::new(span.start, span.start + text.trim_end_matches([' ', '\t', '\n', '\r']).len())
}

/// What may be names of anchors in a part of a text.
fn anchors_in(text: &str, span: Span) -> impl Iterator<Item = &str> {
    let parts = text.get(span.range()).unwrap_or("").split('&').skip(1);
    parts.map(|part| part.split([' ', '\t', '\n', '\r', ',', '[', ']', '{', '}']).next().unwrap_or(""))
}
