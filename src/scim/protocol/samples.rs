//! The protocol against the log of a real server and against Microsoft's documented requests.

use std::collections::{BTreeMap, HashSet};

use super::{Answer, Directory, Effect, Entry, Request, read_log};
use crate::scim::testing::snapshot;
use crate::scim::{Json, Members, Object, Snapshot, User};
use crate::source::{Sources, Text};

macro_rules! sample {
    ($name:literal) => {
        include_str!(concat!("../../../tests/data/scim/", $name))
    };
}

fn entries(log: &str) -> Vec<Entry> {
    let text = Text::new("log.json", log);
    let file = Sources::default().add_text(text.clone());
    let mut entries = Vec::new();
    read_log(file, &text, &mut |found| entries.push(found.expect("the log is sound")));
    entries
}

/// What can be compared: the server sets `meta`, and adds `schemas`, `$ref` and `display` of its own. Texts that stand
/// for booleans are read as these.
fn plain(value: &Json) -> serde_json::Value {
    match value {
        Json::Object(object) => {
            let kept = object.entries().filter(|(name, value)| {
                !["meta", "schemas", "members", "groups", "$ref", "display"].contains(name) && !value.is_absent()
            });
            kept.map(|(name, value)| (name.to_ascii_lowercase(), plain(value))).collect()
        }
        Json::Array(items) => items.iter().map(plain).collect(),
        Json::String(_) if value.as_bool().is_some() => value.as_bool().into(),
        other => serde_json::to_value(other).expect("JSON"),
    }
}

fn attributes(object: &Object) -> serde_json::Value {
    plain(&Json::Object(object.clone()))
}

fn users_of(snapshot: &Snapshot) -> Vec<(String, serde_json::Value)> {
    let id = |user: &User| user.id().unwrap_or_default().to_owned();
    snapshot.users().iter().map(|user| (id(&user.resource), attributes(user.resource.object()))).collect()
}

/// Replays a log and compares with what the server listed afterwards; how many requests it had refused.
fn check_replay(log: &str, users: &str, groups: &str) -> usize {
    let mut directory = Directory::default();
    let mut refused = 0;
    for entry in entries(log) {
        let Entry::Request { request, answer: Some(answer), .. } = entry else { panic!("a request with its answer") };
        refused += usize::from(!answer.is_success());
        if answer.is_success() && request.method == "PATCH" {
            // What this server takes is taken without its answer too.
            directory.clone().apply(&request, None).unwrap_or_else(|refusal| panic!("{request:?}: {refusal}"));
        }
        directory.apply(&request, Some(&answer)).unwrap_or_else(|refusal| panic!("{request:?}: {refusal}"));
    }
    let reported = snapshot(&[users], &[groups]);
    let ours: BTreeMap<String, serde_json::Value> =
        directory.users().map(|(id, user)| (id.to_owned(), attributes(user.object()))).collect();
    assert_eq!(ours, users_of(&reported).into_iter().collect());
    assert_eq!(directory.group_count(), reported.groups().len());
    for record in reported.groups() {
        let (group, id) = (&record.resource, record.resource.id().expect("an id"));
        assert_eq!(directory.group(id).map(|g| attributes(g.object())), Some(attributes(group.object())));
        let mut listed: Vec<&str> = match group.members() {
            Members::Listed(members) => members.iter().map(|member| member.value).collect(),
            _ => Vec::new(),
        };
        // This server may list a member twice.
        let mut seen = HashSet::new();
        listed.retain(|member| seen.insert(*member));
        assert_eq!(directory.members(id).collect::<Vec<_>>(), listed, "{id}");
    }
    refused
}

#[test]
fn the_recorded_requests_lead_to_what_the_server_reported_afterwards() {
    let refused = check_replay(
        sample!("scim2-server/http_log.json"),
        sample!("scim2-server/users_after_tests.json"),
        sample!("scim2-server/groups_after_tests.json"),
    );
    assert_eq!(refused, 7);
}

#[test]
fn random_requests_lead_to_what_the_server_reported_afterwards() {
    let refused = check_replay(
        sample!("scim2-server/patch_log.json"),
        sample!("scim2-server/patch_users.json"),
        sample!("scim2-server/patch_groups.json"),
    );
    assert_eq!(refused, 57);
}

/// The two halves of Microsoft's documentation, the literals of the one in place of those of the other.
fn documented(flag: &str, name: &str) -> Json {
    let mut text = sample!("entra-docs/patch_with_and_without_aadOptscim062020.json").to_owned();
    for (with_flag, without) in [
        ("TestMhvaes@test.microsoft.com", "TestBcwqnm@test.microsoft.com"),
        ("Bjfe", "Pvlo"),
        ("Kkom", "Gtfd"),
        ("Unua", "Pkqf"),
        ("Aklq", "Eqpj"),
        ("7f4bc1a3-285e-48ae-8202-5accb43efb0e", "u1091"),
    ] {
        assert!(text.contains(with_flag));
        text = text.replace(with_flag, without);
    }
    let whole: Json = text.parse().expect("JSON");
    let half = whole.as_object().and_then(|whole| whole.get(flag)).and_then(Json::as_object).expect(flag);
    half.get(name).cloned().unwrap_or_else(|| panic!("{flag}.{name}"))
}

