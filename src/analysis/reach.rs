//! Whether a rule can act: whether its condition can hold, and whether earlier rules leave anybody to it.

use std::collections::{BTreeMap, BTreeSet};

use super::formula::Formula;
use super::question::{Answer, Example, Question};
use super::rules::{Analysis, Book, Model, RuleId};
use super::view::Moment;
use crate::condition::RuleSet;

/// Whether a rule of a first-match set can act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It can, at some event.
    Reachable,
    /// Its condition holds for nobody.
    NeverHolds,
    /// Earlier rules take everybody whom it matches.
    Covered {
        /// The rules that do, together.
        by: Vec<RuleId>,
        /// Whether none of them can be left out.
        is_irreducible: bool,
    },
    /// The budget ended first.
    Unknown,
}

/// What came of looking for somebody whom a rule takes.
#[derive(Debug)]
pub(super) enum Taken {
    By(Example),
    /// Nobody: these rules, by position, take all of them.
    Nobody(BTreeSet<usize>),
    Unknown,
}

/// Somebody of whom formulas hold, and whom no rule takes that stands before a limit.
///
/// Earlier rules are brought in when one takes an example, so that those that have nothing to do with the question cost
/// nothing.
pub(super) struct Hunt<'h> {
    model: &'h Model,
    book: &'h Book<'h>,
    set: RuleSet,
    moment: Moment,
    /// Only rules before this one count.
    limit: usize,
    /// Only these count.
    among: Option<BTreeSet<usize>>,
    question: Question,
    /// The number of each rule's requirement.
    numbers: BTreeMap<usize, usize>,
    /// The numbers of what was required first.
    given: BTreeSet<usize>,
    /// The numbers of what could not hold together in the end.
    core: BTreeSet<usize>,
}

impl<'h> Hunt<'h> {
    pub(super) fn new(model: &'h Model, book: &'h Book<'h>, set: RuleSet, moment: Moment, limit: usize) -> Hunt<'h> {
        let (question, numbers, given) = (Question::new(), BTreeMap::new(), BTreeSet::new());
        Hunt { model, book, set, moment, limit, among: None, question, numbers, given, core: BTreeSet::new() }
    }

    /// Only these rules count.
    pub(super) fn among(mut self, rules: BTreeSet<usize>) -> Self {
        self.among = Some(rules);
        self
    }

    /// Adds a requirement; its number.
    pub(super) fn require(&mut self, formula: Formula) -> usize {
        let number = self.question.require(formula);
        self.given.insert(number);
        number
    }

    /// Whether a requirement is among the reasons for there being nobody.
    pub(super) fn rests_on(&self, number: usize) -> bool {
        self.core.contains(&number)
    }

    /// Sets the last example aside: it does not show what it was to show. `false` where enough was tried.
    pub(super) fn refuse(&mut self) -> bool {
        self.question.refuse()
    }

    /// Looks on from where it stopped.
    pub(super) fn run(&mut self) -> Taken {
        let Model { world, formulas } = self.model;
        loop {
            match self.question.ask(world, formulas) {
                Answer::Unknown => return Taken::Unknown,
                Answer::Impossible(numbers) => {
                    let rules = self.rules_of(&numbers);
                    self.core = numbers;
                    return Taken::Nobody(rules);
                }
                Answer::Possible(mut example) => {
                    world.complete(&mut example);
                    let Some(takers) = self.book.takers(self.set, self.moment) else { return Taken::By(example) };
                    let counts = |taker: &usize| self.among.as_ref().is_none_or(|rules| rules.contains(taker));
                    let taker = {
                        let mut takers = takers.of(world, formulas, &example).take_while(|taker| *taker < self.limit);
                        takers.find(counts)
                    };
                    let Some(taker) = taker else { return Taken::By(example) };
                    if !self.numbers.contains_key(&taker) && self.avoid(taker).is_some() {
                        continue;
                    }
                    if !self.question.refuse() {
                        return Taken::Unknown;
                    }
                }
            }
        }
    }

    /// Requires that a rule does not hold; the number of that.
    fn avoid(&mut self, rule: usize) -> Option<usize> {
        if let Some(number) = self.numbers.get(&rule) {
            return Some(*number);
        }
        let negation = self.book.at(self.set, rule, self.moment)?.not;
        let number = self.question.require(negation);
        self.numbers.insert(rule, number);
        Some(number)
    }

    fn rules_of(&self, numbers: &BTreeSet<usize>) -> BTreeSet<usize> {
        self.numbers.iter().filter(|(_, number)| numbers.contains(number)).map(|(rule, _)| *rule).collect()
    }

    /// Whether these rules alone leave nobody; `None` where it is not known.
    fn is_covered_by(&mut self, rules: &BTreeSet<usize>) -> Option<bool> {
        let mut active = self.given.clone();
        for rule in rules {
            active.insert(self.avoid(*rule)?);
        }
        match self.question.ask_about(&self.model.world, &self.model.formulas, &active) {
            Answer::Possible(_) => Some(false),
            Answer::Impossible(_) => Some(true),
            Answer::Unknown => None,
        }
    }
}

impl Analysis<'_> {
    /// Whether a rule can act.
    pub fn reach(&self, rule: RuleId) -> Reach {
        let (model, book) = (&self.model, &self.book);
        model.world.effort.start();
        let Some(position) = book.position(rule) else { return Reach::Unknown };
        let limit = if rule.set == RuleSet::GroupAssignment { 0 } else { position };
        let moments = book.set(rule.set).get(position).map(|rule| rule.moments.as_slice()).unwrap_or_default();
        let (mut hunts, mut covering, mut is_open) = (Vec::new(), BTreeSet::new(), false);
        for at in moments.iter().filter(|at| at.holds != Formula::FALSE) {
            let mut hunt = Hunt::new(model, book, rule.set, at.moment, limit);
            hunt.require(at.holds);
            match hunt.run() {
                Taken::By(_) => return Reach::Reachable,
                Taken::Nobody(by) => covering.extend(by),
                Taken::Unknown => is_open = true,
            }
            hunts.push(hunt);
        }
        if is_open {
            return Reach::Unknown;
        }
        let is_irreducible = minimise(&mut covering, &mut hunts);
        if covering.is_empty() {
            return Reach::NeverHolds;
        }
        let by = covering.into_iter().map(|position| book.id(rule.set, position)).collect();
        Reach::Covered { by, is_irreducible }
    }

