//! The options of `vestibule test`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::args::{SnapshotArgs, format_and_file};
use crate::report::{TestFormat, UnknownTestFormat};

#[derive(Debug, Args)]
pub(super) struct TestArgs {
    /// A configuration, or the folder that holds it. Without one, the nearest `vestibule.yaml` upward is taken.
    #[arg(value_name = "PATH")]
    pub(super) path: Option<PathBuf>,

    /// Test files, or folders that hold some, to run instead of those beside the configuration and in its folder `tests`.
    /// May be given several times.
    #[arg(long, value_name = "FILE")]
    pub(super) tests: Vec<PathBuf>,

    /// Run only the tests whose name contains this text, in any case.
    #[arg(long, value_name = "TEXT")]
    pub(super) only: Option<String>,

    /// How results are written to standard output.
    #[arg(long, default_value_t = TestFormat::Text, value_parser = format_parser(), value_name = "FORMAT")]
    pub(super) format: TestFormat,

    /// Writes results to a file as well, in a format of its own. May be given several times.
    #[arg(long, value_parser = parse_output, value_name = "FORMAT=FILE")]
    pub(super) output: Vec<TestOutput>,

    /// List every test.
    #[arg(long)]
    pub(super) verbose: bool,

    /// Show which rules and clauses the tests cover, and which they do not.
    #[arg(long)]
    pub(super) coverage: bool,

    /// Exit with 1 when fewer rules and clauses are covered, in percent of all of them.
    #[arg(long, value_parser = clap::value_parser!(u8).range(0..=100), value_name = "PERCENT")]
    pub(super) min_coverage: Option<u8>,

    #[command(flatten)]
    pub(super) snapshot: SnapshotArgs,

    #[command(flatten)]
    pub(super) redact: super::redact::RedactArgs,
}

#[derive(Clone, Debug)]
pub(super) struct TestOutput {
    pub(super) format: TestFormat,
    pub(super) file: PathBuf,
}

fn format_parser() -> impl TypedValueParser<Value = TestFormat> {
    let names = PossibleValuesParser::new(TestFormat::ALL.map(TestFormat::name));
    names.try_map(|name| name.parse::<TestFormat>())
}

fn parse_output(text: &str) -> Result<TestOutput, String> {
    let (format, file) = format_and_file(text, "junit=results.xml")?;
    Ok(TestOutput { format: format.parse().map_err(|error: UnknownTestFormat| error.to_string())?, file })
}
