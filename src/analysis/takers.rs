//! Which rules of a set take an example, without asking every rule.
//!
//! A rule that holds has some atom of a few that hold. Those of equality, beginnings and ends are found by the values of
//! the example; only the rules that watch an atom that holds are evaluated.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::asked::Asked;
use super::atom_index::AtomIndex;
use super::formula::{Formula, Formulas};
use super::hash::HashMap;
use super::meetings::Meetings;
use super::question::Example;
use super::world::{AtomId, World};

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
        let mut watching: HashMap<AtomId, Vec<usize>> = HashMap::default();
        let mut unwatched = Vec::new();
        let asked = Asked::new(world, formulas, &rules);
        for (rule, formula) in rules.iter().enumerate() {
            match asked.watch(formulas, *formula) {
                Some(watch) => {
                    watch.atoms.iter().for_each(|atom| watching.entry(*atom).or_default().push(rule));
                }
                None => unwatched.push(rule),
            }
        }
        let mut watched: Vec<AtomId> = watching.keys().copied().collect();
        watched.sort_unstable();
        let meetings = Meetings::new(world, formulas, &rules, &asked);
        Takers { rules, index: AtomIndex::new(world, &asked, watched), watching, unwatched, meetings }
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
