//! What tests have shown of the rules: which were seen to hold, and which clauses both true and false.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::condition::{Question, RuleSet, Term};
use crate::config::Config;
use crate::engine::{Clause, Explanation, RuleVerdict, Verdict};
use crate::source::{At, Place, Span};

/// How much of the rules over users the tests have shown.
///
/// A rule is covered when it matched in some test. A clause, which is each test of a condition and each one inside of its
/// brackets, is covered when it was seen true and seen false. What Foundry or the files do not know counts as neither,
/// and a rule that was not reached shows nothing.
#[derive(Clone, Debug)]
pub struct Coverage {
    rules: Vec<CoveredRule>,
    by_name: HashMap<(RuleSet, String), usize>,
}

/// An enabled rule over users, and what was seen of it.
#[derive(Clone, Debug)]
pub struct CoveredRule {
    /// The set.
    pub set: RuleSet,
    /// The rule.
    pub name: String,
    /// Whether it was ever reached.
    pub reached: bool,
    /// Whether it ever matched.
    pub matched: bool,
    /// Its clauses, in the order of the text.
    pub clauses: Vec<CoveredClause>,
    at: At,
}

/// A clause of a condition, and what was seen of it.
#[derive(Clone, Debug)]
pub struct CoveredClause {
    /// As it is written.
    pub text: String,
    /// Whether it was ever true.
    pub seen_true: bool,
    /// Whether it was ever false.
    pub seen_false: bool,
    span: Span,
}

/// What is missing of a rule or a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// A rule that was never reached.
    NeverReached,
    /// A rule that never matched.
    NeverMatched,
    /// A clause that was never seen true or false.
    NeverEvaluated,
    /// A clause that was never true.
    NeverTrue,
    /// A clause that was never false.
    NeverFalse,
}

impl Missing {
    /// As a report says it: `never true`.
    pub fn as_str(self) -> &'static str {
        match self {
            Missing::NeverReached => "never reached",
            Missing::NeverMatched => "never matched",
            Missing::NeverEvaluated => "never evaluated",
            Missing::NeverTrue => "never true",
            Missing::NeverFalse => "never false",
        }
    }
}

/// How many rules and clauses there are, and how many of them are covered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Enabled rules over users.
    pub rules: usize,
    /// Those that matched.
    pub rules_covered: usize,
    /// Clauses of these rules.
    pub clauses: usize,
    /// Those that were seen both true and false.
    pub clauses_covered: usize,
}

impl Totals {
    /// Rules and clauses that are covered, of all rules and clauses, in whole percent, rounded down; 100 where there are
    /// none.
    pub fn percent(&self) -> usize {
        percent(self.rules_covered + self.clauses_covered, self.rules + self.clauses)
    }

    fn add(&mut self, rule: &CoveredRule) {
        self.rules += 1;
        self.rules_covered += usize::from(rule.matched);
        self.clauses += rule.clauses.len();
        self.clauses_covered += rule.clauses.iter().filter(|clause| clause.missing().is_none()).count();
    }
}

/// A share in whole percent, rounded down: 100 is all of it.
fn percent(part: usize, whole: usize) -> usize {
    (part * 100).checked_div(whole).unwrap_or(100)
}

impl Coverage {
    /// Of no test yet.
    pub fn new(config: &Config) -> Coverage {
        let over_users = config.rules().filter(|rule| rule.enabled && rule.set != RuleSet::OrganizationGroups);
        let rules: Vec<CoveredRule> = over_users
            .map(|rule| CoveredRule {
                set: rule.set,
                name: rule.name.to_owned(),
                reached: false,
                matched: false,
                clauses: clauses(&rule.when.condition.term, &rule.when.text),
                at: rule.when.at.clone(),
            })
            .collect();
        let by_name = rules.iter().enumerate().map(|(index, rule)| ((rule.set, rule.name.clone()), index)).collect();
        Coverage { rules, by_name }
    }

