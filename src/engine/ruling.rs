//! What the rules decide, by name.

use super::compile::{Organizations, Rules};
use super::evaluate::{basis, decision, decision_alone};
use super::inputs::Moment;
use super::outcomes::Outcomes;
use super::{Basis, Decision, Engine, Intake};

/// What the rules decide for one person at one event, as names borrowed from the engine: reading it allocates nothing.
///
/// [`Ruling::decision`] is the same with the reasons, and stays when the next person is evaluated.
#[derive(Clone, Copy, Debug)]
pub struct Ruling<'r> {
    engine: &'r Engine,
    moment: Moment<'r>,
    outcomes: &'r Outcomes,
}

impl<'r> Ruling<'r> {
    pub(super) fn new(engine: &'r Engine, moment: Moment<'r>, outcomes: &'r Outcomes) -> Self {
        Ruling { engine, moment, outcomes }
    }

    fn rules(&self) -> &'r Rules {
        &self.engine.rules
    }

    /// Whether the user is taken in.
    pub fn intake(&self) -> Intake {
        let end = &self.outcomes.intake;
        if !self.moment.event.runs_rules() {
            Intake::NotRun
        } else if end.open.is_empty() {
            self.rules().intake_of(end.decided_by(&self.rules().intake).map(|rule| &rule.outcome))
        } else {
            Intake::Undetermined
        }
    }

    /// The intake rule that decides, if one does.
    pub fn intake_rule(&self) -> Option<&'r str> {
        self.outcomes.intake.decided_by(&self.rules().intake).map(|rule| &*rule.name)
    }

    /// The user's organization; `None` where there is none, or the files do not say.
    pub fn organization(&self) -> Option<&'r str> {
        match (self.organization_by(), &self.rules().organizations) {
            (Basis::Rule, Organizations::Rules { rules, .. }) => {
                self.outcomes.organization.decided_by(rules).map(|rule| &*rule.outcome)
            }
            (Basis::Fallback, Organizations::Rules { fallback, .. }) => fallback.as_deref(),
            (Basis::Default, Organizations::Default(name)) => Some(name),
            _ => None,
        }
    }

    /// The organization where no rule holds of which the files do not say whether it does, and whether it is the same where
    /// one of those holds. `None` where organizations are not assigned by rules.
    pub(crate) fn last_organization(&self) -> Option<(Option<&'r str>, bool)> {
        let Organizations::Rules { rules, fallback } = &self.rules().organizations else { return None };
        let name = |outcome: Option<&'r String>| outcome.or(fallback.as_ref()).map(String::as_str);
        let end = &self.outcomes.organization;
        let last = name(end.outcomes(rules).last().flatten());
        Some((last, end.outcomes(rules).all(|outcome| name(outcome) == last)))
    }

    /// How many group rules may hold: the files do not say.
    pub(crate) fn undetermined_groups(&self) -> usize {
        self.outcomes.groups.open.len()
    }

    /// What decides on the organization.
    pub fn organization_by(&self) -> Basis {
        let may = |intake| self.rules().intake_may(&self.outcomes.intake, intake);
        if !self.moment.event.runs_rules() || !may(Intake::Admit) {
            return Basis::NotRun;
        }
        let end = &self.outcomes.organization;
        match &self.rules().organizations {
            Organizations::Absent => Basis::NotRun,
            // A refused user gets no organization.
            _ if may(Intake::Refuse) => Basis::Undetermined,
            Organizations::Default(_) => Basis::Default,
            Organizations::Rules { .. } if !end.open.is_empty() => Basis::Undetermined,
            Organizations::Rules { rules, fallback } => basis(end.decided_by(rules).is_some(), fallback.is_some()),
        }
    }

    /// The organization rule that decides, if one does.
    pub fn organization_rule(&self) -> Option<&'r str> {
        let by_rule = self.organization_by() == Basis::Rule;
        let rules = self.rules().organization_rules();
        self.outcomes.organization.decided_by(rules).filter(|_| by_rule).map(|rule| &*rule.name)
    }

    /// The rule-based groups that the user certainly gets, in the order of their rules: a group as often as rules give it.
    pub fn groups(&self) -> impl Iterator<Item = &'r str> {
        let rules = &self.rules().groups;
        let certain = !self.rules().intake_may(&self.outcomes.intake, Intake::Refuse);
        let hold = self.outcomes.groups.hold.iter().filter(move |_| certain);
        hold.flat_map(move |rule| rules[*rule as usize].outcome.iter().map(String::as_str))
    }

    /// How many rules were reached and could not be decided.
    pub fn not_run(&self) -> usize {
        let Outcomes { intake, organization, groups, unknown } = self.outcomes;
        unknown.len() + intake.withheld + organization.withheld + groups.withheld
    }

    /// Whether the files say everything that it rests on: no rule that may hold was left open.
    pub fn is_determined(&self) -> bool {
        let Outcomes { intake, organization, groups, .. } = self.outcomes;
        intake.open.is_empty() && organization.open.is_empty() && groups.open.is_empty()
    }

    /// The decision without the reasons why rules could not be decided: [`Decision::not_run`] is empty.
    pub fn decision_alone(&self) -> Decision {
        decision_alone(self.rules(), self.moment, self.outcomes)
    }

    /// The decision in full, with the reasons why rules could not be decided.
    pub fn decision(&self) -> Decision {
        decision(self.engine, self.moment, self.outcomes)
    }
}
