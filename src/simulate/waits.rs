//! Who waits in the wrong place, since when, and until what.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{Change, Difference, Happening, Login, State};
use crate::condition::parse_instant;
use crate::engine::Engine;
use crate::scim::Fact;

/// How a person stands against what a login would make of it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// What the login would change.
    pub difference: Difference,
    /// The organization that the person stands in; `None` for none.
    pub stands_in: Option<String>,
    /// The organization that the login would give.
    pub belongs_to: Option<String>,
    /// The user's `userName`.
    pub user_name: String,
    /// When the wait began, where the log says when.
    pub since: Option<String>,
}

/// How a log went, and who waited in it.
#[derive(Clone, Debug, Default)]
pub struct Waits {
    /// How many requests there were.
    pub requests: usize,
    /// How many logins.
    pub logins: usize,
    /// How many of both were skipped.
    pub skipped: usize,
    /// How many people came to stand in the wrong place, each time anew.
    pub begun: usize,
    /// How many of these waits ended, by what ended them.
    pub ended: BTreeMap<Happening, u64>,
    /// The longest wait that ended, where times say so.
    pub longest: Option<SignedDuration>,
    /// The latest time of the log.
    pub latest: Option<Timestamp>,
    waiting: BTreeMap<String, Wait>,
}

/// What a login now would change; `None` where nothing certainly does, and for whom is not active and cannot log in.
pub(super) fn wait_of(state: &State, engine: &Engine, login: Login) -> Option<Wait> {
    if state.user.active() == Fact::Known(false) {
        return None;
    }
    let (after, _) = state.after(engine, &Change::LoggedIn(login));
    let difference = Difference::between(&state.standing, &after.standing);
    difference.is_certain().then(|| Wait {
        difference,
        stands_in: state.standing.organization.name.clone(),
        belongs_to: after.standing.organization.name.clone(),
        user_name: state.user.user_name().to_owned(),
        since: None,
    })
}

impl Waits {
    /// Who waits at the end of the log, by `id`.
    pub fn open(&self) -> impl Iterator<Item = (&str, &Wait)> {
        self.waiting.iter().map(|(id, wait)| (id.as_str(), wait))
    }

    /// Whether somebody waits now.
    pub fn is_waiting(&self, id: &str) -> bool {
        self.waiting.contains_key(id)
    }

    /// How many wait at the end.
    pub fn open_count(&self) -> usize {
        self.waiting.len()
    }

    /// How long the longest open wait has lasted up to the latest time of the log.
    pub fn longest_open(&self) -> Option<(&Wait, SignedDuration)> {
        let latest = self.latest?;
        let since = |wait: &Wait| wait.since.as_deref().and_then(parse_instant);
        let waits = self.waiting.values().filter_map(|wait| Some((wait, latest.duration_since(since(wait)?))));
        // The first of equals, so that the output does not depend on the order of a map.
        waits.fold(None, |longest, next| match longest {
            Some((_, duration)) if duration >= next.1 => longest,
            _ => Some(next),
        })
    }

    /// Notes how somebody stands after an event.
    pub(super) fn watch(&mut self, id: &str, wait: Option<Wait>, event: Happening, time: Option<&str>) {
        self.note_time(time);
        let Some(mut wait) = wait else { return self.end(id, event, time) };
        match self.waiting.get(id) {
            Some(known) => wait.since.clone_from(&known.since),
            None => {
                self.begun += 1;
                wait.since = time.map(str::to_owned);
            }
        }
        self.waiting.insert(id.to_owned(), wait);
    }

    /// Notes that somebody does not wait any more.
    pub(super) fn end(&mut self, id: &str, event: Happening, time: Option<&str>) {
        self.note_time(time);
        let Some(wait) = self.waiting.remove(id) else { return };
        *self.ended.entry(event).or_default() += 1;
        let instant = |text: Option<&str>| text.and_then(parse_instant);
        if let (Some(since), Some(until)) = (instant(wait.since.as_deref()), instant(time)) {
            let lasted = until.duration_since(since);
            self.longest = self.longest.max(Some(lasted));
        }
    }

    fn note_time(&mut self, time: Option<&str>) {
        self.latest = self.latest.max(time.and_then(parse_instant));
    }
}
