//! Filters that select values of a multi-valued attribute (RFC 7644 section 3.5.2).

use super::refusal::{Refusal, ScimType};
use crate::condition::schema::Row;
use crate::condition::{Expr, ExprKind, Operand, OperandKind, Operator, ValueType, fold, parse_instant};
use crate::scim::{Json, Object};
use crate::source::quoted;

/// Refuses what the protocol's filters do not have: constants, patterns, lists, filters in filters.
///
/// # Errors
/// `invalidFilter`.
pub(super) fn check(filter: &Expr) -> Result<(), Refusal> {
    let refused = |what: &str| Err(Refusal::new(ScimType::InvalidFilter, format!("a filter of a path has no {what}")));
    match &filter.kind {
        ExprKind::Constant(_) => refused("constants"),
        ExprKind::Element { .. } => refused("filter inside of it"),
        ExprKind::Not(inner) => check(inner),
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().try_for_each(check),
        ExprKind::Present(_) => Ok(()),
        ExprKind::Compare { operator, .. } => match operator {
            Operator::In | Operator::Matches | Operator::Includes | Operator::Excludes => {
                let operator = quoted(operator.as_str());
                Err(Refusal::new(ScimType::InvalidFilter, format!("{operator} is not an operator of SCIM")))
            }
            _ => Ok(()),
        },
    }
}

/// What testing the filter on one value costs: more than 1, and a step for every comparison.
pub(super) fn weight(filter: &Expr) -> usize {
    1 + match &filter.kind {
        ExprKind::Not(inner) => weight(inner),
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().map(weight).sum(),
        ExprKind::Present(path) | ExprKind::Compare { path, .. } => path.segments.len(),
        ExprKind::Constant(_) | ExprKind::Element { .. } => 1,
    }
}

/// Whether a filter holds of one value. A bare value counts as its `value`.
pub(super) fn holds(filter: &Expr, element: &Json, rows: &[Row]) -> bool {
    match &filter.kind {
        ExprKind::Constant(value) => *value,
        ExprKind::Not(inner) => !holds(inner, element, rows),
        ExprKind::And(parts) => parts.iter().all(|part| holds(part, element, rows)),
        ExprKind::Or(parts) => parts.iter().any(|part| holds(part, element, rows)),
        ExprKind::Present(path) => !found(&path.segments, element).is_empty(),
        ExprKind::Element { .. } => false,
        ExprKind::Compare { path, operator, operand, .. } => {
            let values = found(&path.segments, element);
            let row = path.segments.first().and_then(|name| row(rows, name));
            let is = |operator| values.iter().any(|value| compares(value, operator, operand, row));
            match (operator, &operand.kind) {
                (Operator::Eq, OperandKind::Null) => values.is_empty(),
                (Operator::Ne, OperandKind::Null) => !values.is_empty(),
                (Operator::Ne, _) => {
                    values.is_empty() || values.iter().any(|v| !compares(v, Operator::Eq, operand, row))
                }
                _ => is(*operator),
            }
        }
    }
}

/// The values that a value must have for a filter to hold, where the filter only says what equals what.
pub(super) fn stated(filter: &Expr) -> Option<Object> {
    let mut values = Object::default();
    let parts = match &filter.kind {
        ExprKind::And(parts) => parts.as_slice(),
        _ => std::slice::from_ref(filter),
    };
    for part in parts {
        let ExprKind::Compare { path, operator: Operator::Eq, operand, .. } = &part.kind else { return None };
        let [name] = path.segments.as_slice() else { return None };
        let value = literal(operand)?;
        if values.get(name).is_some_and(|stated| *stated != value) {
            return None;
        }
        values.set(name, value);
    }
    Some(values)
}

/// The value of `value` that a filter asks for, whatever else it asks for.
pub(super) fn stated_value(filter: &Expr) -> Option<&str> {
    let parts = match &filter.kind {
        ExprKind::And(parts) => parts.as_slice(),
        _ => std::slice::from_ref(filter),
    };
    parts.iter().find_map(|part| match &part.kind {
        ExprKind::Compare { path, operator: Operator::Eq, operand, .. } => match (&*path.segments, &operand.kind) {
            ([name], OperandKind::String(text)) if name.eq_ignore_ascii_case("value") => Some(text.as_str()),
            _ => None,
        },
        _ => None,
    })
}

fn literal(operand: &Operand) -> Option<Json> {
    match &operand.kind {
        OperandKind::String(text) => Some(Json::String(text.as_str().into())),
        OperandKind::Number(text) => text.parse().ok().map(Json::Number),
        OperandKind::Bool(value) => Some(Json::Bool(*value)),
        OperandKind::Null | OperandKind::List(_) | OperandKind::Pattern { .. } => None,
    }
}

fn row<'r>(rows: &'r [Row], name: &str) -> Option<&'r Row> {
    rows.iter().find(|row| row.name.eq_ignore_ascii_case(name))
}

fn found<'e>(segments: &[String], element: &'e Json) -> Vec<&'e Json> {
    let mut values = vec![element];
    for segment in segments {
        values = values.into_iter().flat_map(|value| step(value, segment)).collect();
    }
    values
}

fn step<'e>(value: &'e Json, segment: &str) -> &'e [Json] {
    let next = match value {
        Json::Object(object) => object.assigned(segment),
        bare if segment.eq_ignore_ascii_case("value") => Some(bare).filter(|bare| !bare.is_absent()),
        _ => None,
    };
    match next {
        None => &[],
        Some(Json::Array(items)) => items,
        Some(one) => std::slice::from_ref(one),
    }
}

