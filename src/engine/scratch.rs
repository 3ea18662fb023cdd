//! What the evaluation of one person leaves for the next: room for what atoms come to.

use std::ops::Range;

use super::Verdict;
use super::inputs::Extent;
use super::outcomes::{EveryMatch, Finder, FirstMatch, Unknown};
use super::plain::Inputs;
use super::program::{ALONE, Atom, AtomId, FormId, Leads, Plan, Program, ProgramSet, RuleId};
use super::table::{Row, Values};

/// Room for one evaluation, used again and again.
#[derive(Clone, Debug)]
pub(super) struct Scratch {
    answers: Answers,
    /// The rules of a set that have no known verdict.
    found: Vec<(RuleId, Verdict)>,
}

/// What atoms come to. The values of a column are gone through when a rule asks for them.
#[derive(Clone, Debug)]
struct Answers {
    /// The number of this evaluation: what carries another one is left from an earlier one.
    evaluation: u32,
    atoms: Vec<Answer>,
    /// By column, which of `held` are its atoms.
    columns: Vec<(u32, Range<usize>)>,
    /// The atoms that hold, of the columns that have been gone through.
    held: Vec<AtomId>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Answer {
    evaluation: u32,
    /// How many values passed; for an atom that is asked, nothing.
    passed: u32,
    /// For an atom that is asked.
    verdict: Option<Verdict>,
}

impl Scratch {
    pub(super) fn new(program: &Program) -> Scratch {
        let answers = Answers {
            evaluation: 0,
            atoms: vec![Answer::default(); program.atoms.len()],
            columns: vec![(0, 0..0); program.columns.len()],
            held: Vec::new(),
        };
        Scratch { answers, found: Vec::new() }
    }

    /// The evaluation of a row.
    pub(super) fn run<'r>(&'r mut self, program: &'r Program, row: Row<'r>, inputs: Inputs<'r>) -> Run<'r> {
        self.answers.begin();
        let (leads, is_open) = row.leads();
        Run { program, inputs, row, leads, is_open, answers: &mut self.answers, found: &mut self.found }
    }
}

/// One evaluation.
pub(super) struct Run<'r> {
    program: &'r Program,
    inputs: Inputs<'r>,
    row: Row<'r>,
    leads: Leads,
    /// Whether the row may have more values than are known.
    is_open: bool,
    answers: &'r mut Answers,
    found: &'r mut Vec<(RuleId, Verdict)>,
}

impl<'r> Run<'r> {
    fn set(&self, place: usize) -> Option<(&'r ProgramSet, &'r Plan)> {
        self.program.plan(place, self.row.at_create)
    }

    /// Hands on the rules before one that do not certainly fail, list by list, each list in order, and perhaps others, with
    /// what they come to. `look` says whether to go on in the list. One rule may stand in several lists.
    fn each(
        &mut self,
        place: usize,
        before: RuleId,
        mut look: impl FnMut(RuleId, &mut dyn FnMut() -> Verdict) -> bool,
    ) {
        let Some((set, plan)) = self.set(place) else { return };
        let Run { program, inputs, row, answers, .. } = self;
        if self.leads[place].is_before(before) {
            for column in 0..row.width() {
                let (distinct, values) = row.values(column);
                if !distinct.lead(place, values).is_before(before) {
                    continue;
                }
                // The atoms of one value are each once already.
                let (of_one, held) = match values {
                    [value] => (distinct.atoms(*value), 0..0),
                    _ => (&[][..], answers.go_through(row, column)),
                };
                for index in 0..of_one.len() + held.len() {
                    let atom = of_one.get(index).copied().unwrap_or_else(|| answers.held[held.start + index]);
                    for &marked in plan.of_atom(atom) {
                        let rule = marked & !ALONE;
                        let form = set.forms[rule as usize];
                        let verdict = &mut || match marked & ALONE {
                            0 => answers.verdict(program, row, form, inputs),
                            _ => Verdict::HOLDS,
                        };
                        if !look(rule, verdict) {
                            break;
                        }
                    }
                }
            }
        }
        let is_open = |column: &u32| row.known(*column).extent == Extent::AtLeast;
        let columns = if self.is_open { 0..row.width() } else { 0..0 };
        let by_column = columns.filter(is_open).map(|column| plan.of_column(column));
        for list in by_column.chain([&plan.always[..]]) {
            for &rule in list {
                if !look(rule, &mut || answers.verdict(program, row, set.forms[rule as usize], inputs)) {
                    break;
                }
            }
        }
    }
}

