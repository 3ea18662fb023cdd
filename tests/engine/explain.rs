//! An explanation tells what the evaluator does, and changes nothing.

use std::collections::HashSet;

use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;
use vestibule::condition::RuleSet;
use vestibule::config::Config;
use vestibule::engine::{
    Basis, Change, Clause, ClauseKind, Decision, Engine, Event, ExplainedRule, Explanation, Intake, Knowledge, NotRun,
    OtherReading, Person, Reason, RuleVerdict, Verdict,
};
use vestibule::report::{Style, View, write_explanation, write_explanations};
use vestibule::scim::{GroupRef, User};
use vestibule::source::is_hidden;

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

const RULES: &str = r#"
version: 1
provider: { name: p }
organizations: [{ name: A }, { name: B }]
groups: { rule-based: [G] }
user-intake:
  rules: [{ rule: leavers, when: active eq false, decision: refuse }]
organization-assignment:
  users:
    - { rule: off, when: true, enabled: false, organization: B }
    - { rule: contractors-out, when: provider.groups excludes "Ext", organization: A }
    - { rule: by-title, when: title eq "Boss", organization: A }
    - { rule: by-name, when: 'userName ew ".eu"', organization: B }
    - { rule: also-off, when: true, enabled: false, organization: B }
    - { rule: late, when: userName pr, organization: A }
  fallback: A
group-assignment:
  - { rule: no-contractors, when: provider.groups excludes "Ext" and active eq true, groups: [G] }
"#;

fn explained(rules: &str, user: &str, groups: &[&'static str], event: Event) -> Explanation {
    let config = Config::parse("vestibule.yaml", rules).expect("sound rules");
    let user = User::from_json(user).expect("a user");
    let person = Person::new(&user).in_provider_groups(groups.iter().map(|name| GroupRef::named(name)));
    Engine::compile(&config).explain(&person, event)
}

const ADA: &str = r#"{ "userName": "ada@contoso.eu", "active": true }"#;

fn verdicts(explanation: &Explanation) -> Vec<(&str, &str)> {
    explanation.rules.iter().map(|rule| (rule.rule.as_str(), rule.verdict.as_str())).collect()
}

fn rule<'e>(explanation: &'e Explanation, name: &str) -> &'e ExplainedRule {
    explanation.rules.iter().find(|rule| rule.rule == name).expect(name)
}

#[test]
fn every_rule_has_a_verdict_in_the_order_of_the_document() {
    let created = explained(RULES, ADA, &[], Event::ScimCreate);
    assert_eq!(
        verdicts(&created),
        [
            ("leavers", "not-matched"),
            ("off", "disabled"),
            ("contractors-out", "not-run"),
            ("by-title", "not-run"),
            ("by-name", "matched"),
            ("also-off", "disabled"),
            ("late", "not-reached"),
            ("no-contractors", "not-run"),
        ]
    );
    assert_eq!(rule(&created, "late").decided_by.as_deref(), Some("by-name"));
    assert_eq!(rule(&created, "late").clause.truth, Verdict::HOLDS);
    assert!(rule(&created, "by-name").decides);
}

