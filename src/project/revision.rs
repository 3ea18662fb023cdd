//! Files as they were at a revision that git keeps.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Disk, Files};

/// The files of a revision, for paths written as git writes them, `REVISION:PATH`; other paths go elsewhere.
///
/// A file that git does not track, now or then, is taken from where it lies: snapshots seldom are tracked. Nothing of the
/// repository is run: no filter, no hook, no shell.
pub struct Revision<'f> {
    others: &'f dyn Files,
    /// What paths of the revision begin with.
    prefix: String,
    /// The folder that relative paths count from.
    working: PathBuf,
    root: PathBuf,
    /// By the path from the root.
    entries: BTreeMap<PathBuf, Entry>,
    /// The files that git tracks now.
    tracked: BTreeSet<PathBuf>,
}

/// A file of a revision, by the name of its content.
#[derive(Clone, Debug)]
struct Entry {
    object: String,
    is_link: bool,
}

/// Files of data, which may lie beside the tracked ones of a folder.
const DATA: [&str; 4] = ["json", "jsonl", "ndjson", "xml"];
/// How many links lead on from one another.
const MOST_LINKS: usize = 8;

impl<'f> Revision<'f> {
    /// The revision of the repository that a file is in.
    ///
    /// # Errors
    ///
    /// A sentence about why it cannot be had: no git, no repository, no such revision.
    pub fn open(revision: &str, file: &Path, others: &'f dyn Files) -> Result<Revision<'f>, String> {
        if revision.is_empty() || revision.starts_with('-') {
            return Err(format!("`{revision}` is no revision; name a commit, a branch or a tag"));
        }
        let working =
            Disk.resolve(Path::new("")).map_err(|error| format!("cannot tell the working folder: {error}"))?;
        let folder = existing_folder(&working.join(file));
        let root = match git(&folder, ["rev-parse", "--show-toplevel"])? {
            Ok(root) => path_of(strip_newline(&root)),
            Err(said) if said.contains("not a git repository") => {
                return Err(format!("`{}` is in no git repository", file.display()));
            }
            Err(said) => return Err(format!("git does not answer about `{}`: {said}", file.display())),
        };
        let commit = format!("{revision}^{{commit}}");
        let commit = match git(&root, ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])? {
            Ok(name) => String::from_utf8_lossy(strip_newline(&name)).into_owned(),
            Err(_) => {
                let advice = "a shallow clone has few of them: fetch it first";
                return Err(format!("there is no revision `{revision}` in the repository; {advice}"));
            }
        };
        let listed = git(&root, ["ls-tree", "-r", "-z", "--full-tree", &commit])?;
        let listed = listed.map_err(|said| format!("git cannot list the files of `{revision}`: {said}"))?;
        let tracked = git(&root, ["ls-files", "-z", "--cached"])?.unwrap_or_default();
        Ok(Revision {
            others,
            prefix: format!("{revision}:"),
            working,
            root,
            entries: listed.split(|byte| *byte == 0).filter_map(entry).collect(),
            tracked: tracked.split(|byte| *byte == 0).map(path_of).collect(),
        })
    }

    /// The path of a file at this revision. It is one that git understands too: relative paths begin with `./`.
    ///
    /// # Errors
    ///
    /// A sentence that it is not there.
    pub fn path(&self, file: &Path) -> Result<PathBuf, String> {
        let dotted = if file.is_relative() && !file.starts_with(".") { Path::new(".").join(file) } else { file.into() };
        let mut path = std::ffi::OsString::from(&self.prefix);
        path.push(dotted);
        let path = PathBuf::from(path);
        match self.inside(&path).and_then(|inside| self.entry(&inside)) {
            Some(_) => Ok(path),
            None => Err(format!("`{}` is not in `{}`", file.display(), self.prefix.trim_end_matches(':'))),
        }
    }

    /// The path in the file system, where a path is one of the revision.
    fn on_disk(&self, path: &Path) -> Option<PathBuf> {
        let rest = path.as_os_str().as_encoded_bytes().strip_prefix(self.prefix.as_bytes())?;
        let rest = path_of(rest);
        let whole = self.working.join(&rest);
        // Links above the file may lead into the repository; the file may be one of its own.
        let resolved = match (rest.file_name(), whole.parent()) {
            (Some(name), Some(folder)) => Disk.resolve(folder).map(|folder| folder.join(name)),
            _ => Disk.resolve(&whole),
        };
        Some(normal(&resolved.unwrap_or(whole)))
    }

    /// The path from the root of the repository.
    fn inside(&self, path: &Path) -> Option<PathBuf> {
        self.on_disk(path)?.strip_prefix(&self.root).ok().map(Path::to_owned)
    }

    /// A file of the revision, links followed.
    fn entry(&self, inside: &Path) -> Option<&Entry> {
        let mut inside = inside.to_owned();
        for _ in 0..MOST_LINKS {
            let entry = self.entries.get(&inside)?;
            if !entry.is_link {
                return Some(entry);
            }
            let target = self.content(entry).ok()?;
            inside = normal(&inside.parent()?.join(path_of(&target)));
        }
        None
    }

    fn content(&self, entry: &Entry) -> io::Result<Vec<u8>> {
        let read = git(&self.root, ["cat-file", "blob", &entry.object]).map_err(io::Error::other)?;
        read.map_err(|said| io::Error::other(format!("git cannot read it: {said}")))
    }

