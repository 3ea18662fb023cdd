//! Which rules have to be looked at: for each atom the rules that wait for it.

use super::RuleId;
use super::atoms::{Atom, AtomId, Selectivity};
use super::form::{Form, FormId, Node};
use crate::engine::Verdict;
use crate::scim::Lists;

/// How the rules of a set are found at an event.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Plan {
    /// For each atom, the rules to look at where it holds; of the one that is the atom alone nothing more has to be looked
    /// at, and it bears [`ALONE`].
    by_atom: Lists,
    /// For each atom, the first of these rules.
    leads: Vec<Lead>,
    /// For each column, the rules to look at where not all of its values are known.
    by_column: Lists,
    /// The rules to look at always, in order.
    pub(in crate::engine) always: Vec<RuleId>,
    /// The rules that are withheld for everybody, because of what Foundry lacks, in order: there is nothing to look at.
    pub(in crate::engine) withheld: Vec<RuleId>,
    /// How each rule is found.
    found: Vec<Found>,
}

/// Marks the number of a rule that holds where the atom does under which it stands. No set has so many rules.
pub(in crate::engine) const ALONE: RuleId = 1 << 31;

/// The first rules of a set that wait for something which holds; [`RuleId::MAX`] where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) struct Lead {
    /// The first that holds then.
    pub(in crate::engine) alone: RuleId,
    /// The first that has to be looked at.
    pub(in crate::engine) other: RuleId,
}

impl Lead {
    pub(in crate::engine) const NONE: Lead = Lead { alone: RuleId::MAX, other: RuleId::MAX };

    /// The first rules where this leads and that.
    pub(in crate::engine) fn first(self, that: Lead) -> Lead {
        Lead { alone: self.alone.min(that.alone), other: self.other.min(that.other) }
    }

    /// Whether there is one before a rule.
    pub(in crate::engine) fn is_before(self, rule: RuleId) -> bool {
        self.alone.min(self.other) < rule
    }

    fn of(rules: &[RuleId]) -> Lead {
        let first =
            |alone| rules.iter().find(|rule| (**rule & ALONE != 0) == alone).map_or(RuleId::MAX, |rule| rule & !ALONE);
        Lead { alone: first(true), other: first(false) }
    }
}

/// How a rule is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Found {
    /// It is looked at where one of these atoms holds; there are none where it never holds.
    By(Vec<AtomId>),
    /// It is looked at always.
    Always,
}

impl Plan {
    /// Chooses for each rule the atoms that it waits for. `withheld` says of which columns Foundry has no value; atoms of
    /// these never fail, so nothing waits for them.
    pub(super) fn new(form: &Form, forms: &[FormId], atoms: &[Atom], withheld: &[bool], first_match: bool) -> Plan {
        let mut costs = Costs { form, atoms, withheld, uses: vec![0; atoms.len()] };
        forms.iter().for_each(|id| costs.count_uses(*id));
        let found: Vec<Found> = forms.iter().map(|id| costs.found(*id)).collect();
        let (mut always, mut not_run, mut waiting) = (Vec::new(), Vec::new(), Vec::new());
        for ((rule, id), found) in (0..).zip(forms).zip(&found) {
            match (found, costs.settled(*id)) {
                (_, Some(Verdict::FAILS)) => {}
                (_, Some(Verdict::WITHHELD)) => not_run.push(rule),
                (Found::By(atoms), _) => waiting.extend(atoms.iter().map(|atom| (*atom, rule))),
                (Found::Always, _) => always.push(rule),
            }
        }
        let by_column = waiting.iter().filter_map(|(atom, rule)| Some((atoms[*atom as usize].column()?, *rule)));
        let by_column = Lists::of_pairs(by_column.collect(), withheld.len());
        let is_alone = |rule: RuleId| matches!(form.node(forms[rule as usize]), Node::Literal { .. });
        if first_match {
            keep_within_reach(&mut waiting, is_alone);
        }
        let mut by_atom = Lists::of_pairs(waiting, atoms.len());
        by_atom.replace(|rule| if is_alone(rule) { rule | ALONE } else { rule });
        let leads = (0..atoms.len()).map(|atom| Lead::of(by_atom.of(atom))).collect();
        Plan { by_atom, leads, by_column, always, withheld: not_run, found }
    }

    /// The rules to look at where an atom holds, in order; those that hold then too bear [`ALONE`].
    pub(in crate::engine) fn of_atom(&self, atom: AtomId) -> &[RuleId] {
        self.by_atom.of(atom as usize)
    }

    /// The first rules to look at where an atom holds.
    pub(in crate::engine) fn lead(&self, atom: AtomId) -> Lead {
        self.leads.get(atom as usize).copied().unwrap_or(Lead::NONE)
    }

