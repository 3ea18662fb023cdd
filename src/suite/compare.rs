//! What is expected, held against what came of it.

use schemars::JsonSchema;
use serde::Serialize;

use super::document::{Expectation, ExpectedIntake, ExpectedOrganization};
use crate::condition::RuleSet;
use crate::config::Sited;
use crate::engine::{Basis, Decision, Intake, IntakeDecision, NotRun, OrganizationDecision};
use crate::simulate::Standing;
use crate::source::At;

/// What an expectation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// Whether the person is taken in.
    Intake,
    /// The person's organization.
    Organization,
    /// The rule-based groups.
    Groups,
    /// The rules that were not run.
    NotRun,
}

impl Aspect {
    /// The key that a test expects it under.
    pub fn as_str(self) -> &'static str {
        match self {
            Aspect::Intake => "intake",
            Aspect::Organization => "organization",
            Aspect::Groups => "groups",
            Aspect::NotRun => "not-run",
        }
    }

    /// The rule sets that it comes from.
    pub fn rule_sets(self) -> &'static [RuleSet] {
        match self {
            Aspect::Intake => &[RuleSet::UserIntake],
            Aspect::Organization => &[RuleSet::OrganizationUsers],
            Aspect::Groups => &[RuleSet::GroupAssignment],
            Aspect::NotRun => &RuleSet::OF_USERS,
        }
    }
}

/// What came of an event: where the person stands, and which rules were not run.
pub(super) struct Actual<'a> {
    pub(super) standing: &'a Standing,
    pub(super) not_run: &'a [NotRun],
}

/// An expectation that is not met.
pub(super) struct Mismatch {
    pub(super) aspect: Aspect,
    pub(super) at: At,
    pub(super) expected: String,
    pub(super) actual: String,
    /// What is the matter, in a few words.
    pub(super) label: String,
    /// Of groups and rules those that are missing or not expected.
    pub(super) names: Vec<String>,
}

/// A decision as the only event of a person's life.
pub(super) fn standing_of(decision: &Decision) -> Standing {
    Standing {
        intake: decision.intake.clone(),
        organization: decision.organization.clone(),
        groups: decision.groups.clone(),
        undetermined_groups: decision.undetermined_groups.clone(),
        has_groups: true,
    }
}

/// The expectations that are not met, in the order of the aspects.
pub(super) fn compare(expect: &Expectation, actual: &Actual<'_>) -> Vec<Mismatch> {
    let standing = actual.standing;
    let intake = expect.intake.as_ref().and_then(|expected| intake(expected, &standing.intake));
    let organization = expect.organization.as_ref().and_then(|expected| organization(expected, &standing.organization));
    let has: Vec<&str> = standing.groups.iter().map(|grant| grant.name.as_str()).collect();
    let groups = expect.groups.as_ref().and_then(|expected| {
        let open: Vec<&str> = standing.undetermined_groups.iter().map(String::as_str).collect();
        names(Aspect::Groups, expected, &has, &open)
    });
    let not_run = expect.not_run.as_ref().and_then(|expected| {
        let mut rules: Vec<&str> = actual.not_run.iter().map(|not_run| not_run.rule.as_str()).collect();
        // A name may stand in two sets.
        let mut seen = std::collections::HashSet::new();
        rules.retain(|rule| seen.insert(*rule));
        names(Aspect::NotRun, expected, &rules, &[])
    });
    [intake, organization, groups, not_run].into_iter().flatten().collect()
}

fn intake(expected: &Sited<ExpectedIntake>, actual: &IntakeDecision) -> Option<Mismatch> {
    let ExpectedIntake { decision, by, rule } = &expected.value;
    let agrees = decision.is_none_or(|decision| decision == actual.decision)
        && decided_so(*by, rule.as_ref(), actual.by, actual.rule.as_deref());
    if agrees {
        return None;
    }
    let word = decision.map_or("", Intake::as_str);
    let is = with_decider(intake_word(actual), actual.by, actual.rule.as_deref());
    Some(Mismatch {
        aspect: Aspect::Intake,
        at: expected.at.clone(),
        expected: with_expected_decider(word.to_owned(), *by, rule.as_ref()),
        label: format!("it is {is}"),
        actual: is,
        names: Vec::new(),
    })
}

fn intake_word(actual: &IntakeDecision) -> String {
    let candidates: Vec<&str> = actual.candidates.iter().map(|candidate| candidate.as_str()).collect();
    match candidates.is_empty() {
        true => actual.decision.as_str().to_owned(),
        false => format!("undetermined: {}", candidates.join(" or ")),
    }
}

