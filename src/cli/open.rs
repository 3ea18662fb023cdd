//! From the paths of the command line to projects.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::args::SnapshotArgs;
use super::terminal::Terminal;
use super::{Exit, Stop};
use crate::project::{self, Disk, Files, Overrides, Project};
use crate::report::{Format, Report};
use crate::source::{FileId, Problem, Severity, Sources, Text, decode_utf8};

/// The disk, with standard input under the name `-`. It is read once, however often it is named.
#[derive(Default)]
pub(super) struct DiskAndInput {
    input: std::cell::RefCell<Option<Input>>,
    /// Files with other content than the disk has, by the path that all links lead to.
    pub(super) edited: std::cell::RefCell<BTreeMap<PathBuf, String>>,
}

/// What has been read of standard input.
#[derive(Default)]
struct Input {
    start: Vec<u8>,
    is_whole: bool,
}

impl Input {
    /// Reads on, up to this many bytes.
    fn reach(&mut self, length: u64) -> io::Result<()> {
        let wanted = length.saturating_sub(self.start.len() as u64);
        if !self.is_whole && wanted > 0 {
            let read = io::stdin().lock().take(wanted).read_to_end(&mut self.start)?;
            self.is_whole = (read as u64) < wanted;
        }
        Ok(())
    }
}

/// The name of standard input.
const INPUT: &str = "-";

impl DiskAndInput {
    fn read_edited(&self, path: &Path) -> Option<Vec<u8>> {
        let edited = self.edited.borrow();
        if edited.is_empty() {
            return None;
        }
        edited.get(&Disk.resolve(path).ok()?).map(|text| text.as_bytes().to_vec())
    }
}

impl Files for DiskAndInput {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if path.as_os_str() != INPUT {
            return self.read_edited(path).map_or_else(|| Disk.read(path), Ok);
        }
        let mut input = self.input.borrow_mut();
        let input = input.get_or_insert_default();
        input.reach(u64::MAX)?;
        Ok(input.start.clone())
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + '_>> {
        if path.as_os_str() != INPUT {
            return Disk.open(path);
        }
        // What is read on is not kept, so this is done once.
        let start = self.input.borrow().as_ref().map(|input| input.start.clone()).unwrap_or_default();
        Ok(Box::new(io::Cursor::new(start).chain(io::stdin().lock())))
    }

    fn size(&self, path: &Path, enough: u64) -> io::Result<u64> {
        if path.as_os_str() != INPUT {
            return Disk.size(path, enough);
        }
        let mut input = self.input.borrow_mut();
        let input = input.get_or_insert_default();
        input.reach(enough.saturating_add(1))?;
        Ok(input.start.len() as u64)
    }

    fn list(&self, folder: &Path) -> io::Result<Option<Vec<PathBuf>>> {
        if folder.as_os_str() == INPUT { Ok(None) } else { Disk.list(folder) }
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        if path.as_os_str() == INPUT { Ok(path.to_owned()) } else { Disk.resolve(path) }
    }
}

/// The configurations that a command is about, as people would write their paths.
///
/// # Errors
///
/// A sentence about why there is none.
pub(super) fn configurations(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    if paths.is_empty() {
        return nearest();
    }
    let mut found = Vec::new();
    for path in paths {
        let listed = Disk.list(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
        if listed.is_none() {
            found.push(path.clone());
            continue;
        }
        let below =
            project::below(&Disk, path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
        if below.is_empty() {
            return Err(format!("there is no `{}` in `{}`", project::FILE_NAME, path.display()));
        }
        found.extend(below);
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|path| seen.insert(path.clone()));
    Ok(found)
}

/// The one configuration that a command is about.
///
/// # Errors
///
/// A sentence about why there is none, or which ones there are.
pub(super) fn configuration(path: Option<&PathBuf>) -> Result<PathBuf, String> {
    let mut found = configurations(path.map(std::slice::from_ref).unwrap_or_default())?;
    match (found.pop(), found.len()) {
        (Some(only), 0) => Ok(only),
        (last, _) => {
            let all = found.iter().chain(&last).map(|path| format!("`{}`", path.display()));
            Err(format!("there are several configurations, name one: {}", all.collect::<Vec<_>>().join(", ")))
        }
    }
}

fn nearest() -> Result<Vec<PathBuf>, String> {
    let here = std::env::current_dir().map_err(|error| format!("cannot tell the working folder: {error}"))?;
    let found = project::upward(&Disk, &here).map_err(|error| format!("cannot read the working folder: {error}"))?;
    if found.is_empty() {
        let name = project::FILE_NAME;
        return Err(format!("there is no `{name}` here or in a folder above; name one, or a folder that holds one"));
    }
    let here = Disk.resolve(&here).unwrap_or(here);
    Ok(found.into_iter().map(|path| path.strip_prefix(&here).map(Path::to_owned).unwrap_or(path)).collect())
}

/// Refuses standard input for more than one thing.
///
/// # Errors
///
/// A sentence about that.
pub(super) fn check_snapshot(snapshot: &SnapshotArgs) -> Result<(), String> {
    let named = snapshot.users_from.iter().chain(&snapshot.groups_from).filter(|path| path.as_os_str() == INPUT);
    if named.count() > 1 {
        return Err("standard input is named twice; it can be the users or the groups, not both".to_owned());
    }
    Ok(())
}

/// Reads a text that the command line names; what is wrong with its encoding is a problem.
///
/// # Errors
///
/// A sentence about why it cannot be read.
pub(super) fn text(
    files: &DiskAndInput,
    path: &Path,
    sources: &mut Sources,
) -> Result<(FileId, Option<Problem>), String> {
    let bytes = files.read(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
    let (content, problem) = decode_utf8(sources.next_id(), &bytes);
    Ok((sources.add_text(Text::new(path.display().to_string(), content)), problem))
}

/// Reads a project with the snapshot that the command line names, if it names one.
pub(super) fn load(files: &DiskAndInput, path: &Path, snapshot: &SnapshotArgs, sources: &mut Sources) -> Project {
    load_up_to(None, files, path, snapshot, sources)
}

/// The same; a snapshot with more bytes than this is left where it is.
pub(super) fn load_up_to(
    largest: Option<u64>,
    files: &dyn Files,
    path: &Path,
    snapshot: &SnapshotArgs,
    sources: &mut Sources,
) -> Project {
    let some = |paths: &[PathBuf]| (!paths.is_empty()).then(|| paths.to_vec());
    let (users, groups) = (some(&snapshot.users_from), some(&snapshot.groups_from));
    Project::load(files, path, &Overrides { users, groups, largest, today: Some(today()) }, sources)
}

/// The day of the run in UTC: `SOURCE_DATE_EPOCH` where it is set, as for other tools whose runs can be repeated
/// (reproducible-builds.org/docs/source-date-epoch), else the clock's.
fn today() -> jiff::civil::Date {
    let set = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.trim().parse().ok());
    let now = set.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok()).unwrap_or_else(jiff::Timestamp::now);
    jiff::tz::Offset::UTC.to_datetime(now).date()
}

/// Says why a configuration is refused, for commands that need one.
pub(super) fn refused(project: &Project, sources: &mut Sources, terminal: &mut Terminal) -> Result<Exit, Stop> {
    let errors = crate::lint::run(project, sources);
    let mut errors: Vec<_> = errors.into_iter().filter(|finding| finding.severity == Severity::Error).collect();
    if let Some(redactor) = &terminal.redactor {
        redactor.findings(&mut errors, sources);
    }
    let report = Report::new(sources, &errors);
    Format::Text.write(&report, terminal.err_style, &mut terminal.err)?;
    Ok(Exit::Failed)
}