fn post(directory: &mut Directory, path: &str, body: &str) {
    let request = Request::new("POST", path, Some(body.parse().expect(body)));
    directory.apply(&request, None).expect(body);
}

#[test]
fn microsofts_documented_requests_mean_the_same_with_and_without_the_flag() {
    let started = || {
        let mut directory = Directory::default();
        for user in ["u", "u1091", "u2", "f648f8d5ea4e4cd38e9c"] {
            let body = format!(r#"{{"id":"{user}","userName":"{user}","externalId":"Eqpj","active":true}}"#);
            post(&mut directory, "/Users", &body);
        }
        let group = r#"{"id":"g","displayName":"g","members":[{"value":"u1091"},{"value":"u2"}]}"#;
        post(&mut directory, "/Groups", group);
        directory
    };
    let run = |flag: &str, name: &str| {
        let mut directory = started();
        let path = if name.contains("group") { "/Groups/g" } else { "/Users/u" };
        let effects = directory.apply(&Request::new("PATCH", path, Some(documented(flag, name))), None).expect(name);
        let members: Vec<String> = directory.members("g").map(str::to_owned).collect();
        (effects, directory.user("u").map(|user| attributes(user.object())), members)
    };
    for (name, member) in
        [("disable_user", None), ("add_string", None), ("replace_many", None), ("remove_group_member", Some("u1091"))]
    {
        let (effects, user, members) = run("without_flag", name);
        assert_eq!((effects.clone(), user, members), run("with_flag", name), "{name}");
        let expected = match member {
            Some(user) => Effect::MembershipChanged { user: user.to_owned(), group: "g".to_owned(), joined: false },
            None => Effect::UserUpdated { id: "u".to_owned() },
        };
        assert_eq!(effects, [expected], "{name}");
    }
    let (_, user, _) = run("with_flag", "replace_many");
    let expected = r#"{"id":"u","userName":"u","externalId":"Eqpj","active":true,"displayName":"Pvlo",
        "emails":[{"type":"work","value":"TestBcwqnm@test.microsoft.com"}],
        "name":{"givenName":"Gtfd","familyName":"Pkqf"},
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"Eqpj"}}"#;
    assert_eq!(user, expected.parse::<Json>().ok().map(|expected| plain(&expected)));
    assert_eq!(run("with_flag", "disable_user").1.map(|user| user["active"].clone()), Some(false.into()));
    assert_eq!(run("without_flag", "add_group_member").2, ["u1091", "u2", "f648f8d5ea4e4cd38e9c"]);
    let (_, user, _) = run("without_flag", "roles");
    let role = user.expect("the user")["roles"][0]["value"].clone();
    assert!(role.as_str().is_some_and(|role| role.contains("Role1234")), "{role}");
}

#[test]
fn microsofts_documented_resources_are_created() {
    let mut directory = Directory::default();
    post(&mut directory, "/Users", sample!("entra-docs/create_user_request.json"));
    post(&mut directory, "/Users", sample!("entra-docs/create_user_request_with_nulls.json"));
    post(&mut directory, "/Groups", sample!("entra-docs/create_group_request.json"));
    let names: Vec<&str> = directory.users().map(|(_, user)| user.user_name()).collect();
    assert_eq!(names, ["Test_User_00aa00aa-bb11-cc22-dd33-44ee44ee44ee", "jyoung@testuser.com"]);
    assert_eq!(directory.group_count(), 1);
    let (_, user) = directory.user_named("JYOUNG@testuser.com").expect("the user");
    assert_eq!(user.object().get("manager"), None);
}

#[test]
fn the_recorded_requests_are_judged_as_the_server_did_but_for_what_it_does_not_know() {
    // Without its answers, ids of its own are unknown: only what creates something can be compared.
    let mut directory = Directory::default();
    let mut differing = Vec::new();
    for entry in entries(sample!("scim2-server/http_log.json")) {
        let Entry::Request { request, answer: Some(answer), .. } = entry else { panic!("a request with its answer") };
        let id = Answer { status: answer.status, body: answer.body.clone(), location: None };
        let mut with_id = request.clone();
        if let (Some(Json::Object(body)), Some(Json::Object(answered)), true) =
            (&mut with_id.body, &id.body, request.method == "POST" && answer.is_success())
        {
            body.set("id", answered.get("id").cloned().expect("an id"));
        }
        let taken = directory.apply(&with_id, None);
        if taken.is_ok() != answer.is_success() {
            differing.push((
                request.method,
                request.path.split('/').nth(1).unwrap_or_default().to_owned(),
                answer.status,
            ));
        }
    }
    let expected =
        [("POST", "Groups"), ("POST", "Groups"), ("POST", "Groups"), ("PATCH", "Users"), ("PATCH", "Groups")];
    // The extension that Entra declares for groups, a manager as a bare text, members named in a removal.
    assert_eq!(differing, expected.map(|(method, path)| (method.to_owned(), path.to_owned(), 400)));
}
