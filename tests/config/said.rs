//! What is said of a document, in a form that tests can list.

use std::path::Path;

use vestibule::Finding;
use vestibule::project::{Memory, Overrides, Project};
use vestibule::source::{Sources, Span, sort};

/// A configuration and what it includes, in memory.
pub(crate) struct Said {
    pub(crate) sources: Sources,
    pub(crate) project: Project,
    /// In order of position.
    pub(crate) findings: Vec<Finding>,
}

impl Said {
    pub(crate) fn of(document: &str) -> Said {
        Said::of_files(&[("vestibule.yaml", document)])
    }

    /// The first file is the configuration.
    pub(crate) fn of_files(files: &[(&str, &str)]) -> Said {
        let mut memory = Memory::default();
        files.iter().for_each(|(path, content)| memory.insert(path, *content));
        let mut sources = Sources::default();
        let project = Project::load(&memory, Path::new(files[0].0), &Overrides::default(), &mut sources);
        let mut findings: Vec<Finding> = project.problems.iter().map(|problem| sources.resolve(problem)).collect();
        sort(&mut findings);
        Said { sources, project, findings }
    }

    /// The text that a finding labels; of several lines, the first.
    pub(crate) fn labelled(&self, finding: &Finding) -> &str {
        let location = finding.primary();
        let span = Span::new(location.start.offset, location.end.offset);
        let text = self.sources.text(location.id).slice(span);
        text.lines().next().unwrap_or("")
    }

    /// `code [labelled text] message` of each finding.
    pub(crate) fn lines(&self) -> Vec<String> {
        let line = |finding: &Finding| format!("{} [{}] {}", finding.lint, self.labelled(finding), finding.message);
        self.findings.iter().map(line).collect()
    }

    /// `code file:line:column` of each finding.
    pub(crate) fn places(&self) -> Vec<String> {
        let place = |finding: &Finding| {
            let primary = finding.primary();
            format!("{} {}:{}:{}", finding.lint, primary.file, primary.start.line, primary.start.column)
        };
        self.findings.iter().map(place).collect()
    }

    pub(crate) fn helps(&self) -> Vec<&str> {
        self.findings.iter().map(|finding| finding.help.as_deref().unwrap_or("")).collect()
    }
}

/// A document that is right, apart from these lines.
pub(crate) fn document(lines: &str) -> String {
    format!("version: 1\nprovider: {{ name: x }}\norganizations: [{{ name: A }}, {{ name: B }}]\n{lines}")
}

/// A document whose provider has these lines, each indented by two blanks.
pub(crate) fn provider(lines: &str) -> String {
    let indented: String = lines.lines().map(|line| format!("  {line}\n")).collect();
    format!("version: 1\norganizations: [{{ name: A }}]\nprovider:\n  name: x\n{indented}")
}

#[track_caller]
pub(crate) fn accepts(text: &str) {
    let said = Said::of(text);
    assert_eq!(said.lines(), Vec::<String>::new(), "{text}");
    assert!(said.project.config.is_some(), "{text}");
}

#[track_caller]
pub(crate) fn says(text: &str, expected: &[&str]) {
    let said = Said::of(text);
    assert_eq!(said.lines(), expected, "{text}");
    assert!(said.project.config.is_none(), "{text}");
}
