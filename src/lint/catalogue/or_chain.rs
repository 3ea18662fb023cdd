//! `or-chain`

use crate::condition::{Input, OperandKind, Operator};
use crate::lint::comparison::{Comparison, alternatives};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Safety, Severity, Span, shorten};

pub(super) const LINT: Lint = Lint {
    name: "or-chain",
    severity: Severity::Info,
    level: Level::Default,
    source: "https://learn.microsoft.com/en-us/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

One attribute compared with several values by `eq`, connected with `or`.

## Why it matters

A list says the same in one comparison. In a long chain a comparison that names another attribute, or `and` in the place of
`or`, is easily overlooked, and whoever adds a value has to find the end of the chain.

## Avoid

```yaml
user-intake:
  rules:
    - rule: service-accounts
      when: userName eq "backup@contoso.eu" or userName eq "scan@contoso.eu" or userName eq "print@contoso.eu"
      decision: refuse
```

## Prefer

```yaml
user-intake:
  rules:
    - rule: service-accounts
      when: userName in ["backup@contoso.eu", "scan@contoso.eu", "print@contoso.eu"]
      decision: refuse
```

## Source

Vestibule's own advice. Entra's scoping filters have the same operator, `IN`, for lists of values; how Entra connects
filters: https://learn.microsoft.com/en-us/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups

## Fix

Safe: the list is written in the place of the chain, which decides the same. Where something else stands between its
comparisons there is no fix.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for rule in subject.config.rules().filter(|rule| rule.enabled) {
        for parts in alternatives(rule.when) {
            problems.extend(chains(&parts).iter().filter_map(|chain| problem(chain)));
        }
    }
}

/// The equalities of each input that has several, in the order of the text.
fn chains<'c>(parts: &[Comparison<'c>]) -> Vec<Vec<Comparison<'c>>> {
    let mut chains: Vec<Vec<Comparison<'c>>> = Vec::new();
    let mut index: std::collections::HashMap<&Input, usize> = std::collections::HashMap::new();
    for part in parts.iter().filter(|part| is_equality(part)) {
        let chain = *index.entry(part.input).or_insert(chains.len());
        match chains.get_mut(chain) {
            Some(chain) => chain.push(*part),
            None => chains.push(vec![*part]),
        }
    }
    chains.retain(|chain| chain.len() > 1);
    chains
}

/// Whether `in` could say it.
fn is_equality(part: &Comparison<'_>) -> bool {
    let takes_value = matches!(part.operand.kind, OperandKind::String(_) | OperandKind::Number(_) | OperandKind::Bool(_));
    match part.operator {
        Operator::Eq | Operator::Includes => takes_value,
        Operator::In => true,
        _ => false,
    }
}

fn problem(chain: &[Comparison<'_>]) -> Option<Problem> {
    let (first, others) = chain.split_first()?;
    let path = first.path;
    let values = chain.iter().map(|part| match &part.operand.kind {
        OperandKind::List(items) => items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        _ => part.operand.to_string(),
    });
    let list = values.collect::<Vec<_>>().join(", ");
    let message = format!("`{path}` is compared with {} values one by one", chain.len());
    let problem = LINT.problem(first.place(), message);
    let problem = problem.cases(chain.iter().map(|part| part.when.case(part.span))).help(format!("write `{path} in [{}]`", shorten(&list)));
    let problem = match whole(chain) {
        Some(whole) => {
            problem.fix(Safety::Safe, "write a list", first.when.at.within(whole), format!("{path} in [{list}]"))
        }
        None => problem,
    };
    Some(others.iter().take(SHOWN).fold(problem, |problem, part| problem.related(part.place(), "the same attribute")))
}

/// The chain from its first byte to its last, where nothing but `or` stands between its comparisons.
fn whole(chain: &[Comparison<'_>]) -> Option<Span> {
    let is_or = |pair: &[Comparison<'_>]| {
        let between = pair[0].when.text.get(pair[0].span.end..pair[1].span.start);
        between.is_some_and(|between| between.trim().eq_ignore_ascii_case("or"))
    };
    let whole = chain.first()?.span.join(chain.last()?.span);
    chain.windows(2).all(is_or).then_some(whole)
}

/// How many more comparisons a finding points to.
const SHOWN: usize = 4;

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
    fn the_first_comparison_is_underlined_and_the_list_is_shown() {
        assert_eq!(check(r#"title eq "A" or active eq true or title eq "B""#), [r#"vestibule.yaml:4:11 title eq "A""#]);
        assert_eq!(helps(r#"title eq "A" or title eq "B""#), [r#"write `title in ["A", "B"]`"#]);
        assert_eq!(helps(r#"title in ["A", "B"] or title eq "C""#), [r#"write `title in ["A", "B", "C"]`"#]);
        let groups = r#"provider.groups includes "A" or provider.groups eq "B""#;
        assert_eq!(helps(groups), [r#"write `provider.groups in ["A", "B"]`"#]);
        assert_eq!(helps(r#"emails[type eq "a" or type eq "b"]"#), [r#"write `type in ["a", "b"]`"#]);
        assert_eq!(check(r#"(title eq "A" or title eq "B") and (nickName eq "A" or NICKNAME eq "B")"#).len(), 2);
    }

    #[test]
    fn different_attributes_and_other_operators_are_silent() {
        for when in [
            r#"title eq "A" or nickName eq "B""#,
            r#"title eq "A" and title eq "B""#,
            r#"title sw "A" or title sw "B""#,
            r#"provider.groups includes /A.*/ or provider.groups includes /B.*/"#,
            r#"title eq "A" or (title eq "B" and active eq true)"#,
        ] {
            assert!(check(when).is_empty(), "{when}");
        }
    }
}
