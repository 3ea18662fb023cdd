//! Which characters fold to one: the way back from a folded text to the values that it stands for.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir};

use crate::condition::fold_char;

/// No character from here on folds to another one; a test looks at all of them.
const END: char = '\u{1F000}';

/// The characters that fold to another one, by the one that they fold to.
fn folding() -> &'static BTreeMap<char, Vec<char>> {
    static FOLDING: OnceLock<BTreeMap<char, Vec<char>>> = OnceLock::new();
    FOLDING.get_or_init(|| {
        let mut folding: BTreeMap<char, Vec<char>> = BTreeMap::new();
        for c in '\0'..END {
            let folded = fold_char(c);
            if folded != c {
                folding.entry(folded).or_default().push(c);
            }
        }
        folding
    })
}

/// All characters that fold to this one.
pub(super) fn preimages(folded: char) -> Vec<char> {
    let mut found = folding().get(&folded).cloned().unwrap_or_default();
    if fold_char(folded) == folded {
        found.push(folded);
    }
    found
}

/// One character: itself, or, where case does not count, any that folds to it.
pub(super) fn character(c: char, exact: bool) -> Hir {
    let characters = if exact { vec![c] } else { preimages(c) };
    class(characters.into_iter().map(|c| ClassUnicodeRange::new(c, c)))
}

/// The characters that stand in an order to one: before it, or after it.
pub(super) fn ordered(c: char, before: bool, exact: bool) -> Hir {
    let is_on_side = |other: char| if before { other < c } else { other > c };
    let below = if before { char::from_u32((c as u32).wrapping_sub(1)).or(skip_surrogates(c, true)) } else { None };
    let mut side = match (before, below) {
        (true, Some(end)) if c != '\0' => ClassUnicode::new([ClassUnicodeRange::new('\0', end)]),
        (true, _) => ClassUnicode::empty(),
        (false, _) => match char::from_u32(c as u32 + 1).or(skip_surrogates(c, false)) {
            Some(start) => ClassUnicode::new([ClassUnicodeRange::new(start, char::MAX)]),
            None => ClassUnicode::empty(),
        },
    };
    if !exact {
        let moved = |into: bool| {
            let pairs = folding().iter().flat_map(|(folded, from)| from.iter().map(move |from| (*folded, *from)));
            let moves = pairs.filter(|(folded, from)| is_on_side(*folded) == into && is_on_side(*from) != into);
            ClassUnicode::new(moves.map(|(_, from)| ClassUnicodeRange::new(from, from)).collect::<Vec<_>>())
        };
        side.union(&moved(true));
        side.difference(&moved(false));
    }
    Hir::class(Class::Unicode(side))
}

/// The neighbour of a character beside the surrogates, which are no characters.
fn skip_surrogates(c: char, before: bool) -> Option<char> {
    match (c, before) {
        ('\u{E000}', true) => Some('\u{D7FF}'),
        ('\u{D7FF}', false) => Some('\u{E000}'),
        _ => None,
    }
}

fn class(ranges: impl Iterator<Item = ClassUnicodeRange>) -> Hir {
    Hir::class(Class::Unicode(ClassUnicode::new(ranges.collect::<Vec<_>>())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_leads_to_every_character() {
        assert!((END..=char::MAX).all(|c| fold_char(c) == c), "a character beyond the end folds");
        for c in '\0'..END {
            assert!(preimages(fold_char(c)).contains(&c), "{c:?}");
        }
        let mut kelvin = preimages('k');
        kelvin.sort_unstable();
        assert_eq!(kelvin, ['K', 'k', '\u{212a}']);
        assert!(preimages('K').is_empty(), "nothing folds to a capital letter");
    }

    #[test]
    fn the_order_is_that_of_folded_characters() {
        for c in ['\0', 'a', 'k', 'z', '\u{D7FF}', '\u{E000}', 'é', char::MAX] {
            for exact in [false, true] {
                for before in [false, true] {
                    let hir = ordered(c, before, exact);
                    let class = match hir.kind() {
                        regex_syntax::hir::HirKind::Class(Class::Unicode(class)) => class.clone(),
                        regex_syntax::hir::HirKind::Literal(literal) => {
                            let text = std::str::from_utf8(&literal.0).expect("a text");
                            ClassUnicode::new(text.chars().map(|c| ClassUnicodeRange::new(c, c)))
                        }
                        _ => ClassUnicode::empty(),
                    };
                    let holds = |x: char| class.iter().any(|range| range.start() <= x && x <= range.end());
                    for x in ('\0'..'\u{300}').chain(['\u{212a}', '\u{D7FF}', '\u{E000}', 'ﬀ', char::MAX]) {
                        let value = if exact { x } else { fold_char(x) };
                        let expected = if before { value < c } else { value > c };
                        assert_eq!(holds(x), expected, "{x:?} {before} {c:?} {exact}");
                    }
                }
            }
        }
    }
}
