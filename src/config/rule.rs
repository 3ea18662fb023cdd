//! Rules, and values that know where they stand.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{Admission, GroupNames, OrganizationName, OrganizationNames};
use crate::condition::{Condition, Expr, Term};
use crate::source::{At, Case, Span};

/// A value of the document and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sited<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub at: At,
}

impl<T> Deref for Sited<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Serialize> Serialize for Sited<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<T: JsonSchema> JsonSchema for Sited<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }

    fn inline_schema() -> bool {
        T::inline_schema()
    }
}

/// A rule's condition as read, before its names and types are checked.
#[derive(Clone, Debug)]
pub struct Written {
    /// The decoded text.
    pub text: String,
    /// The syntax tree.
    pub expr: Expr,
    /// Where the text stands.
    pub at: At,
}

/// A rule's condition, checked.
#[derive(Clone, Debug)]
pub struct When {
    /// The decoded text.
    pub text: String,
    /// The syntax tree: where the parts of the text stand.
    pub expr: Arc<Expr>,
    /// What it means.
    pub condition: Condition,
    /// Where the text stands.
    pub at: At,
}

impl When {
    /// A part of the text with its white space made even: what a finding about it is known by.
    pub(crate) fn words(&self, span: Span) -> String {
        let written = self.text.get(span.range()).unwrap_or_default();
        written.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// A part of the text as a case of a finding.
    pub(crate) fn case(&self, span: Span) -> Case {
        Case::new(&[&self.words(span)])
    }
}

impl Serialize for When {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.condition.term {
            Term::Constant(constant) => serializer.serialize_bool(constant),
            _ => serializer.serialize_str(&self.condition.printed),
        }
    }
}

impl JsonSchema for When {
    fn schema_name() -> Cow<'static, str> {
        "Condition".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A condition: an RFC 7644 filter with a few additions, or a boolean.",
            "anyOf": [{ "type": "string" }, { "type": "boolean" }]
        })
    }
}

/// A rule of Control Panel: a condition, and what follows where it holds.
#[derive(Clone, Debug)]
pub struct Rule<O, W = When> {
    /// The rule's name, unique within its set.
    pub name: Sited<String>,
    /// What people should know about it.
    pub description: Option<String>,
    /// Whether it counts at all.
    pub enabled: bool,
    /// When it holds.
    pub when: W,
    /// What follows.
    pub outcome: O,
    /// Where the rule stands.
    pub at: At,
    /// The byte of its file at which the rule starts: routes have no order, and traces follow that of the document.
    pub start: usize,
}

impl<O, W> Rule<O, W> {
    /// The same rule with its condition turned into something else; `None` where that fails.
    pub(super) fn try_map<V>(self, turn: impl FnOnce(W) -> Option<V>) -> Option<Rule<O, V>> {
        let Rule { name, description, enabled, when, outcome, at, start } = self;
        Some(Rule { name, description, enabled, when: turn(when)?, outcome, at, start })
    }
}

/// What follows from a rule, and the key that it is written under.
pub trait Outcome {
    /// The key.
    const KEY: &'static str;
}

impl Outcome for OrganizationName {
    const KEY: &'static str = "organization";
}

impl Outcome for OrganizationNames {
    const KEY: &'static str = "organizations";
}

impl Outcome for Sited<Admission> {
    const KEY: &'static str = "decision";
}

impl Outcome for GroupNames {
    const KEY: &'static str = "groups";
}

impl<O: Outcome + Serialize, W: Serialize> Serialize for Rule<O, W> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("rule", &self.name)?;
        if let Some(description) = &self.description {
            map.serialize_entry("description", description)?;
        }
        if !self.enabled {
            map.serialize_entry("enabled", &false)?;
        }
        map.serialize_entry("when", &self.when)?;
        map.serialize_entry(O::KEY, &self.outcome)?;
        map.end()
    }
}

impl<O: Outcome + JsonSchema, W: JsonSchema> JsonSchema for Rule<O, W> {
    fn schema_name() -> Cow<'static, str> {
        format!("RuleWith{}", O::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let when = generator.subschema_for::<W>();
        let outcome = generator.subschema_for::<O>();
        json_schema!({
            "type": "object",
            "properties": {
                "rule": { "description": "The rule's name, unique within its set.", "type": "string" },
                "description": { "description": "What people should know about it.", "type": "string" },
                "enabled": { "description": "Whether it counts at all.", "type": "boolean", "default": true },
                "when": when,
                (O::KEY): outcome
            },
            "required": ["rule", "when", O::KEY],
            "additionalProperties": false
        })
    }
}
