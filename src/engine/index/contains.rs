//! Which of many literals a value contains.

use std::fmt;

use aho_corasick::automaton::Automaton;
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{Anchored, MatchKind};

use super::{Hits, Postings};

/// One automaton for all literals.
#[derive(Clone)]
pub(super) struct Contains {
    automaton: NFA,
    hits: Vec<Hits>,
}

impl Contains {
    /// Of literals, each with what it hits; gives the literals back where they make no automaton.
    pub(super) fn new(literals: Vec<(Box<[u8]>, u32)>, postings: &mut Postings) -> Option<Contains> {
        let (literals, hits): (Vec<_>, Vec<_>) = postings.group(literals).unzip();
        let automaton = NFA::builder().match_kind(MatchKind::Standard).build(&literals).ok()?;
        Some(Contains { automaton, hits })
    }

    /// How many literals there are.
    pub(super) fn len(&self) -> usize {
        self.hits.len()
    }

    /// Hands on what the literals hit that the value contains, each once.
    ///
    /// `met` is how it is known which literals have been met: it says so of one, and from then on no more. Where one
    /// literal has been met, all that it ends with have been met too, so that a text of `a` costs its length and not
    /// its length times the number of literals made of `a`.
    pub(super) fn each(&self, value: &[u8], mut met: impl FnMut(usize) -> bool, mut hit: impl FnMut(Hits)) {
        let Ok(mut state) = self.automaton.start_state(Anchored::No) else { return };
        for &byte in value {
            state = self.automaton.next_state(Anchored::No, state, byte);
            if !self.automaton.is_match(state) {
                continue;
            }
            // The longest literal stands first, and the others are its ends.
            for index in 0..self.automaton.match_len(state) {
                let literal = self.automaton.match_pattern(state, index).as_usize();
                if met(literal) {
                    if index == 0 {
                        break;
                    }
                    continue;
                }
                hit(self.hits[literal]);
            }
        }
    }
}

impl fmt::Debug for Contains {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contains").field("literals", &self.hits.len()).finish_non_exhaustive()
    }
}
