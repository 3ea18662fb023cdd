//! One line a finding: `file:line:column: severity[lint]: message`.

use std::io::{self, Write};

use crate::source::visible;

use super::{Report, Style};

pub(super) fn write(report: &Report<'_>, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.findings {
        let primary = finding.primary();
        let (file, start) = (visible(&primary.file), primary.start);
        let (severity, message) = (finding.severity.as_str(), visible(&finding.message));
        writeln!(out, "{file}:{}:{}: {severity}[{}]: {message}", start.line, start.column, finding.lint)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Format, fixture::Fixture};
    use super::*;

    #[test]
    fn a_finding_is_one_line() {
        let mut fixture = Fixture::default();
        let file = fixture.text("a\nb.yaml", "version: 1\n  name: x\n");
        fixture.problem(fixture.at(file, "name"), "two\nlines");
        fixture.info(fixture.at(file, "1"), "advice");
        let expected = "a\\nb.yaml:2:3: error[example]: two\\nlines\na\\nb.yaml:1:10: info[example]: advice\n";
        assert_eq!(fixture.written(Format::Concise, Style::PLAIN), expected);
    }

    #[test]
    fn nothing_found_is_nothing_written() {
        assert_eq!(Fixture::default().written(Format::Concise, Style::PLAIN), "");
    }
}
