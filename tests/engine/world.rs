//! Projects in memory, and what the engine decides for their people.

use std::path::Path;

use vestibule::engine::{Decision, Engine, Event, GroupDecision};
use vestibule::project::{Memory, Overrides, Population, Project};
use vestibule::source::{Severity, Sources};

/// A project whose files were read without an error.
pub(crate) struct World {
    project: Project,
    engine: Engine,
}

impl World {
    /// Reads a project of these files. The error is a line for each mistake.
    pub(crate) fn new<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Result<World, String> {
        let mut memory = Memory::default();
        for (name, content) in files {
            memory.insert(name, content);
        }
        let mut sources = Sources::default();
        let path = Path::new("vestibule.yaml");
        let project = Project::load(&memory, path, &Overrides::default(), &mut sources);
        let findings = project.problems.iter().map(|problem| sources.resolve(problem));
        let errors: Vec<String> = findings
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| format!("{}:{}: {}", finding.primary().file, finding.primary().start.line, finding.message))
            .collect();
        match &project.config {
            Some(config) if errors.is_empty() => Ok(World { engine: Engine::compile(config), project }),
            _ => Err(errors.join("\n")),
        }
    }

    pub(crate) fn population(&self) -> Population<'_> {
        let config = self.project.config.as_ref().expect("checked when read");
        Population::new(&self.project, config, self.project.snapshot.as_ref().expect("a snapshot"))
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The decision for the first user, or for the one of this name.
    pub(crate) fn decide(&self, user_name: Option<&str>, event: Event) -> Result<Decision, String> {
        let population = self.population();
        let mut people = (0..population.len()).map(|index| population.person(index));
        let person = people.find(|person| user_name.is_none_or(|name| person.user().user_name() == name));
        let person = person.ok_or_else(|| format!("there is no user {user_name:?}"))?;
        Ok(self.engine.evaluate(&person, event))
    }

    pub(crate) fn decide_groups(&self) -> Vec<GroupDecision> {
        let groups = self.project.snapshot.iter().flat_map(|snapshot| snapshot.groups());
        groups.map(|record| self.engine.evaluate_group(&record.resource)).collect()
    }
}
