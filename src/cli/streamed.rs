//! `vestibule eval` of a snapshot that is too large to be held: users are read, decided, written and let go.

use std::io::{self, Write};
use std::path::Path;

use super::args::EvalFormat;
use super::decisions::{Decided, DecisionWriter};
use super::eval_args::{EvalArgs, Streaming};
use super::terminal::Terminal;
use super::{Exit, Stop, data, open, parallel};
use crate::config::{Config, GroupsClaim};
use crate::engine::{Decision, Engine, Evaluator, Event, Person};
use crate::project::{Files, LargeSnapshot, Page, Project, members_export};
use crate::report::write_json_line;
use crate::scim::stream::{Flow, Measures, parse_and_drop};
use crate::scim::{Account, Batch, Groups, Kind, MembersExport, People, Projection, Roster, RosterReader, User, Work};
use crate::source::{Sources, Text};

/// Snapshots of up to as many bytes are held: then findings show the records, and everything can be said of them.
const LARGEST_HELD: u64 = 32 << 20;
/// How many bytes are read at a time, for each thread.
const BLOCK: usize = 1 << 20;
/// How long a record of a user may be.
const LONGEST_USER: usize = 16 << 20;
/// How long a record of a group may be, which holds its members.
const LONGEST_GROUP: usize = 256 << 20;

/// How large a snapshot may be to be held; `None` where it is held anyway.
pub(super) fn largest(args: &EvalArgs) -> Option<u64> {
    // Who is to be redacted, and what of them is shared, is known when all have been read.
    if args.groups || args.redact.is_on() {
        return None;
    }
    match args.stream {
        Streaming::Auto => Some(LARGEST_HELD),
        Streaming::Always | Streaming::Drop => Some(0),
        Streaming::Never => None,
    }
}

