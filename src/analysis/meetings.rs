//! Which rules of a set may hold for the same person, without comparing all of them with all.
//!
//! Two rules that ask for one value each of the same single-valued input can be told apart by their texts. Whatever
//! cannot be told apart so may meet.

use std::collections::{BTreeMap, BTreeSet};

use super::asked::{Asked, text_of};
use super::formula::{Formula, Formulas};
use super::world::{Count, Scope, VariableId, World};
use crate::condition::{Ordering, TextRelation, fold};

/// The one value of an input.
type Input = (VariableId, Scope, usize);

/// A text that a rule asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Anchor {
    relation: Relation,
    folded: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Relation {
    Equals,
    Starts,
    Ends,
}

/// The rules of a set by the texts that they ask for.
#[derive(Debug, Default)]
pub(super) struct Meetings {
    /// Of each rule, the input and the texts of which one has to hold; `None` where nothing of the kind is known.
    anchors: Vec<Option<(Input, Vec<Anchor>)>>,
    free: Vec<usize>,
    inputs: BTreeMap<Input, Anchored>,
}

/// Rules that ask for texts of the same input.
#[derive(Debug, Default)]
struct Anchored {
    rules: BTreeSet<usize>,
    /// Texts that are equalled, and beginnings, in order.
    equals: BTreeMap<String, Vec<usize>>,
    starts: BTreeMap<String, Vec<usize>>,
    /// The same from their ends: reversed.
    equals_reversed: BTreeMap<String, Vec<usize>>,
    ends_reversed: BTreeMap<String, Vec<usize>>,
}

impl Meetings {
    pub(super) fn new(world: &World, formulas: &Formulas, rules: &[Formula], asked: &Asked) -> Meetings {
        let mut meetings = Meetings::default();
        for (rule, formula) in rules.iter().enumerate() {
            let anchors = anchors(world, formulas, *formula, asked);
            match &anchors {
                None => meetings.free.push(rule),
                Some((input, anchors)) => {
                    let anchored = meetings.inputs.entry(*input).or_default();
                    anchored.rules.insert(rule);
                    anchors.iter().for_each(|anchor| anchored.add(rule, anchor));
                }
            }
            meetings.anchors.push(anchors);
        }
        meetings
    }

    /// The rules that may hold where a rule of another set does, or of the same: all that can are among them, in order.
    pub(super) fn with(&self, others: &Meetings, rule: usize) -> Vec<usize> {
        let mut found = Vec::new();
        self.look(others, rule, &mut |rules| found.extend(rules));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Some rules that may hold where this one does: the first of each kind that are wanted.
    pub(super) fn some(&self, rule: usize, most: usize, is_wanted: impl Fn(&usize) -> bool) -> Vec<usize> {
        let mut found = Vec::new();
        self.look(self, rule, &mut |rules| {
            let missing = most.saturating_sub(found.len());
            found.extend(rules.filter(|rule| is_wanted(rule)).take(missing));
        });
        found
    }

    /// Hands out the rules that may hold where another does, kind by kind.
    fn look(&self, others: &Meetings, rule: usize, take: &mut dyn FnMut(&mut dyn Iterator<Item = usize>)) {
        let Some(Some((input, anchors))) = others.anchors.get(rule) else {
            return take(&mut (0..self.anchors.len()));
        };
        if let Some(anchored) = self.inputs.get(input) {
            let mut found = BTreeSet::new();
            anchors.iter().for_each(|anchor| anchored.meeting(anchor, &mut found));
            take(&mut found.into_iter());
        }
        take(&mut self.free.iter().copied());
        for (other, anchored) in &self.inputs {
            if other != input {
                take(&mut anchored.rules.iter().copied());
            }
        }
    }
}

impl Anchored {
    fn add(&mut self, rule: usize, anchor: &Anchor) {
        let text = anchor.folded.clone();
        match anchor.relation {
            Relation::Equals => {
                self.equals_reversed.entry(reversed(&text)).or_default().push(rule);
                self.equals.entry(text).or_default().push(rule);
            }
            Relation::Starts => self.starts.entry(text).or_default().push(rule),
            Relation::Ends => self.ends_reversed.entry(reversed(&text)).or_default().push(rule),
        }
    }

    fn meeting(&self, anchor: &Anchor, found: &mut BTreeSet<usize>) {
        let (text, backwards) = (&anchor.folded, reversed(&anchor.folded));
        match anchor.relation {
            Relation::Equals => {
                found.extend(self.equals.get(text).into_iter().flatten());
                beginnings(&self.starts, text, found);
                beginnings(&self.ends_reversed, &backwards, found);
            }
            Relation::Starts => {
                continuations(&self.equals, text, found);
                continuations(&self.starts, text, found);
                beginnings(&self.starts, text, found);
                found.extend(self.ends_reversed.values().flatten());
            }
            Relation::Ends => {
                continuations(&self.equals_reversed, &backwards, found);
                continuations(&self.ends_reversed, &backwards, found);
                beginnings(&self.ends_reversed, &backwards, found);
                found.extend(self.starts.values().flatten());
            }
        }
    }
}

/// What stands under the beginnings of a text, the whole of it too.
fn beginnings(texts: &BTreeMap<String, Vec<usize>>, text: &str, found: &mut BTreeSet<usize>) {
    let ends = text.char_indices().map(|(index, _)| index).chain([text.len()]);
    for end in ends {
        found.extend(texts.get(&text[..end]).into_iter().flatten());
    }
}

/// What stands under the texts that begin with one.
fn continuations(texts: &BTreeMap<String, Vec<usize>>, text: &str, found: &mut BTreeSet<usize>) {
    let from = texts.range(text.to_owned()..);
    found.extend(from.take_while(|(continued, _)| continued.starts_with(text)).flat_map(|(_, rules)| rules));
}

fn reversed(text: &str) -> String {
    text.chars().rev().collect()
}

/// The texts of which a formula needs one, all of the same input that has one value.
fn anchors(world: &World, formulas: &Formulas, formula: Formula, asked: &Asked) -> Option<(Input, Vec<Anchor>)> {
    let atoms = asked.watch(formulas, formula)?.atoms;
    let mut input = None;
    let mut anchors = Vec::new();
    for id in atoms {
        let atom = world.get_atom(id);
        let (part, text) = text_of(world, atom)?;
        let has_one = atom.scope == Scope::Address || world.get(atom.variable).count != Count::Many;
        let this = (atom.variable, atom.scope, part);
        if !has_one || *input.get_or_insert(this) != this {
            return None;
        }
        let relation = match text.relation() {
            TextRelation::Is(Ordering::Equal) => Relation::Equals,
            TextRelation::Starts => Relation::Starts,
            TextRelation::Ends => Relation::Ends,
            _ => return None,
        };
        anchors.extend(text.texts().map(|text| Anchor { relation, folded: fold(text) }));
    }
    Some((input?, anchors))
}
