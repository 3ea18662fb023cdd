//! `refused-administrators`

use std::collections::BTreeSet;

use crate::condition::fold;
use crate::config::Config;
use crate::engine::{Engine, Event, Intake, Person, Verdict};
use crate::lint::records::{Named, case, counted};
use crate::lint::{Level, Lint, Subject};
use crate::scim::Fact;
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "refused-administrators",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/intake-forms",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

User intake that refuses, at a login, every member of the groups under `groups.administrators`, as far as the snapshot and
Foundry's export show who is a member.

## Why it matters

Whoever could change the rules is refused by them. Only Palantir's support can undo it.

## Avoid

```yaml
groups: { rule-based: [Admins], administrators: [Admins] }
group-assignment:
  - rule: admins
    when: userName sw "admin-"
    groups: [Admins]
user-intake:
  rules:
    - rule: own-people
      when: userName ew "@contoso.eu"
      decision: admit
  default: refuse
snapshot: { users: users.json }
```

```json users.json
[ { "id": "1", "userName": "admin-ada@contoso.com" }, { "id": "2", "userName": "ada@contoso.eu" } ]
```

## Prefer

```yaml
groups: { rule-based: [Admins], administrators: [Admins] }
group-assignment:
  - rule: admins
    when: userName sw "admin-"
    groups: [Admins]
user-intake:
  rules:
    - rule: own-people
      when: userName ew "@contoso.eu" or userName sw "admin-"
      decision: admit
  default: refuse
snapshot: { users: users.json }
```

```json users.json
[ { "id": "1", "userName": "admin-ada@contoso.com" }, { "id": "2", "userName": "ada@contoso.eu" } ]
```

## Source

How intake comes to admit or refuse is a reading of https://www.palantir.com/docs/foundry/authentication/intake-forms, and of the access rules in Palantir's published provider type.

## Fix

None. Put a rule that admits the administrators first.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let config = subject.config;
    let (Some(intake), Some(first)) = (&config.user_intake, config.groups.administrators.first()) else { return };
    let Some(population) = subject.population() else { return };
    let engine = Engine::compile(config);
    let administrators = Administrators::new(config);
    let Some(snapshot) = &subject.project.snapshot else { return };
    let (mut refused, mut rules, mut example) = (Vec::new(), BTreeSet::new(), None);
    for (index, record) in snapshot.users().iter().enumerate() {
        let person = population.person(index);
        if person.user().active() == Fact::Known(false) || !administrators.have(&engine, &person) {
            continue;
        }
        let decision = engine.evaluate(&person, Event::Login).intake;
        if decision.decision != Intake::Refuse {
            return;
        }
        refused.push(case(record, &["intake"]));
        rules.extend(decision.rule);
        example.get_or_insert_with(|| person.user().called());
    }
    let Some(example) = example else { return };
    let message = match refused.len() {
        1 => format!("user intake refuses {example}, the only administrator that the files show"),
        _ => format!("user intake refuses all {} that the files show, as {example}", counted(refused.len(), "administrator")),
    };
    let problem = LINT
        .problem(first.at.value(), message)
        .cases(refused)
        .label("nobody is left who could change the rules")
        .help("admit the administrators by a rule before those that refuse");
    let refusing = intake.rules.iter().filter(|rule| rules.contains(rule.name.as_str())).take(SHOWN);
    problems.push(refusing.fold(problem, |problem, rule| problem.related(rule.at.key("rule").value(), "refuses them")));
}

/// How many rules a finding points to.
const SHOWN: usize = 3;

/// Who is in the groups of administrators.
struct Administrators<'s> {
    config: &'s Config,
    /// Without case.
    names: BTreeSet<String>,
}

impl<'s> Administrators<'s> {
    fn new(config: &'s Config) -> Self {
        let names = config.groups.administrators.iter().map(|name| fold(name));
        Administrators { config, names: names.collect() }
    }

    /// Whether a person certainly is in one: by hand in Foundry, or by a rule.
    fn have(&self, engine: &Engine, person: &Person<'_>) -> bool {
        let is_one = |name: &str| self.names.contains(&fold(name));
        if matches!(person.held_internal_groups(), Fact::Known(held) if held.iter().any(|name| is_one(name))) {
            return true;
        }
        let rules = self.config.group_assignment.iter().flatten().filter(|rule| rule.enabled);
        let mut granting = rules.filter(|rule| rule.outcome.0.iter().any(|name| is_one(name)));
        granting.any(|rule| engine.verdict(&rule.when.condition.term, person, Event::Login) == Verdict::HOLDS)
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{findings, places};

    fn check(intake: &str) -> Vec<String> {
        let document = format!(
            "provider: {{ name: x, realm: r, attribute-mapping: {{ provider-id: oid }} }}\ngroups:\n  internal: [Owners]\n  rule-based: \
             [Admins]\n  administrators: [Owners, Admins]\ngroup-assignment: [{{ rule: g, when: userName sw \"adm-\", groups: \
             [Admins] }}]\nuser-intake: {{ {intake} }}\nsnapshot: {{ users: u.json }}\nfoundry: {{ users: f.json, groups: g.json, \
             memberships: m.json }}\n"
        );
        let files = [
            ("vestibule.yaml", document.as_str()),
            ("u.json", r#"[{"userName":"adm-ada"},{"userName":"bo"},{"userName":"cy"},{"userName":"adm-old","active":false}]"#),
            ("f.json", r#"[{"id":"2","username":"bo","realm":"r"}]"#),
            ("g.json", r#"[{"id":"g","name":"Owners","realm":"palantir-internal-realm"}]"#),
            ("m.json", r#"[{"groupId":"g","principalId":"2"}]"#),
        ];
        findings(&LINT, &files).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn members_by_hand_and_by_rule_are_all_refused() {
        assert_eq!(check("default: refuse"), ["user intake refuses all 2 administrators that the files show, as `adm-ada`"]);
        let rule = "rules: [{ rule: a, when: 'userName in [\"adm-ada\", \"bo\"]', decision: refuse }]";
        assert_eq!(check(rule).len(), 1);
    }

    #[test]
    fn one_who_is_admitted_or_may_be_is_enough() {
        assert!(check("rules: [{ rule: a, when: userName eq \"bo\", decision: admit }], default: refuse").is_empty());
        assert!(check("rules: [{ rule: a, when: attributes.x pr, decision: admit }], default: refuse, form: { attributes: [x] }").is_empty());
        assert!(check("rules: [{ rule: a, when: userName eq \"cy\", decision: refuse }]").is_empty());
    }

    #[test]
    fn the_first_group_is_underlined_and_no_known_member_is_silent() {
        let document = "groups: { rule-based: [A], administrators: [A] }\ngroup-assignment: [{ rule: g, when: userName eq \"ada\", \
                        groups: [A] }]\nuser-intake: { default: refuse }\nsnapshot: { users: u.json }\n";
        let check = |users: &str| places(&LINT, &[("vestibule.yaml", document), ("u.json", users)]);
        assert_eq!(check(r#"[{"userName":"ada"}]"#), ["vestibule.yaml:1:45 A"]);
        assert!(check(r#"[{"userName":"bo"}]"#).is_empty());
    }
}
