//! `vestibule simulate`

use std::io::{self, Write};
use std::path::Path;

use super::args::{SimulateArgs, SimulateFormat};
use super::standings::{Lines, StandingWriter};
use super::terminal::Terminal;
use super::{Exit, Stop, data, onboarding_summary, open, parallel, redact, replay_summary};
use crate::config::Config;
use crate::engine::Engine;
use crate::project::Population;
use crate::report::{Redactor, write_json};
use crate::scim::{Kind, read_log};
use crate::simulate::{Onboarding, Remaining, Replay, ReplaySummary, Summary, Transition};
use crate::source::{Problem, Severity, Sources};

pub(super) fn run(args: &SimulateArgs, terminal: &mut Terminal) -> Result<Exit, Stop> {
    let path = open::configuration(args.path.as_ref())?;
    open::check_snapshot(&args.snapshot)?;
    let mut sources = Sources::default();
    let files = open::DiskAndInput::default();
    let project = open::load(&files, &path, &args.snapshot, &mut sources);
    redact::set_up(args.redact, [&project], &sources, terminal);
    data::report_problems(&project, &mut sources, terminal)?;
    let Some(config) = &project.config else {
        return Err(Stop::Complaint("the configuration has errors, so nothing was simulated".to_owned()));
    };
    if let Some(log) = &args.events {
        return replay_log(args, config, log, &files, &mut sources, terminal);
    }
    let Some(snapshot) = project.snapshot.as_ref().filter(|snapshot| snapshot.was_read(Kind::Users)) else {
        let message = "there is nobody to simulate: name a file of users under `snapshot.users`, or with `--users-from`, \
                       or a log with `--events`";
        return Err(Stop::Complaint(message.to_owned()));
    };
    let summary = onboard(args, config, &Population::new(&project, config, snapshot), terminal)?;
    terminal.out.flush()?;
    let done = (usize::try_from(summary.users).unwrap_or(usize::MAX), ["user was simulated", "users were simulated"]);
    let exit = data::conclude(snapshot, &[Kind::Users, Kind::Groups], &args.completeness, done, terminal);
    Ok(exit.max(too_many(args, summary.people)))
}

fn too_many(args: &SimulateArgs, stranded: u64) -> Exit {
    if args.max_stranded.is_some_and(|most| stranded > most) { Exit::Findings } else { Exit::Clean }
}

/// Replays a log as it is read.
fn replay_log(
    args: &SimulateArgs,
    config: &Config,
    log: &Path,
    files: &open::DiskAndInput,
    sources: &mut Sources,
    terminal: &mut Terminal,
) -> Result<Exit, Stop> {
    let (file, undecodable) = open::text(files, log, sources)?;
    let text = sources.text(file).clone();
    if let Some(redactor) = &mut terminal.redactor {
        redactor.personal_of(text.content());
    }
    let redactor = terminal.redactor.clone();
    let mut replay = Replay::new(config);
    let mut problems: Vec<Problem> = undecodable.into_iter().collect();
    let lines = if args.at_end { Lines::Remaining } else { Lines::Transitions };
    let mut writer = StandingWriter::new(args.format, lines, &mut terminal.out)?;
    let mut written = 0;
    let mut result = Ok(());
    let progress = terminal.progress(text.content().len(), "bytes");
    read_log(file, &text, &mut |entry| {
        let entry = match entry {
            Ok(entry) => entry,
            Err(problem) => return problems.push(problem),
        };
        let mut transitions = replay.step(&entry);
        problems.append(&mut replay.take_problems());
        progress.set_position(entry.place().span().end as u64);
        if args.at_end || result.is_err() {
            return;
        }
        for transition in &mut transitions {
            if args.stranded && !transition.id.as_deref().is_some_and(|id| replay.waits().is_waiting(id)) {
                continue;
            }
            written += 1;
            if let Some(redactor) = &redactor {
                redactor.transition(transition);
            }
            if let Err(error) = writer.transition(transition, &mut terminal.out) {
                result = Err(error);
                return;
            }
        }
    });
    progress.finish_and_clear();
    result?;
    if args.at_end {
        written += write_remaining(args, &replay, redactor.as_ref(), &mut writer, &mut terminal.out)?;
    }
    writer.finish(&mut terminal.out)?;
    match args.format {
        SimulateFormat::Text => {
            if written > 0 {
                writeln!(terminal.out)?;
            }
            redact::through(redactor.as_ref(), &mut terminal.out, |out| replay_summary::write(&replay, out))?;
        }
        SimulateFormat::Json => write_json(&ReplaySummary::of(&replay), &mut terminal.out)?,
        SimulateFormat::Jsonl | SimulateFormat::Csv | SimulateFormat::None => {}
    }
    terminal.out.flush()?;
    data::report(&problems, sources, terminal)?;
    Ok(conclude_log(args, &problems, &replay, terminal))
}

