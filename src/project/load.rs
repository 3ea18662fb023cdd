//! Reads a configuration and everything that it names.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use super::{Files, include};
use crate::condition::Scheme;
use crate::config::{self, Config, Paths, Sited};
use crate::entra;
use crate::foundry::{self, ExportPart};
use crate::scim::{Kind, Snapshot, SnapshotReader};
use crate::source::{At, FileId, Place, Problem, Severity, Sources, Text, decode_utf8};

/// A configuration and everything that it names. The texts are in the [`Sources`] it was loaded into.
#[derive(Debug)]
pub struct Project {
    /// The document.
    pub root: FileId,
    /// The configuration; `None` where it has errors.
    pub config: Option<Config>,
    /// The SCIM snapshot, where one is named.
    pub snapshot: Option<Snapshot>,
    /// What Foundry's Admin API returned, where that is named.
    pub foundry: Option<foundry::Export>,
    /// What Entra's exports are.
    pub entra: Vec<entra::Recognised>,
    /// What is wrong with the files, in no particular order.
    pub problems: Vec<Problem>,
    unreadable: bool,
}

/// Files to take instead of those that the configuration names.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// SCIM users.
    pub users: Option<Vec<PathBuf>>,
    /// SCIM groups.
    pub groups: Option<Vec<PathBuf>>,
}

impl Project {
    /// Reads a configuration and everything it names. Never fails: what cannot be read is a problem.
    pub fn load(files: &dyn Files, path: &Path, overrides: &Overrides, sources: &mut Sources) -> Project {
        let mut loader = Loader { files, sources, problems: Vec::new() };
        let (root, unreadable) = loader.document(path);
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let included = if unreadable { Vec::new() } else { loader.includes(root, &folder, path) };
        let reading = if unreadable { None } else { Some(config::read(loader.sources, root, &included)) };
        let (draft, mut problems) = reading.map(|reading| (reading.draft, reading.problems)).unwrap_or_default();
        loader.problems.append(&mut problems);
        let mut project = Project {
            root,
            config: None,
            snapshot: None,
            foundry: None,
            entra: Vec::new(),
            problems: Vec::new(),
            unreadable,
        };
        if let Some(draft) = draft {
            let config = draft.config();
            let named = config.snapshot.clone();
            let named_foundry = config.foundry.clone();
            let exports = config.entra.as_ref().map(|entra| entra.exports.clone()).unwrap_or_default();
            let mut scheme = Scheme::new();
            let wrong = has_errors(&loader.problems);
            project.snapshot = loader.snapshot(named.as_ref(), overrides, &folder);
            for extension in project.snapshot.iter().flat_map(|snapshot| snapshot.extensions()) {
                scheme.add_extension(&extension.urn, extension.attributes);
            }
            project.foundry = named_foundry.map(|named| loader.foundry(&named, &folder));
            project.entra = loader.entra(&exports, &folder);
            let (config, problems) = draft.check(scheme);
            let wrong = wrong || has_errors(&problems);
            loader.problems.extend(problems);
            project.config = (!wrong).then_some(config);
        }
        project.problems = loader.problems;
        project
    }

    /// The synchronization schemas among Entra's exports.
    pub fn synchronization_schemas(&self) -> impl Iterator<Item = &entra::SynchronizationSchema> {
        self.entra.iter().filter_map(|export| match export {
            entra::Recognised::SynchronizationSchema(schema) => Some(schema),
            _ => None,
        })
    }

    /// Whether the document itself could not be read: there is nothing to say about it.
    pub fn is_unreadable(&self) -> bool {
        self.unreadable
    }
}

fn has_errors(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.severity == Severity::Error)
}

struct Loader<'l> {
    files: &'l dyn Files,
    sources: &'l mut Sources,
    problems: Vec<Problem>,
}

