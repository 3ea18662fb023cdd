//! `vestibule lint`

use std::io::{self, Write};

use super::args::{LintArgs, LintFormat};
use super::terminal::Terminal;
use super::write_whole::write_whole;
use super::{Exit, Stop, ci, open, redact};
use crate::report::{Format, Report, Statistics, Style};
use crate::source::{Finding, Sources};

pub(super) fn run(args: &LintArgs, terminal: &mut Terminal) -> Result<Exit, Stop> {
    check_statistics(args)?;
    let paths = open::configurations(&args.paths)?;
    open::check_snapshot(&args.snapshot)?;
    let mut sources = Sources::default();
    let mut findings = Vec::new();
    let mut suppressed = Vec::new();
    let mut projects = Vec::new();
    let mut unreadable = false;
    let files = open::DiskAndInput::default();
    for path in &paths {
        let project = open::load(&files, path, &args.snapshot, &mut sources);
        unreadable |= project.is_unreadable();
        let linted = crate::lint::run_and_count(&project, &sources);
        findings.extend(linted.findings);
        suppressed.extend(linted.suppressed);
        projects.push(project);
    }
    redact::set_up(args.redact, &projects, &sources, terminal);
    if let Some(redactor) = &terminal.redactor {
        redactor.findings(&mut findings, &mut sources);
        suppressed.iter_mut().for_each(|suppressed| redactor.finding(&mut suppressed.finding));
    }
    let folders = ci::Folders::of_this_run();
    let report = Report { suppressed: &suppressed, paths: folders.paths(), ..Report::new(&sources, &findings) };
    for output in &args.output {
        let write = |out: &mut dyn Write| output.format.write(&report, Style::PLAIN, out);
        write_whole(&output.file, write)?;
    }
    let written = write_out(args, &report, terminal);
    // Whoever closed the pipe has seen enough; the exit code still tells what was found.
    match written.and_then(|()| terminal.out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error.into()),
        _ => {}
    }
    Ok(exit(args, unreadable, &findings))
}

/// What goes to standard output.
fn write_out(args: &LintArgs, report: &Report<'_>, terminal: &mut Terminal) -> io::Result<()> {
    if !args.statistics {
        return args.format.here(ci::is_github()).write(report, terminal.out_style, &mut terminal.out);
    }
    match args.format {
        LintFormat::Named(Format::Json) => Statistics::of(report).write_json(&mut terminal.out),
        _ => Statistics::of(report).write_text(&mut terminal.out),
    }
}

/// Only two formats have a place for counts.
fn check_statistics(args: &LintArgs) -> Result<(), String> {
    match args.format {
        LintFormat::Named(format) if args.statistics && !matches!(format, Format::Text | Format::Json) => {
            Err(format!("`--statistics` is written as `text` or `json`, not as `{format}`"))
        }
        _ => Ok(()),
    }
}

fn exit(args: &LintArgs, unreadable: bool, findings: &[Finding]) -> Exit {
    if unreadable {
        return Exit::Failed;
    }
    let fails = findings.iter().any(|finding| args.fail_on.includes(finding.severity));
    if fails { Exit::Findings } else { Exit::Clean }
}
