//! How a file of records is damaged, and what is said about it.

use std::sync::Arc;

use super::completeness::Gap;
use crate::source::{FileId, Place, Problem, Span, shorten};

/// How a text is damaged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Damage {
    /// There is nothing but white space.
    Empty,
    /// The text ends at this byte, inside of a value.
    Truncated(usize),
    /// From this byte on, the frame around the records could not be read.
    Broken { offset: usize, message: String },
    /// A comma is missing or too many; nothing is lost.
    Comma(usize),
    /// The list of a page is something else than a list.
    NotAList { name: Arc<str>, span: Span, kind: &'static str },
    /// A name stands twice in the frame of a page. Both were read.
    DuplicateName { name: Arc<str>, span: Span },
}

impl Damage {
    /// The problem, and what it leaves out. `records` says what the file should hold: `users`.
    pub(crate) fn report(self, file: FileId, records: &str) -> (Option<Gap>, Problem) {
        let at = |offset| Place::Bytes(file, Span::at(offset));
        match self {
            Damage::Empty => {
                let problem = Problem::error("truncated", Place::File(file), "the file is empty")
                    .help(format!("export the {records} again: no {records} is an empty list, `[]`"));
                (Some(Gap::Truncated { file, offset: 0 }), problem)
            }
            Damage::Truncated(offset) => {
                let problem = Problem::error("truncated", at(offset), "the file ends in the middle of a value")
                    .label("cut off here")
                    .help(format!("export the {records} again; what stands before the cut was read"));
                (Some(Gap::Truncated { file, offset }), problem)
            }
            Damage::Broken { offset, message } => {
                let message = format!("the file is not valid JSON from here on: {}", shorten(&message));
                let problem = Problem::error("syntax", at(offset), message)
                    .help(format!("export the {records} again; what stands before this place was read"));
                (Some(Gap::Damaged { file, offset }), problem)
            }
            Damage::Comma(offset) => {
                let problem = Problem::error("syntax", at(offset), "a comma is missing or too many here")
                    .help("write one comma between two records, and none after the last");
                (None, problem)
            }
            Damage::NotAList { name, span, kind } => {
                let message = format!("`{}` is {kind}, not an array of {records}", shorten(&name));
                let problem =
                    Problem::error("value-type", Place::Bytes(file, span), message).help("export the page again");
                (Some(Gap::Damaged { file, offset: span.start }), problem)
            }
            Damage::DuplicateName { name, span } => {
                let message = format!("the name `{}` stands twice in one page", shorten(&name));
                let problem = Problem::error("duplicate-key", Place::Bytes(file, span), message)
                    .help("keep one of the two; lists under both were read, of anything else the first counts");
                (None, problem)
            }
        }
    }
}
