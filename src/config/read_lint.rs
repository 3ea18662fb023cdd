//! Reads which lints run and how they count.

use super::fields::{Field, Shape};
use super::problems::Problems;
use super::{Allowance, LintSettings, Sited};
use crate::source::Severity;

pub(super) const LINT: Shape = Shape { what: "the lint section", keys: &["select", "ignore", "severity", "allow"] };

pub(super) const ALLOWANCE: Shape = Shape { what: "an accepted finding", keys: &["lint", "file", "route", "reason"] };

const SEVERITIES: [(&str, Severity); 3] =
    [("error", Severity::Error), ("warning", Severity::Warning), ("info", Severity::Info)];

pub(super) fn read_lint(field: &Field<'_>, problems: &mut Problems) -> Option<LintSettings> {
    let fields = field.fields(&LINT, problems)?;
    let mut settings = LintSettings {
        select: fields.get("select").and_then(|field| field.strings(problems)).unwrap_or_default(),
        ignore: fields.get("ignore").and_then(|field| field.strings(problems)).unwrap_or_default(),
        ..LintSettings::default()
    };
    for (lint, field) in fields.get("severity").and_then(|field| field.named(problems)).unwrap_or_default() {
        if let Some(value) = field.choice(&SEVERITIES, problems) {
            settings.severity.insert(lint.to_owned(), Sited { value, at: field.at });
        }
    }
    if let Some(items) = fields.get("allow").and_then(|field| field.items("accepted findings", problems)) {
        settings.allow = items.iter().filter_map(|item| read_allowance(item, problems)).collect();
    }
    fields.finish(problems);
    Some(settings)
}

fn read_allowance(item: &Field<'_>, problems: &mut Problems) -> Option<Allowance> {
    let fields = item.fields(&ALLOWANCE, problems)?;
    let lint = fields.require("lint", problems).and_then(|field| field.string(problems));
    let file = fields.get("file").and_then(|field| field.string(problems));
    let route = fields.get("route").and_then(|field| field.string(problems));
    let reason = fields.require("reason", problems).and_then(|field| field.string(problems));
    fields.finish(problems);
    let (file, route) = (file.map(|file| file.value), route.map(|route| route.value));
    Some(Allowance { lint: lint?, file, route, reason: reason?.value })
}
