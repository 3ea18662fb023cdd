//! Where a reader of records has its text from: at hand as a whole, or read block by block.

use std::io::{self, Read};

use super::records::SPACE;

/// A text of which a part is at hand. Offsets count from its first byte.
pub(crate) trait Feed {
    /// What is at hand, without the white space behind it.
    fn text(&self) -> &str;

    /// Where that starts.
    fn base(&self) -> usize;

    /// Brings more text in, and may let go of what stands before `keep`; `false` where nothing follows, or where what is
    /// kept is as long as it may become.
    fn more(&mut self, keep: usize) -> bool;

    /// Whether nothing follows what is at hand.
    fn is_whole(&self) -> bool;

    /// How long the text is, as far as it has been read, with the white space behind it.
    fn read(&self) -> usize;

    /// How long the text is; where that is not known, a number that grows with what has been read.
    fn size(&self) -> usize;

    /// How long a record may be.
    fn longest(&self) -> usize {
        usize::MAX
    }

    /// Brings more text in where little is left from `keep` on.
    fn fill(&mut self, _keep: usize) {}

    /// From here on, line breaks are noted that are let go.
    fn watch(&mut self, _from: usize) {}

    /// The first line break since then among what is no longer at hand.
    fn first_break(&self) -> Option<usize> {
        None
    }
}

/// A text that is at hand as a whole.
pub(super) struct Whole<'t> {
    text: &'t str,
    size: usize,
}

impl<'t> Whole<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Whole { text: text.trim_end_matches(SPACE), size: text.len() }
    }
}

impl Feed for Whole<'_> {
    fn text(&self) -> &str {
        self.text
    }

    fn base(&self) -> usize {
        0
    }

    fn more(&mut self, _: usize) -> bool {
        false
    }

    fn is_whole(&self) -> bool {
        true
    }

    fn read(&self) -> usize {
        self.size
    }

    fn size(&self) -> usize {
        self.size
    }
}

/// How a text is read block by block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measures {
    /// How many bytes are read at a time.
    pub(crate) block: usize,
    /// How long one record may be.
    pub(crate) record: usize,
}

/// A text that is read block by block. As in [`crate::source::decode_utf8`], a byte that is not UTF-8 becomes `_`.
pub(crate) struct Flow<R> {
    input: R,
    measures: Measures,
    /// How many bytes there will be, where that is known.
    expected: Option<usize>,
    text: String,
    /// The first bytes of a character whose others have not been read.
    part: Vec<u8>,
    base: usize,
    /// How much of `text` is shown: the white space behind it may be the end of all.
    shown: usize,
    is_whole: bool,
    watched: usize,
    first_break: Option<usize>,
    pub(crate) invalid: Invalid,
    /// Why reading stopped before the end.
    pub(crate) error: Option<io::Error>,
}

/// Bytes that are not UTF-8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Invalid {
    /// The first one and where it stands.
    pub(crate) first: Option<(usize, u8)>,
    pub(crate) count: usize,
}

impl<R: Read> Flow<R> {
    pub(crate) fn new(input: R, expected: Option<usize>, measures: Measures) -> Self {
        Flow {
            input,
            measures,
            expected,
            text: String::new(),
            part: Vec::new(),
            base: 0,
            shown: 0,
            is_whole: false,
            watched: 0,
            first_break: None,
            invalid: Invalid::default(),
            error: None,
        }
    }

    fn end_of_shown(&self) -> usize {
        self.base + self.shown
    }

    fn let_go(&mut self, keep: usize) {
        let count = keep.saturating_sub(self.base).min(self.shown);
        if count == 0 || !self.text.is_char_boundary(count) {
            return;
        }
        let gone = self.text.drain(..count);
        if self.first_break.is_none() {
            let from = self.watched.saturating_sub(self.base).min(count);
            let found = gone.as_str().as_bytes().get(from..).and_then(super::recovery::line_break);
            self.first_break = found.map(|at| self.base + from + at);
        }
        drop(gone);
        self.base += count;
        self.shown -= count;
    }

    /// Reads up to `count` bytes and makes text of them.
    fn read_block(&mut self, count: usize) {
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        bytes.append(&mut self.part);
        let before = bytes.len();
        bytes.reserve(count);
        match self.input.by_ref().take(count as u64).read_to_end(&mut bytes) {
            Ok(_) => self.is_whole = bytes.len() < before + count,
            Err(error) => {
                self.error = Some(error);
                self.is_whole = true;
            }
        }
        self.text = self.decode(bytes);
        self.shown = self.text.trim_end_matches(SPACE).len();
    }

    fn decode(&mut self, bytes: Vec<u8>) -> String {
        let mut from = 0;
        let mut next = String::from_utf8(bytes);
        loop {
            let error = match next {
                Ok(text) => return text,
                Err(error) => error,
            };
            let at = error.utf8_error().valid_up_to().max(from);
            let length = error.utf8_error().error_len();
            let mut bytes = error.into_bytes();
            let bad = match length {
                Some(length) => length,
                None if self.is_whole => bytes.len() - at,
                None => {
                    self.part = bytes.split_off(at);
                    next = String::from_utf8(bytes);
                    continue;
                }
            };
            // One byte stands for one byte, so that offsets stay.
            for (offset, byte) in bytes.iter_mut().enumerate().skip(at).take(bad) {
                self.invalid.first.get_or_insert((self.base + offset, *byte));
                self.invalid.count += 1;
                *byte = b'_';
            }
            from = at + bad;
            next = String::from_utf8(bytes);
        }
    }
}

impl<R: Read> Feed for Flow<R> {
    fn text(&self) -> &str {
        &self.text[..self.shown]
    }

    fn base(&self) -> usize {
        self.base
    }

    fn more(&mut self, keep: usize) -> bool {
        loop {
            let held = self.end_of_shown().saturating_sub(keep);
            if self.is_whole || held.max(self.text.len() - self.shown) >= self.measures.record {
                return false;
            }
            self.let_go(keep);
            if self.shown == 0 {
                // Nothing is held but white space.
                self.base += self.text.len();
                self.text.clear();
            }
            let before = self.end_of_shown();
            // What is held was looked at in vain: twice as much keeps the effort linear.
            self.read_block(self.measures.block.max(held.min(self.measures.record)));
            if self.end_of_shown() > before {
                return true;
            }
        }
    }

    fn is_whole(&self) -> bool {
        self.is_whole
    }

    fn read(&self) -> usize {
        self.base + self.text.len() + self.part.len()
    }

    fn size(&self) -> usize {
        /// What may be read in vain before much has been read.
        const START: usize = 32 << 20;
        self.expected.unwrap_or(self.read() + START)
    }

    fn longest(&self) -> usize {
        self.measures.record
    }

    fn fill(&mut self, keep: usize) {
        if self.end_of_shown().saturating_sub(keep) < self.measures.block / 8 {
            self.more(keep);
        }
    }

    fn watch(&mut self, from: usize) {
        self.watched = from;
        self.first_break = None;
    }

    fn first_break(&self) -> Option<usize> {
        self.first_break
    }
}
