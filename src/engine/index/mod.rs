//! Which of many tests a value passes, found from the value instead of by trying each test.
//!
//! A test stands here under the literals that it asks for. What a value hits is a set of small numbers, one a test.

mod affixes;
mod contains;

use std::collections::HashMap;

use foldhash::fast::FixedState;

use affixes::Affixes;
use contains::Contains;

use crate::condition::{Anchor, Pattern, Stands, Value};

/// What stands under one literal: a range of [`Postings`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hits {
    from: u32,
    to: u32,
}

/// The lists of all literals of an index, one after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Postings(Vec<u32>);

impl Postings {
    /// Each literal once, in ascending order, with all that it hits.
    fn group(&mut self, mut literals: Vec<(Box<[u8]>, u32)>) -> impl Iterator<Item = (Box<[u8]>, Hits)> {
        literals.sort_unstable();
        literals.dedup();
        let mut grouped: Vec<(Box<[u8]>, Hits)> = Vec::new();
        for (literal, hit) in literals {
            let at = self.next();
            self.0.push(hit);
            match grouped.last_mut().filter(|(last, _)| *last == literal) {
                Some((_, hits)) => hits.to = at + 1,
                None => grouped.push((literal, Hits { from: at, to: at + 1 })),
            }
        }
        grouped.into_iter()
    }

    /// The number of the next entry. A configuration is limited in bytes to far less than fits.
    fn next(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    fn of(&self, hits: Hits) -> &[u32] {
        self.0.get(hits.from as usize..hits.to as usize).unwrap_or(&[])
    }
}

/// By the bytes of a text.
type ByText = HashMap<Box<[u8]>, Hits, FixedState>;

/// The tests of one input whose answer follows from a look at each of its values.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    folded: Texts,
    exact: Texts,
    /// Patterns that stand under literals: these say only which are worth trying.
    patterns: Vec<(u32, Pattern)>,
    /// What every text passes.
    any_text: Vec<u32>,
    when: [Vec<u32>; 2],
}

/// Tests by literals, over values that are folded, or over values as they are.
#[derive(Clone, Debug, Default)]
struct Texts {
    postings: Postings,
    equal: ByText,
    /// Ends that start with the only `@` in them, without it: a value has one such end.
    domains: ByText,
    starts: Affixes,
    ends: Affixes,
    contains: Option<Contains>,
}

/// In the number of a hit: the pattern is still to be tried.
const TO_TRY: u32 = 1 << 31;

/// How a literal stands to the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Stand {
    Equal,
    Starts,
    Ends,
    Contains,
}

/// Gathers the tests of an input.
#[derive(Debug, Default)]
pub(super) struct IndexBuilder {
    folded: Literals,
    exact: Literals,
    patterns: Vec<(u32, Pattern)>,
    any_text: Vec<u32>,
    when: [Vec<u32>; 2],
}

#[derive(Debug, Default)]
struct Literals {
    equal: Vec<(Box<[u8]>, u32)>,
    starts: Vec<(Box<[u8]>, u32)>,
    ends: Vec<(Box<[u8]>, u32)>,
    contains: Vec<(Box<[u8]>, u32)>,
}

impl IndexBuilder {
    /// A test that a text passes which stands so to a literal.
    pub(super) fn add_text(&mut self, test: u32, stand: Stand, literal: &str, is_exact: bool) {
        if literal.is_empty() && stand != Stand::Equal {
            self.any_text.push(test);
            return;
        }
        let literals = if is_exact { &mut self.exact } else { &mut self.folded };
        literals.add(stand, literal.as_bytes(), test);
    }

    /// A test that a boolean passes which is this one.
    pub(super) fn add_bool(&mut self, test: u32, value: bool) {
        self.when[usize::from(value)].push(test);
    }

    /// A test that texts pass which match a pattern. `anchor` holds texts of which a match has one.
    pub(super) fn add_pattern(&mut self, test: u32, pattern: &Pattern, anchor: &Anchor) {
        let number = u32::try_from(self.patterns.len()).unwrap_or(u32::MAX) | TO_TRY;
        self.patterns.push((test, pattern.clone()));
        let stand = match anchor.stands {
            Stands::AtStart => Stand::Starts,
            Stands::AtEnd => Stand::Ends,
            Stands::Anywhere => Stand::Contains,
        };
        let literals = if anchor.folded { &mut self.folded } else { &mut self.exact };
        anchor.literals.iter().for_each(|literal| literals.add(stand, literal, number));
    }

