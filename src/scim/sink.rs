//! What takes the records of a text.

use super::place::RecordPlace;
use super::records::Event;

/// What takes the records of a text.
pub(crate) trait Sink {
    /// The next thing that the text holds; where it is a record, with its text, as far as that is at hand.
    fn event(&mut self, event: Event, text: &str);

    /// Whether nothing more is wanted.
    fn is_done(&self) -> bool {
        false
    }

    /// Takes sound records off the front of a text, as many as it likes.
    fn take(&mut self, _ahead: &Ahead<'_>) -> Taken {
        Taken::default()
    }
}

impl<F: FnMut(Event)> Sink for F {
    fn event(&mut self, event: Event, _text: &str) {
        self(event);
    }
}

/// The text from the start of a value on, as far as it is at hand.
pub(crate) struct Ahead<'t> {
    pub(crate) text: &'t str,
    /// Where it starts.
    pub(crate) offset: usize,
    pub(crate) level: Level,
    /// Where the value stands; its span is empty.
    pub(crate) place: RecordPlace,
}

/// What stands around a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// Nothing.
    Top,
    /// A list.
    List,
}

/// What was taken: whole values, up to the first byte of the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) bytes: usize,
    pub(crate) count: usize,
    /// Whether nothing was taken because the text at hand ends too soon: with more of it, something may be.
    pub(crate) is_cut: bool,
}
