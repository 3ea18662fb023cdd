//! Which lints run, where, and how their findings count.

use std::collections::HashMap;
use std::path::Path;

use super::{LINTS, Lint};
use crate::config::{LintSettings, PathSettings, Sited};
use crate::project::Project;
use crate::source::{FileId, Place, Severity, Sources, closest};

/// What turns a lint on when nobody names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// It runs unless the configuration says otherwise.
    Default,
    /// `select: [strict]` runs it, together with all of [`Level::Default`]: a matter of taste, or of caution where nobody
    /// documents what happens.
    Strict,
    /// `select: [preview]` runs it, together with all of [`Level::Default`]: it is new and may still change.
    Preview,
}

/// What a list of names may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Lints.
    Lints,
    /// Lints, and levels, which stand for theirs.
    LintsAndLevels,
}

impl Takes {
    /// What to do about a name of no lint.
    pub fn suggestion(self, name: &str) -> String {
        if self == Takes::Lints && Level::from_word(name).is_some() {
            return format!("name lints here: `{name}` is a level, and only `select` takes levels");
        }
        let levels = Level::ALL.iter().map(|level| level.as_str()).filter(|_| self == Takes::LintsAndLevels);
        match closest(name, LINTS.iter().map(|lint| lint.name).chain(levels)) {
            Some(known) => format!("did you mean `{known}`?"),
            None => "`vestibule rule` lists the lints".to_owned(),
        }
    }
}

impl Level {
    /// Every level.
    pub const ALL: [Level; 3] = [Level::Default, Level::Strict, Level::Preview];

    /// The word that `select` takes.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Default => "default",
            Level::Strict => "strict",
            Level::Preview => "preview",
        }
    }

    /// The level of a word.
    pub fn from_word(word: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.as_str() == word)
    }

    /// Whether selecting this level runs the lints of another one.
    fn includes(self, other: Level) -> bool {
        self == other || other == Level::Default
    }
}

/// The settings of a configuration, ready to be asked about one lint and one file.
#[derive(Debug)]
pub(super) struct Selection<'c> {
    settings: &'c LintSettings,
    /// The settings of paths that count for each file, in the order of the document.
    by_file: HashMap<FileId, Vec<&'c PathSettings>>,
}

impl<'c> Selection<'c> {
    /// The settings of the configuration of a project.
    pub(super) fn new(settings: &'c LintSettings, project: &Project, sources: &Sources) -> Self {
        let mut by_file = HashMap::new();
        if !settings.per_path.is_empty() {
            let folder = Path::new(sources.text(project.root).name()).parent().unwrap_or(Path::new(""));
            for &file in &project.files {
                let path = Path::new(sources.text(file).name());
                let path = path.strip_prefix(folder).unwrap_or(path);
                let counting = settings.per_path.iter().filter(|entry| entry.matcher.is_match(path));
                by_file.insert(file, counting.collect());
            }
        }
        Selection { settings, by_file }
    }

    /// Whether a lint has to run: findings of it count in some file.
    pub(super) fn runs(&self, lint: &Lint) -> bool {
        self.is_selected(lint) || self.settings.per_path.iter().any(|entry| selects(&entry.select, lint))
    }

    /// Whether a lint is selected where no path says otherwise.
    pub(super) fn is_selected(&self, lint: &Lint) -> bool {
        let select = &self.settings.select;
        let selected = if select.is_empty() { lint.level == Level::Default } else { selects(select, lint) };
        selected && !names(&self.settings.ignore, lint.name)
    }

    /// Whether findings of a lint count at a place. The last path that names the lint decides.
    pub(super) fn counts(&self, lint: &Lint, place: &Place) -> bool {
        let said = |entry: &&PathSettings| match (names(&entry.ignore, lint.name), selects(&entry.select, lint)) {
            (true, _) => Some(false),
            (false, true) => Some(true),
            (false, false) => None,
        };
        self.of_paths(place).iter().rev().find_map(said).unwrap_or_else(|| self.is_selected(lint))
    }

    /// The severity that the configuration gives a lint at a place, if it does.
    pub(super) fn severity(&self, lint: &Lint, place: &Place) -> Option<Severity> {
        let of_paths = self.of_paths(place).iter().rev().find_map(|entry| entry.severity.get(lint.name));
        let severity = of_paths.or_else(|| self.settings.severity.get(lint.name));
        severity.map(|severity| severity.value)
    }

