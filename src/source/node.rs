//! Reading the tree: nodes as values, aliases and merge keys followed.

use std::collections::HashSet;
use std::ops::Range;

use super::document::{Document, ScalarKind, Style};
use super::tree::{Content, Id, RawEntry, Role, ScalarTag, Shape, Stored};
use super::{Route, Span, Step, build, core_schema, decode_map};

/// A node: a value at a place.
#[derive(Clone, Copy, Debug)]
pub struct Node<'d> {
    document: &'d Document,
    id: Id,
}

/// What a node holds, aliases followed.
#[derive(Clone, Copy, Debug)]
pub enum Value<'d> {
    /// Keys and values.
    Mapping(Mapping<'d>),
    /// Items.
    Sequence(Sequence<'d>),
    /// A single value.
    Scalar(Scalar<'d>),
}

/// A mapping.
#[derive(Clone, Copy, Debug)]
pub struct Mapping<'d>(Node<'d>);

/// One key of a mapping and its value.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'d> {
    /// The key.
    pub key: Node<'d>,
    /// The value.
    pub value: Node<'d>,
}

/// A sequence.
#[derive(Clone, Copy, Debug)]
pub struct Sequence<'d>(Node<'d>);

/// A scalar.
#[derive(Clone, Copy, Debug)]
pub struct Scalar<'d>(Node<'d>);

impl<'d> Node<'d> {
    pub(super) fn new(document: &'d Document, id: Id) -> Self {
        Node { document, id }
    }

    pub(super) fn id(self) -> Id {
        self.id
    }

    pub(super) fn is_alias(self) -> bool {
        self.document.resolve(self.id) != self.id
    }

    /// The bytes of the value as written here; those of the alias, where it is one.
    ///
    /// Tags and anchors are left out. Of a block scalar it covers the header and the text, without the line break at
    /// its end.
    pub fn span(self) -> Span {
        let raw = self.document.raw(self.id);
        match raw.content {
            Content::Scalar { style: Style::Literal | Style::Folded, .. } => {
                self.document.whole_characters(build::trimmed(self.document.content(), raw.span))
            }
            _ => raw.span,
        }
    }

    /// The value, aliases followed.
    pub fn value(self) -> Value<'d> {
        let node = self.resolved();
        match self.document.raw(node.id).content {
            Content::Mapping { .. } => Value::Mapping(Mapping(node)),
            Content::Sequence { .. } => Value::Sequence(Sequence(node)),
            // `resolved` leaves no alias.
            Content::Scalar { .. } | Content::Alias(_) => Value::Scalar(Scalar(node)),
        }
    }

    /// The key under which the node is written; `None` for items, for keys and for the root.
    pub fn key(self) -> Option<Node<'d>> {
        self.document.raw(self.id).key.map(|key| Node::new(self.document, key))
    }

    /// Whether it is the key of an entry.
    pub(super) fn is_key(self) -> bool {
        let Some(Node { document, id }) = self.parent() else { return false };
        match &document.raw(id).content {
            Content::Mapping { entries, .. } => entries.binary_search_by_key(&self.id, |entry| entry.key).is_ok(),
            _ => false,
        }
    }

    /// Whether it is a mapping in braces or a sequence in brackets.
    pub(super) fn is_flow(self) -> bool {
        self.shape().flow
    }

    pub(super) fn document(self) -> &'d Document {
        self.document
    }

    /// The mapping or sequence that the node is written in.
    pub fn parent(self) -> Option<Node<'d>> {
        self.document.raw(self.id).parent.map(|parent| Node::new(self.document, parent))
    }

    /// Whether nothing is written where the value belongs: `key:` and no more, or `key` alone in braces.
    pub fn is_implicit(self) -> bool {
        let raw = self.document.raw(self.id);
        raw.span.is_empty() && matches!(raw.content, Content::Scalar { style: Style::Plain, .. })
    }

    /// Where the node is written: keys and indices from the root. A key has the route of its value.
    ///
    /// The route ends early at a key that is no scalar.
    pub fn route(self) -> Route {
        let mut steps = Vec::new();
        let mut node = self;
        while let Some(parent) = node.parent() {
            match parent.step_to(node.id) {
                Some(step) => steps.push(step),
                None => steps.clear(),
            }
            node = parent;
        }
        steps.reverse();
        Route::from(steps)
    }

    /// The step from this collection to one of the nodes written in it.
    fn step_to(self, child: Id) -> Option<Step> {
        match &self.document.raw(self.id).content {
            Content::Sequence { items, .. } => items.binary_search(&child).ok().map(Step::Index),
            Content::Mapping { entries, .. } => {
                let position = entries.partition_point(|entry| entry.key <= child).checked_sub(1)?;
                let key = Node::new(self.document, entries.get(position)?.key);
                Some(Step::Key(key.scalar()?.text().into()))
            }
            _ => None,
        }
    }

    /// The mapping, where it is one.
    pub fn mapping(self) -> Option<Mapping<'d>> {
        match self.value() {
            Value::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The sequence, where it is one.
    pub fn sequence(self) -> Option<Sequence<'d>> {
        match self.value() {
            Value::Sequence(sequence) => Some(sequence),
            _ => None,
        }
    }

    /// The scalar, where it is one.
    pub fn scalar(self) -> Option<Scalar<'d>> {
        match self.value() {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    fn resolved(self) -> Node<'d> {
        Node::new(self.document, self.document.resolve(self.id))
    }

    fn shape(self) -> Shape {
        match self.document.raw(self.id).content {
            Content::Mapping { shape, .. } | Content::Sequence { shape, .. } => shape,
            _ => Shape::default(),
        }
    }
}

