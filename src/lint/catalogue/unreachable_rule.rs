//! `unreachable-rule`

use crate::analysis::{Reach, RuleId};
use crate::lint::proofs::{Proofs, Site, listed};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "unreachable-rule",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/org-assignment",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A rule that can never act, because earlier rules of its set take every user that it matches, at every event. The rules that do
are named; none of them could be left out.

## Why it matters

The first rule that holds decides. A rule behind rules that take all of its people does nothing, though it reads as if it did.
A difference in case, a second address, an attribute without a value, or a group that is not known when SCIM creates a user
may leave somebody to it; then it is not reported.

## Avoid

```yaml
organization-assignment:
  users:
    - rule: eu-mail
      when: email ew "@contoso.eu"
      organization: Contoso EU
    - rule: eu-contractors
      when: email ew "@contoso.eu" and userName sw "ext-"
      organization: Contoso Guests
  fallback: Contoso Guests
```

## Prefer

```yaml
organization-assignment:
  users:
    - rule: eu-mail
      when: email ew "@contoso.eu"
      organization: Contoso EU
    - rule: eu-contractors
      when: email ew "@ext.contoso.eu"
      organization: Contoso Guests
  fallback: Contoso Guests
```

## Source

https://www.palantir.com/docs/foundry/authentication/org-assignment

## Fix

None. Which of the rules should come first is for a person to decide.
"#;

/// How many covering rules a message names and labels.
const MOST_NAMED: usize = 8;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let proofs = subject.proofs();
    for site in proofs.rules() {
        // One that says the same with the same result is a duplicate.
        if let Reach::Covered { by, is_irreducible } = proofs.reach(site.id)
            && proofs.duplicate_of(site.id).is_none()
        {
            problems.push(problem(proofs, &site, by, *is_irreducible));
        }
    }
}

fn problem(proofs: &Proofs<'_>, site: &Site<'_>, by: &[RuleId], is_irreducible: bool) -> Problem {
    let covering: Vec<Site<'_>> = by.iter().filter_map(|id| proofs.site(*id)).collect();
    let mut names: Vec<String> =
        covering.iter().take(MOST_NAMED).map(|site| format!("`{}`", crate::source::shorten(site.name))).collect();
    if covering.len() > MOST_NAMED {
        names.push(format!("{} more", covering.len() - MOST_NAMED));
    }
    let (rules, take) = if covering.len() == 1 { ("rule", "takes") } else { ("rules", "take") };
    let among = if is_irreducible { "" } else { "some of " };
    let message = format!(
        "rule `{}` never acts: {among}the earlier {rules} {} {take} every {} that it matches",
        site.name,
        listed(&names),
        site.whom(),
    );
    let label = if covering.len() == 1 { "this takes all of them" } else { "this takes some of them" };
    let problem = LINT
        .problem(site.when.at.value(), message)
        .label("nobody is left to it")
        .help("move the rule before those that take its people, or take it out");
    covering.iter().take(MOST_NAMED).fold(problem, |problem, site| problem.related(site.when.at.value(), label))
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::findings;

    /// The findings as message and underlined lines.
    fn check(rules: &[&str]) -> Vec<(String, Vec<usize>)> {
        let rule = |(index, when): (usize, &&str)| {
            let organization = ["Contoso EU", "Contoso Guests"][index % 2];
            format!("  - {{ rule: r{index}, when: '{when}', organization: {organization} }}\n")
        };
        let rules: String = rules.iter().enumerate().map(rule).collect();
        let document = format!("organization-assignment:\n  users:\n{rules}");
        let found = findings(&LINT, &[("vestibule.yaml", &document)]);
        let lines = |finding: &crate::source::Finding| finding.locations.iter().map(|at| at.start.line).collect();
        found.iter().map(|finding| (finding.message.clone(), lines(finding))).collect()
    }

    #[test]
    fn the_rules_that_cover_it_together_are_named_and_no_others() {
        let found = check(&[
            r#"userType eq "A""#,
            "title pr",
            r#"userType eq "B" and active eq true"#,
            r#"userType eq "B" and active eq false"#,
            r#"userType in ["a", "b"]"#,
        ]);
        let message = "rule `r4` never acts: the earlier rules `r0`, `r2` and `r3` take every user that it matches";
        assert_eq!(found, [(message.to_owned(), vec![7, 3, 5, 6])]);
    }

    #[test]
    fn one_rule_may_be_enough() {
        let found = check(&[r#"email ew "@x.eu""#, r#"email eq "a@x.eu""#]);
        let message = "rule `r1` never acts: the earlier rule `r0` takes every user that it matches";
        assert_eq!(found, [(message.to_owned(), vec![4, 3])]);
    }

    #[test]
    fn what_leaves_somebody_to_a_rule_keeps_it_alive() {
        for rules in [
            [r"userName matches /.*@x\.eu/", r#"userName ew "@x.eu""#],
            [r#"userName ew "@x.eu""#, "userName matches /.*@x.eu/"],
            [r#"email ew "@x.eu""#, r#"emails ew "@x.eu""#],
            [r#"title ne "a" and title pr"#, r#"title ne "a""#],
            [r#"provider.groups excludes "A""#, "active eq true"],
            ["false", "true"],
            [r#"email ew "@x.eu" and email ew "@y.eu""#, "true"],
        ] {
            assert_eq!(check(&rules), [], "{rules:?}");
        }
    }

    #[test]
    fn rules_that_all_count_cover_nothing() {
        let document = "groups: { rule-based: [G, H] }\ngroup-assignment:\n- { rule: a, when: true, groups: [G] }\n\
                        - { rule: b, when: title pr, groups: [H] }\n";
        assert!(findings(&LINT, &[("vestibule.yaml", document)]).is_empty());
    }

    #[test]
    fn rules_over_groups_and_intake_are_looked_at_too() {
        let document = "organization-assignment:\n  groups:\n  - { rule: a, when: 'group.displayName sw \"EU\"', organizations: \
                        [Contoso EU] }\n  - { rule: b, when: group.displayName matches /EU-.*/, organizations: [Contoso Guests] }\n\
                        user-intake:\n  rules: [{ rule: a, when: active eq true, decision: admit }, { rule: b, when: 'active eq true \
                        and title pr', decision: refuse }]\n";
        assert_eq!(findings(&LINT, &[("vestibule.yaml", document)]).len(), 2);
    }
}
