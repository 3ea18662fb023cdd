//! Characters that are not what they look like.

use crate::source::{Span, is_hidden};

/// A character that is not what it looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Suspect {
    /// Where, in bytes of the text: the character, or the word that mixes scripts.
    pub(super) span: Span,
    /// What it is.
    pub(super) kind: SuspectKind,
}

/// What is suspicious about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SuspectKind {
    /// Nobody sees it, or it turns the direction of the text.
    Hidden(char),
    /// A space that is not U+0020.
    Space(char),
    /// A word holds letters of two scripts that look alike; the first letter that does not belong: the one that is not
    /// Latin, where one of the two is.
    Mixed(&'static str, &'static str, char),
}

/// The first suspicious character of a text.
pub(super) fn suspect(text: &str) -> Option<Suspect> {
    hidden(text).or_else(|| mixed(text))
}

/// The first character of a text that nobody sees, or that only looks like a space.
pub(super) fn hidden(text: &str) -> Option<Suspect> {
    if text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_control()) {
        return None;
    }
    let mut before = None;
    for (at, c) in text.char_indices() {
        let span = Span::new(at, at + c.len_utf8());
        if is_hidden(c) && !(is_joiner(c) && before.is_some_and(needs_joiners)) {
            return Some(Suspect { span, kind: SuspectKind::Hidden(c) });
        }
        if is_odd_space(c) {
            return Some(Suspect { span, kind: SuspectKind::Space(c) });
        }
        before = Some(c);
    }
    None
}

/// The first word of a text that mixes scripts whose letters look alike.
pub(super) fn mixed(text: &str) -> Option<Suspect> {
    if text.is_ascii() {
        return None;
    }
    let mut start = 0;
    for word in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        if let Some(kind) = mixed_word(word) {
            let end = start + word.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
            return Some(Suspect { span: Span::new(start, end), kind });
        }
        start += word.len();
    }
    None
}

fn mixed_word(word: &str) -> Option<SuspectKind> {
    let mut first: Option<(&'static str, char)> = None;
    for c in word.chars() {
        let Some(script) = script(c) else { continue };
        match first {
            None => first = Some((script, c)),
            Some((first, odd)) if first != script => {
                let odd = if script == "Latin" { odd } else { c };
                return Some(SuspectKind::Mixed(first, script, odd));
            }
            Some(_) => {}
        }
    }
    None
}

/// The script of a letter, of those whose letters are taken for each other. Of Greek only the letters that look like Latin
/// ones count: `TNFα` and `5kΩ` are what they seem.
fn script(c: char) -> Option<&'static str> {
    const GREEK_LIKE_LATIN: &str = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρι";
    match c {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' if c.is_alphabetic() => Some("Latin"),
        '\u{370}'..='\u{3ff}' => GREEK_LIKE_LATIN.contains(c).then_some("Greek"),
        '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' | '\u{a640}'..='\u{a69f}' => Some("Cyrillic"),
        '\u{531}'..='\u{587}' => Some("Armenian"),
        '\u{13a0}'..='\u{13ff}' | '\u{ab70}'..='\u{abbf}' => Some("Cherokee"),
        '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => Some("fullwidth"),
        '\u{1d400}'..='\u{1d7cb}' => Some("mathematical"),
        _ => None,
    }
}

/// A word of another script of which every letter looks like a Latin one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LookAlike {
    /// Where, in bytes of the text.
    pub(super) span: Span,
    /// The script it is written in.
    pub(super) script: &'static str,
    /// What it looks like.
    pub(super) latin: String,
}

