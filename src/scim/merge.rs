//! Pages into one collection: in their order, each resource once, gaps seen.
//!
//! Paging in SCIM keeps no state between requests, so a resource may stand on two pages or on none
//! (RFC 7644 section 3.4.2.4).

use std::cmp::Ordering;
use std::collections::HashMap;

use super::completeness::{Completeness, Gap};
use super::gather::{Found, Gathered, MOST_REPORTED, Page, PageHead, Resource};
use super::json::{Json, Object};
use super::place::RecordPlace;
use super::snapshot::{Collection, Record};
use super::tally::Tally;
use super::unusable::Kind;
use crate::condition::parse_instant;
use crate::source::{FileId, Place, Problem, shorten};

pub(super) fn merge<T: Resource>(gathered: Gathered<T>, problems: &mut Vec<Problem>) -> Collection<T> {
    let Gathered { mut pages, mut completeness, skipped, unread, first_file, problems: found } = gathered;
    problems.extend(found);
    if let Some(file) = first_file.filter(|_| skipped > MOST_REPORTED) {
        let message = format!("{} more {} are skipped", skipped - MOST_REPORTED, T::KIND.as_str());
        problems.push(
            Problem::error("unusable-record", Place::File(file), message)
                .help("look at the first ones: the file is probably of another kind"),
        );
    }
    pages.sort_by(in_order);
    let mut merger = Merger { records: Vec::new(), by_id: HashMap::new(), nameless: HashMap::new(), conflicts: 0 };
    let gaps: Vec<PageSize> = pages.iter().map(PageSize::of).collect();
    for found in pages.into_iter().flat_map(|page| page.found) {
        merger.add(found, problems);
    }
    if merger.conflicts > MOST_REPORTED
        && let Some(last) = problems.last_mut()
    {
        let more = merger.conflicts - MOST_REPORTED;
        last.message.push_str(&format!(", and {more} more {} do", T::KIND.as_str()));
    }
    let mut tally = Tally::default();
    let keep = |Found { resource, place, defects }: Found<T>| {
        tally.add(&place, defects, |said| Some(place.case(T::KIND, resource.object(), said)));
        Record { resource, place }
    };
    let records: Vec<Record<T>> = merger.records.into_iter().map(keep).collect();
    find_gaps(T::KIND, &gaps, (records.len() + skipped) as u64, &mut completeness, problems);
    Collection { records, completeness, skipped, unread, was_read: first_file.is_some(), tally }
}

/// Pages stand in the order of their start index, whatever order their files were given in; those without one keep the
/// given order behind them. The same start index twice is ordered by the ids on the pages.
fn in_order<T: Resource>(a: &Page<T>, b: &Page<T>) -> Ordering {
    match (start(a), start(b)) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(x), Some(y)) => x.cmp(&y).then_with(|| ids(a).cmp(ids(b))),
    }
}

fn start<T>(page: &Page<T>) -> Option<u64> {
    page.head.as_ref().and_then(|head| head.start_index)
}

fn ids<T: Resource>(page: &Page<T>) -> impl Iterator<Item = Option<&str>> {
    page.found.iter().map(|found| found.resource.id())
}

struct Merger<T> {
    records: Vec<Found<T>>,
    by_id: HashMap<Box<str>, usize>,
    /// Resources without an id, by the name that they have: two are one where all of their content agrees.
    nameless: HashMap<Box<str>, Vec<usize>>,
    /// How often an id was met again with other content.
    conflicts: usize,
}

/// With how many resources of one name but without an id a further one is compared.
pub(super) const MOST_NAMESAKES: usize = 16;

impl<T: Resource> Merger<T> {
    fn add(&mut self, found: Found<T>, problems: &mut Vec<Problem>) {
        let next = self.records.len();
        let Some(id) = found.resource.id() else {
            let name = name_of(found.resource.object());
            let known = self.nameless.entry(name).or_default();
            if known.iter().any(|&index| self.records[index].resource.object().says_the_same(found.resource.object())) {
                return;
            }
            if known.len() < MOST_NAMESAKES {
                known.push(next);
            }
            return self.records.push(found);
        };
        match self.by_id.get(id) {
            None => {
                self.by_id.insert(id.into(), next);
                self.records.push(found);
            }
            Some(&index) => self.meet_again(index, found, problems),
        }
    }

    /// The same id a second time: an overlap of pages where the content agrees, else the one modified last counts.
    fn meet_again(&mut self, index: usize, found: Found<T>, problems: &mut Vec<Problem>) {
        let first = &mut self.records[index];
        if first.resource.object().says_the_same(found.resource.object()) {
            return;
        }
        let newer = last_modified(found.resource.object()) > last_modified(first.resource.object());
        let id = shorten(found.resource.id().unwrap_or_default());
        self.conflicts += 1;
        if self.conflicts <= MOST_REPORTED {
            let problem = duplicate_id(T::KIND.resource(), &id, newer, &first.place, &found.place);
            let case = found.place.case(T::KIND, found.resource.object(), &["id"]);
            problems.push(problem.topic(T::KIND.topic()).cases([case]));
        }
        if newer {
            *first = found;
        }
    }
}

