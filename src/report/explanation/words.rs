//! What is said of decisions, verdicts and values.

use serde_json::Value;

use super::page::{Piece, Tone};
use crate::condition::RuleSet;
use crate::engine::{
    Basis, Cause, Change, Clause, ClauseKind, Decision, Event, ExplainedRule, Explanation, Intake, Knowledge, Observed,
    ObservedValue, Outcome, Reason, RuleVerdict, Verdict,
};
use crate::source::shorten;

/// What a set is about and how it decides.
pub(super) fn heading(set: RuleSet) -> (&'static str, &'static str) {
    match set {
        RuleSet::UserIntake => ("User intake", "the first rule that matches decides"),
        RuleSet::OrganizationUsers => ("Organization", "the first rule that matches decides"),
        RuleSet::GroupAssignment => ("Groups", "every rule that matches gives its groups"),
        RuleSet::OrganizationGroups => ("Organizations of provider groups", "the first rule that matches decides"),
    }
}

/// What intake decides, and which of its rules could not.
pub(super) fn intake(decision: &Decision) -> String {
    let intake = &decision.intake;
    let decided = match (intake.decision, intake.by) {
        (Intake::NotRun, _) => return NOTHING_RUNS.to_owned(),
        (Intake::Undetermined, _) => {
            let candidates: Vec<&str> = intake.candidates.iter().map(|candidate| candidate.as_str()).collect();
            format!("undetermined: {}", alternatives(&candidates))
        }
        (decided, by) => format!("{}{}", decided.as_str(), by_what(by, intake.rule.as_deref())),
    };
    decided + &undecided(decision, RuleSet::UserIntake)
}

/// The organization, and which of its rules could not decide.
pub(super) fn organization(decision: &Decision) -> String {
    let organization = &decision.organization;
    let decided = match (&organization.name, organization.by) {
        (Some(name), by) => format!("{name}{}", by_what(by, organization.rule.as_deref())),
        (None, Basis::None) => {
            "none: no rule matches and there is no fallback, so Foundry refuses the login".to_owned()
        }
        (None, Basis::Undetermined) => {
            let refusal =
                if decision.intake.candidates.contains(&Intake::Refuse) { "none, if refused" } else { "none" };
            let names = organization.candidates.iter().map(|name| name.as_deref().unwrap_or(refusal));
            format!("undetermined: {}", alternatives(&names.collect::<Vec<_>>()))
        }
        (None, _) if decision.intake.decision == Intake::NotRun => NOTHING_RUNS.to_owned(),
        (None, _) if decision.intake.decision == Intake::Admit => "the configuration has no rules for it".to_owned(),
        (None, _) => "not assigned: intake refuses the user".to_owned(),
    };
    decided + &undecided(decision, RuleSet::OrganizationUsers)
}

/// The groups, and which of their rules could not decide.
pub(super) fn groups(decision: &Decision) -> String {
    if decision.intake.decision == Intake::NotRun {
        return NOTHING_RUNS.to_owned();
    }
    let granted: Vec<&str> = decision.groups.iter().map(|grant| grant.name.as_str()).collect();
    let granted = (!granted.is_empty()).then(|| granted.join(", "));
    let open = (!decision.undetermined_groups.is_empty())
        .then(|| format!("undetermined: {}", decision.undetermined_groups.join(", ")));
    let all: Vec<String> = granted.into_iter().chain(open).collect();
    let decided = if all.is_empty() { "none".to_owned() } else { all.join("; ") };
    decided + &undecided(decision, RuleSet::GroupAssignment)
}

const NOTHING_RUNS: &str = "no rule runs at this event";

/// The rules of a set that were reached and could not be decided: `; not run: a, b; it depends on c`.
fn undecided(decision: &Decision, set: RuleSet) -> String {
    let named = |cause: Cause, what: &str| {
        let rules = decision.not_run.iter().filter(|rule| rule.set == set && rule.cause == cause);
        let names: Vec<&str> = rules.map(|rule| rule.rule.as_str()).collect();
        if names.is_empty() { String::new() } else { format!("; {what} {}", few(&names)) }
    };
    named(Cause::Withheld, "not run:") + &named(Cause::Undetermined, "it depends on")
}

