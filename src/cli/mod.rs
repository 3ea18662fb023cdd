//! The command line. Everything that touches the terminal, the file system or the process is here.

mod args;
mod ask;
mod baseline;
mod ci;
mod data;
mod decisions;
mod diff;
mod eval;
mod eval_args;
mod explain;
mod fix;
mod identity;
mod init;
mod lint;
mod onboarding_summary;
mod open;
mod parallel;
mod print;
mod redact;
mod replay_summary;
mod selection;
mod simulate;
mod standings;
mod stream;
mod stream_args;
mod streamed;
mod table;
mod terminal;
mod test;
mod test_args;
mod who;
mod write_whole;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use terminal::Terminal;

use crate::source::visible;

/// How a command ends. The process exits with its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Exit {
    /// Nothing found.
    Clean = 0,
    /// Findings at or above `--fail-on`, records skipped under `--strict`, or tests that failed.
    Findings = 1,
    /// It could not run, or not to the end.
    Failed = 2,
}

/// Why a command stops before its end.
#[derive(Debug)]
enum Stop {
    /// Its output cannot be written.
    Output(io::Error),
    /// It cannot run; a sentence says why.
    Complaint(String),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Stop::Output(error)
    }
}

impl From<String> for Stop {
    fn from(message: String) -> Self {
        Stop::Complaint(message)
    }
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    ExitCode::from(run(std::env::args_os()) as u8)
}

/// Writes what the command line's grammar has to say. It repeats arguments, which may hold anything.
fn answer(error: &clap::Error) -> io::Result<()> {
    if !error.use_stderr() {
        return error.print();
    }
    let rendered = error.render().to_string();
    let lines: Vec<_> = rendered.split('\n').map(visible).collect();
    io::stderr().write_all(lines.join("\n").as_bytes())
}

fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers; everything else is a command that cannot run.
            let exit = if error.use_stderr() { Exit::Failed } else { Exit::Clean };
            return match answer(&error) {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Exit::Failed,
                _ => exit,
            };
        }
    };
    let mut terminal = Terminal::new(cli.color);
    let result = match cli.command {
        Command::Lint(args) => lint::run(&args, &mut terminal),
        Command::Init(args) => init::run(&args, &mut terminal),
        Command::Eval(args) => eval::run(&args, &mut terminal),
        Command::Simulate(args) => simulate::run(&args, &mut terminal),
        Command::Diff(args) => diff::run(&args, &mut terminal),
        Command::Ask(args) => ask::run(&args, &mut terminal),
        Command::Explain(args) => explain::run(&args, &mut terminal),
        Command::Test(args) => test::run(&args, &mut terminal),
        Command::Identity(args) => identity::run(&args, &mut terminal),
        Command::Show(args) => print::show(&args, &mut terminal),
        Command::Rule(args) => print::rule(&args, &mut terminal),
        Command::Schema(args) => print::schema(&args, &mut terminal),
        Command::Completions(args) => print::completions(&args, &mut terminal),
        Command::Man(args) => print::man(&args, &mut terminal),
    };
    let (exit, written) = match result {
        Ok(exit) => (exit, terminal.out.flush()),
        Err(Stop::Output(error)) => (Exit::Clean, Err(error)),
        Err(Stop::Complaint(message)) => {
            terminal.complain(&message);
            (Exit::Failed, terminal.out.flush())
        }
    };
    match written {
        // Whoever reads has seen enough.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            terminal.complain(&format!("cannot write the output: {error}"));
            Exit::Failed
        }
        _ => exit,
    }
}
