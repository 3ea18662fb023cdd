//! A configuration from a path, for callers who want one or an error.

use std::path::Path;

use super::{Disk, Overrides, Project};
use crate::config::{Config, ConfigError};
use crate::source::Sources;

impl Config {
    /// Reads a configuration from a file, with the files that it includes. The snapshot that it names is read as well:
    /// its extensions are known to conditions.
    ///
    /// # Errors
    ///
    /// Where the document or a file that it includes cannot be read or has a mistake, with every one of them. What is
    /// wrong with a snapshot is no error of the configuration: [`Project::load`] tells it.
    ///
    /// ```
    /// use vestibule::Config;
    ///
    /// let config = Config::load("rules-examples/clean/vestibule.yaml")?;
    /// assert_eq!(config.provider.name.as_str(), "contoso-entra");
    /// # Ok::<(), vestibule::config::ConfigError>(())
    /// ```
    pub fn load(path: impl AsRef<Path>) -> Result<Config, ConfigError> {
        let mut sources = Sources::default();
        let mut project = Project::load(&Disk, path.as_ref(), &Overrides::default(), &mut sources);
        match project.config.take() {
            Some(config) => Ok(config),
            None => Err(ConfigError::new(sources, &project.problems)),
        }
    }
}
