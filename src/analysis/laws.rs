//! What always holds of proofs: they agree with looking at everybody, and nobody escapes them.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use super::crowd::{Crowd, Member};
use super::reach::{Hunt, Taken};
use super::{Analysis, Newcomers, Reach, RuleId, Shown};
use crate::condition::RuleSet;
use crate::config::Config;
use crate::engine::{Basis, Decision, Engine, Event, Person, Verdict};
use crate::scim::{Fact, GroupRef, User};

const EVENTS: [Event; 3] = [Event::ScimCreate, Event::ScimUpdate, Event::Login];

/// A configuration of organization rules, given as conditions.
fn config(conditions: &[String]) -> Config {
    let rule = |(index, when): (usize, &String)| {
        let organization = ["A", "B"][index % 2];
        format!("  - {{ rule: r{index}, when: '{}', organization: {organization} }}\n", when.replace('\'', "''"))
    };
    let rules: String = conditions.iter().enumerate().map(rule).collect();
    let document = format!(
        "version: 1\nprovider: {{ name: p, attribute-mapping: {{ attributes: {{ department: {{ claim: d, scim: department }}, \
         level: {{ claim: l }} }} }} }}\norganizations: [{{ name: A }}, {{ name: B }}]\norganization-assignment:\n  \
         users:\n{rules}"
    );
    Config::parse("vestibule.yaml", &document).unwrap_or_else(|error| panic!("{error}\n{document}"))
}

/// Somebody of whom everything is known.
struct Somebody {
    user: User,
    groups: Vec<String>,
}

impl Somebody {
    fn decide(&self, engine: &Engine, event: Event) -> Decision {
        self.with_person(|person| engine.evaluate(person, event))
    }

