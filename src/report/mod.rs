//! How findings are shown: one small file per output format.
//!
//! Everything that came from a file passes through [`crate::source::visible`] or its JSON counterpart on the way out,
//! so that no control or bidirectional character of a hostile input reaches a terminal, a log or a web page.
//!
//! ```
//! use vestibule::report::{Format, Report, Style};
//! use vestibule::source::{Place, Problem, Sources, Span, Text};
//!
//! let mut sources = Sources::default();
//! let file = sources.add_text(Text::new("vestibule.yaml", "version: 2\n"));
//! let problem = Problem::error("unsupported-version", Place::Bytes(file, Span::new(9, 10)), "there is no version 2");
//! let findings = [sources.resolve(&problem)];
//! let report = Report::new(&sources, &findings);
//! let mut out = Vec::new();
//! Format::Concise.write(&report, Style::PLAIN, &mut out)?;
//! assert_eq!(out, b"vestibule.yaml:1:10: error[unsupported-version]: there is no version 2\n");
//! # std::io::Result::Ok(())
//! ```

mod answer;
mod concise;
mod excerpt;
mod explanation;
mod github;
mod gitlab;
mod json;
mod jsonl;
mod junit;
mod paths;
mod redact;
mod sarif;
mod statistics;
mod suite;
pub(crate) mod text;
mod write_json;
mod xml;

use std::{fmt, io, str::FromStr};

use schemars::JsonSchema;
use serde::Serialize;

use crate::source::{Finding, Severity, Sources, Suppressed};

pub use answer::{Answer, End, Preventing, Word};
pub use explanation::{View, write_explanation, write_explanations};
pub use json::schema;
pub use paths::Paths;
pub use redact::Redactor;
pub use statistics::{LintCount, Statistics};
pub use suite::{Detail, TestFormat, TestReport, TestSummary, UnknownTestFormat, schema as test_results_schema};
pub(crate) use write_json::write_json_value;
pub use write_json::{write_json, write_json_item, write_json_line};

/// What a run found, ready to be written in any [`Format`].
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The files that were read: the snippets come from them.
    pub sources: &'a Sources,
    /// The findings, in the order in which they are to be shown: see [`crate::source::sort`].
    pub findings: &'a [Finding],
    /// The findings that somebody accepted. Formats that cannot mark them leave them out.
    pub suppressed: &'a [Suppressed],
    /// From where paths are told, for the formats that need them relative to the root of a repository.
    pub paths: Paths<'a>,
}

impl<'a> Report<'a> {
    /// A report of these findings, none of them accepted.
    pub fn new(sources: &'a Sources, findings: &'a [Finding]) -> Self {
        Report { sources, findings, suppressed: &[], paths: Paths::default() }
    }

    /// How many findings there are of each severity, and how many files were read.
    pub fn summary(&self) -> Summary {
        let count = |severity| self.findings.iter().filter(|finding| finding.severity == severity).count();
        Summary {
            error: count(Severity::Error),
            warning: count(Severity::Warning),
            info: count(Severity::Info),
            suppressed: self.suppressed.len(),
            files: self.sources.ids().count(),
        }
    }
}

/// The counts at the end of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summary {
    /// Findings of severity `error`.
    pub error: usize,
    /// Findings of severity `warning`.
    pub warning: usize,
    /// Findings of severity `info`.
    pub info: usize,
    /// Findings that a suppression took away; not counted above.
    pub suppressed: usize,
    /// Files that were read, with findings or without.
    pub files: usize,
}

/// How the text format may look. The other formats look the same everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to colour with ANSI escapes.
    pub color: bool,
    /// Whether frames and arrows are drawn with characters beyond ASCII.
    pub unicode: bool,
    /// The width in columns at which prose is wrapped and long source lines are cut. `None`, for output that no
    /// terminal shows, wraps nothing and cuts at a fixed width.
    pub width: Option<usize>,
}

impl Style {
    /// Without colours or wrapping: the same on every machine.
    pub const PLAIN: Style = Style { color: false, unicode: true, width: None };
}

