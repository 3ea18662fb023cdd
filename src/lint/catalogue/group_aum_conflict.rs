//! `group-aum-conflict`

use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "group-aum-conflict",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/group-assignment",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Rule-based groups beside the legacy group asynchronous user manager.

## Why it matters

Palantir's page on rule-based groups says that the two cannot be used together: the manager would take away at a login what
the rules have given.

## Avoid

```yaml
provider:
  name: contoso-entra
  attribute-mapping: { provider-id: objectidentifier }
  async-user-managers: [group]
groups: { rule-based: [Employees] }
group-assignment:
  - rule: employees
    when: active eq true
    groups: [Employees]
```

## Prefer

```yaml
provider:
  name: contoso-entra
  attribute-mapping: { provider-id: objectidentifier }
groups: { rule-based: [Employees] }
group-assignment:
  - rule: employees
    when: active eq true
    groups: [Employees]
```

## Source

https://www.palantir.com/docs/foundry/authentication/group-assignment

## Fix

None. What the manager did has to become rules first.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let config = subject.config;
    let manager = config.provider.async_user_managers.iter().find(|manager| manager.eq_ignore_ascii_case("group"));
    let rule = config.group_assignment.as_ref().and_then(|rules| rules.iter().find(|rule| rule.enabled));
    let (Some(manager), Some(rule)) = (manager, rule) else { return };
    problems.push(
        LINT.problem(manager.at.value(), "the group asynchronous user manager cannot stand beside rule-based groups")
            .label("the legacy manager")
            .related(rule.at.key("rule").value(), "a rule that gives groups")
            .help("turn what the manager does into rules, and remove it here and in Control Panel"),
    );
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(managers: &str, enabled: bool) -> Vec<String> {
        let document = format!(
            "provider:\n  name: x\n  attribute-mapping: {{ provider-id: oid }}\n  async-user-managers: {managers}\ngroups: {{ \
             rule-based: [G] }}\ngroup-assignment: [{{ rule: a, enabled: {enabled}, when: true, groups: [G] }}]\n"
        );
        places(&LINT, &[("vestibule.yaml", &document)])
    }

    #[test]
    fn the_manager_is_underlined() {
        assert_eq!(check("[other, group]", true), ["vestibule.yaml:4:32 group"]);
    }

    #[test]
    fn one_without_the_other_is_silent() {
        assert!(check("[other]", true).is_empty() && check("[]", true).is_empty());
        assert!(check("[group]", false).is_empty());
    }
}
