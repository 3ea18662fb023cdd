//! What the tests of all lints share: a project in memory, and the law that every page keeps.

use super::LINTS;
use crate::lint::{Example, Lint, Page, Subject};
use crate::project::{Memory, Overrides, Project};
use crate::source::{Finding, Safety, Sources};

/// What every example may leave out.
const USUAL: [(&str, &str); 3] = [
    ("version:", "version: 1\n"),
    ("provider:", "provider:\n  name: contoso-entra\n  attribute-mapping: { provider-id: objectidentifier }\n"),
    ("organizations:", "organizations: [{ name: Contoso EU }, { name: Contoso Guests }]\n"),
];

/// The day on which the tests run.
const TODAY: jiff::civil::Date = jiff::civil::date(2026, 6, 15);

/// What one lint finds in a project of the given files, after the usual parts are filled in.
pub(super) fn findings(lint: &Lint, files: &[(&str, &str)]) -> Vec<Finding> {
    look(lint, &whole(files), |_, _, findings| findings)
}

/// The project after all fixes of one lint: each document that they change.
fn mended(lint: &Lint, files: &Memory) -> Vec<(String, String)> {
    look(lint, files, |project, sources, findings| {
        let fixed = crate::lint::fix(project, sources, &findings, Safety::Unsafe);
        assert!(fixed.dropped.is_empty(), "{}: {:?}", lint.name, fixed.dropped);
        let texts = fixed.texts.into_iter();
        texts.map(|(file, text)| (sources.text(file).name().to_owned(), text)).collect()
    })
}

/// The files, with the usual parts.
fn whole(files: &[(&str, &str)]) -> Memory {
    let mut memory = Memory::default();
    let mut document = String::new();
    for (file, content) in files {
        match *file {
            "vestibule.yaml" => document.push_str(content),
            file => memory.insert(file, *content),
        }
    }
    for (key, text) in USUAL {
        if !document.lines().any(|line| line.starts_with(key)) {
            document.push_str(text);
        }
    }
    memory.insert("vestibule.yaml", document);
    memory
}

fn look<T>(lint: &Lint, files: &Memory, then: impl FnOnce(&Project, &Sources, Vec<Finding>) -> T) -> T {
    let mut sources = Sources::default();
    let overrides = Overrides { today: Some(TODAY), ..Overrides::default() };
    let project = Project::load(files, "vestibule.yaml".as_ref(), &overrides, &mut sources);
    let Some(config) = &project.config else { panic!("the configuration is refused: {:#?}", project.problems) };
    let mut problems = Vec::new();
    (lint.check)(&Subject::new(&project, config, &sources), &mut problems);
    let findings: Vec<Finding> = problems.iter().map(|problem| sources.resolve(problem)).collect();
    assert_told_apart(&findings);
    then(&project, &sources, findings)
}

/// Two things that a lint says are never about the same: a baseline that holds the one would hide the other.
#[track_caller]
fn assert_told_apart(findings: &[Finding]) {
    let mut met: std::collections::HashMap<&str, &Finding> = std::collections::HashMap::new();
    for finding in findings {
        let same = met.insert(&finding.fingerprint, finding).filter(|other| other.message != finding.message);
        assert!(same.is_none(), "{} says two things of {}: {same:#?} {finding:#?}", finding.lint, finding.at);
    }
}

/// Where the findings of one lint stand and what they underline, as `file:line:column text`.
pub(super) fn places(lint: &Lint, files: &[(&str, &str)]) -> Vec<String> {
    let place = |finding: &Finding| {
        let primary = finding.primary();
        let (_, content) = files.iter().find(|(file, _)| *file == primary.file).unwrap_or(&("", ""));
        let text = content.get(primary.start.offset..primary.end.offset).unwrap_or("");
        format!("{}:{}:{} {text}", primary.file, primary.start.line, primary.start.column)
    };
    findings(lint, files).iter().map(place).collect()
}

/// What one lint underlines, without the places.
pub(super) fn underlined(lint: &Lint, files: &[(&str, &str)]) -> Vec<String> {
    let text = |place: String| place.split_once(' ').map(|(_, text)| text.to_owned()).unwrap_or_default();
    places(lint, files).into_iter().map(text).collect()
}

/// What one lint underlines in a synchronization schema, and in the document beside it.
pub(super) fn underlined_in_schema(lint: &Lint, document: &str, schema: &str) -> Vec<String> {
    underlined(
        lint,
        &[("vestibule.yaml", &format!("{document}entra: {{ exports: [schema.json] }}\n")), ("schema.json", schema)],
    )
}

/// A synchronization schema of `User` or `Group`, one attribute mapping a line: `1 externalId <- [objectId]`, with the
/// matching priority before it, if any, and `<~` for one that is written at creation only.
pub(super) fn schema(kind: &str, mappings: &str) -> String {
    let mapping = |line: &str| {
        let flow = if line.contains("<~") { "ObjectAddOnly" } else { "Always" };
        let (target, expression) = line.split_once("<-").or_else(|| line.split_once("<~"))?;
        let target = target.trim();
        let (priority, target) = target.split_once(' ').filter(|(first, _)| first.len() == 1).unwrap_or(("0", target));
        let source = serde_json::json!({ "expression": expression.trim() });
        let target = serde_json::Value::from(target);
        Some(format!(
            r#"{{"targetAttributeName": {target}, "matchingPriority": {priority}, "flowType": "{flow}", "source": {source}}}"#
        ))
    };
    let mappings: Vec<String> = mappings.lines().filter_map(mapping).collect();
    format!(
        r#"{{"synchronizationRules": [{{"objectMappings": [{{"sourceObjectName": "{kind}", "attributeMappings": [{}]}}]}}]}}"#,
        mappings.join(",\n")
    )
}

