//! The least that would have to change for a condition to hold.
//!
//! Every different test of a condition is taken for independent of the others and may be changed to true or false, at the
//! cost of one; what is not known stays unknown unless it is changed. Where no test stands twice, the cheapest change of a
//! part follows from those of its parts. Where some do, each of these is tried as it is and changed, within a budget.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Clause, ClauseKind};
use crate::engine::Verdict;

/// What would have to change for a condition to hold.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Change {
    /// These clauses, all of them.
    Clauses {
        /// The clauses, in the order of the text.
        clauses: Vec<Flip>,
        /// Whether it is known that no smaller set does it.
        smallest: bool,
    },
    /// No change of clauses makes it hold.
    Impossible,
    /// The condition repeats so many tests that it was not found out.
    Unknown,
}

/// A clause that would have to change.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Flip {
    /// The clause, as written. A test that stands several times is named once.
    pub text: String,
    /// What it comes to now.
    pub from: Verdict,
    /// What it would have to come to.
    pub to: bool,
}

/// How many parts of a condition are looked at before the search for the smallest set is given up.
const BUDGET: usize = 200_000;
/// The cost of what cannot be done.
const NEVER: usize = usize::MAX;

/// The least change for a condition that does not hold.
pub(super) fn least(condition: &Clause, tests: &[Verdict]) -> Change {
    let mut leaves = vec![Leaf { uses: 0, first: None }; tests.len()];
    let formula = formula(condition, &mut leaves);
    let uses: Vec<usize> = leaves.iter().map(|leaf| leaf.uses).collect();
    let (found, smallest) = match cheapest(&formula, tests, &uses, BUDGET) {
        Cheapest::Found(found, smallest) => (found, smallest),
        Cheapest::Impossible => return Change::Impossible,
        Cheapest::Unknown => return Change::Unknown,
    };
    let flip = |(test, value): (usize, bool)| {
        let clause = leaves.get(test)?.first?;
        Some((clause.span.start, Flip { text: clause.text.clone(), from: clause.truth, to: value != clause.negated }))
    };
    let mut clauses: Vec<(usize, Flip)> = found.into_iter().filter_map(flip).collect();
    clauses.sort_by_key(|(start, _)| *start);
    Change::Clauses { clauses: clauses.into_iter().map(|(_, flip)| flip).collect(), smallest }
}

/// What a search comes to.
#[derive(Debug, PartialEq)]
enum Cheapest {
    /// The changes, and whether fewer are known not to do.
    Found(Found, bool),
    Impossible,
    Unknown,
}

/// The fewest changes of tests that make the formula true; `uses` says how often each test stands in it.
fn cheapest(formula: &Formula, tests: &[Verdict], uses: &[usize], budget: usize) -> Cheapest {
    let repeated: Vec<usize> = (0..tests.len()).filter(|&test| uses[test] > 1).collect();
    let mut state = vec![State::Free; tests.len()];
    repeated.iter().for_each(|&test| state[test] = State::Open);
    let size = formula.size();
    let mut search = Search { tests, formula, size, repeated: &repeated, state, budget, best: None, given_up: false };
    search.run();
    match (search.best.take(), search.given_up) {
        (Some((_, found)), given_up) => Cheapest::Found(found, !given_up),
        (None, false) => Cheapest::Impossible,
        (None, true) => search.independent().map_or(Cheapest::Unknown, |found| Cheapest::Found(found, false)),
    }
}

/// A test of the condition, where it stands first.
#[derive(Clone)]
struct Leaf<'c> {
    uses: usize,
    first: Option<&'c Clause>,
}

/// The shape of a condition.
#[derive(Clone, Debug)]
enum Formula {
    Constant(bool),
    Not(Box<Formula>),
    All(Vec<Formula>),
    Any(Vec<Formula>),
    Test { test: usize, negated: bool },
}

