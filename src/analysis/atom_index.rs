//! Atoms by the values of which they hold.

use super::asked::{Asked, Clue, Stands};
use super::hash::HashMap;
use super::question::Example;
use super::world::{AtomId, Scope, VariableId, World};
use crate::condition::fold;

/// Atoms by their clues.
#[derive(Debug, Default)]
pub(super) struct AtomIndex {
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
    pub(super) fn new(world: &World, asked: &Asked, atoms: Vec<AtomId>) -> AtomIndex {
        let mut index = AtomIndex::default();
        for id in atoms {
            let atom = world.get_atom(id);
            match asked.clues(id) {
                None => index.others.entry(atom.variable).or_default().push(id),
                Some(clues) => {
                    for clue in clues {
                        let place = (atom.variable, atom.scope, clue.part);
                        index.texts.entry(place).or_default().add(clue, id);
                    }
                }
            }
        }
        index
    }

    /// Atoms that may hold of an example: all that do are among them.
    pub(super) fn holding(&self, world: &World, example: &Example) -> Vec<AtomId> {
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
    fn add(&mut self, clue: &Clue, id: AtomId) {
        let (text, length) = (clue.folded.clone(), clue.folded.len());
        match clue.stands {
            Stands::Alone => self.equal.entry(text).or_default().push(id),
            Stands::Last => self.ends.entry(length).or_default().entry(text).or_default().push(id),
            Stands::First => self.starts.entry(length).or_default().entry(text).or_default().push(id),
            Stands::Within => match text.as_bytes().first_chunk::<3>() {
                Some(start) => self.contains.entry(*start).or_default().push((text, id)),
                None => self.contains_short.push((text, id)),
            },
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