    /// Adds what one evaluation shows.
    pub fn add(&mut self, explanation: &Explanation) {
        for explained in &explanation.rules {
            let was_reached = match explained.verdict {
                RuleVerdict::Matched | RuleVerdict::NotMatched | RuleVerdict::Undetermined => true,
                RuleVerdict::NotRun => explanation.decision.event.runs_rules(),
                RuleVerdict::NotReached | RuleVerdict::Disabled => false,
            };
            let index = self.by_name.get(&(explained.set, explained.rule.clone()));
            let Some(rule) = index.and_then(|index| self.rules.get_mut(*index)).filter(|_| was_reached) else {
                continue;
            };
            rule.reached = true;
            rule.matched |= explained.verdict == RuleVerdict::Matched;
            rule.see(&explained.clause);
        }
    }

    /// The rules in the order in which they are evaluated.
    pub fn rules(&self) -> &[CoveredRule] {
        &self.rules
    }

    /// The totals of all rules over users.
    pub fn totals(&self) -> Totals {
        self.totals_where(|_| true)
    }

    /// The totals of a set.
    pub fn totals_of(&self, set: RuleSet) -> Totals {
        self.totals_where(|rule| rule.set == set)
    }

    fn totals_where(&self, is_counted: impl Fn(&CoveredRule) -> bool) -> Totals {
        let mut totals = Totals::default();
        self.rules.iter().filter(|rule| is_counted(rule)).for_each(|rule| totals.add(rule));
        totals
    }
}

impl CoveredRule {
    /// What is missing of the rule itself.
    pub fn missing(&self) -> Option<Missing> {
        match (self.matched, self.reached) {
            (true, _) => None,
            (false, true) => Some(Missing::NeverMatched),
            (false, false) => Some(Missing::NeverReached),
        }
    }

    /// Where its condition stands.
    pub fn place(&self) -> Place {
        self.at.value()
    }

    /// Where one of its clauses stands.
    pub fn place_of(&self, clause: &CoveredClause) -> Place {
        self.at.within(clause.span)
    }

    /// Notes the truth of every test in a condition, and of those inside of brackets on every element.
    fn see(&mut self, condition: &Clause) {
        // Conditions nest far less deep than they are long.
        let mut waiting = vec![condition];
        while let Some(part) = waiting.pop() {
            for test in part.tests() {
                self.note(test);
                let values = test.observed.iter().flat_map(|observed| &observed.values);
                waiting.extend(values.filter_map(|value| value.filter.as_deref()));
            }
        }
    }

    fn note(&mut self, test: &Clause) {
        // Clauses stand in the order of the text, and no two begin at one byte.
        let index = self.clauses.binary_search_by_key(&test.span.start, |clause| clause.span.start);
        let Some(clause) = index.ok().and_then(|index| self.clauses.get_mut(index)) else { return };
        clause.seen_true |= test.truth == Verdict::HOLDS;
        clause.seen_false |= test.truth == Verdict::FAILS;
    }
}

impl CoveredClause {
    /// What is missing of it.
    pub fn missing(&self) -> Option<Missing> {
        match (self.seen_true, self.seen_false) {
            (true, true) => None,
            (true, false) => Some(Missing::NeverFalse),
            (false, true) => Some(Missing::NeverTrue),
            (false, false) => Some(Missing::NeverEvaluated),
        }
    }
}

