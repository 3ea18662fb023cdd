//! `negated-comparison-on-multi-valued`

use crate::condition::{Input, Operator};
use crate::config::{AttributeKind, Config};
use crate::lint::comparison::comparisons;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "negated-comparison-on-multi-valued",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

`ne` on an attribute that holds several values.

## Why it matters

`ne` asks each value, as every comparison does, and one value that differs is enough. Who has the addresses `a@contoso.eu`
and `a@contoso.com` satisfies `emails ne "a@contoso.eu"` and `emails eq "a@contoso.eu"` at once. A rule that was meant to
leave somebody out takes the person in.

## Avoid

```yaml
user-intake:
  rules:
    - rule: not-by-private-mail
      when: emails.type ne "home"
      decision: admit
  default: refuse
```

## Prefer

```yaml
user-intake:
  rules:
    - rule: not-by-private-mail
      when: not (emails.type eq "home")
      decision: admit
  default: refuse
```

## Source

RFC 7644 has `ne` hold where the attribute and the operand differ, and has a filter on a multi-valued attribute hold where
one of its values satisfies it: https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2

## Fix

None. `not (… eq …)` changes who is taken, which is for a person to confirm.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for rule in subject.config.rules().filter(|rule| rule.enabled) {
        for comparison in comparisons(rule.when) {
            if comparison.operator != Operator::Ne || !holds_several(subject.config, comparison.input) {
                continue;
            }
            let (path, operand) = (comparison.path, comparison.operand);
            let message = format!("`{path} ne …` holds as soon as one of several values differs");
            let problem = LINT.problem(comparison.place(), message).label("also where another value is equal");
            problems.push(problem.help(format!("write `not ({path} eq {operand})` to ask that no value is equal")));
        }
    }
}

fn holds_several(config: &Config, input: &Input) -> bool {
    match input {
        Input::Scim(attribute) => attribute.multi_valued,
        Input::Foundry(name) => {
            let mapped = config.provider.attribute_mapping.attributes.get(name);
            mapped.is_some_and(|mapped| mapped.kind == AttributeKind::Array)
        }
        // Groups take no `ne`; the others have one value.
        _ => false,
    }
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
    fn several_values_are_found_and_the_negation_is_shown() {
        assert_eq!(check(r#"emails.value ne "a@x""#), [r#"vestibule.yaml:4:11 emails.value ne "a@x""#]);
        assert_eq!(helps(r#"emails ne "a""#), [r#"write `not (emails eq "a")` to ask that no value is equal"#]);
    }

    #[test]
    fn an_array_of_the_mapping_holds_several() {
        let mapping = "provider:\n  name: x\n  attribute-mapping:\n    provider-id: oid\n    attributes:\n      p: { claim: c, \
                       type: array }\n      q: { claim: d }\n";
        for (name, count) in [("p", 1), ("q", 0)] {
            let document = format!("{}{mapping}", document(&format!("attributes.{name} ne \"x\"")));
            assert_eq!(places(&LINT, &[("vestibule.yaml", &document)]).len(), count, "{name}");
        }
    }

    #[test]
    fn single_values_and_other_operators_are_silent() {
        for when in [r#"title ne "x""#, r#"not (emails eq "x")"#, r#"emails[type ne "home"]"#, r#"emails.value eq "x""#] {
            assert!(check(when).is_empty(), "{when}");
        }
    }
}
