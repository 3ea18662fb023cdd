//! When two keys of a mapping are the same.

use std::collections::HashMap;
use std::fmt::Write;

use super::core_schema;
use super::document::{ScalarKind, Style};
use super::tree::{Content, Id, RawEntry, ScalarTag, Stored, Tree};

/// What a key is, apart from how it is written.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Identity<'t> {
    Null,
    Bool(bool),
    Int(i64),
    /// The bits of a floating-point number.
    Float(u64),
    Text(&'t str),
    /// A mapping or a sequence, written out.
    Structure(String),
}

/// The entries whose key stood before: each with the index of the first one.
pub(super) fn duplicates(tree: &Tree, source: &str, entries: &[RawEntry]) -> Vec<(usize, usize)> {
    let mut first = HashMap::with_capacity(entries.len());
    let mut found = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        match first.entry(identity(tree, source, entry.key)) {
            std::collections::hash_map::Entry::Occupied(known) => found.push((index, *known.get())),
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(index);
            }
        }
    }
    found
}

/// Whether the key is a `<<` that merges: without quotes and tag.
pub(super) fn is_merge_key(tree: &Tree, source: &str, key: Id) -> bool {
    match &tree.node(key).content {
        Content::Scalar { text, style: Style::Plain, tag: ScalarTag::None } => text.get(source) == "<<",
        _ => false,
    }
}

impl Stored {
    /// The text.
    pub(super) fn get<'t>(&'t self, source: &'t str) -> &'t str {
        match self {
            Stored::Source(span) => source.get(span.range()).unwrap_or(""),
            Stored::Owned(text) => text,
        }
    }
}

fn identity<'t>(tree: &'t Tree, source: &'t str, key: Id) -> Identity<'t> {
    let Content::Scalar { text, style, tag } = &tree.node(tree.resolve(key)).content else {
        return Identity::Structure(written_out(tree, source, key));
    };
    let text = text.get(source);
    match core_schema::kind(text, *style, *tag) {
        ScalarKind::Null => Identity::Null,
        ScalarKind::Bool(value) => Identity::Bool(value),
        ScalarKind::Int(value) => Identity::Int(value),
        ScalarKind::Float(value) => Identity::Float(value.to_bits()),
        ScalarKind::String => Identity::Text(text),
    }
}

/// A collection in one spelling, the same for all ways to write it. The order of keys counts, which errs on the side
/// of silence.
fn written_out(tree: &Tree, source: &str, node: Id) -> String {
    enum Step<'t> {
        Node(Id),
        Mark(&'t str),
    }
    let mut out = String::new();
    let mut steps = vec![Step::Node(node)];
    while let Some(step) = steps.pop() {
        let id = match step {
            Step::Mark(mark) => {
                out.push_str(mark);
                continue;
            }
            Step::Node(id) => tree.resolve(id),
        };
        match &tree.node(id).content {
            Content::Mapping { entries, .. } => {
                steps.push(Step::Mark("}"));
                for entry in entries.iter().rev() {
                    steps.extend([Step::Node(entry.value), Step::Node(entry.key)]);
                }
                steps.push(Step::Mark("{"));
            }
            Content::Sequence { items, .. } => {
                steps.push(Step::Mark("]"));
                steps.extend(items.iter().rev().map(|&item| Step::Node(item)));
                steps.push(Step::Mark("["));
            }
            // Writing to a String cannot fail.
            _ => drop(write!(out, "{:?},", identity(tree, source, id))),
        }
    }
    out
}
