//! Evaluates the rules of a configuration for one person at one event.
//!
//! [`Engine::compile`] once, [`Engine::evaluate`] many times, from any thread.

pub(crate) mod availability;
mod batch;
#[cfg(test)]
mod committed;
mod compile;
mod cost;
mod decision;
mod distinct;
mod evaluate;
mod evaluator;
mod event;
mod explain;
mod index;
mod inputs;
mod known;
mod origins;
mod outcomes;
mod person;
mod plain;
mod program;
mod reads;
mod ruling;
pub(crate) mod schema;
mod scratch;
mod table;
mod trace;
mod verdict;

pub use batch::Batch;
#[cfg(test)]
pub(crate) use committed::check_committed;
pub use cost::RuleCost;
pub use decision::{
    Basis, Cause, Decision, GroupDecision, GroupGrant, Intake, IntakeDecision, NotRun, OrganizationDecision,
    OtherReading,
};
pub use evaluator::Evaluator;
pub use event::{Event, UnknownEvent};
pub use explain::{
    Change, Clause, ClauseKind, ExplainedRule, Explanation, Flip, Knowledge, Observed, ObservedValue, Outcome, Reason,
    RuleVerdict,
};
pub use person::Person;
pub use ruling::Ruling;
pub use schema::{decision_schema, decisions_schema, explanation_schema, group_decision_schema};
pub use verdict::Verdict;

use compile::Rules;
use origins::Origins;
use program::Program;

use std::collections::BTreeSet;

use crate::condition::{RuleSet, Term};
use crate::config::Config;
use crate::foundry::Attributes;
use crate::scim::Group;

/// The rules of a configuration, ready to be evaluated.
///
/// ```
/// use vestibule::{Config, Engine, Event, Person};
/// use vestibule::scim::{GroupRef, User};
///
/// let config = Config::parse("vestibule.yaml", r#"
/// version: 1
/// provider: { name: contoso-entra }
/// organizations: [{ name: Contoso EU }, { name: Contoso Guests }]
/// organization-assignment:
///   users:
///     - { rule: finance, when: provider.groups includes "EU-Finance", organization: Contoso EU }
///   fallback: Contoso Guests
/// "#)?;
/// let engine = Engine::compile(&config);
/// let ada = User::from_json(r#"{ "id": "1", "userName": "ada@contoso.com", "active": true }"#)?;
/// let ada = Person::new(&ada).in_provider_groups([GroupRef::named("EU-Finance")]);
///
/// let created = engine.evaluate(&ada, Event::ScimCreate);
/// assert_eq!(created.organization.name.as_deref(), Some("Contoso Guests"));
/// assert_eq!(created.not_run[0].missing, ["provider.groups"]);
/// let logged_in = engine.evaluate(&ada, Event::Login);
/// assert_eq!(logged_in.organization.name.as_deref(), Some("Contoso EU"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Engine {
    rules: Rules,
    origins: Origins,
    /// The rules over users.
    program: Program,
    /// The rules over groups.
    group_program: Program,
}

/// One engine serves any number of threads, and errors go wherever `Box<dyn Error + Send + Sync>` does.
const _: () = {
    const fn is_shared<T: Send + Sync>() {}
    is_shared::<Engine>();
    is_shared::<Person<'_>>();
    is_shared::<Decision>();
    is_shared::<crate::config::ConfigError>();
    is_shared::<crate::scim::Unusable>();
};

impl Engine {
    /// Compiles the enabled rules of a configuration. A configuration that parsed always compiles.
    pub fn compile(config: &Config) -> Engine {
        let rules = Rules::new(config);
        let (program, group_program) = (rules.program(), rules.group_program());
        Engine { rules, origins: Origins::new(config), program, group_program }
    }

    /// What the rules decide for a person at an event. Never fails: what is not known is said in the decision.
    pub fn evaluate(&self, person: &Person<'_>, event: Event) -> Decision {
        self.evaluator().evaluate(person, event).decision()
    }