/// One value against a literal. `"True"` is the boolean where either side is one, as Entra writes it.
fn compares(value: &Json, operator: Operator, operand: &Operand, row: Option<&Row>) -> bool {
    let Some(literal) = literal(operand) else { return false };
    let is_boolean = row.is_some_and(|row| row.value_type == ValueType::Boolean);
    if (is_boolean || matches!(value, Json::Bool(_)) || matches!(literal, Json::Bool(_)))
        && let (Some(value), Some(literal)) = (value.as_bool(), literal.as_bool())
    {
        return operator == Operator::Eq && value == literal;
    }
    if let (Json::Number(value), Json::Number(literal)) = (value, &literal) {
        let order = value.as_f64().zip(literal.as_f64()).and_then(|(value, literal)| value.partial_cmp(&literal));
        return order.is_some_and(|order| admits(operator, order));
    }
    let (Some(value), Some(literal)) = (text(value), text(&literal)) else { return false };
    if row.is_some_and(|row| row.value_type == ValueType::ExactText) {
        return compare_texts(&value, operator, &literal);
    }
    compare_texts(&fold(&value), operator, &fold(&literal))
}

fn text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.to_string()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(value) => Some(value.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

fn compare_texts(value: &str, operator: Operator, literal: &str) -> bool {
    match operator {
        Operator::Co => value.contains(literal),
        Operator::Sw => value.starts_with(literal),
        Operator::Ew => value.ends_with(literal),
        _ => {
            let instants = parse_instant(value).zip(parse_instant(literal));
            admits(operator, instants.map_or_else(|| value.cmp(literal), |(value, literal)| value.cmp(&literal)))
        }
    }
}

fn admits(operator: Operator, order: std::cmp::Ordering) -> bool {
    match operator {
        Operator::Eq => order.is_eq(),
        Operator::Gt => order.is_gt(),
        Operator::Ge => order.is_ge(),
        Operator::Lt => order.is_lt(),
        Operator::Le => order.is_le(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::path::tests::filter_of;
    use super::*;
    use crate::condition::schema::USER;

    fn rows(name: &str) -> &'static [Row] {
        USER.iter().find(|row| row.name == name).map_or(&[], |row| row.subs)
    }

    #[track_caller]
    fn check_on(attribute: &str, element: &str, filter: &str, expected: bool) {
        let element: Json = element.parse().expect(element);
        assert_eq!(holds(&filter_of(filter), &element, rows(attribute)), expected, "[{filter}] on {element:?}");
    }

    #[test]
    fn a_filter_is_tested_on_one_value() {
        let work = r#"{"value":"A@x","type":"work","primary":true,"tags":["p","q"],"n":5}"#;
        for (filter, expected) in [
            (r#"type eq "WORK""#, true),
            (r#"TYPE Eq "work" and value co "@X""#, true),
            (r#"type eq "work" and type eq "home""#, false),
            (r#"type eq "home" or value sw "a""#, true),
            (r#"not (type eq "work")"#, false),
            (r#"type ne "work""#, false),
            (r#"display ne "x""#, true),
            (r#"display eq null and value ne null"#, true),
            ("display pr", false),
            ("tags pr", true),
            (r#"tags eq "q""#, true),
            (r#"tags ne "q""#, true),
            ("n gt 4 and n le 5", true),
            (r#"n eq "5""#, true),
            ("value gt 4", true),
            (r#"value ew "@x""#, true),
            (r#"primary eq true"#, true),
            (r#"primary eq "True""#, true),
            (r#"primary eq "False""#, false),
            (r#"primary ne false"#, true),
        ] {
            check_on("emails", work, filter, expected);
        }
    }

    #[test]
    fn booleans_may_be_texts_on_either_side() {
        for element in [r#"{"primary":"True"}"#, r#"{"primary":"true"}"#, r#"{"primary":true}"#] {
            for filter in ["primary eq true", r#"primary eq "True""#, r#"primary eq "TRUE""#] {
                check_on("roles", element, filter, true);
            }
            check_on("roles", element, r#"primary eq "False""#, false);
        }
        check_on("roles", r#"{"value":"x"}"#, "primary eq false", false);
    }

    #[test]
    fn identifiers_compare_exactly_and_a_bare_value_is_its_value() {
        check_on("groups", r#"{"value":"Ab"}"#, r#"value eq "ab""#, false);
        check_on("groups", r#"{"value":"Ab"}"#, r#"value eq "Ab""#, true);
        check_on("emails", r#""a@x""#, r#"value eq "A@X""#, true);
        check_on("emails", r#""a@x""#, "type pr", false);
    }

    #[test]
    fn what_a_filter_states_makes_a_value() {
        let stated = |filter: &str| stated(&filter_of(filter)).map(Json::Object);
        assert_eq!(stated(r#"type eq "work""#), r#"{"type":"work"}"#.parse().ok());
        assert_eq!(stated(r#"type eq "work" and primary eq true"#), r#"{"type":"work","primary":true}"#.parse().ok());
        for none in [r#"type ne "work""#, "type pr", r#"type eq "a" or type eq "b""#, r#"type eq "a" and type eq "b""#]
        {
            assert_eq!(stated(none), None, "{none}");
        }
    }
}
