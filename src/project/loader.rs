//! Brings the files of a project in: what cannot be read is told where it is named.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use super::large::{LargeSnapshot, Page};
use super::{Files, Overrides, include};
use crate::config::{self, Draft, Paths, Sited};
use crate::entra;
use crate::foundry::{self, ExportPart};
use crate::scim::{Kind, Snapshot, SnapshotReader};
use crate::source::{At, FileId, Place, Problem, Sources, Text, decode_utf8};

/// Files, and where each is named; not where the command line names it.
type NamedPaths<'n> = Vec<(PathBuf, Option<&'n At>)>;

pub(super) struct Loader<'l> {
    files: &'l dyn Files,
    /// The folder of the document, from which paths count.
    folder: PathBuf,
    pub(super) sources: &'l mut Sources,
    /// What is wrong with the files that a configuration names beside its rules.
    pub(super) problems: Vec<Problem>,
    /// Where a snapshot is named that could not be read.
    unread_snapshot: Option<Place>,
}

/// A document with what it includes.
pub(super) struct Document {
    pub(super) root: FileId,
    /// The root and the files that it includes.
    pub(super) files: Vec<FileId>,
    pub(super) draft: Option<Draft>,
    pub(super) problems: Vec<Problem>,
    pub(super) unreadable: bool,
}

impl<'l> Loader<'l> {
    pub(super) fn new(files: &'l dyn Files, path: &Path, sources: &'l mut Sources) -> Self {
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Loader { files, folder, sources, problems: Vec::new(), unread_snapshot: None }
    }

