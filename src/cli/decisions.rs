//! How decisions are written: one writer, a branch a format.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::args::EvalFormat;
use super::table::Table;
use crate::engine::{Basis, Cause, Decision, Event, GroupDecision, Intake, NotRun};
use crate::report::{write_json_item, write_json_line};
use crate::source::visible;

/// What the decisions are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decided {
    Users(Event),
    Groups,
}

/// Writes decisions as they come.
pub(super) struct DecisionWriter {
    decided: Decided,
    written: usize,
    form: Form,
}

enum Form {
    Text(Box<Text>),
    Jsonl,
    Json,
    Csv,
    None,
}

struct Text {
    users: Table<5>,
    groups: Table<3>,
    summary: Summary,
}

/// The header of decisions about users in CSV. Lists are joined by `; `.
const USER_HEADER: [&str; 13] = [
    "id",
    "userName",
    "event",
    "intake",
    "intakeBy",
    "intakeRule",
    "organization",
    "organizationBy",
    "organizationRule",
    "organizationCandidates",
    "groups",
    "undeterminedGroups",
    "notRun",
];

const GROUP_HEADER: [&str; 5] = ["id", "displayName", "organizations", "rule", "undetermined"];

impl DecisionWriter {
    pub(super) fn new(format: EvalFormat, decided: Decided) -> Self {
        let form = match format {
            EvalFormat::Text => Form::Text(Box::new(Text {
                users: Table::new(["USER", "ORGANIZATION", "DECIDED BY", "GROUPS", "NOT RUN"]),
                groups: Table::new(["GROUP", "DECIDED BY", "ORGANIZATIONS"]),
                summary: Summary::default(),
            })),
            EvalFormat::Jsonl => Form::Jsonl,
            EvalFormat::Json => Form::Json,
            EvalFormat::Csv => Form::Csv,
            EvalFormat::None => Form::None,
        };
        DecisionWriter { decided, written: 0, form }
    }

    /// One decision about a user.
    pub(super) fn user(&mut self, decision: &Decision, out: &mut dyn Write) -> io::Result<()> {
        let first = self.begin(out)?;
        match &mut self.form {
            Form::Text(text) => {
                text.summary.add(decision);
                text.users.row(user_cells(decision), out)
            }
            Form::Jsonl => write_json_line(decision, out),
            Form::Json => write_json_item(decision, first, out),
            Form::Csv => write_csv(user_record(decision), out),
            Form::None => Ok(()),
        }
    }

    /// One decision about a group.
    pub(super) fn group(&mut self, decision: &GroupDecision, out: &mut dyn Write) -> io::Result<()> {
        let first = self.begin(out)?;
        match &mut self.form {
            Form::Text(text) => text.groups.row(group_cells(decision), out),
            Form::Jsonl => write_json_line(decision, out),
            Form::Json => write_json_item(decision, first, out),
            Form::Csv => write_csv(group_record(decision), out),
            Form::None => Ok(()),
        }
    }

    /// What comes after the last decision.
    pub(super) fn finish(self, out: &mut dyn Write) -> io::Result<()> {
        if self.written == 0 {
            self.head(out)?;
        }
        match self.form {
            Form::Text(text) => {
                text.users.finish(out)?;
                text.groups.finish(out)?;
                match self.decided {
                    Decided::Users(event) => text.summary.write(event, out),
                    Decided::Groups => Ok(()),
                }
            }
            Form::Json => writeln!(out, "\n] }}"),
            Form::Jsonl | Form::Csv | Form::None => Ok(()),
        }
    }

    /// Counts a decision and says whether it is the first.
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<bool> {
        let first = self.written == 0;
        if first {
            self.head(out)?;
        }
        self.written += 1;
        Ok(first)
    }

