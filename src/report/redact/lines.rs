//! Lines of source that a finding shows: the personal parts of them are concealed.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{FileId, Finding, Sources, Span};

use super::{Redactor, members, words};

/// Lines of source that a report shows around a place.
const CONTEXT: usize = 1;
/// A place over more lines than this shows the first of them only.
const MAX_LINES: usize = 10;

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
        let is_json = is_json(text.content());
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

fn is_json(content: &str) -> bool {
    content.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '['])
}

/// What a message about data repeats of it, such as a value that is none of JSON: words in backquotes that stand on the
/// line that it is about, and that are not the names of members.
pub(super) fn repeated(redactor: &Redactor, finding: &Finding, sources: &Sources) -> Vec<String> {
    let data = finding.locations.iter().filter(|location| sources.document(location.id).is_none());
    let lines: Vec<&str> = data
        .filter_map(|location| sources.text(location.id).line(location.start.line).map(|line| (location, line)))
        .flat_map(|(location, line)| {
            let text = sources.text(location.id);
            let hidden = if is_json(text.content()) {
                values(redactor, text.slice(line))
            } else {
                vec![Span::new(0, line.len())]
            };
            hidden.into_iter().map(move |span| text.slice(span.shifted(line.start)))
        })
        .collect();
    let texts = finding.locations.iter().map(|location| location.label.as_str());
    let texts = texts.chain([finding.message.as_str()]).chain(finding.help.as_deref());
    // What stands between two backquotes is every second part.
    let quoted = texts.flat_map(|text| text.split('`').skip(1).step_by(2));
    let is_repeated = |word: &&str| {
        let word = word.trim_end_matches('…');
        word.chars().any(char::is_alphanumeric)
            && !members::is_known(word)
            && !stays(redactor, word)
            && lines.iter().any(|line| line.contains(word))
    };
    quoted.filter(is_repeated).map(str::to_owned).collect()
}

/// Everything on a line of JSON but signs, the names of known members, and words of JSON. A line may be damaged, so that
/// whatever is not known to be harmless is taken for a value.
fn values(redactor: &Redactor, line: &str) -> Vec<Span> {
    let bytes = line.as_bytes();
    let mut spans = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                let end = string_end(bytes, at);
                let closes = is_closed(bytes, at, end);
                let inside = Span::new(at + 1, if closes { end - 1 } else { end.min(bytes.len()) });
                let text = line.get(inside.range()).unwrap_or_default();
                let is_name = line.get(end..).is_some_and(|rest| rest.trim_start().starts_with(':'));
                if !(is_name && members::is_known(text) || closes && stays(redactor, text)) {
                    spans.push(inside);
                }
                at = end;
            }
            b'{' | b'}' | b'[' | b']' | b':' | b',' | b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            _ => {
                let is_of_word = |byte: &&u8| !b"{}[]:,\" \t\r\n".contains(*byte);
                let end = at + bytes[at..].iter().take_while(is_of_word).count();
                if !matches!(&bytes[at..end], b"true" | b"false" | b"null") {
                    spans.push(Span::new(at, end));
                }
                at = end;
            }
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
            Some(name) if is_name => is_personal = members::is_personal(&name),
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
