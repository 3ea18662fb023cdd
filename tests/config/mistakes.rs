//! Several mistakes in one document: each is said, once, in order, and none is made up.

use crate::said::{Said, document};

/// Rules with one mistake each, and what is said of it.
const MISTAKES: [(&str, &str); 8] = [
    ("rule: syntax\n      when: title eq \"a: b\"\n      organization: A", "syntax"),
    ("rule: key\n      wen: title pr\n      organization: A", "unknown-key"),
    ("rule: [type]\n      when: title pr\n      organization: A", "type-mismatch"),
    ("rule: name\n      when: title pr\n      organization: Z", "unknown-organization"),
    ("rule: condition\n      when: title equals \"a\"\n      organization: A", "condition-syntax"),
    ("rule: pattern\n      when: title matches /(/\n      organization: A", "invalid-pattern"),
    ("rule: twice\n      when: title pr\n      when: title pr\n      organization: A", "duplicate-key"),
    ("rule: first\n      when: title pr\n      organization: A", "duplicate-rule-name"),
];

/// Ways to damage a rule so that YAML cannot read it.
const DAMAGES: [&str; 9] = [
    "rule: syntax\n      when: title eq \"a: b\"\n      organization: A",
    "rule: syntax: x\n      when: title pr\n      organization: A",
    "rule: syntax\n      when: emails[type eq \"work\"] pr: x\n      organization: A",
    "{ rule: syntax, when: title in [\"a\", \"b\"], organization: A }",
    "{ rule: syntax, when: title pr, organization: A",
    "rule: \"syntax\n      when: title pr\n      organization: A",
    "rule: syntax\n      when: \"title matches /a\\.b/\"\n      organization: A",
    "rule: syntax\n\t  when: title pr\n      organization: A",
    "rule: syntax\n        when: title pr\n      organization: A",
];

fn users(rules: &[&str]) -> String {
    let first = "rule: first\n      when: active eq true\n      organization: A";
    let rules: String = [first].iter().chain(rules).map(|rule| format!("    - {rule}\n")).collect();
    format!("organization-assignment:\n  users:\n{rules}  fallback: B\n")
}

#[track_caller]
fn check(said: &Said, expected: &[&str], text: &str) {
    let codes: Vec<&str> = said.findings.iter().map(|finding| finding.lint).collect();
    assert_eq!(codes, expected, "{:#?}\n{text}", said.lines());
    let offsets: Vec<usize> = said.findings.iter().map(|finding| finding.primary().start.offset).collect();
    assert!(offsets.is_sorted(), "{offsets:?}");
    assert!(said.project.config.is_none());
}

#[test]
fn eight_mistakes_in_one_document_are_eight_findings() {
    let text = r#"version: 1
provider:
  name: contoso
  realm: [contoso]
  protocl: saml
  username-patterns: ['.*@contoso\.com', '(?!ext).*']
organizations:
  - { name: A, name: B }
  - name: C
organization-assignment:
  users:
    - rule: one
      when: title eq "x"
      organization: D
    - rule: two
      when: titel pr
      organization: A
    - rule: three: 3
      when: title pr
      organization: A
    - rule: one
      when: title pr
      organization: A
  fallback: C
"#;
    let said = Said::of(text);
    let expected = [
        "type-mismatch",
        "unknown-key",
        "invalid-pattern",
        "duplicate-key",
        "unknown-organization",
        "unknown-attribute",
        "syntax",
        "duplicate-rule-name",
    ];
    check(&said, &expected, text);
    let places: Vec<(usize, usize)> =
        said.findings.iter().map(|finding| (finding.primary().start.line, finding.primary().start.column)).collect();
    assert_eq!(places[..6], [(4, 10), (5, 3), (6, 43), (8, 16), (14, 21), (16, 13)]);
    assert_eq!((places[6].0, places[7]), (18, (21, 13)));
}

#[test]
fn mistakes_in_one_list_are_told_in_any_order() {
    for rotation in 0..MISTAKES.len() {
        let mut mistakes = MISTAKES.to_vec();
        mistakes.rotate_left(rotation);
        for _ in 0..2 {
            let (rules, codes): (Vec<&str>, Vec<&str>) = mistakes.iter().copied().unzip();
            let text = document(&users(&rules));
            check(&Said::of(&text), &codes, &text);
            let crlf = text.replace('\n', "\r\n");
            check(&Said::of(&crlf), &codes, &crlf);
            mistakes.reverse();
        }
    }
}

#[test]
fn damage_hides_no_other_mistake_wherever_it_stands() {
    for damage in DAMAGES {
        for position in [0, 3, 7] {
            let mut mistakes = MISTAKES[1..].to_vec();
            mistakes.insert(position, (damage, "syntax"));
            let (rules, codes): (Vec<&str>, Vec<&str>) = mistakes.into_iter().unzip();
            let text = document(&users(&rules));
            check(&Said::of(&text), &codes, &text);
        }
    }
}

#[test]
fn a_rule_with_several_mistakes_tells_them_all() {
    let check = |rule: &str, expected: &[&str]| {
        let text = document(&users(&[rule]));
        check(&Said::of(&text), expected, &text);
    };
    // What is left of a rule is looked at: its name, its condition, and what it names.
    check(
        "{ rule: first, when: title equals 5, organization: Z }",
        &["duplicate-rule-name", "condition-syntax", "unknown-organization"],
    );
    check(
        "{ rule: [first], when: titel pr, organization: Z }",
        &["type-mismatch", "unknown-attribute", "unknown-organization"],
    );
    check(
        "{ rule: first, when: titel pr, organization: 5 }",
        &["duplicate-rule-name", "unknown-attribute", "type-mismatch"],
    );
    check(
        "{ rule: first, organization: Z, enabled: maybe }",
        &["missing-key", "duplicate-rule-name", "unknown-organization", "type-mismatch"],
    );
    let groups = "groups: { rule-based: [G] }\ngroup-assignment:\n  - { rule: r, whn: titel pr, groups: [H] }\n  - { rule: r, when: 5, groups: [G, 1] }\n";
    let said = Said::of(&document(groups));
    let codes: Vec<&str> = said.findings.iter().map(|finding| finding.lint).collect();
    assert_eq!(
        codes,
        ["unknown-key", "unknown-attribute", "unknown-group", "duplicate-rule-name", "type-mismatch", "type-mismatch"]
    );
}

