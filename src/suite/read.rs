//! Reads a test file: every key asked for by name, every mistake reported.

use super::attributes::{read_foundry, read_scim};
use super::document::{Course, Described, ScimAttributes, Step, Test, TestUser};
use super::read_expect::read_expectation;
use crate::config::fields::{Expected, Field, Fields, Shape};
use crate::config::problems::Problems;
use crate::config::{read_version, report_duplicates};
use crate::engine::Event;
use crate::simulate::ProviderGroup;
use crate::source::{At, FileId, Problem, ScalarKind, Sources, Value};

pub(super) const FILE: Shape = Shape { what: "a test file", keys: &["version", "tests"] };

pub(super) const TEST: Shape = Shape {
    what: "a test",
    keys: &["name", "skip", "user", "groups", "internal-groups", "attributes", "event", "expect", "events"],
};

pub(super) const STEP: Shape =
    Shape { what: "an event of a sequence", keys: &["event", "with", "groups", "attributes", "expect"] };

pub(super) const SNAPSHOT_USER: Shape = Shape { what: "a user of the snapshot", keys: &["from", "with"] };

pub(super) const GROUP: Shape = Shape { what: "a provider group", keys: &["displayName", "externalId"] };

/// For messages about what should be a user and is no mapping.
const USER: Shape = Shape { what: "a user", keys: &["userName", "displayName", "emails", "from"] };

pub(super) const EVENTS: [(&str, Event); 4] = [
    (Event::ScimCreate.as_str(), Event::ScimCreate),
    (Event::ScimUpdate.as_str(), Event::ScimUpdate),
    (Event::MembershipUpdate.as_str(), Event::MembershipUpdate),
    (Event::Login.as_str(), Event::Login),
];

/// What reading a test file gives.
#[derive(Debug)]
pub struct Reading {
    /// The tests that could be read.
    pub tests: Vec<Test>,
    /// Every mistake, in no particular order.
    pub problems: Vec<Problem>,
}

/// Reads the tests of a file. Names are not looked up: [`super::prepare`] does that.
///
/// Reading never fails: it gives what could be read and a problem for everything else.
///
/// ```
/// use vestibule::source::Sources;
/// use vestibule::suite;
///
/// let mut sources = Sources::default();
/// let text = b"version: 1\ntests: [{ name: a, user: { userName: ada }, event: log-in, expect: { intake: admit } }]\n";
/// let (file, _) = sources.add_document("a.test.yaml", text);
/// let reading = suite::read(&sources, file);
/// assert_eq!(reading.problems[0].message, "`log-in` is no value of `event`");
/// ```
pub fn read(sources: &Sources, file: FileId) -> Reading {
    let mut problems = Problems::default();
    let root = sources.document(file).and_then(|document| document.root());
    let tests = match root {
        Some(root) => read_file(&Field::new(root, At::root(file)), &mut problems),
        None => {
            if !sources.document(file).is_some_and(|document| document.is_damaged()) {
                problems.push(
                    Problem::error("missing-key", At::root(file).value(), "the test file is empty")
                        .help("write `version: 1`, and `tests:` with a list of tests"),
                );
            }
            None
        }
    };
    Reading { tests: tests.unwrap_or_default(), problems: problems.into_vec() }
}

fn read_file(field: &Field<'_>, problems: &mut Problems) -> Option<Vec<Test>> {
    let fields = field.fields(&FILE, problems)?;
    read_version(&fields, problems);
    let items = fields.require("tests", problems).and_then(|field| field.some_items("tests", problems));
    let tests: Vec<Test> = items.iter().flatten().filter_map(|item| read_test(item, problems)).collect();
    report_duplicates("test", tests.iter().map(|test| &test.name), problems);
    fields.finish(problems);
    Some(tests)
}

fn read_test(item: &Field<'_>, problems: &mut Problems) -> Option<Test> {
    let fields = item.fields(&TEST, problems)?;
    let name = fields.require("name", problems).and_then(|field| field.string(problems));
    let skip = fields.get("skip").and_then(|field| field.string(problems)).map(|reason| reason.value);
    let user = fields.require("user", problems).and_then(|field| read_user(&field, problems));
    let groups = fields.get("groups").and_then(|field| read_groups(&field, problems));
    let internal_groups = fields.get("internal-groups").and_then(|field| field.strings(problems));
    let attributes = fields.get("attributes").and_then(|field| read_foundry(&field, problems));
    let course = read_course(&fields, item, problems);
    fields.finish(problems);
    let person = Described { user: user?, groups, internal_groups, attributes };
    Some(Test { name: name?, at: item.at.clone(), skip, person, course: course? })
}

fn read_user(field: &Field<'_>, problems: &mut Problems) -> Option<TestUser> {
    let Value::Mapping(mapping) = field.node.value() else {
        return field.mismatch(Expected::Mapping(&USER), problems);
    };
    if mapping.get("from").is_none() {
        return Some(TestUser::Inline(read_scim(mapping, &field.at, problems)));
    }
    let fields = field.fields(&SNAPSHOT_USER, problems)?;
    let from = fields.require("from", problems).and_then(|field| field.string(problems));
    let with = fields.get("with").and_then(|field| read_with(&field, problems));
    fields.finish(problems);
    let with = with.unwrap_or_else(|| ScimAttributes {
        attributes: Default::default(),
        at: field.at.clone(),
        misspelt: false,
    });
    Some(TestUser::Snapshot { from: from?, with })
}

