//! The rules that were reached and unknown, and what each of them lacks.

use std::collections::HashSet;

use super::compile::{Compiled, Position};
use super::inputs::{Moment, Reading};
use super::plain::Inputs;
use super::{Cause, NotRun, OtherReading, Verdict};
use crate::condition::{Input, RuleSet, Term, Test};

/// What is noted while the sets are evaluated.
#[derive(Default)]
pub(super) struct Trace(Vec<(Position, NotRun)>);

impl Trace {
    /// Notes a rule whose verdict is not known.
    pub(super) fn note<O>(&mut self, rule: &Compiled<O>, verdict: Verdict, inputs: &Inputs<'_>) {
        self.0.push((rule.position, not_run(rule, verdict, inputs)));
    }

    /// In the order of the document, in which the sets may stand otherwise than they are evaluated.
    pub(super) fn finish(mut self) -> Vec<NotRun> {
        self.0.sort_by_key(|(position, _)| *position);
        self.0.into_iter().map(|(_, not_run)| not_run).collect()
    }
}

/// Why a rule has no known verdict.
pub(super) fn not_run<O>(rule: &Compiled<O>, verdict: Verdict, inputs: &Inputs<'_>) -> NotRun {
    let cause = if verdict.may(Verdict::HOLDS) { Cause::Undetermined } else { Cause::Withheld };
    let other_reading = match inputs {
        Inputs::Person(moment) if verdict.may(Verdict::WITHHELD) => other_reading(rule, *moment),
        _ => None,
    };
    let missing = missing(inputs, &rule.term, cause).iter().map(|test| test.name.clone()).collect();
    NotRun { set: rule.set, rule: rule.name.clone(), cause, missing, other_reading }
}

/// What a rule that is not run comes to where Foundry takes what it lacks for absent; `None` where that changes nothing,
/// or the sources rule it out: they say "not run" of organization rules that use provider groups
/// (palantir.com/docs/foundry/authentication/scim-entra-id).
fn other_reading<O>(rule: &Compiled<O>, moment: Moment<'_>) -> Option<OtherReading> {
    let withheld = missing(&Inputs::Person(moment), &rule.term, Cause::Withheld);
    let lacks_groups = withheld.iter().any(|test| matches!(test.input, Input::ProviderGroups(_)));
    if rule.set == RuleSet::OrganizationUsers && lacks_groups {
        return None;
    }
    holds_vacuously(&rule.term, moment).then_some(OtherReading::Holds)
}

/// Whether a condition would hold if Foundry took what it lacks for absent.
pub(super) fn holds_vacuously(term: &Term, moment: Moment<'_>) -> bool {
    Inputs::Person(Moment { reading: Reading::Absent, ..moment }).verdict(term) == Verdict::HOLDS
}

/// The tests that are unknown by this cause, inside of unknown parts only: the first of each input, in the order of the
/// text.
fn missing<'t>(inputs: &Inputs<'_>, term: &'t Term, cause: Cause) -> Vec<&'t Test> {
    let mut found = Found { cause, tests: Vec::new(), inputs: HashSet::new(), names: HashSet::new() };
    found.look_into(inputs, term);
    found.tests
}

struct Found<'t> {
    cause: Cause,
    tests: Vec<&'t Test>,
    inputs: HashSet<&'t Input>,
    names: HashSet<&'t str>,
}

impl<'t> Found<'t> {
    fn look_into(&mut self, inputs: &Inputs<'_>, term: &'t Term) {
        let verdict = inputs.verdict(term);
        if verdict.is_known() {
            return;
        }
        match term {
            Term::Constant(_) => {}
            Term::Not(inner) => self.look_into(inputs, inner),
            Term::All(terms) | Term::Any(terms) => terms.iter().for_each(|term| self.look_into(inputs, term)),
            Term::Test(test) => {
                let is_by_cause = match self.cause {
                    Cause::Withheld => verdict.may(Verdict::WITHHELD),
                    Cause::Undetermined => !verdict.is_certain(),
                };
                // One input may be spelled in two ways, and `emails` and its elements are spelled in one.
                if is_by_cause && self.inputs.insert(&test.input) && self.names.insert(&test.name) {
                    self.tests.push(test);
                }
            }
        }
    }
}
