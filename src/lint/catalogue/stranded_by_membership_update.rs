//! `stranded-by-membership-update`

use super::fallthrough_at_create::{falls_through, problem_of};
use super::provider_group_at_create::{group_condition, rules};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "stranded-by-membership-update",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

An organization rule that asks for a provider group: adding a user to the group does not run it. `provider-group-at-create`
says this as well, or `fallthrough-at-create` where people of the snapshot fall through the rule. So it is a finding of its
own only where that one is switched off or accepted for the rule.

## Why it matters

Organization assignment does not run for the users whose membership SCIM changes. Whoever is added to the group later, or
taken out of it, stays in the old organization until a login or an update of the user. Taking somebody out of a group that
opens an organization does not close it at once.

## Avoid

```yaml
organization-assignment:
  users:
    - rule: finance-eu
      when: provider.groups includes "EU-Finance"
      organization: Contoso EU
  fallback: Contoso Guests
lint: { ignore: [provider-group-at-create, fallthrough-at-create] }
```

## Prefer

A condition on an attribute whose change Entra sends as an update of the user: that runs the rules.

```yaml
organization-assignment:
  users:
    - rule: finance-eu
      when: email ew "@contoso.eu"
      organization: Contoso EU
  fallback: Contoso Guests
lint: { ignore: [provider-group-at-create, fallthrough-at-create] }
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None. Which attribute tells the same people apart is for a person to decide.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    if !subject.creates_over_scim() {
        return;
    }
    for rule in rules(subject.config) {
        let message = format!("joining or leaving the group that rule `{}` asks for does not run the rule", rule.name.value);
        let Some(problem) = group_condition(&LINT, rule, message) else { continue };
        // One of the two says it, where nobody keeps that one from speaking.
        let fallthrough = problem_of(subject, rule).filter(|_| falls_through(subject, &rule.name.value));
        let is_silenced = match fallthrough {
            Some(fallthrough) => subject.silences("fallthrough-at-create", &fallthrough),
            None => subject.silences("provider-group-at-create", &problem),
        };
        if is_silenced {
            problems.push(
                problem
                    .label("a change of membership does not reach this")
                    .help("tell these people to log in after they were added, or use an attribute whose change updates the user"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(lint: &str) -> usize {
        let document = format!(
            "organization-assignment:\n  users:\n  - {{ rule: a, when: provider.groups pr, organization: Contoso EU }}\n  - {{ \
             rule: b, when: provider.groups includes \"B\", organization: Contoso EU }}\n{lint}"
        );
        places(&LINT, &[("vestibule.yaml", &document)]).len()
    }

    #[test]
    fn it_is_said_where_nothing_else_says_it() {
        assert_eq!(check(""), 0);
        assert_eq!(check("lint: { ignore: [provider-group-at-create, fallthrough-at-create] }\n"), 2);
        // Rule `b` can be fallen through, and that is said; of `a` everybody in a group would stand the same.
        assert_eq!(check("lint: { ignore: [provider-group-at-create] }\n"), 1);
        assert_eq!(check("lint: { ignore: [fallthrough-at-create] }\n"), 0);
    }

    /// A rule that somebody of the snapshot falls through, with these comments behind its condition.
    fn check_fallthrough(comments: &str, settings: &str) -> usize {
        let document = format!(
            "organization-assignment:\n  users:\n  - rule: a\n    when: provider.groups pr {comments}\n    organization: \
             Contoso EU\n  fallback: Contoso Guests\nsnapshot: {{ users: u.json, groups: g.json }}\n{settings}"
        );
        let users = r#"[{"id":"1","userName":"ada","active":true}]"#;
        let groups = r#"[{"id":"g","displayName":"G","members":[{"value":"1"}]}]"#;
        places(&LINT, &[("vestibule.yaml", &document), ("u.json", users), ("g.json", groups)]).len()
    }

    #[test]
    fn comments_count_as_the_settings_do() {
        let allow = |lint: &str| format!("# vestibule: allow {lint}, known");
        for (comment, settings, expected) in [
            ("", "", 0),
            ("", "lint: { ignore: [fallthrough-at-create, provider-group-at-create] }\n", 1),
            ("", "lint: { ignore: [provider-group-at-create] }\n", 0),
            (&allow("fallthrough-at-create"), "", 1),
            (&allow("provider-group-at-create, fallthrough-at-create"), "", 1),
            (&allow("provider-group-at-create"), "", 0),
            (&allow("provider-group-at-create"), "lint: { ignore: [fallthrough-at-create] }\n", 1),
        ] {
            assert_eq!(check_fallthrough(comment, settings), expected, "{comment} {settings}");
        }
    }

    #[test]
    fn what_is_accepted_for_one_rule_is_said_of_that_rule() {
        let allow = |route: &str| {
            format!(
                "lint:\n  ignore: [fallthrough-at-create]\n  allow:\n  - {{ lint: provider-group-at-create, route: \
                 '{route}', reason: known }}\n"
            )
        };
        assert_eq!(check(&allow("organization-assignment.users[0]")), 1);
        assert_eq!(check(&allow("organization-assignment")), 2);
        assert_eq!(check(&allow("user-intake")), 0);
    }
}
