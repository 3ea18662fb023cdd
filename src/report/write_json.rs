//! JSON without a raw control, bidirectional or invisible character.
//!
//! `serde_json` escapes only what RFC 8259 section 7 demands: the C0 controls, the quote and the backslash. Here every
//! character that [`is_hidden`] names becomes `\uXXXX`, so that a reader still gets the exact text back.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use crate::source::is_hidden;

/// Writes a value as an indented JSON document with a line break at its end.
///
/// # Errors
///
/// Those of `out`, and those of the value's own serialisation.
pub fn write_json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    write_with(value, PrettyFormatter::new(), out)
}

/// Writes a value as one line of JSON.
///
/// ```
/// let mut out = Vec::new();
/// vestibule::report::write_json_line(&"a\u{202e}\u{7f}\n", &mut out)?;
/// assert_eq!(out, b"\"a\\u202e\\u007f\\n\"\n");
/// # std::io::Result::Ok(())
/// ```
///
/// # Errors
///
/// Those of `out`, and those of the value's own serialisation.
pub fn write_json_line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    write_with(value, CompactFormatter, out)
}

/// Writes a value as an item of a JSON array that is written piece by piece: on a line of its own, after a comma unless
/// it is the first.
///
/// # Errors
///
/// Those of `out`, and those of the value's own serialisation.
pub fn write_json_item(value: &impl Serialize, first: bool, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(if first { b"\n" } else { b",\n" })?;
    write_json_value(value, out)
}

/// Writes a value on a line that goes on.
///
/// # Errors
///
/// Those of `out`, and those of the value's own serialisation.
pub(crate) fn write_json_value(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Escaping(CompactFormatter)))?;
    Ok(())
}

fn write_with(value: &impl Serialize, layout: impl Formatter, out: &mut dyn Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Escaping(layout)))?;
    out.write_all(b"\n")
}

/// A layout whose strings have no hidden character.
struct Escaping<F>(F);

impl<F: Formatter> Formatter for Escaping<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut written = 0;
        for (offset, hidden) in fragment.match_indices(is_hidden) {
            writer.write_all(&fragment.as_bytes()[written..offset])?;
            // Characters beyond the basic plane take two units, as JSON asks.
            for unit in hidden.encode_utf16() {
                write!(writer, "\\u{unit:04x}")?;
            }
            written = offset + hidden.len();
        }
        writer.write_all(&fragment.as_bytes()[written..])
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn line(value: &impl Serialize) -> String {
        let mut out = Vec::new();
        write_json_line(value, &mut out).expect("writing to memory");
        String::from_utf8(out).expect("JSON is UTF-8")
    }

    #[test]
    fn hidden_characters_are_escaped_and_others_kept() {
        assert_eq!(line(&"é漢🙂 /"), "\"é漢🙂 /\"\n");
        assert_eq!(line(&"\u{0}\u{1b}\u{7f}\u{9b}"), "\"\\u0000\\u001b\\u007f\\u009b\"\n");
        assert_eq!(line(&"\u{2028}\u{feff}\u{e0041}"), "\"\\u2028\\ufeff\\udb40\\udc41\"\n");
        assert_eq!(line(&json!({ "k\u{202e}": "\"\\\t" })), "{\"k\\u202e\":\"\\\"\\\\\\t\"}\n");
    }

    #[test]
    fn a_document_is_laid_out_as_serde_json_does() {
        let value = json!({ "a": [1, { "b": [] }], "c": {}, "d": "x" });
        let mut out = Vec::new();
        write_json(&value, &mut out).expect("writing to memory");
        assert_eq!(String::from_utf8(out).ok(), Some(format!("{value:#}\n")));
    }

    proptest! {
        #[test]
        fn every_text_comes_back_and_none_is_raw(text in any::<String>()) {
            let written = line(&text);
            prop_assert_eq!(serde_json::from_str::<String>(&written).ok(), Some(text));
            prop_assert!(!written.trim_end_matches('\n').contains(is_hidden));
        }
    }
}
