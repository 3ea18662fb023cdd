//! What a SCIM server holds: its users and its groups.

use super::completeness::Completeness;
use super::extensions::{self, Extension};
use super::fact::Fact;
use super::gather::{Gathered, Resource};
use super::group::Group;
use super::merge::merge;
use super::names::Names;
use super::place::RecordPlace;
use super::schema::DefectKind;
use super::tally::Tally;
use super::unusable::Kind;
use super::user::User;
use crate::condition::fold;
use crate::source::{FileId, Problem, Text};

/// Reads the pages of a snapshot.
///
/// Each text is a list response, an array, one resource, or one of these a line; which one is seen from its content.
/// Pages may come in any order and overlap.
///
/// ```
/// use vestibule::scim::{Kind, SnapshotReader};
/// use vestibule::source::{Sources, Text};
/// let mut sources = Sources::default();
/// let mut reader = SnapshotReader::new();
/// for page in [
///     r#"{ "totalResults": 2, "startIndex": 2, "Resources": [{ "id": "2", "userName": "bo" }] }"#,
///     r#"{ "totalResults": 2, "startIndex": 1, "Resources": [{ "id": "1", "userName": "al" }] }"#,
/// ] {
///     let text = Text::new("page.json", page);
///     let file = sources.add_text(text.clone());
///     reader.read_page(file, &text, Kind::Users);
/// }
/// let snapshot = reader.finish();
/// let names: Vec<&str> = snapshot.users().iter().map(|user| user.resource.user_name()).collect();
/// assert_eq!(names, ["al", "bo"]);
/// assert!(snapshot.completeness(Kind::Users).is_complete() && snapshot.problems().is_empty());
/// ```
#[derive(Default)]
pub struct SnapshotReader {
    names: Names,
    users: Gathered<User>,
    groups: Gathered<Group>,
}

/// The users and groups of a SCIM server, each once, and what is wrong with them.
#[derive(Debug)]
pub struct Snapshot {
    pub(super) users: Collection<User>,
    pub(super) groups: Collection<Group>,
    problems: Vec<Problem>,
    is_entra_dump: bool,
    pub(super) extensions: Vec<Extension>,
}

/// A resource and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Record<T> {
    /// The user or group.
    pub resource: T,
    /// Where it stands.
    pub place: RecordPlace,
}

#[derive(Debug)]
pub(super) struct Collection<T> {
    pub(super) records: Vec<Record<T>>,
    pub(super) completeness: Completeness,
    pub(super) skipped: usize,
    /// How many of the skipped records may all the same be resources of this kind.
    pub(super) unread: usize,
    pub(super) was_read: bool,
    pub(super) tally: Tally,
}

impl SnapshotReader {
    /// A reader that has read nothing.
    pub fn new() -> Self {
        SnapshotReader::default()
    }

    /// Reads one file of users or of groups. A mistake in it is a problem of the snapshot, never an error here.
    pub fn read_page(&mut self, file: FileId, text: &Text, kind: Kind) {
        match kind {
            Kind::Users => self.users.read(file, text, &mut self.names),
            Kind::Groups => self.groups.read(file, text, &mut self.names),
        }
    }

    /// The snapshot that all pages make together.
    pub fn finish(self) -> Snapshot {
        let mut problems = Vec::new();
        let users = merge(self.users, &mut problems);
        let groups = merge(self.groups, &mut problems);
        // String booleans are a lint's to report: see `Snapshot::string_booleans`.
        let others = |defect: &DefectKind| *defect != DefectKind::StringBoolean;
        problems.extend(users.tally.problems(Kind::Users, others));
        problems.extend(groups.tally.problems(Kind::Groups, others));
        let (extensions, too_many) = extensions::collect(&users.records);
        problems.extend(too_many);
        let entra = entra_record(&users).or_else(|| entra_record(&groups)).map(RecordPlace::whole);
        let is_entra_dump = entra.is_some();
        problems.extend(entra.map(|place| {
            Problem::new(
                "entra-dump",
                crate::source::Severity::Info,
                place,
                "the snapshot comes from Entra's own SCIM API, so it has not passed the provisioning mapping",
            )
            .help("export the snapshot from Foundry's SCIM endpoint to have `externalId` checked")
            .topic("snapshot")
        }));
        Snapshot { users, groups, problems, is_entra_dump, extensions }
    }
}

impl Snapshot {
    /// The users, each once, in the order of the pages.
    pub fn users(&self) -> &[Record<User>] {
        &self.users.records
    }

    /// The groups, each once, in the order of the pages.
    pub fn groups(&self) -> &[Record<Group>] {
        &self.groups.records
    }

    /// Whether any file of this kind was read.
    pub fn was_read(&self, kind: Kind) -> bool {
        match kind {
            Kind::Users => self.users.was_read,
            Kind::Groups => self.groups.was_read,
        }
    }

    /// Whether all resources of this kind were read, as far as the files say.
    pub fn completeness(&self, kind: Kind) -> &Completeness {
        match kind {
            Kind::Users => &self.users.completeness,
            Kind::Groups => &self.groups.completeness,
        }
    }

    /// How many records of the files of this kind were not usable.
    pub fn skipped(&self, kind: Kind) -> usize {
        match kind {
            Kind::Users => self.users.skipped,
            Kind::Groups => self.groups.skipped,
        }
    }

    /// The users, by index, that somebody can mean by a name: those whose `id` or `externalId` is exactly it, or whose
    /// `userName` is, in any case.
    ///
    /// ```
    /// # use vestibule::scim::{Kind, SnapshotReader};
    /// # use vestibule::source::{Sources, Text};
    /// # let text = Text::new("users.json", r#"[{ "id": "1", "userName": "Ada" }, { "id": "2", "userName": "1" }]"#);
    /// # let file = Sources::default().add_text(text.clone());
    /// # let mut reader = SnapshotReader::new();
    /// # reader.read_page(file, &text, Kind::Users);
    /// let snapshot = reader.finish();
    /// assert_eq!(snapshot.users_called("ada"), [0]);
    /// assert_eq!(snapshot.users_called("1"), [0, 1]);
    /// ```
    pub fn users_called(&self, name: &str) -> Vec<usize> {
        let folded = fold(name);
        let is_called = |user: &User| {
            user.id() == Some(name) || user.external_id() == Fact::Known(Some(name)) || fold(user.user_name()) == folded
        };
        self.users().iter().enumerate().filter(|(_, user)| is_called(&user.resource)).map(|(index, _)| index).collect()
    }

    /// What went wrong in reading: damaged files, missing pages, unusable records, values of the wrong type.
    ///
    /// Facts about sound data that are worth a lint come from functions of their own, such as
    /// [`Snapshot::duplicate_user_names`].
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether this is a dump from Entra's own SCIM API and not from Foundry's: then `externalId` has not passed the
    /// provisioning mapping. Entra's schemas say so
    /// (learn.microsoft.com/entra/identity/app-provisioning/entra-id-scim-api-reference).
    pub fn is_entra_dump(&self) -> bool {
        self.is_entra_dump
    }
}

fn entra_record<T: Resource>(collection: &Collection<T>) -> Option<&RecordPlace> {
    const ENTRA: &str = "urn:ietf:params:scim:schemas:extension:microsoft:entra:";
    let is_entra = |name: &str| name.get(..ENTRA.len()).is_some_and(|start| start.eq_ignore_ascii_case(ENTRA));
    let found = collection.records.iter().find(|record| {
        let object = record.resource.object();
        object.names().any(is_entra) || super::user::schemas(object).any(is_entra)
    });
    found.map(|record| &record.place)
}
