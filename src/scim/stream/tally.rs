//! What is wrong with files that are read and let go.
//!
//! A file that is not held cannot be shown: its problems name it, the record, and the byte.

use std::io::Read;

use crate::scim::completeness::{Completeness, Gap};
use crate::scim::damage::Damage;
use crate::scim::feed::{Feed, Flow};
use crate::scim::gather::{MOST_REPORTED, page_head};
use crate::scim::head::Head;
use crate::scim::merge::{PageSize, find_gaps};
use crate::scim::place::RecordPlace;
use crate::scim::schema::{Defect, DefectKind};
use crate::scim::tally::Tally;
use crate::scim::unusable::{Kind, Unusable};
use crate::source::{FileId, Place, Problem, Span, shorten};

/// What reading the files of one kind came to.
#[derive(Clone, Debug)]
pub struct Account {
    /// Users or groups.
    pub kind: Kind,
    /// What is missing.
    pub completeness: Completeness,
    /// How many records could not be used.
    pub skipped: usize,
    /// How many resources there are.
    pub kept: usize,
    /// How many records came later than another one of the same resource, were modified later, and were left out.
    pub outdated: usize,
    /// Whether there was too much of something to be told apart.
    pub is_overfull: bool,
    /// Whether an identifier is that of a user and of a group that stands in another group.
    pub is_ambiguous: bool,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

impl Account {
    pub(super) fn is_complete(&self) -> bool {
        self.completeness.is_complete()
    }
}

/// The same while the files are read.
#[derive(Debug)]
pub(super) struct Report {
    kind: Kind,
    completeness: Completeness,
    pub(super) skipped: usize,
    pub(super) unread: usize,
    pub(super) kept: usize,
    outdated: usize,
    pub(super) is_overfull: bool,
    pub(super) is_ambiguous: bool,
    pub(super) problems: Vec<Problem>,
    file: Option<FileId>,
    pages: Vec<PageSize>,
    /// How many records stand in the page that is read, and outside of pages.
    listed: u64,
    loose: u64,
    conflicts: usize,
    tally: Tally,
    /// Whether a page came behind one that belongs behind it.
    pub(super) is_out_of_order: bool,
}

impl Report {
    pub(super) fn new(kind: Kind) -> Self {
        Report {
            kind,
            completeness: Completeness::default(),
            skipped: 0,
            unread: 0,
            kept: 0,
            outdated: 0,
            is_overfull: false,
            is_ambiguous: false,
            problems: Vec::new(),
            file: None,
            pages: Vec::new(),
            listed: 0,
            loose: 0,
            conflicts: 0,
            tally: Tally::default(),
            is_out_of_order: false,
        }
    }

    pub(super) fn begin(&mut self, file: FileId) {
        self.file = Some(file);
        self.loose = 0;
        self.listed = 0;
    }

    pub(super) fn end<R: Read>(&mut self, file: FileId, flow: &Flow<R>) {
        if self.loose > 0 {
            self.add_page(PageSize::new(file, None, self.loose));
        }
        if let Some((offset, byte)) = flow.invalid.first {
            let more = match flow.invalid.count - 1 {
                0 => String::new(),
                more => format!(", and {more} more are not"),
            };
            let message = format!("byte 0x{byte:02X} at offset {offset} is not UTF-8{more}");
            self.problems.push(Problem::error("not-utf8", Place::File(file), message).help("save the file as UTF-8"));
        }
        if let Some(error) = &flow.error {
            let offset = flow.read();
            let message = format!("the file cannot be read from byte {offset} on: {error}");
            self.completeness.add(Gap::Damaged { file, offset });
            let problem = Problem::error("unreadable-file", Place::File(file), message);
            self.problems.push(problem.help("make it a file that can be read"));
        }
    }

    /// The file that is read, or was read last.
    pub(super) fn place(&self) -> Option<Place> {
        self.file.map(Place::File)
    }

    pub(super) fn count(&mut self, place: &RecordPlace) {
        self.count_many(place, 1);
    }

    pub(super) fn count_many(&mut self, place: &RecordPlace, count: usize) {
        *(if place.is_listed() { &mut self.listed } else { &mut self.loose }) += count as u64;
    }

    pub(super) fn page(&mut self, head: &Head) {
        let Some(file) = self.file else { return };
        let count = std::mem::take(&mut self.listed);
        // What stands outside of pages comes behind them all.
        self.is_out_of_order |= count > 0 && self.loose > 0;
        self.add_page(PageSize::new(file, Some(&page_head(head)), count));
    }

    fn add_page(&mut self, page: PageSize) {
        let position = |page: &PageSize| page.start.unwrap_or(u64::MAX);
        let is_behind = self.pages.last().is_some_and(|last| position(last) > position(&page));
        self.is_out_of_order |= is_behind && page.count > 0;
        self.pages.push(page);
    }

