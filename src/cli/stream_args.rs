//! The part of the grammar that says how a large snapshot is read.

use std::num::NonZeroUsize;

use clap::{Args, ValueEnum};

use super::parallel;

/// Snapshots of up to as many bytes are held: then findings show the records, and everything can be said of them.
const LARGEST_HELD: u64 = 32 << 20;
/// How many bytes are read at a time, for each thread.
const BLOCK: u32 = 1 << 20;

#[derive(Debug, Args)]
pub(super) struct StreamArgs {
    /// How many threads work on a large snapshot. The output is the same for any number. Without it, as many as there are
    /// processors.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,

    /// Whether users are read, worked on and let go one after the other. By itself, where the snapshot is large.
    #[arg(long, value_enum, default_value_t = Streaming::Auto, value_name = "WHEN", hide = true)]
    stream: Streaming,

    /// How many bytes of a large snapshot are read at a time.
    #[arg(long, value_name = "BYTES", hide = true, value_parser = clap::value_parser!(u32).range(1..))]
    block: Option<u32>,
}

/// When a snapshot is read part by part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Streaming {
    /// Where it is large.
    Auto,
    /// Wherever it can be.
    Always,
    /// Never: it is held as a whole.
    Never,
    /// Always, and `eval` decides nothing: what it is measured against.
    Drop,
}

impl StreamArgs {
    /// How large a snapshot may be to be held; `None` where it is held anyway.
    pub(super) fn largest_held(&self) -> Option<u64> {
        match self.stream {
            Streaming::Auto => Some(LARGEST_HELD),
            Streaming::Always | Streaming::Drop => Some(0),
            Streaming::Never => None,
        }
    }

    /// Whether everything is read and nothing done with it.
    pub(super) fn is_dropped(&self) -> bool {
        self.stream == Streaming::Drop
    }

    pub(super) fn threads(&self) -> NonZeroUsize {
        parallel::threads(self.threads)
    }

    /// How many bytes are read at a time, for each thread.
    pub(super) fn block(&self) -> usize {
        self.block.unwrap_or(BLOCK) as usize
    }
}
