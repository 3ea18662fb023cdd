//! The texts that every match of a pattern starts or ends with.

use regex_syntax::hir::Hir;
use regex_syntax::hir::literal::{ExtractKind, Extractor, Seq};

/// Texts of which every value that a pattern matches starts, or ends, with one. They are what makes it cheap to see that
/// a value cannot match. A text may end inside of a character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// Matching values start with one of these.
    Starts(Vec<Box<[u8]>>),
    /// Matching values end with one of these.
    Ends(Vec<Box<[u8]>>),
}

/// Of more texts than this none are kept: they would be no cheaper than the pattern.
const MOST: usize = 64;

impl Anchor {
    /// The anchor of a pattern that has to match whole values; the longer one where it has two.
    pub(super) fn of(hir: &Hir) -> Option<Anchor> {
        let starts = literals(hir, ExtractKind::Prefix);
        let ends = literals(hir, ExtractKind::Suffix);
        let shortest = |literals: &Option<Vec<Box<[u8]>>>| {
            literals.as_ref().map(|literals| literals.iter().map(|literal| literal.len()).min().unwrap_or(usize::MAX))
        };
        match shortest(&starts) >= shortest(&ends) {
            true => starts.map(Anchor::Starts),
            false => ends.map(Anchor::Ends),
        }
    }
}

fn literals(hir: &Hir, kind: ExtractKind) -> Option<Vec<Box<[u8]>>> {
    let seq: Seq = Extractor::new().kind(kind).extract(hir);
    let literals = seq.literals().filter(|literals| literals.len() <= MOST)?;
    let is_useful = literals.iter().all(|literal| !literal.is_empty());
    is_useful.then(|| literals.iter().map(|literal| literal.as_bytes().into()).collect())
}

#[cfg(test)]
mod tests {
    use crate::condition::Pattern;

    #[test]
    fn what_every_match_starts_or_ends_with() {
        let check = |source: &str, ignore_case: bool, expected: &str| {
            let anchor = format!("{:?}", Pattern::new(source, ignore_case).unwrap().anchor());
            let text = |literals: &[&str]| {
                format!("{:?}", literals.iter().map(|literal| literal.as_bytes()).collect::<Vec<_>>())
            };
            let (kind, literals) = expected.split_once(' ').unwrap_or((expected, ""));
            let literals: Vec<&str> = literals.split(' ').filter(|literal| !literal.is_empty()).collect();
            let expected = if kind == "None" { kind.to_owned() } else { format!("Some({kind}({}))", text(&literals)) };
            assert_eq!(anchor, expected, "{source}");
        };
        check("EU-.*", false, "Starts EU-");
        check(".*@contoso\\.com", false, "Ends @contoso.com");
        check("(EU|US)-\\w+", false, "Starts EU- US-");
        check("a|bc", false, "Starts a bc");
        check("^EU", false, "Starts EU");
        check("ab", true, "Starts AB Ab aB ab");
        check(".*", false, "None");
        check("x?", false, "None");
        check("[^a]+", false, "None");
        check("\\pL{3}-x", false, "Ends -x");
    }
}
