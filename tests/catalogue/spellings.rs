//! The same fact, as documents and exports really spell it.

use serde_json::Value;

use crate::project::{findings, place};

const USERS: &str = r#"[{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"u0","userName":"p@contoso.eu",
    "externalId":"00000000-5a3c-4f5e-9d0e-1b2c3d4e5f60","active":true,"emails":[{"value":"p@contoso.eu","primary":true}]}]"#;
const GROUPS: &str = r#"[{"id":"g","displayName":"EU","externalId":"EU","members":[{"value":"u0"}]}]"#;
const HEAD: &str = "version: 1\nprovider: { name: x, attribute-mapping: { provider-id: oid } }\norganizations: [{ name: A }]\n\
                    groups: { rule-based: [G, H] }\nsnapshot: { users: u.json, groups: g.json }\n";

/// The places of all findings, each `lint place`.
#[track_caller]
fn found(files: &[(&str, String)]) -> Vec<String> {
    let mut all = vec![("u.json".to_owned(), USERS.to_owned()), ("g.json".to_owned(), GROUPS.to_owned())];
    all.extend(files.iter().map(|(file, text)| ((*file).to_owned(), text.clone())));
    let found = findings(&all);
    found.iter().map(|finding| format!("{} {}", finding.lint, place(finding, &all))).collect()
}

