//! The different values of an input, each looked up once.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::index::{Index, Lookup};
use super::program::AtomId;
use crate::condition::Value;

/// The values of a column that have been met, and the atoms that each passes.
///
/// Many people are in one department and in one group, and nobody shares an address: where values repeat they are
/// remembered, and elsewhere looking them up costs less than remembering them.
#[derive(Clone, Debug, Default)]
pub(super) struct Distinct {
    by_text: HashMap<Box<str>, u32, FixedState>,
    /// By value, where its atoms end; they begin where those of the value before end.
    ends: Vec<u32>,
    atoms: Vec<AtomId>,
    /// How many texts there were, until it showed whether they repeat.
    met: usize,
    /// Whether it showed that they do not.
    unique: bool,
    /// What the value passes that was looked up last.
    last: Vec<AtomId>,
}

/// After so many texts it shows whether those of a column repeat: where half of them or more are new, they do not.
const TRIAL: usize = 4096;
/// How many texts of a column are remembered, and how long they may be: what holds a server's memory within bounds.
const MOST: usize = 1 << 16;
const LONGEST: usize = 256;

impl Distinct {
    /// The atoms that a value passes, each once.
    pub(super) fn atoms(&mut self, value: &Value<'_>, index: &Index, lookup: &mut Lookup) -> &[AtomId] {
        match self.remembered(value, index, lookup) {
            Some(number) => self.atoms_of(number),
            None => {
                self.look_up(value, index, lookup);
                &self.last
            }
        }
    }

    /// The number of a value, by which [`Distinct::atoms_of`] finds its atoms again. A text that does not repeat gets one
    /// each time.
    pub(super) fn number(&mut self, value: &Value<'_>, index: &Index, lookup: &mut Lookup) -> u32 {
        self.remembered(value, index, lookup).unwrap_or_else(|| self.add(value, index, lookup))
    }

    /// The atoms of a value that has a number.
    pub(super) fn atoms_of(&self, number: u32) -> &[AtomId] {
        let number = number as usize;
        let from = number.checked_sub(1).map_or(0, |before| self.ends[before]) as usize;
        &self.atoms[from..self.ends[number] as usize]
    }

    /// The number of a text that was met before, or is worth remembering.
    fn remembered(&mut self, value: &Value<'_>, index: &Index, lookup: &mut Lookup) -> Option<u32> {
        let Value::Text(text) = value else { return None };
        if self.met < TRIAL {
            self.met += 1;
            if self.met == TRIAL && self.by_text.len() >= TRIAL / 2 {
                self.unique = true;
                self.by_text = HashMap::default();
            }
        }
        if self.unique {
            return None;
        }
        if let Some(&known) = self.by_text.get(*text) {
            return Some(known);
        }
        if self.by_text.len() >= MOST || text.len() > LONGEST {
            return None;
        }
        let number = self.add(value, index, lookup);
        self.by_text.insert((*text).into(), number);
        Some(number)
    }

    fn add(&mut self, value: &Value<'_>, index: &Index, lookup: &mut Lookup) -> u32 {
        self.look_up(value, index, lookup);
        self.atoms.extend_from_slice(&self.last);
        // There is room in memory for fewer values than fit.
        self.ends.push(u32::try_from(self.atoms.len()).unwrap_or(u32::MAX));
        u32::try_from(self.ends.len() - 1).unwrap_or(u32::MAX)
    }

    fn look_up(&mut self, value: &Value<'_>, index: &Index, lookup: &mut Lookup) {
        self.last.clear();
        index.each(value, lookup, |atom| self.last.push(atom));
        self.last.sort_unstable();
        self.last.dedup();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::index::{IndexBuilder, Stand};

    #[test]
    fn what_repeats_is_remembered_and_what_does_not_is_looked_up() {
        let mut builder = IndexBuilder::default();
        builder.add_text(1, Stand::Starts, "a", false);
        builder.add_text(2, Stand::Equal, "ab", false);
        let (index, mut lookup) = (builder.build(), Lookup::default());
        let (mut addresses, mut departments) = (Distinct::default(), Distinct::default());
        for round in 0..3 * TRIAL {
            let unique = format!("a{round}");
            assert_eq!(addresses.atoms(&Value::Text(&unique), &index, &mut lookup), [1]);
            assert_eq!(departments.atoms(&Value::Text("AB"), &index, &mut lookup), [1, 2]);
            assert_eq!(departments.atoms(&Value::Bool(true), &index, &mut lookup), [0; 0]);
        }
        assert_eq!((addresses.by_text.len(), addresses.ends.len(), departments.by_text.len()), (0, TRIAL - 1, 1));
        let number = addresses.number(&Value::Text("ab"), &index, &mut lookup);
        assert_eq!(addresses.atoms_of(number), [1, 2]);
    }

    #[test]
    fn memory_is_bounded() {
        let (index, mut lookup) = (IndexBuilder::default().build(), Lookup::default());
        let mut distinct = Distinct::default();
        for number in 0..MOST + 100 {
            for text in [&*number.to_string(), "again", "and again"] {
                distinct.atoms(&Value::Text(text), &index, &mut lookup);
            }
        }
        distinct.atoms(&Value::Text(&"x".repeat(LONGEST + 1)), &index, &mut lookup);
        assert_eq!((distinct.by_text.len(), distinct.ends.len()), (MOST, MOST));
    }
}
