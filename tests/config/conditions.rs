//! Conditions in every style of YAML: a mistake is labelled at its own bytes, and what YAML cuts short is said so.

use vestibule::source::Span;

use crate::said::{Said, accepts, document, says};

/// Conditions with one mistake, between the marks.
const WRONG: [(&str, &str); 6] = [
    ("condition-syntax", r#"title eq "é" and displayName «equals» "x""#),
    ("condition-syntax", r#"displayName «==» "naïve" or title pr"#),
    ("unknown-attribute", r#"title eq "日本" or «departement» eq "x""#),
    ("unknown-attribute", r#"title eq "ß" and «name.familyNam» eq "x" or not title pr"#),
    ("invalid-pattern", r"title eq «FILLER» or userName matches /é«(»x/"),
    ("condition-type", r#"title eq "\\ \" é" and active eq «"yes"»"#),
];

/// How a condition is written into a document; the marks go with it.
type Writer = fn(&str) -> String;

const STYLES: [(&str, Writer); 14] = [
    ("plain", |condition| block_rule(&format!("when: {condition}"))),
    ("plain, folded", |condition| block_rule(&format!("when: {}", condition.replace(" eq", "\n          eq")))),
    ("single quotes", |condition| block_rule(&format!("when: {}", single(condition)))),
    ("single quotes, folded", |condition| {
        block_rule(&format!("when: {}", single(condition).replace(" eq", "\n\n         eq")))
    }),
    ("double quotes", |condition| block_rule(&format!("when: {}", double(condition)))),
    ("double quotes, folded", |condition| {
        block_rule(&format!("when: {}", double(condition).replace(" eq", " \n        eq")))
    }),
    ("double quotes, escaped breaks", |condition| {
        block_rule(&format!("when: {}", double(condition).replace(" eq", "\\\n         \\ eq")))
    }),
    ("literal", |condition| {
        block_rule(&format!("when: |\n        # é \"é\" «\n        {}", condition.replace(" eq", "\n          eq")))
    }),
    ("literal, kept", |condition| block_rule(&format!("when: |+\n\n        {condition}\n"))),
    ("folded", |condition| block_rule(&format!("when: >\n        {}", condition.replace(" eq", "\n        eq")))),
    ("folded, stripped", |condition| {
        block_rule(&format!("when: >-\n        {}", condition.replace(" eq", "\n\n          eq")))
    }),
    ("flow, single quotes", |condition| flow_rule(&format!("when: {}", single(condition)))),
    ("flow, double quotes", |condition| flow_rule(&format!("'when': {}", double(condition)))),
    ("alias", |condition| block_rule(&format!("description: &again {}\n      when: *again", double(condition)))),
];

fn block_rule(when: &str) -> String {
    format!("- rule: préfixe ü\n      {when}\n      organization: A\n")
}

fn flow_rule(when: &str) -> String {
    format!("- {{ rule: préfixe ü, {when}, organization: A }}\n")
}

fn single(condition: &str) -> String {
    format!("'{}'", condition.replace('\'', "''"))
}

fn double(condition: &str) -> String {
    let escaped = condition.replace('\\', r"\\").replace('"', r#"\""#).replace('é', r"\u00e9").replace('ß', r"\xdf");
    format!("\"{escaped}\"")
}

#[test]
fn a_mistake_is_labelled_at_its_bytes_in_every_style() {
    for (style, write) in STYLES {
        for (code, condition) in WRONG {
            let condition = condition.replace("«FILLER»", "\"é\"");
            let rule = write(&condition);
            let text = document(&format!("# Wörter\norganization-assignment:\n  users:\n    {rule}"));
            for text in [
                text.clone(),
                text.replace('\n', "\r\n"),
                format!("\u{feff}{text}"),
                format!("\u{feff}{}", text.replace('\n', "\r\n")),
            ] {
                check_label(style, code, &text);
            }
        }
    }
}

fn check_label(style: &str, code: &str, marked: &str) {
    // A comment may hold a mark of its own.
    let end = marked.find('»').expect("a mark");
    let start = marked[..end].rfind('«').expect("a mark");
    let before = &marked[..start];
    let offset = before.replace('«', "").len();
    let token = &marked[start + '«'.len_utf8()..end];
    let text = marked.replace(['«', '»'], "");

    let said = Said::of(&text);
    assert_eq!(said.findings.len(), 1, "{style}: {:?}\n{text}", said.lines());
    let finding = &said.findings[0];
    let primary = finding.primary();
    let span = Span::new(primary.start.offset, primary.end.offset);
    assert_eq!((finding.lint, said.sources.text(primary.id).slice(span)), (code, token), "{style}\n{text}");
    assert_eq!(primary.start.offset, offset, "{style}\n{text}");
    let line_start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let column = text[line_start..offset].trim_start_matches('\u{feff}').chars().count() + 1;
    let line = text[..offset].matches('\n').count() + 1;
    assert_eq!((primary.start.line, primary.start.column), (line, column), "{style}\n{text}");
}

#[test]
fn a_plain_condition_in_braces_is_labelled_too() {
    let said =
        Said::of(&document("user-intake: { rules: [{ rule: é, when: title equals \"é\", decision: admit }] }\n"));
    assert_eq!(said.places(), ["condition-syntax vestibule.yaml:4:47"]);
    assert_eq!(said.labelled(&said.findings[0]), "equals");
}

#[test]
fn comments_stand_in_literal_blocks_only() {
    let rule = |when: &str| {
        document(&format!("user-intake:\n  rules:\n    - rule: r\n      decision: admit\n      when: {when}\n"))
    };
    accepts(&rule("|\n        # why\n        title pr # because\n        # end"));
    accepts(&rule("title pr # a comment of YAML"));
    accepts(&rule("'title pr' # a comment of YAML"));
    accepts(&rule(">\n        title eq \"#1\""));
    says(
        &rule(">\n        title pr\n        # why\n        and active pr"),
        &["condition-syntax [#] `#` stands outside a string in a folded block scalar"],
    );
    let said = Said::of(&rule("'title pr # why'"));
    assert_eq!(
        (said.places(), said.labelled(&said.findings[0])),
        (vec!["condition-syntax vestibule.yaml:8:23".to_owned()], "#")
    );
}

/// What is said of a rule: each message, and its help.
fn told(rule: &str) -> Vec<String> {
    let said = Said::of(&document(&format!("user-intake:\n  rules:\n    - {rule}\n")));
    let told = said.findings.iter().map(|finding| {
        let help = finding.help.as_deref().unwrap_or("");
        format!("{} [{}] {}; {help}", finding.lint, said.labelled(finding), finding.message)
    });
    told.collect()
}

#[test]
fn a_condition_that_a_comment_cuts_says_so() {
    let check = |when: &str, left: &str, whole: &str| {
        let message = "YAML ends this condition at ` #`, where a comment begins";
        let help = format!("put the condition in single quotes: `when: {whole}`");
        let expected = format!("condition-syntax [{left}] {message}; {help}");
        assert_eq!(told(&format!("rule: r\n      decision: admit\n      when: {when}")), [expected]);
    };
    check(r#"title eq "Agent #7""#, r#"title eq "Agent"#, r#"'title eq "Agent #7"'"#);
    check("title matches /No #\\d+/", "title matches /No", "'title matches /No #\\d+/'");
    check(
        r#"title in ["a #1", "b #2"] or active eq true"#,
        r#"title in ["a"#,
        r#"'title in ["a #1", "b #2"] or active eq true'"#,
    );
    check(r#"title eq "it's #1""#, r#"title eq "it's"#, r#"'title eq "it''s #1"'"#);
    // A real comment behind it is left out.
    check(r#"title eq "Agent #7" # the best"#, r#"title eq "Agent"#, r#"'title eq "Agent #7"'"#);
    check("title eq \"a\n        b #7\"", "title eq \"a", "'title eq \"a b #7\"'");
    // Another mistake behind the cut comes out once it is mended.
    check(r#"title eq "Agent #7" andd x"#, r#"title eq "Agent"#, r#"'title eq "Agent #7" andd x'"#);
}

#[test]
fn a_comment_is_not_blamed_for_a_mistake_before_it() {
    for when in ["title = \"a\" # why", "title eq \"a # why", "titel eq \"a\" # why"] {
        let said = Said::of(&document(&format!(
            "user-intake:\n  rules:\n    - rule: r\n      decision: admit\n      when: {when}\n"
        )));
        assert_eq!(said.findings.len(), 1, "{when}");
        assert!(!said.findings[0].message.contains("YAML"), "{when}: {}", said.findings[0].message);
    }
}

#[test]
fn a_condition_that_a_comma_cuts_says_so() {
    let check = |when: &str, left: &str, whole: &str| {
        let message = "YAML ends this condition at `,`, where the next entry begins";
        let help = format!("put the condition in single quotes: `when: {whole}`");
        let expected = format!("condition-syntax [{left}] {message}; {help}");
        assert_eq!(told(&format!("{{ rule: r, when: {when}, decision: admit }}")), [expected.as_str()]);
        assert_eq!(told(&format!("{{ rule: r, decision: admit, when: {when} }}")), [expected]);
    };
    check(r#"title eq "Doe, Jane""#, r#"title eq "Doe"#, r#"'title eq "Doe, Jane"'"#);
    check(r#"title eq "a, b, c" and active pr"#, r#"title eq "a"#, r#"'title eq "a, b, c" and active pr'"#);
    check(r"title matches /a, b|c/", "title matches /a", "'title matches /a, b|c/'");
    check(r#"title pr, active eq true"#, "title pr", "'title pr, active eq true'");
    check(r#"title eq "it's, so""#, r#"title eq "it's"#, r#"'title eq "it''s, so"'"#);
    check(r#"title eq "Bonn, D: x""#, r#"title eq "Bonn"#, r#"'title eq "Bonn, D: x"'"#);
}

#[test]
fn a_comma_is_not_blamed_for_a_mistake_before_it_or_a_key_after_it() {
    let rule = "{ rule: r, when: title = 5, colour: red, decision: admit }";
    let codes: Vec<String> = told(rule).iter().map(|told| told.split(' ').next().unwrap_or("").to_owned()).collect();
    assert_eq!(codes, ["condition-syntax", "unknown-key"]);
    let told = told("{ rule: r, when: title pr, enabeld: false, decision: admit }");
    assert_eq!(told, ["unknown-key [enabeld] an intake rule has no key `enabeld`; did you mean `enabled`?"]);
}

/// Rules over users with these conditions, and a mapping of these attributes.
fn mapping(attributes: &str, conditions: impl IntoIterator<Item = String>) -> String {
    let rules: String = conditions
        .into_iter()
        .enumerate()
        .map(|(index, when)| format!("    - {{ rule: r{index}, when: '{when}', organization: A }}\n"))
        .collect();
    format!(
        "version: 1\nprovider:\n  name: p\n  attribute-mapping:\n    provider-id: x\n{attributes}organizations: [{{ name: A }}]\norganization-assignment:\n  users:\n{rules}  fallback: A\n"
    )
}

/// The patterns of all rules and of the provider count together; one problem names the limit.
#[test]
fn the_patterns_of_a_configuration_have_a_limit_together() {
    let limit = "all patterns together take more than the limit of 32 MiB when compiled";
    let rules = |pattern: fn(usize) -> String| mapping("", (0..300).map(|n| format!("title matches /{}/", pattern(n))));
    let messages = |text: &str| -> Vec<String> {
        Said::of(text).findings.iter().map(|finding| format!("{} {}", finding.lint, finding.message)).collect()
    };
    assert_eq!(messages(&rules(|_| r"\w{20}".to_owned())), [""; 0]);
    assert_eq!(messages(&rules(|n| format!(r"\w{{20}}{n}"))), [format!("condition-limit {limit}")]);
    let patterns: Vec<String> = (0..300).map(|n| format!(r"'\w{{20}}{n}'")).collect();
    let provider = format!("    groups: {{ claim: g }}\n  username-patterns: [{}]\n", patterns.join(", "));
    let text = mapping(&provider, [r"title matches /\w/".to_owned()]);
    assert_eq!(messages(&text), [format!("invalid-pattern {limit}")]);
}

/// After very many comparisons nothing is suggested any more; before, the nearest name is.
#[test]
fn suggestions_have_a_limit() {
    let names: String = (0..5000).map(|n| format!("      attribute{n}: {{ claim: c }}\n")).collect();
    let text = mapping(&format!("    attributes:\n{names}"), (0..900).map(|n| format!("attributes.atribute{n} pr")));
    let said = Said::of(&text);
    assert_eq!(said.findings.len(), 900);
    let helps = said.helps();
    assert_eq!(helps.first(), Some(&"did you mean `attributes.attribute0`?"));
    assert_eq!(helps.last(), Some(&"map a claim to it in `attribute-mapping.attributes`"));
    let suggested = helps.iter().filter(|help| help.starts_with("did you mean")).count();
    assert!(suggested < 30, "{suggested}");
}

/// Where a part of the mapping could not be read, a name may stand in that part.
#[test]
fn an_attribute_is_not_unknown_where_the_mapping_could_not_be_read_whole() {
    let codes = |attributes: &str| -> Vec<&'static str> {
        let said = Said::of(&mapping(attributes, ["attributes.dept pr".to_owned()]));
        said.findings.iter().map(|finding| finding.lint).collect()
    };
    let damaged = "    groups: { claim: g }\n  groups-claim: direct\n    attributes:\n      dept: { claim: d }\n";
    assert_eq!(codes(damaged), ["syntax"]);
    assert_eq!(codes("    attributes:\n      dept { claim: d }\n"), ["type-mismatch"]);
    assert_eq!(codes("    attributes:\n      ? [dept]\n      : { claim: d }\n"), ["type-mismatch"]);
    // The name of an entry that is a mapping is certain, so others are still unknown.
    assert_eq!(codes("    attributes:\n      other: { claim: d }\n"), ["unknown-attribute"]);
    assert_eq!(
        codes("    attributes:\n      other: { clam: d, type: x }\n"),
        ["unknown-key", "invalid-value", "unknown-attribute"]
    );
}

/// What is written for a condition that is none.
#[test]
fn help_that_can_be_followed() {
    let help = |when: &str| {
        let rules = format!("user-intake:\n  rules:\n  - {{ rule: r, when: {when}, decision: admit }}\n");
        let said = Said::of(&document(&rules));
        assert_eq!(said.findings.len(), 1, "{when}");
        said.helps()[0].to_owned()
    };
    assert_eq!(help("yes"), "write `true`");
    assert_eq!(help("On"), "write `true`");
    assert_eq!(help("off"), "write `false`");
    assert_eq!(help("NO"), "write `false`");
    let before = "write an attribute and an operator before it";
    assert_eq!(help("2026-01-01"), format!("{before}: `userName eq \"2026-01-01\"`"));
    assert_eq!(help("'\"a\"'"), format!("{before}: `userName eq \"a\"`"));
    assert_eq!(help("/a/"), format!("{before}: `userName matches /a/`"));
    assert_eq!(help("attributes pr"), "write `attributes.NAME` with the name of a Foundry attribute");
    assert!(help("attributes.a.b pr").ends_with("`attributes.\"a.b\"`"));
}
