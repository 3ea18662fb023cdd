//! What the evaluation of one person leaves for the next: room for the answers to all tests.

use super::Verdict;
use super::distinct::Distinct;
use super::index::Lookup;
use super::inputs::Extent;
use super::outcomes::{EveryMatch, Finder, FirstMatch, Unknown};
use super::plain::Inputs;
use super::program::{ALONE, Atom, AtomId, FormId, Plan, Program, ProgramSet, RuleId};

/// Room for the answers to all tests of a program, used again and again.
#[derive(Clone, Debug)]
pub(super) struct Scratch {
    answers: Answers,
    /// The atoms that hold, each once.
    held: Vec<AtomId>,
    /// The columns of which not all values are known.
    open: Vec<u32>,
    /// The rules of a set that have no known verdict.
    found: Vec<(RuleId, Verdict)>,
    lookup: Lookup,
    /// For each column, the values met so far.
    distinct: Vec<Distinct>,
}

/// What atoms come to.
#[derive(Clone, Debug)]
pub(super) struct Answers {
    /// The number of this evaluation: what carries another one is left from an earlier one.
    evaluation: u32,
    atoms: Vec<Answer>,
    columns: Vec<Values>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Answer {
    evaluation: u32,
    /// How many values passed; for an atom that is asked, nothing.
    passed: u32,
    /// For an atom that is asked.
    verdict: Option<Verdict>,
}

/// What is known of the values of a column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Values {
    pub(super) extent: Extent,
    /// How many there are.
    pub(super) count: u32,
}

impl Scratch {
    pub(super) fn new(program: &Program) -> Scratch {
        let none = Values { extent: Extent::Exactly, count: 0 };
        let answers = Answers {
            evaluation: 0,
            atoms: vec![Answer::default(); program.atoms.len()],
            columns: vec![none; program.columns.len()],
        };
        let distinct = vec![Distinct::default(); program.columns.len()];
        let lookup = Lookup::default();
        Scratch { answers, held: Vec::new(), open: Vec::new(), found: Vec::new(), lookup, distinct }
    }

    /// Forgets the last evaluation.
    pub(super) fn begin(&mut self) {
        self.answers.begin();
        self.held.clear();
        self.open.clear();
    }

    /// Looks up the values of a person or a group.
    pub(super) fn look_up(&mut self, program: &Program, inputs: &Inputs<'_>) {
        for ((column, index), number) in program.columns.iter().zip(&program.indexes).zip(0..) {
            let mut count = 0;
            let Scratch { answers, held, lookup, distinct, .. } = self;
            let distinct = &mut distinct[number as usize];
            let extent = inputs.each(&column.input, &mut |datum| {
                count += 1;
                if !index.is_empty() {
                    answers.pass_all(distinct.atoms(&datum.value(), index, lookup), held);
                }
            });
            self.know(number, Values { extent, count });
        }
    }

    /// One value passes these atoms.
    pub(super) fn pass_all(&mut self, atoms: &[AtomId]) {
        self.answers.pass_all(atoms, &mut self.held);
    }

    /// What is known of a column.
    pub(super) fn know(&mut self, column: u32, values: Values) {
        self.answers.columns[column as usize] = values;
        // Of what Foundry lacks, rules wait for nothing.
        if values.extent == Extent::AtLeast {
            self.open.push(column);
        }
    }

    /// The evaluation of whoever's values have been looked up.
    pub(super) fn run<'r>(&'r mut self, program: &'r Program, at_create: bool, inputs: Inputs<'r>) -> Run<'r> {
        let Scratch { answers, held, open, found, .. } = self;
        Run { program, at_create, inputs, answers, held, open, found }
    }
}

/// One evaluation.
pub(super) struct Run<'r> {
    program: &'r Program,
    at_create: bool,
    inputs: Inputs<'r>,
    answers: &'r mut Answers,
    held: &'r [AtomId],
    open: &'r [u32],
    found: &'r mut Vec<(RuleId, Verdict)>,
}

impl<'r> Run<'r> {
    fn set(&self, place: usize) -> Option<(&'r ProgramSet, &'r Plan)> {
        let set = self.program.sets.get(place)?;
        let plan = if self.at_create { &set.at_create } else { &set.otherwise };
        (!plan.is_empty()).then_some((set, plan))
    }

    /// Hands on the rules that do not certainly fail, list by list, each list in order, and perhaps others, with what they
    /// come to. `look` says whether to go on in the list. One rule may stand in several lists.
    fn each(
        &mut self,
        set: &ProgramSet,
        plan: &'r Plan,
        mut look: impl FnMut(RuleId, &mut dyn FnMut() -> Verdict) -> bool,
    ) {
        let Run { program, inputs, answers, held, open, .. } = self;
        for atom in held.iter() {
            for &marked in plan.of_atom(*atom) {
                let rule = marked & !ALONE;
                let form = |answers: &mut Answers| answers.verdict(program, set.forms[rule as usize], inputs);
                let verdict = &mut || if marked & ALONE != 0 { Verdict::HOLDS } else { form(answers) };
                if !look(rule, verdict) {
                    break;
                }
            }
        }
        let by_column = open.iter().map(|column| plan.of_column(*column));
        for list in by_column.chain([&plan.always[..]]) {
            for &rule in list {
                if !look(rule, &mut || answers.verdict(program, set.forms[rule as usize], inputs)) {
                    break;
                }
            }
        }
    }
}

