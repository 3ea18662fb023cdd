//! Why it came so: the rules that an expectation is about.

use std::io::{self, Write};

use super::super::Style;
use super::super::explanation::{View, write_rules};
use crate::engine::{ExplainedRule, Reason, RuleVerdict};
use crate::source::Sources;

/// How many rules are told clause by clause.
const MOST_RULES: usize = 12;

pub(super) fn write(rules: &[ExplainedRule], sources: &Sources, style: Style, out: &mut dyn Write) -> io::Result<()> {
    if rules.iter().any(|rule| rule.reason == Some(Reason::NoRuleRuns)) {
        return writeln!(out, "\n  No rule runs at this event: what was decided before stays.");
    }
    let (told, left_out) = told(rules);
    write_rules(&told, View { style, sources: Some(sources), ..View::PLAIN }, out)?;
    match left_out {
        0 => Ok(()),
        1 => writeln!(out, "\n  1 more rule did not match"),
        count => writeln!(out, "\n  {count} more rules did not match"),
    }
}

/// The rules that are told, and how many are not. What decided, and what was not run, is always worth a line.
fn told(rules: &[ExplainedRule]) -> (Vec<&ExplainedRule>, usize) {
    let mut room = MOST_RULES;
    let mut left_out = 0;
    let told = rules.iter().filter(|rule| {
        let did_not_match = rule.verdict == RuleVerdict::NotMatched;
        let is_told = !did_not_match || room > 0;
        room = room.saturating_sub(usize::from(did_not_match));
        left_out += usize::from(!is_told);
        is_told
    });
    (told.collect(), left_out)
}