/// What one lint underlines in a synchronization schema of users with these groups of scoping clauses.
pub(super) fn underlined_in_scope(lint: &Lint, groups: &str) -> Vec<String> {
    let scope = format!("\"scope\": {{\"groups\": {groups}}}, \"sourceObjectName\"");
    let schema = schema("User", "externalId <- [objectId]").replace("\"sourceObjectName\"", &scope);
    underlined_in_schema(lint, "", &schema)
}

/// A clause of a scoping filter.
pub(super) fn scope_clause(attribute: &str, operator: &str, value: &str) -> String {
    let operand = serde_json::json!({ "values": [value] });
    serde_json::json!({ "operatorName": operator, "sourceOperandName": attribute, "targetOperand": operand })
        .to_string()
}

/// A provider whose Provider ID is the object identifier.
pub(super) const BY_OBJECT_ID: &str = "provider: { name: x, attribute-mapping: { provider-id: \
    'http://schemas.microsoft.com/identity/claims/objectidentifier' } }\n";

/// Where the findings of one lint stand in a snapshot of these users.
pub(super) fn places_in_users(lint: &Lint, users: &str) -> Vec<String> {
    places(lint, &[("vestibule.yaml", "snapshot: { users: users.json }\n"), ("users.json", users)])
}

fn files<'p>(examples: &[Example<'p>]) -> Vec<(&'p str, &'p str)> {
    examples.iter().map(|example| (example.file, example.content)).collect()
}

#[test]
fn every_page_has_all_sections_and_examples_that_behave() {
    for lint in LINTS {
        let page = Page::parse(lint.page);
        assert_eq!(page.titles(), Page::SECTIONS, "sections of {}", lint.name);
        let (avoid, prefer) = (page.examples("Avoid"), page.examples("Prefer"));
        assert!(!avoid.is_empty() && !prefer.is_empty(), "{} has no example", lint.name);
        let bad = findings(lint, &files(&avoid));
        assert!(!bad.is_empty(), "{} does not fire on what to avoid", lint.name);
        for finding in &bad {
            assert_eq!(finding.lint, lint.name);
            assert_eq!(finding.severity, lint.severity, "{}", lint.name);
            assert!(finding.help.is_some(), "{} does not say what to do", lint.name);
            assert!(!finding.message.ends_with('.'), "{}: a message ends without a full stop", lint.name);
        }
        let good = findings(lint, &files(&prefer));
        assert!(good.is_empty(), "{} fires on what to prefer: {good:#?}", lint.name);
        assert!(page.section("Source").is_some_and(|source| source.contains(lint.source)), "source of {}", lint.name);
    }
}

/// What is found beside a lint on its own page, because the one cannot be shown without the other.
const BESIDE: [(&str, &str); 2] = [
    // Control Panel holds no `ne` over several values.
    ("negated-comparison-on-multi-valued", "pattern-outside-control-panel"),
    // It counts the people whom single rules strand.
    ("stranded-users", "fallthrough-at-create"),
];

#[test]
fn the_examples_of_a_page_are_about_its_lint_alone() {
    let found = |lint: &Lint, examples: &[Example<'_>]| {
        look(lint, &whole(&files(examples)), |project, sources, _| {
            crate::lint::run(project, sources).into_iter().map(|finding| finding.lint).collect::<Vec<_>>()
        })
    };
    for lint in LINTS {
        let page = Page::parse(lint.page);
        let is_of_the_page = |name: &&str| *name == lint.name || BESIDE.contains(&(lint.name, *name));
        let avoided = found(lint, &page.examples("Avoid"));
        assert!(avoided.iter().all(is_of_the_page), "{}: what to avoid gives {avoided:?}", lint.name);
        assert_eq!(found(lint, &page.examples("Prefer")), [""; 0], "{}: what to prefer", lint.name);
    }
}

#[test]
fn a_fix_mends_what_to_avoid_once_and_for_all() {
    for lint in LINTS {
        let page = Page::parse(lint.page);
        let mut project = whole(&files(&page.examples("Avoid")));
        let before = mended(lint, &project);
        let says_none = page.section("Fix").is_some_and(|text| text.trim().starts_with("None"));
        assert_eq!(before.is_empty(), says_none, "what the page of {} says of its fix", lint.name);
        before.into_iter().for_each(|(name, text)| project.insert(name, text));
        assert!(mended(lint, &project).is_empty(), "{} mends twice", lint.name);
        if !says_none {
            look(lint, &project, |_, _, left| assert!(left.is_empty(), "{} is not mended: {left:#?}", lint.name));
        }
    }
}

#[test]
fn names_are_sorted_kebab_case_and_unique() {
    let names: Vec<&str> = LINTS.iter().map(|lint| lint.name).collect();
    assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    assert!(names.iter().all(|name| name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')));
}
