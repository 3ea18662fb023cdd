//! A diff for a comment on a pull request: GitHub Flavored Markdown (github.github.com/gfm).

use std::io::{self, Write};

use super::summary::{EFFECTS, Summary, changes, names, outcome, steps, subject, whether_in_snapshot};
use crate::diff::Moved;
use crate::report::write_json;
use crate::source::visible;

pub(super) fn write(summary: &Summary<'_>, people: &[Vec<Moved>], out: &mut dyn Write) -> io::Result<()> {
    let [old, new] = &summary.names;
    writeln!(out, "### {}\n", summary.headline())?;
    writeln!(out, "{} → {}\n\n{}.", code(old), code(new), summary.verdict())?;
    if let Some(open) = summary.undetermined() {
        writeln!(out, "{open}.")?;
    }
    write_flows(summary, out)?;
    write_people(summary, people, out)?;
    write_groups(summary, out)?;
    write_examples(summary, out)?;
    write_rules(summary, out)
}

fn write_flows(summary: &Summary<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Some(people) = summary.people else { return Ok(()) };
    let flows = people.flows.iter().map(|flow| {
        let [from, to] = [&flow.from, &flow.to].map(|place| code(place.words()));
        [from, to, flow.event.to_string(), flow.people.to_string()]
    });
    table(["From", "To", "Event", "People"], flows, out)?;
    let groups = people.groups.iter().map(|flow| {
        [code(&flow.group), flow.step.as_str().to_owned(), flow.event.to_string(), flow.people.to_string()]
    });
    table(["Rule-based group", "Step", "Event", "People"], groups, out)
}

fn write_people(summary: &Summary<'_>, people: &[Vec<Moved>], out: &mut dyn Write) -> io::Result<()> {
    let all = summary.people.map_or(0, |people| people.moved);
    if people.is_empty() {
        return Ok(());
    }
    let title =
        if all == people.len() as u64 { "Who moves".to_owned() } else { format!("{} of {all} who move", people.len()) };
    details(&title, out, |out| {
        let rows = people.iter().flat_map(|moved| {
            let rows = steps(moved).into_iter().map(|step| {
                let organization = match step.places() {
                    (from, Some(to)) => format!("{} → {}", code(&from), code(&to)),
                    (stays, None) => code(&stays),
                };
                let groups: Vec<String> = step.groups().iter().map(|group| code(group)).collect();
                [code(&step.moved.user_name), organization, groups.join(", "), step.events()]
            });
            rows.collect::<Vec<_>>()
        });
        table(["User", "Organization", "Rule-based groups", "Events"], rows, out)
    })
}

fn write_groups(summary: &Summary<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (all, shown) = (summary.moved_groups.len(), summary.moved_groups.len().min(summary.most));
    if all == 0 {
        return Ok(());
    }
    let title = if all == shown { "Provider groups".to_owned() } else { format!("{shown} of {all} provider groups") };
    details(&title, out, |out| {
        let rows = summary.moved_groups.iter().take(shown).map(|group| {
            let name = group.display_name.as_deref().or(group.id.as_deref()).unwrap_or_default();
            [code(name), code(&names(&group.before)), code(&names(&group.after))]
        });
        table(["Provider group", "Seen by before", "Seen by after"], rows, out)
    })
}

fn write_examples(summary: &Summary<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (all, shown) = (summary.proof.differences.len(), summary.proof.differences.len().min(summary.most));
    if all == 0 {
        return Ok(());
    }
    let title = if all == shown { "An example for each rule".to_owned() } else { format!("{shown} of {all} examples") };
    details(&title, out, |out| {
        for example in summary.proof.differences.iter().take(shown) {
            let (rule, side) = subject(example);
            let event = example.event.map(|event| format!(" at {event}")).unwrap_or_default();
            let [from, to] = outcome(example);
            let place = whether_in_snapshot(example);
            let set = example.set.as_str();
            writeln!(
                out,
                "\n{} ({side}), {}{event}: {} → {}, such as{place}\n",
                code(set),
                code(&rule),
                code(&from),
                code(&to)
            )?;
            writeln!(out, "```json")?;
            write_json(&example.witness, out)?;
            writeln!(out, "```")?;
        }
        Ok(())
    })
}

fn write_rules(summary: &Summary<'_>, out: &mut dyn Write) -> io::Result<()> {
    for (effect, heading) in EFFECTS {
        let rows: Vec<_> = summary
            .changed(effect)
            .map(|rule| [code(rule.set.as_str()), code(&rule.rule), code(&changes(rule))])
            .collect();
        if rows.is_empty() {
            continue;
        }
        let title = format!("{heading}: {}", rows.len());
        details(&title, out, |out| table(["Rules", "Rule", "Change"], rows, out))?;
    }
    Ok(())
}

/// A part that opens when it is asked for.
fn details(title: &str, out: &mut dyn Write, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    writeln!(out, "\n<details><summary>{title}</summary>")?;
    write(out)?;
    writeln!(out, "\n</details>")
}

/// A table; nothing where it has no row.
fn table<const N: usize>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut rows = rows.into_iter().peekable();
    if rows.peek().is_none() {
        return Ok(());
    }
    writeln!(out, "\n| {} |\n|{}", header.join(" | "), " --- |".repeat(N))?;
    rows.try_for_each(|row| writeln!(out, "| {} |", row.join(" | ")))
}

/// A text as code, in which Markdown and HTML mean nothing and nobody is mentioned; fit for a cell of a table.
fn code(text: &str) -> String {
    let text = visible(text);
    if text.trim().is_empty() {
        return text.into_owned();
    }
    let runs = text.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or_default() + 1);
    // A cell ends at a bar, even within code.
    let text = text.replace('|', "\\|");
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_mean_nothing_in_markdown() {
        for (text, expected) in [
            ("a@b.c", "`a@b.c`"),
            ("a|b", "`a\\|b`"),
            ("`", "`` ` ``"),
            ("a``b", "```a``b```"),
            ("</details>\n# x", "`</details>\\n# x`"),
            ("", ""),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
    }
}
