//! Where files come from: the disk, or memory.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

/// Reads files and folders. Paths are as people write them; `/` separates.
pub trait Files {
    /// The bytes of a file.
    ///
    /// # Errors
    ///
    /// What the system says: not there, a folder, no permission.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// The bytes of a file, to be read one after the other.
    ///
    /// # Errors
    ///
    /// As [`Files::read`].
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(io::Cursor::new(self.read(path)?)))
    }

    /// How many bytes a file has; of one whose end is not known, more than `enough` where it has more.
    ///
    /// # Errors
    ///
    /// As [`Files::read`].
    fn size(&self, path: &Path, _enough: u64) -> io::Result<u64> {
        self.read(path).map(|bytes| bytes.len() as u64)
    }

    /// What a folder holds, in byte order of the names; `None` where the path is no folder.
    ///
    /// # Errors
    ///
    /// What the system says: not there, no permission.
    fn list(&self, folder: &Path) -> io::Result<Option<Vec<PathBuf>>>;

    /// The path that a path stands for once links are followed.
    ///
    /// # Errors
    ///
    /// What the system says: not there, no permission.
    fn resolve(&self, path: &Path) -> io::Result<PathBuf>;
}

/// The file system of this machine. The empty path, which is the parent of a mere file name, is the working folder.
///
/// What is read may be a pipe, such as a shell makes of `<(a command)`; one that nobody writes to is given up soon. The
/// entries of a folder are files, folders and links to such: pipes that lie in one are nobody's data.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Disk {
    fn named(path: &Path) -> &Path {
        if path.as_os_str().is_empty() { Path::new(".") } else { path }
    }

    /// Who may read a file that is written there: as before, or, of a new one, as of any other. Temporary files, which
    /// it is made of, are private.
    #[cfg(all(unix, feature = "cli"))]
    pub(crate) fn permissions(path: &Path) -> Option<std::fs::Permissions> {
        use std::os::unix::fs::PermissionsExt;
        let before = std::fs::metadata(path).map(|metadata| metadata.permissions());
        Some(before.unwrap_or_else(|_| std::fs::Permissions::from_mode(0o666)))
    }

    /// The same; other systems have nothing to say.
    #[cfg(not(unix))]
    pub(crate) fn permissions(_: &Path) -> Option<std::fs::Permissions> {
        None
    }
}

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match Special::of(&std::fs::metadata(path)?.file_type()) {
            Some(Special::Device) => Err(a_device()),
            Some(Special::Pipe) => read_pipe(path, PATIENCE),
            None => std::fs::read(path),
        }
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + '_>> {
        match Special::of(&std::fs::metadata(path)?.file_type()) {
            Some(Special::Device) => Err(a_device()),
            Some(Special::Pipe) => Ok(Box::new(open_pipe(path, PATIENCE)?)),
            None => Ok(Box::new(std::fs::File::open(path)?)),
        }
    }

    fn size(&self, path: &Path, _enough: u64) -> io::Result<u64> {
        let metadata = std::fs::metadata(path)?;
        match Special::of(&metadata.file_type()) {
            Some(Special::Device) => Err(a_device()),
            _ => Ok(metadata.len()),
        }
    }

    fn list(&self, folder: &Path) -> io::Result<Option<Vec<PathBuf>>> {
        let named = Disk::named(folder);
        if !std::fs::metadata(named)?.is_dir() {
            return Ok(None);
        }
        let mut names = Vec::new();
        for entry in std::fs::read_dir(named)? {
            let entry = entry?;
            if entry.file_type().is_ok_and(|kind| Special::of(&kind).is_none()) {
                names.push(entry.file_name());
            }
        }
        names.sort();
        Ok(Some(names.into_iter().map(|name| folder.join(name)).collect()))
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        std::fs::canonicalize(Disk::named(path))
    }
}

/// What is neither a file nor a folder.
enum Special {
    Device,
    Pipe,
}

