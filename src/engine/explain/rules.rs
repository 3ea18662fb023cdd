//! Which rules are reached, and what comes of each.

use std::collections::HashSet;

use super::clause::Outline;
use super::{ExplainedRule, Explanation, Outcome, Reason, RuleVerdict, change};
use crate::condition::RuleSet;
use crate::engine::compile::{Compiled, Rules};
use crate::engine::inputs::{Moment, Reading};
use crate::engine::plain::Inputs;
use crate::engine::trace::{holds_vacuously, not_run};
use crate::engine::{Cause, Decision, Engine, Event, Intake, Person, Verdict};

/// The decision about a person at an event, and how every rule contributes to it.
pub(in crate::engine) fn explain(engine: &Engine, person: &Person<'_>, event: Event) -> Explanation {
    let decision = engine.evaluate(person, event);
    let rules = &engine.rules;
    let moment = Moment { origins: &engine.origins, person, event, reading: Reading::NotRun };
    let explainer = Explainer { rules, moment, deciding: Deciding::of(&decision) };
    // A set of which nothing is reached stands still for one reason.
    let all = if event.runs_rules() { None } else { Some(Reason::NoRuleRuns) };
    let is_refused = !decision.intake.may(Intake::Admit);
    let later = all.or(is_refused.then_some(Reason::Refused));
    let mut explained = Vec::new();
    explainer.first_match(RuleSet::UserIntake, &rules.intake, all, &mut explained);
    explainer.first_match(RuleSet::OrganizationUsers, rules.organization_rules(), later, &mut explained);
    explainer.all_matches(RuleSet::GroupAssignment, &rules.groups, later, &mut explained);
    Explanation { decision, rules: explained }
}

/// The rules that the decision names.
struct Deciding<'d>(HashSet<(RuleSet, &'d str)>);

impl<'d> Deciding<'d> {
    fn of(decision: &'d Decision) -> Self {
        let intake = decision.intake.rule.iter().map(|rule| (RuleSet::UserIntake, rule));
        let organization = decision.organization.rule.iter().map(|rule| (RuleSet::OrganizationUsers, rule));
        let grants = decision.groups.iter().flat_map(|grant| &grant.rules);
        let groups = grants.map(|rule| (RuleSet::GroupAssignment, rule));
        Deciding(intake.chain(organization).chain(groups).map(|(set, rule)| (set, rule.as_str())).collect())
    }
}

struct Explainer<'e> {
    rules: &'e Rules,
    moment: Moment<'e>,
    deciding: Deciding<'e>,
}

/// Why a rule is not reached, and the rule before it that decided.
type Unreached<'r> = (Reason, Option<&'r str>);

impl Explainer<'_> {
    fn first_match<O: Clone + Into<Outcome>>(
        &self,
        set: RuleSet,
        rules: &[Compiled<O>],
        halted: Option<Reason>,
        explained: &mut Vec<ExplainedRule>,
    ) {
        let mut unreached: Option<Unreached<'_>> = halted.map(|reason| (reason, None));
        self.with_disabled(set, rules, explained, |rule| {
            let explained = self.rule(rule, rule.outcome.clone().into(), unreached);
            if unreached.is_none() && explained.clause.truth == Verdict::HOLDS {
                unreached = Some((Reason::DecidedBefore, Some(&rule.name)));
            }
            explained
        });
    }

    fn all_matches<O: Clone + Into<Outcome>>(
        &self,
        set: RuleSet,
        rules: &[Compiled<O>],
        halted: Option<Reason>,
        explained: &mut Vec<ExplainedRule>,
    ) {
        let unreached = halted.map(|reason| (reason, None));
        self.with_disabled(set, rules, explained, |rule| self.rule(rule, rule.outcome.clone().into(), unreached));
    }

    /// The rules of a set, those that are disabled where they stand among the others.
    fn with_disabled<'r, O>(
        &self,
        set: RuleSet,
        rules: &'r [Compiled<O>],
        explained: &mut Vec<ExplainedRule>,
        mut explain: impl FnMut(&'r Compiled<O>) -> ExplainedRule,
    ) {
        let first = explained.len();
        let mut disabled = self.rules.disabled.iter().filter(|disabled| disabled.rule.set == set).peekable();
        let mut rules = rules.iter();
        loop {
            let index = explained.len() - first;
            if let Some(disabled) = disabled.next_if(|disabled| disabled.index == index) {
                let rule = &disabled.rule;
                explained.push(self.rule(rule, rule.outcome.clone(), Some((Reason::Disabled, None))));
                continue;
            }
            match rules.next() {
                Some(rule) => explained.push(explain(rule)),
                None => return,
            }
        }
    }

    fn rule<O>(&self, rule: &Compiled<O>, outcome: Outcome, unreached: Option<Unreached<'_>>) -> ExplainedRule {
        let inputs = Inputs::Person(self.moment);
        let (clause, tests) = Outline::of(inputs, rule);
        let truth = clause.truth;
        let lacking = (!truth.is_known()).then(|| not_run(rule, truth, &inputs));
        let (verdict, reason) = match (unreached, &lacking) {
            (Some((reason, _)), _) => (unreached_verdict(reason), Some(reason)),
            (None, Some(lacking)) if lacking.cause == Cause::Undetermined => {
                (RuleVerdict::Undetermined, Some(Reason::Undetermined))
            }
            (None, Some(_)) => (RuleVerdict::NotRun, Some(Reason::Withheld)),
            (None, None) if truth == Verdict::HOLDS => (RuleVerdict::Matched, None),
            (None, None) => (RuleVerdict::NotMatched, None),
        };
        let change = (truth != Verdict::HOLDS).then(|| change::least(&clause, &tests));
        ExplainedRule {
            set: rule.set,
            rule: rule.name.clone(),
            outcome,
            verdict,
            reason,
            decides: verdict == RuleVerdict::Matched && self.deciding.0.contains(&(rule.set, rule.name.as_str())),
            decided_by: unreached.and_then(|(_, by)| by).map(str::to_owned),
            other_reading: lacking.as_ref().and_then(|lacking| lacking.other_reading),
            missing: lacking.map(|lacking| lacking.missing).unwrap_or_default(),
            holds_vacuously: truth.may(Verdict::WITHHELD) && holds_vacuously(&rule.term, self.moment),
            clause,
            change,
            at: rule.written.at.clone(),
        }
    }
}

fn unreached_verdict(reason: Reason) -> RuleVerdict {
    match reason {
        Reason::Disabled => RuleVerdict::Disabled,
        Reason::NoRuleRuns => RuleVerdict::NotRun,
        _ => RuleVerdict::NotReached,
    }
}