    fn is_folder(&self, inside: &Path) -> bool {
        self.entries.range(inside.to_owned()..).any(|(path, _)| path != inside && path.starts_with(inside))
    }

    /// Whether git knows nothing of a path, now or then.
    fn is_untracked(&self, inside: &Path) -> bool {
        !self.entries.contains_key(inside) && !self.tracked.contains(inside)
    }

    /// What a folder of the revision holds, each below the path of the folder; data that git does not track counted in.
    fn children(&self, folder: &Path, inside: &Path) -> Vec<PathBuf> {
        let below = self.entries.range(inside.to_owned()..).map(|(path, _)| path);
        let below = below.take_while(|path| path.starts_with(inside)).filter_map(|path| path.strip_prefix(inside).ok());
        let mut names: BTreeSet<&OsStr> =
            below.filter_map(|path| path.components().next()).map(Component::as_os_str).collect();
        let on_disk = self.on_disk(folder).and_then(|folder| Disk.list(&folder).ok()).flatten().unwrap_or_default();
        let is_data = |path: &Path| {
            let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
            DATA.iter().any(|known| extension.eq_ignore_ascii_case(known))
        };
        for path in on_disk.iter().filter(|path| is_data(path)) {
            if let Some(name) = path.file_name().filter(|name| self.is_untracked(&inside.join(name))) {
                names.insert(name);
            }
        }
        names.into_iter().map(|name| folder.join(name)).collect()
    }

    /// The file on disk in the place of one that git does not track.
    fn untracked(&self, path: &Path) -> Option<PathBuf> {
        let on_disk = self.on_disk(path)?;
        match on_disk.strip_prefix(&self.root) {
            Ok(inside) if !self.is_untracked(inside) => None,
            _ => Some(on_disk),
        }
    }
}

impl Files for Revision<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if self.on_disk(path).is_none() {
            return self.others.read(path);
        }
        if let Some(entry) = self.inside(path).and_then(|inside| self.entry(&inside)) {
            return self.content(entry);
        }
        match self.untracked(path) {
            Some(on_disk) => self.others.read(&on_disk),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn size(&self, path: &Path, enough: u64) -> io::Result<u64> {
        if self.on_disk(path).is_none() {
            return self.others.size(path, enough);
        }
        match self.untracked(path) {
            Some(on_disk) => self.others.size(&on_disk, enough),
            None => self.read(path).map(|bytes| bytes.len() as u64),
        }
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn io::Read + '_>> {
        if self.on_disk(path).is_none() {
            return self.others.open(path);
        }
        Ok(Box::new(io::Cursor::new(self.read(path)?)))
    }

    fn list(&self, folder: &Path) -> io::Result<Option<Vec<PathBuf>>> {
        let Some(on_disk) = self.on_disk(folder) else { return self.others.list(folder) };
        let Some(inside) = self.inside(folder) else { return self.others.list(&on_disk) };
        if self.entry(&inside).is_some() {
            return Ok(None);
        }
        if self.is_folder(&inside) {
            return Ok(Some(self.children(folder, &inside)));
        }
        if !self.is_untracked(&inside) || self.tracked.iter().any(|path| path.starts_with(&inside)) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let names = Disk.list(&on_disk)?.map(|entries| {
            let names = entries.iter().filter_map(|path| path.file_name());
            names.map(|name| folder.join(name)).collect()
        });
        Ok(names)
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        match self.on_disk(path) {
            Some(on_disk) => Ok(on_disk),
            None => self.others.resolve(path),
        }
    }
}

/// An entry of `git ls-tree -z`: mode, kind and name of the content, a tab, and the path.
fn entry(line: &[u8]) -> Option<(PathBuf, Entry)> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let (head, path) = (std::str::from_utf8(line.get(..tab)?).ok()?, line.get(tab + 1..)?);
    let mut words = head.split(' ');
    let (mode, kind, object) = (words.next()?, words.next()?, words.next()?);
    (kind == "blob").then(|| (path_of(path), Entry { object: object.to_owned(), is_link: mode == "120000" }))
}

/// What git answers, or what it complains about in one line. The outer error is that there is no git.
fn git<const N: usize>(folder: &Path, arguments: [&str; N]) -> Result<Result<Vec<u8>, String>, String> {
    let mut command = Command::new("git");
    // A monitor of the file system is a program that the repository names.
    command.arg("-C").arg(folder).args(["-c", "core.fsmonitor=false", "--no-optional-locks"]).args(arguments);
    command.env("LC_ALL", "C").stdin(Stdio::null());
    match command.output() {
        Ok(output) if output.status.success() => Ok(Ok(output.stdout)),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            Ok(Err(said.lines().next().unwrap_or_default().trim_start_matches("fatal: ").to_owned()))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err("there is no program `git`, which `--git` needs".to_owned())
        }
        Err(error) => Err(format!("cannot run `git`: {error}")),
    }
}

/// The nearest folder above a file that is there.
fn existing_folder(file: &Path) -> PathBuf {
    let folders = file.ancestors().skip(1);
    folders.filter_map(|folder| Disk.resolve(folder).ok()).next().unwrap_or_default()
}

fn strip_newline(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// The path without `.` and `..`, as far as its text says.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(out.pop()),
            component => out.push(component),
        }
    }
    out
}
