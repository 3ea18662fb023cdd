//! One JSON document: version, findings, summary.

use std::io::{self, Write};

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use crate::source::Finding;

use super::{Report, Style, Summary, write_json};

/// The version of the shape. It grows when a member changes its meaning or goes away, not when one is added.
const VERSION: u32 = 1;

/// Findings of vestibule.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Findings of vestibule")]
struct Findings<'a> {
    /// The version of this shape.
    #[schemars(extend("const" = VERSION))]
    version: u32,
    /// The findings, by file, then by place.
    findings: &'a [Finding],
    /// The counts.
    summary: Summary,
}

pub(super) fn write(report: &Report<'_>, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    let document = Findings { version: VERSION, findings: report.findings, summary: report.summary() };
    write_json(&document, out)
}

/// The JSON Schema (draft 2020-12) of what [`super::Format::Json`] writes.
///
/// Its `$defs/Finding` is the schema of a line of [`super::Format::Jsonl`].
pub fn schema() -> Schema {
    crate::engine::schema::schema_of::<Findings<'_>>()
}

#[cfg(test)]
mod tests {

    use serde_json::{Value, json};

    use super::super::fixture::{Fixture, suppressed, written};
    use super::super::{Format, Report};
    use super::*;
    use crate::source::{Edit, Fix, Problem, Safety};

    /// Two findings with every member that a finding can have, and one with the fewest.
    fn everything() -> (Fixture, Vec<Finding>) {
        let mut fixture = Fixture::default();
        let file = fixture.text("vestibule.yaml", "version: 1\nprovider: {}\n");
        let other = fixture.text("entra/schema.json", "{ \"id\": \"x\" }\n");
        fixture.push(
            Problem::warning("example", fixture.at(file, "{}"), "the provider is empty")
                .label("nothing here")
                .help("say which provider it is")
                .related(fixture.at(other, "\"x\""), "this one")
                .witness(json!({ "event": "scim-create", "user": { "userName": "b\u{202e}" } })),
        );
        fixture.info(fixture.at(file, "1"), "a version");
        let mut findings = fixture.findings();
        findings[0].docs = Some("docs/lints/example.md".to_owned());
        findings[0].source = Some("https://example.com/page");
        let edit = Edit { file: "vestibule.yaml".to_owned(), start: 21, end: 23, text: "{ name: x }\n".to_owned() };
        findings[0].fixes =
            vec![Fix { safety: Safety::Unsafe, title: "name the provider".to_owned(), edits: vec![edit] }];
        (fixture, findings)
    }

    fn validator(schema: &Value) -> jsonschema::Validator {
        jsonschema::draft202012::new(schema).expect("the schema is a schema")
    }

    #[test]
    fn the_committed_schema_is_that_of_the_types() {
        crate::engine::check_committed("findings.schema.json", &schema());
    }

    #[test]
    fn what_is_written_fits_the_schema() {
        let (fixture, findings) = everything();
        let schema = schema().to_value();
        let whole = validator(&schema);
        for findings in [&findings[..], &[]] {
            let suppressed = suppressed(1);
            let report = Report { suppressed: &suppressed, ..fixture.report(findings) };
            let document: Value = serde_json::from_str(&written(&report, Format::Json, Style::PLAIN)).expect("JSON");
            assert!(whole.is_valid(&document), "{:?}", whole.iter_errors(&document).collect::<Vec<_>>());
        }
        let mut line_schema = schema["$defs"]["Finding"].clone();
        line_schema["$defs"] = schema["$defs"].clone();
        let line = validator(&line_schema);
        let lines = written(&fixture.report(&findings), Format::Jsonl, Style::PLAIN);
        assert_eq!(lines.lines().count(), 2);
        for text in lines.lines() {
            assert!(line.is_valid(&serde_json::from_str(text).expect("JSON")), "{text}");
        }
    }

    #[test]
    fn the_schema_refuses_other_shapes() {
        let whole = validator(&schema().to_value());
        let summary = json!({ "error": 0, "warning": 0, "info": 0, "suppressed": 0, "files": 0 });
        assert!(whole.is_valid(&json!({ "version": 1, "findings": [], "summary": summary })));
        assert!(!whole.is_valid(&json!({ "version": 2, "findings": [], "summary": summary })));
        assert!(!whole.is_valid(&json!({ "version": 1, "findings": [{}], "summary": summary })));
        assert!(!whole.is_valid(&json!({ "version": 1, "findings": [] })));
    }

    #[test]
    fn a_finding_has_this_shape() {
        let (fixture, findings) = everything();
        let suppressed = suppressed(3);
        let report = Report { suppressed: &suppressed, ..fixture.report(&findings) };
        insta::assert_snapshot!(written(&report, Format::Json, Style::PLAIN), @r#"
        {
          "version": 1,
          "findings": [
            {
              "lint": "example",
              "severity": "warning",
              "message": "the provider is empty",
              "help": "say which provider it is",
              "docs": "docs/lints/example.md",
              "source": "https://example.com/page",
              "locations": [
                {
                  "kind": "primary",
                  "file": "vestibule.yaml",
                  "route": "",
                  "start": {
                    "line": 2,
                    "column": 11,
                    "offset": 21
                  },
                  "end": {
                    "line": 2,
                    "column": 13,
                    "offset": 23
                  },
                  "label": "nothing here"
                },
                {
                  "kind": "related",
                  "file": "entra/schema.json",
                  "route": "",
                  "start": {
                    "line": 1,
                    "column": 9,
                    "offset": 8
                  },
                  "end": {
                    "line": 1,
                    "column": 12,
                    "offset": 11
                  },
                  "label": "this one"
                }
              ],
              "fixes": [
                {
                  "safety": "unsafe",
                  "title": "name the provider",
                  "edits": [
                    {
                      "file": "vestibule.yaml",
                      "start": 21,
                      "end": 23,
                      "text": "{ name: x }\n"
                    }
                  ]
                }
              ],
              "witness": {
                "event": "scim-create",
                "user": {
                  "userName": "b\u202e"
                }
              },
              "fingerprint": "41ab72a5b79885aa"
            },
            {
              "lint": "example",
              "severity": "info",
              "message": "a version",
              "locations": [
                {
                  "kind": "primary",
                  "file": "vestibule.yaml",
                  "route": "",
                  "start": {
                    "line": 1,
                    "column": 10,
                    "offset": 9
                  },
                  "end": {
                    "line": 1,
                    "column": 11,
                    "offset": 10
                  },
                  "label": ""
                }
              ],
              "fixes": [],
              "fingerprint": "41ab72a5b79885aa"
            }
          ],
          "summary": {
            "error": 0,
            "warning": 1,
            "info": 1,
            "suppressed": 3,
            "files": 2
          }
        }
        "#);
    }
}
