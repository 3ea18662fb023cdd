//! `contradictory-condition`

use crate::analysis::Reach;
use crate::condition::ExprKind;
use crate::lint::proofs::Site;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity, Span};

pub(super) const LINT: Lint = Lint {
    name: "contradictory-condition",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/group-assignment",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A condition that no user can satisfy, at any event; for rules over provider groups, no group.

## Why it matters

The rule never acts, and whoever wrote it meant somebody. Often two values of one attribute are connected with `and` where
either was meant, or a pattern and a comparison exclude each other. That nobody satisfies it is proved, over every value that
an attribute can have. A rule that is meant to rest says `enabled: false`; a condition that is written `false` is not
reported.

## Avoid

```yaml
organization-assignment:
  users:
    - rule: europe
      when: email ew "@contoso.eu" and email ew "@contoso.de"
      organization: Contoso EU
  fallback: Contoso Guests
```

## Prefer

```yaml
organization-assignment:
  users:
    - rule: europe
      when: email ew "@contoso.eu" or email ew "@contoso.de"
      organization: Contoso EU
  fallback: Contoso Guests
```

## Source

https://www.palantir.com/docs/foundry/authentication/group-assignment

## Fix

None. What was meant is for a person to decide.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let proofs = subject.proofs();
    for site in proofs.rules() {
        if site.is_constant() || *proofs.reach(site.id) != Reach::NeverHolds {
            continue;
        }
        let parts = excluding(&site, &proofs.analysis.borrow_mut().excluding_parts(site.id));
        let message = format!("no {} can satisfy the condition of rule `{}`", site.whom(), site.name);
        let help = "connect with `or` what was meant as a choice, or set `enabled: false` where the rule is to rest";
        let problem = match parts.split_first() {
            Some((first, rest)) if !rest.is_empty() => {
                let problem = LINT.problem(site.when.at.within(*first), message).label("where this holds");
                rest.iter().fold(problem, |problem, part| {
                    problem.related(site.when.at.within(*part), "this does not")
                })
            }
            Some((only, _)) => LINT.problem(site.when.at.within(*only), message).label("never so"),
            None => LINT.problem(site.when.at.value(), message).label("never so"),
        };
        problems.push(problem.help(help));
    }
}

/// Where the parts stand that exclude each other.
fn excluding(site: &Site<'_>, parts: &[usize]) -> Vec<Span> {
    let ExprKind::And(written) = &site.when.expr.kind else { return Vec::new() };
    parts.iter().filter_map(|part| written.get(*part)).map(|part| part.span).collect()
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{findings, places};

    fn document(when: &str) -> String {
        format!("user-intake:\n  rules:\n  - rule: a\n    when: {when}\n    decision: refuse\n")
    }

    fn check(when: &str) -> Vec<String> {
        places(&LINT, &[("vestibule.yaml", &document(when))])
    }

    #[test]
    fn the_parts_that_exclude_each_other_are_underlined() {
        let when = r#"active eq true and userName eq "a" and userName sw "b""#;
        assert_eq!(check(when), [r#"vestibule.yaml:4:30 userName eq "a""#]);
        let files = [("vestibule.yaml", document(when))];
        let files = files.each_ref().map(|(file, content)| (*file, content.as_str()));
        let finding = findings(&LINT, &files).remove(0);
        let labels: Vec<&str> = finding.locations.iter().map(|location| location.label.as_str()).collect();
        assert_eq!(labels, ["where this holds", "this does not"]);
    }

    #[test]
    fn the_whole_condition_is_where_no_part_stands_out() {
        assert_eq!(check("not (userName pr)"), ["vestibule.yaml:4:11 not (userName pr)"]);
        assert_eq!(check("emails[value eq \"a\" and value eq \"b\"]").len(), 1);
    }

    #[test]
    fn what_somebody_may_satisfy_is_silent() {
        for when in [
            "false",
            r#"provider.groups eq "A" and provider.groups eq "B""#,
            r#"emails ew "@a" and emails ew "@b""#,
            r"userName matches /.*@x\.eu/ and not (userName matches /a.*/)",
            r#"title ne "a" and title eq null"#,
            r"userName matches /\w\b.*/ and userName matches /[^\w].*/",
        ] {
            assert!(check(when).is_empty(), "{when}");
        }
    }
}
