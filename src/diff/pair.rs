//! Two engines and one person.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use super::moves::certainly_only_in;
use crate::engine::{Engine, Evaluator, Event, Intake, Person, Ruling};
use crate::scim::Group;
use crate::simulate::{Difference, Standing};

/// The rules before a change and after it, ready to be asked about the same people.
///
/// ```
/// use vestibule::diff::Pair;
/// use vestibule::simulate::Place;
/// use vestibule::{Config, Engine, Event, Person, scim::User};
///
/// let engine = |domain: &str| {
///     let text = format!("version: 1\nprovider: {{ name: p }}\norganizations: [{{ name: A }}, {{ name: B }}]\n\
///         organization-assignment: {{ users: [{{ rule: a, when: userName ew \"{domain}\", organization: A }}], fallback: B }}\n");
///     Config::parse("vestibule.yaml", &text).map(|config| Engine::compile(&config))
/// };
/// let (old, new) = (engine("@a.eu")?, engine("@b.eu")?);
/// let pair = Pair { old: &old, new: &new, events: vec![Event::Login] };
///
/// let ada = User::from_json(r#"{ "userName": "ada@a.eu" }"#)?;
/// let compared = pair.person(&mut pair.hand(), &Person::new(&ada), &Person::new(&ada));
/// assert_eq!(Place::of(&compared.moved[0].after), Place::Organization("B".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Pair<'e> {
    /// The rules before.
    pub old: &'e Engine,
    /// The rules after.
    pub new: &'e Engine,
    /// The events that are looked at, in order.
    pub events: Vec<Event>,
}

/// What a thread works with.
#[derive(Clone, Debug)]
pub struct Hand<'e> {
    old: Evaluator<'e>,
    new: Evaluator<'e>,
}

/// What came of one person.
#[derive(Clone, Debug, Default)]
pub struct ComparedPerson {
    /// Where something certainly differs: an entry an event.
    pub moved: Vec<Moved>,
    /// The events at which the files do not say whether anything differs.
    pub undetermined: Vec<Event>,
}

/// Somebody to whom something else happens at an event.
///
/// Serialises as one line of `vestibule diff --format jsonl`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Moved {
    /// The user's `id` in the snapshot, where it has one.
    pub id: Option<String>,
    /// The user's `userName`.
    pub user_name: String,
    /// The event.
    pub event: Event,
    /// What differs for certain.
    pub differs: Vec<Aspect>,
    /// What the old rules decide.
    pub before: Standing,
    /// What the new rules decide.
    pub after: Standing,
}

/// What can differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// Admitted by one and refused by the other. Nothing else is compared then.
    Intake,
    /// Another organization.
    Organization,
    /// Other rule-based groups.
    Groups,
}

/// A provider group that other organizations may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MovedGroup {
    /// The group's `id` in the snapshot, where it has one.
    pub id: Option<String>,
    /// The group's `displayName`.
    pub display_name: Option<String>,
    /// The organizations by the old rules.
    pub before: Vec<String>,
    /// The organizations by the new rules.
    pub after: Vec<String>,
}

impl Moved {
    /// The rule-based groups that the person certainly gets by the change, and those that it certainly loses.
    pub fn groups(&self) -> [Vec<&str>; 2] {
        let (before, after) = (&self.before, &self.after);
        [certainly_only_in(after, before).collect(), certainly_only_in(before, after).collect()]
    }
}

impl<'e> Pair<'e> {
    /// Something to work with, for a thread.
    pub fn hand(&self) -> Hand<'e> {
        Hand { old: self.old.evaluator(), new: self.new.evaluator() }
    }

    /// What the rules make of a person, as each side sees it: which groups a login carries is part of a configuration.
    pub fn person(&self, hand: &mut Hand<'e>, old: &Person<'_>, new: &Person<'_>) -> ComparedPerson {
        let mut compared = ComparedPerson::default();
        for event in self.events.iter().copied().filter(|event| event.runs_rules()) {
            let (before, after) = (hand.old.evaluate(old, event), hand.new.evaluate(new, event));
            match at_a_glance(&before, &after) {
                Some(Glance::Same) => {}
                Some(Glance::Undetermined) => compared.undetermined.push(event),
                None => self.add(&before, &after, &mut compared),
            }
        }
        compared
    }

    fn add(&self, before: &Ruling<'_>, after: &Ruling<'_>, compared: &mut ComparedPerson) {
        let decision = after.decision_alone();
        let event = decision.event;
        let before = Standing::new().after(&before.decision_alone(), self.old);
        let after = Standing::new().after(&decision, self.new);
        let difference = Difference::between(&before, &after);
        if !difference.is_certain() {
            compared.undetermined.extend(difference.is_unknown().then_some(event));
            return;
        }
        let aspects = [
            (Aspect::Intake, difference.intake),
            (Aspect::Organization, difference.organization),
            (Aspect::Groups, difference.groups),
        ];
        let differs = aspects.into_iter().filter(|(_, differs)| differs.is_certain()).map(|(aspect, _)| aspect);
        let (id, user_name, differs) = (decision.id, decision.user_name, differs.collect());
        compared.moved.push(Moved { id, user_name, event, differs, before, after });
    }

    /// Which organizations may see a provider group, where that differs for certain.
    pub fn group(&self, hand: &mut Hand<'e>, group: &Group) -> Option<MovedGroup> {
        let (before, after) = (hand.old.evaluate_group(group), hand.new.evaluate_group(group));
        let set = |names: &[String]| names.iter().cloned().collect::<BTreeSet<_>>();
        let differs = set(&before.organizations) != set(&after.organizations);
        (differs && !before.undetermined && !after.undetermined).then_some(MovedGroup {
            id: after.id,
            display_name: after.display_name,
            before: before.organizations,
            after: after.organizations,
        })
    }
}

/// What is seen of two rulings without writing them out. It is asked of everybody, and nearly always enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Glance {
    Same,
    /// The files do not say whether the organizations differ, and nothing else does.
    Undetermined,
}

fn at_a_glance(before: &Ruling<'_>, after: &Ruling<'_>) -> Option<Glance> {
    let rulings = [before, after];
    if rulings.iter().all(|ruling| ruling.is_determined()) {
        let is_same = before.intake() == after.intake()
            && before.organization() == after.organization()
            && (before.groups().eq(after.groups()) || has_same_groups(before, after));
        return is_same.then_some(Glance::Same);
    }
    let only_organization_is_open =
        rulings.iter().all(|ruling| ruling.intake() == Intake::Admit && ruling.undetermined_groups() == 0);
    let may_be_same = only_organization_is_open && before.groups().eq(after.groups());
    match (before.last_organization(), after.last_organization()) {
        (Some((one, one_is_all)), Some((other, other_is_all))) if may_be_same && one == other => {
            Some(if one_is_all && other_is_all { Glance::Same } else { Glance::Undetermined })
        }
        _ => None,
    }
}

fn has_same_groups(before: &Ruling<'_>, after: &Ruling<'_>) -> bool {
    let names = [before, after].map(|ruling| ruling.groups().collect::<BTreeSet<&str>>());
    names[0] == names[1]
}
