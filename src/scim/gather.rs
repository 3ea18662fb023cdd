//! From texts to the records of one collection, page by page.

use super::completeness::{Completeness, Gap};
use super::damage::Damage;
use super::group::Group;
use super::head::Head;
use super::json::Object;
use super::names::Names;
use super::place::RecordPlace;
use super::records::{self, Event, Raw};
use super::schema::Defect;
use super::unusable::{Kind, Unusable, object_of};
use super::user::User;
use crate::source::{FileId, Place, Problem, Span, Text};

/// A user or a group.
pub(super) trait Resource: Sized {
    const KIND: Kind;
    fn build(object: Object) -> Result<(Self, Vec<Defect>), Unusable>;
    fn object(&self) -> &Object;
    fn id(&self) -> Option<&str>;
}

impl Resource for User {
    const KIND: Kind = Kind::Users;

    fn build(object: Object) -> Result<(Self, Vec<Defect>), Unusable> {
        User::from_object(object)
    }

    fn object(&self) -> &Object {
        self.object()
    }

    fn id(&self) -> Option<&str> {
        self.id()
    }
}

impl Resource for Group {
    const KIND: Kind = Kind::Groups;

    fn build(object: Object) -> Result<(Self, Vec<Defect>), Unusable> {
        Group::from_object(object)
    }

    fn object(&self) -> &Object {
        self.object()
    }

    fn id(&self) -> Option<&str> {
        self.id()
    }
}

/// A usable record before pages are merged.
pub(super) struct Found<T> {
    pub(super) resource: T,
    pub(super) place: RecordPlace,
    pub(super) defects: Vec<Defect>,
}

/// What one list response, one array or one file of single resources held.
pub(super) struct Page<T> {
    pub(super) file: FileId,
    pub(super) head: Option<PageHead>,
    pub(super) found: Vec<Found<T>>,
    /// How many records there were, with the unusable ones.
    pub(super) count: u64,
}

/// What a list response says about itself.
pub(super) struct PageHead {
    pub(super) start_index: Option<u64>,
    pub(super) total: Option<(u64, Span)>,
    pub(super) next: Option<Span>,
    pub(super) span: Span,
}

/// All pages of one collection.
pub(super) struct Gathered<T> {
    pub(super) pages: Vec<Page<T>>,
    pub(super) completeness: Completeness,
    pub(super) skipped: usize,
    /// How many of the skipped records may all the same be resources of this kind.
    pub(super) unread: usize,
    /// The first file; `None` where there was none.
    pub(super) first_file: Option<FileId>,
    pub(super) problems: Vec<Problem>,
}

/// How many unusable records are reported one by one; the rest is a number.
pub(super) const MOST_REPORTED: usize = 1000;

impl<T> Default for Gathered<T> {
    fn default() -> Self {
        Gathered {
            pages: Vec::new(),
            completeness: Completeness::default(),
            skipped: 0,
            unread: 0,
            first_file: None,
            problems: Vec::new(),
        }
    }
}

impl<T: Resource> Gathered<T> {
    pub(super) fn read(&mut self, file: FileId, text: &Text, names: &mut Names) {
        self.first_file.get_or_insert(file);
        let mut listed = Batch::default();
        let mut loose = Batch::default();
        records::read(file, text.content(), "Resources", names, &mut |event| match event {
            Event::Record(raw) => {
                let batch = if raw.place.is_listed() { &mut listed } else { &mut loose };
                batch.count += 1;
                let place = raw.place.clone();
                match build(raw) {
                    Ok(found) => batch.found.push(found),
                    Err(unusable) => self.skip(&place, &unusable, text),
                }
            }
            Event::Page(head) => {
                let batch = std::mem::take(&mut listed);
                self.pages.push(Page { file, head: Some(page_head(&head)), found: batch.found, count: batch.count });
            }
            Event::Damage(damage) => self.damage(file, damage),
        });
        if loose.count > 0 {
            self.pages.push(Page { file, head: None, found: loose.found, count: loose.count });
        }
    }

    fn skip(&mut self, place: &RecordPlace, unusable: &Unusable, text: &Text) {
        self.skipped += 1;
        self.unread += usize::from(unusable.may_be_resource());
        if let Unusable::ErrorResponse { .. } = unusable {
            self.completeness.add(Gap::ErrorResponse { file: place.file() });
        }
        if self.skipped > MOST_REPORTED {
            return;
        }
        let at = match unusable {
            Unusable::Malformed { offset, .. } => Place::Bytes(place.file(), Span::at(*offset)),
            Unusable::DuplicateName { route, .. } => place.name(route.clone()),
            _ => place.whole(),
        };
        let message = format!("{} is skipped: {unusable}", place.described(text));
        let mut problem = Problem::error("unusable-record", at.clone(), message);
        if at != place.whole() {
            problem = problem.related(place.whole(), "the record");
        }
        self.problems.push(problem.help(unusable.help()));
    }

    fn damage(&mut self, file: FileId, damage: Damage) {
        let (gap, problem) = damage.report(file, T::KIND.as_str());
        gap.into_iter().for_each(|gap| self.completeness.add(gap));
        self.problems.push(problem);
    }
}

struct Batch<T> {
    found: Vec<Found<T>>,
    count: u64,
}

impl<T> Default for Batch<T> {
    fn default() -> Self {
        Batch { found: Vec::new(), count: 0 }
    }
}

fn build<T: Resource>(raw: Raw) -> Result<Found<T>, Unusable> {
    let (value, duplicate) = raw.content?;
    let (resource, defects) = T::build(object_of(T::KIND, value, duplicate)?)?;
    Ok(Found { resource, place: raw.place, defects })
}

pub(super) fn page_head(head: &Head) -> PageHead {
    let count = |name| head.number(name).map(|(number, span)| (u64::try_from(number).unwrap_or(0), span));
    PageHead {
        // A start index below 1 means 1 (RFC 7644 section 3.4.2.4).
        start_index: count("startIndex").map(|(start, _)| start.max(1)),
        total: count("totalResults"),
        next: head.token("nextCursor"),
        span: head.span,
    }
}
