//! Users and groups of the snapshot, as findings name them.

use crate::scim::{Group, Object, Record, User};
use crate::source::{Place, Route, quoted};

/// What users and groups have in common.
pub(super) trait Named {
    /// Its attributes.
    fn attributes(&self) -> &Object;
    /// What people call it, in backquotes.
    fn called(&self) -> String;
}

impl Named for User {
    fn attributes(&self) -> &Object {
        self.object()
    }

    fn called(&self) -> String {
        quoted(self.user_name())
    }
}

impl Named for Group {
    fn attributes(&self) -> &Object {
        self.object()
    }

    fn called(&self) -> String {
        let name = self.display_name().known().flatten();
        name.or(self.id()).map_or_else(|| "one without a name".to_owned(), quoted)
    }
}

/// Where an attribute of a record stands; the record as a whole where it has none of the name.
pub(super) fn place_of<T: Named>(record: &Record<T>, attribute: &str) -> Place {
    match record.resource.attributes().spelling(attribute) {
        Some(spelling) => record.place.value(Route::root().key(spelling)),
        None => record.place.whole(),
    }
}

/// `1 user`, `3 users`.
pub(super) fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}
