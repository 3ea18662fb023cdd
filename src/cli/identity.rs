//! `vestibule identity`: what both sides send for each field.

use std::io::Write;

use super::args::{ExplainFormat, IdentityArgs, SnapshotArgs};
use super::table::Table;
use super::terminal::Terminal;
use super::{Exit, Stop, open, redact};
use crate::identity::{Agreement, ChainReport, Identity, IdentityReport};
use crate::report::Redactor;
use crate::source::Sources;

/// `vestibule identity`
pub(super) fn run(args: &IdentityArgs, terminal: &mut Terminal) -> Result<Exit, Stop> {
    let path = open::configuration(args.path.as_ref())?;
    let mut sources = Sources::default();
    let none = SnapshotArgs { users_from: Vec::new(), groups_from: Vec::new() };
    let project = open::load(&open::DiskAndInput::default(), &path, &none, &mut sources);
    redact::set_up(args.redact, [&project], &sources, terminal);
    let Some(config) = &project.config else { return open::refused(&project, &mut sources, terminal) };
    let mut report = Identity::of(&project, config).report(&sources);
    if let Some(redactor) = &terminal.redactor {
        report.fields.iter_mut().for_each(|chain| name_nobody(chain, redactor));
    }
    match args.format {
        ExplainFormat::Json => crate::report::write_json(&report, &mut terminal.out)?,
        ExplainFormat::Text => write_table(&report, &mut terminal.out)?,
    }
    Ok(Exit::Clean)
}

/// What is sent may be a constant, and so somebody's address.
fn name_nobody(chain: &mut ChainReport, redactor: &Redactor) {
    let scim = chain.scim.iter_mut().map(|sent| &mut sent.sends);
    for sends in scim.chain([&mut chain.login.sends, &mut chain.login.claim]) {
        *sends = sends.as_deref().map(|sends| redactor.text(sends));
    }
}

fn write_table(report: &IdentityReport, out: &mut dyn Write) -> std::io::Result<()> {
    let mut table = Table::new(["FIELD", "AGREE", "SIDE", "NAME", "SENDS", "READ AT"]);
    for chain in &report.fields {
        for row in rows(chain) {
            table.row(row, out)?;
        }
    }
    table.finish(out)
}

/// The rows of SCIM, then that of the login; the field stands in the first.
fn rows(chain: &ChainReport) -> Vec<[String; 6]> {
    let mut rows = Vec::new();
    for sent in &chain.scim {
        let sends = sent.sends.clone().unwrap_or_else(unknown);
        rows.push(["SCIM".to_owned(), sent.attribute.to_owned(), sends, sent.read_at.to_string()]);
    }
    if rows.is_empty() {
        rows.push(["SCIM".to_owned(), String::new(), unknown(), "no synchronization schema says it".to_owned()]);
    }
    let login = &chain.login;
    let read_at = match (&login.sends, &login.read_at) {
        (_, Some(seat)) => seat.to_string(),
        (Some(_), None) => "always so".to_owned(),
        (None, None) => "nothing says it".to_owned(),
    };
    let claim = login.claim.as_deref().map_or("not mapped".to_owned(), short);
    rows.push(["login".to_owned(), claim, login.sends.clone().unwrap_or_else(unknown), read_at]);
    let first = |index: usize, text: &str| if index == 0 { text.to_owned() } else { String::new() };
    let agree = match chain.agree {
        Agreement::Yes => "yes",
        Agreement::No => "no",
        Agreement::Unknown => "unknown",
    };
    let numbered = rows.into_iter().enumerate();
    numbered
        .map(|(index, [side, name, sends, at])| [first(index, chain.field), first(index, agree), side, name, sends, at])
        .collect()
}

fn unknown() -> String {
    "unknown".to_owned()
}

/// The end of a claim's name that tells it: URIs are long and begin alike.
fn short(claim: &str) -> String {
    match claim.rsplit_once('/') {
        Some((head, name)) if head.contains("//") => format!("…/{name}"),
        _ => claim.to_owned(),
    }
}
