//! `vestibule ask`

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};

use super::args::{ExplainFormat, SnapshotArgs, event_parser};
use super::redact::RedactArgs;
use super::terminal::Terminal;
use super::{Exit, Stop, data, open, redact};
use crate::analysis::{Analysis, Goal};
use crate::condition::{Condition, RuleSet, TextStyle, check, parse};
use crate::config::{Config, problem_at};
use crate::engine::Event;
use crate::report::{Answer, Word};
use crate::source::{Place, Problem, Sources, Text, closest};

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("goal").required(true).args(["organization", "group", "admitted", "refused"]))]
pub(super) struct AskArgs {
    /// Whom the question is about: a condition as under `when`, such as `email ew "@partner.com"`; `true` for everybody.
    #[arg(value_name = "CONDITION")]
    condition: String,

    /// A configuration, or the folder that holds it. Without one, the nearest `vestibule.yaml` upward is taken.
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,

    /// The event: scim-create, scim-update, membership-update or login.
    #[arg(long, default_value_t = Event::Login, value_parser = event_parser(), value_name = "EVENT")]
    event: Event,

    /// Can somebody end in this organization?
    #[arg(long, value_name = "NAME")]
    organization: Option<String>,

    /// Can somebody end in this rule-based group?
    #[arg(long, value_name = "NAME")]
    group: Option<String>,

    /// Can somebody be admitted by intake?
    #[arg(long)]
    admitted: bool,

    /// Can somebody be refused by intake?
    #[arg(long)]
    refused: bool,

    /// Exit with 1 when this is not the answer.
    #[arg(long, value_enum, value_name = "ANSWER")]
    expect: Option<Expected>,

    /// How the answer is written to standard output.
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text, value_name = "FORMAT")]
    format: ExplainFormat,

    #[command(flatten)]
    redact: RedactArgs,
}

/// An answer that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Expected {
    Yes,
    No,
}

pub(super) fn run(args: &AskArgs, terminal: &mut Terminal) -> Result<Exit, Stop> {
    let path = open::configuration(args.path.as_ref())?;
    let mut sources = Sources::default();
    let none = SnapshotArgs { users_from: Vec::new(), groups_from: Vec::new() };
    let project = open::load(&open::DiskAndInput::default(), &path, &none, &mut sources);
    redact::set_up(args.redact, [&project], &sources, terminal);
    let Some(config) = &project.config else { return open::refused(&project, &mut sources, terminal) };
    let goal = args.goal(config)?;
    let Some(condition) = condition(&args.condition, config, terminal)? else {
        return Ok(Exit::Failed);
    };
    let asked = Analysis::new(config).ask(&condition, args.event, goal);
    let mut answer = Answer::new(&asked, (&condition.printed, args.event, goal), config, &sources);
    if let Some(redactor) = &terminal.redactor {
        answer.redact(redactor);
    }
    match args.format {
        ExplainFormat::Text => answer.write_text(&mut terminal.out)?,
        ExplainFormat::Json => answer.write_json(&mut terminal.out)?,
    }
    let is_expected = match args.expect {
        None => true,
        Some(Expected::Yes) => answer.answer == Word::Yes,
        Some(Expected::No) => answer.answer == Word::No,
    };
    Ok(if is_expected { Exit::Clean } else { Exit::Findings })
}

impl AskArgs {
    fn goal(&self, config: &Config) -> Result<Goal<'_>, String> {
        if let Some(name) = &self.organization {
            let known = config.organizations.iter().map(|organization| organization.name.as_str());
            check_name("organization", name, known)?;
            return Ok(Goal::Organization(name));
        }
        if let Some(name) = &self.group {
            let known = config.groups.rule_based.iter().map(|group| group.as_str());
            check_name("rule-based group", name, known)?;
            return Ok(Goal::Group(name));
        }
        Ok(if self.admitted { Goal::Admitted } else { Goal::Refused })
    }
}

/// Refuses a name that the configuration does not have.
fn check_name<'k>(what: &str, name: &str, known: impl Iterator<Item = &'k str> + Clone) -> Result<(), String> {
    if known.clone().any(|known| known == name) {
        return Ok(());
    }
    let hint = closest(name, known.clone()).map(|known| format!("; did you mean `{known}`?"));
    let list = || {
        let names: Vec<String> = known.map(|name| format!("`{name}`")).collect();
        if names.is_empty() { "; there is none".to_owned() } else { format!("; there are {}", names.join(", ")) }
    };
    Err(format!("the configuration has no {what} `{name}`{}", hint.unwrap_or_else(list)))
}

/// The condition, checked as one over users; `None` where it has mistakes, which have been shown.
fn condition(text: &str, config: &Config, terminal: &mut Terminal) -> Result<Option<Condition>, Stop> {
    let mut sources = Sources::default();
    let file = sources.add_text(Text::new("CONDITION", text));
    let parsed = parse(text, TextStyle::Inline);
    let (condition, mistakes) = match &parsed.expr {
        // Of all rules over users those of organizations may ask for most.
        Some(expr) => check(expr, text, config.scheme(), RuleSet::OrganizationUsers),
        None => (None, parsed.mistakes),
    };
    let problem = |mistake| problem_at(mistake, |span| Place::Bytes(file, span));
    let problems: Vec<Problem> = mistakes.into_iter().map(problem).collect();
    data::report(&problems, &mut sources, terminal)?;
    Ok(condition)
}