    pub(super) fn defects(&mut self, place: &RecordPlace, defects: Vec<Defect>) {
        // No baseline holds what is said while reading part by part, and it would take room for every record.
        self.tally.add(place, defects, |_| None);
    }

    pub(super) fn skip(&mut self, place: &RecordPlace, unusable: &Unusable) {
        self.skipped += 1;
        self.unread += usize::from(unusable.may_be_resource());
        if let Unusable::ErrorResponse { .. } = unusable {
            self.completeness.add(Gap::ErrorResponse { file: place.file() });
        }
        if self.skipped > MOST_REPORTED {
            return;
        }
        let span = place.span();
        let route = place.route();
        let what = if route.steps().is_empty() { "the record".to_owned() } else { format!("`{route}`") };
        let size = match unusable {
            Unusable::TooLong => format!(" ({} bytes)", span.end - span.start),
            _ => String::new(),
        };
        let message = format!("{what} at byte {} is skipped: {unusable}{size}", span.start);
        self.problems.push(Problem::error("unusable-record", Place::File(place.file()), message).help(unusable.help()));
    }

    /// A resource came again with other content.
    pub(super) fn conflict(&mut self, id: &str, newer: bool) {
        self.conflicts += 1;
        if self.conflicts > MOST_REPORTED {
            return;
        }
        let resource = self.kind.resource().to_lowercase();
        let kept = if newer { "the second one counts, which was modified later" } else { "the first one counts" };
        let message = format!("the {resource} `{}` stands here again with other content", shorten(id));
        let problem = |place| Problem::warning("duplicate-id", place, message);
        let help = format!("export all pages in one go; {kept}");
        self.problems.extend(self.place().map(problem).map(|problem| problem.help(help)));
    }

    /// A user came again with other content, when the first one had been decided about.
    pub(super) fn late(&mut self, place: &RecordPlace, newer: bool) {
        self.outdated += usize::from(newer);
        self.conflicts += 1;
        if self.conflicts > MOST_REPORTED {
            return;
        }
        let kept = if newer { ", and was modified later" } else { "" };
        let message = format!("the user at byte {} was there before with other content{kept}", place.span().start);
        let problem = Problem::warning("duplicate-id", Place::File(place.file()), message);
        self.problems.push(problem.help("export all pages in one go; the first one counts"));
    }

    pub(super) fn damage(&mut self, damage: Damage) {
        let Some(file) = self.file else { return };
        let (gap, problem) = damage.report(file, self.kind.as_str());
        gap.into_iter().for_each(|gap| self.completeness.add(gap));
        self.problems.push(in_words(problem));
    }

    pub(super) fn finish(self) -> Account {
        let Report {
            kind,
            mut completeness,
            skipped,
            kept,
            outdated,
            is_overfull,
            is_ambiguous,
            mut problems,
            mut pages,
            ..
        } = self;
        let place = self.file.map(Place::File);
        let more = |count: usize| count.saturating_sub(MOST_REPORTED);
        if let Some(place) = place.clone().filter(|_| more(skipped) > 0) {
            let message = format!("{} more {} are skipped", more(skipped), kind.as_str());
            problems.push(
                Problem::error("unusable-record", place, message)
                    .help("look at the first ones: the file is probably of another kind"),
            );
        }
        if let Some(place) = place.filter(|_| more(self.conflicts) > 0) {
            let message = format!("{} more {} stand here again", more(self.conflicts), kind.as_str());
            problems.push(Problem::warning("duplicate-id", place, message).help("export all pages in one go"));
        }
        pages.sort_by_key(|page| page.start.unwrap_or(u64::MAX));
        let mut found = Vec::new();
        find_gaps(kind, &pages, (kept + skipped) as u64, &mut completeness, &mut found);
        let others = |defect: &DefectKind| *defect != DefectKind::StringBoolean;
        found.extend(self.tally.problems(kind, others));
        problems.extend(found.into_iter().map(in_words));
        Account { kind, completeness, skipped, kept, outdated, is_overfull, is_ambiguous, problems }
    }
}

/// A problem of a file that cannot be shown: the byte is said in words.
fn in_words(mut problem: Problem) -> Problem {
    let (file, span) = match &problem.primary.place {
        Place::Bytes(file, span) | Place::Record { file, record: span, .. } => (*file, *span),
        _ => return problem,
    };
    problem.primary.place = Place::File(file);
    problem.primary.text = String::new();
    problem.related.clear();
    if span != Span::default() {
        problem.message.push_str(&format!(", at byte {}", span.start));
    }
    problem
}
