//! People whom SCIM creates into another organization than their login gives them.

use std::collections::BTreeSet;

use super::contest::{Decider, Differs, Other, differs};
use super::rules::{Analysis, Consequence, RuleId};
use super::view::Moment;
use super::witness::Witness;
use crate::condition::RuleSet;
use crate::engine::Event;

/// What becomes of those whom a rule takes at a login, when SCIM creates them.
#[derive(Clone, Debug, PartialEq)]
pub enum Newcomers {
    /// Somebody gets another organization, or none, until the login.
    Fall(Box<Fall>),
    /// Everybody gets the same from what runs at the creation.
    Stand,
    /// The budget ended first.
    Unknown,
}

/// Somebody who gets another organization at the creation.
#[derive(Clone, Debug, PartialEq)]
pub struct Fall {
    /// The person, at the creation.
    pub witness: Witness,
    /// Where the creation puts the person.
    pub created: Placed,
    /// Where the login does.
    pub logged_in: Placed,
}

/// Where somebody is put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The organization; `None` for none.
    pub organization: Option<String>,
    /// The rule that decides; `None` where what follows after all rules does.
    pub rule: Option<RuleId>,
}

impl Analysis<'_> {
    /// What becomes at the creation of those whom an organization rule over users takes at a login.
    pub fn newcomers(&mut self, rule: RuleId) -> Newcomers {
        self.model.world.effort.start();
        let (create, login) = (Moment::At(Event::ScimCreate), Moment::At(Event::Login));
        let set = RuleSet::OrganizationUsers;
        let Some(position) = self.book.position(rule).filter(|_| rule.set == set) else { return Newcomers::Unknown };
        let Some(at_create) = self.book.at(set, position, create) else { return Newcomers::Unknown };
        let also = [at_create.not, self.book.admitted(create), self.book.admitted(login)];
        let nothing = BTreeSet::new();
        let book = &self.book;
        let one = Decider { book, set, moment: login, rule: Some(position) };
        let other = Other { book, set, moment: create, without: &nothing };
        let mut fall = None;
        let answer = differs(&mut self.model, one, other, &also, |model, example| {
            // The person as described logs in; the event is only where it shows.
            let Some(mut witness) = Witness::new(&model.world, &book.view, example, Event::Login) else { return false };
            let decide = |event: Event| {
                witness.with_person(&book.engine, |person| {
                    let is_admitted = book.admits(&model.world, example, person, event);
                    let decider = book.decider(&model.world, example, set, person, event).filter(|_| is_admitted)?;
                    let organization = match book.consequence(set, decider) {
                        Consequence::Organization(name) => Some(name),
                        _ => None,
                    };
                    Some(Placed { rule: decider.map(|rule| book.id(set, rule)), organization })
                })
            };
            let (Some(created), Some(logged_in)) = (decide(Event::ScimCreate), decide(Event::Login)) else {
                return false;
            };
            let falls = logged_in.rule == Some(rule) && created.organization != logged_in.organization;
            if falls {
                witness.event = Event::ScimCreate;
                fall = Some(Box::new(Fall { witness, created, logged_in }));
            }
            falls
        });
        match (answer, fall) {
            (Differs::Somebody, Some(fall)) => Newcomers::Fall(fall),
            (Differs::Nobody(_), _) => Newcomers::Stand,
            _ => Newcomers::Unknown,
        }
    }
}
