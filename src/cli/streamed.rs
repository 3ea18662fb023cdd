//! `vestibule eval` of a snapshot that is too large to be held: users are read, decided, written and let go.

use std::io::{self, Write};
use std::path::Path;

use super::args::EvalFormat;
use super::decisions::{Decided, DecisionWriter};
use super::eval_args::EvalArgs;
use super::stream::{EXTENSIONS, Stream};
use super::terminal::Terminal;
use super::{Exit, Stop, data, open};
use crate::config::{Config, GroupsClaim};
use crate::engine::{Decision, Engine, Evaluator, Event, Person};
use crate::project::{LargeSnapshot, members_export};
use crate::report::write_json_line;
use crate::scim::{Batch, Groups, User, Work};
use crate::source::Sources;

/// How large a snapshot may be to be held; `None` where it is held anyway.
pub(super) fn largest(args: &EvalArgs) -> Option<u64> {
    // Who is to be redacted, and what of them is shared, is known when all have been read.
    if args.groups || args.redact.is_on() { None } else { args.stream.largest_held() }
}

/// One evaluation.
pub(super) struct Run<'r> {
    pub(super) args: &'r EvalArgs,
    pub(super) path: &'r Path,
    pub(super) config: &'r Config,
    pub(super) large: &'r LargeSnapshot,
    pub(super) files: &'r open::DiskAndInput,
}

impl Run<'_> {
    pub(super) fn evaluate(&self, sources: &mut Sources, terminal: &mut Terminal) -> Result<Exit, Stop> {
        let engine = Engine::compile(self.config);
        let reads = engine.reads();
        let stream = self.stream();
        if self.args.stream.is_dropped() {
            return stream.parse_and_drop(&reads.attributes, terminal);
        }
        let (roster, groups) = stream.groups(reads.provider_groups, sources)?;
        data::report(&groups.problems, sources, terminal)?;
        if groups.is_overfull {
            return Err(Stop::Complaint("the groups have too many members, so nothing was evaluated".to_owned()));
        }
        let event = self.args.event;
        let is_transitive = self.config.provider.groups_claim == Some(GroupsClaim::Transitive);
        let nested = is_transitive && reads.provider_groups;
        let work = Deciding { engine: &engine, event, format: self.args.format, nested };
        let mut output = Output::new(self.args.format, event, terminal, stream.size_of_users());
        let read = stream.users(roster, &reads.attributes, &work, sources, |batch| output.write(batch))?;
        let written = output.finish()?;
        terminal.out.flush()?;
        data::report(&read.users.problems, sources, terminal)?;
        let done = (written, ["decision was written", "decisions were written"]);
        let exit = read.conclude(&groups, &self.args.completeness, done, terminal);
        if let Some(complaint) = read.complaint("decided about") {
            terminal.complain(&complaint);
            return Ok(Exit::Failed);
        }
        if read.changes_meaning(self.files, [(self.path, self.config)]) {
            terminal.complain(EXTENSIONS);
            return Ok(Exit::Failed);
        }
        Ok(exit)
    }

    fn stream(&self) -> Stream<'_> {
        Stream {
            files: self.files,
            large: self.large,
            members: members_export(self.config),
            threads: self.args.stream.threads(),
            block: self.args.stream.block(),
        }
    }
}

/// Decides about users.
struct Deciding<'d> {
    engine: &'d Engine,
    event: Event,
    format: EvalFormat,
    nested: bool,
}

/// What was decided.
enum Written {
    /// Lines, and where each ends.
    Lines(Vec<u8>, Vec<usize>),
    /// What the main thread writes.
    Decisions(Vec<Decision>),
    /// Nothing is written.
    Nothing,
}

impl<'d> Work for Deciding<'d> {
    type Hand = Evaluator<'d>;
    type Out = Written;

    fn hand(&self) -> Evaluator<'d> {
        self.engine.evaluator()
    }

    fn begin(&self) -> Written {
        match self.format {
            EvalFormat::Jsonl => Written::Lines(Vec::new(), Vec::new()),
            EvalFormat::None => Written::Nothing,
            EvalFormat::Text | EvalFormat::Json | EvalFormat::Csv => Written::Decisions(Vec::new()),
        }
    }

    fn is_nested(&self) -> bool {
        self.nested
    }

    fn user(
        &self,
        evaluator: &mut Evaluator<'d>,
        user: &User,
        direct: Groups<'_>,
        login: Option<Groups<'_>>,
        out: &mut Written,
    ) {
        let mut person = Person::new(user).provider_groups(direct);
        if let Some(login) = login {
            person = person.login_groups(login);
        }
        let ruling = evaluator.evaluate(&person, self.event);
        match out {
            Written::Lines(bytes, ends) => {
                // Writing to memory does not fail.
                let _ = write_json_line(&ruling.decision(), bytes);
                ends.push(bytes.len());
            }
            Written::Decisions(decisions) => decisions.push(ruling.decision()),
            Written::Nothing => {}
        }
    }
}

/// Standard output, and a bar for who watches.
struct Output<'o> {
    writer: DecisionWriter,
    out: &'o mut dyn Write,
    bar: indicatif::ProgressBar,
    /// How many bytes the files before this one have, and how many of this one have been read.
    read: (usize, usize),
    written: usize,
}

impl<'o> Output<'o> {
    fn new(format: EvalFormat, event: Event, terminal: &'o mut Terminal, size: u64) -> Self {
        let bar = terminal.progress(usize::try_from(size).unwrap_or(usize::MAX), "bytes");
        let writer = DecisionWriter::new(format, Decided::Users(event));
        Output { writer, out: &mut terminal.out, bar, read: (0, 0), written: 0 }
    }

    fn write(&mut self, batch: Batch<'_, Written>) -> io::Result<()> {
        let (before, last) = self.read;
        self.read = (if batch.read < last { before + last } else { before }, batch.read);
        self.bar.set_position((self.read.0 + self.read.1) as u64);
        self.written += batch.users - batch.dropped.len();
        let is_kept = |index: &usize| batch.dropped.binary_search(index).is_err();
        match batch.out {
            Written::Nothing => Ok(()),
            Written::Lines(bytes, _) if batch.dropped.is_empty() => self.out.write_all(&bytes),
            Written::Lines(bytes, ends) => {
                let line = |index: usize| {
                    let start = index.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
                    bytes.get(start..*ends.get(index)?)
                };
                (0..ends.len()).filter(is_kept).filter_map(line).try_for_each(|line| self.out.write_all(line))
            }
            Written::Decisions(decisions) => {
                let kept = decisions.iter().enumerate().filter(|(index, _)| is_kept(index));
                kept.map(|(_, decision)| decision).try_for_each(|decision| self.writer.user(decision, self.out))
            }
        }
    }

    fn finish(self) -> io::Result<usize> {
        self.bar.finish_and_clear();
        self.writer.finish(self.out)?;
        Ok(self.written)
    }
}
