//! Text in XML.

use std::fmt::Write;

use crate::source::is_hidden;

/// A text as it may stand in an attribute or between tags. XML 1.0 has no way to write most control characters
/// (w3.org/TR/xml section 2.2), and nobody who shows a report should obey the others, so hidden ones are spelled out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hidden(c) || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn markup_is_text() {
        assert_eq!(escaped("<a b=\"c\">'&]]>"), "&lt;a b=&quot;c&quot;&gt;&apos;&amp;]]&gt;");
        assert_eq!(escaped("\0\u{1b}\u{ffff}\n"), "\\u{0}\\u{1b}\\u{ffff}\\n");
    }

    proptest! {
        #[test]
        fn what_is_left_is_a_character_of_xml(text in any::<String>()) {
            let written = escaped(&text);
            prop_assert!(!written.contains(['<', '>', '"', '\'']));
            let is_xml = |c| matches!(c, '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
            prop_assert!(written.chars().all(is_xml), "{written:?}");
        }
    }
}