/// One rule for a group that nobody knows, in every spelling.
#[test]
fn a_rule_is_found_where_it_is_written() {
    let check = |rules: &str, expected: &[&str]| {
        let expected: Vec<String> =
            expected.iter().map(|place| format!("unknown-provider-group vestibule.yaml:{place}")).collect();
        assert_eq!(found(&[("vestibule.yaml", format!("{HEAD}{rules}"))]), expected, "{rules}");
    };
    check("group-assignment: [{ rule: a, when: 'provider.groups in [\"EV\"]', groups: [G] }]\n", &["6:58 \"EV\""]);
    let quoted = "\"group-assignment\":\n- 'rule': 'a'\n  \"when\": \"provider.groups includes \\\"EV\\\"\"\n  groups: [\"G\"]\n";
    check(quoted, &[r#"8:37 \"EV\""#]);
    let literal =
        "group-assignment:\n- rule: a\n  when: |\n    # who\n    provider.groups includes \"EV\"\n  groups: [G]\n";
    check(literal, &["10:30 \"EV\""]);
    let folded = "group-assignment:\n- rule: a\n  when: >-\n    provider.groups\n    includes \"EV\"\n  groups: [G]\n";
    check(folded, &["10:14 \"EV\""]);
    let alias = "group-assignment:\n- rule: a\n  when: &c provider.groups includes \"EV\"\n  groups: [G]\n\
                 - { rule: b, when: *c, groups: [H] }\n";
    let places = found(&[("vestibule.yaml", format!("{HEAD}{alias}"))]);
    assert!(places.iter().all(|place| place == "unknown-provider-group vestibule.yaml:8:37 \"EV\""), "{places:?}");
}

#[test]
fn line_breaks_marks_and_json_move_no_place() {
    let rules = "group-assignment:\n- rule: a\n  when: provider.groups includes \"EV\"\n  groups: [G]\n";
    let expected = ["unknown-provider-group vestibule.yaml:8:34 \"EV\""];
    let document = format!("{HEAD}{rules}");
    assert_eq!(found(&[("vestibule.yaml", document.replace('\n', "\r\n"))]), expected);
    assert_eq!(found(&[("vestibule.yaml", format!("\u{feff}{document}"))]), expected);
    let json = serde_yaml::from_str::<Value>(&document).expect("YAML").to_string();
    let places = found(&[("vestibule.yaml", json)]);
    assert_eq!(places.len(), 1);
    assert!(places[0].starts_with("unknown-provider-group vestibule.yaml:1:"), "{places:?}");
    assert!(places[0].ends_with(r#" \"EV\""#), "{places:?}");
}

#[test]
fn an_included_file_is_named() {
    let rules = "group-assignment:\n- { rule: a, when: provider.groups includes \"EV\", groups: [G] }\n";
    let document = format!("{HEAD}include: [rules/*.yaml]\n");
    let files = [("vestibule.yaml", document), ("rules/a.yaml", rules.to_owned())];
    assert_eq!(found(&files), ["unknown-provider-group rules/a.yaml:2:45 \"EV\""]);
}

/// A schema as Entra exports it, from tests/data/entra.
fn schema(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/entra/reconstructed").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).expect("the sample")).expect("JSON")
}

/// The lints of the untouched default application, and of one as Palantir's guide has it.
const DEFAULT: [&str; 9] = [
    "group-external-id-mismatch",
    "mutable-external-id",
    "provider-id-mismatch",
    "unsynced-attribute-mapping",
    "unsynced-attribute-mapping",
    "unsynced-attribute-mapping",
    "unsynced-attribute-mapping",
    "unsynced-attribute-mapping",
    "wrong-matching-precedence",
];

fn lints_of(export: Vec<u8>) -> Vec<&'static str> {
    let document = "version: 1\norganizations: [{ name: A }]\nprovider: { name: x, attribute-mapping: { provider-id: \
                    'http://schemas.microsoft.com/identity/claims/objectidentifier', groups: { claim: groups } } }\n\
                    entra: { exports: [export.json], sources: { groups-claim: group.objectid } }\n";
    let files = [("vestibule.yaml".to_owned(), document.as_bytes().to_vec()), ("export.json".to_owned(), export)];
    let mut lints: Vec<&str> = findings(&files).iter().map(|finding| finding.lint).collect();
    lints.sort_unstable();
    lints
}

/// The keys as PowerShell's cmdlets write them.
fn pascal(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| {
                let mut letters = key.chars();
                let first = letters.next().map(|letter| letter.to_ascii_uppercase());
                (first.into_iter().chain(letters).collect(), pascal(value))
            };
            Value::Object(members.iter().map(member).collect())
        }
        Value::Array(items) => items.iter().map(pascal).collect(),
        other => other.clone(),
    }
}

#[test]
fn a_schema_says_the_same_in_every_form_of_export() {
    let job = |schema: &Value| serde_json::json!({"value": [{"id": "scim.1.2", "schedule": {}, "status": {"code": "Active"}, "schema": schema}]});
    type Form<'f> = (&'f str, &'f dyn Fn(&Value) -> String);
    let forms: [Form<'_>; 7] = [
        ("as the portal downloads it", &|schema| schema.to_string()),
        ("indented", &|schema| serde_json::to_string_pretty(schema).expect("JSON")),
        ("in an answer of Graph", &|schema| serde_json::json!({"@odata.context": "x", "value": [schema]}).to_string()),
        ("in its job", &|schema| job(schema).to_string()),
        ("with a byte-order mark", &|schema| format!("\u{feff}{schema}")),
        ("from PowerShell", &|schema| pascal(schema).to_string()),
        ("with the other list of flows", &|schema| {
            schema.to_string().replace("Add, Update, Delete", "Add,Update,Delete")
        }),
    ];
    let (default, conformant) = (schema("customappsso-default.json"), schema("palantir-conformant-groups-by-id.json"));
    for (name, form) in forms {
        assert_eq!(lints_of(form(&default).into_bytes()), DEFAULT, "{name}");
        assert_eq!(lints_of(form(&conformant).into_bytes()), [""; 0], "{name}");
    }
}

#[test]
fn another_encoding_is_refused_and_not_misread() {
    let text = schema("customappsso-default.json").to_string();
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(lints_of(utf16), ["not-utf8"]);
}

/// What a mistake in one mapping of the conformant schema brings, and nothing else.
#[test]
fn each_mistake_in_a_mapping_has_one_name() {
    let check = |kind: &str, target: &str, member: &str, value: Value, expected: &[&str]| {
        let mut schema = schema("palantir-conformant-groups-by-id.json");
        let objects = schema["synchronizationRules"][0]["objectMappings"].as_array_mut().expect("objects");
        let object = objects.iter_mut().find(|object| object["sourceObjectName"] == kind).expect("the object");
        let mapping = match target {
            "" => object,
            target => {
                let mappings = object["attributeMappings"].as_array_mut().expect("mappings");
                mappings.iter_mut().find(|mapping| mapping["targetAttributeName"] == target).expect("the mapping")
            }
        };
        mapping[member] = value.clone();
        assert_eq!(lints_of(schema.to_string().into_bytes()), expected, "{target} {member} {value}");
    };
    let source = |expression: &str| serde_json::json!({"expression": expression, "parameters": []});
    let sent = |target: &str, expression: &str, expected: &[&str]| {
        check("User", target, "source", source(expression), expected)
    };
    sent("externalId", "[mail]", &["mutable-external-id", "provider-id-mismatch"]);
    sent("externalId", "[employeeId]", &["provider-id-mismatch"]);
    sent("externalId", "ToLower([objectId])", &["lossy-external-id"]);
    sent("externalId", "Guid()", &["lossy-external-id"]);
    sent("active", "[IsSoftDeleted]", &["broken-active-mapping"]);
    sent("active", "[accountEnabled]", &["broken-active-mapping"]);
    sent("active", r#"Switch([IsSoftDeleted], , "false", "true", "true", "false")"#, &["broken-active-mapping"]);
    sent("active", r#"Switch([IsSoftDeleted], , "False", "True", "True", "False")"#, &[]);
    sent("displayName", r#"Switch([department], "x", "a", [displayName])"#, &["fragile-expression"]);
    sent("displayName", r#"join(" ", [givenName], [surname])"#, &["fragile-expression"]);
    sent("displayName", "[samAccountName]", &["unavailable-source"]);
    check("User", "externalId", "defaultValue", "none".into(), &["lossy-external-id"]);
    check("User", "name.givenName", "flowType", "ObjectAddOnly".into(), &["missing-required-mapping"]);
    check("User", "name.givenName", "source", Value::Null, &["missing-required-mapping"]);
    check("User", "active", "flowType", "ObjectAddOnly".into(), &["broken-active-mapping"]);
    check("User", "userName", "matchingPriority", 0.into(), &["duplicate-account-risk"]);
    check("User", "externalId", "matchingPriority", 9.into(), &["wrong-matching-precedence"]);
    check("User", "displayName", "matchingPriority", 3.into(), &["wrong-matching-precedence"]);
    check("User", "", "flowTypes", "Add, Update".into(), &["add-only-flow"]);
    check("User", "", "flowTypes", "delete,update,add".into(), &[]);
    check("User", "", "enabled", false.into(), &["disabled-mapping"]);
    check("Group", "displayName", "source", source("[displayName]"), &["group-external-id-mismatch"]);
}
