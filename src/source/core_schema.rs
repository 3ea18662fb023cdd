//! What scalars mean by the core schema of YAML 1.2.2 (section 10.3.2, <https://yaml.org/spec/1.2.2/#1032-tag-resolution>).

use super::document::{ScalarKind, Style};
use super::tree::ScalarTag;

/// What a scalar means. A tag that the text does not fit is left aside; see [`fits`].
pub(super) fn kind(text: &str, style: Style, tag: ScalarTag) -> ScalarKind {
    match tag {
        ScalarTag::Str => ScalarKind::String,
        ScalarTag::None if style == Style::Plain => plain(text),
        ScalarTag::None => ScalarKind::String,
        ScalarTag::Float => match plain(text) {
            ScalarKind::Int(value) => ScalarKind::Float(value as f64),
            kind @ ScalarKind::Float(_) => kind,
            _ => ScalarKind::String,
        },
        ScalarTag::Null | ScalarTag::Bool | ScalarTag::Int => {
            let kind = plain(text);
            if fits(kind, text, tag) { kind } else { ScalarKind::String }
        }
    }
}

/// Whether a text of this kind can have the tag.
fn fits(kind: ScalarKind, text: &str, tag: ScalarTag) -> bool {
    match tag {
        ScalarTag::None | ScalarTag::Str => true,
        ScalarTag::Null => kind == ScalarKind::Null,
        ScalarTag::Bool => matches!(kind, ScalarKind::Bool(_)),
        ScalarTag::Int => matches!(kind, ScalarKind::Int(_)) || is_integer(text),
        ScalarTag::Float => matches!(kind, ScalarKind::Int(_) | ScalarKind::Float(_)),
    }
}

/// Whether the text can be read as its tag says.
pub(super) fn tag_fits(text: &str, tag: ScalarTag) -> bool {
    fits(plain(text), text, tag)
}

/// What a text without quotes means.
fn plain(text: &str) -> ScalarKind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return ScalarKind::Null,
        "true" | "True" | "TRUE" => return ScalarKind::Bool(true),
        "false" | "False" | "FALSE" => return ScalarKind::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return ScalarKind::Float(f64::NAN),
        _ => {}
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return ScalarKind::Float(if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY });
    }
    // Everything else that is not text begins with a digit or a point.
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return ScalarKind::String;
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if is_integer(text) {
        return match text.parse() {
            Ok(value) => ScalarKind::Int(value),
            Err(_) => ScalarKind::Float(text.parse().unwrap_or(f64::NAN)),
        };
    }
    match text.parse() {
        Ok(value) if is_float(unsigned) => ScalarKind::Float(value),
        _ => ScalarKind::String,
    }
}

fn is_integer(text: &str) -> bool {
    all_digits(text.strip_prefix(['+', '-']).unwrap_or(text))
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_fits = digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    mantissa_fits && exponent.is_none_or(is_integer)
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn radix(digits: &str, radix: u32) -> ScalarKind {
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return ScalarKind::String;
    }
    match i64::from_str_radix(digits, radix) {
        Ok(value) => ScalarKind::Int(value),
        // The digits are checked, so it is beyond 64 bits.
        Err(_) => ScalarKind::Float(
            digits.chars().fold(0.0, |value, c| value * f64::from(radix) + f64::from(c.to_digit(radix).unwrap_or(0))),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_reads_by_the_core_schema() {
        use ScalarKind::{Bool, Float, Int, Null, String};
        let cases = [
            ("", Null),
            ("~", Null),
            ("NULL", Null),
            ("nULL", String),
            ("true", Bool(true)),
            ("FALSE", Bool(false)),
            ("yes", String),
            ("no", String),
            ("on", String),
            ("y", String),
            ("0", Int(0)),
            ("-19", Int(-19)),
            ("+7", Int(7)),
            ("007", Int(7)),
            ("0o7", Int(7)),
            ("0o8", String),
            ("0x1F", Int(31)),
            ("-0x1F", String),
            ("0x", String),
            ("1_000", String),
            ("12:30", String),
            ("9223372036854775807", Int(i64::MAX)),
            ("9223372036854775808", Float(9_223_372_036_854_775_808.0)),
            ("0xFFFFFFFFFFFFFFFF", Float(18_446_744_073_709_551_615.0)),
            ("1e3", Float(1000.0)),
            ("1.", Float(1.0)),
            (".5", Float(0.5)),
            ("-.5E-1", Float(-0.05)),
            (".", String),
            ("1e", String),
            ("1e+", String),
            (".e3", String),
            ("1.2.3", String),
            ("inf", String),
            ("nan", String),
            ("infinity", String),
            (".inf", Float(f64::INFINITY)),
            ("-.INF", Float(f64::NEG_INFINITY)),
            ("2027-03-01", String),
            ("١", String),
        ];
        for (text, expected) in cases {
            assert_eq!(kind(text, Style::Plain, ScalarTag::None), expected, "{text:?}");
        }
        assert!(matches!(kind(".nan", Style::Plain, ScalarTag::None), Float(value) if value.is_nan()));
    }

    #[test]
    fn quotes_and_tags_decide_before_the_text() {
        assert_eq!(kind("1", Style::DoubleQuoted, ScalarTag::None), ScalarKind::String);
        assert_eq!(kind("1", Style::Plain, ScalarTag::Str), ScalarKind::String);
        assert_eq!(kind("1", Style::DoubleQuoted, ScalarTag::Int), ScalarKind::Int(1));
        assert_eq!(kind("1", Style::Plain, ScalarTag::Float), ScalarKind::Float(1.0));
        assert_eq!(kind("yes", Style::Plain, ScalarTag::Bool), ScalarKind::String);
        assert!(!tag_fits("yes", ScalarTag::Bool));
        assert!(tag_fits("99999999999999999999", ScalarTag::Int));
        assert!(tag_fits("", ScalarTag::Null));
    }
}