/// The first of many names, and how many more there are.
fn few(names: &[&str]) -> String {
    let shown = if names.len() <= SHOWN + 1 { names.len() } else { SHOWN };
    let text = names[..shown].join(", ");
    if names.len() > shown { format!("{text} and {} more", names.len() - shown) } else { text }
}

/// `a`, `a or b`, `a, b or c`
fn alternatives(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

fn by_what(by: Basis, rule: Option<&str>) -> String {
    match (by, rule) {
        (_, Some(rule)) => format!(", by rule {rule}"),
        (Basis::Fallback, None) => ", the fallback".to_owned(),
        (Basis::Default, None) => ", by default".to_owned(),
        _ => String::new(),
    }
}

pub(super) fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Decision(admission) => admission.as_str().to_owned(),
        Outcome::Organization(name) => name.clone(),
        Outcome::Groups(names) => names.join(", "),
    }
}

pub(super) fn verdict(verdict: RuleVerdict) -> (Tone, &'static str) {
    match verdict {
        RuleVerdict::Matched => (Tone::Good, "matched"),
        RuleVerdict::NotMatched => (Tone::Bad, "not matched"),
        RuleVerdict::NotRun => (Tone::Unsure, "not run"),
        RuleVerdict::Undetermined => (Tone::Unsure, "undetermined"),
        RuleVerdict::NotReached => (Tone::Faint, "not reached"),
        RuleVerdict::Disabled => (Tone::Faint, "disabled"),
    }
}

pub(super) fn truth(truth: Verdict) -> (Tone, &'static str) {
    if truth == Verdict::HOLDS {
        (Tone::Good, "true")
    } else if truth == Verdict::FAILS {
        (Tone::Bad, "false")
    } else if truth == Verdict::WITHHELD {
        (Tone::Unsure, "not yet")
    } else {
        (Tone::Unsure, "unknown")
    }
}

/// A clause and what it looked at, where that is one line: a test, or the negation of one.
pub(super) fn one_line(clause: &Clause) -> Option<&Clause> {
    match (clause.kind, clause.parts.as_slice()) {
        (ClauseKind::Test | ClauseKind::Constant, _) => Some(clause),
        (ClauseKind::Not, [test]) if test.kind == ClauseKind::Test => Some(test),
        _ => None,
    }
}

/// A clause as its line says it: as written, or a connective whose parts follow. A connective says how deep it stands
/// where indentation cannot.
pub(super) fn clause(clause: &Clause, depth: usize) -> Piece {
    let name = match clause.kind {
        _ if one_line(clause).is_some() => return (Tone::Plain, clause.text.clone()),
        ClauseKind::All => "all of",
        ClauseKind::Any => "any of",
        _ => "not",
    };
    (Tone::Faint, if depth > DEEPEST { format!("{name}, at depth {depth}") } else { name.to_owned() })
}

/// How many columns the parts of a clause are indented: conditions nest deeper than a page is wide.
pub(super) fn indentation(depth: usize) -> usize {
    2 * depth.min(DEEPEST)
}

/// The depth that indentation still shows.
const DEEPEST: usize = 8;

/// How many values are shown.
const SHOWN: usize = 4;

/// What a test found: the values that matter first.
pub(super) fn found(clause: &Clause, observed: &Observed) -> String {
    let count = observed.values.len();
    match (observed.known, count) {
        (Knowledge::Withheld, _) => return "not known to Foundry yet".to_owned(),
        (Knowledge::Some, 0) => return "the files do not say".to_owned(),
        (Knowledge::All, 0) => return if is_of_groups(clause) { "in no group" } else { "absent" }.to_owned(),
        _ => {}
    }
    if observed.values.iter().any(|value| value.filter.is_some()) {
        return elements(&observed.values);
    }
    let matching: Vec<&ObservedValue> =
        observed.values.iter().filter(|value| value.matches == Verdict::HOLDS).collect();
    let others = || observed.values.iter().filter(|value| value.matches != Verdict::HOLDS);
    let mut text = match (matching.len(), count) {
        (_, 1) => observed.values.iter().map(shown).collect(),
        (0, few) if few <= SHOWN => listed(others(), count),
        (0, _) => format!("none of {count}: {}", listed(others(), count)),
        (all, _) if all == count => listed(matching.iter().copied(), count),
        (some, _) => {
            let verb = if some == 1 { "matches" } else { "match" };
            format!("{} {verb}; not {}", listed(matching.iter().copied(), some), listed(others(), count - some))
        }
    };
    if observed.known == Knowledge::Some {
        text.push_str("; whether there are others the files do not say");
    }
    text
}

