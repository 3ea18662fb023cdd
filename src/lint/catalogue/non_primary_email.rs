//! `non-primary-email`

use crate::condition::{Input, Predicate, Question, Term, Test};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Safety, Severity};

pub(super) const LINT: Lint = Lint {
    name: "non-primary-email",
    severity: Severity::Info,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A condition that one of several addresses of a person can satisfy, where Foundry holds one.

## Why it matters

`emails` are all addresses that SCIM sends: the primary one, and others that people may be able to choose themselves.
Foundry keeps one address for each person. A rule over `emails` can take somebody by a private or a former address that
nobody sees in Control Panel.

Which address Foundry keeps is a reading: the primary one, else the one for work.

## Avoid

```yaml
user-intake:
  rules:
    - rule: own-people
      when: emails.value ew "@contoso.eu"
      decision: admit
  default: refuse
```

## Prefer

```yaml
user-intake:
  rules:
    - rule: own-people
      when: email ew "@contoso.eu"
      decision: admit
  default: refuse
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

Unsafe: `email` is put in the place of `emails` and `emails.value`. It may take fewer people, so a person should look. Where a
filter chooses among the addresses there is no fix.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for rule in subject.config.rules().filter(|rule| rule.enabled) {
        for test in rule.when.condition.tests().filter(|test| asks_for_any_address(test)) {
            let message = format!("rule `{}` looks at every address, and Foundry holds one", rule.name);
            let path = rule.when.at.within(test.path_span);
            let problem = LINT.problem(path.clone(), message).label("any of several").cases([rule.when.case(test.span)]);
            let problem = problem.help("ask for `email`, the one address that Foundry holds");
            let written = rule.when.text.get(test.path_span.range()).unwrap_or_default();
            let is_plain = ["emails", "emails.value"].iter().any(|plain| written.eq_ignore_ascii_case(plain));
            problems.push(match is_plain {
                true => problem.fix(Safety::Unsafe, "ask for the one address that Foundry holds", path, "email"),
                false => problem,
            });
        }
    }
}

fn asks_for_any_address(test: &Test) -> bool {
    let Input::Scim(attribute) = &test.input else { return false };
    if attribute.extension.is_some() || attribute.name != "emails" {
        return false;
    }
    match &test.question {
        Question::Present => false,
        Question::Some(_) | Question::SomeOrNone(_) => attribute.sub.as_deref().is_none_or(|sub| sub == "value"),
        Question::Element(filter) => names_value(filter) && !demands_primary(filter),
    }
}

/// Whether a filter over addresses looks at the address itself.
fn names_value(filter: &Term) -> bool {
    filter.tests().any(|test| matches!(&test.input, Input::Element(sub, _) if sub == "value"))
}

/// Whether a filter over addresses holds for the primary one only.
fn demands_primary(filter: &Term) -> bool {
    match filter {
        Term::All(terms) => terms.iter().any(demands_primary),
        Term::Any(terms) => terms.iter().all(demands_primary),
        Term::Test(Test { input: Input::Element(sub, _), question: Question::Some(Predicate::Bool(true)), .. }) => {
            sub == "primary"
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(when: &str) -> Vec<String> {
        let document = format!("user-intake:\n  rules:\n  - rule: a\n    when: {when}\n    decision: refuse\n");
        places(&LINT, &[("vestibule.yaml", &document)])
    }

    #[test]
    fn conditions_on_all_addresses_are_found_at_the_path() {
        assert_eq!(check(r#"emails ew "@x""#), ["vestibule.yaml:4:11 emails"]);
        assert_eq!(check(r#"not (emails.value eq "a@x")"#), ["vestibule.yaml:4:16 emails.value"]);
        assert_eq!(check(r#"emails[type eq "work" and value ew "@x"]"#).len(), 1);
        assert_eq!(check(r#"emails[primary eq true or value ew "@x"]"#).len(), 1);
        assert_eq!(check(r#"emails[type eq "work"].value ew "@x""#).len(), 1);
    }

    #[test]
    fn the_primary_address_and_what_is_no_address_are_silent() {
        for when in [
            r#"email ew "@x""#,
            r#"emails[primary eq true and value ew "@x"]"#,
            r#"emails[primary eq true].value ew "@x""#,
            "emails pr",
            r#"emails.type eq "work""#,
            r#"emails[type eq "home"]"#,
            r#"userName ew "@x""#,
        ] {
            assert!(check(when).is_empty(), "{when}");
        }
    }
}
