//! The frame of a page.

use std::sync::Arc;

use super::json::Json;
use crate::source::Span;

/// What a page says about itself: everything but its records.
#[derive(Debug, Default)]
pub(crate) struct Head {
    pub(crate) span: Span,
    pub(super) entries: Vec<HeadEntry>,
}

#[derive(Debug)]
pub(super) struct HeadEntry {
    pub(super) name: Arc<str>,
    pub(super) value: Json,
    pub(super) span: Span,
}

impl Head {
    /// The value under a name and its bytes; `None` where it is absent.
    pub(crate) fn get(&self, name: &str) -> Option<(&Json, Span)> {
        let entry = self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))?;
        (!entry.value.is_absent()).then_some((&entry.value, entry.span))
    }

    /// A whole number, also one written as a string.
    pub(crate) fn number(&self, name: &str) -> Option<(i64, Span)> {
        let (value, span) = self.get(name)?;
        let number = match value {
            Json::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|float| float as i64)),
            Json::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        Some((number?, span))
    }

    /// A token that is there and not empty.
    pub(crate) fn token(&self, name: &str) -> Option<Span> {
        self.get(name).filter(|(value, _)| value.as_str() != Some("")).map(|(_, span)| span)
    }
}
