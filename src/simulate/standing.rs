//! What the rules have made of a person so far.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::Serialize;

#[cfg(doc)]
use super::Reading;
use crate::engine::{Basis, Decision, Engine, GroupGrant, Intake, IntakeDecision, OrganizationDecision};

/// Where a person stands: what the rules that ran so far have decided, and what no later one has replaced.
///
/// Rules are not retroactive, and nothing is forgotten: a decision replaces what was there only as far as it decides
/// ([`Standing::after`]). Serialises as the last members of a line of `vestibule simulate --final`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// Whether user intake took the person in, when it last decided.
    pub intake: IntakeDecision,
    /// The organization that was last decided.
    pub organization: OrganizationDecision,
    /// The rule-based groups, and the rules that gave them.
    pub groups: Vec<GroupGrant>,
    /// The rule-based groups of which the files do not say whether the person is in them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub undetermined_groups: Vec<String>,
    /// Whether group assignment has run: whoever is not in a group then is known not to be in it.
    #[serde(skip)]
    #[schemars(skip)]
    pub(crate) has_groups: bool,
}

impl Default for Standing {
    fn default() -> Self {
        Standing::new()
    }
}

impl Standing {
    /// That of somebody about whom no rule has run.
    pub fn new() -> Standing {
        Standing {
            intake: IntakeDecision::certain(Intake::NotRun, Basis::NotRun, None),
            organization: OrganizationDecision::certain(None, Basis::NotRun, None),
            groups: Vec::new(),
            undetermined_groups: Vec::new(),
            has_groups: false,
        }
    }

    /// Where the person stands after a decision of this engine.
    ///
    /// - A refusal is noted, and everything else stays ([`Reading::RefusalKeepsRecord`]).
    /// - The organization is replaced by a rule, the fallback or the default; nothing else replaces one
    ///   ([`Reading::UnassignedKeepsOrganization`], [`Reading::UnknownKeepsState`]).
    /// - A rule-based group is left where no rule gives it, unless a rule that might was not decided
    ///   ([`Reading::RuleBasedGroupsAreLeft`], [`Reading::UnknownKeepsState`]).
    #[must_use]
    pub fn after(&self, decision: &Decision, engine: &Engine) -> Standing {
        if !decision.event.runs_rules() {
            return self.clone(); // Reading::MembershipRunsNothing
        }
        let intake = self.intake_after(&decision.intake);
        if decision.intake.decision == Intake::Refuse {
            return Standing { intake, ..self.clone() };
        }
        let organization = self.organization_after(&decision.organization);
        let (groups, undetermined_groups) = self.groups_after(decision, engine);
        Standing { intake, organization, groups, undetermined_groups, has_groups: true }
    }

    fn intake_after(&self, decided: &IntakeDecision) -> IntakeDecision {
        let kept = match decided.decision {
            Intake::Admit | Intake::Refuse => false,
            Intake::NotRun => true,
            Intake::Undetermined => matches!(self.intake.decision, Intake::Admit | Intake::Refuse),
        };
        if kept { self.intake.clone() } else { decided.clone() }
    }

    fn organization_after(&self, decided: &OrganizationDecision) -> OrganizationDecision {
        let has_one = self.organization.name.is_some();
        let kept = match decided.by {
            Basis::Rule | Basis::Fallback | Basis::Default => false,
            Basis::NotRun => true,
            Basis::None => has_one || self.organization.by == Basis::Undetermined,
            Basis::Undetermined => has_one,
        };
        if kept { self.organization.clone() } else { decided.clone() }
    }

