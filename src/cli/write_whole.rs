//! Files that a command writes beside its output.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Stop;
use crate::project::{Disk, Files};

/// Writes a file so that it appears whole or not at all.
pub(super) fn write_whole(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Stop> {
    let mut file = WholeFile::create(path)?;
    write(&mut file).map_err(|error| unwritable(path, &error))?;
    file.keep()
}

/// A file that is being written, and appears whole or not at all.
pub(super) struct WholeFile {
    path: PathBuf,
    file: io::BufWriter<tempfile::NamedTempFile>,
}

impl WholeFile {
    /// A file that nobody sees yet.
    pub(super) fn create(path: &Path) -> Result<WholeFile, Stop> {
        let file = temporary(path).map_err(|error| unwritable(path, &error))?;
        Ok(WholeFile { path: path.to_owned(), file: io::BufWriter::new(file) })
    }

    /// Lets it appear.
    pub(super) fn keep(self) -> Result<(), Stop> {
        let WholeFile { path, file } = self;
        let kept = file.into_inner().map_err(io::IntoInnerError::into_error);
        let kept = kept.and_then(|file| file.persist(&path).map_err(|error| error.error));
        kept.map(drop).map_err(|error| unwritable(&path, &error))
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Stop {
    Stop::Complaint(format!("cannot write `{}`: {error}", path.display()))
}

fn temporary(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Disk.resolve(folder)?;
    // The error of the temporary file names a path that is another one each time.
    let mut builder = tempfile::Builder::new();
    if let Some(permissions) = Disk::permissions(path) {
        builder.permissions(permissions);
    }
    builder.tempfile_in(folder).map_err(|error| io::Error::from(error.kind()))
}
