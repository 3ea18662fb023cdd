//! From the verdicts on rules to decisions: first match, and all that match.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::compile::{Compiled, Organizations, Rules, distinct};
use super::inputs::{Moment, Reading};
use super::known::Known;
use super::origins::Origins;
use super::plain::Inputs;
use super::trace::Trace;
use super::{
    Basis, Decision, Event, GroupDecision, GroupGrant, Intake, IntakeDecision, OrganizationDecision, Person, Verdict,
};
use crate::condition::{Input, Term, Value};
use crate::config::Admission;
use crate::foundry::Attributes;
use crate::scim::{Group, GroupRef};

/// What the rules decide for a person at an event.
pub(super) fn decide(rules: &Rules, origins: &Origins, person: &Person<'_>, event: Event) -> Decision {
    let mut decision = Decision {
        id: person.user.id().map(str::to_owned),
        user_name: person.user.user_name().to_owned(),
        event,
        intake: IntakeDecision::certain(Intake::NotRun, Basis::NotRun, None),
        organization: OrganizationDecision::certain(None, Basis::NotRun, None),
        groups: Vec::new(),
        undetermined_groups: Vec::new(),
        not_run: Vec::new(),
    };
    if !event.runs_rules() {
        return decision;
    }
    let mut run = Run::new(Inputs::Person(Moment { origins, person, event, reading: Reading::NotRun }));
    decision.intake = run.intake(rules);
    if decision.intake.may(Intake::Admit) {
        decision.organization = run.organization(&rules.organizations);
        (decision.groups, decision.undetermined_groups) = run.groups(&rules.groups);
        if decision.intake.may(Intake::Refuse) {
            decision.depend_on_intake();
        }
    }
    decision.not_run = run.trace.finish();
    decision
}

/// What a condition comes to for a person at an event.
pub(super) fn verdict(origins: &Origins, term: &Term, person: &Person<'_>, event: Event) -> Verdict {
    Inputs::Person(Moment { origins, person, event, reading: Reading::NotRun }).verdict(term)
}

/// What a condition over groups comes to for a group.
pub(super) fn group_verdict(term: &Term, group: &Group) -> Verdict {
    Inputs::Group(GroupRef::of(group, None)).verdict(term)
}

/// What a login leaves in the attributes that claims fill, and which of these are not known.
pub(super) fn attributes_after_login(origins: &Origins, person: &Person<'_>) -> (Attributes, BTreeSet<String>) {
    let moment = Moment { origins, person, event: Event::Login, reading: Reading::NotRun };
    let (mut held, mut open) = (Attributes::new(), BTreeSet::new());
    for name in origins.claimed_names() {
        match moment.values(&Input::Foundry(name.to_owned())) {
            Known::Exactly(values) if values.is_empty() => {}
            Known::Exactly(values) => {
                let texts = values.iter().filter_map(|datum| match datum.value() {
                    Value::Text(text) => Some(text.to_owned()),
                    _ => None,
                });
                held.insert(name.to_owned(), texts.collect());
            }
            Known::AtLeast(_) | Known::Withheld => {
                open.insert(name.to_owned());
            }
        }
    }
    (held, open)
}

/// Which organizations may see a provider group.
pub(super) fn decide_group(rules: &Rules, group: &Group) -> GroupDecision {
    let names = GroupRef::of(group, None);
    let mut run = Run::new(Inputs::Group(names));
    let end = run.first_match(&rules.group_organizations);
    let decider = end.decider.filter(|_| end.open.is_empty());
    let outcomes = end.outcomes().map(|outcome| outcome.cloned().unwrap_or_default());
    GroupDecision {
        id: group.id().map(str::to_owned),
        display_name: names.display_name.known().flatten().map(str::to_owned),
        organizations: decider.map(|rule| rule.outcome.clone()).unwrap_or_default(),
        rule: decider.map(|rule| rule.name.clone()),
        undetermined: !end.open.is_empty(),
        candidates: if end.open.is_empty() { Vec::new() } else { distinct(outcomes) },
        not_run: run.trace.finish(),
    }
}

/// The evaluation of one person at one event, or of one group.
struct Run<'r> {
    inputs: Inputs<'r>,
    trace: Trace,
}

/// How a first-match set ends.
struct FirstMatch<'e, O> {
    /// The rules before the decider that may hold: the files do not say.
    open: Vec<&'e Compiled<O>>,
    /// The first rule that certainly holds.
    decider: Option<&'e Compiled<O>>,
}

impl<'e, O> FirstMatch<'e, O> {
    /// What can follow, in order; `None` where no rule holds.
    fn outcomes(&self) -> impl Iterator<Item = Option<&'e O>> {
        let open = self.open.iter().map(|rule| Some(&rule.outcome));
        open.chain([self.decider.map(|rule| &rule.outcome)])
    }
}

impl<'r> Run<'r> {
    fn new(inputs: Inputs<'r>) -> Self {
        Run { inputs, trace: Trace::default() }
    }

    /// The verdict on a rule that is reached.
    fn verdict<O>(&mut self, rule: &Compiled<O>) -> Verdict {
        let verdict = self.inputs.verdict(&rule.term);
        if !verdict.is_known() {
            self.trace.note(rule, verdict, &self.inputs);
        }
        verdict
    }

