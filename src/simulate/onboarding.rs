//! What happens to somebody new: SCIM creates the user, puts the user into groups, and some day the user logs in.

use std::sync::LazyLock;

use super::{Difference, Differs, Happening, Memberships, Remaining, Seat, Standing, Transition};
use crate::condition::RuleSet;
use crate::engine::{Basis, Cause, Decision, Engine, Event, Intake, Person};
use crate::foundry::Attributes;
use crate::scim::Fact;

/// A person's way in.
#[derive(Clone, Debug, PartialEq)]
pub struct Onboarding {
    /// After SCIM created the user. The membership update that follows changes nothing of it.
    pub created: Standing,
    /// After an update of the user between membership and login, where one was asked for.
    pub updated: Option<Standing>,
    /// After the login.
    pub logged_in: Standing,
    /// What the login changes: how far the person stands elsewhere until then.
    pub stranded: Difference,
    /// The rules at fault: not run at the creation, and deciding at the login.
    pub at_fault: Vec<AtFault>,
    /// Whether no rule takes the person at the login, without a fallback: Palantir refuses such a login
    /// (palantir.com/docs/foundry/authentication/org-assignment).
    pub is_unassigned: bool,
}

/// A rule that was not run at the creation and decides at the login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtFault {
    /// The rule set.
    pub set: RuleSet,
    /// The rule.
    pub rule: String,
    /// The inputs that Foundry lacked at the creation.
    pub missing: Vec<String>,
}

/// Nobody has a custom attribute before the first login.
static NO_ATTRIBUTES: LazyLock<Attributes> = LazyLock::new(Attributes::new);

impl Onboarding {
    /// Takes a person through creation, membership, an update if `with_update`, and login. `None` for a user who is not
    /// active: Entra does not create those
    /// (learn.microsoft.com/entra/identity/app-provisioning/how-provisioning-works).
    ///
    /// ```
    /// use vestibule::scim::{GroupRef, User};
    /// use vestibule::simulate::Onboarding;
    /// use vestibule::{Config, Engine, Person};
    ///
    /// let config = Config::parse("vestibule.yaml", r#"
    /// version: 1
    /// provider: { name: contoso-entra }
    /// organizations: [{ name: Contoso EU }, { name: Contoso Guests }]
    /// organization-assignment:
    ///   users: [{ rule: finance, when: provider.groups includes "EU-Finance", organization: Contoso EU }]
    ///   fallback: Contoso Guests
    /// "#)?;
    /// let user = User::from_json(r#"{ "id": "1", "userName": "ada@contoso.com", "active": true }"#)?;
    /// let ada = Person::new(&user).in_provider_groups([GroupRef::named("EU-Finance")]);
    /// let way = Onboarding::of(&Engine::compile(&config), &ada, false).unwrap();
    /// assert!(way.stranded.organization.is_certain());
    /// assert_eq!(way.at_fault[0].rule, "finance");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(engine: &Engine, person: &Person<'_>, with_update: bool) -> Option<Onboarding> {
        if person.user().active() == Fact::Known(false) {
            return None;
        }
        let create = engine.evaluate(person, Event::ScimCreate);
        let created = Standing::new().after(&create, engine);
        let mut before_login = created.clone();
        let updated = with_update.then(|| {
            let new = person.clone().foundry_attributes(Fact::Known(&NO_ATTRIBUTES));
            before_login.after(&engine.evaluate(&new, Event::ScimUpdate), engine)
        });
        before_login = updated.clone().unwrap_or(before_login);
        let login = engine.evaluate(person, Event::Login);
        let logged_in = before_login.after(&login, engine);
        // What the login would have changed without the update.
        let stranded = stranded(&created, &login, engine);
        let at_fault = at_fault(&create, &login, &created, &stranded);
        let is_unassigned = login.organization.by == Basis::None;
        Some(Onboarding { created, updated, logged_in, stranded, at_fault, is_unassigned })
    }

    /// Whether the update leaves the person where the login would. `None` where none was asked for.
    pub fn is_mended_by_update(&self) -> Option<bool> {
        self.updated.as_ref().map(|updated| Difference::between(updated, &self.logged_in) == Difference::NONE)
    }
}

