//! An explanation tells what the evaluator does, and changes nothing.

use std::collections::HashSet;

use proptest::prelude::*;
use vestibule::condition::RuleSet;
use vestibule::engine::{
    Basis, Change, Clause, ClauseKind, Decision, Event, ExplainedRule, Explanation, Intake, Knowledge, NotRun, Reason,
    RuleVerdict, Verdict,
};

use crate::generate;
use crate::laws::{hidden, life, settings};

/// What an explanation says of a rule that was reached and not decided, in the words of the decision.
fn not_run(rule: &ExplainedRule) -> Option<(RuleSet, &str, &[String], bool)> {
    let is_open = matches!(rule.verdict, RuleVerdict::NotRun | RuleVerdict::Undetermined);
    (is_open && rule.reason != Some(Reason::NoRuleRuns)).then_some((
        rule.set,
        rule.rule.as_str(),
        rule.missing.as_slice(),
        rule.other_reading.is_some(),
    ))
}

fn key(not_run: &NotRun) -> (RuleSet, &str, &[String], bool) {
    (not_run.set, &not_run.rule, &not_run.missing, not_run.other_reading.is_some())
}

/// Whether the rules as explained lead to the decision.
fn check_leads_to(explanation: &Explanation, decision: &Decision) -> Result<(), TestCaseError> {
    let matched = |set| explanation.rules_of(set).find(|rule| rule.verdict == RuleVerdict::Matched);
    let is_open = |set| explanation.rules_of(set).any(|rule| rule.verdict == RuleVerdict::Undetermined);
    let by_rule = |set| matched(set).filter(|_| !is_open(set)).map(|rule| rule.rule.as_str());
    prop_assert_eq!(by_rule(RuleSet::UserIntake), decision.intake.rule.as_deref());
    prop_assert_eq!(is_open(RuleSet::UserIntake), decision.intake.decision == Intake::Undetermined);
    if decision.intake.decision != Intake::Undetermined {
        prop_assert_eq!(by_rule(RuleSet::OrganizationUsers), decision.organization.rule.as_deref());
        let is_open = is_open(RuleSet::OrganizationUsers);
        prop_assert_eq!(is_open, decision.organization.by == Basis::Undetermined);
        let granting = decision.groups.iter().flat_map(|grant| &grant.rules).map(String::as_str);
        let matched = explanation.rules_of(RuleSet::GroupAssignment).filter(|rule| rule.decides);
        let matched: HashSet<&str> = matched.map(|rule| rule.rule.as_str()).collect();
        prop_assert_eq!(granting.collect::<HashSet<&str>>(), matched);
    }
    let told: HashSet<_> = explanation.rules.iter().filter_map(not_run).collect();
    prop_assert_eq!(told, decision.not_run.iter().map(key).collect::<HashSet<_>>());
    Ok(())
}

/// Whether the truth of a part follows from those of its own parts, and what is decisive from what is true.
fn check_clause(clause: &Clause) -> Result<(), TestCaseError> {
    let truths = || clause.parts.iter().map(|part| part.truth);
    let expected = match clause.kind {
        ClauseKind::Not => truths().next().map(|truth| !truth),
        ClauseKind::All => Some(truths().fold(Verdict::HOLDS, Verdict::and)),
        ClauseKind::Any => Some(truths().fold(Verdict::FAILS, Verdict::or)),
        ClauseKind::Constant | ClauseKind::Test => None,
    };
    prop_assert!(expected.is_none_or(|expected| expected == clause.truth), "{:?}", clause);
    prop_assert_eq!(clause.kind == ClauseKind::Test, clause.input.is_some() && clause.observed.is_some());
    prop_assert!(!clause.text.is_empty());
    let decisive: Vec<Verdict> = clause.parts.iter().filter(|part| part.decisive).map(|part| part.truth).collect();
    if !clause.decisive {
        prop_assert!(decisive.is_empty());
    }
    // The decisive parts alone lead to the same.
    let alone = match clause.kind {
        ClauseKind::All => Some(decisive.into_iter().fold(Verdict::HOLDS, Verdict::and)),
        ClauseKind::Any => Some(decisive.into_iter().fold(Verdict::FAILS, Verdict::or)),
        _ => None,
    };
    prop_assert!(!clause.decisive || alone.is_none_or(|alone| alone == clause.truth), "{:?}", clause);
    if let Some(observed) = &clause.observed {
        prop_assert!(observed.known != Knowledge::Withheld || observed.values.is_empty());
        for value in &observed.values {
            if let Some(filter) = &value.filter {
                prop_assert_eq!(filter.truth, value.matches);
                check_clause(filter)?;
            }
        }
    }
    clause.parts.iter().try_for_each(check_clause)
}

fn check_rule(rule: &ExplainedRule) -> Result<(), TestCaseError> {
    prop_assert!(rule.clause.decisive);
    prop_assert_eq!(rule.clause.truth == Verdict::HOLDS, rule.change.is_none());
    if let Some(Change::Clauses { clauses, .. }) = &rule.change {
        prop_assert!(!clauses.is_empty());
        prop_assert!(clauses.iter().all(|flip| flip.from != Verdict::of(flip.to)));
    }
    match rule.verdict {
        RuleVerdict::Matched => prop_assert_eq!(rule.clause.truth, Verdict::HOLDS),
        RuleVerdict::NotMatched => prop_assert_eq!(rule.clause.truth, Verdict::FAILS),
        _ => prop_assert!(rule.reason.is_some()),
    }
    check_clause(&rule.clause)
}

proptest! {
    #![proptest_config(settings(160))]

    #[test]
    fn explaining_changes_no_verdict(rules in generate::rules(), life in life(), hidden in hidden()) {
        let engine = hidden.engine(&rules);
        hidden.with_person(&life, |person| {
            for event in Event::ALL {
                let explanation = engine.explain(person, event);
                let decision = engine.evaluate(person, event);
                prop_assert_eq!(&explanation.decision, &decision);
                check_leads_to(&explanation, &decision)
                    .map_err(|error| TestCaseError::fail(format!("{error}\n{explanation:#?}")))?;
                explanation.rules.iter().try_for_each(check_rule)?;
            }
            Ok(())
        })?;
    }
}