fn duplicate_id(resource: &str, id: &str, newer: bool, first: &RecordPlace, second: &RecordPlace) -> Problem {
    let kept = if newer { "the second one counts, which was modified later" } else { "the first one counts" };
    let resource = resource.to_lowercase();
    Problem::warning(
        "duplicate-id",
        second.whole(),
        format!("the {resource} `{id}` stands here again with other content"),
    )
    .help(format!("export all pages in one go; {kept}"))
    .related(first.whole(), "the first one")
}

pub(super) fn name_of(object: &Object) -> Box<str> {
    let name = ["userName", "displayName"].into_iter().find_map(|name| object.get(name).and_then(Json::as_str));
    name.unwrap_or_default().into()
}

fn last_modified(object: &Object) -> Option<jiff::Timestamp> {
    object.get("meta")?.as_object()?.get("lastModified")?.as_str().and_then(parse_instant)
}

/// What a page says about the size of the collection.
#[derive(Debug)]
pub(super) struct PageSize {
    pub(super) start: Option<u64>,
    pub(super) count: u64,
    total: Option<(u64, Place)>,
    next: Option<Place>,
    place: Option<Place>,
}

impl PageSize {
    fn of<T>(page: &Page<T>) -> Self {
        PageSize::new(page.file, page.head.as_ref(), page.count)
    }

    pub(super) fn new(file: FileId, head: Option<&PageHead>, count: u64) -> Self {
        let bytes = |span| Place::Bytes(file, span);
        PageSize {
            start: head.and_then(|head| head.start_index),
            count,
            total: head.and_then(|head| head.total).map(|(total, span)| (total, bytes(span))),
            next: head.and_then(|head| head.next).map(bytes),
            place: head.map(|head| bytes(head.span)),
        }
    }
}

