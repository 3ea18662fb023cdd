//! Snapshots for tests.

use super::{Kind, Snapshot, SnapshotReader};
use crate::source::{Sources, Text};

/// A snapshot of these files.
pub(super) fn snapshot(users: &[&str], groups: &[&str]) -> Snapshot {
    let mut sources = Sources::default();
    let mut reader = SnapshotReader::new();
    let files = users.iter().map(|user| (Kind::Users, user)).chain(groups.iter().map(|group| (Kind::Groups, group)));
    for (kind, content) in files {
        let text = Text::new("snapshot.json", *content);
        let file = sources.add_text(text.clone());
        reader.read_page(file, &text, kind);
    }
    reader.finish()
}

pub(super) fn user_names(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.users().iter().map(|user| user.resource.user_name()).collect()
}

/// The codes of the problems of reading.
pub(super) fn codes(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.problems().iter().map(|problem| problem.code).collect()
}
