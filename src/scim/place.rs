//! Where a record stands.

use std::sync::Arc;

use super::json::Object;
use super::unusable::Kind;
use crate::source::{Case, FileId, Part, Place, Route, Span, Text};

/// Where one record stands: the bytes in its file, and its way there from the root of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordPlace {
    file: FileId,
    span: Span,
    /// Which value of a file of several values, from 0; `None` where it is the first of a page or the only one.
    value: Option<usize>,
    /// The name of the list of a page, as written: `Resources`.
    list: Option<Arc<str>>,
    /// The index in that list or in an array.
    item: Option<usize>,
}

impl RecordPlace {
    pub(super) fn new(
        file: FileId,
        span: Span,
        value: Option<usize>,
        list: Option<Arc<str>>,
        item: Option<usize>,
    ) -> Self {
        RecordPlace { file, span, value, list, item }
    }

    /// The place of the value `count` behind this one, which starts at `offset`.
    pub(super) fn after(mut self, count: usize, offset: usize) -> Self {
        match (&mut self.item, &mut self.value) {
            (Some(item), _) => *item += count,
            (None, Some(value)) => *value += count,
            (None, None) => {}
        }
        self.span = Span::at(offset);
        self
    }

    /// The same place with these bytes.
    pub(super) fn spanning(mut self, span: Span) -> Self {
        self.span = span;
        self
    }

    /// The file.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The bytes of the record, counted from the first byte of the file.
    pub fn span(&self) -> Span {
        self.span
    }

    /// `Resources[3]`; `[3]` for the fourth item of an array or the fourth value of a file of values (NDJSON); the root
    /// for the only value of a file.
    pub fn route(&self) -> Route {
        let mut route = Route::root();
        if let Some(value) = self.value {
            route = route.index(value);
        }
        if let Some(list) = &self.list {
            route = route.key(list);
        }
        match self.item {
            Some(item) => route.index(item),
            None => route,
        }
    }

    /// The record as a whole.
    pub fn whole(&self) -> Place {
        self.inner(Route::root(), Part::Value)
    }

    /// The value under a route inside the record.
    pub fn value(&self, inner: Route) -> Place {
        self.inner(inner, Part::Value)
    }

    /// The name under which that value stands.
    pub fn name(&self, inner: Route) -> Place {
        self.inner(inner, Part::Key)
    }

    /// What a problem says of the record here: the names tell it from what else is said of the record.
    pub(crate) fn case(&self, kind: Kind, record: &Object, said: &[&str]) -> Case {
        let names: Vec<&str> = [kind.as_str(), record.known_as()].iter().chain(said).copied().collect();
        Case::new(&names).in_record(self.file, self.span)
    }

    /// How people find the record: by its index in a list, or by its line where it stands on its own.
    pub(crate) fn described(&self, text: &Text) -> String {
        match self.item {
            Some(_) => format!("`{}`", self.route()),
            None => format!("line {}", text.line_number(self.span.start)),
        }
    }

    pub(super) fn is_listed(&self) -> bool {
        self.list.is_some()
    }

    fn inner(&self, inner: Route, part: Part) -> Place {
        Place::Record { file: self.file, record: self.span, route: self.route(), inner, part }
    }
}
