//! Which rules a change touches, and whether it matters.

use std::collections::{BTreeSet, HashMap, VecDeque};

use schemars::JsonSchema;
use serde::Serialize;

use crate::analysis::RuleId;
use crate::condition::RuleSet;
use crate::config::{Config, Rule};

/// A rule that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChangedRule {
    /// Its set.
    pub set: RuleSet,
    /// Its name; the last one, where it is gone.
    pub rule: String,
    /// What it was called before, where it has another name now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// What has changed about it.
    pub changes: Vec<Change>,
    /// Whether anybody is treated differently where it decides.
    pub effect: Effect,
}

/// What can change about a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has another name.
    Renamed,
    /// It stands elsewhere among the others.
    Moved,
    /// Its condition says something in other words, or something else.
    Reworded,
    /// Something else follows from it.
    Outcome,
    /// It was switched off, and is on.
    Enabled,
    /// It was on, and is switched off.
    Disabled,
}

/// Whether a change matters to anybody at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// It is proved that nobody about whom the rule decides, before or after, is treated differently.
    None,
    /// Somebody is: there is an example.
    Some,
    /// The budget of the proof ended first.
    Unknown,
}

impl Change {
    /// In a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Change::Added => "added",
            Change::Removed => "removed",
            Change::Renamed => "renamed",
            Change::Moved => "moved",
            Change::Reworded => "reworded",
            Change::Outcome => "another outcome",
            Change::Enabled => "switched on",
            Change::Disabled => "switched off",
        }
    }
}

/// A rule as far as two of them can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line<'c> {
    pub(super) name: &'c str,
    enabled: bool,
    condition: &'c str,
    outcome: BTreeSet<&'c str>,
}

/// A pair of rules that are the same one, or one that stands alone. By their indices in their sets.
pub(super) struct Paired {
    pub(super) old: Option<usize>,
    pub(super) new: Option<usize>,
    pub(super) changes: Vec<Change>,
}

/// The rules of a set.
pub(super) fn lines(config: &Config, set: RuleSet) -> Vec<Line<'_>> {
    let assignment = config.organization_assignment.as_ref();
    match set {
        RuleSet::UserIntake => {
            let rules = config.user_intake.as_ref().map(|intake| intake.rules.as_slice());
            of(rules, |outcome| BTreeSet::from([if outcome.value == Default::default() { "admit" } else { "refuse" }]))
        }
        RuleSet::OrganizationUsers => {
            let rules = assignment.and_then(|section| section.users.as_deref());
            of(rules, |outcome| BTreeSet::from([outcome.0.value.as_str()]))
        }
        RuleSet::OrganizationGroups => {
            let rules = assignment.and_then(|section| section.groups.as_deref());
            of(rules, |outcome| outcome.0.iter().map(|name| name.value.as_str()).collect())
        }
        RuleSet::GroupAssignment => {
            of(config.group_assignment.as_deref(), |outcome| outcome.0.iter().map(|name| name.value.as_str()).collect())
        }
    }
}

fn of<'c, O>(rules: Option<&'c [Rule<O>]>, outcome: impl Fn(&'c O) -> BTreeSet<&'c str>) -> Vec<Line<'c>> {
    let line = |rule: &'c Rule<O>| Line {
        name: &rule.name.value,
        enabled: rule.enabled,
        condition: &rule.when.condition.printed,
        outcome: outcome(&rule.outcome),
    };
    rules.unwrap_or_default().iter().map(line).collect()
}

/// Which rule is which: by name first, and then those that say the same under another name.
pub(super) fn pair(old: &[Line<'_>], new: &[Line<'_>]) -> Vec<Paired> {
    let by_name: HashMap<&str, usize> = old.iter().enumerate().map(|(index, line)| (line.name, index)).collect();
    let mut partner: Vec<Option<usize>> = new.iter().map(|line| by_name.get(line.name).copied()).collect();
    let named: BTreeSet<usize> = partner.iter().flatten().copied().collect();
    let mut nameless: HashMap<_, VecDeque<usize>> = HashMap::new();
    for (index, line) in old.iter().enumerate().filter(|(index, _)| !named.contains(index)) {
        nameless.entry((line.condition, &line.outcome)).or_default().push_back(index);
    }
    for (line, partner) in new.iter().zip(&mut partner).filter(|(_, partner)| partner.is_none()) {
        *partner = nameless.get_mut(&(line.condition, &line.outcome)).and_then(VecDeque::pop_front);
    }
    let in_place = in_place(&partner);
    let mut paired: Vec<Paired> = Vec::new();
    for (index, (line, partner)) in new.iter().zip(&partner).enumerate() {
        let changes = match partner.and_then(|partner| old.get(partner)) {
            None => vec![Change::Added],
            Some(before) => changes(before, line, !in_place.contains(&index)),
        };
        paired.push(Paired { old: *partner, new: Some(index), changes });
    }
    let kept: BTreeSet<usize> = partner.into_iter().flatten().collect();
    let gone = (0..old.len()).filter(|index| !kept.contains(index));
    paired.extend(gone.map(|index| Paired { old: Some(index), new: None, changes: vec![Change::Removed] }));
    paired.retain(|paired| !paired.changes.is_empty());
    paired
}

