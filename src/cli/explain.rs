//! `vestibule explain`

use std::io::{self, Write};

use super::args::{ExplainArgs, ExplainFormat};
use super::terminal::Terminal;
use super::{Exit, Stop, data, open, redact, who};
use crate::engine::{Engine, Event, Explanation, Person};
use crate::project::Population;
use crate::report::{View, write_explanation, write_explanations, write_json_item};
use crate::scim::{Fact, GroupRef, Groups};
use crate::source::{Problem, Sources, closest};

pub(super) fn run(args: &ExplainArgs, terminal: &mut Terminal) -> Result<Exit, Stop> {
    let path = open::configuration(args.path.as_ref())?;
    open::check_snapshot(&args.snapshot)?;
    who::check_input(&args.user, &args.snapshot)?;
    let files = open::DiskAndInput::default();
    let mut sources = Sources::default();
    let project = open::load(&files, &path, &args.snapshot, &mut sources);
    redact::set_up(args.redact, [&project], &sources, terminal);
    data::report(&project.problems, &mut sources, terminal)?;
    let Some(config) = &project.config else {
        return Err(Stop::Complaint("the configuration has errors, so nothing was explained".to_owned()));
    };
    let engine = Engine::compile(config);
    let found = who::find(&args.user, &files, &project, &mut sources)?;
    // Nobody who exists nowhere has an id.
    let problems: Vec<Problem> =
        found.problems().iter().filter(|problem| problem.code != "missing-id").cloned().collect();
    if let (Some(redactor), Some(snapshot)) = (&mut terminal.redactor, found.snapshot(&project)) {
        redact::add_snapshot(snapshot, redactor);
    }
    data::report(&problems, &mut sources, terminal)?;
    let groups = named_groups(&args.group, project.snapshot.as_ref(), terminal);
    let Some(snapshot) = found.snapshot(&project) else {
        return Err(Stop::Complaint("there is no snapshot with such a user".to_owned()));
    };
    let population = Population::new(&project, config, snapshot);
    let mut person = population.person(found.index);
    if let Some(groups) = groups {
        // Whoever says which groups there are says it of a login too.
        person = person.provider_groups(groups.clone()).login_groups(groups);
    }
    explain(args, &engine, &person, &sources, terminal)
}

fn explain(
    args: &ExplainArgs,
    engine: &Engine,
    person: &Person<'_>,
    sources: &Sources,
    terminal: &mut Terminal,
) -> Result<Exit, Stop> {
    let events = args.event.map_or(Event::ALL.to_vec(), |event| vec![event]);
    let mut explanations: Vec<Explanation> = events.iter().map(|event| engine.explain(person, *event)).collect();
    if !args.rule.is_empty() {
        check_rules(&args.rule, &explanations)?;
        for explanation in &mut explanations {
            explanation.rules.retain(|rule| args.rule.contains(&rule.rule));
        }
    }
    let redactor = terminal.redactor.as_ref();
    if let Some(redactor) = redactor {
        explanations.iter_mut().for_each(|explanation| redactor.explanation(explanation));
    }
    if args.format == ExplainFormat::Json {
        write_document(&explanations, &mut terminal.out)?;
        return Ok(Exit::Clean);
    }
    let mut about = about(person);
    if let Some(redactor) = redactor {
        let ids = about.iter_mut().filter(|(name, _)| *name != GROUPS);
        ids.for_each(|(_, value)| *value = redactor.pseudonym(value));
    }
    let view =
        View { style: terminal.out_style, sources: Some(sources), about: &about, unreached: !args.rule.is_empty() };
    redact::through(redactor, &mut terminal.out, |out| match explanations.as_slice() {
        [only] => write_explanation(only, view, out),
        several => write_explanations(several, view, out),
    })?;
    Ok(Exit::Clean)
}

/// One JSON document, an explanation a line: indented, those of many rules and many groups would be mostly blanks.
fn write_document(explanations: &[Explanation], out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{{ \"version\": 1, \"explanations\": [")?;
    for (index, explanation) in explanations.iter().enumerate() {
        write_json_item(explanation, index == 0, out)?;
    }
    writeln!(out, "\n] }}")
}

/// The rules that are asked for have to be there.
fn check_rules(names: &[String], explanations: &[Explanation]) -> Result<(), String> {
    let rules = || explanations.iter().take(1).flat_map(|explanation| &explanation.rules);
    for name in names {
        if rules().any(|rule| rule.rule == *name) {
            continue;
        }
        let hint = closest(name, rules().map(|rule| rule.rule.as_str()));
        let hint = hint.map(|known| format!("; did you mean `{known}`?")).unwrap_or_default();
        return Err(format!("there is no rule `{name}` over users{hint}"));
    }
    Ok(())
}

/// The groups of `--group`: where the snapshot has one of that name, with what it says of it.
fn named_groups<'g>(
    names: &'g [String],
    snapshot: Option<&'g crate::scim::Snapshot>,
    terminal: &mut Terminal,
) -> Option<Groups<'g>> {
    if names.is_empty() {
        return None;
    }
    let groups = snapshot.map(crate::scim::Snapshot::groups).unwrap_or_default();
    let mut known = std::collections::HashMap::new();
    for (index, group) in groups.iter().enumerate() {
        if let Fact::Known(Some(name)) = group.resource.display_name() {
            known.entry(crate::condition::fold(name)).or_insert(index);
        }
    }
    let mut found = Vec::new();
    for name in names {
        match known.get(&crate::condition::fold(name)) {
            Some(&index) => found.push(GroupRef::of(&groups[index].resource, Some(index))),
            None => {
                if !groups.is_empty() {
                    let names = groups.iter().filter_map(|group| group.resource.display_name().known().flatten());
                    let hint = closest(name, names).map(|known| format!("; did you mean `{known}`?"));
                    let hint = hint.unwrap_or_default();
                    terminal.complain(&format!("the snapshot has no group `{name}`, it is taken as said{hint}"));
                }
                found.push(GroupRef::named(name));
            }
        }
    }
    Some(Groups::Exactly(found))
}

/// What the groups are called among what is known of a person.
const GROUPS: &str = "provider groups";

/// What is known of a person, by name.
fn about(person: &Person<'_>) -> Vec<(&'static str, String)> {
    let user = person.user();
    let mut about: Vec<(&'static str, String)> = Vec::new();
    about.extend(user.id().map(|id| ("id", id.to_owned())));
    about.extend(user.external_id().known().flatten().map(|id| ("externalId", id.to_owned())));
    about.push((GROUPS, group_names(person.direct_groups())));
    about
}

fn group_names(groups: &Groups<'_>) -> String {
    const SHOWN: usize = 8;
    let names: Vec<&str> = groups.refs().iter().filter_map(|group| group.display_name.known().flatten()).collect();
    let few = if names.len() <= SHOWN + 1 { names.len() } else { SHOWN };
    let mut parts = vec![names[..few].join(", ")];
    if names.len() > few {
        parts.push(format!("{} more", names.len() - few));
    }
    match groups.refs().len() - names.len() {
        0 => {}
        1 => parts.push("one of which the files do not say the `display`".to_owned()),
        unnamed => parts.push(format!("{unnamed} of which the files do not say the `display`")),
    }
    parts.retain(|part| !part.is_empty());
    let text = parts.join(" and ");
    match (groups, text.is_empty()) {
        (Groups::Exactly(_), true) => "none".to_owned(),
        (Groups::Exactly(_), false) => text,
        (Groups::AtLeast(_), true) => "the files do not say; `--group NAME` does".to_owned(),
        (Groups::AtLeast(_), false) => format!("{text}, and perhaps others: the files do not say"),
    }
}
