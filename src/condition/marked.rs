//! Texts of tests with marked places: `userName «=» "bob"`.

use super::Mistake;
use crate::source::Span;

/// Takes the marks `«` and `»` out of a text; the spans between them.
pub(super) fn unmark(marked: &str) -> (String, Vec<Span>) {
    let mut text = String::new();
    let mut spans = Vec::new();
    let mut start = 0;
    for c in marked.chars() {
        match c {
            '«' => start = text.len(),
            '»' => spans.push(Span::new(start, text.len())),
            c => text.push(c),
        }
    }
    (text, spans)
}

/// Asserts that the mistakes stand at the marks and say what is expected: a part of the message, or of the help after
/// `help: `.
pub(super) fn assert_mistakes(marked: &str, mistakes: &[Mistake], spans: &[Span], expected: &[&str]) {
    let found: Vec<Span> = mistakes.iter().map(|mistake| mistake.span).collect();
    let said: Vec<&str> = mistakes.iter().map(|mistake| mistake.message.as_str()).collect();
    assert_eq!(found, spans, "{marked}: {said:#?}");
    for (mistake, expected) in mistakes.iter().zip(expected) {
        let (place, expected) = match expected.strip_prefix("help: ") {
            Some(expected) => (mistake.help.as_deref().unwrap_or_default(), expected),
            None => (mistake.message.as_str(), *expected),
        };
        assert!(place.contains(expected), "{marked}: {expected:?} is not in {place:?}");
        assert!(!mistake.label.is_empty() && mistake.help.is_some(), "{marked}: {mistake:?}");
    }
    assert_eq!(mistakes.len(), expected.len(), "{marked}: {said:#?}");
}
