//! The arena that a document is kept in.

use super::Span;
use super::document::Style;

/// The number of a node in the arena. Children have larger numbers than what they stand in, and an alias has a larger
/// one than its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Id(u32);

/// A node as it is kept.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) parent: Option<Id>,
    /// The key that it is the value of.
    pub(super) key: Option<Id>,
    /// The bytes as written, without tag and anchor.
    pub(super) span: Span,
    pub(super) content: Content,
}

#[derive(Debug)]
pub(super) enum Content {
    Mapping {
        entries: Box<[RawEntry]>,
        shape: Shape,
    },
    Sequence {
        items: Box<[Id]>,
        shape: Shape,
    },
    Scalar {
        text: Stored,
        style: Style,
        tag: ScalarTag,
    },
    /// Stands for a node that came before and is no alias itself.
    Alias(Id),
}

/// What mappings and sequences have in common.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shape {
    /// In brackets.
    pub(super) flow: bool,
    /// Something in it was not understood and left out.
    pub(super) damaged: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RawEntry {
    pub(super) key: Id,
    pub(super) value: Id,
    pub(super) role: Role,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A key of the mapping.
    Own,
    /// A key that stood before.
    Duplicate,
    /// `<<`.
    Merge,
}

/// Decoded text: in the source where it stands there letter by letter.
#[derive(Debug)]
pub(super) enum Stored {
    Source(Span),
    Owned(Box<str>),
}

/// The tag of a scalar as far as it says how to read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScalarTag {
    /// No tag, or one that is not known: the text and the style decide.
    None,
    Str,
    Null,
    Bool,
    Int,
    Float,
}

/// Nodes in order of the text.
#[derive(Debug, Default)]
pub(super) struct Tree {
    nodes: Vec<Raw>,
    pub(super) root: Option<Id>,
}

impl Tree {
    /// The bytes of every node.
    pub(super) fn spans(&mut self) -> impl Iterator<Item = &mut Span> {
        self.nodes.iter_mut().map(|node| &mut node.span)
    }

    /// Adds a node; `None` beyond 2^32 nodes.
    pub(super) fn add(&mut self, raw: Raw) -> Option<Id> {
        let id = Id(u32::try_from(self.nodes.len()).ok()?);
        self.nodes.push(raw);
        Some(id)
    }

    pub(super) fn node(&self, id: Id) -> &Raw {
        // Ids are only made by `add` of the same tree.
        &self.nodes[id.0 as usize]
    }

    pub(super) fn node_mut(&mut self, id: Id) -> &mut Raw {
        &mut self.nodes[id.0 as usize]
    }

    pub(super) fn nodes(&self) -> &[Raw] {
        &self.nodes
    }

    pub(super) fn nodes_mut(&mut self) -> impl Iterator<Item = &mut Raw> {
        self.nodes.iter_mut()
    }

    /// The node that this one stands for: itself, unless it is an alias.
    pub(super) fn resolve(&self, id: Id) -> Id {
        match self.node(id).content {
            Content::Alias(target) => target,
            _ => id,
        }
    }
}
