//! PATCH by example: what a user or a group is before, the operations, what it is afterwards.

use super::{Answer, Directory, Request, ScimType};
use crate::scim::Json;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn json(text: &str) -> Json {
    let text = text.replace("URN", ENTERPRISE);
    text.parse().unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A value as it is read: names without case, and texts that stand for booleans.
fn plain(value: &Json) -> serde_json::Value {
    match value {
        Json::Object(object) => {
            object.entries().map(|(name, value)| (name.to_ascii_lowercase(), plain(value))).collect()
        }
        Json::Array(items) => items.iter().map(plain).collect(),
        other => other.as_bool().map_or_else(|| serde_json::to_value(other).expect("JSON"), serde_json::Value::from),
    }
}

/// A directory with one user, `u`.
fn directory(attributes: &str) -> Directory {
    let mut directory = Directory::default();
    let body =
        json(&format!(r#"{{"id":"u","userName":"ada"{}{attributes}}}"#, if attributes.is_empty() { "" } else { "," }));
    directory.apply(&Request::new("POST", "/Users", Some(body)), Some(&Answer::new(201, None))).expect(attributes);
    directory
}

fn patch(operations: &str) -> Request {
    Request::new("PATCH", "/Users/u", Some(json(&format!(r#"{{"Operations":[{operations}]}}"#))))
}

/// The user without `id` and `userName`.
fn state(directory: &Directory) -> serde_json::Value {
    let user = directory.user("u").expect("the user is there");
    let mut state = plain(&Json::Object(user.object().clone()));
    let attributes = state.as_object_mut().expect("an object");
    attributes.remove("id");
    attributes.remove("username");
    state
}

#[track_caller]
fn check(before: &str, operations: &str, after: &str) {
    let mut directory = directory(before);
    directory.apply(&patch(operations), None).unwrap_or_else(|refusal| panic!("{refusal}: {operations}"));
    assert_eq!(state(&directory), plain(&json(&format!("{{{after}}}"))), "{operations} on {before}");
}

#[track_caller]
fn check_refused(before: &str, operations: &str, expected: ScimType) {
    let mut directory = directory(before);
    let unchanged = state(&directory);
    let refused = directory.apply(&patch(operations), None);
    assert_eq!(refused.map_err(|refusal| refusal.scim_type), Err(Some(expected)), "{operations} on {before}");
    assert_eq!(state(&directory), unchanged, "{operations}");
}

const WORK: &str = r#""emails":[{"type":"work","value":"w"},{"type":"home","value":"h","primary":true}]"#;

#[test]
fn operations_are_named_in_any_case() {
    for op in ["add", "Add", "ADD", "replace", "Replace", " Replace "] {
        check("", &format!(r#"{{"op":"{op}","path":"title","value":"x"}}"#), r#""title":"x""#);
        check(r#""title":"y""#, &format!(r#"{{"OP":"{op}","Path":"TITLE","Value":"x"}}"#), r#""title":"x""#);
    }
    for op in ["remove", "Remove", "REMOVE"] {
        check(r#""title":"y""#, &format!(r#"{{"op":"{op}","path":"title"}}"#), "");
    }
    let mut directory = directory("");
    let body = json(r#"{"operations":{"op":"add","path":"title","value":"x"}}"#);
    directory.apply(&Request::new("patch", "/Users/u", Some(body)), None).expect("one operation as an object");
    assert_eq!(state(&directory), plain(&json(r#"{"title":"x"}"#)));
}

#[test]
fn an_object_without_path_names_attributes_by_its_keys() {
    let check_value = |before: &str, value: &str, after: &str| {
        for op in ["add", "replace"] {
            check(before, &format!(r#"{{"op":"{op}","value":{value}}}"#), after);
            check(before, &format!(r#"{{"op":"{op}","path":"","value":[{value}]}}"#), after);
        }
    };
    check_value(
        r#""name":{"givenName":"A"}"#,
        r#"{"name.familyName":"B"}"#,
        r#""name":{"givenName":"A","familyName":"B"}"#,
    );
    check_value(
        r#""name":{"givenName":"A"}"#,
        r#"{"name":{"familyName":"B"}}"#,
        r#""name":{"givenName":"A","familyName":"B"}"#,
    );
    check_value(
        "",
        r#"{"URN:department":"F","URN:manager.value":"m"}"#,
        r#""URN":{"department":"F","manager":{"value":"m"}}"#,
    );
    check_value(
        r#""URN":{"division":"D"}"#,
        r#"{"URN":{"department":"F"}}"#,
        r#""URN":{"division":"D","department":"F"}"#,
    );
    check_value(r#""URN":{"division":"D"}"#, r#"{"URN":{"division":null}}"#, "");
    check_value("", r#"{"urn:x:2.0:User":{"badge":1}}"#, r#""urn:x:2.0:User":{"badge":1}"#);
    check_value("", r#"{"urn:ietf:params:scim:schemas:core:2.0:User:title":"x"}"#, r#""title":"x""#);
    check_value("", r#"{"urn:ietf:params:scim:schemas:core:2.0:User":{"title":"x"}}"#, r#""title":"x""#);
    check_value(
        WORK,
        r#"{"emails[type eq \"work\"].value":"new","displayName":"D"}"#,
        r#""displayName":"D","emails":[{"type":"work","value":"new"},{"type":"home","value":"h","primary":true}]"#,
    );
    check_value("", r#"{"favourite colour":"blue","badge":{"n":1}}"#, r#""favourite colour":"blue","badge":{"n":1}"#);
    check_value(
        "",
        r#"{"id":"u","meta":{"x":1},"groups":[{"value":"g"}],"password":"secret","title":"x"}"#,
        r#""title":"x""#,
    );
    check_value(r#""title":"x","active":true"#, r#"{"title":null,"active":"False"}"#, r#""active":false"#);
}

#[test]
fn a_filter_selects_the_values_that_change() {
    let replace = |path: &str, value: &str| format!(r#"{{"op":"Replace","path":"{path}","value":{value}}}"#);
    let home = r#"{"type":"home","value":"h","primary":true}"#;
    check(
        WORK,
        &replace(r#"emails[type eq \"work\"].value"#, r#""n""#),
        &format!(r#""emails":[{{"type":"work","value":"n"}},{home}]"#),
    );
    check(
        WORK,
        &replace(r#"emails[type eq \"work\"]"#, r#""n""#),
        &format!(r#""emails":[{{"type":"work","value":"n"}},{home}]"#),
    );
    check(
        WORK,
        &replace(r#"emails[type eq \"work\" and value co \"W\"].display"#, r#""d""#),
        &format!(r#""emails":[{{"type":"work","value":"w","display":"d"}},{home}]"#),
    );
    check(
        WORK,
        &replace(r#"emails[type eq \"work\"]"#, r#"{"display":"d"}"#),
        &format!(r#""emails":[{{"type":"work","display":"d"}},{home}]"#),
    );
    check(
        WORK,
        &replace(r#"emails[primary eq \"True\"].value"#, r#""n""#),
        r#""emails":[{"type":"work","value":"w"},{"type":"home","value":"n","primary":true}]"#,
    );
    check(
        WORK,
        &replace(r#"emails[type eq \"work\"].primary"#, r#""True""#),
        r#""emails":[{"type":"work","value":"w","primary":true},{"type":"home","value":"h","primary":false}]"#,
    );
    check(
        WORK,
        &replace(r#"emails[not (type eq \"work\")].value"#, "null"),
        r#""emails":[{"type":"work","value":"w"},{"type":"home","primary":true}]"#,
    );
    check(
        WORK,
        r#"{"op":"add","path":"emails[type eq \"work\"]","value":{"display":"d"}}"#,
        &format!(r#""emails":[{{"type":"work","value":"w","display":"d"}},{home}]"#),
    );
    check(
        r#""addresses":[{"type":"work","locality":"L"}]"#,
        &replace(r#"addresses[type eq \"work\"].streetAddress"#, r#""S""#),
        r#""addresses":[{"type":"work","locality":"L","streetAddress":"S"}]"#,
    );
    check(
        WORK,
        &replace("emails.display", r#""d""#),
        r#""emails":[{"type":"work","value":"w","display":"d"},{"type":"home","value":"h","primary":true,"display":"d"}]"#,
    );
}

#[test]
fn a_filter_that_selects_nothing_makes_the_value_that_it_describes() {
    for op in ["Add", "replace"] {
        let put = |path: &str, value: &str| format!(r#"{{"op":"{op}","path":"{path}","value":{value}}}"#);
        check("", &put(r#"emails[type eq \"work\"].value"#, r#""n""#), r#""emails":[{"type":"work","value":"n"}]"#);
        check("", &put(r#"emails[type eq \"work\"]"#, r#"{"value":"n"}"#), r#""emails":[{"type":"work","value":"n"}]"#);
        check(
            "",
            &put(r#"roles[primary eq \"True\"].value"#, r#""admin""#),
            r#""roles":[{"primary":true,"value":"admin"}]"#,
        );
        check(
            "",
            &put(r#"addresses[type eq \"work\"].streetAddress"#, r#""S""#),
            r#""addresses":[{"type":"work","streetAddress":"S"}]"#,
        );
        check(
            "",
            &put(r#"badges[kind eq \"x\" and n eq 1].value"#, r#""S""#),
            r#""badges":[{"kind":"x","n":1,"value":"S"}]"#,
        );
        check("", &put(r#"emails[type eq \"work\"].value"#, "null"), "");
        check_refused("", &put(r#"emails[type ne \"work\"].value"#, r#""n""#), ScimType::NoTarget);
        check_refused(WORK, &put(r#"emails[type eq \"other\" or value eq \"z\"].value"#, r#""n""#), ScimType::NoTarget);
    }
}

#[test]
fn add_appends_what_is_not_there_and_replace_replaces_all() {
    let put = |op: &str, path: &str, value: &str| format!(r#"{{"op":"{op}","path":"{path}","value":{value}}}"#);
    check(WORK, &put("add", "emails", r#"[{"value":"w","type":"work"}]"#), WORK);
    check(
        WORK,
        &put("add", "emails", r#"{"value":"w","type":"work","display":"d"}"#),
        r#""emails":[{"type":"work","value":"w"},{"type":"home","value":"h","primary":true},{"type":"work","value":"w","display":"d"}]"#,
    );
    check(
        WORK,
        &put("add", "emails", r#"{"value":"p","type":"other","primary":"True"}"#),
        r#""emails":[{"type":"work","value":"w"},{"type":"home","value":"h","primary":false},{"value":"p","type":"other","primary":true}]"#,
    );
    check(WORK, &put("replace", "emails", r#"[{"value":"n"}]"#), r#""emails":[{"value":"n"}]"#);
    check(WORK, &put("replace", "emails", r#""n""#), r#""emails":[{"value":"n"}]"#);
    check(WORK, &put("replace", "emails", "[]"), "");
    check(WORK, &put("replace", "emails", "null"), "");
    for nothing in ["null", "[]", "{}", r#"[{"value":null}]"#] {
        check(WORK, &put("add", "emails", nothing), WORK);
    }
    check(WORK, &put("replace", "emails", "[{}]"), "");
    check(r#""tags":["a"]"#, &put("add", "tags", r#"["a","b"]"#), r#""tags":["a","b"]"#);
    check(r#""tags":["a"]"#, &put("add", "tags", r#""b""#), r#""tags":["a","b"]"#);
    check(r#""tags":["a"]"#, &put("replace", "tags", r#"["b"]"#), r#""tags":["b"]"#);
    check(r#""badge":"a""#, &put("add", "badge", r#""b""#), r#""badge":"b""#);
    check("", &put("add", "title", r#"["x"]"#), r#""title":"x""#);
    check("", &put("add", "x509Certificates", r#"[{"value":"MII"}]"#), r#""x509certificates":[{"value":"MII"}]"#);
    check("", &put("Add", "roles", r#"[{"value":"{\"id\":\"1\"}"}]"#), r#""roles":[{"value":"{\"id\":\"1\"}"}]"#);
    check("", &put("Add", "roles", r#""{\"id\":\"1\"}""#), r#""roles":[{"value":"{\"id\":\"1\"}"}]"#);
    for op in ["add", "replace"] {
        check(
            r#""name":{"givenName":"A","familyName":"B"}"#,
            &put(op, "name", r#"{"GIVENNAME":"C","familyName":null}"#),
            r#""name":{"givenName":"C"}"#,
        );
        check("", &put(op, "URN:manager", r#""m""#), r#""URN":{"manager":{"value":"m"}}"#);
        check(r#""URN":{"manager":{"value":"m","displayName":"M"}}"#, &put(op, "URN:manager", "null"), "");
        check(r#""active":false"#, &put(op, "active", r#""True""#), r#""active":true"#);
    }
}

#[test]
fn remove_takes_what_its_path_or_its_value_names() {
    let remove = |path: &str| format!(r#"{{"op":"Remove","path":"{path}"}}"#);
    let these = |path: &str, value: &str| format!(r#"{{"op":"Remove","path":"{path}","value":{value}}}"#);
    check(WORK, &remove("emails"), "");
    check(WORK, &these("emails", "null"), "");
    check(WORK, &these("emails", "[]"), WORK);
    check(WORK, &remove(r#"emails[type eq \"home\"]"#), r#""emails":[{"type":"work","value":"w"}]"#);
    check(WORK, &remove(r#"emails[type eq \"other\"]"#), WORK);
    check(
        WORK,
        &remove(r#"emails[type eq \"home\"].primary"#),
        r#""emails":[{"type":"work","value":"w"},{"type":"home","value":"h"}]"#,
    );
    check(WORK, &remove("emails.type"), r#""emails":[{"value":"w"},{"value":"h","primary":true}]"#);
    check(WORK, &these("emails", r#"[{"value":"h"}]"#), r#""emails":[{"type":"work","value":"w"}]"#);
    check(WORK, &these("emails", r#"{"type":"home","value":"h"}"#), r#""emails":[{"type":"work","value":"w"}]"#);
    check(WORK, &these("emails", r#"[{"type":"work","value":"h"},{"value":"z"},{}]"#), WORK);
    check(r#""tags":["a","b"]"#, &these("tags", r#"["a"]"#), r#""tags":["b"]"#);
    check(r#""title":"x""#, &these("title", r#""y""#), "");
    check(r#""name":{"givenName":"A","familyName":"B"}"#, &remove("name.givenName"), r#""name":{"familyName":"B"}"#);
    check(r#""name":{"givenName":"A"}"#, &remove("name.givenName"), "");
    check(r#""URN":{"department":"F"}"#, &remove("URN:department"), "");
    check(r#""URN":{"department":"F"}"#, &remove("URN"), "");
    check("", &remove("URN:department"), "");
    check("", &remove("title"), "");
}

#[test]
fn what_a_server_refuses_is_refused_and_changes_nothing() {
    for (operations, expected) in [
        (r#"{"op":"remove"}"#, ScimType::NoTarget),
        (r#"{"op":"remove","path":" "}"#, ScimType::NoTarget),
        (r#"{"op":"move","path":"title"}"#, ScimType::InvalidSyntax),
        (r#"{"path":"title","value":"x"}"#, ScimType::InvalidSyntax),
        (r#"5"#, ScimType::InvalidSyntax),
        (r#"{"op":"add","path":"title"}"#, ScimType::InvalidValue),
        (r#"{"op":"add","value":"x"}"#, ScimType::InvalidValue),
        (r#"{"op":"add","path":5,"value":"x"}"#, ScimType::InvalidPath),
        (r#"{"op":"add","path":"a b","value":"x"}"#, ScimType::InvalidPath),
        (r#"{"op":"add","path":"title.x","value":"x"}"#, ScimType::InvalidPath),
        (r#"{"op":"add","path":"name[givenName pr]","value":"x"}"#, ScimType::InvalidPath),
        (r#"{"op":"add","path":"emails[type = 1].value","value":"x"}"#, ScimType::InvalidFilter),
        (r#"{"op":"add","value":{"emails[type = 1].value":"x"}}"#, ScimType::InvalidFilter),
        (r#"{"op":"replace","path":"id","value":"v"}"#, ScimType::Mutability),
        (r#"{"op":"replace","value":{"id":"v"}}"#, ScimType::Mutability),
        (r#"{"op":"remove","path":"groups"}"#, ScimType::Mutability),
        (r#"{"op":"replace","path":"meta.created","value":"x"}"#, ScimType::Mutability),
        (r#"{"op":"remove","path":"userName"}"#, ScimType::InvalidValue),
        (r#"{"op":"replace","path":"userName","value":null}"#, ScimType::InvalidValue),
        (r#"{"op":"replace","path":"active","value":"maybe"}"#, ScimType::InvalidValue),
        (r#"{"op":"replace","path":"title","value":["x","y"]}"#, ScimType::InvalidValue),
        (r#"{"op":"replace","path":"emails","value":[{"value":1}]}"#, ScimType::InvalidValue),
        (r#"{"op":"replace","path":"URN","value":"x"}"#, ScimType::InvalidValue),
        (
            r#"{"op":"add","path":"emails","value":[{"value":"a","primary":true},{"value":"b","primary":true}]}"#,
            ScimType::InvalidValue,
        ),
    ] {
        check_refused(WORK, operations, expected);
        let first = format!(r#"{{"op":"add","path":"nickName","value":"n"}},{operations}"#);
        check_refused(WORK, &first, expected);
    }
}

#[test]
fn what_a_server_is_known_to_have_taken_is_not_judged() {
    let taken = |operations: &str, after: &str| {
        let mut directory = directory(WORK);
        let taken = directory.apply(&patch(operations), Some(&Answer::new(204, None)));
        taken.unwrap_or_else(|refusal| panic!("{refusal}: {operations}"));
        assert_eq!(state(&directory), plain(&json(&format!("{{{after}}}"))), "{operations}");
    };
    taken(r#"{"op":"replace","path":"emails[type ne \"work\" and type ne \"home\"].value","value":"x"}"#, WORK);
    taken(r#"{"op":"replace","path":"id","value":"v"}"#, WORK);
    taken(
        r#"{"op":"replace","path":"emails","value":[{"value":"a","primary":true},{"value":"b","primary":true}]}"#,
        r#""emails":[{"value":"a","primary":true},{"value":"b","primary":true}]"#,
    );
    taken(r#"{"op":"replace","path":"title","value":5}"#, &format!(r#"{WORK},"title":5"#));
}

#[test]
fn a_refusal_names_the_operation() {
    let mut directory = directory("");
    let operations = r#"{"op":"add","path":"title","value":"x"},{"op":"add","path":"a b","value":1}"#;
    let refusal = directory.apply(&patch(operations), None).expect_err("refused");
    assert_eq!(refusal.to_string(), "400 invalidPath: operation 2: `a b` is not the path of an attribute");
}

#[test]
fn a_request_that_costs_too_much_is_refused_soon() {
    let refused = |before: &str, operations: &str| {
        let refusal = directory(before).apply(&patch(operations), None);
        assert_eq!(refusal.map_err(|refusal| refusal.status), Err(413), "{}", &operations[..60]);
    };
    let many = |most: usize, part: &dyn Fn(usize) -> String| (0..most).map(part).collect::<Vec<_>>().join(",");
    refused("", &many(5_000, &|n| format!(r#"{{"op":"add","path":"a{n}","value":1}}"#)));
    refused("", &format!(r#"{{"op":"add","value":{{{}}}}}"#, many(5_000, &|n| format!(r#""name.a{n}":1"#))));
    refused("", &format!(r#"{{"op":"add","path":"tags","value":[{}]}}"#, many(5_000, &|n| n.to_string())));
    refused("", &format!(r#"{{"op":"replace","path":"tags","value":[{}]}}"#, many(25_000, &|n| n.to_string())));
    refused("", &format!(r#"{{"op":"add","path":"title","value":"{}"}}"#, "x".repeat(2_000_000)));
    refused("", &many(5_000, &|n| format!(r#"{{"op":"add","path":"emails[type eq \"{n}\"].value","value":"x"}}"#)));
    let tags = format!(r#""tags":[{}]"#, many(2_000, &|n| n.to_string()));
    let any = many(1_000, &|n| format!("{n}")).replace(',', r#"\" or value eq \""#);
    refused(&tags, &format!(r#"{{"op":"remove","path":"tags[value eq \"{any}\"]"}}"#));
    let schemas = format!(r#""schemas":[{}]"#, many(5_000, &|n| format!("\"urn:x:{n}\"")));
    refused(&schemas, &many(500, &|n| format!(r#"{{"op":"add","path":"urn:y:a{n}","value":1}}"#)));
}
