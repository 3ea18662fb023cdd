//! How the results of tests are shown: one small file per format.

mod json;
mod junit;
mod text;
mod why;

use std::{borrow::Cow, fmt, io, str::FromStr};

use schemars::JsonSchema;
use serde::Serialize;

use super::{Redactor, Style};
use crate::engine::ExplainedRule;
use crate::source::{Finding, Location, Problem, Sources};
use crate::suite::{Coverage, CoveredClause, CoveredRule, Failure, Missing, Outcome};

pub use json::schema;

/// What came of the tests of a configuration, ready to be written in any [`TestFormat`].
#[derive(Clone, Copy, Debug)]
pub struct TestReport<'a> {
    /// The files that were read.
    pub sources: &'a Sources,
    /// What came of each test, in order.
    pub outcomes: &'a [Outcome<'a>],
    /// What the tests have shown of the rules.
    pub coverage: &'a Coverage,
    /// How many test files there are.
    pub files: usize,
    /// The least coverage in percent, where one is asked for.
    pub min_coverage: Option<u8>,
    /// How much the text format tells.
    pub detail: Detail,
    /// What stands for people, where they are not to be named.
    pub redactor: Option<&'a Redactor>,
}

/// How much the text format tells beside failures and the summary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// Each test.
    pub tests: bool,
    /// The coverage of each set, and what is not covered.
    pub coverage: bool,
}

/// The counts at the end of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TestSummary {
    /// Tests that found everything as expected.
    pub passed: usize,
    /// Tests that did not.
    pub failed: usize,
    /// Tests that were not run.
    pub skipped: usize,
    /// Test files.
    pub files: usize,
}

/// An output format for the results of tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TestFormat {
    /// For people: failures in full, and one line.
    Text,
    /// One JSON document. See [`schema`].
    Json,
    /// JUnit's XML, which build servers read.
    Junit,
}

impl TestFormat {
    /// All of them, in the order in which help lists them.
    pub const ALL: [TestFormat; 3] = [TestFormat::Text, TestFormat::Json, TestFormat::Junit];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            TestFormat::Text => "text",
            TestFormat::Json => "json",
            TestFormat::Junit => "junit",
        }
    }

    /// Writes a report. Only [`TestFormat::Text`] looks at the style.
    ///
    /// # Errors
    ///
    /// Those of `out`, such as a closed pipe.
    pub fn write(self, report: &TestReport<'_>, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
        let mut out = io::BufWriter::new(out);
        match self {
            TestFormat::Text => write_text(report, style, &mut out)?,
            TestFormat::Json => json::write(report, &mut out)?,
            TestFormat::Junit => junit::write(report, &mut out)?,
        }
        io::Write::flush(&mut out)
    }
}

impl fmt::Display for TestFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The name is of no [`TestFormat`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTestFormat;

impl fmt::Display for UnknownTestFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = TestFormat::ALL.map(TestFormat::name);
        write!(f, "unknown format; expected one of: {}", names.join(", "))
    }
}

impl std::error::Error for UnknownTestFormat {}

impl FromStr for TestFormat {
    type Err = UnknownTestFormat;

    fn from_str(name: &str) -> Result<Self, UnknownTestFormat> {
        TestFormat::ALL.into_iter().find(|format| format.name() == name).ok_or(UnknownTestFormat)
    }
}

/// The lines of source that the text format shows are redacted with the rest of it: nothing in it is escaped.
fn write_text(report: &TestReport<'_>, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let Some(redactor) = report.redactor else { return text::write(report, style, out) };
    let mut text = Vec::new();
    text::write(report, style, &mut text)?;
    out.write_all(redactor.text(&String::from_utf8_lossy(&text)).as_bytes())
}

impl<'a> TestReport<'a> {
    /// A text as the report may say it.
    fn said<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.redactor.map_or(Cow::Borrowed(text), |redactor| Cow::Owned(redactor.text(text)))
    }

    /// The rules behind a failure, as the report may tell them.
    fn told(&self, failure: &'a Failure) -> Cow<'a, [ExplainedRule]> {
        let Some(redactor) = self.redactor else { return Cow::Borrowed(&failure.rules) };
        let mut rules = failure.rules.clone();
        redactor.rules(&mut rules);
        Cow::Owned(rules)
    }

    /// A place as the report may tell it.
    fn place(&self, finding: &Finding) -> Location {
        let mut finding = finding.clone();
        if let Some(redactor) = self.redactor {
            redactor.finding(&mut finding);
        }
        finding.primary().clone()
    }
}

impl TestReport<'_> {
    /// How many tests passed, failed and were skipped.
    pub fn summary(&self) -> TestSummary {
        let count = |is: &dyn Fn(&Outcome<'_>) -> bool| self.outcomes.iter().filter(|outcome| is(outcome)).count();
        TestSummary {
            passed: count(&|outcome| outcome.passed()),
            failed: count(&|outcome| outcome.failed()),
            skipped: count(&|outcome| outcome.test.skip.is_some()),
            files: self.files,
        }
    }

    /// Whether less is covered than is asked for. 80 percent of 10 rules and clauses are 8, and 7 are less.
    pub fn is_below_minimum(&self) -> bool {
        let totals = self.coverage.totals();
        let covered = (totals.rules_covered + totals.clauses_covered) * 100;
        self.min_coverage.is_some_and(|percent| covered < usize::from(percent) * (totals.rules + totals.clauses))
    }

    /// The rules and clauses that are not covered, in the order of the rules.
    fn missing(&self) -> impl Iterator<Item = NotCovered<'_>> {
        self.coverage.rules().iter().flat_map(|rule| {
            let whole = rule.missing().map(|missing| NotCovered { rule, clause: None, missing });
            // A rule that was never reached says it for all of its clauses.
            let clauses = rule.clauses.iter().filter(|_| rule.reached);
            let clauses = clauses.filter_map(move |clause| {
                clause.missing().map(|missing| NotCovered { rule, clause: Some(clause), missing })
            });
            whole.into_iter().chain(clauses)
        })
    }
}

/// A rule or a clause that no test has shown enough of.
struct NotCovered<'c> {
    rule: &'c CoveredRule,
    clause: Option<&'c CoveredClause>,
    missing: Missing,
}

impl NotCovered<'_> {
    fn finding(&self, sources: &Sources) -> Finding {
        let place = match self.clause {
            Some(clause) => self.rule.place_of(clause),
            None => self.rule.place(),
        };
        sources.resolve(&Problem::warning("coverage", place, self.missing.as_str()))
    }
}

/// A failure as a finding, so that it is shown like one.
fn finding(failure: &Failure, outcome: &Outcome<'_>, sources: &Sources) -> Finding {
    let when = match failure.step {
        Some(index) => format!("after event {} (`{}`)", index + 1, failure.event),
        None => format!("at `{}`", failure.event),
    };
    let message = format!("`{}` {when} in `{}`", failure.aspect.as_str(), outcome.test.name.value);
    let problem = Problem::error("wrong-expectation", failure.place.clone(), message).label(failure.label.clone());
    sources.resolve(&problem)
}

#[cfg(test)]
mod testing;
