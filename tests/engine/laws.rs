//! What always holds.
//!
//! Each law is tried on some hundred generated configurations, each with several rules and events. `VESTIBULE_CASES` sets
//! another number.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config as Settings, RngAlgorithm};
use serde_json::{Value, json};
use vestibule::condition::RuleSet;
use vestibule::engine::{Basis, Cause, Decision, Engine, Event, Intake, Person};
use vestibule::scim::{Fact, GroupRef, User};

use crate::generate::{self, Rule, Rules};
use crate::naive::{Described, Outcome, Truth};

pub(crate) fn settings(cases: u32) -> Settings {
    let cases = std::env::var("VESTIBULE_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(cases);
    // Failures are pinned as cases in `tests/data/engine`, not in files of seeds.
    Settings { cases, failure_persistence: None, rng_algorithm: RngAlgorithm::XorShift, ..Settings::default() }
}

/// Everything that is true of somebody.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    user: Value,
    groups: Vec<(&'static str, &'static str)>,
    pub(crate) internal: Vec<&'static str>,
    pub(crate) foundry: BTreeMap<String, Vec<String>>,
}

pub(crate) fn life() -> impl Strategy<Value = Life> {
    let values = prop::collection::vec(generate::text(), 0..3);
    let names = ["department", "clear ance", "tags", "role"].map(str::to_owned);
    let foundry = prop::collection::btree_map(prop::sample::select(names.to_vec()), values, 0..4);
    (generate::user(), generate::provider_groups(), generate::internal_groups(), foundry)
        .prop_map(|(user, groups, internal, foundry)| Life { user, groups, internal, foundry })
}

impl Life {
    pub(crate) fn user(&self) -> User {
        User::from_json(&self.user.to_string()).expect("a user")
    }

    pub(crate) fn groups(&self) -> Vec<GroupRef<'static>> {
        self.groups.iter().map(|(name, id)| GroupRef::new(name, id)).collect()
    }

    fn decide(&self, engine: &Engine, event: Event) -> Decision {
        let user = self.user();
        let person = Person::new(&user)
            .in_provider_groups(self.groups())
            .internal_groups(Fact::Known(self.internal.clone()))
            .foundry_attributes(Fact::Known(&self.foundry));
        engine.evaluate(&person, event)
    }
}

/// The decision in the words of the naive evaluator.
fn outcome(decision: &Decision) -> Outcome {
    let number = |name: &str| name[1..].parse().expect("a number");
    let admits = (decision.intake.decision == Intake::Admit, decision.intake.rule.clone());
    let organization = (decision.organization.by != Basis::NotRun)
        .then(|| (decision.organization.name.as_deref().map(number), decision.organization.rule.clone()));
    let groups = decision.groups.iter().map(|grant| (number(&grant.name), grant.rules.clone())).collect();
    Outcome { admits, organization, groups }
}

proptest! {
    #![proptest_config(settings(160))]

    /// Some eight rules and eight people a case, so some ten thousand conditions.
    #[test]
    fn at_a_login_the_engine_agrees_with_the_description(
        rules in generate::rules(),
        lives in prop::array::uniform8(life()),
    ) {
        let (engine, described) = (Engine::compile(&rules.config()), Described::new(&rules));
        for life in &lives {
            let truth = Truth { user: &life.user, groups: &life.groups, internal: &life.internal };
            if !truth.has_one_email() {
                continue;
            }
            let decision = life.decide(&engine, Event::Login);
            prop_assert_eq!(&decision.not_run, &[]);
            prop_assert_eq!(outcome(&decision), described.outcome(&truth));
        }
    }
}

/// What the files at hand do not say of a life.
#[derive(Clone, Debug)]
pub(crate) struct Hidden {
    active: bool,
    /// Attributes whose value has another type than the schema says.
    unreadable: Vec<&'static str>,
    groups: bool,
    /// Groups whose name, or external id, is not said.
    group_names: [bool; 5],
    group_ids: [bool; 5],
    internal: bool,
    foundry: bool,
    /// Mapped attributes that do not say where their value is from.
    paths: [bool; 4],
}

pub(crate) fn hidden() -> impl Strategy<Value = Hidden> {
    let sometimes = || prop::bool::weighted(0.25);
    let five = || prop::array::uniform5(prop::bool::weighted(0.15));
    let unreadable = prop::sample::subsequence(vec!["displayName", "title", "emails", "externalId", "roles"], 0..3);
    let paths = prop::array::uniform4(prop::bool::weighted(0.2));
    (sometimes(), unreadable, sometimes(), five(), five(), sometimes(), sometimes(), paths).prop_map(
        |(active, unreadable, groups, group_names, group_ids, internal, foundry, paths)| Hidden {
            active,
            unreadable,
            groups,
            group_names,
            group_ids,
            internal,
            foundry,
            paths,
        },
    )
}

