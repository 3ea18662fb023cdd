//! SARIF 2.1.0, as the standard has it (docs.oasis-open.org/sarif/sarif/v2.1.0) and code scanning takes it
//! (docs.github.com, "SARIF support for code scanning"): one run, every lint among its rules, and for every result a
//! location.

mod result;
mod rules;

use std::io::{self, Write};

use serde::Serialize;

use super::{Report, Style, write_json};
use result::{Reported, SarifResult};
use rules::{Rule, Rules};

const VERSION: &str = "2.1.0";
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// The folder that relative URIs start from.
const ROOT: &str = "SRCROOT";

#[derive(Serialize)]
struct Log<'r> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'r>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'r> {
    tool: Tool<'r>,
    original_uri_base_ids: BaseIds,
    column_kind: &'static str,
    newline_sequences: [&'static str; 3],
    results: Vec<SarifResult<'r>>,
}

#[derive(Serialize)]
struct Tool<'r> {
    driver: Driver<'r>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'r> {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    information_uri: &'static str,
    rules: &'r [Rule],
}

#[derive(Serialize)]
struct BaseIds {
    #[serde(rename = "SRCROOT")]
    root: Base,
}

/// Without a URI: which folder of which machine it was says nothing elsewhere.
#[derive(Serialize)]
struct Base {
    description: Text,
}

/// A message or a description: plain text.
#[derive(Serialize)]
struct Text {
    text: String,
}

impl Text {
    fn new(text: impl Into<String>) -> Self {
        Text { text: text.into() }
    }
}

pub(super) fn write(report: &Report<'_>, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    let rules = Rules::for_report(report);
    let found = report.findings.iter().map(|finding| Reported { finding, suppressed: None });
    let accepted =
        report.suppressed.iter().map(|accepted| Reported { finding: &accepted.finding, suppressed: Some(accepted) });
    let results = found.chain(accepted).map(|reported| SarifResult::new(report, &rules, reported)).collect();
    let driver = Driver {
        name: "vestibule",
        version: env!("CARGO_PKG_VERSION"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        information_uri: env!("CARGO_PKG_REPOSITORY"),
        rules: rules.as_slice(),
    };
    let run = Run {
        tool: Tool { driver },
        original_uri_base_ids: BaseIds { root: Base { description: Text::new("the root of the repository") } },
        column_kind: "unicodeCodePoints",
        // What ends a line here: see `Position`.
        newline_sequences: ["\r\n", "\n", "\r"],
        results,
    };
    write_json(&Log { schema: SCHEMA, version: VERSION, runs: [run] }, out)
}

#[cfg(test)]
mod tests;
