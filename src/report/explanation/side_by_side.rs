//! Several events side by side.

use std::io;

use super::View;
use super::detail::write_rows;
use super::page::{Page, Piece, Tone, faint, plain};
use super::words;
use crate::condition::RuleSet;
use crate::engine::{Clause, Decision, Event, ExplainedRule, Explanation, Knowledge};

/// The width of a column, with the space after it.
const CELL: usize = 11;
/// How wide the text before the columns gets.
const WIDEST_TEXT: usize = 70;

pub(super) fn write<'e>(explanations: &'e [Explanation], view: View<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let Some(first) = explanations.first() else { return Ok(()) };
    page.line(0, 2, &[(Tone::Strong, first.decision.user_name.clone())])?;
    write_rows(view.about, page)?;
    type Say = fn(&Decision) -> String;
    for (name, say) in
        [("intake", words::intake as Say), ("organization", words::organization), ("groups", words::groups)]
    {
        page.blank()?;
        page.line(0, 2, &[(Tone::Strong, name.to_owned())])?;
        for explanation in explanations {
            let event = format!("{:<19}", explanation.decision.event.as_str());
            page.line(2, 21, &[faint(event), plain(say(&explanation.decision))])?;
        }
    }
    let mut start = 0;
    for set in RuleSet::OF_USERS {
        // The same rules, in the same order, at each event.
        let count = first.rules_of(set).count();
        if count > 0 {
            write_head(set, explanations, page)?;
        }
        for index in start..start + count {
            let rule = |explanation: &'e Explanation| Some((explanation.decision.event, explanation.rules.get(index)?));
            let rules: Vec<_> = explanations.iter().filter_map(rule).collect();
            write_rule(&rules, view, page)?;
        }
        start += count;
    }
    page.blank()?;
    let legend = words::legend(explanations, page.sign("▸", ">"), page.sign("–", "-"));
    page.line(0, 0, &[faint(legend)])
}

/// The column at which the cells begin.
fn split(page: &Page<'_>, columns: usize) -> usize {
    page.width().saturating_sub(columns * CELL).min(WIDEST_TEXT)
}

fn write_head(set: RuleSet, explanations: &[Explanation], page: &mut Page<'_>) -> io::Result<()> {
    let (name, _) = words::heading(set);
    let cells: Vec<Piece> = explanations
        .iter()
        .map(|explanation| faint(format!("  {}", words::event(explanation.decision.event))))
        .collect();
    page.blank()?;
    let split = split(page, cells.len());
    page.row(0, 2, &[(Tone::Strong, name.to_owned())], split, &cells, CELL)
}

/// A rule at each event.
type AtEvents<'e, T> = [(Event, &'e T)];

fn write_rule(rules: &AtEvents<'_, ExplainedRule>, view: View<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let Some((_, first)) = rules.first() else { return Ok(()) };
    let arrow = page.sign("→", "->");
    let pieces = [(Tone::Strong, first.rule.clone()), plain(format!(" {arrow} {}", words::outcome(&first.outcome)))];
    let dash = page.sign("–", "-");
    let cells: Vec<Piece> = rules.iter().map(|(_, rule)| verdict_cell(rule, dash)).collect();
    let split = split(page, cells.len());
    page.row(1, 3, &pieces, split, &cells, CELL)?;
    if rules.iter().all(|(_, rule)| rule.takes_no_part()) && !view.unreached {
        return Ok(());
    }
    let clauses: Vec<(Event, &Clause)> = rules.iter().map(|(event, rule)| (*event, &rule.clause)).collect();
    write_clause(&clauses, 0, page)?;
    let running = rules.iter().filter(|(event, _)| event.runs_rules()).count();
    for (say, tone) in
        [(words::vacuous as fn(&ExplainedRule) -> Option<String>, Tone::Unsure), (words::change, Tone::Plain)]
    {
        for (events, text) in by_text(rules, say) {
            let at = if events.len() == running { String::new() } else { format!("At {}: ", events.join(", ")) };
            page.line(3, 5, &[(tone, format!("{at}{text}"))])?;
        }
    }
    Ok(())
}

fn verdict_cell(rule: &ExplainedRule, dash: &str) -> Piece {
    let (tone, word) = words::short_verdict(rule, dash);
    (tone, format!("  {word}"))
}

/// What is said at the events, each different text once with its events. What is said where no rule runs is not worth it.
fn by_text<T>(at_events: &AtEvents<'_, T>, say: impl Fn(&T) -> Option<String>) -> Vec<(Vec<&'static str>, String)> {
    let mut said: Vec<(Vec<&'static str>, String)> = Vec::new();
    for (event, item) in at_events.iter().filter(|(event, _)| event.runs_rules()) {
        let Some(text) = say(item) else { continue };
        match said.iter_mut().find(|(_, known)| *known == text) {
            Some((events, _)) => events.push(words::event(*event)),
            None => said.push((vec![words::event(*event)], text)),
        }
    }
    said
}

/// A clause with its truth at each event, what it looked at, and below it its parts.
fn write_clause(clauses: &AtEvents<'_, Clause>, depth: usize, page: &mut Page<'_>) -> io::Result<()> {
    let Some((_, first)) = clauses.first() else { return Ok(()) };
    let indent = 3 + words::indentation(depth);
    let mark = page.sign("▸", ">");
    let cell = |(event, clause): &(Event, &Clause)| {
        let (tone, word) = words::truth(clause.truth);
        if clause.decisive && event.runs_rules() {
            (tone, format!("{mark} {word}"))
        } else {
            (Tone::Faint, format!("  {word}"))
        }
    };
    let cells: Vec<Piece> = clauses.iter().map(cell).collect();
    let split = split(page, cells.len());
    page.row(indent, indent + 2, &[words::clause(first, depth)], split, &cells, CELL)?;
    let arrow = page.sign("←", "<-");
    let found = by_text(clauses, |clause| {
        let clause = words::one_line(clause)?;
        // The cell says of the others that they are not known yet.
        let observed = clause.observed.as_ref().filter(|observed| observed.known != Knowledge::Withheld)?;
        Some(words::found(clause, observed))
    });
    for (events, text) in &found {
        let at = if found.len() > 1 { format!("{}: ", events.join(", ")) } else { String::new() };
        page.line(indent + 2, indent + 5, &[faint(format!("{arrow} {at}{text}"))])?;
    }
    if words::one_line(first).is_some() {
        return Ok(());
    }
    for index in 0..first.parts.len() {
        let parts: Vec<(Event, &Clause)> =
            clauses.iter().filter_map(|(event, clause)| Some((*event, clause.parts.get(index)?))).collect();
        write_clause(&parts, depth + 1, page)?;
    }
    Ok(())
}
