//! The answer to a question about everybody, as text and as JSON.

use std::io::{self, Write};

use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Redactor, write_json, write_json_value};
use crate::analysis::{Asked, Goal, RuleId, Witness};
use crate::condition::RuleSet;
use crate::config::Config;
use crate::engine::{Engine, Event};
use crate::source::{Sources, visible};

/// Whether somebody of a kind can end somewhere: what `vestibule ask --format json` writes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "An answer of vestibule")]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// The version of this shape.
    #[schemars(extend("const" = VERSION))]
    version: u32,
    /// The answer.
    pub answer: Word,
    /// The condition that was asked about, as the printer writes it.
    pub condition: String,
    /// The event.
    pub event: Event,
    /// Where somebody was to end.
    pub goal: End,
    /// Somebody who does, as a test that passes; for `yes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<Value>,
    /// The rules that keep from it whom the condition takes; for `no`. There may be none: then no rule leads there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because_of: Option<Vec<Preventing>>,
    /// The rules that would lead there, and are not run when SCIM creates a user; for `no`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_run: Option<Vec<Preventing>>,
}

const VERSION: u32 = 1;

/// The answer in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// There is such a person.
    Yes,
    /// It is proved that there is none.
    No,
    /// The budget of the proof ended first.
    Unknown,
}

/// Where somebody may end: [`Goal`] in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// Taken in.
    Admitted,
    /// Refused.
    Refused,
    /// In this organization.
    Organization(String),
    /// In this rule-based group.
    Group(String),
}

/// A rule that keeps people from a goal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Preventing {
    /// Its set.
    pub set: RuleSet,
    /// Its name.
    pub rule: String,
    /// The file that it stands in.
    pub file: String,
    /// The line that its condition starts on.
    pub line: usize,
}

impl Answer {
    /// What was answered, in names.
    pub fn new(
        asked: &Asked,
        (condition, event, goal): (&str, Event, Goal<'_>),
        config: &Config,
        sources: &Sources,
    ) -> Answer {
        let goal = End::of(goal);
        let named = |ids: &[RuleId]| Some(ids.iter().filter_map(|id| preventing(*id, config, sources)).collect());
        let (answer, test, because_of, not_run) = match asked {
            Asked::Yes(witness) => {
                (Word::Yes, Some(test(witness, &goal, condition, &Engine::compile(config))), None, None)
            }
            Asked::No { because_of, not_run } => (Word::No, None, named(because_of), named(not_run)),
            Asked::Unknown => (Word::Unknown, None, None, None),
        };
        Answer { version: VERSION, answer, condition: condition.to_owned(), event, goal, test, because_of, not_run }
    }

    /// Without what looks personal.
    pub fn redact(&mut self, redactor: &Redactor) {
        self.condition = redactor.text(&self.condition);
        self.test.iter_mut().for_each(|test| redactor.json(test));
    }

    /// Writes it for people; the example as a test file has it.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let (goal, event) = (self.goal.words(), self.event);
        let line = match (self.answer, &self.because_of) {
            (Word::Yes, _) => format!("yes: somebody whom the condition takes is {goal} at {event}"),
            (Word::Unknown, _) => {
                format!("unknown: no answer whether somebody whom the condition takes is {goal} at {event}")
            }
            (Word::No, _) if !event.runs_rules() => format!("no: no rule runs at {event}"),
            (Word::No, Some(rules)) if !rules.is_empty() => {
                format!("no: nobody whom the condition takes is {goal} at {event}, because of")
            }
            (Word::No, _) if self.not_run.iter().flatten().next().is_some() => {
                format!("no: nobody whom the condition takes is {goal} at {event}")
            }
            (Word::No, _) => {
                format!("no: nobody whom the condition takes is {goal} at {event}; no rule leads them there")
            }
        };
        writeln!(out, "{}", visible(&line))?;
        write_rules(self.because_of.iter().flatten(), out)?;
        if self.not_run.as_ref().is_some_and(|rules| !rules.is_empty()) {
            writeln!(out, "not run then, for want of what they ask for")?;
            write_rules(self.not_run.iter().flatten(), out)?;
        }
        let Some(Value::Object(test)) = &self.test else { return Ok(()) };
        writeln!(out)?;
        for (index, key) in KEYS.iter().filter(|key| test.contains_key(**key)).enumerate() {
            write!(out, "  {} {key}: ", if index == 0 { "-" } else { " " })?;
            match &test[*key] {
                Value::String(word) if is_plain(word) => writeln!(out, "{word}")?,
                value => {
                    write_flow(value, out)?;
                    writeln!(out)?;
                }
            }
        }
        Ok(())
    }

