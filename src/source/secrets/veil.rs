//! Overwriting.

use crate::source::Span;

/// The text with something else in the place of some spans: characters of the same number of bytes, so that every other
/// place stays where it is. Line breaks and blanks stay, and numbers stay numbers: what the text means apart from its
/// secrets does not change.
pub(in crate::source) fn veil(text: &str, spans: impl IntoIterator<Item = Span>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut written = 0;
    for span in spans {
        let (Some(before), Some(secret)) = (text.get(written..span.start), text.get(span.range())) else { continue };
        out.push_str(before);
        let is_number = secret.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
        let covered = secret.chars().map(|c| if is_number { digit_cover(c) } else { cover(c) });
        out.extend(covered);
        written = span.end;
    }
    out.push_str(text.get(written..).unwrap_or_default());
    out
}

fn digit_cover(c: char) -> char {
    if c.is_ascii_digit() { '1' } else { c }
}

/// What stands for a character of a secret. None of them has a meaning in YAML, JSON, XML or a pattern.
fn cover(c: char) -> char {
    match c.len_utf8() {
        _ if matches!(c, '\n' | '\r' | ' ' | '\t') => c,
        1 => '_',
        2 => '·',
        3 => '•',
        _ => '𐄁',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_columns_and_lines_stay() {
        let veiled = veil("a: pä€🙂\n  b, c: 1.25", [Span::new(3, 17), Span::new(22, 26)]);
        assert_eq!(veiled, "a: _·•𐄁\n  _, c: 1.11");
    }
}
