//! Finding configurations: upward from a folder, or below one.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use super::Files;
use super::loader::is_hidden;

/// The name of a configuration. Where a folder holds several, one per provider, each is `NAME.vestibule.yaml`.
pub const FILE_NAME: &str = "vestibule.yaml";

/// Whether a file is a configuration by its name: `vestibule.yaml`, or `NAME.vestibule.yaml` where a folder holds one per
/// provider; also with `.yml`.
///
/// ```
/// use vestibule::project::is_configuration;
/// assert!(is_configuration("p/vestibule.yaml".as_ref()));
/// assert!(is_configuration("p/contoso-eu.vestibule.yaml".as_ref()));
/// assert!(!is_configuration("p/rules.yaml".as_ref()));
/// ```
pub fn is_configuration(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let Some(stem) = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")) else { return false };
    let provider = stem.strip_suffix(".vestibule").is_some_and(|provider| !provider.is_empty());
    (stem == "vestibule" || provider) && !is_hidden(path)
}

/// The configurations in the nearest folder that has any, from `start` upward, in byte order of their names.
///
/// # Errors
///
/// What the system says of `start`, and where nothing is found but a folder with the name of a configuration. Folders
/// above that may not be read are passed over.
pub fn upward(files: &dyn Files, start: &Path) -> io::Result<Vec<PathBuf>> {
    let start = files.resolve(start)?;
    let mut misnamed = None;
    for folder in start.ancestors() {
        let Ok(Some(entries)) = files.list(folder) else { continue };
        let found = configurations(files, &entries);
        if !found.is_empty() {
            return Ok(found);
        }
        misnamed = misnamed.or_else(|| folder_named_so(&entries));
    }
    misnamed.map_or(Ok(Vec::new()), |folder| Err(is_a_folder(&folder)))
}

/// The configurations of a folder: its own, else those of the folders below it, in byte order of their paths. Hidden
/// folders and those that hold build output are passed over.
///
/// # Errors
///
/// What the system says of `folder`, and where nothing is found but a folder with the name of a configuration.
pub fn below(files: &dyn Files, folder: &Path) -> io::Result<Vec<PathBuf>> {
    // Deeper than any project.
    const DEEPEST: usize = 16;
    let mut found = Vec::new();
    let mut misnamed = None;
    // Links may lead round in a circle.
    let mut seen = HashSet::new();
    let mut folders = vec![(folder.to_owned(), 0)];
    while let Some((current, depth)) = folders.pop() {
        let entries = match files.list(&current) {
            Ok(Some(entries)) => entries,
            Ok(None) => continue,
            Err(error) if depth == 0 => return Err(error),
            Err(_) => continue,
        };
        if !seen.insert(files.resolve(&current).unwrap_or(current)) {
            continue;
        }
        let own = configurations(files, &entries);
        if !own.is_empty() {
            found.extend(own);
            continue;
        }
        misnamed = misnamed.or_else(|| folder_named_so(&entries));
        if depth < DEEPEST {
            folders.extend(entries.into_iter().filter(|path| is_searched(path)).map(|path| (path, depth + 1)));
        }
    }
    if let (true, Some(folder)) = (found.is_empty(), misnamed) {
        return Err(is_a_folder(&folder));
    }
    found.sort();
    Ok(found)
}

/// Of the entries of a folder without a configuration, the one that has the name of one: it is a folder.
fn folder_named_so(entries: &[PathBuf]) -> Option<PathBuf> {
    entries.iter().find(|path| is_configuration(path)).cloned()
}

fn is_a_folder(path: &Path) -> io::Error {
    io::Error::new(io::ErrorKind::IsADirectory, format!("`{}` is a folder, and not a configuration", path.display()))
}

fn configurations(files: &dyn Files, entries: &[PathBuf]) -> Vec<PathBuf> {
    let is_file = |path: &PathBuf| !matches!(files.list(path), Ok(Some(_)));
    entries.iter().filter(|path| is_configuration(path) && is_file(path)).cloned().collect()
}

fn is_searched(path: &Path) -> bool {
    !is_hidden(path) && !path.file_name().is_some_and(|name| name == "target" || name == "node_modules")
}
