//! Whether output names people, and who the people are.

use std::collections::{HashMap, HashSet};
use std::env;
use std::io::{self, IsTerminal, Write};

use clap::Args;

use super::ci;
use super::terminal::Terminal;
use crate::config::Config;
use crate::foundry;
use crate::project::Project;
use crate::report::Redactor;
use crate::scim::{Json, Object, Snapshot};
use crate::source::Sources;
use crate::suite::{Test, TestUser};

/// Personal data in output.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct RedactArgs {
    /// Write pseudonyms in the place of personal data. On where `CI` says that a build service runs this and standard output
    /// is no terminal.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    redact: Option<bool>,

    /// The same as `--redact=false`.
    #[arg(long, conflicts_with = "redact")]
    no_redact: bool,
}

impl RedactArgs {
    pub(super) fn is_on(self) -> bool {
        let by_itself = || ci::is_ci() && !io::stdout().is_terminal();
        !self.no_redact && self.redact.unwrap_or_else(by_itself)
    }
}

/// Prepares the terminal for projects whose people are not to be named.
pub(super) fn set_up<'p>(
    args: RedactArgs,
    projects: impl IntoIterator<Item = &'p Project>,
    sources: &Sources,
    terminal: &mut Terminal,
) {
    if !args.is_on() {
        return;
    }
    let projects: Vec<&Project> = projects.into_iter().collect();
    let mut redactor = Redactor::new(&salt(&projects));
    for project in projects {
        project.config.iter().for_each(|config| keep_names(config, &mut redactor));
        project.snapshot.iter().for_each(|snapshot| add_snapshot(snapshot, &mut redactor));
        project.foundry.iter().for_each(|export| add_foundry(export, &mut redactor));
    }
    for file in sources.ids().filter(|&file| sources.document(file).is_none()) {
        redactor.personal_of(sources.text(file).content());
    }
    terminal.redactor = Some(redactor);
}

/// A secret where one is given, else the name of the provider: then whoever knows it can test a guess.
fn salt(projects: &[&Project]) -> String {
    if let Ok(salt) = env::var("VESTIBULE_REDACT_SALT") {
        return salt;
    }
    let config = projects.iter().find_map(|project| project.config.as_ref());
    config.map(|config| config.provider.name.to_string()).unwrap_or_default()
}

fn keep_names(config: &Config, redactor: &mut Redactor) {
    config.organizations.iter().for_each(|organization| redactor.keep(&organization.name));
    config.groups.rule_based.iter().for_each(|group| redactor.keep(group));
    config.provider.realm.iter().for_each(|realm| redactor.keep(realm));
    config.rules().for_each(|rule| redactor.keep(rule.name));
}

fn add_foundry(export: &foundry::Export, redactor: &mut Redactor) {
    let mut shared = Shared::default();
    for user in export.users() {
        let names = [&user.email, &user.given_name, &user.family_name].into_iter().flatten();
        names.chain([&user.id, &user.username]).for_each(|value| redactor.personal(value));
        let attributes = user.attributes.iter().flat_map(|attributes| attributes.values().flatten());
        shared.person(attributes.map(String::as_str));
    }
    shared.add_to(redactor);
    for group in export.groups() {
        let provider_id = export.provider_id(&group.id);
        [Some(&*group.id), Some(&*group.name), provider_id].into_iter().flatten().for_each(|name| redactor.keep(name));
    }
    // Those of groups stay; whose the others are may not be known.
    export.provider_ids().for_each(|provider_id| redactor.personal(provider_id));
}

/// The people of a snapshot, and its groups, whose names stay.
pub(super) fn add_snapshot(snapshot: &Snapshot, redactor: &mut Redactor) {
    for record in snapshot.groups() {
        let group = &record.resource;
        let external_id = group.external_id().known().flatten();
        let names = [group.id(), group.display_name().known().flatten(), external_id];
        names.into_iter().flatten().for_each(|name| redactor.keep(name));
        // Members that are groups are kept by their own names.
        group.object().get("members").into_iter().for_each(|members| add_value(members, redactor));
    }
    let mut shared = Shared::default();
    for record in snapshot.users() {
        let mut others = Vec::new();
        add_object(record.resource.object(), &mut others, redactor);
        shared.person(others);
    }
    shared.add_to(redactor);
}

