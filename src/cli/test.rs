//! `vestibule test`

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::terminal::Terminal;
use super::test_args::TestArgs;
use super::write_whole::write_whole;
use super::{Exit, Stop, data, open, redact};
use crate::project::{Disk, Files, Project};
use crate::report::{Detail, Style, TestReport};
use crate::source::{Problem, Severity, Sources};
use crate::suite::{self, Coverage, Fixture, Loaded, Outcome, Prepared};

pub(super) fn run(args: &TestArgs, terminal: &mut Terminal) -> Result<Exit, Stop> {
    check_path(args)?;
    let path = open::configuration(args.path.as_ref())?;
    open::check_snapshot(&args.snapshot)?;
    let mut sources = Sources::default();
    let files = open::DiskAndInput::default();
    let project = open::load(&files, &path, &args.snapshot, &mut sources);
    let paths = test_files(args, &path)?;
    let loaded = suite::load(&files, &paths, &mut sources);
    redact::set_up(args.redact, [&project], &sources, terminal);
    if let Some(redactor) = &mut terminal.redactor {
        loaded.tests.iter().for_each(|test| redact::add_test(test, redactor));
    }
    let Some(config) = &project.config else {
        show(&project, loaded.problems, &mut sources, terminal)?;
        return Err("the configuration has errors, so no test was run".to_owned().into());
    };
    let fixture = Fixture::new(&project, config);
    let (prepared, problems) = suite::prepare(&loaded.tests, &fixture);
    let all = loaded.problems.iter().cloned().chain(problems).collect();
    if show(&project, all, &mut sources, terminal)? {
        return Err("the tests have errors, so none was run".to_owned().into());
    }
    let mut coverage = Coverage::new(config);
    let outcomes = outcomes(args, &prepared, &fixture, &mut coverage)?;
    write_report(args, &sources, &outcomes, &coverage, &loaded, terminal)
}

/// A test file in the place of a configuration is easily written, and would be read as one.
fn check_path(args: &TestArgs) -> Result<(), Stop> {
    match args.path.as_ref().filter(|path| suite::is_test_file(path)) {
        Some(path) => {
            let path = path.display();
            Err(format!("`{path}` holds tests, and no configuration; name the file with `--tests {path}`").into())
        }
        None => Ok(()),
    }
}

/// The files named, else those beside the configuration.
fn test_files(args: &TestArgs, path: &Path) -> Result<Vec<PathBuf>, Stop> {
    let found = match args.tests.is_empty() {
        false => return named(&args.tests),
        true => suite::find(&Disk, path),
    };
    let found = found.map_err(|error| format!("cannot search for tests beside `{}`: {error}", path.display()))?;
    if found.is_empty() {
        let message = format!(
            "there are no tests beside `{}`; write some into `NAME.test.yaml` there or in a folder `tests`, or name a \
             file with --tests",
            path.display()
        );
        return Err(message.into());
    }
    Ok(found)
}

/// The files, and of folders the test files in them, each once.
fn named(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Stop> {
    let mut found = Vec::new();
    for path in paths {
        // What is not there is told with the other problems.
        let Ok(Some(entries)) = Disk.list(path) else {
            found.push(path.clone());
            continue;
        };
        let before = found.len();
        found.extend(entries.into_iter().filter(|path| suite::is_test_file(path)));
        if found.len() == before {
            return Err(format!("the folder `{}` holds no `NAME.test.yaml`", path.display()).into());
        }
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|path| seen.insert(Disk.resolve(path).unwrap_or_else(|_| path.clone())));
    Ok(found)
}

/// Shows what is wrong with the files, on standard error: of the configuration and of the tests, and what is an error of
/// the data. Whether a test cannot be read.
fn show(
    project: &Project,
    problems: Vec<Problem>,
    sources: &mut Sources,
    terminal: &mut Terminal,
) -> Result<bool, Stop> {
    let unreadable = problems.iter().any(|problem| problem.severity == Severity::Error);
    let mut all = crate::config::each_once(problems, sources);
    all.extend(project.problems.iter().cloned());
    data::report(&all, sources, terminal)?;
    Ok(unreadable)
}

/// Runs the tests whose names contain what was asked for.
fn outcomes<'t>(
    args: &TestArgs,
    prepared: &'t [Prepared<'t>],
    fixture: &Fixture<'_>,
    coverage: &mut Coverage,
) -> Result<Vec<Outcome<'t>>, Stop> {
    let wanted = args.only.as_ref().map(|text| text.to_lowercase());
    let is_wanted = |name: &str| wanted.as_ref().is_none_or(|text| name.to_lowercase().contains(text.as_str()));
    let chosen = prepared.iter().filter(|prepared| is_wanted(&prepared.test.name.value));
    let outcomes: Vec<Outcome<'t>> = chosen.map(|prepared| prepared.run(fixture, coverage)).collect();
    match &args.only {
        Some(text) if outcomes.is_empty() => Err(format!("no test has `{text}` in its name").into()),
        _ => Ok(outcomes),
    }
}

fn write_report(
    args: &TestArgs,
    sources: &Sources,
    outcomes: &[Outcome<'_>],
    coverage: &Coverage,
    loaded: &Loaded,
    terminal: &mut Terminal,
) -> Result<Exit, Stop> {
    let report = TestReport {
        sources,
        outcomes,
        coverage,
        files: loaded.files,
        min_coverage: args.min_coverage,
        detail: Detail { tests: args.verbose, coverage: args.coverage },
        redactor: terminal.redactor.as_ref(),
    };
    for output in &args.output {
        write_whole(&output.file, |out: &mut dyn Write| output.format.write(&report, Style::PLAIN, out))?;
    }
    let style = terminal.out_style;
    let written = args.format.write(&report, style, &mut terminal.out);
    // Whoever closed the pipe has seen enough; the exit code still tells how the tests went.
    match written.and_then(|()| terminal.out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error.into()),
        _ => {}
    }
    let failed = outcomes.iter().any(Outcome::failed) || report.is_below_minimum();
    Ok(if failed { Exit::Findings } else { Exit::Clean })
}