    pub(super) fn build(self) -> Index {
        let IndexBuilder { folded, exact, patterns, any_text, when } = self;
        Index { folded: folded.build(), exact: exact.build(), patterns, any_text, when }
    }
}

impl Literals {
    fn add(&mut self, stand: Stand, literal: &[u8], hit: u32) {
        let list = match stand {
            Stand::Equal => &mut self.equal,
            Stand::Starts => &mut self.starts,
            Stand::Ends => &mut self.ends,
            Stand::Contains => &mut self.contains,
        };
        list.push((literal.into(), hit));
    }

    fn build(self) -> Texts {
        let mut texts = Texts::default();
        let postings = &mut texts.postings;
        let (domains, ends) = self.ends.into_iter().partition(|(end, _)| is_domain(end));
        texts.equal = postings.group(self.equal).collect();
        texts.domains = postings.group(domains).map(|(end, hits)| (end[1..].into(), hits)).collect();
        texts.starts = Affixes::new(self.starts, false, postings);
        texts.ends = Affixes::new(ends, true, postings);
        if !self.contains.is_empty() {
            texts.contains = Contains::new(self.contains, postings);
        }
        texts
    }
}

/// Whether an end of values starts with the only `@` in it.
fn is_domain(end: &[u8]) -> bool {
    matches!(end, [b'@', rest @ ..] if !rest.contains(&b'@'))
}

/// What looking values up needs beside the index, kept from value to value.
#[derive(Clone, Debug, Default)]
pub(super) struct Lookup {
    folded: String,
    /// For each literal that a value may contain, the last value in which it was met.
    met: Vec<u32>,
    value: u32,
}

impl Index {
    /// Whether no test stands here.
    pub(super) fn is_empty(&self) -> bool {
        let texts = self.folded.is_empty() && self.exact.is_empty() && self.any_text.is_empty();
        texts && self.when.iter().all(Vec::is_empty)
    }

    /// Hands on the tests that a value passes. A test may be handed on several times.
    pub(super) fn each(&self, value: &Value<'_>, lookup: &mut Lookup, mut pass: impl FnMut(u32)) {
        let text = match value {
            Value::Text(text) => text,
            Value::Bool(value) => return self.when[usize::from(*value)].iter().copied().for_each(pass),
            Value::Number(_) | Value::Instant(_) => return,
        };
        self.any_text.iter().copied().for_each(&mut pass);
        let mut hit = |hit| match hit & TO_TRY {
            0 => pass(hit),
            _ => {
                let found = self.patterns.get((hit ^ TO_TRY) as usize);
                if let Some((test, _)) = found.filter(|(_, pattern)| pattern.is_match(text)) {
                    pass(*test);
                }
            }
        };
        if !self.exact.is_empty() {
            self.exact.each(text.as_bytes(), lookup, &mut hit);
        }
        if !self.folded.is_empty() {
            let mut folded = std::mem::take(&mut lookup.folded);
            crate::condition::fold_into(text, &mut folded);
            self.folded.each(folded.as_bytes(), lookup, &mut hit);
            lookup.folded = folded;
        }
    }
}

impl Texts {
    fn is_empty(&self) -> bool {
        self.postings.0.is_empty()
    }

    fn each(&self, value: &[u8], lookup: &mut Lookup, pass: &mut impl FnMut(u32)) {
        let mut pass = |hits: Hits| self.postings.of(hits).iter().copied().for_each(&mut *pass);
        if !self.equal.is_empty()
            && let Some(hits) = self.equal.get(value)
        {
            pass(*hits);
        }
        if !self.domains.is_empty()
            && let Some(at) = value.iter().rposition(|byte| *byte == b'@')
            && let Some(hits) = self.domains.get(&value[at + 1..])
        {
            pass(*hits);
        }
        if !self.starts.is_empty() {
            self.starts.each(value, &mut pass);
        }
        if !self.ends.is_empty() {
            self.ends.each(value, &mut pass);
        }
        if let Some(contains) = &self.contains {
            let value_number = lookup.next_value(contains.len());
            let mut met = |literal: usize| std::mem::replace(&mut lookup.met[literal], value_number) == value_number;
            contains.each(value, &mut met, &mut pass);
        }
    }
}

impl Lookup {
    /// The number of a new value, in which no literal has been met.
    fn next_value(&mut self, literals: usize) -> u32 {
        self.value = match self.value.checked_add(1) {
            Some(next) => next,
            None => {
                self.met.fill(0);
                1
            }
        };
        if self.met.len() < literals {
            self.met.resize(literals, 0);
        }
        self.value
    }
}
