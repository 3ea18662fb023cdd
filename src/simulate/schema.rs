//! The JSON Schemas (draft 2020-12) of simulations.

use schemars::Schema;

use super::{Remaining, ReplaySummary, Summary, Transition};
use crate::engine::schema::schema_of;

/// The schema of a [`Summary`]: of `vestibule simulate --format json`.
pub fn simulation_schema() -> Schema {
    schema_of::<Summary>()
}

/// The schema of a [`ReplaySummary`]: of `vestibule simulate --events LOG --format json`.
pub fn replay_schema() -> Schema {
    schema_of::<ReplaySummary>()
}

/// The schema of a [`Transition`]: of a line of `vestibule simulate --format jsonl`.
pub fn transition_schema() -> Schema {
    schema_of::<Transition>()
}

/// The schema of a [`Remaining`]: of a line of `vestibule simulate --final --format jsonl`.
pub fn remaining_schema() -> Schema {
    schema_of::<Remaining>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::check_committed;

    #[test]
    fn the_committed_schemas_are_those_of_the_types() {
        check_committed("simulation.schema.json", &simulation_schema());
        check_committed("replay.schema.json", &replay_schema());
        check_committed("transition.schema.json", &transition_schema());
        check_committed("remaining.schema.json", &remaining_schema());
    }
}
