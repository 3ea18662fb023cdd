//! Reads `vestibule.yaml` and its includes into a [`Draft`]: every value sited, every mistake reported.

use std::collections::HashMap;

use super::fields::{Field, Fields, Problems};
use super::read_provider::{read_entra, read_provider};
use super::read_rules::{RuleSections, read_sections};
use super::{Allowance, Config, Draft, Foundry, Groups, LintSettings, Members, Organization, Paths, Sited, Snapshot};
use crate::condition::Scheme;
use crate::source::{At, FileId, Problem, Severity, Sources};

const DOCUMENT: &str = "a configuration";

/// What reading a document gives.
#[derive(Debug)]
pub struct Reading {
    /// What could be read; `None` where the document is no mapping at all.
    pub draft: Option<Draft>,
    /// Every mistake, in no particular order.
    pub problems: Vec<Problem>,
}

/// The patterns under `include`, so that their files can be added before [`read`]. Mistakes are left to [`read`].
pub fn includes(sources: &Sources, root: FileId) -> Vec<Sited<String>> {
    let mut unheard = Problems::default();
    let Some(field) = root_field(sources, root) else { return Vec::new() };
    let Some(mut fields) = field.fields(DOCUMENT, &mut unheard) else { return Vec::new() };
    fields.get("include").and_then(|field| field.strings("include", &mut unheard)).unwrap_or_default()
}

/// Reads a document and the files that it includes, in the order in which they count.
///
/// Reading never fails: it gives what could be read and a problem for everything else.
pub fn read(sources: &Sources, root: FileId, included: &[FileId]) -> Reading {
    let mut problems = Problems::default();
    let Some(field) = root_field(sources, root) else {
        let damaged = sources.document(root).is_some_and(|document| document.is_damaged());
        if !damaged {
            problems.push(
                Problem::error("missing-key", At::root(root).value(), "the configuration is empty")
                    .help("write `version: 1`, `provider:` and `organizations:`"),
            );
        }
        return Reading { draft: None, problems: problems.0 };
    };
    let Some(mut fields) = field.fields(DOCUMENT, &mut problems) else {
        return Reading { draft: None, problems: problems.0 };
    };
    let draft = read_document(sources, &mut fields, included, &mut problems);
    fields.finish(&mut problems);
    Reading { draft: Some(draft), problems: problems.0 }
}

fn read_document(sources: &Sources, fields: &mut Fields<'_>, included: &[FileId], problems: &mut Problems) -> Draft {
    let at = fields.at().clone();
    read_version(fields, problems);
    let provider = fields.require("provider", problems);
    let provider = read_provider(provider.as_ref(), &at.key("provider"), problems);
    let entra = fields.get("entra").and_then(|field| read_entra(&field, problems));
    let (organizations, organizations_complete) = read_organizations(fields, problems);
    let (groups, groups_complete) = read_groups(fields, problems);
    let mut sections = RuleSections::default();
    read_sections(fields, &mut sections, problems);
    for file in included {
        read_included(sources, *file, &mut sections, problems);
    }
    let snapshot = fields.get("snapshot").and_then(|field| read_snapshot(&field, problems));
    let foundry = fields.get("foundry").and_then(|field| read_foundry(&field, problems));
    let lint = fields.get("lint").and_then(|field| read_lint(&field, problems)).unwrap_or_default();
    let include = fields.get("include").and_then(|field| field.strings("include", problems)).unwrap_or_default();
    let config = Config {
        version: 1,
        provider,
        entra,
        organizations,
        groups,
        organization_assignment: sections.organization_assignment,
        user_intake: sections.user_intake,
        group_assignment: sections.group_assignment,
        snapshot,
        foundry,
        lint,
        include: include.into_iter().map(|pattern| pattern.value).collect(),
        scheme: Scheme::default(),
        at,
    };
    Draft { config, organizations_complete, groups_complete }
}

