//! All rules as one program: the tests of all conditions, each once, and for each test the rules that wait for it.
//!
//! A condition becomes a [form](form) over *atoms*: tests that are the same in several rules are one atom. Of most atoms
//! an [index](super::index) tells from the values of an input which hold. A rule [waits](plan) for some of its atoms, such
//! that it fails where all of them do; so only the rules that wait for an atom which holds have to be looked at.

mod atoms;
mod form;
mod plan;

pub(super) use atoms::{Atom, AtomId, Column};
pub(super) use form::{Form, FormId};
pub(super) use plan::{ALONE, Found, Lead, Plan};

use super::availability::is_withheld_at_create;
use super::index::{Index, IndexBuilder};
use crate::condition::{Term, Test};
use atoms::Atoms;

/// The number of a rule in its set.
pub(super) type RuleId = u32;

/// How many sets a program has at most.
pub(super) const SETS: usize = 3;

/// By the places of the sets, the first rules that wait for something which holds.
pub(super) type Leads = [Lead; SETS];

/// The rules of several sets, compiled together.
#[derive(Clone, Debug)]
pub(super) struct Program {
    /// The inputs of which an index tells which atoms hold.
    pub(super) columns: Vec<Column>,
    pub(super) indexes: Vec<Index>,
    pub(super) atoms: Vec<Atom>,
    /// The tests that are asked one by one.
    pub(super) asked: Vec<Test>,
    pub(super) form: Form,
    pub(super) sets: Vec<ProgramSet>,
}

/// The rules of one set.
#[derive(Clone, Debug)]
pub(super) struct ProgramSet {
    /// The condition of each.
    pub(super) forms: Vec<FormId>,
    /// How they are found when SCIM creates a user, and at all other events.
    pub(super) at_create: Plan,
    pub(super) otherwise: Plan,
}

/// The rules of one set, before they are compiled.
pub(super) struct Set<'t> {
    pub(super) terms: Vec<&'t Term>,
    /// Whether the first rule that holds ends the set.
    pub(super) first_match: bool,
}

impl Program {
    /// Compiles sets. Takes time in proportion to the conditions.
    pub(super) fn new(sets: &[Set<'_>]) -> Program {
        let mut atoms = Atoms::default();
        let mut form = Form::default();
        let mut forms: Vec<Vec<FormId>> = Vec::with_capacity(sets.len());
        for set in sets {
            forms.push(set.terms.iter().map(|term| form.of(term, &mut atoms)).collect());
        }
        let Atoms { columns, atoms, asked, builders, .. } = atoms;
        let withheld: Vec<bool> = columns.iter().map(|column| is_withheld_at_create(&column.input)).collect();
        let nothing = vec![false; columns.len()];
        let planned = |(set, forms): (&Set<'_>, Vec<FormId>)| {
            let plan = |withheld| Plan::new(&form, &forms, &atoms, withheld, set.first_match);
            let (at_create, otherwise) = (plan(&withheld), plan(&nothing));
            ProgramSet { forms, at_create, otherwise }
        };
        let sets = sets.iter().zip(forms).map(planned).collect();
        let indexes = builders.into_iter().map(IndexBuilder::build).collect();
        Program { columns, indexes, asked, form, atoms, sets }
    }

    /// The plan of a set; `None` where no rule of it can come to anything.
    pub(super) fn plan(&self, place: usize, at_create: bool) -> Option<(&ProgramSet, &Plan)> {
        let set = self.sets.get(place)?;
        let plan = if at_create { &set.at_create } else { &set.otherwise };
        (!plan.is_empty()).then_some((set, plan))
    }

    /// The first rules of each set that wait for one of these atoms.
    pub(super) fn leads(&self, at_create: bool, atoms: &[AtomId]) -> Leads {
        std::array::from_fn(|place| match self.plan(place, at_create) {
            Some((_, plan)) => atoms.iter().fold(Lead::NONE, |lead, atom| lead.first(plan.lead(*atom))),
            None => Lead::NONE,
        })
    }
}
