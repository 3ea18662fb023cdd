//! The protocol against the log of a real server and against Microsoft's documented requests.

use std::collections::BTreeMap;

use super::{Directory, Entry, read_log};
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

#[test]
fn the_recorded_requests_lead_to_what_the_server_reported_afterwards() {
    let mut directory = Directory::default();
    let mut refused = 0;
    for entry in entries(sample!("scim2-server/http_log.json")) {
        let Entry::Request { request, answer, .. } = entry else { panic!("the log has no logins") };
        let answer = answer.expect("every answer is recorded");
        refused += usize::from(!answer.is_success());
        directory.apply(&request, Some(&answer)).unwrap_or_else(|refusal| panic!("{request:?}: {refusal}"));
    }
    assert_eq!(refused, 7);
    let reported =
        snapshot(&[sample!("scim2-server/users_after_tests.json")], &[sample!("scim2-server/groups_after_tests.json")]);
    let users: BTreeMap<String, serde_json::Value> =
        directory.users().map(|(id, user)| (id.to_owned(), attributes(user.object()))).collect();
    assert_eq!(users, users_of(&reported).into_iter().collect());
    assert_eq!(directory.group_count(), reported.groups().len());
    for record in reported.groups() {
        let (group, id) = (&record.resource, record.resource.id().expect("an id"));
        assert_eq!(directory.group(id).map(|g| attributes(g.object())), Some(attributes(group.object())));
        let listed = match group.members() {
            Members::Listed(members) => members.iter().map(|member| member.value).collect(),
            _ => Vec::new(),
        };
        assert_eq!(directory.members(id).collect::<Vec<_>>(), listed, "{id}");
    }
}
