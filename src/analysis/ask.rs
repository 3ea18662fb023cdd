//! Whether somebody of a kind can end somewhere.

use std::collections::BTreeSet;

use super::contest::Decider;
use super::formula::Formula;
use super::question::Example;
use super::reach::{Hunt, Taken};
use super::rules::{Analysis, Consequence, RuleId};
use super::view::Moment;
use super::witness::Witness;
use crate::condition::{Condition, RuleSet};
use crate::config::Admission;
use crate::engine::availability::is_withheld_at_create;
use crate::engine::{Event, Intake, Verdict};

/// Where somebody may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal<'g> {
    /// Taken in.
    Admitted,
    /// Refused.
    Refused,
    /// In an organization.
    Organization(&'g str),
    /// In a rule-based group.
    Group(&'g str),
}

/// Whether somebody can.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// This one does.
    Yes(Witness),
    /// Nobody does. These rules keep people from it who would otherwise end there; none where there are no such people.
    No {
        /// In the order of their sets.
        because_of: Vec<RuleId>,
        /// The rules that would lead there, and are not run when SCIM creates a user: Foundry lacks what they ask for.
        not_run: Vec<RuleId>,
    },
    /// The budget ended first.
    Unknown,
}

/// How many rules of intake are told of.
const MOST_REFUSALS: usize = 16;

/// What may lead to a goal: a rule of a set, or what follows where none holds.
struct Way {
    set: RuleSet,
    rule: Option<usize>,
}