    /// The configuration and the files that it includes.
    pub(super) fn document(&mut self, path: &Path) -> Document {
        let name = path.display().to_string();
        let bytes = match self.files.read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let root = self.sources.add_text(Text::new(name, ""));
                let problems = vec![unreadable(Place::File(root), path, &error)];
                return Document { root, files: vec![root], draft: None, problems, unreadable: true };
            }
        };
        let (root, mut problems) = self.sources.add_document(&name, &bytes);
        let patterns = config::includes(self.sources, root);
        let (included, more) = include::resolve(self.files, &self.folder, path, &patterns);
        problems.extend(more);
        let files: Vec<FileId> =
            included.iter().filter_map(|(path, named_at)| self.included(path, named_at, &mut problems)).collect();
        let reading = config::read(self.sources, root, &files);
        problems.extend(reading.problems);
        let files = std::iter::once(root).chain(files).collect();
        Document { root, files, draft: reading.draft, problems, unreadable: false }
    }

    fn included(&mut self, path: &Path, named_at: &At, problems: &mut Vec<Problem>) -> Option<FileId> {
        match self.files.read(path) {
            Ok(bytes) => {
                let (file, more) = self.sources.add_document(&path.display().to_string(), &bytes);
                problems.extend(more);
                Some(file)
            }
            Err(error) => {
                problems.push(unreadable(named_at.value(), path, &error));
                None
            }
        }
    }

    pub(super) fn snapshot(&mut self, named: Option<&config::Snapshot>, overrides: &Overrides) -> Option<Snapshot> {
        let (users, groups) = self.named_pages(named, overrides);
        let users = users.map(|paths| self.texts(paths));
        let groups = groups.map(|paths| self.texts(paths));
        self.unread_snapshot = self.problems.first().map(|problem| problem.primary.place.clone());
        if users.is_none() && groups.is_none() {
            return None;
        }
        let mut reader = SnapshotReader::new();
        for (kind, pages) in [(Kind::Users, users), (Kind::Groups, groups)] {
            for file in pages.into_iter().flatten() {
                let text = self.sources.text(file).clone();
                reader.read_page(file, &text, kind);
            }
        }
        let snapshot = reader.finish();
        self.problems.extend(snapshot.problems().iter().cloned());
        Some(snapshot)
    }

    pub(super) fn foundry(&mut self, named: &config::Foundry) -> foundry::Export {
        let mut reader = foundry::ExportReader::new();
        for (part, paths) in [
            (ExportPart::Users, &named.users),
            (ExportPart::Groups, &named.groups),
            (ExportPart::Memberships, &named.memberships),
            (ExportPart::ProviderInfo, &named.provider_info),
        ] {
            let Some(paths) = paths else { continue };
            for file in self.named_files(paths) {
                let text = self.sources.text(file).clone();
                reader.read(file, &text, part);
            }
        }
        let export = reader.finish();
        self.problems.extend(export.problems().iter().cloned());
        export
    }

    pub(super) fn entra(&mut self, named: &[Sited<String>]) -> Vec<entra::Recognised> {
        let mut recognised = Vec::new();
        let mut seen = HashSet::new();
        for export in named {
            let files = self.export_files(export);
            for path in files.into_iter().filter(|path| seen.insert(self.files.resolve(path).unwrap_or(path.clone()))) {
                let Some(file) = self.export(&path, &export.at) else { continue };
                let (found, problems) = entra::recognise(self.sources, file);
                recognised.extend(found);
                self.problems.extend(problems);
            }
        }
        recognised
    }

    /// An attribute that is not known may belong to an extension, which only a snapshot tells.
    pub(super) fn explain(&self, problem: Problem) -> Problem {
        let unread = self.unread_snapshot.as_ref().filter(|_| problem.code == "unknown-attribute");
        match unread {
            Some(place) => problem.related(place.clone(), "its extensions are not known, as it could not be read"),
            None => problem,
        }
    }

    /// The snapshot by its files, where they have more bytes together than this. One whose files cannot be looked at is
    /// none: reading it will say why.
    pub(super) fn large(
        &mut self,
        named: Option<&config::Snapshot>,
        overrides: &Overrides,
        enough: u64,
    ) -> Option<LargeSnapshot> {
        let before = self.problems.len();
        let (users, groups) = self.named_pages(named, overrides);
        let mut total = 0_u64;
        let mut pages = |loader: &mut Self, paths: Option<NamedPaths<'_>>| -> Option<Option<Vec<Page>>> {
            let Some(paths) = paths else { return Some(None) };
            let mut pages = Vec::new();
            for (path, _) in loader.files_of(paths) {
                let size = loader.files.size(&path, enough).ok()?;
                total = total.saturating_add(size);
                pages.push(Page { path, size });
            }
            Some(Some(pages))
        };
        let users = pages(self, users);
        let groups = pages(self, groups);
        let is_known = self.problems.len() == before;
        self.problems.truncate(before);
        let (Some(users), Some(groups), true) = (users, groups, is_known && total > enough) else { return None };
        Some(LargeSnapshot { users: users?, groups })
    }

    /// The files of users and of groups: those of the command line, else those of the configuration.
    fn named_pages<'n>(
        &self,
        named: Option<&'n config::Snapshot>,
        overrides: &Overrides,
    ) -> (Option<NamedPaths<'n>>, Option<NamedPaths<'n>>) {
        let pages = |given: Option<&[PathBuf]>, named: Option<&'n Paths>| match given {
            Some(given) => Some(given.iter().map(|path| (path.clone(), None)).collect()),
            None => named.map(|named| self.named_paths(named)),
        };
        let users = pages(overrides.users.as_deref(), named.and_then(|named| named.users.as_ref()));
        let groups = pages(overrides.groups.as_deref(), named.and_then(|named| named.groups.as_ref()));
        (users, groups)
    }

    fn named_files(&mut self, named: &Paths) -> Vec<FileId> {
        self.texts(self.named_paths(named))
    }

    fn named_paths<'n>(&self, named: &'n Paths) -> NamedPaths<'n> {
        named.0.iter().map(|path| (self.beside(path), Some(&path.at))).collect()
    }

    /// The texts of files, and of the JSON files in folders, each once.
    fn texts(&mut self, paths: NamedPaths<'_>) -> Vec<FileId> {
        let files = self.files_of(paths);
        files.into_iter().filter_map(|(file, named_at)| self.text(&file, named_at)).collect()
    }

    /// Files, and the JSON files in folders, each once.
    fn files_of<'n>(&mut self, paths: NamedPaths<'n>) -> NamedPaths<'n> {
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        for (path, named_at) in paths {
            let files = self.expand(&path, named_at).into_iter();
            found.extend(files.filter(|file| seen.insert(file.clone())).map(|file| (file, named_at)));
        }
        found
    }

    /// A file as it is, a folder as the JSON files in it.
    fn expand(&mut self, path: &Path, named_at: Option<&At>) -> Vec<PathBuf> {
        let entries = match self.files.list(path) {
            Ok(None) => return vec![path.to_owned()],
            Ok(Some(entries)) => entries,
            Err(error) => {
                let place = self.place_of(path, named_at);
                self.problems.push(unreadable(place, path, &error));
                return Vec::new();
            }
        };
        let is_file = |path: &PathBuf| matches!(self.files.list(path), Ok(None));
        let pages =
            entries.into_iter().filter(|path| has_extension(path, &["json", "jsonl", "ndjson"]) && is_file(path));
        let found: Vec<PathBuf> = pages.collect();
        if found.is_empty() {
            let place = self.place_of(path, named_at);
            let message = format!("the folder `{}` holds no JSON file", path.display());
            self.problems.push(
                Problem::error("unreadable-file", place, message)
                    .help("put `.json`, `.jsonl` or `.ndjson` files into it, or name another folder"),
            );
        }
        found
    }

    fn text(&mut self, path: &Path, named_at: Option<&At>) -> Option<FileId> {
        match self.files.read(path) {
            Ok(bytes) => Some(self.add_text(path, bytes)),
            Err(error) => {
                let place = self.place_of(path, named_at);
                self.problems.push(unreadable(place, path, &error));
                None
            }
        }
    }

    fn add_text(&mut self, path: &Path, bytes: Vec<u8>) -> FileId {
        // The problem names the file by the number that it will have.
        let file = self.sources.next_id();
        let (content, problem) = decode_utf8(file, &bytes);
        self.problems.extend(problem);
        self.sources.add_text(Text::new(path.display().to_string(), content))
    }

    /// Where a file is named; the file itself where the command line names it.
    fn place_of(&mut self, path: &Path, named_at: Option<&At>) -> Place {
        match named_at {
            Some(at) => at.value(),
            None => Place::File(self.sources.add_text(Text::new(path.display().to_string(), ""))),
        }
    }

    /// The path of a file that the document names: `-` is standard input, anything else counts from its folder.
    fn beside(&self, path: &str) -> PathBuf {
        if path == "-" { PathBuf::from(path) } else { self.folder.join(path) }
    }

    /// A file as it is, a folder as the exports in it and in the folders below.
    fn export_files(&mut self, named: &Sited<String>) -> Vec<PathBuf> {
        const DEEPEST: usize = 8;
        let mut found = Vec::new();
        // A loop of links ends where a folder comes again.
        let mut seen = HashSet::new();
        let mut pending = vec![(self.beside(named), 0)];
        while let Some((path, depth)) = pending.pop() {
            match self.files.list(&path) {
                Ok(None) if depth == 0 || has_extension(&path, &["json", "xml", "yaml", "yml"]) => found.push(path),
                Ok(None) => {}
                Ok(Some(entries)) => {
                    let is_new = seen.insert(self.files.resolve(&path).unwrap_or(path));
                    if is_new && depth < DEEPEST {
                        let visible = entries.into_iter().filter(|path| !is_hidden(path));
                        pending.extend(visible.map(|path| (path, depth + 1)));
                    }
                }
                Err(error) => self.problems.push(unreadable(named.at.value(), &path, &error)),
            }
        }
        found.sort();
        found
    }

    fn export(&mut self, path: &Path, named_at: &At) -> Option<FileId> {
        let bytes = match self.files.read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.problems.push(unreadable(named_at.value(), path, &error));
                return None;
            }
        };
        // XML has no tree here.
        if entra::is_xml(&String::from_utf8_lossy(&bytes)) {
            return Some(self.add_text(path, bytes));
        }
        let (file, problems) = self.sources.add_document(&path.display().to_string(), &bytes);
        self.problems.extend(problems);
        Some(file)
    }
}

/// Whether a file of a folder is meant, by its name: editors and systems leave hidden ones beside it.
fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
    !is_hidden(path) && extension.is_some_and(|extension| extensions.contains(&extension.as_str()))
}

pub(super) fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

/// Why a file cannot be read, in words that do not depend on the system.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::NotADirectory => "a part of the path is no folder".to_owned(),
        _ => error.to_string(),
    }
}

pub(crate) fn unreadable(place: Place, path: &Path, error: &io::Error) -> Problem {
    let help = match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => "correct the path",
        io::ErrorKind::PermissionDenied => "give yourself permission to read it",
        io::ErrorKind::IsADirectory => "name a file in it",
        _ => "make it a file that can be read",
    };
    let message = format!("`{}` cannot be read: {}", path.display(), reason(error));
    Problem::error("unreadable-file", place, message).label("cannot be read").help(help)
}
