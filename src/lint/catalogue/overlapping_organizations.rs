//! `overlapping-organizations`

use std::collections::BTreeSet;

use crate::analysis::{Overlap, Reach, RuleId, Shown};
use crate::condition::RuleSet;
use crate::config::{Config, Rule};
use crate::lint::proofs::{Site, described};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "overlapping-organizations",
    severity: Severity::Info,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/org-assignment",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Two organization rules for different organizations that match the same user, or the same provider group, so that only their
order decides. One finding a rule, with somebody whom both match. Users whom intake refuses do not count, nor do rules that
are written `true`.

## Why it matters

Whoever moves one of the rules moves people. Where the order is meant, a comment says so, and a test keeps it.

## Avoid

```yaml
organization-assignment:
  users:
    - rule: europe
      when: email ew "@contoso.eu"
      organization: Contoso EU
    - rule: guests
      when: userName sw "ext-"
      organization: Contoso Guests
  fallback: Contoso EU
```

## Prefer

```yaml
organization-assignment:
  users:
    - rule: europe
      when: email ew "@contoso.eu"
      organization: Contoso EU
    - rule: guests
      when: email ew "@fabrikam.com"
      organization: Contoso Guests
  fallback: Contoso EU
```

## Source

https://www.palantir.com/docs/foundry/authentication/org-assignment

## Fix

None. Which organization such a user belongs to is for a person to decide.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let proofs = subject.proofs();
    let is_of_organizations =
        |site: &Site<'_>| matches!(site.id.set, RuleSet::OrganizationUsers | RuleSet::OrganizationGroups);
    for site in proofs.rules().into_iter().filter(is_of_organizations) {
        // A rule that never acts has another finding.
        if site.is_constant() || !has_rival(subject.config, site.id) || *proofs.reach(site.id) != Reach::Reachable {
            continue;
        }
        let found = proofs.analysis.borrow().overlap(site.id);
        if let Some(overlap) = found
            && let Some(first) = proofs.site(overlap.first)
        {
            problems.push(problem(&first, &site, &overlap));
        }
    }
}

/// Whether an earlier rule names another organization, so that there is something to prove.
fn has_rival(config: &Config, id: RuleId) -> bool {
    fn among<'c, O, N: PartialEq>(rules: Option<&'c [Rule<O>]>, index: usize, names: impl Fn(&'c O) -> N) -> bool {
        let until = rules.and_then(|rules| rules.get(..=index));
        let Some((rule, earlier)) = until.and_then(<[_]>::split_last) else { return false };
        let own = names(&rule.outcome);
        earlier.iter().any(|other| other.enabled && names(&other.outcome) != own)
    }
    let assignment = config.organization_assignment.as_ref();
    match id.set {
        RuleSet::OrganizationUsers => {
            among(assignment.and_then(|of| of.users.as_deref()), id.index, |organization| &organization.0.value)
        }
        RuleSet::OrganizationGroups => among(assignment.and_then(|of| of.groups.as_deref()), id.index, |organizations| {
            organizations.0.iter().map(|name| &name.value).collect::<BTreeSet<_>>()
        }),
        RuleSet::UserIntake | RuleSet::GroupAssignment => false,
    }
}

fn problem(first: &Site<'_>, second: &Site<'_>, overlap: &Overlap) -> Problem {
    let whom = match &overlap.witness {
        Shown::User(witness) => described(witness),
        Shown::Group(witness) => {
            let name = witness.group().display_name().known().flatten().unwrap_or_default();
            format!("the group {}", crate::source::quoted(name))
        }
    };
    let message = format!(
        "rules `{}` and `{}` for different organizations both match {whom}, and only their order decides",
        first.name, second.name
    );
    LINT.problem(second.when.at.value(), message)
        .label("matches too, and comes later")
        .related(first.when.at.value(), "decides, because it comes first")
        .help("keep the two apart by their conditions, or say beside them that the order is meant")
        .witness(overlap.witness.to_json())
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::findings;

    fn check(rules: &[&str]) -> Vec<String> {
        let rule = |(index, when): (usize, &&str)| {
            let organization = ["Contoso EU", "Contoso Guests"][index % 2];
            format!("  - {{ rule: r{index}, when: '{when}', organization: {organization} }}\n")
        };
        let rules: String = rules.iter().enumerate().map(rule).collect();
        let document = format!("organization-assignment:\n  users:\n{rules}");
        findings(&LINT, &[("vestibule.yaml", &document)]).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn somebody_whom_both_match_is_shown() {
        let found = check(&[r#"provider.groups includes "EU-Finance""#, r#"email ew "@fabrikam.com""#]);
        let message = "rules `r0` and `r1` for different organizations both match `ada.lovelace@fabrikam.com` in \
                       `EU-Finance`, and only their order decides";
        assert_eq!(found, [message]);
        assert_eq!(check(&[r#"email eq "ada@x.eu""#, r#"email ew "@x.eu""#]).len(), 1);
        assert_eq!(check(&["userName matches /a.*/", r#"userName ew "z""#]).len(), 1);
    }

    #[test]
    fn rules_that_nobody_satisfies_together_are_silent() {
        for rules in [
            [r#"email ew "@a.eu""#, r#"email ew "@b.eu""#],
            ["active eq true", "active eq false"],
            ["userName matches /a.*/", "userName matches /b.*/"],
            ["active eq true", "true"],
        ] {
            assert_eq!(check(&rules), Vec::<String>::new(), "{rules:?}");
        }
        let same = [r#"email ew "@a.eu""#, "active eq false", r#"email ew "b@a.eu" and active eq true"#];
        assert_eq!(check(&same).len(), 1, "the second overlaps with the first, and the third with none");
    }

    #[test]
    fn rules_for_one_organization_are_no_rivals() {
        let document = |first: &str, enabled: bool| {
            format!(
                "organization-assignment:\n  users:\n  - {{ rule: a, enabled: {enabled}, when: title pr, organization: Contoso \
                 {first} }}\n  - {{ rule: b, when: active eq true, organization: Contoso EU }}\n"
            )
        };
        for (first, enabled, count) in [("EU", true, 0), ("Guests", true, 1), ("Guests", false, 0)] {
            let found = findings(&LINT, &[("vestibule.yaml", &document(first, enabled))]);
            assert_eq!(found.len(), count, "{first}");
        }
    }

    #[test]
    fn whom_intake_refuses_does_not_count() {
        let document = |intake: &str| {
            format!(
                "{intake}organization-assignment:\n  users:\n  - {{ rule: a, when: active eq false, organization: Contoso EU }}\n  \
                 - {{ rule: b, when: email pr, organization: Contoso Guests }}\n"
            )
        };
        let refused = "user-intake: { rules: [{ rule: x, when: active eq false, decision: refuse }] }\n";
        assert_eq!(findings(&LINT, &[("vestibule.yaml", &document(""))]).len(), 1);
        assert!(findings(&LINT, &[("vestibule.yaml", &document(refused))]).is_empty());
    }
}