/// The first such word of a text. In a text with other letters of its script it is a word of that language, and one letter
/// is no word.
pub(super) fn look_alike(text: &str) -> Option<LookAlike> {
    if text.is_ascii() {
        return None;
    }
    let mut found: Option<LookAlike> = None;
    let mut start = 0;
    for part in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let word = part.trim_end_matches(|c: char| !c.is_alphanumeric());
        for (script, pairs) in LOOK_ALIKES {
            let latin: Option<String> = word.chars().map(|c| latin_of(c, pairs)).collect();
            match latin.filter(|latin| latin.chars().count() > 1) {
                Some(latin) => {
                    let span = Span::new(start, start + word.len());
                    found = found.or(Some(LookAlike { span, script, latin }));
                }
                None if word.chars().any(|c| is_of(c, script) && latin_of(c, pairs).is_none()) => return None,
                None => {}
            }
        }
        start += part.len();
    }
    found
}

/// The letters that look like Latin ones, each before the one that it looks like.
const LOOK_ALIKES: [(&str, &str); 2] = [
    ("Cyrillic", "аaеeоoрpсcуyхxіiјjѕsһhАAВBЕEКKМMНHОOРPСCТTУYХXІIЈJЅS"),
    ("Greek", "ΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXοoνvρpιi"),
];

fn latin_of(c: char, pairs: &str) -> Option<char> {
    let mut pairs = pairs.chars();
    std::iter::from_fn(|| pairs.next().zip(pairs.next())).find(|(from, _)| *from == c).map(|(_, to)| to)
}

fn is_of(c: char, script: &str) -> bool {
    match script {
        "Greek" => matches!(c, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}'),
        _ => matches!(c, '\u{400}'..='\u{52f}'),
    }
}

/// Zero-width joiner and non-joiner.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Letters of Arabic and of Indian scripts are joined, or kept apart, by characters that nobody sees; so are emoji.
fn needs_joiners(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{2600}'..='\u{27bf}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
}

/// The spaces that look like U+0020. The ideographic one is as wide as the characters around it.
fn is_odd_space(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}')
}

impl Suspect {
    /// As the end of a sentence: "holds U+200B, which nobody sees".
    pub(super) fn described(&self) -> String {
        match self.kind {
            SuspectKind::Hidden(c) => format!("U+{:04X}, which nobody sees", u32::from(c)),
            SuspectKind::Space(c) => format!("U+{:04X}, which looks like a space", u32::from(c)),
            SuspectKind::Mixed(one, other, c) => {
                format!("a word of {one} and {other} letters: `{c}` is U+{:04X}", u32::from(c))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Option<(usize, usize, String)> {
        suspect(text).map(|suspect| (suspect.span.start, suspect.span.end, suspect.described()))
    }

    #[test]
    fn what_looks_like_something_else_is_found() {
        for (text, start, end, said) in [
            ("EU-\u{200b}Finance", 3, 6, "U+200B, which nobody sees"),
            ("a\u{202e}b", 1, 4, "U+202E, which nobody sees"),
            ("a\u{ad}b", 1, 3, "U+00AD, which nobody sees"),
            ("Contoso\u{a0}EU", 7, 9, "U+00A0, which looks like a space"),
            ("My F\u{456}nance-x", 3, 11, "a word of Latin and Cyrillic letters: `\u{456}` is U+0456"),
            ("\u{39f}ps", 0, 4, "a word of Greek and Latin letters: `\u{39f}` is U+039F"),
            ("\u{ff21}B", 0, 4, "a word of fullwidth and Latin letters: `\u{ff21}` is U+FF21"),
            ("a\u{200d}b", 1, 4, "U+200D, which nobody sees"),
        ] {
            assert_eq!(check(text), Some((start, end, said.to_owned())), "{text:?}");
        }
    }

    #[test]
    fn names_in_any_language_are_what_they_seem() {
        for text in [
            "EU-Finance",
            "Größe Łódź Việt İstanbul",
            "Финансы",
            "Отдел-EU",
            "Отдел EU",
            "Οικονομικά",
            "TNFα Team",
            "5kΩ",
            "財務部",
            "経理\u{3000}部",
            "می\u{200c}خواهم",
            "क\u{200d}ष",
            "👩\u{200d}💻 Developers",
            "R&D µm",
        ] {
            assert_eq!(check(text), None, "{text:?}");
        }
    }
}
