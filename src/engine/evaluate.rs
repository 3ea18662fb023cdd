//! From the verdicts on rules to decisions.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::compile::{Compiled, Organizations, Rules, distinct};
use super::inputs::{Moment, Reading};
use super::known::Known;
use super::origins::Origins;
use super::outcomes::{EveryMatch, FirstMatch, GROUP_ASSIGNMENT, ORGANIZATION_USERS, Outcomes, USER_INTAKE, Unknown};
use super::plain::Inputs;
use super::trace::Trace;
use super::{
    Basis, Decision, Engine, Event, GroupDecision, GroupGrant, Intake, IntakeDecision, NotRun, OrganizationDecision,
    Person, Verdict,
};
use crate::condition::{Input, Term, Value};
use crate::config::Admission;
use crate::foundry::Attributes;
use crate::scim::{Group, GroupRef};

/// What follows from what the rules came to for a person at an event.
pub(super) fn decision(engine: &Engine, moment: Moment<'_>, outcomes: &Outcomes) -> Decision {
    Decision { not_run: not_run(engine, moment, outcomes), ..decision_alone(&engine.rules, moment, outcomes) }
}

/// The same without why rules could not be decided, which costs more than all else.
pub(super) fn decision_alone(rules: &Rules, moment: Moment<'_>, outcomes: &Outcomes) -> Decision {
    let Moment { person, event, .. } = moment;
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
    decision.intake = intake(rules, &outcomes.intake);
    if decision.intake.may(Intake::Admit) {
        decision.organization = organization(&rules.organizations, &outcomes.organization);
        (decision.groups, decision.undetermined_groups) = groups(&rules.groups, &outcomes.groups);
        if decision.intake.may(Intake::Refuse) {
            decision.depend_on_intake();
        }
    }
    decision
}

/// The rules that were reached and could not be decided.
fn not_run(engine: &Engine, moment: Moment<'_>, outcomes: &Outcomes) -> Vec<NotRun> {
    let rules = &engine.rules;
    let mut trace = Trace::default();
    let inputs = Inputs::Person(moment);
    let mut note = |place, rule, verdict| {
        let rule = rule as usize;
        match place {
            USER_INTAKE => trace.note(&rules.intake[rule], verdict, &inputs),
            ORGANIZATION_USERS => trace.note(&rules.organization_rules()[rule], verdict, &inputs),
            _ => trace.note(&rules.groups[rule], verdict, &inputs),
        }
    };
    let Outcomes { intake, organization, groups, unknown } = outcomes;
    unknown.iter().for_each(|unknown| note(unknown.place, unknown.rule, unknown.verdict));
    let withheld = [intake.withheld, organization.withheld, groups.withheld];
    for (place, reached) in [USER_INTAKE, ORGANIZATION_USERS, GROUP_ASSIGNMENT].into_iter().zip(withheld) {
        let plan = engine.program.plan(place, moment.event == Event::ScimCreate);
        let rules = plan.map_or(&[][..], |(_, plan)| &plan.withheld[..reached]);
        rules.iter().for_each(|rule| note(place, *rule, Verdict::WITHHELD));
    }
    trace.finish()
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

/// Which organizations may see a provider group, where the rules came to this.
pub(super) fn group_decision(
    rules: &[Compiled<Vec<String>>],
    group: &Group,
    end: &FirstMatch,
    unknown: &[Unknown],
) -> GroupDecision {
    let names = GroupRef::of(group, None);
    let decider = end.decided_by(rules);
    let outcomes = end.outcomes(rules).map(|outcome| outcome.cloned().unwrap_or_default());
    let mut trace = Trace::default();
    for Unknown { rule, verdict, .. } in unknown {
        trace.note(&rules[*rule as usize], *verdict, &Inputs::Group(names));
    }
    GroupDecision {
        id: group.id().map(str::to_owned),
        display_name: names.display_name.known().flatten().map(str::to_owned),
        organizations: decider.map(|rule| rule.outcome.clone()).unwrap_or_default(),
        rule: decider.map(|rule| rule.name.clone()),
        undetermined: !end.open.is_empty(),
        candidates: if end.open.is_empty() { Vec::new() } else { distinct(outcomes) },
        not_run: trace.finish(),
    }
}

fn intake(rules: &Rules, end: &FirstMatch) -> IntakeDecision {
    if !end.open.is_empty() {
        let candidates = distinct(end.outcomes(&rules.intake).map(|outcome| rules.intake_of(outcome)));
        return IntakeDecision { candidates, ..IntakeDecision::undetermined() };
    }
    let decider = end.decided_by(&rules.intake);
    let by = if decider.is_some() { Basis::Rule } else { Basis::Default };
    let outcome = rules.intake_of(decider.map(|rule| &rule.outcome));
    IntakeDecision::certain(outcome, by, decider.map(|rule| rule.name.clone()))
}

fn organization(organizations: &Organizations, end: &FirstMatch) -> OrganizationDecision {
    let (rules, fallback) = match organizations {
        Organizations::Absent => return OrganizationDecision::certain(None, Basis::NotRun, None),
        Organizations::Default(name) => {
            return OrganizationDecision::certain(Some(name.clone()), Basis::Default, None);
        }
        Organizations::Rules { rules, fallback } => (rules, fallback.as_ref()),
    };
    if !end.open.is_empty() {
        let candidates = distinct(end.outcomes(rules).map(|outcome| outcome.or(fallback)));
        let candidates = candidates.into_iter().map(|name| name.cloned()).collect();
        return OrganizationDecision { candidates, ..OrganizationDecision::undetermined() };
    }
    let decider = end.decided_by(rules);
    let name = decider.map(|rule| &rule.outcome).or(fallback);
    OrganizationDecision::certain(
        name.cloned(),
        basis(decider.is_some(), fallback.is_some()),
        decider.map(|rule| rule.name.clone()),
    )
}

/// What decides where a rule does, or a fallback can.
pub(super) fn basis(by_rule: bool, has_fallback: bool) -> Basis {
    match (by_rule, has_fallback) {
        (true, _) => Basis::Rule,
        (false, true) => Basis::Fallback,
        (false, false) => Basis::None,
    }
}

/// The groups that the user gets, and those that the user may get.
fn groups(rules: &[Compiled<Vec<String>>], matches: &EveryMatch) -> (Vec<GroupGrant>, Vec<String>) {
    let mut granted: Vec<GroupGrant> = Vec::new();
    let mut grants: HashMap<&str, usize> = HashMap::new();
    for rule in matches.hold.iter().map(|rule| &rules[*rule as usize]) {
        for name in &rule.outcome {
            let grant = *grants.entry(name).or_insert(granted.len());
            match granted.get_mut(grant) {
                Some(grant) => grant.rules.push(rule.name.clone()),
                None => granted.push(GroupGrant { name: name.clone(), rules: vec![rule.name.clone()] }),
            }
        }
    }
    let mut seen: HashSet<&str> = grants.into_keys().collect();
    let open = matches.open.iter().flat_map(|rule| &rules[*rule as usize].outcome);
    let open = open.filter(|name| seen.insert(name)).cloned().collect();
    (granted, open)
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
