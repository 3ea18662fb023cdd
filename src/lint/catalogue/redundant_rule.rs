//! `redundant-rule`

use std::collections::BTreeSet;

use crate::analysis::{Reach, Redundant, RuleId};
use crate::condition::RuleSet;
use crate::lint::proofs::{Proofs, Site};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Place, Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "redundant-rule",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/org-assignment",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A rule without which every decision at every event would be the same: whoever it takes gets the same from a later rule, or,
of groups, from other rules. All the rules that are reported can be left out together. A rule that only says what follows
anyway where no rule holds is not reported: it says so on purpose.

## Why it matters

It has to be kept in step with the others, and somebody who changes only one of them changes more than they see.

## Avoid

```yaml
organization-assignment:
  users:
    - rule: finance
      when: email ew "@finance.contoso.eu"
      organization: Contoso EU
    - rule: eu-mail
      when: email ew "contoso.eu"
      organization: Contoso EU
  fallback: Contoso Guests
```

## Prefer

```yaml
organization-assignment:
  users:
    - rule: eu-mail
      when: email ew "contoso.eu"
      organization: Contoso EU
  fallback: Contoso Guests
```

## Source

https://www.palantir.com/docs/foundry/authentication/org-assignment

## Fix

None. Which of the rules says best what is meant is for a person to decide.
"#;

/// How many other rules are labelled.
const MOST_LABELLED: usize = 8;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let proofs = subject.proofs();
    for set in RuleSet::ALL {
        // What never acts is told by other lints.
        let counts = |id: RuleId| *proofs.reach(id) == Reach::Reachable && proofs.duplicate_of(id).is_none();
        // What all rules come to is worked out before the analysis is borrowed.
        let counting: BTreeSet<RuleId> = proofs.rules().iter().map(|site| site.id).filter(|id| counts(*id)).collect();
        let rules = || proofs.rules().into_iter().map(|site| site.id);
        let gone: BTreeSet<RuleId> = rules().filter(|id| proofs.duplicate_of(*id).is_some()).collect();
        let found = proofs.analysis.borrow_mut().redundant_rules(
            set,
            |id| counting.contains(&id),
            |id| gone.contains(&id),
        );
        // What follows anyway may be said on purpose.
        let repeats_a_rule = |redundant: &Redundant| !redundant.instead.is_empty();
        for redundant in found.into_iter().filter(repeats_a_rule) {
            let Some(site) = proofs.site(redundant.rule) else { continue };
            problems.push(problem(subject, proofs, &site, &redundant));
        }
    }
}

fn problem(subject: &Subject<'_>, proofs: &Proofs<'_>, site: &Site<'_>, redundant: &Redundant) -> Problem {
    let message = format!("without rule `{}` every decision would be the same", site.name);
    let mut problem = LINT
        .problem(site.at.key("rule").value(), message)
        .label("could be left out")
        .help("take the rule out, or mend its condition or its result");
    for other in redundant.instead.iter().filter_map(|id| proofs.site(*id)).take(MOST_LABELLED) {
        problem = problem.related(other.at.key("rule").value(), "decides the same in its place");
    }
    if redundant.otherwise
        && let Some(place) = otherwise(subject, site.id.set)
    {
        problem = problem.related(place, "decides the same in its place");
    }
    problem
}