fn changes(before: &Line<'_>, after: &Line<'_>, has_moved: bool) -> Vec<Change> {
    let switched = if after.enabled { Change::Enabled } else { Change::Disabled };
    let all = [
        (before.name != after.name, Change::Renamed),
        (has_moved, Change::Moved),
        (before.condition != after.condition, Change::Reworded),
        (before.outcome != after.outcome, Change::Outcome),
        (before.enabled != after.enabled, switched),
    ];
    all.into_iter().filter(|(is_so, _)| *is_so).map(|(_, change)| change).collect()
}

/// The new rules that keep their order among each other: as many as can be. All others have moved.
fn in_place(partner: &[Option<usize>]) -> BTreeSet<usize> {
    // By the length of a rising sequence, the new rule that ends the one with the least end.
    let mut ends: Vec<(usize, usize)> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; partner.len()];
    for (index, partner) in partner.iter().enumerate() {
        let Some(partner) = partner else { continue };
        let length = ends.partition_point(|(end, _)| end < partner);
        before[index] = length.checked_sub(1).map(|shorter| ends[shorter].1);
        ends.truncate(ends.len().max(length));
        match ends.get_mut(length) {
            Some(end) => *end = (*partner, index),
            None => ends.push((*partner, index)),
        }
    }
    let last = ends.last().map(|(_, index)| *index);
    std::iter::successors(last, |index| before[*index]).collect()
}

/// Where answers of a proof belong: rules of the old and of the new configuration.
#[derive(Default)]
pub(super) struct Touched {
    pub(super) old: BTreeSet<RuleId>,
    pub(super) new: BTreeSet<RuleId>,
}

impl Touched {
    pub(super) fn has(&self, set: RuleSet, paired: &Paired) -> bool {
        let is_in = |index: Option<usize>, touched: &BTreeSet<RuleId>| {
            index.is_some_and(|index| touched.contains(&RuleId { set, index }))
        };
        is_in(paired.old, &self.old) || is_in(paired.new, &self.new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rules as `name=condition`, and what is said of them.
    #[track_caller]
    fn check(old: &str, new: &str, expected: &str) {
        let lines = |text: &'static str| -> Vec<Line<'static>> {
            let line = |word: &'static str| {
                let (name, condition) = word.split_once('=').unwrap_or((word, word));
                Line {
                    name,
                    enabled: !condition.ends_with('!'),
                    condition: condition.trim_end_matches('!'),
                    outcome: BTreeSet::from(["A"]),
                }
            };
            text.split_whitespace().map(line).collect()
        };
        let [old, new] = [old, new].map(|text| lines(String::from(text).leak()));
        let said = pair(&old, &new).into_iter().map(|paired| {
            let name = paired.new.map_or_else(|| old[paired.old.unwrap()].name, |index| new[index].name);
            let changes: Vec<&str> = paired.changes.iter().map(|change| change.as_str()).collect();
            format!("{name}:{}", changes.join("+"))
        });
        assert_eq!(said.collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn rules_are_known_by_their_names_and_then_by_what_they_say() {
        check("a b c", "a b c", "");
        check("a b c", "c a b", "c:moved");
        check("a b c d", "a d b c", "d:moved");
        check("a=x b=y", "b=z", "b:reworded a:removed");
        check("a=x b=y", "c=x b=y", "c:renamed");
        check("a=x b=y", "b=y c=x d=x", "b:moved c:renamed d:added");
        check("a=x", "a=x!", "a:switched off");
        check("", "a", "a:added");
    }
}
