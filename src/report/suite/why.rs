//! Why it came so: the rules that an expectation is about, a line each.

use crate::engine::{Clause, ExplainedRule, Knowledge, Observed, Reason, RuleVerdict, Verdict};
use crate::source::shorten;

/// How many rules are told one by one.
const MOST_RULES: usize = 12;
/// How many clauses of a rule are told.
const MOST_CLAUSES: usize = 4;
/// How many values of an input are told.
const MOST_VALUES: usize = 3;

/// A line for each rule that was reached, and one about those that were not.
pub(super) fn lines(rules: &[ExplainedRule]) -> Vec<String> {
    if rules.iter().any(|rule| rule.reason == Some(Reason::NoRuleRuns)) {
        return vec!["no rule runs at this event, so what was decided before stays".to_owned()];
    }
    let is_told = |rule: &&ExplainedRule| !matches!(rule.verdict, RuleVerdict::NotReached | RuleVerdict::Disabled);
    let mut told: Vec<&ExplainedRule> = rules.iter().filter(is_told).collect();
    // Whatever is left out, what decided and what was not run is told.
    let weight = |rule: &ExplainedRule| usize::from(rule.verdict == RuleVerdict::NotMatched);
    let left_out = told.len().saturating_sub(MOST_RULES);
    if left_out > 0 {
        let mut order: Vec<usize> = (0..told.len()).collect();
        order.sort_by_key(|&index| weight(told[index]));
        order.truncate(MOST_RULES);
        order.sort_unstable();
        told = order.into_iter().map(|index| told[index]).collect();
    }
    let mut lines: Vec<String> = told.iter().map(|rule| line(rule)).collect();
    if left_out > 0 {
        lines.push(format!("{left_out} more did not match"));
    }
    lines.extend(unreached(rules));
    lines
}

fn line(rule: &ExplainedRule) -> String {
    let name = &rule.rule;
    let because = because(&rule.clause);
    match rule.verdict {
        RuleVerdict::NotRun => {
            format!("{name}: not run, as Foundry does not know {} yet", rule.missing.join(", "))
        }
        RuleVerdict::Undetermined => {
            format!("{name}: undetermined, as the files do not say {}", rule.missing.join(", "))
        }
        RuleVerdict::Matched => format!("{name}: matched, as {because}"),
        _ => format!("{name}: not matched, as {because}"),
    }
}

/// The clauses that the verdict rests on, each with its truth and what it found.
fn because(condition: &Clause) -> String {
    let decisive: Vec<&Clause> = condition.tests().filter(|test| test.decisive).collect();
    if decisive.is_empty() {
        return format!("the condition is `{}`", shorten(&condition.text));
    }
    let mut told: Vec<String> = decisive.iter().take(MOST_CLAUSES).map(|test| clause(test)).collect();
    if decisive.len() > MOST_CLAUSES {
        told.push(format!("{} more", decisive.len() - MOST_CLAUSES));
    }
    told.join(" and ")
}

fn clause(test: &Clause) -> String {
    let truth = match test.truth {
        Verdict::HOLDS => "is true",
        Verdict::FAILS => "is false",
        _ => "is not known",
    };
    let found = test.observed.as_ref().map(|observed| format!(" ({})", found(observed))).unwrap_or_default();
    format!("`{}` {truth}{found}", shorten(&test.text))
}

fn found(observed: &Observed) -> String {
    let mut values: Vec<String> =
        observed.values.iter().take(MOST_VALUES).map(|value| shorten(&value.value.to_string())).collect();
    if observed.values.len() > MOST_VALUES {
        values.push(format!("{} more", observed.values.len() - MOST_VALUES));
    }
    match observed.known {
        Knowledge::Withheld => "Foundry does not know it yet".to_owned(),
        Knowledge::All if values.is_empty() => "no value".to_owned(),
        Knowledge::All => format!("found {}", values.join(", ")),
        Knowledge::Some if values.is_empty() => "the files do not say".to_owned(),
        Knowledge::Some => format!("found {}, and perhaps more", values.join(", ")),
    }
}

/// Why the others were not reached.
fn unreached(rules: &[ExplainedRule]) -> Option<String> {
    let unreached: Vec<&ExplainedRule> = rules.iter().filter(|rule| rule.verdict == RuleVerdict::NotReached).collect();
    let first = unreached.first()?;
    let why = match (&first.reason, &first.decided_by) {
        (Some(Reason::Refused), _) => "intake refused the user".to_owned(),
        (_, Some(by)) => format!("{by} decided before"),
        _ => "another rule decided before".to_owned(),
    };
    let count = unreached.len();
    Some(format!("{} not reached: {why}", super::super::text::counted(count, "rule", "rules")))
}
