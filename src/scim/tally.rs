//! The same defect in many records is one problem, with a count and a few places.

use std::collections::BTreeMap;

use super::place::RecordPlace;
use super::schema::{Defect, DefectKind};
use super::unusable::Kind;
use crate::condition::ENTERPRISE_USER;
use crate::source::{Case, Place, Problem, shorten};

/// Defects by what they are and by the attribute, without case.
#[derive(Debug, Default)]
pub(super) struct Tally(BTreeMap<(DefectKind, String), Entry>);

#[derive(Debug)]
struct Entry {
    /// As the first record spells it.
    attribute: String,
    count: usize,
    /// The first few.
    places: Vec<Place>,
    /// All of them.
    cases: Vec<Case>,
}

/// How many places one problem shows.
const SHOWN: usize = 3;
/// How many problems there are at most: misspelt URNs can differ without end.
const MOST: usize = 1000;

impl Tally {
    /// Adds the defects of a record, of which this says what it is known as, where anybody asks.
    pub(super) fn add(&mut self, place: &RecordPlace, defects: Vec<Defect>, case: impl Fn(&[&str]) -> Option<Case>) {
        for Defect { kind, attribute, route } in defects {
            let at_name = matches!(kind, DefectKind::MalformedUrn { .. } | DefectKind::Misplaced);
            let key = (kind, attribute.to_ascii_lowercase());
            let entry =
                self.0.entry(key).or_insert(Entry { attribute, count: 0, places: Vec::new(), cases: Vec::new() });
            entry.count += 1;
            entry.cases.extend(case(&[&entry.attribute.to_ascii_lowercase()]));
            if entry.places.len() < SHOWN {
                entry.places.push(if at_name { place.name(route) } else { place.value(route) });
            }
        }
    }

    /// The problems of defects that the filter keeps.
    pub(super) fn problems(&self, kind: Kind, keep: impl Fn(&DefectKind) -> bool) -> Vec<Problem> {
        let kept = self.0.iter().filter(|((defect, _), _)| keep(defect));
        kept.take(MOST).filter_map(|((defect, _), entry)| problem(kind, defect, entry)).collect()
    }
}

fn problem(kind: Kind, defect: &DefectKind, entry: &Entry) -> Option<Problem> {
    let (first, more) = entry.places.split_first()?;
    let attribute = shorten(&entry.attribute);
    let place = count_of(entry.count, kind);
    let (code, message, help) = match defect {
        DefectKind::StringBoolean => (
            "string-boolean",
            format!("`{attribute}` is a string instead of a boolean in {place}"),
            "export booleans as `true` and `false`; the strings were read as booleans, which other readers refuse"
                .to_owned(),
        ),
        DefectKind::ValueType { expected, found } => (
            "value-type",
            format!("`{attribute}` is {found} instead of {expected} in {place}"),
            format!("export `{attribute}` as {expected}; what it says is undetermined until then"),
        ),
        DefectKind::NotAList => (
            "value-type",
            format!("`{attribute}` is a single value instead of an array in {place}"),
            "put it into `[ ]`; it was read as an array of one".to_owned(),
        ),
        DefectKind::Bare => (
            "value-type",
            format!("`{attribute}` holds a bare string instead of an object in {place}"),
            "write it as `{ \"value\": … }`; it was read so".to_owned(),
        ),
        DefectKind::MalformedUrn { found, meant } => (
            "malformed-urn",
            format!("`{}` is not a schema URN in {place}", shorten(found)),
            format!("write `{meant}`; what stands under the misspelt one is not read as its attributes"),
        ),
        DefectKind::Misplaced => (
            "misplaced-attribute",
            format!("the enterprise attribute `{attribute}` stands outside of its extension in {place}"),
            format!("put it under `{}` (RFC 7643 section 4.3); it is undetermined until then", ENTERPRISE_USER),
        ),
        DefectKind::MissingId => (
            "missing-id",
            format!("`id` is missing in {place}"),
            "export `id` too: group members name it, so membership is undetermined without it".to_owned(),
        ),
        DefectKind::UnnamedMember => (
            "missing-value",
            format!("`{attribute}` has an entry without `value` in {place}"),
            "export `value` too, the `id` of the member: until then anybody may be in further groups".to_owned(),
        ),
        DefectKind::MissingDisplayName => (
            "missing-display-name",
            format!("`displayName` is missing in {place}"),
            "export `displayName` too: conditions on its name are undetermined without it".to_owned(),
        ),
    };
    let problem = Problem::warning(code, first.clone(), message).help(help);
    let problem = problem.topic(kind.topic()).cases(entry.cases.iter().copied());
    Some(more.iter().fold(problem, |problem, place| problem.related(place.clone(), "here too")))
}

fn count_of(count: usize, kind: Kind) -> String {
    match count {
        1 => format!("one {}", kind.as_str().trim_end_matches('s')),
        _ => format!("{count} {}", kind.as_str()),
    }
}
