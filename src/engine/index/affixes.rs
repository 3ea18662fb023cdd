//! Which of many literals a value starts with, or ends with.

use super::{Hits, Postings};

/// Literals in order, each with the longest other one that is an affix of it.
///
/// Of the literals that a value starts with, each is an affix of the next longer one, and all are affixes of the last
/// literal that is not greater than the value, or of what that one shares with it. So one binary search finds them all.
#[derive(Clone, Debug, Default)]
pub(super) struct Affixes {
    /// In ascending order, reversed where the ends of values are asked for.
    literals: Vec<Box<[u8]>>,
    /// The index of the longest proper affix; [`NONE`] where there is none.
    parents: Vec<u32>,
    hits: Vec<Hits>,
    at_end: bool,
}

const NONE: u32 = u32::MAX;

impl Affixes {
    /// Of literals, each with what it hits. `at_end` asks for the ends of values.
    pub(super) fn new(literals: Vec<(Box<[u8]>, u32)>, at_end: bool, postings: &mut Postings) -> Affixes {
        let reversed = |mut literal: Box<[u8]>| {
            if at_end {
                literal.reverse();
            }
            literal
        };
        let literals = literals.into_iter().map(|(literal, hit)| (reversed(literal), hit)).collect();
        let mut affixes = Affixes { at_end, ..Affixes::default() };
        let mut open: Vec<u32> = Vec::new();
        for (index, (literal, hits)) in (0..).zip(postings.group(literals)) {
            while open.last().is_some_and(|&last| !literal.starts_with(&affixes.literals[last as usize])) {
                open.pop();
            }
            affixes.parents.push(open.last().copied().unwrap_or(NONE));
            open.push(index);
            affixes.literals.push(literal);
            affixes.hits.push(hits);
        }
        affixes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.literals.is_empty()
    }

    /// Hands on what the literals hit that the value starts or ends with.
    pub(super) fn each(&self, value: &[u8], mut hit: impl FnMut(Hits)) {
        let after = self.literals.partition_point(|literal| !self.is_greater(literal, value));
        let mut at = after.checked_sub(1).map_or(NONE, |index| u32::try_from(index).unwrap_or(NONE));
        let mut fits = false;
        while let Some(literal) = self.literals.get(at as usize) {
            fits = fits || self.is_affix(literal, value);
            if fits {
                hit(self.hits[at as usize]);
            }
            at = self.parents[at as usize];
        }
    }

    fn is_greater(&self, literal: &[u8], value: &[u8]) -> bool {
        let order = if self.at_end { literal.iter().cmp(value.iter().rev()) } else { literal.cmp(value) };
        order.is_gt()
    }

    fn is_affix(&self, literal: &[u8], value: &[u8]) -> bool {
        match self.at_end {
            true => {
                literal.len() <= value.len() && literal.iter().eq(value[value.len() - literal.len()..].iter().rev())
            }
            false => value.starts_with(literal),
        }
    }
}
