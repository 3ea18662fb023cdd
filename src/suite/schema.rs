//! The JSON Schema of test files.

use schemars::{Schema, json_schema};
use serde_json::{Value, json};

use super::read::EVENTS;
use super::read_expect::{BASES, DECISIONS, INTAKE_BASES};
use crate::engine::{Basis, Event, Intake};

/// The JSON Schema (draft 2020-12) of a test file, for editors and for `vestibule schema tests`.
///
/// It takes what the reader takes, as far as that can be said without looking at the configuration.
pub fn schema() -> Schema {
    json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tests of vestibule.yaml",
        "description": "What people expect of the rules of a configuration.",
        "type": "object",
        "properties": {
            "version": described("The version of this format: 1.", json!({ "const": 1 })),
            "tests": described("The tests.", json!({ "type": "array", "minItems": 1, "items": reference("Test") }))
        },
        "required": ["version", "tests"],
        "additionalProperties": false,
        "$defs": definitions()
    })
}

fn definitions() -> Value {
    json!({
        "Test": test(),
        "Step": step(),
        "ScimUser": described("A SCIM user: the attributes that a server would hold.", json!({
            "type": "object",
            "required": ["userName"],
            "not": { "required": ["from"] }
        })),
        "SnapshotUser": described("A user of the snapshot.", json!({
            "type": "object",
            "properties": {
                "from": described("The `id`, `userName` or `externalId` of the user.", text()),
                "with": described("SCIM attributes that replace those of the snapshot; null removes one.", object())
            },
            "required": ["from"],
            "additionalProperties": false
        })),
        "ProviderGroup": described("A provider group: its name, or both of its names.", json!({
            "anyOf": [text(), {
                "type": "object",
                "properties": { "displayName": text(), "externalId": text() },
                "required": ["displayName"],
                "additionalProperties": false
            }]
        })),
        "FoundryAttributes": described("Foundry attributes by name; null is no value.", json!({
            "type": "object",
            "additionalProperties": { "anyOf": [{ "type": ["string", "null"] }, list(text())] },
            "propertyNames": { "pattern": r"\S", "not": { "const": "<<" } }
        })),
        "Event": { "enum": EVENTS.map(|(name, _)| name) },
        "Expectation": expectation()
    })
}

fn test() -> Value {
    let groups = described(
        "The provider groups. Absent: those of the snapshot; none for a user who is written here.",
        list(reference("ProviderGroup")),
    );
    let internal = described(
        "The internal groups by name. Absent: those of Foundry's export; none for a user who is written here.",
        list(text()),
    );
    json!({
        "type": "object",
        "properties": {
            "name": described("The test's name, unique within the file.", text()),
            "skip": described("Why the test is not run.", text()),
            "user": described("The person.", json!({ "anyOf": [reference("SnapshotUser"), reference("ScimUser")] })),
            "groups": groups,
            "internal-groups": internal,
            "attributes": described("Foundry attributes, as earlier logins left them and as claims carry them.",
                reference("FoundryAttributes")),
            "event": described("The event. Absent: `login`.", reference("Event")),
            "expect": described("What is expected at the event.", reference("Expectation")),
            "events": described("A sequence of events, instead of one.",
                json!({ "type": "array", "minItems": 1, "items": reference("Step") }))
        },
        "required": ["name", "user"],
        "oneOf": [
            { "required": ["expect"], "not": { "required": ["events"] } },
            { "required": ["events"], "not": { "anyOf": [{ "required": ["event"] }, { "required": ["expect"] }] } }
        ],
        "additionalProperties": false
    })
}

/// An event of a sequence. What may come with it depends on the event.
fn step() -> Value {
    let only_at = |key: &str, events: &[Event]| {
        let names: Vec<&str> = events.iter().map(|event| event.as_str()).collect();
        json!({ "if": { "required": [key] }, "then": { "properties": { "event": { "enum": names } } } })
    };
    json!({
        "type": "object",
        "properties": {
            "event": reference("Event"),
            "with": described("SCIM attributes that the request changes; null removes one.", object()),
            "groups": described("The provider groups from now on.", list(reference("ProviderGroup"))),
            "attributes": described("What the claims of the login fill Foundry attributes with.",
                reference("FoundryAttributes")),
            "expect": described("What is expected after the event.", reference("Expectation"))
        },
        "required": ["event"],
        "additionalProperties": false,
        "allOf": [
            only_at("with", &[Event::ScimCreate, Event::ScimUpdate]),
            only_at("groups", &[Event::MembershipUpdate, Event::Login]),
            only_at("attributes", &[Event::Login])
        ]
    })
}

fn expectation() -> Value {
    let names = |what: &str| described(what, list(text()));
    let by = |bases: &[(&str, Basis)]| {
        let names: Vec<&str> = bases.iter().map(|(name, _)| *name).collect();
        described("What decides.", json!({ "enum": names }))
    };
    let rule = || described("The rule that decides.", text());
    let decisions = json!({ "enum": DECISIONS.map(|(name, _): (&str, Intake)| name) });
    let name = json!({ "anyOf": [text(), { "type": "null" }] });
    let mapping = |first: &str, value: &Value, by: Value| {
        json!({
            "type": "object",
            "minProperties": 1,
            "properties": { first: value, "by": by, "rule": rule() },
            "additionalProperties": false
        })
    };
    json!({
        "description": "What is expected. Only what is stated is compared.",
        "type": "object",
        "minProperties": 1,
        "properties": {
            "intake": { "anyOf": [decisions, mapping("decision", &decisions, by(&INTAKE_BASES))] },
            "organization": described("The organization; null for none.",
                json!({ "anyOf": [name, mapping("name", &name, by(&BASES))] })),
            "groups": names("Exactly these rule-based groups, in any order."),
            "not-run": names("Exactly these rules that were reached and not run, in any order.")
        },
        "additionalProperties": false
    })
}

