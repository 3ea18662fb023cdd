//! Reading the files of an export.

use std::collections::HashMap;

use super::export::Export;
use super::record::{Edge, FoundryGroup, FoundryUser, FromObject, Identified, ProviderInfo};
use crate::scim::head::Head;
use crate::scim::names::Names;
use crate::scim::records::{self, Event, Raw};
use crate::scim::{Completeness, Gap, Json, RecordPlace, Unusable};
use crate::source::{FileId, Place, Problem, Span, Text, shorten};

/// What a file of an export holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ExportPart {
    /// Users.
    Users,
    /// Groups.
    Groups,
    /// `{ "groupId": …, "principalId": … }`, one a line or in a list.
    Memberships,
    /// `{ "id": …, "providerId": … }`, one a line or in a list.
    ProviderInfo,
}

impl ExportPart {
    /// The word for it in a message, and its key in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            ExportPart::Users => "users",
            ExportPart::Groups => "groups",
            ExportPart::Memberships => "memberships",
            ExportPart::ProviderInfo => "provider-info",
        }
    }
}

/// Reads the files of an export, in any order. A part may come in several files.
///
/// ```
/// use vestibule::foundry::{ExportPart, ExportReader};
/// use vestibule::scim::User;
/// use vestibule::source::{Sources, Text};
/// let mut sources = Sources::default();
/// let text = Text::new("users.json", r#"{ "data": [{ "id": "f1", "username": "Ada", "realm": "contoso",
///     "attributes": { "department": ["Finance"] } }] }"#);
/// let mut reader = ExportReader::new();
/// reader.read(sources.add_text(text.clone()), &text, ExportPart::Users);
/// let export = reader.finish();
/// let ada = User::from_json(r#"{ "userName": "ada" }"#)?;
/// let found = export.user_for(&ada, "contoso").and_then(|user| user.attributes.as_ref());
/// assert_eq!(found.map(|attributes| &attributes["department"][..]), Some(&["Finance".to_owned()][..]));
/// # Ok::<(), vestibule::scim::Unusable>(())
/// ```
pub struct ExportReader {
    names: Names,
    pub(super) users: Part<FoundryUser>,
    pub(super) groups: Part<FoundryGroup>,
    pub(super) memberships: Part<Edge>,
    pub(super) provider_info: Part<ProviderInfo>,
    pub(super) problems: Vec<Problem>,
}

/// The records of one part, and what its pages say.
pub(super) struct Part<T> {
    pub(super) records: Vec<T>,
    pub(super) completeness: Completeness,
    pub(super) skipped: usize,
    /// `None` where the part was not read.
    pub(super) first_file: Option<FileId>,
    /// The tokens of next pages, one for each page that has one.
    next: Vec<Place>,
    /// How many pages there are.
    pages: usize,
}

impl<T> Default for Part<T> {
    fn default() -> Self {
        Part {
            records: Vec::new(),
            completeness: Completeness::default(),
            skipped: 0,
            first_file: None,
            next: Vec::new(),
            pages: 0,
        }
    }
}

/// How many unusable records are reported one by one; the rest is a number.
const MOST_REPORTED: usize = 1000;

impl Default for ExportReader {
    fn default() -> Self {
        ExportReader {
            // The names of attributes compare exactly in Foundry.
            names: Names::exact(),
            users: Part::default(),
            groups: Part::default(),
            memberships: Part::default(),
            provider_info: Part::default(),
            problems: Vec::new(),
        }
    }
}

impl ExportReader {
    /// A reader that has read nothing.
    pub fn new() -> Self {
        ExportReader::default()
    }

    /// Reads one file. A mistake in it is a problem of the export, never an error here.
    pub fn read(&mut self, file: FileId, text: &Text, part: ExportPart) {
        let ExportReader { names, problems, .. } = self;
        let mut reading = Reading { file, text, part, names, problems };
        match part {
            ExportPart::Users => reading.run(&mut self.users),
            ExportPart::Groups => reading.run(&mut self.groups),
            ExportPart::Memberships => reading.run(&mut self.memberships),
            ExportPart::ProviderInfo => reading.run(&mut self.provider_info),
        }
    }

    /// The export that all files make together.
    pub fn finish(mut self) -> Export {
        let problems = &mut self.problems;
        self.users.close(ExportPart::Users, problems);
        self.groups.close(ExportPart::Groups, problems);
        self.memberships.close(ExportPart::Memberships, problems);
        self.provider_info.close(ExportPart::ProviderInfo, problems);
        once_each(&mut self.users.records, "user", problems);
        once_each(&mut self.groups.records, "group", problems);
        Export::join(self)
    }
}

