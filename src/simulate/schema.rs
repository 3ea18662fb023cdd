//! The JSON Schemas (draft 2020-12) of simulations.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

use super::{Remaining, ReplaySummary, Summary, Transition};

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

fn schema_of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use serde_json::Value;

    use super::*;

    #[test]
    fn the_committed_schemas_are_those_of_the_types() {
        for (name, schema) in [
            ("simulation", simulation_schema()),
            ("replay", replay_schema()),
            ("transition", transition_schema()),
            ("remaining", remaining_schema()),
        ] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schema/{name}.schema.json"));
            let generated = schema.to_value();
            if std::env::var_os("UPDATE_SCHEMAS").is_some() {
                fs::write(&path, format!("{generated:#}\n")).expect("the schema can be written");
            }
            let committed: Value =
                serde_json::from_str(&fs::read_to_string(&path).expect("the schema is committed")).expect("JSON");
            assert!(committed == generated, "{} is stale: run the tests with UPDATE_SCHEMAS=1", path.display());
        }
    }
}