fn is_of_groups(clause: &Clause) -> bool {
    let input = clause.input.as_deref().unwrap_or_default().to_ascii_lowercase();
    input.starts_with("provider.groups") || input.starts_with("internal.groups")
}

fn listed<'v>(values: impl Iterator<Item = &'v ObservedValue>, count: usize) -> String {
    let few = if count <= SHOWN + 1 { count } else { SHOWN };
    let names: Vec<String> = values.take(few).map(shown).collect();
    let names = names.join(", ");
    if count > few { format!("{names} and {} more", count - few) } else { names }
}

/// Elements, and what the filter in brackets rests on for each; those first that satisfy it.
fn elements(values: &[ObservedValue]) -> String {
    let (matching, others): (Vec<_>, Vec<_>) = values.iter().partition(|value| value.matches == Verdict::HOLDS);
    let tell = |value: &&ObservedValue| {
        let tests = value.filter.iter().flat_map(|filter| filter.tests()).filter(|test| test.decisive);
        let tests: Vec<String> = tests.map(|test| format!("`{}`", test.text)).collect();
        let because = if tests.is_empty() { String::new() } else { format!(", by {}", tests.join(" and ")) };
        let verdict = match truth(value.matches) {
            (Tone::Good, _) => "matches",
            (Tone::Bad, _) => "does not match",
            _ => "may match",
        };
        format!("{} {verdict}{because}", shown(value))
    };
    let told: Vec<String> = matching.iter().chain(&others).map(tell).take(SHOWN).collect();
    let more = values.len().saturating_sub(SHOWN);
    if more > 0 { format!("{}; and {more} more", told.join("; ")) } else { told.join("; ") }
}

fn shown(value: &ObservedValue) -> String {
    match &value.value {
        Value::String(text) => format!("\"{}\"", shorten(text)),
        Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), |number| number.to_string()),
        other => shorten(&other.to_string()),
    }
}

/// How many clauses that would have to change are named.
const MOST_CLAUSES: usize = 8;

/// What would have to change, in words; `None` where the clause itself says it.
pub(super) fn change(rule: &ExplainedRule) -> Option<String> {
    match rule.change.as_ref()? {
        Change::Impossible => {
            Some("No user can match it: the condition is false whatever its clauses come to.".to_owned())
        }
        Change::Unknown => Some(
            "The smallest change that makes it match was not found: the condition repeats many clauses.".to_owned(),
        ),
        // Of a single clause it goes without saying.
        Change::Clauses { .. } if rule.clause.kind == ClauseKind::Test => None,
        Change::Clauses { clauses, smallest } => {
            let [to_true, to_false] = [true, false].map(|to| {
                let texts = clauses.iter().filter(|flip| flip.to == to).map(|flip| format!("`{}`", flip.text));
                let mut texts: Vec<String> = texts.collect();
                if let Some(more) = texts.len().checked_sub(MOST_CLAUSES).filter(|more| *more > 0) {
                    texts.truncate(MOST_CLAUSES);
                    texts.push(format!("{more} more clauses"));
                }
                texts.join(" and ")
            });
            let qualifier = if *smallest { "" } else { "; perhaps less is enough" };
            Some(match (to_true.is_empty(), to_false.is_empty()) {
                (_, true) => format!("To match, {to_true} would have to be true{qualifier}."),
                (true, false) => format!("To match, {to_false} would have to be false{qualifier}."),
                (false, false) => {
                    format!("To match, {to_true} would have to be true, and {to_false} false{qualifier}.")
                }
            })
        }
    }
}

