//! `redundant-condition`

use crate::analysis::Reach;
use crate::condition::{Expr, ExprKind};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity, Span};

pub(super) const LINT: Lint = Lint {
    name: "redundant-condition",
    severity: Severity::Info,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/group-assignment",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A part of a condition that changes nothing: with or without it, the same users satisfy the condition at every event. All the
parts of one condition that are reported can be left out together.

## Why it matters

It reads as if it chose somebody, and has to be kept in step with the rest. Sometimes it was to say something else.

## Avoid

```yaml
organization-assignment:
  users:
    - rule: eu-mail
      when: email ew "@contoso.eu" and email pr
      organization: Contoso EU
  fallback: Contoso Guests
```

## Prefer

```yaml
organization-assignment:
  users:
    - rule: eu-mail
      when: email ew "@contoso.eu"
      organization: Contoso EU
  fallback: Contoso Guests
```

## Source

https://www.palantir.com/docs/foundry/authentication/group-assignment

## Fix

None yet. Take the part out.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let proofs = subject.proofs();
    for site in proofs.rules().into_iter().filter(|site| has_parts(&site.when.expr)) {
        // Of what holds for nobody or for everybody, that is the finding.
        let is_told = matches!(proofs.reach(site.id), Reach::NeverHolds | Reach::Unknown)
            || proofs.analysis.borrow().always_holds(site.id).is_some();
        if is_told {
            continue;
        }
        for way in proofs.analysis.borrow_mut().redundant_parts(site.id) {
            let Some(span) = part(&site.when.expr, &way) else { continue };
            let message = format!("a part of the condition of rule `{}` changes nothing", site.name);
            let problem = LINT
                .problem(site.when.at.within(span), message)
                .label(format!("the same {}s satisfy the condition without it", site.whom()))
                .help("take the part out, or mend it if it was to say something else");
            problems.push(problem);
        }
    }
}

/// Whether some part could be left out at all.
fn has_parts(mut expr: &Expr) -> bool {
    while let ExprKind::Not(inner) = &expr.kind {
        expr = inner;
    }
    matches!(expr.kind, ExprKind::And(_) | ExprKind::Or(_))
}

/// Where a part stands: its way is an index at every `and` and `or`.
fn part(mut expr: &Expr, way: &[usize]) -> Option<Span> {
    let mut way = way.iter();
    loop {
        match &expr.kind {
            ExprKind::Not(inner) if !way.as_slice().is_empty() => expr = inner,
            ExprKind::And(parts) | ExprKind::Or(parts) => match way.next() {
                Some(index) => expr = parts.get(*index)?,
                None => return Some(expr.span),
            },
            _ if way.as_slice().is_empty() => return Some(expr.span),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::underlined;

    fn check(when: &str) -> Vec<String> {
        let document = format!("user-intake:\n  rules:\n  - rule: a\n    when: {when}\n    decision: refuse\n");
        underlined(&LINT, &[("vestibule.yaml", &document)])
    }

    #[test]
    fn the_part_that_changes_nothing_is_underlined() {
        for (when, part) in [
            (r#"email ew "@x.eu" and email pr"#, "email pr"),
            (r#"email ew "x.eu" or email ew "@x.eu""#, r#"email ew "@x.eu""#),
            (r#"userName sw "a" and not (userName sw "b" or userName pr and title pr and false)"#, ""),
            (r#"active eq true and not (active eq false)"#, "not (active eq false)"),
            (r#"userName eq "a" and (userName sw "a" or title pr)"#, "userName sw \"a\" or title pr"),
            (r#"title pr and active eq true or userName sw "a" or active eq true and title pr"#, "active eq true and title pr"),
        ] {
            let found = check(when);
            if !part.is_empty() {
                assert_eq!(found, [part], "{when}");
            }
            assert!(!found.is_empty(), "{when}");
        }
    }

    #[test]
    fn a_part_that_an_event_makes_count_is_silent() {
        // At the creation the title is not known, so that the first part decides then.
        assert!(check(r#"active eq true or title pr and active eq true"#).len() == 1);
        assert!(check(r#"active eq true and (title pr or not (title pr))"#).is_empty());
    }

    #[test]
    fn parts_that_choose_are_silent() {
        for when in [
            r#"email ew "@x.eu" and emails eq "a@x.eu""#,
            r#"userName ew "@x.eu" and userName matches /.*@x.eu/"#,
            r#"provider.groups includes "A" and provider.groups includes "B""#,
            "email pr",
            r#"userName eq "a" and userName eq "b""#,
        ] {
            assert!(check(when).is_empty(), "{when}");
        }
    }
}
