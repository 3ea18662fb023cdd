//! stub
use super::mistake::{Mistake, SYNTAX};
use super::parse::Failure;
use crate::source::Span;

pub(super) fn explain(_text: &str, failure: &Failure) -> Vec<Mistake> {
    vec![Mistake::new(SYNTAX, Span::at(failure.at), format!("expected {}", failure.expected.join(", ")))]
}
