//! `group-name-case`

use crate::condition::GroupKey;
use crate::lint::known_groups::{KnownGroups, NamedGroup, named_groups};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity, quoted};

pub(super) const LINT: Lint = Lint {
    name: "group-name-case",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/group-assignment",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A rule that names a provider group which the snapshot has in another case only.

## Why it matters

Here names compare without case. Control Panel holds the condition as a pattern, and patterns are exact unless they say
otherwise: typed in as it stands, the rule takes nobody. That its patterns mind case is a reading.

## Avoid

```yaml
groups: { rule-based: [Finance] }
group-assignment:
  - rule: finance
    when: provider.groups includes "eu-finance"
    groups: [Finance]
snapshot: { groups: groups.json }
```

```json groups.json
[ { "id": "1", "displayName": "EU-Finance", "members": [] } ]
```

## Prefer

```yaml
groups: { rule-based: [Finance] }
group-assignment:
  - rule: finance
    when: provider.groups includes "EU-Finance"
    groups: [Finance]
snapshot: { groups: groups.json }
```

```json groups.json
[ { "id": "1", "displayName": "EU-Finance", "members": [] } ]
```

## Source

https://www.palantir.com/docs/foundry/authentication/group-assignment

## Fix

None yet. Write the name as the group bears it.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(known) = subject.known_groups() else { return };
    for rule in subject.config.rules().filter(|rule| rule.enabled) {
        for named in named_groups(&rule).into_iter().filter(|named| is_found_in_other_case(known, named)) {
            let name = known.called(&named.name).and_then(|group| group.resource.display_name().known().flatten());
            let Some(name) = name else { continue };
            let message = format!("rule `{}` names a group that is called {}", rule.name, quoted(name));
            let label = if named.is_exact { "the pattern minds case" } else { "in another case" };
            problems.push(LINT.problem(named.place, message).fact(&[&named.comparison.path.to_string()]).label(label).help(format!("write {}", quoted(name))));
        }
    }
}

/// Whether the snapshot has the group, and in another case only.
pub(super) fn is_found_in_other_case(known: &KnownGroups<'_>, named: &NamedGroup<'_>) -> bool {
    let group = known.called(&named.name).and_then(|group| group.resource.display_name().known().flatten());
    // A pattern that ignores case says so in Control Panel too.
    let says_so = named.comparison.pattern().is_some_and(|(_, ignore_case)| ignore_case);
    named.key == GroupKey::DisplayName && !says_so && group.is_some_and(|name| name != named.name)
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(when: &str, groups: &str) -> Vec<String> {
        let document = format!(
            "groups: {{ rule-based: [G] }}\ngroup-assignment:\n- rule: a\n  when: {when}\n  groups: [G]\nsnapshot: {{ groups: \
             g.json }}\n"
        );
        places(&LINT, &[("vestibule.yaml", &document), ("g.json", groups)])
    }

    const GROUPS: &str = r#"[{"id":"g1","displayName":"EU-Finance","externalId":"X"}]"#;

    #[test]
    fn the_name_is_underlined() {
        assert_eq!(check(r#"provider.groups includes "eu-finance""#, GROUPS), [r#"vestibule.yaml:4:34 "eu-finance""#]);
        assert_eq!(check("provider.groups excludes /eu-finance/", GROUPS), ["vestibule.yaml:4:35 eu-finance"]);
    }

    #[test]
    fn the_right_case_another_key_and_no_such_group_are_silent() {
        for when in [
            r#"provider.groups includes "EU-Finance""#,
            r#"provider.groups.externalId includes "x""#,
            r#"provider.groups includes "Sales""#,
            "provider.groups includes /eu-finance/i",
        ] {
            assert!(check(when, GROUPS).is_empty(), "{when}");
        }
    }
}
