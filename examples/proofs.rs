//! Answers questions about configurations: one JSON object a line on the standard input, one a line on the output.
//!
//! `tests/solver/run` holds the answers against those of another solver. A line has the `config` as a text, the `users`
//! of its snapshot, and `asks`; with `other`, a second configuration, the two are compared.

use std::io::{self, BufRead, Write};

use serde_json::{Value, json};
use vestibule::analysis::{Always, Analysis, Asked, Comparison, Goal, Newcomers, Reach, RuleId};
use vestibule::condition::{Condition, RuleSet, TextStyle, check, parse};
use vestibule::project::{Memory, Overrides, Project};
use vestibule::source::Sources;
use vestibule::{Config, Event};

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let question: Value = serde_json::from_str(&line?)?;
        writeln!(out, "{}", answers(&question).map_err(io::Error::other)?)?;
    }
    Ok(())
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn load(text: &str, users: &str) -> Result<Config, String> {
    let files = Memory::from([("vestibule.yaml", text), ("users.json", users)]);
    let project = Project::load(&files, "vestibule.yaml".as_ref(), &Overrides::default(), &mut Sources::default());
    project.config.ok_or_else(|| format!("{text}\n{:?}", project.problems))
}

fn answers(question: &Value) -> Result<Value, String> {
    let users = text(question, "users");
    let config = load(text(question, "config"), users)?;
    if let Some(other) = question["other"].as_str() {
        let compared = Comparison::new(&config, &load(other, users)?).run();
        let mut sets: Vec<&str> = compared.differences.iter().map(|found| name_of(found.set)).collect();
        sets.dedup();
        return Ok(json!([{ "differs": sets, "unknown": compared.unknown.len() }]));
    }
    let asks = question["asks"].as_array().map(Vec::as_slice).unwrap_or_default();
    // Each is asked of a new analysis, so that none lives on what another has spent or learnt.
    asks.iter().map(|ask| answer(&mut Analysis::new(&config), &config, ask)).collect()
}

const SETS: [RuleSet; 4] =
    [RuleSet::UserIntake, RuleSet::OrganizationUsers, RuleSet::OrganizationGroups, RuleSet::GroupAssignment];

fn name_of(set: RuleSet) -> &'static str {
    match set {
        RuleSet::UserIntake => "intake",
        RuleSet::OrganizationUsers => "users",
        RuleSet::OrganizationGroups => "groups",
        RuleSet::GroupAssignment => "grants",
    }
}

fn condition(config: &Config, text: &str) -> Result<Condition, String> {
    let expr = parse(text, TextStyle::Inline).expr.ok_or_else(|| text.to_owned())?;
    let (condition, mistakes) = check(&expr, text, config.scheme(), RuleSet::OrganizationUsers);
    condition.ok_or_else(|| format!("{text}: {mistakes:?}"))
}

fn answer(analysis: &mut Analysis<'_>, config: &Config, ask: &Value) -> Result<Value, String> {
    let set = SETS.into_iter().find(|set| name_of(*set) == text(ask, "set")).unwrap_or(RuleSet::OrganizationUsers);
    let rule = RuleId { set, index: ask["rule"].as_u64().unwrap_or_default() as usize };
    let event = match text(ask, "event") {
        "scim-create" => Event::ScimCreate,
        "scim-update" => Event::ScimUpdate,
        _ => Event::Login,
    };
    let indices = |rules: &[RuleId]| json!(rules.iter().map(|rule| rule.index).collect::<Vec<_>>());
    Ok(match text(ask, "ask") {
        "reach" => match analysis.reach(rule) {
            Reach::Reachable => json!("yes"),
            Reach::NeverHolds => json!("never"),
            Reach::Covered { by, is_irreducible } => json!({ "by": indices(&by), "irreducible": is_irreducible }),
            Reach::Unknown => json!("unknown"),
        },
        "hold" => json!(analysis.can_hold(rule, event).map_or("unknown", |can| if can { "yes" } else { "no" })),
        "always" => match analysis.always_holds(rule) {
            Some(Always::Everywhere) => json!("everywhere"),
            Some(Always::WhereItRuns) => json!("where it runs"),
            None => json!("no"),
        },
        "overlap" => json!(analysis.overlap(rule).map(|found| found.first.index)),
        "newcomers" => match analysis.newcomers(rule) {
            Newcomers::Fall(_) => json!("yes"),
            Newcomers::Stand => json!("no"),
            Newcomers::Unknown => json!("unknown"),
        },
        "redundant" => {
            let found = analysis.redundant_rules(set, |_| true, |_| false);
            json!(found.iter().map(|found| found.rule.index).collect::<Vec<_>>())
        }
        "parts" => json!(analysis.redundant_parts(rule)),
        "refuses" => json!(analysis.refuses_everybody().map_or("unknown", |all| if all { "yes" } else { "no" })),
        "unassigned" => json!(if analysis.somebody_unassigned().is_some() { "yes" } else { "no" }),
        "end" => {
            let name = text(ask, "name");
            let goal = match text(ask, "goal") {
                "admitted" => Goal::Admitted,
                "refused" => Goal::Refused,
                "group" => Goal::Group(name),
                _ => Goal::Organization(name),
            };
            match analysis.ask(&condition(config, text(ask, "when"))?, event, goal) {
                Asked::Yes(_) => json!("yes"),
                Asked::No { .. } => json!("no"),
                Asked::Unknown => json!("unknown"),
            }
        }
        other => return Err(format!("no question: {other}")),
    })
}
