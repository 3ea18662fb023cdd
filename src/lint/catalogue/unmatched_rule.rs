//! `unmatched-rule`

use super::group_name_case::is_found_in_other_case;
use super::rules_by_the_wrong_group_key::names_by_the_wrong_key;
use super::unknown_provider_group::is_unknown;
use crate::condition::{RuleSet, Term};
use crate::config::{Admission, Config, RuleRef};
use crate::engine::{Engine, Event, Verdict};
use crate::lint::known_groups::{NamedGroup, named_groups};
use crate::lint::records::counted;
use crate::lint::{Level, Lint, Subject};
use crate::scim::Kind;
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "unmatched-rule",
    severity: Severity::Info,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/org-assignment",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A rule whose condition no user of the snapshot satisfies at any event; for a rule over groups, no group. Rules that refuse
are left out: whom they refuse is in no snapshot. So is a rule of which the files do not say enough of somebody, and one that
names a group which the snapshot does not have: `unknown-provider-group` says it then.

## Why it matters

Control Panel accepts a rule that takes nobody, and says nothing. It may wait for people who are still to come; or it has a
mistake in it.

## Avoid

```yaml
organization-assignment:
  users:
    - rule: eu-mail
      when: email ew "@contoso.eu"
      organization: Contoso EU
  fallback: Contoso Guests
snapshot: { users: users.json }
```

```json users.json
[ { "id": "1", "userName": "ada", "emails": [{ "value": "ada@contoso.com" }] } ]
```

## Prefer

```yaml
organization-assignment:
  users:
    - rule: com-mail
      when: email ew "@contoso.com"
      organization: Contoso EU
  fallback: Contoso Guests
snapshot: { users: users.json }
```

```json users.json
[ { "id": "1", "userName": "ada", "emails": [{ "value": "ada@contoso.com" }] } ]
```

## Source

https://www.palantir.com/docs/foundry/authentication/org-assignment

## Fix

None. Whether the rule is wrong or early is for a person to say.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let config = subject.config;
    let rules = config.rules().filter(|rule| rule.enabled && rule.when.condition.term != Term::Constant(false));
    let rules = rules.filter(|rule| !is_refusal(config, rule) && !names_an_unknown_group(subject, rule));
    let (over_groups, over_users): (Vec<_>, Vec<_>) = rules.partition(|rule| rule.set == RuleSet::OrganizationGroups);
    for rule in unmatched_by_users(subject, over_users) {
        problems.push(problem(&rule, "user", subject.population().map_or(0, |population| population.len())));
    }
    let Some(snapshot) = subject.project.snapshot.as_ref().filter(|_| subject.known_groups().is_some()) else { return };
    for rule in over_groups.iter().filter(|_| !snapshot.groups().is_empty()) {
        let may_hold = |term| snapshot.groups().iter().any(|group| Engine::group_verdict(term, &group.resource).may(Verdict::HOLDS));
        if !may_hold(&rule.when.condition.term) {
            problems.push(problem(rule, "group", snapshot.groups().len()));
        }
    }
}

fn problem(rule: &RuleRef<'_>, kind: &str, count: usize) -> Problem {
    let message = format!("rule `{}` matches none of the {} of the snapshot", rule.name, counted(count, kind));
    let problem = LINT.problem(rule.when.at.value(), message).label("matches nobody at any event");
    let problem = problem.fact(&[&rule.when.condition.printed]);
    problem.help("correct the condition, or keep the rule for those who are still to come")
}

/// Whom a rule of intake refuses is in no snapshot.
fn is_refusal(config: &Config, rule: &RuleRef<'_>) -> bool {
    let rules = config.user_intake.as_ref().map(|intake| intake.rules.as_slice()).unwrap_or_default();
    rule.set == RuleSet::UserIntake
        && rules.iter().any(|other| other.name.as_str() == rule.name && other.outcome.value == Admission::Refuse)
}

/// Whether another lint says why the groups of a rule are nobody's.
fn names_an_unknown_group(subject: &Subject<'_>, rule: &RuleRef<'_>) -> bool {
    let Some(known) = subject.known_groups() else { return false };
    let is_told = |named: &NamedGroup<'_>| {
        is_unknown(known, named) || (named.is_exact && is_found_in_other_case(known, named))
    };
    named_groups(rule).iter().any(is_told) || names_by_the_wrong_key(subject, rule)
}

