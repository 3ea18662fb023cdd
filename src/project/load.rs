//! Reads a configuration and everything that it names.

use std::path::{Path, PathBuf};

use super::large::LargeSnapshot;
use super::loader::Loader;
use super::{Files, groups_claim};
use crate::condition::Scheme;
use crate::config::{Config, Draft, LintSettings, Sited};
use crate::entra;
use crate::foundry;
use crate::scim::Snapshot;
use crate::source::{FileId, Problem, Severity, Sources};

/// A configuration and everything that it names. The texts are in the [`Sources`] it was loaded into.
#[derive(Debug)]
pub struct Project {
    /// The document.
    pub root: FileId,
    /// The document and the files that it includes: what people write by hand, as opposed to what they export.
    pub documents: Vec<FileId>,
    /// Every file that was read for it. The texts of several projects may stand in one [`Sources`].
    pub files: Vec<FileId>,
    /// The configuration; `None` where it, or a file that it includes, has errors. What is wrong with a snapshot or an
    /// export does not refuse it.
    pub config: Option<Config>,
    /// What a configuration with errors says of lints, as far as it could be read. A sound one says it itself.
    pub refused: LintSettings,
    /// The SCIM snapshot, where one is named.
    pub snapshot: Option<Snapshot>,
    /// The SCIM snapshot by its files, where it is too large to be held: see [`Overrides::largest`].
    pub large: Option<LargeSnapshot>,
    /// What Foundry's Admin API returned, where that is named.
    pub foundry: Option<foundry::Export>,
    /// What Entra's exports are.
    pub entra: Vec<entra::Recognised>,
    /// What is wrong with the files, in no particular order.
    pub problems: Vec<Problem>,
    /// The day that ends of validity are measured against, as [`Overrides::today`] gave it.
    pub today: Option<jiff::civil::Date>,
    unreadable: bool,
}

/// Files to take instead of those that the configuration names.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// SCIM users.
    pub users: Option<Vec<PathBuf>>,
    /// SCIM groups.
    pub groups: Option<Vec<PathBuf>>,
    /// How many bytes the files of a snapshot may have together to be read. What is larger is named under
    /// [`Project::large`], unless something in the project needs it as a whole.
    pub largest: Option<u64>,
    /// The day of the run. Without one nothing is said about days: no file tells it, and the same files give the same
    /// findings.
    pub today: Option<jiff::civil::Date>,
}

impl Project {
    /// Reads a configuration and everything it names. Never fails: what cannot be read is a problem.
    ///
    /// ```
    /// use vestibule::project::{Memory, Overrides, Project};
    /// use vestibule::source::Sources;
    ///
    /// let files = Memory::from([
    ///     ("vestibule.yaml", "version: 1\nprovider: { name: x }\norganizations: [{ name: A }]\ninclude: [rules.yaml]\n"),
    ///     ("rules.yaml", "organization-assignment: { default: B }\n"),
    /// ]);
    /// let mut sources = Sources::default();
    /// let project = Project::load(&files, "vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
    /// let finding = sources.resolve(&project.problems[0]);
    /// assert_eq!((finding.primary().file.as_str(), finding.lint), ("rules.yaml", "unknown-organization"));
    /// ```
    pub fn load(files: &dyn Files, path: &Path, overrides: &Overrides, sources: &mut Sources) -> Project {
        let known = sources.ids().count();
        let mut loader = Loader::new(files, path, sources);
        let document = loader.document(path);
        let mut project = Project {
            root: document.root,
            documents: document.files,
            files: Vec::new(),
            config: None,
            refused: LintSettings::default(),
            snapshot: None,
            large: None,
            foundry: None,
            entra: Vec::new(),
            problems: Vec::new(),
            today: overrides.today,
            unreadable: document.unreadable,
        };
        let mut problems = document.problems;
        if let Some(draft) = document.draft {
            project.read_data(&draft, overrides, &mut loader);
            let (mut config, more) = draft.check(project.scheme());
            if project.large.is_some() && more.iter().any(|problem| problem.severity == Severity::Error) {
                // The snapshot may tell of extensions that the conditions name.
                sources.forget_from(known);
                return Project::load(files, path, &Overrides { largest: None, ..overrides.clone() }, sources);
            }
            problems.extend(more.into_iter().map(|problem| loader.explain(problem)));
            loader.problems.extend(groups_claim::settle(&mut config.provider, &project.entra));
            let refused = problems.iter().any(|problem| problem.severity == Severity::Error);
            match refused {
                true => project.refused = config.lint,
                false => project.config = Some(config),
            }
        }
        project.problems = crate::config::each_once(problems, loader.sources);
        project.problems.append(&mut loader.problems);
        project.files = sources.ids().skip(known).collect();
        project
    }

