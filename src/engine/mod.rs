//! Evaluates the rules of a configuration for one person at one event.
//!
//! [`Engine::compile`] once, [`Engine::evaluate`] many times, from any thread.

mod decision;
mod event;
mod inputs;
mod person;
pub(crate) mod plain;
mod verdict;

pub use decision::{
    Basis, Cause, Decision, GroupDecision, GroupGrant, Intake, IntakeDecision, NotRun, OrganizationDecision,
    OtherReading,
};
pub use event::{Event, UnknownEvent};
pub use person::Person;
pub use verdict::Verdict;

use inputs::{Moment, Origins};
use plain::Inputs;

use crate::condition::{RuleSet, Term};
use crate::config::{Admission, Config, Rule, When};
use crate::scim::{Group, GroupRef};

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
    origins: Origins,
    intake: Vec<Compiled<Admission>>,
    intake_default: Admission,
    organizations: Organizations,
    groups: Vec<Compiled<Vec<String>>>,
    group_organizations: Vec<Compiled<Vec<String>>>,
}

#[derive(Clone, Debug)]
struct Compiled<O> {
    name: String,
    term: Term,
    outcome: O,
}

#[derive(Clone, Debug)]
enum Organizations {
    /// The configuration does not say.
    Absent,
    /// Everybody's.
    Default(String),
    /// Rules in order, and what comes after them.
    Rules { rules: Vec<Compiled<String>>, fallback: Option<String> },
}

/// The JSON Schema of a [`Decision`].
pub fn decision_schema() -> schemars::Schema {
    schemars::schema_for!(Decision)
}

/// The JSON Schema of a [`GroupDecision`].
pub fn group_decision_schema() -> schemars::Schema {
    schemars::schema_for!(GroupDecision)
}

/// How a first-match set ends.
struct FirstMatch<'e, O> {
    /// The rules that may hold before it is certain that one does, with those of which the files do not say.
    open: Vec<&'e Compiled<O>>,
    /// The first rule that certainly holds.
    decider: Option<&'e Compiled<O>>,
}

impl Engine {
    /// Compiles the enabled rules of a configuration. A configuration that parsed always compiles.
    pub fn compile(config: &Config) -> Engine {
        let intake = config.user_intake.as_ref();
        let assignment = config.organization_assignment.as_ref();
        let organizations = match assignment {
            Some(section) => match (&section.default, &section.users) {
                (_, Some(rules)) => Organizations::Rules {
                    rules: compile_rules(rules, |outcome| outcome.0.value.clone()),
                    fallback: section.fallback.as_ref().map(|name| name.value.clone()),
                },
                (Some(name), None) => Organizations::Default(name.value.clone()),
                (None, None) => Organizations::Absent,
            },
            None => Organizations::Absent,
        };
        let group_rules = assignment.and_then(|section| section.groups.as_deref()).unwrap_or_default();
        Engine {
            origins: Origins::new(config),
            intake: intake.map(|intake| compile_rules(&intake.rules, |outcome| outcome.value)).unwrap_or_default(),
            intake_default: intake.map(|intake| intake.default).unwrap_or_default(),
            organizations,
            groups: compile_rules(config.group_assignment.as_deref().unwrap_or_default(), |outcome| names(&outcome.0)),
            group_organizations: compile_rules(group_rules, |outcome| names(&outcome.0)),
        }
    }

    /// What the rules decide for a person at an event. Never fails: what is not known is said in the decision.
    pub fn evaluate(&self, person: &Person<'_>, event: Event) -> Decision {
        let mut decision = Decision {
            id: person.user.id().map(str::to_owned),
            user_name: person.user.user_name().to_owned(),
            event,
            intake: IntakeDecision { decision: Intake::NotRun, by: Basis::NotRun, rule: None, candidates: Vec::new() },
            organization: OrganizationDecision::not_run(),
            groups: Vec::new(),
            undetermined_groups: Vec::new(),
            not_run: Vec::new(),
        };
        if !event.runs_rules() {
            return decision;
        }
        let moment = Moment { origins: &self.origins, person, event };
        let run = Run { moment: &moment };
        decision.intake = self.decide_intake(&run, &mut decision.not_run);
        if decision.intake.candidates == [Intake::Refuse] || decision.intake.decision == Intake::Refuse {
            return decision;
        }
        decision.organization = self.decide_organization(&run, &mut decision.not_run);
        self.decide_groups(&run, &mut decision);
        if decision.intake.candidates.contains(&Intake::Refuse) {
            decision.depend_on_intake();
        }
        decision
    }