fn described(description: &str, mut schema: Value) -> Value {
    if let Some(members) = schema.as_object_mut() {
        members.insert("description".to_owned(), description.into());
    }
    schema
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// A text that is not blank.
fn text() -> Value {
    json!({ "type": "string", "pattern": r"\S" })
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn object() -> Value {
    json!({ "type": "object" })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::super::{read, read_expect};
    use super::*;
    use crate::config::fields::Shape;
    use crate::source::Sources;

    fn validator() -> jsonschema::Validator {
        jsonschema::draft202012::new(&schema().to_value()).expect("the schema is a schema")
    }

    #[test]
    fn the_committed_schema_is_this_one() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/tests.schema.json");
        let generated = schema().to_value();
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            fs::write(&path, format!("{generated:#}\n")).expect("the schema can be written");
        }
        let committed = fs::read_to_string(&path).expect("the schema is committed");
        let committed: Value = serde_json::from_str(&committed).expect("the schema is JSON");
        assert!(committed == generated, "{} is stale: run the tests with UPDATE_SCHEMAS=1", path.display());
    }

    #[test]
    fn the_schema_has_the_keys_that_the_reader_asks_for() {
        let schema = schema().to_value();
        let check = |pointer: &str, shape: &Shape| {
            let properties = schema.pointer(pointer).and_then(Value::as_object).expect(pointer);
            let mut keys: Vec<&str> = shape.keys.to_vec();
            keys.sort_unstable();
            let mut listed: Vec<&str> = properties.keys().map(String::as_str).collect();
            listed.sort_unstable();
            assert_eq!(listed, keys, "{pointer}");
        };
        check("/properties", &read::FILE);
        check("/$defs/Test/properties", &read::TEST);
        check("/$defs/Step/properties", &read::STEP);
        check("/$defs/SnapshotUser/properties", &read::SNAPSHOT_USER);
        check("/$defs/ProviderGroup/anyOf/1/properties", &read::GROUP);
        check("/$defs/Expectation/properties", &read_expect::EXPECT);
        check("/$defs/Expectation/properties/intake/anyOf/1/properties", &read_expect::INTAKE);
        check("/$defs/Expectation/properties/organization/anyOf/1/properties", &read_expect::ORGANIZATION);
    }

    /// Whether the reader takes a test, and whether the schema does.
    fn taken(test: &str) -> (bool, bool) {
        let text = format!("version: 1\ntests: [{{ {test} }}]\n");
        let mut sources = Sources::default();
        let (file, problems) = sources.add_document("a.test.yaml", text.as_bytes());
        let reading = read::read(&sources, file);
        let value: Value = serde_yaml::from_str(&text).expect("YAML");
        (problems.is_empty() && reading.problems.is_empty(), validator().is_valid(&value))
    }

    #[test]
    fn the_schema_takes_what_the_reader_takes() {
        for test in [
            "name: a, user: { userName: u }, expect: { intake: admit }",
            "name: a, user: { from: u }, event: scim-create, expect: { organization: null }",
            "name: a, user: { from: u, with: { title: null } }, expect: { organization: { by: fallback } }",
            "name: a, user: { from: u }, groups: [A, { displayName: B, externalId: c }], expect: { groups: [] }",
            "name: a, user: { from: u }, attributes: { a: x, b: [x, y], c: null }, expect: { not-run: [r] }",
            "name: a, skip: later, user: { from: u }, events: [{ event: login, groups: [A], expect: { groups: [] } }]",
        ] {
            assert_eq!(taken(test), (true, true), "{test}");
        }
    }

    #[test]
    fn the_schema_refuses_what_the_reader_refuses_by_its_shape() {
        for test in [
            "name: a, expect: { intake: admit }",
            "name: '', user: { from: u }, expect: { intake: admit }",
            "name: a, user: { from: u }",
            "name: a, user: { from: u }, expect: {}",
            "name: a, user: { from: u }, expect: { intake: perhaps }",
            "name: a, user: { from: u }, expect: { intake: { by: fallback } }",
            "name: a, user: { from: u }, expect: { organization: {} }",
            "name: a, user: { from: u }, expect: { organization: 7 }",
            "name: a, user: { from: u }, expect: { groups: A }",
            "name: a, user: { from: u }, event: login, events: [{ event: login, expect: { groups: [] } }]",
            "name: a, user: { from: u }, events: []",
            "name: a, user: { from: u }, events: [{ event: scim-create, groups: [A], expect: { groups: [] } }]",
            "name: a, user: { from: u }, groups: [{ externalId: c }], expect: { groups: [] }",
            "name: a, user: { from: u }, surprise: 1, expect: { groups: [] }",
        ] {
            assert_eq!(taken(test), (false, false), "{test}");
        }
    }
}