struct Reading<'r> {
    file: FileId,
    text: &'r Text,
    part: ExportPart,
    names: &'r mut Names,
    problems: &'r mut Vec<Problem>,
}

impl Reading<'_> {
    fn run<T: FromObject>(&mut self, part: &mut Part<T>) {
        let Reading { file, text, part: which, names, problems } = self;
        let (file, which) = (*file, *which);
        part.first_file.get_or_insert(file);
        records::read(file, text.content(), "data", names, &mut |event| match event {
            Event::Record(raw) => {
                let place = raw.place.clone();
                match build(raw) {
                    Ok(record) => part.records.push(record),
                    Err(reason) => {
                        part.skipped += 1;
                        if part.skipped <= MOST_REPORTED {
                            problems.push(unusable(&place, &reason, which, text));
                        }
                    }
                }
            }
            Event::Page(head) => part.page(file, &head),
            Event::Damage(damage) => {
                let (gap, problem) = damage.report(file, which.as_str());
                gap.into_iter().for_each(|gap| part.completeness.add(gap));
                problems.push(problem);
            }
        });
    }
}

impl<T> Part<T> {
    fn page(&mut self, file: FileId, head: &Head) {
        self.pages += 1;
        self.next.extend(head.token("nextPageToken").map(|span| Place::Bytes(file, span)));
    }

    /// Whether what was read is all there is.
    pub(super) fn is_whole(&self) -> bool {
        self.first_file.is_some() && self.completeness.is_complete()
    }

    fn close(&mut self, which: ExportPart, problems: &mut Vec<Problem>) {
        let which = which.as_str();
        if let Some(file) = self.first_file.filter(|_| self.skipped > MOST_REPORTED) {
            let message = format!("{} more records of the {which} are skipped", self.skipped - MOST_REPORTED);
            problems.push(
                Problem::error("unusable-record", Place::File(file), message)
                    .help("look at the first ones: the file is probably of another kind"),
            );
        }
        if let Some(place) = self.next.last().filter(|_| self.next.len() >= self.pages) {
            self.completeness.add(Gap::NextPage);
            let message = format!("every page of {which} has a `nextPageToken`, so the last page is missing");
            problems.push(
                Problem::error("missing-page", place.clone(), message)
                    .help("ask the Admin API for the next page until there is no token, and add the answers"),
            );
        }
    }
}

enum Reason {
    Unusable(Unusable),
    Lacks(&'static str),
}

fn build<T: FromObject>(raw: Raw) -> Result<T, Reason> {
    let (value, duplicate) = raw.content.map_err(|error| Reason::Unusable(error.into()))?;
    if let Some(duplicate) = duplicate {
        return Err(Reason::Unusable(duplicate.into()));
    }
    match &value {
        Json::Object(object) => T::from_object(object, raw.place).map_err(Reason::Lacks),
        other => Err(Reason::Unusable(Unusable::NotAnObject { found: other.kind() })),
    }
}

fn unusable(place: &RecordPlace, reason: &Reason, part: ExportPart, text: &Text) -> Problem {
    let part = part.as_str();
    let (at, message) = match reason {
        Reason::Unusable(Unusable::Malformed { message, offset }) => {
            (Place::Bytes(place.file(), Span::at(*offset)), format!("it is not valid JSON: {message}"))
        }
        Reason::Unusable(unusable) => (place.whole(), unusable.to_string()),
        Reason::Lacks(name) => (place.whole(), format!("it has no `{name}`")),
    };
    Problem::error("unusable-record", at, format!("{} of the {part} is skipped: {message}", place.described(text)))
        .help(format!("export the {part} again as the Admin API returns them"))
}

/// Keeps the first record of each id: pages may overlap. A second one with other content is reported.
fn once_each<T: Identified>(records: &mut Vec<T>, what: &str, problems: &mut Vec<Problem>) {
    let mut first: HashMap<String, usize> = HashMap::with_capacity(records.len());
    let mut kept: Vec<T> = Vec::with_capacity(records.len());
    for record in records.drain(..) {
        let Some(earlier) = first.get(record.id()).map(|&index| &kept[index]) else {
            first.insert(record.id().to_owned(), kept.len());
            kept.push(record);
            continue;
        };
        if !earlier.says_the_same(&record) && problems.len() < MOST_REPORTED {
            let message = format!("the {what} `{}` stands here again with other content", shorten(record.id()));
            problems.push(
                Problem::warning("duplicate-id", record.place().whole(), message)
                    .help("export all pages in one go; the first one counts")
                    .related(earlier.place().whole(), "the first one"),
            );
        }
    }
    *records = kept;
}

#[cfg(test)]
mod tests {
    use super::super::testing::export;
    use super::*;