#[test]
fn mistakes_in_an_included_file_are_told_there() {
    for damage in DAMAGES {
        let mut mistakes = MISTAKES;
        mistakes[0] = (damage, "syntax");
        let (rules, codes): (Vec<&str>, Vec<&str>) = mistakes.into_iter().unzip();
        let (text, rules) = (document("include: [rules.yaml]\nlint: { selekt: [] }\n"), users(&rules));
        let said = Said::of_files(&[("vestibule.yaml", &text), ("rules.yaml", &rules)]);
        let places: Vec<(&str, &str)> =
            said.findings.iter().map(|finding| (finding.primary().file.as_str(), finding.lint)).collect();
        let mut expected = vec![("vestibule.yaml", "unknown-key")];
        expected.extend(codes.iter().map(|code| ("rules.yaml", *code)));
        assert_eq!(places, expected, "{:#?}\n{rules}", said.lines());
    }
}

#[test]
fn what_damage_took_away_is_not_missed() {
    let sections = [
        "organizations:\n  - name: A\n  - name: \"B\n  - name: C\norganization-assignment: { default: B }\n",
        "organizations:\n  - name: A\n  - name: B: x\norganization-assignment: { default: B }\n",
        "organizations: [{ name: A }, { name: B ]\norganization-assignment: { default: B }\n",
        "organizations: [{ name: A }]\ngroups:\n  rule-based: [G\ngroup-assignment: [{ rule: r, when: true, groups: [G] }]\n",
        "organizations: [{ name: A }]\ngroups: x: y\ngroup-assignment: [{ rule: r, when: true, groups: [G] }]\n",
        "organizations: [{ name: A }]\norganization-assignment:\n  users: x: y\n  fallback: A\n",
        "organizations: [{ name: A }]\nuser-intake:\n  form: x: y\n  rules: [{ rule: r, when: attributes.a pr, decision: admit }]\n",
        "organizations: x: y\norganization-assignment: { default: B }\n",
    ];
    for section in sections {
        let text = format!("version: 1\nprovider: {{ name: x }}\n{section}");
        let said = Said::of(&text);
        let codes: Vec<&str> = said.findings.iter().map(|finding| finding.lint).collect();
        assert_eq!(codes, ["syntax"], "{:#?}\n{text}", said.lines());
    }
    let mapping = "version: 1\nprovider:\n  name: x\n  attribute-mapping:\n    attributes:\n      a: x: y\n\
                   organizations: [{ name: A }]\nuser-intake:\n  rules: [{ rule: r, when: attributes.a pr, decision: admit }]\n";
    let said = Said::of(mapping);
    assert_eq!(said.findings.iter().map(|finding| finding.lint).collect::<Vec<_>>(), ["syntax"], "{:#?}", said.lines());
}

#[test]
fn a_condition_that_yaml_splits_is_one_finding_that_says_so() {
    for (when, word) in [
        ("title eq \"a: b\"", "single quotes"),
        ("\"title matches /a\\.b/\"", "single quotes"),
        ("title eq \"a #1\"", "single quotes"),
    ] {
        let rule = format!("rule: r\n      when: {when}\n      organization: A");
        let text = document(&users(&[&rule]));
        let said = Said::of(&text);
        assert_eq!(said.findings.len(), 1, "{:#?}", said.lines());
        assert!(said.helps()[0].contains(word), "{when}: {:?}", said.helps());
    }
    for when in [
        "title in [\"a\", \"b\"]",
        "emails[type eq \"work\"] pr",
        "title matches /a{2,3}/",
        "title eq \"a, b\"",
        "title eq \"a: b\"",
        "\"title matches /a\\.b/\"",
    ] {
        let rule = format!("{{ rule: r, when: {when}, organization: A }}");
        let text = document(&users(&[&rule]));
        let said = Said::of(&text);
        assert_eq!(said.findings.len(), 1, "{when}: {:#?}", said.lines());
        let help = said.helps()[0];
        assert!(help.contains("quotes") || help.contains('\''), "{when}: {help}");
        assert_eq!(said.findings[0].primary().start.line, 9, "{when}");
    }
}

#[test]
fn very_many_mistakes_are_cut_off() {
    let rules: String =
        (0..3000).map(|number| format!("    - {{ rule: r{number}, whn: true, organization: Z }}\n")).collect();
    let text = document(&format!("organization-assignment:\n  users:\n{rules}"));
    let said = Said::of(&text);
    assert_eq!(said.findings.iter().filter(|finding| finding.lint == "unknown-key").count(), 1000);
    assert_eq!(said.findings.iter().filter(|finding| finding.lint == "too-many-problems").count(), 2);
}

#[test]
fn a_mapping_of_names_has_a_limit() {
    let names: String = (0..10_100).map(|number| format!("    a{number}: info\n")).collect();
    let text = document(&format!("lint:\n  severity:\n{names}"));
    assert_eq!(Said::of(&text).lines(), ["invalid-value [a10000] `severity` has more than the limit of 10000 names"]);
}
