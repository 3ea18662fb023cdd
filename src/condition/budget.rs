//! What checking the conditions of one configuration may cost.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::{Pattern, PatternError};
use crate::source::Span;

/// What all patterns of one configuration may take when compiled, in bytes. A condition of its own has as much.
pub const MAX_PATTERNS_BYTES: usize = 32 << 20;

/// How many names are compared in all for "did you mean": enough for every mistake that a person makes.
const COMPARISONS: usize = 100_000;

/// What the conditions of one configuration share, so that many of them cost no more than a large one: each pattern is
/// compiled once, and what patterns and suggestions cost together is limited.
///
/// ```
/// use vestibule::condition::{Budget, RuleSet, Scheme, TextStyle, check_within, parse};
///
/// let mut budget = Budget::default();
/// for text in ["userName matches /EU-.*/", "displayName matches /EU-.*/"] {
///     let expr = parse(text, TextStyle::Inline).expr.unwrap();
///     let (condition, _) = check_within(&expr, text, &Scheme::new(), RuleSet::UserIntake, &mut budget);
///     assert!(condition.is_some());
/// }
/// ```
#[derive(Debug, Default)]
pub struct Budget {
    /// By source, and whether case does not count.
    patterns: HashMap<(String, bool), Result<Pattern, PatternError>>,
    pattern_bytes: usize,
    patterns_refused: bool,
    compared: usize,
}

impl Budget {
    /// Compiles a pattern, or gives the one that was compiled before.
    ///
    /// # Errors
    ///
    /// Those of [`Pattern::new`], and the first time that all patterns together take more than [`MAX_PATTERNS_BYTES`].
    /// After that nothing is compiled any more, and the error is `None`: it has been told.
    pub fn pattern(&mut self, source: &str, ignore_case: bool) -> Result<Pattern, Option<PatternError>> {
        let entry = match self.patterns.entry((source.to_owned(), ignore_case)) {
            Entry::Occupied(compiled) => return compiled.get().clone().map_err(Some),
            Entry::Vacant(entry) => entry,
        };
        if self.pattern_bytes >= MAX_PATTERNS_BYTES {
            let is_told = std::mem::replace(&mut self.patterns_refused, true);
            return Err((!is_told).then(|| too_many(source)));
        }
        let compiled = Pattern::new(source, ignore_case);
        self.pattern_bytes += match &compiled {
            Ok(pattern) => pattern.cost(),
            Err(error) => error.wasted,
        };
        entry.insert(compiled).clone().map_err(Some)
    }

    /// Whether a name that is unknown may still be compared with those that are known.
    pub(super) fn suggests(&self) -> bool {
        self.compared < COMPARISONS
    }

    /// Counts the comparisons of one unknown name.
    pub(super) fn count_comparisons(&mut self, comparisons: usize) {
        self.compared = self.compared.saturating_add(comparisons);
    }
}

fn too_many(source: &str) -> PatternError {
    let limit = MAX_PATTERNS_BYTES >> 20;
    let span = Span::new(0, source.len());
    let message = format!("all patterns together take more than the limit of {limit} MiB when compiled");
    let error = PatternError::new(span, message)
        .label("not compiled from here on")
        .help("join patterns with `|`, use `in [ … ]` for plain names, or write `.` or `[a-z]` for `\\w`");
    PatternError { of_all: true, ..error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_patterns_are_compiled_once() {
        let mut budget = Budget::default();
        assert!(budget.pattern(r"\w{10}", false).is_ok());
        let spent = budget.pattern_bytes;
        assert!((0..1000).all(|_| budget.pattern(r"\w{10}", false).is_ok()));
        assert_eq!(budget.pattern_bytes, spent);
        assert!(budget.pattern(r"\w{10}", true).is_ok());
        assert!(budget.pattern_bytes > spent);
    }

    #[test]
    fn a_mistake_is_told_wherever_the_pattern_stands() {
        let mut budget = Budget::default();
        let first = budget.pattern("(", false).unwrap_err();
        assert!(first.is_some());
        assert_eq!(budget.pattern("(", false).unwrap_err(), first);
    }

    /// The limit is told once; what was compiled before goes on being there.
    #[test]
    fn all_patterns_together_have_a_limit() {
        let mut budget = Budget::default();
        let errors: Vec<_> = (0..200).filter_map(|n| budget.pattern(&format!(r"\w{{20}}{n}"), false).err()).collect();
        let told: Vec<_> = errors.iter().flatten().map(|error| error.message.as_str()).collect();
        assert_eq!(told, ["all patterns together take more than the limit of 32 MiB when compiled"]);
        assert!(errors.len() > 150 && budget.pattern_bytes < MAX_PATTERNS_BYTES + crate::condition::MAX_PATTERN_BYTES);
        assert!(budget.pattern(r"\w{20}0", false).is_ok());
    }

    /// A provider has thousands of groups, and patterns of usual size for them.
    #[test]
    fn thousands_of_plain_patterns_fit() {
        let mut budget = Budget::default();
        assert!((0..5000).all(|n| budget.pattern(&format!("EU-Finance-{n}-.*"), false).is_ok()));
    }
}
