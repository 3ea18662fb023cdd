//! Users and groups of the snapshot, as findings name them.

use crate::scim::{Group, Kind, Object, Record, User};
use crate::source::{Case, Place, Problem, Route, quoted};

/// What users and groups have in common.
pub(super) trait Named {
    /// Which of the two.
    const KIND: Kind;
    /// Its attributes.
    fn attributes(&self) -> &Object;
    /// What people call it, in backquotes.
    fn called(&self) -> String;
}

impl Named for User {
    const KIND: Kind = Kind::Users;

    fn attributes(&self) -> &Object {
        self.object()
    }

    fn called(&self) -> String {
        quoted(self.user_name())
    }
}

impl Named for Group {
    const KIND: Kind = Kind::Groups;

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

/// What a problem says of a record: the names tell it from what else is said of it.
pub(super) fn case<T: Named>(record: &Record<T>, said: &[&str]) -> Case {
    record.place.case(T::KIND, record.resource.attributes(), said)
}

/// A problem that says the same of all these records, whichever it points to.
pub(super) fn about<'r, T: Named + 'r>(
    problem: Problem,
    records: impl IntoIterator<Item = &'r Record<T>>,
    said: &[&str],
) -> Problem {
    problem.topic(T::KIND.topic()).cases(records.into_iter().map(|record| case(record, said)))
}

/// `1 user`, `3 users`.
pub(super) fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}
