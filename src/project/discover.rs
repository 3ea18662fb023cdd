//! Finding configurations: upward from a folder, or below one.

use std::io;
use std::path::{Path, PathBuf};

use super::Files;

/// The name of a configuration. Where a folder holds several, one per provider, each is `NAME.vestibule.yaml`.
pub const FILE_NAME: &str = "vestibule.yaml";

/// Whether a file is a configuration by its name.
pub fn is_configuration(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    name == FILE_NAME || name == "vestibule.yml" || name.ends_with(".vestibule.yaml")
}

/// The configurations in the nearest folder that has any, from `start` upward.
///
/// # Errors
///
/// What the system says of `start`. Folders above that may not be read are passed over.
pub fn upward(files: &dyn Files, start: &Path) -> io::Result<Vec<PathBuf>> {
    let start = files.resolve(start)?;
    for folder in start.ancestors() {
        let Ok(Some(entries)) = files.list(folder) else { continue };
        let found: Vec<PathBuf> = entries.into_iter().filter(|path| is_configuration(path)).collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// The configurations of a folder: its own, else those of the folders below it, in byte order of their paths. Hidden
/// folders and those that hold build output are passed over.
///
/// # Errors
///
/// What the system says of `folder`.
pub fn below(files: &dyn Files, folder: &Path) -> io::Result<Vec<PathBuf>> {
    // Deeper than any project; a loop of links ends here.
    const DEEPEST: usize = 16;
    let mut found = Vec::new();
    let mut folders = vec![(folder.to_owned(), 0)];
    while let Some((current, depth)) = folders.pop() {
        let entries = match files.list(&current) {
            Ok(Some(entries)) => entries,
            Ok(None) => continue,
            Err(error) if depth == 0 => return Err(error),
            Err(_) => continue,
        };
        let own: Vec<PathBuf> = entries.iter().filter(|path| is_configuration(path)).cloned().collect();
        if !own.is_empty() {
            found.extend(own);
            continue;
        }
        if depth < DEEPEST {
            folders.extend(entries.into_iter().filter(|path| is_searched(path)).map(|path| (path, depth + 1)));
        }
    }
    found.sort();
    Ok(found)
}

fn is_searched(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    !name.starts_with('.') && !matches!(name, "target" | "node_modules")
}
