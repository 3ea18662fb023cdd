//! `vestibule init`

mod at_hand;
mod template;

use std::io::Write;
use std::path::Path;

use super::args::InitArgs;
use super::terminal::Terminal;
use super::write_whole::write_whole;
use super::{Exit, Stop};
use crate::project::{Memory, Overrides, Project};
use crate::source::Sources;
use at_hand::AtHand;

pub(super) fn run(args: &InitArgs, terminal: &mut Terminal) -> Result<Exit, Stop> {
    let is_printed = args.output.as_os_str() == "-";
    if !is_printed && !args.force && args.output.symlink_metadata().is_ok() {
        let name = args.output.display();
        return Err(Stop::Complaint(format!("`{name}` exists; give `--force` to replace it, or another `--output`")));
    }
    let folder = if is_printed { Path::new("") } else { args.output.parent().unwrap_or(Path::new("")) };
    let at_hand = AtHand::read(&args.from, folder)?;
    let text = template::write(&at_hand);
    check(&text)?;
    for note in &at_hand.notes {
        terminal.complain(note);
    }
    if is_printed {
        terminal.out.write_all(text.as_bytes())?;
        return Ok(Exit::Clean);
    }
    write_whole(&args.output, |out: &mut dyn Write| out.write_all(text.as_bytes()))?;
    let name = args.output.display();
    terminal.complain(&format!("wrote `{name}`; name your organizations in it, then run `vestibule lint {name}`"));
    Ok(Exit::Clean)
}

/// Whatever was found at hand, what is written can be read.
fn check(text: &str) -> Result<(), Stop> {
    let files = Memory::from([("vestibule.yaml", text)]);
    let mut sources = Sources::default();
    let project = Project::load(&files, "vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
    // The files that it names are elsewhere.
    let wrong = project.problems.iter().find(|problem| problem.code != "unreadable-file");
    match wrong {
        None => Ok(()),
        Some(problem) => Err(Stop::Complaint(format!("what is at hand cannot be written down: {}", problem.message))),
    }
}
