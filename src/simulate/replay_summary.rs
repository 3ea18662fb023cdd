//! How a log went, in the shape of the JSON output.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Counts, Happening, Replay};

/// How a log went.
///
/// Serialises as `vestibule simulate --events LOG --format json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplaySummary {
    /// The version of this shape.
    #[schemars(extend("const" = VERSION))]
    version: u32,
    /// How many requests the log has.
    pub requests: usize,
    /// How many logins.
    pub logins: usize,
    /// How many of both were skipped, because a server would refuse them or the login would fail.
    pub skipped: usize,
    /// How many users there are at the end.
    pub users: usize,
    /// How many of them stand otherwise than their next login would make them.
    pub stranded: Counts,
    /// The waits of the whole log.
    pub waits: WaitCounts,
}

const VERSION: u32 = 1;

/// How often people came to stand in the wrong place, and what ended it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaitCounts {
    /// How many waits began.
    pub begun: usize,
    /// How many ended, by what ended them.
    pub ended: BTreeMap<Happening, u64>,
    /// How long the longest of those that ended was, in seconds; `null` where the log has no times.
    pub longest_ended_seconds: Option<i64>,
    /// How long the longest of those that go on has lasted at the end of the log, in seconds.
    pub longest_open_seconds: Option<i64>,
}

impl ReplaySummary {
    /// The summary of what has been replayed so far.
    pub fn of(replay: &Replay) -> ReplaySummary {
        let waits = replay.waits();
        let mut stranded = Counts::default();
        for (_, wait) in waits.open() {
            stranded.add(super::Differs::is_certain, &wait.difference);
        }
        ReplaySummary {
            version: VERSION,
            requests: waits.requests,
            logins: waits.logins,
            skipped: waits.skipped,
            users: replay.directory().user_count(),
            stranded,
            waits: WaitCounts {
                begun: waits.begun,
                ended: waits.ended.clone(),
                longest_ended_seconds: waits.longest.map(|longest| longest.as_secs()),
                longest_open_seconds: waits.longest_open().map(|(_, lasted)| lasted.as_secs()),
            },
        }
    }
}
