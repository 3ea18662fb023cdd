//! Files that a command writes beside its output.

use std::io::{self, Write};
use std::path::Path;

use super::Stop;
use crate::project::{Disk, Files};

/// Writes a file so that it appears whole or not at all.
pub(super) fn write_whole(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Stop> {
    persist(path, write).map_err(|error| Stop::Complaint(format!("cannot write `{}`: {error}", path.display())))
}

fn persist(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Disk.resolve(folder)?;
    // The error of the temporary file names a path that is another one each time.
    let mut builder = tempfile::Builder::new();
    if let Some(permissions) = permissions(path) {
        builder.permissions(permissions);
    }
    let mut file = builder.tempfile_in(folder).map_err(|error| io::Error::from(error.kind()))?;
    write(&mut file)?;
    file.flush()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Who may read the file: as before, or, of a new one, as of any other. Temporary files are private.
#[cfg(unix)]
fn permissions(path: &Path) -> Option<std::fs::Permissions> {
    use std::os::unix::fs::PermissionsExt;
    let before = std::fs::metadata(path).map(|metadata| metadata.permissions());
    Some(before.unwrap_or_else(|_| std::fs::Permissions::from_mode(0o666)))
}

#[cfg(not(unix))]
fn permissions(_: &Path) -> Option<std::fs::Permissions> {
    None
}