fn root_field(sources: &Sources, file: FileId) -> Option<Field<'_>> {
    Some(Field::new(sources.document(file)?.root()?, At::root(file)))
}

fn read_version(fields: &mut Fields<'_>, problems: &mut Problems) {
    use crate::source::{ScalarKind, Value};
    let Some(field) = fields.require("version", problems) else { return };
    match field.node.value() {
        Value::Scalar(scalar) if scalar.kind() == ScalarKind::Int(1) => {}
        Value::Scalar(scalar) if matches!(scalar.kind(), ScalarKind::Int(_) | ScalarKind::Float(_)) => {
            let message = format!("version {} of the format is not known", scalar.text());
            problems.push(
                Problem::error("unsupported-version", field.at.value(), message)
                    .label("not 1")
                    .help("write `version: 1`, the only version there is"),
            );
        }
        _ => field.mismatch("the version is the number 1", problems),
    }
}

fn read_organizations(fields: &mut Fields<'_>, problems: &mut Problems) -> (Vec<Organization>, bool) {
    let Some(field) = fields.require("organizations", problems) else { return (Vec::new(), false) };
    let Some(items) = field.items("organizations", problems) else { return (Vec::new(), false) };
    let mut complete = !field.is_damaged();
    let mut organizations = Vec::new();
    for item in items {
        match read_organization(&item, problems) {
            Some(organization) => organizations.push(organization),
            None => complete = false,
        }
    }
    report_duplicates("organization", organizations.iter().map(|organization| &organization.name), problems);
    if organizations.is_empty() && complete {
        problems.push(
            Problem::error("invalid-value", field.at.value(), "no organization is listed")
                .label("empty")
                .help("list at least one, as `- name: …`"),
        );
    }
    (organizations, complete)
}

fn read_organization(item: &Field<'_>, problems: &mut Problems) -> Option<Organization> {
    let mut fields = item.fields("an organization", problems)?;
    let name = fields.require("name", problems).and_then(|field| field.string(problems));
    let rid = fields.get("rid").and_then(|field| field.string(problems));
    fields.finish(problems);
    if let Some(rid) = rid.as_ref().filter(|rid| !is_organization_rid(rid)) {
        problems.push(
            Problem::error("invalid-value", rid.at.value(), "this is not the resource identifier of an organization")
                .label("expected `ri.multipass..organization.` and a UUID")
                .help("copy the RID from Control Panel, or remove the key"),
        );
    }
    Some(Organization { name: name?, rid: rid.map(|rid| rid.value) })
}

fn is_organization_rid(rid: &str) -> bool {
    let Some(id) = rid.strip_prefix("ri.multipass.").and_then(|rest| rest.split_once(".organization.")) else {
        return false;
    };
    !id.1.is_empty() && id.1.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

fn read_groups(fields: &mut Fields<'_>, problems: &mut Problems) -> (Groups, bool) {
    let Some(field) = fields.get("groups") else { return (Groups::default(), !fields.mapping().is_damaged()) };
    let Some(mut fields) = field.fields("groups", problems) else { return (Groups::default(), false) };
    let mut list = |key: &'static str, problems: &mut Problems| {
        fields.get(key).and_then(|field| field.strings(key, problems)).unwrap_or_default()
    };
    let groups = Groups {
        internal: list("internal", problems),
        rule_based: list("rule-based", problems),
        administrators: list("administrators", problems),
    };
    report_duplicates("group", groups.internal.iter().chain(&groups.rule_based), problems);
    report_duplicates("group of administrators", groups.administrators.iter(), problems);
    let complete = !fields.mapping().is_damaged();
    fields.finish(problems);
    (groups, complete)
}

