//! Showing text that may hold anything.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character must not reach a terminal, a log or a web page as it is: control characters
/// (C0, C1, DEL), bidirectional controls, zero-width and other invisible format characters, line separators, tags.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// The text with every hidden character written as an escape: `\n`, `\t`, `\u{1b}`.
///
/// Everything that comes from a file and goes to a person passes through here.
///
/// ```
/// use vestibule::source::visible;
/// assert_eq!(visible("plain"), "plain");
/// assert_eq!(visible("a\u{1b}[31m\u{202e}b\n"), "a\\u{1b}[31m\\u{202e}b\\n");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hidden(c) => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// How many characters of a text from a file a message repeats: it quotes no page.
const SHOWN_CHARS: usize = 80;

/// The text as a message repeats it: cut where it is very long.
pub(crate) fn shorten(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What [`shorten`] leaves of a text, without its sign.
pub(crate) fn shown_start(text: &str) -> &str {
    text.char_indices().nth(SHOWN_CHARS).map_or(text, |(end, _)| &text[..end])
}

/// The text as a message names it: cut where it is very long, in backquotes.
pub(crate) fn quoted(text: &str) -> String {
    format!("`{}`", shorten(text))
}
