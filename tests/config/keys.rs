//! Every key: which forms it takes, and what is said of the others.

use vestibule::Config;
use vestibule::config::{
    Admission, AttributeKind, AuthenticationMethod, Claim, GroupsClaim, Members, Protocol, TakenValues,
};

use crate::said::{Said, accepts, document, provider, says};

const WHOLE: &str = include_str!("../data/config/whole.yaml");

#[test]
fn a_document_with_every_key_is_read_as_it_says() {
    let said = Said::of_files(&[
        ("vestibule.yaml", WHOLE),
        ("rules/groups.yaml", "group-assignment:\n  - { rule: more, when: true, groups: [Everyone] }\n"),
        ("snapshot/users.json", "[]"),
        ("snapshot/groups.json", "[]"),
        ("snapshot/more-groups.json", "[]"),
        ("foundry/users.json", "[]"),
        ("foundry/groups.json", "[]"),
        ("foundry/memberships.ndjson", "[]"),
        ("foundry/provider-info.ndjson", "[]"),
        ("entra/job.json", r#"{ "schedule": {}, "status": {} }"#),
    ]);
    assert_eq!(said.lines(), Vec::<String>::new());
    let config = said.project.config.expect("a configuration");

    let provider = &config.provider;
    assert_eq!(provider.name.as_str(), "contoso-entra");
    assert_eq!(provider.protocol, Protocol::Oidc);
    assert_eq!(provider.realm.as_deref(), Some("contoso"));
    assert_eq!(provider.hosts, ["contoso.palantirfoundry.com"]);
    assert_eq!(provider.username_patterns[0].as_str(), r".*@contoso\.com");
    assert_eq!(provider.groups_import, Some(true));
    assert_eq!(provider.groups_claim, Some(GroupsClaim::Transitive));
    let scim = provider.scim.as_ref().expect("SCIM settings");
    assert_eq!((scim.enabled, scim.host.as_deref()), (false, Some("scim.contoso.palantirfoundry.com")));
    assert_eq!(provider.async_user_managers[0].as_str(), "group");
    assert_eq!(
        provider.certificate_valid_until.as_ref().map(|date| date.value.0.to_string()).as_deref(),
        Some("2027-03-01")
    );

    let mapping = &provider.attribute_mapping;
    assert_eq!(mapping.provider_id.as_ref().map(|claim| &claim.value), Some(&Claim::NameId));
    assert_eq!(mapping.email.as_ref().map(|claim| claim.as_str()), Some("mail"));
    let groups = mapping.groups.as_ref().expect("a mapping of groups");
    assert_eq!(
        (groups.claim.as_str(), groups.pattern.as_ref().map(|pattern| pattern.as_str())),
        ("groups", Some("CN=(.*)"))
    );
    let projects = &mapping.attributes["projects"];
    assert_eq!((projects.kind, projects.values), (AttributeKind::Array, Some(TakenValues::All)));
    let department = &mapping.attributes["department"];
    assert_eq!((department.kind, department.values), (AttributeKind::String, None));
    assert!(department.takes_first() && !projects.takes_first());

    let sources = config.entra.as_ref().and_then(|entra| entra.sources.as_ref()).expect("sources");
    assert_eq!(sources.name_id.as_ref().map(|source| source.as_str()), Some("user.userprincipalname"));
    assert_eq!(sources.claims["objectidentifier"].as_str(), "user.objectid");
    assert_eq!(
        sources.authentication_method.as_ref().map(|method| method.value),
        Some(AuthenticationMethod::OAuth2ClientCredentials)
    );

    assert_eq!(config.organizations[1].name.as_str(), "Contoso Guests");
    assert_eq!(config.groups.administrators[0].as_str(), "Platform Admins");
    let intake = config.user_intake.as_ref().expect("intake");
    assert_eq!((intake.default, intake.rules[0].outcome.value), (Admission::Refuse, Admission::Admit));
    assert!(intake.form.as_ref().is_some_and(|form| form.required));
    let organizations = config.organization_assignment.as_ref().expect("organization assignment");
    assert_eq!(organizations.fallback.as_ref().map(|name| name.as_str()), Some("Contoso Guests"));
    let rules = config.group_assignment.as_ref().expect("group rules");
    assert_eq!(rules.iter().map(|rule| rule.name.as_str()).collect::<Vec<_>>(), ["everyone", "analysts", "more"]);
    assert_eq!(rules[1].description.as_deref(), Some("By department."));
    assert!(!rules[1].enabled && rules[0].enabled);
    let snapshot = config.snapshot.as_ref().expect("a snapshot");
    assert_eq!(snapshot.members, Some(Members::Excluded));
    assert_eq!(snapshot.groups.as_ref().map(|paths| paths.0.len()), Some(2));
    assert_eq!(config.lint.severity.len(), 1);
    assert_eq!(config.lint.allow[0].reason, "agreed with the service desk");
}

#[test]
fn three_keys_are_all_that_is_needed() {
    accepts("version: 1\nprovider: { name: x }\norganizations: [{ name: A }]\n");
    let minimal = "provider: { name: x }\nversion: 1\norganizations:\n- name: A\n";
    let config = Config::parse("v", minimal).expect("a configuration");
    assert_eq!(config.provider.protocol, Protocol::Saml);
    assert!(config.user_intake.is_none() && config.group_assignment.is_none());
    // JSON is YAML.
    accepts(r#"{ "version": 1, "provider": { "name": "x" }, "organizations": [{ "name": "A" }] }"#);
}

#[test]
fn what_is_needed_and_missing_is_said_where_it_belongs() {
    let check = says;
    check(
        "provider: { name: x }\norganizations: [{ name: A }]\n",
        &["missing-key [provider: { name: x }] a configuration has no `version`"],
    );
    check("version: 1\nprovider: { name: x }\n", &["missing-key [version: 1] a configuration has no `organizations`"]);
    check(
        "version: 1\norganizations: [{ name: A }]\n",
        &["missing-key [version: 1] a configuration has no `provider`"],
    );
    check(
        "version: 1\nprovider: { realm: r }\norganizations: [{ name: A }]\n",
        &["missing-key [provider] a provider has no `name`"],
    );
    check(
        "version: 1\nprovider: { name: x }\norganizations:\n  - { rid: ri.multipass..organization.a }\n",
        &["missing-key [{ rid: ri.multipass..organization.a }] an organization has no `name`"],
    );
    check("", &["missing-key [] the configuration is empty"]);
    check("# nothing but a comment\n", &["missing-key [] the configuration is empty"]);
    check("---\n", &["missing-key [] the configuration is empty"]);
}

#[test]
fn the_document_is_a_mapping() {
    says("- version: 1\n", &["type-mismatch [- version: 1] the document is a mapping, and this is a list"]);
    says("just text\n", &["type-mismatch [just text] the document is a mapping, and this is a string"]);
    says("42\n", &["type-mismatch [42] the document is a mapping, and this is a number"]);
}

#[test]
fn the_version_is_one() {
    let check = |value: &str, expected: &[&str]| {
        says(&format!("version: {value}\nprovider: {{ name: x }}\norganizations: [{{ name: A }}]\n"), expected);
    };
    check("2", &["unsupported-version [2] version 2 of the format is not known"]);
    check("1.0", &["unsupported-version [1.0] version 1.0 of the format is not known"]);
    check("'1'", &["type-mismatch ['1'] `version` takes the number 1, and this is a string"]);
    check("[1]", &["type-mismatch [[1]] `version` takes the number 1, and this is a list"]);
    check("", &["type-mismatch [version] `version` has no value"]);
}

#[test]
fn an_unknown_key_is_said_once_and_read_as_the_one_that_was_meant() {
    // Nothing is missing, and what stands under it is looked at.
    says(
        "version: 1\nprovidr: { name: x, realm: 5 }\norganisations: [{ name: A }]\n",
        &[
            "unknown-key [providr] a configuration has no key `providr`",
            "type-mismatch [5] `realm` takes a string, and this is a number",
            "unknown-key [organisations] a configuration has no key `organisations`",
        ],
    );
    let rules = "user-intake: { rule: [{ rule: r, wen: true, decision: admit }] }\n";
    says(
        &document(rules),
        &["unknown-key [rule] user intake has no key `rule`", "unknown-key [wen] an intake rule has no key `wen`"],
    );
    // Not even names go missing.
    let groups = "grups: { rule_based: [G] }\ngroup-assignment: [{ rule: r, when: true, groups: [G] }]\n";
    says(
        &document(groups),
        &[
            "unknown-key [grups] a configuration has no key `grups`",
            "unknown-key [rule_based] the section of groups has no key `rule_based`",
        ],
    );
    // Of another type than the key that is like it: then another one was meant.
    says(&provider("host: contoso.palantirfoundry.com"), &["unknown-key [host] a provider has no key `host`"]);
}

#[test]
fn the_help_for_an_unknown_key_is_a_likely_one_or_all() {
    let help = |text: &str| Said::of(text).helps().join("; ");
    assert_eq!(help(&document("user-intak: {}\n")), "did you mean `user-intake`?");
    assert_eq!(help(&document("userIntake: {}\n")), "did you mean `user-intake`?");
    assert_eq!(
        help(&document("user-intake: { colour: red }\n")),
        "remove it; the keys of user intake are `rules`, `default` and `form`"
    );
    // What is there already was not meant.
    assert_eq!(
        help(&document("user-intake: { default: admit, defualt: admit }\n")),
        "remove it; the keys of user intake are `rules`, `default` and `form`"
    );
}

#[test]
fn every_mapping_knows_its_keys() {
    for (text, expected) in [
        (document("xyz: 1\n"), "a configuration has no key `xyz`"),
        (provider("xyz: 1"), "a provider has no key `xyz`"),
        (provider("scim: { xyz: 1 }"), "the SCIM section has no key `xyz`"),
        (provider("attribute-mapping: { xyz: 1 }"), "an attribute mapping has no key `xyz`"),
        (provider("attribute-mapping: { groups: { claim: c, xyz: 1 } }"), "the mapping of groups has no key `xyz`"),
        (
            provider("attribute-mapping: { attributes: { a: { claim: c, xyz: 1 } } }"),
            "a custom attribute has no key `xyz`",
        ),
        (document("entra: { xyz: 1 }\n"), "the Entra section has no key `xyz`"),
        (document("entra: { sources: { xyz: 1 } }\n"), "the list of sources has no key `xyz`"),
        (document("groups: { xyz: [a] }\n"), "the section of groups has no key `xyz`"),
        (document("organization-assignment: { xyz: 1 }\n"), "organization assignment has no key `xyz`"),
        (document("user-intake: { form: { xyz: 1 } }\n"), "an intake form has no key `xyz`"),
        (document("snapshot: { xyz: 1 }\n"), "a snapshot has no key `xyz`"),
        (document("foundry: { xyz: 1 }\n"), "the Foundry section has no key `xyz`"),
        (document("lint: { xyz: 1 }\n"), "the lint section has no key `xyz`"),
        (document("lint: { allow: [{ lint: a, reason: b, xyz: 1 }] }\n"), "an accepted finding has no key `xyz`"),
    ] {
        says(&text, &[&format!("unknown-key [xyz] {expected}")]);
    }
}

#[test]
fn a_value_of_another_type_is_said_with_what_to_write() {
    let check = |text: String, expected: &str, help: &str| {
        let said = Said::of(&text);
        assert_eq!((said.lines(), said.helps()), (vec![format!("type-mismatch {expected}")], vec![help]), "{text}");
    };
    check(
        provider("realm: 5"),
        "[5] `realm` takes a string, and this is a number",
        "put it in quotes to make it a string: `'5'`",
    );
    check(
        provider("realm: true"),
        "[true] `realm` takes a string, and this is a boolean",
        "put it in quotes to make it a string: `'true'`",
    );
    check(
        provider("realm: [r]"),
        "[[r]] `realm` takes a string, and this is a list",
        "write one string instead of a list",
    );
    check(provider("realm: { r: s }"), "[{ r: s }] `realm` takes a string, and this is a mapping", "write a string");
    check(provider("realm:"), "[realm] `realm` has no value", "write a string after it, or remove the key");
    check(provider("realm: null"), "[null] `realm` has no value", "write a string after it, or remove the key");
    check(provider("realm: ~"), "[~] `realm` has no value", "write a string after it, or remove the key");
    check(
        provider("hosts: a.example"),
        "[a.example] `hosts` takes a list of strings, and this is a string",
        "write it as a list: `[a.example]`",
    );
    check(
        provider("hosts: 'a, b'"),
        "['a, b'] `hosts` takes a list of strings, and this is a string",
        "write it as a list: `['a, b']`",
    );
    check(
        provider("hosts: [1]"),
        "[1] each item of `hosts` is a string, and this is a number",
        "put it in quotes to make it a string: `'1'`",
    );
    check(provider("hosts: [~]"), "[~] an item of `hosts` has no value", "write a string after it, or remove the item");
    check(
        provider("groups-import: yes"),
        "[yes] `groups-import` takes `true` or `false`, and this is a string",
        "write `true`",
    );
    check(
        provider("groups-import: Off"),
        "[Off] `groups-import` takes `true` or `false`, and this is a string",
        "write `false`",
    );
    check(
        provider("groups-import: 1"),
        "[1] `groups-import` takes `true` or `false`, and this is a number",
        "write `true` or `false`",
    );
    check(
        provider("scim: true"),
        "[true] `scim` takes a mapping, and this is a boolean",
        "write keys and values; the SCIM section has the keys `enabled` and `host`",
    );
    check(
        provider("attribute-mapping: { attributes: [department] }"),
        "[[department]] `attributes` takes a mapping of names, and this is a list",
        "write `name: value` for each",
    );
    check(
        document("snapshot: { users: 5 }\n"),
        "[5] `users` takes a path or a list of paths, and this is a number",
        "put it in quotes to make it a string: `'5'`",
    );
    check(
        document("snapshot: { users: { file: a } }\n"),
        "[{ file: a }] `users` takes a path or a list of paths, and this is a mapping",
        "write a path or a list of paths",
    );
    check(
        provider("certificate-valid-until: 2027"),
        "[2027] `certificate-valid-until` takes a day, and this is a number",
        "write year, month and day, as `2027-03-01`",
    );
    check(
        document("user-intake: { rules: { rule: a } }\n"),
        "[{ rule: a }] `rules` takes a list of rules, and this is a mapping",
        "write it as a list: `- ` before each item",
    );
    check(
        "version: 1\nprovider: { name: x }\norganizations: [A]\n".to_owned(),
        "[A] each item of `organizations` is a mapping, and this is a string",
        "write keys and values; an organization has the keys `name` and `rid`",
    );
}

#[test]
fn a_section_without_a_value_is_said() {
    for key in [
        "include",
        "entra",
        "groups",
        "organization-assignment",
        "user-intake",
        "group-assignment",
        "snapshot",
        "foundry",
        "lint",
    ] {
        says(&document(&format!("{key}:\n")), &[&format!("type-mismatch [{key}] `{key}` has no value")]);
    }
    says(
        "version: 1\nprovider:\norganizations:\n",
        &[
            "type-mismatch [provider] `provider` has no value",
            "type-mismatch [organizations] `organizations` has no value",
        ],
    );
}

#[test]
fn an_empty_section_is_taken_and_an_empty_text_is_not() {
    accepts(&document("include: []\nentra: {}\ngroups: {}\norganization-assignment: {}\nuser-intake: {}\n"));
    accepts(&document("group-assignment: []\nsnapshot: {}\nfoundry: {}\nlint: {}\n"));
    accepts(&provider("hosts: []\nusername-patterns: []\nattribute-mapping: {}\nscim: {}\nasync-user-managers: []"));
    accepts(&document("lint: { select: [default], ignore: [], severity: {}, allow: [] }\n"));
    says(&provider("realm: ''"), &["invalid-value [''] `realm` is empty"]);
    says(&provider("realm: '  '"), &["invalid-value ['  '] `realm` is empty"]);
    says(&provider("hosts: [\"\"]"), &["invalid-value [\"\"] an item of `hosts` is empty"]);
    says(
        "version: 1\nprovider: { name: x }\norganizations: []\n",
        &["invalid-value [[]] the list of organizations is empty"],
    );
    says(&document("snapshot: { users: [] }\n"), &["invalid-value [[]] the list of paths is empty"]);
}

#[test]
fn the_lint_section_takes_a_reason_for_what_is_accepted() {
    accepts(&document("lint: { allow: [{ lint: x, file: rules/a.yaml, route: 'a[0]', reason: agreed }] }\n"));
    says(&document("lint:\n  allow:\n    - lint: x\n"), &["missing-key [lint: x] an accepted finding has no `reason`"]);
    says(
        &document("lint:\n  allow: [x]\n"),
        &["type-mismatch [x] each item of `allow` is a mapping, and this is a string"],
    );
}

#[test]
fn keys_that_are_no_names_are_said() {
    says(&document("[a]: b\n"), &["type-mismatch [[a]] a key is a list or a mapping"]);
    says(&provider("attribute-mapping: { attributes: { '': { claim: c } } }"), &["type-mismatch [''] a key is empty"]);
    says(
        &provider("attribute-mapping: { attributes: { '<<': { claim: c } } }"),
        &["type-mismatch ['<<'] `<<` stands for a name, and is the merge key of YAML"],
    );
    // A number may well be the name of an attribute.
    accepts(&provider("attribute-mapping: { attributes: { 2fa: { claim: c }, 7: { claim: d } } }"));
}

#[test]
fn anchors_and_merge_keys_work_and_a_mistake_in_them_is_said_once() {
    let rules = "
user-intake:
  rules:
    - &first { rule: a, when: true, decision: admit }
    - { <<: *first, rule: b }
    - *first
";
    let said = Said::of(&document(rules));
    assert_eq!(said.lines(), ["duplicate-rule-name [*first] two rules of `user-intake` are named `a`"]);
    let rules = "
user-intake:
  rules:
    - &first { rule: a, when: userName equals 5, decision: admit }
    - { <<: *first, rule: b }
    - { <<: *first, rule: c, when: true }
";
    assert_eq!(Said::of(&document(rules)).places(), ["condition-syntax vestibule.yaml:7:40"]);
    // The name that is brought in is that of another rule.
    let rules = "
user-intake:
  rules:
    - &first { rule: a, when: true, decision: admit }
    - { <<: *first, decision: refuse }
";
    assert_eq!(
        Said::of(&document(rules)).lines(),
        ["duplicate-rule-name [{ <<: *first, decision: refuse }] two rules of `user-intake` are named `a`"]
    );
}
