//! Whether output names people, and who the people are.

use std::env;
use std::io::{self, IsTerminal, Write};

use clap::Args;

use super::ci;
use super::terminal::Terminal;
use crate::config::Config;
use crate::project::Project;
use crate::report::Redactor;
use crate::scim::{Json, Object, Snapshot};
use crate::source::Sources;

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
    fn is_on(self) -> bool {
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
        for user in project.foundry.iter().flat_map(|export| export.users()) {
            let names = [&user.email, &user.given_name, &user.family_name].into_iter().flatten();
            names.chain([&user.id, &user.username]).for_each(|value| redactor.personal(value));
            user.attributes.iter().flat_map(|attributes| attributes.values().flatten()).for_each(|value| {
                redactor.personal(value);
            });
        }
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
    snapshot.users().iter().for_each(|record| add_object(record.resource.object(), redactor));
}

/// What a user's record holds is personal, but for what many people share.
fn add_object(object: &Object, redactor: &mut Redactor) {
    const SHARED: [&str; 16] = [
        "schemas",
        "meta",
        "groups",
        "roles",
        "entitlements",
        "type",
        "locale",
        "preferredLanguage",
        "timezone",
        "userType",
        "title",
        "department",
        "organization",
        "division",
        "costCenter",
        "country",
    ];
    for (name, value) in object.entries() {
        if !SHARED.iter().any(|shared| shared.eq_ignore_ascii_case(name)) {
            add_value(value, redactor);
        }
    }
}

fn add_value(value: &Json, redactor: &mut Redactor) {
    match value {
        Json::String(text) => redactor.personal(text),
        Json::Number(number) => redactor.personal(&number.to_string()),
        // A text nests 64 levels at most.
        Json::Array(items) => items.iter().for_each(|item| add_value(item, redactor)),
        Json::Object(object) => add_object(object, redactor),
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
