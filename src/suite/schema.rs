//! The JSON Schema of test files.

use schemars::{Schema, json_schema};

/// x
pub fn schema() -> Schema {
    json_schema!({})
}
