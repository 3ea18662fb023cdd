//! What the rules of a set ask for: how many of them for each atom, and by which texts an atom is found.

use std::collections::BTreeSet;

use regex_syntax::hir::Hir;
use regex_syntax::hir::literal::{ExtractKind, Extractor};

use super::formula::{Formula, Formulas, Node};
use super::hash::HashMap;
use super::text::{PredicateId, TextPredicate};
use super::world::{Ask, Atom, AtomId, Form, World};
use crate::condition::{Ordering, TextMatch, TextRelation, fold};

/// A text that a part of an element has to have.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Clue {
    pub(super) part: usize,
    pub(super) stands: Stands,
    /// Folded.
    pub(super) folded: String,
}

/// Where a text stands in a value: the earlier, the fewer values have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Stands {
    /// It is the whole value.
    Alone,
    First,
    Last,
    Within,
}

/// Atoms of which one holds wherever a formula does.
pub(super) struct Watch {
    pub(super) atoms: Vec<AtomId>,
    /// How many rules ask for them: the fewer, the rarer they are met.
    rules: u64,
    /// How the worst of them is found.
    found: Access,
}

/// What it takes to find an atom by a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Access {
    LookUp,
    Search,
    /// It has to be asked.
    Ask,
}

/// What the rules of a set ask for.
pub(super) struct Asked {
    rules: HashMap<AtomId, u64>,
    /// Of each atom the texts of which a value has one wherever it holds, where that is known.
    clues: HashMap<AtomId, Vec<Clue>>,
}

impl Asked {
    pub(super) fn new(world: &World, formulas: &Formulas, rules: &[Formula]) -> Asked {
        let mut asked = Asked { rules: HashMap::default(), clues: HashMap::default() };
        rules.iter().for_each(|rule| asked.count(formulas, *rule));
        let ways = |atom: &AtomId| (*atom, ways(world, &world.get_atom(*atom).form));
        let ways: Vec<(AtomId, Vec<Vec<Clue>>)> = asked.rules.keys().map(ways).collect();
        let mut atoms: HashMap<&Clue, u64> = HashMap::default();
        ways.iter().flat_map(|(_, ways)| ways).flatten().for_each(|clue| *atoms.entry(clue).or_default() += 1);
        // `type eq "work"` is in all of them.
        let commonest = |clues: &[Clue]| clues.iter().filter_map(|clue| atoms.get(clue)).max().copied();
        for (atom, ways) in &ways {
            let best = ways.iter().min_by_key(|clues| (is_within(clues), commonest(clues), worst(clues)));
            asked.clues.extend(best.map(|clues| (*atom, clues.clone())));
        }
        asked
    }

    /// The texts of which a value has one wherever an atom holds; `None` where nothing of the kind is known.
    pub(super) fn clues(&self, atom: AtomId) -> Option<&[Clue]> {
        self.clues.get(&atom).map(Vec::as_slice)
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
    pub(super) fn watch(&self, formulas: &Formulas, formula: Formula) -> Option<Watch> {
        match formulas.node(formula) {
            Node::False => Some(Watch { atoms: Vec::new(), rules: 0, found: Access::LookUp }),
            Node::True | Node::Atom(_, false) => None,
            Node::Atom(atom, true) => {
                let found = match self.clues(*atom) {
                    None => Access::Ask,
                    Some(clues) if is_within(clues) => Access::Search,
                    Some(_) => Access::LookUp,
                };
                Some(Watch { atoms: vec![*atom], rules: self.rules.get(atom).copied().unwrap_or_default(), found })
            }
            Node::All(parts) => {
                let watches = parts.iter().filter_map(|part| self.watch(formulas, *part));
                watches.min_by_key(|watch| (watch.found, watch.rules, watch.atoms.len()))
            }
            Node::Any(parts) => {
                let mut all = Watch { atoms: Vec::new(), rules: 0, found: Access::LookUp };
                for part in parts {
                    let watch = self.watch(formulas, *part)?;
                    all.atoms.extend(watch.atoms);
                    all.rules += watch.rules;
                    all.found = all.found.max(watch.found);
                }
                Some(all)
            }
        }
    }
}

fn worst(clues: &[Clue]) -> Option<Stands> {
    clues.iter().map(|clue| clue.stands).max()
}

fn is_within(clues: &[Clue]) -> bool {
    worst(clues) == Some(Stands::Within)
}

/// Sets of texts: an element that has the form has one text of each set. The depth is that of conditions.
fn ways(world: &World, form: &Form) -> Vec<Vec<Clue>> {
    match form {
        Form::Part(part, Ask::Text(id)) => clues(world, *part, *id).into_iter().collect(),
        Form::All(forms) => forms.iter().flat_map(|form| ways(world, form)).collect(),
        Form::Any(forms) => {
            let best = |form: &Form| ways(world, form).into_iter().min_by_key(|clues| (worst(clues), clues.len()));
            let all: Option<Vec<Vec<Clue>>> = forms.iter().map(best).collect();
            all.map(|all| all.concat()).into_iter().collect()
        }
        Form::Always | Form::Part(_, Ask::Present | Ask::Scalar(_)) | Form::Not(_) => Vec::new(),
    }
}

fn clues(world: &World, part: usize, predicate: PredicateId) -> Option<Vec<Clue>> {
    let clue = |stands| move |folded: String| Clue { part, stands, folded };
    match world.texts.get(predicate) {
        TextPredicate::Match(text) => {
            let stands = match text.relation() {
                TextRelation::Is(Ordering::Equal) => Stands::Alone,
                TextRelation::Starts => Stands::First,
                TextRelation::Ends => Stands::Last,
                TextRelation::Contains => Stands::Within,
                TextRelation::Is(_) => return None,
            };
            Some(text.texts().map(fold).map(clue(stands)).collect())
        }
        TextPredicate::Pattern(pattern) => {
            let hir = pattern.hir()?;
            let last = outer_texts(&hir, ExtractKind::Suffix);
            let first = outer_texts(&hir, ExtractKind::Prefix);
            // The longer the shortest, the fewer values have it.
            let shortest = |texts: &BTreeSet<String>| texts.iter().map(String::len).min().unwrap_or_default();
            let (texts, stands) =
                if shortest(&last) >= shortest(&first) { (last, Stands::Last) } else { (first, Stands::First) };
            (shortest(&texts) > 0).then(|| texts.into_iter().map(clue(stands)).collect())
        }
        _ => None,
    }
}

/// The folded texts of which one stands at the beginning, or at the end, of whatever an expression matches; none where
/// that is not known. A pattern to which case means nothing has each text in many spellings, which fold to one.
fn outer_texts(hir: &Hir, kind: ExtractKind) -> BTreeSet<String> {
    let found = Extractor::new().kind(kind).extract(hir);
    let texts = found.literals().unwrap_or_default().iter().map(|text| std::str::from_utf8(text.as_bytes()).ok());
    texts.map(|text| text.map(fold)).collect::<Option<BTreeSet<String>>>().unwrap_or_default()
}

/// The part and the text that an atom compares, where it is such a comparison.
pub(super) fn text_of<'w>(world: &'w World, atom: &Atom) -> Option<(usize, &'w TextMatch)> {
    let Form::Part(part, Ask::Text(id)) = atom.form else { return None };
    match world.texts.get(id) {
        TextPredicate::Match(text) => Some((part, text)),
        _ => None,
    }
}
