//! Workflow commands of GitHub Actions: one line a finding, `::error file=…,line=…::message`, which the runner turns into
//! an annotation. Their syntax and their escaping: docs.github.com, "Workflow commands for GitHub Actions".

use std::io::{self, Write};

use crate::source::{Finding, Severity, visible};

use super::{Report, Style};

pub(super) fn write(report: &Report<'_>, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    report.findings.iter().try_for_each(|finding| write_command(report, finding, out))
}

fn write_command(report: &Report<'_>, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let primary = finding.primary();
    let file = property(&report.paths.shown(&primary.file));
    let (start, end) = (primary.start, primary.end);
    write!(out, "::{command} file={file},line={},endLine={}", start.line, end.line)?;
    // Columns of different lines say nothing together; the service leaves them out as well.
    if start.line == end.line {
        write!(out, ",col={},endColumn={}", start.column, end.column)?;
    }
    write!(out, ",title={}::{}", property(finding.lint), data(&visible(&finding.message)))?;
    if let Some(help) = &finding.help {
        write!(out, "{}", data(&format!("\nhelp: {}", visible(help))))?;
    }
    writeln!(out)
}

/// A text behind `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value among the properties, where `:` and `,` mean something too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::{Format, Paths, fixture::Fixture, fixture::written};
    use super::*;
    use crate::source::Problem;

    #[test]
    fn a_finding_is_one_command() {
        let mut fixture = Fixture::default();
        let file = fixture.text("vestibule.yaml", "version: 1\n  name: x\n");
        fixture.push(Problem::warning("example", fixture.at(file, "name"), "100% wrong: a, b").help("mend it"));
        fixture.problem(fixture.at(file, "1\n  name"), "over two lines");
        fixture.info(fixture.at(file, "1"), "advice");
        let expected = "\
::warning file=vestibule.yaml,line=2,endLine=2,col=3,endColumn=7,title=example::100%25 wrong: a, b%0Ahelp: mend it
::error file=vestibule.yaml,line=1,endLine=2,title=example::over two lines
::notice file=vestibule.yaml,line=1,endLine=1,col=10,endColumn=11,title=example::advice
";
        assert_eq!(fixture.written(Format::Github, Style::PLAIN), expected);
    }

    #[test]
    fn no_name_or_message_ends_its_place() {
        let mut fixture = Fixture::default();
        let file = fixture.text("a,b:c%\n::error::x.yaml", "version: 1\n");
        fixture.problem(fixture.at(file, "1"), "two\n::error::lines\r");
        let line = fixture.written(Format::Github, Style::PLAIN);
        let expected = "::error file=a%2Cb%3Ac%25\\n%3A%3Aerror%3A%3Ax.yaml,line=1,";
        assert!(line.starts_with(expected) && line.ends_with("::two\\n::error::lines\\r\n"), "{line}");
        assert_eq!(line.lines().count(), 1);
    }

    #[test]
    fn paths_are_told_from_the_root_of_the_repository() {
        let mut fixture = Fixture::default();
        let file = fixture.text("./vestibule.yaml", "version: 1\n");
        fixture.problem(fixture.at(file, "1"), "wrong");
        let findings = fixture.findings();
        let report = Report { paths: Paths { working: "/repo/identity", root: "/repo" }, ..fixture.report(&findings) };
        assert!(written(&report, Format::Github, Style::PLAIN).starts_with("::error file=identity/vestibule.yaml,"));
    }
}
