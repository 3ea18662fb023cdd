//! The spanned tree of a YAML or JSON document.

use std::sync::Arc;

use super::build::Built;
use super::node::{Node, Value};
use super::tree::{Content, Id, Raw, Tree};
use super::{FileId, Part, Place, Problem, Route, Span, Step, Text, characters, parsed};

/// A parsed document: an arena of nodes, each with its bytes.
///
/// ```
/// use vestibule::source::{Part, Sources};
/// let mut sources = Sources::default();
/// let (file, problems) = sources.add_document("rules.yaml", b"groups:\n  - name: \"caf\\u00e9 Lyon\"\n");
/// assert!(problems.is_empty());
/// let document = sources.document(file).unwrap();
/// let groups = document.root().unwrap().mapping().unwrap().get("groups").unwrap().value;
/// let name = groups.sequence().unwrap().get(0).unwrap().mapping().unwrap().get("name").unwrap().value;
/// assert_eq!(name.scalar().unwrap().text(), "café Lyon");
/// assert_eq!(name.route().to_string(), "groups[0].name");
/// ```
#[derive(Debug)]
pub struct Document {
    /// The text that was parsed: that of the file with damaged blocks blanked.
    content: Arc<str>,
    tree: Tree,
    comments: Vec<Comment>,
    damaged: bool,
}

/// A comment of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From `#` to the end of the line, without the line break.
    pub span: Span,
    /// Whether nothing else stands before it on its line.
    pub own_line: bool,
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In `'…'`.
    SingleQuoted,
    /// In `"…"`.
    DoubleQuoted,
    /// After `|`.
    Literal,
    /// After `>`.
    Folded,
}

/// What a scalar means by the YAML 1.2 core schema.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScalarKind {
    /// `null`, `~`, or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A floating-point number, or an integer beyond 64 bits.
    Float(f64),
    /// Anything else, and everything quoted.
    String,
}

impl Document {
    /// Parses a text. Never fails: it gives a tree, and a problem for every damaged block, duplicate key and the like,
    /// in order of position.
    pub fn parse(file: FileId, text: &Text) -> (Document, Vec<Problem>) {
        let original = text.shared();
        let (clean, mut problems) = characters::without_forbidden(file, &original);
        let parsed = parsed::read(file, &original, &clean);
        let content = if *parsed.content == *original { Arc::clone(&original) } else { parsed.content.into() };
        problems.extend(parsed.built.problems);
        sort(&mut problems);
        let Built { tree, comments, .. } = parsed.built;
        (Document { content, tree, comments, damaged: parsed.damaged }, problems)
    }

    /// The root node; `None` where the document is empty or wholly damaged.
    pub fn root(&self) -> Option<Node<'_>> {
        self.tree.root.map(|id| Node::new(self, id))
    }

    /// The comments, in order.
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// Whether a syntax error took something away, anywhere in the document.
    pub fn is_damaged(&self) -> bool {
        self.damaged
    }

    /// The bytes at a route (aliases and merge keys followed); those of the nearest existing ancestor where it does not
    /// exist: of its key, if it has one.
    pub fn locate(&self, route: &Route, part: &Part) -> Span {
        let Some(mut node) = self.root() else { return Span::at(0) };
        // The key under which the node was reached: for what is merged, that is where the key is written.
        let mut key = None;
        for step in route.steps() {
            match child(node, step) {
                Some((child_key, child)) => (key, node) = (child_key, child),
                None => return key.map_or(node.span(), Node::span),
            }
        }
        match (part, node.value()) {
            (Part::Key, _) => key.map_or(node.span(), Node::span),
            (Part::Within(range), Value::Scalar(scalar)) => scalar.source_span(range.range()),
            (Part::Value | Part::Within(_), _) => node.span(),
        }
    }

    /// The route of the innermost node whose key or value covers the span.
    pub fn route_at(&self, span: Span) -> Route {
        let Some(mut node) = self.root() else { return Route::root() };
        while let Some(inner) = self.written_in(node.id(), span) {
            node = Node::new(self, inner);
        }
        node.route()
    }

    /// The node written directly in a collection that covers the span; the key and the value count as one, with what
    /// stands between them.
    fn written_in(&self, collection: Id, span: Span) -> Option<Id> {
        let start = |id: Id| self.raw(id).span.start;
        let covers = |id: Id| Node::new(self, id).span().contains(span);
        match &self.raw(collection).content {
            Content::Mapping { entries, .. } => {
                let next = entries.partition_point(|entry| start(entry.key) <= span.start);
                let entry = entries.get(next.checked_sub(1)?)?;
                let between = Span::new(start(entry.key), Node::new(self, entry.value).span().end);
                (covers(entry.value) || covers(entry.key) || between.contains(span)).then_some(entry.value)
            }
            Content::Sequence { items, .. } => {
                let next = items.partition_point(|&item| start(item) <= span.start);
                let item = *items.get(next.checked_sub(1)?)?;
                covers(item).then_some(item)
            }
            _ => None,
        }
    }

    pub(super) fn content(&self) -> &str {
        &self.content
    }

    pub(super) fn raw(&self, id: Id) -> &Raw {
        self.tree.node(id)
    }

    pub(super) fn resolve(&self, id: Id) -> Id {
        self.tree.resolve(id)
    }
}

/// The node one step further, and its key.
fn child<'d>(node: Node<'d>, step: &Step) -> Option<(Option<Node<'d>>, Node<'d>)> {
    match (step, node.value()) {
        (Step::Key(key), Value::Mapping(mapping)) => mapping.get(key).map(|entry| (Some(entry.key), entry.value)),
        (Step::Index(index), Value::Sequence(sequence)) => sequence.get(*index).map(|item| (None, item)),
        _ => None,
    }
}

/// Puts the problems of one document in order of position.
pub(super) fn sort(problems: &mut [Problem]) {
    problems.sort_by_key(|problem| match problem.primary.place {
        Place::Bytes(_, span) => span,
        _ => Span::at(0),
    });
}
