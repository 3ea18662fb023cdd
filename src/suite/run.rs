//! Runs a test: what comes of each event, held against what is expected.

use super::check::Prepared;
use super::compare::{Actual, Aspect, Mismatch, compare, standing_of};
use super::coverage::Coverage;
use super::document::{Course, Step, Test};
use super::fixture::Fixture;
use super::subject::{claims, memberships};
use crate::engine::{self, Event, ExplainedRule, Explanation};
use crate::simulate::{Change, Login, Memberships, State};
use crate::source::Place;

/// What came of a test.
#[derive(Clone, Debug)]
pub struct Outcome<'t> {
    /// The test.
    pub test: &'t Test,
    /// The expectations that were not met, in the order of the events; none where the test was skipped.
    pub failures: Vec<Failure>,
}

impl Outcome<'_> {
    /// Whether the test ran and everything is as expected.
    pub fn passed(&self) -> bool {
        self.failures.is_empty() && self.test.skip.is_none()
    }

    /// Whether something is not as expected.
    pub fn failed(&self) -> bool {
        !self.failures.is_empty()
    }
}

/// An expectation that was not met.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What it is about.
    pub aspect: Aspect,
    /// The event.
    pub event: Event,
    /// The index of the event in a sequence.
    pub step: Option<usize>,
    /// What was expected.
    pub expected: String,
    /// What came of it.
    pub actual: String,
    /// What is the matter, in a few words.
    pub label: String,
    /// Where the expectation stands.
    pub place: Place,
    /// The rules that it comes from: why it came so.
    pub rules: Vec<ExplainedRule>,
}

impl Prepared<'_> {
    /// Runs the test. What it shows of the rules is added to the coverage.
    pub fn run(&self, fixture: &Fixture<'_>, coverage: &mut Coverage) -> Outcome<'_> {
        let failures = match &self.test.course {
            _ if self.test.skip.is_some() => Vec::new(),
            Course::Single(step) => self.run_single(step, fixture, coverage),
            Course::Sequence(steps) => self.run_sequence(steps, fixture, coverage),
        };
        Outcome { test: self.test, failures }
    }

    /// The rules decide about the person as described.
    fn run_single(&self, step: &Step, fixture: &Fixture<'_>, coverage: &mut Coverage) -> Vec<Failure> {
        let is_login = step.event == Event::Login;
        let claims = if is_login { self.subject.claims(&fixture.engine) } else { None };
        let explanation = fixture.engine.explain(&self.subject.person(claims.as_ref()), step.event);
        coverage.add(&explanation);
        let standing = standing_of(&explanation.decision);
        let actual = Actual { standing: &standing, not_run: &explanation.decision.not_run };
        failures(compare(&step.expect, &actual), step, None, &explanation)
    }

    /// Each event changes what Foundry holds, and what is expected is held against that.
    fn run_sequence(&self, steps: &[Step], fixture: &Fixture<'_>, coverage: &mut Coverage) -> Vec<Failure> {
        let Some(first) = steps.first() else { return Vec::new() };
        let mut way = Way {
            fixture,
            state: self.subject.before(first.event, &fixture.engine),
            groups: self.subject.groups().clone(),
            claimed: self.subject.login_groups().clone(),
        };
        let mut found = Vec::new();
        for (index, (step, user)) in steps.iter().zip(&self.users).enumerate() {
            if let Some(groups) = &step.groups {
                way.groups = memberships(groups, fixture);
                way.claimed = way.groups.clone();
            }
            let change = match step.event {
                Event::ScimCreate => Change::Created(user.clone()),
                Event::ScimUpdate => Change::Updated(user.clone()),
                Event::MembershipUpdate => Change::Membership(way.groups.clone()),
                Event::Login => Change::LoggedIn(way.login(step, self)),
            };
            let explanation = way.take(&change);
            coverage.add(&explanation);
            let actual = Actual { standing: &way.state.standing, not_run: &explanation.decision.not_run };
            found.extend(failures(compare(&step.expect, &actual), step, Some(index), &explanation));
        }
        found
    }
}

/// A sequence on its way.
struct Way<'w> {
    fixture: &'w Fixture<'w>,
    state: State,
    /// The groups that the identity provider has.
    groups: Memberships,
    /// Those that the claim of a login carries.
    claimed: Memberships,
}

impl Way<'_> {
    /// A login: its claims carry what the test states, and else what the mapping and the user tell.
    fn login(&mut self, step: &Step, prepared: &Prepared<'_>) -> Login {
        let engine = &self.fixture.engine;
        let stated = step.attributes.as_ref().map(|attributes| &attributes.values).or(prepared.subject.stated());
        let groups = Some(self.claimed.clone());
        let Some(stated) = stated else { return Login { groups, ..Login::default() } };
        let attributes = claims(engine, &self.state.person(), stated);
        // What no claim fills is there already: the answers of an intake form.
        let is_claimed = |name: &str| engine.claimed_attributes().any(|claimed| claimed == name);
        if let crate::scim::Fact::Known(held) = &mut self.state.attributes.held {
            let answers = stated.iter().filter(|(name, _)| !is_claimed(name));
            held.extend(answers.map(|(name, values)| (name.clone(), values.clone())));
        }
        Login { groups, attributes: Some(attributes), ..Login::default() }
    }

    /// Goes on by an event: why the rules decided as they did at it.
    fn take(&mut self, change: &Change) -> Explanation {
        let engine = &self.fixture.engine;
        let (next, _) = self.state.after(engine, change);
        let explanation = match change {
            Change::LoggedIn(login) => engine.explain(&self.state.person_at_login(engine, login), Event::Login),
            _ => engine.explain(&next.person(), change.event()),
        };
        self.state = next;
        explanation
    }
}

fn failures(mismatches: Vec<Mismatch>, step: &Step, index: Option<usize>, explanation: &Explanation) -> Vec<Failure> {
    let failure = |mismatch: Mismatch| {
        let rules = rules(&mismatch, explanation);
        let Mismatch { aspect, at, expected, actual, label, names: _ } = mismatch;
        Failure { aspect, event: step.event, step: index, expected, actual, label, place: at.value(), rules }
    };
    mismatches.into_iter().map(failure).collect()
}

/// The rules that an expectation comes from: those of its set, and of these only what has to do with the difference.
fn rules(mismatch: &Mismatch, explanation: &Explanation) -> Vec<ExplainedRule> {
    let is_named = |name: &String| mismatch.names.contains(name);
    let concerns = |rule: &ExplainedRule| match mismatch.aspect {
        Aspect::Intake | Aspect::Organization => true,
        Aspect::Groups => matches!(&rule.outcome, engine::Outcome::Groups(groups) if groups.iter().any(is_named)),
        Aspect::NotRun => is_named(&rule.rule),
    };
    let of_sets = mismatch.aspect.rule_sets().iter().flat_map(|set| explanation.rules_of(*set));
    of_sets.filter(|rule| concerns(rule)).cloned().collect()
}
