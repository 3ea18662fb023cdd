//! A code quality report of GitLab: docs.gitlab.com, "Code Quality report format".

use std::io::{self, Write};

use serde::Serialize;

use crate::source::{Finding, Severity, visible};

use super::{Report, Style, write_json};

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

pub(super) fn write(report: &Report<'_>, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    let issues: Vec<Issue> = report.findings.iter().map(|finding| issue(report, finding)).collect();
    write_json(&issues, out)
}

fn issue(report: &Report<'_>, finding: &Finding) -> Issue {
    let primary = finding.primary();
    Issue {
        description: visible(&finding.message).into_owned(),
        check_name: finding.lint,
        fingerprint: finding.fingerprint.clone(),
        severity: match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Info => "info",
        },
        location: Location {
            path: report.paths.shown(&primary.file),
            lines: Lines { begin: primary.start.line, end: primary.end.line },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Format, fixture::Fixture};
    use super::*;

    #[test]
    fn a_finding_is_an_issue() {
        let mut fixture = Fixture::default();
        let file = fixture.text("./vestibule.yaml", "version: 1\nname: x\n");
        fixture.problem(fixture.at(file, "name"), "wrong\u{1b}");
        insta::assert_snapshot!(fixture.written(Format::Gitlab, Style::PLAIN), @r#"
        [
          {
            "description": "wrong\\u{1b}",
            "check_name": "example",
            "fingerprint": "0e2c19413a52b56c",
            "severity": "critical",
            "location": {
              "path": "vestibule.yaml",
              "lines": {
                "begin": 2,
                "end": 2
              }
            }
          }
        ]
        "#);
    }

    #[test]
    fn nothing_found_is_an_empty_list() {
        assert_eq!(Fixture::default().written(Format::Gitlab, Style::PLAIN), "[]\n");
    }
}
