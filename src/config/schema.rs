//! The JSON Schema of `vestibule.yaml`.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::Schema;
use serde_json::{Value, json};

use super::{Config, When};

/// The JSON Schema (draft 2020-12) of `vestibule.yaml`, for editors and for `vestibule schema`.
///
/// It takes what the reader takes, as far as that can be said of a document without looking at two places at once.
pub fn schema() -> Schema {
    let settings = SchemaSettings::draft2020_12().with_transform(RecursiveTransform(as_the_reader_has_it));
    settings.into_generator().into_root_schema_for::<Config<When>>()
}

/// What the reader asks for everywhere and the types do not say: nothing is `null`, and no text or name is blank.
fn as_the_reader_has_it(schema: &mut Schema) {
    without_null(schema);
    schema.remove("writeOnly");
    let Some(kind) = schema.get("type").and_then(Value::as_str).map(str::to_owned) else { return };
    let constrained = ["enum", "const", "pattern"].iter().any(|key| schema.get(*key).is_some());
    if kind == "string" && !constrained {
        schema.insert("pattern".to_owned(), json!(r"\S"));
    }
    if kind == "integer" {
        schema.remove("format");
    }
    if kind == "object" && schema.get("additionalProperties").is_some_and(Value::is_object) {
        schema.insert("propertyNames".to_owned(), json!({ "pattern": r"\S" }));
    }
}

fn without_null(schema: &mut Schema) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    let Some(Value::Array(choices)) = schema.get_mut("anyOf") else { return };
    choices.retain(|choice| *choice != json!({ "type": "null" }));
    if let [Value::Object(only)] = choices.as_slice() {
        let only = only.clone();
        schema.remove("anyOf");
        only.into_iter().for_each(|(key, value)| drop(schema.insert(key, value)));
    }
}
