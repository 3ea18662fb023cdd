//! Conditions that YAML cuts: one finding each, on the condition, with a rewrite that loses nothing of it.

use crate::said::{Said, document};

const LITERAL: &str = "write it as a literal block: `when: |` with the text on the next line, indented";

/// The helps of a rule with this condition, on lines of its own or in braces.
#[track_caller]
fn help(rule: &str) -> String {
    let text = document(&format!("organization-assignment:\n  users:\n    - {rule}\n  fallback: A\n"));
    let said = Said::of(&text);
    assert_eq!(said.findings.len(), 1, "{rule}: {:#?}", said.lines());
    said.helps()[0].to_owned()
}

#[track_caller]
fn check(when: &str, expected: &str) {
    assert_eq!(help(&format!("rule: r\n      when: {when}\n      organization: A")), expected, "{when}");
}

#[test]
fn quotes_around_a_condition_are_those_that_were_meant() {
    let quoted = |condition: &str| format!("put the value in single quotes: `when: '{condition}'`");
    check(r#""department" eq "Sales""#, &quoted(r#""department" eq "Sales""#));
    check(r#""userName eq "x"""#, &quoted(r#"userName eq "x""#));
    check(r#""userName eq \"a\" or userName eq "b"""#, &quoted(r#"userName eq "a" or userName eq "b""#));
    check("'userName eq 'x''", &quoted("userName eq ''x''"));
    check(r#""userName eq "x" and "y""#, LITERAL);
}

#[test]
fn an_anchor_stays_outside_of_the_quotes() {
    let quoted = |condition: &str| format!("put the value in single quotes: `when: {condition}`");
    check("&a user: \"x\"", &quoted("&a 'user: \"x\"'"));
    check("&a  @x", &quoted("&a  '@x'"));
}

#[test]
fn a_condition_of_several_lines_becomes_a_literal_block() {
    check("displayName eq \"x\" # only these\n        and userName eq \"a\"", LITERAL);
    check("displayName eq \"x\"\n        and userName eq \"a: b\"", LITERAL);
    check("displayName eq \"x: y\"\n        and userName eq \"a\"", LITERAL);
    check("displayName eq \"x: y\"\n        and userName eq \"a: b\"", LITERAL);
}

#[test]
fn a_condition_in_braces_is_rewritten_alone() {
    for when in [
        r#"displayName eq "{x}""#,
        r#"displayName eq ",""#,
        r#"displayName eq "a,""#,
        r#"displayName eq "a #b""#,
        r#"displayName eq "]""#,
        r#"displayName eq "x]y""#,
        r#"displayName eq "[x""#,
        r#"displayName eq "}" and title eq "{""#,
        "userName matches /a}/",
        "title matches /[a-z],/",
    ] {
        let rule = format!("{{ rule: r, when: {when}, organization: A }}");
        assert_eq!(help(&rule), format!("put the value in single quotes: `when: '{when}'`"));
    }
    let rule = "{ rule: r, when: userName in [\"a\",\n \"b\"], organization: A }";
    assert_eq!(help(rule), "put the whole value in single quotes, with each `'` in it doubled");
}

#[test]
fn lines_that_are_not_indented_are_one_mistake() {
    let below = "indent it by 8 spaces";
    check("|\n      displayName pr", below);
    check("|\n      displayName pr\n      and userName pr", below);
    check(
        "\"displayName pr\n      and userName pr\"",
        "close it with `\"` at the end of the value; further lines of it are indented deeper than its key",
    );
    check(
        "displayName pr\n      and userName eq \"a\"",
        "write it as `key: value`, or indent it deeper if it belongs to the value above",
    );
    assert_eq!(help("rule r\n      when: title pr\n      organization: A"), "write `rule: r`");
    let said = Said::of(&format!(" {}", document("")));
    assert_eq!(said.helps(), ["take the blanks before the first line away"], "{:#?}", said.lines());
}
