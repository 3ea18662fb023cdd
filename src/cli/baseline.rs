//! Where a baseline is, and how files are named in it.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::path::{Component, Path, PathBuf};

use super::Stop;
use super::args::BaselineArgs;
use super::write_whole::write_whole;
use crate::lint::{Baseline, Covered, Kept, Linted};
use crate::project::{Disk, Files, Project};
use crate::report::write_json;
use crate::source::{FileId, Sources};

/// The baseline that is written where nobody names one.
const FILE_NAME: &str = "vestibule-baseline.json";

impl BaselineArgs {
    /// The file to write, where one is to be written.
    pub(super) fn written(&self) -> Option<PathBuf> {
        let named = self.write_baseline.as_ref()?;
        Some(named.as_ref().or(self.baseline.as_ref()).cloned().unwrap_or_else(|| FILE_NAME.into()))
    }

    /// The file to read: none where the same is written, as it is replaced.
    pub(super) fn read(&self) -> Option<&Path> {
        self.baseline.as_deref().filter(|path| self.written().is_none_or(|written| written != *path))
    }
}

/// Takes what a baseline holds away from what was found, and tells what it holds and is not there any more.
///
/// # Errors
///
/// Where the file cannot be read.
pub(super) fn part(
    path: &Path,
    sources: &mut Sources,
    linted: &mut Linted,
    looked_at: &[LookedAt],
) -> Result<(), Stop> {
    let bytes = Disk.read(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
    let (file, mut problems) = sources.add_document(&path.display().to_string(), &bytes);
    if problems.is_empty() {
        let names = Names::beside(path);
        let (mut baseline, more) = Baseline::read(sources, file);
        let known = OnceCell::new();
        let coverage = || known.get_or_init(|| Coverage::new(looked_at, sources, &names));
        baseline.follow(
            &linted.findings,
            |name| names.relative(name),
            |kept, to| {
                let may_have_moved = match coverage().of(kept, &names) {
                    Covered::Yes => is_of_rule(kept.at),
                    Covered::Gone => true,
                    Covered::No => false,
                };
                may_have_moved && coverage().is_one_configuration(kept.file, to)
            },
        );
        baseline.part(linted, sources, |name| names.relative(name));
        problems.extend(more);
        problems.extend(baseline.stale(|kept| coverage().of(kept, &names)));
    }
    linted.findings.extend(problems.iter().map(|problem| sources.resolve(problem)));
    Ok(())
}

/// Writes a baseline of what was found, and takes that away.
///
/// # Errors
///
/// Where the file cannot be written.
pub(super) fn write(path: &Path, sources: &Sources, linted: &mut Linted) -> Result<usize, Stop> {
    let count = linted.findings.len();
    let names = Names::beside(path);
    let mut baseline = Baseline::of(&linted.findings, |name| names.relative(name));
    write_whole(path, |out: &mut dyn Write| write_json(&baseline, out))?;
    baseline.part(linted, sources, |name| names.relative(name));
    Ok(count - linted.findings.len())
}

/// What a run looked at for one configuration: files, and lints.
pub(super) struct LookedAt {
    pub(super) files: Vec<FileId>,
    pub(super) lints: Vec<&'static str>,
    pub(super) has_snapshot: bool,
}

impl LookedAt {
    pub(super) fn of(project: &Project, linted: &Linted) -> Self {
        LookedAt { files: project.files.clone(), lints: linted.ran.clone(), has_snapshot: project.snapshot.is_some() }
    }
}

struct Coverage {
    lints: HashMap<String, HashSet<&'static str>>,
    /// The files of each configuration.
    files: Vec<HashSet<String>>,
    /// The files of configurations with a snapshot.
    with_snapshot: HashSet<String>,
}

impl Coverage {
    fn new(looked_at: &[LookedAt], sources: &Sources, names: &Names) -> Self {
        let mut lints: HashMap<String, HashSet<&'static str>> = HashMap::new();
        let mut with_snapshot = HashSet::new();
        let mut each = Vec::new();
        for looked in looked_at {
            let mut files = HashSet::new();
            for &file in &looked.files {
                let name = names.relative(sources.text(file).name());
                files.insert(name.clone());
                if looked.has_snapshot {
                    with_snapshot.insert(name.clone());
                }
                lints.entry(name).or_default().extend(&looked.lints);
            }
            each.push(files);
        }
        Coverage { lints, files: each, with_snapshot }
    }

    /// Whether two files are of one configuration; a file that is gone may have been of any, so there must be one only.
    fn is_one_configuration(&self, file: &str, other: &str) -> bool {
        match self.files.as_slice() {
            [only] => only.contains(other),
            each => each.iter().any(|files| files.contains(file) && files.contains(other)),
        }
    }

    fn of(&self, kept: Kept<'_>, names: &Names) -> Covered {
        let Kept { file, lint, is_about_records, .. } = kept;
        match self.lints.get(file) {
            Some(_) if is_about_records && !self.with_snapshot.contains(file) => Covered::No,
            Some(lints) if lints.contains(lint) || crate::lint::lint_named(lint).is_none() => Covered::Yes,
            Some(_) => Covered::No,
            None if names.folder.join(file).exists() => Covered::No,
            None => Covered::Gone,
        }
    }
}

/// Whether a place is in a rule: within a configuration, no other rule of its set has the name.
fn is_of_rule(at: &str) -> bool {
    [
        "organization-assignment.users[\"",
        "organization-assignment.groups[\"",
        "user-intake.rules[\"",
        "group-assignment[\"",
    ]
    .iter()
    .any(|set| at.starts_with(set))
}

/// The names of files as they count from the folder of a baseline, so that it is the same wherever a run begins.
pub(super) struct Names {
    folder: PathBuf,
    known: RefCell<HashMap<String, String>>,
}

impl Names {
    /// As they count from the current folder.
    pub(super) fn here() -> Self {
        Names::beside(Path::new(FILE_NAME))
    }

    fn beside(path: &Path) -> Self {
        let folder = path.parent().unwrap_or(Path::new(""));
        Names { folder: Disk.resolve(folder).unwrap_or_else(|_| folder.to_owned()), known: RefCell::default() }
    }

    pub(super) fn relative(&self, name: &str) -> String {
        if let Some(known) = self.known.borrow().get(name) {
            return known.clone();
        }
        let relative = match Disk.resolve(Path::new(name)) {
            Ok(path) => way(&self.folder, &path),
            // Standard input.
            Err(_) => name.to_owned(),
        };
        self.known.borrow_mut().insert(name.to_owned(), relative.clone());
        relative
    }
}

/// The way from a folder to a file, with `/` between names; both without links.
pub(super) fn way(folder: &Path, file: &Path) -> String {
    let (folder, file): (Vec<_>, Vec<_>) = (folder.components().collect(), file.components().collect());
    let shared = folder.iter().zip(&file).take_while(|(a, b)| a == b).count();
    let up = folder[shared..].iter().map(|_| "..".to_owned());
    let down = file[shared..].iter().filter(|part| !matches!(part, Component::RootDir));
    let steps: Vec<String> = up.chain(down.map(|part| part.as_os_str().to_string_lossy().into_owned())).collect();
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_from_the_folder_of_the_baseline() {
        for (folder, file, expected) in [
            ("/p", "/p/vestibule.yaml", "vestibule.yaml"),
            ("/p", "/p/rules/a.yaml", "rules/a.yaml"),
            ("/p/ci", "/p/rules/a.yaml", "../rules/a.yaml"),
            ("/q", "/p/a.yaml", "../p/a.yaml"),
        ] {
            assert_eq!(way(Path::new(folder), Path::new(file)), expected);
        }
    }
}
