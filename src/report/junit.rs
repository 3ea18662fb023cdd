//! JUnit's XML, for build servers that know tests only: a suite for each file, a case for each finding.
//!
//! A file without a finding is a case that passed, so that a clean run is not taken for one that tested nothing.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::source::{FileId, Finding, Severity};

use super::xml::escaped;
use super::{Report, Style};

pub(super) fn write(report: &Report<'_>, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut of_file: BTreeMap<FileId, Vec<&Finding>> = report.sources.ids().map(|file| (file, Vec::new())).collect();
    for finding in report.findings {
        of_file.entry(finding.primary().id).or_default().push(finding);
    }
    let tests: usize = of_file.values().map(|findings| findings.len().max(1)).sum();
    let failures = report.findings.iter().filter(|finding| fails(finding)).count();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"vestibule\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">")?;
    for (file, findings) in of_file {
        write_suite(report, report.sources.text(file).name(), &findings, out)?;
    }
    writeln!(out, "</testsuites>")
}

/// Advice breaks no build.
fn fails(finding: &Finding) -> bool {
    finding.severity > Severity::Info
}

fn write_suite(report: &Report<'_>, file: &str, findings: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
    let name = escaped(&report.paths.below_root(file));
    let tests = findings.len().max(1);
    let failures = findings.iter().filter(|finding| fails(finding)).count();
    writeln!(out, "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">")?;
    if findings.is_empty() {
        writeln!(out, "    <testcase name=\"lint\" classname=\"{name}\"/>")?;
    }
    for finding in findings {
        write_case(&name, finding, out)?;
    }
    writeln!(out, "  </testsuite>")
}

fn write_case(file: &str, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let start = finding.primary().start;
    let (lint, message, severity) = (finding.lint, escaped(&finding.message), finding.severity.as_str());
    writeln!(out, "    <testcase name=\"{lint}\" classname=\"{file}\" file=\"{file}\" line=\"{}\">", start.line)?;
    if fails(finding) {
        writeln!(out, "      <failure type=\"{severity}\" message=\"{message}\">")?;
    } else {
        writeln!(out, "      <system-out>")?;
    }
    writeln!(out, "{file}:{}:{}: {severity}[{lint}]: {message}", start.line, start.column)?;
    if let Some(help) = &finding.help {
        writeln!(out, "help: {}", escaped(help))?;
    }
    writeln!(out, "      </{}>", if fails(finding) { "failure" } else { "system-out" })?;
    writeln!(out, "    </testcase>")
}

#[cfg(test)]
mod tests {
    use super::super::{Format, fixture::Fixture};
    use super::*;
    use crate::source::Problem;

    #[test]
    fn findings_are_cases_and_clean_files_pass() {
        let mut fixture = Fixture::default();
        let file = fixture.text("a&b.yaml", "version: 1\nname: x\n");
        fixture.text("clean.json", "{}\n");
        fixture.push(Problem::warning("example", fixture.at(file, "name"), "<wrong>\n").help("mend it"));
        fixture.info(fixture.at(file, "1"), "advice");
        insta::assert_snapshot!(fixture.written(Format::Junit, Style::PLAIN), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="vestibule" tests="3" failures="1" errors="0">
          <testsuite name="a&amp;b.yaml" tests="2" failures="1" errors="0">
            <testcase name="example" classname="a&amp;b.yaml" file="a&amp;b.yaml" line="2">
              <failure type="warning" message="&lt;wrong&gt;\n">
        a&amp;b.yaml:2:1: warning[example]: &lt;wrong&gt;\n
        help: mend it
              </failure>
            </testcase>
            <testcase name="example" classname="a&amp;b.yaml" file="a&amp;b.yaml" line="1">
              <system-out>
        a&amp;b.yaml:1:10: info[example]: advice
              </system-out>
            </testcase>
          </testsuite>
          <testsuite name="clean.json" tests="1" failures="0" errors="0">
            <testcase name="lint" classname="clean.json"/>
          </testsuite>
        </testsuites>
        "#);
    }
}