impl Finder for Run<'_> {
    fn first_match(&mut self, place: usize, end: &mut FirstMatch, unknown: &mut Vec<Unknown>) {
        let Some((set, plan)) = self.set(place) else { return };
        let mut found = std::mem::take(self.found);
        let mut decider = RuleId::MAX;
        self.each(set, plan, |rule, verdict| {
            if rule >= decider {
                return false;
            }
            match verdict() {
                Verdict::HOLDS => decider = rule,
                Verdict::FAILS => {}
                verdict => found.push((rule, verdict)),
            }
            true
        });
        let before = unknown.len();
        merge(&mut found, plan, decider, |rule, verdict| unknown.push(Unknown { place, rule, verdict }));
        *self.found = found;
        let open = unknown[before..].iter().filter(|unknown| unknown.verdict.may(Verdict::HOLDS));
        end.open.extend(open.map(|unknown| unknown.rule));
        end.decider = (decider != RuleId::MAX).then_some(decider);
    }

    fn every_match(&mut self, place: usize, matches: &mut EveryMatch, unknown: &mut Vec<Unknown>) {
        let Some((set, plan)) = self.set(place) else { return };
        let mut found = std::mem::take(self.found);
        self.each(set, plan, |rule, verdict| {
            match verdict() {
                Verdict::HOLDS => matches.hold.push(rule),
                Verdict::FAILS => {}
                verdict => found.push((rule, verdict)),
            }
            true
        });
        matches.hold.sort_unstable();
        matches.hold.dedup();
        let before = unknown.len();
        merge(&mut found, plan, RuleId::MAX, |rule, verdict| unknown.push(Unknown { place, rule, verdict }));
        *self.found = found;
        let open = unknown[before..].iter().filter(|unknown| unknown.verdict.may(Verdict::HOLDS));
        matches.open.extend(open.map(|unknown| unknown.rule));
    }
}

/// Hands on the rules without a known verdict before the one that decides, in order and each once: those that were found,
/// and those that come to the same for everybody. What was found is forgotten.
fn merge(found: &mut Vec<(RuleId, Verdict)>, plan: &Plan, decider: RuleId, mut reach: impl FnMut(RuleId, Verdict)) {
    found.sort_unstable_by_key(|(rule, _)| *rule);
    found.dedup_by_key(|(rule, _)| *rule);
    let mut settled = plan.settled.iter().take_while(|(rule, _)| *rule < decider).peekable();
    for (rule, verdict) in found.drain(..).take_while(|(rule, _)| *rule < decider) {
        while let Some((rule, verdict)) = settled.next_if(|(earlier, _)| *earlier < rule) {
            reach(*rule, *verdict);
        }
        reach(rule, verdict);
    }
    settled.for_each(|(rule, verdict)| reach(*rule, *verdict));
}

impl Answers {
    fn begin(&mut self) {
        self.evaluation = self.evaluation.checked_add(1).unwrap_or_else(|| {
            self.atoms.fill(Answer::default());
            1
        });
    }

    /// One value passes these atoms, each of which is there once; they are `held` from now on.
    fn pass_all(&mut self, atoms: &[AtomId], held: &mut Vec<AtomId>) {
        for atom in atoms {
            let answer = &mut self.atoms[*atom as usize];
            if answer.evaluation == self.evaluation {
                answer.passed += 1;
            } else {
                *answer = Answer { evaluation: self.evaluation, passed: 1, verdict: None };
                held.push(*atom);
            }
        }
    }

    /// What a condition comes to.
    fn verdict(&mut self, program: &Program, form: FormId, inputs: &Inputs<'_>) -> Verdict {
        program.form.verdict(form, &mut |atom| self.atom(program, atom, inputs))
    }

    fn atom(&mut self, program: &Program, atom: AtomId, inputs: &Inputs<'_>) -> Verdict {
        match program.atoms[atom as usize] {
            Atom::Some { column, .. } => self.columns[column as usize].verdict(self.passed(atom) > 0),
            Atom::SomeNot { column, atom } => {
                let values = self.columns[column as usize];
                values.verdict(self.passed(atom) < values.count)
            }
            Atom::HasValue { column } => {
                let values = self.columns[column as usize];
                values.verdict(values.count > 0)
            }
            Atom::Asked { test } => self.asked(program, atom, test, inputs),
        }
    }

    fn passed(&self, atom: AtomId) -> u32 {
        let answer = &self.atoms[atom as usize];
        if answer.evaluation == self.evaluation { answer.passed } else { 0 }
    }

    fn asked(&mut self, program: &Program, atom: AtomId, test: u32, inputs: &Inputs<'_>) -> Verdict {
        let evaluation = self.evaluation;
        let answer = &mut self.atoms[atom as usize];
        if let Some(verdict) = answer.verdict.filter(|_| answer.evaluation == evaluation) {
            return verdict;
        }
        let verdict = inputs.test(&program.asked[test as usize], None);
        *answer = Answer { evaluation, verdict: Some(verdict), ..Answer::default() };
        verdict
    }
}

impl Values {
    /// What an atom comes to that some known value passes, or none.
    fn verdict(self, passes: bool) -> Verdict {
        match (passes, self.extent) {
            (true, _) => Verdict::HOLDS,
            (false, Extent::Exactly) => Verdict::FAILS,
            (false, Extent::AtLeast) => Verdict::OPEN,
            (false, Extent::Withheld) => Verdict::WITHHELD,
        }
    }
}
