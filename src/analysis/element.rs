//! An element that has some forms and not others, or the forms that no element can have together.

use std::collections::BTreeSet;

use super::scalar::{self, Scalar};
use super::text::{Answer, PredicateId};
use super::world::{Ask, AtomId, Element, Form, VariableId, World};
use crate::condition::{Predicate, ValueType};

/// What is to be so of an element: whether it has the form of an atom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Want {
    pub(super) atom: AtomId,
    pub(super) holds: bool,
}

/// Whether there is such an element.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Found {
    /// This one.
    Element(Element),
    /// None: what these atoms ask for cannot be together.
    Impossible(BTreeSet<AtomId>),
    Unknown,
}

/// How often a choice between alternatives is made for one element.
const MOST_CHOICES: u32 = 512;

impl World {
    /// An element of a variable of which all that is wanted holds.
    pub(super) fn element(&self, variable: VariableId, wants: &[Want]) -> Found {
        self.element_with(variable, None, wants)
    }

    /// The same, with a part that the element has to have.
    pub(super) fn element_with(&self, variable: VariableId, required: Option<usize>, wants: &[Want]) -> Found {
        let todo = |want: &Want| Todo { form: &self.get_atom(want.atom).form, holds: want.holds, origin: want.atom };
        let mut search = Search { world: self, variable, required, choices: 0 };
        search.run(wants.iter().map(todo).collect(), Vec::new(), Vec::new())
    }
}

/// A form that an element is to have, or not to have.
#[derive(Clone, Copy)]
struct Todo<'w> {
    form: &'w Form,
    holds: bool,
    origin: AtomId,
}

/// Forms of which some element is to have one, or not to have one.
#[derive(Clone, Copy)]
struct Choice<'w> {
    forms: &'w [Form],
    holds: bool,
    origin: AtomId,
}

/// What a part is to satisfy, or not to.
#[derive(Clone, Copy)]
struct Constraint {
    part: usize,
    ask: Ask,
    holds: bool,
    origin: AtomId,
}

/// What came of one part.
enum Solved {
    Value(Option<Scalar>),
    Impossible(BTreeSet<AtomId>),
    Unknown,
}

struct Search<'w> {
    world: &'w World,
    variable: VariableId,
    required: Option<usize>,
    choices: u32,
}

impl<'w> Search<'w> {
    /// The depth is that of the forms and of the choices, which are limited.
    fn run(
        &mut self,
        mut todo: Vec<Todo<'w>>,
        mut choices: Vec<Choice<'w>>,
        mut constraints: Vec<Constraint>,
    ) -> Found {
        while let Some(Todo { form, holds, origin }) = todo.pop() {
            match (form, holds) {
                (Form::Always, true) => {}
                (Form::Always, false) => return Found::Impossible(BTreeSet::from([origin])),
                (Form::Part(part, ask), _) => constraints.push(Constraint { part: *part, ask: *ask, holds, origin }),
                (Form::Not(inner), _) => todo.push(Todo { form: inner, holds: !holds, origin }),
                (Form::All(forms), true) | (Form::Any(forms), false) => {
                    todo.extend(forms.iter().map(|form| Todo { form, holds, origin }));
                }
                (Form::All(forms), false) | (Form::Any(forms), true) => choices.push(Choice { forms, holds, origin }),
            }
        }
        match choices.pop() {
            None => self.parts(&constraints),
            Some(choice) => self.choose(choice, &choices, &constraints),
        }
    }

