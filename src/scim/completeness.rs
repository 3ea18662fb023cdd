//! Whether all resources of a collection were read.

use std::fmt;

use crate::source::FileId;

/// Whether the files hold the whole collection, as far as they say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completeness {
    gaps: Vec<Gap>,
}

/// What is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Gap {
    /// A file ends in the middle of a value.
    Truncated {
        /// The file.
        file: FileId,
        /// Where it ends.
        offset: usize,
    },
    /// A file could not be read from some byte on.
    Damaged {
        /// The file.
        file: FileId,
        /// The byte.
        offset: usize,
    },
    /// The pages announce more resources than they hold together.
    Resources {
        /// The largest `totalResults`.
        expected: u64,
        /// How many different resources there are.
        found: u64,
    },
    /// No page holds these positions of the collection.
    Positions {
        /// The first one, from 1.
        first: u64,
        /// The last one.
        last: u64,
    },
    /// Every page names a next one.
    NextPage,
    /// A file holds a server's error response.
    ErrorResponse {
        /// The file.
        file: FileId,
    },
}

impl Completeness {
    /// Whether nothing is missing.
    pub fn is_complete(&self) -> bool {
        self.gaps.is_empty()
    }

    /// What is missing.
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    pub(crate) fn add(&mut self, gap: Gap) {
        self.gaps.push(gap);
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Gap::Truncated { offset, .. } => write!(f, "a file is cut off at byte {offset}"),
            Gap::Damaged { offset, .. } => write!(f, "a file cannot be read from byte {offset} on"),
            Gap::Resources { expected, found } => write!(f, "{found} of {expected} resources are there"),
            Gap::Positions { first, last } => write!(f, "resources {first} to {last} are missing"),
            Gap::NextPage => f.write_str("the page after the last one is missing"),
            Gap::ErrorResponse { .. } => f.write_str("a file holds an error response instead of resources"),
        }
    }
}
