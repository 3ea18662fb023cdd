//! The user that a command is about.

use std::io;
use std::path::Path;

use super::args::SnapshotArgs;
use super::open::DiskAndInput;
use crate::project::{Files, Project};
use crate::scim::{Kind, Record, Snapshot, SnapshotReader, User};
use crate::source::{Problem, Sources, Text, closest};

/// The name of standard input.
const INPUT: &str = "-";
/// How many of several candidates are named.
const NAMED: usize = 5;

/// Where the user was found.
#[derive(Debug)]
pub(super) struct Found {
    /// The user alone, of a text; `None` for one of the project's snapshot.
    alone: Option<Snapshot>,
    /// Its index in that snapshot.
    pub(super) index: usize,
}

impl Found {
    /// The snapshot that has the user.
    pub(super) fn snapshot<'s>(&'s self, project: &'s Project) -> Option<&'s Snapshot> {
        self.alone.as_ref().or(project.snapshot.as_ref())
    }

    /// What is wrong with the text of the user alone.
    pub(super) fn problems(&self) -> &[Problem] {
        self.alone.as_ref().map(Snapshot::problems).unwrap_or_default()
    }
}

/// Refuses standard input for the user and for a snapshot.
///
/// # Errors
///
/// A sentence about that.
pub(super) fn check_input(name: &str, snapshot: &SnapshotArgs) -> Result<(), String> {
    let mut named = snapshot.users_from.iter().chain(&snapshot.groups_from);
    if name == INPUT && named.any(|path| path.as_os_str() == INPUT) {
        return Err("standard input is named twice; it can be the user or the snapshot, not both".to_owned());
    }
    Ok(())
}

/// Finds the user: in the snapshot by a name, else in a file, or on standard input.
///
/// # Errors
///
/// A sentence about why there is none, or about which ones there are.
pub(super) fn find(
    name: &str,
    files: &DiskAndInput,
    project: &Project,
    sources: &mut Sources,
) -> Result<Found, String> {
    if name == INPUT {
        let bytes = files.read(Path::new(INPUT)).map_err(|error| format!("cannot read standard input: {error}"))?;
        return alone("standard input", &bytes, sources);
    }
    let snapshot = project.snapshot.as_ref().filter(|snapshot| snapshot.was_read(Kind::Users));
    let called = snapshot.map(|snapshot| snapshot.users_called(name)).unwrap_or_default();
    match (called.as_slice(), snapshot) {
        ([index], _) => return Ok(Found { alone: None, index: *index }),
        ([_, _, ..], Some(snapshot)) => return Err(several(name, &called, snapshot)),
        _ => {}
    }
    match files.read(Path::new(name)) {
        Ok(bytes) => alone(&format!("`{name}`"), &bytes, sources),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(unknown(name, snapshot)),
        Err(error) => Err(format!("cannot read `{name}`: {error}")),
    }
}

/// The user that a text holds, and what is wrong with it.
fn alone(origin: &str, bytes: &[u8], sources: &mut Sources) -> Result<Found, String> {
    let content = std::str::from_utf8(bytes).map_err(|error| format!("{origin} is not UTF-8: {error}"))?;
    let file = sources.add_text(Text::new(origin.trim_matches('`'), content));
    let text = sources.text(file).clone();
    let mut reader = SnapshotReader::new();
    reader.read_page(file, &text, Kind::Users);
    let snapshot = reader.finish();
    match snapshot.users() {
        [_] => Ok(Found { alone: Some(snapshot), index: 0 }),
        [] => {
            let why = snapshot.problems().first().map(|problem| format!(": {}", problem.message)).unwrap_or_default();
            Err(format!("{origin} holds no SCIM user{why}"))
        }
        several => Err(format!("{origin} holds {} users; give one, or all with `--users-from`", several.len())),
    }
}

fn several(name: &str, indices: &[usize], snapshot: &Snapshot) -> String {
    let users = indices.iter().filter_map(|&index| snapshot.users().get(index)).take(NAMED);
    let named: Vec<String> = users.map(named).collect();
    let more = match indices.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("`{name}` names {} users: {}{more}; use a name that only one of them has", indices.len(), named.join(", "))
}

fn named(record: &Record<User>) -> String {
    let user = &record.resource;
    match user.id() {
        Some(id) => format!("`{}` with the id `{id}`", user.user_name()),
        None => format!("`{}` without an id", user.user_name()),
    }
}

fn unknown(name: &str, snapshot: Option<&Snapshot>) -> String {
    let Some(snapshot) = snapshot else {
        return format!(
            "there is no file `{name}`, and no snapshot to look for such a user: name a file under `snapshot.users`, or \
             with `--users-from`"
        );
    };
    let names = snapshot.users().iter().map(|record| record.resource.user_name());
    let hint = closest(name, names).map(|known| format!("; did you mean `{known}`?")).unwrap_or_default();
    format!("there is no user `{name}` in the snapshot, and no file of that name{hint}")
}
