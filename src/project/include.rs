//! Which files an `include` names.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};

use super::Files;
use super::loader::{is_hidden, reason};
use crate::config::Sited;
use crate::source::{At, Problem, shorten};

/// How many files and folders a pattern may look at: more than a project of rules ever has.
const MOST_LOOKED_AT: usize = 10_000;
/// How many files may be included.
const MOST_INCLUDED: usize = 1_000;
/// How deep `**` goes.
const DEEPEST: usize = 16;

/// The files that the patterns name, each with the pattern that names it, in the order in which they count: pattern by
/// pattern, a glob's files in byte order of their paths, each file once.
pub(super) fn resolve<'p>(
    files: &dyn Files,
    folder: &Path,
    document: &Path,
    patterns: &'p [Sited<String>],
) -> (Vec<(PathBuf, &'p At)>, Vec<Problem>) {
    let real = |path: &Path| files.resolve(path).unwrap_or_else(|_| path.to_owned());
    let mut includes = Includes {
        files,
        folder,
        real_folder: real(folder),
        real_document: real(document),
        found: Vec::new(),
        seen: HashSet::new(),
        problems: Vec::new(),
    };
    for pattern in patterns {
        if let Err(problem) = includes.add(pattern) {
            includes.problems.push(*problem);
        }
    }
    (includes.found, includes.problems)
}

struct Includes<'i, 'p> {
    files: &'i dyn Files,
    folder: &'i Path,
    real_folder: PathBuf,
    real_document: PathBuf,
    found: Vec<(PathBuf, &'p At)>,
    /// The same files, links followed.
    seen: HashSet<PathBuf>,
    problems: Vec<Problem>,
}

impl<'p> Includes<'_, 'p> {
    fn add(&mut self, pattern: &'p Sited<String>) -> Result<(), Box<Problem>> {
        if leaves(Path::new(pattern.as_str())) {
            return Err(outside(pattern));
        }
        if is_glob(pattern) { self.add_glob(pattern) } else { self.add_path(pattern) }
    }

    fn add_path(&mut self, pattern: &'p Sited<String>) -> Result<(), Box<Problem>> {
        let path = self.folder.join(pattern.as_str());
        match self.files.list(&path) {
            Ok(None) => {}
            Ok(Some(_)) => return Err(refused(pattern, "a folder is included", "name its files, as `rules/*.yaml`")),
            Err(error) => {
                let message = format!("the included file `{}` cannot be read: {}", shorten(pattern), reason(&error));
                let help = "correct the path, which counts from the folder of this document";
                return Err(refused(pattern, &message, help));
            }
        }
        self.insert(path, pattern)
    }

    fn add_glob(&mut self, pattern: &'p Sited<String>) -> Result<(), Box<Problem>> {
        let matcher = GlobBuilder::new(pattern).literal_separator(true).build().map_err(|error| {
            let message = format!("`{}` is not a glob: {}", shorten(pattern), error.kind());
            refused(pattern, &message, "write a pattern such as `rules/*.yaml`")
        })?;
        let matches = self.matches(pattern, &matcher.compile_matcher())?;
        if matches.is_empty() {
            let message = format!("no file matches `{}`", shorten(pattern));
            return Err(refused(pattern, &message, "correct the pattern, or remove it"));
        }
        matches.into_iter().try_for_each(|path| self.insert(self.folder.join(path), pattern))
    }

    /// The files below the part of a pattern that holds no wildcard, relative to the project's folder, in byte order.
    fn matches(&self, pattern: &Sited<String>, matcher: &GlobMatcher) -> Result<Vec<PathBuf>, Box<Problem>> {
        let parts: Vec<&str> = pattern.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        let fixed = parts.iter().take_while(|part| !is_glob(part)).count();
        let deepest = if parts.contains(&"**") { DEEPEST } else { parts.len() - fixed };
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        let mut looked_at = 0;
        let mut unreadable = None;
        let mut pending = vec![(parts[..fixed].iter().collect::<PathBuf>(), 0)];
        while let Some((relative, depth)) = pending.pop() {
            let path = self.folder.join(&relative);
            match self.files.list(&path) {
                Ok(None) if matcher.is_match(&relative) => found.push(relative),
                Ok(Some(entries)) if depth < deepest => {
                    // Links may lead out of the project, or round in a circle.
                    if !seen.insert(self.inside(&path, pattern)?) {
                        continue;
                    }
                    looked_at += entries.len();
                    if looked_at > MOST_LOOKED_AT {
                        return Err(too_many(pattern, &format!("looks through more than {MOST_LOOKED_AT} files")));
                    }
                    let names = entries.iter().filter(|path| !is_hidden(path)).filter_map(|path| path.file_name());
                    pending.extend(names.map(|name| (relative.join(name), depth + 1)));
                }
                // A link that leads nowhere, or nothing there at all.
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
                Err(error) if depth < deepest => drop(unreadable.get_or_insert((relative, error))),
                _ => {}
            }
        }
        // Other folders may hold all that is meant; with `**` every one is meant.
        if let Some((relative, error)) = unreadable.filter(|_| found.is_empty() || parts.contains(&"**")) {
            let shown = relative.to_string_lossy();
            let message =
                format!("`{}` cannot be searched for `{}`: {}", shorten(&shown), shorten(pattern), reason(&error));
            return Err(refused(
                pattern,
                &message,
                "give yourself permission to read the folder, or correct the pattern",
            ));
        }
        found.sort_by(|a, b| a.as_os_str().as_encoded_bytes().cmp(b.as_os_str().as_encoded_bytes()));
        Ok(found)
    }

    /// The path, links followed, where that is inside the project's folder.
    fn inside(&self, path: &Path, pattern: &Sited<String>) -> Result<PathBuf, Box<Problem>> {
        let real = self.files.resolve(path).map_err(|error| {
            let message = format!("the included file `{}` cannot be read: {}", path.display(), reason(&error));
            refused(pattern, &message, "correct the path, or the permissions of its folders")
        })?;
        if real.starts_with(&self.real_folder) { Ok(real) } else { Err(outside(pattern)) }
    }

    fn insert(&mut self, path: PathBuf, pattern: &'p Sited<String>) -> Result<(), Box<Problem>> {
        let real = self.inside(&path, pattern)?;
        if real == self.real_document {
            return Err(refused(pattern, "the document includes itself", "name files that hold nothing but rules"));
        }
        if self.found.len() >= MOST_INCLUDED {
            return Err(too_many(pattern, &format!("includes more than {MOST_INCLUDED} files")));
        }
        // A pattern may well cover what was named before, to put it first.
        if self.seen.insert(real) {
            self.found.push((path, &pattern.at));
        }
        Ok(())
    }
}

fn is_glob(pattern: &str) -> bool {
    pattern.contains(['*', '?', '[', '{'])
}

/// Whether a relative path leads out of the folder that it counts from, as far as its text says.
fn leaves(path: &Path) -> bool {
    let mut depth = 0_usize;
    for component in path.components() {
        match component {
            Component::Normal(_) => depth += 1,
            Component::ParentDir if depth == 0 => return true,
            Component::ParentDir => depth -= 1,
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    false
}

fn outside(pattern: &Sited<String>) -> Box<Problem> {
    let message = format!("`{}` leads out of the project's folder", shorten(pattern));
    refused(pattern, &message, "move the files into the folder of this document")
}

fn too_many(pattern: &Sited<String>, what: &str) -> Box<Problem> {
    let message = format!("`{}` {what}", shorten(pattern));
    refused(pattern, &message, "narrow the pattern to the folder that holds the rules")
}

fn refused(pattern: &Sited<String>, message: &str, help: &str) -> Box<Problem> {
    Box::new(Problem::error("invalid-include", pattern.at.value(), message).label("included here").help(help))
}
