//! Where a text repeats personal values.

use crate::source::Span;

use super::{Redactor, fold};

/// The first word of a value: its letters and digits, or the one sign that it begins with.
pub(super) fn first(value: &str) -> &str {
    let end = value.find(|c: char| !c.is_alphanumeric()).unwrap_or(value.len());
    let sign = value.chars().next().map_or(0, char::len_utf8);
    &value[..end.max(sign)]
}

/// The personal values in a text and their pseudonyms, in order, without overlaps.
pub(super) fn personal(redactor: &Redactor, text: &str) -> Vec<(Span, String)> {
    let folded = fold(text);
    let mut found = Vec::new();
    let mut at = 0;
    let mut before = None;
    while let Some(c) = text[at..].chars().next() {
        let begins_word = !c.is_alphanumeric() || before.is_none_or(|before: char| !before.is_alphanumeric());
        let hit =
            begins_word.then(|| known(redactor, text, &folded, at).or_else(|| address(redactor, text, at, before)));
        if let Some((end, pseudonym)) = hit.flatten() {
            found.extend(pseudonym.map(|pseudonym| (Span::new(at, end), pseudonym)));
            before = text[..end].chars().next_back();
            at = end;
            continue;
        }
        before = Some(c);
        // The rest of a word begins no value.
        at += if c.is_alphanumeric() { first(&text[at..]).len() } else { c.len_utf8() };
        if c.is_alphanumeric() {
            before = text[..at].chars().next_back();
        }
    }
    found
}

/// The longest known value that begins here and ends with a word, and its pseudonym; none for a name that stays.
fn known(redactor: &Redactor, text: &str, folded: &str, at: usize) -> Option<(usize, Option<String>)> {
    let lengths = redactor.lengths.get(first(&folded[at..]))?;
    lengths.iter().find_map(|length| {
        let end = at + length;
        let value = folded.get(at..end)?;
        let follows = text[end..].chars().next();
        if value.ends_with(char::is_alphanumeric) && follows.is_some_and(char::is_alphanumeric) {
            return None;
        }
        if redactor.kept.contains(value) {
            return Some((end, None));
        }
        let pseudonym = redactor.values.get(value)?;
        (is_telling(value) || is_quoted(text, at, end)).then(|| (end, Some(pseudonym.clone())))
    })
}

/// Whether a value is taken for one also where it stands among other words: no word of English, and no small number.
fn is_telling(value: &str) -> bool {
    let has_sign = value.chars().any(|c| !c.is_alphabetic());
    let is_number = value.chars().all(|c| c.is_ascii_digit());
    value.len() >= 6 || (has_sign && !is_number && value.len() >= 3)
}

/// Messages quote what comes from files.
fn is_quoted(text: &str, start: usize, end: usize) -> bool {
    const QUOTES: [char; 3] = ['`', '"', '\''];
    text[..start].ends_with(QUOTES) && text[end..].starts_with(QUOTES)
}

/// An e-mail address that begins here, be it known or not.
fn address(redactor: &Redactor, text: &str, at: usize, before: Option<char>) -> Option<(usize, Option<String>)> {
    let is_of_address = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '#' | '@');
    if before.is_some_and(is_of_address) {
        return None;
    }
    let run = &text[at..];
    let run = &run[..run.find(|c| !is_of_address(c)).unwrap_or(run.len())];
    let address = run.trim_end_matches(['.', '-', '@']);
    let (local, domain) = address.split_once('@')?;
    let is_address = !local.is_empty() && domain.contains('.');
    is_address.then(|| (at + address.len(), Some(redactor.pseudonym(address))))
}
