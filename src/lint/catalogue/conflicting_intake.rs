//! `conflicting-intake`

use crate::analysis::{Overlap, Reach, Shown};
use crate::condition::RuleSet;
use crate::lint::proofs::{Site, described};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "conflicting-intake",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/user-intake",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

An admitting and a refusing rule of user intake that match the same user, so that only their order decides who gets in.

## Why it matters

The first rule that holds decides. Whoever moves one of the two, or puts a rule between them, lets people in or locks them
out. A rule that is written `true` stands for the default and is not reported.

## Avoid

```yaml
user-intake:
  rules:
    - rule: staff
      when: email ew "@contoso.com"
      decision: admit
    - rule: leavers
      when: active eq false
      decision: refuse
```

## Prefer

```yaml
user-intake:
  rules:
    - rule: staff
      when: email ew "@contoso.com" and active eq true
      decision: admit
    - rule: leavers
      when: active eq false
      decision: refuse
```

## Source

https://www.palantir.com/docs/foundry/authentication/user-intake

## Fix

None. Who is to get in is for a person to decide.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let proofs = subject.proofs();
    let Some(intake) = &subject.config.user_intake else { return };
    for site in proofs.rules().into_iter().filter(|site| site.id.set == RuleSet::UserIntake) {
        if site.is_constant() || *proofs.reach(site.id) != Reach::Reachable {
            continue;
        }
        let found = proofs.analysis.borrow().overlap(site.id);
        let first = found.as_ref().and_then(|overlap| proofs.site(overlap.first));
        let decision = |site: &Site<'_>| intake.rules.get(site.id.index).map_or("", |rule| rule.outcome.value.as_str());
        if let (Some(overlap), Some(first)) = (found, first) {
            problems.push(problem((&first, decision(&first)), (&site, decision(&site)), &overlap));
        }
    }
}

fn problem(first: (&Site<'_>, &str), second: (&Site<'_>, &str), overlap: &Overlap) -> Problem {
    let ((first, what), (second, other)) = (first, second);
    let whom = match &overlap.witness {
        Shown::User(witness) => described(witness),
        Shown::Group(_) => "a group".to_owned(),
    };
    let message = format!(
        "rule `{}` would {what} {whom} and rule `{}` would {other} the same user, and only their order decides",
        first.name, second.name
    );
    LINT.problem(second.when.at.value(), message)
        .label("matches too, and comes later")
        .related(first.when.at.value(), "decides, because it comes first")
        .help("keep the two apart by their conditions, so that their order does not matter")
        .witness(overlap.witness.to_json())
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::findings;

    fn check(rules: &[(&str, &str)]) -> Vec<String> {
        let rule = |(index, (when, decision)): (usize, &(&str, &str))| {
            format!("  - {{ rule: r{index}, when: '{when}', decision: {decision} }}\n")
        };
        let rules: String = rules.iter().enumerate().map(rule).collect();
        let document = format!("user-intake:\n  rules:\n{rules}");
        findings(&LINT, &[("vestibule.yaml", &document)]).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn one_whom_both_match_is_shown() {
        let found = check(&[(r#"email ew "@contoso.com""#, "admit"), ("active eq false", "refuse")]);
        let message = "rule `r0` would admit `ada.lovelace@contoso.com` and rule `r1` would refuse the same user, and only \
                       their order decides";
        assert_eq!(found, [message]);
    }

    #[test]
    fn rules_that_agree_or_are_apart_are_silent() {
        assert!(check(&[("title pr", "admit"), ("active eq false", "admit")]).is_empty());
        assert!(check(&[("active eq true", "admit"), ("active eq false", "refuse")]).is_empty());
        assert!(check(&[("active eq true", "admit"), ("true", "refuse")]).is_empty());
    }
}
