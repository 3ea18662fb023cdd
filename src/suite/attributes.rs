//! SCIM and Foundry attributes as a test file has them.

use serde_json::{Map, Number, Value as Json};

use super::document::{FoundryAttributes, ScimAttributes};
use crate::condition::ENTERPRISE_USER;
use crate::condition::schema::{ENTERPRISE, Row, USER};
use crate::config::fields::{Expected, Field};
use crate::config::problems::Problems;
use crate::foundry::Attributes;
use crate::source::{At, Entry, FileId, Mapping, Node, Place, Problem, Scalar, ScalarKind, Value, shorten};

/// Reads the attributes of a SCIM user: the JSON that a server would hold.
///
/// A name that no schema has is a slip, since it would be compared with nothing. What stands under the URN of an
/// extension other than the enterprise one is taken as it is.
pub(super) fn read_scim(mapping: Mapping<'_>, at: &At, problems: &mut Problems) -> ScimAttributes {
    let misspelt = check_names(at.file, mapping, USER, "a SCIM user", problems);
    let enterprise = |entry: &Entry<'_>| entry.key_text().is_some_and(|key| key.eq_ignore_ascii_case(ENTERPRISE_USER));
    for extension in mapping.entries().filter(enterprise).filter_map(|entry| entry.value.mapping()) {
        check_names(at.file, extension, ENTERPRISE, "the enterprise extension", problems);
    }
    ScimAttributes { attributes: object(mapping, at.file, problems), at: at.clone(), misspelt }
}

/// Whether some name is of no attribute.
fn check_names(file: FileId, mapping: Mapping<'_>, rows: &'static [Row], what: &str, problems: &mut Problems) -> bool {
    let mut misspelt = false;
    for entry in mapping.entries() {
        let Some(key) = entry.key_text() else { continue };
        match rows.iter().find(|row| row.name.eq_ignore_ascii_case(key)) {
            Some(row) => check_parts(file, entry.value, row, problems),
            None if is_urn(key) => {}
            None => {
                misspelt = true;
                report_unknown(file, entry, key, rows, what, problems);
            }
        }
    }
    misspelt
}

/// The names inside of a complex attribute.
fn check_parts(file: FileId, value: Node<'_>, row: &'static Row, problems: &mut Problems) {
    if row.subs.is_empty() {
        return;
    }
    let what = format!("`{}`", row.name);
    match value.value() {
        Value::Mapping(mapping) => {
            check_names(file, mapping, row.subs, &what, problems);
        }
        Value::Sequence(items) => {
            let elements = items.items().filter_map(Node::mapping);
            for mapping in elements {
                check_names(file, mapping, row.subs, &what, problems);
            }
        }
        Value::Scalar(_) => {}
    }
}

fn report_unknown(
    file: FileId,
    entry: Entry<'_>,
    key: &str,
    rows: &'static [Row],
    what: &str,
    problems: &mut Problems,
) {
    let in_enterprise = rows.len() == USER.len() && ENTERPRISE.iter().any(|row| row.name.eq_ignore_ascii_case(key));
    let help = match problems.closest(key, rows.iter().map(|row| row.name)) {
        _ if in_enterprise => format!("put it under `{ENTERPRISE_USER}:`"),
        Some(known) => format!("did you mean `{known}`?"),
        None => "name an attribute of the SCIM schema, or put it under the URN of an extension".to_owned(),
    };
    let message = format!("{what} has no attribute `{}`", shorten(key));
    problems.push(
        Problem::error("unknown-attribute", Place::Bytes(file, entry.key.span()), message)
            .label("unknown attribute")
            .help(help),
    );
}

/// Whether it is the URN of an extension (RFC 7643 section 3.3).
fn is_urn(name: &str) -> bool {
    name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
}

/// The JSON object that a mapping is. Documents nest 64 levels at most, aliases followed.
fn object(mapping: Mapping<'_>, file: FileId, problems: &mut Problems) -> Map<String, Json> {
    let mut object = Map::new();
    for entry in mapping.entries() {
        match entry.key_text() {
            Some(key) => drop(object.insert(key.to_owned(), json(entry.value, file, problems))),
            None => problems.push(
                Problem::error(
                    "type-mismatch",
                    Place::Bytes(file, entry.key.span()),
                    "the name of an attribute is a list or a mapping",
                )
                .label("not a name")
                .help("write a plain name before the colon"),
            ),
        }
    }
    object
}

fn json(node: Node<'_>, file: FileId, problems: &mut Problems) -> Json {
    match node.value() {
        Value::Mapping(mapping) => Json::Object(object(mapping, file, problems)),
        Value::Sequence(items) => Json::Array(items.items().map(|item| json(item, file, problems)).collect()),
        Value::Scalar(scalar) => value(scalar, file, problems),
    }
}

fn value(scalar: Scalar<'_>, file: FileId, problems: &mut Problems) -> Json {
    match scalar.kind() {
        ScalarKind::Null => Json::Null,
        ScalarKind::Bool(value) => Json::Bool(value),
        ScalarKind::Int(value) => Json::from(value),
        ScalarKind::String => Json::from(scalar.text()),
        ScalarKind::Float(value) => Number::from_f64(value).map(Json::Number).unwrap_or_else(|| {
            let message = format!("`{}` is no number that JSON has", shorten(scalar.text()));
            problems.push(
                Problem::error("invalid-value", Place::Bytes(file, scalar.span()), message)
                    .label("not a JSON number")
                    .help("put it in quotes to make it a string"),
            );
            Json::Null
        }),
    }
}

/// Reads Foundry attributes: each a string or a list of strings. `null` is no value.
pub(super) fn read_foundry(field: &Field<'_>, problems: &mut Problems) -> Option<FoundryAttributes> {
    let mut attributes = Attributes::new();
    for (name, value) in field.named(problems)? {
        let values = match value.node.value() {
            Value::Scalar(scalar) if scalar.kind() == ScalarKind::Null => Some(Vec::new()),
            Value::Scalar(scalar) if scalar.kind() == ScalarKind::String => Some(vec![scalar.text().to_owned()]),
            Value::Sequence(_) => {
                value.strings(problems).map(|texts| texts.into_iter().map(|text| text.value).collect())
            }
            _ => value.mismatch(Expected::Either("a string or a list of strings"), problems),
        };
        attributes.insert(name.to_owned(), values.unwrap_or_default());
    }
    Some(FoundryAttributes { values: attributes, at: field.at.clone() })
}
