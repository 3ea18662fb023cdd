//! `vestibule lint`

use std::io::{self, Write};

use super::args::LintArgs;
use super::terminal::Terminal;
use super::write_whole::write_whole;
use super::{Exit, Stop, open};
use crate::report::{Report, Style};
use crate::source::{Finding, Sources};

pub(super) fn run(args: &LintArgs, terminal: &mut Terminal) -> Result<Exit, Stop> {
    let paths = open::configurations(&args.paths)?;
    open::check_snapshot(&args.snapshot)?;
    let mut sources = Sources::default();
    let mut findings = Vec::new();
    let mut suppressed = Vec::new();
    let mut unreadable = false;
    let files = open::DiskAndInput::default();
    for path in &paths {
        let project = open::load(&files, path, &args.snapshot, &mut sources);
        unreadable |= project.is_unreadable();
        let linted = crate::lint::run_and_keep(&project, &sources);
        findings.extend(linted.findings);
        suppressed.extend(linted.suppressed);
    }
    let report = Report { sources: &sources, findings: &findings, suppressed: &suppressed };
    for output in &args.output {
        let write = |out: &mut dyn Write| output.format.write(&report, Style::PLAIN, out);
        write_whole(&output.file, write)?;
    }
    let written = args.format.write(&report, terminal.out_style, &mut terminal.out);
    // Whoever closed the pipe has seen enough; the exit code still tells what was found.
    match written.and_then(|()| terminal.out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error.into()),
        _ => {}
    }
    Ok(exit(args, unreadable, &findings))
}

fn exit(args: &LintArgs, unreadable: bool, findings: &[Finding]) -> Exit {
    if unreadable {
        return Exit::Failed;
    }
    let fails = findings.iter().any(|finding| args.fail_on.includes(finding.severity));
    if fails { Exit::Findings } else { Exit::Clean }
}