    fn head(&self, out: &mut dyn Write) -> io::Result<()> {
        match (&self.form, self.decided) {
            (Form::Csv, Decided::Users(_)) => write_csv(USER_HEADER.map(str::to_owned), out),
            (Form::Csv, Decided::Groups) => write_csv(GROUP_HEADER.map(str::to_owned), out),
            (Form::Json, Decided::Users(event)) => {
                write!(out, "{{ \"version\": 1, \"event\": \"{event}\", \"decisions\": [")
            }
            (Form::Json, Decided::Groups) => write!(out, "{{ \"version\": 1, \"groups\": ["),
            _ => Ok(()),
        }
    }
}

fn user_cells(decision: &Decision) -> [String; 5] {
    let (organization, by) = match decision.intake.decision {
        Intake::Refuse => ("refused".to_owned(), by("intake", decision.intake.by, decision.intake.rule.as_ref())),
        _ => {
            let organization = &decision.organization;
            let name = match (&organization.name, organization.by) {
                (Some(name), _) => name.clone(),
                (None, Basis::None) => "none: login refused".to_owned(),
                (None, Basis::Undetermined) => undetermined(decision),
                (None, _) => "not run".to_owned(),
            };
            (name, by("", organization.by, organization.rule.as_ref()))
        }
    };
    let mut groups: Vec<String> = decision.groups.iter().map(|grant| grant.name.clone()).collect();
    groups.extend(decision.undetermined_groups.iter().map(|name| format!("{name}?")));
    [decision.user_name.clone(), organization, by, groups.join(", "), not_run_cell(&decision.not_run)]
}

fn by(what: &str, basis: Basis, rule: Option<&String>) -> String {
    let by = match (rule, basis) {
        (Some(rule), _) => format!("rule {rule}"),
        (None, Basis::Fallback) => "fallback".to_owned(),
        (None, Basis::Default) => "default".to_owned(),
        (None, _) => String::new(),
    };
    if what.is_empty() || by.is_empty() { by } else { format!("{what} {by}") }
}

fn undetermined(decision: &Decision) -> String {
    let candidates = decision.organization.candidates.iter().map(|name| name.as_deref().unwrap_or("none"));
    let names: Vec<&str> = candidates.collect();
    let refusal = if decision.intake.candidates.contains(&Intake::Refuse) { ", unless refused" } else { "" };
    format!("undetermined: {}{refusal}", names.join(" or "))
}

/// A few rules by name, those first of which it matters most, and how many more there are; the summary below the table
/// lists them all.
fn not_run_cell(rules: &[NotRun]) -> String {
    const NAMED: usize = 2;
    let mut rules: Vec<&NotRun> = rules.iter().collect();
    rules.sort_by_key(|rule| rule.cause == Cause::Withheld && rule.other_reading.is_none());
    let name = |rule: &&NotRun| match (rule.cause, rule.other_reading) {
        (Cause::Undetermined, _) => format!("{}?", rule.rule),
        (Cause::Withheld, Some(_)) => format!("{} (or holds)", rule.rule),
        (Cause::Withheld, None) => rule.rule.clone(),
    };
    if rules.len() <= NAMED + 1 {
        return rules.iter().map(name).collect::<Vec<_>>().join(", ");
    }
    let named: Vec<String> = rules[..NAMED].iter().map(name).collect();
    format!("{} and {} more", named.join(", "), rules.len() - NAMED)
}

fn group_cells(decision: &GroupDecision) -> [String; 3] {
    let organizations = match (decision.undetermined, decision.organizations.is_empty()) {
        (true, _) => "undetermined".to_owned(),
        (false, true) => "that of the last member to log in".to_owned(),
        (false, false) => decision.organizations.join(", "),
    };
    let name = decision.display_name.clone().or_else(|| decision.id.clone()).unwrap_or_default();
    [name, decision.rule.as_ref().map(|rule| format!("rule {rule}")).unwrap_or_default(), organizations]
}

