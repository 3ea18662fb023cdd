//! The Common Expression Language, by the `cel` crate: a program for each rule, run until one is true.

use std::time::Instant;

use cel::{Context, Program, Value};

use crate::data::{Failure, Person, Rule, Test, field};
use crate::language::{Language, quoted, translate};
use crate::outcome::Outcome;

/// With patterns as `matches(…)`, or without those that are more than a prefix or a suffix: the crate compiles a regular
/// expression anew at every call.
pub struct Cel {
    pub with_patterns: bool,
}

impl Language for Cel {
    fn not(&self, operand: &str) -> String {
        format!("!({operand})")
    }

    fn test(&self, test: &Test) -> Option<String> {
        let (name, text) = (field(&test.attribute), || quoted(&test.text()));
        if name == "groups" {
            return match (test.starts(), test.whole_pattern()) {
                (Some(start), _) => Some(format!("groups.exists(g, g.startsWith({}))", quoted(&start))),
                (None, Some(pattern)) => {
                    self.with_patterns.then(|| format!("groups.exists(g, g.matches({}))", quoted(&pattern)))
                }
                (None, None) => Some(format!("{} in groups", text())),
            };
        }
        let call = |function: &str, text: &str| Some(format!("{name}.{function}({})", quoted(text)));
        match test.operator.as_str() {
            "eq" if test.flag == Some(false) => Some(format!("!{name}")),
            "eq" if test.flag == Some(true) => Some(name.to_owned()),
            "eq" => Some(format!("{name} == {}", text())),
            "in" => {
                let texts: Vec<String> = test.texts().iter().map(|text| quoted(text)).collect();
                Some(format!("{name} in [{}]", texts.join(", ")))
            }
            "sw" => call("startsWith", &test.text()),
            "ew" => call("endsWith", &test.text()),
            "co" => call("contains", &test.text()),
            "matches" => match (test.starts(), test.ends(), test.whole_pattern()) {
                (Some(start), _, _) => call("startsWith", &start),
                (None, Some(end), _) => call("endsWith", &end),
                (None, None, Some(pattern)) if self.with_patterns => call("matches", &pattern),
                _ => None,
            },
            _ => None,
        }
    }
}

pub fn run(rules: &[Rule], people: &[Person], with_patterns: bool) -> Result<Outcome, Failure> {
    let (name, language) = (if with_patterns { "cel-with-patterns" } else { "cel" }, Cel { with_patterns });
    let start = Instant::now();
    let mut outcome = Outcome::new(name);
    let mut programs = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        match translate(&rule.condition, &language) {
            Some(text) => programs.push((index, Program::compile(&text).map_err(|error| error.to_string())?)),
            None => outcome.cannot_say.push(index),
        }
    }
    outcome.compile = start.elapsed();
    let contexts: Vec<Context<'_, '_>> = people.iter().map(context).collect();
    let yes = Value::Bool(true);
    outcome.measure(&contexts, |context| {
        let hit = programs.iter().find(|(_, program)| program.execute(context).is_ok_and(|value| value == yes));
        hit.map(|(index, _)| *index)
    });
    Ok(outcome)
}

fn context(person: &Person) -> Context<'static, 'static> {
    let mut context = Context::default();
    for (name, text) in person.texts() {
        context.add_variable_from_value(name, text);
    }
    context.add_variable_from_value("active", person.active);
    context.add_variable_from_value("groups", person.groups.clone());
    context
}