    fn with_person<R>(&self, then: impl FnOnce(&Person<'_>) -> R) -> R {
        let nothing = Default::default();
        let person = Person::new(&self.user)
            .in_provider_groups(self.groups.iter().map(|name| GroupRef::named(name)))
            .internal_groups(Fact::Known(Vec::new()))
            .foundry_attributes(Fact::Known(&nothing));
        then(&person)
    }
}

fn json_list(items: &[String]) -> String {
    format!("[{}]", items.join(","))
}

/// Everybody, as far as conditions with these literals can tell: `x`, `y`, `a` and `A`, and others.
fn everybody() -> Vec<Somebody> {
    let mut emails = vec![String::new()];
    for set in 1_usize..16 {
        let chosen: Vec<&str> =
            (0..4).filter(|bit| set & (1 << bit) != 0).map(|bit| ["x", "y", "z", "w"][bit]).collect();
        let marks = chosen.iter().map(|value| Some(*value)).chain([None]);
        for primary in marks.filter(|primary| primary.is_some() || chosen.len() > 1) {
            let email = |value: &&str| match primary {
                Some(primary) if primary == *value => format!(r#"{{"value":"{value}","primary":true}}"#),
                _ => format!(r#"{{"value":"{value}","type":"home"}}"#),
            };
            let list: Vec<String> = chosen.iter().map(email).collect();
            emails.push(format!(r#","emails":{}"#, json_list(&list)));
        }
    }
    let mut found = Vec::new();
    for name in ["", r#","displayName":"a""#, r#","displayName":"c""#] {
        for active in [true, false] {
            for groups in [&[][..], &["A"], &["C"], &["A", "C"]] {
                for emails in &emails {
                    let json = format!(r#"{{"userName":"u","active":{active}{name}{emails}}}"#);
                    let user = User::from_json(&json).expect("a user");
                    found.push(Somebody { user, groups: groups.iter().map(|name| (*name).to_owned()).collect() });
                }
            }
        }
    }
    found
}

fn small_condition() -> impl Strategy<Value = String> {
    let test = proptest::sample::select(vec![
        r#"displayName eq "a""#,
        r#"displayName ne "a""#,
        "displayName pr",
        "active eq true",
        "active ne true",
        r#"provider.groups includes "A""#,
        r#"provider.groups excludes "A""#,
        "provider.groups pr",
        r#"email eq "x""#,
        r#"email in ["x", "y"]"#,
        r#"email ne "x""#,
        "email pr",
        r#"emails eq "x""#,
        r#"emails eq "y""#,
        r#"emails ne "x""#,
        "emails pr",
        r#"emails[value eq "x" or value eq "y"]"#,
        r#"emails[not (value eq "x")]"#,
    ]);
    combined(test.prop_map(str::to_owned).boxed())
}

fn combined(test: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    test.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(one, two)| format!("({one} and {two})")),
            (inner.clone(), inner.clone()).prop_map(|(one, two)| format!("({one} or {two})")),
            inner.prop_map(|one| format!("not ({one})")),
        ]
    })
}

fn runner(cases: u32) -> TestRunner {
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// The rule that decides, where one certainly does.
fn decider(decision: &Decision) -> Option<&str> {
    decision.organization.rule.as_deref()
}

fn name(rule: RuleId) -> String {
    format!("r{}", rule.index)
}

#[test]
fn reach_agrees_with_looking_at_everybody() {
    let everybody = everybody();
    let (unknown, asked) = (Cell::new(0), Cell::new(0));
    let conditions = proptest::collection::vec(small_condition(), 1..4);
    let checked = runner(120).run(&conditions, |conditions| {
        let config = config(&conditions);
        let engine = Engine::compile(&config);
        let analysis = Analysis::new(&config);
        let mut reached = std::collections::BTreeSet::new();
        for (somebody, event) in everybody.iter().flat_map(|one| EVENTS.map(|event| (one, event))) {
            reached.extend(decider(&somebody.decide(&engine, event)).map(str::to_owned));
        }
        for rule in analysis.rules() {
            asked.set(asked.get() + 1);
            match analysis.reach(rule) {
                Reach::Reachable => prop_assert!(reached.contains(&name(rule)), "{rule:?} is reached by nobody"),
                Reach::Unknown => unknown.set(unknown.get() + 1),
                Reach::NeverHolds | Reach::Covered { .. } => {
                    prop_assert!(!reached.contains(&name(rule)), "{rule:?} is reached")
                }
            }
        }
        Ok(())
    });
    checked.unwrap_or_else(|error| panic!("{error}"));
    let (unknown, asked) = (unknown.get(), asked.get());
    assert!(unknown * 20 < asked, "{unknown} of {asked} are not known");
}

const INPUTS: [&str; 9] = [
    "userName",
    "displayName",
    "email",
    "emails",
    "provider.groups",
    "name.givenName",
    "title",
    "department",
    "attributes.department",
];

const LITERALS: [&str; 8] = ["ab", "Ab", "a.b", "b", "abab", "@x.eu", "ada@x.eu", ""];

const PATTERNS: [&str; 8] = ["a.b", r"a\.b", "ab.*", ".*@x.eu", r".*@x\.eu", "(?i)AB", "[ab]{2,4}", "a|b"];

fn condition() -> impl Strategy<Value = String> {
    let input = || proptest::sample::select(INPUTS.to_vec());
    let literal = || proptest::sample::select(LITERALS.to_vec());
    let operator = proptest::sample::select(vec!["eq", "sw", "ew", "co", "ne", "ge", "lt"]);
    let compare = (input(), operator, literal()).prop_map(|(input, operator, literal)| {
        let operator = match (input, operator) {
            ("provider.groups", "ne") => "excludes",
            ("provider.groups", "ge" | "lt") => "includes",
            (_, operator) => operator,
        };
        format!("{input} {operator} \"{literal}\"")
    });
    let pattern = (input(), proptest::sample::select(PATTERNS.to_vec()))
        .prop_map(|(input, pattern)| format!("{input} matches /{pattern}/"));
    let present = input().prop_map(|input| format!("{input} pr"));
    let active = Just("active eq true".to_owned());
    let element = literal().prop_map(|literal| format!("emails[type eq \"work\" and value ew \"{literal}\"]"));
    combined(prop_oneof![6 => compare, 3 => pattern, 1 => present, 1 => active, 1 => element].boxed())
}

/// Texts that a pattern matches, or nearly.
const SAMPLES: [(&str, &[&str]); 8] = [
    ("a.b", &["a.b", "axb", "a\nb", "ab"]),
    (r"a\.b", &["a.b", "axb"]),
    ("ab.*", &["ab", "abx", "ab\n"]),
    (".*@x.eu", &["@x.eu", "ada@xxeu", "\n@x.eu"]),
    (r".*@x\.eu", &["@x.eu", "ada@xxeu", "ada@x.eu"]),
    ("(?i)AB", &["ab", "Ab", "abx"]),
    ("[ab]{2,4}", &["ab", "abab", "a", "babab"]),
    ("a|b", &["a", "b", "ab"]),
];

/// The literals that conditions have.
fn literals_of(conditions: &[String]) -> Vec<&'static str> {
    let has = |text: &str| conditions.iter().any(|condition| condition.contains(text));
    let texts = LITERALS.into_iter().filter(|literal| has(&format!("\"{literal}\"")));
    let samples = SAMPLES.iter().filter(|(pattern, _)| has(&format!("/{pattern}/")));
    texts.chain(samples.flat_map(|(_, samples)| samples.iter().copied())).collect()
}

/// The index of rules gives all that hold for an example, and no others.
fn check_index(analysis: &Analysis<'_>) -> Result<(), TestCaseError> {
    let (set, model) = (RuleSet::OrganizationUsers, &analysis.model);
    for at in analysis.book.set(set).iter().flat_map(|rule| &rule.moments) {
        let mut hunt = Hunt::new(model, &analysis.book, set, at.moment, 0);
        hunt.require(at.holds);
        let (Taken::By(example), Some(takers)) = (hunt.run(), analysis.book.takers(set, at.moment)) else { continue };
        let holds = |rule: &usize| {
            let formula = takers.rules[*rule];
            model.formulas.holds(formula, &mut |atom| example.holds(&model.world, atom))
        };
        let all: Vec<usize> = (0..takers.rules.len()).filter(holds).collect();
        let found: Vec<usize> = takers.of(&model.world, &model.formulas, &example).collect();
        prop_assert_eq!(found, all);
    }
    Ok(())
}

/// How many rule sets are made, and how many people try each that has a rule which cannot act.
const CASES: u32 = 1000;
const PEOPLE: usize = 1000;

/// As many as are made, or as `VESTIBULE_CASES` says.
fn cases() -> u32 {
    std::env::var("VESTIBULE_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES)
}

/// Nobody of a crowd gets to the rules of which it is proved that nobody does.
fn check_crowd(
    engine: &Engine,
    analysis: &Analysis<'_>,
    proved: &[RuleId],
    crowd: impl Iterator<Item = Member>,
) -> Result<(), TestCaseError> {
    let set = analysis.book.set(RuleSet::OrganizationUsers);
    for (user, groups) in crowd {
        let somebody = Somebody { user, groups };
        for event in EVENTS {
            // Whoever does not satisfy the condition need not be asked further.
            let holds = |rule: &&RuleId| {
                let term = set.iter().find(|known| known.index == rule.index).map(|known| known.term);
                term.is_some_and(|term| {
                    somebody.with_person(|person| engine.verdict(term, person, event)) == Verdict::HOLDS
                })
            };
            for rule in proved.iter().filter(holds) {
                let decision = somebody.decide(engine, event);
                prop_assert!(
                    decider(&decision) != Some(&name(*rule)),
                    "{:?} reaches {rule:?} at {event}",
                    somebody.user
                );
            }
        }
    }
    Ok(())
}

#[test]
fn nobody_escapes_a_proof_and_every_example_shows_what_it_is_said_to() {
    let strategy = (proptest::collection::vec(condition(), 2..5), proptest::num::u64::ANY);
    let (unknown, asked, shown, tried) = (Cell::new(0), Cell::new(0), Cell::new(0), Cell::new(0));
    let checked = runner(cases()).run(&strategy, |(conditions, seed)| {
        let config = config(&conditions);
        let engine = Engine::compile(&config);
        let mut analysis = Analysis::new(&config);
        let rules: Vec<RuleId> = analysis.rules().collect();
        let reach: Vec<Reach> = rules.iter().map(|rule| analysis.reach(*rule)).collect();
        unknown.set(unknown.get() + reach.iter().filter(|reach| **reach == Reach::Unknown).count());
        asked.set(asked.get() + reach.len());
        check_index(&analysis)?;
        let is_proved = |reach: &Reach| matches!(reach, Reach::NeverHolds | Reach::Covered { .. });
        let proved: Vec<RuleId> =
            rules.iter().zip(&reach).filter(|(_, reach)| is_proved(reach)).map(|(rule, _)| *rule).collect();
        if !proved.is_empty() {
            tried.set(tried.get() + proved.len());
            check_crowd(&engine, &analysis, &proved, Crowd::new(&literals_of(&conditions), seed).take(PEOPLE))?;
        }
        for rule in &rules {
            if let Some(overlap) = analysis.overlap(*rule) {
                let Shown::User(witness) = &overlap.witness else { panic!("a user") };
                shown.set(shown.get() + 1);
                let decision = witness.with_person(&engine, |person| engine.evaluate(person, witness.event()));
                let decides = rules.iter().find(|rule| decider(&decision) == Some(&name(**rule)));
                prop_assert!(decides.is_some_and(|decides| decides.index <= overlap.first.index), "{overlap:?}");
            }
            if let Newcomers::Fall(fall) = analysis.newcomers(*rule) {
                let decide = |event| fall.witness.with_person(&engine, |person| engine.evaluate(person, event));
                let (created, logged_in) = (decide(Event::ScimCreate), decide(Event::Login));
                prop_assert_eq!(decider(&logged_in), Some(&*name(*rule)));
                prop_assert_ne!(created.organization.name, logged_in.organization.name);
            }
        }
        if let Some(witness) = analysis.somebody_unassigned() {
            let decision = witness.with_person(&engine, |person| engine.evaluate(person, witness.event()));
            prop_assert_eq!(decision.organization.by, Basis::None);
        }
        let without = analysis.redundant_rules(RuleSet::OrganizationUsers, |_| true, |_| false);
        prop_assert!(without.len() <= rules.len());
        Ok(())
    });
    checked.unwrap_or_else(|error| panic!("{error}"));
    let (unknown, asked) = (unknown.get(), asked.get());
    assert!(unknown * 50 < asked, "{unknown} of {asked} are not known");
    let (shown, tried) = (shown.get(), tried.get());
    println!("{asked} rules, {tried} of which cannot act, {unknown} unknown; {shown} overlaps");
    assert!(shown > 100, "few rules overlap");
    assert!(tried > 100, "few rules cannot act");
}
