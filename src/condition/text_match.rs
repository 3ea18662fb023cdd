//! Comparing strings: Unicode simple case folding without normalisation, or exactly.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::Ordering;

/// A string stands in a relation to a text.
///
/// Case is folded as Unicode's *simple* folding has it, character by character: `ẞ` is `ß`, but `ß` is not `ss`, and `İ`
/// is only itself. Nothing is normalised: `é` in one character differs from `é` in two. RFC 7643 leaves the folding open
/// and lets `caseExact` attributes compare exactly.
///
/// ```
/// use vestibule::condition::{TextMatch, TextRelation};
///
/// let suffix = TextMatch::new(TextRelation::Ends, ["@Contoso.EU"], false);
/// assert!(suffix.holds("ada@contoso.eu"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TextMatch {
    relation: TextRelation,
    /// Folded, unless the match is exact.
    texts: BTreeSet<String>,
    exact: bool,
}

/// How a string stands to a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextRelation {
    /// It equals one of the texts, or follows or precedes one in the order of code points.
    Is(Ordering),
    /// It contains one of the texts.
    Contains,
    /// It starts with one of the texts.
    Starts,
    /// It ends with one of the texts.
    Ends,
}

impl TextMatch {
    /// A match with any of the texts; `exact` for attributes that are `caseExact`.
    pub fn new<T: AsRef<str>>(relation: TextRelation, texts: impl IntoIterator<Item = T>, exact: bool) -> TextMatch {
        let texts = texts.into_iter().map(|text| if exact { text.as_ref().to_string() } else { fold(text.as_ref()) });
        TextMatch { relation, texts: texts.collect(), exact }
    }

    /// Whether the value stands in the relation to one of the texts.
    pub fn holds(&self, value: &str) -> bool {
        let value = if self.exact { Cow::Borrowed(value) } else { Cow::Owned(fold(value)) };
        let value = value.as_ref();
        let mut texts = self.texts.iter().map(String::as_str);
        match self.relation {
            TextRelation::Is(Ordering::Equal) => self.texts.contains(value),
            TextRelation::Is(order) => texts.any(|text| order.admits(value.cmp(text))),
            TextRelation::Contains => texts.any(|text| value.contains(text)),
            TextRelation::Starts => texts.any(|text| value.starts_with(text)),
            TextRelation::Ends => texts.any(|text| value.ends_with(text)),
        }
    }

    /// The relation.
    pub fn relation(&self) -> TextRelation {
        self.relation
    }

    /// The texts, folded unless the match is exact, in order of code points.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(String::as_str)
    }

    /// Whether case counts.
    pub fn is_exact(&self) -> bool {
        self.exact
    }
}

impl Ordering {
    /// Whether a value that compares so with the operand satisfies the relation.
    pub fn admits(self, compared: std::cmp::Ordering) -> bool {
        match self {
            Ordering::Equal => compared.is_eq(),
            Ordering::Less => compared.is_lt(),
            Ordering::LessOrEqual => compared.is_le(),
            Ordering::Greater => compared.is_gt(),
            Ordering::GreaterOrEqual => compared.is_ge(),
        }
    }
}

/// The text with each character folded by Unicode's simple case folding.
///
/// Two names that fold to the same text are the same name wherever case does not count: group names, user names, the
/// names of attributes.
///
/// ```
/// use vestibule::condition::fold;
/// assert_eq!(fold("STRAẞE"), fold("straße"));
/// assert_ne!(fold("STRASSE"), fold("straße"));
/// assert_eq!(fold("İ"), "İ");
/// ```
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// The same into a string that is used again.
pub(crate) fn fold_into(text: &str, folded: &mut String) {
    folded.clear();
    if text.is_ascii() {
        folded.push_str(text);
        folded.make_ascii_lowercase();
    } else {
        folded.extend(text.chars().map(fold_char));
    }
}

/// The character that a character folds to, by Unicode's simple case folding.
pub(crate) fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    unicode_case_mapping::case_folded(c).and_then(|folded| char::from_u32(folded.get())).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn equals(text: &str, value: &str) -> bool {
        TextMatch::new(TextRelation::Is(Ordering::Equal), [text], false).holds(value)
    }

    #[test]
    fn folding_is_simple_and_without_normalisation() {
        assert!(equals("ada@contoso.eu", "ADA@Contoso.EU"));
        assert!(equals("ß", "ẞ") && !equals("ß", "ss") && !equals("ß", "SS"));
        assert!(equals("İ", "İ") && !equals("İ", "i") && !equals("İ", "I") && !equals("İ", "i\u{307}"));
        assert!(equals("ı", "ı") && !equals("ı", "I") && !equals("ı", "i"));
        assert!(equals("Σ", "ς") && equals("ΌΣΟΣ", "όσος"));
        assert!(equals("\u{212a}elvin", "Kelvin") && equals("ſ", "S") && equals("Å", "å"));
        assert!(!equals("é", "e\u{301}"));
        assert!(!equals("ﬁ", "fi"));
        assert!(equals("Ꮿ", "ꮿ") && equals("𐐀", "𐐨"));
    }

    #[test]
    fn exact_matches_do_not_fold() {
        let exact = TextMatch::new(TextRelation::Is(Ordering::Equal), ["ABC"], true);
        assert!(exact.holds("ABC") && !exact.holds("abc"));
        let contains = TextMatch::new(TextRelation::Contains, ["B"], true);
        assert!(contains.holds("ABC") && !contains.holds("abc"));
    }

    #[test]
    fn relations() {
        let check = |relation, texts: &[&str], holds: &[&str], not: &[&str]| {
            let matcher = TextMatch::new(relation, texts, false);
            assert!(holds.iter().all(|value| matcher.holds(value)), "{relation:?} {texts:?}");
            assert!(!not.iter().any(|value| matcher.holds(value)), "{relation:?} {texts:?}");
        };
        use Ordering::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
        check(TextRelation::Is(Equal), &["Intern", "EMPLOYEE"], &["intern", "Employee"], &["interns", ""]);
        check(TextRelation::Contains, &["@Contoso"], &["a@CONTOSO.eu", "@contoso"], &["contoso"]);
        check(TextRelation::Contains, &[""], &["", "x"], &[]);
        check(TextRelation::Starts, &["EU-"], &["eu-finance", "EU-"], &["xEU-", "EU"]);
        check(TextRelation::Ends, &["STRAẞE"], &["Hauptstraße"], &["Hauptstrasse"]);
        check(TextRelation::Is(Less), &["M"], &["a", "L", ""], &["m", "M", "n"]);
        check(TextRelation::Is(LessOrEqual), &["M"], &["a", "m"], &["n", "ma"]);
        check(TextRelation::Is(Greater), &["M"], &["n", "Z", "ma", "é"], &["M", "a"]);
        check(TextRelation::Is(GreaterOrEqual), &["M"], &["m", "N"], &["l"]);
    }
}
