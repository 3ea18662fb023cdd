//! Three truth values, and what is possible where the files do not say.

use std::borrow::Cow;
use std::ops::Not;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

/// What a condition can come to, as the set of outcomes that are possible.
///
/// Foundry sees three outcomes: a condition *holds*, *fails*, or is *withheld*, because Foundry lacks an input at the
/// event; the three combine by Kleene's strong logic. What the files at hand leave open is kept apart from that: an
/// input that they do not say makes both *holds* and *fails* possible, and the set of what is possible is carried
/// through every operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Verdict(u8);

impl Verdict {
    /// It holds.
    pub const HOLDS: Verdict = Verdict(1);
    /// It does not hold.
    pub const FAILS: Verdict = Verdict(2);
    /// Foundry lacks an input.
    pub const WITHHELD: Verdict = Verdict(4);
    /// It holds or fails; the files do not say which.
    pub const OPEN: Verdict = Verdict(1 | 2);

    const OUTCOMES: [Verdict; 3] = [Verdict::HOLDS, Verdict::FAILS, Verdict::WITHHELD];

    /// The verdict of a known truth value.
    pub fn of(holds: bool) -> Verdict {
        if holds { Verdict::HOLDS } else { Verdict::FAILS }
    }

    /// Whether `outcome`, one of the three, is possible.
    pub fn may(self, outcome: Verdict) -> bool {
        self.0 & outcome.0 != 0
    }

    /// Whether it is certain that the condition holds or that it fails.
    pub fn is_known(self) -> bool {
        self == Verdict::HOLDS || self == Verdict::FAILS
    }

    /// Whether only one outcome is possible.
    pub fn is_certain(self) -> bool {
        Verdict::OUTCOMES.contains(&self)
    }

    /// The word that the JSON output uses.
    pub fn as_str(self) -> &'static str {
        match self.0 {
            1 => "true",
            2 => "false",
            4 => "withheld",
            5 => "true-or-withheld",
            6 => "false-or-withheld",
            7 => "undetermined-or-withheld",
            // No verdict is without a possible outcome.
            _ => "undetermined",
        }
    }

    /// `and`: false where one fails, else withheld where one is withheld.
    #[must_use]
    pub fn and(self, other: Verdict) -> Verdict {
        self.combine(other, |a, b| {
            if a == Verdict::FAILS || b == Verdict::FAILS {
                Verdict::FAILS
            } else if a == Verdict::WITHHELD || b == Verdict::WITHHELD {
                Verdict::WITHHELD
            } else {
                Verdict::HOLDS
            }
        })
    }

    /// `or`: true where one holds, else withheld where one is withheld.
    #[must_use]
    pub fn or(self, other: Verdict) -> Verdict {
        !(!self).and(!other)
    }

    /// `and` over any number; holds over none.
    pub(crate) fn all(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
        verdicts.into_iter().fold(Verdict::HOLDS, Verdict::and)
    }

    /// `or` over any number; fails over none.
    pub(crate) fn any(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
        verdicts.into_iter().fold(Verdict::FAILS, Verdict::or)
    }

    fn combine(self, other: Verdict, outcome: impl Fn(Verdict, Verdict) -> Verdict) -> Verdict {
        let mut possible = 0;
        for a in Verdict::OUTCOMES.into_iter().filter(|a| self.may(*a)) {
            for b in Verdict::OUTCOMES.into_iter().filter(|b| other.may(*b)) {
                possible |= outcome(a, b).0;
            }
        }
        Verdict(possible)
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl JsonSchema for Verdict {
    fn schema_name() -> Cow<'static, str> {
        "Truth".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words: Vec<&str> = (1..8).map(|outcomes| Verdict(outcomes).as_str()).collect();
        json_schema!({
            "description": "What a condition or a part of one comes to. `withheld`: Foundry lacks an input at the event. \
                            `undetermined`: true or false, the files do not say.",
            "type": "string",
            "enum": words
        })
    }
}

impl Not for Verdict {
    type Output = Verdict;

    fn not(self) -> Verdict {
        let holds = if self.may(Verdict::HOLDS) { Verdict::FAILS.0 } else { 0 };
        let fails = if self.may(Verdict::FAILS) { Verdict::HOLDS.0 } else { 0 };
        Verdict(holds | fails | (self.0 & Verdict::WITHHELD.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Verdict = Verdict::HOLDS;
    const F: Verdict = Verdict::FAILS;
    const W: Verdict = Verdict::WITHHELD;
    const OPEN: Verdict = Verdict::OPEN;

    #[test]
    fn certain_verdicts_follow_kleene() {
        assert_eq!([T.and(T), T.and(F), T.and(W), F.and(W), W.and(W)], [T, F, W, F, W]);
        assert_eq!([F.or(F), T.or(F), F.or(W), T.or(W), W.or(W)], [F, T, W, T, W]);
        assert_eq!([!T, !F, !W], [F, T, W]);
    }

    #[test]
    fn open_verdicts_keep_every_possibility() {
        assert_eq!([OPEN.and(F), OPEN.and(T), OPEN.or(T), OPEN.or(F), !OPEN], [F, OPEN, T, OPEN, OPEN]);
    }

    #[test]
    fn what_cannot_hold_whatever_the_files_say_is_not_open() {
        // `active eq true and provider.groups includes …`: false or not run, and never a match.
        assert!(!OPEN.and(W).may(T));
        // `active eq true or provider.groups includes …`: a match or not run.
        assert!(OPEN.or(W).may(T) && OPEN.or(W).may(W));
    }

    #[test]
    fn combining_sets_is_combining_their_members() {
        let all = (1..8).map(Verdict);
        for (a, b) in all.clone().flat_map(|a| all.clone().map(move |b| (a, b))) {
            for outcome in Verdict::OUTCOMES {
                let members = |verdict: Verdict| Verdict::OUTCOMES.into_iter().filter(move |o| verdict.may(*o));
                let expected = members(a).any(|x| members(b).any(|y| x.and(y) == outcome));
                assert_eq!(a.and(b).may(outcome), expected, "{a:?} and {b:?}");
            }
            assert_eq!(a.or(b), !((!a).and(!b)));
            assert_eq!(a.and(b), b.and(a));
        }
    }
}
