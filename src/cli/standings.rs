//! How transitions and remaining users are written: one writer, a branch a format.

use std::io::{self, Write};

use super::args::SimulateFormat;
use super::decisions::write_csv;
use super::table::Table;
use crate::engine::{Basis, Intake};
use crate::report::write_json_line;
use crate::simulate::{Remaining, Seat, Standing, Transition};

/// What the lines are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lines {
    Transitions,
    Remaining,
}

/// Writes lines as they come.
pub(super) struct StandingWriter {
    format: SimulateFormat,
    transitions: Table<5>,
    remaining: Table<4>,
}

const TRANSITION_HEADER: [&str; 14] = [
    "time",
    "id",
    "userName",
    "event",
    "intakeBefore",
    "intakeAfter",
    "organizationBefore",
    "organizationAfter",
    "organizationBy",
    "organizationRule",
    "groupsBefore",
    "groupsAfter",
    "providerGroupsBefore",
    "providerGroupsAfter",
];

const REMAINING_HEADER: [&str; 13] = [
    "id",
    "userName",
    "externalId",
    "active",
    "providerGroups",
    "intake",
    "intakeBy",
    "intakeRule",
    "organization",
    "organizationBy",
    "organizationRule",
    "groups",
    "undeterminedGroups",
];

impl StandingWriter {
    /// A writer that has written the header, where the format has one.
    pub(super) fn new(format: SimulateFormat, lines: Lines, out: &mut dyn Write) -> io::Result<StandingWriter> {
        match (format, lines) {
            (SimulateFormat::Csv, Lines::Transitions) => write_csv(TRANSITION_HEADER.map(str::to_owned), out)?,
            (SimulateFormat::Csv, Lines::Remaining) => write_csv(REMAINING_HEADER.map(str::to_owned), out)?,
            _ => {}
        }
        let transitions = Table::new(["TIME", "USER", "EVENT", "ORGANIZATION", "RULE-BASED GROUPS"]).with_wide_cells();
        let remaining = Table::new(["USER", "ORGANIZATION", "RULE-BASED GROUPS", "PROVIDER GROUPS"]).with_wide_cells();
        Ok(StandingWriter { format, transitions, remaining })
    }

    pub(super) fn transition(&mut self, transition: &Transition, out: &mut dyn Write) -> io::Result<()> {
        match self.format {
            SimulateFormat::Text => self.transitions.row(transition_cells(transition), out),
            SimulateFormat::Jsonl => write_json_line(transition, out),
            SimulateFormat::Csv => write_csv(transition_record(transition), out),
            SimulateFormat::Json | SimulateFormat::None => Ok(()),
        }
    }

    pub(super) fn remaining(&mut self, remaining: &Remaining, out: &mut dyn Write) -> io::Result<()> {
        match self.format {
            SimulateFormat::Text => self.remaining.row(remaining_cells(remaining), out),
            SimulateFormat::Jsonl => write_json_line(remaining, out),
            SimulateFormat::Csv => write_csv(remaining_record(remaining), out),
            SimulateFormat::Json | SimulateFormat::None => Ok(()),
        }
    }

    /// Writes what still waits.
    pub(super) fn finish(self, out: &mut dyn Write) -> io::Result<()> {
        self.transitions.finish(out)?;
        self.remaining.finish(out)
    }
}

fn transition_cells(transition: &Transition) -> [String; 5] {
    let [before, after] = [&transition.before, &transition.after].map(|seat| seat.as_ref().map(|seat| &seat.standing));
    let arrow = |name: fn(&Standing) -> String| match (before.map(name), after.map(name)) {
        (None, Some(after)) => after,
        (Some(_), None) => "gone".to_owned(),
        (Some(before), Some(after)) if before == after => after,
        (Some(before), Some(after)) => format!("{before} -> {after}"),
        (None, None) => String::new(),
    };
    let groups = match after {
        Some(_) => arrow(groups_or_none),
        None => String::new(),
    };
    [
        transition.time.clone().unwrap_or_default(),
        transition.user_name.clone(),
        transition.event.as_str().to_owned(),
        arrow(place),
        groups,
    ]
}

/// Where somebody stands, in a few words.
pub(super) fn place(standing: &Standing) -> String {
    let organization = &standing.organization;
    let name = match (&organization.name, organization.by) {
        (Some(name), _) => name.clone(),
        (None, Basis::Undetermined) => "undetermined".to_owned(),
        (None, _) => "none".to_owned(),
    };
    match (standing.intake.decision, organization.name.is_some()) {
        (Intake::Refuse, false) => "refused".to_owned(),
        (Intake::Refuse, true) => format!("{name} (refused)"),
        _ => name,
    }
}

fn group_names(standing: &Standing) -> String {
    let open = standing.undetermined_groups.iter().map(|name| format!("{name}?"));
    let names: Vec<String> = standing.groups.iter().map(|grant| grant.name.clone()).chain(open).collect();
    names.join(", ")
}

fn groups_or_none(standing: &Standing) -> String {
    let names = group_names(standing);
    if names.is_empty() { "none".to_owned() } else { names }
}

fn remaining_cells(remaining: &Remaining) -> [String; 4] {
    let standing = &remaining.seat.standing;
    let active = if remaining.active == Some(false) { " (inactive)" } else { "" };
    [
        format!("{}{active}", remaining.user_name),
        place(standing),
        group_names(standing),
        remaining.seat.provider_groups.join(", "),
    ]
}

fn transition_record(transition: &Transition) -> [String; 14] {
    let of = |seat: &Option<Seat>, what: fn(&Seat) -> String| seat.as_ref().map(what).unwrap_or_default();
    let intake = |seat: &Seat| seat.standing.intake.decision.as_str().to_owned();
    let organization = |seat: &Seat| seat.standing.organization.name.clone().unwrap_or_default();
    let by = |seat: &Seat| seat.standing.organization.by.as_str().to_owned();
    let rule = |seat: &Seat| seat.standing.organization.rule.clone().unwrap_or_default();
    let groups = |seat: &Seat| joined_groups(&seat.standing);
    let provider = |seat: &Seat| seat.provider_groups.join("; ");
    let (before, after) = (&transition.before, &transition.after);
    [
        transition.time.clone().unwrap_or_default(),
        transition.id.clone().unwrap_or_default(),
        transition.user_name.clone(),
        transition.event.as_str().to_owned(),
        of(before, intake),
        of(after, intake),
        of(before, organization),
        of(after, organization),
        of(after, by),
        of(after, rule),
        of(before, groups),
        of(after, groups),
        of(before, provider),
        of(after, provider),
    ]
}

fn joined_groups(standing: &Standing) -> String {
    let names: Vec<&str> = standing.groups.iter().map(|grant| grant.name.as_str()).collect();
    names.join("; ")
}

fn remaining_record(remaining: &Remaining) -> [String; 13] {
    let standing = &remaining.seat.standing;
    let active = remaining.active.map(|active| active.to_string());
    [
        remaining.id.clone().unwrap_or_default(),
        remaining.user_name.clone(),
        remaining.external_id.clone().unwrap_or_default(),
        active.unwrap_or_default(),
        remaining.seat.provider_groups.join("; "),
        standing.intake.decision.as_str().to_owned(),
        standing.intake.by.as_str().to_owned(),
        standing.intake.rule.clone().unwrap_or_default(),
        standing.organization.name.clone().unwrap_or_default(),
        standing.organization.by.as_str().to_owned(),
        standing.organization.rule.clone().unwrap_or_default(),
        joined_groups(standing),
        standing.undetermined_groups.join("; "),
    ]
}
