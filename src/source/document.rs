//! The spanned tree of a YAML or JSON document.

use std::ops::Range;

use super::{FileId, Part, Problem, Route, Span, Text};

/// A parsed document: an arena of nodes, each with its bytes.
#[derive(Debug)]
pub struct Document {}

/// A comment of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From `#` to the end of the line, without the line break.
    pub span: Span,
    /// Whether nothing else stands before it on its line.
    pub own_line: bool,
}

/// A node: a value at a place.
#[derive(Clone, Copy, Debug)]
pub struct Node<'d>(std::marker::PhantomData<&'d ()>);

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
pub struct Mapping<'d>(std::marker::PhantomData<&'d ()>);

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
pub struct Sequence<'d>(std::marker::PhantomData<&'d ()>);

/// A scalar.
#[derive(Clone, Copy, Debug)]
pub struct Scalar<'d>(std::marker::PhantomData<&'d ()>);

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

/// Text of `bytes` with the same offsets, and a problem where they are not UTF-8.
///
/// Each invalid byte is replaced by one `?`, so that every other mistake of the file is still found at its place.
pub fn decode_utf8(_file: FileId, _bytes: &[u8]) -> (String, Option<Problem>) {
    todo!()
}

impl Document {
    /// Parses a text. Never fails: it gives a tree, and a problem for every damaged block, duplicate key and the like,
    /// in order of position.
    pub fn parse(_file: FileId, _text: &Text) -> (Document, Vec<Problem>) {
        todo!()
    }

    /// The root node; `None` where the document is empty or wholly damaged.
    pub fn root(&self) -> Option<Node<'_>> {
        todo!()
    }

    /// The comments, in order.
    pub fn comments(&self) -> &[Comment] {
        todo!()
    }

    /// The bytes at a route (aliases and merge keys followed); those of the nearest existing ancestor where it does not exist.
    pub fn locate(&self, _route: &Route, _part: &Part) -> Span {
        todo!()
    }

    /// The route of the innermost node whose key or value covers the span.
    pub fn route_at(&self, _span: Span) -> Route {
        todo!()
    }
}

impl<'d> Node<'d> {
    /// The bytes of the value as written here; those of the alias, where it is one.
    pub fn span(self) -> Span {
        todo!()
    }

    /// The value, aliases followed.
    pub fn value(self) -> Value<'d> {
        todo!()
    }
}

impl<'d> Mapping<'d> {
    /// The entries in order of the text: duplicates left out (the first one counts), merge keys applied after them.
    pub fn entries(self) -> std::vec::IntoIter<Entry<'d>> {
        todo!()
    }

    /// The entry whose key is this text.
    pub fn get(self, _key: &str) -> Option<Entry<'d>> {
        todo!()
    }

    /// Whether a syntax error took entries away: what is missing here may be in the damaged part.
    pub fn is_damaged(self) -> bool {
        todo!()
    }
}

impl<'d> Sequence<'d> {
    /// The items in order.
    pub fn items(self) -> std::vec::IntoIter<Node<'d>> {
        todo!()
    }

    /// Whether a syntax error took items away.
    pub fn is_damaged(self) -> bool {
        todo!()
    }
}

impl<'d> Entry<'d> {
    /// The key where it is a scalar.
    pub fn key_text(self) -> Option<&'d str> {
        todo!()
    }
}

impl<'d> Scalar<'d> {
    /// The decoded text.
    pub fn text(self) -> &'d str {
        todo!()
    }

    /// How it is written.
    pub fn style(self) -> Style {
        todo!()
    }

    /// What it means.
    pub fn kind(self) -> ScalarKind {
        todo!()
    }

    /// The bytes of the scalar as written, quotes and block header included.
    pub fn span(self) -> Span {
        todo!()
    }

    /// The source bytes of a range of the decoded text: the decode map.
    pub fn source_span(self, _range: Range<usize>) -> Span {
        todo!()
    }
}