impl Onboarding {
    /// What each event on the way changed, in order.
    pub fn transitions(&self, person: &Person<'_>) -> Vec<Transition> {
        let direct = Memberships::from(person.direct_groups());
        let new = Seat::new(&Memberships::none(), self.created.clone());
        let member = Seat::new(&direct, self.created.clone());
        let mut steps = vec![(Happening::ScimCreate, new), (Happening::MembershipUpdate, member)];
        if let Some(updated) = &self.updated {
            steps.push((Happening::ScimUpdate, Seat::new(&direct, updated.clone())));
        }
        steps.push((Happening::Login, self.last_seat(person)));
        let mut before = None;
        let transition = |(event, after): (Happening, Seat)| Transition {
            time: None,
            id: person.user().id().map(str::to_owned),
            user_name: person.user().user_name().to_owned(),
            event,
            before: before.replace(after.clone()),
            after: Some(after),
        };
        steps.into_iter().map(transition).collect()
    }

    /// The user after the login.
    pub fn remaining(&self, person: &Person<'_>) -> Remaining {
        Remaining::new(person, self.last_seat(person))
    }

    fn last_seat(&self, person: &Person<'_>) -> Seat {
        Seat::new(&Memberships::from(person.direct_groups()), self.logged_in.clone())
    }
}

/// What a login changes. Where it does not decide, what was there stays; but whether the login would have changed it is not
/// known then.
fn stranded(created: &Standing, login: &Decision, engine: &Engine) -> Difference {
    let difference = Difference::between(created, &created.after(login, engine));
    let afresh = Difference::between(created, &Standing::new().after(login, engine));
    Difference {
        intake: if login.intake.decision == Intake::Undetermined { afresh.intake } else { difference.intake },
        organization: match login.organization.by {
            Basis::Undetermined => afresh.organization,
            _ => difference.organization,
        },
        groups: if login.undetermined_groups.is_empty() { difference.groups } else { afresh.groups },
    }
}