#[test]
fn nothing_after_intake_is_reached_by_whom_it_refuses() {
    let refused = explained(RULES, r#"{ "userName": "a.eu", "active": false }"#, &[], Event::Login);
    let later: Vec<_> = verdicts(&refused).split_off(1);
    assert!(
        later.iter().all(|(name, verdict)| *verdict == if name.contains("off") { "disabled" } else { "not-reached" })
    );
    assert_eq!(rule(&refused, "by-name").reason, Some(Reason::Refused));
}

#[test]
fn a_membership_update_runs_no_rule_and_tells_what_is_known() {
    let updated = explained(RULES, ADA, &["Ext"], Event::MembershipUpdate);
    let contractors = rule(&updated, "contractors-out");
    assert_eq!((contractors.verdict, contractors.reason), (RuleVerdict::NotRun, Some(Reason::NoRuleRuns)));
    assert_eq!(contractors.clause.truth, Verdict::FAILS);
}

/// Palantir's guide says of organization rules on provider groups that they are not run; of others it is a reading.
#[test]
fn an_exclusion_that_is_not_run_would_have_held_vacuously() {
    let created = explained(RULES, ADA, &["Ext"], Event::ScimCreate);
    let (organization, group) = (rule(&created, "contractors-out"), rule(&created, "no-contractors"));
    assert!(organization.holds_vacuously && group.holds_vacuously);
    assert_eq!((organization.other_reading, group.other_reading), (None, Some(OtherReading::Holds)));
    assert_eq!(organization.missing, ["provider.groups"]);
    assert!(!rule(&created, "by-title").holds_vacuously);
}

/// The tests of a condition that are decisive, and what would have to change, for Ada at a login.
fn decisive_and_change(condition: &str) -> (Vec<String>, Vec<(String, bool)>) {
    let rules = format!(
        "version: 1\nprovider: {{ name: p }}\norganizations: [{{ name: A }}]\ngroups: {{ rule-based: [G] }}\n\
         group-assignment: [{{ rule: r, when: '{condition}', groups: [G] }}]\n"
    );
    let explanation = explained(&rules, ADA, &["Ext"], Event::Login);
    let rule = rule(&explanation, "r");
    let decisive = rule.clause.tests().filter(|test| test.decisive).map(|test| test.text.clone()).collect();
    let changes = match &rule.change {
        Some(Change::Clauses { clauses, smallest: true }) => {
            clauses.iter().map(|flip| (flip.text.clone(), flip.to)).collect()
        }
        _ => Vec::new(),
    };
    (decisive, changes)
}

#[track_caller]
fn check(condition: &str, decisive: &[&str], changes: &[(&str, bool)]) {
    let (found, flips) = decisive_and_change(condition);
    let flips: Vec<(&str, bool)> = flips.iter().map(|(text, to)| (text.as_str(), *to)).collect();
    assert_eq!(
        (found, flips),
        (decisive.iter().map(|text| (*text).to_owned()).collect(), changes.to_vec()),
        "{condition}"
    );
}

#[test]
fn a_verdict_rests_on_the_first_part_that_is_enough_or_on_all_that_it_takes() {
    check("title pr and userName pr and nickName pr", &["title pr"], &[("title pr", true), ("nickName pr", true)]);
    check("userName pr or active eq true", &["userName pr"], &[]);
    check("userName pr and active eq true", &["userName pr", "active eq true"], &[]);
    check("title pr or nickName pr", &["title pr", "nickName pr"], &[("title pr", true)]);
    check("not (userName pr or title pr)", &["userName pr"], &[("userName pr", false)]);
    check("title pr or (userName pr and active eq false)", &["title pr", "active eq false"], &[("title pr", true)]);
}

#[test]
fn an_exclusion_is_one_clause_and_a_repeated_test_is_changed_once() {
    let excludes = r#"provider.groups excludes "Ext""#;
    check(excludes, &[excludes], &[(excludes, true)]);
    check("title eq null", &["title eq null"], &[]);
    check(
        "(title pr and nickName pr) or (title pr and locale pr and active eq true)",
        &["title pr", "title pr"],
        &[("title pr", true), ("nickName pr", true)],
    );
    // Once it is excluded it is no longer included, and the other way round.
    check(
        r#"(provider.groups excludes "Ext" or title pr) and provider.groups includes "Ext""#,
        &[excludes, "title pr"],
        &[("title pr", true)],
    );
    check(r#"provider.groups excludes "Ext" and provider.groups includes "Ext""#, &[excludes], &[]);
}

#[test]
fn a_filter_in_brackets_tells_of_every_element() {
    let rules = RULES.replace("title eq \"Boss\"", "'emails[type eq \"work\" and value ew \".com\"]'");
    let user = r#"{ "userName": "ada", "emails": [{ "type": "home", "value": "a.com" }, { "type": "work", "value": "a.eu" }] }"#;
    let login = explained(&rules, user, &["Ext"], Event::Login);
    let observed = rule(&login, "by-title").clause.observed.clone().expect("a test");
    let told: Vec<_> = observed
        .values
        .iter()
        .map(|value| {
            let decisive = value.filter.iter().flat_map(|filter| filter.tests()).filter(|test| test.decisive);
            (value.value["value"].clone(), decisive.map(|test| test.text.clone()).collect::<Vec<_>>())
        })
        .collect();
    let expected = [("a.com", "type eq \"work\""), ("a.eu", "value ew \".com\"")];
    assert_eq!(told, expected.map(|(value, test)| (value.into(), vec![test.to_owned()])));
}

proptest! {
    #![proptest_config(settings(160))]

    #[test]
    fn whatever_is_explained_fits_on_a_terminal(rules in generate::rules(), life in life(), hidden in hidden()) {
        let engine = hidden.engine(&rules);
        hidden.with_person(&life, |person| {
            let explanations = Event::ALL.map(|event| engine.explain(person, event));
            let style = Style { width: Some(80), ..Style::PLAIN };
            let view = View { style, unreached: true, ..View::PLAIN };
            let mut out = Vec::new();
            write_explanations(&explanations, view, &mut out).expect("memory takes everything");
            for explanation in &explanations {
                write_explanation(explanation, view, &mut out).expect("memory takes everything");
            }
            let text = String::from_utf8(out).expect("UTF-8");
            for line in text.lines() {
                prop_assert!(line.width() <= 80 && !line.chars().any(is_hidden), "{}", line);
            }
            Ok(())
        })?;
    }

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
