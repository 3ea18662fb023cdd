//! What holds for every sequence of requests.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{Answer, Directory, Effect, Request};
use crate::scim::{Json, User};

const IDS: [&str; 6] = ["a", "b", "c", "g", "h", "i"];

fn id() -> impl Strategy<Value = &'static str> {
    select(&IDS[..])
}

/// An operation of PATCH, sound or not.
fn operation() -> impl Strategy<Value = String> {
    let op = select(vec!["add", "Replace", "remove", "move"]);
    let path = select(vec![
        "members",
        "members[value eq \"a\"]",
        "members[value sw \"g\" or value eq \"b\"]",
        "members[value eq \"c\"].value",
        "members.display",
        "displayName",
        "userName",
        "emails",
        "emails[type eq \"work\"].value",
        "emails[type ne \"work\"]",
        "name.givenName",
        "active",
        "id",
        "",
        "a b",
        "urn:x:2.0:User:tag",
    ]);
    let value = prop_oneof![
        vec(id(), 0..4).prop_map(|ids| serde_json::json!(ids)),
        vec(id(), 0..3).prop_map(|ids| ids.iter().map(|id| serde_json::json!({ "value": id })).collect()),
        id().prop_map(|id| serde_json::json!(id)),
        id().prop_map(|id| serde_json::json!({ "members": [id], "displayName": id, "name.givenName": id })),
        id().prop_map(
            |id| serde_json::json!([{ "value": id, "type": "work", "primary": true }, { "primary": "True" }])
        ),
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(|value| serde_json::json!(value)),
    ];
    (op, path, value)
        .prop_map(|(op, path, value)| serde_json::json!({ "op": op, "path": path, "value": value }).to_string())
}

