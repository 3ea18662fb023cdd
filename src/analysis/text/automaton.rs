//! Languages as automata, and the shortest string that is in some and not in others.

use std::collections::VecDeque;

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson::NFA;
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};
use regex_syntax::hir::Hir;

use super::super::effort::Effort;
use super::super::hash::HashMap;

/// The largest automaton, in bytes. `.*@contoso\.eu` takes 10 KiB.
const MOST_BYTES: usize = 1 << 20;

/// How many states of all languages together are looked at for one string.
const MOST_STATES: usize = 20_000;

/// A set of strings.
#[derive(Debug)]
pub(super) struct Language {
    dfa: dense::DFA<Vec<u32>>,
    start: StateID,
}

/// What came of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Search {
    /// A shortest string.
    Found(String),
    /// There is none.
    Empty,
    /// It was given up.
    Unknown,
}

impl Language {
    /// The language of an expression; `None` where its automaton is too large, or asks for what no automaton can tell.
    pub(super) fn new(hir: &Hir) -> Option<Language> {
        let config = NFA::config().nfa_size_limit(Some(MOST_BYTES)).shrink(false);
        let nfa = NFA::compiler().configure(config).build_from_hir(hir).ok()?;
        let config = dense::Config::new()
            .start_kind(StartKind::Anchored)
            .match_kind(MatchKind::All)
            .accelerate(false)
            .dfa_size_limit(Some(MOST_BYTES))
            .determinize_size_limit(Some(MOST_BYTES));
        let dfa = dense::Builder::new().configure(config).build_from_nfa(&nfa).ok()?;
        let start = dfa.start_state(&start::Config::new().anchored(Anchored::Yes)).ok()?;
        Some(Language { dfa, start })
    }

    fn accepts(&self, state: StateID) -> bool {
        self.dfa.is_match_state(self.dfa.next_eoi_state(state))
    }
}

/// Bytes in the order in which people like to see them.
fn by_taste() -> impl Iterator<Item = u8> {
    let nice = (b'a'..=b'z').chain(b'0'..=b'9').chain(*b"-._@ ").chain(b'A'..=b'Z');
    let printable = (b'!'..=b'~').chain(0x80..=0xff).chain(0..b' ').chain([0x7f]);
    nice.chain(printable)
}

/// One byte for each kind of bytes between which no language tells a difference, the nicest of each.
fn alphabet(languages: &[&Language]) -> Vec<u8> {
    let mut seen = HashMap::default();
    let mut bytes = Vec::new();
    for byte in by_taste() {
        let kind: Vec<u8> = languages.iter().map(|language| language.dfa.byte_classes().get(byte)).collect();
        if seen.insert(kind, byte).is_none() {
            bytes.push(byte);
        }
    }
    bytes
}

/// The shortest string that is in all of `within` and in none of `outside`. `within` must not be empty: its languages
/// are what keeps the string from being anything but a text.
pub(super) fn shortest(within: &[&Language], outside: &[&Language], effort: &Effort) -> Search {
    let languages: Vec<&Language> = within.iter().chain(outside).copied().collect();
    let accepts = |states: &[StateID]| {
        let mut accepted = languages.iter().zip(states).map(|(language, state)| language.accepts(*state));
        (0..within.len()).all(|_| accepted.next() == Some(true)) && !accepted.any(|accepted| accepted)
    };
    let is_dead =
        |states: &[StateID]| within.iter().zip(states).any(|(language, state)| language.dfa.is_dead_state(*state));
    let bytes = alphabet(&languages);
    let start: Vec<StateID> = languages.iter().map(|language| language.start).collect();
    // Each state with the one before it and the byte between.
    let mut trail: Vec<(usize, u8)> = vec![(0, 0)];
    let mut known: HashMap<Vec<StateID>, usize> = HashMap::from_iter([(start.clone(), 0)]);
    let mut waiting = VecDeque::from([(start, 0)]);
    while let Some((states, index)) = waiting.pop_front() {
        if accepts(&states) {
            return String::from_utf8(spelled(&trail, index)).map_or(Search::Unknown, Search::Found);
        }
        if known.len() > MOST_STATES || !effort.spend((bytes.len() * languages.len()) as u64) {
            return Search::Unknown;
        }
        for &byte in &bytes {
            let step = |(language, state): (&&Language, &StateID)| language.dfa.next_state(*state, byte);
            let next: Vec<StateID> = languages.iter().zip(&states).map(step).collect();
            if is_dead(&next) || known.contains_key(&next) {
                continue;
            }
            trail.push((index, byte));
            known.insert(next.clone(), trail.len() - 1);
            waiting.push_back((next, trail.len() - 1));
        }
    }
    Search::Empty
}