    /// Goes through the rules in order, and no further than to the first that certainly holds.
    ///
    /// A rule that is withheld is not run, and what comes after it decides. A rule of which the files do not say whether
    /// it holds leaves the set open, also where all that can follow is the same: the rule that decides is not known.
    fn first_match<'e, O>(&mut self, rules: &'e [Compiled<O>]) -> FirstMatch<'e, O> {
        let mut open = Vec::new();
        for rule in rules {
            let verdict = self.verdict(rule);
            if verdict == Verdict::HOLDS {
                return FirstMatch { open, decider: Some(rule) };
            }
            if verdict.may(Verdict::HOLDS) {
                open.push(rule);
            }
        }
        FirstMatch { open, decider: None }
    }

    fn intake(&mut self, rules: &Rules) -> IntakeDecision {
        let end = self.first_match(&rules.intake);
        let or_default = |outcome: Option<&Admission>| Intake::from(outcome.copied().unwrap_or(rules.intake_default));
        if !end.open.is_empty() {
            let candidates = distinct(end.outcomes().map(or_default));
            return IntakeDecision { candidates, ..IntakeDecision::undetermined() };
        }
        let outcome = or_default(end.decider.map(|rule| &rule.outcome));
        let by = if end.decider.is_some() { Basis::Rule } else { Basis::Default };
        IntakeDecision::certain(outcome, by, end.decider.map(|rule| rule.name.clone()))
    }

    fn organization(&mut self, organizations: &Organizations) -> OrganizationDecision {
        let (rules, fallback) = match organizations {
            Organizations::Absent => return OrganizationDecision::certain(None, Basis::NotRun, None),
            Organizations::Default(name) => {
                return OrganizationDecision::certain(Some(name.clone()), Basis::Default, None);
            }
            Organizations::Rules { rules, fallback } => (rules, fallback.as_ref()),
        };
        let end = self.first_match(rules);
        if !end.open.is_empty() {
            let candidates = distinct(end.outcomes().map(|outcome| outcome.or(fallback).cloned()));
            return OrganizationDecision { candidates, ..OrganizationDecision::undetermined() };
        }
        let by = match (end.decider, fallback) {
            (Some(_), _) => Basis::Rule,
            (None, Some(_)) => Basis::Fallback,
            (None, None) => Basis::None,
        };
        let name = end.decider.map(|rule| &rule.outcome).or(fallback);
        OrganizationDecision::certain(name.cloned(), by, end.decider.map(|rule| rule.name.clone()))
    }

    /// The groups that the user gets, and those that the user may get.
    fn groups(&mut self, rules: &[Compiled<Vec<String>>]) -> (Vec<GroupGrant>, Vec<String>) {
        let mut granted: Vec<GroupGrant> = Vec::new();
        let mut grants: HashMap<&str, usize> = HashMap::new();
        let mut open: Vec<&String> = Vec::new();
        for rule in rules {
            let verdict = self.verdict(rule);
            if verdict != Verdict::HOLDS {
                open.extend(rule.outcome.iter().filter(|_| verdict.may(Verdict::HOLDS)));
                continue;
            }
            for name in &rule.outcome {
                let grant = *grants.entry(name).or_insert(granted.len());
                match granted.get_mut(grant) {
                    Some(grant) => grant.rules.push(rule.name.clone()),
                    None => granted.push(GroupGrant { name: name.clone(), rules: vec![rule.name.clone()] }),
                }
            }
        }
        let mut seen: HashSet<&str> = grants.into_keys().collect();
        let open = open.into_iter().filter(|name| seen.insert(name)).cloned();
        let open = open.collect();
        (granted, open)
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

impl IntakeDecision {
    pub(crate) fn certain(decision: Intake, by: Basis, rule: Option<String>) -> Self {
        IntakeDecision { decision, by, rule, candidates: Vec::new() }
    }

    fn undetermined() -> Self {
        IntakeDecision::certain(Intake::Undetermined, Basis::Undetermined, None)
    }

    /// Whether this is decided, or can be.
    pub(super) fn may(&self, decision: Intake) -> bool {
        self.decision == decision || self.candidates.contains(&decision)
    }
}

impl OrganizationDecision {
    pub(crate) fn certain(name: Option<String>, by: Basis, rule: Option<String>) -> Self {
        OrganizationDecision { name, by, rule, candidates: Vec::new() }
    }

    fn undetermined() -> Self {
        OrganizationDecision::certain(None, Basis::Undetermined, None)
    }
}

impl Decision {
    /// The files do not say whether the user is refused, so nothing that follows from being admitted is certain. A
    /// refused user gets no organization, which is a candidate then.
    fn depend_on_intake(&mut self) {
        let organization = &mut self.organization;
        if organization.by != Basis::NotRun {
            let mut candidates = std::mem::take(&mut organization.candidates);
            if organization.by != Basis::Undetermined {
                candidates.push(organization.name.take());
            }
            let candidates = distinct(candidates.into_iter().chain([None]));
            *organization = OrganizationDecision { candidates, ..OrganizationDecision::undetermined() };
        }
        let granted = std::mem::take(&mut self.groups).into_iter().map(|grant| grant.name);
        let open = std::mem::take(&mut self.undetermined_groups);
        self.undetermined_groups = distinct(granted.chain(open));
    }
}
