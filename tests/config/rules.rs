//! Rules and the sections that hold them.

use crate::said::{Said, accepts, document, says};

fn users(rule: &str) -> String {
    document(&format!("organization-assignment:\n  users:\n    - {rule}\n"))
}

#[test]
fn a_rule_has_a_name_a_condition_and_an_outcome() {
    accepts(&users("{ rule: r, when: true, organization: A, description: why, enabled: false }"));
    let check = |rule: &str, expected: &[&str]| says(&users(rule), expected);
    check(
        "{ when: true, organization: A }",
        &["missing-key [{ when: true, organization: A }] a rule over users has no `rule`"],
    );
    check(
        "{ rule: r, organization: A }",
        &["missing-key [{ rule: r, organization: A }] a rule over users has no `when`"],
    );
    check(
        "{ rule: r, when: true }",
        &["missing-key [{ rule: r, when: true }] a rule over users has no `organization`"],
    );
    check("rule: r\n      organization: A", &["missing-key [rule: r] a rule over users has no `when`"]);
    check(
        "{ rule: 123, when: true, organization: A }",
        &["type-mismatch [123] `rule` takes a string, and this is a number"],
    );
    check(
        "{ rule: true, when: true, organization: A }",
        &["type-mismatch [true] `rule` takes a string, and this is a boolean"],
    );
    check("{ rule: , when: true, organization: A }", &["type-mismatch [rule] `rule` has no value"]);
    check(
        "{ rule: r, when: true, organization: [A] }",
        &["type-mismatch [[A]] `organization` takes a string, and this is a list"],
    );
    check(
        "{ rule: r, when: true, organization: A, enabled: no }",
        &["type-mismatch [no] `enabled` takes `true` or `false`, and this is a string"],
    );
    check(
        "{ rule: r, when: true, organization: A, description: [a] }",
        &["type-mismatch [[a]] `description` takes a string, and this is a list"],
    );
    check("r", &["type-mismatch [r] each item of `users` is a mapping, and this is a string"]);
    check("", &["type-mismatch [] an item of `users` has no value"]);
}

#[test]
fn each_kind_of_rule_has_its_own_outcome() {
    let check = |section: &str, what: &str, key: &str, wrong: &str| {
        let message = format!("unknown-key [{wrong}] {what} has `{key}`, and not `{wrong}`");
        says(&document(section), &[&message]);
    };
    let intake = "user-intake: { rules: [{ rule: r, when: true, organization: A }] }\n";
    check(intake, "an intake rule", "decision", "organization");
    check("group-assignment: [{ rule: r, when: true, decision: admit }]\n", "a group rule", "groups", "decision");
    check(
        "organization-assignment: { users: [{ rule: r, when: true, groups: [G] }] }\n",
        "a rule over users",
        "organization",
        "groups",
    );
    check(
        "organization-assignment: { groups: [{ rule: r, when: true, decision: admit }] }\n",
        "a rule over groups",
        "organizations",
        "decision",
    );
    // Singular and plural are taken for each other.
    says(
        &document("organization-assignment: { groups: [{ rule: r, when: true, organization: A }] }\n"),
        &["unknown-key [organization] a rule over groups has no key `organization`"],
    );
    // Both are there: one is too many.
    says(
        &users("{ rule: r, when: true, organization: A, decision: admit }"),
        &["unknown-key [decision] a rule over users has no key `decision`"],
    );
}

#[test]
fn a_condition_is_a_string_or_a_boolean() {
    let when = |value: &str| users(&format!("rule: r\n      organization: A\n      when: {value}"));
    for value in [
        "true",
        "False",
        "'true'",
        "title pr",
        "'title pr'",
        "\"title pr\"",
        "|\n        title pr",
        ">\n        title pr",
        "!!str true",
    ] {
        accepts(&when(value));
    }
    says(&when("1"), &["type-mismatch [1] `when` takes a condition, and this is a number"]);
    says(&when("[title pr]"), &["type-mismatch [[title pr]] `when` takes a condition, and this is a list"]);
    says(&when("{ title: pr }"), &["type-mismatch [{ title: pr }] `when` takes a condition, and this is a mapping"]);
    says(&when(""), &["type-mismatch [when] `when` has no value"]);
    assert_eq!(Said::of(&when("''")).places(), ["condition-syntax vestibule.yaml:8:14"]);
    let said = Said::of(&when("yes"));
    assert_eq!((said.findings.len(), said.labelled(&said.findings[0])), (1, "yes"));
}

