//! Whole requests by example: what they make of a directory, what they tell, what is refused.

use super::{Answer, Directory, Effect, Request};
use crate::scim::testing::snapshot;

fn request(text: &str) -> Request {
    let (method, rest) = text.split_once(' ').expect(text);
    let (path, body) = rest.split_once(' ').unwrap_or((rest, ""));
    let body = (!body.is_empty()).then(|| body.parse().unwrap_or_else(|error| panic!("{error}: {body}")));
    Request::new(method, path, body)
}

/// Two users, a group with one of them, and one that holds this group.
fn start() -> Directory {
    let mut directory = Directory::default();
    for text in [
        r#"POST /Users {"id":"a","userName":"ada"}"#,
        r#"POST /Users {"id":"b","userName":"bo"}"#,
        r#"POST /Groups {"id":"g","displayName":"G","members":[{"value":"a"}]}"#,
        r#"POST /Groups {"id":"outer","displayName":"Outer","members":[{"value":"g","type":"Group"},{"value":"later"}]}"#,
    ] {
        directory.apply(&request(text), None).expect(text);
    }
    directory
}

/// An effect in short: `+a`, `~a`, `-a` for a user that is created, updated, deleted; `a>g` and `a<g` for joining and
/// leaving; the same with `group` and `in` for groups.
fn short(effect: &Effect) -> String {
    match effect {
        Effect::UserCreated { id } => format!("+{id}"),
        Effect::UserUpdated { id } => format!("~{id}"),
        Effect::UserDeleted { id } => format!("-{id}"),
        Effect::MembershipChanged { user, group, joined } => {
            format!("{user}{}{group}", if *joined { '>' } else { '<' })
        }
        Effect::NestingChanged { member, group, joined } => {
            format!("group {member}{}{group}", if *joined { '>' } else { '<' })
        }
        Effect::GroupCreated { id } => format!("+group {id}"),
        Effect::GroupRenamed { id } => format!("~group {id}"),
        Effect::GroupDeleted { id } => format!("-group {id}"),
    }
}

fn told(directory: &mut Directory, text: &str, answer: Option<&Answer>) -> String {
    match directory.apply(&request(text), answer) {
        Ok(effects) => effects.iter().map(short).collect::<Vec<_>>().join(" "),
        Err(refusal) => refusal.to_string(),
    }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(told(&mut start(), text, None), expected, "{text}");
}

