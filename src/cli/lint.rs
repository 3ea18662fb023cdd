//! `vestibule lint`

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::args::{LintArgs, LintFormat};
use super::baseline::LookedAt;
use super::terminal::Terminal;
use super::write_whole::write_whole;
use super::{Exit, Stop, baseline, ci, fix, open, redact};
use crate::lint::{self, Linted};
use crate::project::Project;
use crate::report::{Format, Report, Statistics, Style};
use crate::source::{At, Finding, Sources};

pub(super) fn run(args: &LintArgs, terminal: &mut Terminal) -> Result<Exit, Stop> {
    check_statistics(args)?;
    args.selection.check()?;
    let paths = open::configurations(&args.paths)?;
    open::check_snapshot(&args.snapshot)?;
    let run = Run { args, files: open::DiskAndInput::default() };
    if args.fix.diff {
        let mended = fix::mend(&run, &paths)?;
        run.know_people(&paths, terminal);
        let exit = if mended.print(&run, terminal)? { Exit::Findings } else { Exit::Clean };
        return Ok(if mended.unreadable { Exit::Failed } else { exit });
    }
    if args.fix.fix || args.fix.unsafe_fixes {
        fix::mend(&run, &paths)?.write(&run, terminal)?;
    }
    let mut found = run.lint(&paths);
    if let Some(path) = args.baseline.read() {
        baseline::part(path, &mut found.sources, &mut found.linted, &found.looked_at)?;
    }
    if let Some(path) = args.baseline.written() {
        let count = baseline::write(&path, &found.sources, &mut found.linted)?;
        terminal.complain(&format!("`{}` holds {count} finding{}", path.display(), if count == 1 { "" } else { "s" }));
    }
    // The baseline compares what was found; only what is shown names nobody.
    found.redact(args, terminal);
    found.report(args, terminal)?;
    let exit = exit(args, found.unreadable, &found.linted.findings);
    // The process ends here: to free every node of every document one by one would be for nothing.
    std::mem::forget(found);
    Ok(exit)
}

/// One run of the command.
pub(super) struct Run<'a> {
    pub(super) args: &'a LintArgs,
    pub(super) files: open::DiskAndInput,
}

impl Run<'_> {
    /// Reads a project, with the lints selected that the command line asks for.
    pub(super) fn load(&self, path: &Path, sources: &mut Sources) -> Project {
        let mut project = open::load(&self.files, path, &self.args.snapshot, sources);
        let at = At::root(project.root);
        self.args.selection.put_over(project.lint_settings_mut(), &at);
        project
    }

    /// Lets the terminal know whom it must not name.
    fn know_people(&self, paths: &[PathBuf], terminal: &mut Terminal) {
        if !self.args.redact.is_on() {
            return;
        }
        let mut sources = Sources::default();
        let projects: Vec<Project> = paths.iter().map(|path| self.load(path, &mut sources)).collect();
        redact::set_up(self.args.redact, &projects, &sources, terminal);
    }

    /// Takes away what is in the baseline: nobody wants it mended.
    ///
    /// # Errors
    ///
    /// Where the baseline cannot be read.
    pub(super) fn leave_baseline_out(
        &self,
        project: &Project,
        sources: &mut Sources,
        linted: &mut Linted,
    ) -> Result<(), Stop> {
        let Some(path) = self.args.baseline.read() else { return Ok(()) };
        let looked_at = [LookedAt::of(project, linted)];
        baseline::part(path, sources, linted, &looked_at)
    }

    /// Everything wrong with some configurations.
    fn lint(&self, paths: &[PathBuf]) -> Found {
        let mut found = Found::default();
        let mut runs = Vec::new();
        for path in paths {
            let project = self.load(path, &mut found.sources);
            found.unreadable |= project.is_unreadable();
            let linted = lint::run_and_keep(&project, &found.sources);
            found.looked_at.push(LookedAt::of(&project, &linted));
            runs.push(linted);
            found.projects.push(project);
        }
        let names = baseline::Names::here();
        found.linted = Linted::join(runs, |name| names.relative(name));
        found
    }
}

/// What was found in all configurations.
#[derive(Default)]
struct Found {
    sources: Sources,
    linted: Linted,
    looked_at: Vec<LookedAt>,
    projects: Vec<Project>,
    unreadable: bool,
}

impl Found {
    /// Puts pseudonyms in the place of personal data, where that is asked for.
    fn redact(&mut self, args: &LintArgs, terminal: &mut Terminal) {
        redact::set_up(args.redact, &self.projects, &self.sources, terminal);
        if let Some(redactor) = &terminal.redactor {
            redactor.findings(&mut self.linted.findings, &mut self.sources);
            self.linted.suppressed.iter_mut().for_each(|suppressed| redactor.finding(&mut suppressed.finding));
        }
    }

    fn report(&self, args: &LintArgs, terminal: &mut Terminal) -> Result<(), Stop> {
        let folders = ci::Folders::of_this_run();
        let whole = Report::new(&self.sources, &self.linted.findings);
        let report = Report { suppressed: &self.linted.suppressed, paths: folders.paths(), ..whole };
        for output in &args.output {
            let write = |out: &mut dyn Write| output.format.write(&report, Style::PLAIN, out);
            write_whole(&output.file, write)?;
        }
        let written = write_out(args, &report, terminal);
        // Whoever closed the pipe has seen enough; the exit code still tells what was found.
        match written.and_then(|()| terminal.out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(()),
        }
    }
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