fn request() -> impl Strategy<Value = Request> {
    let collection = || select(vec!["Users", "Groups"]);
    let body = || {
        (id(), select(vec!["userName", "displayName"]), id(), vec(id(), 0..4)).prop_map(|(id, name, value, members)| {
            serde_json::json!({ "id": id, name: value, "members": members }).to_string()
        })
    };
    let operations = vec(operation(), 0..4).prop_map(|all| format!(r#"{{"Operations":[{}]}}"#, all.join(",")));
    let parsed = |body: String| body.parse::<Json>().ok();
    prop_oneof![
        3 => (collection(), body()).prop_map(move |(all, body)| Request::new("POST", format!("/{all}"), parsed(body))),
        1 => (collection(), id(), body()).prop_map(move |(all, id, body)| Request::new("PUT", format!("/{all}/{id}"), parsed(body))),
        4 => (collection(), id(), operations).prop_map(move |(all, id, body)| Request::new("PATCH", format!("/{all}/{id}"), parsed(body))),
        1 => (collection(), id()).prop_map(|(all, id)| Request::new("DELETE", format!("/{all}/{id}"), None)),
    ]
}

fn answer() -> impl Strategy<Value = Option<Answer>> {
    select(vec![None, None, Some(200), Some(204), Some(404)]).prop_map(|status| status.map(|s| Answer::new(s, None)))
}

/// Who is a member of what, from the groups alone.
fn members(directory: &Directory) -> BTreeSet<(String, String)> {
    let of = |group: &str| directory.members(group).map(|id| (id.to_owned(), group.to_owned())).collect::<Vec<_>>();
    directory.groups().flat_map(|(group, _)| of(group)).collect()
}

/// All that can be seen of a directory: the users, and the groups with their members.
type Seen = (Vec<(String, User)>, Vec<(String, String, Vec<String>)>);

fn seen(directory: &Directory) -> Seen {
    let users = directory.users().map(|(id, user)| (id.to_owned(), user.clone())).collect();
    let group = |(id, group): (&str, &crate::scim::Group)| {
        (id.to_owned(), format!("{:?}", group.object()), directory.members(id).map(str::to_owned).collect())
    };
    (users, directory.groups().map(group).collect())
}

fn check_indexes(directory: &Directory) -> Result<(), TestCaseError> {
    let members = members(directory);
    for id in IDS {
        let direct: Vec<&str> = directory.direct_groups(id).collect();
        let expected: BTreeSet<&str> = members.iter().filter(|(who, _)| who == id).map(|(_, group)| &**group).collect();
        prop_assert_eq!(direct.iter().copied().collect::<BTreeSet<_>>(), expected);
        prop_assert_eq!(direct.len(), members.iter().filter(|(who, _)| who == id).count());
        let mut transitive: BTreeSet<&str> = direct.into_iter().collect();
        while let Some((_, more)) =
            members.iter().find(|(who, group)| transitive.contains(&**who) && !transitive.contains(&**group))
        {
            transitive.insert(more);
        }
        let found = directory.transitive_groups(id);
        prop_assert_eq!(found.iter().copied().collect::<BTreeSet<_>>(), transitive);
        for group in found {
            prop_assert!(directory.user(id).is_none() || directory.users_within(group).contains(&id));
        }
    }
    for (id, user) in directory.users() {
        prop_assert_eq!(user.id(), Some(id));
        let first = directory.users().find(|(_, other)| other.user_name().eq_ignore_ascii_case(user.user_name()));
        prop_assert_eq!(directory.user_named(user.user_name()).map(|(id, _)| id), first.map(|(id, _)| id));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn indexes_agree_with_the_groups_and_effects_with_what_changed(requests in vec((request(), answer()), 0..25)) {
        let mut directory = Directory::default();
        for (request, answer) in requests {
            let (before, state) = (members(&directory), seen(&directory));
            let strict = answer.is_none();
            match directory.apply(&request, answer.as_ref()) {
                Err(_) => prop_assert_eq!(seen(&directory), state),
                Ok(effects) => {
                    let after = members(&directory);
                    let mut told = BTreeMap::new();
                    for effect in &effects {
                        if let Effect::MembershipChanged { user, group, joined } = effect {
                            prop_assert!(told.insert((user.clone(), group.clone()), *joined).is_none() || !strict);
                        }
                    }
                    for (change, joined) in &told {
                        prop_assert!(after.contains(change) == *joined && (before.contains(change) != *joined || !strict));
                    }
                    let is_user = |id: &str| directory.user(id).is_some() && state.0.iter().any(|(user, _)| user == id);
                    for change in before.symmetric_difference(&after).filter(|(who, _)| is_user(who)) {
                        let was_replaced = effects.iter().any(|e| matches!(e, Effect::UserCreated { id } if *id == change.0));
                        prop_assert!(told.contains_key(change) || was_replaced, "{:?} of {:?}", change, effects);
                    }
                }
            }
            check_indexes(&directory)?;
        }
    }

    #[test]
    fn a_patch_is_done_whole_or_not_at_all(operations in vec(operation(), 1..6), which in select(vec!["Users/a", "Groups/g"])) {
        let mut directory = Directory::default();
        for (path, body) in [
            ("/Users", r#"{"id":"a","userName":"a","emails":[{"type":"work","value":"w"}]}"#),
            ("/Groups", r#"{"id":"g","displayName":"g","members":["a","b","x"]}"#),
        ] {
            prop_assert!(directory.apply(&Request::new("POST", path, body.parse().ok()), None).is_ok());
        }
        let patch = |operations: &[String]| {
            let body = format!(r#"{{"Operations":[{}]}}"#, operations.join(","));
            Request::new("PATCH", format!("/{which}"), body.parse().ok())
        };
        let before = seen(&directory);
        let mut one_by_one = directory.clone();
        let whole = directory.apply(&patch(&operations), None);
        let each: Vec<bool> = operations.iter()
            .map(|operation| one_by_one.apply(&patch(std::slice::from_ref(operation)), None).is_ok())
            .collect();
        match whole {
            Err(_) => prop_assert_eq!(seen(&directory), before),
            Ok(_) if each.iter().all(|done| *done) => prop_assert_eq!(seen(&directory), seen(&one_by_one)),
            // What one operation takes away that a resource must have, a later one may have put back.
            Ok(_) => {}
        }
    }

    #[test]
    fn no_path_and_no_value_is_too_strange(
        path in "[a-z.:\\[\\]\" ()é]{0,20}|\\PC{0,20}|urn:[a-z:.]{0,10}(\\[[a-z \"]{0,10}\\])?",
        value in "\\PC{0,10}",
        op in select(vec!["add", "remove", "replace"]),
    ) {
        let mut directory = Directory::default();
        let body: Option<Json> = r#"{"id":"a","userName":"a","members":5,"emails":"x"}"#.parse().ok();
        prop_assert!(directory.apply(&Request::new("POST", "/Users", body), Some(&Answer::new(201, None))).is_ok());
        for value in [serde_json::json!(value), serde_json::json!({ &path: value }), serde_json::json!([[], {}, value])] {
            let body = serde_json::json!({ "Operations": [{ "op": op, "path": path, "value": value }] }).to_string();
            let _ = directory.apply(&Request::new("PATCH", "/Users/a", body.parse().ok()), None);
            let _ = directory.apply(&Request::new("PATCH", path.clone(), body.parse().ok()), None);
        }
        prop_assert!(directory.user_named("a").is_some() || directory.user_count() == 1);
    }
}
