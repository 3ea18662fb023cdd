//! Looks up what tests name: people, organizations, groups and rules.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{Course, Expectation, Step, Test};
use super::fixture::Fixture;
use super::subject::{Subject, changed};
use crate::condition::{RuleSet, is_reserved_attribute};
use crate::config::problems::Problems;
use crate::config::{Config, Sited};
use crate::foundry::Attributes;
use crate::scim::User;
use crate::source::{At, Problem, quoted, shorten};

/// A test that can run.
#[derive(Debug)]
pub struct Prepared<'t> {
    /// The test.
    pub test: &'t Test,
    pub(super) subject: Subject,
    /// The user of each step: as the test describes it, with what the steps so far have changed.
    pub(super) users: Vec<User>,
}

/// Looks up everything that tests name. A test with a mistake is reported and left out: a name that is misspelt in an
/// expectation would otherwise look like a rule that does not do what is expected.
pub fn prepare<'t>(tests: &'t [Test], fixture: &Fixture<'_>) -> (Vec<Prepared<'t>>, Vec<Problem>) {
    let names = Names::new(fixture.config);
    let mut problems = Problems::default();
    let prepared = tests.iter().filter_map(|test| {
        names.check(test, &mut problems);
        let subject = Subject::new(&test.person, fixture, &mut problems)?;
        let users = users(&subject, &test.course, &mut problems)?;
        Some(Prepared { test, subject, users })
    });
    let prepared = prepared.collect();
    (prepared, problems.into_vec())
}

/// What `with` makes of the user, event by event.
fn users(subject: &Subject, course: &Course, problems: &mut Problems) -> Option<Vec<User>> {
    let mut users: Vec<User> = Vec::new();
    for step in course.steps() {
        let before = users.last().unwrap_or(&subject.user);
        let user = match &step.with {
            Some(with) => changed(before, with, problems)?,
            None => before.clone(),
        };
        users.push(user);
    }
    Some(users)
}

/// The names that tests may use.
struct Names<'c> {
    organizations: BTreeSet<&'c str>,
    rule_based: BTreeSet<&'c str>,
    internal: BTreeSet<&'c str>,
    /// Foundry attributes; empty where the configuration has neither a mapping nor an intake form.
    attributes: BTreeSet<&'c str>,
    /// The rules over users, and whether each is enabled.
    rules: BTreeMap<RuleSet, BTreeMap<&'c str, bool>>,
}

impl<'c> Names<'c> {
    fn new(config: &'c Config) -> Self {
        let mut rules: BTreeMap<RuleSet, BTreeMap<&str, bool>> = BTreeMap::new();
        for rule in config.rules().filter(|rule| rule.set != RuleSet::OrganizationGroups) {
            rules.entry(rule.set).or_default().insert(rule.name, rule.enabled);
        }
        let form = config.user_intake.as_ref().and_then(|intake| intake.form.as_ref());
        let form = form.iter().flat_map(|form| &form.attributes).map(|name| name.as_str());
        let mapped = config.provider.attribute_mapping.attributes.keys().map(String::as_str);
        let listed = |names: &'c [Sited<String>]| names.iter().map(|name| name.as_str()).collect();
        Names {
            organizations: config.organizations.iter().map(|organization| organization.name.as_str()).collect(),
            rule_based: listed(&config.groups.rule_based),
            internal: listed(&config.groups.internal),
            attributes: mapped.chain(form).collect(),
            rules,
        }
    }

    fn check(&self, test: &Test, problems: &mut Problems) {
        // Where none is listed, conditions may name any.
        for name in test.person.internal_groups.iter().flatten().filter(|_| !self.internal.is_empty()) {
            if !self.internal.contains(name.as_str()) {
                let message = format!("there is no internal group {}", quoted(name));
                problems.unknown_name("unknown-group", name, message, "groups.internal", &self.internal);
            }
        }
        if let Some(attributes) = &test.person.attributes {
            self.check_attributes(&attributes.values, &attributes.at, problems);
        }
        for step in test.course.steps() {
            self.check_step(step, problems);
        }
    }

