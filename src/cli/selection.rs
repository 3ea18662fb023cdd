//! Which lints run, over what the configuration says.

use super::args::SelectionArgs;
use crate::config::{LintSettings, Sited};
use crate::lint::{Level, Takes, lint_named};
use crate::source::At;

impl SelectionArgs {
    /// Refuses names of no lint.
    ///
    /// # Errors
    ///
    /// A sentence about the first of them.
    pub(super) fn check(&self) -> Result<(), String> {
        let selected = self.select.iter().filter(|name| Level::from_word(name).is_none());
        let weighed = self.severity.iter().map(|(name, _)| name);
        let mut named =
            selected.map(|name| (name, "--select")).chain(self.ignore.iter().map(|name| (name, "--ignore")));
        let unknown = |name: &str| lint_named(name).is_none();
        let found = named.find(|(name, _)| unknown(name));
        match found.or_else(|| weighed.map(|name| (name, "--severity")).find(|(name, _)| unknown(name))) {
            None => Ok(()),
            Some((name, option)) => Err(format!("`{option}` names no lint: `{name}`; {}", suggestion(name, option))),
        }
    }

    /// Puts the command line over the settings of a configuration.
    pub(super) fn put_over(&self, settings: &mut LintSettings, at: &At) {
        let sited = |name: &String| Sited { value: name.clone(), at: at.clone() };
        if !self.select.is_empty() {
            settings.select = self.select.iter().map(sited).collect();
            // Who names a lint here wants it, whatever the file says.
            settings.ignore.retain(|entry| !self.select.contains(&entry.value));
            settings.per_path.iter_mut().for_each(|entry| entry.select.clear());
        }
        settings.ignore.extend(self.ignore.iter().map(sited));
        for entry in &mut settings.per_path {
            entry.ignore.extend(self.ignore.iter().map(sited));
            self.severity.iter().for_each(|(name, _)| drop(entry.severity.remove(name)));
        }
        let severities = self.severity.iter();
        let sited = severities.map(|(name, value)| (name.clone(), Sited { value: *value, at: at.clone() }));
        settings.severity.extend(sited);
    }
}

fn suggestion(name: &str, option: &str) -> String {
    let takes = if option == "--select" { Takes::LintsAndLevels } else { Takes::Lints };
    takes.suggestion(name)
}
