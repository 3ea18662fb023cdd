//! Evaluates one person after the other with what the last one left behind.

use super::evaluate::group_decision;
use super::inputs::{Moment, Reading};
use super::outcomes::{Finder, FirstMatch, Outcomes};
use super::plain::Inputs;
use super::scratch::Scratch;
use super::table::{Row, Table};
use super::{Engine, Event, GroupDecision, Person, Ruling};
use crate::scim::{Group, GroupRef};

/// Evaluates many people, one after the other, with one engine. One evaluator serves one thread.
///
/// It holds what an evaluation needs beside the rules, so that after the first few people nothing more is allocated, and
/// no lock is taken. It decides what [`Engine::evaluate`] decides.
///
/// ```
/// use vestibule::{Config, Engine, Event, Person, scim::User};
///
/// let config = Config::parse("vestibule.yaml", r#"
/// version: 1
/// provider: { name: contoso-entra }
/// organizations: [{ name: Contoso EU }, { name: Contoso Guests }]
/// organization-assignment:
///   users: [{ rule: eu, when: userName ew "@contoso.eu", organization: Contoso EU }]
///   fallback: Contoso Guests
/// "#)?;
/// let engine = Engine::compile(&config);
/// let mut evaluator = engine.evaluator();
/// for (name, organization) in [("ada@contoso.eu", "Contoso EU"), ("bo@contoso.com", "Contoso Guests")] {
///     let user = User::from_json(&format!(r#"{{ "userName": "{name}" }}"#))?;
///     let person = Person::new(&user);
///     let ruling = evaluator.evaluate(&person, Event::Login);
///     assert_eq!(ruling.organization(), Some(organization));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Evaluator<'e> {
    pub(super) engine: &'e Engine,
    /// What people have, when SCIM creates them and otherwise.
    created: Table,
    known: Table,
    deciding: Deciding,
    /// What rules over groups need; made where there is a group to evaluate.
    groups: Option<(Table, Scratch)>,
}

/// What it takes to decide on one person.
#[derive(Clone, Debug)]
struct Deciding {
    scratch: Scratch,
    outcomes: Outcomes,
}

impl Engine {
    /// What evaluates many people one after the other, for one thread.
    pub fn evaluator(&self) -> Evaluator<'_> {
        let program = &self.program;
        Evaluator {
            engine: self,
            created: Table::new(program, true),
            known: Table::new(program, false),
            deciding: Deciding { scratch: Scratch::new(program), outcomes: Outcomes::default() },
            groups: None,
        }
    }

    /// A person at an event.
    pub(super) fn moment<'m>(&'m self, person: &'m Person<'m>, event: Event) -> Moment<'m> {
        Moment { origins: &self.origins, person, event, reading: Reading::NotRun }
    }
}

impl<'e> Evaluator<'e> {
    /// What the rules decide for a person at an event. Never fails: what is not known is said in the ruling.
    pub fn evaluate<'r>(&'r mut self, person: &'r Person<'_>, event: Event) -> Ruling<'r> {
        let Evaluator { engine, created, known, deciding, .. } = self;
        let moment = engine.moment(person, event);
        let table = if event == Event::ScimCreate { created } else { known };
        table.clear();
        if !event.runs_rules() {
            return deciding.nothing(engine, moment);
        }
        table.push(&engine.program, &Inputs::Person(moment));
        deciding.decide(engine, moment, table.row(0))
    }

    /// Decides on a person who has the values of a row.
    pub(super) fn decide<'r>(&'r mut self, moment: Moment<'r>, row: Row<'r>) -> Ruling<'r> {
        if moment.event.runs_rules() {
            self.deciding.decide(self.engine, moment, row)
        } else {
            self.deciding.nothing(self.engine, moment)
        }
    }

    /// Which organizations may see a provider group, as [`Engine::evaluate_group`] says.
    pub fn evaluate_group(&mut self, group: &Group) -> GroupDecision {
        let program = &self.engine.group_program;
        let new = || (Table::new(program, false), Scratch::new(program));
        let (table, scratch) = self.groups.get_or_insert_with(new);
        let inputs = Inputs::Group(GroupRef::of(group, None));
        table.clear();
        table.push(program, &inputs);
        let rules = &self.engine.rules.group_organizations;
        let (mut end, mut unknown) = (FirstMatch::default(), Vec::new());
        scratch.run(program, table.row(0), inputs).first_match(0, &mut end, &mut unknown);
        group_decision(rules, group, &end, &unknown)
    }
}

impl Deciding {
    fn decide<'r>(&'r mut self, engine: &'r Engine, moment: Moment<'r>, row: Row<'r>) -> Ruling<'r> {
        let Deciding { scratch, outcomes } = self;
        outcomes.find(&engine.rules, &mut scratch.run(&engine.program, row, Inputs::Person(moment)));
        Ruling::new(engine, moment, outcomes)
    }

    /// No rule runs.
    fn nothing<'r>(&'r mut self, engine: &'r Engine, moment: Moment<'r>) -> Ruling<'r> {
        self.outcomes.clear();
        Ruling::new(engine, moment, &self.outcomes)
    }
}
