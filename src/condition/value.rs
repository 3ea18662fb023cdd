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