    /// The rules to look at where not all values of a column are known.
    pub(in crate::engine) fn of_column(&self, column: u32) -> &[RuleId] {
        self.by_column.of(column as usize)
    }

    /// How each rule is found.
    pub(in crate::engine) fn found(&self) -> &[Found] {
        &self.found
    }

    /// Whether the set has no rule that can come to anything.
    pub(in crate::engine) fn is_empty(&self) -> bool {
        self.always.is_empty() && self.withheld.is_empty() && self.by_column.is_empty()
    }
}

/// Leaves out the rules that stand behind one which is the atom alone: where the atom holds they are out of reach.
fn keep_within_reach(waiting: &mut Vec<(AtomId, RuleId)>, is_alone: impl Fn(RuleId) -> bool) {
    waiting.sort_unstable();
    let mut closed: Option<AtomId> = None;
    waiting.retain(|&(atom, rule)| {
        if closed == Some(atom) {
            return false;
        }
        closed = is_alone(rule).then_some(atom);
        true
    });
}

/// What it costs to wait for a part of a condition: about how many people would have to be looked at.
struct Costs<'p> {
    form: &'p Form,
    atoms: &'p [Atom],
    withheld: &'p [bool],
    uses: Vec<u32>,
}

impl Costs<'_> {
    fn found(&self, id: FormId) -> Found {
        if self.cost(id).is_none() {
            return Found::Always;
        }
        let mut atoms = Vec::new();
        self.waited(id, &mut atoms);
        atoms.sort_unstable();
        atoms.dedup();
        Found::By(atoms)
    }

    /// What a condition comes to for everybody; `None` where that depends on somebody.
    fn settled(&self, id: FormId) -> Option<Verdict> {
        let mut depends = false;
        let verdict = self.form.verdict(id, &mut |atom| {
            let lacks = self.atoms[atom as usize].column().is_some_and(|column| self.withheld[column as usize]);
            depends |= !lacks;
            Verdict::WITHHELD
        });
        (!depends).then_some(verdict)
    }

    fn count_uses(&mut self, id: FormId) {
        match self.form.node(id) {
            Node::Literal { atom, negated: false } => self.uses[*atom as usize] += 1,
            Node::All(range) | Node::Any(range) => {
                let form = self.form;
                form.parts(range).iter().for_each(|part| self.count_uses(*part));
            }
            Node::Constant(_) | Node::Literal { .. } => {}
        }
    }

    /// `None` where there is nothing to wait for: the part may hold though no atom does.
    fn cost(&self, id: FormId) -> Option<u64> {
        match self.form.node(id) {
            Node::Constant(constant) => (!constant).then_some(0),
            Node::Literal { negated: true, .. } => None,
            Node::Literal { atom, negated: false } => self.cost_of_atom(*atom),
            Node::All(range) => self.form.parts(range).iter().filter_map(|part| self.cost(*part)).min(),
            Node::Any(range) => {
                let mut costs = self.form.parts(range).iter().map(|part| self.cost(*part));
                costs.try_fold(0_u64, |sum, cost| Some(sum.saturating_add(cost?)))
            }
        }
    }

    /// The more rules wait for an atom, the more are looked at in vain.
    fn cost_of_atom(&self, atom: AtomId) -> Option<u64> {
        let Atom::Some { column, selectivity } = self.atoms[atom as usize] else { return None };
        if self.withheld[column as usize] {
            return None;
        }
        let factor = match selectivity {
            Selectivity::Value => 1,
            Selectivity::Part => 4,
            Selectivity::Half => 1 << 16,
        };
        Some(u64::from(self.uses[atom as usize]) * factor)
    }

    /// The atoms of the part that is cheapest to wait for.
    fn waited(&self, id: FormId, waited: &mut Vec<AtomId>) {
        match self.form.node(id) {
            Node::Literal { atom, .. } => waited.push(*atom),
            Node::Constant(_) => {}
            Node::Any(range) => self.form.parts(range).iter().for_each(|part| self.waited(*part, waited)),
            Node::All(range) => {
                let parts = self.form.parts(range).iter().filter_map(|part| Some((self.cost(*part)?, *part)));
                if let Some((_, cheapest)) = parts.min() {
                    self.waited(cheapest, waited);
                }
            }
        }
    }
}

impl Atom {
    /// The column that it looks at; `None` for one that is asked.
    pub(in crate::engine) fn column(&self) -> Option<u32> {
        match self {
            Atom::Some { column, .. } | Atom::SomeNot { column, .. } | Atom::HasValue { column } => Some(*column),
            Atom::Asked { .. } => None,
        }
    }
}
