//! The names of attributes, with what each means for what is kept of a user.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::projection::Projection;
use crate::condition::ENTERPRISE_USER;
use crate::condition::schema::{Row, USER};
use crate::scim::extensions::is_extension;
use crate::scim::records::FRAME_NAMES;
use crate::scim::schema::misspelt_urn;

/// What stands under a name at the top of a user.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meaning {
    /// Nothing that is asked for.
    Nothing,
    /// An attribute that is kept.
    Kept(&'static Row),
    /// The schemas, from which the type of the resource is told.
    Schemas,
    /// `meta`, from which the type and the time of the last change are told.
    Meta,
    /// An extension of which attributes are kept, by its index in the projection.
    Extension(usize),
    /// Another extension.
    OtherExtension,
    /// Something that only the reader of whole records can judge.
    Unusual,
}

/// A name that was met.
#[derive(Debug)]
pub(super) struct Met {
    pub(super) text: Arc<str>,
    /// The same number for names that differ only in case; [`FOLDS`] for those that have none.
    pub(super) fold: usize,
    pub(super) meaning: Meaning,
    /// The name that came after this one the last time.
    next: usize,
}

/// How many names without case are told apart by number. A record with others is read as a whole.
pub(super) const FOLDS: usize = 256;
/// How many names are remembered.
const MOST: usize = 4096;

/// Names met so far. Records of one server repeat the order of their names, so the next one is mostly found by
/// comparing it with the one that came next before.
#[derive(Debug)]
pub(super) struct Lexicon<'p> {
    pub(super) projection: Cow<'p, Projection>,
    met: Vec<Met>,
    by_text: HashMap<Arc<str>, usize>,
    folds: HashMap<String, usize>,
    last: usize,
}

impl<'p> Lexicon<'p> {
    pub(super) fn new(projection: &'p Projection) -> Self {
        Lexicon::with(Cow::Borrowed(projection))
    }

    fn with(projection: Cow<'p, Projection>) -> Self {
        Lexicon { projection, met: Vec::new(), by_text: HashMap::new(), folds: HashMap::new(), last: 0 }
    }

    /// Of names that mean nothing.
    pub(super) fn of_nothing() -> Lexicon<'static> {
        Lexicon::with(Cow::Owned(Projection::default()))
    }

    /// The name at an index that [`Lexicon::index`] gave.
    pub(super) fn name(&self, index: usize) -> Option<&Met> {
        self.met.get(index)
    }

    /// The index of a name; `None` where too many are known already.
    pub(super) fn index(&mut self, name: &str) -> Option<usize> {
        let guess = self.met.get(self.last).map_or(0, |last| last.next);
        if self.met.get(guess).is_some_and(|met| *met.text == *name) {
            self.last = guess;
            return Some(guess);
        }
        let index = match self.by_text.get(name) {
            Some(&index) => index,
            None => self.add(name)?,
        };
        if let Some(last) = self.met.get_mut(self.last) {
            last.next = index;
        }
        self.last = index;
        Some(index)
    }

    fn add(&mut self, name: &str) -> Option<usize> {
        let index = self.met.len();
        if index >= MOST {
            return None;
        }
        let next_fold = self.folds.len().min(FOLDS);
        let fold = *self.folds.entry(name.to_ascii_lowercase()).or_insert(next_fold);
        let text: Arc<str> = name.into();
        self.by_text.insert(text.clone(), index);
        self.met.push(Met { text, fold, meaning: self.meaning(name), next: 0 });
        Some(index)
    }

    fn meaning(&self, name: &str) -> Meaning {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        let row = USER.iter().find(|row| is(row.name));
        if FRAME_NAMES.iter().any(|known| is(known)) || is("Resources") {
            return Meaning::Unusual;
        }
        if let Some(extension) = self.projection.extension(name) {
            return Meaning::Extension(extension);
        }
        if self.projection.keeps_enterprise() && misspelt_urn(name) == Some(ENTERPRISE_USER) {
            return Meaning::Unusual;
        }
        if row.is_none() && self.projection.keeps_of_enterprise(name) {
            return Meaning::Unusual;
        }
        match row {
            Some(_) if is("schemas") => Meaning::Schemas,
            Some(_) if is("meta") => Meaning::Meta,
            Some(row) if self.projection.keeps(name) => Meaning::Kept(row),
            None if self.projection.keeps(name) => Meaning::Unusual,
            None if is_extension(name) => Meaning::OtherExtension,
            _ => Meaning::Nothing,
        }
    }
}
