//! Values of attributes, and what a comparison asks of one.

use jiff::{SignedDuration, Timestamp, civil, tz::Offset};

use super::Predicate;

/// A single value of an attribute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'v> {
    /// A string.
    Text(&'v str),
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A date-time, as [`parse_instant`] reads it.
    Instant(Timestamp),
}

impl Predicate {
    /// Whether the value satisfies the predicate. A value of another type satisfies nothing but a negation.
    pub fn holds(&self, value: &Value<'_>) -> bool {
        match (self, value) {
            (Predicate::Text(text), Value::Text(value)) => text.holds(value),
            (Predicate::Pattern(pattern), Value::Text(value)) => pattern.is_match(value),
            (Predicate::Bool(expected), Value::Bool(value)) => expected == value,
            (Predicate::Number(order, number), Value::Number(value)) => {
                value.partial_cmp(number).is_some_and(|compared| order.admits(compared))
            }
            (Predicate::Instant(order, instant), Value::Instant(value)) => order.admits(value.cmp(instant)),
            (Predicate::AnyOf(any), value) => any.iter().any(|predicate| predicate.holds(value)),
            (Predicate::Not(inner), value) => !inner.holds(value),
            _ => false,
        }
    }
}

/// Reads an `xsd:dateTime`, which RFC 7643 section 2.3.5 asks of every date-time: `2026-01-31T09:00:00+01:00`.
///
/// - Without an offset it is read as UTC. `t` and `z` may be small, as RFC 3339 has it.
/// - `24:00:00` is the start of the next day, as in XML Schema; second 60 is the second after 59.
/// - Digits beyond nanoseconds do not count. Instants outside the years -9999 to 9999 are not read.
///
/// ```
/// use vestibule::condition::parse_instant;
/// assert_eq!(parse_instant("2026-01-31T09:00:00+01:00"), parse_instant("2026-01-31t08:00:00.000z"));
/// assert_eq!(parse_instant("2026-01-31"), None);
/// ```
pub fn parse_instant(text: &str) -> Option<Timestamp> {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let mut fields = Fields { rest: text };
    let year = fields.number(4)?;
    fields.sign(&['-'])?;
    let month = fields.number(2)?;
    fields.sign(&['-'])?;
    let day = fields.number(2)?;
    fields.sign(&['T', 't'])?;
    let hour = fields.number(2)?;
    fields.sign(&[':'])?;
    let minute = fields.number(2)?;
    fields.sign(&[':'])?;
    let second = fields.number(2)?;
    let nanosecond = fields.fraction()?;
    let offset = fields.offset()?;

    let end_of_day = hour == 24;
    if end_of_day && (minute, second, nanosecond) != (0, 0, 0) {
        return None;
    }
    let leap_second = second == 60;
    let date_time = civil::DateTime::new(
        i16::try_from(if negative { -year } else { year }).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
        if end_of_day { 0 } else { i8::try_from(hour).ok()? },
        i8::try_from(minute).ok()?,
        if leap_second { 59 } else { i8::try_from(second).ok()? },
        nanosecond,
    )
    .ok()?;
    let later = i64::from(leap_second) + if end_of_day { 24 * 60 * 60 } else { 0 };
    offset.to_timestamp(date_time).ok()?.checked_add(SignedDuration::from_secs(later)).ok()
}

/// The fields of a date-time that are still to be read.
struct Fields<'t> {
    rest: &'t str,
}

