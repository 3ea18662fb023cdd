//! Against the schema of OASIS, and what code scanning asks for beyond it.

use serde_json::{Value, json};

use super::super::fixture::{Fixture, suppressed, written};
use super::super::{Format, Paths, Report, Style};
use crate::lint::LINTS;
use crate::source::{Edit, Finding, Fix, Place, Problem, Safety};

const SCHEMA: &str = include_str!("../../../tests/data/sarif/sarif-schema-2.1.0.json");

fn valid(report: &Report<'_>) -> Value {
    let document: Value = serde_json::from_str(&written(report, Format::Sarif, Style::PLAIN)).expect("JSON");
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let validator = jsonschema::draft4::options().should_validate_formats(true).build(&schema).expect("a schema");
    let errors: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    document
}

/// One finding with everything that a finding can have.
fn everything() -> (Fixture, Vec<Finding>) {
    let mut fixture = Fixture::default();
    let file = fixture.text("EU rules/vestibule.yaml", "\u{feff}é: {}\r\nname: x\n");
    let other = fixture.text("/elsewhere/users.json", "{ \"id\": \"x\" }\n");
    fixture.push(
        Problem::warning("missing-fallback", fixture.at(file, "{}"), "`{}` is empty, see [this](https://example.com)")
            .label("nothing {0} here")
            .help("say it")
            .related(fixture.at(other, "\"x\""), "this one")
            .related(Place::File(other), "")
            .witness(json!({ "event": "scim-create" })),
    );
    let mut findings = fixture.findings();
    let edit =
        |start, end, text: &str| Edit { file: "EU rules/vestibule.yaml".to_owned(), start, end, text: text.to_owned() };
    let edits = vec![edit(7, 9, "[]"), edit(11, 11, "new: 1\r\n")];
    findings[0].fixes = vec![Fix { safety: Safety::Unsafe, title: "name it".to_owned(), edits }];
    (fixture, findings)
}

#[test]
fn what_is_written_is_valid() {
    let (fixture, findings) = everything();
    let accepted = suppressed(2);
    for findings in [&findings[..], &[]] {
        for suppressed in [&accepted[..], &[]] {
            let document = valid(&Report { suppressed, ..fixture.report(findings) });
            let results = document["runs"][0]["results"].as_array().expect("results").len();
            assert_eq!(results, findings.len() + suppressed.len());
        }
    }
}

#[test]
fn a_result_has_this_shape() {
    let (fixture, findings) = everything();
    let document = valid(&fixture.report(&findings));
    let run = &document["runs"][0];
    let mut result = run["results"][0].clone();
    let index = result["ruleIndex"].take().as_u64().expect("an index") as usize;
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], "missing-fallback");
    insta::assert_json_snapshot!(result, @r#"
    {
      "fixes": [
        {
          "artifactChanges": [
            {
              "artifactLocation": {
                "uri": "EU%20rules/vestibule.yaml",
                "uriBaseId": "SRCROOT"
              },
              "replacements": [
                {
                  "deletedRegion": {
                    "endColumn": 6,
                    "endLine": 1,
                    "startColumn": 4,
                    "startLine": 1
                  },
                  "insertedContent": {
                    "text": "[]"
                  }
                },
                {
                  "deletedRegion": {
                    "endColumn": 1,
                    "endLine": 2,
                    "startColumn": 1,
                    "startLine": 2
                  },
                  "insertedContent": {
                    "text": "new: 1\r\n"
                  }
                }
              ]
            }
          ],
          "description": {
            "text": "name it (a person should look)"
          }
        }
      ],
      "level": "warning",
      "locations": [
        {
          "message": {
            "text": "nothing {{0}} here"
          },
          "physicalLocation": {
            "artifactLocation": {
              "uri": "EU%20rules/vestibule.yaml",
              "uriBaseId": "SRCROOT"
            },
            "region": {
              "endColumn": 6,
              "endLine": 1,
              "startColumn": 4,
              "startLine": 1
            }
          }
        }
      ],
      "message": {
        "text": "`{{}}` is empty, see [this\\](https://example.com)\nhelp: say it"
      },
      "partialFingerprints": {
        "vestibule/v1": "1978a77d6da4376d"
      },
      "properties": {
        "witness": {
          "event": "scim-create"
        }
      },
      "relatedLocations": [
        {
          "id": 1,
          "message": {
            "text": "this one"
          },
          "physicalLocation": {
            "artifactLocation": {
              "uri": "file:///elsewhere/users.json"
            },
            "region": {
              "endColumn": 12,
              "endLine": 1,
              "startColumn": 9,
              "startLine": 1
            }
          }
        },
        {
          "id": 2,
          "physicalLocation": {
            "artifactLocation": {
              "uri": "file:///elsewhere/users.json"
            },
            "region": {
              "endColumn": 1,
              "endLine": 1,
              "startColumn": 1,
              "startLine": 1
            }
          }
        }
      ],
      "ruleId": "missing-fallback",
      "ruleIndex": null
    }
    "#);
}

