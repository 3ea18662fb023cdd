//! Which rules of a set take an example, without asking every rule.
//!
//! A rule that holds has some atom of a few that hold. Those of equality, beginnings and ends are found by the values of
//! the example; only the rules that watch an atom that holds are evaluated.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};

use regex_syntax::hir::Hir;
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
        let asked = Asked::new(formulas, &rules);
        for (rule, formula) in rules.iter().enumerate() {
            match asked.watch(world, formulas, *formula) {
                Some(watch) => {
                    watch.atoms.iter().for_each(|atom| watching.entry(*atom).or_default().push(rule));
                }
                None => unwatched.push(rule),
            }
        }
        let mut watched: Vec<AtomId> = watching.keys().copied().collect();
        watched.sort_unstable();
        let meetings = Meetings::new(world, formulas, &rules, &asked);
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
    /// Whether some have to be asked one by one.
    is_slow: bool,
    /// How many rules ask for them: the fewer, the rarer they are met.
    rules: u64,
    /// How many examples the worst of them is likely to hold for.
    cost: u8,
}

/// How many rules of a set ask for each atom.
pub(super) struct Asked {
    rules: HashMap<AtomId, u64>,
}

impl Asked {
    pub(super) fn new(formulas: &Formulas, rules: &[Formula]) -> Asked {
        let mut asked = Asked { rules: HashMap::new() };
        rules.iter().for_each(|rule| asked.count(formulas, *rule));
        asked
    }

    /// The depth is that of conditions.
    fn count(&mut self, formulas: &Formulas, formula: Formula) {
        match formulas.node(formula) {
            Node::True | Node::False | Node::Atom(_, false) => {}
            Node::Atom(atom, true) => *self.rules.entry(*atom).or_default() += 1,
            Node::All(parts) | Node::Any(parts) => parts.iter().for_each(|part| self.count(formulas, *part)),
        }
    }

    /// Of a conjunction the part that the fewest rules share. The depth is that of conditions.
    pub(super) fn watch(&self, world: &World, formulas: &Formulas, formula: Formula) -> Option<Watch> {
        match formulas.node(formula) {
            Node::False => Some(Watch { atoms: Vec::new(), is_slow: false, rules: 0, cost: 0 }),
            Node::True | Node::Atom(_, false) => None,
            Node::Atom(atom, true) => {
                let cost = cost(world, world.get_atom(*atom));
                let rules = self.rules.get(atom).copied().unwrap_or_default();
                Some(Watch { atoms: vec![*atom], is_slow: cost > 1, rules, cost })
            }
            Node::All(parts) => {
                let watches = parts.iter().filter_map(|part| self.watch(world, formulas, *part));
                watches.min_by_key(|watch| (watch.is_slow, watch.rules, watch.cost, watch.atoms.len()))
            }
            Node::Any(parts) => {
                let mut all = Watch { atoms: Vec::new(), is_slow: false, rules: 0, cost: 0 };
                for part in parts {
                    let watch = self.watch(world, formulas, *part)?;
                    all.atoms.extend(watch.atoms);
                    all.is_slow |= watch.is_slow;
                    all.rules += watch.rules;
                    all.cost = all.cost.max(watch.cost);
                }
                Some(all)
            }
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
        let ends = (outer_texts(&hir, ExtractKind::Suffix), &mut by_text.ends);
        let starts = (outer_texts(&hir, ExtractKind::Prefix), &mut by_text.starts);
        // The longer the shortest, the fewer values have it.
        let shortest = |texts: &BTreeSet<String>| texts.iter().map(String::len).min().unwrap_or_default();
        let (texts, index) = if shortest(&ends.0) >= shortest(&starts.0) { ends } else { starts };
        if shortest(&texts) == 0 {
            return false;
        }
        for text in texts {
            index.entry(text.len()).or_default().entry(text).or_default().push(id);
        }
        true
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

/// The folded texts of which one stands at the beginning, or at the end, of whatever an expression matches; none where
/// that is not known. A pattern to which case means nothing has each text in many spellings, which fold to one.
fn outer_texts(hir: &Hir, kind: ExtractKind) -> BTreeSet<String> {
    let found = Extractor::new().kind(kind).extract(hir);
    let texts = found.literals().unwrap_or_default().iter().map(|text| std::str::from_utf8(text.as_bytes()).ok());
    texts.map(|text| text.map(fold)).collect::<Option<BTreeSet<String>>>().unwrap_or_default()
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
