//! From a text to a tree: as JSON where it is JSON, else as YAML, with recovery.

use std::borrow::Cow;

use super::build::{self, Built, Input};
use super::document::Style;
use super::events::YamlEvents;
use super::json::{self, JsonEvents};
use super::tree::{Content, Stored};
use super::{FileId, Problem, Span, characters, decode_map, recovery};

/// What came of a text.
#[derive(Debug)]
pub(super) struct Parsed<'t> {
    /// The text that the tree's offsets belong to.
    pub(super) content: Cow<'t, str>,
    pub(super) built: Built,
    /// Whether a syntax error took something away.
    pub(super) damaged: bool,
}

/// Reads a text. `clean` is `original` without the characters that are forbidden everywhere, at the same offsets.
pub(super) fn read<'t>(file: FileId, original: &'t str, clean: &'t str) -> Parsed<'t> {
    let meant = json::is_meant(clean);
    let mut json_mistake = None;
    if meant || clean.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
        let input = Input { file, original, parsed: clean, damage: &[] };
        let (built, failure) = build::build(input, JsonEvents::new(clean));
        match failure {
            None => return Parsed { content: Cow::Borrowed(clean), built, damaged: false },
            Some(mistake) => json_mistake = Some((mistake, built.problems)),
        }
    }
    let (text, replaced) = characters::for_yaml(clean);
    let input = Input { file, original, parsed: &text, damage: &[] };
    let (built, stop) = build::build(input, YamlEvents::new(&text));
    let mut parsed = match (stop, json_mistake) {
        (None, _) => Parsed { content: text, built, damaged: false },
        (Some(_), Some((mistake, problems))) if meant => return damaged_json(file, original, mistake, problems),
        (Some(_), _) => recovered(file, original, &text),
    };
    restore(file, clean, &replaced, &mut parsed);
    parsed
}

/// Nothing is kept of a JSON text with a syntax error: it has no lines that would tell where to go on.
fn damaged_json<'t>(file: FileId, original: &'t str, mistake: json::Mistake, problems: Vec<Problem>) -> Parsed<'t> {
    let mut built = Built::default();
    // What is nested too deeply is not closed for that reason, most likely.
    built.problems.extend(problems.into_iter().filter(|problem| problem.code == "nesting-limit"));
    if built.problems.is_empty() {
        built.problems.push(json::explain(file, original, mistake));
    }
    Parsed { content: Cow::Borrowed(original), built, damaged: true }
}

fn recovered<'t>(file: FileId, original: &str, text: &str) -> Parsed<'t> {
    let recovery = recovery::recover(file, original, text);
    let input = Input { file, original, parsed: &recovery.text, damage: &recovery.damage };
    let (mut built, _) = build::build(input, YamlEvents::new(&recovery.text));
    let told_nesting = built.problems.iter().any(|problem| problem.code == "nesting-limit");
    let is_new = |problem: &Problem| problem.code != "nesting-limit" || !told_nesting;
    built.problems.extend(recovery.problems.into_iter().filter(is_new));
    Parsed { content: recovery.text.into(), built, damaged: true }
}

/// Gives scalars the characters back that the YAML parser takes nowhere; outside of quotes they are forbidden.
fn restore(file: FileId, clean: &str, replaced: &[Span], parsed: &mut Parsed<'_>) {
    // What damage took away is not there any more.
    let replaced: Vec<_> = replaced.iter().filter(|span| is_replacement(parsed.content.get(span.range()))).collect();
    if replaced.is_empty() {
        return;
    }
    let mut restored = parsed.content.to_string().into_bytes();
    for span in &replaced {
        restored[span.range()].copy_from_slice(&clean.as_bytes()[span.range()]);
    }
    let restored = String::from_utf8(restored).unwrap_or_default();
    let mut allowed = vec![false; replaced.len()];
    for node in parsed.built.tree.nodes_mut() {
        let Content::Scalar { text, style, .. } = &mut node.content else { continue };
        let first = replaced.partition_point(|span| span.start < node.span.start);
        let last = replaced.partition_point(|span| span.start < node.span.end);
        if first == last {
            continue;
        }
        if matches!(style, Style::SingleQuoted | Style::DoubleQuoted) {
            allowed[first..last].fill(true);
        }
        if let Stored::Owned(text) = text {
            let pieces = decode_map::pieces(&parsed.content, node.span, *style, text);
            *text = decode_map::decoded(&restored, &pieces).into();
        }
    }
    let comments = &parsed.built.comments;
    let in_comment = |span: &Span| {
        let next = comments.partition_point(|comment| comment.span.start <= span.start);
        next.checked_sub(1).is_some_and(|last| comments[last].span.contains(*span))
    };
    let forbidden = replaced.iter().zip(allowed).filter(|(span, allowed)| !allowed && !in_comment(span));
    let problems = forbidden.take(characters::LISTED).map(|(&&span, _)| characters::problem(file, clean, span));
    parsed.built.problems.extend(problems);
    parsed.content = restored.into();
}

fn is_replacement(text: Option<&str>) -> bool {
    text.is_some_and(|text| text.bytes().all(|byte| byte == characters::REPLACEMENT))
}