impl Hidden {
    /// The configuration without the paths that are hidden.
    pub(crate) fn engine(&self, rules: &Rules) -> Engine {
        Engine::compile(&Rules { paths: self.paths.map(|hidden| !hidden), ..rules.clone() }.config())
    }

    /// What is decided for a life of which this is hidden, at the events that run rules.
    fn decide(&self, engine: &Engine, life: &Life) -> [Decision; 3] {
        self.with_person(life, |person| RUNNING.map(|event| engine.evaluate(person, event)))
    }

    /// Does something with the person of whom this is hidden.
    pub(crate) fn with_person<T>(&self, life: &Life, with: impl FnOnce(&Person<'_>) -> T) -> T {
        let mut json = life.user.clone();
        let object = json.as_object_mut().expect("an object");
        for name in &self.unreadable {
            object.retain(|known, _| !known.eq_ignore_ascii_case(name));
            object.insert((*name).to_owned(), json!(5));
        }
        object.retain(|name, _| !(self.active && name.eq_ignore_ascii_case("active")));
        let user = User::from_json(&json.to_string()).expect("a user");
        let group = |(index, mut group): (usize, GroupRef<'static>)| {
            if self.group_names[index] {
                group.display_name = Fact::Undetermined;
            }
            if self.group_ids[index] {
                group.external_id = Fact::Undetermined;
            }
            group
        };
        let groups = life.groups().into_iter().enumerate().map(group).collect();
        let or_hidden = |hidden: bool| if hidden { Fact::Undetermined } else { Fact::Known(()) };
        let person = Person::new(&user)
            .provider_groups(or_hidden(self.groups).map(|()| groups))
            .internal_groups(or_hidden(self.internal).map(|()| life.internal.clone()))
            .foundry_attributes(or_hidden(self.foundry).map(|()| &life.foundry));
        with(&person)
    }
}

/// Whether a decision on what is known leaves room for one on more of what is true.
fn check_refines(known: &Decision, more: &Decision) -> Result<(), TestCaseError> {
    let of_intake = |decision: &Decision| match decision.intake.decision {
        Intake::Undetermined => decision.intake.candidates.clone(),
        certain => vec![certain],
    };
    let of_organization = |decision: &Decision| match decision.organization.by {
        Basis::Undetermined => decision.organization.candidates.clone(),
        _ => vec![decision.organization.name.clone()],
    };
    if known.intake.decision == Intake::Undetermined {
        prop_assert!(of_intake(more).iter().all(|outcome| of_intake(known).contains(outcome)), "intake");
    } else {
        prop_assert_eq!(&known.intake, &more.intake);
    }
    if known.organization.by == Basis::Undetermined {
        prop_assert!(of_organization(more).iter().all(|name| of_organization(known).contains(name)), "organization");
    } else {
        prop_assert_eq!(&known.organization, &more.organization);
    }
    for grant in &known.groups {
        let certain = more.groups.iter().find(|other| other.name == grant.name);
        let rules = certain.map(|grant| grant.rules.as_slice()).unwrap_or_default();
        prop_assert!(grant.rules.iter().all(|rule| rules.contains(rule)), "{:?}", grant);
    }
    for name in more.groups.iter().map(|grant| &grant.name).chain(&more.undetermined_groups) {
        let is_certain = known.groups.iter().any(|grant| grant.name == *name);
        prop_assert!(is_certain != known.undetermined_groups.contains(name), "{}", name);
    }
    for withheld in known.not_run.iter().filter(|rule| rule.cause == Cause::Withheld) {
        let grants = more.groups.iter().any(|grant| grant.rules.contains(&withheld.rule));
        prop_assert!(!grants || withheld.set != RuleSet::GroupAssignment, "{:?}", withheld);
    }
    Ok(())
}

/// A user with the synced attributes of one and all others of another.
fn with_synced(one: &Value, other: &Value) -> Value {
    let is_synced = |name: &str| {
        let synced = ["id", "userName", "externalId", "active", "displayName", "emails"];
        synced.iter().any(|known| known.eq_ignore_ascii_case(name))
    };
    let members = |user: &Value| user.as_object().expect("an object").clone();
    let name_of = |user: &Value| {
        let name = members(user).into_iter().find(|(name, _)| name.eq_ignore_ascii_case("name"));
        name.and_then(|(_, name)| name.as_object().cloned()).unwrap_or_default()
    };
    let mut name = name_of(one);
    name.remove("formatted");
    name.extend(name_of(other).remove_entry("formatted"));
    let synced = members(one).into_iter().filter(|(name, _)| is_synced(name));
    let others = members(other).into_iter().filter(|(name, _)| !is_synced(name) && !name.eq_ignore_ascii_case("name"));
    Value::Object(synced.chain(others).chain([("name".to_owned(), Value::Object(name))]).collect())
}

/// Rules with names that no other generated rule has.
fn renamed<O: Clone>(rules: &[Rule<O>]) -> impl Iterator<Item = Rule<O>> {
    rules.iter().map(|rule| Rule { name: format!("more-{}", rule.name), ..rule.clone() })
}

const RUNNING: [Event; 3] = [Event::ScimCreate, Event::ScimUpdate, Event::Login];

proptest! {
    #![proptest_config(settings(120))]

    #[test]
    fn what_is_certain_stays_when_more_is_known(rules in generate::rules(), life in life(), hidden in hidden()) {
        let truth = Truth { user: &life.user, groups: &life.groups, internal: &life.internal };
        prop_assume!(truth.has_one_email());
        let engine = Engine::compile(&rules.config());
        for (known, event) in hidden.decide(&hidden.engine(&rules), &life).iter().zip(RUNNING) {
            let more = life.decide(&engine, event);
            check_refines(known, &more)
                .map_err(|error| TestCaseError::fail(format!("{error}\nknown {known:#?}\nmore {more:#?}")))?;
        }
    }

    #[test]
    fn a_creation_depends_on_what_syncs_alone(rules in generate::rules(), one in life(), two in life()) {
        let two = Life { user: with_synced(&one.user, &two.user), ..two };
        let engine = Engine::compile(&rules.config());
        prop_assert_eq!(one.decide(&engine, Event::ScimCreate), two.decide(&engine, Event::ScimCreate));
    }

    #[test]
    fn causes_belong_to_events(rules in generate::rules(), life in life(), hidden in hidden()) {
        let [created, updated, logged_in] = hidden.decide(&hidden.engine(&rules), &life);
        for rule in updated.not_run.iter().chain(&logged_in.not_run) {
            prop_assert_eq!((rule.cause, rule.other_reading), (Cause::Undetermined, None));
            prop_assert!(!rule.missing.is_empty());
        }
        for rule in &created.not_run {
            let is_of_groups = |name: &String| name.to_ascii_lowercase().starts_with("provider.groups");
            prop_assert!(!rule.missing.is_empty());
            prop_assert!(rule.cause == Cause::Withheld || !rule.missing.iter().any(is_of_groups), "{:?}", rule);
        }
    }

    #[test]
    fn a_membership_update_runs_nothing(rules in generate::rules(), life in life()) {
        let decision = life.decide(&Engine::compile(&rules.config()), Event::MembershipUpdate);
        prop_assert_eq!((decision.intake.decision, decision.organization.by), (Intake::NotRun, Basis::NotRun));
        prop_assert!(decision.groups.is_empty() && decision.undetermined_groups.is_empty());
        prop_assert!(decision.not_run.is_empty());
    }

    #[test]
    fn the_same_comes_to_the_same(rules in generate::rules(), life in life(), hidden in hidden()) {
        let engine = hidden.engine(&rules);
        let decisions = hidden.decide(&engine, &life);
        prop_assert_eq!(&decisions, &hidden.decide(&engine, &life));
        prop_assert_eq!(&decisions, &hidden.decide(&hidden.engine(&rules), &life));
    }

    #[test]
    fn disabled_rules_change_nothing(rules in generate::rules(), life in life(), hidden in hidden()) {
        let mut without = rules.clone();
        without.intake.retain(|rule| rule.enabled);
        without.organizations.retain(|rule| rule.enabled);
        without.groups.retain(|rule| rule.enabled);
        let decisions = hidden.decide(&hidden.engine(&rules), &life);
        prop_assert_eq!(decisions, hidden.decide(&hidden.engine(&without), &life));
    }

    #[test]
    fn rules_after_the_decider_change_nothing(
        rules in generate::rules(),
        more in generate::rules(),
        life in life(),
        hidden in hidden(),
    ) {
        let decisions = hidden.decide(&hidden.engine(&rules), &life);
        let mut longer = rules.clone();
        longer.intake.extend(renamed(&more.intake));
        longer.organizations.extend(renamed(&more.organizations));
        for (short, long) in decisions.iter().zip(hidden.decide(&hidden.engine(&longer), &life)) {
            if short.intake.by == Basis::Rule {
                prop_assert_eq!(&short.intake, &long.intake);
                if short.organization.by == Basis::Rule || short.intake.decision == Intake::Refuse {
                    prop_assert_eq!(short, &long);
                }
            }
        }
    }
}
