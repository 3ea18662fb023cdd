//! The JSON Schemas (draft 2020-12) of decisions.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::{Decision, Event, GroupDecision};

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

fn schema_of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}
