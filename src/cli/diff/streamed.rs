//! People of a snapshot that is too large to be held: read once, and both configurations asked about each.

use std::collections::HashSet;

use super::args::DiffArgs;
use super::outputs::Tally;
use super::sides::Sides;
use crate::cli::stream::{EXTENSIONS, Stream};
use crate::cli::terminal::Terminal;
use crate::cli::{Exit, Stop, data, open};
use crate::config::{Config, GroupsClaim};
use crate::diff::{ComparedPerson, Hand, Pair};
use crate::engine::Person;
use crate::project::{Files, LargeSnapshot, members_export};
use crate::scim::{Batch, Groups, Kind, Snapshot, SnapshotReader, User, Work};
use crate::source::{Sources, Text};

/// One comparison.
pub(super) struct Run<'r> {
    pub(super) args: &'r DiffArgs,
    pub(super) sides: &'r Sides,
    pub(super) configs: (&'r Config, &'r Config),
    pub(super) pair: &'r Pair<'r>,
    pub(super) large: &'r LargeSnapshot,
    pub(super) files: &'r open::DiskAndInput,
}

impl Run<'_> {
    pub(super) fn people(
        &self,
        tally: &mut Tally,
        sources: &mut Sources,
        terminal: &mut Terminal,
    ) -> Result<Exit, Stop> {
        let (old, new) = (self.pair.old.reads(), self.pair.new.reads());
        let are_read = old.provider_groups || new.provider_groups;
        let stream = self.stream();
        let (roster, groups) = stream.groups(are_read, sources)?;
        data::report(&groups.problems, sources, terminal)?;
        if groups.is_overfull {
            return Err(Stop::Complaint("the groups have too many members, so nothing was compared".to_owned()));
        }
        let mut kept = old.attributes;
        kept.keep_all(&new.attributes);
        let nests = |config: &Config| are_read && config.provider.groups_claim == Some(GroupsClaim::Transitive);
        let nested = [self.configs.0, self.configs.1].map(nests);
        let names = tally.names().clone();
        let work = Comparing { pair: self.pair, nested, names: &names };
        let out = &mut terminal.out;
        let read = stream.users(roster, &kept, &work, sources, |batch| take(batch, tally, out))?;
        data::report(&read.users.problems, sources, terminal)?;
        let done = (usize::try_from(tally.users()).unwrap_or(usize::MAX), ["user was compared", "users were compared"]);
        let exit = read.conclude(&groups, &self.args.completeness, done, terminal);
        if let Some(complaint) = read.complaint("compared") {
            terminal.complain(&complaint);
            return Ok(Exit::Failed);
        }
        let Sides { old, new } = self.sides;
        // The old one may be of another revision; what extensions mean for it shows on the disk no more.
        let configs = [(&*new.path, self.configs.1)];
        let old = (self.args.git.is_none()).then_some((&*old.path, self.configs.0));
        if read.changes_meaning(self.files, configs.into_iter().chain(old)) {
            terminal.complain(EXTENSIONS);
            return Ok(Exit::Failed);
        }
        Ok(exit)
    }

    fn stream(&self) -> Stream<'_> {
        let of_people = self.sides.of_people().config.as_ref();
        Stream {
            files: self.files,
            large: self.large,
            members: members_export(of_people.unwrap_or(self.configs.1)),
            threads: self.args.stream.threads(),
            block: self.args.stream.block(),
        }
    }

    /// The provider groups, held: rules over groups ask for what the roster does not keep.
    pub(super) fn groups(&self, sources: &mut Sources, terminal: &mut Terminal) -> Result<Option<Snapshot>, Stop> {
        let mut reader = SnapshotReader::new();
        for page in self.large.groups.iter().flatten() {
            if page.path.as_os_str() == "-" {
                terminal.complain("groups on standard input are read once, so what changes for them is not looked at");
                return Ok(None);
            }
            let path = page.path.display();
            let bytes = self.files.read(&page.path).map_err(|error| format!("cannot read `{path}`: {error}"))?;
            let text = Text::new(path.to_string(), String::from_utf8_lossy(&bytes).into_owned());
            let file = sources.add_text(Text::new(path.to_string(), ""));
            reader.read_page(file, &text, Kind::Groups);
        }
        Ok(self.large.groups.is_some().then(|| reader.finish()))
    }
}

/// Asks both configurations.
struct Comparing<'c> {
    pair: &'c Pair<'c>,
    /// Whether a login sees nested groups, by the old rules and by the new ones.
    nested: [bool; 2],
    /// The names of the users in examples.
    names: &'c HashSet<String>,
}

/// What came of some users: those of whom there is something to tell, by their numbers.
#[derive(Default)]
struct Found {
    users: usize,
    compared: Vec<(usize, ComparedPerson)>,
    named: Vec<(usize, String)>,
}

impl<'c> Work for Comparing<'c> {
    type Hand = Hand<'c>;
    type Out = Found;

    fn hand(&self) -> Hand<'c> {
        self.pair.hand()
    }

    fn begin(&self) -> Found {
        Found::default()
    }

    fn is_nested(&self) -> bool {
        self.nested.contains(&true)
    }

    fn user(&self, hand: &mut Hand<'c>, user: &User, direct: Groups<'_>, login: Option<Groups<'_>>, out: &mut Found) {
        let index = out.users;
        out.users += 1;
        let person = Person::new(user).provider_groups(direct);
        let compared = match login {
            None => self.pair.person(hand, &person, &person),
            Some(login) => {
                let nested = person.clone().login_groups(login);
                let [old, new] = self.nested.map(|is_nested| if is_nested { &nested } else { &person });
                self.pair.person(hand, old, new)
            }
        };
        if !compared.moved.is_empty() || !compared.undetermined.is_empty() {
            out.compared.push((index, compared));
        }
        let name = user.user_name();
        if !self.names.is_empty() && self.names.contains(&name.to_ascii_lowercase()) {
            out.named.push((index, name.to_owned()));
        }
    }
}

/// Takes what came of some users, in their order.
fn take(batch: Batch<'_, Found>, tally: &mut Tally, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    let is_kept = |index: usize| batch.dropped.binary_search(&index).is_err();
    for (index, name) in batch.out.named {
        if is_kept(index) {
            tally.see(&name);
        }
    }
    let mut told = 0;
    for (index, compared) in batch.out.compared {
        if is_kept(index) {
            told += 1;
            tally.compared(compared, out)?;
        }
    }
    tally.still((batch.users - batch.dropped.len()).saturating_sub(told) as u64);
    Ok(())
}