fn user_record(decision: &Decision) -> [String; 13] {
    let organization = &decision.organization;
    let candidates: Vec<&str> =
        organization.candidates.iter().map(|name| name.as_deref().unwrap_or("(none)")).collect();
    let groups: Vec<&str> = decision.groups.iter().map(|grant| grant.name.as_str()).collect();
    let not_run: Vec<String> = decision
        .not_run
        .iter()
        .map(|rule| {
            format!("{}/{} ({}: {})", rule.set.as_str(), rule.rule, rule.cause.as_str(), rule.missing.join(", "))
        })
        .collect();
    [
        decision.id.clone().unwrap_or_default(),
        decision.user_name.clone(),
        decision.event.to_string(),
        decision.intake.decision.as_str().to_owned(),
        decision.intake.by.as_str().to_owned(),
        decision.intake.rule.clone().unwrap_or_default(),
        organization.name.clone().unwrap_or_default(),
        organization.by.as_str().to_owned(),
        organization.rule.clone().unwrap_or_default(),
        candidates.join("; "),
        groups.join("; "),
        decision.undetermined_groups.join("; "),
        not_run.join("; "),
    ]
}

fn group_record(decision: &GroupDecision) -> [String; 5] {
    [
        decision.id.clone().unwrap_or_default(),
        decision.display_name.clone().unwrap_or_default(),
        decision.organizations.join("; "),
        decision.rule.clone().unwrap_or_default(),
        decision.undetermined.to_string(),
    ]
}

pub(super) fn write_csv<const N: usize>(fields: [String; N], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new().from_writer(out);
    writer.write_record(fields.iter().map(|field| visible(field).into_owned()))?;
    writer.flush()
}

/// The counts below the table.
#[derive(Debug, Default)]
struct Summary {
    users: usize,
    outcomes: BTreeMap<String, usize>,
    not_run: BTreeMap<(&'static str, String), NotRunCount>,
}

#[derive(Debug, Default)]
struct NotRunCount {
    withheld: usize,
    undetermined: usize,
    missing: Vec<String>,
}

impl Summary {
    fn add(&mut self, decision: &Decision) {
        self.users += 1;
        *self.outcomes.entry(outcome(decision)).or_default() += 1;
        for not_run in &decision.not_run {
            let count = self.not_run.entry((not_run.set.as_str(), not_run.rule.clone())).or_default();
            match not_run.cause {
                Cause::Withheld => count.withheld += 1,
                Cause::Undetermined => count.undetermined += 1,
            }
            for name in &not_run.missing {
                if !count.missing.contains(name) {
                    count.missing.push(name.clone());
                }
            }
        }
    }

    fn write(&self, event: Event, out: &mut dyn Write) -> io::Result<()> {
        if self.users > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{} {} at {event}", self.users, if self.users == 1 { "user" } else { "users" })?;
        let mut outcomes: Vec<_> = self.outcomes.iter().collect();
        outcomes.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let width = self.users.to_string().len();
        for (outcome, count) in outcomes {
            writeln!(out, "  {count:width$}  {}", visible(outcome))?;
        }
        if self.not_run.is_empty() {
            return Ok(());
        }
        writeln!(out, "rules not run, by users who reached them")?;
        for ((set, rule), count) in &self.not_run {
            let total = count.withheld + count.undetermined;
            let cause = match (count.withheld, count.undetermined) {
                (_, 0) => "not known to Foundry yet".to_owned(),
                (0, _) => "not in the files at hand".to_owned(),
                (withheld, _) => format!("{withheld} not known to Foundry yet, the others not in the files at hand"),
            };
            let rule = format!("{set} {rule}: {}", count.missing.join(", "));
            writeln!(out, "  {total:width$}  {} ({cause})", visible(&rule))?;
        }
        Ok(())
    }
}

fn outcome(decision: &Decision) -> String {
    match (decision.intake.decision, decision.organization.by) {
        (Intake::Refuse, _) => "refused by intake".to_owned(),
        (_, Basis::None) => "no organization: login refused".to_owned(),
        (Intake::Undetermined, _) | (_, Basis::Undetermined) => "undetermined".to_owned(),
        (Intake::NotRun, _) => "no rule runs".to_owned(),
        (_, Basis::NotRun) => "admitted; no organization rules".to_owned(),
        (_, Basis::Fallback) => format!("{} (fallback)", decision.organization.name.as_deref().unwrap_or_default()),
        _ => decision.organization.name.clone().unwrap_or_default(),
    }
}
