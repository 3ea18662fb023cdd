//! The different values of an input, each looked up once.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::index::{Index, Lookup};
use super::inputs::Datum;
use super::program::{AtomId, Lead, Leads, SETS};
use crate::condition::Value;

/// The values of a column, and the atoms that each passes.
///
/// Many people are in one department and in one group, and nobody shares an address: where values repeat they are
/// remembered, and elsewhere looking them up costs less than remembering them.
#[derive(Clone, Debug, Default)]
pub(super) struct Distinct {
    by_text: HashMap<Box<str>, Option<u32>, FixedState>,
    /// The names of groups that are remembered, by the indexes of the groups: a look at them is less than one by text.
    by_group: Vec<Option<(Box<str>, Option<u32>)>>,
    /// Where the atoms of the values that pass anything end, by their numbers; they begin where those of the value before
    /// end.
    ends: Vec<u32>,
    atoms: Vec<AtomId>,
    /// For each set, the first rules that wait for what a value passes. Values at the end for which none waits are left
    /// out, so that of sets without rules there is nothing to read.
    leads: [Vec<Lead>; SETS],
    /// How many of the values are remembered, or stand before one that is.
    kept: usize,
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

/// What values are looked up by.
pub(super) struct By<'b> {
    pub(super) index: &'b Index,
    pub(super) lookup: &'b mut Lookup,
    /// Which rules wait for atoms.
    pub(super) leads: &'b dyn Fn(&[AtomId]) -> Leads,
}

impl Distinct {
    /// The number of a value; `None` for one that passes nothing.
    pub(super) fn number(&mut self, datum: &Datum<'_>, by: &mut By<'_>) -> Option<u32> {
        let value = datum.value();
        let Value::Text(text) = value else { return self.add(&value, by) };
        self.count();
        let Datum::OfGroup(_, Some(group)) = *datum else { return self.of_text(text, by) };
        if let Some(Some((known, number))) = self.by_group.get(group)
            && **known == *text
        {
            return *number;
        }
        let number = self.of_text(text, by);
        if group < MOST && self.by_text.contains_key(text) {
            if self.by_group.len() <= group {
                self.by_group.resize(group + 1, None);
            }
            self.by_group[group] = Some((text.into(), number));
        }
        number
    }

    /// There is another text. At the end of the trial it shows whether they repeat.
    fn count(&mut self) {
        if self.met < TRIAL {
            self.met += 1;
            if self.met == TRIAL && self.by_text.len() >= TRIAL / 2 {
                self.unique = true;
                self.by_text = HashMap::default();
            }
        }
    }

    fn of_text(&mut self, text: &str, by: &mut By<'_>) -> Option<u32> {
        let value = Value::Text(text);
        if self.unique {
            return self.add(&value, by);
        }
        if let Some(&known) = self.by_text.get(text) {
            return known;
        }
        let number = self.add(&value, by);
        if self.by_text.len() < MOST && text.len() <= LONGEST {
            self.by_text.insert(text.into(), number);
            self.kept = self.ends.len();
        }
        number
    }

    /// Forgets the values that are not remembered, and their numbers.
    pub(super) fn forget(&mut self) {
        self.ends.truncate(self.kept);
        self.atoms.truncate(self.ends.last().map_or(0, |end| *end as usize));
        self.leads.iter_mut().for_each(|leads| leads.truncate(self.kept));
    }

    /// The atoms that a value passes, each once.
    pub(super) fn atoms(&self, number: u32) -> &[AtomId] {
        let number = number as usize;
        let from = number.checked_sub(1).map_or(0, |before| self.ends[before]) as usize;
        &self.atoms[from..self.ends[number] as usize]
    }

    /// The first rules of a set that wait for what one of some values passes.
    pub(super) fn lead(&self, place: usize, values: &[u32]) -> Lead {
        let leads = &self.leads[place];
        if leads.is_empty() {
            return Lead::NONE;
        }
        let of_value = |value: &u32| leads.get(*value as usize).copied().unwrap_or(Lead::NONE);
        values.iter().map(of_value).fold(Lead::NONE, Lead::first)
    }