fn formula<'c>(clause: &'c Clause, leaves: &mut [Leaf<'c>]) -> Formula {
    match clause.kind {
        ClauseKind::Constant => Formula::Constant(clause.truth == Verdict::HOLDS),
        ClauseKind::Not => {
            let mut parts: Vec<Formula> = clause.parts.iter().map(|part| formula(part, leaves)).collect();
            Formula::Not(Box::new(parts.pop().unwrap_or(Formula::Constant(false))))
        }
        ClauseKind::All => Formula::All(clause.parts.iter().map(|part| formula(part, leaves)).collect()),
        ClauseKind::Any => Formula::Any(clause.parts.iter().map(|part| formula(part, leaves)).collect()),
        ClauseKind::Test => {
            let leaf = &mut leaves[clause.test];
            leaf.uses += 1;
            leaf.first.get_or_insert(clause);
            Formula::Test { test: clause.test, negated: clause.negated }
        }
    }
}

impl Formula {
    fn size(&self) -> usize {
        match self {
            Formula::Constant(_) | Formula::Test { .. } => 1,
            Formula::Not(inner) => 1 + inner.size(),
            Formula::All(parts) | Formula::Any(parts) => 1 + parts.iter().map(Formula::size).sum::<usize>(),
        }
    }
}

/// What is settled about a test.
#[derive(Clone, Copy, PartialEq)]
enum State {
    /// It stands once, so it is changed where that is cheapest.
    Free,
    /// It stands several times and nothing is settled yet: it counts as free of cost, so that no bound is too high.
    Open,
    /// It stays as it is.
    Kept,
    /// It is changed, and counted already.
    Changed(bool),
}

/// What it costs to make a part true, and false.
#[derive(Clone, Copy)]
struct Cost {
    to_true: usize,
    to_false: usize,
}

impl Cost {
    fn of(self, wanted: bool) -> usize {
        if wanted { self.to_true } else { self.to_false }
    }

    fn swapped_if(self, negated: bool) -> Cost {
        if negated { Cost { to_true: self.to_false, to_false: self.to_true } } else { self }
    }
}

/// Tests, and what each is changed to.
type Found = Vec<(usize, bool)>;

struct Search<'s> {
    tests: &'s [Verdict],
    formula: &'s Formula,
    size: usize,
    repeated: &'s [usize],
    state: Vec<State>,
    budget: usize,
    best: Option<(usize, Found)>,
    given_up: bool,
}

