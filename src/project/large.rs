//! A snapshot that is too large to be held.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::loader::Loader;
use super::{Files, Project};
use crate::condition::{AttributeDefinition, Scheme, ValueType};
use crate::config::{Config, Members};
use crate::engine::Engine;
use crate::scim::{MembersExport, first_page};
use crate::source::{Severity, Sources};

/// The files of a snapshot that is read part by part: see [`super::Overrides::largest`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LargeSnapshot {
    /// The files of users.
    pub users: Vec<Page>,
    /// The files of groups, where some are named.
    pub groups: Option<Vec<Page>>,
}

/// A file of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its path.
    pub path: PathBuf,
    /// How many bytes it has; of standard input, how many are known of.
    pub size: u64,
}

/// How much of a file is looked at to see which page it is.
const FIRST_LOOK: u64 = 64 << 10;

impl LargeSnapshot {
    /// Puts the files of users into the order of their pages. `false` where a file does not say soon enough which page
    /// it is.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub fn sort_users(&mut self, files: &dyn Files) -> io::Result<bool> {
        if self.users.len() < 2 {
            return Ok(true);
        }
        let mut sorted = Vec::new();
        for page in std::mem::take(&mut self.users) {
            let mut start = Vec::new();
            files.open(&page.path)?.take(FIRST_LOOK).read_to_end(&mut start)?;
            let is_whole = (start.len() as u64) < FIRST_LOOK;
            match first_page(&String::from_utf8_lossy(&start), is_whole) {
                Some(position) => sorted.push((position, page)),
                None => return Ok(false),
            }
        }
        sorted.sort_by_key(|(position, _)| *position);
        self.users = sorted.into_iter().map(|(_, page)| page).collect();
        Ok(true)
    }
}

/// What a configuration says of the members of groups.
pub fn members_export(config: &Config) -> MembersExport {
    match config.snapshot.as_ref().and_then(|snapshot| snapshot.members) {
        None => MembersExport::AsFound,
        Some(Members::Complete) => MembersExport::Complete,
        Some(Members::Excluded) => MembersExport::Excluded,
    }
}

impl Project {
    /// Whether the configuration means something else once these attributes of extensions are known, each a URN and a
    /// name: a name in a condition may stand for one of them.
    pub fn depends_on(
        files: &dyn Files,
        path: &Path,
        config: &Config,
        extensions: &BTreeSet<(String, String)>,
    ) -> bool {
        let mut sources = Sources::default();
        let Some(draft) = Loader::new(files, path, &mut sources).document(path).draft else { return false };
        let mut scheme = Scheme::new();
        for (urn, name) in extensions {
            let attribute = AttributeDefinition {
                name: name.clone(),
                value_type: ValueType::Text,
                multi_valued: false,
                sub_attributes: Vec::new(),
            };
            scheme.add_extension(urn, vec![attribute]);
        }
        let (known, problems) = draft.check(scheme);
        let refused = problems.iter().any(|problem| problem.severity == Severity::Error);
        refused || Engine::compile(&known).reads() != Engine::compile(config).reads()
    }
}