fn patch(path: &str, operation: &str) -> String {
    format!(r#"PATCH {path} {{"Operations":[{operation}]}}"#)
}

#[test]
fn requests_tell_what_they_change() {
    check(r#"POST /Users {"id":"c","userName":"cy"}"#, "+c");
    check(r#"POST /Users {"userName":"cy"}"#, "+made-up-user-1");
    check(r#"POST /Users {"id":"a","userName":"cy"}"#, "+made-up-user-1");
    check(r#"PUT /Users/a {"userName":"ada"}"#, "~a");
    check("DELETE /Users/a", "-a");
    check(&patch("/Users/a", r#"{"op":"add","path":"title","value":"x"}"#), "~a");
    check(r#"POST /Groups {"id":"h","displayName":"H","members":[{"value":"b"},{"value":"nobody"}]}"#, "+group h b>h");
    check("DELETE /Groups/g", "a<g -group g");
    check("GET /Users/nobody", "");
}

#[test]
fn only_who_really_joins_or_leaves_a_group_is_told() {
    let members =
        |op: &str, value: &str| patch("/Groups/g", &format!(r#"{{"op":"{op}","path":"members","value":{value}}}"#));
    check(&members("Add", r#"[{"$ref":null,"value":"a"},{"$ref":null,"value":"b"},{"value":"b"}]"#), "b>g");
    check(&members("add", r#""b""#), "b>g");
    check(&members("add", r#"{"$ref":"https://x/v2/Users/b"}"#), "b>g");
    check(&members("Remove", r#"[{"value":"a"},{"value":"b"}]"#), "a<g");
    check(&members("remove", "[]"), "");
    check(&members("remove", "null"), "a<g");
    check(&members("replace", r#"[{"value":"b"}]"#), "a<g b>g");
    check(&members("replace", r#"[{"value":"a"},{"value":"nobody"}]"#), "");
    check(&members("replace", "[]"), "a<g");
    check(&patch("/Groups/g", r#"{"op":"Remove","path":"members"}"#), "a<g");
    check(&patch("/Groups/g", r#"{"op":"remove","path":"members[value eq \"a\"]"}"#), "a<g");
    check(&patch("/Groups/g", r#"{"op":"remove","path":"members[value eq \"A\"]"}"#), "");
    check(&patch("/Groups/g", r#"{"op":"remove","path":"members[value sw \"a\" or value eq \"b\"]"}"#), "a<g");
    check(&patch("/Groups/outer", r#"{"op":"remove","path":"members[type eq \"group\"]"}"#), "group g<outer");
    check(&patch("/Groups/g", r#"{"op":"replace","path":"members[value eq \"a\"].display","value":"x"}"#), "");
    check(&patch("/Groups/g", r#"{"op":"add","path":"members[value eq \"b\"].display","value":"x"}"#), "");
    check(&patch("/Groups/g", r#"{"op":"add","path":"members[value eq \"b\"]","value":{"display":"x"}}"#), "b>g");
    check(&patch("/Groups/g", r#"{"op":"replace","path":"members[value eq \"a\"]","value":{"value":"b"}}"#), "a<g b>g");
    check(&patch("/Groups/g", r#"{"op":"add","value":{"members":[{"value":"b"}]}}"#), "b>g");
    let back = r#"{"op":"remove","path":"members"},{"op":"add","path":"members","value":[{"value":"a"}]}"#;
    check(&patch("/Groups/g", back), "");
    check(r#"PUT /Groups/g {"displayName":"G","members":[{"value":"b"}]}"#, "a<g b>g");
    check(r#"PUT /Groups/g {"displayName":"G"}"#, "a<g");
}

#[test]
fn a_group_that_is_renamed_is_told() {
    let set =
        |path: &str, value: &str| patch("/Groups/g", &format!(r#"{{"op":"Replace","path":"{path}","value":{value}}}"#));
    check(&set("displayName", r#""H""#), "~group g");
    check(&set("externalId", r#""x""#), "~group g");
    check(&set("displayName", r#""G""#), "");
    check(&set("description", r#""x""#), "");
    check(r#"PUT /Groups/g {"displayName":"H","members":[{"value":"b"}]}"#, "~group g a<g b>g");
    check(&patch("/Groups/g", r#"{"op":"replace","value":{"id":"g","displayName":"H"}}"#), "~group g");
}

#[test]
fn what_a_server_refuses_is_refused() {
    check(r#"POST /Users {"userName":"ADA"}"#, "409 uniqueness: another user has the `userName` `ADA`");
    check(r#"PUT /Users/b {"userName":"Ada"}"#, "409 uniqueness: another user has the `userName` `Ada`");
    let rename = patch("/Users/b", r#"{"op":"replace","path":"userName","value":"Ada"}"#);
    check(&rename, "409 uniqueness: another user has the `userName` `Ada`");
    check(&patch("/Users/a", r#"{"op":"replace","path":"userName","value":"Ada"}"#), "~a");
    check(r#"POST /Users {"displayName":"x"}"#, "400 invalidValue: the user has no `userName`");
    check(r#"POST /Groups {"externalId":"x"}"#, "400 invalidValue: the group has no `displayName`");
    check(
        r#"POST /Groups {"displayName":"x","members":[{"display":"y"}]}"#,
        "400 invalidValue: a member has no `value`",
    );
    check(
        r#"POST /Users {"userName":"x","emails":[{"value":"a","primary":true},{"value":"b","primary":"True"}]}"#,
        "400 invalidValue: several values of `emails` are primary",
    );
    check(
        r#"POST /Users {"userName":"x","active":"maybe"}"#,
        "400 invalidValue: `active` is a string instead of a boolean",
    );
    check("POST /Users", "400 invalidSyntax: the body is no object");
    check("POST /Users []", "400 invalidSyntax: the body is no object");
    check("PATCH /Users/a", "400 invalidSyntax: the body is no object");
    check("PATCH /Users/a {}", "400 invalidSyntax: the body has no `Operations`");
    check("DELETE /Users/g", "404: there is no user with the id `g`");
    check("DELETE /Groups/A", "404: there is no group with the id `A`");
    check(r#"PUT /Users/nobody {"userName":"x"}"#, "404: there is no user with the id `nobody`");
    check(r#"POST /Bulk {}"#, "404: `/Bulk` is neither of users nor of groups");
    check(
        &patch("/Groups/g", r#"{"op":"remove","path":"displayName"}"#),
        "400 invalidValue: the group has no `displayName`",
    );
    check(
        &patch("/Groups/g", r#"{"op":"add","path":"members[display eq \"x\"]","value":{}}"#),
        "400 noTarget: the filter of `members` selects nobody",
    );
}

#[test]
fn a_refused_request_puts_the_members_back_where_they_were() {
    let mut directory = start();
    let all = r#"{"op":"add","path":"members","value":["b","x","y"]}"#;
    told(&mut directory, &patch("/Groups/g", all), None);
    let before: Vec<String> = directory.members("g").map(str::to_owned).collect();
    let operations = r#"{"op":"remove","path":"members","value":["b"]},{"op":"add","path":"members","value":["z","b"]},
        {"op":"replace","path":"displayName","value":"H"},{"op":"remove"}"#;
    let refused = told(&mut directory, &patch("/Groups/g", operations), None);
    assert_eq!(refused, "400 noTarget: operation 4: a `remove` has no `path`");
    assert_eq!(directory.members("g").collect::<Vec<_>>(), before);
    assert_eq!(directory.direct_groups("b").collect::<Vec<_>>(), ["g"]);
    assert_eq!(directory.direct_groups("z").count(), 0);
    assert_eq!(directory.group("g").and_then(|g| g.display_name().known().flatten()), Some("G"));
}

#[test]
fn the_recorded_answer_has_the_last_word() {
    let answer = |status: u16, body: &str| Answer::new(status, body.parse().ok());
    let mut directory = start();
    let mut check = |text: &str, answer: Answer, expected: &str| {
        assert_eq!(told(&mut directory, text, Some(&answer)), expected, "{text}");
    };
    check(r#"POST /Users {"userName":"cy"}"#, answer(409, ""), "");
    check("BREW /coffee", answer(418, ""), "");
    check("DELETE /Users/a", answer(308, ""), "");
    check(r#"POST /Users {"userName":"cy","id":"no"}"#, answer(201, r#"{"id":"c"}"#), "+c");
    check(r#"POST /Users {"userName":"CY"}"#, answer(201, r#"{"id":"c2","userName":"other"}"#), "+c2");
    check(r#"POST /Groups {"displayName":"H"}"#, answer(201, r#"{"meta":{"location":"/Groups/h"}}"#), "+group h");
    check(r#"POST /Groups {"externalId":"x"}"#, answer(201, r#"{"id":"i"}"#), "+group i");
    check(r#"POST /Users {"userName":"new"}"#, answer(201, r#"{"id":"a"}"#), "-a +a");
    check(r#"PUT /Users/unseen {"userName":"uma"}"#, answer(200, ""), "~unseen");
    check(
        &patch("/Users/u2", r#"{"op":"add","path":"title","value":"x"}"#),
        answer(200, r#"{"id":"u2","userName":"u2"}"#),
        "~u2",
    );
    check(
        &patch("/Users/u3", r#"{"op":"add","path":"title","value":"x"}"#),
        answer(204, ""),
        "404: there is no user with the id `u3`",
    );
    check("DELETE /Users/u4", answer(204, ""), "");
    let title = patch("/Users/c2", r#"{"op":"add","path":"title","value":"x"}"#);
    assert_eq!(told(&mut directory, &title, None), "~c2", "who shares a name may keep it");
    let (id, user) = directory.user_named("cy").expect("the first of the name");
    assert_eq!((id, user.user_name(), user.id()), ("c", "cy", Some("c")));
    assert_eq!(directory.direct_groups("a").collect::<Vec<_>>(), ["g"], "the group has listed the id all along");
}

#[test]
fn membership_is_known_also_through_groups_and_before_there_is_a_user() {
    let mut directory = start();
    assert_eq!(directory.direct_groups("a").collect::<Vec<_>>(), ["g"]);
    assert_eq!(directory.transitive_groups("a"), ["g", "outer"]);
    assert_eq!(directory.users_within("outer"), ["a"]);
    assert_eq!(told(&mut directory, r#"POST /Users {"id":"later","userName":"l"}"#, None), "+later");
    assert_eq!(directory.direct_groups("later").collect::<Vec<_>>(), ["outer"]);
    assert_eq!(directory.users_within("outer"), ["later", "a"]);
    let circle = patch("/Groups/g", r#"{"op":"add","path":"members","value":["outer","g","b"]}"#);
    assert_eq!(told(&mut directory, &circle, None), "group outer>g group g>g b>g");
    assert_eq!(directory.transitive_groups("b"), ["g", "outer"]);
    assert_eq!(directory.users_within("g"), ["a", "b", "later"]);
    assert_eq!(told(&mut directory, "DELETE /Groups/g", None), "a<g group outer<g group g<g b<g -group g");
    assert_eq!(directory.direct_groups("a").count() + directory.direct_groups("outer").count(), 0);
    assert_eq!(directory.direct_groups("g").collect::<Vec<_>>(), ["outer"], "the id is still listed");
}

#[test]
fn a_login_makes_a_person_known_whose_name_scim_may_still_send() {
    let mut directory = start();
    assert_eq!(directory.create_user_at_login("ADA"), "a");
    let id = directory.create_user_at_login("Zoe");
    assert_eq!((id.as_str(), directory.create_user_at_login("zoe")), ("made-up-user-1", id.clone()));
    assert_eq!(directory.user(&id).map(|user| user.user_name()), Some("Zoe"));
    assert_eq!(
        told(&mut directory, r#"POST /Users {"userName":"zoe"}"#, None),
        "409 uniqueness: another user has the `userName` `zoe`"
    );
    let answer = Answer::new(201, r#"{"id":"z"}"#.parse().ok());
    assert_eq!(told(&mut directory, r#"POST /Users {"userName":"zoe"}"#, Some(&answer)), "+z");
    assert_eq!(directory.user_named("ZOE").map(|(id, _)| id), Some("z"));
}

#[test]
fn names_move_with_their_users() {
    let mut directory = start();
    told(
        &mut directory,
        r#"PUT /Users/a {"userName":"Ava","password":"secret","id":"other","groups":[{"value":"x"}]}"#,
        None,
    );
    assert!(directory.user_named("ada").is_none());
    let (id, ava) = directory.user_named("AVA").expect("renamed");
    assert_eq!((id, ava.id(), ava.object().names().collect::<Vec<_>>()), ("a", Some("a"), vec!["userName", "id"]));
    assert_eq!(told(&mut directory, "DELETE /Users/a", None), "-a");
    assert!(directory.user_named("ava").is_none() && directory.user("a").is_none());
    assert_eq!(directory.users().map(|(id, _)| id).collect::<Vec<_>>(), ["b"]);
}

#[test]
fn a_snapshot_is_a_start() {
    let users = r#"[{"id":"a","userName":"ada"},{"userName":"bo"},{"id":"made-up-user-1","userName":"cy"}]"#;
    let groups =
        r#"[{"id":"g","displayName":"G","members":[{"value":"a"},{"value":"a"}]},{"id":"h","displayName":"H"}]"#;
    let directory = Directory::from_snapshot(&snapshot(&[users], &[groups]));
    let ids: Vec<&str> = directory.users().map(|(id, _)| id).collect();
    assert_eq!(ids, ["a", "made-up-user-2", "made-up-user-1"]);
    assert_eq!(directory.members("g").collect::<Vec<_>>(), ["a"]);
    assert_eq!((directory.members("h").count(), directory.group_count(), directory.user_count()), (0, 2, 3));
    let own = r#"[{"id":"a","userName":"ada","groups":[{"value":"g","display":"G"},{"value":"h","type":"indirect"}]},
        {"id":"b","userName":"bo","groups":[{"value":"g","display":"G"},{"display":"nameless"}]}]"#;
    let directory = Directory::from_snapshot(&snapshot(&[own], &[]));
    assert_eq!(directory.groups().map(|(id, _)| id).collect::<Vec<_>>(), ["g"]);
    assert_eq!(directory.users_within("g"), ["a", "b"]);
}

#[test]
fn additions_to_large_groups_take_no_quadratic_time() {
    let mut directory = Directory::default();
    for group in 0..2 {
        told(&mut directory, &format!(r#"POST /Groups {{"id":"g{group}","displayName":"g{group}"}}"#), None);
    }
    // Where every addition copied the members, this would take minutes.
    for member in 0..6_000 {
        let add = format!(r#"{{"op":"add","path":"members","value":[{{"value":"m{member}"}}]}}"#);
        let path = format!("/Groups/g{}", member % 2);
        directory.apply(&request(&patch(&path, &add)), None).expect("taken");
    }
    for member in 0..6_000 {
        let remove = format!(r#"{{"op":"remove","path":"members[value eq \"m{member}\"]"}}"#);
        let path = format!("/Groups/g{}", member % 2);
        directory.apply(&request(&patch(&path, &remove)), None).expect("taken");
    }
    assert_eq!(directory.members("g0").count() + directory.direct_groups("m1").count(), 0);
}