fn read_with(field: &Field<'_>, problems: &mut Problems) -> Option<ScimAttributes> {
    match field.node.value() {
        Value::Mapping(mapping) => Some(read_scim(mapping, &field.at, problems)),
        _ => field.mismatch(Expected::Names, problems),
    }
}

fn read_groups(field: &Field<'_>, problems: &mut Problems) -> Option<Vec<ProviderGroup>> {
    let items = field.items("provider groups", problems)?;
    Some(items.iter().filter_map(|item| read_group(item, problems)).collect())
}

/// A provider group: its name, or both of its names.
fn read_group(item: &Field<'_>, problems: &mut Problems) -> Option<ProviderGroup> {
    match item.node.value() {
        Value::Mapping(_) => {
            let fields = item.fields(&GROUP, problems)?;
            let display_name = fields.require("displayName", problems).and_then(|field| field.string(problems));
            let external_id = fields.get("externalId").and_then(|field| field.string(problems));
            fields.finish(problems);
            let display_name = display_name?;
            Some(match external_id {
                Some(external_id) => ProviderGroup::new(&display_name, &external_id),
                None => ProviderGroup::named(&display_name),
            })
        }
        Value::Scalar(scalar) if scalar.kind() == ScalarKind::String => {
            item.string(problems).map(|name| ProviderGroup::named(&name))
        }
        _ => item.mismatch(Expected::Either("a name, or `displayName` and `externalId`"), problems),
    }
}

/// One event with what is expected of it, or a sequence of events.
fn read_course(fields: &Fields<'_>, item: &Field<'_>, problems: &mut Problems) -> Option<Course> {
    let Some(events) = fields.get("events") else {
        let event = fields.get("event");
        let at = event.as_ref().map_or_else(|| item.at.clone(), |field| field.at.clone());
        let event = event.map_or(Some(Event::Login), |field| field.choice(&EVENTS, problems));
        let expect = fields.require("expect", problems).and_then(|field| read_expectation(&field, problems));
        let step = Step { event: event?, at, with: None, groups: None, attributes: None, expect: expect? };
        return Some(Course::Single(Box::new(step)));
    };
    for (key, help) in [
        ("event", "keep one of them; each item of `events` has its own `event`"),
        ("expect", "move it to the event after which it is expected"),
    ] {
        let Some(field) = fields.get(key) else { continue };
        problems.push(
            Problem::error("conflicting-keys", field.at.name(), format!("`{key}` stands beside `events`"))
                .label("for one event")
                .related(events.at.name(), "a sequence of events")
                .help(help),
        );
    }
    let items = events.some_items("events", problems)?;
    let steps: Vec<Step> = items.iter().filter_map(|item| read_step(item, problems)).collect();
    if steps.len() == items.len() && !events.is_damaged() && steps.iter().all(|step| step.expect.is_empty()) {
        problems.push(
            Problem::error("expects-nothing", events.at.name(), "no event of the sequence expects anything")
                .label("nothing is compared")
                .help("add `expect:` to the event after which something is expected"),
        );
        return None;
    }
    Some(Course::Sequence(steps))
}

fn read_step(item: &Field<'_>, problems: &mut Problems) -> Option<Step> {
    let fields = item.fields(&STEP, problems)?;
    let event = fields.require("event", problems);
    let at = event.as_ref().map_or_else(|| item.at.clone(), |field| field.at.clone());
    let event = event.and_then(|field| field.choice(&EVENTS, problems));
    if let Some(event) = event {
        report_misplaced(&fields, event, problems);
    }
    let with = fields.get("with").and_then(|field| read_with(&field, problems));
    let groups = fields.get("groups").and_then(|field| read_groups(&field, problems));
    let attributes = fields.get("attributes").and_then(|field| read_foundry(&field, problems));
    let expect = fields.get("expect").map(|field| read_expectation(&field, problems));
    fields.finish(problems);
    let expect = expect.map_or(Some(Default::default()), |expect| expect);
    Some(Step { event: event?, at, with, groups, attributes, expect: expect? })
}

/// What cannot come with an event: SCIM sends attributes, a change of membership or a login brings groups, and only a
/// login has claims.
fn report_misplaced(fields: &Fields<'_>, event: Event, problems: &mut Problems) {
    use Event::{Login, MembershipUpdate, ScimCreate, ScimUpdate};
    let places: [(&'static str, &[Event], &str); 3] = [
        ("with", &[ScimCreate, ScimUpdate], "move it to a `scim-update`, which changes SCIM attributes"),
        ("groups", &[MembershipUpdate, Login], "move it to a `membership-update` or a `login`, which bring groups"),
        ("attributes", &[Login], "move it to a `login`, whose claims fill Foundry attributes"),
    ];
    for (key, events, help) in places {
        let Some(field) = fields.get(key).filter(|_| !events.contains(&event)) else { continue };
        problems.push(
            Problem::error("conflicting-keys", field.at.name(), format!("`{key}` stands at a `{event}`"))
                .label("nothing that this event brings")
                .help(help),
        );
    }
}
