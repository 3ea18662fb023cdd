//! A finding as a `result`.

use serde::Serialize;
use serde_json::Value;

use super::super::{Paths, Report};
use super::rules::{Rules, level};
use super::{ROOT, Text};
use crate::source::{Edit, Finding, Fix, Location, Position, Safety, Sources, Suppressed, SuppressedBy, visible};

/// A finding, and who accepted it.
#[derive(Clone, Copy)]
pub(super) struct Reported<'r> {
    pub(super) finding: &'r Finding,
    pub(super) suppressed: Option<&'r Suppressed>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SarifResult<'r> {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Text,
    locations: [Place; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Place>,
    partial_fingerprints: Fingerprints<'r>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<SarifFix>,
    /// In a run where somebody accepted something, every result says whether it is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressions: Option<Vec<Suppression>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Properties<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
}

#[derive(PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

/// Lines and columns from 1; the end is one past the last character, as in SARIF.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct Fingerprints<'r> {
    #[serde(rename = "vestibule/v1")]
    first: &'r str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifFix {
    description: Text,
    artifact_changes: Vec<ArtifactChange>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Text,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<String>,
}

#[derive(Serialize)]
struct Properties<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<&'r Value>,
}

impl<'r> SarifResult<'r> {
    pub(super) fn new(report: &Report<'_>, rules: &Rules, reported: Reported<'r>) -> Self {
        let Reported { finding, suppressed } = reported;
        let related = finding.locations.iter().enumerate().skip(1);
        SarifResult {
            rule_id: finding.lint,
            rule_index: rules.index(finding.lint),
            level: level(finding.severity),
            message: Text::new(message(finding)),
            locations: [Place::new(report.paths, None, finding.primary())],
            related_locations: related.map(|(id, at)| Place::new(report.paths, Some(id), at)).collect(),
            partial_fingerprints: Fingerprints { first: &finding.fingerprint },
            fixes: finding.fixes.iter().filter_map(|fix| SarifFix::new(report, fix)).collect(),
            suppressions: (!report.suppressed.is_empty())
                .then(|| suppressed.map(Suppression::new).into_iter().collect()),
            properties: finding.witness.as_ref().map(|witness| Properties { witness: Some(witness) }),
        }
    }
}

fn message(finding: &Finding) -> String {
    match &finding.help {
        None => plain_text(&finding.message),
        Some(help) => format!("{}\nhelp: {}", plain_text(&finding.message), plain_text(help)),
    }
}

/// The text as a message of SARIF, which has placeholders in braces and links in brackets (sections 3.11.5 and 3.11.6).
fn plain_text(text: &str) -> String {
    visible(text).replace('{', "{{").replace('}', "}}").replace("](", "\\](")
}

impl Place {
    fn new(paths: Paths<'_>, id: Option<usize>, location: &Location) -> Self {
        let route = (!location.route.is_empty()).then(|| visible(&location.route).into_owned());
        Place {
            id,
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation::new(paths, &location.file),
                region: Region::new(location.start, location.end),
            },
            logical_locations: route.map(|route| LogicalLocation { fully_qualified_name: route }).into_iter().collect(),
            message: (!location.label.is_empty()).then(|| Text::new(plain_text(&location.label))),
        }
    }
}

impl ArtifactLocation {
    fn new(paths: Paths<'_>, file: &str) -> Self {
        let uri = paths.uri(file);
        let is_relative = !uri.starts_with("file:");
        ArtifactLocation { uri, uri_base_id: is_relative.then_some(ROOT) }
    }
}

impl Region {
    fn new(start: Position, end: Position) -> Self {
        Region { start_line: start.line, start_column: start.column, end_line: end.line, end_column: end.column }
    }
}

impl Suppression {
    fn new(suppressed: &Suppressed) -> Self {
        let kind = match suppressed.by {
            SuppressedBy::Comment => "inSource",
            SuppressedBy::List => "external",
        };
        Suppression { kind, justification: suppressed.reason.as_deref().map(|reason| visible(reason).into_owned()) }
    }
}

impl SarifFix {
    /// `None` where a file of the fix was not read: nobody could say which lines it changes.
    fn new(report: &Report<'_>, fix: &Fix) -> Option<Self> {
        let mut changes: Vec<ArtifactChange> = Vec::new();
        for edit in &fix.edits {
            let artifact_location = ArtifactLocation::new(report.paths, &edit.file);
            let replacement =
                Replacement { deleted_region: edited(report.sources, edit)?, inserted_content: Text::new(&edit.text) };
            match changes.iter_mut().find(|change| change.artifact_location == artifact_location) {
                Some(change) => change.replacements.push(replacement),
                None => changes.push(ArtifactChange { artifact_location, replacements: vec![replacement] }),
            }
        }
        let title = plain_text(&fix.title);
        let description = match fix.safety {
            Safety::Safe => title,
            Safety::Unsafe => format!("{title} (a person should look)"),
        };
        (!changes.is_empty()).then_some(SarifFix { description: Text::new(description), artifact_changes: changes })
    }
}

fn edited(sources: &Sources, edit: &Edit) -> Option<Region> {
    let text = sources.ids().map(|file| sources.text(file)).find(|text| text.name() == edit.file)?;
    Some(Region::new(text.position(edit.start), text.position(edit.end)))
}