    fn check_step(&self, step: &Step, problems: &mut Problems) {
        if let Some(attributes) = &step.attributes {
            self.check_attributes(&attributes.values, &attributes.at, problems);
        }
        self.check_expectation(&step.expect, problems);
    }

    fn check_attributes(&self, attributes: &Attributes, at: &At, problems: &mut Problems) {
        // Without a mapping, any attribute may be meant.
        let may_be_meant = |name: &str| self.attributes.is_empty() || self.attributes.contains(name);
        for name in attributes.keys().filter(|name| is_reserved_attribute(name) || !may_be_meant(name)) {
            let help = match problems.closest(name, self.attributes.iter().copied()) {
                _ if is_reserved_attribute(name) => {
                    "state `emails` or `name` of the user, which Foundry makes it of".to_owned()
                }
                Some(known) => format!("did you mean `{}`?", shorten(known)),
                None => "map it under `provider.attribute-mapping.attributes`, or name one that is mapped".to_owned(),
            };
            let message = format!("no claim and no intake form fills the attribute {}", quoted(name));
            let place = at.key(name).name();
            problems.push(Problem::error("unknown-attribute", place, message).label("unknown attribute").help(help));
        }
    }

    fn check_expectation(&self, expect: &Expectation, problems: &mut Problems) {
        let intake = expect.intake.as_ref().and_then(|intake| intake.rule.as_ref());
        let organization = expect.organization.as_ref();
        if let Some(rule) = intake {
            self.check_rule(rule, &[RuleSet::UserIntake], problems);
        }
        if let Some(rule) = organization.and_then(|organization| organization.rule.as_ref()) {
            self.check_rule(rule, &[RuleSet::OrganizationUsers], problems);
        }
        if let Some(name) = organization.and_then(|organization| organization.name.as_ref()?.as_ref())
            && !self.organizations.contains(name.as_str())
        {
            let message = format!("there is no organization {}", quoted(name));
            problems.unknown_name("unknown-organization", name, message, "organizations", &self.organizations);
        }
        for name in expect.groups.iter().flat_map(|groups| &groups.value) {
            if !self.rule_based.contains(name.as_str()) {
                let message = format!("there is no rule-based group {}", quoted(name));
                problems.unknown_name("unknown-group", name, message, "groups.rule-based", &self.rule_based);
            }
        }
        for rule in expect.not_run.iter().flat_map(|rules| &rules.value) {
            self.check_rule(rule, &RuleSet::OF_USERS, problems);
        }
    }

    fn check_rule(&self, rule: &Sited<String>, sets: &[RuleSet], problems: &mut Problems) {
        let named = || sets.iter().filter_map(|set| self.rules.get(set));
        let found = named().filter_map(|rules| rules.get(rule.as_str())).copied().collect::<Vec<_>>();
        if found.contains(&true) {
            return;
        }
        let shown = quoted(rule);
        let problem = match found.is_empty() {
            false => Problem::error("unknown-rule", rule.at.value(), format!("the rule {shown} is disabled"))
                .label("never runs")
                .help("enable the rule, or remove it from what is expected"),
            true => {
                let candidates = named().flat_map(|rules| rules.keys().copied());
                let closest = problems.closest(rule, candidates);
                let place = match sets {
                    [set] => format!("in `{}`", set.as_str()),
                    _ => "that decides about users".to_owned(),
                };
                let help = match closest {
                    Some(known) => format!("did you mean `{}`?", shorten(known)),
                    None => "name a rule of the configuration".to_owned(),
                };
                let message = format!("there is no rule {shown} {place}");
                Problem::error("unknown-rule", rule.at.value(), message).label("unknown rule").help(help)
            }
        };
        problems.push(problem);
    }
}