fn report_duplicates<'s>(what: &str, names: impl Iterator<Item = &'s Sited<String>>, problems: &mut Problems) {
    let mut first: HashMap<&str, &Sited<String>> = HashMap::new();
    for name in names {
        if let Some(earlier) = first.get(name.as_str()) {
            problems.push(
                Problem::error("duplicate-name", name.at.value(), format!("the {what} `{}` is listed twice", **name))
                    .label("listed again")
                    .related(earlier.at.value(), "first listed here")
                    .help("remove one of them"),
            );
            continue;
        }
        first.insert(name, name);
    }
}

fn read_included(sources: &Sources, file: FileId, sections: &mut RuleSections, problems: &mut Problems) {
    let Some(field) = root_field(sources, file) else { return };
    let Some(mut fields) = field.fields("an included file", problems) else { return };
    read_sections(&mut fields, sections, problems);
    fields.finish(problems);
}

fn read_paths(field: &Field<'_>, problems: &mut Problems) -> Option<Paths> {
    if let crate::source::Value::Sequence(_) = field.node.value() {
        return field.strings("a list of files", problems).map(Paths);
    }
    Some(Paths(vec![field.string(problems)?]))
}

fn read_snapshot(field: &Field<'_>, problems: &mut Problems) -> Option<Snapshot> {
    let mut fields = field.fields("a snapshot", problems)?;
    let users = fields.get("users").and_then(|field| read_paths(&field, problems));
    let groups = fields.get("groups").and_then(|field| read_paths(&field, problems));
    let members = fields
        .get("members")
        .and_then(|field| field.choice(&[("complete", Members::Complete), ("excluded", Members::Excluded)], problems));
    fields.finish(problems);
    Some(Snapshot { users, groups, members })
}

fn read_foundry(field: &Field<'_>, problems: &mut Problems) -> Option<Foundry> {
    let mut fields = field.fields("a Foundry export", problems)?;
    let mut paths =
        |key: &'static str, problems: &mut Problems| fields.get(key).and_then(|field| read_paths(&field, problems));
    let foundry = Foundry {
        users: paths("users", problems),
        groups: paths("groups", problems),
        memberships: paths("memberships", problems),
        provider_info: paths("provider-info", problems),
    };
    fields.finish(problems);
    Some(foundry)
}

fn read_lint(field: &Field<'_>, problems: &mut Problems) -> Option<LintSettings> {
    let mut fields = field.fields("lint settings", problems)?;
    let mut settings = LintSettings {
        select: fields.get("select").and_then(|field| field.strings("select", problems)).unwrap_or_default(),
        ignore: fields.get("ignore").and_then(|field| field.strings("ignore", problems)).unwrap_or_default(),
        ..LintSettings::default()
    };
    if let Some(severities) = fields.get("severity").and_then(|field| field.fields("severity", problems)) {
        const SEVERITIES: [(&str, Severity); 3] =
            [("error", Severity::Error), ("warning", Severity::Warning), ("info", Severity::Info)];
        for (lint, field) in severities.named(problems) {
            if let Some(severity) = field.choice(&SEVERITIES, problems) {
                settings.severity.insert(lint.to_owned(), Sited { value: severity, at: field.at });
            }
        }
    }
    if let Some(items) = fields.get("allow").and_then(|field| field.items("allow", problems)) {
        settings.allow = items.iter().filter_map(|item| read_allowance(item, problems)).collect();
    }
    fields.finish(problems);
    Some(settings)
}

fn read_allowance(item: &Field<'_>, problems: &mut Problems) -> Option<Allowance> {
    let mut fields = item.fields("an accepted finding", problems)?;
    let lint = fields.require("lint", problems).and_then(|field| field.string(problems));
    let file = fields.get("file").and_then(|field| field.string(problems));
    let route = fields.get("route").and_then(|field| field.string(problems));
    let reason = fields.require("reason", problems).and_then(|field| field.string(problems));
    fields.finish(problems);
    let (file, route) = (file.map(|file| file.value), route.map(|route| route.value));
    Some(Allowance { lint: lint?, file, route, reason: reason?.value })
}
