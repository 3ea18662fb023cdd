//! Which files an `include` names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use globset::GlobBuilder;

use super::Files;
use crate::config::Sited;
use crate::source::Problem;

/// The files that the patterns name, in the order in which they count: pattern by pattern, a glob's files in byte order
/// of their paths, each file once.
pub(super) fn resolve(
    files: &dyn Files,
    folder: &Path,
    document: &Path,
    patterns: &[Sited<String>],
) -> (Vec<PathBuf>, Vec<Problem>) {
    let mut includes =
        Includes { files, folder, document, found: Vec::new(), seen: BTreeSet::new(), problems: Vec::new() };
    for pattern in patterns {
        includes.add(pattern);
    }
    (includes.found, includes.problems)
}

struct Includes<'i> {
    files: &'i dyn Files,
    folder: &'i Path,
    document: &'i Path,
    found: Vec<PathBuf>,
    seen: BTreeSet<PathBuf>,
    problems: Vec<Problem>,
}

impl Includes<'_> {
    fn add(&mut self, pattern: &Sited<String>) {
        if !pattern.contains(['*', '?', '[', '{']) {
            let path = self.folder.join(pattern.as_str());
            match self.files.list(&path) {
                Ok(None) => self.add_file(path, pattern),
                Ok(Some(_)) => self.report(pattern, "a folder is included", "name its files, as `rules/*.yaml`"),
                Err(error) => {
                    let message = format!("the included file `{}` cannot be read: {error}", pattern.as_str());
                    self.report(pattern, &message, "correct the path; it counts from the folder of this document");
                }
            }
            return;
        }
        let matcher = match GlobBuilder::new(pattern).literal_separator(true).build() {
            Ok(glob) => glob.compile_matcher(),
            Err(error) => {
                let message = format!("`{}` is not a glob: {}", pattern.as_str(), error.kind());
                return self.report(pattern, &message, "write a path such as `rules/*.yaml`");
            }
        };
        let mut matches: Vec<PathBuf> = self.below(pattern).into_iter().filter(|path| matcher.is_match(path)).collect();
        matches.sort_by(|a, b| a.as_os_str().as_encoded_bytes().cmp(b.as_os_str().as_encoded_bytes()));
        if matches.is_empty() {
            let message = format!("no file matches `{}`", pattern.as_str());
            return self.report(pattern, &message, "correct the pattern, or remove it");
        }
        for path in matches {
            self.add_file(self.folder.join(path), pattern);
        }
    }

    /// The files below the part of a pattern that holds no wildcard, relative to the project's folder.
    fn below(&self, pattern: &str) -> Vec<PathBuf> {
        const DEEPEST: usize = 16;
        let fixed: PathBuf = pattern.split('/').take_while(|part| !part.contains(['*', '?', '[', '{'])).collect();
        let mut found = Vec::new();
        let mut folders = vec![(fixed, 0)];
        while let Some((relative, depth)) = folders.pop() {
            match self.files.list(&self.folder.join(&relative)) {
                Ok(Some(entries)) if depth < DEEPEST => {
                    let names = entries.iter().filter_map(|path| path.file_name());
                    folders.extend(names.map(|name| (relative.join(name), depth + 1)));
                }
                Ok(None) => found.push(relative),
                Ok(Some(_)) | Err(_) => {}
            }
        }
        found
    }

    fn add_file(&mut self, path: PathBuf, pattern: &Sited<String>) {
        let resolved = (self.files.resolve(&path), self.files.resolve(self.folder), self.files.resolve(self.document));
        let (Ok(real), Ok(folder), Ok(document)) = resolved else {
            let message = format!("the included file `{}` cannot be read", path.display());
            return self.report(pattern, &message, "correct the path, or its permissions");
        };
        if !real.starts_with(&folder) {
            let message = format!("`{}` leads out of the project's folder", pattern.as_str());
            return self.report(pattern, &message, "move the file into the folder of this document");
        }
        if real == document {
            return self.report(pattern, "the document includes itself", "narrow the pattern to files of rules");
        }
        if self.seen.insert(real) {
            self.found.push(path);
        }
    }

    fn report(&mut self, pattern: &Sited<String>, message: &str, help: &str) {
        self.problems
            .push(Problem::error("invalid-include", pattern.at.value(), message).label("included here").help(help));
    }
}
