//! The JSON Schema of `vestibule.yaml`.

use super::{Config, When};

/// The JSON Schema (draft 2020-12) of `vestibule.yaml`, for editors and for `vestibule schema`.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Config<When>)
}