#[test]
fn a_name_is_used_once_in_a_set() {
    let twice = "
organization-assignment:
  users:
    - { rule: r, when: true, organization: A }
    - { rule: s, when: true, organization: A }
    - { rule: r, when: false, organization: B }
  groups:
    - { rule: r, when: true, organizations: [A] }
user-intake:
  rules:
    - { rule: r, when: true, decision: admit }
groups: { rule-based: [G] }
group-assignment:
  - { rule: r, when: true, groups: [G] }
  - { rule: R, when: true, groups: [G] }
";
    // The same name in two sets is fine.
    let said = Said::of(&document(twice));
    assert_eq!(said.lines(), ["duplicate-rule-name [r] two rules of `organization-assignment.users` are named `r`"]);
    let finding = &said.findings[0];
    assert_eq!((finding.primary().start.line, finding.locations[1].start.line), (9, 7));
    for set in ["group-assignment", "user-intake", "organization-assignment.groups"] {
        let rules = "- { rule: r, when: true, X }\n    - { rule: r, when: true, X }";
        let text = match set {
            "user-intake" => format!("user-intake:\n  rules:\n    {}\n", rules.replace('X', "decision: admit")),
            "group-assignment" => {
                format!("groups: {{ rule-based: [G] }}\ngroup-assignment:\n    {}\n", rules.replace('X', "groups: [G]"))
            }
            _ => format!("organization-assignment:\n  groups:\n    {}\n", rules.replace('X', "organizations: [A]")),
        };
        says(&document(&text), &[&format!("duplicate-rule-name [r] two rules of `{set}` are named `r`")]);
    }
}

#[test]
fn a_default_stands_alone_and_a_fallback_beside_rules() {
    let section = |lines: &str| document(&format!("organization-assignment: {{ {lines} }}\n"));
    let rules = "users: [{ rule: r, when: title pr, organization: A }]";
    let groups = "groups: [{ rule: r, when: true, organizations: [A] }]";
    accepts(&section("default: A"));
    accepts(&section(rules));
    accepts(&section(&format!("{rules}, fallback: B")));
    accepts(&section("users: [], fallback: B"));
    accepts(&section(groups));
    accepts(&section(&format!("default: A, {groups}")));
    accepts(&section(&format!("{rules}, fallback: B, {groups}")));
    says(&section(&format!("default: B, {rules}")), &["conflicting-keys [default] `default` stands beside `users`"]);
    says(
        &section(&format!("default: B, {rules}, fallback: B")),
        &["conflicting-keys [default] `default` stands beside `users`"],
    );
    says(&section("default: A, fallback: B"), &["conflicting-keys [fallback] `fallback` stands beside `default`"]);
    says(&section("fallback: B"), &["conflicting-keys [fallback] `fallback` stands without `users`"]);
    says(
        &section(&format!("fallback: B, {groups}")),
        &["conflicting-keys [fallback] `fallback` stands without `users`"],
    );
    // Rules that cannot be read are rules.
    says(&section("users: 5, fallback: B"), &["type-mismatch [5] `users` takes a list of rules, and this is a number"]);
    says(&section("usrs: 5, fallback: B"), &["unknown-key [usrs] organization assignment has no key `usrs`"]);
}

#[test]
fn a_condition_uses_what_its_set_knows() {
    let internal = |section: &str| Said::of(&document(section)).places();
    let intake = "user-intake: { rules: [{ rule: r, when: internal.groups pr, decision: admit }] }\n";
    assert_eq!(internal(intake).len(), 1);
    assert_eq!(
        internal("organization-assignment: { users: [{ rule: r, when: internal.groups pr, organization: A }] }\n"),
        [""; 0]
    );
    assert_eq!(
        internal("organization-assignment: { groups: [{ rule: r, when: title pr, organizations: [A] }] }\n").len(),
        1
    );
    accepts(&document(
        "organization-assignment: { groups: [{ rule: r, when: group.displayName sw \"A\", organizations: [A] }] }\n",
    ));
}
