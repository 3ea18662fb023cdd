//! The JSON document of a diff, and its schema (draft 2020-12).

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::{Moved, MovedGroup, Moves, Proof};
use crate::engine::schema::schema_of;

/// The version of the shape. It grows when a member changes its meaning or goes away, not when one is added.
pub const VERSION: u32 = 1;

/// What a change of a configuration does.
///
/// Serialises as `vestibule diff --format json`, where it is written piece by piece.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "What a change of a configuration does")]
#[serde(rename_all = "camelCase")]
pub struct Diff<'a> {
    /// The version of this shape.
    #[schemars(extend("const" = VERSION))]
    pub version: u32,
    /// The configuration before.
    pub old: &'a str,
    /// The configuration after.
    pub new: &'a str,
    /// Everybody of the snapshot who is treated differently, an entry an event, in the order of the snapshot.
    pub moved: &'a [Moved],
    /// The provider groups of the snapshot that other organizations may see.
    pub moved_groups: &'a [MovedGroup],
    /// How many people move, from where to where; `null` where there is no snapshot.
    pub people: Option<&'a Moves>,
    /// What is proved about everybody, in the snapshot or not.
    pub proof: &'a Proof,
}

/// The schema of a [`Diff`].
pub fn schema() -> Schema {
    schema_of::<Diff<'_>>()
}

/// The schema of a [`Moved`]: of a line of `vestibule diff --format jsonl`.
pub fn moved_schema() -> Schema {
    schema_of::<Moved>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::check_committed;

    #[test]
    fn the_committed_schemas_are_those_of_the_types() {
        check_committed("diff.schema.json", &schema());
        check_committed("moved.schema.json", &moved_schema());
    }
}
