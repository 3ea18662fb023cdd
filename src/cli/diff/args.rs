//! The grammar of `vestibule diff`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::args::{CompletenessArgs, SnapshotArgs, event_parser, format_and_file};
use crate::cli::redact::RedactArgs;
use crate::cli::stream_args::StreamArgs;
use crate::engine::Event;

#[derive(Debug, Args)]
pub(in crate::cli) struct DiffArgs {
    /// The configuration before the change, or the folder that holds it. With `--git`, the configuration; without one, the
    /// nearest `vestibule.yaml` upward is taken.
    #[arg(value_name = "OLD", required_unless_present = "git")]
    pub(super) old: Option<PathBuf>,

    /// The configuration after the change, or the folder that holds it.
    #[arg(value_name = "NEW", required_unless_present = "git", conflicts_with = "git")]
    pub(super) new: Option<PathBuf>,

    /// Compare the configuration as it is with what it was at this revision: a commit, a branch or a tag.
    #[arg(long, value_name = "REVISION")]
    pub(super) git: Option<String>,

    /// Look at this event alone: scim-create, scim-update, membership-update or login. Without one, at all of them.
    #[arg(long, value_parser = event_parser(), value_name = "EVENT")]
    pub(super) event: Option<Event>,

    /// How the result is written to standard output.
    #[arg(long, value_enum, default_value_t = DiffFormat::Text, value_name = "FORMAT")]
    pub(super) format: DiffFormat,

    /// Writes the result to a file as well, in a format of its own. May be given several times.
    #[arg(long, value_parser = parse_output, value_name = "FORMAT=FILE")]
    pub(super) output: Vec<DiffOutput>,

    /// Exit with 1 when as many people of the snapshot move, or more. With 0, when it is not proved that nobody at all is
    /// treated differently.
    #[arg(long, value_name = "NUMBER")]
    pub(super) fail_on_moves: Option<u64>,

    /// How many people, and how many examples, `text` and `markdown` list.
    #[arg(long, default_value_t = 20, value_name = "NUMBER")]
    pub(super) most: usize,

    #[command(flatten)]
    pub(super) stream: StreamArgs,

    #[command(flatten)]
    pub(super) completeness: CompletenessArgs,

    #[command(flatten)]
    pub(super) snapshot: SnapshotArgs,

    #[command(flatten)]
    pub(super) redact: RedactArgs,
}

/// How a diff is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DiffFormat {
    /// For people.
    Text,
    /// One JSON document.
    Json,
    /// One JSON object a line: everybody who moves, at each event.
    Jsonl,
    /// For a comment on a pull request.
    Markdown,
    /// Nothing: only problems and the exit code.
    None,
}

#[derive(Clone, Debug)]
pub(super) struct DiffOutput {
    pub(super) format: DiffFormat,
    pub(super) file: PathBuf,
}

fn parse_output(text: &str) -> Result<DiffOutput, String> {
    let (format, file) = format_and_file(text, "markdown=comment.md")?;
    let format = DiffFormat::from_str(format, false).map_err(|_| {
        let names = DiffFormat::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let names: Vec<String> = names.map(|value| value.get_name().to_owned()).collect();
        format!("`{format}` is no format; expected one of: {}", names.join(", "))
    })?;
    Ok(DiffOutput { format, file })
}
