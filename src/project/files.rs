//! Where files come from: the disk, or memory.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

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
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Disk {
    fn named(path: &Path) -> &Path {
        if path.as_os_str().is_empty() { Path::new(".") } else { path }
    }

    /// Who may read a file that is written there: as before, or, of a new one, as of any other. Temporary files, which
    /// it is made of, are private.
    #[cfg(unix)]
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
        refuse_device(path)?;
        std::fs::read(path)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + '_>> {
        refuse_device(path)?;
        Ok(Box::new(std::fs::File::open(path)?))
    }

    fn size(&self, path: &Path, _enough: u64) -> io::Result<u64> {
        refuse_device(path)?;
        std::fs::metadata(path).map(|metadata| metadata.len())
    }

    fn list(&self, folder: &Path) -> io::Result<Option<Vec<PathBuf>>> {
        let named = Disk::named(folder);
        if !std::fs::metadata(named)?.is_dir() {
            return Ok(None);
        }
        let mut names = Vec::new();
        for entry in std::fs::read_dir(named)? {
            names.push(entry?.file_name());
        }
        names.sort();
        Ok(Some(names.into_iter().map(|name| folder.join(name)).collect()))
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        std::fs::canonicalize(Disk::named(path))
    }
}

fn refuse_device(path: &Path) -> io::Result<()> {
    match is_device(&std::fs::metadata(path)?.file_type()) {
        true => Err(io::Error::other("it is a device, which may have no end")),
        false => Ok(()),
    }
}

#[cfg(unix)]
fn is_device(kind: &std::fs::FileType) -> bool {
    use std::os::unix::fs::FileTypeExt;
    kind.is_char_device() || kind.is_block_device()
}

#[cfg(not(unix))]
fn is_device(_: &std::fs::FileType) -> bool {
    false
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
