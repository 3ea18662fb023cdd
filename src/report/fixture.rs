//! Texts and problems for the tests of this layer.

use crate::source::{FileId, Finding, Place, Problem, Severity, Sources, Span, Suppressed, SuppressedBy, Text};

use super::{Format, Report, Style};

#[derive(Default)]
pub(super) struct Fixture {
    pub(super) sources: Sources,
    problems: Vec<Problem>,
}

impl Fixture {
    pub(super) fn text(&mut self, name: &str, content: &str) -> FileId {
        self.sources.add_text(Text::new(name, content))
    }

    /// The first place where `part` stands in the file.
    pub(super) fn at(&self, file: FileId, part: &str) -> Place {
        let start = self.sources.text(file).content().find(part).expect("the part stands in the text");
        Place::Bytes(file, Span::new(start, start + part.len()))
    }

    pub(super) fn push(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    pub(super) fn problem(&mut self, place: Place, message: &str) {
        self.push(Problem::error("example", place, message));
    }

    pub(super) fn info(&mut self, place: Place, message: &str) {
        self.push(Problem::new("example", Severity::Info, place, message));
    }

    pub(super) fn findings(&self) -> Vec<Finding> {
        self.problems.iter().map(|problem| self.sources.resolve(problem)).collect()
    }

    pub(super) fn report<'a>(&'a self, findings: &'a [Finding]) -> Report<'a> {
        Report::new(&self.sources, findings)
    }

    pub(super) fn written(&self, format: Format, style: Style) -> String {
        let findings = self.findings();
        written(&self.report(&findings), format, style)
    }
}

/// As many findings that were accepted.
pub(super) fn suppressed(count: usize) -> Vec<Suppressed> {
    let mut fixture = Fixture::default();
    let file = fixture.text("vestibule.yaml", "version: 1\n");
    fixture.problem(fixture.at(file, "1"), "accepted");
    let [finding] = fixture.findings().try_into().expect("one finding");
    let suppressed = Suppressed { finding, by: SuppressedBy::List, reason: Some("as agreed".to_owned()) };
    vec![suppressed; count]
}

pub(super) fn written(report: &Report<'_>, format: Format, style: Style) -> String {
    let mut out = Vec::new();
    format.write(report, style, &mut out).expect("writing to memory");
    String::from_utf8(out).expect("reports are UTF-8")
}
