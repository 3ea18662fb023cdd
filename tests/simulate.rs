//! What becomes of people over time: a recorded server, a thousand newcomers, and laws over random logs.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};
use vestibule::engine::Basis;
use vestibule::project::{Memory, Overrides, Population, Project};
use vestibule::scim::{Entry, Fact, read_log};
use vestibule::simulate::{Onboarding, Replay, Summary, replay};
use vestibule::source::{Sources, Text};
use vestibule::{Config, Engine, Event};

fn config(rules: &str) -> Config {
    Config::parse("vestibule.yaml", rules).expect("sound rules")
}

fn entries(log: &str) -> Vec<Entry> {
    let text = Text::new("log.ndjson", log);
    let file = Sources::default().add_text(text.clone());
    let mut entries = Vec::new();
    read_log(file, &text, &mut |entry| entries.push(entry.expect("a sound log")));
    entries
}

fn sample(name: &str) -> String {
    let path = format!("{}/tests/data/scim/scim2-server/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("the sample")
}

/// The resources of a list response.
fn resources(name: &str) -> Vec<Value> {
    let page: Value = serde_json::from_str(&sample(name)).expect("JSON");
    page["Resources"].as_array().expect("a list").clone()
}

const ANY: &str = "version: 1\nprovider: { name: p, attribute-mapping: { provider-id: oid } }\norganizations: [{ name: A }]\n\
                   organization-assignment: { default: A }\n";

#[test]
fn recorded_requests_lead_to_what_the_server_reported_afterwards() {
    let (replay, _) = replay(&config(ANY), &entries(&sample("http_log.json")));
    assert!(replay.problems().is_empty(), "{:?}", replay.problems());

    let text = |value: &Value| value.as_str().map(str::to_owned);
    let mut groups_of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for group in resources("groups_after_tests.json") {
        for member in group["members"].as_array().into_iter().flatten() {
            let name = text(&group["displayName"]).expect("a name");
            groups_of.entry(text(&member["value"]).expect("an id")).or_default().insert(name);
        }
    }
    let reported: BTreeSet<_> = resources("users_after_tests.json")
        .iter()
        .map(|user| {
            let id = text(&user["id"]).expect("an id");
            let groups = groups_of.get(&id).cloned().unwrap_or_default();
            (id, text(&user["userName"]).expect("a name"), text(&user["externalId"]), user["active"].as_bool(), groups)
        })
        .collect();
    let found: BTreeSet<_> = replay
        .remaining()
        .map(|user| {
            let groups = user.seat.provider_groups.into_iter().collect();
            (user.id.expect("an id"), user.user_name, user.external_id, user.active, groups)
        })
        .collect();
    assert_eq!(found, reported);
}

const NEWCOMERS: &str = r#"
version: 1
provider:
  name: contoso-entra
  attribute-mapping:
    provider-id: oid
    groups: { claim: groups }
    attributes: { department: { claim: department, scim: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department" } }
organizations: [{ name: EU }, { name: HQ }, { name: Guests }]
groups: { rule-based: [Everyone, Analysts] }
user-intake:
  rules:
    - { rule: invited, when: provider.groups includes "Invited", decision: admit }
    - { rule: strangers, when: email ew "@fabrikam.com", decision: refuse }
organization-assignment:
  users:
    - { rule: finance-eu, when: provider.groups includes "EU-Finance", organization: EU }
    - { rule: audit, when: attributes.department eq "Audit", organization: HQ }
    - { rule: eu-mail, when: email ew "@contoso.eu", organization: EU }
  fallback: Guests
group-assignment:
  - { rule: everyone, when: true, groups: [Everyone] }
  - { rule: analysts, when: provider.groups includes "Analysts", groups: [Analysts] }
snapshot: { users: users.json, groups: groups.json }
"#;

/// A thousand people, and what the arithmetic of their making says of them.
fn newcomers() -> (String, String, Value) {
    let (mut users, mut members) = (Vec::new(), BTreeMap::<&str, Vec<Value>>::new());
    let (mut finance, mut audit, mut analysts, mut invited, mut inactive) = (0, 0, 0, 0, 0);
    for n in 0..1000 {
        let active = n % 50 != 7;
        let partner = n % 10 == 3;
        let domain = if partner {
            "fabrikam.com"
        } else if n % 3 == 0 {
            "contoso.eu"
        } else {
            "contoso.com"
        };
        let (in_finance, in_audit, in_analysts) = (n % 4 == 0, n % 9 == 0, n % 5 == 1);
        let department = if in_audit { "Audit" } else { "Sales" };
        users.push(json!({
            "id": format!("u{n}"), "userName": format!("u{n}@{domain}"), "active": active,
            "emails": [{ "value": format!("u{n}@{domain}"), "primary": true }],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": department },
        }));
        let is_invited = partner && n % 20 == 3;
        for (name, is_member) in
            [("EU-Finance", in_finance), ("Analysts", in_analysts), ("Invited", is_invited), ("Others", true)]
        {
            if is_member {
                members.entry(name).or_default().push(json!({ "value": format!("u{n}") }));
            }
        }
        if !active {
            inactive += 1;
        } else if partner {
            // Refused at the creation; whom a group invites is admitted at the login, and that is all that counts.
            invited += u32::from(is_invited);
        } else {
            // Whoever writes from contoso.eu is in EU at once; a login moves the others.
            finance += u32::from(in_finance && domain != "contoso.eu");
            audit += u32::from(in_audit && !in_finance);
            analysts += u32::from(in_analysts);
        }
    }
    let groups: Vec<Value> = members
        .into_iter()
        .map(|(name, members)| json!({ "id": name, "displayName": name, "members": members }))
        .collect();
    let mut rules = vec![
        ("user-intake", "invited", invited),
        ("organization-assignment.users", "finance-eu", finance),
        ("organization-assignment.users", "audit", audit),
        ("group-assignment", "analysts", analysts),
    ];
    rules.retain(|(_, _, people)| *people > 0);
    let rank =
        |set: &str| ["organization-assignment.users", "user-intake", "group-assignment"].iter().position(|s| *s == set);
    rules.sort_by_key(|(set, rule, people)| (std::cmp::Reverse(*people), rank(set), *rule));
    let rules: Vec<Value> =
        rules.iter().map(|(set, rule, people)| json!({ "set": set, "rule": rule, "stranded": people })).collect();
    let expected = json!({
        "version": 1, "users": 1000, "inactive": inactive,
        "stranded": { "organization": finance + audit, "intake": invited, "groups": analysts },
        "rules": rules,
    });
    (json!(users).to_string(), json!(groups).to_string(), expected)
}

#[test]
fn a_thousand_newcomers_are_counted_by_what_differs_and_by_rule() {
    let (users, groups, expected) = newcomers();
    let mut memory = Memory::default();
    memory.insert("vestibule.yaml", NEWCOMERS);
    memory.insert("users.json", users);
    memory.insert("groups.json", groups);
    let mut sources = Sources::default();
    let project = Project::load(&memory, "vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
    let (config, snapshot) = (project.config.as_ref().expect("rules"), project.snapshot.as_ref().expect("people"));
    let population = Population::new(&project, config, snapshot);
    let engine = Engine::compile(config);
    let mut summary = Summary::new();
    for index in 0..population.len() {
        let person = population.person(index);
        summary.add(person.user().user_name(), Onboarding::of(&engine, &person, false).as_ref());
    }
    assert_eq!(serde_json::to_value(summary.finish()).expect("JSON"), expected);
}

const RULES: &str = r#"
version: 1
provider:
  name: p
  attribute-mapping:
    provider-id: oid
    email: mail
    groups: { claim: groups }
    attributes: { team: { claim: team, scim: title }, badge: { claim: badge } }
organizations: [{ name: A }, { name: B }, { name: C }, { name: Guests }]
groups: { rule-based: [Everyone, Team, Finance, Outside] }
user-intake:
  rules:
    - { rule: out, when: 'displayName eq "out" and provider.groups excludes "G1"', decision: refuse }
organization-assignment:
  users:
    - { rule: a, when: provider.groups includes "G1", organization: A }
    - { rule: b, when: attributes.team eq "x" or attributes.badge pr, organization: B }
    - { rule: c, when: email ew "@c.example", organization: C }
group-assignment:
  - { rule: everyone, when: true, groups: [Everyone] }
  - { rule: team, when: attributes.team eq "x", groups: [Team] }
  - { rule: finance, when: provider.groups includes "G2", groups: [Finance] }
  - { rule: outside, when: provider.groups excludes "G1", groups: [Outside] }
"#;

/// One line of a random log. Ids are few, so that requests meet.
fn line() -> impl Strategy<Value = Value> {
    let user = prop::sample::select(vec!["u0", "u1", "u2"]);
    let group = prop::sample::select(vec!["g0", "g1"]);
    let text = || prop::sample::select(vec!["x", "y", "out", "a@c.example"]);
    let attribute = prop::sample::select(vec!["displayName", "title", "userName", "emails[type eq \"work\"].value"]);
    let op = prop::sample::select(vec!["Add", "Replace", "remove"]);
    let request = |method: &str, path: String, body: Value| json!({ "request": { "method": method, "path": path, "body": body } });
    prop_oneof![
        3 => (user.clone(), text(), any::<bool>()).prop_map(move |(id, title, active)| request("POST", "/Users".into(), json!({
            "id": id, "userName": format!("{id}@a.example"), "displayName": title, "title": title, "active": active,
        }))),
        2 => (group.clone(), prop::sample::select(vec!["G1", "G2"]), user.clone()).prop_map(move |(id, name, member)| {
            request("POST", "/Groups".into(), json!({ "id": id, "displayName": name, "members": [{ "value": member }] }))
        }),
        3 => (user.clone(), attribute, op.clone(), text()).prop_map(move |(id, path, op, value)| {
            request("PATCH", format!("/Users/{id}"), json!({ "Operations": [{ "op": op, "path": path, "value": value }] }))
        }),
        1 => (user.clone(), any::<bool>()).prop_map(move |(id, active)| {
            request("PATCH", format!("/Users/{id}"), json!({ "Operations": [{ "op": "replace", "value": { "active": active } }] }))
        }),
        3 => (group.clone(), op, user.clone()).prop_map(move |(id, op, member)| request("PATCH", format!("/Groups/{id}"), json!({
            "Operations": [{ "op": op, "path": "members", "value": [{ "value": member }] }],
        }))),
        1 => (group.clone(), prop::sample::select(vec!["G1", "G2"])).prop_map(move |(id, name)| {
            request("PATCH", format!("/Groups/{id}"), json!({ "Operations": [{ "op": "replace", "path": "displayName", "value": name }] }))
        }),
        1 => user.clone().prop_map(move |id| request("DELETE", format!("/Users/{id}"), Value::Null)),
        1 => group.prop_map(move |id| request("DELETE", format!("/Groups/{id}"), Value::Null)),
        3 => user.clone().prop_map(|id| json!({ "login": format!("{id}@a.example") })),
        2 => (user, text(), prop::option::of(prop::sample::select(vec!["G1", "G2", "G9"]))).prop_map(|(id, value, group)| {
            let mut claims = json!({ "team": value, "badge": [], "mail": value });
            if let Some(group) = group {
                claims["groups"] = json!([group]);
            }
            json!({ "login": format!("{id}@a.example"), "claims": claims })
        }),
    ]
}

fn log() -> impl Strategy<Value = Vec<Entry>> {
    prop::collection::vec(line(), 1..40).prop_map(|lines| {
        let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
        entries(&lines.join("\n"))
    })
}

/// Everything that can be seen of a replay.
fn seen(replay: &Replay) -> Value {
    let states: Vec<Value> =
        replay.states().map(|(id, state)| json!({ "id": id, "state": format!("{state:?}") })).collect();
    json!({ "remaining": replay.remaining().collect::<Vec<_>>(), "states": states })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_log_in_one_go_and_entry_by_entry_give_the_same(log in log(), cut in 0_usize..40) {
        let config = config(RULES);
        let (whole, transitions) = replay(&config, &log);
        let mut stepped = Replay::new(&config);
        let mut steps = Vec::new();
        for (index, entry) in log.iter().enumerate() {
            steps.extend(stepped.step(entry));
            if index == cut {
                // What was kept of a moment is as good as having been there.
                stepped = stepped.clone();
            }
        }
        prop_assert_eq!(seen(&whole), seen(&stepped));
        prop_assert_eq!(transitions, steps);
        prop_assert_eq!(whole.problems(), stepped.problems());
    }

    #[test]
    fn each_transition_begins_where_the_last_one_of_its_person_ended(log in log()) {
        let (whole, transitions) = replay(&config(RULES), &log);
        let mut last = BTreeMap::new();
        for transition in transitions {
            let id = transition.id.clone().expect("an id");
            prop_assert_eq!(last.get(&id).cloned().flatten(), transition.before.clone(), "{:?}", transition);
            last.insert(id, transition.after);
        }
        for remaining in whole.remaining() {
            let id = remaining.id.clone().expect("an id");
            prop_assert_eq!(last.remove(&id).flatten(), Some(remaining.seat));
        }
        prop_assert!(last.values().all(Option::is_none));
    }

    #[test]
    fn a_login_makes_the_state_agree_with_plain_evaluation(log in log()) {
        let config = config(RULES);
        let engine = Engine::compile(&config);
        let mut replay = Replay::new(&config);
        for entry in &log {
            let before = replay.clone();
            let transitions = replay.step(entry);
            let Entry::Login { claims: None, .. } = entry else { continue };
            for transition in transitions {
                let id = transition.id.expect("an id");
                let after = transition.after.expect("a person").standing;
                // A person who was there is evaluated as the state before says, one who was not as somebody new.
                let state = before.states().find(|(known, _)| *known == id).map(|(_, state)| state.clone());
                let Some(state) = state else { continue };
                let remembered = state.remembered_claims(&engine);
                let plain = engine.evaluate(&state.person().claims(&remembered), Event::Login);
                match plain.organization.by {
                    Basis::Rule | Basis::Fallback | Basis::Default => prop_assert_eq!(&after.organization, &plain.organization),
                    _ if state.standing.organization.name.is_some() => {
                        prop_assert_eq!(&after.organization, &state.standing.organization);
                    }
                    _ => {}
                }
                if plain.not_run.is_empty() && plain.organization.by != Basis::NotRun {
                    prop_assert_eq!(&after.groups, &plain.groups);
                    prop_assert_eq!(&after.intake, &plain.intake);
                }
            }
        }
    }

    #[test]
    fn a_change_of_membership_changes_nothing_else(log in log()) {
        let (_, transitions) = replay(&config(RULES), &log);
        for transition in transitions.iter().filter(|transition| transition.event.as_str() == "membership-update") {
            let [before, after] = [&transition.before, &transition.after].map(|seat| seat.clone().expect("a person"));
            prop_assert_eq!(before.standing, after.standing);
            prop_assert_ne!(before.provider_groups, after.provider_groups);
        }
    }
}

#[test]
fn a_login_tells_who_is_active_and_whose_provider_id_it_has() {
    let log = r#"
{"request":{"method":"POST","path":"/Users","body":{"id":"1","userName":"ada@c.example","externalId":"o1","active":true}}}
{"login":"ada@c.example","claims":{"oid":"o2","team":"x"}}
{"login":"ada@c.example","claims":{"oid":"o1","team":"x"}}
{"request":{"method":"PATCH","path":"/Users/1","body":{"Operations":[{"op":"Replace","path":"active","value":"False"}]}}}
{"login":"ada@c.example"}
"#;
    let (replay, transitions) = replay(&config(RULES), &entries(log.trim()));
    let organization =
        |n: usize| transitions[n].after.as_ref().and_then(|seat| seat.standing.organization.name.clone());
    assert_eq!((transitions.len(), organization(1), organization(2)), (3, Some("B".to_owned()), Some("B".to_owned())));
    let messages: Vec<&str> = replay.problems().iter().map(|problem| problem.message.as_str()).collect();
    assert!(messages[0].contains("`o2`") && messages[1].contains("not active"), "{messages:?}");
    assert_eq!(replay.waits().skipped, 2);
}

#[test]
fn what_a_login_filled_stays_until_scim_changes_it() {
    let log = r#"
{"request":{"method":"POST","path":"/Users","body":{"id":"1","userName":"ada","emails":[{"value":"ada@a.example"}],"active":true}}}
{"login":"ada","claims":{"mail":"ada@c.example","badge":[],"team":[]}}
{"request":{"method":"PATCH","path":"/Users/1","body":{"Operations":[{"op":"replace","path":"displayName","value":"Ada"}]}}}
{"request":{"method":"PATCH","path":"/Users/1","body":{"Operations":[{"op":"replace","path":"emails","value":[{"value":"ada@b.example"}]}]}}}
"#;
    let log = entries(log.trim());
    let mut replay = Replay::new(&config(RULES));
    let mut addresses = Vec::new();
    for entry in &log {
        replay.step(entry);
        let (_, state) = replay.states().next().expect("Ada");
        addresses.push(match state.user.email() {
            Fact::Known(address) => address.unwrap_or_default().to_owned(),
            Fact::Undetermined => "?".to_owned(),
        });
    }
    assert_eq!(addresses, ["ada@a.example", "ada@c.example", "ada@c.example", "ada@b.example"]);
}

const TWO: &str = r#"
version: 1
provider:
  name: p
  attribute-mapping:
    provider-id: oid
    groups: { claim: groups }
    attributes: { department: { claim: dep, scim: department }, one: { claim: one } }
organizations: [{ name: A }, { name: D }]
groups: { rule-based: [Z] }
organization-assignment: { users: [{ rule: a, when: 'attributes.department eq "R"', organization: A }], fallback: D }
group-assignment: [{ rule: z, when: 'attributes.one eq "1"', groups: [Z] }]
"#;

/// Organization and groups after each transition.
fn steps(rules: &str, log: &str) -> Vec<String> {
    let (_, transitions) = replay(&config(rules), &entries(log.trim()));
    let step = |transition: &vestibule::simulate::Transition| {
        let standing = &transition.after.as_ref().expect("a person").standing;
        let groups = standing.groups.iter().map(|grant| grant.name.clone());
        let open = standing.undetermined_groups.iter().map(|name| format!("{name}?"));
        let organization = standing.organization.name.clone().unwrap_or_else(|| "-".to_owned());
        format!(
            "{} {}",
            transition.user_name,
            [organization].into_iter().chain(groups).chain(open).collect::<Vec<_>>().join(" ")
        )
    };
    transitions.iter().map(step).collect()
}

const CREATE: &str = r#"{"request":{"method":"POST","path":"/Users","body":{"id":"1","userName":"a","externalId":"E","active":true,"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"R"}}}}"#;

#[test]
fn a_claim_that_the_log_leaves_out_is_filled_from_the_state_and_the_mapping() {
    let logins = [r#"{"login":"a","claims":{"groups":["G"],"one":"1"}}"#, r#"{"login":"a","claims":{"groups":["G"]}}"#];
    let log = format!("{CREATE}\n{}\n{}", logins[0], logins[1]);
    assert_eq!(steps(TWO, &log), ["a D", "a A Z", "a A Z"]);
    assert_eq!(steps(TWO, &format!("{CREATE}\n{}", r#"{"login":"a","claims":{"dep":[]}}"#)), ["a D", "a D"]);
}

#[test]
fn who_was_not_in_a_group_stays_out_of_it_where_nothing_is_known() {
    assert_eq!(steps(TWO, &format!("{CREATE}\n{}", r#"{"login":"a"}"#)), ["a D", "a A"]);
    assert_eq!(steps(TWO, r#"{"login":"b"}"#), ["b D Z?"]);
}

#[test]
fn the_provider_id_says_who_logs_in() {
    let login = r#"{"login":"another.name","claims":{"oid":"E"}}"#;
    assert_eq!(steps(TWO, &format!("{CREATE}\n{login}")), ["a D", "a A"]);
    let made = [r#"{"login":"b","claims":{"oid":"F"}}"#, r#"{"login":"b","claims":{"oid":"G"}}"#];
    let (replay, transitions) = replay(&config(TWO), &entries(&made.join("\n")));
    assert_eq!((transitions.len(), replay.problems().len()), (1, 1));
}

#[test]
fn whom_no_rule_takes_cannot_log_in_without_a_fallback() {
    let rules = TWO.replace(", fallback: D }", " }");
    let log = format!(
        "{CREATE}\n{}\n{}\n{}",
        r#"{"login":"a"}"#, r#"{"login":"a","claims":{"dep":"S"}}"#, r#"{"login":"zed","claims":{"dep":"S"}}"#
    );
    let (replay, transitions) = replay(&config(&rules), &entries(&log));
    let messages: Vec<&str> = replay.problems().iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(transitions.len(), 3, "nobody new comes in");
    assert!(messages.len() == 2 && messages.iter().all(|message| message.contains("Palantir refuses")), "{messages:?}");
}
