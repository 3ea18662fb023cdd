//! Evaluates the rules of a configuration for one person at one event.
//!
//! [`Engine::compile`] once, [`Engine::evaluate`] many times, from any thread.

pub(crate) mod availability;
#[cfg(test)]
mod committed;
mod compile;
mod decision;
mod evaluate;
mod event;
mod explain;
mod inputs;
mod known;
mod origins;
mod person;
mod plain;
mod reads;
pub(crate) mod schema;
mod trace;
mod verdict;

#[cfg(test)]
pub(crate) use committed::check_committed;
pub use decision::{
    Basis, Cause, Decision, GroupDecision, GroupGrant, Intake, IntakeDecision, NotRun, OrganizationDecision,
    OtherReading,
};
pub use event::{Event, UnknownEvent};
pub use explain::{
    Change, Clause, ClauseKind, ExplainedRule, Explanation, Flip, Knowledge, Observed, ObservedValue, Outcome, Reason,
    RuleVerdict,
};
pub use person::Person;
pub use schema::{decision_schema, decisions_schema, explanation_schema, group_decision_schema};
pub use verdict::Verdict;

use compile::Rules;
use origins::Origins;

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
        Engine { rules: Rules::new(config), origins: Origins::new(config) }
    }

    /// What the rules decide for a person at an event. Never fails: what is not known is said in the decision.
    pub fn evaluate(&self, person: &Person<'_>, event: Event) -> Decision {
        evaluate::decide(&self.rules, &self.origins, person, event)
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
        explain::explain(&self.rules, &self.origins, person, event)
    }

    /// Which organizations may see a provider group: the first rule over groups that holds decides, at no user event.
    pub fn evaluate_group(&self, group: &Group) -> GroupDecision {
        evaluate::decide_group(&self.rules, group)
    }
}
