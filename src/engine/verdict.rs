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
        self.0.is_power_of_two()
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
        Verdict(AND[usize::from(self.0 & 7)][usize::from(other.0 & 7)])
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
}

/// What `and` makes of two sets of outcomes: what it makes of each member of one with each of the other.
const AND: [[u8; 8]; 8] = {
    let mut table = [[0; 8]; 8];
    let (mut a, mut b) = (0, 0);
    while a < 8 {
        while b < 8 {
            table[a as usize][b as usize] = conjunction(a, b);
            b += 1;
        }
        (a, b) = (a + 1, 0);
    }
    table
};

const fn conjunction(a: u8, b: u8) -> u8 {
    const HOLDS: u8 = Verdict::HOLDS.0;
    const FAILS: u8 = Verdict::FAILS.0;
    const WITHHELD: u8 = Verdict::WITHHELD.0;
    if a == 0 || b == 0 {
        return 0;
    }
    let holds = a & b & HOLDS;
    let fails = (a | b) & FAILS;
    // Withheld with anything that does not fail.
    let withheld = (a & WITHHELD != 0 && b & (HOLDS | WITHHELD) != 0) || (b & WITHHELD != 0 && a & HOLDS != 0);
    holds | fails | if withheld { WITHHELD } else { 0 }
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
        Verdict((self.0 & Verdict::HOLDS.0) << 1 | (self.0 & Verdict::FAILS.0) >> 1 | (self.0 & Verdict::WITHHELD.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Verdict = Verdict::HOLDS;
    const F: Verdict = Verdict::FAILS;
    const W: Verdict = Verdict::WITHHELD;
    const OPEN: Verdict = Verdict::OPEN;
    const OUTCOMES: [Verdict; 3] = [T, F, W];

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
            for outcome in OUTCOMES {
                let members = |verdict: Verdict| OUTCOMES.into_iter().filter(move |o| verdict.may(*o));
                let least = |x: Verdict, y: Verdict| [F, W, T].into_iter().find(|one| [x, y].contains(one));
                let expected = members(a).any(|x| members(b).any(|y| least(x, y) == Some(outcome)));
                assert_eq!(a.and(b).may(outcome), expected, "{a:?} and {b:?}");
            }
            assert_eq!(a.or(b), !((!a).and(!b)));
            assert_eq!(a.and(b), b.and(a));
        }
    }
}
