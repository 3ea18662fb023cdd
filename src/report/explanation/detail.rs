//! One event in detail.

use std::io;

use super::View;
use super::page::{Page, Piece, Tone, faint, plain};
use super::words;
use crate::condition::RuleSet;
use crate::engine::{Clause, ExplainedRule, Explanation};

/// Where the name of a rule stands, after its verdict.
const NAME: usize = 16;
/// Where it is said what the user is and gets.
const FACT: usize = 19;
/// How many rules that were not reached are named before the others are counted.
const NAMED: usize = 12;

pub(super) fn write(explanation: &Explanation, view: View<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let decision = &explanation.decision;
    let title = format!("{} at {}", decision.user_name, decision.event);
    page.line(0, 2, &[(Tone::Strong, title)])?;
    page.line(0, 0, &[plain(words::known_at(decision.event))])?;
    page.blank()?;
    let decided = [
        ("intake", words::intake(decision)),
        ("organization", words::organization(decision)),
        ("groups", words::groups(decision)),
    ];
    write_rows(view.about, page)?;
    write_rows(&decided, page)?;
    for set in RuleSet::OF_USERS {
        let rules: Vec<&ExplainedRule> = explanation.rules_of(set).collect();
        if !rules.is_empty() {
            write_set(set, &rules, view, page)?;
        }
    }
    Ok(())
}

/// Some rules of an explanation, set by set.
pub(super) fn write_rules(rules: &[&ExplainedRule], view: View<'_>, page: &mut Page<'_>) -> io::Result<()> {
    rules.chunk_by(|one, other| one.set == other.set).try_for_each(|of_set| match of_set.first() {
        Some(first) => write_set(first.set, of_set, view, page),
        None => Ok(()),
    })
}

/// Names, and what is said of each.
pub(super) fn write_rows(rows: &[(&str, String)], page: &mut Page<'_>) -> io::Result<()> {
    for (name, text) in rows {
        page.line(2, FACT, &[faint(format!("{name:<width$}", width = FACT - 2)), plain(text.clone())])?;
    }
    Ok(())
}

fn write_set(set: RuleSet, rules: &[&ExplainedRule], view: View<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let (name, how) = words::heading(set);
    page.blank()?;
    page.line(0, 2, &[(Tone::Strong, format!("{name}: ")), plain(how)])?;
    let mut rest = rules;
    let mut was_rule = true;
    while let Some((first, others)) = rest.split_first() {
        // Of a rule that takes no part its name is enough.
        let is_alike = |rule: &&&ExplainedRule| !view.unreached && rule.takes_no_part() && rule.reason == first.reason;
        let alike = rest.iter().take_while(is_alike).count();
        if alike > 0 {
            if was_rule {
                page.blank()?;
            }
            was_rule = false;
            write_unreached(&rest[..alike], page)?;
            rest = &rest[alike..];
            continue;
        }
        write_rule(first, view, page)?;
        was_rule = true;
        rest = others;
    }
    Ok(())
}

fn write_unreached(rules: &[&ExplainedRule], page: &mut Page<'_>) -> io::Result<()> {
    let Some(first) = rules.first() else { return Ok(()) };
    let (tone, verdict) = words::verdict(first.verdict);
    let names: Vec<&str> = rules.iter().take(NAMED).map(|rule| rule.rule.as_str()).collect();
    let mut text = names.join(", ");
    if rules.len() > NAMED {
        text.push_str(&format!(" and {} more", rules.len() - NAMED));
    }
    let pieces = [(tone, format!("{verdict:<width$}", width = NAME - 2)), plain(text), faint(words::unreached(first))];
    page.line(2, NAME, &pieces)
}

fn write_rule(rule: &ExplainedRule, view: View<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let (tone, verdict) = words::verdict(rule.verdict);
    let arrow = page.sign("→", "->");
    let mut pieces: Vec<Piece> = vec![
        (tone, format!("{verdict:<width$}", width = NAME - 2)),
        (Tone::Strong, rule.rule.clone()),
        plain(format!(" {arrow} {}", words::outcome(&rule.outcome))),
    ];
    pieces.extend(view.place(rule).map(|place| faint(format!("  {place}"))));
    page.blank()?;
    page.line(2, NAME, &pieces)?;
    write_clause(&rule.clause, 0, page)?;
    for note in words::notes(rule) {
        page.line(NAME, NAME, &[note])?;
    }
    Ok(())
}

/// A clause, and below it its parts.
fn write_clause(clause: &Clause, depth: usize, page: &mut Page<'_>) -> io::Result<()> {
    const TRUTH: usize = 11;
    let indent = NAME + words::indentation(depth);
    let mark = if clause.decisive { page.sign("▸", ">") } else { " " };
    let (tone, truth) = words::truth(clause.truth);
    let tone = if clause.decisive { tone } else { Tone::Faint };
    let mut pieces = vec![(tone, format!("{mark} {truth:<width$}", width = TRUTH - 2)), words::clause(clause, depth)];
    let Some(test) = words::one_line(clause) else {
        page.line(indent, indent + TRUTH, &pieces)?;
        return clause.parts.iter().try_for_each(|part| write_clause(part, depth + 1, page));
    };
    let Some(observed) = &test.observed else {
        return page.line(indent, indent + TRUTH + 2, &pieces);
    };
    let found = format!("{} {}", page.sign("←", "<-"), words::found(test, observed));
    pieces.push(faint(format!("  {found}")));
    if page.fits(indent, &pieces) {
        return page.line(indent, indent + TRUTH + 2, &pieces);
    }
    pieces.pop();
    page.line(indent, indent + TRUTH + 2, &pieces)?;
    page.line(indent + TRUTH + 2, indent + TRUTH + 4, &[faint(found)])
}
