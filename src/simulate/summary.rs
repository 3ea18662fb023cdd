//! How many people stand in the wrong place after their creation, and by which rules.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{AtFault, Difference, Onboarding};
use crate::condition::RuleSet;
use crate::engine::{Basis, Intake};

/// What becomes of the people of a snapshot between their creation and their first login.
///
/// Serialises as `vestibule simulate --format json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// The version of this shape.
    #[schemars(extend("const" = VERSION))]
    version: u32,
    /// How many users the snapshot has.
    pub users: u64,
    /// How many of them are not active, so that Entra does not create them. They are left out of everything else.
    pub inactive: u64,
    /// How many people stand otherwise after creation and membership than after the login that follows.
    pub stranded: Counts,
    /// Of how many the files do not say whether they do.
    #[serde(skip_serializing_if = "Counts::is_zero")]
    pub undetermined: Counts,
    /// How many people no rule takes at the login, without a fallback: Palantir refuses their login.
    #[serde(skip_serializing_if = "is_zero")]
    pub unassigned: u64,
    /// How many of the stranded an update before the login leaves where the login would, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mended_by_update: Option<u64>,
    /// The rules at fault, those that strand most people first: not run at the creation, and deciding at the login.
    pub rules: Vec<RuleAtFault>,
    /// Between which organizations people move at their login, or in and out.
    #[serde(skip)]
    pub flows: Vec<Flow>,
    /// How many people are stranded in any respect.
    #[serde(skip)]
    pub people: u64,
    #[serde(skip)]
    rule_index: HashMap<(RuleSet, String), usize>,
    #[serde(skip)]
    flow_index: HashMap<(Place, Place), usize>,
}

const VERSION: u32 = 1;

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// How many names a flow keeps as examples.
const EXAMPLES: usize = 3;

/// Numbers of people by what differs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// Another organization.
    pub organization: u64,
    /// Refused at one of the two and admitted at the other. These are counted nowhere else.
    pub intake: u64,
    /// Other rule-based groups.
    pub groups: u64,
}

/// A rule that is not run when SCIM creates a user, and decides at the login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleAtFault {
    /// The rule set.
    pub set: RuleSet,
    /// The rule.
    pub rule: String,
    /// How many people it strands.
    pub stranded: u64,
    /// The inputs that Foundry lacks at the creation.
    #[serde(skip)]
    pub missing: Vec<String>,
}

/// Where people stand.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// In this organization.
    Organization(String),
    /// In none.
    NoOrganization,
    /// User intake refuses them.
    Refused,
    /// The files do not say.
    Undetermined,
}

/// People who stand in one place until a login puts them into another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Where they stand.
    pub from: Place,
    /// Where they belong.
    pub to: Place,
    /// How many.
    pub people: u64,
    /// A few of them, by `userName`.
    pub examples: Vec<String>,
}

impl Place {
    /// That of a standing.
    pub fn of(standing: &super::Standing) -> Place {
        match (standing.intake.decision, standing.organization.by) {
            (Intake::Refuse, _) => Place::Refused,
            (_, Basis::Undetermined) => Place::Undetermined,
            _ => standing.organization.name.clone().map_or(Place::NoOrganization, Place::Organization),
        }
    }

    /// In words.
    pub fn words(&self) -> &str {
        match self {
            Place::Organization(name) => name,
            Place::NoOrganization => "no organization",
            Place::Refused => "(refused by intake)",
            Place::Undetermined => "(undetermined)",
        }
    }
}

impl Counts {
    fn is_zero(&self) -> bool {
        *self == Counts::default()
    }

    pub(super) fn add(&mut self, is: impl Fn(super::Differs) -> bool, difference: &Difference) {
        self.intake += u64::from(is(difference.intake));
        self.organization += u64::from(is(difference.organization));
        self.groups += u64::from(is(difference.groups));
    }
}

impl Default for Summary {
    fn default() -> Self {
        Summary {
            version: VERSION,
            users: 0,
            inactive: 0,
            stranded: Counts::default(),
            undetermined: Counts::default(),
            unassigned: 0,
            mended_by_update: None,
            rules: Vec::new(),
            flows: Vec::new(),
            people: 0,
            rule_index: HashMap::new(),
            flow_index: HashMap::new(),
        }
    }
}

impl Summary {
    /// A summary of nobody.
    pub fn new() -> Summary {
        Summary::default()
    }

    /// Adds a user; `None` for one who is not active.
    pub fn add(&mut self, user_name: &str, way: Option<&Onboarding>) {
        self.users += 1;
        let Some(way) = way else {
            self.inactive += 1;
            return;
        };
        let difference = &way.stranded;
        self.stranded.add(|differs| differs == super::Differs::Yes, difference);
        self.undetermined.add(|differs| differs == super::Differs::Unknown, difference);
        if let Some(is_mended) = way.is_mended_by_update() {
            let mended = self.mended_by_update.get_or_insert(0);
            *mended += u64::from(difference.is_certain() && is_mended);
        }
        self.unassigned += u64::from(way.is_unassigned);
        self.people += u64::from(difference.is_certain());
        for at_fault in &way.at_fault {
            self.blame(at_fault);
        }
        if difference.organization.is_certain() || difference.intake.is_certain() {
            self.flow(user_name, way);
        }
    }

