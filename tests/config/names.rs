//! Organizations and groups: what rules may name, and what is listed twice.

use crate::said::{Said, accepts, document, says};

#[test]
fn a_rule_names_an_organization_that_is_listed() {
    accepts(&document("organization-assignment: { default: B }\n"));
    let section = "
organization-assignment:
  users:
    - { rule: a, when: true, organization: a }
  fallback: C
  groups:
    - { rule: g, when: true, organizations: [B, D, A] }
";
    says(
        &document(section),
        &[
            "unknown-organization [a] there is no organization `a`",
            "unknown-organization [C] there is no organization `C`",
            "unknown-organization [D] there is no organization `D`",
        ],
    );
    says(
        &document("organization-assignment: { default: Z }\n"),
        &["unknown-organization [Z] there is no organization `Z`"],
    );
}

#[test]
fn a_likely_name_is_suggested() {
    let text = "version: 1\nprovider: { name: x }\norganizations: [{ name: Contoso EU }, { name: Contoso Guests }]\n\
                organization-assignment: { default: Contoso Guest }\n";
    assert_eq!(Said::of(text).helps(), ["did you mean `Contoso Guests`? Otherwise add it under `organizations`"]);
    let text = document("organization-assignment: { default: Elsewhere }\n");
    assert_eq!(Said::of(&text).helps(), ["add it under `organizations`, or name one that is listed there"]);
}

#[test]
fn a_group_rule_gives_rule_based_groups() {
    let rules = |groups: &str| {
        document(&format!(
            "groups: {{ internal: [Admins], rule-based: [Everyone, Analysts] }}\n\
             group-assignment: [{{ rule: r, when: true, groups: {groups} }}]\n"
        ))
    };
    accepts(&rules("[Everyone, Analysts]"));
    says(&rules("[Analyst]"), &["unknown-group [Analyst] there is no rule-based group `Analyst`"]);
    says(&rules("[Admins]"), &["unknown-group [Admins] `Admins` is an internal group, which no rule fills"]);
    says(&rules("[]"), &["invalid-value [[]] the list of groups is empty"]);
    says(&rules("Everyone"), &["type-mismatch [Everyone] `groups` takes a list of groups, and this is a string"]);
    says(&rules("[Everyone, Everyone]"), &["duplicate-name [Everyone] the group `Everyone` is listed twice"]);
    // No section of groups: no group.
    says(
        &document("group-assignment: [{ rule: r, when: true, groups: [G] }]\n"),
        &["unknown-group [G] there is no rule-based group `G`"],
    );
}

#[test]
fn administrators_are_groups_that_are_listed() {
    accepts(&document("groups: { internal: [I], rule-based: [R], administrators: [R, I] }\n"));
    says(
        &document("groups: { internal: [Admins], administrators: [Admin] }\n"),
        &["unknown-group [Admin] there is no group `Admin`"],
    );
}

#[test]
fn a_name_is_listed_once() {
    says(
        "version: 1\nprovider: { name: x }\norganizations: [{ name: A }, { name: B }, { name: A }]\n",
        &["duplicate-name [A] the organization `A` is listed twice"],
    );
    says(
        &document("groups: { internal: [G, H], rule-based: [H, I, I] }\n"),
        &["duplicate-name [H] the group `H` is listed twice", "duplicate-name [I] the group `I` is listed twice"],
    );
    says(
        &document("groups: { internal: [G], administrators: [G, G] }\n"),
        &["duplicate-name [G] the group of administrators `G` is listed twice"],
    );
    let said = Said::of(&document("groups: { internal: [G, G] }\n"));
    let related = &said.findings[0].locations[1];
    assert_eq!((related.start.column, related.label.as_str()), (22, "first listed here"));
    // Names compare exactly, as rules name them.
    accepts("version: 1\nprovider: { name: x }\norganizations: [{ name: A }, { name: a }]\n");
}

