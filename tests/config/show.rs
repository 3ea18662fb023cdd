//! What `vestibule show` prints: the resolved configuration, which reads back as the same one.

use proptest::prelude::*;
use serde_json::{Value, json};
use vestibule::Config;
use vestibule::condition::Condition;
use vestibule::source::is_hidden;

use crate::said::{Said, document};

/// As the command prints it: as JSON, which is YAML too, where there are characters that terminals must not get. They
/// are also those that the writer takes for line breaks, as YAML 1.1 did.
fn shown(config: &Config) -> String {
    let yaml = serde_yaml::to_string(config).expect("YAML");
    let is_plain = yaml.chars().all(|c| c == '\n' || !is_hidden(c));
    if is_plain { yaml } else { serde_json::to_string(config).expect("JSON") }
}

/// What the rules are, without where they stand.
fn rules(config: &Config) -> Vec<(&'static str, &str, bool, &Condition)> {
    config.rules().map(|rule| (rule.set.as_str(), rule.name, rule.enabled, &rule.when.condition)).collect()
}

#[track_caller]
fn reads_back(config: &Config) {
    let text = shown(config);
    let again = Config::parse("shown", &text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(shown(&again), text);
    assert_eq!(
        rules(&again).iter().map(|rule| (rule.0, rule.1, rule.2, &rule.3.printed)).collect::<Vec<_>>(),
        rules(config).iter().map(|rule| (rule.0, rule.1, rule.2, &rule.3.printed)).collect::<Vec<_>>()
    );
}

#[test]
fn the_examples_read_back() {
    for example in ["contoso", "clean"] {
        let config = Config::load(format!("rules-examples/{example}/vestibule.yaml")).expect("a configuration");
        reads_back(&config);
    }
    let whole = include_str!("../data/config/whole.yaml").replace("include: [rules/*.yaml]\n", "");
    reads_back(&Config::parse("whole", &whole).expect("a configuration"));
}

#[test]
fn what_says_nothing_is_left_out() {
    let config = Config::parse("v", &document("groups: {}\nlint: { select: [] }\n")).expect("a configuration");
    assert_eq!(
        shown(&config),
        "version: 1\nprovider:\n  name: x\n  protocol: saml\norganizations:\n- name: A\n- name: B\n"
    );
}

#[test]
fn includes_are_joined_and_conditions_printed() {
    let document = document("include: [r/*.yaml]\ngroups: { rule-based: [G] }\n");
    let files = [
        ("vestibule.yaml", document.as_str()),
        ("r/a.yaml", "group-assignment:\n  - { rule: no, when: NOT title PR, groups: [G], enabled: false }\n"),
        ("r/b.yaml", "group-assignment:\n  - rule: b\n    when: |\n      # everybody\n      true\n    groups: [G]\n"),
    ];
    let said = Said::of_files(&files);
    let config = said.project.config.expect("a configuration");
    let text = shown(&config);
    assert!(!text.contains("include"), "{text}");
    let (_, rules) = text.split_once("group-assignment:\n").expect("rules");
    assert_eq!(
        rules,
        "- rule: no\n  enabled: false\n  when: not (title pr)\n  groups:\n  - G\n- rule: b\n  when: true\n  groups:\n  - G\n"
    );
    reads_back(&config);
}

/// Texts that YAML could take for something else.
fn name() -> impl Strategy<Value = String> {
    let odd = [
        "no",
        "yes",
        "on",
        "~",
        "null",
        "true",
        "1",
        "0x1f",
        "1e3",
        ".5",
        "2027-03-01",
        "-",
        "- a",
        "a: b",
        "a #b",
        "#a",
        "*a",
        "&a",
        "!a",
        "|",
        ">",
        "%",
        "@a",
        "`a",
        "{a}",
        "[a]",
        "a,b",
        "'",
        "\"",
        "\\",
        "a\nb",
        "\ta",
        " a ",
        "a\n",
        "é",
        "日本",
        "a\u{85}b",
        "a\u{2028}b",
        "\u{feff}a",
        "\u{1f600}",
        "<<",
        "=",
        "? a",
        "---",
        "...",
    ];
    prop_oneof![
        proptest::sample::select(odd.to_vec()).prop_map(str::to_owned),
        "[a-zA-Z0-9 _.:#'\"\\\\,\\[\\]{}é-]{1,12}".prop_filter("a name is not blank", |name| !name.trim().is_empty()),
        proptest::collection::vec(any::<char>(), 1..6)
            .prop_map(|chars| chars.into_iter().filter(|c| !c.is_control()).collect::<String>())
            .prop_filter("a name is not blank", |name| !name.trim().is_empty()),
    ]
}

fn condition() -> impl Strategy<Value = Value> {
    let text = name().prop_map(|text| json!(format!("title eq {}", Value::from(text))));
    let group =
        name().prop_map(|text| json!(format!("not provider.groups includes {} or active pr", Value::from(text))));
    prop_oneof![any::<bool>().prop_map(Value::from), text, group, Just(json!(r"userName matches /.*#\/ é'\.com/i"))]
}

prop_compose! {
    fn configuration()(
        names in proptest::collection::btree_set(name(), 1..4),
        groups in proptest::collection::btree_set(name(), 2..5),
        rules in proptest::collection::vec((condition(), any::<bool>(), any::<Option<bool>>(), name()), 0..4),
        (claim, attribute, description) in (name(), name().prop_filter("merges", |name| name != "<<"), name()),
        (refuse, array, form) in any::<(bool, bool, bool)>(),
    ) -> Value {
        let names: Vec<String> = names.into_iter().collect();
        let groups: Vec<String> = groups.into_iter().collect();
        let organizations: Vec<Value> = names.iter().map(|name| json!({ "name": name })).collect();
        let rule = |number: usize, outcome: (&str, Value)| {
            let (when, enabled, described, name) = &rules[number];
            let mut rule = json!({ "rule": format!("{name}{number}"), "when": when, "enabled": enabled, outcome.0: outcome.1 });
            if described.is_some() {
                rule["description"] = json!(description);
            }
            rule
        };
        let of = |key: &'static str, value: Value| -> Vec<Value> {
            (0..rules.len()).map(|number| rule(number, (key, value.clone()))).collect()
        };
        let mut attribute_mapping = json!({ "provider-id": claim, "attributes": {} });
        attribute_mapping["attributes"][&attribute] =
            json!({ "claim": claim, "type": if array { "array" } else { "string" }, "scim": "userType" });
        let mut intake = json!({ "default": if refuse { "refuse" } else { "admit" }, "rules": of("decision", json!("admit")) });
        if form {
            intake["form"] = json!({ "attributes": [attribute], "required": refuse });
        }
        json!({
            "version": 1,
            "provider": { "name": claim, "hosts": names, "attribute-mapping": attribute_mapping },
            "organizations": organizations,
            "groups": { "internal": [groups[0]], "rule-based": groups[1..] },
            "organization-assignment": { "users": of("organization", json!(names[0])), "fallback": names[0] },
            "user-intake": intake,
            "group-assignment": of("groups", json!(groups[1..])),
            "snapshot": { "users": names, "groups": claim },
            "lint": { "severity": { "x": "info" }, "allow": [{ "lint": "x", "reason": description }] },
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_shown_reads_back(document in configuration()) {
        let text = document.to_string();
        let config = Config::parse("generated", &text).unwrap_or_else(|error| panic!("{error}\n{text:?}"));
        reads_back(&config);
    }
}
