//! What is proved about everybody.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::rules::{ChangedRule, Effect, Paired, Touched, lines, pair};
use crate::analysis::{Compared, Comparison, Difference, RuleId, Shown, Side};
use crate::condition::RuleSet;
use crate::config::Config;
use crate::engine::{Engine, Event};
use crate::simulate::Standing;

/// Whether anybody at all is treated differently, in the snapshot or not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Proof {
    /// Whether it is proved that nobody is, and no provider group.
    pub equivalent: bool,
    /// Somebody for each rule that has changed in effect.
    pub differences: Vec<Example>,
    /// How many questions ended without an answer: about as many rules at an event nothing is known.
    pub unknown: u64,
    /// The rules that are not what they were, set by set; those that are gone come last.
    pub rules: Vec<ChangedRule>,
}

/// Somebody who is treated differently, or a provider group.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Example {
    /// The set of the rule.
    pub set: RuleSet,
    /// At which event; none for rules over groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<Event>,
    /// In which configuration the rule stands that decides about the example.
    pub side: Side,
    /// The rule; none for what follows where no rule holds.
    pub rule: Option<String>,
    /// The rule-based group that one of the two gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// What the old rules make of the example.
    pub before: Treated,
    /// What the new rules make of it.
    pub after: Treated,
    /// The example, as a test says who somebody is; of a provider group, its names.
    pub witness: Value,
    /// Whether the snapshot has a user of that name, or a group; none where no snapshot was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_snapshot: Option<bool>,
    #[serde(skip)]
    pub(super) name: String,
}

/// What is made of an example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Treated {
    /// Of a user.
    User(Box<Standing>),
    /// Of a provider group.
    Group {
        /// The organizations that may see it.
        organizations: Vec<String>,
    },
}

impl Proof {
    /// Compares two configurations, by these engines of theirs.
    ///
    /// ```
    /// use vestibule::diff::{Change, Effect, Proof};
    /// use vestibule::{Config, Engine};
    ///
    /// let config = |rules: &str| Config::parse("vestibule.yaml", &format!(
    ///     "version: 1\nprovider: {{ name: p }}\norganizations: [{{ name: A }}, {{ name: B }}]\n\
    ///      organization-assignment: {{ users: [{rules}], fallback: B }}\n"));
    /// let old = config(r#"{ rule: a, when: userName ew "@a.eu", organization: A }"#)?;
    /// let new = config(r#"{ rule: anna, when: userName ew "@a.eu", organization: A }"#)?;
    /// let proof = Proof::of((&old, &Engine::compile(&old)), (&new, &Engine::compile(&new)));
    /// assert!(proof.equivalent);
    /// assert_eq!((&proof.rules[0].changes[..], proof.rules[0].effect), (&[Change::Renamed][..], Effect::None));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(old: (&Config, &Engine), new: (&Config, &Engine)) -> Proof {
        let compared = Comparison::new(old.0, new.0).run();
        let differences = compared.differences.iter().map(|found| example(found, old, new)).collect();
        let rules = changed_rules(old.0, new.0, &compared);
        let unknown = u64::try_from(compared.unknown.len()).unwrap_or(u64::MAX);
        Proof { equivalent: compared.is_equivalent(), differences, unknown, rules }
    }

    /// Whether some rule over provider groups treats one differently, or may.
    pub fn may_move_groups(&self) -> bool {
        let is_of_groups = |set: RuleSet| set == RuleSet::OrganizationGroups;
        self.differences.iter().any(|found| is_of_groups(found.set))
            || self.rules.iter().any(|rule| is_of_groups(rule.set) && rule.effect == Effect::Unknown)
            || self.unknown > 0
    }

    /// The names of the users among the examples, in lower case.
    pub fn user_names(&self) -> impl Iterator<Item = &str> {
        let users = self.differences.iter().filter(|found| matches!(found.before, Treated::User(_)));
        users.map(|found| found.name.as_str())
    }

    /// Says which of the users among the examples, and which of the groups, the snapshot has.
    pub fn note_snapshot(&mut self, has_user: impl Fn(&str) -> bool, has_group: impl Fn(&str) -> Option<bool>) {
        for found in &mut self.differences {
            found.in_snapshot = match found.before {
                Treated::User(_) => Some(has_user(&found.name)),
                Treated::Group { .. } => has_group(&found.name),
            };
        }
    }
}

fn example(found: &Difference, old: (&Config, &Engine), new: (&Config, &Engine)) -> Example {
    let config = if found.side == Side::Old { old.0 } else { new.0 };
    let (treated, name) = match &found.witness {
        Shown::User(witness) => {
            let event = found.event.unwrap_or(witness.event());
            let treated = |engine: &Engine| {
                let decision = witness.with_person(engine, |person| engine.evaluate(person, event));
                Treated::User(Box::new(Standing::new().after(&decision, engine)))
            };
            ([treated(old.1), treated(new.1)], witness.user_name())
        }
        Shown::Group(witness) => {
            let group = witness.group();
            let treated = |engine: &Engine| {
                let organizations = engine.evaluate_group(group).organizations;
                Treated::Group { organizations }
            };
            ([treated(old.1), treated(new.1)], group.display_name().known().flatten().unwrap_or_default())
        }
    };
    let [before, after] = treated;
    Example {
        set: found.set,
        event: found.event,
        side: found.side,
        rule: found.rule.and_then(|rule| name_of(config, rule)),
        group: found.group.clone(),
        before,
        after,
        witness: found.witness.to_json(),
        in_snapshot: None,
        name: name.to_ascii_lowercase(),
    }
}

fn name_of(config: &Config, id: RuleId) -> Option<String> {
    config.rules().filter(|rule| rule.set == id.set).nth(id.index).map(|rule| rule.name.to_owned())
}

fn changed_rules(old: &Config, new: &Config, compared: &Compared) -> Vec<ChangedRule> {
    let (mut known, mut open) = (Touched::default(), Touched::default());
    let differences = compared.differences.iter().map(|found| (found.side, found.rule));
    let unknown = compared.unknown.iter().map(|question| (question.side, question.rule));
    for (touched, found) in [(&mut known, differences.collect::<Vec<_>>()), (&mut open, unknown.collect())] {
        for (side, rule) in found {
            let touched = if side == Side::Old { &mut touched.old } else { &mut touched.new };
            touched.extend(rule);
        }
    }
    let mut changed = Vec::new();
    for set in RuleSet::ALL {
        let (old, new) = (lines(old, set), lines(new, set));
        for paired in pair(&old, &new) {
            let effect = match (known.has(set, &paired), open.has(set, &paired)) {
                (true, _) => Effect::Some,
                (false, true) => Effect::Unknown,
                (false, false) => Effect::None,
            };
            let Paired { old: before, new: after, changes } = paired;
            let name = |index: Option<usize>, lines: &[super::rules::Line<'_>]| {
                index.and_then(|index| lines.get(index)).map(|line| line.name.to_owned())
            };
            let (was, now) = (name(before, &old), name(after, &new));
            let Some(rule) = now.clone().or(was.clone()) else { continue };
            let was = was.filter(|was| now.is_some() && *was != rule);
            changed.push(ChangedRule { set, rule, was, changes, effect });
        }
    }
    changed
}
