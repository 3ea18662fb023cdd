//! One JSON document: version, findings, summary.

use std::io::{self, Write};

use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde::Serialize;

use crate::source::Finding;

use super::{Report, Style, Summary, write_json};

/// The version of the shape. It grows when a member changes its meaning or goes away, not when one is added.
const VERSION: u32 = 1;

/// Findings of vestibule.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Findings of vestibule")]
struct Findings<'a> {
    /// The version of this shape.
    #[schemars(extend("const" = VERSION))]
    version: u32,
    /// The findings, by file, then by place.
    findings: &'a [Finding],
    /// The counts.
    summary: Summary,
}

pub(super) fn write(report: &Report<'_>, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    let document = Findings { version: VERSION, findings: report.findings, summary: report.summary() };
    write_json(&document, out)
}

/// The JSON Schema (draft 2020-12) of what [`super::Format::Json`] writes.
///
/// Its `$defs/Finding` is the schema of a line of [`super::Format::Jsonl`].
pub fn schema() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Findings<'_>>()
}
