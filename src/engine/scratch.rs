//! What the evaluation of one person leaves for the next: room for the answers to all tests.

use std::ops::Range;

use super::Verdict;
use super::index::Lookup;
use super::inputs::Extent;
use super::plain::Inputs;
use super::program::{Atom, AtomId, Plan, Program, RuleId};

/// Room for the answers to all tests of a program, used again and again.
#[derive(Clone, Debug)]
pub(super) struct Scratch {
    answers: Answers,
    /// The atoms that hold, each once.
    held: Vec<AtomId>,
    /// The rules that an atom or an open column brings up, in order.
    candidates: Vec<RuleId>,
    lookup: Lookup,
}

/// What atoms come to.
#[derive(Clone, Debug)]
pub(super) struct Answers {
    /// The number of this evaluation: what carries another one is left from an earlier one.
    evaluation: u32,
    /// The number of the value that is looked up.
    value: u32,
    atoms: Vec<Answer>,
    columns: Vec<Values>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Answer {
    evaluation: u32,
    /// The last value that passed.
    value: u32,
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
            value: 0,
            atoms: vec![Answer::default(); program.atoms.len()],
            columns: vec![none; program.columns.len()],
        };
        Scratch { answers, held: Vec::new(), candidates: Vec::new(), lookup: Lookup::default() }
    }

    /// Forgets the last evaluation.
    pub(super) fn begin(&mut self) {
        self.answers.begin();
        self.held.clear();
        self.candidates.clear();
    }

    /// Looks up the values of a person or a group.
    pub(super) fn look_up(&mut self, program: &Program, plan: &Plan, inputs: &Inputs<'_>) {
        for ((column, index), number) in program.columns.iter().zip(&program.indexes).zip(0..) {
            let mut count = 0;
            let Scratch { answers, held, lookup, .. } = self;
            let extent = inputs.each(&column.input, &mut |datum| {
                count += 1;
                if !index.is_empty() {
                    answers.begin_value();
                    index.each(&datum.value(), lookup, |atom| answers.pass(atom, held));
                }
            });
            self.know(number, Values { extent, count }, plan);
        }
    }

    /// One value passes these atoms.
    pub(super) fn pass_all(&mut self, atoms: &[AtomId]) {
        self.answers.begin_value();
        atoms.iter().for_each(|atom| self.answers.pass(*atom, &mut self.held));
    }

    /// What is known of a column.
    pub(super) fn know(&mut self, column: u32, values: Values, plan: &Plan) {
        self.answers.columns[column as usize] = values;
        if values.extent != Extent::Exactly {
            self.candidates.extend_from_slice(plan.of_column(column));
        }
    }

    /// The evaluation of whoever's values have been looked up.
    pub(super) fn run<'r>(&'r mut self, program: &'r Program, plan: &'r Plan, inputs: Inputs<'r>) -> Run<'r> {
        for atom in &self.held {
            self.candidates.extend_from_slice(plan.of_atom(*atom));
        }
        self.candidates.sort_unstable();
        self.candidates.dedup();
        Run {
            candidates: Candidates { waiting: &self.candidates, always: &plan.always },
            questions: Questions { program, inputs, answers: &mut self.answers },
        }
    }
}

/// One evaluation.
pub(super) struct Run<'r> {
    pub(super) candidates: Candidates<'r>,
    pub(super) questions: Questions<'r>,
}

/// The rules that do not certainly fail, and some others.
pub(super) struct Candidates<'r> {
    /// Those that wait for something which holds or is not known.
    waiting: &'r [RuleId],
    /// Those that wait for nothing.
    always: &'r [RuleId],
}

impl<'r> Candidates<'r> {
    /// Those of a range, in order.
    pub(super) fn within(&self, range: Range<RuleId>) -> impl Iterator<Item = RuleId> + use<'r> {
        let within = |rules: &'r [RuleId]| {
            let from = rules.partition_point(|rule| *rule < range.start);
            let to = rules.partition_point(|rule| *rule < range.end);
            rules[from..to].iter().copied().peekable()
        };
        let (mut waiting, mut always) = (within(self.waiting), within(self.always));
        std::iter::from_fn(move || match (waiting.peek(), always.peek()) {
            // No rule is in both.
            (Some(one), Some(other)) if one < other => waiting.next(),
            (_, Some(_)) => always.next(),
            (_, None) => waiting.next(),
        })
    }
}

/// What rules come to, from the answers to their tests.
pub(super) struct Questions<'r> {
    program: &'r Program,
    inputs: Inputs<'r>,
    answers: &'r mut Answers,
}

impl Questions<'_> {
    /// What the condition of a rule comes to.
    pub(super) fn verdict(&mut self, rule: RuleId) -> Verdict {
        let Questions { program, inputs, answers } = self;
        program.form.verdict(program.forms[rule as usize], &mut |atom| answers.atom(program, atom, inputs))
    }
}

impl Answers {
    fn begin(&mut self) {
        self.evaluation = next(self.evaluation, || self.atoms.fill(Answer::default()));
    }

    fn begin_value(&mut self) {
        self.value = next(self.value, || self.atoms.iter_mut().for_each(|answer| answer.value = 0));
    }

    /// The value passes an atom, which is `held` from now on.
    fn pass(&mut self, atom: AtomId, held: &mut Vec<AtomId>) {
        let answer = &mut self.atoms[atom as usize];
        if answer.evaluation != self.evaluation {
            *answer = Answer { evaluation: self.evaluation, value: self.value, passed: 1, verdict: None };
            held.push(atom);
        } else if answer.value != self.value {
            answer.value = self.value;
            answer.passed += 1;
        }
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

/// The number after this one; at the last one everything is forgotten, and counting starts anew.
fn next(number: u32, forget: impl FnOnce()) -> u32 {
    number.checked_add(1).unwrap_or_else(|| {
        forget();
        1
    })
}
