//! One JSON document: version, tests, summary, coverage.

use std::borrow::Cow;
use std::io::{self, Write};

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::super::write_json;
use super::{NotCovered, TestReport, TestSummary, finding};
use crate::condition::RuleSet;
use crate::engine::{Event, ExplainedRule};
use crate::source::{Location, Place, Problem};
use crate::suite::{Aspect, Missing, Outcome, Totals};

/// The version of the shape. It grows when a member changes its meaning or goes away, not when one is added.
const VERSION: u32 = 1;

/// Results of the tests of a configuration.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Test results of vestibule")]
struct Results<'a> {
    /// The version of this shape.
    #[schemars(extend("const" = VERSION))]
    version: u32,
    /// The tests, file by file.
    tests: Vec<TestResult<'a>>,
    /// The counts.
    summary: TestSummary,
    /// What the tests have shown of the rules over users.
    coverage: CoverageResult<'a>,
}

/// What came of a test.
#[derive(Serialize, JsonSchema)]
struct TestResult<'a> {
    /// The test's name.
    name: Cow<'a, str>,
    /// Where it stands.
    location: Location,
    /// What came of it.
    status: Status,
    /// Why it was skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Cow<'a, str>>,
    /// The expectations that were not met.
    failures: Vec<FailureResult<'a>>,
}

/// What can come of a test.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Status {
    /// Everything is as expected.
    Passed,
    /// Something is not.
    Failed,
    /// It was not run.
    Skipped,
}

/// An expectation that was not met.
#[derive(Serialize, JsonSchema)]
struct FailureResult<'a> {
    /// What it is about.
    aspect: Aspect,
    /// The event.
    event: Event,
    /// The number of the event in a sequence, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<usize>,
    /// What was expected, in words.
    expected: Cow<'a, str>,
    /// What came of it, in words.
    actual: Cow<'a, str>,
    /// Where the expectation stands.
    location: Location,
    /// The rules that it comes from.
    rules: Cow<'a, [ExplainedRule]>,
}

/// What the tests have shown of the rules over users.
#[derive(Serialize, JsonSchema)]
struct CoverageResult<'a> {
    /// Covered rules and clauses of all of them, in whole percent, rounded down.
    percent: usize,
    /// All sets together.
    #[serde(flatten)]
    totals: Totals,
    /// Each set that has rules.
    sets: Vec<SetCoverage>,
    /// What is not covered.
    missing: Vec<MissingResult<'a>>,
}

/// The coverage of a set.
#[derive(Serialize, JsonSchema)]
struct SetCoverage {
    /// The set.
    set: RuleSet,
    /// Covered rules and clauses of all of the set, in whole percent, rounded down.
    percent: usize,
    /// The counts.
    #[serde(flatten)]
    totals: Totals,
}

/// A rule or a clause that is not covered.
#[derive(Serialize, JsonSchema)]
struct MissingResult<'a> {
    /// The set.
    set: RuleSet,
    /// The rule.
    rule: &'a str,
    /// The clause as written; absent where the rule itself is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<Cow<'a, str>>,
    /// What is missing.
    missing: Missing,
    /// Where the condition or the clause stands.
    location: Location,
}

pub(super) fn write(report: &TestReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let results = Results {
        version: VERSION,
        tests: report.outcomes.iter().map(|outcome| test(outcome, report)).collect(),
        summary: report.summary(),
        coverage: coverage(report),
    };
    write_json(&results, out)
}

/// The JSON Schema (draft 2020-12) of what [`super::TestFormat::Json`] writes.
pub fn schema() -> Schema {
    crate::engine::schema::schema_of::<Results<'_>>()
}

fn test<'a>(outcome: &'a Outcome<'a>, report: &TestReport<'a>) -> TestResult<'a> {
    let status = match (&outcome.test.skip, outcome.failed()) {
        (Some(_), _) => Status::Skipped,
        (None, true) => Status::Failed,
        (None, false) => Status::Passed,
    };
    let failures = outcome.failures.iter().map(|failure| FailureResult {
        aspect: failure.aspect,
        event: failure.event,
        step: failure.step.map(|index| index + 1),
        expected: report.said(&failure.expected),
        actual: report.said(&failure.actual),
        location: report.place(&finding(failure, outcome, report.sources)),
        rules: report.told(failure),
    });
    TestResult {
        name: report.said(&outcome.test.name.value),
        location: location(outcome.test.name.at.value(), report),
        status,
        reason: outcome.test.skip.as_deref().map(|reason| report.said(reason)),
        failures: failures.collect(),
    }
}

fn location(place: Place, report: &TestReport<'_>) -> Location {
    report.place(&report.sources.resolve(&Problem::warning("test", place, "")))
}

fn coverage<'a>(report: &'a TestReport<'_>) -> CoverageResult<'a> {
    let sets = RuleSet::OF_USERS;
    let sets = sets.map(|set| (set, report.coverage.totals_of(set))).into_iter().filter(|(_, totals)| totals.rules > 0);
    let missing = |missing: NotCovered<'a>| MissingResult {
        location: report.place(&missing.finding(report.sources)),
        set: missing.rule.set,
        rule: &missing.rule.name,
        clause: missing.clause.map(|clause| report.said(&clause.text)),
        missing: missing.missing,
    };
    CoverageResult {
        percent: report.coverage.totals().percent(),
        totals: report.coverage.totals(),
        sets: sets.map(|(set, totals)| SetCoverage { set, percent: totals.percent(), totals }).collect(),
        missing: report.missing().map(missing).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::TestFormat;
    use super::super::testing::written;
    use super::*;

    #[test]
    fn the_committed_schema_is_that_of_the_types() {
        crate::engine::check_committed("test-results.schema.json", &schema());
    }

    #[test]
    fn what_is_written_fits_the_schema() {
        let validator = jsonschema::draft202012::new(&schema().to_value()).expect("the schema is a schema");
        for tests in [
            "name: a, skip: why, user: { userName: u }, expect: { groups: [] }",
            "name: a, user: { userName: u, active: true }, events: [{ event: scim-create, expect: { organization: null, groups: [] } }]",
        ] {
            let results: Value = serde_json::from_str(&written(tests, TestFormat::Json)).expect("JSON");
            let mistakes: Vec<String> = validator.iter_errors(&results).map(|error| error.to_string()).collect();
            assert_eq!(mistakes, [""; 0], "{results:#}");
        }
    }

    #[test]
    fn a_failure_says_where_what_and_why() {
        let test = "name: a, user: { userName: u, active: true }, event: scim-create, expect: { organization: A }";
        let results: Value = serde_json::from_str(&written(test, TestFormat::Json)).expect("JSON");
        let failure = &results["tests"][0]["failures"][0];
        assert_eq!(results["tests"][0]["status"], "failed");
        assert_eq!((&failure["aspect"], &failure["event"]), (&"organization".into(), &"scim-create".into()));
        assert_eq!((&failure["expected"], &failure["actual"]), (&"A".into(), &"B, by the fallback".into()));
        assert_eq!(failure["location"]["route"], "tests[0].expect.organization");
        assert_eq!(failure["rules"][0]["verdict"], "not-run");
    }
}
