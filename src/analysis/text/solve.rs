//! From predicates on one string to a string, or to those of them that cannot hold together.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::super::effort::Effort;
use super::super::hash::{HashMap, HashSet};
use super::automaton::{Language, Search, shortest};
use super::candidates::{Taste, likely};
use super::predicate::{TextPredicate, anything, spelling};
use crate::condition::{TextMatch, fold};

/// A predicate of [`Texts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::analysis) struct PredicateId(u32);

/// All predicates that are asked about, each once, with its automaton once it was needed.
#[derive(Debug, Default)]
pub(in crate::analysis) struct Texts {
    known: Vec<Known>,
    by_key: HashMap<String, PredicateId>,
    anything: OnceCell<Option<Language>>,
    /// How a folded text is written in the rules.
    spellings: HashMap<String, String>,
}

#[derive(Debug)]
struct Known {
    predicate: TextPredicate,
    language: OnceCell<Option<Language>>,
}

/// Whether there is a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::analysis) enum Answer {
    /// There is: this one.
    Found(String),
    /// There is none, and these are why: of what has to hold, and of what must not.
    Impossible {
        /// What cannot hold together…
        must: Vec<PredicateId>,
        /// …while none of these does.
        must_not: Vec<PredicateId>,
    },
    /// Nobody knows.
    Unknown,
}

/// A conflict with more predicates than this is not made smaller.
const MOST_MINIMISED: usize = 10;

impl Texts {
    /// The predicate, as these know it.
    pub(in crate::analysis) fn add(&mut self, predicate: TextPredicate) -> PredicateId {
        let next = PredicateId(u32::try_from(self.known.len()).unwrap_or(u32::MAX));
        let id = *self.by_key.entry(predicate.key()).or_insert(next);
        if id == next {
            self.known.push(Known { predicate, language: OnceCell::new() });
        }
        id
    }

    /// Remembers how a text is written, for examples.
    pub(in crate::analysis) fn spell(&mut self, text: &str) {
        let folded = fold(text);
        if folded != text {
            self.spellings.entry(folded).or_insert_with(|| text.to_owned());
        }
    }

    fn spelling<'t>(&'t self, folded: &'t str) -> &'t str {
        self.spellings.get(folded).map_or(folded, String::as_str)
    }

    /// The predicate of a number.
    pub(in crate::analysis) fn get(&self, id: PredicateId) -> &TextPredicate {
        &self.known[id.0 as usize].predicate
    }

    fn language(&self, id: PredicateId) -> Option<&Language> {
        let known = &self.known[id.0 as usize];
        known.language.get_or_init(|| known.predicate.language().and_then(|hir| Language::new(&hir))).as_ref()
    }

    fn anything(&self) -> Option<&Language> {
        self.anything.get_or_init(|| Language::new(&anything())).as_ref()
    }

    /// A string of which all of `must` holds and none of `must_not`.
    pub(in crate::analysis) fn solve(
        &self,
        must: &[PredicateId],
        must_not: &[PredicateId],
        taste: Taste,
        effort: &Effort,
    ) -> Answer {
        if let Some(id) = must.iter().find(|id| must_not.contains(id)) {
            return Answer::Impossible { must: vec![*id], must_not: vec![*id] };
        }
        let question = Question { texts: self, must, must_not, taste, effort, excluded: self.excluded(must_not) };
        if !effort.spend((must.len() + must_not.len()) as u64) {
            return Answer::Unknown;
        }
        let equal = must.iter().copied().filter_map(|id| Some((id, self.get(id).equal_texts()?)));
        match equal.min_by_key(|(_, text)| text.texts().count()) {
            Some((id, text)) => question.among_texts(id, text),
            None => question.anywhere(),
        }
    }

    /// The texts that a value must not equal, with the predicates that say so.
    fn excluded(&self, must_not: &[PredicateId]) -> Excluded<'_> {
        let mut excluded = Excluded::default();
        for &id in must_not {
            match self.get(id).equal_texts() {
                Some(text) if text.is_exact() => excluded.exact.extend(text.texts().map(|text| (text, id))),
                Some(text) => excluded.folded.extend(text.texts().map(|text| (text, id))),
                None => excluded.others.push(id),
            }
        }
        excluded
    }
}

