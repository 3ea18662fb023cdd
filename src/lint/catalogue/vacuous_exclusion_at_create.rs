//! `vacuous-exclusion-at-create`

use super::fallthrough_at_create::falls_through;
use super::provider_group_at_create::is_provider_group;
use crate::config::RuleRef;
use crate::condition::{Input, Question, RuleSet, Term, Test};
use crate::engine::Verdict;
use crate::engine::availability::{can_be_withheld, is_withheld_at_create};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "vacuous-exclusion-at-create",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A rule that leaves out the members of a provider group (`excludes`, or a negated condition on groups) and holds for
whoever is in no group. Where people of the snapshot fall through an organization rule, `fallthrough-at-create` says so
instead.

## Why it matters

When SCIM creates a user no group is known yet, so *is in none of these groups* says nothing about the person: it would
hold for the very people whom it is meant to keep out. Palantir's guide says that organization rules which use externally
managed groups are not run then. Of intake and of rule-based groups it says nothing; vestibule takes the same reading. If
Foundry reads it otherwise, such a rule admits or grants at the creation, and for an organization rule the people whom it
should take wait elsewhere until they log in.

## Avoid

```yaml
groups: { rule-based: [Employees] }
group-assignment:
  - rule: employees
    when: provider.groups excludes /Ext-.*/
    groups: [Employees]
```

## Prefer

A condition that holds only when something is known.