/// The rules over users that certainly hold for nobody. Each rule is asked about people until one may satisfy it.
fn unmatched_by_users<'c>(subject: &Subject<'_>, mut rules: Vec<RuleRef<'c>>) -> Vec<RuleRef<'c>> {
    let is_whole = |kind| {
        let snapshot = subject.project.snapshot.as_ref();
        snapshot.is_some_and(|snapshot| snapshot.completeness(kind).is_complete() && snapshot.skipped(kind) == 0)
    };
    let Some(population) = subject.population().filter(|_| is_whole(Kind::Users)) else { return Vec::new() };
    let engine = Engine::compile(subject.config);
    let events = Event::ALL.into_iter().filter(|event| event.runs_rules());
    for index in 0..population.len() {
        if rules.is_empty() {
            break;
        }
        let person = population.person(index);
        let may_hold = |term, event| engine.verdict(term, &person, event).may(Verdict::HOLDS);
        rules.retain(|rule| !events.clone().any(|event| may_hold(&rule.when.condition.term, event)));
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(rules: &str, users: &str, groups: &str) -> Vec<String> {
        let document = format!("{rules}snapshot: {{ users: u.json, groups: g.json }}\ngroups: {{ rule-based: [G] }}\n");
        places(&LINT, &[("vestibule.yaml", &document), ("u.json", users), ("g.json", groups)])
    }

    fn rule(when: &str) -> String {
        format!("group-assignment:\n- rule: a\n  when: {when}\n  groups: [G]\n")
    }

    const ADA: &str = r#"[{"id":"1","userName":"ada"}]"#;
    const EU: &str = r#"[{"displayName":"EU","members":[{"value":"1"}]},{"displayName":"US","members":[]}]"#;

    #[test]
    fn the_condition_of_a_rule_for_nobody_is_underlined() {
        assert_eq!(check(&rule(r#"userName eq "bo""#), ADA, EU), [r#"vestibule.yaml:3:9 userName eq "bo""#]);
        assert_eq!(check(&rule(r#"provider.groups includes "US""#), ADA, EU).len(), 1);
        let groups = "organization-assignment:\n  groups: [{ rule: a, when: group.displayName sw \"Z\", organizations: [Contoso EU] }]\n";
        assert_eq!(check(groups, ADA, EU).len(), 1);
    }

    #[test]
    fn who_matches_later_or_may_match_counts() {
        assert!(check(&rule(r#"provider.groups includes "EU""#), ADA, EU).is_empty());
        let without_members = r#"[{"displayName":"US"}]"#;
        assert!(check(&rule(r#"provider.groups includes "US""#), ADA, without_members).is_empty(), "nobody says who is in it");
        assert!(check(&rule("true"), ADA, EU).is_empty());
    }

    #[test]
    fn what_says_nothing_is_silent() {
        assert!(check(&rule(r#"userName eq "bo""#), "[]", EU).is_empty());
        let half = r#"{"totalResults":5,"Resources":[{"id":"1","userName":"ada"}]}"#;
        assert!(check(&rule(r#"userName eq "bo""#), half, EU).is_empty());
        assert!(check(&rule(r#"provider.groups includes "Sales""#), ADA, EU).is_empty(), "another lint says it");
        assert!(check(&rule("provider.groups includes /eu/"), ADA, EU).is_empty(), "so it does of a name in another case");
        let by_id = r#"[{"displayName":"7c4d0d2a-5a3c-4f5e-9d0e-1b2c3d4e5f60","members":[{"value":"1"}]}]"#;
        assert!(check(&rule("provider.groups includes /EU-.*/"), ADA, by_id).is_empty(), "and of a name for an object id");
        let refuses = "user-intake: { rules: [{ rule: a, when: userName sw \"svc-\", decision: refuse }] }\n";
        assert!(check(refuses, ADA, EU).is_empty());
        let admits = refuses.replace("decision: refuse", "decision: admit");
        assert_eq!(check(&admits, ADA, EU).len(), 1);
    }
}