#[derive(Default)]
struct Excluded<'t> {
    exact: HashMap<&'t str, PredicateId>,
    folded: HashMap<&'t str, PredicateId>,
    /// What must not hold and is no equality.
    others: Vec<PredicateId>,
}

struct Question<'q> {
    texts: &'q Texts,
    must: &'q [PredicateId],
    must_not: &'q [PredicateId],
    taste: Taste,
    effort: &'q Effort,
    excluded: Excluded<'q>,
}

impl Question<'_> {
    /// A predicate that keeps a string from being an answer; one to which case means nothing, if there is one.
    fn against(&self, value: &str) -> Option<PredicateId> {
        self.effort.spend((self.must.len() + self.excluded.others.len() + 1) as u64);
        let holds = |id: &PredicateId| self.texts.get(*id).holds(value);
        let violated =
            self.must.iter().filter(|id| !holds(id)).chain(self.excluded.others.iter().filter(|id| holds(id)));
        let folded =
            if self.excluded.folded.is_empty() { None } else { self.excluded.folded.get(fold(value).as_str()) };
        let exact = self.excluded.exact.get(value);
        let mut any = None;
        for id in folded.into_iter().chain(violated).chain(exact) {
            if self.texts.get(*id).is_blind_to_case() {
                return Some(*id);
            }
            any = any.or(Some(*id));
        }
        any
    }

    /// The value equals one of a few texts.
    fn among_texts(&self, equal: PredicateId, texts: &TextMatch) -> Answer {
        let mut reasons = BTreeSet::from([equal]);
        let mut open = Vec::new();
        for text in texts.texts() {
            let spelled = self.texts.spelling(text);
            if !texts.is_exact() && spelled != text && self.against(spelled).is_none() {
                return Answer::Found(spelled.to_owned());
            }
            match self.against(text) {
                None => return Answer::Found(text.to_owned()),
                Some(id) if texts.is_exact() || self.texts.get(id).is_blind_to_case() => drop(reasons.insert(id)),
                // Spelled otherwise it may pass.
                Some(_) => open.push(text),
            }
            if self.effort.is_spent() {
                return Answer::Unknown;
            }
        }
        for text in open {
            let Some(spelled) = Language::new(&spelling(text, false)) else { return Answer::Unknown };
            match self.search(&[&spelled], &[]) {
                Answer::Impossible { must, must_not } => reasons.extend(must.into_iter().chain(must_not)),
                answer => return answer,
            }
        }
        self.impossible(&reasons)
    }

    fn impossible(&self, reasons: &BTreeSet<PredicateId>) -> Answer {
        let of = |ids: &[PredicateId]| -> Vec<PredicateId> {
            let distinct: BTreeSet<&PredicateId> = ids.iter().filter(|id| reasons.contains(id)).collect();
            distinct.into_iter().copied().collect()
        };
        Answer::Impossible { must: of(self.must), must_not: of(self.must_not) }
    }

    /// The value may be anything that the predicates allow.
    fn anywhere(&self) -> Answer {
        let must: Vec<&TextPredicate> = self.must.iter().map(|id| self.texts.get(*id)).collect();
        let is_right = |text: &str| self.against(text).is_none();
        if let Some(text) = likely(&must, self.taste, &|text| self.texts.spelling(text), &is_right) {
            return Answer::Found(text);
        }
        let Some(anything) = self.texts.anything() else { return Answer::Unknown };
        self.search(&[anything], self.must)
    }

    /// Searches the product of automata. What must not hold is added as strings that it forbids are met.
    fn search(&self, base: &[&Language], must: &[PredicateId]) -> Answer {
        let (mut inside, mut outside): (Vec<PredicateId>, Vec<PredicateId>) = (must.to_vec(), Vec::new());
        let mut added: HashSet<PredicateId> = must.iter().copied().collect();
        loop {
            match self.product(base, &inside, &outside) {
                Search::Found(value) => match self.against(&value) {
                    None => return Answer::Found(value),
                    Some(id) if !added.insert(id) => return Answer::Unknown,
                    Some(id) if self.must.contains(&id) => inside.push(id),
                    Some(id) => outside.push(id),
                },
                Search::Empty => return self.minimised(base, inside, outside),
                Search::Unknown => return Answer::Unknown,
            }
            if self.effort.is_spent() {
                return Answer::Unknown;
            }
        }
    }

    fn product(&self, base: &[&Language], inside: &[PredicateId], outside: &[PredicateId]) -> Search {
        let languages = |ids: &[PredicateId]| ids.iter().map(|id| self.texts.language(*id)).collect::<Option<Vec<_>>>();
        let (Some(inside), Some(outside)) = (languages(inside), languages(outside)) else { return Search::Unknown };
        let within: Vec<&Language> = base.iter().copied().chain(inside).collect();
        shortest(&within, &outside, self.effort)
    }

    /// Leaves out what the conflict does not need.
    fn minimised(&self, base: &[&Language], mut inside: Vec<PredicateId>, mut outside: Vec<PredicateId>) -> Answer {
        if inside.len() + outside.len() <= MOST_MINIMISED {
            let all: Vec<PredicateId> = inside.iter().chain(&outside).copied().collect();
            for id in all {
                let without =
                    |ids: &[PredicateId]| ids.iter().copied().filter(|other| *other != id).collect::<Vec<_>>();
                let (fewer_inside, fewer_outside) = (without(&inside), without(&outside));
                if self.product(base, &fewer_inside, &fewer_outside) == Search::Empty {
                    (inside, outside) = (fewer_inside, fewer_outside);
                }
            }
        }
        Answer::Impossible { must: inside, must_not: outside }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::{Ordering, Pattern, TextRelation};

    /// Predicates in short: `=a`, `^a`, `$a`, `~a` for equal, starts, ends, contains without case; `==a` exactly; `<a`,
    /// `>a`; `/a/`.
    fn predicate(short: &str) -> TextPredicate {
        let relation = |relation, text, exact| TextPredicate::Match(TextMatch::new(relation, [text], exact));
        if let Some(source) = short.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
            return TextPredicate::Pattern(Pattern::new(source, false).expect(source));
        }
        match (short.strip_prefix("=="), short.split_at(1)) {
            (Some(text), _) => relation(TextRelation::Is(Ordering::Equal), text, true),
            (_, ("=", text)) => {
                TextPredicate::Match(TextMatch::new(TextRelation::Is(Ordering::Equal), text.split('|'), false))
            }
            (_, ("^", text)) => relation(TextRelation::Starts, text, false),
            (_, ("$", text)) => relation(TextRelation::Ends, text, false),
            (_, ("~", text)) => relation(TextRelation::Contains, text, false),
            (_, ("<", text)) => relation(TextRelation::Is(Ordering::Less), text, false),
            (_, (">", text)) => relation(TextRelation::Is(Ordering::Greater), text, false),
            _ => panic!("{short}"),
        }
    }

    fn solve(must: &str, must_not: &str) -> (Texts, Vec<PredicateId>, Vec<PredicateId>, Answer) {
        let mut texts = Texts::default();
        let mut all = |shorts: &str| -> Vec<PredicateId> {
            shorts.split_whitespace().map(|short| texts.add(predicate(short))).collect()
        };
        let (must, must_not) = (all(must), all(must_not));
        let answer = texts.solve(&must, &must_not, Taste::Account, &Effort::new());
        (texts, must, must_not, answer)
    }

    #[test]
    fn a_string_that_is_found_satisfies_what_was_asked() {
        for (must, must_not) in [
            ("", ""),
            ("=a", ""),
            ("=a|b", "=a"),
            ("=k", "/k/"),
            ("=k", "/k/ /K/"),
            ("$@x.eu", "$da@x.eu /ada.*/"),
            ("/.*@x.eu/", "$@x.eu"),
            ("^ab $bc", "~abbc"),
            ("~a ~b ~c", "~ab ~bc ~abc"),
            (">m <n", ""),
            (">m", "=m"),
            ("<a", "="),
            ("/[a-c]{2}/", "/a./ /b./ =ca =cb"),
            ("", "/(?s).+/"),
            ("==A", "/a/"),
        ] {
            let (texts, must_ids, must_not_ids, answer) = solve(must, must_not);
            let Answer::Found(value) = answer else { panic!("{must} not {must_not}: {answer:?}") };
            assert!(must_ids.iter().all(|id| texts.get(*id).holds(&value)), "{must} not {must_not}: {value:?}");
            assert!(!must_not_ids.iter().any(|id| texts.get(*id).holds(&value)), "{must} not {must_not}: {value:?}");
        }
    }

    #[test]
    fn what_cannot_be_is_told_by_no_more_than_it_takes() {
        for (must, must_not, expected) in [
            ("=a ^b $a", "", "=a ^b"),
            ("$@x.eu $@y.eu", "~q", "$@x.eu $@y.eu"),
            ("=a", "=b =A", "=a | =A"),
            ("=a|b", "=a =b =c", "=a|b | =a =b"),
            ("$@x.eu ^a", "$x.eu ^b", "$@x.eu | $x.eu"),
            ("/EU-.*/ ^a", "", "/EU-.*/ ^a"),
            ("/EU-.*/", "^eu- ^b", "/EU-.*/ | ^eu-"),
            ("=k", "/k/ /K/ /\u{212a}/", "=k | /k/ /K/ /\u{212a}/"),
            ("==a ==A", "", "==a ==A"),
            (">n <m", "", ">n <m"),
            ("<", "", "<"),
            ("/a|b/", "=a =b =c", "/a|b/ | =a =b"),
            ("^x", "/(?i)x(?s).*/", "^x | /(?i)x(?s).*/"),
        ] {
            let (mut texts, _, _, answer) = solve(must, must_not);
            let (expected_must, expected_not) = expected.split_once(" | ").unwrap_or((expected, ""));
            let mut ids = |shorts: &str| -> BTreeSet<PredicateId> {
                shorts.split_whitespace().map(|short| texts.add(predicate(short))).collect()
            };
            let expected = (ids(expected_must), ids(expected_not));
            let Answer::Impossible { must: why, must_not: why_not } = answer else {
                panic!("{must} not {must_not}: {answer:?}")
            };
            assert_eq!((why.into_iter().collect(), why_not.into_iter().collect()), expected, "{must} not {must_not}");
        }
    }

    #[test]
    fn what_is_too_large_is_unknown() {
        assert_eq!(solve(r"/\pL{20}/", "/[a-z]{20}/").3, Answer::Unknown);
        let (mut texts, must) = (Texts::default(), "$@x.eu");
        let ids = [texts.add(predicate(must))];
        let spent = Effort::new();
        spent.spend(Effort::ALL);
        assert_eq!(texts.solve(&ids, &[], Taste::Account, &spent), Answer::Unknown);
    }

    /// Every answer is held against all strings of up to three letters.
    #[test]
    fn answers_agree_with_looking_at_every_string() {
        let letters = ["", "a", "A", "b"];
        let mut strings = BTreeSet::new();
        for one in letters {
            for two in letters {
                for three in letters {
                    strings.insert(format!("{one}{two}{three}"));
                }
            }
        }
        let shorts = ["=a", "=ab", "==A", "^a", "$b", "~ab", "/[ab]{1,3}/", "/a.*/", "/(?i)[ab]{0,2}/", "<ab", ">a"];
        let sets = shorts.iter().flat_map(|one| shorts.iter().map(move |two| format!("{one} {two}")));
        for must in sets {
            for must_not in ["", "=a", "$b =aa", "/A.*/ ^ab", "/.*/"] {
                let (texts, must_ids, must_not_ids, answer) = solve(&must, must_not);
                let is_answer = |value: &str| {
                    must_ids.iter().all(|id| texts.get(*id).holds(value))
                        && !must_not_ids.iter().any(|id| texts.get(*id).holds(value))
                };
                match answer {
                    Answer::Found(value) => assert!(is_answer(&value), "{must} not {must_not}: {value:?}"),
                    Answer::Impossible { .. } => {
                        let missed = strings.iter().find(|value| is_answer(value));
                        assert_eq!(missed, None, "{must} not {must_not}");
                    }
                    Answer::Unknown => panic!("{must} not {must_not}"),
                }
            }
        }
    }
}