/// How everybody stands at the end; gives the number of lines.
fn write_remaining(
    args: &SimulateArgs,
    replay: &Replay,
    redactor: Option<&Redactor>,
    writer: &mut StandingWriter,
    out: &mut dyn Write,
) -> io::Result<usize> {
    let waits = |remaining: &Remaining| remaining.id.as_deref().is_some_and(|id| replay.waits().is_waiting(id));
    let mut written = 0;
    for mut remaining in replay.remaining().filter(|remaining| !args.stranded || waits(remaining)) {
        if let Some(redactor) = redactor {
            redactor.remaining(&mut remaining);
        }
        writer.remaining(&remaining, out)?;
        written += 1;
    }
    Ok(written)
}

/// Says what is missing, as the last thing that is said, and how the command ends.
fn conclude_log(args: &SimulateArgs, problems: &[Problem], replay: &Replay, terminal: &mut Terminal) -> Exit {
    // An entry that cannot be used is skipped; a log that ends in the middle is another matter.
    let is_whole =
        problems.iter().all(|problem| problem.severity < Severity::Error || problem.code == "unusable-record");
    let entries = replay.waits().requests + replay.waits().logins;
    if !is_whole && !args.completeness.partial {
        let were = data::plural(entries, "entry was", "entries were");
        terminal.complain(&format!(
            "{entries} {were} replayed, which is incomplete: the log is damaged; mend it, or accept a part with `--partial`"
        ));
        return Exit::Failed;
    }
    if entries == 0 && !problems.is_empty() {
        terminal.complain("no entry of the log could be used, so nothing was replayed");
        return Exit::Failed;
    }
    if args.completeness.strict && !problems.is_empty() {
        return Exit::Findings;
    }
    too_many(args, replay.waits().open_count() as u64)
}

/// What one person's way in adds to the output. Made on any thread, written in order.
struct Row {
    user_name: String,
    way: Option<Onboarding>,
    transitions: Vec<Transition>,
    remaining: Option<Remaining>,
}

impl Row {
    fn redact(&mut self, redactor: &Redactor) {
        self.user_name = redactor.pseudonym(&self.user_name);
        self.transitions.iter_mut().for_each(|transition| redactor.transition(transition));
        self.remaining.iter_mut().for_each(|remaining| redactor.remaining(remaining));
    }
}

/// Takes everybody through creation, membership and login.
fn onboard(
    args: &SimulateArgs,
    config: &Config,
    population: &Population<'_>,
    terminal: &mut Terminal,
) -> io::Result<Summary> {
    let engine = Engine::compile(config);
    let lines = if args.at_end { Lines::Remaining } else { Lines::Transitions };
    // A summary for people has no room for everybody, unless they are asked for.
    let lists = match args.format {
        SimulateFormat::Text => args.at_end || args.stranded,
        SimulateFormat::Jsonl | SimulateFormat::Csv => true,
        SimulateFormat::Json | SimulateFormat::None => false,
    };
    let row = |index: usize| {
        let person = population.person(index);
        let way = Onboarding::of(&engine, &person, args.update);
        let shown = way.as_ref().filter(|way| lists && (!args.stranded || way.stranded.is_certain()));
        Row {
            user_name: person.user().user_name().to_owned(),
            transitions: shown.filter(|_| !args.at_end).map(|way| way.transitions(&person)).unwrap_or_default(),
            remaining: shown.filter(|_| args.at_end).map(|way| way.remaining(&person)),
            way,
        }
    };
    if args.at_end && args.format == SimulateFormat::Text {
        writeln!(terminal.out, "After the login:")?;
    }
    let progress = terminal.progress(population.len(), "users");
    let mut writer = StandingWriter::new(args.format, lines, &mut terminal.out)?;
    let mut summary = Summary::new();
    let redactor = terminal.redactor.as_ref();
    let write = |mut row: Row| {
        if let Some(redactor) = redactor {
            row.redact(redactor);
        }
        for transition in &row.transitions {
            writer.transition(transition, &mut terminal.out)?;
        }
        if let Some(remaining) = &row.remaining {
            writer.remaining(remaining, &mut terminal.out)?;
        }
        summary.add(&row.user_name, row.way.as_ref());
        progress.inc(1);
        Ok::<(), io::Error>(())
    };
    parallel::in_order(parallel::threads(args.threads), population.len(), row, write)?;
    progress.finish_and_clear();
    writer.finish(&mut terminal.out)?;
    let summary = summary.finish();
    match args.format {
        SimulateFormat::Text => {
            if lists && summary.users > summary.inactive {
                writeln!(terminal.out)?;
            }
            onboarding_summary::write(&summary, &mut terminal.out)?;
        }
        SimulateFormat::Json => write_json(&summary, &mut terminal.out)?,
        SimulateFormat::Jsonl | SimulateFormat::Csv | SimulateFormat::None => {}
    }
    Ok(summary)
}
