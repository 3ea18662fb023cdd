//! The rules of a run: every lint with its page, and every kind of problem as the reference explains it.
//!
//! All of them stand in every report, found or not, so that two reports differ in what was found alone.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::Serialize;

use super::super::Report;
use crate::lint::{LINTS, Lint, Page};
use crate::source::Severity;

/// Where the kinds of problem are explained.
const PROBLEMS: &str = include_str!("../../../docs/reference/problems.md");

/// A `reportingDescriptor`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule {
    id: String,
    name: String,
    short_description: Description,
    full_description: Description,
    help: Help,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<&'static str>,
    default_configuration: Configuration,
}

#[derive(Debug, Serialize)]
struct Description {
    text: String,
}

/// Help for those who show Markdown, and for those who do not.
#[derive(Debug, Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Debug, Serialize)]
struct Configuration {
    level: &'static str,
}

/// The rules, and where each stands.
pub(super) struct Rules {
    rules: Vec<Rule>,
    index: HashMap<String, usize>,
}

impl Rules {
    pub(super) fn for_report(report: &Report<'_>) -> Self {
        let mut rules = Rules { rules: Vec::new(), index: HashMap::new() };
        LINTS.iter().for_each(|lint| rules.add(of_lint(lint)));
        kinds().for_each(|rule| rules.add(rule));
        // Whoever uses the library may report what this crate knows nothing of.
        let suppressed = report.suppressed.iter().map(|suppressed| &suppressed.finding);
        for finding in report.findings.iter().chain(suppressed) {
            if !rules.index.contains_key(finding.lint) {
                rules.add(of_kind(finding.lint, finding.severity, finding.lint, ""));
            }
        }
        rules
    }

    /// The first of a name counts: the reference explains a kind once for each sort of file that it is met in.
    fn add(&mut self, rule: Rule) {
        if let Entry::Vacant(vacant) = self.index.entry(rule.id.clone()) {
            vacant.insert(self.rules.len());
            self.rules.push(rule);
        }
    }

    /// Where the rule of a finding stands.
    pub(super) fn index(&self, lint: &str) -> Option<usize> {
        self.index.get(lint).copied()
    }

    pub(super) fn as_slice(&self) -> &[Rule] {
        &self.rules
    }
}

/// The level that SARIF has for a severity.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn of_lint(lint: &Lint) -> Rule {
    let page = Page::parse(lint.page);
    let section = |title| page.section(title).unwrap_or_default();
    let finds = one_line(section("What it finds").split("\n\n").next().unwrap_or_default());
    let full = format!("{}\n\n{}", section("What it finds"), section("Why it matters"));
    Rule {
        id: lint.name.to_owned(),
        name: in_one_word(lint.name),
        full_description: Description { text: plain(&full) },
        short_description: Description { text: finds },
        help: Help { text: plain(lint.page), markdown: lint.page.trim().to_owned() },
        help_uri: lint.source.starts_with("https://").then_some(lint.source),
        default_configuration: Configuration { level: level(lint.severity) },
    }
}

/// The rows of the reference: `| kind | severity | what it means | what to do |`.
fn kinds() -> impl Iterator<Item = Rule> {
    PROBLEMS.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.trim_end_matches('|').split(" | ");
        let (kind, severity) = (cells.next()?.trim_end_matches('`'), cells.next()?.trim());
        let (means, mend) = (cells.next()?.trim(), cells.next()?.trim());
        let severity = match severity {
            "info" => Severity::Info,
            "warning" => Severity::Warning,
            _ => Severity::Error,
        };
        Some(of_kind(kind, severity, means, mend))
    })
}

fn of_kind(kind: &str, severity: Severity, means: &str, mend: &str) -> Rule {
    let help = if mend.is_empty() { means } else { mend };
    Rule {
        id: kind.to_owned(),
        name: in_one_word(kind),
        short_description: Description { text: plain(means) },
        full_description: Description { text: plain(means) },
        help: Help { text: plain(help), markdown: without_links(help) },
        help_uri: None,
        default_configuration: Configuration { level: level(severity) },
    }
}

/// `missing-fallback` as `MissingFallback`: the form that SARIF has for names.
fn in_one_word(name: &str) -> String {
    let capital = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|first| first.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
    };
    name.split('-').map(capital).collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Markdown without its fences, headings and links.
fn plain(markdown: &str) -> String {
    let lines = without_links(markdown.trim());
    let lines = lines.lines().filter(|line| !line.starts_with("```"));
    lines.map(|line| line.trim_start_matches('#').trim_start_matches(' ')).collect::<Vec<_>>().join("\n")
}

/// `[text](target)` as `text`: a relative target leads nowhere from a report.
fn without_links(markdown: &str) -> String {
    let mut out = String::new();
    let mut rest = markdown;
    while let Some((before, link)) = rest.split_once('[') {
        out.push_str(before);
        let taken = link.split_once("](").filter(|(text, _)| !text.contains(['[', ']', '\n']));
        match taken.and_then(|(text, target)| Some((text, target.split_once(')')?.1))) {
            Some((text, behind)) => {
                out.push_str(text);
                rest = behind;
            }
            None => {
                out.push('[');
                rest = link;
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lose_their_targets_and_brackets_stay() {
        assert_eq!(without_links("see [the page](x.md#y), not `a[b]` (c)"), "see the page, not `a[b]` (c)");
        assert_eq!(without_links("[a [b](c)"), "[a b");
    }

    #[test]
    fn every_kind_of_the_reference_is_a_rule() {
        let kinds: Vec<Rule> = kinds().collect();
        let rows = PROBLEMS.lines().filter(|line| line.starts_with("| `")).count();
        assert!(kinds.len() == rows && rows > 30);
        assert!(kinds.iter().all(|rule| !rule.short_description.text.is_empty() && !rule.help.text.is_empty()));
        assert!(kinds.iter().any(|rule| rule.id == "unknown-key" && rule.name == "UnknownKey"));
    }

    #[test]
    fn names_are_one_word() {
        assert_eq!(in_one_word("yaml-1-1-boolean"), "Yaml11Boolean");
    }
}
