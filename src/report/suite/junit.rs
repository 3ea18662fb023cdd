//! JUnit's XML: a suite for each file, a case for each test.

use std::io::{self, Write};

use super::super::Style;
use super::super::xml::escaped;
use super::{TestReport, finding, why};
use crate::source::FileId;
use crate::suite::Outcome;

pub(super) fn write(report: &TestReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let summary = report.summary();
    let tests = report.outcomes.len();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"vestibule\" tests=\"{tests}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">",
        summary.failed, summary.skipped
    )?;
    // Tests come file by file.
    let file = |outcome: &Outcome<'_>| outcome.test.at.file;
    for outcomes in report.outcomes.chunk_by(|one, other| file(one) == file(other)) {
        let Some(first) = outcomes.first() else { continue };
        write_suite(report, file(first), outcomes, out)?;
    }
    writeln!(out, "</testsuites>")
}

fn write_suite(report: &TestReport<'_>, file: FileId, outcomes: &[Outcome<'_>], out: &mut dyn Write) -> io::Result<()> {
    let name = escaped(report.sources.text(file).name());
    let failures = outcomes.iter().filter(|outcome| outcome.failed()).count();
    let skipped = outcomes.iter().filter(|outcome| outcome.test.skip.is_some()).count();
    let tests = outcomes.len();
    writeln!(
        out,
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\">"
    )?;
    for outcome in outcomes {
        write_case(report, &name, outcome, out)?;
    }
    writeln!(out, "  </testsuite>")
}

fn write_case(report: &TestReport<'_>, file: &str, outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (_, span) = report.sources.locate(&outcome.test.name.at.value());
    let line = report.sources.text(outcome.test.at.file).position(span.start).line;
    let name = escaped(&report.said(&outcome.test.name.value));
    write!(out, "    <testcase name=\"{name}\" classname=\"{file}\" file=\"{file}\" line=\"{line}\"")?;
    if let Some(reason) = &outcome.test.skip {
        writeln!(out, ">\n      <skipped message=\"{}\"/>\n    </testcase>", escaped(&report.said(reason)))?;
        return Ok(());
    }
    if outcome.failures.is_empty() {
        return writeln!(out, "/>");
    }
    writeln!(out, ">")?;
    for failure in &outcome.failures {
        let found = finding(failure, outcome, report.sources);
        let (primary, message) = (found.primary(), escaped(&report.said(&found.message)));
        writeln!(out, "      <failure type=\"wrong-expectation\" message=\"{message}\">")?;
        let (file, start) = (escaped(&primary.file), primary.start);
        writeln!(out, "{file}:{}:{}", start.line, start.column)?;
        writeln!(out, "expected: {}", escaped(&report.said(&failure.expected)))?;
        writeln!(out, "actual:   {}", escaped(&report.said(&failure.actual)))?;
        let mut explained = Vec::new();
        why::write(&report.told(failure), report.sources, Style::PLAIN, &mut explained)?;
        for line in String::from_utf8_lossy(&explained).lines() {
            writeln!(out, "{}", escaped(line))?;
        }
        writeln!(out, "</failure>")?;
    }
    writeln!(out, "    </testcase>")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::TestFormat;
    use super::super::testing::written;
    use super::*;

    /// Whether every character is one of XML 1.0.
    fn is_xml(text: &str) -> bool {
        text.chars()
            .all(|c| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..))
    }

    /// The names of the tags, without their attributes: `/name` for an end, `name/` for an empty one.
    fn tags(xml: &str) -> Vec<String> {
        let inside = xml.split('<').skip(1).filter_map(|part| part.split_once('>'));
        let name = |tag: &str| {
            let name = tag.split([' ', '\n']).next().unwrap_or_default().to_owned();
            if tag.ends_with('/') { format!("{name}/") } else { name }
        };
        inside.map(|(tag, _)| name(tag)).collect()
    }

    #[test]
    fn markup_and_control_characters_of_a_test_stay_text() {
        let test = r#"name: "</testcase>]]>\e[31m\0 & \uFFFE", skip: "<b a='\"'>\n", user: { userName: u }, expect: { groups: [] }"#;
        let xml = written(test, TestFormat::Junit);
        assert!(is_xml(&xml), "{xml}");
        let expected =
            ["?xml", "testsuites", "testsuite", "testcase", "skipped/", "/testcase", "/testsuite", "/testsuites"];
        assert_eq!(tags(&xml), expected);
    }

    #[test]
    fn a_failure_stands_in_its_case() {
        let test = "name: a, user: { userName: '<u>', active: true }, event: login, expect: { organization: A }";
        let xml = written(test, TestFormat::Junit);
        let expected = [
            "?xml",
            "testsuites",
            "testsuite",
            "testcase",
            "failure",
            "/failure",
            "/testcase",
            "/testsuite",
            "/testsuites",
        ];
        assert_eq!(tags(&xml), expected);
        assert!(xml.contains("expected: A\nactual:   B, by the fallback\n"), "{xml}");
    }

    proptest! {
        #[test]
        fn any_text_can_stand_anywhere(text in any::<String>()) {
            let escaped = escaped(&text);
            prop_assert!(is_xml(&escaped) && !escaped.contains(['<', '>', '"', '\'', '\n']));
            let plain = escaped.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "");
            prop_assert!(!plain.replace("&quot;", "").replace("&apos;", "").contains('&'));
        }
    }
}