```yaml
groups: { rule-based: [Employees] }
group-assignment:
  - rule: employees
    when: provider.groups includes "All-Employees" and provider.groups excludes /Ext-.*/
    groups: [Employees]
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None. What tells the right people apart is for a person to decide.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    if !subject.creates_over_scim() {
        return;
    }
    for rule in subject.config.rules().filter(|rule| rule.enabled) {
        // Where people of the snapshot fall through it because it is not run, that is the finding.
        if rule.set == RuleSet::OrganizationUsers && falls_through(subject, rule.name) {
            continue;
        }
        let exclusions = exclusions(&rule);
        let Some((first, others)) = exclusions.split_first() else { continue };
        let message = match rule.set {
            RuleSet::OrganizationUsers => format!(
                "no group is known when SCIM creates a user, so being in none of them says nothing to rule `{}`",
                rule.name
            ),
            _ => format!(
                "if rule `{}` is run when SCIM creates a user, it leaves nobody out by group, as none is known",
                rule.name
            ),
        };
        let consequence = match rule.set {
            RuleSet::OrganizationUsers => {
                "Foundry does not run the rule then, so those whom it should take wait elsewhere until they log in; ask for \
                 what SCIM sends with the user, or for a group that they must be in"
            }
            RuleSet::UserIntake => {
                "ask for a group that the person must be in as well, or for what SCIM sends with the user: whether Foundry \
                 runs the rule at the creation is not documented, and if it does, the rule decides about members of that group too"
            }
            _ => {
                "ask for a group that the person must be in as well, or for what SCIM sends with the user: whether Foundry \
                 runs the rule at the creation is not documented, and if it does, members of that group get its groups too"
            }
        };
        let problem = LINT
            .problem(rule.when.at.within(first.span), message)
            .cases(exclusions.iter().map(|test| rule.when.case(test.span)))
            .label("would hold for everybody when SCIM creates a user")
            .help(consequence);
        problems.push(others.iter().fold(problem, |problem, test| problem.related(rule.when.at.within(test.span), "and so does this")));
    }
}

/// Whether this lint says of a rule all that its tests on `inputs` come to: that they hold for everybody.
pub(super) fn speaks_of(subject: &Subject<'_>, rule: &RuleRef<'_>, inputs: impl Fn(&Input) -> bool) -> bool {
    let exclusions = exclusions(rule);
    let mut tests = rule.when.condition.tests().filter(|test| inputs(&test.input));
    subject.selects(LINT.name) && !exclusions.is_empty() && tests.all(|test| exclusions.iter().any(|one| one.span == test.span))
}

/// The tests of a rule over users that leave out by group, where nothing else keeps it from holding for whoever is in none.
fn exclusions<'c>(rule: &RuleRef<'c>) -> Vec<&'c Test> {
    let term = &rule.when.condition.term;
    let mut found = Vec::new();
    let is_over_users = rule.set != RuleSet::OrganizationGroups;
    if is_over_users && can_be_withheld(term, &is_provider_group) && in_no_group(term).may(Verdict::HOLDS) {
        collect_exclusions(term, false, &mut found);
    }
    found
}

/// What a condition comes to for somebody of whom only what SCIM sends is known, whatever that is.
fn in_no_group(term: &Term) -> Verdict {
    match term {
        Term::Constant(constant) => Verdict::of(*constant),
        Term::Not(inner) => !in_no_group(inner),
        Term::All(terms) => terms.iter().map(in_no_group).fold(Verdict::HOLDS, Verdict::and),
        Term::Any(terms) => terms.iter().map(in_no_group).fold(Verdict::FAILS, Verdict::or),
        // What else is not known yet would count as absent too.
        Term::Test(test) if is_withheld_at_create(&test.input) => {
            Verdict::of(matches!(test.question, Question::SomeOrNone(_)))
        }
        Term::Test(_) => Verdict::OPEN,
    }
}

/// The tests on groups that hold for somebody in no group.
fn collect_exclusions<'t>(term: &'t Term, is_negated: bool, found: &mut Vec<&'t Test>) {
    match term {
        Term::Constant(_) => {}
        Term::Not(inner) => collect_exclusions(inner, !is_negated, found),
        Term::All(terms) | Term::Any(terms) => {
            terms.iter().for_each(|term| collect_exclusions(term, is_negated, found));
        }
        Term::Test(test) => {
            let holds = matches!(test.question, Question::SomeOrNone(_)) != is_negated;
            if is_provider_group(&test.input) && holds {
                found.push(test);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(when: &str) -> Vec<String> {
        let document = format!(
            "groups: {{ rule-based: [G] }}\ngroup-assignment:\n- rule: a\n  when: {when}\n  groups: [G]\n"
        );
        places(&LINT, &[("vestibule.yaml", &document)])
    }

    #[test]
    fn exclusions_in_every_spelling_are_underlined() {
        assert_eq!(check(r#"provider.groups excludes "A""#), [r#"vestibule.yaml:4:9 provider.groups excludes "A""#]);
        assert_eq!(check(r#"not (provider.groups includes "A")"#), [r#"vestibule.yaml:4:14 provider.groups includes "A""#]);
        assert_eq!(check("not provider.groups pr").len(), 1);
        assert_eq!(check(r#"email ew "@x" and provider.groups excludes "A""#).len(), 1);
        assert_eq!(check(r#"not (title pr or provider.groups includes "A")"#).len(), 1);
        assert_eq!(check(r#"title ne "x" and provider.groups excludes "A""#).len(), 1);
        assert_eq!(check(r#"provider.groups includes "B" or provider.groups excludes "A""#).len(), 1);
    }

    #[test]
    fn a_rule_that_asks_for_some_group_as_well_is_silent() {
        assert!(check(r#"provider.groups includes "B" and provider.groups excludes "A""#).is_empty());
        assert!(check(r#"provider.groups pr and provider.groups excludes "A""#).is_empty());
        assert!(check(r#"provider.groups includes "B""#).is_empty());
        assert!(check(r#"not (provider.groups excludes "A")"#).is_empty());
        assert!(check(r#"true or provider.groups excludes "A""#).is_empty());
        assert!(check(r#"false and provider.groups excludes "A""#).is_empty());
        assert!(check(r#"title ne "x""#).is_empty());
        // Nothing but the user's name is known then.
        assert!(check(r#"title eq "x" and provider.groups excludes "A""#).is_empty());
    }

    #[test]
    fn people_who_fall_through_the_rule_are_told_instead() {
        let document = "groups: { internal: [], rule-based: [] }\norganizations: [{ name: A }, { name: B }]\n\
                        organization-assignment:\n  users: [{ rule: o, when: 'provider.groups excludes \"Ext\"', \
                        organization: A }]\n  fallback: B\nsnapshot: { users: users.json, groups: groups.json }\n";
        let users = r#"[{ "id": "1", "userName": "ada", "externalId": "e1" }]"#;
        let groups = r#"[{ "id": "g", "displayName": "Ext", "externalId": "Ext", "members": [] }]"#;
        let files = [("vestibule.yaml", document), ("users.json", users), ("groups.json", groups)];
        assert!(places(&LINT, &files).is_empty());
        assert_eq!(places(&super::super::fallthrough_at_create::LINT, &files).len(), 1);
    }

    #[test]
    fn every_set_about_users_is_looked_at() {
        let rules = "organization-assignment:\n  users: [{ rule: o, when: provider.groups excludes \"A\", organization: Contoso \
                     EU }]\nuser-intake: { rules: [{ rule: i, when: provider.groups excludes \"A\", decision: refuse }] }\n";
        assert_eq!(places(&LINT, &[("vestibule.yaml", rules)]).len(), 2);
    }
}
