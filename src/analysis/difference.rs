//! Whether anybody at all would be treated differently by another configuration.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use super::contest::{Decider, Differs, Other, differs};
use super::formula::Formula;
use super::hash::{HashMap, HashSet};
use super::overlap::Shown;
use super::question::Example;
use super::reach::{Hunt, Taken};
use super::remapped::Remapped;
use super::rules::{Book, Consequence, Model, Modelled, RuleId, moments_of};
use super::view::Moment;
use super::witness::{GroupWitness, Witness};
use crate::condition::RuleSet;
use crate::config::Config;
use crate::engine::Event;

/// Two configurations beside each other.
///
/// ```
/// use vestibule::Config;
/// use vestibule::analysis::{Comparison, Side};
///
/// let document = |rules: &str| format!("version: 1\nprovider: {{ name: p }}\norganizations: [{{ name: A }}, {{ name: B }}]\n\
///     organization-assignment: {{ users: [{rules}], fallback: B }}\n");
/// let a = r#"{ rule: a, when: email ew "@a.eu", organization: A }"#;
/// let b = r#"{ rule: b, when: email ew "@b.eu", organization: A }"#;
/// let old = Config::parse("old.yaml", &document(&format!("{a}, {b}")))?;
/// let same = Config::parse("new.yaml", &document(&format!("{b}, {a}")))?;
/// assert!(Comparison::new(&old, &same).run().is_equivalent());
///
/// let new = Config::parse("new.yaml", &document(&format!("{a}, {}", b.replace("@b", "@c"))))?;
/// let found = Comparison::new(&old, &new).run();
/// assert_eq!(found.differences[0].side, Side::Old);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Comparison<'c> {
    model: Model,
    old: Book<'c>,
    new: Book<'c>,
}

/// In which of two configurations something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Side {
    Old,
    New,
}

/// Somebody who is treated differently.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Of which rules.
    pub set: RuleSet,
    /// At which event; `None` for rules over groups.
    pub event: Option<Event>,
    /// The configuration whose rule decides about the example…
    pub side: Side,
    /// …and the rule; `None` for what follows where none holds.
    pub rule: Option<RuleId>,
    /// The rule-based group that is given by one of the two only.
    pub group: Option<String>,
    /// Who.
    pub witness: Shown,
}

/// What came of a comparison.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Compared {
    /// One person or group for each rule that has been changed in effect.
    pub differences: Vec<Difference>,
    /// The questions that ended without an answer.
    pub unknown: Vec<Unanswered>,
}

/// A question that has no answer: whether anybody about whom a rule decides is treated differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unanswered {
    /// Of which rules.
    pub set: RuleSet,
    /// At which event; `None` for rules over groups.
    pub event: Option<Event>,
    /// The configuration whose rule it is…
    pub side: Side,
    /// …and the rule; `None` for what follows where none holds.
    pub rule: Option<RuleId>,
    /// The rule-based group that it gives.
    pub group: Option<String>,
}

impl Compared {
    /// Whether it is proved that nobody is treated differently.
    pub fn is_equivalent(&self) -> bool {
        self.differences.is_empty() && self.unknown.is_empty()
    }
}

