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

#[cfg(test)]
mod tests {
    use super::super::{Loaded, load, prepare};
    use super::*;
    use crate::project::{Memory, Overrides, Project};
    use crate::source::Sources;

    const RULES: &str = r#"
version: 1
provider:
  name: p
  attribute-mapping:
    groups: { claim: groups }
    attributes: { team: { claim: team, scim: title }, badge: { claim: badge } }
organizations: [{ name: Group }, { name: Team }, { name: Badge }, { name: Inner }, { name: Guests }]
groups: { internal: [Admins], rule-based: [Everyone, External, Purpose] }
organization-assignment:
  users:
    - { rule: inner, when: internal.groups includes "Admins", organization: Inner }
    - { rule: by-group, when: provider.groups includes "A", organization: Group }
    - { rule: by-team, when: attributes.team eq "x", organization: Team }
    - { rule: by-badge, when: attributes.badge pr, organization: Badge }
  fallback: Guests
user-intake:
  rules: [{ rule: out, when: active eq false, decision: refuse }]
  form: { attributes: [purpose] }
group-assignment:
  - { rule: everyone, when: true, groups: [Everyone] }
  - { rule: external, when: provider.groups.externalId includes "id-b", groups: [External] }
  - { rule: purpose, when: attributes.purpose pr, groups: [Purpose] }
snapshot: { users: users.json, groups: groups.json }
"#;
    const USERS: &str = r#"[{ "id": "1", "userName": "Ada", "externalId": "x-1", "active": true, "title": "x" },
        { "id": "2", "userName": "bo", "active": true }, { "id": "3", "userName": "BO", "active": true }]"#;
    const GROUPS: &str = r#"[{ "id": "a", "displayName": "A", "members": [{ "value": "1" }] },
        { "id": "b", "displayName": "B", "externalId": "id-b", "members": [] }]"#;

    /// What went wrong in a test, one line each: problems, else failures.
    fn run(test: &str) -> Vec<String> {
        let text = format!("version: 1\ntests: [{{ name: t, {test} }}]\n");
        let files = [("vestibule.yaml", RULES), ("users.json", USERS), ("groups.json", GROUPS), ("t.test.yaml", &text)];
        let files = Memory::from(files);
        let mut sources = Sources::default();
        let project = Project::load(&files, "vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
        let Loaded { tests, mut problems, .. } = load(&files, &["t.test.yaml".into()], &mut sources);
        let config = project.config.as_ref().expect("sound rules");
        let fixture = Fixture::new(&project, config);
        let (prepared, more) = prepare(&tests, &fixture);
        problems.extend(more);
        if !problems.is_empty() {
            return problems.into_iter().map(|problem| problem.message).collect();
        }
        let mut coverage = Coverage::new(config);
        let outcomes = prepared.iter().flat_map(|test| test.run(&fixture, &mut coverage).failures);
        let said = |failure: Failure| format!("{}: {} / {}", failure.aspect.as_str(), failure.expected, failure.actual);
        outcomes.map(said).collect()
    }

    #[track_caller]
    fn check(test: &str, expected: &[&str]) {
        assert_eq!(run(test), expected, "{test}");
    }

    #[test]
    fn of_a_person_who_is_written_nothing_is_open() {
        let ada = "user: { userName: ada, active: true }";
        check(&format!("{ada}, event: scim-update, expect: {{ organization: Guests, groups: [Everyone] }}"), &[]);
        check(&format!("{ada}, groups: [A], expect: {{ organization: {{ name: Group, rule: by-group }} }}"), &[]);
        let own = "user: { userName: ada, active: true, groups: [{ value: x, display: A }] }";
        check(&format!("{own}, event: scim-update, expect: {{ organization: Group }}"), &[]);
        check(&format!("{own}, groups: [], event: scim-update, expect: {{ organization: Guests }}"), &[]);
        check(&format!("{ada}, internal-groups: [Admins], expect: {{ organization: Inner }}"), &[]);
        check(&format!("{ada}, attributes: {{ purpose: audit }}, expect: {{ groups: [Purpose, Everyone] }}"), &[]);
    }

    #[test]
    fn a_difference_says_what_was_expected_and_what_is() {
        let ada = "user: { userName: ada, active: true }, event: scim-update";
        let is = |expected: &str, actual: &str| vec![format!("{expected} / {actual}")];
        for (expect, told) in [
            ("organization: Group", is("organization: Group", "Guests, by the fallback")),
            ("organization: null", is("organization: none", "Guests, by the fallback")),
            ("organization: { rule: by-group }", is("organization: by rule by-group", "Guests, by the fallback")),
            (
                "organization: { name: Guests, by: rule }",
                is("organization: Guests, by a rule", "Guests, by the fallback"),
            ),
            (
                "organization: { by: none }",
                is("organization: as no rule takes the user and there is no fallback", "Guests, by the fallback"),
            ),
            ("intake: refuse", is("intake: refuse", "admit, by the default")),
            ("intake: { rule: out }", is("intake: by rule out", "admit, by the default")),
            ("groups: []", is("groups: none", "Everyone")),
            ("groups: [External]", is("groups: External", "Everyone")),
            ("not-run: [by-team]", is("not-run: by-team", "none")),
        ] {
            assert_eq!(run(&format!("{ada}, expect: {{ {expect} }}")), told, "{expect}");
        }
    }

    #[test]
    fn a_claim_carries_what_the_test_states_and_else_what_the_mapping_tells() {
        let ada = "user: { userName: ada, active: true, title: x }";
        check(&format!("{ada}, expect: {{ organization: Team }}"), &[]);
        check(&format!("{ada}, attributes: {{ team: y }}, expect: {{ organization: Guests }}"), &[]);
        check(&format!("{ada}, attributes: {{ team: null, badge: '7' }}, expect: {{ organization: Badge }}"), &[]);
        let plain = "user: { userName: ada, active: true }";
        let open = "organization: Guests / undetermined: Badge or Guests";
        check(&format!("{plain}, expect: {{ organization: Guests }}"), &[open]);
        check(
            &format!("{plain}, expect: {{ organization: null }}"),
            &["organization: none / undetermined: Badge or Guests"],
        );
        check(&format!("{plain}, expect: {{ organization: {{ by: undetermined }} }}"), &[]);
    }

    #[test]
    fn a_group_has_the_external_id_of_the_snapshot_or_of_the_test() {
        let ada = "user: { userName: ada, active: true }, event: scim-update";
        check(&format!("{ada}, groups: [b], expect: {{ groups: [Everyone, External] }}"), &[]);
        let given = "groups: [{ displayName: C, externalId: id-b }]";
        check(&format!("{ada}, {given}, expect: {{ groups: [Everyone, External] }}"), &[]);
        let open = "groups: Everyone / Everyone, perhaps External";
        check(&format!("{ada}, groups: [C], expect: {{ groups: [Everyone] }}"), &[open]);
    }

    #[test]
    fn a_person_of_the_snapshot_is_found_by_any_name_and_changed() {
        for name in ["'1'", "ada", "x-1"] {
            let test = format!("user: {{ from: {name} }}, internal-groups: [], expect: {{ organization: Group }}");
            check(&test, &[]);
        }
        let other = "groups: [], internal-groups: []";
        check(&format!("user: {{ from: ada }}, {other}, expect: {{ organization: Team }}"), &[]);
        let with = "user: { from: ada, with: { active: false } }";
        check(&format!("{with}, expect: {{ intake: {{ decision: refuse, rule: out }}, organization: null }}"), &[]);
        check("user: { from: bo }, expect: { groups: [] }", &["several users of the snapshot are named `bo`"]);
        check("user: { from: Adda }, expect: { groups: [] }", &["there is no user `Adda` in the snapshot"]);
        let nameless = "user: { from: ada, with: { userName: null } }, expect: { groups: [] }";
        check(nameless, &["the user has no `userName`"]);
    }

    #[test]
    fn what_the_files_do_not_say_of_a_person_stays_open() {
        let inner = "organization: Group / undetermined: Inner or Group";
        check("user: { from: ada }, event: scim-update, expect: { organization: Group }", &[inner]);
        let stated = "user: { from: ada }, groups: [], internal-groups: [], attributes: { team: y }";
        let badge = "organization: Guests / undetermined: Badge or Guests";
        check(&format!("{stated}, event: scim-update, expect: {{ organization: Guests }}"), &[badge]);
    }

    #[test]
    fn a_sequence_compares_what_stands_and_not_what_the_event_decides() {
        let ada = "user: { userName: ada, active: true }, groups: [A], attributes: {}";
        let created = "{ event: scim-create, expect: { organization: Guests, not-run: [by-group, by-team, by-badge, external, purpose] } }";
        let joined = "{ event: membership-update, expect: { organization: Guests, groups: [Everyone], not-run: [] } }";
        let updated = "{ event: scim-update, with: { displayName: A }, expect: { organization: Group } }";
        let left = "{ event: membership-update, groups: [], expect: { organization: Group } }";
        let login = "{ event: login, expect: { organization: { name: Guests, by: fallback } } }";
        check(&format!("{ada}, events: [{created}, {joined}, {updated}, {left}, {login}]"), &[]);
        let wrong = "{ event: membership-update, expect: { organization: Group } }";
        check(&format!("{ada}, events: [{created}, {wrong}]"), &["organization: Group / Guests, by the fallback"]);
    }

    #[test]
    fn a_login_brings_the_groups_of_the_identity_provider_and_claims_stay() {
        let ada = "user: { userName: ada, active: true }, groups: [A]";
        let created = "{ event: scim-create }";
        check(&format!("{ada}, events: [{created}, {{ event: login, expect: {{ organization: Group }} }}]"), &[]);
        let login = "{ event: login, groups: [], attributes: { team: x }, expect: { organization: Team } }";
        let updated = "{ event: scim-update, expect: { organization: Team, intake: admit } }";
        check(&format!("{ada}, events: [{created}, {login}, {updated}]"), &[]);
    }

    #[test]
    fn a_refusal_keeps_the_organization() {
        let ada = "user: { userName: ada, active: true }";
        let created = "{ event: scim-create, expect: { intake: { decision: admit, by: default } } }";
        let left = "{ event: scim-update, with: { active: false }, expect: { intake: refuse, organization: Guests } }";
        check(&format!("{ada}, events: [{created}, {left}]"), &[]);
    }

    #[test]
    fn a_test_that_is_skipped_is_looked_up_and_not_run() {
        check("skip: later, user: { userName: ada }, expect: { organization: Group }", &[]);
        let misspelt = "skip: later, user: { userName: ada }, expect: { organization: Groop }";
        check(misspelt, &["there is no organization `Groop`"]);
    }
}
