//! Reads `vestibule.yaml` and its includes into a [`Draft`]: every value sited, every mistake reported.

use super::fields::{Expected, Field, Fields, Shape};
use super::problems::Problems;
use super::read_entra::read_entra;
use super::read_files::{read_foundry, read_snapshot};
use super::read_lint::read_lint;
use super::read_names::{read_groups, read_organizations};
use super::read_provider::read_provider;
use super::read_rules::Fragment;
use super::read_sections::{RuleSections, read_sections};
use super::{Config, Draft, Sited};
use crate::condition::Scheme;
use crate::source::{At, FileId, Problem, ScalarKind, Sources, Value, shorten};

pub(super) const DOCUMENT: Shape = Shape {
    what: "a configuration",
    keys: &[
        "version",
        "include",
        "provider",
        "entra",
        "organizations",
        "groups",
        "organization-assignment",
        "user-intake",
        "group-assignment",
        "snapshot",
        "foundry",
        "lint",
    ],
};

pub(super) const INCLUDED: Shape =
    Shape { what: "an included file", keys: &["organization-assignment", "user-intake", "group-assignment"] };

/// What reading a document gives.
#[derive(Debug)]
pub struct Reading {
    /// What could be read; `None` where the document is no mapping at all.
    pub draft: Option<Draft>,
    /// Every mistake, in no particular order.
    pub problems: Vec<Problem>,
}

/// What is wrong or damaged, so that nobody misses what may stand in it.
#[derive(Debug, Default)]
pub(super) struct Unread {
    /// Some organization.
    pub(super) organizations: bool,
    /// Some group.
    pub(super) groups: bool,
    /// Some attribute of the mapping or the intake form.
    pub(super) attributes: bool,
    /// The attributes of the mapping whose names could be read, but not their entries.
    pub(super) attribute_names: Vec<String>,
    /// What there is of rules that are not whole or do not count. It can be wrong too.
    pub(super) fragments: Vec<Fragment>,
}

/// The patterns under `include`, so that their files can be added before [`read`]. Mistakes are left to [`read`].
pub fn includes(sources: &Sources, root: FileId) -> Vec<Sited<String>> {
    let mut unheard = Problems::default();
    let fields = root_field(sources, root).and_then(|field| field.fields(&DOCUMENT, &mut unheard));
    fields.map(|fields| read_include(&fields, &mut unheard)).unwrap_or_default()
}

/// Reads a document and the files that it includes, in the order in which they count.
///
/// Reading never fails: it gives what could be read and a problem for everything else.
///
/// ```
/// use vestibule::config;
/// use vestibule::source::Sources;
///
/// let mut sources = Sources::default();
/// let (root, _) = sources.add_document("vestibule.yaml", b"version: 1\nprovider: { name: x }\norganisations: [{ name: A }]\n");
/// let reading = config::read(&sources, root, &[]);
/// assert_eq!(reading.problems[0].message, "a configuration has no key `organisations`");
/// assert_eq!(reading.problems[0].help.as_deref(), Some("did you mean `organizations`?"));
/// ```
pub fn read(sources: &Sources, root: FileId, included: &[FileId]) -> Reading {
    let mut problems = Problems::default();
    let draft = match root_field(sources, root) {
        Some(field) => read_root(sources, &field, included, &mut problems),
        None => {
            if !sources.document(root).is_some_and(|document| document.is_damaged()) {
                problems.push(empty(root));
            }
            None
        }
    };
    Reading { draft, problems: problems.into_vec() }
}

fn empty(root: FileId) -> Problem {
    Problem::error("missing-key", At::root(root).value(), "the configuration is empty")
        .help("write `version: 1`, `provider:` with a `name`, and `organizations:`")
}

fn root_field(sources: &Sources, file: FileId) -> Option<Field<'_>> {
    Some(Field::new(sources.document(file)?.root()?, At::root(file)))
}