    /// Whether a rule's condition can hold at an event, whatever comes before it; `None` where the budget ended first.
    pub fn can_hold(&self, rule: RuleId, event: crate::engine::Event) -> Option<bool> {
        self.model.world.effort.start();
        let at = self.book.at(rule.set, self.book.position(rule)?, Moment::At(event))?;
        self.model.is_possible(&[at.holds])
    }
}

impl Model {
    /// Whether formulas can hold together; `None` where the budget ended first.
    pub(super) fn is_possible(&self, formulas: &[Formula]) -> Option<bool> {
        let mut question = Question::new();
        for formula in formulas {
            question.require(*formula);
        }
        match question.ask(&self.world, &self.formulas) {
            Answer::Possible(_) => Some(true),
            Answer::Impossible(_) => Some(false),
            Answer::Unknown => None,
        }
    }
}

/// Leaves out rules without which the others still cover. Whether none of the rest can be left out.
fn minimise(covering: &mut BTreeSet<usize>, hunts: &mut [Hunt<'_>]) -> bool {
    let mut is_irreducible = true;
    for rule in covering.clone() {
        let mut fewer = covering.clone();
        fewer.remove(&rule);
        let mut is_covered = Some(true);
        for hunt in hunts.iter_mut() {
            match hunt.is_covered_by(&fewer) {
                Some(true) => {}
                other => {
                    is_covered = other;
                    break;
                }
            }
        }
        match is_covered {
            Some(true) => *covering = fewer,
            Some(false) => {}
            None => is_irreducible = false,
        }
    }
    is_irreducible
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    /// What comes of each organization rule, given as conditions: `ok`, `never`, `unknown`, or the covering rules.
    #[track_caller]
    fn check(conditions: &[&str], expected: &[&str]) {
        let rule =
            |(index, when): (usize, &&str)| format!("  - {{ rule: r{index}, when: '{when}', organization: A }}\n");
        let rules: String = conditions.iter().enumerate().map(rule).collect();
        let document = format!(
            "version: 1\nprovider: {{ name: p, attribute-mapping: {{ attributes: {{ department: {{ claim: d, scim: department \
             }}, level: {{ claim: l }} }} }} }}\norganizations: [{{ name: A }}]\norganization-assignment:\n  users:\n{rules}"
        );
        let config = Config::parse("vestibule.yaml", &document).unwrap_or_else(|error| panic!("{error}\n{document}"));
        let analysis = Analysis::new(&config);
        let ids: Vec<RuleId> = analysis.rules().collect();
        let said = ids.iter().map(|id| match analysis.reach(*id) {
            Reach::Reachable => "ok".to_owned(),
            Reach::NeverHolds => "never".to_owned(),
            Reach::Unknown => "unknown".to_owned(),
            Reach::Covered { by, is_irreducible } => {
                assert!(is_irreducible);
                by.iter().map(|rule| rule.index.to_string()).collect::<Vec<_>>().join(",")
            }
        });
        let said: Vec<String> = said.collect();
        assert_eq!(said, expected, "{conditions:?}");
    }

    #[test]
    fn one_earlier_rule_may_take_everybody() {
        check(&[r#"email ew "@x.eu""#, r#"email eq "a@X.EU""#], &["ok", "0"]);
        check(&["true", "title pr"], &["ok", "0"]);
        check(&[r#"email ew "@x.eu" or active eq false"#, "active eq false"], &["ok", "0"]);
    }

    #[test]
    fn several_may_only_together() {
        check(
            &[
                r#"userType eq "A""#,
                r#"displayName pr"#,
                r#"userType eq "B" and active eq true"#,
                r#"userType eq "B" and active eq false"#,
                r#"userType in ["a", "b"]"#,
            ],
            &["ok", "ok", "ok", "ok", "0,2,3"],
        );
        check(&["title pr", "not (title pr)", "active eq true"], &["ok", "ok", "ok"]);
    }

    #[test]
    fn what_keeps_a_rule_alive() {
        // A difference in case; a dot that matches anything; another address; no value; no group yet.
        check(&["userName matches /.*@x\\.eu/", r#"userName ew "@x.eu""#], &["ok", "ok"]);
        check(&[r#"userName ew "@x.eu""#, "userName matches /.*@x.eu/"], &["ok", "ok"]);
        check(&[r#"email eq "a""#, r#"emails eq "a""#], &["ok", "ok"]);
        check(&[r#"emails eq "a""#, r#"email eq "a""#], &["ok", "0"]);
        check(&[r#"displayName eq "a""#, r#"displayName ne "b" "#], &["ok", "ok"]);
        check(&[r#"displayName ne "b""#, r#"not (displayName eq "b")"#], &["ok", "0"]);
        check(&[r#"provider.groups includes "G" or active eq true"#, "active eq true"], &["ok", "0"]);
        check(&[r#"provider.groups includes "G""#, r#"provider.groups pr and provider.groups eq "g""#], &["ok", "0"]);
        check(&[r#"provider.groups excludes "G""#, "active eq true"], &["ok", "ok"]);
    }

    #[test]
    fn what_can_never_hold() {
        check(&[r#"email ew "@x.eu" and email ew "@y.eu""#], &["never"]);
        check(&[r#"attributes.department eq "A" and attributes.department eq "B""#], &["never"]);
        check(&[r#"department eq "A" and attributes.department eq "B""#], &["never"]);
        check(&[r#"provider.groups eq "A" and provider.groups eq "B""#], &["ok"]);
        check(&["false"], &["never"]);
    }

    #[test]
    fn many_rules_may_be_needed() {
        let values: Vec<String> = (0..60).map(|value| format!(r#"userType eq "v{value}""#)).collect();
        let all =
            format!("userType in [{}]", (0..60).map(|value| format!("\"v{value}\"")).collect::<Vec<_>>().join(", "));
        let mut rules: Vec<&str> = values.iter().map(String::as_str).collect();
        rules.push(&all);
        let by = (0..60).map(|rule| rule.to_string()).collect::<Vec<_>>().join(",");
        let mut expected = vec!["ok"; 60];
        expected.push(&by);
        check(&rules, &expected);
    }
}
