//! `vestibule eval`

use std::io::{self, Write};

use super::args::EvalArgs;
use super::decisions::{Decided, DecisionWriter};
use super::terminal::Terminal;
use super::{Exit, Stop, open};
use crate::engine::Engine;
use crate::project::{Population, Project};
use crate::report::{Format, Report};
use crate::scim::{Kind, Snapshot};
use crate::source::{Finding, Problem, Severity, Sources};

pub(super) fn run(args: &EvalArgs, terminal: &mut Terminal) -> Result<Exit, Stop> {
    let path = open::configuration(args.path.as_ref())?;
    open::check_snapshot(&args.snapshot)?;
    let mut sources = Sources::default();
    let project = open::load(&open::DiskAndInput::default(), &path, &args.snapshot, &mut sources);
    report_problems(&project, &sources, terminal)?;
    let Some(config) = &project.config else {
        return Err(Stop::Complaint("the configuration has errors, so nothing was evaluated".to_owned()));
    };
    let kind = if args.groups { Kind::Groups } else { Kind::Users };
    let Some(snapshot) = project.snapshot.as_ref().filter(|snapshot| snapshot.was_read(kind)) else {
        let (key, flag) = if args.groups { ("groups", "--groups-from") } else { ("users", "--users-from") };
        let message = format!("there is nothing to evaluate: name a file under `snapshot.{key}`, or with `{flag}`");
        return Err(Stop::Complaint(message));
    };
    let engine = Engine::compile(config);
    let written = if args.groups {
        write_groups(args, &engine, snapshot, terminal)?
    } else {
        let population = Population::new(&project, config, snapshot);
        write_users(args, &engine, &population, terminal)?
    };
    terminal.out.flush()?;
    Ok(conclude(args, snapshot, kind, written, terminal))
}

/// Everything that may make decisions wrong or too few: what could not be read, and defects of the data.
fn report_problems(project: &Project, sources: &Sources, terminal: &mut Terminal) -> io::Result<()> {
    let mut problems: Vec<Problem> = project.problems.clone();
    if let Some(snapshot) = &project.snapshot {
        problems.extend(defects(snapshot));
    }
    let mut findings: Vec<Finding> = problems.iter().map(|problem| sources.resolve(problem)).collect();
    findings.retain(|finding| finding.severity > Severity::Info);
    crate::source::sort(&mut findings);
    if findings.is_empty() {
        return Ok(());
    }
    let report = Report { sources, findings: &findings, suppressed: 0 };
    Format::Text.write(&report, terminal.err_style, &mut terminal.err)
}

fn defects(snapshot: &Snapshot) -> Vec<Problem> {
    let mut defects = snapshot.duplicate_user_names();
    defects.extend([Kind::Users, Kind::Groups].into_iter().flat_map(|kind| snapshot.duplicate_external_ids(kind)));
    defects.extend(snapshot.duplicate_group_names());
    defects.extend(snapshot.dangling_members());
    defects.extend(snapshot.nested_groups());
    defects.extend(snapshot.several_primary_emails());
    defects.extend(snapshot.string_booleans());
    defects
}

fn write_users(
    args: &EvalArgs,
    engine: &Engine,
    population: &Population<'_>,
    terminal: &mut Terminal,
) -> io::Result<usize> {
    let progress = terminal.progress(population.len());
    let mut writer = DecisionWriter::new(args.format, Decided::Users(args.event));
    for index in 0..population.len() {
        writer.user(&engine.evaluate(&population.person(index), args.event), &mut terminal.out)?;
        progress.inc(1);
    }
    progress.finish_and_clear();
    writer.finish(&mut terminal.out)?;
    Ok(population.len())
}

fn write_groups(args: &EvalArgs, engine: &Engine, snapshot: &Snapshot, terminal: &mut Terminal) -> io::Result<usize> {
    let mut writer = DecisionWriter::new(args.format, Decided::Groups);
    for record in snapshot.groups() {
        writer.group(&engine.evaluate_group(&record.resource), &mut terminal.out)?;
    }
    writer.finish(&mut terminal.out)?;
    Ok(snapshot.groups().len())
}

/// Says what is missing, as the last thing that is said, and how the command ends.
fn conclude(args: &EvalArgs, snapshot: &Snapshot, kind: Kind, written: usize, terminal: &mut Terminal) -> Exit {
    // Decisions about users rest on groups too: a missing page of groups is a missing membership.
    let kinds = [Kind::Users, Kind::Groups];
    let looked_at = kinds.into_iter().filter(|looked_at| kind == Kind::Users || *looked_at == kind);
    let mut gaps = Vec::new();
    let mut skipped = 0;
    for kind in looked_at {
        gaps.extend(snapshot.completeness(kind).gaps().iter().map(|gap| format!("{} ({gap})", kind.as_str())));
        skipped += snapshot.skipped(kind);
    }
    if skipped > 0 {
        let were = plural(skipped, "record of the snapshot was", "records of the snapshot were");
        terminal.complain(&format!("{skipped} {were} skipped"));
    }
    if !gaps.is_empty() {
        let decisions = plural(written, "decision was", "decisions were");
        let advice = if args.partial { "" } else { "; export the snapshot again, or accept a part with `--partial`" };
        terminal.complain(&format!(
            "{written} {decisions} written, which is incomplete: the snapshot lacks {}{advice}",
            gaps.join(", ")
        ));
        if !args.partial {
            return Exit::Failed;
        }
    }
    if written == 0 && skipped > 0 {
        terminal.complain("no record could be used, so nothing was evaluated");
        return Exit::Failed;
    }
    if args.strict && skipped > 0 { Exit::Findings } else { Exit::Clean }
}

fn plural<'w>(count: usize, one: &'w str, many: &'w str) -> &'w str {
    if count == 1 { one } else { many }
}