fn read_root(sources: &Sources, field: &Field<'_>, included: &[FileId], problems: &mut Problems) -> Option<Draft> {
    let fields = field.fields(&DOCUMENT, problems)?;
    let at = fields.at().clone();
    let mut unread = Unread::default();
    read_version(&fields, problems);
    let include = read_include(&fields, problems).into_iter().map(|pattern| pattern.value).collect();
    let provider = fields.require("provider", problems);
    let provider = read_provider(provider.as_ref(), &at.key("provider"), &mut unread, problems);
    let entra = fields.get("entra").and_then(|field| read_entra(&field, problems));
    let organizations = read_organizations(&fields, &mut unread, problems);
    let groups = read_groups(&fields, &mut unread, problems);
    let mut sections = RuleSections::default();
    read_sections(&fields, &mut sections, &mut unread, problems);
    for file in included {
        read_included(sources, *file, &mut sections, &mut unread, problems);
    }
    sections.check_keys(problems);
    let snapshot = fields.get("snapshot").and_then(|field| read_snapshot(&field, problems));
    let foundry = fields.get("foundry").and_then(|field| read_foundry(&field, problems));
    let lint = fields.get("lint").and_then(|field| read_lint(&field, problems)).unwrap_or_default();
    fields.finish(problems);
    let config = Config {
        version: 1,
        provider,
        entra,
        organizations,
        groups,
        organization_assignment: sections.organization_assignment.map(|rules| rules.section),
        user_intake: sections.user_intake,
        group_assignment: sections.group_assignment,
        snapshot,
        foundry,
        lint,
        include,
        scheme: Scheme::default(),
        at,
    };
    Some(Draft { config, unread })
}

pub(crate) fn read_version(fields: &Fields<'_>, problems: &mut Problems) {
    let Some(field) = fields.require("version", problems) else { return };
    match field.node.value() {
        Value::Scalar(scalar) if scalar.kind() == ScalarKind::Int(1) => {}
        Value::Scalar(scalar) if matches!(scalar.kind(), ScalarKind::Int(_) | ScalarKind::Float(_)) => {
            let message = format!("version {} of the format is not known", shorten(scalar.text()));
            problems.push(
                Problem::error("unsupported-version", field.at.value(), message)
                    .label("not 1")
                    .help("write `version: 1`, the only version there is"),
            );
        }
        _ => field.mismatch(Expected::Version, problems).unwrap_or_default(),
    }
}

fn read_include(fields: &Fields<'_>, problems: &mut Problems) -> Vec<Sited<String>> {
    fields.get("include").and_then(|field| field.strings(problems)).unwrap_or_default()
}

/// Reads the rules of an included file. One without content, or with nothing but comments, is no mistake.
fn read_included(
    sources: &Sources,
    file: FileId,
    sections: &mut RuleSections,
    unread: &mut Unread,
    problems: &mut Problems,
) {
    let Some(field) = root_field(sources, file) else { return };
    let Some(mut fields) = field.fields(&INCLUDED, problems) else { return };
    read_sections(&fields, sections, unread, problems);
    report_document_keys(&mut fields, problems);
    fields.finish(problems);
}

/// A key of the document itself in an included file is no unknown key: it stands in the wrong file.
fn report_document_keys(fields: &mut Fields<'_>, problems: &mut Problems) {
    let misplaced: Vec<_> = fields.unknown().filter(|entry| entry.key_text().is_some_and(is_document_key)).collect();
    for entry in misplaced {
        let key = entry.key_text().unwrap_or_default();
        let message = format!("`{key}` stands in an included file, which holds rules only");
        problems.push(
            Problem::error("unknown-key", fields.at().key(key).name(), message)
                .label("not read here")
                .help("move it into the document that includes this file, or remove it"),
        );
        fields.explain(&entry);
    }
}

fn is_document_key(key: &str) -> bool {
    DOCUMENT.keys.contains(&key)
}