impl Analysis<'_> {
    /// Whether a user who satisfies a condition can end at a goal at an event.
    ///
    /// The kind of the user is judged by what a login knows: somebody who is in a group is so also when SCIM creates the
    /// user, though Foundry does not know it then.
    ///
    /// ```
    /// use vestibule::analysis::{Analysis, Asked, Goal};
    /// use vestibule::condition::{RuleSet, TextStyle, check, parse};
    /// use vestibule::{Config, Event};
    ///
    /// let config = Config::parse("vestibule.yaml", r#"
    /// version: 1
    /// provider: { name: contoso-entra }
    /// organizations: [{ name: Contoso EU }, { name: Contoso Guests }]
    /// organization-assignment:
    ///   users: [{ rule: finance, when: provider.groups includes "EU-Finance", organization: Contoso EU }]
    ///   fallback: Contoso Guests
    /// "#)?;
    /// let text = r#"email ew "@partner.com""#;
    /// let expr = parse(text, TextStyle::Inline).expr.unwrap();
    /// let (condition, _) = check(&expr, text, config.scheme(), RuleSet::OrganizationUsers);
    /// let condition = condition.unwrap();
    ///
    /// let mut analysis = Analysis::new(&config);
    /// let at_login = analysis.ask(&condition, Event::Login, Goal::Organization("Contoso EU"));
    /// assert!(matches!(at_login, Asked::Yes(witness) if witness.user_name() == "ada.lovelace@partner.com"));
    /// let at_create = analysis.ask(&condition, Event::ScimCreate, Goal::Organization("Contoso EU"));
    /// assert!(matches!(at_create, Asked::No { because_of, not_run } if because_of.is_empty() && not_run.len() == 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn ask(&mut self, condition: &Condition, event: Event, goal: Goal<'_>) -> Asked {
        self.model.world.effort.start();
        if !event.runs_rules() {
            return Asked::No { because_of: Vec::new(), not_run: Vec::new() };
        }
        let kind_at = if event == Event::ScimCreate { Event::Login } else { event };
        let kind = self.model.at_moment(&self.book.view, &condition.term, Moment::At(kind_at)).holds;
        let (mut because_of, mut is_open) = (BTreeSet::new(), false);
        for way in self.ways(goal) {
            match self.follow(&way, kind, condition, (kind_at, event), goal) {
                Asked::Yes(witness) => return Asked::Yes(witness),
                Asked::No { because_of: rules, .. } => because_of.extend(rules),
                Asked::Unknown => is_open = true,
            }
        }
        if is_open {
            return Asked::Unknown;
        }
        let not_run = if event == Event::ScimCreate { self.not_run(kind, goal) } else { Vec::new() };
        Asked::No { because_of: because_of.into_iter().collect(), not_run }
    }

    /// The rules that lead somebody of the kind to a goal at a login, and ask for what Foundry lacks at the creation.
    fn not_run(&self, kind: Formula, goal: Goal<'_>) -> Vec<RuleId> {
        let lacks = |way: &Way, rule: usize| {
            let rules = self.book.set(way.set);
            rules.get(rule).is_some_and(|rule| rule.term.tests().any(|test| is_withheld_at_create(&test.input)))
        };
        let would_lead = |way: &Way, rule: usize| {
            let at = self.book.at(way.set, rule, Moment::At(Event::Login));
            at.is_some_and(|at| self.model.is_possible(&[at.holds, kind]) == Some(true))
        };
        let ways = self.ways(goal).into_iter().filter_map(|way| way.rule.map(|rule| (way, rule)));
        let not_run = ways.filter(|(way, rule)| lacks(way, *rule) && would_lead(way, *rule));
        not_run.map(|(way, rule)| self.book.id(way.set, rule)).take(MOST_REFUSALS).collect()
    }

    fn ways(&self, goal: Goal<'_>) -> Vec<Way> {
        let (set, consequence) = match goal {
            Goal::Admitted => (RuleSet::UserIntake, Consequence::Admission(Admission::Admit)),
            Goal::Refused => (RuleSet::UserIntake, Consequence::Admission(Admission::Refuse)),
            Goal::Organization(name) => (RuleSet::OrganizationUsers, Consequence::Organization(name.to_owned())),
            Goal::Group(name) => (RuleSet::GroupAssignment, Consequence::Groups(BTreeSet::from([name.to_owned()]))),
        };
        let leads = |other: &Consequence| match (other, goal) {
            (Consequence::Groups(groups), Goal::Group(name)) => groups.contains(name),
            (other, _) => *other == consequence,
        };
        let rules = self.book.set(set).iter().enumerate().filter(|(_, rule)| leads(&rule.consequence));
        let mut ways: Vec<Way> = rules.map(|(rule, _)| Way { set, rule: Some(rule) }).collect();
        if leads(&self.book.otherwise(set)) {
            ways.push(Way { set, rule: None });
        }
        ways
    }

    fn follow(
        &self,
        way: &Way,
        kind: Formula,
        condition: &Condition,
        (kind_at, event): (Event, Event),
        goal: Goal<'_>,
    ) -> Asked {
        let moment = Moment::At(event);
        let decider = Decider { book: &self.book, set: way.set, moment, rule: way.rule };
        let hunt = match way.set {
            // Every rule that holds gives its groups, whatever stands before it.
            RuleSet::GroupAssignment => {
                let mut hunt = Hunt::new(&self.model, &self.book, way.set, moment, 0);
                let at = way.rule.and_then(|rule| self.book.at(way.set, rule, moment));
                at.map(|at| {
                    hunt.require(at.holds);
                    hunt
                })
            }
            _ => decider.hunt(&self.model),
        };
        let Some(mut hunt) = hunt else { return Asked::Unknown };
        hunt.require(kind);
        let admitted = if way.set == RuleSet::UserIntake { Formula::TRUE } else { self.book.admitted(moment) };
        let admission = hunt.require(admitted);
        loop {
            match hunt.run() {
                Taken::Unknown => return Asked::Unknown,
                Taken::Nobody(by) => {
                    let mut because_of: Vec<RuleId> =
                        by.into_iter().map(|position| self.book.id(way.set, position)).collect();
                    if hunt.rests_on(admission) {
                        because_of.extend(self.refusals(way, kind, moment));
                    }
                    return Asked::No { because_of, not_run: Vec::new() };
                }
                Taken::By(example) => {
                    if let Some(witness) = self.ends(&example, condition, (kind_at, event), goal) {
                        return Asked::Yes(witness);
                    }
                    if !hunt.refuse() {
                        return Asked::Unknown;
                    }
                }
            }
        }
    }

    /// The rules of intake that refuse those who would go a way.
    fn refusals(&self, way: &Way, kind: Formula, moment: Moment) -> Vec<RuleId> {
        let set = RuleSet::UserIntake;
        let holds = way.rule.and_then(|rule| self.book.at(way.set, rule, moment)).map_or(Formula::TRUE, |at| at.holds);
        let rules = self.book.set(set);
        let mut found = Vec::new();
        for (position, rule) in rules.iter().enumerate() {
            let refuses = rule.consequence == Consequence::Admission(Admission::Refuse);
            let Some(at) = self.book.at(set, position, moment).filter(|_| refuses) else { continue };
            if found.len() < MOST_REFUSALS && self.model.is_possible(&[at.holds, kind, holds]) == Some(true) {
                found.push(self.book.id(set, position));
            }
        }
        found
    }

    /// The person of an example, if the evaluator agrees where such a person ends.
    fn ends(
        &self,
        example: &Example,
        condition: &Condition,
        (kind_at, event): (Event, Event),
        goal: Goal<'_>,
    ) -> Option<Witness> {
        let mut witness = Witness::new(&self.model.world, &self.book.view, example, kind_at)?;
        let engine = &self.book.engine;
        let is_so = witness.with_person(engine, |person| {
            let decision = engine.evaluate(person, event);
            engine.verdict(&condition.term, person, kind_at) == Verdict::HOLDS
                && match goal {
                    Goal::Admitted => decision.intake.decision == Intake::Admit,
                    Goal::Refused => decision.intake.decision == Intake::Refuse,
                    Goal::Organization(name) => decision.organization.name.as_deref() == Some(name),
                    Goal::Group(name) => decision.groups.iter().any(|grant| grant.name == name),
                }
        });
        witness.event = event;
        is_so.then_some(witness)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::{TextStyle, check, parse};
    use crate::config::Config;

    const DOCUMENT: &str = r#"
version: 1
provider: { name: p }
organizations: [{ name: A }, { name: B }, { name: C }]
groups: { rule-based: [Staff] }
organization-assignment:
  users:
    - { rule: partner, when: email ew "@partner.com", organization: B }
    - { rule: team, when: provider.groups includes "Team", organization: A }
    - { rule: late, when: email eq "a@partner.com", organization: C }
  fallback: B
user-intake:
  rules:
    - { rule: leavers, when: active eq false, decision: refuse }
    - { rule: bots, when: userName sw "svc-", decision: refuse }
group-assignment:
  - { rule: staff, when: email ew "@contoso.com" and title pr, groups: [Staff] }
"#;

    /// `yes`, `unknown`, or the names of the rules that prevent it; with a mark those that are not run.
    #[track_caller]
    fn ask(text: &str, event: Event, goal: Goal<'_>, expected: &str) {
        let config = Config::parse("vestibule.yaml", DOCUMENT).expect("a configuration");
        let expr = parse(text, TextStyle::Inline).expr.expect(text);
        let (condition, _) = check(&expr, text, config.scheme(), RuleSet::OrganizationUsers);
        let mut analysis = Analysis::new(&config);
        let said = match analysis.ask(&condition.expect(text), event, goal) {
            Asked::Yes(_) => "yes".to_owned(),
            Asked::Unknown => "unknown".to_owned(),
            Asked::No { because_of, not_run } => {
                let name = |id: &RuleId| {
                    let mut rules = config.rules().filter(|rule| rule.set == id.set);
                    let mark = if not_run.contains(id) { "!" } else { "" };
                    format!("{mark}{}", rules.nth(id.index).map_or("", |rule| rule.name))
                };
                because_of.iter().chain(&not_run).map(name).collect::<Vec<_>>().join(",")
            }
        };
        assert_eq!(said, expected, "{text} at {event}");
    }

    #[test]
    fn somebody_who_ends_there_is_shown() {
        ask("true", Event::Login, Goal::Organization("A"), "yes");
        ask(r#"email ew "@partner.com""#, Event::Login, Goal::Organization("B"), "yes");
        ask("active eq false", Event::ScimUpdate, Goal::Refused, "yes");
        ask("title pr", Event::Login, Goal::Group("Staff"), "yes");
        ask("true", Event::ScimCreate, Goal::Admitted, "yes");
        ask(r#"provider.groups includes "Team""#, Event::ScimCreate, Goal::Organization("B"), "yes");
    }

    #[test]
    fn what_prevents_it_is_named() {
        ask(r#"email ew "@partner.com""#, Event::Login, Goal::Organization("A"), "partner");
        ask("true", Event::Login, Goal::Organization("C"), "partner");
        ask("active eq false", Event::Login, Goal::Organization("A"), "leavers,bots");
        ask("active eq false", Event::Login, Goal::Admitted, "leavers");
        ask(r#"provider.groups includes "Team""#, Event::ScimCreate, Goal::Organization("A"), "!team");
        ask(r#"active eq true and userName eq "ada""#, Event::Login, Goal::Refused, "");
        ask("true", Event::ScimCreate, Goal::Group("Staff"), "!staff");
        ask("true", Event::MembershipUpdate, Goal::Admitted, "");
    }
}
