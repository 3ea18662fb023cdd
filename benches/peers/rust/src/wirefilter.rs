//! wirefilter: a filter for each rule, run until one matches.
//!
//! The release on crates.io has no lists, so a user's groups are one text, `|a|b|`, and a group is looked for as `|a|`.
//! It has no comparison with the end of a text either: a domain is a field of its own, the rest are anchored patterns.

use std::time::Instant;

use ::wirefilter::{ExecutionContext, Filter, Scheme, Type};

use crate::data::{Failure, Person, Rule, Test, field};
use crate::language::{Language, quoted, translate};
use crate::outcome::Outcome;

struct Wirefilter;

/// A text as a part of a pattern.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        if letter.is_ascii_punctuation() {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

impl Language for Wirefilter {
    fn not(&self, operand: &str) -> String {
        format!("(not {operand})")
    }

    fn test(&self, test: &Test) -> Option<String> {
        let name = field(&test.attribute);
        let matches = |pattern: &str| Some(format!("{name} matches \"{}\"", pattern.replace('"', "\\\"")));
        let contains = |text: &str| Some(format!("{name} contains {}", quoted(text)));
        match (test.operator.as_str(), test.flag) {
            ("includes", _) => match (test.starts(), &test.pattern) {
                (Some(start), _) => contains(&format!("|{start}")),
                (None, Some(_)) => None,
                (None, None) => contains(&format!("|{}|", test.text())),
            },
            ("eq", Some(true)) => Some(name.to_owned()),
            ("eq", Some(false)) => Some(format!("(not {name})")),
            ("eq", None) => Some(format!("{name} == {}", quoted(&test.text()))),
            ("in", _) => {
                let texts: Vec<String> = test.texts().iter().map(|text| quoted(text)).collect();
                Some(format!("{name} in {{{}}}", texts.join(" ")))
            }
            ("ew", _) if name == "email" && test.text().starts_with('@') => {
                Some(format!("email_domain == {}", quoted(&test.text()[1..])))
            }
            ("sw", _) => matches(&format!("^{}", escaped(&test.text()))),
            ("ew", _) => matches(&format!("{}$", escaped(&test.text()))),
            ("co", _) => contains(&test.text()),
            ("matches", _) => match (test.starts(), test.ends(), test.whole_pattern()) {
                (Some(start), _, _) => matches(&format!("^{}", escaped(&start))),
                (None, Some(end), _) => matches(&format!("{}$", escaped(&end))),
                (None, None, Some(pattern)) => matches(&pattern),
                (None, None, None) => None,
            },
            _ => None,
        }
    }
}

pub fn run(rules: &[Rule], people: &[Person]) -> Result<Outcome, Failure> {
    let groups: Vec<String> = people.iter().map(|person| format!("|{}|", person.groups.join("|"))).collect();
    let start = Instant::now();
    let mut outcome = Outcome::new("wirefilter");
    let mut scheme = Scheme::new();
    for (name, _) in Person::default().texts() {
        scheme.add_field(name.to_owned(), Type::Bytes).map_err(|error| error.to_string())?;
    }
    scheme.add_field("groups".to_owned(), Type::Bytes).map_err(|error| error.to_string())?;
    scheme.add_field("active".to_owned(), Type::Bool).map_err(|error| error.to_string())?;
    let mut filters: Vec<(usize, Filter<'_>)> = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        match translate(&rule.condition, &Wirefilter) {
            Some(text) => {
                filters.push((index, scheme.parse(&text).map_err(|error| format!("{text}: {error}"))?.compile()));
            }
            None => outcome.cannot_say.push(index),
        }
    }
    outcome.compile = start.elapsed();
    let mut contexts = Vec::new();
    for (person, groups) in people.iter().zip(&groups) {
        let mut context = ExecutionContext::new(&scheme);
        for (name, text) in person.texts() {
            context.set_field_value(name, text).map_err(|error| error.to_string())?;
        }
        context.set_field_value("groups", groups.as_str()).map_err(|error| error.to_string())?;
        context.set_field_value("active", person.active).map_err(|error| error.to_string())?;
        contexts.push(context);
    }
    outcome.measure(&contexts, |context| {
        let hit = filters.iter().find(|(_, filter)| filter.execute(context) == Ok(true));
        hit.map(|(index, _)| *index)
    });
    Ok(outcome)
}
