//! `case-sensitive-pattern`

use crate::condition::{GroupKey, Input, Pattern};
use crate::lint::comparison::{comparisons, ignores_case};
use crate::lint::pattern::{literal, minds_case};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Safety, Severity, Span, quoted};

pub(super) const LINT: Lint = Lint {
    name: "case-sensitive-pattern",
    severity: Severity::Info,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/group-assignment",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A pattern, without `/i`, over an attribute whose comparisons go without case. By default those over user names and
addresses, which people and directories write in either case, and those that the snapshot shows to miss a value by nothing
but case; with `strict` all of them.

## Why it matters

`userName eq "Ada@Contoso.eu"` finds `ada@contoso.eu`; `/.*@contoso\.eu/` does not find `Ada@Contoso.EU`. Whoever reads the
rules expects one or the other, and a person whose address is written in capitals is sorted as if there were no rule.

That Control Panel's patterns mind case is a reading: its pages do not say.

## Avoid

```yaml
user-intake:
  rules:
    - rule: partners
      when: userName matches /.+@(fabrikam|tailspin)\.com/
      decision: admit
  default: refuse
```

## Prefer

```yaml
user-intake:
  rules:
    - rule: partners
      when: userName matches /.+@(fabrikam|tailspin)\.com/i
      decision: admit
  default: refuse
```

## Source

https://www.palantir.com/docs/foundry/authentication/group-assignment

## Fix

Unsafe: `i` is put behind the pattern. It changes who is taken, so a person should look.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let is_strict = subject.is_strict_about(&LINT);
    for rule in subject.config.rules().filter(|rule| rule.enabled) {
        for comparison in comparisons(rule.when) {
            let Some((source, false)) = comparison.pattern() else { continue };
            if !ignores_case(comparison.input) || !minds_case(source) {
                continue;
            }
            let missed = missed_group(subject, comparison.input, source);
            if !is_strict && missed.is_none() && !is_address(comparison.input) {
                continue;
            }
            // Where the pattern is the name of that group, `group-name-case` says so.
            if missed.is_some() && literal(source).is_some() {
                continue;
            }
            let path = comparison.path;
            let place = rule.when.at.within(comparison.operand.span);
            let problem = LINT.problem(place, format!("the pattern minds case, and comparisons of `{path}` do not"));
            let label = match missed {
                Some(name) => format!("misses {} by nothing but case", quoted(name)),
                None => "exact".to_owned(),
            };
            let problem = problem.fact(&[&comparison.words()]).label(label).help(format!("write `{}i`", comparison.operand));
            let behind = rule.when.at.within(Span::at(comparison.operand.span.end));
            problems.push(problem.fix(Safety::Unsafe, "let the pattern take either case", behind, "i"));
        }
    }
}

/// What people type in either case.
fn is_address(input: &Input) -> bool {
    match input {
        Input::Email => true,
        Input::Scim(attribute) => attribute.extension.is_none() && matches!(&*attribute.name, "userName" | "emails"),
        _ => false,
    }
}

/// A group of the snapshot that the pattern would match, were it not for case.
fn missed_group<'s>(subject: &'s Subject<'_>, input: &Input, source: &str) -> Option<&'s str> {
    if !matches!(input, Input::ProviderGroups(GroupKey::DisplayName) | Input::Group(GroupKey::DisplayName)) {
        return None;
    }
    let snapshot = subject.project.snapshot.as_ref()?;
    let (exact, folded) = (Pattern::new(source, false).ok()?, Pattern::new(source, true).ok()?);
    let names = snapshot.groups().iter().filter_map(|group| group.resource.display_name().known().flatten());
    names.into_iter().find(|name| folded.is_match(name) && !exact.is_match(name))
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

    fn helps(when: &str) -> Vec<String> {
        findings(&LINT, &[("vestibule.yaml", &document(when))]).into_iter().filter_map(|finding| finding.help).collect()
    }

    #[test]
    fn addresses_are_found_at_the_pattern() {
        assert_eq!(check(r#"email matches /.*@x\.eu/"#), [r#"vestibule.yaml:4:25 /.*@x\.eu/"#]);
        assert_eq!(helps("userName matches /svc-.*/"), ["write `/svc-.*/i`"]);
    }

    #[test]
    fn groups_are_found_where_one_is_missed_or_where_strictness_is_asked_for() {
        let rule = document("provider.groups includes /EU-.*/");
        let snapshot = format!("{rule}snapshot: {{ groups: g.json }}\n");
        let check = |document: &str, groups: &str| {
            findings(&LINT, &[("vestibule.yaml", document), ("g.json", groups)]).into_iter().map(|f| f.locations[0].label.clone()).collect::<Vec<_>>()
        };
        assert_eq!(check(&snapshot, r#"[{"displayName":"eu-Finance"}]"#), ["misses `eu-Finance` by nothing but case"]);
        assert!(check(&snapshot, r#"[{"displayName":"EU-Finance"}]"#).is_empty());
        assert!(check(&rule, "[]").is_empty());
        let named = snapshot.replace("/EU-.*/", "/EU/");
        assert!(check(&named, r#"[{"displayName":"eu"}]"#).is_empty(), "another lint names the group");
        assert_eq!(check(&format!("{rule}lint: {{ select: [strict] }}\n"), "[]"), ["exact"]);
    }

    #[test]
    fn patterns_that_ignore_case_or_have_none_are_silent() {
        for when in ["userName matches /a.*/i", "userName matches /(?i)a.*/", r#"userName matches /\d+/"#, "externalId matches /a.*/"] {
            assert!(check(when).is_empty(), "{when}");
        }
    }
}
