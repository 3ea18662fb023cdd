//! Which test files there are, and reading them.

use std::io;
use std::path::{Path, PathBuf};

use super::document::Test;
use super::read::read;
use crate::project::{Files, unreadable};
use crate::source::{Place, Problem, Sources, Text};

/// The folder beside a configuration that is searched too.
const FOLDER: &str = "tests";

/// What the test files hold.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The tests, file by file.
    pub tests: Vec<Test>,
    /// Every mistake, in no particular order.
    pub problems: Vec<Problem>,
    /// How many files there are.
    pub files: usize,
}

/// Whether a file holds tests by its name: `NAME.test.yaml`, also with `.yml`.
///
/// ```
/// use vestibule::suite::is_test_file;
/// assert!(is_test_file("tests/newcomers.test.yaml".as_ref()));
/// assert!(!is_test_file("tests/newcomers.yaml".as_ref()) && !is_test_file(".test.yaml".as_ref()));
/// ```
pub fn is_test_file(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let stem = name.strip_suffix(".test.yaml").or_else(|| name.strip_suffix(".test.yml"));
    stem.is_some_and(|stem| !stem.is_empty() && !stem.starts_with('.'))
}

/// The test files of a configuration: those in its folder, then those in the folder `tests` there, each in byte order.
///
/// # Errors
///
/// What the system says of the configuration's folder, and of `tests` where it is there.
pub fn find(files: &dyn Files, configuration: &Path) -> io::Result<Vec<PathBuf>> {
    let folder = configuration.parent().unwrap_or(Path::new(""));
    let entries = files.list(folder)?.unwrap_or_default();
    let below = entries.iter().find(|path| path.file_name().is_some_and(|name| name == FOLDER));
    let below = below.map(|path| files.list(path)).transpose()?.flatten().unwrap_or_default();
    let is_file = |path: &PathBuf| !matches!(files.list(path), Ok(Some(_)));
    Ok(entries.into_iter().chain(below).filter(|path| is_test_file(path) && is_file(path)).collect())
}

/// Reads test files. Never fails: what cannot be read is a problem.
pub fn load(files: &dyn Files, paths: &[PathBuf], sources: &mut Sources) -> Loaded {
    let mut loaded = Loaded { files: paths.len(), ..Loaded::default() };
    for path in paths {
        let name = path.display().to_string();
        let bytes = match files.read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let file = sources.add_text(Text::new(name, ""));
                loaded.problems.push(unreadable(Place::File(file), path, &error));
                continue;
            }
        };
        let (file, problems) = sources.add_document(&name, &bytes);
        loaded.problems.extend(problems);
        let reading = read(sources, file);
        loaded.tests.extend(reading.tests);
        loaded.problems.extend(reading.problems);
    }
    loaded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Memory;

    #[test]
    fn tests_stand_beside_the_configuration_and_in_its_folder_tests() {
        let files = Memory::from([
            ("p/vestibule.yaml", ""),
            ("p/b.test.yaml", ""),
            ("p/a.test.yml", ""),
            ("p/.hidden.test.yaml", ""),
            ("p/other.yaml", ""),
            ("p/folder.test.yaml/x", ""),
            ("p/rules/c.test.yaml", ""),
            ("p/tests/z.test.yaml", ""),
            ("p/tests/data.yaml", ""),
        ]);
        let found = find(&files, "p/vestibule.yaml".as_ref()).expect("a folder");
        let found: Vec<_> = found.iter().map(|path| path.display().to_string()).collect();
        assert_eq!(found, ["p/a.test.yml", "p/b.test.yaml", "p/tests/z.test.yaml"]);
    }

    #[test]
    fn what_cannot_be_read_is_a_problem_and_the_rest_is_read() {
        let test = "version: 1\ntests: [{ name: a, user: { userName: u }, expect: { groups: [] } }]\n";
        let files = Memory::from([("b.test.yaml", test)]);
        let mut sources = Sources::default();
        let loaded = load(&files, &["a.test.yaml".into(), "b.test.yaml".into()], &mut sources);
        assert_eq!(loaded.problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["unreadable-file"]);
        assert_eq!((loaded.tests.len(), loaded.files), (1, 2));
    }
}
