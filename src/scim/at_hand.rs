//! What a reader of records has at hand of its text, and what it has to wait for.

use std::sync::Arc;

use super::feed::Feed;
use super::json::{Malformed, Parsed, parse_at};
use super::records::Reader;
use super::recovery::Closing;

impl<F: Feed> Reader<'_, F> {
    /// Reads the value that starts at `start`, however much more text that takes.
    pub(super) fn parse(&mut self, start: usize) -> Result<Parsed, Malformed> {
        loop {
            let base = self.feed.base();
            let Some(start_at_hand) = start.checked_sub(base) else { return Err(Malformed::too_long(start)) };
            let text = self.feed.text();
            let result = parse_at(text, start_at_hand, self.names);
            let may_go_on = match &result {
                Ok(parsed) => parsed.end >= text.len() && !text.ends_with(['}', ']', '"']),
                Err(error) => error.truncated || error.offset + 1 >= text.len(),
            };
            if may_go_on && self.more(start) {
                continue;
            }
            let is_cut = may_go_on && !self.feed.is_whole();
            return match result {
                _ if is_cut => Err(Malformed::too_long(start)),
                Ok(parsed) if parsed.end - start_at_hand > self.feed.longest() => Err(Malformed::too_long(start)),
                Ok(parsed) => Ok(Parsed { end: base + parsed.end, ..parsed }),
                Err(error) => Err(Malformed { offset: base + error.offset, ..error }),
            };
        }
    }

    /// One past the last byte of the value that starts at `start`, as its brackets say.
    pub(super) fn closing(&mut self, start: usize) -> Option<usize> {
        let mut closing = Closing::default();
        self.find(start, |bytes| closing.look(bytes))
    }

    /// Looks at the text from `from` on, piece by piece, until something is found.
    pub(super) fn find(&mut self, from: usize, mut look: impl FnMut(&[u8]) -> Option<usize>) -> Option<usize> {
        let mut at = from;
        loop {
            at = at.max(self.feed.base());
            if let Some(length) = look(self.at_hand(at).as_bytes()) {
                return Some(at + length);
            }
            at = self.end_at_hand();
            if !self.more(at) {
                return None;
            }
        }
    }

    /// Brings more text in. What stands before `from` is let go where there is no room else.
    fn more(&mut self, from: usize) -> bool {
        if self.feed.more(self.keep) {
            return true;
        }
        if self.feed.is_whole() || self.keep >= from {
            return false;
        }
        self.keep = from;
        self.feed.more(from)
    }

    /// Brings text in up to this byte, where there is as much.
    pub(super) fn reach(&mut self, end: usize) {
        while self.end_at_hand() < end && self.feed.more(self.keep) {}
    }

    pub(super) fn reach_end(&mut self) {
        while self.more(self.end_at_hand()) {}
    }

    /// Leaves out everything that follows.
    pub(super) fn drain(&mut self) {
        loop {
            self.keep = self.end_at_hand();
            if !self.feed.more(self.keep) {
                break;
            }
        }
        self.pos = self.end_at_hand();
    }

    pub(super) fn end_at_hand(&self) -> usize {
        self.feed.base() + self.feed.text().len()
    }

    /// What is at hand from this byte on.
    pub(super) fn at_hand(&self, from: usize) -> &str {
        self.feed.text().get(from.saturating_sub(self.feed.base())..).unwrap_or("")
    }

    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            // White space alone is not kept.
            self.pos = self.pos.max(self.feed.base());
            if let Some(&byte) = self.at_hand(self.pos).as_bytes().first() {
                return Some(byte);
            }
            if !self.more(self.pos) {
                return None;
            }
        }
    }

    pub(super) fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.pos += 1;
        }
    }

    pub(super) fn intern(&mut self, name: &str) -> Arc<str> {
        self.names.intern(name)
    }
}
