//! Atoms: what conditions ask, each question once.

use std::collections::HashMap;

use crate::condition::{
    GroupKey, Input, Ordering, Pattern, Predicate, Question, Test, TextMatch, TextRelation, ValueType,
};
use crate::engine::index::{IndexBuilder, Stand};

/// The number of an atom.
pub(in crate::engine) type AtomId = u32;

/// A question about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Atom {
    /// Some value of the column passes: the index of the column tells.
    Some { column: u32, selectivity: Selectivity },
    /// Some value of the column does not pass what another atom asks.
    SomeNot { column: u32, atom: AtomId },
    /// The column has a value.
    HasValue { column: u32 },
    /// No index tells: the test is asked when a rule needs its answer.
    Asked { test: u32 },
}

/// How many people an atom is likely to hold for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::engine) enum Selectivity {
    /// Those with one value.
    Value,
    /// Those with a value of some kind.
    Part,
    /// About everybody, or about nobody.
    Half,
}

/// An input whose values are looked up.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Column {
    pub(in crate::engine) input: Input,
    /// As the condition spells it that named it first.
    pub(in crate::engine) name: String,
}

/// Atoms while they are gathered.
#[derive(Debug, Default)]
pub(super) struct Atoms<'t> {
    pub(super) columns: Vec<Column>,
    pub(super) builders: Vec<IndexBuilder>,
    pub(super) atoms: Vec<Atom>,
    pub(super) asked: Vec<Test>,
    numbers_of_columns: HashMap<&'t Input, u32>,
    numbers: HashMap<Key<'t>, AtomId>,
}

/// What makes two questions the same.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Key<'t> {
    HasValue(u32),
    Some(u32, PredicateKey<'t>),
    SomeNot(u32, PredicateKey<'t>),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum PredicateKey<'t> {
    Text(&'t TextMatch),
    Pattern(&'t str, bool),
    Bool(bool),
}

impl<'t> Atoms<'t> {
    /// Some value satisfies the predicate.
    pub(super) fn some(&mut self, test: &'t Test, predicate: &'t Predicate) -> AtomId {
        let Some(key) = PredicateKey::of(predicate) else { return self.negated_or_asked(test, predicate) };
        let column = self.column(test);
        self.some_of(column, key, predicate)
    }

    fn negated_or_asked(&mut self, test: &'t Test, predicate: &'t Predicate) -> AtomId {
        let inner = match predicate {
            Predicate::Not(inner) => inner,
            _ => return self.asked(test, Question::Some(predicate.clone())),
        };
        let Some(key) = PredicateKey::of(inner) else { return self.asked(test, Question::Some(predicate.clone())) };
        let column = self.column(test);
        if let Some(&known) = self.numbers.get(&Key::SomeNot(column, key.clone())) {
            return known;
        }
        let atom = self.some_of(column, key.clone(), inner);
        let id = self.add(Atom::SomeNot { column, atom });
        self.numbers.insert(Key::SomeNot(column, key), id);
        id
    }

    fn some_of(&mut self, column: u32, key: PredicateKey<'t>, predicate: &Predicate) -> AtomId {
        let key = Key::Some(column, key);
        if let Some(&known) = self.numbers.get(&key) {
            return known;
        }
        let selectivity = match predicate {
            Predicate::Text(text) if text.relation() == TextRelation::Is(Ordering::Equal) => Selectivity::Value,
            Predicate::Bool(_) => Selectivity::Half,
            _ => Selectivity::Part,
        };
        let id = self.add(Atom::Some { column, selectivity });
        self.numbers.insert(key, id);
        if let Some(builder) = self.builders.get_mut(column as usize) {
            enter(builder, id, predicate);
        }
        id
    }

    /// There is a value.
    pub(super) fn has_value(&mut self, test: &'t Test) -> AtomId {
        let column = self.column(test);
        if let Some(&known) = self.numbers.get(&Key::HasValue(column)) {
            return known;
        }
        let id = self.add(Atom::HasValue { column });
        self.numbers.insert(Key::HasValue(column), id);
        id
    }

    /// Whether `pr` can be told from the values. Of complex attributes and of groups something can be there without a
    /// value that is known.
    pub(super) fn presence_is_a_value(input: &Input) -> bool {
        match input {
            Input::Scim(attribute) => attribute.value_type != ValueType::Complex,
            Input::ProviderGroups(key) => *key != GroupKey::DisplayName,
            _ => true,
        }
    }

    /// A test that no index answers.
    pub(super) fn asked(&mut self, test: &Test, question: Question) -> AtomId {
        let number = u32::try_from(self.asked.len()).unwrap_or(u32::MAX);
        self.asked.push(Test { question, ..test.clone() });
        self.add(Atom::Asked { test: number })
    }

    fn add(&mut self, atom: Atom) -> AtomId {
        // A document is limited in bytes to far fewer.
        let id = u32::try_from(self.atoms.len()).unwrap_or(u32::MAX);
        self.atoms.push(atom);
        id
    }

    fn column(&mut self, test: &'t Test) -> u32 {
        *self.numbers_of_columns.entry(&test.input).or_insert_with(|| {
            self.columns.push(Column { input: test.input.clone(), name: test.name.clone() });
            self.builders.push(IndexBuilder::default());
            u32::try_from(self.columns.len() - 1).unwrap_or(u32::MAX)
        })
    }
}

impl<'t> PredicateKey<'t> {
    /// `None` for what no index answers.
    fn of(predicate: &'t Predicate) -> Option<Self> {
        match predicate {
            Predicate::Text(text) => {
                let is_order = matches!(text.relation(), TextRelation::Is(order) if order != Ordering::Equal);
                (!is_order).then_some(PredicateKey::Text(text))
            }
            Predicate::Pattern(pattern) => {
                pattern.anchor().map(|_| PredicateKey::Pattern(pattern.source(), pattern.ignores_case()))
            }
            Predicate::Bool(value) => Some(PredicateKey::Bool(*value)),
            Predicate::Number(..) | Predicate::Instant(..) | Predicate::AnyOf(_) | Predicate::Not(_) => None,
        }
    }
}

fn enter(builder: &mut IndexBuilder, id: AtomId, predicate: &Predicate) {
    match predicate {
        Predicate::Text(text) => {
            let stand = match text.relation() {
                TextRelation::Is(_) => Stand::Equal,
                TextRelation::Starts => Stand::Starts,
                TextRelation::Ends => Stand::Ends,
                TextRelation::Contains => Stand::Contains,
            };
            text.texts().for_each(|literal| builder.add_text(id, stand, literal, text.is_exact()));
        }
        Predicate::Pattern(pattern) => enter_pattern(builder, id, pattern),
        Predicate::Bool(value) => builder.add_bool(id, *value),
        _ => {}
    }
}

fn enter_pattern(builder: &mut IndexBuilder, id: AtomId, pattern: &Pattern) {
    if let Some(anchor) = pattern.anchor() {
        builder.add_pattern(id, pattern, anchor);
    }
}