/// The first rule that was not run at the creation and decides at the login; for groups, each.
fn at_fault(create: &Decision, login: &Decision, created: &Standing, stranded: &Difference) -> Vec<AtFault> {
    let not_run = |set: RuleSet, rule: &str| {
        let mut withheld = create.not_run.iter().filter(|not_run| not_run.cause == Cause::Withheld);
        withheld.find(|not_run| not_run.set == set && not_run.rule == rule)
    };
    let mut found: Vec<AtFault> = Vec::new();
    let mut blame = |set: RuleSet, rule: &str, differs: Differs| {
        let Some(not_run) = not_run(set, rule).filter(|_| differs.is_certain()) else { return };
        if !found.iter().any(|known| known.set == set && known.rule == rule) {
            found.push(AtFault { set, rule: rule.to_owned(), missing: not_run.missing.clone() });
        }
    };
    if let Some(rule) = &login.intake.rule {
        blame(RuleSet::UserIntake, rule, stranded.intake);
    }
    if let Some(rule) = &login.organization.rule {
        blame(RuleSet::OrganizationUsers, rule, stranded.organization);
    }
    let missed = login.groups.iter().filter(|grant| !created.groups.iter().any(|has| has.name == grant.name));
    for rule in missed.flat_map(|grant| &grant.rules) {
        blame(RuleSet::GroupAssignment, rule, stranded.groups);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;
    use crate::scim::{GroupRef, User};

    const RULES: &str = r#"
version: 1
provider: { name: p, attribute-mapping: { attributes: { team: { claim: team, scim: title } } } }
organizations: [{ name: A }, { name: B }, { name: F }]
groups: { rule-based: [Team, Finance] }
organization-assignment:
  users:
    - { rule: by-group, when: provider.groups includes "A", organization: A }
    - { rule: by-name, when: displayName eq "b", organization: B }
    - { rule: by-team, when: attributes.team eq "x", organization: A }
  fallback: F
user-intake:
  rules:
    - { rule: known, when: provider.groups includes "Known", decision: admit }
    - { rule: out, when: displayName eq "out", decision: refuse }
group-assignment:
  - { rule: team, when: attributes.team eq "x", groups: [Team] }
  - { rule: team-again, when: attributes.team pr and provider.groups includes "A", groups: [Team] }
  - { rule: finance, when: provider.groups includes "Finance", groups: [Finance] }
"#;

    /// Organization and groups, or the refusal, after the creation, the update and the login; and the rules at fault.
    fn way(attributes: &str, groups: &[&'static str]) -> (Vec<String>, Vec<String>) {
        let engine = Engine::compile(&Config::parse("vestibule.yaml", RULES).expect("sound rules"));
        let user = User::from_json(&format!("{{ \"userName\": \"u\", {attributes} }}")).expect(attributes);
        let person = Person::new(&user).in_provider_groups(groups.iter().copied().map(GroupRef::named));
        let Some(way) = Onboarding::of(&engine, &person, true) else { return Default::default() };
        let stands = |standing: &Standing| {
            let groups = standing.groups.iter().map(|grant| grant.name.clone());
            let organization = standing.organization.name.clone();
            let organization = organization.unwrap_or_else(|| standing.intake.decision.as_str().to_owned());
            [organization].into_iter().chain(groups).collect::<Vec<_>>().join(" ")
        };
        let steps = [Some(&way.created), way.updated.as_ref(), Some(&way.logged_in)];
        let at_fault = way.at_fault.iter().map(|known| format!("{}/{}", known.set.as_str(), known.rule)).collect();
        (steps.into_iter().flatten().map(stands).collect(), at_fault)
    }

    #[track_caller]
    fn check(attributes: &str, groups: &[&'static str], steps: [&str; 3], at_fault: &[&str]) {
        let (found, blamed) = way(attributes, groups);
        assert_eq!(
            (found, blamed),
            (steps.map(str::to_owned).to_vec(), at_fault.iter().map(|r| r.to_string()).collect())
        );
    }

    #[test]
    fn a_group_rule_is_mended_by_the_update_and_an_attribute_rule_only_by_the_login() {
        let (org, group) = ("organization-assignment.users", "group-assignment");
        check(r#""active": true"#, &["A"], ["F", "A", "A"], &[&format!("{org}/by-group")]);
        let both = [format!("{org}/by-team"), format!("{group}/team")];
        check(r#""title": "x""#, &[], ["F", "F", "A Team"], &[&both[0], &both[1]]);
        let each = [format!("{group}/team"), format!("{group}/team-again"), format!("{group}/finance")];
        let each: Vec<&str> = each.iter().map(String::as_str).collect();
        let with_org = [&[format!("{org}/by-group")].map(|rule| rule)[..]].concat();
        let all: Vec<&str> = with_org.iter().map(String::as_str).chain(each).collect();
        check(r#""title": "x""#, &["A", "Finance"], ["F", "A Finance", "A Team Finance"], &all);
    }

    #[test]
    fn who_is_right_at_once_has_no_rule_at_fault() {
        check(r#""displayName": "b""#, &[], ["B", "B", "B"], &[]);
        // The rule that is not run would have given the same organization.
        check(r#""displayName": "c""#, &["B"], ["F", "F", "F"], &[]);
    }

    #[test]
    fn a_refusal_counts_alone() {
        check(r#""displayName": "out""#, &["Known", "A"], ["refuse", "A", "A"], &["user-intake/known"]);
        check(r#""displayName": "out""#, &["A"], ["refuse", "refuse", "refuse"], &[]);
    }

    #[test]
    fn who_is_inactive_is_never_created() {
        assert_eq!(way(r#""active": "False""#, &["A"]), Default::default());
    }
}