    fn codes(export: &Export) -> Vec<&str> {
        export.problems().iter().map(|problem| problem.code).collect()
    }

    #[track_caller]
    fn check(users: &[&str], names: &[&str], expected: &[&str]) {
        let parts: Vec<(ExportPart, &str)> = users.iter().map(|text| (ExportPart::Users, *text)).collect();
        let export = export(&parts);
        assert_eq!(export.users().iter().map(|user| &*user.username).collect::<Vec<_>>(), names, "{users:?}");
        assert_eq!(codes(&export), expected, "{users:?}");
    }

    const ADA: &str = r#"{"id":"1","username":"ada"}"#;
    const BO: &str = r#"{"id":"2","username":"bo"}"#;

    #[test]
    fn each_shape_is_recognised_by_its_content() {
        check(&[&format!("{{\"data\":[{ADA},{BO}]}}")], &["ada", "bo"], &[]);
        check(&[&format!("{{\"nextPageToken\":null,\"data\":[{ADA}]}}")], &["ada"], &[]);
        check(&[&format!("[{ADA},{BO}]")], &["ada", "bo"], &[]);
        check(&[&format!("\u{feff}{ADA}\r\n{BO}\r\n")], &["ada", "bo"], &[]);
        check(&[ADA], &["ada"], &[]);
        check(&[ADA, BO, ADA], &["ada", "bo"], &[]);
        check(&["[]"], &[], &[]);
    }

    #[test]
    fn what_is_missing_or_wrong_is_said() {
        check(&[&format!("{{\"data\":[{ADA}],\"nextPageToken\":\"t\"}}")], &["ada"], &["missing-page"]);
        check(
            &[&format!("{{\"data\":[{ADA}],\"nextPageToken\":\"t\"}}"), &format!("{{\"data\":[{BO}]}}")],
            &["ada", "bo"],
            &[],
        );
        check(&[&format!("[{ADA},{{\"id\":")], &["ada"], &["truncated"]);
        check(&[&format!("{ADA}\n5\n{{}}\n{{\"id\":\"3\"}}\nx\n{BO}")], &["ada", "bo"], &["unusable-record"; 4]);
        check(&[ADA, r#"{"id":"1","username":"other"}"#], &["ada"], &["duplicate-id"]);
        check(&[r#"{"id":"1","id":"2","username":"ada"}"#], &[], &["unusable-record"]);
        check(&[""], &[], &["truncated"]);
    }

    #[test]
    fn unusable_records_without_end_are_counted() {
        let export = export(&[(ExportPart::Memberships, &"{}\n".repeat(1003))]);
        assert_eq!((export.problems().len(), export.skipped()), (1001, 1003));
        assert_eq!(export.problems()[1000].message, "3 more records of the memberships are skipped");
    }

    #[test]
    fn what_a_record_lacks_is_named_with_its_line() {
        let export =
            export(&[(ExportPart::Memberships, "{\"groupId\":\"g\",\"principalId\":\"p\"}\n{\"groupId\":\"g\"}")]);
        assert_eq!(export.problems()[0].message, "line 2 of the memberships is skipped: it has no `principalId`");
        assert_eq!(export.skipped(), 1);
        assert_eq!(export.parts().map(|(part, _)| part).collect::<Vec<_>>(), [ExportPart::Memberships]);
    }

    #[test]
    fn attributes_are_lists_of_strings_under_exact_names() {
        let user = r#"{"id":"1","username":"ada","email":"a@x","givenName":"Ada","familyName":"O","realm":"r","organization":"ri.o",
            "status":"ACTIVE","attributes":{"dept":["F","G"],"Dept":["H"],"one":"x","level":[1,true,null],"none":[]}}"#;
        let export = export(&[(ExportPart::Users, user)]);
        let ada = &export.users()[0];
        assert_eq!((ada.email.as_deref(), ada.status.as_deref()), (Some("a@x"), Some("ACTIVE")));
        let attributes = ada.attributes.as_ref().expect("attributes");
        let said: Vec<String> =
            attributes.iter().map(|(name, values)| format!("{name}={}", values.join(","))).collect();
        assert_eq!(said, ["Dept=H", "dept=F,G", "level=1,true", "none=", "one=x"]);
        assert_eq!(export.groups().len(), 0);
    }
}
