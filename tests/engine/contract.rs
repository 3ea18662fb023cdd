//! What scripts and servers build on: the JSON of decisions and its schemas, threads, and limits.

use std::process::Command;

use jsonschema::Validator;
use serde_json::Value;
use vestibule::engine::{Decision, Event, decision_schema, decisions_schema, group_decision_schema};

use crate::world::World;

const CONTOSO: &str = r#"
version: 1
provider:
  name: contoso-entra
  attribute-mapping:
    attributes: { department: { claim: department, scim: department } }
organizations: [{ name: Contoso EU }, { name: Contoso Guests }]
groups: { rule-based: [EU Analysts, Everyone] }
organization-assignment:
  users:
    - { rule: finance-eu, when: provider.groups includes "EU-Finance", organization: Contoso EU }
    - { rule: eu-mail, when: email ew "@contoso.eu", organization: Contoso EU }
  fallback: Contoso Guests
  groups:
    - { rule: eu-groups, when: group.displayName matches /EU-.*/, organizations: [Contoso EU] }
user-intake:
  rules: [{ rule: no-leavers, when: active eq false, decision: refuse }]
  default: admit
group-assignment:
  - rule: analysts-by-department
    when: attributes.department eq "Analytics" and provider.groups excludes /Ext-.*/
    groups: [EU Analysts]
  - { rule: everyone, when: true, groups: [Everyone] }
snapshot: { users: users.json, groups: groups.json }
"#;

fn contoso(users: &str, groups: &str) -> World {
    World::new([("vestibule.yaml", CONTOSO), ("users.json", users), ("groups.json", groups)]).expect("a project")
}

const JENSEN: &str = r#"[{ "id": "2819c223", "userName": "bjensen@contoso.com", "active": true,
    "emails": [{ "value": "bjensen@contoso.com" }] }]"#;
const FINANCE: &str = r#"[{ "id": "e9e30dba", "displayName": "EU-Finance", "members": [{ "value": "2819c223" }] }]"#;

#[track_caller]
fn check_json(world: &World, event: Event, expected: &[&str]) {
    let decision = world.decide(None, event).expect("a decision");
    assert_eq!(serde_json::to_string(&decision).expect("JSON"), expected.concat());
}

#[test]
fn a_decision_has_this_json() {
    let world = contoso(JENSEN, FINANCE);
    check_json(
        &world,
        Event::ScimCreate,
        &[
            r#"{"id":"2819c223","userName":"bjensen@contoso.com","event":"scim-create","#,
            r#""intake":{"decision":"admit","by":"default","rule":null},"#,
            r#""organization":{"name":"Contoso Guests","by":"fallback","rule":null},"#,
            r#""groups":[{"name":"Everyone","rules":["everyone"]}],"undeterminedGroups":[],"#,
            r#""notRun":[{"set":"organization-assignment.users","rule":"finance-eu","cause":"withheld","#,
            r#""missing":["provider.groups"]},"#,
            r#"{"set":"group-assignment","rule":"analysts-by-department","cause":"withheld","#,
            r#""missing":["attributes.department","provider.groups"]}]}"#,
        ],
    );
    check_json(
        &world,
        Event::MembershipUpdate,
        &[
            r#"{"id":"2819c223","userName":"bjensen@contoso.com","event":"membership-update","#,
            r#""intake":{"decision":"not-run","by":"not-run","rule":null},"#,
            r#""organization":{"name":null,"by":"not-run","rule":null},"#,
            r#""groups":[],"undeterminedGroups":[],"notRun":[]}"#,
        ],
    );
    check_json(
        &world,
        Event::Login,
        &[
            r#"{"id":"2819c223","userName":"bjensen@contoso.com","event":"login","#,
            r#""intake":{"decision":"admit","by":"default","rule":null},"#,
            r#""organization":{"name":"Contoso EU","by":"rule","rule":"finance-eu"},"#,
            r#""groups":[{"name":"Everyone","rules":["everyone"]}],"undeterminedGroups":[],"notRun":[]}"#,
        ],
    );
}

#[test]
fn an_undetermined_decision_lists_its_candidates() {
    let nobody = r#"[{ "userName": "x" }]"#;
    let world = contoso(nobody, "[]");
    check_json(
        &world,
        Event::Login,
        &[
            r#"{"id":null,"userName":"x","event":"login","#,
            r#""intake":{"decision":"undetermined","by":"undetermined","rule":null,"candidates":["refuse","admit"]},"#,
            r#""organization":{"name":null,"by":"undetermined","rule":null,"candidates":["Contoso Guests",null]},"#,
            r#""groups":[],"undeterminedGroups":["Everyone"],"#,
            r#""notRun":[{"set":"user-intake","rule":"no-leavers","cause":"undetermined","missing":["active"]}]}"#,
        ],
    );
}

#[test]
fn a_group_decision_has_this_json() {
    let groups =
        r#"[{ "id": "1", "displayName": "EU-Finance" }, { "displayName": "Sales" }, { "id": "3", "displayName": 3 }]"#;
    let decisions = contoso(JENSEN, groups).decide_groups();
    let json: Vec<String> = decisions.iter().map(|decision| serde_json::to_string(decision).expect("JSON")).collect();
    assert_eq!(
        json,
        [
            r#"{"id":"1","displayName":"EU-Finance","organizations":["Contoso EU"],"rule":"eu-groups"}"#.to_owned(),
            r#"{"id":null,"displayName":"Sales","organizations":[],"rule":null}"#.to_owned(),
            [
                r#"{"id":"3","displayName":null,"organizations":[],"rule":null,"undetermined":true,"#,
                r#""candidates":[["Contoso EU"],[]],"notRun":[{"set":"organization-assignment.groups","#,
                r#""rule":"eu-groups","cause":"undetermined","missing":["group.displayName"]}]}"#,
            ]
            .concat(),
        ]
    );
}