/// Where it is written what follows where no rule of a set holds.
fn otherwise(subject: &Subject<'_>, set: RuleSet) -> Option<Place> {
    let config = subject.config;
    match set {
        RuleSet::OrganizationUsers => {
            let fallback = config.organization_assignment.as_ref()?.fallback.as_ref()?;
            Some(fallback.at.value())
        }
        RuleSet::UserIntake => Some(config.user_intake.as_ref()?.at.key("default").value()),
        RuleSet::OrganizationGroups | RuleSet::GroupAssignment => None,
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(document: &str) -> Vec<String> {
        let places = places(&LINT, &[("vestibule.yaml", document)]);
        places.iter().map(|place| place.rsplit(' ').next().unwrap_or_default().to_owned()).collect()
    }

    fn organizations(rules: &[(&str, &str)], fallback: &str) -> Vec<String> {
        let rule = |(index, (when, organization)): (usize, &(&str, &str))| {
            format!("  - {{ rule: r{index}, when: '{when}', organization: Contoso {organization} }}\n")
        };
        let rules: String = rules.iter().enumerate().map(rule).collect();
        check(&format!("organization-assignment:\n  users:\n{rules}{fallback}"))
    }

    const GUESTS: &str = "  fallback: Contoso Guests\n";

    #[test]
    fn a_rule_that_the_next_one_repeats_and_not_one_that_says_what_follows_anyway() {
        assert!(organizations(&[("title pr", "Guests")], GUESTS).is_empty());
        assert_eq!(organizations(&[(r#"email ew "@a.eu""#, "EU"), (r#"email ew "a.eu""#, "EU")], GUESTS), ["r0"]);
        assert!(organizations(&[("title pr", "Guests")], "").is_empty());
    }

    #[test]
    fn a_rule_between_keeps_it() {
        let rules = [(r#"email eq "a""#, "Guests"), ("active eq true", "EU")];
        assert!(organizations(&rules, GUESTS).is_empty());
        let rules = [(r#"email eq "a""#, "Guests"), (r#"email eq "b""#, "EU"), (r#"title pr"#, "Guests")];
        assert!(organizations(&rules, "").is_empty());
    }

    #[test]
    fn what_an_event_makes_of_it_counts() {
        // At the creation the group is not known, and the mail decides.
        let rules = [(r#"email ew "@a.eu""#, "EU"), (r#"provider.groups includes "G""#, "Guests"), ("true", "EU")];
        assert_eq!(organizations(&rules, ""), Vec::<String>::new());
        let rules = [(r#"email ew "@a.eu""#, "EU"), (r#"title pr"#, "EU"), ("true", "EU")];
        assert_eq!(organizations(&rules, ""), ["r0", "r1"]);
    }

    #[test]
    fn every_set_is_looked_at_beside_the_others() {
        let document = "organization-assignment:\n  users: [{ rule: o, when: title sw \"x\", organization: Contoso EU }, { rule: p, \
                        when: title pr, organization: Contoso EU }]\n  fallback: Contoso Guests\nuser-intake: { rules: [{ rule: i, when: \
                        title sw \"x\", decision: refuse }, { rule: j, when: title pr, decision: refuse }] }\ngroups: { rule-based: \
                        [G] }\ngroup-assignment:\n- { rule: a, when: title pr, groups: [G] }\n- { rule: b, when: title sw \"x\", \
                        groups: [G] }\n";
        let mut found = check(document);
        found.sort();
        assert_eq!(found, ["b", "i", "o"]);
    }

    #[test]
    fn intake_and_groups_of_organizations() {
        assert!(check("user-intake: { rules: [{ rule: a, when: title pr, decision: admit }], default: admit }\n").is_empty());
        assert!(check("user-intake: { rules: [{ rule: a, when: title pr, decision: refuse }], default: admit }\n").is_empty());
    }

    #[test]
    fn a_group_that_other_rules_give_too() {
        let document = |second: &str, third: &str| {
            format!(
                "groups: {{ rule-based: [G, H] }}\ngroup-assignment:\n- {{ rule: a, when: title pr, groups: [G] }}\n- {{ rule: \
                 b, when: {second}, groups: [H] }}\n- {{ rule: c, when: {third}, groups: [G, H] }}\n"
            )
        };
        assert_eq!(check(&document("title pr", "title pr and active eq true")), ["c"]);
        assert_eq!(check(&document("active eq true", "title pr and active eq true")), ["c"]);
        assert!(check(&document("active eq false", "title pr and active eq true")).is_empty());
        let twice = "groups: { rule-based: [G] }\ngroup-assignment:\n- { rule: a, when: title pr, groups: [G] }\n- { rule: b, \
                     when: title pr, groups: [G] }\n";
        assert!(check(twice).is_empty(), "that is a duplicate");
    }
}