impl<'c> Comparison<'c> {
    /// Both as formulas over the same people.
    pub fn new(old: &'c Config, new: &'c Config) -> Comparison<'c> {
        let mut model = Model::new();
        let (old, new) = (Book::new(old, &mut model), Book::new(new, &mut model));
        Comparison { model, old, new }
    }

    /// Looks for everybody who would be treated differently.
    pub fn run(mut self) -> Compared {
        let mut compared = Compared::default();
        for set in [RuleSet::UserIntake, RuleSet::OrganizationUsers, RuleSet::OrganizationGroups] {
            for moment in moments_of(set) {
                self.first_match(set, *moment, &mut compared);
            }
        }
        for moment in Moment::OF_USERS {
            self.groups(moment, &mut compared);
        }
        self.remapped(&mut compared);
        compared
    }

    /// Of every rule that asks for what a login fills otherwise it is not known whether it treats somebody differently.
    fn remapped(&self, compared: &mut Compared) {
        let remapped = Remapped::between(&self.old, &self.new);
        let asked = |known: &Unanswered| (known.side, known.rule, known.event);
        let known: HashSet<_> = compared.unknown.iter().map(asked).collect();
        for (side, book) in [(Side::Old, &self.old), (Side::New, &self.new)] {
            for set in RuleSet::OF_USERS {
                for (position, rule) in book.set(set).iter().enumerate() {
                    let (event, id) = (Some(Event::Login), Some(book.id(set, position)));
                    if remapped.is_asked_by(rule.term) && !known.contains(&(side, id, event)) {
                        compared.unknown.push(Unanswered { set, event, side, rule: id, group: None });
                    }
                }
            }
        }
    }

    /// What both have in front and at the end decides the same, so only people whom a rule between takes can differ.
    fn first_match(&mut self, set: RuleSet, moment: Moment, compared: &mut Compared) {
        let (old, new) = (said(&self.old, set, moment), said(&self.new, set, moment));
        let front = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
        let ends = old.iter().rev().zip(new.iter().rev());
        let end = ends.take_while(|(old, new)| old == new).count().min(old.len().min(new.len()) - front);
        let otherwise_differs = self.old.otherwise(set) != self.new.otherwise(set);
        for (side, count) in [(Side::Old, old.len()), (Side::New, new.len())] {
            let between = (front..count - end).map(Some);
            for rule in between.chain(otherwise_differs.then_some(None)) {
                self.decided(set, moment, side, rule, compared);
            }
        }
    }

    fn decided(&mut self, set: RuleSet, moment: Moment, side: Side, rule: Option<usize>, compared: &mut Compared) {
        self.model.world.effort.start();
        let (old, new) = (&self.old, &self.new);
        let (one, other) = if side == Side::Old { (old, new) } else { (new, old) };
        // What is told of a rule at one event is not told again at the next.
        let id = rule.map(|rule| one.id(set, rule));
        let is_told = |told: &Difference| (told.set, told.side, told.rule) == (set, side, id);
        if compared.differences.iter().any(is_told) {
            return;
        }
        let also = match set {
            RuleSet::OrganizationUsers => vec![old.admitted(moment), new.admitted(moment)],
            _ => Vec::new(),
        };
        let without = BTreeSet::new();
        let decider = Decider { book: one, set, moment, rule };
        let others = Other { book: other, set, moment, without: &without };
        let mut shown = None;
        let answer = differs(&mut self.model, decider, others, &also, |model, example| {
            shown = show(model, old, new, example, moment, |decisions| match (decisions, set) {
                (Both::Users(old, new), RuleSet::UserIntake) => old.intake.decision != new.intake.decision,
                (Both::Users(old, new), _) => old.organization.name != new.organization.name,
                (Both::Groups(old, new), _) => old.organizations != new.organizations,
            });
            shown.is_some()
        });
        match (answer, shown) {
            (Differs::Somebody, Some(witness)) => {
                let event = moment.event();
                compared.differences.push(Difference { set, event, side, rule: id, group: None, witness });
            }
            (Differs::Nobody(_), _) => {}
            _ => {
                let event = moment.event();
                compared.unknown.push(Unanswered { set, event, side, rule: id, group: None });
            }
        }
    }

    /// Each group is given by the same people's rules, or somebody gets it from one side only.
    fn groups(&mut self, moment: Moment, compared: &mut Compared) {
        let set = RuleSet::GroupAssignment;
        let (old, new) = (givers(&self.old), givers(&self.new));
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names {
            for (side, one, other) in [(Side::Old, &self.old, &self.new), (Side::New, &self.new, &self.old)] {
                let none = Vec::new();
                let (given, others) = if side == Side::Old { (&old, &new) } else { (&new, &old) };
                let given = given.get(name).unwrap_or(&none);
                let others: BTreeSet<usize> = others.get(name).unwrap_or(&none).iter().copied().collect();
                let formulas: BTreeSet<Formula> =
                    others.iter().filter_map(|rule| Some(other.at(set, *rule, moment)?.holds)).collect();
                for rule in given {
                    let id = Some(one.id(set, *rule));
                    let Some(at) = one.at(set, *rule, moment) else { continue };
                    let is_told =
                        |told: &Difference| (told.side, told.rule, &told.group) == (side, id, &Some(name.clone()));
                    if formulas.contains(&at.holds) || compared.differences.iter().any(is_told) {
                        continue;
                    }
                    self.model.world.effort.start();
                    let mut hunt =
                        Hunt::new(&self.model, other, set, moment, other.set(set).len()).among(others.clone());
                    for formula in [at.holds, self.old.admitted(moment), self.new.admitted(moment)] {
                        hunt.require(formula);
                    }
                    match self.given(hunt, name, moment) {
                        Given::ByOne(witness) => {
                            let (event, group) = (moment.event(), Some(name.clone()));
                            compared.differences.push(Difference { set, event, side, rule: id, group, witness });
                        }
                        Given::ByBoth => {}
                        Given::Unknown => {
                            let (event, group) = (moment.event(), Some(name.clone()));
                            compared.unknown.push(Unanswered { set, event, side, rule: id, group });
                        }
                    }
                }
            }
        }
    }

    fn given(&self, mut hunt: Hunt<'_>, name: &str, moment: Moment) -> Given {
        loop {
            match hunt.run() {
                Taken::Nobody(_) => return Given::ByBoth,
                Taken::Unknown => return Given::Unknown,
                Taken::By(example) => {
                    let gives =
                        |decision: &crate::engine::Decision| decision.groups.iter().any(|grant| grant.name == name);
                    let shown = show(
                        &self.model,
                        &self.old,
                        &self.new,
                        &example,
                        moment,
                        |decisions| matches!(decisions, Both::Users(old, new) if gives(old) != gives(new)),
                    );
                    match shown {
                        Some(witness) => return Given::ByOne(witness),
                        None if hunt.refuse() => {}
                        None => return Given::Unknown,
                    }
                }
            }
        }
    }
}

