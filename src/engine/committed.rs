//! What the tests of all output schemas share.

use schemars::Schema;

/// Holds a committed schema against that of the types, or writes it where `UPDATE_SCHEMAS` is set.
#[track_caller]
pub(crate) fn check_committed(name: &str, schema: &Schema) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schema").join(name);
    let generated = schema.as_value();
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::write(&path, format!("{generated:#}\n")).expect("the schema can be written");
    }
    let committed = std::fs::read_to_string(&path).expect("the schema is committed");
    let committed: serde_json::Value = serde_json::from_str(&committed).expect("the schema is JSON");
    assert!(committed == *generated, "{} is stale: run the tests with UPDATE_SCHEMAS=1", path.display());
}
