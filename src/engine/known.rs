//! What is known of the values of an input.

use super::Verdict;
use crate::scim::Fact;

/// The values of an input at an event, as far as they are known.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Known<T> {
    /// Foundry has exactly these, and the files say so. None at all: absent.
    Exactly(Vec<T>),
    /// Foundry has these; whether it has others the files do not say.
    AtLeast(Vec<T>),
    /// Foundry lacks the input at this event.
    Withheld,
}

impl<T> Known<T> {
    /// Known to have no value.
    pub(super) const ABSENT: Known<T> = Known::Exactly(Vec::new());

    /// The files say nothing.
    pub(super) const UNDETERMINED: Known<T> = Known::AtLeast(Vec::new());

    /// Whether some value passes: the disjunction over all values.
    pub(super) fn some(&self, passes: impl Fn(&T) -> Verdict) -> Verdict {
        match self {
            Known::Exactly(values) => Verdict::any(values.iter().map(passes)),
            Known::AtLeast(values) => Verdict::any(values.iter().map(passes)).or(Verdict::OPEN),
            Known::Withheld => Verdict::WITHHELD,
        }
    }

    /// Whether there is a value.
    pub(super) fn present(&self) -> Verdict {
        self.some(|_| Verdict::HOLDS)
    }

    /// What is made of each value, where something is.
    pub(super) fn filter_map<U>(self, make: impl FnMut(T) -> Option<U>) -> Known<U> {
        match self {
            Known::Exactly(values) => Known::Exactly(values.into_iter().filter_map(make).collect()),
            Known::AtLeast(values) => Known::AtLeast(values.into_iter().filter_map(make).collect()),
            Known::Withheld => Known::Withheld,
        }
    }
}

impl<T> From<Fact<Vec<T>>> for Known<T> {
    fn from(fact: Fact<Vec<T>>) -> Self {
        match fact {
            Fact::Known(values) => Known::Exactly(values),
            Fact::Undetermined => Known::UNDETERMINED,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Verdict = Verdict::HOLDS;
    const F: Verdict = Verdict::FAILS;
    const OPEN: Verdict = Verdict::OPEN;
    const W: Verdict = Verdict::WITHHELD;

    #[test]
    fn some_value_passes_where_one_is_known_to() {
        let even = |number: &u8| Verdict::of(number.is_multiple_of(2));
        for (known, some, present) in [
            (Known::Exactly(vec![1, 2]), T, T),
            (Known::Exactly(vec![1]), F, T),
            (Known::ABSENT, F, F),
            (Known::AtLeast(vec![1, 2]), T, T),
            (Known::AtLeast(vec![1]), OPEN, T),
            (Known::UNDETERMINED, OPEN, OPEN),
            (Known::Withheld, W, W),
        ] {
            assert_eq!((known.some(even), known.present()), (some, present), "{known:?}");
        }
    }

    #[test]
    fn what_is_made_of_the_values_is_known_as_well_as_they_are() {
        let odd = |number: u8| (!number.is_multiple_of(2)).then_some(number * 10);
        assert_eq!(Known::Exactly(vec![1, 2]).filter_map(odd), Known::Exactly(vec![10]));
        assert_eq!(Known::AtLeast(vec![1, 2]).filter_map(odd), Known::AtLeast(vec![10]));
        assert_eq!(Known::Withheld.filter_map(odd), Known::Withheld);
    }
}
