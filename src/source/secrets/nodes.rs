//! Secrets in the tree of a document, where escapes are undone and structure is known.

use super::names::{Telling, describes, is_of_claims, is_setting, is_value, telling};
use super::{Secret, Setting, logins, within};
use crate::source::{Document, Entry, Mapping, Node, Scalar, ScalarKind, Span, Value};

/// The members that hold the value of an object whose name tells: `password: { value: … }`.
const HOLDERS: [&str; 4] = ["value", "values", "text", "current"];

/// A node, and what the names above it say.
struct Waiting<'d> {
    node: Node<'d>,
    /// The name that it stands under.
    name: &'d str,
    told: Option<Told>,
}

/// What a name above says of a value.
#[derive(Clone, Copy)]
struct Told {
    telling: Telling,
    /// Whether the value is one beyond doubt.
    certain: bool,
    /// Whether it is an object that says what a value of this name looks like.
    is_shape: bool,
}

pub(super) fn secrets(document: &Document) -> Vec<Secret> {
    let mut found = Vec::new();
    let mut waiting: Vec<Waiting<'_>> =
        document.root().into_iter().map(|node| Waiting { node, name: "", told: None }).collect();
    while let Some(Waiting { node, name, told }) = waiting.pop() {
        match node.value() {
            Value::Scalar(scalar) => found.extend(in_scalar(scalar, name, told)),
            Value::Sequence(list) => waiting.extend(list.items().map(|node| Waiting { node, name, told })),
            Value::Mapping(mapping) => add_members(mapping, name, told, &mut waiting),
        }
    }
    found
}

fn add_members<'d>(mapping: Mapping<'d>, around: &str, above: Option<Told>, waiting: &mut Vec<Waiting<'d>>) {
    let beside = named_by_member(mapping);
    let above = above.filter(|_| !is_setting_pair(mapping));
    for Entry { key, value } in mapping.entries() {
        waiting.push(Waiting { node: key, name: "", told: None });
        let name = key.scalar().map(Scalar::text).unwrap_or_default();
        let named =
            beside.filter(|_| ["value", "values", "defaultValue"].iter().any(|value| value.eq_ignore_ascii_case(name)));
        let own = telling(name).filter(|_| !are_claims(around, name, value)).or(named);
        let told = match own {
            Some(telling) => Some(Told { telling, certain: true, is_shape: is_shape(around, value) }),
            // It is the name of what stands beside it.
            None if is_key_material(around, name) => {
                Some(Told { telling: Telling::Surely, certain: true, is_shape: false })
            }
            None if beside.is_some() && is_naming(name) => None,
            // Which claims a token has, whatever the token is called.
            None if name.eq_ignore_ascii_case("optionalClaims") && value.mapping().is_some() => None,
            None => above.and_then(|above| below(above, name, value)),
        };
        waiting.push(Waiting { node: value, name, told });
    }
}

/// What a name above says of what stands under a name of its own. Whatever it is, it is shown to nobody.
fn below(above: Told, name: &str, value: Node<'_>) -> Option<Told> {
    const OF_SHAPES: [&str; 6] = ["claim", "description", "format", "title", "type", "$ref"];
    if above.is_shape && OF_SHAPES.contains(&name) {
        return None;
    }
    let is_holder = HOLDERS.iter().any(|holder| holder.eq_ignore_ascii_case(name));
    let is_text = value.scalar().is_none_or(|scalar| scalar.kind() == ScalarKind::String);
    let is_plain = above.telling == Telling::Surely && is_text && !describes(name);
    Some(Told { certain: above.certain && (is_holder || is_plain), is_shape: false, ..above })
}

/// Whether a name is that of a kind of tokens, with the claims that Entra adds to them
/// (learn.microsoft.com/graph/api/resources/optionalclaims).
fn are_claims(around: &str, name: &str, value: Node<'_>) -> bool {
    around.eq_ignore_ascii_case("optionalClaims") && is_of_claims(name) && value.scalar().is_none()
}

/// Whether what stands under a name says what values of it look like: a JSON schema, or the claim that fills an attribute.
fn is_shape(around: &str, value: Node<'_>) -> bool {
    let has = |member: &str| value.mapping().is_some_and(|mapping| mapping.get(member).is_some());
    match around {
        "attributes" => has("claim"),
        "properties" => has("type") || has("$ref"),
        _ => false,
    }
}

/// Whether an object is a pair of Graph's synchronization secrets that holds a setting.
fn is_setting_pair(mapping: Mapping<'_>) -> bool {
    let keys = mapping.entries().filter(|entry| entry.key_text().is_some_and(|key| key.eq_ignore_ascii_case("key")));
    keys.filter_map(|entry| entry.value.scalar()).any(|key| is_setting(key.text()))
}

/// What the name says that an object holds beside its value: `{ "key": "SecretToken", "value": … }`.
fn named_by_member(mapping: Mapping<'_>) -> Option<Telling> {
    let names = mapping.entries().filter(|entry| is_naming(entry.key_text().unwrap_or_default()));
    names.filter_map(|entry| telling(entry.value.scalar()?.text())).max()
}

/// Whether a member is the key itself of one of an application's credentials, of which the others only describe it
/// (learn.microsoft.com/graph/api/resources/keycredential).
fn is_key_material(around: &str, name: &str) -> bool {
    let is = |word: &str, other: &str| word.eq_ignore_ascii_case(other);
    is(around, "keyCredentials") && (is(name, "key") || is(name, "value"))
        || is(around, "passwordCredentials") && is(name, "value")
}

fn is_naming(member: &str) -> bool {
    const NAMING: [&str; 6] = ["key", "name", "path", "samlClaimType", "jwtClaimType", "targetAttributeName"];
    NAMING.iter().any(|naming| naming.eq_ignore_ascii_case(member))
}

fn in_scalar(scalar: Scalar<'_>, name: &str, told: Option<Told>) -> Vec<Secret> {
    let text = scalar.text();
    let is_value = is_value(text) && !matches!(scalar.kind(), ScalarKind::Null | ScalarKind::Bool(_));
    if let Some(Told { certain, .. }) = told.filter(|_| is_value) {
        let start = text.len() - text.trim_start().len();
        let whole = Span::new(start, start + text.trim().len());
        return vec![Secret { span: source(scalar, whole), certain }];
    }
    let mut inside = within(text, Setting::Scalar);
    inside.extend(logins::in_value(name, text).map(|span| Secret { span, certain: true }));
    inside.into_iter().map(|secret| Secret { span: source(scalar, secret.span), ..secret }).collect()
}

/// The bytes of the file that a part of a scalar is written with.
fn source(scalar: Scalar<'_>, part: Span) -> Span {
    scalar.source_span(part.range())
}