/// The tests of a condition and those inside of its brackets, in the order of the text.
fn clauses(term: &Term, text: &str) -> Vec<CoveredClause> {
    let mut found = Vec::new();
    let mut waiting = vec![term];
    while let Some(term) = waiting.pop() {
        for test in term.tests() {
            // A blank after brackets belongs to nobody.
            let written = text.get(test.span.range()).unwrap_or_default().trim_end();
            let span = Span::new(test.span.start, test.span.start + written.len());
            let text = match written.contains(['\n', '\r', '\t']) {
                true => written.split_whitespace().collect::<Vec<_>>().join(" "),
                false => written.to_owned(),
            };
            found.push(CoveredClause { text, seen_true: false, seen_false: false, span });
            if let Question::Element(filter) = &test.question {
                waiting.push(filter);
            }
        }
    }
    found.sort_by_key(|clause| clause.span.start);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::{GroupRef, User};
    use crate::{Engine, Event, Person};

    const RULES: &str = r#"
version: 1
provider: { name: p }
organizations: [{ name: A }, { name: B }]
groups: { rule-based: [G] }
organization-assignment:
  users:
    - { rule: group, when: not (provider.groups excludes "X") and active eq true, organization: A }
    - { rule: mail, when: 'emails[type eq "work" and value ew "@b"] or title eq null', organization: B }
    - { rule: off, enabled: false, when: title pr, organization: B }
  groups: [{ rule: g, when: group.displayName eq "g", organizations: [A] }]
group-assignment: [{ rule: all, when: true, groups: [G] }]
"#;

    /// What is missing after people in these groups were looked at: `rule` or `rule: clause`, and what.
    fn missing(people: &[(&str, &[&'static str], Event)]) -> Vec<String> {
        let config = Config::parse("vestibule.yaml", RULES).expect("sound rules");
        let (engine, mut coverage) = (Engine::compile(&config), Coverage::new(&config));
        for (attributes, groups, event) in people {
            let user = User::from_json(&format!("{{ \"userName\": \"u\", {attributes} }}")).expect(attributes);
            let person = Person::new(&user).in_provider_groups(groups.iter().copied().map(GroupRef::named));
            coverage.add(&engine.explain(&person, *event));
        }
        let mut missing = Vec::new();
        for rule in coverage.rules() {
            missing.extend(rule.missing().map(|what| format!("{} {}", rule.name, what.as_str())));
            let clauses = rule.clauses.iter();
            missing
                .extend(clauses.filter_map(|clause| Some(format!("{} {}", clause.text, clause.missing()?.as_str()))));
        }
        missing
    }

    const INACTIVE: &str = "\"active\": false, \"title\": \"t\"";
    const WORK: &str = r#""active": true, "title": "t", "emails": [{ "type": "work", "value": "u@c" }]"#;

    #[test]
    fn a_clause_is_as_it_is_written_and_those_in_brackets_count() {
        assert_eq!(
            missing(&[]),
            [
                "group never reached",
                "provider.groups excludes \"X\" never evaluated",
                "active eq true never evaluated",
                "mail never reached",
                "emails[type eq \"work\" and value ew \"@b\"] never evaluated",
                "type eq \"work\" never evaluated",
                "value ew \"@b\" never evaluated",
                "title eq null never evaluated",
                "all never reached",
            ]
        );
    }

    #[test]
    fn every_clause_of_a_rule_that_is_reached_is_seen_whichever_decides() {
        assert_eq!(
            missing(&[(INACTIVE, &[], Event::Login), (WORK, &["Y"], Event::Login)]),
            [
                "group never matched",
                "provider.groups excludes \"X\" never false",
                "mail never matched",
                "emails[type eq \"work\" and value ew \"@b\"] never true",
                "type eq \"work\" never false",
                "value ew \"@b\" never true",
                "title eq null never true",
            ]
        );
    }

    #[test]
    fn a_rule_after_the_one_that_decides_shows_nothing() {
        let seen = missing(&[(WORK, &["X"], Event::Login)]);
        assert!(seen.contains(&"mail never reached".to_owned()), "{seen:?}");
        assert!(!seen.contains(&"group never matched".to_owned()), "{seen:?}");
    }

    #[test]
    fn what_is_withheld_is_neither_true_nor_false_and_at_a_change_of_membership_nothing_is_reached() {
        let seen = missing(&[(WORK, &["X"], Event::ScimCreate)]);
        assert_eq!(seen[..2], ["group never matched", "provider.groups excludes \"X\" never evaluated"]);
        assert_eq!(missing(&[(WORK, &["X"], Event::MembershipUpdate)]), missing(&[]));
    }

    #[test]
    fn percent_is_rounded_down_and_nothing_is_all_of_nothing() {
        let totals = Totals { rules: 2, rules_covered: 2, clauses: 1, clauses_covered: 0 };
        assert_eq!((totals.percent(), Totals::default().percent()), (66, 100));
    }

    #[test]
    fn places_are_those_of_the_clauses() {
        let config = Config::parse("vestibule.yaml", RULES).expect("sound rules");
        let coverage = Coverage::new(&config);
        let mut sources = crate::source::Sources::default();
        sources.add_document("vestibule.yaml", RULES.as_bytes());
        for rule in coverage.rules() {
            for clause in &rule.clauses {
                let (file, span) = sources.locate(&rule.place_of(clause));
                assert_eq!(sources.text(file).slice(span), clause.text);
            }
        }
    }
}