/// Whether the users of a snapshot can be had in the order of their pages, and as often as it takes.
pub(super) fn can_be_read(large: &mut LargeSnapshot, files: &dyn Files) -> Result<bool, Stop> {
    if large.groups.is_none() && large.users.iter().any(is_input) {
        // What users say of their groups is asked of all of them first.
        return Ok(false);
    }
    large.sort_users(files).map_err(|error| Stop::Complaint(format!("cannot read the users: {error}")))
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
        if self.args.stream == Streaming::Drop {
            return self.parse_and_drop(&reads.attributes, terminal);
        }
        let (roster, groups) = self.groups(reads.provider_groups, sources)?;
        data::report(&groups.problems, sources, terminal)?;
        if groups.is_overfull {
            return Err(Stop::Complaint("the groups have too many members, so nothing was evaluated".to_owned()));
        }
        let event = self.args.event;
        let is_transitive = self.config.provider.groups_claim == Some(GroupsClaim::Transitive);
        let nested = is_transitive && reads.provider_groups;
        let work = Deciding { engine: &engine, event, format: self.args.format, nested };
        let mut output = Output::new(self.args.format, event, terminal, self.size_of_users());
        let threads = parallel::threads(self.args.threads);
        let measures = Measures { block: self.block() * threads.get(), record: LONGEST_USER };
        let mut people = People::new(roster, &reads.attributes, &work, threads, |batch| output.write(batch));
        for page in &self.large.users {
            let mut flow = Flow::new(self.open(page)?, size(page), measures);
            people.read(sources.add_text(Text::new(page.path.display().to_string(), "")), &mut flow)?;
        }
        let extensions = people.extensions();
        let in_order = !people.are_out_of_order();
        let users = people.finish();
        let written = output.finish()?;
        terminal.out.flush()?;
        data::report(&users.problems, sources, terminal)?;
        let exit = self.conclude(&[&users, &groups], written, terminal);
        if users.outdated > 0 {
            let (count, are) = (users.outdated, data::plural(users.outdated, "user is", "users are"));
            let message = format!("{count} {are} there again, modified later than the record that was decided about");
            terminal.complain(&format!("{message}; export all pages in one go"));
            return Ok(Exit::Failed);
        }
        if users.is_overfull {
            terminal.complain("there are too many users to tell which of them stand here twice");
            return Ok(Exit::Failed);
        }
        if users.is_ambiguous {
            terminal.complain(
                "a user has the `id` of a group that stands in another group, so nested groups are not known",
            );
            return Ok(Exit::Failed);
        }
        if !in_order {
            terminal
                .complain("the pages do not stand in the order of their `startIndex`, and neither do the decisions");
            return Ok(Exit::Failed);
        }
        if !extensions.is_empty() && Project::depends_on(self.files, self.path, self.config, &extensions) {
            let message = "the users carry extensions with names that conditions use without a URN";
            terminal.complain(&format!("{message}; write `URN:NAME` in the conditions"));
            return Ok(Exit::Failed);
        }
        Ok(exit)
    }

    /// Reads everything and decides nothing.
    fn parse_and_drop(&self, kept: &Projection, terminal: &mut Terminal) -> Result<Exit, Stop> {
        let mut nowhere = Sources::default();
        let groups = self.large.groups.iter().flatten().map(|page| (Kind::Groups, page));
        for (kind, page) in groups.chain(self.large.users.iter().map(|page| (Kind::Users, page))) {
            let mut flow =
                Flow::new(self.open(page)?, size(page), Measures { block: self.block(), record: LONGEST_GROUP });
            let file = nowhere.add_text(Text::new("", ""));
            let count = parse_and_drop(&mut flow, file, kind, kept);
            terminal.complain(&format!("{count} {} were read", kind.as_str()));
        }
        Ok(Exit::Clean)
    }

    fn groups(&self, are_read: bool, sources: &mut Sources) -> Result<(Roster, Account), Stop> {
        let threads = parallel::threads(self.args.threads);
        let mut reader = RosterReader::new(threads);
        let measures = Measures { block: self.block() * threads.get(), record: LONGEST_GROUP };
        for page in self.large.groups.iter().flatten() {
            let mut flow = Flow::new(self.open(page)?, size(page), measures);
            reader.read(sources.add_text(Text::new(page.path.display().to_string(), "")), &mut flow);
        }
        let mut failed = None;
        // Memberships that no rule asks for are not worth their memory.
        let export = if are_read { members_export(self.config) } else { MembersExport::Excluded };
        let finished = reader.finish(export, || {
            let carry = if are_read { self.some_user_carries_groups() } else { Ok(false) };
            carry.unwrap_or_else(|stop| {
                failed = Some(stop);
                false
            })
        });
        failed.map_or(Ok(finished), Err)
    }

    /// Whether some user carries `groups`. It is asked where there is no group, and means to read users twice.
    fn some_user_carries_groups(&self) -> Result<bool, Stop> {
        if self.large.users.iter().any(is_input) {
            let message =
                "there is no group, and standard input cannot be read twice to see whether users carry `groups`";
            return Err(Stop::Complaint(format!("{message}; name a file of users")));
        }
        let mut kept = Projection::default();
        kept.keep(None, "groups");
        let threads = parallel::threads(self.args.threads);
        let measures = Measures { block: self.block() * threads.get(), record: LONGEST_USER };
        let mut found = false;
        let each = |batch: Batch<'_, Vec<bool>>| {
            let carries = |(index, carries): (usize, bool)| carries && batch.dropped.binary_search(&index).is_err();
            found |= batch.out.into_iter().enumerate().any(carries);
            if found { Err(io::ErrorKind::Interrupted.into()) } else { Ok(()) }
        };
        let mut people = People::new(Roster::default(), &kept, &Carrying, threads, each);
        let mut nowhere = Sources::default();
        for page in &self.large.users {
            let mut flow = Flow::new(self.open(page)?, size(page), measures);
            if people.read(nowhere.add_text(Text::new("", "")), &mut flow).is_err() {
                break;
            }
        }
        drop(people);
        Ok(found)
    }

    fn open(&self, page: &Page) -> Result<Box<dyn io::Read + '_>, Stop> {
        let opened = self.files.open(&page.path);
        opened.map_err(|error| Stop::Complaint(format!("cannot read `{}`: {error}", page.path.display())))
    }

    fn block(&self) -> usize {
        self.args.block.map_or(BLOCK, |block| block as usize)
    }

    fn size_of_users(&self) -> u64 {
        self.large.users.iter().map(|page| page.size).sum()
    }

    fn conclude(&self, accounts: &[&Account], written: usize, terminal: &mut Terminal) -> Exit {
        let mut lack = data::Lack::default();
        accounts.iter().for_each(|account| lack.add(account.kind, &account.completeness, account.skipped));
        let done = (written, ["decision was written", "decisions were written"]);
        data::conclude_lacking(&lack, &self.args.completeness, done, terminal)
    }
}

fn is_input(page: &Page) -> bool {
    page.path.as_os_str() == "-"
}

/// How many bytes a file has, where that is known: standard input goes on.
fn size(page: &Page) -> Option<usize> {
    (!is_input(page)).then_some(page.size as usize)
}

/// Looks for users that carry `groups`.
struct Carrying;

impl Work for Carrying {
    type Hand = ();
    type Out = Vec<bool>;

    fn hand(&self) {}

    fn begin(&self) -> Vec<bool> {
        Vec::new()
    }

    fn is_nested(&self) -> bool {
        false
    }

    fn user(&self, (): &mut (), user: &User, _: Groups<'_>, _: Option<Groups<'_>>, out: &mut Vec<bool>) {
        out.push(crate::scim::stream::carries_groups(user));
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
