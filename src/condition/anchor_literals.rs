//! Texts that every match of a pattern has.

use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Hir, HirKind};

/// Texts of which every value that a pattern matches has one. They are what makes it cheap to see that a value cannot
/// match. A text may end inside of a character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Anchor {
    /// Where a value has one of them.
    pub(crate) stands: Stands,
    pub(crate) literals: Vec<Box<[u8]>>,
    /// Whether it is the folded value that has one of them.
    pub(crate) folded: bool,
}

/// Where in a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stands {
    AtStart,
    AtEnd,
    Anywhere,
}

/// Of more texts than this none are kept: they would be no cheaper than the pattern.
const MOST: usize = 64;

impl Anchor {
    /// The anchor of a pattern that has to match whole values: of those that it has, the one whose shortest text is the
    /// longest.
    ///
    /// `folded` says that the pattern ignores case. Then it is read as if it did not, and what it asks for, where that is
    /// ASCII, is what the folded value has.
    pub(super) fn of(hir: &Hir, folded: bool) -> Option<Anchor> {
        let anchors = [
            (Stands::AtStart, affixes(hir, ExtractKind::Prefix)),
            (Stands::AtEnd, affixes(hir, ExtractKind::Suffix)),
            (Stands::Anywhere, inner(hir)),
        ];
        let usable = |literals: &Vec<Box<[u8]>>| {
            let is_usable = |literal: &[u8]| !literal.is_empty() && (literal.is_ascii() || !folded);
            literals.len() <= MOST && literals.iter().all(|literal| is_usable(literal))
        };
        let usable = anchors.into_iter().filter_map(|(stands, literals)| Some((stands, literals.filter(usable)?)));
        // Of several that are as long the first is taken: ends are looked up faster than what stands between.
        let (stands, mut literals) = usable.rev().max_by_key(|(_, literals)| shortest(literals))?;
        if folded {
            literals.iter_mut().for_each(|literal| literal.make_ascii_lowercase());
        }
        Some(Anchor { stands, literals, folded })
    }
}

/// The length of the shortest; of none at all, which no value can have, the longest there is.
fn shortest(literals: &[Box<[u8]>]) -> usize {
    literals.iter().map(|literal| literal.len()).min().unwrap_or(usize::MAX)
}

fn affixes(hir: &Hir, kind: ExtractKind) -> Option<Vec<Box<[u8]>>> {
    let found = Extractor::new().kind(kind).extract(hir);
    found.literals().map(|literals| literals.iter().map(|literal| literal.as_bytes().into()).collect())
}

/// Texts of which every match has one somewhere. The depth of patterns is limited.
fn inner(hir: &Hir) -> Option<Vec<Box<[u8]>>> {
    match hir.kind() {
        HirKind::Literal(literal) => Some(vec![literal.0.clone()]),
        HirKind::Capture(capture) => inner(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => inner(&repetition.sub),
        HirKind::Concat(parts) => {
            let found = parts.iter().filter_map(inner).filter(|literals| literals.len() <= MOST);
            found.max_by_key(|literals| shortest(literals))
        }
        HirKind::Alternation(branches) => {
            let mut all = Vec::new();
            for branch in branches {
                all.extend(inner(branch)?);
                if all.len() > MOST {
                    return None;
                }
            }
            Some(all)
        }
        HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) | HirKind::Repetition(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Stands::{Anywhere, AtEnd, AtStart};
    use super::*;
    use crate::condition::Pattern;

    #[track_caller]
    fn check(source: &str, ignore_case: bool, stands: Stands, literals: &[&str]) {
        let pattern = Pattern::new(source, ignore_case).unwrap();
        let literals = literals.iter().map(|literal| literal.as_bytes().into()).collect();
        assert_eq!(pattern.anchor(), Some(&Anchor { stands, literals, folded: ignore_case }), "{source}");
    }

    #[test]
    fn what_every_match_starts_with_ends_with_or_contains() {
        check("EU-.*", false, AtStart, &["EU-"]);
        check(".*@contoso\\.com", false, AtEnd, &["@contoso.com"]);
        check("(EU|US)-\\w+", false, AtStart, &["EU-", "US-"]);
        check("a|bc", false, AtStart, &["a", "bc"]);
        check("^EU", false, AtStart, &["EU"]);
        check(".*admins?.*", false, Anywhere, &["admin"]);
        check("\\w+(finance|legal)+\\w+", false, Anywhere, &["finance", "legal"]);
        check("\\pL{3}-x", false, AtEnd, &["-x"]);
        // Nothing matches: no text has to be looked for.
        check("a\\bb", false, AtStart, &["ab"]);
    }

    #[test]
    fn what_ignores_case_is_looked_for_in_folded_values() {
        check("v-Alpine\\..*", true, AtStart, &["v-alpine."]);
        check(".*@(mail\\.)?coho\\.com", true, AtEnd, &["@mail.coho.com", "@coho.com"]);
    }

    #[test]
    fn patterns_that_ask_for_no_text_have_none() {
        for (source, ignore_case) in [(".*", false), ("x?", false), ("[^a]+", false), ("", false), ("straße", true)] {
            assert_eq!(Pattern::new(source, ignore_case).unwrap().anchor(), None, "{source}");
        }
    }
}
