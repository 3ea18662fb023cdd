//! Cases written as Markdown, in `tests/data/engine`.
//!
//! A section has what the sections around it have, and what stands in it before the expectation:
//!
//! - a `yaml` block holds top-level sections of the configuration; one of the same key takes the place of another;
//! - a `json NAME` block is the file `NAME.json`: `users` and `groups` are the snapshot, `foundry-…` what Foundry exports;
//! - a table whose first column is `condition` expects what each condition comes to; the other columns are events, or users
//!   at a login; `organization condition` and `intake condition` put them into another set;
//! - a `decisions` block expects decisions about users, a `group-decisions` block those about groups.

mod document;
mod words;

use document::{Context, Document, Expectation, Table};
use vestibule::engine::Event;

use crate::world::World;

#[test]
fn every_case_is_as_written() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/engine");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("the cases").map(|entry| entry.expect("a case").path()).collect();
    paths.sort();
    let mut failures = Vec::new();
    let mut expectations = 0;
    for path in paths {
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a text");
        for (line, context, expectation) in Document::read(&text) {
            expectations += 1;
            let outcome = match &expectation {
                Expectation::Table(table) => check_table(&context, table),
                Expectation::Decisions(expected) => check_decisions(&context, expected),
                Expectation::GroupDecisions(expected) => check_group_decisions(&context, expected),
            };
            if let Err(message) = outcome {
                failures.push(format!("{name}:{line}: {}\n{message}", context.title()));
            }
        }
    }
    assert!(failures.is_empty(), "{}\n\n{} of {expectations} failed", failures.join("\n\n"), failures.len());
    assert!(expectations > 50, "only {expectations} expectations were found");
}

fn check_table(context: &Context, table: &Table) -> Result<(), String> {
    let worlds = worlds(context, table)?;
    let mut failures = Vec::new();
    for (row, (condition, cells)) in table.rows.iter().enumerate() {
        for (column, header) in table.columns.iter().enumerate() {
            let (user, event) = match header.parse::<Event>() {
                Ok(event) => (None, event),
                Err(_) => (Some(header.as_str()), Event::Login),
            };
            let world = worlds.get(row).or(worlds.last()).ok_or("a table without rows")?;
            let actual = words::outcome(&world.decide(user, event)?, &format!("r{row}"));
            let expected = cells.get(column).ok_or("a row is too short")?;
            if actual != *expected {
                failures.push(format!("  {condition}\n    {header}: expected {expected}, found {actual}"));
            }
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

/// One project for all rows where every rule counts; where the first match decides, one for each row.
fn worlds(context: &Context, table: &Table) -> Result<Vec<World>, String> {
    let conditions = table.rows.iter().map(|(condition, _)| condition.as_str()).enumerate();
    let section = match table.set.as_str() {
        "condition" => {
            let names: Vec<String> = (0..table.rows.len()).map(|row| format!("g{row}")).collect();
            let rules: String =
                conditions.map(|(row, condition)| rule(row, condition, &format!("groups: [g{row}]"))).collect();
            let yaml = format!("groups: {{ rule-based: [{}] }}\ngroup-assignment:\n{rules}", names.join(", "));
            return Ok(vec![context.with_yaml(&yaml).world()?]);
        }
        "organization condition" => "organization-assignment:\n  users:\n",
        "intake condition" => "user-intake:\n  rules:\n",
        other => return Err(format!("unknown kind of table `{other}`")),
    };
    let outcome = if section.starts_with("user") { "decision: refuse" } else { "organization: Held" };
    let yaml = |(row, condition)| section.to_owned() + &rule(row, condition, outcome);
    conditions.map(|row| context.with_yaml(&yaml(row)).world()).collect()
}

fn rule(row: usize, condition: &str, outcome: &str) -> String {
    // A JSON string is a YAML string in double quotes.
    format!("    - {{ rule: r{row}, when: {}, {outcome} }}\n", serde_json::json!(condition))
}

fn check_decisions(context: &Context, expected: &str) -> Result<(), String> {
    let world = context.world()?;
    let mut actual = String::new();
    for line in expected.lines().filter(|line| !line.starts_with(' ')) {
        let head = line.split_once(": ").map_or(line, |(head, _)| head);
        let (event, user) = head.split_once(' ').ok_or_else(|| format!("no event and user in `{line}`"))?;
        let event = event.parse().map_err(|error| format!("{error}"))?;
        actual += &words::decision(user, &world.decide(Some(user), event)?);
    }
    compare(expected, &actual)
}

fn check_group_decisions(context: &Context, expected: &str) -> Result<(), String> {
    let decisions = context.world()?.decide_groups();
    compare(expected, &decisions.iter().map(words::group_decision).collect::<String>())
}

fn compare(expected: &str, actual: &str) -> Result<(), String> {
    if expected == actual { Ok(()) } else { Err(format!("expected\n{expected}found\n{actual}")) }
}