pub(super) fn find_gaps(
    kind: Kind,
    pages: &[PageSize],
    found: u64,
    completeness: &mut Completeness,
    problems: &mut Vec<Problem>,
) {
    let kind = kind.as_str();
    let help = format!("export every page of the {kind}, or accept a part of them with `--partial`");
    let mut missing = |gap: Gap, place: &Place, message: String| {
        completeness.add(gap);
        problems.push(Problem::error("missing-page", place.clone(), message).help(&*help));
    };
    if let Some((total, place)) = pages.iter().filter_map(|page| page.total.as_ref()).max_by_key(|(total, _)| *total) {
        if *total > found {
            let message = format!("the pages hold {found} of {total} {kind}");
            missing(Gap::Resources { expected: *total, found }, place, message);
        }
        return;
    }
    let lists: Vec<&PageSize> = pages.iter().filter(|page| page.place.is_some()).collect();
    if let Some(last) = lists.iter().rev().find_map(|page| page.next.as_ref()) {
        if lists.iter().all(|page| page.next.is_some()) {
            let message = format!("every page of {kind} names a next one, so the last page is missing");
            missing(Gap::NextPage, last, message);
        }
        return;
    }
    let mut covered = 0;
    for page in lists.iter().filter(|page| page.count > 0) {
        let (Some(start), Some(place)) = (page.start, &page.place) else { return };
        if start > covered + 1 {
            let (first, last) = (covered + 1, start - 1);
            missing(Gap::Positions { first, last }, place, format!("no page holds the {kind} from {first} to {last}"));
        }
        covered = covered.max((start - 1).saturating_add(page.count));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{codes, snapshot, user_names};
    use super::super::{Gap, Kind};

    fn user(id: &str, name: &str, modified: &str) -> String {
        format!(r#"{{"id":"{id}","userName":"{name}","meta":{{"lastModified":"{modified}"}}}}"#)
    }

    #[test]
    fn the_same_resource_twice_is_no_problem() {
        let page = r#"{"startIndex":1,"Resources":[{"id":"1","userName":"a"},{"id":"2","userName":"b"}]}"#;
        let next = r#"{"startIndex":2,"Resources":[{"userName":"b","ID":"2"},{"id":"3","userName":"c"}]}"#;
        let snapshot = snapshot(&[next, page, page], &[]);
        assert_eq!(user_names(&snapshot), ["a", "b", "c"]);
        assert_eq!(codes(&snapshot), [""; 0]);
    }

    #[test]
    fn of_one_id_with_two_contents_the_later_one_counts_else_the_first() {
        let check = |a: &str, b: &str, expected: &str, help: &str| {
            let snapshot = snapshot(&[&format!("[{a}]"), &format!("[{b}]")], &[]);
            assert_eq!(user_names(&snapshot), [expected]);
            assert_eq!(codes(&snapshot), ["duplicate-id"]);
            let said = snapshot.problems()[0].help.clone().unwrap_or_default();
            assert!(said.contains(help), "{said}");
        };
        let (old, new) = (user("1", "old", "2026-01-01T00:00:00Z"), user("1", "new", "2026-01-02T00:00:00+02:00"));
        check(&old, &new, "new", "second");
        check(&new, &old, "new", "first");
        check(&old, &user("1", "other", "2026-01-01T00:00:00Z"), "old", "first");
        check(r#"{"id":"1","userName":"x"}"#, &old, "old", "second");
    }

    #[test]
    fn resources_without_an_id_are_one_where_all_agrees() {
        let snapshot = snapshot(&[r#"[{"userName":"a"},{"userName":"a"},{"userName":"a","title":"x"}]"#], &[]);
        assert_eq!(user_names(&snapshot), ["a", "a"]);
        assert_eq!(codes(&snapshot), ["missing-id"]);
        assert!(snapshot.problems()[0].message.ends_with("in 2 users"), "{}", snapshot.problems()[0].message);
    }

    #[test]
    fn ids_compare_exactly() {
        assert_eq!(user_names(&snapshot(&[r#"[{"id":"x","userName":"a"},{"id":"X","userName":"b"}]"#], &[])).len(), 2);
    }

    #[test]
    fn gaps_are_seen_by_total_by_position_and_by_cursor() {
        let check = |pages: &[&str], expected: &[Gap]| {
            let snapshot = snapshot(pages, &[]);
            assert_eq!(snapshot.completeness(Kind::Users).gaps(), expected, "{pages:?}");
            assert_eq!(codes(&snapshot).iter().filter(|code| **code == "missing-page").count(), expected.len());
        };
        let one = r#""Resources":[{"id":"1","userName":"a"}]"#;
        let two = r#""Resources":[{"id":"2","userName":"b"}]"#;
        check(&[&format!("{{\"totalResults\":2,{one}}}")], &[Gap::Resources { expected: 2, found: 1 }]);
        check(&[&format!("{{\"totalResults\":\"2\",{one}}}")], &[Gap::Resources { expected: 2, found: 1 }]);
        check(&[&format!("{{\"totalResults\":2,{one}}}"), &format!("{{\"TOTALRESULTS\":2,{two}}}")], &[]);
        check(&[&format!("{{\"totalResults\":1,{one}}}"), &format!("{{\"totalResults\":1,{two}}}")], &[]);
        check(&[&format!("{{\"totalResults\":2,{one}}}"), &format!("[{}]", &two[13..two.len() - 1])], &[]);
        check(
            &[&format!("{{\"startIndex\":1,{one}}}"), &format!("{{\"startIndex\":3,{two}}}")],
            &[Gap::Positions { first: 2, last: 2 }],
        );
        check(&[&format!("{{\"startIndex\":3,{two}}}")], &[Gap::Positions { first: 1, last: 2 }]);
        check(&[&format!("{{\"startIndex\":0,{one}}}")], &[]);
        check(&[&format!("{{\"nextCursor\":\"x\",{one}}}")], &[Gap::NextPage]);
        check(&[&format!("{{\"nextCursor\":\"x\",{one}}}"), &format!("{{\"previousCursor\":\"y\",{two}}}")], &[]);
        check(&[&format!("{{\"nextCursor\":\"\",{one}}}")], &[]);
        check(&[&format!("{{\"nextCursor\":null,{one}}}")], &[]);
        check(&[&format!("{{\"nextCursor\":\"x\",\"totalResults\":1,{one}}}")], &[]);
        check(&[&format!("{{\"startIndex\":1,{one}}}"), r#"{"startIndex":21,"Resources":[]}"#], &[]);
    }

    #[test]
    fn an_unusable_record_is_skipped_but_not_missing() {
        let snapshot = snapshot(&[r#"{"totalResults":2,"Resources":[{"id":"1","userName":"a"},{"id":"2"}]}"#], &[]);
        assert_eq!((snapshot.users().len(), snapshot.skipped(Kind::Users)), (1, 1));
        assert!(snapshot.completeness(Kind::Users).is_complete());
        assert_eq!(codes(&snapshot), ["unusable-record"]);
    }

    #[test]
    fn many_unusable_records_are_reported_in_part_and_counted_in_full() {
        let snapshot = snapshot(&["1\n".repeat(2500).as_str()], &[]);
        assert_eq!((snapshot.skipped(Kind::Users), snapshot.problems().len()), (2500, 1001));
        assert_eq!(snapshot.problems()[0].message, "line 1 is skipped: the record is a number, not an object");
        assert_eq!(snapshot.problems()[1000].message, "1500 more users are skipped");
    }
}
