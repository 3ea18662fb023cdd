//! How many findings there are of each lint.

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use crate::source::{Finding, Severity};

use super::{Report, Summary, write_json};

/// The version of the shape.
const VERSION: u32 = 1;

/// How many findings there are of each lint, the most first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "Counts of findings of vestibule")]
pub struct Statistics {
    /// The version of this shape.
    #[schemars(extend("const" = VERSION))]
    version: u32,
    /// One for each lint, or kind of error, and severity that has findings: the most first, then by name.
    pub lints: Vec<LintCount>,
    /// The counts of the whole run.
    pub summary: Summary,
}

/// How many findings there are of one lint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LintCount {
    /// The name of the lint, or of the kind of error.
    pub lint: &'static str,
    /// The severity of these findings.
    pub severity: Severity,
    /// How many there are.
    pub count: usize,
}

impl Statistics {
    /// The counts of a report.
    pub fn of(report: &Report<'_>) -> Self {
        let mut counts: BTreeMap<(&'static str, Severity), usize> = BTreeMap::new();
        for Finding { lint, severity, .. } in report.findings {
            *counts.entry((lint, *severity)).or_default() += 1;
        }
        let count = |((lint, severity), count)| LintCount { lint, severity, count };
        let mut lints: Vec<LintCount> = counts.into_iter().map(count).collect();
        // Stable: lints of the same count stay in the order of their names.
        lints.sort_by_key(|lint| std::cmp::Reverse(lint.count));
        Statistics { version: VERSION, lints, summary: report.summary() }
    }

    /// A line a lint, and the summary.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let width = self.lints.first().map_or(0, |most| most.count.to_string().len());
        for LintCount { lint, severity, count } in &self.lints {
            writeln!(out, "{count:>width$}  {:<7}  {lint}", severity.as_str())?;
        }
        if self.lints.is_empty() {
            return Ok(());
        }
        writeln!(out, "\n{}", self.summary)
    }

    /// One JSON document.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        write_json(self, out)
    }

    /// The JSON Schema (draft 2020-12) of [`Statistics::write_json`].
    pub fn schema() -> Schema {
        crate::engine::schema::schema_of::<Statistics>()
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Fixture;
    use super::*;
    use crate::source::Problem;

    fn statistics() -> Statistics {
        let mut fixture = Fixture::default();
        let file = fixture.text("a.yaml", "a: 1\n");
        for lint in ["b", "a", "c", "c"] {
            fixture.push(Problem::warning(lint, fixture.at(file, "a"), "wrong"));
        }
        fixture.info(fixture.at(file, "1"), "advice");
        Statistics::of(&fixture.report(&fixture.findings()))
    }

    #[test]
    fn the_most_come_first_then_by_name() {
        let counts: Vec<_> = statistics().lints.iter().map(|lint| (lint.count, lint.lint)).collect();
        assert_eq!(counts, [(2, "c"), (1, "a"), (1, "b"), (1, "example")]);
    }

    #[test]
    fn text_is_a_line_a_lint_and_the_summary() {
        let mut out = Vec::new();
        statistics().write_text(&mut out).expect("writing to memory");
        let expected =
            "2  warning  c\n1  warning  a\n1  warning  b\n1  info     example\n\n4 warnings, 1 info in 1 file\n";
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn the_json_fits_the_committed_schema() {
        let schema = Statistics::schema();
        crate::engine::check_committed("statistics.schema.json", &schema);
        let validator = jsonschema::draft202012::new(schema.as_value()).expect("a schema");
        let document = serde_json::to_value(statistics()).expect("it can be written");
        assert!(validator.is_valid(&document));
        assert_eq!(document["lints"][0], serde_json::json!({ "lint": "c", "severity": "warning", "count": 2 }));
    }
}
