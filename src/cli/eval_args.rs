//! The grammar of `vestibule eval`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::args::{CompletenessArgs, EvalFormat, SnapshotArgs, event_parser};
use super::redact::RedactArgs;
use crate::engine::Event;

#[derive(Debug, Args)]
pub(super) struct EvalArgs {
    /// A configuration, or the folder that holds it. Without one, the nearest `vestibule.yaml` upward is taken.
    #[arg(value_name = "PATH")]
    pub(super) path: Option<PathBuf>,

    /// The event: scim-create, scim-update, membership-update or login.
    #[arg(long, default_value_t = Event::Login, value_parser = event_parser(), value_name = "EVENT")]
    pub(super) event: Event,

    /// Decide which organizations may see each provider group, instead of deciding about users.
    #[arg(long, conflicts_with = "event")]
    pub(super) groups: bool,

    /// How decisions are written to standard output.
    #[arg(long, value_enum, default_value_t = EvalFormat::Text, value_name = "FORMAT")]
    pub(super) format: EvalFormat,

    /// How many threads work on a large snapshot. The output is the same for any number. Without it, as many as there are
    /// processors.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(super) threads: Option<u16>,

    /// Whether users are read, decided and let go one after the other. By itself, where the snapshot is large.
    #[arg(long, value_enum, default_value_t = Streaming::Auto, value_name = "WHEN", hide = true)]
    pub(super) stream: Streaming,

    /// How many bytes of a large snapshot are read at a time.
    #[arg(long, value_name = "BYTES", hide = true, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) block: Option<u32>,

    #[command(flatten)]
    pub(super) completeness: CompletenessArgs,

    #[command(flatten)]
    pub(super) snapshot: SnapshotArgs,

    #[command(flatten)]
    pub(super) redact: RedactArgs,
}

/// When a snapshot is read part by part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Streaming {
    /// Where it is large.
    Auto,
    /// Wherever it can be.
    Always,
    /// Never: it is held as a whole.
    Never,
    /// Always, and nothing is decided: what evaluation is measured against.
    Drop,
}
