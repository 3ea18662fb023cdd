//! A provisioning job: whether it runs, and how well.
//!
//! The members are Microsoft's: learn.microsoft.com/graph/api/resources/synchronization-synchronizationjob.

use jiff::Timestamp;

use crate::config::Sited;
use crate::source::At;

use super::object::Object;

/// A provisioning job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Where it stands.
    pub at: At,
    /// Its identifier. The part before the first dot says which template it is made of.
    pub id: Option<Sited<String>>,
    /// The template that it is made of: `scim` for an application that is not from the gallery.
    pub template: Option<Sited<String>>,
    /// `schedule.state`: `Active` or `Disabled`.
    pub schedule_state: Option<Sited<String>>,
    /// `status.code`, such as `Active`, `Paused` or `Quarantine`.
    pub status: Option<Sited<String>>,
    /// Why it is in quarantine, where it is.
    pub quarantine_reason: Option<Sited<String>>,
    /// `status.lastExecution`.
    pub last_execution: Option<Execution>,
    /// `status.lastSuccessfulExecution`.
    pub last_success: Option<Execution>,
    /// Whether the export says of `lastSuccessfulExecution` that there is none.
    pub never_succeeded: bool,
    /// `synchronizationJobSettings`, by name.
    pub settings: Vec<(String, Sited<String>)>,
}

/// A run of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Execution {
    /// Where it stands.
    pub at: At,
    /// `Succeeded`, `Failed` or `EntryLevelErrors`.
    pub state: Option<Sited<String>>,
    /// When it ended.
    pub ended: Option<Timestamp>,
}

impl Job {
    pub(super) fn read(job: &Object<'_>) -> Job {
        let part = |name: &str| job.member(name).and_then(|member| member.object());
        let status = part("status");
        let inside = |name: &str| status.as_ref().and_then(|status| status.member(name)?.object());
        let settings = job.objects("synchronizationJobSettings");
        let setting = |object: &Object<'_>| Some((object.sited("name")?.value, object.sited("value")?));
        let has_success = status.as_ref().is_some_and(|status| status.has("lastSuccessfulExecution"));
        let last_success = inside("lastSuccessfulExecution").map(|run| Execution::read(&run));
        Job {
            at: job.at.clone(),
            id: job.sited("id"),
            template: job.sited("templateId"),
            schedule_state: part("schedule").and_then(|schedule| schedule.sited("state")),
            quarantine_reason: inside("quarantine").and_then(|quarantine| quarantine.sited("reason")),
            last_execution: inside("lastExecution").map(|run| Execution::read(&run)),
            never_succeeded: has_success && last_success.is_none(),
            last_success,
            status: status.and_then(|status| status.sited("code")),
            settings: settings.iter().filter_map(setting).collect(),
        }
    }

    /// The template, by its own member or by the identifier's first part, and where that is said.
    pub fn made_of(&self) -> Option<Sited<&str>> {
        let id = self.id.as_ref().and_then(|id| {
            let (template, _) = id.value.split_once('.')?;
            Some(Sited { value: template, at: id.at.clone() })
        });
        id.or_else(|| {
            self.template.as_ref().map(|template| Sited { value: template.as_str(), at: template.at.clone() })
        })
    }

    /// A setting by its name.
    pub fn setting(&self, name: &str) -> Option<&Sited<String>> {
        self.settings.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

impl Execution {
    fn read(run: &Object<'_>) -> Execution {
        let ended = run.sited("timeEnded").and_then(|time| time.value.parse::<Timestamp>().ok());
        // Graph writes the year 1 for "never".
        let ended = ended.filter(|time| *time > Timestamp::UNIX_EPOCH);
        Execution { at: run.at.clone(), state: run.sited("state"), ended }
    }
}
