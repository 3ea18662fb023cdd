//! vestibule, one user at a time, in the same process and over the same users.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use vestibule::scim::{GroupRef, User};
use vestibule::{Config, Engine, Event, Person};

use crate::data::Failure;
use crate::outcome::Outcome;

pub fn run(configuration: &Path, rules: &[String], people: &[(String, Vec<String>)]) -> Result<Outcome, Failure> {
    let text = fs::read_to_string(configuration)?;
    let start = Instant::now();
    let mut outcome = Outcome::new("vestibule");
    let config = Config::parse("vestibule.yaml", &text).map_err(|error| error.to_string())?;
    let engine = Engine::compile(&config);
    outcome.compile = start.elapsed();
    let users =
        people.iter().map(|(resource, _)| Ok(User::from_json(resource)?)).collect::<Result<Vec<_>, Failure>>()?;
    let inputs: Vec<Person<'_>> = users
        .iter()
        .zip(people)
        .map(|(user, (_, groups))| {
            Person::new(user).in_provider_groups(groups.iter().map(|name| GroupRef::named(name)))
        })
        .collect();
    let places: HashMap<&str, usize> = rules.iter().enumerate().map(|(index, name)| (name.as_str(), index)).collect();
    outcome.measure(&inputs, |person| {
        let decision = engine.evaluate(person, Event::Login);
        decision.organization.rule.as_deref().and_then(|name| places.get(name).copied())
    });
    Ok(outcome)
}
