//! The JSON Schemas (draft 2020-12) of decisions.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::{Decision, Event, Explanation, GroupDecision};

/// The version of the shapes. It grows when a member changes its meaning or goes away, not when one is added.
const VERSION: u32 = 1;

/// Decisions of vestibule.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Decisions of vestibule")]
#[serde(untagged)]
#[allow(dead_code)] // The schema is made of it; what it describes is written piece by piece.
enum Decisions<'a> {
    /// Those about users at one event.
    Users {
        /// The version of this shape.
        #[schemars(extend("const" = VERSION))]
        version: u32,
        /// The event.
        event: Event,
        /// A decision for each user, in the order of the snapshot.
        decisions: &'a [Decision],
    },
    /// Those about provider groups.
    Groups {
        /// The version of this shape.
        #[schemars(extend("const" = VERSION))]
        version: u32,
        /// A decision for each group, in the order of the snapshot.
        groups: &'a [GroupDecision],
    },
}

/// Explanations of vestibule.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Explanations of vestibule")]
#[allow(dead_code)] // As above.
struct Explanations<'a> {
    /// The version of this shape.
    #[schemars(extend("const" = VERSION))]
    version: u32,
    /// One for each event, about one user.
    explanations: &'a [Explanation],
}

/// The schema of a document of `vestibule explain --format json`: of [`Explanation`]s.
pub fn explanation_schema() -> Schema {
    schema_of::<Explanations<'_>>()
}

/// The schema of a [`Decision`]: of a line of `vestibule eval --format jsonl`.
pub fn decision_schema() -> Schema {
    schema_of::<Decision>()
}

/// The schema of a [`GroupDecision`]: of a line of `vestibule eval --groups --format jsonl`.
pub fn group_decision_schema() -> Schema {
    schema_of::<GroupDecision>()
}

/// The schema of a document of `vestibule eval --format json`, of users or of groups.
pub fn decisions_schema() -> Schema {
    schema_of::<Decisions<'_>>()
}

/// The schema of an output, as its type serialises.
pub(crate) fn schema_of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::check_committed;
    use super::*;

    #[test]
    fn the_committed_schemas_are_those_of_the_types() {
        check_committed("decision.schema.json", &decision_schema());
        check_committed("group-decision.schema.json", &group_decision_schema());
        check_committed("decisions.schema.json", &decisions_schema());
        check_committed("explanation.schema.json", &explanation_schema());
    }

    #[test]
    fn the_schemas_refuse_other_shapes() {
        let documents = jsonschema::draft202012::new(&decisions_schema().to_value()).expect("a schema");
        assert!(documents.is_valid(&json!({ "version": 1, "event": "login", "decisions": [] })));
        assert!(documents.is_valid(&json!({ "version": 1, "groups": [] })));
        for other in [
            json!({ "version": 2, "event": "login", "decisions": [] }),
            json!({ "version": 1, "event": "logout", "decisions": [] }),
            json!({ "version": 1, "decisions": [] }),
            json!({ "version": 1, "groups": [{ "id": "g" }] }),
        ] {
            assert!(!documents.is_valid(&other), "{other}");
        }
        let lines = jsonschema::draft202012::new(&decision_schema().to_value()).expect("a schema");
        assert!(!lines.is_valid(&json!({ "userName": "ada", "event": "login" })));
    }
}
