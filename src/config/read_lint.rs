//! Reads which lints run and how they count.

use std::collections::BTreeMap;

use globset::GlobBuilder;

use super::fields::{Field, Fields, Shape};
use super::problems::Problems;
use super::{Allowance, LintSettings, PathSettings, Sited};
use crate::source::{Problem, Severity, shorten};

pub(super) const LINT: Shape =
    Shape { what: "the lint section", keys: &["select", "ignore", "severity", "per-path", "allow"] };

pub(super) const PER_PATH: Shape =
    Shape { what: "the settings of a path", keys: &["path", "select", "ignore", "severity"] };

pub(super) const ALLOWANCE: Shape = Shape { what: "an accepted finding", keys: &["lint", "file", "route", "reason"] };

const SEVERITIES: [(&str, Severity); 3] =
    [("error", Severity::Error), ("warning", Severity::Warning), ("info", Severity::Info)];

pub(super) fn read_lint(field: &Field<'_>, problems: &mut Problems) -> Option<LintSettings> {
    let fields = field.fields(&LINT, problems)?;
    let mut settings = LintSettings {
        select: read_names(&fields, "select", problems),
        ignore: read_names(&fields, "ignore", problems),
        severity: read_severity(&fields, problems),
        ..LintSettings::default()
    };
    if let Some(items) = fields.get("per-path").and_then(|field| field.items("settings of paths", problems)) {
        settings.per_path = items.iter().filter_map(|item| read_path(item, problems)).collect();
    }
    if let Some(items) = fields.get("allow").and_then(|field| field.items("accepted findings", problems)) {
        settings.allow = items.iter().filter_map(|item| read_allowance(item, problems)).collect();
    }
    fields.finish(problems);
    Some(settings)
}

fn read_names(fields: &Fields<'_>, key: &'static str, problems: &mut Problems) -> Vec<Sited<String>> {
    fields.get(key).and_then(|field| field.strings(problems)).unwrap_or_default()
}

fn read_severity(fields: &Fields<'_>, problems: &mut Problems) -> BTreeMap<String, Sited<Severity>> {
    let mut severities = BTreeMap::new();
    for (lint, field) in fields.get("severity").and_then(|field| field.named(problems)).unwrap_or_default() {
        if let Some(value) = field.choice(&SEVERITIES, problems) {
            severities.insert(lint.to_owned(), Sited { value, at: field.at });
        }
    }
    severities
}

fn read_path(item: &Field<'_>, problems: &mut Problems) -> Option<PathSettings> {
    let fields = item.fields(&PER_PATH, problems)?;
    let path = fields.require("path", problems).and_then(|field| field.string(problems));
    let select = read_names(&fields, "select", problems);
    let ignore = read_names(&fields, "ignore", problems);
    let severity = read_severity(&fields, problems);
    fields.finish(problems);
    let path = path?;
    match GlobBuilder::new(&path).literal_separator(true).build() {
        Ok(glob) => Some(PathSettings { path, select, ignore, severity, matcher: glob.compile_matcher() }),
        Err(error) => {
            let message = format!("`{}` is not a glob: {}", shorten(&path), error.kind());
            let problem = Problem::error("invalid-value", path.at.value(), message);
            problems.push(problem.label("not a glob").help("write a pattern such as `rules/*.yaml`"));
            None
        }
    }
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