#[test]
fn the_schema_refuses_other_shapes() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let validator = jsonschema::draft4::new(&schema).expect("a schema");
    let (fixture, findings) = everything();
    let document = valid(&fixture.report(&findings));
    for (pointer, wrong) in [
        ("/version", json!("2.0.0")),
        ("/runs/0/results/0/level", json!("info")),
        ("/runs/0/columnKind", json!("bytes")),
        ("/runs/0/results/0/locations/0/physicalLocation/region/startLine", json!(0)),
    ] {
        let mut broken = document.clone();
        *broken.pointer_mut(pointer).expect("it is there") = wrong;
        assert!(!validator.is_valid(&broken), "{pointer}");
    }
}

#[test]
fn every_rule_has_what_code_scanning_shows() {
    let document = valid(&Report::new(&Fixture::default().sources, &[]));
    let rules = document["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules").clone();
    let mut ids: Vec<&str> = rules.iter().filter_map(|rule| rule["id"].as_str()).collect();
    for rule in &rules {
        for text in ["shortDescription", "fullDescription", "help"] {
            let text = rule[text]["text"].as_str().unwrap_or_default();
            assert!(!text.trim().is_empty() && !text.contains("```"), "{rule:#}");
        }
        assert!(rule["shortDescription"]["text"].as_str().is_some_and(|text| text.chars().count() <= 1024), "{rule:#}");
        assert!(matches!(rule["defaultConfiguration"]["level"].as_str(), Some("error" | "warning" | "note")));
    }
    for lint in LINTS {
        let rule = rules.iter().find(|rule| rule["id"] == lint.name).expect("every lint is a rule");
        assert_eq!((&rule["helpUri"], &rule["help"]["markdown"]), (&json!(lint.source), &json!(lint.page.trim())));
    }
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count, "a rule stands twice");
}

#[test]
fn every_result_is_marked_where_one_is_accepted() {
    let (fixture, findings) = everything();
    let accepted = suppressed(1);
    let document = valid(&Report { suppressed: &accepted, ..fixture.report(&findings) });
    let results = &document["runs"][0]["results"];
    assert_eq!(results[0]["suppressions"], json!([]));
    assert_eq!(results[1]["suppressions"], json!([{ "kind": "external", "justification": "as agreed" }]));
    let document = valid(&fixture.report(&findings));
    assert_eq!(document["runs"][0]["results"][0]["suppressions"], Value::Null);
}

#[test]
fn a_file_as_a_whole_is_shown_at_its_start() {
    let mut fixture = Fixture::default();
    let file = fixture.text("gone.yaml", "");
    fixture.problem(Place::File(file), "cannot be read");
    let findings = fixture.findings();
    let paths = Paths { working: "/repo/identity", root: "/repo" };
    let document = valid(&Report { paths, ..fixture.report(&findings) });
    let place = &document["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"], json!({ "uri": "identity/gone.yaml", "uriBaseId": "SRCROOT" }));
    assert_eq!(place["region"], json!({ "startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1 }));
}
