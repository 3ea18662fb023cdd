//! Values of attributes, and which booleans, numbers and instants satisfy some predicates and not others.

use jiff::Timestamp;

use crate::condition::{Predicate, Value, ValueType, parse_instant};

/// A value that an attribute has in an example.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar {
    Text(String),
    Bool(bool),
    Number(f64),
    Instant(Timestamp),
}

impl Scalar {
    pub(super) fn value(&self) -> Value<'_> {
        match self {
            Scalar::Text(text) => Value::Text(text),
            Scalar::Bool(value) => Value::Bool(*value),
            Scalar::Number(number) => Value::Number(*number),
            Scalar::Instant(instant) => Value::Instant(*instant),
        }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Scalar::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value as a SCIM server writes it; `None` for one that JSON cannot say.
    pub(super) fn to_json(&self) -> Option<serde_json::Value> {
        Some(match self {
            Scalar::Text(text) => text.as_str().into(),
            Scalar::Bool(value) => (*value).into(),
            // An integer reads better than the same number with a fraction of zero.
            Scalar::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => (*number as i64).into(),
            Scalar::Number(number) => serde_json::Number::from_f64(*number)?.into(),
            Scalar::Instant(instant) => {
                let text = instant.to_string();
                (parse_instant(&text) == Some(*instant)).then_some(text)?.into()
            }
        })
    }

    /// The value as the string that Foundry holds.
    pub(super) fn to_text(&self) -> Option<String> {
        match self.to_json()? {
            serde_json::Value::String(text) => Some(text),
            other => Some(other.to_string()),
        }
    }
}

/// A value of a type other than strings of which all of `must` holds and none of `must_not`. `None`: there is none; all
/// values between which the predicates can tell were tried.
pub(super) fn solve(value_type: ValueType, must: &[&Predicate], must_not: &[&Predicate]) -> Option<Scalar> {
    let holds = |scalar: &Scalar| {
        let value = scalar.value();
        must.iter().all(|predicate| predicate.holds(&value))
            && !must_not.iter().any(|predicate| predicate.holds(&value))
    };
    values(value_type, must.iter().chain(must_not).copied()).into_iter().find(holds)
}

/// One value for every answer that the predicates can give: their operands, and what lies between and around them.
fn values<'p>(value_type: ValueType, predicates: impl Iterator<Item = &'p Predicate>) -> Vec<Scalar> {
    let (mut numbers, mut instants) = (Vec::new(), Vec::new());
    predicates.for_each(|predicate| operands(predicate, &mut numbers, &mut instants));
    match value_type {
        ValueType::Boolean => vec![Scalar::Bool(true), Scalar::Bool(false)],
        ValueType::Number => around_numbers(numbers).into_iter().map(Scalar::Number).collect(),
        ValueType::DateTime => around_instants(&instants).into_iter().map(Scalar::Instant).collect(),
        ValueType::Text | ValueType::ExactText | ValueType::Complex => Vec::new(),
    }
}

/// The depth is that of `ne` and `in`.
fn operands(predicate: &Predicate, numbers: &mut Vec<f64>, instants: &mut Vec<Timestamp>) {
    match predicate {
        Predicate::Number(_, number) => numbers.push(*number),
        Predicate::Instant(_, instant) => instants.push(*instant),
        Predicate::AnyOf(any) => any.iter().for_each(|predicate| operands(predicate, numbers, instants)),
        Predicate::Not(inner) => operands(inner, numbers, instants),
        Predicate::Text(_) | Predicate::Pattern(_) | Predicate::Bool(_) => {}
    }
}

fn around_numbers(mut numbers: Vec<f64>) -> Vec<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    let mut found = numbers.clone();
    for number in &numbers {
        // The next integers read best; where another operand is nearer, the nearest numbers of all.
        found.extend([number + 1.0, number - 1.0, number.next_up(), number.next_down()]);
    }
    if numbers.is_empty() {
        found.push(1.0);
    }
    found.retain(|number| number.is_finite());
    found
}

fn around_instants(instants: &[Timestamp]) -> Vec<Timestamp> {
    let step = |instant: &Timestamp, by: jiff::SignedDuration| instant.checked_add(by).ok();
    let (day, least) = (jiff::SignedDuration::from_hours(24), jiff::SignedDuration::from_nanos(1));
    let mut found = instants.to_vec();
    for instant in instants {
        found.extend([day, -day, least, -least].into_iter().filter_map(|by| step(instant, by)));
    }
    if found.is_empty() {
        found.extend(parse_instant("2026-01-05T09:00:00Z"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::Ordering;

    fn number(order: Ordering, number: f64) -> Predicate {
        Predicate::Number(order, number)
    }

    #[test]
    fn a_number_is_found_where_there_is_one() {
        use Ordering::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
        let check = |must: &[Predicate], must_not: &[Predicate], expected: Option<f64>| {
            let (must, must_not): (Vec<_>, Vec<_>) = (must.iter().collect(), must_not.iter().collect());
            assert_eq!(
                solve(ValueType::Number, &must, &must_not),
                expected.map(Scalar::Number),
                "{must:?} {must_not:?}"
            );
        };
        check(&[], &[], Some(1.0));
        check(&[number(Greater, 3.0)], &[], Some(4.0));
        check(&[number(Greater, 3.0), number(Less, 4.0)], &[], Some(3.0_f64.next_up()));
        check(&[number(GreaterOrEqual, 3.0), number(LessOrEqual, 3.0)], &[], Some(3.0));
        check(&[number(Greater, 3.0), number(LessOrEqual, 3.0)], &[], None);
        check(&[number(Greater, 3.0), number(Less, 3.0_f64.next_up())], &[], None);
        check(&[number(GreaterOrEqual, 3.0), number(LessOrEqual, 4.0)], &[number(Equal, 3.0)], Some(4.0));
        check(&[number(Less, -f64::MAX)], &[], None);
        check(&[Predicate::AnyOf(vec![number(Equal, 1.0), number(Equal, 2.0)])], &[number(Equal, 1.0)], Some(2.0));
        check(&[Predicate::Not(Box::new(number(Equal, 1.0)))], &[number(Greater, 1.0)], Some(0.0));
    }

    #[test]
    fn booleans_and_instants() {
        let bool = |value| Predicate::Bool(value);
        assert_eq!(solve(ValueType::Boolean, &[&bool(false)], &[]), Some(Scalar::Bool(false)));
        assert_eq!(solve(ValueType::Boolean, &[], &[&bool(true), &bool(false)]), None);
        let instant = parse_instant("2026-01-31T09:00:00Z").expect("an instant");
        let after = Predicate::Instant(Ordering::Greater, instant);
        let until = Predicate::Instant(Ordering::LessOrEqual, instant);
        let found = solve(ValueType::DateTime, &[&after], &[]).and_then(|scalar| scalar.to_text());
        assert_eq!(found.as_deref(), Some("2026-02-01T09:00:00Z"));
        assert_eq!(solve(ValueType::DateTime, &[&after, &until], &[]), None);
    }

    #[test]
    fn values_are_written_as_a_server_writes_them() {
        assert_eq!(Scalar::Number(3.0).to_text().as_deref(), Some("3"));
        assert_eq!(Scalar::Number(2.5).to_text().as_deref(), Some("2.5"));
        assert_eq!(Scalar::Bool(true).to_json(), Some(true.into()));
    }
}