    /// Whether the configuration asks for what a lint keeps to itself by default: for `strict`, or for the lint by name.
    pub(super) fn is_strict_about(&self, lint: &Lint) -> bool {
        let strict = |select: &[Sited<String>]| names(select, Level::Strict.as_str()) || names(select, lint.name);
        strict(&self.settings.select) || self.settings.per_path.iter().any(|entry| strict(&entry.select))
    }

    fn of_paths(&self, place: &Place) -> &[&'c PathSettings] {
        self.by_file.get(&place.file()).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Whether a list names a lint, or a level that runs it.
fn selects(list: &[Sited<String>], lint: &Lint) -> bool {
    let by_level = |entry: &Sited<String>| Level::from_word(entry).is_some_and(|level| level.includes(lint.level));
    names(list, lint.name) || list.iter().any(by_level)
}

fn names(list: &[Sited<String>], word: &str) -> bool {
    list.iter().any(|entry| entry.as_str() == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{Memory, Overrides, Project};
    use crate::source::At;

    fn lint(level: Level) -> Lint {
        let name = match level {
            Level::Default => "usual",
            Level::Strict => "stern",
            Level::Preview => "new",
        };
        let (severity, source, page) = (Severity::Warning, "", "");
        Lint { name, severity, level, source, page, check: |_, _| {} }
    }

    /// What counts in `vestibule.yaml` and in `rules/a.yaml`, by the first letter of each lint, and its severity.
    fn check(settings: &str) -> [String; 2] {
        let document = format!(
            "version: 1\nprovider: {{ name: p }}\norganizations: [{{ name: A }}]\ninclude: [rules/a.yaml]\n{settings}"
        );
        let files = Memory::from([
            ("x/vestibule.yaml", document.as_str()),
            ("x/rules/a.yaml", "organization-assignment: { default: A }\n"),
        ]);
        let mut sources = Sources::default();
        let project = Project::load(&files, "x/vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
        let Some(config) = &project.config else { panic!("{:?}", project.problems) };
        let selection = Selection::new(&config.lint, &project, &sources);
        let place = |file| At::root(file).value();
        let rules = config.organization_assignment.as_ref().map(|section| section.at.file);
        [Some(project.root), rules].map(|file| {
            let place = place(file.expect("a file"));
            let lints = Level::ALL.map(lint);
            let counting = lints.iter().filter(|lint| selection.runs(lint) && selection.counts(lint, &place));
            let shown = counting.map(|lint| {
                let severity = selection.severity(lint, &place).unwrap_or(lint.severity);
                format!("{}:{} ", &lint.name[..1], &severity.as_str()[..1])
            });
            shown.collect::<String>().trim_end().to_owned()
        })
    }

    #[test]
    fn levels_include_the_default_and_names_stand_alone() {
        for (select, expected) in [
            ("", "u:w"),
            ("lint: { select: [] }", "u:w"),
            ("lint: { select: [default] }", "u:w"),
            ("lint: { select: [strict] }", "u:w s:w"),
            ("lint: { select: [preview] }", "u:w n:w"),
            ("lint: { select: [strict, preview] }", "u:w s:w n:w"),
            ("lint: { select: [stern] }", "s:w"),
            ("lint: { select: [default, new] }", "u:w n:w"),
            ("lint: { select: [strict], ignore: [stern, usual] }", ""),
            ("lint: { severity: { usual: error, stern: error } }", "u:e"),
        ] {
            assert_eq!(check(select), [expected; 2], "{select}");
        }
    }

    #[test]
    fn a_path_adds_takes_away_and_weighs_for_its_files_alone() {
        for (per_path, document, rules) in [
            ("{ path: 'rules/*.yaml', ignore: [usual] }", "u:w", ""),
            ("{ path: '*.yaml', ignore: [usual] }", "", "u:w"),
            ("{ path: '**', select: [strict] }", "u:w s:w", "u:w s:w"),
            ("{ path: rules/a.yaml, select: [stern], severity: { usual: info } }", "u:w", "u:i s:w"),
            ("{ path: '**', ignore: [usual] }, { path: 'rules/**', select: [usual] }", "", "u:w"),
        ] {
            assert_eq!(check(&format!("lint: {{ per-path: [{per_path}] }}")), [document, rules], "{per_path}");
        }
        assert_eq!(check("lint: { ignore: [usual], per-path: [{ path: 'rules/*', select: [usual] }] }"), ["", "u:w"]);
    }
}
