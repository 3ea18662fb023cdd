//! Which rules of a set take an example, without asking every rule.
//!
//! A rule that holds has some atom of a few that hold. Those of equality, beginnings and ends are found by the values of
//! the example; only the rules that watch an atom that holds are evaluated.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use regex_syntax::hir::literal::{ExtractKind, Extractor};

use super::formula::{Formula, Formulas, Node};
use super::meetings::Meetings;
use super::question::Example;
use super::text::TextPredicate;
use super::world::Scope;
use super::world::{Ask, Atom, AtomId, Form, VariableId, World};
use crate::condition::{Ordering, TextMatch, TextRelation, fold};

/// The rules of one set at one moment.
#[derive(Debug)]
pub(super) struct Takers {
    pub(super) rules: Vec<Formula>,
    watching: HashMap<AtomId, Vec<usize>>,
    /// The rules that may hold where no atom does.
    unwatched: Vec<usize>,
    index: AtomIndex,
    pub(super) meetings: Meetings,
}

impl Takers {
    pub(super) fn new(world: &World, formulas: &Formulas, rules: Vec<Formula>) -> Takers {
        let mut watching: HashMap<AtomId, Vec<usize>> = HashMap::new();
        let mut unwatched = Vec::new();
        for (rule, formula) in rules.iter().enumerate() {
            match watch(world, formulas, *formula) {
                Some(watch) => {
                    watch.atoms.iter().for_each(|atom| watching.entry(*atom).or_default().push(rule));
                }
                None => unwatched.push(rule),
            }
        }
        let mut watched: Vec<AtomId> = watching.keys().copied().collect();
        watched.sort_unstable();
        let meetings = Meetings::new(world, formulas, &rules);
        Takers { rules, index: AtomIndex::new(world, watched), watching, unwatched, meetings }
    }

    /// The rules that may hold for an example, in order: all that do are among them.
    ///
    /// Whoever asks mostly wants the first, and the lists may be long; so they are merged as far as is looked.
    pub(super) fn candidates<'t>(&'t self, world: &'t World, example: &Example) -> impl Iterator<Item = usize> + 't {
        let holding = self.index.holding(world, example);
        let lists = holding.iter().filter_map(|atom| self.watching.get(atom)).chain([&self.unwatched]);
        let mut heads: BinaryHeap<Reverse<(usize, &'t [usize])>> = lists.filter_map(|list| head(list)).collect();
        let mut last = None;
        std::iter::from_fn(move || {
            loop {
                let Reverse((rule, rest)) = heads.pop()?;
                heads.extend(head(rest));
                world.effort.spend(1);
                if last != Some(rule) {
                    last = Some(rule);
                    return Some(rule);
                }
            }
        })
    }

    /// The rules that hold for an example, in order.
    pub(super) fn of<'t>(
        &'t self,
        world: &'t World,
        formulas: &'t Formulas,
        example: &'t Example,
    ) -> impl Iterator<Item = usize> + 't {
        self.candidates(world, example).filter(move |rule| {
            self.rules
                .get(*rule)
                .is_some_and(|formula| formulas.holds(*formula, &mut |atom| example.holds(world, atom)))
        })
    }
}

/// The first rule of a list, with the rest.
fn head(list: &[usize]) -> Option<Reverse<(usize, &[usize])>> {
    list.split_first().map(|(first, rest)| Reverse((*first, rest)))
}

impl Example {
    /// Whether an atom holds of the example. What it does not say is not there.
    pub(super) fn holds(&self, world: &World, atom: AtomId) -> bool {
        self.collections.get(&world.get_atom(atom).variable).is_some_and(|collection| world.holds_of(atom, collection))
    }
}

/// Atoms of which one holds wherever a formula does.
pub(super) struct Watch {
    pub(super) atoms: Vec<AtomId>,
    /// How many examples the worst of them is likely to hold for.
    cost: u8,
}

/// The depth is that of conditions.
pub(super) fn watch(world: &World, formulas: &Formulas, formula: Formula) -> Option<Watch> {
    match formulas.node(formula) {
        Node::False => Some(Watch { atoms: Vec::new(), cost: 0 }),
        Node::True | Node::Atom(_, false) => None,
        Node::Atom(atom, true) => Some(Watch { atoms: vec![*atom], cost: cost(world, world.get_atom(*atom)) }),
        Node::All(parts) => {
            let watches = parts.iter().filter_map(|part| watch(world, formulas, *part));
            watches.min_by_key(|watch| (watch.cost, watch.atoms.len()))
        }
        Node::Any(parts) => {
            let mut all = Watch { atoms: Vec::new(), cost: 0 };
            for part in parts {
                let watch = watch(world, formulas, *part)?;
                all.atoms.extend(watch.atoms);
                all.cost = all.cost.max(watch.cost);
            }
            Some(all)
        }
    }
}

fn cost(world: &World, atom: &Atom) -> u8 {
    match text_of(world, atom) {
        Some((_, text)) => match text.relation() {
            TextRelation::Is(Ordering::Equal) => 0,
            TextRelation::Ends | TextRelation::Starts => 1,
            TextRelation::Contains | TextRelation::Is(_) => 3,
        },
        None if atom.form == Form::Always => 4,
        None => 2,
    }
}

/// The part and the text that an atom compares, where it is such a comparison.
pub(super) fn text_of<'w>(world: &'w World, atom: &Atom) -> Option<(usize, &'w TextMatch)> {
    let Form::Part(part, Ask::Text(id)) = atom.form else { return None };
    match world.texts.get(id) {
        TextPredicate::Match(text) => Some((part, text)),
        _ => None,
    }
}

