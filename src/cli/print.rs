//! The commands that print something about vestibule or a configuration.

use std::io::{self, Write};

use clap::CommandFactory;

use super::args::{Cli, CompletionsArgs, ManArgs, RuleArgs, SchemaArgs, SchemaOf, ShowArgs, SnapshotArgs};
use super::table::Table;
use super::terminal::Terminal;
use super::{Exit, Stop, open, redact};
use crate::engine::{Engine, RuleCost};
use crate::lint::{LINTS, lint_named};
use crate::report::text::counted;
use crate::source::{Sources, closest, is_hidden};

/// `vestibule show`
pub(super) fn show(args: &ShowArgs, terminal: &mut Terminal) -> Result<Exit, Stop> {
    let path = open::configuration(args.path.as_ref())?;
    let mut sources = Sources::default();
    let none = SnapshotArgs { users_from: Vec::new(), groups_from: Vec::new() };
    let project = open::load(&open::DiskAndInput::default(), &path, &none, &mut sources);
    redact::set_up(args.redact, [&project], &sources, terminal);
    let Some(config) = &project.config else { return open::refused(&project, &mut sources, terminal) };
    let redactor = terminal.redactor.as_ref();
    if args.cost {
        write_costs(&Engine::compile(config).costs(), &mut terminal.out)?;
        return Ok(Exit::Clean);
    }
    match serde_yaml::to_string(config) {
        // JSON is YAML, and can escape what a terminal must not get.
        Ok(yaml) if yaml.chars().any(|c| c != '\n' && is_hidden(c)) => {
            redact::through(redactor, &mut terminal.out, |out| crate::report::write_json(config, out))?;
        }
        // Pseudonyms need no quotes.
        Ok(yaml) => redact::through(redactor, &mut terminal.out, |out| out.write_all(yaml.as_bytes()))?,
        Err(error) => {
            return Err(Stop::Complaint(format!("cannot write the configuration as YAML: {error}")));
        }
    }
    Ok(Exit::Clean)
}

fn write_costs(costs: &[RuleCost], out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new(["SET", "RULE", "FOUND BY", "WITH", "ASKED"]);
    for cost in costs {
        let found_by = if cost.is_for_everybody() { "for everybody".to_owned() } else { cost.found_by.join(", ") };
        let beside = if cost.beside > 0 { format!("{} more", cost.beside) } else { String::new() };
        let cells = [cost.set.as_str().to_owned(), cost.rule.clone(), found_by, beside, cost.asked.join(", ")];
        table.row(cells, out)?;
    }
    table.finish(out)?;
    let for_everybody = costs.iter().filter(|cost| cost.is_for_everybody()).count();
    let rules = counted(costs.len(), "rule", "rules");
    writeln!(
        out,
        "\n{rules}: {} found by a value, {for_everybody} looked at for everybody",
        costs.len() - for_everybody
    )
}

/// `vestibule rule`
pub(super) fn rule(args: &RuleArgs, terminal: &mut Terminal) -> Result<Exit, Stop> {
    let Some(name) = &args.name else {
        let width = LINTS.iter().map(|lint| lint.name.len()).max().unwrap_or_default();
        for lint in LINTS {
            let (severity, level) = (lint.severity.as_str(), lint.level.as_str());
            writeln!(terminal.out, "{:width$}  {severity:7}  {level}", lint.name)?;
        }
        return Ok(Exit::Clean);
    };
    let Some(lint) = lint_named(name) else {
        let hint = closest(name, LINTS.iter().map(|lint| lint.name)).map(|known| format!("; did you mean `{known}`?"));
        return Err(Stop::Complaint(format!("there is no lint `{name}`{}", hint.unwrap_or_default())));
    };
    write!(terminal.out, "{}", lint.markdown())?;
    Ok(Exit::Clean)
}

/// `vestibule schema`
pub(super) fn schema(args: &SchemaArgs, terminal: &mut Terminal) -> Result<Exit, Stop> {
    let schema = match args.of {
        SchemaOf::Config => crate::config::schema(),
        SchemaOf::Tests => crate::suite::schema(),
        SchemaOf::TestResults => crate::report::test_results_schema(),
        SchemaOf::Findings => crate::report::schema(),
        SchemaOf::Statistics => crate::report::Statistics::schema(),
        SchemaOf::Decisions => crate::engine::decisions_schema(),
        SchemaOf::Diff => crate::diff::schema(),
        SchemaOf::Moved => crate::diff::moved_schema(),
        SchemaOf::Answer => crate::report::Answer::schema(),
        SchemaOf::Explanation => crate::engine::explanation_schema(),
        SchemaOf::Identity => crate::identity::schema(),
        SchemaOf::Decision => crate::engine::decision_schema(),
        SchemaOf::GroupDecision => crate::engine::group_decision_schema(),
        SchemaOf::Simulation => crate::simulate::simulation_schema(),
        SchemaOf::Replay => crate::simulate::replay_schema(),
        SchemaOf::Transition => crate::simulate::transition_schema(),
        SchemaOf::Remaining => crate::simulate::remaining_schema(),
    };
    crate::report::write_json(&schema, &mut terminal.out)?;
    Ok(Exit::Clean)
}

/// `vestibule completions`
pub(super) fn completions(args: &CompletionsArgs, terminal: &mut Terminal) -> Result<Exit, Stop> {
    // The generator writes to memory first: it panics where a pipe is closed.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "vestibule", &mut script);
    terminal.out.write_all(&script)?;
    Ok(Exit::Clean)
}

/// `vestibule man`
pub(super) fn man(args: &ManArgs, terminal: &mut Terminal) -> Result<Exit, Stop> {
    let Some(folder) = &args.into else {
        clap_mangen::Man::new(Cli::command()).render(&mut terminal.out)?;
        return Ok(Exit::Clean);
    };
    match clap_mangen::generate_to(Cli::command(), folder) {
        Ok(()) => Ok(Exit::Clean),
        Err(error) => {
            terminal.complain(&format!("cannot write into `{}`: {error}", folder.display()));
            Ok(Exit::Failed)
        }
    }
}
