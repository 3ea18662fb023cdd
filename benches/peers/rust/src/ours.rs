//! vestibule, in the same process and over the same users: one at a time, or all at once with their values looked up.

use std::fs;
use std::path::Path;
use std::time::Instant;

use vestibule::scim::{GroupRef, User};
use vestibule::{Config, Engine, Event, Person};

use crate::data::Failure;
use crate::outcome::Outcome;

pub fn run(
    configuration: &Path,
    rules: &[String],
    people: &[(String, Vec<String>)],
    at_once: bool,
) -> Result<Outcome, Failure> {
    // The generator numbers its rules, and looking a name up would cost as much as deciding.
    if !rules.iter().enumerate().all(|(place, name)| place_of(name) == Some(place)) {
        return Err("a rule's name does not end with its place".into());
    }
    let text = fs::read_to_string(configuration)?;
    let start = Instant::now();
    let mut outcome = if at_once { Outcome::prepared("vestibule-batch") } else { Outcome::new("vestibule") };
    let config = Config::parse("vestibule.yaml", &text).map_err(|error| error.to_string())?;
    let engine = Engine::compile(&config);
    outcome.compile = start.elapsed();
    let users =
        people.iter().map(|(resource, _)| Ok(User::from_json(resource)?)).collect::<Result<Vec<_>, Failure>>()?;
    let inputs = users.iter().zip(people).map(|(user, (_, groups))| {
        Person::new(user).in_provider_groups(groups.iter().map(|name| GroupRef::named(name)))
    });
    let mut evaluator = engine.evaluator();
    if at_once {
        let mut batch = evaluator.batch(Event::Login);
        inputs.for_each(|person| batch.push(person));
        let indexes: Vec<usize> = (0..batch.len()).collect();
        outcome.measure(&indexes, |index| batch.ruling(*index).organization_rule().and_then(place_of));
    } else {
        let inputs: Vec<Person<'_>> = inputs.collect();
        outcome.measure(&inputs, |person| {
            evaluator.evaluate(person, Event::Login).organization_rule().and_then(place_of)
        });
    }
    Ok(outcome)
}

/// The number at the end of a rule's name.
fn place_of(rule: &str) -> Option<usize> {
    rule.rsplit('-').next()?.parse().ok()
}
