//! Lines of source that a finding shows: the personal parts of them are concealed.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{FileId, Finding, Sources, Span};

use super::{Redactor, words};

/// Lines of source that a report shows around a place.
const CONTEXT: usize = 1;
/// A place over more lines than this shows the first of them only.
const MAX_LINES: usize = 10;

/// Members of a SCIM or Foundry record that are personal whatever they hold.
pub(super) fn is_personal_name(name: &str) -> bool {
    const NAMES: [&str; 10] = [
        "userName",
        "externalId",
        "givenName",
        "familyName",
        "middleName",
        "formatted",
        "nickName",
        "email",
        "employeeNumber",
        "user",
    ];
    NAMES.iter().any(|personal| personal.eq_ignore_ascii_case(name))
}

/// Conceals what the lines around the places of findings hold of people.
pub(super) fn conceal(redactor: &Redactor, findings: &[Finding], sources: &mut Sources) {
    let mut shown: BTreeMap<FileId, BTreeSet<usize>> = BTreeMap::new();
    for location in findings.iter().flat_map(|finding| &finding.locations) {
        let first = location.start.line.saturating_sub(CONTEXT);
        let last = location.end.line.min(location.start.line + MAX_LINES) + CONTEXT;
        shown.entry(location.id).or_default().extend(first..=last);
    }
    for (file, lines) in shown {
        let text = sources.text(file);
        let is_data = sources.document(file).is_none();
        let is_json = text.content().trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']);
        let mut spans = Vec::new();
        for line in lines.into_iter().filter_map(|line| text.line(line)) {
            let content = text.slice(line);
            let within = match (is_data, is_json) {
                (false, _) => words::personal(redactor, content).into_iter().map(|(span, _)| span).collect(),
                (true, true) => values(redactor, content),
                // Of what cannot be told apart nothing is shown.
                (true, false) => vec![Span::new(0, content.len())],
            };
            spans.extend(within.into_iter().map(|span| span.shifted(line.start)).filter(|span| !span.is_empty()));
        }
        sources.conceal(file, spans);
    }
}

/// The strings and numbers of a line of JSON that are no names of members. A string that does not end is one to the end.
fn values(redactor: &Redactor, line: &str) -> Vec<Span> {
    let bytes = line.as_bytes();
    let mut spans = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                let end = string_end(bytes, at);
                let is_name = line[end..].trim_start().starts_with(':');
                let inside = Span::new(at + 1, end.saturating_sub(1).max(at + 1));
                if !is_name && !stays(redactor, line.get(inside.range()).unwrap_or_default()) {
                    spans.push(if is_closed(bytes, at, end) { inside } else { Span::new(at + 1, end) });
                }
                at = end;
            }
            b'0'..=b'9' | b'-' => {
                let length =
                    bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte));
                let end = at + length.count();
                spans.push(Span::new(at, end));
                at = end;
            }
            _ => at += 1,
        }
    }
    spans
}

/// The strings of a text of JSON that stand under a name that is personal.
pub(super) fn personal_members(json: &str) -> Vec<String> {
    let bytes = json.as_bytes();
    let mut found = Vec::new();
    let mut is_personal = false;
    let mut at = 0;
    while let Some(start) = json.get(at..).and_then(|rest| rest.find('"')).map(|offset| at + offset) {
        let end = string_end(bytes, start);
        let text = json.get(start..end).and_then(|text| serde_json::from_str::<String>(text).ok());
        let is_name = json.get(end..).is_some_and(|rest| rest.trim_start().starts_with(':'));
        match text {
            Some(name) if is_name => is_personal = is_personal_name(&name),
            Some(value) if is_personal => found.push(value),
            _ => {}
        }
        is_personal &= is_name;
        at = end;
    }
    found
}

/// One past the closing quote of a string, or the end of the line: no string of JSON goes on.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            b'\n' => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn is_closed(bytes: &[u8], start: usize, end: usize) -> bool {
    end > start + 1 && bytes[end - 1] == b'"'
}

/// What tells nothing of a person: truth values in quotes, schemas, and names that stay.
fn stays(redactor: &Redactor, content: &str) -> bool {
    let is_truth = ["true", "false"].iter().any(|truth| truth.eq_ignore_ascii_case(content));
    is_truth || content.starts_with("urn:") || redactor.is_kept(content)
}
