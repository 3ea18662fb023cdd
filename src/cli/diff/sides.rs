//! The two configurations, and the people that they are compared on.

use std::path::{Path, PathBuf};

use super::args::DiffArgs;
use crate::cli::args::SnapshotArgs;
use crate::cli::stream::can_be_read;
use crate::cli::terminal::Terminal;
use crate::cli::{Stop, data, open};
use crate::config::{Config, Paths};
use crate::project::{LargeSnapshot, Project, Revision};
use crate::scim::{Kind, Snapshot};
use crate::source::{Problem, Sources};

/// A configuration with what it names.
pub(super) struct Side {
    pub(super) path: PathBuf,
    pub(super) project: Project,
}

/// Both of them.
pub(super) struct Sides {
    pub(super) old: Side,
    pub(super) new: Side,
}

/// People.
#[derive(Clone, Copy)]
pub(super) enum Data<'s> {
    Held(&'s Snapshot),
    Large(&'s LargeSnapshot),
}

impl Sides {
    pub(super) fn load(args: &DiffArgs, files: &open::DiskAndInput, sources: &mut Sources) -> Result<Sides, Stop> {
        let new_path = open::configuration(if args.git.is_some() { args.old.as_ref() } else { args.new.as_ref() })?;
        let new = load_new(args, &new_path, files, sources)?;
        let snapshot = snapshot_of(&new, &args.snapshot);
        // Both have to know the same extensions of the people, or none.
        let largest = new.project.large.is_some().then_some(0);
        let old = match &args.git {
            None => {
                let path = open::configuration(args.old.as_ref())?;
                let project = open::load_up_to(largest, files, &path, &snapshot, sources);
                Side { path, project }
            }
            Some(revision) => {
                let revision = Revision::open(revision, &new_path, files)?;
                let path = revision.path(&new_path)?;
                let project = open::load_up_to(largest, &revision, &path, &snapshot, sources);
                Side { path, project }
            }
        };
        Ok(Sides { old, new })
    }

    /// How the two are called.
    pub(super) fn names(&self) -> [String; 2] {
        [&self.old, &self.new].map(|side| side.path.display().to_string())
    }

    /// What is wrong with the documents, and with the people. That the old configuration reads the same people is not
    /// said again.
    pub(super) fn report_problems(&self, sources: &mut Sources, terminal: &mut Terminal) -> Result<(), Stop> {
        let old = &self.old.project;
        let in_documents = |problem: &&Problem| old.documents.contains(&problem.primary.place.file());
        let is_refused = old.config.is_none();
        let problems = old.problems.iter().filter(|problem| is_refused || in_documents(problem)).cloned();
        data::report(&problems.collect::<Vec<_>>(), sources, terminal)?;
        data::report_problems(&self.new.project, sources, terminal)?;
        Ok(())
    }

    pub(super) fn configurations(&self) -> Result<(&Config, &Config), Stop> {
        let old = self.old.project.config.as_ref();
        let new = self.new.project.config.as_ref();
        match (old, new) {
            (Some(old), Some(new)) => Ok((old, new)),
            (None, Some(_)) => Err(refusal("old")),
            _ => Err(refusal("new")),
        }
    }

    /// The project whose people are looked at: the new one, unless only the old one names any.
    pub(super) fn of_people(&self) -> &Project {
        let (old, new) = (&self.old.project, &self.new.project);
        if data_of(new).is_none() && data_of(old).is_some() { old } else { new }
    }

    pub(super) fn data(&self) -> Option<Data<'_>> {
        data_of(self.of_people())
    }
}

fn refusal(which: &str) -> Stop {
    Stop::Complaint(format!("the {which} configuration has errors, so nothing was compared"))
}

fn data_of(project: &Project) -> Option<Data<'_>> {
    if let Some(large) = &project.large {
        return Some(Data::Large(large));
    }
    project.snapshot.as_ref().filter(|snapshot| snapshot.was_read(Kind::Users)).map(Data::Held)
}

fn load_new(args: &DiffArgs, path: &Path, files: &open::DiskAndInput, sources: &mut Sources) -> Result<Side, Stop> {
    // Who is to be redacted, and what of them is shared, is known when all have been read.
    let largest = if args.redact.is_on() { None } else { args.stream.largest_held() };
    let mut project = open::load_up_to(largest, files, path, &args.snapshot, sources);
    if let Some(large) = &mut project.large
        && !can_be_read(large, files)?
    {
        *sources = Sources::default();
        project = open::load(files, path, &args.snapshot, sources);
    }
    Ok(Side { path: path.to_owned(), project })
}

/// The files of people that the new configuration names: the old one is read with the same, so that it knows the same
/// extensions.
fn snapshot_of(new: &Side, given: &SnapshotArgs) -> SnapshotArgs {
    let named = new.project.config.as_ref().and_then(|config| config.snapshot.as_ref());
    let folder = new.path.parent().unwrap_or(Path::new(""));
    let paths = |given: &[PathBuf], named: Option<&Paths>| -> Vec<PathBuf> {
        if !given.is_empty() {
            return given.to_vec();
        }
        let named = named.map(|named| named.0.as_slice()).unwrap_or_default();
        named.iter().map(|path| if path.as_str() == "-" { "-".into() } else { folder.join(path.as_str()) }).collect()
    };
    SnapshotArgs {
        users_from: paths(&given.users_from, named.and_then(|named| named.users.as_ref())),
        groups_from: paths(&given.groups_from, named.and_then(|named| named.groups.as_ref())),
    }
}