impl Special {
    #[cfg(unix)]
    fn of(kind: &std::fs::FileType) -> Option<Special> {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_char_device() || kind.is_block_device() || kind.is_socket() {
            return Some(Special::Device);
        }
        kind.is_fifo().then_some(Special::Pipe)
    }

    #[cfg(not(unix))]
    fn of(_: &std::fs::FileType) -> Option<Special> {
        None
    }
}

fn a_device() -> io::Error {
    io::Error::other("it is a device, which may have no end")
}

/// How long somebody may take to open the other end of a pipe.
const PATIENCE: Duration = Duration::from_secs(5);

fn read_pipe(path: &Path, patience: Duration) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_pipe(path, patience)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a pipe. That waits for a writer, and cannot be broken off: it is left behind with its thread.
fn open_pipe(path: &Path, patience: Duration) -> io::Result<std::fs::File> {
    let (opened, waiting) = mpsc::channel();
    let owned = path.to_owned();
    std::thread::spawn(move || opened.send(std::fs::File::open(owned)));
    match waiting.recv_timeout(patience) {
        Ok(file) => file,
        Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "it is a pipe that nobody writes to")),
    }
}

/// Files held in memory, by path: for tests, servers and browsers.
///
/// ```
/// use vestibule::project::{Files, Memory};
/// let files = Memory::from([("p/vestibule.yaml", "version: 1\n"), ("p/rules/a.yaml", "")]);
/// assert_eq!(files.list("p".as_ref())?.map(|names| names.len()), Some(2));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Memory(BTreeMap<PathBuf, Vec<u8>>);

impl Memory {
    /// Adds a file, or replaces it.
    pub fn insert(&mut self, path: impl AsRef<Path>, content: impl Into<Vec<u8>>) {
        self.0.insert(normal(path.as_ref()), content.into());
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Memory {
    fn from(files: [(&str, &str); N]) -> Self {
        let mut memory = Memory::default();
        for (path, content) in files {
            memory.insert(path, content);
        }
        memory
    }
}

impl Files for Memory {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.get(&normal(path)).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn list(&self, folder: &Path) -> io::Result<Option<Vec<PathBuf>>> {
        let wanted = normal(folder);
        if self.0.contains_key(&wanted) {
            return Ok(None);
        }
        let inside = self.0.keys().filter_map(|path| path.strip_prefix(&wanted).ok());
        let names: BTreeSet<_> = inside.filter_map(|path| path.components().next()).collect();
        if names.is_empty() {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok(Some(names.into_iter().map(|name| folder.join(name)).collect()))
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(normal(path))
    }
}

/// The path without `.` and `..`, as far as its text says.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if out.file_name().is_some() => {
                out.pop();
            }
            component => out.push(component),
        }
    }
    out
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn with_pipe(then: impl FnOnce(&Path, &Path)) {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = folder.path().join("users.json");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
        assert!(made.success());
        then(folder.path(), &pipe);
    }

    #[test]
    fn a_pipe_that_nobody_writes_to_is_given_up() {
        with_pipe(|_, pipe| {
            let error = read_pipe(pipe, Duration::from_millis(20)).expect_err("nobody writes");
            assert_eq!(error.to_string(), "it is a pipe that nobody writes to");
        });
    }

    #[test]
    fn a_pipe_with_a_writer_is_read_to_its_end() {
        with_pipe(|_, pipe| {
            let written = pipe.to_owned();
            let writer = std::thread::spawn(move || std::fs::write(written, "[]"));
            assert_eq!(Disk.read(pipe).expect("a writer"), b"[]");
            writer.join().expect("it ends").expect("it writes");
        });
    }

    #[test]
    fn pipes_in_a_folder_are_passed_over() {
        with_pipe(|folder, pipe| {
            assert_eq!(Disk.list(folder).expect("a folder"), Some(Vec::new()));
            assert_eq!(Disk.list(pipe).expect("no folder"), None);
        });
    }
}