impl Fields<'_> {
    /// Exactly so many decimal digits.
    fn number(&mut self, digits: usize) -> Option<i32> {
        let (number, rest) = self.rest.split_at_checked(digits)?;
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.rest = rest;
        number.parse().ok()
    }

    /// One of the signs.
    fn sign(&mut self, signs: &[char]) -> Option<char> {
        let sign = self.rest.chars().next().filter(|sign| signs.contains(sign))?;
        self.rest = &self.rest[sign.len_utf8()..];
        Some(sign)
    }

    /// Nanoseconds; none where no fraction stands.
    fn fraction(&mut self) -> Option<i32> {
        if self.sign(&['.']).is_none() {
            return Some(0);
        }
        let len = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        let counted = digits.get(..9).unwrap_or(digits);
        let missing = 9 - u32::try_from(counted.len()).ok()?;
        Some(counted.parse::<i32>().ok()? * 10_i32.pow(missing))
    }

    /// The offset from UTC, up to the end of the text.
    fn offset(&mut self) -> Option<Offset> {
        let Some(sign) = self.sign(&['Z', 'z', '+', '-']) else {
            return self.rest.is_empty().then_some(Offset::UTC);
        };
        let mut seconds = 0;
        if matches!(sign, '+' | '-') {
            let hours = self.number(2).filter(|hours| *hours < 24)?;
            self.sign(&[':'])?;
            let minutes = self.number(2).filter(|minutes| *minutes < 60)?;
            seconds = (hours * 60 + minutes) * 60;
        }
        if !self.rest.is_empty() {
            return None;
        }
        Offset::from_seconds(if sign == '-' { -seconds } else { seconds }).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::{Ordering, TextMatch, TextRelation};

    #[test]
    fn date_times_that_are_the_same_instant() {
        for (one, other) in [
            ("2026-01-31T09:00:00+01:00", "2026-01-31T08:00:00Z"),
            ("2026-01-31T00:30:00-05:30", "2026-01-31T06:00:00Z"),
            ("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00Z"),
            ("2026-01-31T08:00:00", "2026-01-31T08:00:00Z"),
            ("2026-01-31t08:00:00z", "2026-01-31T08:00:00Z"),
            ("2026-01-31T08:00:00-00:00", "2026-01-31T08:00:00Z"),
            ("2026-01-31T08:00:00.5Z", "2026-01-31T08:00:00.500000000000Z"),
            ("2026-01-31T08:00:00.1234567891Z", "2026-01-31T08:00:00.1234567899Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
            ("2026-01-31T24:00:00Z", "2026-02-01T00:00:00Z"),
        ] {
            assert!(parse_instant(one).is_some(), "{one}");
            assert_eq!(parse_instant(one), parse_instant(other), "{one}");
        }
    }

    #[test]
    fn date_times_keep_their_order() {
        let mut before = None;
        for text in [
            "-0044-03-15T12:00:00Z",
            "1969-12-31T23:59:59.9Z",
            "1970-01-01T00:00:00Z",
            "2011-05-13T04:42:34Z",
            "2011-05-13T04:42:34.000000001Z",
            "2011-05-13T04:42:34.01Z",
            "2011-05-13T04:42:34.1Z",
        ] {
            let instant = parse_instant(text);
            assert!(instant.is_some() && before < instant, "{text}");
            before = instant;
        }
    }

    #[test]
    fn what_is_no_date_time() {
        for text in [
            "",
            "2026",
            "2026-01-31",
            "2026-01-31T08:00Z",
            "2026-01-31 08:00:00Z",
            "2026-1-31T08:00:00Z",
            "2026-13-01T08:00:00Z",
            "2026-02-29T08:00:00Z",
            "2026-01-31T25:00:00Z",
            "2026-01-31T24:00:01Z",
            "2026-01-31T08:60:00Z",
            "2026-01-31T08:00:61Z",
            "2026-01-31T08:00:00.Z",
            "2026-01-31T08:00:00+0100",
            "2026-01-31T08:00:00+24:00",
            "2026-01-31T08:00:00+01:60",
            "2026-01-31T08:00:00Zz",
            "2026-01-31T08:00:00 Z",
            "2026-01-31T08:00:00[UTC]",
            "+2026-01-31T08:00:00Z",
            "٢٠٢٦-01-31T08:00:00Z",
            "2026-01-3éT08:00:00Z",
            "9999-12-31T23:59:59-23:59",
            "-9999-01-01T00:00:00+23:59",
            "now",
        ] {
            assert_eq!(parse_instant(text), None, "{text}");
        }
    }

    #[test]
    fn predicates() {
        let instant = |text| parse_instant(text).unwrap();
        let text = Predicate::Text(TextMatch::new(TextRelation::Starts, ["a"], false));
        let check = |predicate: &Predicate, holds: &[Value<'_>], not: &[Value<'_>]| {
            assert!(holds.iter().all(|value| predicate.holds(value)), "{predicate:?}");
            assert!(!not.iter().any(|value| predicate.holds(value)), "{predicate:?}");
        };
        check(&text, &[Value::Text("Ada")], &[Value::Text("Bob"), Value::Bool(true), Value::Number(1.0)]);
        check(&Predicate::Bool(true), &[Value::Bool(true)], &[Value::Bool(false), Value::Text("true")]);
        check(
            &Predicate::Number(Ordering::GreaterOrEqual, 2.0),
            &[Value::Number(2.0), Value::Number(1e3)],
            &[Value::Number(1.9), Value::Number(f64::NAN), Value::Text("3")],
        );
        check(
            &Predicate::Instant(Ordering::Less, instant("2026-01-31T08:00:00Z")),
            &[Value::Instant(instant("2026-01-31T08:59:00+01:00"))],
            &[Value::Instant(instant("2026-01-31T09:00:00+01:00")), Value::Text("2020-01-01T00:00:00Z")],
        );
        check(
            &Predicate::AnyOf(vec![Predicate::Number(Ordering::Equal, 1.0), Predicate::Bool(true)]),
            &[Value::Number(1.0), Value::Bool(true)],
            &[Value::Number(2.0)],
        );
        check(&Predicate::Not(Box::new(text)), &[Value::Text("Bob"), Value::Bool(true)], &[Value::Text("ada")]);
    }
}