/// Atoms by the values of which they hold.
#[derive(Debug, Default)]
struct AtomIndex {
    texts: HashMap<(VariableId, Scope, usize), ByText>,
    /// Those that have to be asked.
    others: HashMap<VariableId, Vec<AtomId>>,
}

#[derive(Debug, Default)]
struct ByText {
    equal: HashMap<String, Vec<AtomId>>,
    /// By length in bytes.
    ends: HashMap<usize, HashMap<String, Vec<AtomId>>>,
    starts: HashMap<usize, HashMap<String, Vec<AtomId>>>,
    /// By their first three bytes.
    contains: HashMap<[u8; 3], Vec<(String, AtomId)>>,
    /// Those that are shorter.
    contains_short: Vec<(String, AtomId)>,
}

impl AtomIndex {
    fn new(world: &World, atoms: Vec<AtomId>) -> AtomIndex {
        let mut index = AtomIndex::default();
        for id in atoms {
            let atom = world.get_atom(id);
            let Some((part, text)) = text_of(world, atom) else {
                if !index.add_pattern(world, id) {
                    index.others.entry(atom.variable).or_default().push(id);
                }
                continue;
            };
            let by_text = index.texts.entry((atom.variable, atom.scope, part)).or_default();
            for text_of_atom in text.texts().map(fold) {
                let length = text_of_atom.len();
                match text.relation() {
                    TextRelation::Is(Ordering::Equal) => by_text.equal.entry(text_of_atom).or_default().push(id),
                    TextRelation::Ends => {
                        by_text.ends.entry(length).or_default().entry(text_of_atom).or_default().push(id);
                    }
                    TextRelation::Starts => {
                        by_text.starts.entry(length).or_default().entry(text_of_atom).or_default().push(id);
                    }
                    TextRelation::Contains => by_text.add_contained(text_of_atom, id),
                    _ => index.others.entry(atom.variable).or_default().push(id),
                }
            }
        }
        index
    }

    /// A pattern by the texts of which one has to stand at the beginning or the end of what it matches; `false` where
    /// there are none.
    fn add_pattern(&mut self, world: &World, id: AtomId) -> bool {
        let atom = world.get_atom(id);
        let Form::Part(part, Ask::Text(predicate)) = atom.form else { return false };
        let TextPredicate::Pattern(pattern) = world.texts.get(predicate) else { return false };
        let Some(hir) = pattern.hir() else { return false };
        let by_text = self.texts.entry((atom.variable, atom.scope, part)).or_default();
        for (kind, index) in [(ExtractKind::Suffix, &mut by_text.ends), (ExtractKind::Prefix, &mut by_text.starts)] {
            let texts = Extractor::new().kind(kind).extract(&hir);
            let texts =
                texts.literals().unwrap_or_default().iter().map(|text| std::str::from_utf8(text.as_bytes()).ok());
            let Some(texts) = texts.collect::<Option<Vec<&str>>>() else { continue };
            if texts.is_empty() || texts.iter().any(|text| text.is_empty()) {
                continue;
            }
            for text in texts.into_iter().map(fold) {
                index.entry(text.len()).or_default().entry(text).or_default().push(id);
            }
            return true;
        }
        false
    }

    /// Atoms that may hold of an example: all that do are among them.
    fn holding(&self, world: &World, example: &Example) -> Vec<AtomId> {
        let mut found = Vec::new();
        for (variable, collection) in &example.collections {
            for element in &collection.0 {
                for (part, value) in element.0.iter().enumerate() {
                    let Some(text) = value.as_ref().and_then(|value| value.as_text()) else { continue };
                    for scope in [Scope::Some, Scope::Address] {
                        if let Some(by_text) = self.texts.get(&(*variable, scope, part)) {
                            let looked_at = by_text.holding(&fold(text), &mut found);
                            world.effort.spend(1 + looked_at);
                        }
                    }
                }
            }
            let others = self.others.get(variable).map(Vec::as_slice).unwrap_or_default();
            world.effort.spend(others.len() as u64);
            found.extend(others.iter().copied().filter(|atom| world.holds_of(*atom, collection)));
        }
        found
    }
}

impl ByText {
    fn add_contained(&mut self, text: String, id: AtomId) {
        match text.as_bytes().first_chunk::<3>() {
            Some(start) => self.contains.entry(*start).or_default().push((text, id)),
            None => self.contains_short.push((text, id)),
        }
    }

    /// Adds the atoms that may hold of a folded value; how many texts were looked for in it.
    fn holding(&self, folded: &str, found: &mut Vec<AtomId>) -> u64 {
        found.extend(self.equal.get(folded).into_iter().flatten());
        for (length, by_end) in &self.ends {
            let end = folded.len().checked_sub(*length).and_then(|start| folded.get(start..));
            found.extend(end.and_then(|end| by_end.get(end)).into_iter().flatten());
        }
        for (length, by_start) in &self.starts {
            found.extend(folded.get(..*length).and_then(|start| by_start.get(start)).into_iter().flatten());
        }
        let mut windows: Vec<&[u8]> = folded.as_bytes().windows(3).collect();
        windows.sort_unstable();
        windows.dedup();
        let starting = windows.into_iter().filter_map(|window| self.contains.get(window)).flatten();
        let mut looked_at = 0;
        let contained = starting.chain(&self.contains_short).inspect(|_| looked_at += 1);
        found.extend(contained.filter(|(text, _)| folded.contains(text)).map(|(_, atom)| *atom));
        looked_at
    }
}