    /// Which organizations may see a provider group: the first rule over groups that holds decides, at no user event.
    pub fn evaluate_group(&self, group: &Group) -> GroupDecision {
        let display_name = group.display_name();
        let inputs = Inputs::Group(GroupRef { index: None, display_name, external_id: group.external_id() });
        let reached = self.group_organizations.iter().map(|rule| (rule, inputs.verdict(&rule.term)));
        let decider = reached.into_iter().find(|(_, verdict)| verdict.may(Verdict::HOLDS));
        let undetermined = decider.is_some_and(|(_, verdict)| verdict != Verdict::HOLDS);
        let decider = decider.filter(|_| !undetermined).map(|(rule, _)| rule);
        GroupDecision {
            id: group.id().map(str::to_owned),
            display_name: display_name.known().flatten().map(str::to_owned),
            organizations: decider.map(|rule| rule.outcome.clone()).unwrap_or_default(),
            rule: decider.map(|rule| rule.name.clone()),
            undetermined,
        }
    }

    fn decide_intake(&self, run: &Run<'_>, trace: &mut Vec<NotRun>) -> IntakeDecision {
        let end = run.first_match(&self.intake, RuleSet::UserIntake, trace);
        let last = end.decider.map_or(self.intake_default, |rule| rule.outcome);
        if end.open.is_empty() {
            let by = if end.decider.is_some() { Basis::Rule } else { Basis::Default };
            let rule = end.decider.map(|rule| rule.name.clone());
            return IntakeDecision { decision: last.into(), by, rule, candidates: Vec::new() };
        }
        let outcomes = end.open.iter().map(|rule| rule.outcome).chain([last]);
        IntakeDecision {
            decision: Intake::Undetermined,
            by: Basis::Undetermined,
            rule: None,
            candidates: distinct(outcomes.map(Intake::from)),
        }
    }

    fn decide_organization(&self, run: &Run<'_>, trace: &mut Vec<NotRun>) -> OrganizationDecision {
        let (rules, fallback) = match &self.organizations {
            Organizations::Absent => return OrganizationDecision::not_run(),
            Organizations::Default(name) => return OrganizationDecision::certain(Some(name), Basis::Default, None),
            Organizations::Rules { rules, fallback } => (rules, fallback.as_ref()),
        };
        let end = run.first_match(rules, RuleSet::OrganizationUsers, trace);
        let last = end.decider.map(|rule| &rule.outcome).or(fallback);
        if end.open.is_empty() {
            let by = match (end.decider, fallback) {
                (Some(_), _) => Basis::Rule,
                (None, Some(_)) => Basis::Fallback,
                (None, None) => Basis::None,
            };
            return OrganizationDecision::certain(last, by, end.decider.map(|rule| &rule.name));
        }
        let outcomes = end.open.iter().map(|rule| Some(&rule.outcome)).chain([last]);
        OrganizationDecision {
            name: None,
            by: Basis::Undetermined,
            rule: None,
            candidates: distinct(outcomes.map(|name| name.cloned())),
        }
    }

    fn decide_groups(&self, run: &Run<'_>, decision: &mut Decision) {
        for rule in &self.groups {
            let verdict = run.verdict(rule, RuleSet::GroupAssignment, &mut decision.not_run);
            for name in &rule.outcome {
                if verdict == Verdict::HOLDS {
                    decision.grant(name, &rule.name);
                } else if verdict.may(Verdict::HOLDS) && !decision.undetermined_groups.contains(name) {
                    decision.undetermined_groups.push(name.clone());
                }
            }
        }
        let Decision { groups, undetermined_groups, .. } = decision;
        undetermined_groups.retain(|name| groups.iter().all(|grant| grant.name != *name));
    }
}