    /// What [`Engine::evaluate`] decides, by trying one rule after the other: for tests, and to measure against.
    #[doc(hidden)]
    pub fn evaluate_plainly(&self, person: &Person<'_>, event: Event) -> Decision {
        let moment = self.moment(person, event);
        let inputs = plain::Inputs::Person(moment);
        let mut outcomes = outcomes::Outcomes::default();
        if event.runs_rules() {
            outcomes.find(&self.rules, &mut outcomes::InOrder { rules: &self.rules, inputs });
        }
        evaluate::decision(self, moment, &outcomes)
    }

    /// What a condition comes to for a person at an event, whatever comes before it.
    pub(crate) fn verdict(&self, term: &Term, person: &Person<'_>, event: Event) -> Verdict {
        evaluate::verdict(&self.origins, term, person, event)
    }

    /// What a condition over groups comes to for a group.
    pub(crate) fn group_verdict(term: &Term, group: &Group) -> Verdict {
        evaluate::group_verdict(term, group)
    }

    /// What a login leaves in the Foundry attributes that claims fill: those with values, and the names of those whose
    /// values the files do not say.
    pub(crate) fn attributes_after_login(&self, person: &Person<'_>) -> (Attributes, BTreeSet<String>) {
        evaluate::attributes_after_login(&self.origins, person)
    }

    /// The Foundry attributes that claims fill.
    pub(crate) fn claimed_attributes(&self) -> impl Iterator<Item = &str> {
        self.origins.claimed_names()
    }

    /// The groups of the group rules that a decision could not decide: nothing says that the user has to leave them.
    pub(crate) fn groups_left_alone<'e>(&'e self, decision: &'e Decision) -> impl Iterator<Item = &'e str> {
        let is_unknown = |name: &str| {
            decision.not_run.iter().any(|not_run| not_run.set == RuleSet::GroupAssignment && not_run.rule == name)
        };
        let rules = self.rules.groups.iter().filter(move |rule| is_unknown(&rule.name));
        rules.flat_map(|rule| rule.outcome.iter().map(String::as_str))
    }

    /// Whether a login replaces the provider groups that Foundry holds by those of its claim.
    pub(crate) fn login_replaces_groups(&self) -> bool {
        self.origins.login_replaces_groups()
    }

    /// Whether a login sees membership through nested groups.
    pub(crate) fn login_sees_nested_groups(&self) -> bool {
        self.origins.nests_at(Event::Login)
    }

    /// Why the rules decide what they decide: the decision of [`Engine::evaluate`], every rule and what comes of it, and
    /// its condition clause by clause.
    ///
    /// ```
    /// use vestibule::engine::RuleVerdict;
    /// use vestibule::{Config, Engine, Event, Person, scim::User};
    ///
    /// let config = Config::parse("vestibule.yaml", r#"
    /// version: 1
    /// provider: { name: contoso-entra }
    /// organizations: [{ name: Contoso }]
    /// groups: { rule-based: [Staff] }
    /// group-assignment:
    ///   - { rule: staff, when: active eq true and provider.groups excludes "Contractors", groups: [Staff] }
    /// "#)?;
    /// let user = User::from_json(r#"{ "userName": "ada@contoso.com", "active": true }"#)?;
    /// let explanation = Engine::compile(&config).explain(&Person::new(&user), Event::ScimCreate);
    ///
    /// let staff = &explanation.rules[0];
    /// assert_eq!(staff.verdict, RuleVerdict::NotRun);
    /// assert!(staff.holds_vacuously);
    /// let decisive: Vec<&str> =
    ///     staff.clause.tests().filter(|test| test.decisive).map(|test| test.text.as_str()).collect();
    /// assert_eq!(decisive, ["provider.groups excludes \"Contractors\""]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain(&self, person: &Person<'_>, event: Event) -> Explanation {
        explain::explain(self, person, event)
    }

    /// Which organizations may see a provider group: the first rule over groups that holds decides, at no user event.
    pub fn evaluate_group(&self, group: &Group) -> GroupDecision {
        self.evaluator().evaluate_group(group)
    }
}