/// That a rule would hold vacuously, and why it does not.
pub(super) fn vacuous(rule: &ExplainedRule) -> Option<String> {
    if !rule.holds_vacuously {
        return None;
    }
    let missing = rule.missing.join(" and ");
    let why = match rule.other_reading {
        Some(_) => {
            "That it is not run is a reading: Palantir's guide says so of organization rules on provider groups only. If \
             Foundry runs it all the same, it matches."
        }
        None => {
            "It is not run, so it does not match: Palantir's guide says so of organization rules on provider groups."
        }
    };
    Some(format!("Would have held vacuously, with {missing} taken for empty. {why}"))
}

/// Why rules took no part, after their names.
pub(super) fn unreached(rule: &ExplainedRule) -> String {
    match (rule.reason, &rule.decided_by) {
        (Some(Reason::DecidedBefore), Some(by)) => format!(": {by} decided before"),
        (Some(Reason::Refused), _) => ": intake refuses the user".to_owned(),
        (Some(Reason::NoRuleRuns), _) => ": no rule runs at this event".to_owned(),
        _ => String::new(),
    }
}

/// What is said below the clauses of a rule.
pub(super) fn notes(rule: &ExplainedRule) -> Vec<(Tone, String)> {
    let vacuous = vacuous(rule).map(|text| (Tone::Unsure, text));
    let change = change(rule).map(|text| (Tone::Plain, text));
    vacuous.into_iter().chain(change).collect()
}

/// What Foundry knows at an event (palantir.com/docs/foundry/authentication/scim-entra-id).
pub(super) fn known_at(event: Event) -> &'static str {
    match event {
        Event::ScimCreate => {
            "SCIM creates the user: Foundry knows the six attributes that it syncs, and no provider group yet."
        }
        Event::ScimUpdate => {
            "SCIM updates the user: Foundry knows the six attributes that it syncs, provider groups as last synced, and \
             what earlier logins left."
        }
        Event::MembershipUpdate => {
            "SCIM changes the members of a group: no rule runs for those whose membership changed."
        }
        Event::Login => "The user logs in: Foundry knows all that the claims carry.",
    }
}

/// An event, short enough for a column.
pub(super) fn event(event: Event) -> &'static str {
    match event {
        Event::ScimCreate => "create",
        Event::ScimUpdate => "update",
        Event::MembershipUpdate => "members",
        Event::Login => "login",
    }
}

/// A verdict, short enough for a column.
pub(super) fn short_verdict<'d>(rule: &ExplainedRule, dash: &'d str) -> (Tone, &'d str) {
    match (rule.verdict, rule.reason) {
        (_, Some(Reason::NoRuleRuns)) => (Tone::Faint, dash),
        (RuleVerdict::NotMatched, _) => (Tone::Bad, "no match"),
        (RuleVerdict::Undetermined, _) => (Tone::Unsure, "unknown"),
        (RuleVerdict::NotReached, _) => (Tone::Faint, "skipped"),
        (other, _) => verdict(other),
    }
}

/// What the words in the columns mean, of those that stand there.
pub(super) fn legend(explanations: &[Explanation], mark: &str, dash: &str) -> String {
    let rules = || explanations.iter().flat_map(|explanation| &explanation.rules);
    let has = |verdict: RuleVerdict| rules().any(|rule| rule.verdict == verdict);
    let has_reason = |reason: Reason| rules().any(|rule| rule.reason == Some(reason));
    // Of what takes no part only the name is shown.
    let shown = || rules().filter(|rule| !rule.takes_no_part());
    let has_open = || shown().flat_map(|rule| rule.clause.tests()).any(|test| !test.truth.is_certain());
    let entries = [
        (true, format!("{mark} what the verdict rests on")),
        (has_reason(Reason::Withheld), "not yet: Foundry does not know the input at that event".to_owned()),
        (has_open(), "unknown: the files at hand do not say".to_owned()),
        (has(RuleVerdict::NotReached), "skipped: a rule before it decided, or intake refuses the user".to_owned()),
        (has_reason(Reason::NoRuleRuns), format!("{dash} no rule runs at that event")),
    ];
    let entries: Vec<String> = entries.into_iter().filter(|(shown, _)| *shown).map(|(_, text)| text).collect();
    format!("{}.", entries.join("; "))
}
