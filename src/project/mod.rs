//! A project: one configuration with everything it names, read from files.
//!
//! This is the one place below the command line that reads files, through [`Files`].

mod discover;
mod files;
mod groups_claim;
mod include;
mod large;
mod load;
mod load_config;
mod loader;
mod people;
mod revision;

pub use discover::{FILE_NAME, below, is_configuration, upward};
pub use files::{Disk, Files, Memory};
pub use large::{LargeSnapshot, Page, members_export};
pub use load::{Overrides, Project};
pub(crate) use loader::unreadable;
pub use people::Population;
pub use revision::Revision;
