//! For people: failures in full, and one line about the rest.

use std::io::{self, Write};

use super::super::Style;
use super::super::text::{counted, write_finding};
use super::{TestReport, finding, why};
use crate::condition::RuleSet;
use crate::source::visible;
use crate::suite::{Failure, Outcome, Totals};

pub(super) fn write(report: &TestReport<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    for outcome in report.outcomes {
        if report.detail.tests {
            write_test(outcome, style, out)?;
        }
        for failure in &outcome.failures {
            write_failure(report, outcome, failure, style, out)?;
        }
    }
    if report.detail.coverage {
        write_coverage(report, out)?;
    }
    writeln!(out, "{}", summary(report))?;
    if report.is_below_minimum() {
        let percent = report.min_coverage.unwrap_or_default();
        writeln!(out, "coverage is {} %, and --min-coverage asks for {percent} %", report.coverage.totals().percent())?;
    }
    Ok(())
}

/// One line about a test: `passed`, `FAILED` or `skipped`, and its name.
fn write_test(outcome: &Outcome<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let (word, colour) = match (&outcome.test.skip, outcome.failed()) {
        (Some(_), _) => ("skipped", "\u{1b}[33m"),
        (None, true) => ("FAILED ", "\u{1b}[1;31m"),
        (None, false) => ("passed ", "\u{1b}[32m"),
    };
    let (on, off) = if style.color { (colour, "\u{1b}[0m") } else { ("", "") };
    let name = visible(&outcome.test.name.value);
    match &outcome.test.skip {
        Some(reason) => writeln!(out, "{on}{word}{off}  {name} ({})", visible(reason)),
        None => writeln!(out, "{on}{word}{off}  {name}"),
    }
}

fn write_failure(
    report: &TestReport<'_>,
    outcome: &Outcome<'_>,
    failure: &Failure,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_finding(report.sources, &finding(failure, outcome, report.sources), style, out)?;
    let (green, red, off) = if style.color { ("\u{1b}[32m", "\u{1b}[31m", "\u{1b}[0m") } else { ("", "", "") };
    writeln!(out, "{green}  expected: {}{off}", visible(&failure.expected))?;
    writeln!(out, "{red}  actual:   {}{off}", visible(&failure.actual))?;
    why::write(&failure.rules, report.sources, style, out)?;
    writeln!(out)
}

/// A line for each set, and a line for everything that is not covered.
fn write_coverage(report: &TestReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let sets = RuleSet::OF_USERS;
    let rows = sets.map(|set| (set.as_str(), report.coverage.totals_of(set)));
    writeln!(out, "{:29}{:>9}{:>11}{:>9}", "COVERAGE", "RULES", "CLAUSES", "ALL")?;
    for (name, totals) in rows.into_iter().filter(|(_, totals)| totals.rules > 0) {
        write_row(name, totals, out)?;
    }
    write_row("all", report.coverage.totals(), out)?;
    writeln!(out)?;
    let mut any = false;
    for missing in report.missing() {
        any = true;
        let found = missing.finding(report.sources);
        let (file, start) = (visible(&found.primary().file), found.primary().start);
        let rule = visible(&missing.rule.name);
        let what = missing.missing.as_str();
        match missing.clause {
            None => writeln!(out, "{file}:{}:{}: rule `{rule}` {what}", start.line, start.column)?,
            Some(clause) => {
                let text = visible(&clause.text);
                writeln!(out, "{file}:{}:{}: `{text}` of rule `{rule}` {what}", start.line, start.column)?;
            }
        }
    }
    if any { writeln!(out) } else { Ok(()) }
}

fn write_row(name: &str, totals: Totals, out: &mut dyn Write) -> io::Result<()> {
    let rules = format!("{}/{}", totals.rules_covered, totals.rules);
    let clauses = format!("{}/{}", totals.clauses_covered, totals.clauses);
    writeln!(out, "{name:29}{rules:>9}{clauses:>11}{:>7} %", totals.percent())
}

/// `12 tests passed in 2 files, 80 % covered`
fn summary(report: &TestReport<'_>) -> String {
    let summary = report.summary();
    let mut parts = Vec::new();
    if summary.failed > 0 {
        parts.push(format!("{} failed", counted(summary.failed, "test", "tests")));
        parts.push(format!("{} passed", summary.passed));
    } else {
        parts.push(format!("{} passed", counted(summary.passed, "test", "tests")));
    }
    if summary.skipped > 0 {
        parts.push(format!("{} skipped", summary.skipped));
    }
    let files = counted(summary.files, "file", "files");
    format!("{} in {files}, {} % covered", parts.join(", "), report.coverage.totals().percent())
}