    /// What the configuration says of lints, be it sound or not.
    pub fn lint_settings(&self) -> &LintSettings {
        self.config.as_ref().map_or(&self.refused, |config| &config.lint)
    }

    /// The same, to be changed.
    pub fn lint_settings_mut(&mut self) -> &mut LintSettings {
        self.config.as_mut().map_or(&mut self.refused, |config| &mut config.lint)
    }

    /// Reads the files that a configuration names beside its rules.
    fn read_data(&mut self, draft: &Draft, overrides: &Overrides, loader: &mut Loader<'_>) {
        let config = draft.config();
        // What Foundry holds is joined with everybody.
        let largest = overrides.largest.filter(|_| config.foundry.is_none());
        self.large = largest.and_then(|largest| loader.large(config.snapshot.as_ref(), overrides, largest));
        if self.large.is_none() {
            self.snapshot = loader.snapshot(config.snapshot.as_ref(), overrides);
        }
        self.foundry = config.foundry.as_ref().map(|named| loader.foundry(named));
        self.entra = config.entra.as_ref().map(|entra| loader.entra(&entra.exports)).unwrap_or_default();
    }

    /// The attributes that are known apart from the document: those of SCIM, and the extensions seen in the snapshot.
    fn scheme(&self) -> Scheme {
        let mut scheme = Scheme::new();
        for extension in self.snapshot.iter().flat_map(Snapshot::extensions) {
            scheme.add_extension(&extension.urn, extension.attributes);
        }
        scheme
    }

    /// The synchronization schemas among Entra's exports.
    pub fn synchronization_schemas(&self) -> impl Iterator<Item = &entra::SynchronizationSchema> {
        self.entra.iter().filter_map(|export| match export {
            entra::Recognised::SynchronizationSchema(schema) => Some(schema),
            _ => None,
        })
    }

    /// The enabled mappings of users, each with its schema.
    pub fn user_mappings(&self) -> impl Iterator<Item = (&entra::SynchronizationSchema, &entra::ObjectMapping)> {
        self.synchronization_schemas().flat_map(|schema| schema.users().map(move |mapping| (schema, mapping)))
    }

    /// The enabled mappings of groups, each with its schema.
    pub fn group_mappings(&self) -> impl Iterator<Item = (&entra::SynchronizationSchema, &entra::ObjectMapping)> {
        self.synchronization_schemas().flat_map(|schema| schema.groups().map(move |mapping| (schema, mapping)))
    }

    /// The provisioning jobs among Entra's exports.
    pub fn jobs(&self) -> impl Iterator<Item = &entra::Job> {
        self.entra.iter().filter_map(|export| match export {
            entra::Recognised::Job(job) => Some(&**job),
            _ => None,
        })
    }

    /// The credentials and settings of provisioning jobs among Entra's exports.
    pub fn secrets(&self) -> impl Iterator<Item = &entra::Secrets> {
        self.entra.iter().filter_map(|export| match export {
            entra::Recognised::Secrets(secrets) => Some(secrets),
            _ => None,
        })
    }

    /// The applications among Entra's exports: service principals and manifests.
    pub fn applications(&self) -> impl Iterator<Item = &entra::Application> {
        self.entra.iter().filter_map(|export| match export {
            entra::Recognised::ServicePrincipal(app) | entra::Recognised::ApplicationManifest(app) => Some(app),
            _ => None,
        })
    }

    /// The captured SAML responses among Entra's exports.
    pub fn saml_responses(&self) -> impl Iterator<Item = &entra::SamlResponse> {
        self.entra.iter().filter_map(|export| match export {
            entra::Recognised::SamlResponse(response) => Some(response),
            _ => None,
        })
    }

    /// Whether Entra provisions over SCIM, as far as the exports show: there is a schema, a job or its settings.
    pub fn provisions(&self) -> bool {
        self.synchronization_schemas().next().is_some()
            || self.jobs().next().is_some()
            || self.secrets().next().is_some()
    }

    /// The tenant URL of the provisioning job: as an export says, or as the document does.
    pub fn tenant_url(&self) -> Option<&Sited<String>> {
        let exported = self.secrets().find_map(|secrets| secrets.setting("BaseAddress"));
        let stated = || self.config.as_ref()?.entra.as_ref()?.sources.as_ref()?.tenant_url.as_ref();
        exported.or_else(stated)
    }

    /// Whether the document itself could not be read: there is nothing to say about it.
    pub fn is_unreadable(&self) -> bool {
        self.unreadable
    }
}
