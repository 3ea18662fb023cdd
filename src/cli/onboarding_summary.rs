//! What becomes of new people, as an admin and a manager read it.

use std::io::{self, Write};

use super::table::Table;
use crate::condition::RuleSet;
use crate::simulate::{Flow, RuleAtFault, Summary};
use crate::source::visible;

pub(super) fn write(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let created = summary.users - summary.inactive;
    let inactive = match summary.inactive {
        0 => String::new(),
        1 => "; 1 is inactive, whom Entra does not create".to_owned(),
        several => format!("; {several} are inactive, whom Entra does not create"),
    };
    let are = if created == 1 { "is" } else { "are" };
    writeln!(out, "{created} of {} {are} created by SCIM and put into groups{inactive}", people(summary.users))?;
    if summary.people == 0 {
        writeln!(out, "Everybody {}stands where the next login would put them.", unless_open(summary))?;
        write_undetermined(summary, out)?;
        return write_unassigned(summary, out);
    }
    writeln!(out)?;
    let width = summary.people.to_string().len();
    writeln!(out, "{} until the next login:", stand_wrong(summary.people))?;
    let stranded = summary.stranded;
    for (count, what) in [
        (stranded.organization, "in another organization"),
        (stranded.intake, "whom user intake decides about the other way"),
        (stranded.groups, "with other rule-based groups"),
    ] {
        writeln!(out, "  {count:width$}  {what}")?;
    }
    write_undetermined(summary, out)?;
    write_unassigned(summary, out)?;
    write_flows(summary, out)?;
    write_rules(summary, out)?;
    writeln!(out)?;
    write_way_out(summary, out)
}

fn people(count: u64) -> String {
    if count == 1 { "1 person".to_owned() } else { format!("{count} people") }
}

fn stand_wrong(count: u64) -> String {
    if count == 1 {
        "1 person stands in the wrong place".to_owned()
    } else {
        format!("{count} people stand in the wrong place")
    }
}

fn unless_open(summary: &Summary) -> &'static str {
    if summary.undetermined == Default::default() { "" } else { "else " }
}

fn write_undetermined(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let open = summary.undetermined;
    let parts = [(open.organization, "organization"), (open.intake, "intake"), (open.groups, "rule-based groups")];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} (by {what})")).collect();
    if parts.is_empty() {
        return Ok(());
    }
    writeln!(out, "The files at hand do not say it of {}; `vestibule explain` says what is missing.", parts.join(", "))
}

fn write_unassigned(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    match summary.unassigned {
        0 => Ok(()),
        1 => writeln!(out, "1 person is taken by no rule, and there is no fallback: Palantir refuses the login."),
        several => writeln!(
            out,
            "{several} people are taken by no rule, and there is no fallback: Palantir refuses their logins."
        ),
    }
}

fn write_flows(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    if summary.flows.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let mut table = Table::new(["STANDS IN", "BELONGS TO", "PEOPLE", "SUCH AS"]).with_wide_cells();
    for Flow { from, to, people, examples } in &summary.flows {
        table.row([from.words().to_owned(), to.words().to_owned(), people.to_string(), examples.join(", ")], out)?;
    }
    table.finish(out)
}

fn write_rules(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    if summary.rules.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let mut table = Table::new(["RULE NOT RUN AT CREATE", "SET", "PEOPLE", "NOT KNOWN YET"]).with_wide_cells();
    for rule in &summary.rules {
        let cells =
            [rule.rule.clone(), rule.set.as_str().to_owned(), rule.stranded.to_string(), rule.missing.join(", ")];
        table.row(cells, out)?;
    }
    table.finish(out)
}

fn write_way_out(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "Adding people to groups later mends nothing: a change of membership runs no rule.")?;
    let update = match summary.mended_by_update {
        None => "Only a login does, or an update of the user by SCIM for what rests on groups (`--update` counts it)."
            .to_owned(),
        Some(mended) => format!(
            "Only a login does, or an update of the user by SCIM for what rests on groups: that mends {mended} of {}.",
            summary.people
        ),
    };
    writeln!(out, "{}", visible(&update))?;
    let rests_on_reading = |rule: &RuleAtFault| matches!(rule.set, RuleSet::UserIntake | RuleSet::GroupAssignment);
    if !summary.rules.iter().any(rests_on_reading) {
        return Ok(());
    }
    writeln!(
        out,
        "That rules of intake and of groups are not run then is a reading; Palantir's guide says it of organizations."
    )
}