    fn choose(&mut self, choice: Choice<'w>, rest: &[Choice<'w>], constraints: &[Constraint]) -> Found {
        let Choice { forms, holds, origin } = choice;
        let mut reasons = BTreeSet::from([origin]);
        let mut is_open = false;
        for form in forms {
            self.choices += 1;
            if self.choices > MOST_CHOICES || self.world.effort.is_spent() {
                return Found::Unknown;
            }
            match self.run(vec![Todo { form, holds, origin }], rest.to_vec(), constraints.to_vec()) {
                Found::Element(element) => return Found::Element(element),
                // It is impossible whatever is chosen here.
                Found::Impossible(why) if !why.contains(&origin) => return Found::Impossible(why),
                Found::Impossible(why) => reasons.extend(why),
                Found::Unknown => is_open = true,
            }
        }
        if is_open { Found::Unknown } else { Found::Impossible(reasons) }
    }

    /// A value for each part that needs one; of the others, one where the element would be empty.
    fn parts(&self, constraints: &[Constraint]) -> Found {
        let parts = &self.world.get(self.variable).parts;
        let mut values: Vec<Option<Scalar>> = Vec::with_capacity(parts.len());
        for part in 0..parts.len() {
            match self.part(part, constraints, false) {
                Solved::Value(value) => values.push(value),
                Solved::Impossible(why) => return Found::Impossible(why),
                Solved::Unknown => return Found::Unknown,
            }
        }
        if values.iter().all(Option::is_none) {
            return self.filled(constraints, values);
        }
        Found::Element(Element(values))
    }

    /// An element without any value is none.
    fn filled(&self, constraints: &[Constraint], mut values: Vec<Option<Scalar>>) -> Found {
        let mut is_impossible = true;
        let mut order: Vec<usize> = (0..values.len()).collect();
        // What syncs, and is looked at first.
        let parts = &self.world.get(self.variable).parts;
        order.sort_by_key(|part| !parts.get(*part).is_some_and(|part| matches!(part.name, "value" | "givenName")));
        for part in order {
            match (self.part(part, constraints, true), values.get_mut(part)) {
                (Solved::Value(Some(found)), Some(value)) => {
                    *value = Some(found);
                    return Found::Element(Element(values));
                }
                (Solved::Impossible(_), _) => {}
                _ => is_impossible = false,
            }
        }
        match is_impossible {
            true => Found::Impossible(constraints.iter().map(|constraint| constraint.origin).collect()),
            false => Found::Unknown,
        }
    }

    fn part(&self, index: usize, constraints: &[Constraint], is_filler: bool) -> Solved {
        let of_part = || constraints.iter().filter(|constraint| constraint.part == index);
        let Some(part) = self.world.get(self.variable).parts.get(index) else { return Solved::Unknown };
        let needed = of_part().find(|constraint| constraint.holds);
        let absent = of_part().find(|constraint| constraint.ask == Ask::Present && !constraint.holds);
        let is_required = part.required || is_filler || self.required == Some(index);
        match (needed, absent) {
            (Some(needed), Some(absent)) => Solved::Impossible(BTreeSet::from([needed.origin, absent.origin])),
            (None, Some(absent)) if is_required => Solved::Impossible(BTreeSet::from([absent.origin])),
            (None, _) if !is_required => Solved::Value(None),
            _ => match part.value_type {
                ValueType::Text | ValueType::ExactText => self.text(part.taste, of_part().copied().collect()),
                value_type => self.scalar(value_type, of_part().copied().collect()),
            },
        }
    }

    fn text(&self, taste: super::text::Taste, constraints: Vec<Constraint>) -> Solved {
        let ids = |wanted: bool| -> Vec<PredicateId> {
            let of_kind = constraints.iter().filter(|constraint| constraint.holds == wanted);
            let ids = of_kind.filter_map(|constraint| match constraint.ask {
                Ask::Text(id) => Some(id),
                _ => None,
            });
            ids.collect::<BTreeSet<_>>().into_iter().collect()
        };
        match self.world.texts.solve(&ids(true), &ids(false), taste, &self.world.effort) {
            Answer::Found(text) => Solved::Value(Some(Scalar::Text(text))),
            Answer::Unknown => Solved::Unknown,
            Answer::Impossible { must, must_not } => {
                let origin = |id: &PredicateId, holds: bool| {
                    let is_asked =
                        |constraint: &&Constraint| constraint.ask == Ask::Text(*id) && constraint.holds == holds;
                    constraints.iter().find(is_asked).map(|constraint| constraint.origin)
                };
                let must = must.iter().filter_map(|id| origin(id, true));
                Solved::Impossible(must.chain(must_not.iter().filter_map(|id| origin(id, false))).collect())
            }
        }
    }

    fn scalar(&self, value_type: ValueType, mut constraints: Vec<Constraint>) -> Solved {
        if value_type == ValueType::Complex {
            return Solved::Unknown;
        }
        // Asking a number for its text, or what there is no value for, is none of these.
        constraints.retain(|constraint| matches!(constraint.ask, Ask::Scalar(_)));
        let solve = |constraints: &[Constraint]| {
            let of = |wanted: bool| -> Vec<&Predicate> {
                let of_kind = constraints.iter().filter(|constraint| constraint.holds == wanted);
                let predicates = of_kind.filter_map(|constraint| match constraint.ask {
                    Ask::Scalar(id) => Some(self.world.scalar(id)),
                    _ => None,
                });
                predicates.collect()
            };
            let cost = constraints.len() * constraints.len();
            self.world.effort.spend(cost as u64).then(|| scalar::solve(value_type, &of(true), &of(false)))
        };
        match solve(&constraints) {
            None => return Solved::Unknown,
            Some(Some(value)) => return Solved::Value(Some(value)),
            Some(None) => {}
        }
        let mut index = 0;
        while index < constraints.len() {
            let mut fewer = constraints.clone();
            fewer.remove(index);
            match solve(&fewer) {
                Some(None) => constraints = fewer,
                _ => index += 1,
            }
        }
        Solved::Impossible(constraints.iter().map(|constraint| constraint.origin).collect())
    }
}
