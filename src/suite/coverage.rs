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
    if whole == 0 { 100 } else { part * 100 / whole }
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
            let mut text = text.get(test.span.range()).unwrap_or_default().to_owned();
            if text.contains(['\n', '\r', '\t']) {
                text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            }
            found.push(CoveredClause { text, seen_true: false, seen_false: false, span: test.span });
            if let Question::Element(filter) = &test.question {
                waiting.push(filter);
            }
        }
    }
    found.sort_by_key(|clause| clause.span.start);
    found
}