#[test]
fn what_could_not_be_read_is_not_missed() {
    let assignment = "organization-assignment: { default: C }\n";
    let with = |organizations: &str| format!("version: 1\nprovider: {{ name: x }}\n{organizations}\n{assignment}");
    for (organizations, expected) in [
        ("organizations: [{ name: A }, { name: 5 }]", "type-mismatch [5] `name` takes a string, and this is a number"),
        (
            "organizations: [{ name: A }, C]",
            "type-mismatch [C] each item of `organizations` is a mapping, and this is a string",
        ),
        ("organizations: C", "type-mismatch [C] `organizations` takes a list of organizations, and this is a string"),
        ("organizations:", "type-mismatch [organizations] `organizations` has no value"),
        ("organizations: []", "invalid-value [[]] the list of organizations is empty"),
        ("organizations: [{ name: A }, { nam: C }]", "unknown-key [nam] an organization has no key `nam`"),
        ("organization: [{ name: C }]", "unknown-key [organization] a configuration has no key `organization`"),
    ] {
        says(&with(organizations), &[expected]);
    }
    let rules = "group-assignment: [{ rule: r, when: true, groups: [C] }]\n";
    for (groups, expected) in [
        ("groups: [C]", "type-mismatch [[C]] `groups` takes a mapping, and this is a list"),
        ("groups: { rule-based: C }", "type-mismatch [C] `rule-based` takes a list of groups, and this is a string"),
        (
            "groups: { rule-based: [D, 1] }",
            "type-mismatch [1] each item of `rule-based` is a string, and this is a number",
        ),
        ("groups: { rule-base: [C] }", "unknown-key [rule-base] the section of groups has no key `rule-base`"),
        ("groups: { rulebased: C }", "unknown-key [rulebased] the section of groups has no key `rulebased`"),
    ] {
        says(&document(&format!("{groups}\n{rules}")), &[expected]);
    }
}

#[test]
fn an_attribute_that_could_not_be_read_is_not_unknown() {
    let rules = "user-intake:\n  rules: [{ rule: r, when: attributes.a pr, decision: admit }]\n";
    let with = |mapping: &str| {
        format!("version: 1\nprovider: {{ name: x, {mapping} }}\norganizations: [{{ name: A }}]\n{rules}")
    };
    says(
        &with("realm: r"),
        &["unknown-attribute [attributes.a] `attributes.a` is in no attribute mapping and in no intake form"],
    );
    accepts(&with("attribute-mapping: { attributes: { a: { claim: c } } }"));
    for (mapping, expected) in [
        (
            "attribute-mapping: { attributes: { a: { claim: 1 } } }",
            "type-mismatch [1] `claim` takes a string, and this is a number",
        ),
        ("attribute-mapping: { attributes: { a: c } }", "type-mismatch [c] `a` takes a mapping, and this is a string"),
        (
            "attribute-mapping: { attributes: [a] }",
            "type-mismatch [[a]] `attributes` takes a mapping of names, and this is a list",
        ),
        ("attribute-mapping: a", "type-mismatch [a] `attribute-mapping` takes a mapping, and this is a string"),
        (
            "attribute-mappings: { attributes: { a: { claim: c } } }",
            "unknown-key [attribute-mappings] a provider has no key `attribute-mappings`",
        ),
    ] {
        says(&with(mapping), &[expected]);
    }
    let form =
        "user-intake:\n  form: { attributes: a }\n  rules: [{ rule: r, when: attributes.a pr, decision: admit }]\n";
    says(&document(form), &["type-mismatch [a] `attributes` takes a list of attributes, and this is a string"]);
}

#[test]
fn yaml_1_2_reads_no_and_on_as_strings() {
    accepts(
        "version: 1\nprovider: { name: yes }\norganizations: [{ name: no }]\norganization-assignment: { default: no }\n",
    );
    accepts(&document(
        "groups: { rule-based: [on, off] }\ngroup-assignment: [{ rule: y, when: true, groups: [on] }]\n",
    ));
}