    fn add(&mut self, value: &Value<'_>, by: &mut By<'_>) -> Option<u32> {
        self.last.clear();
        by.index.each(value, by.lookup, |atom| self.last.push(atom));
        if self.last.is_empty() {
            return None;
        }
        self.last.sort_unstable();
        self.last.dedup();
        self.atoms.extend_from_slice(&self.last);
        // There is room in memory for fewer values than fit.
        let end = u32::try_from(self.atoms.len()).unwrap_or(u32::MAX);
        let number = self.ends.len();
        self.ends.push(end);
        for (leads, lead) in self.leads.iter_mut().zip((by.leads)(&self.last)) {
            if lead != Lead::NONE {
                leads.resize(number, Lead::NONE);
                leads.push(lead);
            }
        }
        Some(u32::try_from(number).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::index::{IndexBuilder, Stand};

    const NO_RULE: Leads = [Lead::NONE; _];

    fn atoms<'d>(distinct: &'d mut Distinct, text: &str, index: &Index, lookup: &mut Lookup) -> &'d [AtomId] {
        let number = distinct.number(&Datum::Given(Value::Text(text)), &mut By { index, lookup, leads: &|_| NO_RULE });
        number.map_or(&[], |number| distinct.atoms(number))
    }

    #[test]
    fn what_repeats_is_remembered_and_what_does_not_is_looked_up() {
        let mut builder = IndexBuilder::default();
        builder.add_text(1, Stand::Starts, "a", false);
        builder.add_text(2, Stand::Equal, "ab", false);
        let (index, mut lookup) = (builder.build(), Lookup::default());
        let (mut addresses, mut departments) = (Distinct::default(), Distinct::default());
        for round in 0..3 * TRIAL {
            assert_eq!(atoms(&mut addresses, &format!("a{round}"), &index, &mut lookup), [1]);
            assert_eq!(atoms(&mut departments, "AB", &index, &mut lookup), [1, 2]);
            assert_eq!(atoms(&mut departments, "b", &index, &mut lookup), [0; 0]);
            let by = &mut By { index: &index, lookup: &mut lookup, leads: &|_| NO_RULE };
            assert_eq!(departments.number(&Datum::Given(Value::Bool(true)), by), None);
        }
        addresses.forget();
        departments.forget();
        assert_eq!((addresses.by_text.len(), addresses.ends.len()), (0, TRIAL - 1));
        assert_eq!((departments.by_text.len(), departments.ends.len()), (2, 1));
        assert_eq!(atoms(&mut addresses, "ab", &index, &mut lookup), [1, 2]);
    }

    #[test]
    fn groups_of_two_snapshots_under_one_index_are_told_apart() {
        let mut builder = IndexBuilder::default();
        builder.add_text(1, Stand::Equal, "eu", false);
        let (index, mut lookup) = (builder.build(), Lookup::default());
        let mut distinct = Distinct::default();
        for name in ["EU", "US", "EU", "EU", "US"] {
            let by = &mut By { index: &index, lookup: &mut lookup, leads: &|_| NO_RULE };
            let number = distinct.number(&Datum::OfGroup(name, Some(3)), by);
            assert_eq!(number.is_some(), name == "EU");
            distinct.forget();
        }
        assert_eq!(distinct.by_group.len(), 4);
    }

    /// Most groups have several members, however many there are.
    #[test]
    fn groups_that_are_met_again_are_remembered_in_any_number() {
        let (index, mut lookup) = (IndexBuilder::default().build(), Lookup::default());
        let mut distinct = Distinct::default();
        let groups = 2 * TRIAL;
        for user in 0..groups {
            for group in [user, user / 2, user / 3] {
                let by = &mut By { index: &index, lookup: &mut lookup, leads: &|_| NO_RULE };
                distinct.number(&Datum::OfGroup(&group.to_string(), Some(group)), by);
            }
        }
        assert_eq!((distinct.by_text.len(), distinct.by_group.len()), (groups, groups));
    }

    #[test]
    fn memory_is_bounded() {
        let mut builder = IndexBuilder::default();
        builder.add_text(1, Stand::Contains, "", false);
        let (index, mut lookup) = (builder.build(), Lookup::default());
        let mut distinct = Distinct::default();
        for number in 0..MOST + 100 {
            for text in [&*number.to_string(), "again", "and again"] {
                atoms(&mut distinct, text, &index, &mut lookup);
            }
            distinct.forget();
        }
        atoms(&mut distinct, &"x".repeat(LONGEST + 1), &index, &mut lookup);
        distinct.forget();
        assert_eq!((distinct.by_text.len(), distinct.ends.len(), distinct.atoms.len()), (MOST, MOST, MOST));
    }
}