enum Given {
    ByOne(Shown),
    ByBoth,
    Unknown,
}

/// What both configurations decide.
enum Both<'d> {
    Users(&'d crate::engine::Decision, &'d crate::engine::Decision),
    Groups(&'d crate::engine::GroupDecision, &'d crate::engine::GroupDecision),
}

/// The person or group of an example, if the evaluators of both sides agree that it is treated differently.
fn show(
    model: &Model,
    old: &Book<'_>,
    new: &Book<'_>,
    example: &Example,
    moment: Moment,
    is_so: impl Fn(Both<'_>) -> bool,
) -> Option<Shown> {
    let Moment::At(event) = moment else {
        let witness = GroupWitness::new(&model.world, example)?;
        let decisions = [old, new].map(|book| book.engine.evaluate_group(witness.group()));
        let differ = !decisions.iter().any(|decision| decision.undetermined)
            && is_so(Both::Groups(&decisions[0], &decisions[1]));
        return differ.then_some(Shown::Group(witness));
    };
    let witness = Witness::new(&model.world, &old.view, example, event)?;
    let decide = |book: &Book<'_>| witness.with_person(&book.engine, |person| book.engine.evaluate(person, event));
    let (decided_old, decided_new) = (decide(old), decide(new));
    let is_certain = |decision: &crate::engine::Decision| {
        decision.intake.candidates.is_empty()
            && decision.organization.candidates.is_empty()
            && decision.undetermined_groups.is_empty()
    };
    let differ = is_certain(&decided_old) && is_certain(&decided_new) && is_so(Both::Users(&decided_old, &decided_new));
    differ.then_some(Shown::User(witness))
}

/// What the rules of a set say at a moment, in order.
fn said(book: &Book<'_>, set: RuleSet, moment: Moment) -> Vec<(Formula, Consequence)> {
    let at = |rule: &Modelled<'_>| rule.moments.iter().find(|at| at.moment == moment).map(|at| at.holds);
    book.set(set).iter().filter_map(|rule| Some((at(rule)?, rule.consequence.clone()))).collect()
}

/// The rules that give each group.
fn givers(book: &Book<'_>) -> HashMap<String, Vec<usize>> {
    let mut givers: HashMap<String, Vec<usize>> = HashMap::default();
    for (position, rule) in book.set(RuleSet::GroupAssignment).iter().enumerate() {
        if let Consequence::Groups(groups) = &rule.consequence {
            groups.iter().for_each(|group| givers.entry(group.clone()).or_default().push(position));
        }
    }
    givers
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "version: 1\nprovider: { name: p }\norganizations: [{ name: A }, { name: B }]\ngroups: { rule-based: [G] }\n";

    fn compare(old: &str, new: &str) -> Compared {
        let [old, new] = [old, new].map(|text| Config::parse("x.yaml", &format!("{HEAD}{text}")).expect(text));
        Comparison::new(&old, &new).run()
    }

    #[track_caller]
    fn check(old: &str, new: &str, expected: &[(RuleSet, Side)]) {
        let compared = compare(old, new);
        assert_eq!(compared.unknown, [], "{old} {new}");
        let found: Vec<_> = compared.differences.iter().map(|found| (found.set, found.side)).collect();
        assert_eq!(found, expected, "{old} {new}");
        assert_eq!(compared.is_equivalent(), expected.is_empty());
    }

    fn users(rules: &[(&str, &str)], fallback: &str) -> String {
        let rule = |(index, (when, organization)): (usize, &(&str, &str))| {
            format!("  - {{ rule: r{index}, when: '{when}', organization: {organization} }}\n")
        };
        let rules: String = rules.iter().enumerate().map(rule).collect();
        format!("organization-assignment:\n  users:\n{rules}  fallback: {fallback}\n")
    }

    #[test]
    fn what_is_said_otherwise_to_the_same_effect_is_equivalent() {
        let old = users(&[(r#"email ew "@a.eu""#, "A"), (r#"email ew "@b.eu""#, "A"), ("title pr", "B")], "B");
        for new in [
            users(&[(r#"email ew "@b.eu""#, "A"), (r#"email ew "@A.EU""#, "A")], "B"),
            users(&[(r#"email ew "@a.eu" or email ew "@b.eu""#, "A")], "B"),
            users(&[(r#"not (email ew "@a.eu") and not (email ew "@b.eu")"#, "B"), ("true", "A")], "B"),
        ] {
            check(&old, &new, &[]);
        }
        let group = |when: &str| format!("group-assignment: [{{ rule: a, when: {when}, groups: [G] }}]\n");
        check(&group("active eq true"), &group("not (active eq false)"), &[]);
    }

    #[test]
    fn somebody_is_shown_for_each_rule_that_has_changed_in_effect() {
        use RuleSet::{GroupAssignment, OrganizationUsers, UserIntake};
        let old = users(&[(r#"email ew "@a.eu""#, "A")], "B");
        check(
            &old,
            &users(&[(r#"email ew "@c.eu""#, "A")], "B"),
            &[(OrganizationUsers, Side::Old), (OrganizationUsers, Side::New)],
        );
        check(
            &old,
            &users(&[(r#"email ew "@a.eu""#, "A")], "A"),
            &[(OrganizationUsers, Side::Old), (OrganizationUsers, Side::New)],
        );
        let intake = "user-intake: { rules: [{ rule: a, when: title pr, decision: refuse }] }\n";
        check("", intake, &[(UserIntake, Side::New)]);
        let group = |when: &str| format!("group-assignment: [{{ rule: a, when: {when}, groups: [G] }}]\n");
        check(&group("title pr"), &group("title pr and active eq true"), &[(GroupAssignment, Side::Old)]);
        let compared = compare(&group("title pr"), &group("title pr and active eq true"));
        let Shown::User(witness) = &compared.differences[0].witness else { panic!("a user") };
        assert_eq!(witness.to_json()["user"]["active"], false);
    }

    #[test]
    fn rules_over_groups_are_compared_too() {
        let groups = |when: &str| {
            format!("organization-assignment: {{ groups: [{{ rule: a, when: {when}, organizations: [A] }}] }}\n")
        };
        check(&groups("group.displayName sw \"EU\""), &groups("group.displayName sw \"eu\""), &[]);
        let found = compare(&groups("group.displayName sw \"EU\""), &groups("group.displayName matches /EU.*/"));
        assert_eq!(found.differences.len(), 1);
    }
}
