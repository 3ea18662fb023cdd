//! Evaluates one person after the other with what the last one left behind.

use super::evaluate::group_decision;
use super::inputs::{Moment, Reading};
use super::outcomes::{Finder, FirstMatch, Outcomes};
use super::plain::Inputs;
use super::scratch::Scratch;
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
    scratch: Scratch,
    outcomes: Outcomes,
    /// What rules over groups need; made where there is a group to evaluate.
    group_scratch: Option<Scratch>,
}

impl Engine {
    /// What evaluates many people one after the other, for one thread.
    pub fn evaluator(&self) -> Evaluator<'_> {
        Evaluator {
            engine: self,
            scratch: Scratch::new(&self.program),
            outcomes: Outcomes::default(),
            group_scratch: None,
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
        let program = &self.engine.program;
        let moment = self.engine.moment(person, event);
        self.decide(moment, |scratch| scratch.look_up(program, &Inputs::Person(moment)))
    }

    /// Decides on a person whose values `look_up` finds.
    pub(super) fn decide<'r>(&'r mut self, moment: Moment<'r>, look_up: impl FnOnce(&mut Scratch)) -> Ruling<'r> {
        let Evaluator { engine, scratch, outcomes, .. } = self;
        let event = moment.event;
        outcomes.clear();
        if event.runs_rules() {
            scratch.begin();
            look_up(scratch);
            let at_create = event == Event::ScimCreate;
            outcomes.find(&engine.rules, &mut scratch.run(&engine.program, at_create, Inputs::Person(moment)));
        }
        Ruling::new(&engine.rules, moment, outcomes)
    }

    /// Which organizations may see a provider group, as [`Engine::evaluate_group`] says.
    pub fn evaluate_group(&mut self, group: &Group) -> GroupDecision {
        let program = &self.engine.group_program;
        let scratch = self.group_scratch.get_or_insert_with(|| Scratch::new(program));
        let inputs = Inputs::Group(GroupRef::of(group, None));
        scratch.begin();
        scratch.look_up(program, &inputs);
        let rules = &self.engine.rules.group_organizations;
        let (mut end, mut unknown) = (FirstMatch::default(), Vec::new());
        scratch.run(program, false, inputs).first_match(0, &mut end, &mut unknown);
        group_decision(rules, group, &end, &unknown)
    }
}