fn spelled(trail: &[(usize, u8)], mut index: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some((before, byte)) = trail.get(index).filter(|_| index != 0) {
        bytes.push(*byte);
        index = *before;
    }
    bytes.reverse();
    bytes
}

#[cfg(test)]
mod tests {
    use super::super::predicate::{TextPredicate, anything};
    use super::*;
    use crate::condition::{Ordering, Pattern, TextMatch, TextRelation};

    fn pattern(source: &str) -> TextPredicate {
        TextPredicate::Pattern(Pattern::new(source, false).expect(source))
    }

    fn relation(relation: TextRelation, text: &str, exact: bool) -> TextPredicate {
        TextPredicate::Match(TextMatch::new(relation, [text], exact))
    }

    fn language(predicate: &TextPredicate) -> Language {
        Language::new(&predicate.language().expect("a language")).expect("an automaton")
    }

    fn accepts(language: &Language, text: &str) -> bool {
        let last = text.bytes().fold(language.start, |state, byte| language.dfa.next_state(state, byte));
        language.accepts(last)
    }

    /// An automaton and the comparison itself say the same of every string.
    #[test]
    fn a_language_has_the_strings_of_which_the_predicate_holds() {
        let mut predicates: Vec<TextPredicate> =
            [".*@x", "a|ab", "(?i)k+", "^a$", "(?m)^a$", "(?s).*", "", "[^a]", "a??b{2}", r"\Aa\z|\w", r"(?-u:\b)a"]
                .into_iter()
                .map(pattern)
                .collect();
        for order in
            [Ordering::Equal, Ordering::Less, Ordering::LessOrEqual, Ordering::Greater, Ordering::GreaterOrEqual]
        {
            for text in ["", "a", "k", "ab", "b@x", "ß"] {
                predicates.push(relation(TextRelation::Is(order), text, false));
                predicates.push(relation(TextRelation::Is(order), text, true));
            }
        }
        for relation_of in [TextRelation::Contains, TextRelation::Starts, TextRelation::Ends] {
            for text in ["", "a", "K", "ab", "@x", "ẞ"] {
                predicates.push(relation(relation_of, text, false));
                predicates.push(relation(relation_of, text, true));
            }
        }
        predicates.push(TextPredicate::part(&Pattern::new("ab|^b$", false).expect("a pattern")).expect("a regex"));
        predicates.push(TextPredicate::Printable);
        let letters = ["", "a", "A", "b", "k", "K", "\u{212a}", "@x", "ß", "ẞ", "\n", "\0", "z"];
        for predicate in &predicates {
            let Some(language) = predicate.language().and_then(|hir| Language::new(&hir)) else {
                panic!("{predicate:?} has no automaton")
            };
            for (one, two) in letters.iter().flat_map(|one| letters.iter().map(move |two| (one, two))) {
                let text = format!("{one}{two}");
                assert_eq!(accepts(&language, &text), predicate.holds(&text), "{predicate:?} {text:?}");
            }
        }
    }

    #[test]
    fn the_shortest_string_that_is_in_some_and_not_in_others() {
        let check = |within: &[TextPredicate], outside: &[TextPredicate], expected: Search| {
            let anything = Language::new(&anything()).expect("an automaton");
            let mut within: Vec<Language> = within.iter().map(language).collect();
            within.push(anything);
            let outside: Vec<Language> = outside.iter().map(language).collect();
            let (within, outside): (Vec<&Language>, Vec<&Language>) =
                (within.iter().collect(), outside.iter().collect());
            assert_eq!(shortest(&within, &outside, &Effort::new()), expected);
        };
        let found = |text: &str| Search::Found(text.to_owned());
        let ends = |text: &str| relation(TextRelation::Ends, text, false);
        check(&[], &[], found(""));
        check(&[ends("@x.de")], &[], found("@x.de"));
        check(&[ends("@x.de")], &[pattern(r".*@x\.de")], found("@x.dE"));
        check(&[pattern(r".*@x\.de")], &[ends("@x.de")], Search::Empty);
        check(&[pattern(r".*@x.de")], &[ends("@x.de")], found("@xade"));
        check(&[ends("ab"), pattern("[a-c]{3}")], &[], found("aab"));
        check(&[ends("ab"), ends("b")], &[relation(TextRelation::Contains, "A", false)], Search::Empty);
        check(&[pattern("é.")], &[pattern("é[a-z]")], found("é0"));
    }
}
