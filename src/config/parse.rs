//! Configurations for callers who want one or an error.

use std::fmt;

use super::{Config, includes, read};
use crate::condition::Scheme;
use crate::source::{Finding, Problem, Severity, Sources, sort, visible};

/// Why a configuration is refused: every mistake in it.
#[derive(Debug)]
pub struct ConfigError {
    sources: Sources,
    findings: Vec<Finding>,
}

impl ConfigError {
    /// The error that problems make; sorted, with lines and columns.
    pub(crate) fn new(sources: Sources, problems: &[Problem]) -> Self {
        let mut findings: Vec<Finding> = problems.iter().map(|problem| sources.resolve(problem)).collect();
        sort(&mut findings);
        ConfigError { sources, findings }
    }

    /// The mistakes, in order of position. At least one is an error.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The texts that the findings are about, to show them with.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }
}

/// One line a mistake: `file:line:column: error[kind]: message`.
impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, finding) in self.findings.iter().enumerate() {
            let primary = finding.primary();
            let (file, message) = (visible(&primary.file), visible(&finding.message));
            let (line, column, severity) = (primary.start.line, primary.start.column, finding.severity.as_str());
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{file}:{line}:{column}: {severity}[{}]: {message}", finding.lint)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads a configuration from one text. No file is looked at: neither includes nor a snapshot. `name` is what errors
    /// call the text.
    ///
    /// # Errors
    ///
    /// Where the text has a mistake, with every one of them; also where it includes other files. [`Config::load`] reads
    /// those.
    ///
    /// ```
    /// use vestibule::Config;
    ///
    /// let text = "version: 1\nprovider: { nam: contoso }\norganizations: [{ name: A }]\n";
    /// let error = Config::parse("vestibule.yaml", text).unwrap_err();
    /// assert_eq!(error.to_string(), "vestibule.yaml:2:13: error[unknown-key]: a provider has no key `nam`");
    /// ```
    pub fn parse(name: &str, text: &str) -> Result<Config, ConfigError> {
        let mut sources = Sources::default();
        let (root, mut problems) = sources.add_document(name, text.as_bytes());
        for pattern in includes(&sources, root) {
            let message = "a configuration in one text cannot include files";
            problems.push(
                Problem::error("invalid-include", pattern.at.value(), message)
                    .label("another file")
                    .help("load it from its path, or put the rules into the text"),
            );
        }
        let reading = read(&sources, root, &[]);
        problems.extend(reading.problems);
        let checked = reading.draft.map(|draft| draft.check(Scheme::new()));
        let config = checked.map(|(config, more)| {
            problems.extend(more);
            config
        });
        let refused = problems.iter().any(|problem| problem.severity == Severity::Error);
        match config {
            Some(config) if !refused => Ok(config),
            _ => Err(ConfigError::new(sources, &problems)),
        }
    }
}
