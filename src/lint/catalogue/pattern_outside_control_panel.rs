//! `pattern-outside-control-panel`

use crate::lint::control_panel::{MOST_RULES, Refusal, rules};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "pattern-outside-control-panel",
    severity: Severity::Info,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/group-assignment",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A condition that Control Panel cannot hold as one rule, which is a list of *includes*, *does not include* and *is equal to*
that all have to hold, each with a pattern. It shows the rules that the condition comes to, or says what has no counterpart.

## Why it matters

Whoever types the rules into Control Panel has to take such a condition apart. In a set where the first rule decides the
parts have to stand one after the other, and a part that is forgotten changes who is taken. What has no counterpart cannot be
had there at all.

## Avoid

```yaml
groups: { rule-based: [Finance] }
group-assignment:
  - rule: finance
    when: email ew "@contoso.eu" and (provider.groups includes "EU-Finance" or name.familyName eq "King")
    groups: [Finance]
```

## Prefer

```yaml
groups: { rule-based: [Finance] }
group-assignment:
  - rule: finance-by-group
    when: email ew "@contoso.eu" and provider.groups includes "EU-Finance"
    groups: [Finance]
  - rule: finance-by-name
    when: email ew "@contoso.eu" and name.familyName eq "King"
    groups: [Finance]
```

## Source

https://www.palantir.com/docs/foundry/authentication/group-assignment

## Fix

None. How the rule is split and named is for a person to decide.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for rule in subject.config.rules().filter(|rule| rule.enabled) {
        let at = &rule.when.at;
        let problem = match rules(subject.config, rule.when) {
            Ok(parts) if parts.len() > 1 => LINT
                .problem(at.value(), format!("rule `{}` is {} rules in Control Panel", rule.name, parts.len()))
                .fact(&parts.iter().map(String::as_str).collect::<Vec<_>>())
                .label("holds in either of several ways")
                .help(format!("type in one after the other: {}", shown(&parts))),
            Ok(_) => continue,
            Err(Refusal::TooMany) => LINT
                .problem(at.value(), format!("rule `{}` is more than {MOST_RULES} rules in Control Panel", rule.name))
                .fact(&[&rule.when.condition.printed])
                .label("more than anybody types")
                .help("ask for less, or for a group that the directory keeps"),
            Err(Refusal::Test(span, why)) => LINT
                .problem(at.within(span), format!("Control Panel cannot hold the condition of rule `{}`", rule.name))
                .fact(&[&rule.when.words(span), why])
                .label("has no counterpart there")
                .help(format!("put it another way: {why}")),
        };
        problems.push(problem);
    }
}

/// The rules, or as many as a person reads.
fn shown(parts: &[String]) -> String {
    let more = parts.len().saturating_sub(SHOWN);
    let mut shown: Vec<String> = parts.iter().take(SHOWN).enumerate().map(|(n, part)| format!("({}) {part}", n + 1)).collect();
    if more > 0 {
        shown.push(format!("and {more} more"));
    }
    shown.join("; ")
}

/// How many rules a finding shows.
const SHOWN: usize = 4;

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{findings, places};

    fn document(when: &str) -> String {
        format!("user-intake:\n  rules:\n  - rule: a\n    when: {when}\n    decision: refuse\n")
    }

    fn helps(when: &str) -> Vec<String> {
        findings(&LINT, &[("vestibule.yaml", &document(when))]).into_iter().filter_map(|finding| finding.help).collect()
    }

    #[test]
    fn alternatives_are_shown_as_rules() {
        assert_eq!(helps(r#"provider.groups excludes "A.B" and (userName sw "x" or title eq "y")"#), [
            "type in one after the other: (1) provider.groups does not include `(?i)A\\.B` and userName is equal to `(?i)x.*`; (2) \
             provider.groups does not include `(?i)A\\.B` and title is equal to `(?i)y`",
        ]);
        let nine = (1..=9).map(|n| format!("(title eq \"{n}\" and nickName pr)")).collect::<Vec<_>>().join(" or ");
        assert!(helps(&nine)[0].ends_with("and 5 more"));
        let many = (1..=6).map(|n| format!("(title eq \"{n}\" or nickName eq \"{n}\")")).collect::<Vec<_>>().join(" and ");
        assert_eq!(helps(&many), ["ask for less, or for a group that the directory keeps"]);
    }

    #[test]
    fn what_has_no_counterpart_is_underlined() {
        let check = |when: &str| places(&LINT, &[("vestibule.yaml", &document(when))]);
        assert_eq!(check(r#"title pr and title ge "x""#), [r#"vestibule.yaml:4:24 title ge "x""#]);
        assert_eq!(check(r#"title ne "x""#), [r#"vestibule.yaml:4:11 title ne "x""#]);
        assert_eq!(check(r#"not (title eq "x")"#), [r#"vestibule.yaml:4:16 title eq "x""#]);
        assert_eq!(check(r#"emails[type eq "work"]"#).len(), 1);
        assert_eq!(check(r#"title gt "x""#).len(), 1);
    }

    #[test]
    fn lists_of_conditions_are_silent() {
        for when in [
            "true",
            r#"email ew "@x" and provider.groups includes /A.*/ and provider.groups excludes "B""#,
            r#"not (provider.groups includes "A" or provider.groups includes "B")"#,
            r#"title eq "x" or title eq "y""#,
            r#"title in ["x", "y"]"#,
            r#"provider.groups includes "A" or provider.groups in ["B", "C"]"#,
            "title pr and userName matches /a/i",
            "active eq false",
        ] {
            assert!(helps(when).is_empty(), "{when}");
        }
    }
}