fn compile_rules<R, O>(rules: &[Rule<R, When>], outcome: impl Fn(&R) -> O) -> Vec<Compiled<O>> {
    let enabled = rules.iter().filter(|rule| rule.enabled);
    let compile = |rule: &Rule<R, When>| Compiled {
        name: rule.name.value.clone(),
        term: rule.when.condition.term.clone(),
        outcome: outcome(&rule.outcome),
    };
    enabled.map(compile).collect()
}

fn names(sited: &[crate::config::Sited<String>]) -> Vec<String> {
    distinct(sited.iter().map(|name| name.value.clone()))
}

fn distinct<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = Vec::new();
    for item in items {
        if !seen.contains(&item) {
            seen.push(item);
        }
    }
    seen
}

/// The evaluation of one person at one event.
struct Run<'r> {
    moment: &'r Moment<'r>,
}

impl Run<'_> {
    fn first_match<'e, O>(&self, rules: &'e [Compiled<O>], set: RuleSet, trace: &mut Vec<NotRun>) -> FirstMatch<'e, O> {
        let mut open = Vec::new();
        for rule in rules {
            let verdict = self.verdict(rule, set, trace);
            if verdict == Verdict::HOLDS {
                return FirstMatch { open, decider: Some(rule) };
            }
            if verdict.may(Verdict::HOLDS) {
                open.push(rule);
            }
        }
        FirstMatch { open, decider: None }
    }

    fn verdict<O>(&self, rule: &Compiled<O>, set: RuleSet, trace: &mut Vec<NotRun>) -> Verdict {
        let verdict = Inputs::Person(self.moment).verdict(&rule.term);
        if !verdict.is_known() {
            trace.push(self.explain(rule, set, verdict));
        }
        verdict
    }

    fn explain<O>(&self, rule: &Compiled<O>, set: RuleSet, verdict: Verdict) -> NotRun {
        let mut missing = Vec::new();
        Inputs::Person(self.moment).missing(&rule.term, &mut missing);
        let cause = if verdict.may(Verdict::HOLDS) { Cause::Undetermined } else { Cause::Withheld };
        // The guide says "not run" of organization rules on provider groups; everywhere else it is a reading.
        let stated =
            set == RuleSet::OrganizationUsers && missing.iter().any(|name| name.starts_with("provider.groups"));
        let holds = || Inputs::WithholdingNothing(self.moment).verdict(&rule.term) == Verdict::HOLDS;
        let other_reading = (cause == Cause::Withheld && !stated && holds()).then_some(OtherReading::Holds);
        NotRun { set, rule: rule.name.clone(), cause, missing, other_reading }
    }
}

impl From<Admission> for Intake {
    fn from(admission: Admission) -> Self {
        match admission {
            Admission::Admit => Intake::Admit,
            Admission::Refuse => Intake::Refuse,
        }
    }
}

impl OrganizationDecision {
    fn not_run() -> Self {
        OrganizationDecision::certain(None, Basis::NotRun, None)
    }

    fn certain(name: Option<&String>, by: Basis, rule: Option<&String>) -> Self {
        OrganizationDecision { name: name.cloned(), by, rule: rule.cloned(), candidates: Vec::new() }
    }
}

impl Decision {
    fn grant(&mut self, group: &str, rule: &str) {
        match self.groups.iter_mut().find(|grant| grant.name == group) {
            Some(grant) => grant.rules.push(rule.to_owned()),
            None => self.groups.push(GroupGrant { name: group.to_owned(), rules: vec![rule.to_owned()] }),
        }
    }

    /// The files do not say whether the user is refused, so nothing that follows from being admitted is certain.
    fn depend_on_intake(&mut self) {
        let organization = &mut self.organization;
        if organization.by != Basis::NotRun {
            if organization.candidates.is_empty() {
                organization.candidates = vec![organization.name.take()];
            }
            organization.name = None;
            organization.rule = None;
            organization.by = Basis::Undetermined;
        }
        let granted = std::mem::take(&mut self.groups);
        let open = std::mem::take(&mut self.undetermined_groups);
        self.undetermined_groups = distinct(granted.into_iter().map(|grant| grant.name).chain(open));
    }
}
