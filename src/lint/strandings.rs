//! Who in the snapshot stands in the wrong place until the next login; worked out once for all lints.

use std::collections::HashMap;

use serde_json::json;

use super::records::case;
use crate::condition::RuleSet;
use crate::config::Config;
use crate::engine::{Basis, Engine, Person};
use crate::project::Population;
use crate::scim::{Record, Snapshot, User};
use crate::simulate::{Differs, Onboarding, Summary};
use crate::source::Case;

/// Who is stranded, and by which rules.
#[derive(Debug)]
pub(crate) struct Strandings {
    /// All of them.
    pub(crate) summary: Summary,
    /// Each of them that stands in another organization, or is refused at one of the two events.
    pub(crate) cases: Vec<Case>,
    organizations: HashMap<String, Stranding>,
}

/// The people whom one organization rule strands.
#[derive(Debug)]
pub(crate) struct Stranding {
    /// Each.
    pub(crate) people: Vec<Case>,
    /// Where they stand until the login, each once, in the order of the snapshot; `None` for no organization.
    pub(crate) stand_in: Vec<Option<String>>,
    /// One of them.
    pub(crate) example: Example,
}

/// Somebody, as an example.
#[derive(Debug)]
pub(crate) struct Example {
    pub(crate) user_name: String,
    /// What took the person at the creation.
    pub(crate) by: Basis,
    /// The rule, if it was one.
    pub(crate) rule: Option<String>,
    /// In the form of a finding's witness.
    pub(crate) witness: serde_json::Value,
}

impl Strandings {
    /// Those of a population.
    pub(crate) fn of(population: &Population<'_>, snapshot: &Snapshot, config: &Config) -> Strandings {
        let engine = Engine::compile(config);
        let mut found = Strandings { summary: Summary::new(), cases: Vec::new(), organizations: HashMap::new() };
        for (index, record) in snapshot.users().iter().enumerate() {
            let person = population.person(index);
            let way = Onboarding::of(&engine, &person, false);
            found.summary.add(person.user().user_name(), way.as_ref());
            if let Some(way) = &way {
                found.add(&person, record, way);
            }
        }
        found.summary = found.summary.finish();
        found
    }

    /// The people whom a rule of organization assignment strands in another organization.
    pub(crate) fn by_organization_rule(&self, rule: &str) -> Option<&Stranding> {
        self.organizations.get(rule)
    }

    fn add(&mut self, person: &Person<'_>, record: &Record<User>, way: &Onboarding) {
        let differences = [(way.stranded.organization, "organization"), (way.stranded.intake, "intake")];
        let certain = differences.into_iter().filter(|(differs, _)| *differs == Differs::Yes);
        self.cases.extend(certain.map(|(_, what)| case(record, &[what])));
        for known in way.at_fault.iter().filter(|known| known.set == RuleSet::OrganizationUsers) {
            let stands_in = &way.created.organization.name;
            let stranding = self.organizations.entry(known.rule.clone()).or_insert_with(|| Stranding {
                people: Vec::new(),
                stand_in: Vec::new(),
                example: example(person, way),
            });
            stranding.people.push(case(record, &["organization"]));
            if !stranding.stand_in.contains(stands_in) {
                stranding.stand_in.push(stands_in.clone());
            }
        }
    }
}

fn example(person: &Person<'_>, way: &Onboarding) -> Example {
    let user = person.user();
    let groups: Vec<&str> =
        person.direct_groups().refs().iter().filter_map(|group| group.display_name.known().flatten()).collect();
    Example {
        user_name: user.user_name().to_owned(),
        by: way.created.organization.by,
        rule: way.created.organization.rule.clone(),
        witness: json!({
            "event": "scim-create",
            "user": { "id": user.id(), "userName": user.user_name() },
            "providerGroups": groups,
            "organization": way.created.organization.name,
            "organizationAfterLogin": way.logged_in.organization.name,
        }),
    }
}