impl Default for Style {
    fn default() -> Self {
        Style::PLAIN
    }
}

/// The formats: a new one is a file beside this one and a line below.
macro_rules! formats {
    ($($(#[$doc:meta])* $variant:ident = $name:literal => $write:path,)+) => {
        /// An output format for findings.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Format {
            $($(#[$doc])* $variant,)+
        }

        impl Format {
            /// All of them, in the order in which help lists them.
            pub const ALL: &[Format] = &[$(Format::$variant),+];

            /// The name on the command line.
            pub fn name(self) -> &'static str {
                match self {
                    $(Format::$variant => $name,)+
                }
            }

            /// Writes a report. Only [`Format::Text`] looks at the style.
            ///
            /// # Errors
            ///
            /// Those of `out`, such as a closed pipe.
            pub fn write(self, report: &Report<'_>, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
                // The formats write in small pieces.
                let mut out = io::BufWriter::new(out);
                match self {
                    $(Format::$variant => $write(report, style, &mut out)?,)+
                }
                io::Write::flush(&mut out)
            }
        }
    };
}

formats! {
    /// For people: each finding with the lines of source that it is about.
    Text = "text" => text::write,
    /// One line a finding, `file:line:column: severity[lint]: message`: for editors, `grep` and logs.
    Concise = "concise" => concise::write,
    /// One JSON document with a version, the findings and a summary: for scripts. See [`schema`].
    Json = "json" => json::write,
    /// One finding a line, each a JSON object: for streams.
    Jsonl = "jsonl" => jsonl::write,
    /// SARIF 2.1.0: for code scanning and editors.
    Sarif = "sarif" => sarif::write,
    /// Workflow commands of GitHub Actions, which become annotations.
    Github = "github" => github::write,
    /// A code quality report of GitLab.
    Gitlab = "gitlab" => gitlab::write,
    /// JUnit's XML: for build servers that know tests only.
    Junit = "junit" => junit::write,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The name is of no [`Format`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFormat;

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
        write!(f, "unknown format; expected one of: {}", names.join(", "))
    }
}

impl std::error::Error for UnknownFormat {}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        Format::ALL.iter().copied().find(|format| format.name() == name).ok_or(UnknownFormat)
    }
}

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod hostile;

#[cfg(test)]
mod tests {
    use super::{fixture::Fixture, *};

    #[test]
    fn every_format_is_found_by_its_name() {
        for &format in Format::ALL {
            assert_eq!(format.name().parse(), Ok(format));
        }
        assert_eq!("yaml".parse::<Format>(), Err(UnknownFormat));
        assert_eq!(
            UnknownFormat.to_string(),
            "unknown format; expected one of: text, concise, json, jsonl, sarif, github, gitlab, junit"
        );
    }

    #[test]
    fn findings_are_shown_by_file_offset_severity_and_name() {
        let mut fixture = Fixture::default();
        let first = fixture.text("first.yaml", "aaaa\nbbbb\n");
        let second = fixture.text("second.yaml", "cccc\n");
        fixture.problem(fixture.at(second, "cccc"), "e");
        fixture.problem(fixture.at(first, "bbbb"), "d");
        fixture.info(fixture.at(first, "aaaa"), "c");
        fixture.problem(fixture.at(first, "aaaa"), "b");
        fixture.problem(fixture.at(first, "aaaa"), "a");
        let mut findings = fixture.findings();
        crate::source::sort(&mut findings);
        let messages: Vec<_> = findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(messages, ["a", "b", "c", "d", "e"]);
    }

    #[test]
    fn a_closed_pipe_is_the_writers_error() {
        struct Closed;
        impl io::Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut fixture = Fixture::default();
        let file = fixture.text("a.yaml", "a: 1\n");
        fixture.problem(fixture.at(file, "a"), "wrong");
        for format in Format::ALL {
            let findings = fixture.findings();
            let report = fixture.report(&findings);
            let error = format.write(&report, Style::PLAIN, &mut Closed).expect_err("the pipe is closed");
            assert_eq!(error.kind(), io::ErrorKind::BrokenPipe, "{format}");
        }
    }
}
