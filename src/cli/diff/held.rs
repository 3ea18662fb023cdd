//! People who are held in memory.

use std::io;

use super::args::DiffArgs;
use super::outputs::Tally;
use super::sides::Sides;
use crate::cli::terminal::Terminal;
use crate::cli::{Exit, data};
use crate::config::Config;
use crate::diff::{MovedGroup, Pair};
use crate::project::Population;
use crate::scim::{Kind, Snapshot};

/// Compares what happens to everybody.
pub(super) fn people(
    pair: &Pair<'_>,
    (sides, configs): (&Sides, (&Config, &Config)),
    snapshot: &Snapshot,
    tally: &mut Tally,
    terminal: &mut Terminal,
) -> io::Result<()> {
    let project = sides.of_people();
    // What a snapshot has of its groups is said once, of both.
    let said = project.config.as_ref().and_then(|config| config.snapshot.clone());
    let [old, new] = [configs.0, configs.1].map(|config| Config { snapshot: said.clone(), ..config.clone() });
    let (before, after) = (Population::new(project, &old, snapshot), Population::new(project, &new, snapshot));
    let progress = terminal.progress(after.len(), "users");
    let mut hand = pair.hand();
    for (index, record) in snapshot.users().iter().enumerate() {
        let compared = pair.person(&mut hand, &before.person(index), &after.person(index));
        tally.person(record.resource.user_name(), compared, &mut terminal.out)?;
        progress.inc(1);
    }
    progress.finish_and_clear();
    Ok(())
}

/// The provider groups that other organizations may see.
pub(super) fn groups(pair: &Pair<'_>, snapshot: &Snapshot) -> Vec<MovedGroup> {
    let mut hand = pair.hand();
    snapshot.groups().iter().filter_map(|record| pair.group(&mut hand, &record.resource)).collect()
}

/// Whether there is a provider group of this name, in any case.
pub(super) fn has_group(snapshot: &Snapshot, name: &str) -> bool {
    let mut names = snapshot.groups().iter().filter_map(|record| record.resource.display_name().known().flatten());
    names.any(|known| known.eq_ignore_ascii_case(name))
}

pub(super) fn conclude(args: &DiffArgs, snapshot: &Snapshot, users: u64, terminal: &mut Terminal) -> Exit {
    let done = (usize::try_from(users).unwrap_or(usize::MAX), ["user was compared", "users were compared"]);
    data::conclude(snapshot, &[Kind::Users, Kind::Groups], &args.completeness, done, terminal)
}
