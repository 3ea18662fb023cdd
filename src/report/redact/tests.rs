use proptest::prelude::*;
use serde_json::json;

use super::super::fixture::Fixture;
use super::super::{Format, Report, Style};
use super::*;
use crate::source::{Edit, Fix, Problem, Safety};

fn redactor() -> Redactor {
    let mut redactor = Redactor::new("contoso");
    for value in ["ada", "Ada Okafor", "ada.okafor@contoso.com", "7", "0c1acf32-14ea", "Contoso Global", "alice-2"] {
        redactor.personal(value);
    }
    redactor.keep("contoso global");
    redactor
}

#[test]
fn values_are_replaced_where_they_are_meant() {
    let redactor = redactor();
    let name = |value: &str| redactor.pseudonym(value);
    for (text, expected) in [
        ("`ada` is twice", format!("`{}` is twice", name("ada"))),
        ("`ADA` is twice", format!("`{}` is twice", name("ada"))),
        ("`adamant`, ada and 7 of 77", "`adamant`, ada and 7 of 77".to_owned()),
        ("`7`", format!("`{}`", name("7"))),
        ("Ada Okafor, ada.okafor@contoso.com.", format!("{}, {}.", name("Ada Okafor"), name("ada.okafor@contoso.com"))),
        ("id 0c1acf32-14ea", format!("id {}", name("0c1acf32-14ea"))),
        ("`Contoso Global`", "`Contoso Global`".to_owned()),
        ("unknown@fabrikam.com", name("unknown@fabrikam.com")),
        ("ew \"@contoso.com\"", "ew \"@contoso.com\"".to_owned()),
        ("alice-2 alice-22", format!("{} alice-22", name("alice-2"))),
    ] {
        assert_eq!(redactor.text(text), expected, "{text}");
    }
}

#[test]
fn pseudonyms_depend_on_the_salt() {
    let (one, other) = (Redactor::new("one"), Redactor::new("other"));
    assert_ne!(one.pseudonym("ada"), other.pseudonym("ada"));
    assert_eq!(one.pseudonym("ada"), Redactor::new("one").pseudonym("ADA"));
}

#[test]
fn a_finding_keeps_nothing_of_a_person_in_any_format() {
    let mut fixture = Fixture::default();
    let users = "[\n  { \"id\": \"0c1acf32-14ea\", \"userName\": \"ada.okafor@contoso.com\",\n    \"employeeNumber\": 701984,\n    \"broken\": \"Ada Okafor\n";
    let users = fixture.text("users.json", users);
    let rules = fixture.sources.add_document("vestibule.yaml", b"when: userName eq \"ada.okafor@contoso.com\"\n").0;
    fixture.push(
        Problem::warning("example", fixture.at(users, "userName"), "`ada` is `7`")
            .label("ada.okafor@contoso.com")
            .help("ask Ada Okafor")
            .related(fixture.at(rules, "userName"), "by `ada`")
            .related(fixture.at(users, "broken"), "")
            .witness(json!({ "user": { "userName": "someone", "emails": [{ "value": "x@y.org" }], "id": "7" } })),
    );
    let mut findings = fixture.findings();
    let edits = vec![Edit { file: "vestibule.yaml".to_owned(), start: 0, end: 4, text: "Ada Okafor".to_owned() }];
    findings[0].fixes = vec![Fix { safety: Safety::Safe, title: "as Ada Okafor says".to_owned(), edits }];
    redactor().findings(&mut findings, &mut fixture.sources);
    for &format in Format::ALL {
        let mut out = Vec::new();
        let report = Report::new(&fixture.sources, &findings);
        format.write(&report, Style::PLAIN, &mut out).expect("writing to memory");
        let out = String::from_utf8(out).expect("UTF-8").to_lowercase();
        for value in ["okafor", "`ada`", "0c1acf32", "701984", "someone", "x@y.org", "\"7\""] {
            assert!(!out.contains(value), "{value} in {format}: {out}");
        }
        assert!(out.contains("user-") || format == Format::Junit, "{format}");
    }
}

proptest! {
    #[test]
    fn any_text_is_searched(text in any::<String>(), value in ".{1,12}") {
        let mut redactor = Redactor::new("");
        redactor.personal(&value);
        let redacted = redactor.text(&format!("{text} `{value}` {text}"));
        let quoted = format!("`{value}`");
        prop_assert!(value.trim().is_empty() || value.contains('`') || !redacted.contains(&quoted), "{redacted}");
    }
}