impl Search<'_> {
    /// Settles the repeated tests one after the other, in every way that may be cheaper than the best so far.
    fn run(&mut self) {
        // A frame for each repeated test is too much for a stack. For each: how many of its three choices were tried,
        // and how many tests before it are changed.
        let mut way: Vec<(usize, usize)> = vec![(0, 0)];
        while let Some(&(tried, changed)) = way.last() {
            let depth = way.len() - 1;
            if tried == 0 {
                if self.budget < self.size {
                    self.given_up = true;
                    return;
                }
                self.budget -= self.size;
                let bound = self.cost(self.formula).to_true.saturating_add(changed);
                let best = self.best.as_ref().map_or(NEVER, |(cost, _)| *cost);
                let is_settled = depth == self.repeated.len();
                if bound < best && is_settled {
                    self.best = Some((bound, self.found()));
                }
                if bound >= best || is_settled {
                    self.retreat(&mut way);
                    continue;
                }
            }
            let Some(&test) = self.repeated.get(depth) else {
                self.retreat(&mut way);
                continue;
            };
            let choices = [State::Kept, State::Changed(true), State::Changed(false)];
            let Some(&choice) = choices.get(tried) else {
                self.retreat(&mut way);
                continue;
            };
            if let Some(last) = way.last_mut() {
                last.0 += 1;
            }
            let value = match choice {
                State::Changed(value) => Some(value),
                _ => None,
            };
            if value.is_some_and(|value| self.tests[test] == Verdict::of(value)) {
                continue;
            }
            self.state[test] = choice;
            way.push((0, changed + usize::from(value.is_some())));
        }
    }

    /// Goes back one test, which is open again.
    fn retreat(&mut self, way: &mut Vec<(usize, usize)>) {
        way.pop();
        if let Some(&test) = way.len().checked_sub(1).and_then(|depth| self.repeated.get(depth)) {
            self.state[test] = State::Open;
        }
    }

    fn cost(&self, formula: &Formula) -> Cost {
        match formula {
            Formula::Constant(true) => Cost { to_true: 0, to_false: NEVER },
            Formula::Constant(false) => Cost { to_true: NEVER, to_false: 0 },
            Formula::Not(inner) => self.cost(inner).swapped_if(true),
            Formula::All(parts) => {
                let start = Cost { to_true: 0, to_false: NEVER };
                parts.iter().map(|part| self.cost(part)).fold(start, |all, part| Cost {
                    to_true: all.to_true.saturating_add(part.to_true),
                    to_false: all.to_false.min(part.to_false),
                })
            }
            Formula::Any(parts) => {
                let start = Cost { to_true: NEVER, to_false: 0 };
                parts.iter().map(|part| self.cost(part)).fold(start, |any, part| Cost {
                    to_true: any.to_true.min(part.to_true),
                    to_false: any.to_false.saturating_add(part.to_false),
                })
            }
            Formula::Test { test, negated } => self.cost_of_test(*test).swapped_if(*negated),
        }
    }

    fn cost_of_test(&self, test: usize) -> Cost {
        let verdict = self.tests[test];
        let as_is = |otherwise: usize| Cost {
            to_true: if verdict == Verdict::HOLDS { 0 } else { otherwise },
            to_false: if verdict == Verdict::FAILS { 0 } else { otherwise },
        };
        match self.state[test] {
            State::Free => as_is(1),
            State::Open => Cost { to_true: 0, to_false: 0 },
            State::Kept => as_is(NEVER),
            State::Changed(true) => Cost { to_true: 0, to_false: NEVER },
            State::Changed(false) => Cost { to_true: NEVER, to_false: 0 },
        }
    }

    /// The changes that make the condition hold with what is settled.
    fn found(&self) -> Found {
        let mut found = Vec::new();
        for (test, state) in self.state.iter().enumerate() {
            if let State::Changed(value) = state {
                found.push((test, *value));
            }
        }
        self.collect(self.formula, true, &mut found);
        found
    }

    fn collect(&self, formula: &Formula, wanted: bool, found: &mut Found) {
        match formula {
            Formula::Constant(_) => {}
            Formula::Not(inner) => self.collect(inner, !wanted, found),
            Formula::All(parts) if wanted => parts.iter().for_each(|part| self.collect(part, true, found)),
            Formula::Any(parts) if !wanted => parts.iter().for_each(|part| self.collect(part, false, found)),
            Formula::All(parts) | Formula::Any(parts) => {
                if let Some(cheapest) = parts.iter().min_by_key(|part| self.cost(part).of(wanted)) {
                    self.collect(cheapest, wanted, found);
                }
            }
            Formula::Test { test, negated } => {
                let value = wanted != *negated;
                if self.state[*test] == State::Free && self.tests[*test] != Verdict::of(value) {
                    found.push((*test, value));
                }
            }
        }
    }

    /// Changes that are found as if no test stood twice, where they agree on those that do.
    fn independent(&mut self) -> Option<Found> {
        self.state.fill(State::Free);
        if self.cost(self.formula).to_true == NEVER {
            return None;
        }
        let mut found = self.found();
        found.sort_unstable();
        found.dedup();
        found.iter().for_each(|&(test, value)| self.state[test] = State::Changed(value));
        let kept = |state: &mut State| {
            if *state == State::Free {
                *state = State::Kept;
            }
        };
        self.state.iter_mut().for_each(kept);
        (self.cost(self.formula).to_true == 0).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TESTS: usize = 5;

    fn formulas() -> impl Strategy<Value = Formula> {
        let test = (0..TESTS, any::<bool>()).prop_map(|(test, negated)| Formula::Test { test, negated });
        let leaf = prop_oneof![8 => test, 1 => any::<bool>().prop_map(Formula::Constant)];
        leaf.prop_recursive(4, 24, 4, |inner| {
            let several = || prop::collection::vec(inner.clone(), 1..5);
            prop_oneof![
                several().prop_map(Formula::All),
                several().prop_map(Formula::Any),
                inner.prop_map(|inner| Formula::Not(Box::new(inner))),
            ]
        })
    }

    fn verdicts() -> impl Strategy<Value = Vec<Verdict>> {
        let verdict = prop::sample::select(vec![
            Verdict::HOLDS,
            Verdict::FAILS,
            Verdict::FAILS,
            Verdict::WITHHELD,
            Verdict::OPEN,
            Verdict::OPEN.or(Verdict::WITHHELD),
        ]);
        prop::collection::vec(verdict, TESTS)
    }

    fn value(formula: &Formula, tests: &[Verdict]) -> Verdict {
        match formula {
            Formula::Constant(constant) => Verdict::of(*constant),
            Formula::Not(inner) => !value(inner, tests),
            Formula::All(parts) => Verdict::all(parts.iter().map(|part| value(part, tests))),
            Formula::Any(parts) => Verdict::any(parts.iter().map(|part| value(part, tests))),
            Formula::Test { test, negated: true } => !tests[*test],
            Formula::Test { test, negated: false } => tests[*test],
        }
    }

    fn uses(formula: &Formula) -> Vec<usize> {
        fn count(formula: &Formula, uses: &mut [usize]) {
            match formula {
                Formula::Constant(_) => {}
                Formula::Not(inner) => count(inner, uses),
                Formula::All(parts) | Formula::Any(parts) => parts.iter().for_each(|part| count(part, uses)),
                Formula::Test { test, .. } => uses[*test] += 1,
            }
        }
        let mut uses = vec![0; TESTS];
        count(formula, &mut uses);
        uses
    }

    fn changed(tests: &[Verdict], found: &[(usize, bool)]) -> Vec<Verdict> {
        let mut tests = tests.to_vec();
        found.iter().for_each(|&(test, value)| tests[test] = Verdict::of(value));
        tests
    }

    /// Every test is left as it is, made true or made false.
    fn fewest(formula: &Formula, tests: &[Verdict]) -> Option<usize> {
        let ways = (0..3_usize.pow(TESTS as u32)).map(|way| {
            let choice = |test: usize| way / 3_usize.pow(test as u32) % 3;
            (0..TESTS).filter(|&test| choice(test) > 0).map(|test| (test, choice(test) == 1)).collect::<Found>()
        });
        let enough = ways.filter(|found| value(formula, &changed(tests, found)) == Verdict::HOLDS);
        enough.map(|found| found.len()).min()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_smaller_set_of_changes_does_it(formula in formulas(), tests in verdicts()) {
            match cheapest(&formula, &tests, &uses(&formula), BUDGET) {
                Cheapest::Found(found, smallest) => {
                    prop_assert!(smallest);
                    prop_assert_eq!(value(&formula, &changed(&tests, &found)), Verdict::HOLDS);
                    prop_assert_eq!(Some(found.len()), fewest(&formula, &tests));
                    prop_assert!(found.iter().all(|&(test, value)| tests[test] != Verdict::of(value)));
                }
                Cheapest::Impossible => prop_assert_eq!(fewest(&formula, &tests), None),
                Cheapest::Unknown => prop_assert!(false, "five tests are few"),
            }
        }

        #[test]
        fn what_is_found_in_a_hurry_does_it_too(formula in formulas(), tests in verdicts(), budget in 0_usize..60) {
            if let Cheapest::Found(found, smallest) = cheapest(&formula, &tests, &uses(&formula), budget) {
                prop_assert_eq!(value(&formula, &changed(&tests, &found)), Verdict::HOLDS);
                let fewest = fewest(&formula, &tests);
                let is_right = if smallest { fewest == Some(found.len()) } else { fewest <= Some(found.len()) };
                prop_assert!(is_right);
            }
        }
    }

    #[test]
    fn a_condition_that_repeats_very_many_tests_is_given_up_in_time() {
        let test = |test: usize, negated: bool| Formula::Test { test, negated };
        let pairs = (0..2_000).map(|n| Formula::Any(vec![test(n, false), test((n + 1) % 2_000, true)]));
        let formula = Formula::All(pairs.collect());
        let tests = vec![Verdict::WITHHELD; 2_000];
        let Cheapest::Found(found, smallest) = cheapest(&formula, &tests, &[2; 2_000], BUDGET) else { return };
        assert!(!smallest);
        assert_eq!(value(&formula, &changed(&tests, &found)), Verdict::HOLDS);
    }
}
