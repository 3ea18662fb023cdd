//! Nothing that stands in a test file makes it panic, or take long.

use proptest::prelude::*;

use super::*;
use crate::project::{Memory, Overrides, Project};
use crate::source::Sources;

const RULES: &str = r#"
version: 1
provider: { name: p, attribute-mapping: { groups: { claim: g }, attributes: { team: { claim: team } } } }
organizations: [{ name: A }, { name: B }]
groups: { internal: [I], rule-based: [G] }
organization-assignment:
  users: [{ rule: r, when: provider.groups includes "X" or attributes.team eq "t", organization: A }]
  fallback: B
group-assignment: [{ rule: g, when: 'emails[value ew "@a"]', groups: [G] }]
snapshot: { users: users.json }
"#;
const USERS: &str = r#"[{ "id": "1", "userName": "ada", "active": true }]"#;

/// How many problems a test file has; it is read, looked up and, where it can be, run.
fn problems(text: &[u8]) -> usize {
    let mut files = Memory::from([("vestibule.yaml", RULES), ("users.json", USERS)]);
    files.insert("t.test.yaml", text);
    let mut sources = Sources::default();
    let project = Project::load(&files, "vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
    let loaded = load(&files, &["t.test.yaml".into()], &mut sources);
    let config = project.config.as_ref().expect("sound rules");
    let fixture = Fixture::new(&project, config);
    let (prepared, more) = prepare(&loaded.tests, &fixture);
    let mut coverage = Coverage::new(config);
    for test in &prepared {
        for failure in test.run(&fixture, &mut coverage).failures {
            sources.locate(&failure.place);
        }
    }
    let problems: Vec<_> = loaded.problems.into_iter().chain(more).collect();
    problems.iter().for_each(|problem| drop(sources.resolve(problem)));
    problems.len()
}

#[test]
fn what_is_no_test_file_is_told() {
    let long = format!("version: 1\ntests: \"{}\"\n", "x".repeat(1 << 20));
    let name = format!(
        "version: 1\ntests: [{{ name: \"{}\", user: {{ userName: u }}, expect: {{ organization: C }} }}]\n",
        "x".repeat(1 << 20)
    );
    let deep = format!("version: 1\ntests: {}{}\n", "[".repeat(60), "]".repeat(60));
    let too_deep = format!("tests: {}\n", "[".repeat(5000));
    let in_user = format!(
        "version: 1\ntests: [{{ name: a, user: {{ userName: u, x: {}1{} }} }}]\n",
        "{ a: ".repeat(40),
        " }".repeat(40)
    );
    let texts =
        ["", "\u{feff}", "---\n", "# nothing\n", "[]", "7", "null", "{", "tests: {", "\0", "version: 1\ntests: []\n"];
    let texts = texts.into_iter().chain([&*long, &*name, &*deep, &*too_deep, &*in_user]);
    for text in texts {
        assert!(problems(text.as_bytes()) > 0, "{}", text.chars().take(80).collect::<String>());
    }
    assert!(problems(b"\xff\xfe\x00") > 0);
}

#[test]
fn what_a_syntax_error_took_away_is_not_missed() {
    let text = "version: 1\ntests:\n  - name: a\n    user: { userName: u\n    expect: { groups: [] }\n";
    assert_eq!(problems(text.as_bytes()), 1);
}

#[test]
fn of_many_mistakes_some_are_told() {
    let test =
        "  - { name: a, user: { from: adda }, attributes: { teem: x }, expect: { organization: C, groups: [H] } }\n";
    let text = format!("version: 1\ntests:\n{}", test.repeat(20_000));
    let found = problems(text.as_bytes());
    assert!((1_000..3_000).contains(&found), "{found}");
}

/// A value of any shape, in one line of YAML.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("7".to_owned()),
        Just(".nan".to_owned()),
        Just("''".to_owned()),
        Just("ada".to_owned()),
        Just("scim-create".to_owned()),
        Just("login".to_owned()),
        Just("A".to_owned()),
        Just("G".to_owned()),
        Just("fallback".to_owned()),
    ];
    let key = prop_oneof![
        Just("userName"),
        Just("emails"),
        Just("value"),
        Just("from"),
        Just("with"),
        Just("event"),
        Just("expect"),
        Just("organization"),
        Just("intake"),
        Just("groups"),
        Just("not-run"),
        Just("name"),
        Just("by"),
        Just("rule"),
        Just("displayName"),
        Just("team"),
        Just("urn:x"),
        Just("? []"),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(", "))),
            prop::collection::vec((key.clone(), inner), 0..4).prop_map(|entries| {
                let entries: Vec<String> = entries.iter().map(|(key, value)| format!("{key}: {value}")).collect();
                format!("{{ {} }}", entries.join(", "))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_may_stand_anywhere(
        user in value(), expect in value(), events in prop::option::of(value()), groups in value(), attributes in value(),
    ) {
        let course = events.map_or_else(|| format!("expect: {expect}"), |events| format!("events: {events}"));
        let test = format!("name: a, user: {user}, {course}, groups: {groups}, attributes: {attributes}");
        problems(format!("version: 1\ntests: [{{ {test} }}]\n").as_bytes());
    }

    #[test]
    fn any_value_may_be_expected(expect in value(), with in value()) {
        let step = format!("{{ event: scim-create, with: {with}, expect: {expect} }}");
        let test = format!("name: a, user: {{ from: ada }}, events: [{step}, {{ event: login, expect: {expect} }}]");
        problems(format!("version: 1\ntests: [{{ {test} }}]\n").as_bytes());
    }
}
