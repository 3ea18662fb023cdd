//! `vestibule eval`

use std::io::{self, Write};

use super::decisions::{Decided, DecisionWriter};
use super::eval_args::EvalArgs;
use super::terminal::Terminal;
use super::{Exit, Stop, data, open, redact, stream, streamed};
use crate::engine::Engine;
use crate::project::Population;
use crate::scim::{Kind, Snapshot};
use crate::source::Sources;

pub(super) fn run(args: &EvalArgs, terminal: &mut Terminal) -> Result<Exit, Stop> {
    let path = open::configuration(args.path.as_ref())?;
    open::check_snapshot(&args.snapshot)?;
    let files = open::DiskAndInput::default();
    let mut sources = Sources::default();
    let mut project = open::load_up_to(streamed::largest(args), &files, &path, &args.snapshot, &mut sources);
    if let Some(large) = &mut project.large
        && !stream::can_be_read(large, &files)?
    {
        sources = Sources::default();
        project = open::load(&files, &path, &args.snapshot, &mut sources);
    }
    redact::set_up(args.redact, [&project], &sources, terminal);
    data::report_problems(&project, &mut sources, terminal)?;
    let Some(config) = &project.config else {
        return Err(Stop::Complaint("the configuration has errors, so nothing was evaluated".to_owned()));
    };
    if let Some(large) = &project.large {
        let run = streamed::Run { args, path: &path, config, large, files: &files };
        return run.evaluate(&mut sources, terminal);
    }
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
    // Decisions about users rest on groups too: a missing page of groups is a missing membership.
    let kinds: &[Kind] = if args.groups { &[Kind::Groups] } else { &[Kind::Users, Kind::Groups] };
    let done = (written, ["decision was written", "decisions were written"]);
    Ok(data::conclude(snapshot, kinds, &args.completeness, done, terminal))
}

fn write_users(
    args: &EvalArgs,
    engine: &Engine,
    population: &Population<'_>,
    terminal: &mut Terminal,
) -> io::Result<usize> {
    let progress = terminal.progress(population.len(), "users");
    let mut writer = DecisionWriter::new(args.format, Decided::Users(args.event));
    let mut evaluator = engine.evaluator();
    for index in 0..population.len() {
        let mut decision = evaluator.evaluate(&population.person(index), args.event).decision();
        if let Some(redactor) = &terminal.redactor {
            redactor.decision(&mut decision);
        }
        writer.user(&decision, &mut terminal.out)?;
        progress.inc(1);
    }
    progress.finish_and_clear();
    writer.finish(&mut terminal.out)?;
    Ok(population.len())
}

fn write_groups(args: &EvalArgs, engine: &Engine, snapshot: &Snapshot, terminal: &mut Terminal) -> io::Result<usize> {
    let mut writer = DecisionWriter::new(args.format, Decided::Groups);
    let mut evaluator = engine.evaluator();
    for record in snapshot.groups() {
        writer.group(&evaluator.evaluate_group(&record.resource), &mut terminal.out)?;
    }
    writer.finish(&mut terminal.out)?;
    Ok(snapshot.groups().len())
}
