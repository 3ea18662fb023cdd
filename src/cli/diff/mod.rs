//! `vestibule diff`

mod args;
mod held;
mod json;
mod markdown;
mod outputs;
mod sides;
mod streamed;
mod summary;
mod text;

use std::io::Write;

use super::terminal::Terminal;
use super::{Exit, Stop, open, redact};
use crate::diff::{Pair, Proof};
use crate::engine::{Engine, Event};
use crate::source::Sources;

pub(super) use args::DiffArgs;
use outputs::Tally;
use sides::{Data, Sides};
use summary::Summary;

pub(super) fn run(args: &DiffArgs, terminal: &mut Terminal) -> Result<Exit, Stop> {
    open::check_snapshot(&args.snapshot)?;
    let files = open::DiskAndInput::default();
    let mut sources = Sources::default();
    let sides = Sides::load(args, &files, &mut sources)?;
    redact::set_up(args.redact, [&sides.old.project, &sides.new.project], &sources, terminal);
    sides.report_problems(&mut sources, terminal)?;
    let (old, new) = sides.configurations()?;
    let data = sides.data();
    if data.is_none() && args.fail_on_moves.is_some_and(|moves| moves > 0) {
        let message = "there is nobody to count: name a file of users under `snapshot.users`, or with `--users-from`; \
                       `--fail-on-moves 0` asks for a proof instead";
        return Err(Stop::Complaint(message.to_owned()));
    }
    let engines = (Engine::compile(old), Engine::compile(new));
    let mut proof = Proof::of((old, &engines.0), (new, &engines.1));
    let events = args.event.map_or(Event::ALL.to_vec(), |event| vec![event]);
    let pair = Pair { old: &engines.0, new: &engines.1, events };
    let mut tally = Tally::new(args, &proof, terminal)?;
    let (mut exit, mut read) = (Exit::Clean, None);
    match data {
        None => {}
        Some(Data::Held(snapshot)) => {
            held::people(&pair, (&sides, (old, new)), snapshot, &mut tally, terminal)?;
            exit = held::conclude(args, snapshot, tally.users(), terminal);
        }
        Some(Data::Large(large)) => {
            let run = streamed::Run { args, sides: &sides, configs: (old, new), pair: &pair, large, files: &files };
            if proof.may_move_groups() {
                read = run.groups(&mut sources, terminal)?;
            }
            exit = run.people(&mut tally, &mut sources, terminal)?;
        }
    }
    let groups = match data {
        Some(Data::Held(snapshot)) => Some(snapshot),
        _ => read.as_ref(),
    };
    let moved_groups = groups.map(|groups| held::groups(&pair, groups)).unwrap_or_default();
    if data.is_some() {
        proof.note_snapshot(|name| tally.has_seen(name), |name| groups.map(|groups| held::has_group(groups, name)));
    }
    if let Some(redactor) = &terminal.redactor {
        redactor.proof(&mut proof);
    }
    let (outputs, people) = tally.finish();
    let people = data.is_some().then_some(people);
    let summary = Summary {
        names: sides.names(),
        proof: &proof,
        people: people.as_ref(),
        moved_groups: &moved_groups,
        most: args.most,
    };
    outputs.finish(&summary, &mut terminal.out)?;
    terminal.out.flush()?;
    Ok(exit.max(summary.exit(args.fail_on_moves)))
}