fn validator(schema: schemars::Schema) -> Validator {
    jsonschema::draft202012::new(&schema.to_value()).expect("a schema")
}

#[track_caller]
fn check_fits(validator: &Validator, text: &str) {
    let value: Value = serde_json::from_str(text).expect("JSON");
    let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?} in {text}");
}

fn eval(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).arg("eval").args(arguments).output();
    String::from_utf8(output.expect("it runs").stdout).expect("UTF-8")
}

#[test]
fn what_the_command_writes_fits_the_schemas() {
    let (line, group_line) = (validator(decision_schema()), validator(group_decision_schema()));
    let document = validator(decisions_schema());
    for project in ["rules-examples/contoso", "rules-examples/clean"] {
        for event in Event::ALL.map(Event::as_str) {
            let lines = eval(&[project, "--event", event, "--format", "jsonl"]);
            assert!(lines.lines().count() > 30, "{lines}");
            lines.lines().for_each(|text| check_fits(&line, text));
            check_fits(&document, &eval(&[project, "--event", event, "--format", "json"]));
        }
        let lines = eval(&[project, "--groups", "--format", "jsonl"]);
        assert!(lines.lines().count() > 3, "{lines}");
        lines.lines().for_each(|text| check_fits(&group_line, text));
        check_fits(&document, &eval(&[project, "--groups", "--format", "json"]));
    }
}

#[test]
fn undetermined_decisions_fit_the_schemas() {
    let world = contoso(r#"[{ "userName": "x" }]"#, r#"[{ "displayName": 3 }]"#);
    let line = validator(decision_schema());
    for event in Event::ALL {
        let decision = world.decide(None, event).expect("a decision");
        check_fits(&line, &serde_json::to_string(&decision).expect("JSON"));
    }
    let group_line = validator(group_decision_schema());
    for decision in world.decide_groups() {
        check_fits(&group_line, &serde_json::to_string(&decision).expect("JSON"));
    }
}

#[test]
fn one_engine_serves_several_threads() {
    let world = contoso(JENSEN, FINANCE);
    let expected = world.decide(None, Event::ScimCreate).expect("a decision");
    let population = world.population();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..100 {
                    assert_eq!(world.engine().evaluate(&population.person(0), Event::ScimCreate), expected);
                }
            });
        }
    });
}

/// Decides for a user on a thread with a stack of 2 MiB.
fn decide_on_a_small_stack<const N: usize>(yaml: String, events: [Event; N]) -> [Decision; N] {
    let decide = move || {
        let users = r#"[{ "userName": "ada", "emails": [{ "value": "a" }], "title": "t" }]"#;
        let world = World::new([("vestibule.yaml", &*yaml), ("users.json", users)]).expect("a project");
        events.map(|event| world.decide(None, event).expect("a decision"))
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(decide).expect("a thread");
    thread.join().expect("no panic and no overflow")
}

fn with_rules(groups: &str, rules: &str) -> String {
    format!(
        "version: 1\nprovider: {{ name: p }}\norganizations: [{{ name: A }}]\nsnapshot: {{ users: users.json }}\n\
         groups: {{ rule-based: [{groups}] }}\ngroup-assignment:\n{rules}"
    )
}

#[test]
fn conditions_at_the_limit_of_depth_fit_a_small_stack() {
    let deep = |open: &str, middle: &str, close: &str, levels: usize| {
        (open.repeat(levels) + middle + &close.repeat(levels)).replace('"', "\\\"")
    };
    for (condition, event, holds) in [
        (deep("not ", "title pr", "", 60), Event::Login, true),
        (deep("(", "title pr", ")", 60), Event::Login, true),
        (deep("not (true and ", "title pr", ")", 30), Event::Login, true),
        (deep("(title pr and ", "title eq \"T\"", ")", 30), Event::Login, true),
        (deep("(title ne \"u\" or ", "active eq true", ")", 60), Event::Login, true),
        (deep("(title pr and ", "active eq true", ")", 60), Event::ScimCreate, false),
    ] {
        let yaml = with_rules("G", &format!("  - {{ rule: r, when: \"{condition}\", groups: [G] }}\n"));
        let [decision] = decide_on_a_small_stack(yaml, [event]);
        assert_eq!(!decision.groups.is_empty(), holds, "{condition}");
        assert_eq!(decision.not_run.is_empty(), event == Event::Login, "{condition}");
    }
}

#[test]
fn ten_thousand_rules_are_evaluated() {
    let names: Vec<String> = (0..100).map(|number| format!("g{number}")).collect();
    let rule = |number: usize| {
        let condition = if number.is_multiple_of(2) { "emails eq 'a'" } else { "title eq 't'" };
        let group = &names[number % names.len()];
        format!("  - {{ rule: r{number}, when: {}, groups: [{group}] }}\n", condition.replace('\'', "\""))
    };
    let yaml = with_rules(&names.join(", "), &(0..10_000).map(rule).collect::<String>());
    let events = [Event::ScimCreate, Event::ScimUpdate, Event::Login];
    let [created, updated, logged_in] = decide_on_a_small_stack(yaml, events);
    let granting = |decision: &Decision| decision.groups.iter().map(|grant| grant.rules.len()).sum::<usize>();
    assert_eq!((created.groups.len(), granting(&created), created.not_run.len()), (50, 5_000, 5_000));
    assert!(created.not_run.iter().all(|rule| rule.missing == ["title"]));
    assert_eq!((granting(&updated), updated.undetermined_groups.len(), updated.not_run.len()), (5_000, 50, 5_000));
    assert_eq!((logged_in.groups.len(), granting(&logged_in)), (100, 10_000));
}