    /// Puts what matters most first. Ties keep a fixed order, so that the output does not depend on who came first.
    #[must_use]
    pub fn finish(mut self) -> Summary {
        self.rules.sort_by(|a, b| {
            b.stranded.cmp(&a.stranded).then_with(|| a.set.cmp(&b.set)).then_with(|| a.rule.cmp(&b.rule))
        });
        self.flows.sort_by(|a, b| b.people.cmp(&a.people).then_with(|| (&a.from, &a.to).cmp(&(&b.from, &b.to))));
        self
    }

    fn blame(&mut self, at_fault: &AtFault) {
        let index = *self.rule_index.entry((at_fault.set, at_fault.rule.clone())).or_insert_with_key(|(set, rule)| {
            self.rules.push(RuleAtFault { set: *set, rule: rule.clone(), stranded: 0, missing: Vec::new() });
            self.rules.len() - 1
        });
        let rule = &mut self.rules[index];
        rule.stranded += 1;
        for name in &at_fault.missing {
            if !rule.missing.contains(name) {
                rule.missing.push(name.clone());
            }
        }
    }

    fn flow(&mut self, user_name: &str, way: &Onboarding) {
        let key = (Place::of(&way.created), Place::of(&way.logged_in));
        let index = *self.flow_index.entry(key).or_insert_with_key(|(from, to)| {
            self.flows.push(Flow { from: from.clone(), to: to.clone(), people: 0, examples: Vec::new() });
            self.flows.len() - 1
        });
        let flow = &mut self.flows[index];
        flow.people += 1;
        if flow.examples.len() < EXAMPLES {
            flow.examples.push(user_name.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::{GroupRef, User};
    use crate::{Config, Engine, Person};

    const RULES: &str = r#"
version: 1
provider: { name: p }
organizations: [{ name: EU }, { name: Guests }]
groups: { rule-based: [Analysts] }
user-intake:
  rules: [{ rule: invited, when: provider.groups includes "Invited", decision: admit }]
  default: refuse
organization-assignment:
  users: [{ rule: finance, when: provider.groups includes "Finance", organization: EU }]
  fallback: Guests
group-assignment:
  - { rule: analysts, when: provider.groups includes "Analysts", groups: [Analysts] }
"#;

    fn summary(rules: &str, people: &[(&str, &[&'static str])]) -> Summary {
        let engine = Engine::compile(&Config::parse("vestibule.yaml", rules).expect("sound rules"));
        let mut summary = Summary::new();
        for (active, groups) in people {
            let name = format!("u{}", summary.users);
            let user = format!(r#"{{ "userName": "{name}", "active": {active} }}"#);
            let user = User::from_json(&user).expect("a user");
            let person = Person::new(&user).in_provider_groups(groups.iter().copied().map(GroupRef::named));
            summary.add(&name, Onboarding::of(&engine, &person, true).as_ref());
        }
        summary.finish()
    }

    #[test]
    fn who_is_refused_until_the_login_counts_under_intake_alone() {
        let people: [(&str, &[&'static str]); 4] = [
            ("true", &["Invited", "Finance"]),
            ("true", &["Invited"]),
            ("true", &["Finance"]),
            ("false", &["Invited"]),
        ];
        let summary = summary(RULES, &people);
        assert_eq!(
            serde_json::to_value(&summary).unwrap(),
            serde_json::json!({
                "version": 1, "users": 4, "inactive": 1, "stranded": { "organization": 0, "intake": 2, "groups": 0 },
                "mendedByUpdate": 2, "rules": [{ "set": "user-intake", "rule": "invited", "stranded": 2 }]
            })
        );
        assert_eq!((&summary.flows[0].from, &summary.flows[0].examples[..]), (&Place::Refused, &["u0".to_owned()][..]));
    }

    #[test]
    fn the_worst_rule_and_the_widest_flow_come_first() {
        let open = RULES.replace("default: refuse", "default: admit");
        let people: [(&str, &[&'static str]); 4] =
            [("true", &["Analysts"]), ("true", &["Finance", "Analysts"]), ("true", &["Analysts"]), ("true", &[])];
        let summary = summary(&open, &people);
        let rules: Vec<_> = summary.rules.iter().map(|rule| (rule.rule.as_str(), rule.stranded)).collect();
        assert_eq!(rules, [("analysts", 3), ("finance", 1)]);
        assert_eq!((summary.stranded, summary.people), (Counts { organization: 1, intake: 0, groups: 3 }, 3));
        let flow = &summary.flows[0];
        let place = |place: &Place| match place {
            Place::Organization(name) => name.clone(),
            other => format!("{other:?}"),
        };
        assert_eq!((place(&flow.from), place(&flow.to), flow.people), ("Guests".to_owned(), "EU".to_owned(), 1));
        assert_eq!(flow.examples, ["u1"]);
    }
}
