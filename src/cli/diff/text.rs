//! A diff for people who read a terminal.

use std::io::{self, Write};

use super::summary::{EFFECTS, Summary, changes, names, outcome, steps, subject, whether_in_snapshot};
use crate::cli::table::Table;
use crate::diff::{Example, Moved};
use crate::report::{Style, write_json_value};
use crate::source::visible;

pub(super) fn write(summary: &Summary<'_>, people: &[Vec<Moved>], style: Style, out: &mut dyn Write) -> io::Result<()> {
    let [old, new] = &summary.names;
    writeln!(out, "old: {}\nnew: {}\n", visible(old), visible(new))?;
    let (bold, off) = if style.color { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
    writeln!(out, "{bold}{}{off}", summary.verdict())?;
    writeln!(out, "{bold}{}{off}", summary.headline())?;
    if let Some(open) = summary.undetermined() {
        writeln!(out, "{open}")?;
    }
    write_flows(summary, out)?;
    write_people(summary, people, out)?;
    write_groups(summary, out)?;
    write_examples(summary, out)?;
    write_rules(summary, out)
}

fn write_flows(summary: &Summary<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Some(people) = summary.people else { return Ok(()) };
    if !people.flows.is_empty() {
        writeln!(out)?;
        let mut table = Table::new(["FROM", "TO", "EVENT", "PEOPLE"]).with_wide_cells();
        for flow in &people.flows {
            let [from, to] = [&flow.from, &flow.to].map(|place| place.words().to_owned());
            table.row([from, to, flow.event.to_string(), flow.people.to_string()], out)?;
        }
        table.finish(out)?;
    }
    if !people.groups.is_empty() {
        writeln!(out)?;
        let mut table = Table::new(["RULE-BASED GROUP", "STEP", "EVENT", "PEOPLE"]).with_wide_cells();
        for flow in &people.groups {
            let (step, event) = (flow.step.as_str().to_owned(), flow.event.to_string());
            table.row([flow.group.clone(), step, event, flow.people.to_string()], out)?;
        }
        table.finish(out)?;
    }
    Ok(())
}

fn write_people(summary: &Summary<'_>, people: &[Vec<Moved>], out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new(["USER", "ORGANIZATION", "RULE-BASED GROUPS", "EVENTS"]).with_wide_cells();
    if !people.is_empty() {
        writeln!(out)?;
    }
    for moved in people {
        for (index, step) in steps(moved).iter().enumerate() {
            let name = if index == 0 { step.moved.user_name.clone() } else { String::new() };
            let organization = match step.places() {
                (from, Some(to)) => format!("{from} -> {to}"),
                (stays, None) => stays,
            };
            table.row([name, organization, step.groups().join(", "), step.events()], out)?;
        }
    }
    table.finish(out)?;
    let all = summary.people.map_or(0, |people| people.moved);
    match all.saturating_sub(people.len() as u64) {
        0 => Ok(()),
        more => writeln!(out, "… and {more} more; `--most {all}` lists them all"),
    }
}

fn write_groups(summary: &Summary<'_>, out: &mut dyn Write) -> io::Result<()> {
    if summary.moved_groups.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let mut table = Table::new(["PROVIDER GROUP", "SEEN BY BEFORE", "SEEN BY AFTER"]).with_wide_cells();
    for group in summary.moved_groups.iter().take(summary.most) {
        let name = group.display_name.clone().or_else(|| group.id.clone()).unwrap_or_default();
        table.row([name, names(&group.before), names(&group.after)], out)?;
    }
    table.finish(out)?;
    write_more(summary.moved_groups.len(), summary.most, out)
}

fn write_examples(summary: &Summary<'_>, out: &mut dyn Write) -> io::Result<()> {
    for example in summary.proof.differences.iter().take(summary.most) {
        write_example(example, out)?;
    }
    write_more(summary.proof.differences.len(), summary.most, out)
}

fn write_example(example: &Example, out: &mut dyn Write) -> io::Result<()> {
    let (rule, side) = subject(example);
    let event = example.event.map(|event| format!(" at {event}")).unwrap_or_default();
    let [from, to] = outcome(example);
    let line = format!("{} ({side}), {rule}{event}: {from} -> {to}", example.set.as_str());
    writeln!(out, "\n{}", visible(&line))?;
    write!(out, "  such as{}: ", whether_in_snapshot(example))?;
    write_json_value(&example.witness, out)?;
    writeln!(out)
}

fn write_rules(summary: &Summary<'_>, out: &mut dyn Write) -> io::Result<()> {
    for (effect, heading) in EFFECTS {
        let mut rules = summary.changed(effect).peekable();
        if rules.peek().is_none() {
            continue;
        }
        writeln!(out, "\n{heading}:")?;
        for rule in rules {
            let line = format!("{}, rule {}: {}", rule.set.as_str(), rule.rule, changes(rule));
            writeln!(out, "  {}", visible(&line))?;
        }
    }
    Ok(())
}

fn write_more(all: usize, most: usize, out: &mut dyn Write) -> io::Result<()> {
    match all.saturating_sub(most) {
        0 => Ok(()),
        more => writeln!(out, "… and {more} more; `--most {all}` lists them all"),
    }
}
