//! What is wrong, and where, before it is shown.
//!
//! A [`Problem`] holds places symbolically. [`super::Sources::resolve`] turns it into a [`super::Finding`], which has
//! lines, columns and bytes.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Case, Route, Safety, Span};

/// A file that was read, as [`super::Sources`] numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub(super) u32);

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Advice.
    Info,
    /// It will go wrong, or is very likely not what was meant.
    Warning,
    /// It breaks provisioning, logins or assignment, or the document cannot be used.
    Error,
}

impl Severity {
    /// The word that people and formats use: `error`, `warning`, `info`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// Which bytes of a node are meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The key under which the node stands; the first line of the value where it has no key.
    Key,
    /// The node's value.
    Value,
    /// Bytes of the *decoded* text of a scalar, mapped back to the source when shown.
    Within(Span),
}

/// A place in some file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The file as a whole.
    File(FileId),
    /// Bytes of a file.
    Bytes(FileId, Span),
    /// A node of a document. Where the route does not exist, its nearest existing ancestor is shown.
    Node(FileId, Route, Part),
    /// A node inside one record of a snapshot. The record is parsed only when it is shown.
    Record {
        /// The snapshot file.
        file: FileId,
        /// The bytes of the record in the file.
        record: Span,
        /// Where the record stands in the file: `Resources[3]`, or `[3]` for an array or NDJSON.
        route: Route,
        /// The node inside the record; the root for the record as a whole.
        inner: Route,
        /// Which bytes of that node.
        part: Part,
    },
}

impl Place {
    /// The file that it is in.
    pub fn file(&self) -> FileId {
        match self {
            Place::File(file) | Place::Bytes(file, _) | Place::Node(file, ..) | Place::Record { file, .. } => *file,
        }
    }
}

/// Where a value stands: a file and a route in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At {
    /// The file.
    pub file: FileId,
    /// The route from the root of that file.
    pub route: Route,
}

impl At {
    /// The root of a file.
    pub fn root(file: FileId) -> Self {
        At { file, route: Route::root() }
    }

    /// The value under `key`.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        At { file: self.file, route: self.route.key(key) }
    }

    /// The item at `index`.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        At { file: self.file, route: self.route.index(index) }
    }

    /// The value itself.
    pub fn value(&self) -> Place {
        Place::Node(self.file, self.route.clone(), Part::Value)
    }

    /// The key that the value stands under.
    pub fn name(&self) -> Place {
        Place::Node(self.file, self.route.clone(), Part::Key)
    }

    /// Bytes of the decoded scalar.
    pub fn within(&self, range: Span) -> Place {
        Place::Node(self.file, self.route.clone(), Part::Within(range))
    }
}

/// A place and what is said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// A few words that stand under the underlined text; may be empty.
    pub text: String,
}

/// What would mend a problem, with symbolic places.
///
/// [`super::Sources::resolve`] turns it into a [`super::Fix`], in the style of what stands there; where that cannot say
/// it, the finding has no such fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// How sure it is.
    pub safety: Safety,
    /// What it does, as a command.
    pub title: String,
    /// The places, and the text that each is to have: decoded text, except where the place is bytes.
    pub replacements: Vec<(Place, String)>,
}

/// Something wrong, with symbolic places.
///
/// The message says what is wrong as a statement, the help what to do as a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The name of the lint, or of the kind of error: `syntax`, `unknown-key`, `type-mismatch`, …
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong: one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The place it is about.
    pub primary: Label,
    /// Other places that explain it.
    pub related: Vec<Label>,
    /// An example that shows it, such as a user and an event, in the shape of the JSON output.
    pub witness: Option<serde_json::Value>,
    /// What would mend it.
    pub corrections: Vec<Correction>,
    /// What it is about, where its place is only that of the first of many things: a route of the configuration, such as
    /// `snapshot.users`.
    pub topic: Option<&'static str>,
    /// The things that it is about, one by one; none where it is about its place.
    pub cases: Vec<Case>,
}

impl Problem {
    /// An error at `place`.
    pub fn error(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Problem::new(code, Severity::Error, place, message)
    }

    /// A warning at `place`.
    pub fn warning(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Problem::new(code, Severity::Warning, place, message)
    }

    /// A problem of any severity at `place`.
    pub fn new(code: &'static str, severity: Severity, place: Place, message: impl Into<String>) -> Self {
        Problem {
            code,
            severity,
            message: message.into(),
            help: None,
            primary: Label { place, text: String::new() },
            related: Vec::new(),
            witness: None,
            corrections: Vec::new(),
            topic: None,
            cases: Vec::new(),
        }
    }

    /// With what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With a few words at the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// With one more place.
    #[must_use]
    pub fn related(mut self, place: Place, text: impl Into<String>) -> Self {
        self.related.push(Label { place, text: text.into() });
        self
    }

    /// With the things that it is about, each of which may be accepted on its own.
    #[must_use]
    pub fn cases(mut self, cases: impl IntoIterator<Item = Case>) -> Self {
        self.cases.extend(cases);
        self
    }

    /// With the fact that it states at its place, in words that stay while the fact does. Another fact at the same place
    /// is another problem: who accepted the first has not seen it.
    #[must_use]
    pub fn fact(self, words: &[&str]) -> Self {
        self.cases([Case::new(words)])
    }

    /// With what it is about instead of its place: the route of the configuration that names the files.
    #[must_use]
    pub fn topic(mut self, route: &'static str) -> Self {
        self.topic = Some(route);
        self
    }

    /// With an example.
    #[must_use]
    pub fn witness(mut self, witness: serde_json::Value) -> Self {
        self.witness = Some(witness);
        self
    }

    /// With what would mend it: the text of a scalar at `place`, or the part of it there, becomes `text`.
    ///
    /// ```
    /// use vestibule::source::{At, Problem, Safety, Sources, Span};
    /// let mut sources = Sources::default();
    /// let (file, _) = sources.add_document("rules.yaml", b"when: \"name eq \\\"a\\\"\"\n");
    /// let when = At::root(file).key("when");
    /// let (place, operand) = (when.within(Span::new(5, 7)), when.within(Span::new(8, 11)));
    /// let problem = Problem::warning("example", place, "an example").fix(Safety::Safe, "say `b`", operand, "\"b\"");
    /// let fix = &sources.resolve(&problem).fixes[0];
    /// assert_eq!((fix.edits[0].start, fix.edits[0].end, fix.edits[0].text.as_str()), (15, 20, "\\\"b\\\""));
    /// ```
    #[must_use]
    pub fn fix(self, safety: Safety, title: impl Into<String>, place: Place, text: impl Into<String>) -> Self {
        self.fix_all(safety, title, [(place, text.into())])
    }

    /// With what would mend it at several places at once.
    #[must_use]
    pub fn fix_all(
        mut self,
        safety: Safety,
        title: impl Into<String>,
        replacements: impl IntoIterator<Item = (Place, String)>,
    ) -> Self {
        let replacements = replacements.into_iter().collect();
        self.corrections.push(Correction { safety, title: title.into(), replacements });
        self
    }
}
