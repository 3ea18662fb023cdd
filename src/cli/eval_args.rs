//! The grammar of `vestibule eval`.

use std::path::PathBuf;

use clap::Args;

use super::args::{CompletenessArgs, EvalFormat, SnapshotArgs, event_parser};
use super::redact::RedactArgs;
use super::stream_args::StreamArgs;
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

    #[command(flatten)]
    pub(super) stream: StreamArgs,

    #[command(flatten)]
    pub(super) completeness: CompletenessArgs,

    #[command(flatten)]
    pub(super) snapshot: SnapshotArgs,

    #[command(flatten)]
    pub(super) redact: RedactArgs,
}