impl<'d> Mapping<'d> {
    /// The entries in order of the text: duplicates left out (the first one counts), merge keys applied after them.
    pub fn entries(self) -> std::vec::IntoIter<Entry<'d>> {
        let mut entries: Vec<_> = self.own().collect();
        if self.has_merges() {
            let mut seen: HashSet<_> = entries.iter().filter_map(|entry| entry.key_text()).collect();
            for source in self.merged() {
                let fresh = source.own().filter(|entry| entry.key_text().is_none_or(|key| seen.insert(key)));
                entries.extend(fresh);
            }
        }
        entries.into_iter()
    }

    /// The entry whose key is this text.
    pub fn get(self, key: &str) -> Option<Entry<'d>> {
        let found = self.own().find(|entry| entry.key_text() == Some(key));
        if found.is_some() || !self.has_merges() {
            return found;
        }
        self.merged().into_iter().find_map(|source| source.own().find(|entry| entry.key_text() == Some(key)))
    }

    /// Whether something in it was not understood and left out: what is missing here may be in the damaged part.
    pub fn is_damaged(self) -> bool {
        self.0.shape().damaged || self.has_merges() && self.merged().iter().any(|source| source.0.shape().damaged)
    }

    /// Whether it is written in braces.
    pub fn is_flow(self) -> bool {
        self.0.shape().flow
    }

    /// The bytes of the mapping where it is written.
    pub fn span(self) -> Span {
        self.0.span()
    }

    fn raw_entries(self) -> &'d [RawEntry] {
        match &self.0.document.raw(self.0.id).content {
            Content::Mapping { entries, .. } => entries,
            _ => &[],
        }
    }

    fn own(self) -> impl Iterator<Item = Entry<'d>> {
        let document = self.0.document;
        let own = self.raw_entries().iter().filter(|entry| entry.role == Role::Own);
        own.map(move |entry| Entry { key: Node::new(document, entry.key), value: Node::new(document, entry.value) })
    }

    fn has_merges(self) -> bool {
        self.raw_entries().iter().any(|entry| entry.role == Role::Merge)
    }

    /// The mappings that `<<` brings in, and those that they bring in, the strongest first.
    fn merged(self) -> Vec<Mapping<'d>> {
        let mut found = Vec::new();
        let mut waiting = self.merge_sources();
        waiting.reverse();
        // Ends: an alias stands for an earlier node only, and how much aliases add in all is limited.
        while let Some(source) = waiting.pop() {
            found.push(source);
            let mut sources = source.merge_sources();
            sources.reverse();
            waiting.append(&mut sources);
        }
        found
    }

    fn merge_sources(self) -> Vec<Mapping<'d>> {
        let mut sources = Vec::new();
        for entry in self.raw_entries().iter().filter(|entry| entry.role == Role::Merge) {
            match Node::new(self.0.document, entry.value).value() {
                Value::Mapping(mapping) => sources.push(mapping),
                Value::Sequence(list) => sources.extend(list.items().filter_map(Node::mapping)),
                Value::Scalar(_) => {}
            }
        }
        sources
    }
}

