//! Secrets in the tree of a document, where escapes are undone and structure is known.

use super::names::{Telling, is_value, telling};
use super::{Secret, Setting, within};
use crate::source::{Document, Entry, Mapping, Node, Scalar, ScalarKind, Span, Value};

/// The members that hold the value of an object whose name tells: `password: { value: … }`.
const HOLDERS: [&str; 3] = ["value", "text", "current"];

/// A node, and what the name above it says.
struct Waiting<'d> {
    node: Node<'d>,
    telling: Option<Telling>,
}

pub(super) fn secrets(document: &Document) -> Vec<Secret> {
    let mut found = Vec::new();
    let mut waiting: Vec<Waiting<'_>> =
        document.root().into_iter().map(|node| Waiting { node, telling: None }).collect();
    while let Some(Waiting { node, telling }) = waiting.pop() {
        match node.value() {
            Value::Scalar(scalar) => found.extend(in_scalar(scalar, telling)),
            Value::Sequence(list) => waiting.extend(list.items().map(|node| Waiting { node, telling })),
            Value::Mapping(mapping) => add_members(mapping, telling, &mut waiting),
        }
    }
    found
}

fn add_members<'d>(mapping: Mapping<'d>, above: Option<Telling>, waiting: &mut Vec<Waiting<'d>>) {
    let beside = named_by_member(mapping);
    for Entry { key, value } in mapping.entries() {
        waiting.push(Waiting { node: key, telling: None });
        let name = key.scalar().map(Scalar::text).unwrap_or_default();
        let is_holder = HOLDERS.iter().any(|holder| holder.eq_ignore_ascii_case(name));
        let inherited = above.filter(|above| is_holder && *above == Telling::Surely);
        let named = beside.filter(|_| name.eq_ignore_ascii_case("value"));
        waiting.push(Waiting { node: value, telling: telling(name).or(named).or(inherited) });
    }
}

/// What the name says that an object holds beside its value: `{ "key": "SecretToken", "value": … }`.
fn named_by_member(mapping: Mapping<'_>) -> Option<Telling> {
    let names = mapping.entries().filter(|entry| {
        let key = entry.key_text().unwrap_or_default();
        ["key", "name"].iter().any(|name| name.eq_ignore_ascii_case(key))
    });
    names.filter_map(|entry| telling(entry.value.scalar()?.text())).max()
}

fn in_scalar(scalar: Scalar<'_>, telling: Option<Telling>) -> Vec<Secret> {
    let text = scalar.text();
    let is_told = telling.is_some() && is_value(text);
    if is_told && !matches!(scalar.kind(), ScalarKind::Null | ScalarKind::Bool(_)) {
        let start = text.len() - text.trim_start().len();
        let whole = Span::new(start, start + text.trim().len());
        return vec![Secret { span: source(scalar, whole), certain: true }];
    }
    let inside = within(text, Setting::Scalar);
    inside.into_iter().map(|secret| Secret { span: source(scalar, secret.span), ..secret }).collect()
}

/// The bytes of the file that a part of a scalar is written with.
fn source(scalar: Scalar<'_>, part: Span) -> Span {
    scalar.source_span(part.range())
}