    fn groups_after(&self, decision: &Decision, engine: &Engine) -> (Vec<GroupGrant>, Vec<String>) {
        if !self.has_groups {
            return (decision.groups.clone(), decision.undetermined_groups.clone());
        }
        let mut open: HashSet<&str> = engine.groups_left_alone(decision).collect();
        open.extend(decision.undetermined_groups.iter().map(String::as_str));
        // Where the files do not say whether intake refuses, nobody certainly leaves a group.
        let may_be_refused = decision.intake.decision == Intake::Undetermined;
        let mut groups = decision.groups.clone();
        let mut has: HashSet<&str> = decision.groups.iter().map(|grant| grant.name.as_str()).collect();
        for grant in &self.groups {
            if (may_be_refused || open.contains(grant.name.as_str())) && has.insert(&grant.name) {
                groups.push(grant.clone());
            }
        }
        let still = self.undetermined_groups.iter().filter(|name| may_be_refused || open.contains(name.as_str()));
        // Who was not in a group stays out of it where a rule that might give it was not decided.
        let undetermined = still.filter(|name| has.insert(name)).cloned().collect();
        (groups, undetermined)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::{GroupRef, User};
    use crate::{Config, Event, Person};

    const RULES: &str = r#"
version: 1
provider: { name: p, attribute-mapping: { attributes: { team: { claim: team, scim: title } } } }
organizations: [{ name: A }, { name: B }, { name: F }]
groups: { rule-based: [Everyone, Team, Finance] }
organization-assignment:
  users:
    - { rule: by-group, when: provider.groups includes "A", organization: A }
    - { rule: by-name, when: displayName eq "b", organization: B }
user-intake: { rules: [{ rule: out, when: displayName eq "out", decision: refuse }] }
group-assignment:
  - { rule: everyone, when: true, groups: [Everyone] }
  - { rule: team, when: attributes.team eq "x", groups: [Team] }
  - { rule: finance, when: provider.groups includes "Finance", groups: [Finance] }
"#;

    struct Story {
        engine: Engine,
        standing: Standing,
    }

    impl Story {
        fn new() -> Story {
            let config = Config::parse("vestibule.yaml", RULES).expect("sound rules");
            Story { engine: Engine::compile(&config), standing: Standing::new() }
        }

        /// What the person stands as after an event: intake, organization, groups.
        fn after(&mut self, event: Event, user: &str, groups: Option<&[&'static str]>) -> String {
            let user = User::from_json(&format!("{{ \"userName\": \"u\", {user} }}")).expect(user);
            let mut person = Person::new(&user);
            if let Some(groups) = groups {
                person = person.in_provider_groups(groups.iter().copied().map(GroupRef::named));
            }
            let decision = self.engine.evaluate(&person, event);
            self.standing = self.standing.after(&decision, &self.engine);
            let Standing { intake, organization, groups, undetermined_groups, .. } = &self.standing;
            let groups: Vec<&str> = groups.iter().map(|grant| grant.name.as_str()).collect();
            let open: String = undetermined_groups.iter().map(|name| format!(" {name}?")).collect();
            let organization = organization.name.as_deref().unwrap_or(organization.by.as_str());
            format!("{} {organization} {}{open}", intake.decision.as_str(), groups.join(" "))
        }
    }

    #[test]
    fn an_organization_is_replaced_only_by_one_that_is_decided() {
        let mut story = Story::new();
        assert_eq!(story.after(Event::ScimCreate, r#""displayName": "b""#, None), "admit B Everyone");
        assert_eq!(story.after(Event::MembershipUpdate, r#""displayName": "b""#, Some(&["A"])), "admit B Everyone");
        // The files do not say: what is there stays.
        assert_eq!(story.after(Event::Login, r#""displayName": "x", "title": "y""#, None), "admit B Everyone");
        // No rule takes the person, and there is no fallback.
        assert_eq!(story.after(Event::Login, r#""displayName": "x", "title": "y""#, Some(&[])), "admit B Everyone");
        assert_eq!(story.after(Event::ScimUpdate, r#""displayName": "x""#, Some(&["A"])), "admit A Everyone");
    }

    #[test]
    fn a_refusal_keeps_everything_else() {
        let mut story = Story::new();
        story.after(Event::Login, r#""displayName": "b", "title": "x""#, Some(&[]));
        assert_eq!(story.after(Event::ScimUpdate, r#""displayName": "out""#, Some(&["A"])), "refuse B Everyone Team");
        assert_eq!(story.after(Event::Login, r#""displayName": "b", "title": "z""#, Some(&["A"])), "admit A Everyone");
    }

    #[test]
    fn a_group_is_left_where_no_rule_gives_it_and_kept_where_that_is_not_known() {
        let mut story = Story::new();
        let both = r#""displayName": "b", "title": "x""#;
        assert_eq!(story.after(Event::Login, both, Some(&["Finance"])), "admit B Everyone Team Finance");
        // The attribute is not known at an update, the groups are.
        assert_eq!(story.after(Event::ScimUpdate, both, Some(&[])), "admit B Everyone Team");
        assert_eq!(story.after(Event::Login, r#""displayName": "b", "title": "z""#, Some(&[])), "admit B Everyone");
    }

    #[test]
    fn a_rule_that_is_not_run_leaves_its_group_alone() {
        let mut story = Story::new();
        story.after(Event::Login, r#""displayName": "b", "title": "x""#, Some(&["Finance"]));
        let again = story.after(Event::ScimCreate, r#""displayName": "b""#, None);
        assert_eq!(again, "admit B Everyone Team Finance");
    }

    #[test]
    fn what_is_not_known_of_somebody_new_is_undetermined() {
        let mut story = Story::new();
        let first = story.after(Event::ScimUpdate, r#""displayName": "b""#, None);
        assert_eq!(first, "admit undetermined Everyone Team? Finance?");
        assert_eq!(
            story.after(Event::Login, r#""displayName": "c", "title": "x""#, None),
            "admit undetermined Everyone Team Finance?"
        );
    }
}
