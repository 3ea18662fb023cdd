//! One finding a line, each a JSON object: `$defs/Finding` of the schema of [`super::json`].

use std::io::{self, Write};

use super::{Report, Style, write_json_line};

pub(super) fn write(report: &Report<'_>, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    report.findings.iter().try_for_each(|finding| write_json_line(finding, out))
}
