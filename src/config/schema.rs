//! The JSON Schema of `vestibule.yaml`.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
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
        schema.insert("propertyNames".to_owned(), json!({ "pattern": r"\S", "not": { "const": "<<" } }));
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::super::fields::Shape;
    use super::super::read_rules::ReadOutcome;
    use super::super::{
        Admission, GroupNames, OrganizationName, OrganizationNames, Sited, read, read_entra, read_files, read_lint,
        read_names, read_provider, read_sections,
    };
    use super::*;
    use crate::condition::Scheme;
    use crate::source::Sources;

    const WHOLE: &str = include_str!("../../tests/data/config/whole.yaml");

    fn validator() -> jsonschema::Validator {
        jsonschema::draft202012::new(&schema().to_value()).expect("the schema is a schema")
    }

    fn file(path: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
    }

    fn json(yaml: &str) -> Value {
        serde_yaml::from_str(yaml).expect("YAML")
    }

    /// What the reader says of a document by itself.
    fn codes(text: &str) -> BTreeSet<&'static str> {
        let mut sources = Sources::default();
        let (root, mut problems) = sources.add_document("vestibule.yaml", text.as_bytes());
        let reading = read::read(&sources, root, &[]);
        problems.extend(reading.problems);
        problems.extend(reading.draft.map(|draft| draft.check(Scheme::new()).1).unwrap_or_default());
        problems.iter().map(|problem| problem.code).collect()
    }

    #[test]
    fn the_schema_has_the_keys_of_the_reader() {
        let check = |definition: &str, shape: &Shape| {
            let schema = schema().to_value();
            let object = if definition.is_empty() { &schema } else { &schema["$defs"][definition] };
            let properties = object["properties"].as_object().unwrap_or_else(|| panic!("no {definition}"));
            let expected: BTreeSet<&str> = shape.keys.iter().copied().collect();
            assert_eq!(properties.keys().map(String::as_str).collect::<BTreeSet<_>>(), expected, "{definition}");
            assert_eq!(object["additionalProperties"], json!(false), "{definition}");
        };
        check("", &read::DOCUMENT);
        check("Provider", &read_provider::PROVIDER);
        check("AttributeMapping", &read_provider::ATTRIBUTE_MAPPING);
        check("GroupsMapping", &read_provider::GROUPS_MAPPING);
        check("MappedAttribute", &read_provider::MAPPED_ATTRIBUTE);
        check("Scim", &read_provider::SCIM);
        check("Entra", &read_entra::ENTRA);
        check("EntraSources", &read_entra::SOURCES);
        check("Organization", &read_names::ORGANIZATION);
        check("Groups", &read_names::GROUPS);
        check("OrganizationAssignment", &read_sections::ORGANIZATION_ASSIGNMENT);
        check("UserIntake", &read_sections::USER_INTAKE);
        check("IntakeForm", &read_sections::INTAKE_FORM);
        check("RuleWithOrganizationName", OrganizationName::RULE);
        check("RuleWithOrganizationNames", OrganizationNames::RULE);
        check("RuleWithAdmission", Sited::<Admission>::RULE);
        check("RuleWithGroupNames", GroupNames::RULE);
        check("Snapshot", &read_files::SNAPSHOT);
        check("Foundry", &read_files::FOUNDRY);
        check("LintSettings", &read_lint::LINT);
        check("PathSettings", &read_lint::PER_PATH);
        check("Allowance", &read_lint::ALLOWANCE);
        // Whatever is added to the format has to be added here.
        let objects = schema().to_value()["$defs"]
            .as_object()
            .map_or(0, |definitions| definitions.values().filter(|schema| schema["properties"].is_object()).count());
        assert_eq!(objects, 21);
    }

    #[test]
    fn nothing_may_be_null() {
        assert!(!schema().to_value().to_string().contains("\"null\""));
    }

    #[test]
    fn the_examples_fit_the_schema() {
        let validator = validator();
        let examples = ["rules-examples/contoso/vestibule.yaml", "rules-examples/clean/vestibule.yaml"];
        let texts = examples.map(|path| fs::read_to_string(file(path)).expect("an example"));
        for text in texts.iter().map(String::as_str).chain([WHOLE]) {
            let document = json(text);
            let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
            assert_eq!(errors, [""; 0]);
        }
    }

    /// The document with one value replaced, one key added or one key removed: every such document.
    fn variants(document: &Value) -> Vec<Value> {
        let values = [
            json!(null),
            json!(true),
            json!(5),
            json!("word"),
            json!(" "),
            json!([]),
            json!(["word"]),
            json!({ "xyz": "word" }),
        ];
        let mut variants = Vec::new();
        for pointer in pointers(document, String::new()) {
            for value in &values {
                let mut changed = document.clone();
                *changed.pointer_mut(&pointer).expect("a value") = value.clone();
                variants.push(changed);
            }
            let keys: Vec<String> = document
                .pointer(&pointer)
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
                .map(|(key, _)| key.clone())
                .collect();
            for key in keys {
                let mut changed = document.clone();
                let mapping = changed.pointer_mut(&pointer).and_then(Value::as_object_mut).expect("a mapping");
                mapping.remove(&key);
                variants.push(changed.clone());
                let mapping = changed.pointer_mut(&pointer).and_then(Value::as_object_mut).expect("a mapping");
                mapping.insert(format!("{key}-xyz"), json!("word"));
                variants.push(changed);
            }
        }
        variants
    }

    fn pointers(value: &Value, at: String) -> Vec<String> {
        let escaped = |key: &String| key.replace('~', "~0").replace('/', "~1");
        let inner: Vec<(String, &Value)> = match value {
            Value::Object(object) => object.iter().map(|(key, value)| (escaped(key), value)).collect(),
            Value::Array(items) => items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect(),
            _ => Vec::new(),
        };
        let mut found: Vec<String> =
            inner.into_iter().flat_map(|(key, value)| pointers(value, format!("{at}/{key}"))).collect();
        found.push(at);
        found
    }

    #[test]
    fn schema_and_reader_refuse_the_same_shapes() {
        const SHAPE: [&str; 5] =
            ["unknown-key", "type-mismatch", "missing-key", "invalid-value", "unsupported-version"];
        let validator = validator();
        let mut refused = 0;
        // Patterns take their time to compile, and say nothing about shapes.
        let simple = WHOLE
            .replace("matches /EU-.*/", "pr")
            .replace("excludes /Ext-.*/", "pr")
            .replace(".*@", "")
            .replace("CN=(.*)", "CN");
        let variants = variants(&json(&simple));
        for document in &variants {
            let codes = codes(&document.to_string());
            let fits = validator.is_valid(document);
            assert!(fits || !codes.is_empty(), "only the schema refuses {document}");
            assert!(
                !fits || SHAPE.iter().all(|code| !codes.contains(code)),
                "only the reader refuses: {codes:?} {document}"
            );
            refused += usize::from(!fits);
        }
        assert!(refused > 500 && variants.len() - refused > 100, "{refused} of {}", variants.len());
    }
}