fn organization(expected: &Sited<ExpectedOrganization>, actual: &OrganizationDecision) -> Option<Mismatch> {
    let ExpectedOrganization { name, by, rule } = &expected.value;
    let expected_name = name.as_ref().map(|name| name.as_ref().map(|name| name.as_str()));
    let same_name = match expected_name {
        // Where the files do not say, none is not certain.
        Some(None) if *by != Some(Basis::Undetermined) => actual.name.is_none() && actual.by != Basis::Undetermined,
        Some(name) => name == actual.name.as_deref(),
        None => true,
    };
    if same_name && decided_so(*by, rule.as_ref(), actual.by, actual.rule.as_deref()) {
        return None;
    }
    let word = match expected_name {
        Some(Some(name)) => name,
        Some(None) => "none",
        None => "",
    };
    let is = with_decider(organization_word(actual), actual.by, actual.rule.as_deref());
    Some(Mismatch {
        aspect: Aspect::Organization,
        at: expected.at.clone(),
        expected: with_expected_decider(word.to_owned(), *by, rule.as_ref()),
        label: format!("it is {is}"),
        actual: is,
        names: Vec::new(),
    })
}

fn organization_word(actual: &OrganizationDecision) -> String {
    let candidates: Vec<&str> = actual.candidates.iter().map(|name| name.as_deref().unwrap_or("none")).collect();
    match (&actual.name, candidates.is_empty()) {
        (Some(name), _) => name.clone(),
        (None, true) if actual.by == Basis::Undetermined => "undetermined".to_owned(),
        (None, true) => "none".to_owned(),
        (None, false) => format!("undetermined: {}", candidates.join(" or ")),
    }
}

fn decided_so(by: Option<Basis>, rule: Option<&Sited<String>>, actual: Basis, actual_rule: Option<&str>) -> bool {
    by.is_none_or(|by| by == actual) && rule.is_none_or(|rule| Some(rule.as_str()) == actual_rule)
}

fn with_decider(word: String, by: Basis, rule: Option<&str>) -> String {
    match (by, rule) {
        (_, Some(rule)) => format!("{word}, by rule {rule}"),
        (Basis::Fallback, _) => format!("{word}, by the fallback"),
        (Basis::Default, _) => format!("{word}, by the default"),
        (Basis::None, _) => format!("{word}: no rule takes the user, and there is no fallback"),
        (Basis::NotRun, _) if word == "none" => "none: no rule has run".to_owned(),
        _ => word,
    }
}

/// Without a word, only what decides is expected.
fn with_expected_decider(word: String, by: Option<Basis>, rule: Option<&Sited<String>>) -> String {
    let said = decider(&word, by, rule);
    said.strip_prefix(", ").map(str::to_owned).unwrap_or(said)
}

fn decider(word: &str, by: Option<Basis>, rule: Option<&Sited<String>>) -> String {
    match (by, rule) {
        (_, Some(rule)) => format!("{word}, by rule {}", rule.as_str()),
        (Some(Basis::Rule), None) => format!("{word}, by a rule"),
        (Some(Basis::Fallback), None) => format!("{word}, by the fallback"),
        (Some(Basis::Default), None) => format!("{word}, by the default"),
        (Some(Basis::None), None) => format!("{word}, as no rule takes the user and there is no fallback"),
        (Some(Basis::Undetermined), None) => "undetermined".to_owned(),
        (Some(Basis::NotRun), None) => format!("{word}, as no rule has run"),
        (None, None) => word.to_owned(),
    }
}

/// Names in any order. `open` are those of which the files do not say whether they are among them.
fn names(aspect: Aspect, expected: &Sited<Vec<Sited<String>>>, actual: &[&str], open: &[&str]) -> Option<Mismatch> {
    let wanted: std::collections::BTreeSet<&str> = expected.value.iter().map(|name| name.as_str()).collect();
    let has: std::collections::BTreeSet<&str> = actual.iter().copied().collect();
    let missing: Vec<&str> = wanted.iter().filter(|name| !has.contains(*name)).copied().collect();
    let surplus: Vec<&str> = actual.iter().filter(|name| !wanted.contains(*name)).copied().collect();
    if missing.is_empty() && surplus.is_empty() && open.is_empty() {
        return None;
    }
    let mut difference = Vec::new();
    let differing = missing.iter().chain(&surplus).chain(open).map(|name| (*name).to_owned()).collect();
    let unsaid: Vec<&str> = open.iter().filter(|name| !has.contains(*name)).copied().collect();
    let (unsure, missing): (Vec<&str>, Vec<&str>) = missing.into_iter().partition(|name| unsaid.contains(name));
    let perhaps: Vec<&str> = unsaid.iter().filter(|name| !unsure.contains(name)).copied().collect();
    for (what, names) in [
        ("missing", missing),
        ("not expected", surplus),
        ("expected, and perhaps missing", unsure),
        ("not expected, and perhaps there", perhaps),
    ] {
        if !names.is_empty() {
            difference.push(format!("{what}: {}", names.join(", ")));
        }
    }
    let actual: Vec<String> = actual
        .iter()
        .map(|name| (*name).to_owned())
        .chain(unsaid.iter().map(|name| format!("perhaps {name}")))
        .collect();
    Some(Mismatch {
        aspect,
        at: expected.at.clone(),
        expected: listed(expected.value.iter().map(|name| name.value.clone()).collect()),
        actual: listed(actual),
        label: difference.join("; "),
        names: differing,
    })
}

fn listed(names: Vec<String>) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
