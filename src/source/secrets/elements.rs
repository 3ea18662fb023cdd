//! The texts of XML elements whose names tell, and of the elements below them.

use std::sync::LazyLock;

use regex::Regex;

use super::Secret;
use super::names::{Telling, telling};
use crate::source::Span;

/// A tag, and the text behind it.
static TAG: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"<(?<close>/?)(?:[A-Za-z0-9_.-]+:)?(?<name>[A-Za-z0-9_.-]+)(?:\s[^<>]*)?>(?<value>[^<]*)").ok()
});

pub(super) fn secrets(text: &str) -> Vec<Secret> {
    if !text.contains('<') {
        return Vec::new();
    }
    let mut found = Vec::new();
    // The element that tells, and how many of its name are open.
    let mut inside: Option<(&str, usize)> = None;
    for tag in TAG.iter().flat_map(|tag| tag.captures_iter(text)) {
        let (Some(name), Some(value)) = (tag.name("name"), tag.name("value")) else { continue };
        let closes = tag.name("close").is_some_and(|close| !close.is_empty());
        let is_empty = text[..value.start()].ends_with("/>");
        inside = match inside {
            None if closes || is_empty => None,
            None => (telling(name.as_str()) == Some(Telling::Surely)).then_some((name.as_str(), 1)),
            Some((own, open)) if own == name.as_str() && closes => (open > 1).then(|| (own, open - 1)),
            Some((own, open)) if own == name.as_str() && !is_empty => Some((own, open + 1)),
            inside => inside,
        };
        if inside.is_some() {
            found.push(Secret { span: Span::from(value.range()), certain: true });
        }
    }
    found
}
