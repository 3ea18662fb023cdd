//! Groups by the names that a claim may call them by.

use std::collections::{BTreeSet, HashMap};

use crate::condition::fold;
use crate::scim::{Directory, Fact};

/// Which groups of a directory have a name: by `externalId`, which compares exactly, and by `displayName`, which does
/// not.
#[derive(Clone, Debug, Default)]
pub(super) struct GroupIndex {
    by_external_id: HashMap<String, BTreeSet<String>>,
    by_name: HashMap<String, BTreeSet<String>>,
    /// How each group is listed.
    listed: HashMap<String, (Option<String>, Option<String>)>,
}

impl GroupIndex {
    /// The group that a claim means: the one with this external id, else the one with this name; of several the first
    /// by id.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        let found = self.by_external_id.get(key).or_else(|| self.by_name.get(&fold(key)))?;
        found.first().map(String::as_str)
    }

    /// Takes a group as the directory has it now.
    pub(super) fn update(&mut self, id: &str, directory: &Directory) {
        if let Some((external_id, name)) = self.listed.remove(id) {
            unlist(&mut self.by_external_id, external_id, id);
            unlist(&mut self.by_name, name, id);
        }
        let Some(group) = directory.group(id) else { return };
        let own = |name: Fact<Option<&str>>| name.known().flatten().map(str::to_owned);
        let external_id = own(group.external_id());
        let name = own(group.display_name()).map(|name| fold(&name));
        list(&mut self.by_external_id, external_id.clone(), id);
        list(&mut self.by_name, name.clone(), id);
        self.listed.insert(id.to_owned(), (external_id, name));
    }
}

fn list(index: &mut HashMap<String, BTreeSet<String>>, name: Option<String>, id: &str) {
    if let Some(name) = name {
        index.entry(name).or_default().insert(id.to_owned());
    }
}

fn unlist(index: &mut HashMap<String, BTreeSet<String>>, name: Option<String>, id: &str) {
    let Some(name) = name else { return };
    if let Some(ids) = index.get_mut(&name) {
        ids.remove(id);
        if ids.is_empty() {
            index.remove(&name);
        }
    }
}
