//! `intake-attribute-in-assignment`

use crate::condition::{Input, RuleSet};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "intake-attribute-in-assignment",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/intake-forms",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A rule of organization assignment that asks for an attribute which the intake form fills.

## Why it matters

What people answer in an intake form becomes an attribute once the form is approved, and is absent until then. The rule
takes nobody before that, so everybody new is in the organization that the rules after it give, and administrators of that
organization approve the form. When the form is published again and everybody has to answer, the attribute is absent for
everybody once more.

## Avoid

```yaml
organization-assignment:
  users:
    - rule: by-site
      when: attributes.site eq "Berlin"
      organization: Contoso EU
  fallback: Contoso Guests
user-intake:
  form: { attributes: [site] }
```

## Prefer

```yaml
organization-assignment:
  users:
    - rule: by-mail
      when: email ew "@contoso.eu"
      organization: Contoso EU
  fallback: Contoso Guests
user-intake:
  form: { attributes: [site] }
```

## Source

https://www.palantir.com/docs/foundry/authentication/intake-forms

## Fix

None. What tells the organizations apart is for a person to decide.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let config = subject.config;
    let Some(form) = config.user_intake.as_ref().and_then(|intake| intake.form.as_ref()) else { return };
    let mapped = &config.provider.attribute_mapping.attributes;
    let asked = |name: &str| form.attributes.iter().find(|asked| asked.as_str() == name && !mapped.contains_key(name));
    for rule in config.rules().filter(|rule| rule.enabled && rule.set == RuleSet::OrganizationUsers) {
        let mut reported: Vec<&str> = Vec::new();
        for test in rule.when.condition.tests() {
            let Input::Foundry(name) = &test.input else { continue };
            let Some(answer) = asked(name).filter(|_| !reported.contains(&name.as_str())) else { continue };
            reported.push(name);
            let message = format!("rule `{}` needs what the intake form fills after it is approved", rule.name);
            problems.push(
                LINT.problem(rule.when.at.within(test.path_span), message)
                    .label("absent until the approval")
                    .related(answer.at.value(), "the form asks for it here")
                    .help("assign the organization by what SCIM sends, or map the attribute from a claim"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(when: &str, mapping: &str) -> Vec<String> {
        let document = format!(
            "organization-assignment:\n  users:\n  - rule: a\n    when: {when}\n    organization: Contoso EU\nuser-intake: {{ \
             form: {{ attributes: [site] }} }}\nprovider: {{ name: x, attribute-mapping: {{ provider-id: oid, attributes: {{ \
             {mapping} }} }} }}\n"
        );
        places(&LINT, &[("vestibule.yaml", &document)])
    }

    #[test]
    fn the_path_is_underlined_once_a_rule() {
        let when = r#"attributes.site eq "A" or attributes.site eq "B""#;
        assert_eq!(check(when, "other: { claim: c }"), ["vestibule.yaml:4:11 attributes.site"]);
    }

    #[test]
    fn attributes_that_a_claim_fills_and_other_sets_are_silent() {
        assert!(check(r#"attributes.site eq "A""#, "site: { claim: c }").is_empty());
        assert!(check(r#"attributes.other eq "A""#, "other: { claim: c }").is_empty());
        let intake = "user-intake: { rules: [{ rule: a, when: attributes.site pr, decision: admit }], form: { attributes: [site] } }\n";
        assert!(places(&LINT, &[("vestibule.yaml", intake)]).is_empty());
    }
}