    /// Writes it as one JSON document.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        write_json(self, out)
    }

    /// The schema of it.
    pub fn schema() -> Schema {
        crate::engine::schema::schema_of::<Answer>()
    }
}

impl End {
    fn of(goal: Goal<'_>) -> End {
        match goal {
            Goal::Admitted => End::Admitted,
            Goal::Refused => End::Refused,
            Goal::Organization(name) => End::Organization(name.to_owned()),
            Goal::Group(name) => End::Group(name.to_owned()),
        }
    }

    fn words(&self) -> String {
        match self {
            End::Admitted => "admitted".to_owned(),
            End::Refused => "refused".to_owned(),
            End::Organization(name) => format!("in the organization {name}"),
            End::Group(name) => format!("in the group {name}"),
        }
    }
}

fn write_rules<'r>(rules: impl Iterator<Item = &'r Preventing>, out: &mut dyn Write) -> io::Result<()> {
    for rule in rules {
        let line = format!("{}, rule {}  {}:{}", rule.set.as_str(), rule.rule, rule.file, rule.line);
        writeln!(out, "  {}", visible(&line))?;
    }
    Ok(())
}

fn preventing(id: RuleId, config: &Config, sources: &Sources) -> Option<Preventing> {
    let rule = config.rules().filter(|rule| rule.set == id.set).nth(id.index)?;
    let (file, span) = sources.locate(&rule.when.at.value());
    let text = sources.text(file);
    let (line, file) = (text.position(span.start).line, text.name().to_owned());
    Some(Preventing { set: id.set, rule: rule.name.to_owned(), file, line })
}

/// The keys of a test, in the order in which people write them.
const KEYS: [&str; 7] = ["name", "event", "user", "groups", "internal-groups", "attributes", "expect"];

/// An example as a test that passes.
fn test(witness: &Witness, goal: &End, condition: &str, engine: &Engine) -> Value {
    let event = witness.event();
    let expect = match goal {
        End::Admitted => json!({ "intake": "admit" }),
        End::Refused => json!({ "intake": "refuse" }),
        End::Organization(name) => json!({ "organization": name }),
        // A test says all groups.
        End::Group(_) => {
            let decision = witness.with_person(engine, |person| engine.evaluate(person, event));
            json!({ "groups": decision.groups.into_iter().map(|grant| grant.name).collect::<Vec<_>>() })
        }
    };
    let mut test = Map::new();
    test.insert("name".to_owned(), format!("somebody with {condition} is {} at {event}", goal.words()).into());
    if let Value::Object(members) = witness.to_json() {
        test.extend(members);
    }
    test.insert("expect".to_owned(), expect);
    Value::Object(test)
}

/// A value in the flow style of YAML. The depth is that of a SCIM user.
fn write_flow(value: &Value, out: &mut dyn Write) -> io::Result<()> {
    match value {
        Value::Object(members) if members.is_empty() => write!(out, "{{}}"),
        Value::Object(members) => {
            for (index, (name, value)) in members.iter().enumerate() {
                out.write_all(if index == 0 { b"{ " } else { b", " })?;
                if is_plain(name) {
                    write!(out, "{name}")?
                } else {
                    write_json_value(name, out)?
                }
                write!(out, ": ")?;
                write_flow(value, out)?;
            }
            write!(out, " }}")
        }
        Value::Array(items) => {
            write!(out, "[")?;
            for (index, item) in items.iter().enumerate() {
                write!(out, "{}", if index == 0 { "" } else { ", " })?;
                write_flow(item, out)?;
            }
            write!(out, "]")
        }
        value => write_json_value(value, out),
    }
}

/// Whether a name is the same without quotes.
fn is_plain(name: &str) -> bool {
    let is_word = |word: &str| ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&word);
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        && !is_word(&name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::check_committed;

    #[test]
    fn the_committed_schema_is_that_of_the_type() {
        check_committed("answer.schema.json", &Answer::schema());
    }

    #[test]
    fn flow_style_keeps_every_value() {
        let value = json!({ "userName": "a: b\n#", "urn:x:y": { "no": [1, true, null, {}] }, "n": [] });
        let mut out = Vec::new();
        write_flow(&value, &mut out).expect("writing to memory");
        let text = String::from_utf8(out).expect("UTF-8");
        assert_eq!(text, r##"{ "n": [], "urn:x:y": { "no": [1, true, null, {}] }, userName: "a: b\n#" }"##);
        assert_eq!(serde_yaml::from_str::<Value>(&text).ok(), Some(value));
    }
}
