//! Values in the shape that their attribute has.

use super::edit::Strictness;
use super::refusal::{Refusal, ScimType};
use crate::condition::schema::{ENTERPRISE, GROUP, Row, USER};
use crate::condition::{ENTERPRISE_USER, ValueType, parse_instant};
use crate::scim::{Json, Kind, Object};
use crate::source::quoted;

/// An attribute in its schema, where that is known.
pub(super) fn row_of(kind: Kind, extension: Option<&str>, attribute: &str) -> Option<&'static Row> {
    let rows = match (extension, kind) {
        (None, Kind::Users) => USER,
        (None, Kind::Groups) => GROUP,
        (Some(urn), Kind::Users) if urn.eq_ignore_ascii_case(ENTERPRISE_USER) => ENTERPRISE,
        (Some(_), _) => return None,
    };
    rows.iter().find(|row| row.name.eq_ignore_ascii_case(attribute))
}

/// A sub-attribute in its schema.
pub(super) fn sub_row(row: Option<&'static Row>, sub: &str) -> Option<&'static Row> {
    row?.subs.iter().find(|row| row.name.eq_ignore_ascii_case(sub))
}

/// One value: a list of one stands for that one, a bare value for its `value`. Sub-attributes that are `null` stay: they
/// unassign.
///
/// # Errors
/// `invalidValue` where the value is of another type than the attribute.
pub(super) fn shaped(
    value: &Json,
    row: Option<&'static Row>,
    name: &str,
    strictness: Strictness,
) -> Result<Json, Refusal> {
    let Some(row) = row else { return Ok(value.clone()) };
    let value = match value {
        Json::Array(items) if items.len() == 1 => &items[0],
        value => value,
    };
    if row.value_type == ValueType::Complex {
        let has_value = row.subs.iter().any(|sub| sub.name == "value");
        return match value {
            Json::Object(object) => {
                check_subs(object, row, name, strictness)?;
                Ok(value.clone())
            }
            Json::String(_) | Json::Number(_) if has_value => Ok(Json::Object(Object::of("value", value.clone()))),
            other if strictness == Strictness::Taken => Ok(other.clone()),
            other => Err(mistyped(name, other, "an object")),
        };
    }
    check(value, row, name, strictness)?;
    Ok(value.clone())
}

/// The values of a multi-valued attribute; those that say nothing are left out.
pub(super) fn shaped_list(
    value: &Json,
    row: Option<&'static Row>,
    name: &str,
    strictness: Strictness,
) -> Result<Vec<Json>, Refusal> {
    let mut shaped_values = Vec::new();
    for value in value.as_array().unwrap_or(std::slice::from_ref(value)).iter().filter(|value| **value != Json::Null) {
        shaped_values.push(without_nulls(shaped(value, row, name, strictness)?));
    }
    shaped_values.retain(|value| *value != Json::Null);
    Ok(shaped_values)
}

fn check_subs(object: &Object, row: &'static Row, name: &str, strictness: Strictness) -> Result<(), Refusal> {
    for (sub, value) in object.entries().filter(|(_, value)| !value.is_absent()) {
        if let Some(row) = sub_row(Some(row), sub) {
            check(value, row, &format!("{name}.{sub}"), strictness)?;
        }
    }
    Ok(())
}

fn check(value: &Json, row: &Row, name: &str, strictness: Strictness) -> Result<(), Refusal> {
    let (fits, expected) = match row.value_type {
        ValueType::Text | ValueType::ExactText => (value.as_str().is_some(), "a string"),
        ValueType::Boolean => (value.as_bool().is_some(), "a boolean"),
        ValueType::Number => (matches!(value, Json::Number(_)), "a number"),
        ValueType::DateTime => (value.as_str().is_some_and(|text| parse_instant(text).is_some()), "a date-time"),
        ValueType::Complex => (value.as_object().is_some(), "an object"),
    };
    if fits || strictness == Strictness::Taken { Ok(()) } else { Err(mistyped(name, value, expected)) }
}

fn mistyped(name: &str, found: &Json, expected: &str) -> Refusal {
    Refusal::new(ScimType::InvalidValue, format!("{} is {} instead of {expected}", quoted(name), found.kind()))
}

/// The values under an attribute: one that is no list is a list of one.
pub(super) fn items_of(value: Json) -> Vec<Json> {
    let mut items = match value {
        Json::Array(items) => items.into_vec(),
        one => vec![one],
    };
    items.retain(|item| *item != Json::Null);
    items
}

/// The value with its `null` sub-attributes left out; `null` where nothing is left.
pub(super) fn without_nulls(value: Json) -> Json {
    match value {
        Json::Object(mut object) => {
            object.retain(|_, value| !value.is_absent());
            if object.is_empty() { Json::Null } else { Json::Object(object) }
        }
        other => other,
    }
}

/// How much a value holds: the values in it, and a 64th of their bytes.
pub(super) fn weight(value: &Json) -> usize {
    1 + match value {
        Json::Null | Json::Bool(_) | Json::Number(_) => 0,
        Json::String(text) => text.len() / 64,
        Json::Array(items) => items.iter().map(weight).sum(),
        Json::Object(object) => object.entries().map(|(name, value)| name.len() / 64 + weight(value)).sum(),
    }
}

pub(super) fn is_primary(item: &Json) -> bool {
    item.as_object().and_then(|element| element.get("primary")).and_then(Json::as_bool) == Some(true)
}

pub(super) fn unprimary(item: &mut Json) {
    if let Json::Object(element) = item {
        element.set("primary", Json::Bool(false));
    }
}