impl Loader<'_> {
    /// Adds a document. Where it cannot be read, it is empty and a problem says why.
    fn document(&mut self, path: &Path) -> (FileId, bool) {
        let name = path.display().to_string();
        match self.files.read(path) {
            Ok(bytes) => {
                let (file, problems) = self.sources.add_document(&name, &bytes);
                self.problems.extend(problems);
                (file, false)
            }
            Err(error) => {
                let file = self.sources.add_text(Text::new(name, ""));
                self.problems.push(unreadable(Place::File(file), path, &error));
                (file, true)
            }
        }
    }

    fn includes(&mut self, root: FileId, folder: &Path, path: &Path) -> Vec<FileId> {
        let patterns = config::includes(self.sources, root);
        let (paths, problems) = include::resolve(self.files, folder, path, &patterns);
        self.problems.extend(problems);
        paths.iter().map(|path| self.document(path).0).collect()
    }

    fn snapshot(&mut self, named: Option<&config::Snapshot>, overrides: &Overrides, folder: &Path) -> Option<Snapshot> {
        let users = self.pages(overrides.users.as_deref(), named.and_then(|named| named.users.as_ref()), folder);
        let groups = self.pages(overrides.groups.as_deref(), named.and_then(|named| named.groups.as_ref()), folder);
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

    /// The files of one kind: those of the command line, else those of the configuration.
    fn pages(&mut self, given: Option<&[PathBuf]>, named: Option<&Paths>, folder: &Path) -> Option<Vec<FileId>> {
        if let Some(given) = given {
            let paths = given.iter().flat_map(|path| self.expand(path, None)).collect::<Vec<_>>();
            return Some(paths.iter().filter_map(|path| self.text(path, None)).collect());
        }
        Some(self.named_files(named?, folder))
    }

    fn named_files(&mut self, named: &Paths, folder: &Path) -> Vec<FileId> {
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        for path in &named.0 {
            for file in self.expand(&beside(folder, path), Some(&path.at)) {
                if seen.insert(file.clone()) {
                    found.extend(self.text(&file, Some(&path.at)));
                }
            }
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
        let is_json = |path: &PathBuf| {
            let extension = path.extension().and_then(|extension| extension.to_str());
            matches!(extension, Some("json" | "jsonl" | "ndjson")) && matches!(self.files.list(path), Ok(None))
        };
        let found: Vec<PathBuf> = entries.into_iter().filter(is_json).collect();
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
        let name = path.display().to_string();
        match self.files.read(path) {
            Ok(bytes) => {
                // The text is moved in after decoding, so the problem names the file by the number it will have.
                let file = self.sources.next_id();
                let (content, problem) = decode_utf8(file, &bytes);
                drop(bytes);
                self.problems.extend(problem);
                Some(self.sources.add_text(Text::new(name, content)))
            }
            Err(error) => {
                let place = self.place_of(path, named_at);
                self.problems.push(unreadable(place, path, &error));
                None
            }
        }
    }

    /// Where a file is named; the file itself where the command line names it.
    fn place_of(&mut self, path: &Path, named_at: Option<&At>) -> Place {
        match named_at {
            Some(at) => at.value(),
            None => Place::File(self.sources.add_text(Text::new(path.display().to_string(), ""))),
        }
    }

    fn foundry(&mut self, named: &config::Foundry, folder: &Path) -> foundry::Export {
        let mut reader = foundry::ExportReader::new();
        for (part, paths) in [
            (ExportPart::Users, &named.users),
            (ExportPart::Groups, &named.groups),
            (ExportPart::Memberships, &named.memberships),
            (ExportPart::ProviderInfo, &named.provider_info),
        ] {
            let Some(paths) = paths else { continue };
            for file in self.named_files(paths, folder) {
                let text = self.sources.text(file).clone();
                reader.read(file, &text, part);
            }
        }
        let export = reader.finish();
        self.problems.extend(export.problems().iter().cloned());
        export
    }

    fn entra(&mut self, named: &[Sited<String>], folder: &Path) -> Vec<entra::Recognised> {
        let mut recognised = Vec::new();
        for export in named {
            for path in self.export_files(&beside(folder, export), &export.at) {
                let Some(file) = self.export(&path, &export.at) else { continue };
                let (found, problems) = entra::recognise(self.sources, file);
                recognised.extend(found);
                self.problems.extend(problems);
            }
        }
        recognised
    }

    /// A file as it is, a folder as the exports in it, deeper folders included.
    fn export_files(&mut self, path: &Path, named_at: &At) -> Vec<PathBuf> {
        const DEEPEST: usize = 8;
        let mut found = Vec::new();
        let mut pending = vec![(path.to_owned(), 0)];
        while let Some((path, depth)) = pending.pop() {
            match self.files.list(&path) {
                Ok(None) if depth == 0 || is_export(&path) => found.push(path),
                Ok(None) => {}
                Ok(Some(entries)) if depth < DEEPEST => {
                    pending.extend(entries.into_iter().map(|path| (path, depth + 1)))
                }
                Ok(Some(_)) => {}
                Err(error) => self.problems.push(unreadable(named_at.value(), &path, &error)),
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
        let name = path.display().to_string();
        if entra::is_xml(&String::from_utf8_lossy(&bytes)) {
            let file = self.sources.next_id();
            let (content, problem) = decode_utf8(file, &bytes);
            self.problems.extend(problem);
            return Some(self.sources.add_text(Text::new(name, content)));
        }
        let (file, problems) = self.sources.add_document(&name, &bytes);
        self.problems.extend(problems);
        Some(file)
    }
}

fn is_export(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("json" | "xml" | "yaml" | "yml"))
}

/// The path of a file that a document names: `-` is standard input, anything else counts from the document's folder.
fn beside(folder: &Path, path: &str) -> PathBuf {
    if path == "-" { PathBuf::from(path) } else { folder.join(path) }
}

fn unreadable(place: Place, path: &Path, error: &io::Error) -> Problem {
    let help = match error.kind() {
        io::ErrorKind::NotFound => "correct the path",
        io::ErrorKind::PermissionDenied => "give yourself permission to read it",
        io::ErrorKind::IsADirectory => "name a file in it",
        _ => "make it a file that can be read",
    };
    let message = format!("`{}` cannot be read: {error}", path.display());
    Problem::error("unreadable-file", place, message).help(help)
}
