//! `missing-fallback`

use crate::lint::proofs::described;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "missing-fallback",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/org-assignment",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Organization rules over users without a `fallback` that leave somebody out, at some event. An example is shown. Where the
rules take everybody together, it is silent.

## Why it matters

A user whom no rule takes has no organization, and Foundry refuses the login. That also happens to people whose rule is
not run yet, because it needs something that Foundry does not know when SCIM creates them.

## Avoid

```yaml
organization-assignment:
  users:
    - rule: eu-mail
      when: email ew "@contoso.eu"
      organization: Contoso EU
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

https://www.palantir.com/docs/foundry/authentication/org-assignment

## Fix

None. Which organization strangers may enter is for a person to decide.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(section) = &subject.config.organization_assignment else { return };
    let Some(rules) = &section.users else { return };
    if section.fallback.is_some() {
        return;
    }
    // Somebody has to be found whom no rule takes: rules may well take everybody together.
    let found = subject.proofs().analysis.borrow().somebody_unassigned();
    let Some(witness) = found else { return };
    let when = witness.event();
    let mut shown = witness.to_json();
    shown["expect"] = serde_json::json!({ "organization": null });
    let label = match rules.iter().any(|rule| rule.enabled) {
        true => format!("none takes {} at `{when}`, and there is no fallback", described(&witness)),
        false => "there is no rule here, and no fallback".to_owned(),
    };
    problems.push(
        LINT.problem(section.at.key("users").name(), "a user whom no rule takes has no organization, and cannot log in")
            .label(label)
            .help("add `fallback:` with the organization of everybody else")
            .witness(shown),
    );
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{findings, places};

    fn check(section: &str) -> Vec<String> {
        places(&LINT, &[("vestibule.yaml", &format!("organization-assignment:\n{section}"))])
    }

    #[test]
    fn rules_alone_are_found() {
        let rule = "  users:\n  - { rule: a, when: title pr, organization: Contoso EU }\n";
        assert_eq!(check(rule), ["vestibule.yaml:2:3 users"]);
        assert_eq!(check("  users: []\n"), ["vestibule.yaml:2:3 users"]);
    }

    #[test]
    fn rules_that_take_everybody_together_need_no_fallback() {
        let rules = |second: &str| {
            format!(
                "  users:\n  - {{ rule: a, when: active eq true, organization: Contoso EU }}\n  - {{ rule: b, when: {second}, \
                 organization: Contoso EU }}\n"
            )
        };
        assert!(check(&rules("active eq false")).is_empty());
        assert_eq!(check(&rules("active eq false and title pr")).len(), 1);
    }

    #[test]
    fn somebody_whom_no_rule_takes_is_shown() {
        let document = "organization-assignment:\n  users:\n  - { rule: a, when: not (email ew \"@x.eu\"), organization: Contoso \
                        EU }\nuser-intake: { rules: [{ rule: r, when: active eq false, decision: refuse }] }\n";
        let found = findings(&LINT, &[("vestibule.yaml", document)]);
        let label = "none takes `ada.lovelace@x.eu` at `login`, and there is no fallback";
        assert_eq!(found[0].primary().label, label);
        let witness = found[0].witness.clone().unwrap_or_default();
        assert_eq!(witness["user"]["emails"][0]["value"], "ada.lovelace@x.eu");
        let refused = document.replace("active eq false", "email ew \"@x.eu\"");
        assert!(findings(&LINT, &[("vestibule.yaml", &refused)]).is_empty(), "whom intake refuses needs no organization");
    }

    #[test]
    fn a_rule_that_is_switched_off_takes_nobody() {
        let rule = "  users:\n  - { rule: a, enabled: false, when: true, organization: Contoso EU }\n";
        assert_eq!(check(rule).len(), 1);
    }

    #[test]
    fn a_fallback_a_default_and_a_rule_for_everybody_are_silent() {
        assert!(check("  users: []\n  fallback: Contoso EU\n").is_empty());
        assert!(check("  default: Contoso EU\n").is_empty());
        assert!(check("  users: [{ rule: a, when: true, organization: Contoso EU }]\n").is_empty());
        assert!(check("  groups: [{ rule: a, when: true, organizations: [Contoso EU] }]\n").is_empty());
    }
}