impl<'d> Sequence<'d> {
    /// The items in order.
    pub fn items(self) -> std::vec::IntoIter<Node<'d>> {
        let items: Vec<_> = self.raw_items().iter().map(|&item| Node::new(self.0.document, item)).collect();
        items.into_iter()
    }

    /// The item at an index, from 0.
    pub fn get(self, index: usize) -> Option<Node<'d>> {
        self.raw_items().get(index).map(|&item| Node::new(self.0.document, item))
    }

    /// Whether something in it was not understood and left out.
    pub fn is_damaged(self) -> bool {
        self.0.shape().damaged
    }

    /// Whether it is written in brackets.
    pub fn is_flow(self) -> bool {
        self.0.shape().flow
    }

    /// The bytes of the sequence where it is written.
    pub fn span(self) -> Span {
        self.0.span()
    }

    fn raw_items(self) -> &'d [Id] {
        match &self.0.document.raw(self.0.id).content {
            Content::Sequence { items, .. } => items,
            _ => &[],
        }
    }
}

impl<'d> Entry<'d> {
    /// The key where it is a scalar.
    pub fn key_text(self) -> Option<&'d str> {
        self.key.scalar().map(Scalar::text)
    }
}

impl<'d> Scalar<'d> {
    /// The decoded text.
    pub fn text(self) -> &'d str {
        self.parts().0.get(self.0.document.content())
    }

    /// How it is written.
    pub fn style(self) -> Style {
        self.parts().1
    }

    /// What it means.
    pub fn kind(self) -> ScalarKind {
        let (_, style, tag) = self.parts();
        core_schema::kind(self.text(), style, tag)
    }

    /// The bytes of the scalar as written, quotes and block header included.
    pub fn span(self) -> Span {
        self.0.span()
    }

    /// The source bytes of a range of the decoded text: the decode map.
    ///
    /// Each character maps to all the bytes that it is written with: an escape as a whole, a fold with the line break
    /// and the indentation after it. An empty range maps to the place between two characters.
    pub fn source_span(self, range: Range<usize>) -> Span {
        let (stored, style, _) = self.parts();
        let (content, whole) = (self.0.document.content(), self.span());
        let is_empty = range.is_empty();
        let located = match stored {
            Stored::Source(span) => {
                let at = |offset: usize| span.start + offset.min(span.len());
                Some(Span::new(at(range.start), at(range.end)))
            }
            Stored::Owned(text) => {
                let pieces = decode_map::pieces(content, self.0.document.raw(self.0.id).span, style, text);
                decode_map::locate(&pieces, range)
            }
        };
        let span = match located {
            // The end of a block scalar is the end of its last line, and not the beginning of the next.
            Some(span) if is_empty => Span::at(span.start.min(whole.end)),
            Some(span) => span,
            None if whole.len() >= 2 && matches!(style, Style::SingleQuoted | Style::DoubleQuoted) => {
                Span::at(whole.start + 1)
            }
            None => Span::at(whole.end),
        };
        self.0.document.whole_characters(span)
    }

    /// The source from where the scalar starts through `end`, a byte of the text: what YAML took for something else
    /// after a plain scalar included.
    pub fn source_through(self, end: usize) -> &'d str {
        self.0.document.content().get(self.span().start..end).unwrap_or("")
    }

    /// The comment that directly follows a scalar without quotes on its last line: perhaps YAML took the rest of the
    /// value for a comment.
    pub fn trailing_comment(self) -> Option<Span> {
        if self.style() != Style::Plain {
            return None;
        }
        let end = self.0.document.raw(self.0.id).span.end;
        let comments = self.0.document.comments();
        let comment = comments.get(comments.partition_point(|comment| comment.span.start < end))?;
        let between = self.0.document.content().get(end..comment.span.start)?;
        between.bytes().all(|byte| byte == b' ' || byte == b'\t').then_some(comment.span)
    }

    fn parts(self) -> (&'d Stored, Style, ScalarTag) {
        match &self.0.document.raw(self.0.id).content {
            Content::Scalar { text, style, tag } => (text, *style, *tag),
            // Only `Node::value` makes a `Scalar`, of a node that is one.
            _ => (&Stored::Source(Span { start: 0, end: 0 }), Style::Plain, ScalarTag::None),
        }
    }
}