/// The person that a test describes.
pub(super) fn add_test(test: &Test, redactor: &mut Redactor) {
    let steps = test.course.steps().iter().filter_map(|step| step.with.as_ref());
    let written = match &test.person.user {
        TestUser::Inline(attributes) => attributes,
        TestUser::Snapshot { from, with } => {
            redactor.personal(&from.value);
            with
        }
    };
    for attributes in steps.chain([written]) {
        add_members(&attributes.attributes, redactor);
    }
}

fn add_members(members: &serde_json::Map<String, serde_json::Value>, redactor: &mut Redactor) {
    for (name, value) in members.iter().filter(|(name, _)| !is_among(&SHARED, name)) {
        match value {
            value if is_among(&TELLING, name) => add_telling(value, redactor),
            serde_json::Value::Object(extension) => add_members(extension, redactor),
            _ => {}
        }
    }
}

fn add_telling(value: &serde_json::Value, redactor: &mut Redactor) {
    match value {
        serde_json::Value::String(text) => redactor.personal(text),
        serde_json::Value::Array(items) => items.iter().for_each(|item| add_telling(item, redactor)),
        serde_json::Value::Object(members) => {
            let own = members.iter().filter(|(name, _)| !is_among(&SHARED, name));
            own.for_each(|(_, value)| add_telling(value, redactor));
        }
        _ => {}
    }
}

/// Attributes that tell who somebody is (RFC 7643 sections 3.1, 4.1 and 4.3), and what stands below them.
const TELLING: [&str; 16] = [
    "id",
    "externalId",
    "userName",
    "name",
    "displayName",
    "nickName",
    "profileUrl",
    "emails",
    "phoneNumbers",
    "ims",
    "photos",
    "addresses",
    "x509Certificates",
    "manager",
    "employeeNumber",
    "members",
];

/// Members that many people share, wherever they stand.
const SHARED: [&str; 8] = ["schemas", "meta", "active", "groups", "type", "country", "region", "locality"];

fn is_among(names: &[&str], name: &str) -> bool {
    names.iter().any(|listed| listed.eq_ignore_ascii_case(name))
}

/// How many people have a value of an attribute that may be anything, such as a department: one that nobody shares tells
/// who it is.
#[derive(Default)]
struct Shared<'v>(HashMap<&'v str, usize>);

impl<'v> Shared<'v> {
    /// The values of one person, each counted once.
    fn person(&mut self, values: impl IntoIterator<Item = &'v str>) {
        let values: HashSet<&str> = values.into_iter().collect();
        values.into_iter().for_each(|value| *self.0.entry(value).or_default() += 1);
    }

    fn add_to(self, redactor: &mut Redactor) {
        let own = self.0.into_iter().filter(|(value, count)| *count == 1 || value.contains('@'));
        own.for_each(|(value, _)| redactor.personal(value));
    }
}

/// The values of a user's record: what tells who it is goes to the redactor, what may be shared into the list.
fn add_object<'o>(object: &'o Object, others: &mut Vec<&'o str>, redactor: &mut Redactor) {
    for (name, value) in object.entries().filter(|(name, _)| !is_among(&SHARED, name)) {
        match value {
            value if is_among(&TELLING, name) => add_value(value, redactor),
            Json::String(text) => others.push(text),
            Json::Object(extension) => add_object(extension, others, redactor),
            _ => {}
        }
    }
}

fn add_value(value: &Json, redactor: &mut Redactor) {
    match value {
        Json::String(text) => redactor.personal(text),
        Json::Number(number) => redactor.personal(&number.to_string()),
        // A text nests 64 levels at most.
        Json::Array(items) => items.iter().for_each(|item| add_value(item, redactor)),
        Json::Object(object) => {
            let own = object.entries().filter(|(name, _)| !is_among(&SHARED, name));
            own.for_each(|(_, value)| add_value(value, redactor));
        }
        Json::Null | Json::Bool(_) => {}
    }
}

/// Writes by way of a text, so that nothing personal is left in it.
pub(super) fn through(
    redactor: Option<&Redactor>,
    out: &mut dyn Write,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let Some(redactor) = redactor else {
        return write(out);
    };
    let mut text = Vec::new();
    write(&mut text)?;
    out.write_all(redactor.text(&String::from_utf8_lossy(&text)).as_bytes())
}