impl Finder for Run<'_> {
    fn first_match(&mut self, place: usize, end: &mut FirstMatch, unknown: &mut Vec<Unknown>) {
        let Some((_, plan)) = self.set(place) else { return };
        let mut found = std::mem::take(self.found);
        let mut decider = self.leads[place].alone;
        self.each(place, decider, |rule, verdict| {
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
        found.retain(|(rule, _)| *rule < decider);
        end.open.extend(told(&mut found, place, unknown));
        end.withheld = plan.withheld.partition_point(|rule| *rule < decider);
        end.decider = (decider != RuleId::MAX).then_some(decider);
        *self.found = found;
    }

    fn every_match(&mut self, place: usize, matches: &mut EveryMatch, unknown: &mut Vec<Unknown>) {
        let Some((_, plan)) = self.set(place) else { return };
        let mut found = std::mem::take(self.found);
        self.each(place, RuleId::MAX, |rule, verdict| {
            match verdict() {
                Verdict::HOLDS => matches.hold.push(rule),
                Verdict::FAILS => {}
                verdict => found.push((rule, verdict)),
            }
            true
        });
        matches.hold.sort_unstable();
        matches.hold.dedup();
        matches.open.extend(told(&mut found, place, unknown));
        matches.withheld = plan.withheld.len();
        *self.found = found;
    }
}

/// Tells of the rules without a known verdict that were found, in order and each once, and says which of them may hold. What
/// was found is forgotten.
fn told<'f>(
    found: &'f mut Vec<(RuleId, Verdict)>,
    place: usize,
    unknown: &'f mut Vec<Unknown>,
) -> impl Iterator<Item = RuleId> + 'f {
    found.sort_unstable_by_key(|(rule, _)| *rule);
    found.dedup_by_key(|(rule, _)| *rule);
    found.drain(..).filter_map(move |(rule, verdict)| {
        unknown.push(Unknown { place, rule, verdict });
        verdict.may(Verdict::HOLDS).then_some(rule)
    })
}

impl Answers {
    fn begin(&mut self) {
        self.held.clear();
        self.evaluation = self.evaluation.checked_add(1).unwrap_or_else(|| {
            self.atoms.fill(Answer::default());
            self.columns.fill((0, 0..0));
            1
        });
    }

    /// Which of `held` are the atoms of a column.
    fn go_through(&mut self, row: &Row<'_>, column: u32) -> Range<usize> {
        let Answers { evaluation, atoms, columns, held } = self;
        let (looked, range) = &mut columns[column as usize];
        if looked != evaluation {
            let from = held.len();
            let (distinct, values) = row.values(column);
            for atom in values.iter().flat_map(|value| distinct.atoms(*value)) {
                let answer = &mut atoms[*atom as usize];
                if answer.evaluation == *evaluation {
                    answer.passed += 1;
                } else {
                    *answer = Answer { evaluation: *evaluation, passed: 1, verdict: None };
                    held.push(*atom);
                }
            }
            (*looked, *range) = (*evaluation, from..held.len());
        }
        range.clone()
    }

    /// What a condition comes to.
    fn verdict(&mut self, program: &Program, row: &Row<'_>, form: FormId, inputs: &Inputs<'_>) -> Verdict {
        program.form.verdict(form, &mut |atom| self.atom(program, row, atom, inputs))
    }

    fn atom(&mut self, program: &Program, row: &Row<'_>, atom: AtomId, inputs: &Inputs<'_>) -> Verdict {
        match program.atoms[atom as usize] {
            Atom::Some { column, .. } => row.known(column).verdict(self.passed(row, column, atom) > 0),
            Atom::SomeNot { column, atom } => {
                let known = row.known(column);
                known.verdict(self.passed(row, column, atom) < known.count)
            }
            Atom::HasValue { column } => {
                let known = row.known(column);
                known.verdict(known.count > 0)
            }
            Atom::Asked { test } => self.asked(program, atom, test, inputs),
        }
    }

    /// How many values of a column pass an atom.
    fn passed(&mut self, row: &Row<'_>, column: u32, atom: AtomId) -> u32 {
        match row.values(column) {
            (_, []) => return 0,
            (distinct, [value]) => return distinct.atoms(*value).binary_search(&atom).is_ok().into(),
            _ => {}
        }
        self.go_through(row, column);
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
