//! Findings: problems with their places resolved, in the shape of the JSON output.

use std::cmp::Reverse;
use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::case::hash;
use super::{Case, FileId, Route, Severity, Sources, combined};

/// What a lint, or the reader of a document, reports.
///
/// Serialises as one element of `findings` in the JSON output.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The name of the lint, or of the kind of error: `syntax`, `unknown-key`, …
    pub lint: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The page of the lint, from the root of the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docs: Option<String>,
    /// The public page that the lint stands on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<&'static str>,
    /// Where: the primary location first, then the related ones.
    pub locations: Vec<Location>,
    /// Edits that would mend it.
    pub fixes: Vec<Fix>,
    /// An example that shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<serde_json::Value>,
    /// Stays the same when the file is reformatted, or its rules or records change places: made of the lint, the file, the
    /// place in words and the [cases](Self::cases). No two findings of a run share one.
    pub fingerprint: String,
    /// The place without positions: the route with names for indices, and of a part of a scalar its text.
    #[serde(skip)]
    pub anchor: String,
    /// The file under which the finding is known: that of the place, or the configuration where it is about records,
    /// whose files come and go.
    #[serde(skip)]
    pub home: String,
    /// The place in that file, in words that stay and that name nobody.
    #[serde(skip)]
    pub at: String,
    /// What the finding is about, one by one, in order and each once; never empty.
    #[serde(skip)]
    pub cases: Vec<Case>,
    /// The way to the place from the root of its document, through aliases and merge keys.
    #[serde(skip)]
    pub(crate) way: Route,
}

/// Whether a location is what a finding is about, or explains it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LocationKind {
    /// What the finding is about.
    Primary,
    /// Another place that explains it.
    Related,
}

/// A resolved place.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Location {
    /// The file, to look its text up again.
    #[serde(skip)]
    pub id: FileId,
    /// Primary or related.
    pub kind: LocationKind,
    /// The file's name.
    pub file: String,
    /// Keys and indices; empty for the root, or where the text has no tree.
    pub route: String,
    /// The first character.
    pub start: super::Position,
    /// One past the last character.
    pub end: super::Position,
    /// What is said about it.
    pub label: String,
}

impl Location {
    pub(crate) fn is_primary(&self) -> bool {
        self.kind == LocationKind::Primary
    }

    /// Makes it the primary one where it is the first, and else one that explains.
    pub(crate) fn rank(&mut self, index: usize) {
        self.kind = if index == 0 { LocationKind::Primary } else { LocationKind::Related };
    }
}

/// How sure it is that an edit keeps the meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// It changes no decision but the one the finding is about.
    Safe,
    /// A person should look.
    Unsafe,
}

/// Edits that would mend a finding.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Fix {
    /// How sure it is.
    pub safety: Safety,
    /// What the edits do.
    pub title: String,
    /// The edits.
    pub edits: Vec<Edit>,
}

/// A replacement of bytes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Edit {
    /// The file's name.
    pub file: String,
    /// The first byte replaced.
    pub start: usize,
    /// One past the last byte replaced.
    pub end: usize,
    /// What to put there.
    pub text: String,
}

/// A finding that somebody accepted, so that it is no longer reported as one.
#[derive(Clone, Debug)]
pub struct Suppressed {
    /// What was found.
    pub finding: Finding,
    /// Where it was accepted.
    pub by: SuppressedBy,
    /// Why, where they said so.
    pub reason: Option<String>,
}

/// Where a finding was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuppressedBy {
    /// Beside the place that it is about.
    Comment,
    /// In the configuration or in a file that lists accepted findings.
    List,
}

impl Finding {
    /// Whether it is about records of a snapshot, or counts them.
    pub fn is_about_records(&self) -> bool {
        self.cases.iter().any(|case| case.place().is_some())
    }

    /// Makes the configuration the file under which the finding is known, where its own is one of records.
    pub(crate) fn at_home_in(&mut self, configuration: &str, sources: &Sources) {
        if self.is_about_records() && sources.document(self.primary().id).is_none() {
            configuration.clone_into(&mut self.home);
            self.name_anew();
        }
    }

    /// Makes the finding about more than it was.
    pub(crate) fn take_cases(&mut self, cases: impl IntoIterator<Item = Case>) {
        self.cases.extend(cases);
        self.cases.sort_unstable_by_key(Case::key);
        self.cases.dedup_by_key(|case| case.key());
        self.name_anew();
    }

    /// Gives the finding the fingerprint of what it is about.
    pub(crate) fn name_anew(&mut self) {
        let place = hash([self.lint, &self.home, &self.at].into_iter().map(str::as_bytes));
        let key = self.cases.iter().fold(place, |key, case| combined(key, case.key()));
        self.fingerprint = format!("{key:016x}");
    }

    /// The location that the finding is about.
    pub fn primary(&self) -> &Location {
        // `Sources::resolve` is the only maker of findings and always writes the primary one first.
        &self.locations[0]
    }
}

/// Puts findings in the order in which they are shown: by file as read, then by offset, the worst first.
///
/// The order depends on the findings alone, not on the order in which lints ran.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    tell_apart(findings);
}

/// Numbers the findings that are about the same: the second and later ones get a fingerprint of their own.
pub(crate) fn tell_apart(findings: &mut [Finding]) {
    let mut met: HashMap<String, usize> = HashMap::new();
    for finding in findings {
        // Sorting again numbers again, from the fingerprint that was made of the lint and the route.
        let made = finding.fingerprint.split('-').next().unwrap_or_default().to_owned();
        let count = met.entry(made.clone()).or_default();
        *count += 1;
        finding.fingerprint = if *count == 1 { made } else { format!("{made}-{count}") };
    }
}

fn order(finding: &Finding) -> impl Ord + '_ {
    let primary = finding.primary();
    let place = (primary.id, primary.start.offset);
    (place, Reverse(finding.severity), finding.lint, primary.end.offset, &finding.message, &finding.help)
}
