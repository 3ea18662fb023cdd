//! How a log went, as an admin and a manager read it.

use std::io::{self, Write};

use jiff::SignedDuration;

use super::table::Table;
use crate::report::text::counted;
use crate::simulate::{Difference, Differs, Happening, Replay, Wait};

/// How many of those who wait at the end are listed; `--final --stranded` lists all.
const LISTED: usize = 10;

pub(super) fn write(replay: &Replay, out: &mut dyn Write) -> io::Result<()> {
    let waits = replay.waits();
    let skipped = match waits.skipped {
        0 => String::new(),
        1 => "; 1 was skipped".to_owned(),
        several => format!("; {several} were skipped"),
    };
    let (requests, logins) = (counted(waits.requests, "request", "requests"), counted(waits.logins, "login", "logins"));
    writeln!(out, "{requests} and {logins}{skipped}")?;
    let users = counted(replay.directory().user_count(), "user", "users");
    match waits.open_count() {
        0 => writeln!(out, "{users} at the end; nobody is known to stand otherwise than the next login would have it")?,
        1 => writeln!(out, "{users} at the end; 1 stands in the wrong place until the next login")?,
        open => writeln!(out, "{users} at the end; {open} stand in the wrong place until the next login")?,
    }
    write_open(replay, out)?;
    if waits.begun == 0 {
        return Ok(());
    }
    writeln!(out)?;
    let longest = waits.longest.map(|longest| format!("; the longest took {}", in_words(longest))).unwrap_or_default();
    let ended = waits.ended.iter().map(|(event, count)| format!("{count} ended by {}", ending(*event)));
    let open = match waits.open_count() {
        0 => None,
        1 => Some("1 goes on".to_owned()),
        open => Some(format!("{open} go on")),
    };
    let parts: Vec<String> = ended.chain(open).collect();
    writeln!(out, "{} in the wrong place: {}{longest}", counted(waits.begun, "wait", "waits"), parts.join(", "))
}

fn write_open(replay: &Replay, out: &mut dyn Write) -> io::Result<()> {
    let waits = replay.waits();
    if waits.open_count() == 0 {
        return Ok(());
    }
    writeln!(out)?;
    let mut table = Table::new(["WAITS", "STANDS IN", "THE LOGIN WOULD CHANGE", "SINCE"]).with_wide_cells();
    for (_, wait) in waits.open().take(LISTED) {
        let stands_in = wait.stands_in.clone().unwrap_or_else(|| "no organization".to_owned());
        let since = wait.since.clone().unwrap_or_default();
        table.row([wait.user_name.clone(), stands_in, change(wait), since], out)?;
    }
    table.finish(out)?;
    match waits.open_count() {
        open if open > LISTED => writeln!(out, "and {} more (`--final --stranded` lists all)", open - LISTED),
        _ => Ok(()),
    }
}

fn change(wait: &Wait) -> String {
    let Difference { intake, organization, groups } = wait.difference;
    let mut changes = Vec::new();
    if intake == Differs::Yes {
        changes.push("whether intake admits".to_owned());
    }
    if organization == Differs::Yes {
        let to = wait.belongs_to.as_deref().unwrap_or("no organization");
        changes.push(format!("to {to}"));
    }
    if groups == Differs::Yes {
        changes.push("rule-based groups".to_owned());
    }
    changes.join(", ")
}

fn ending(event: Happening) -> &'static str {
    match event {
        Happening::ScimCreate => "a new creation",
        Happening::ScimUpdate => "an update of the user",
        Happening::MembershipUpdate => "a change of the membership that made it wrong",
        Happening::Login => "a login",
        Happening::ScimDelete => "a deletion",
    }
}

/// A duration in the two largest units that it has.
fn in_words(duration: SignedDuration) -> String {
    let seconds = duration.as_secs().unsigned_abs();
    let units = [(seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
    let words: Vec<String> = units
        .iter()
        .skip_while(|(count, _)| *count == 0)
        .take(2)
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    if words.is_empty() { "no time".to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_told_in_two_units() {
        let check = |seconds, expected: &str| assert_eq!(in_words(SignedDuration::from_secs(seconds)), expected);
        check(0, "no time");
        check(59, "59 s");
        check(3_600, "1 h 0 min");
        check(90_061, "1 d 1 h");
    }
}
