//! `ambiguous-anchoring`

use regex::{Regex, RegexBuilder};

use crate::analysis::part_but_not_whole;
use crate::condition::{GroupKey, Input, MAX_PATTERN_BYTES, Pattern, Value};
use crate::lint::comparison::comparisons;
use crate::lint::pattern::is_anchored;
use crate::lint::{Level, Lint, Subject};
use crate::scim::{Group, Snapshot, User};
use crate::source::{Problem, Severity, quoted};

pub(super) const LINT: Lint = Lint {
    name: "ambiguous-anchoring",
    severity: Severity::Info,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/group-assignment",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A pattern whose verdict depends on whether the whole value has to match or a part of it may. By default it is a warning, and
only where the snapshot holds a value on which the two differ; with `strict`, or where this lint is selected by name, every
pattern is found for which there can be such a value, and one is shown.

## Why it matters

Palantir does not document which of the two Control Panel does. Vestibule takes the whole value. If a part may match,
`/EU-Finance/` also takes the members of `Former EU-Finance`.

## Avoid

```yaml
lint: { select: [ambiguous-anchoring] }
groups: { rule-based: [Finance] }
group-assignment:
  - rule: finance
    when: provider.groups includes /EU-(Finance|Legal)/
    groups: [Finance]
```

## Prefer

```yaml
lint: { select: [ambiguous-anchoring] }
groups: { rule-based: [Finance] }
group-assignment:
  - rule: finance
    when: provider.groups includes /^EU-(Finance|Legal)$/
    groups: [Finance]
```

## Source

https://www.palantir.com/docs/foundry/authentication/group-assignment

## Fix

None yet. `^` and `$` around the pattern, or `.*`, say which is meant.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let is_strict = subject.is_strict_about(&LINT);
    for rule in subject.config.rules().filter(|rule| rule.enabled) {
        for comparison in comparisons(rule.when) {
            let Some((source, ignore_case)) = comparison.pattern().filter(|(source, _)| !is_anchored(source)) else { continue };
            let example = example(subject, comparison.input, source, ignore_case);
            // Without one in the snapshot, a value has to be found that could be.
            let possible = || Pattern::new(source, ignore_case).ok().and_then(|pattern| part_but_not_whole(&pattern));
            let possible = if example.is_none() && is_strict { possible() } else { None };
            if example.is_none() && possible.is_none() {
                continue;
            }
            let message = "what the pattern matches depends on whether the whole value has to match, which nobody documents";
            let mut problem = LINT
                .problem(rule.when.at.within(comparison.operand.span), message)
                .fact(&[&comparison.words(), if example.is_some() { "observed" } else { "" }])
                .label(match &possible {
                    Some(value) => format!("a part of {} would match, and not the whole", quoted(value)),
                    None => String::new(),
                })
                .help(format!("write `^(?:{})$` for the whole value, or `.*` where more may stand", crate::source::shorten(source)));
            if let Some(value) = example {
                problem.severity = Severity::Warning;
                problem.primary.text = format!("a part of {} matches, and not the whole", quoted(&value));
            }
            problems.push(problem);
        }
    }
}

/// A value of the snapshot of which a part matches and not the whole.
fn example(subject: &Subject<'_>, input: &Input, source: &str, ignore_case: bool) -> Option<String> {
    let snapshot = subject.project.snapshot.as_ref()?;
    let (whole, part) = (Pattern::new(source, ignore_case).ok()?, part(source, ignore_case)?);
    let differs = |value: &str| part.is_match(value) && !whole.is_match(value);
    match input {
        Input::ProviderGroups(key) | Input::Group(key) => in_groups(snapshot, *key, differs),
        _ => snapshot.users().iter().find_map(|record| in_user(&record.resource, input, &differs)),
    }
}

fn part(source: &str, ignore_case: bool) -> Option<Regex> {
    RegexBuilder::new(source).case_insensitive(ignore_case).size_limit(MAX_PATTERN_BYTES).build().ok()
}

fn in_groups(snapshot: &Snapshot, key: GroupKey, differs: impl Fn(&str) -> bool) -> Option<String> {
    let name = |group: &Group| match key {
        GroupKey::DisplayName => group.display_name().known().flatten().map(str::to_owned),
        GroupKey::ExternalId => group.external_id().known().flatten().map(str::to_owned),
    };
    snapshot.groups().iter().filter_map(|record| name(&record.resource)).find(|name| differs(name))
}

fn in_user(user: &User, input: &Input, differs: &impl Fn(&str) -> bool) -> Option<String> {
    match input {
        Input::Email => user.email().known().flatten().filter(|email| differs(email)).map(str::to_owned),
        Input::Scim(attribute) => {
            let values = user.values(attribute).known()?;
            values.into_iter().find_map(|value| match value {
                Value::Text(text) if differs(text) => Some(text.to_owned()),
                _ => None,
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{findings, places};

    fn check(when: &str, groups: &str, more: &str) -> Vec<String> {
        let document = format!(
            "groups: {{ rule-based: [G] }}\ngroup-assignment:\n- rule: a\n  when: {when}\n  groups: [G]\nsnapshot: {{ users: \
             u.json, groups: g.json }}\n{more}"
        );
        let users = r#"[{"userName":"ada@x.eu.evil.com","emails":["ada@x.eu"]}]"#;
        let found = findings(&LINT, &[("vestibule.yaml", &document), ("u.json", users), ("g.json", groups)]);
        found.iter().map(|finding| format!("{} {}", finding.severity.as_str(), finding.primary().label)).collect()
    }

    const STRICT: &str = "lint: { select: [strict] }\n";

    #[test]
    fn a_value_of_the_snapshot_makes_it_a_warning() {
        let groups = r#"[{"displayName":"EU-Ops"},{"displayName":"Ex EU-Ops"}]"#;
        let expected = ["warning a part of `Ex EU-Ops` matches, and not the whole"];
        assert_eq!(check("provider.groups includes /EU-.*/", groups, ""), expected);
        assert_eq!(check(r"userName matches /.*@x\.eu/", "[]", "").len(), 1);
        assert!(check(r"email matches /.*@x\.eu/", "[]", "").is_empty());
    }

    #[test]
    fn without_one_it_is_for_those_who_ask() {
        let groups = r#"[{"displayName":"EU-Ops"}]"#;
        assert!(check("provider.groups includes /EU-.*/", groups, "").is_empty());
        let expected = ["info a part of `Former EU-Finance` would match, and not the whole"];
        assert_eq!(check("provider.groups includes /EU-.*/", groups, STRICT), expected);
        assert_eq!(check("provider.groups includes /EU-.*/", groups, "lint: { select: [default, ambiguous-anchoring] }\n"), expected);
    }

    #[test]
    fn anchored_and_open_patterns_are_silent() {
        for when in ["provider.groups includes /^EU-.*/", "provider.groups includes /.*EU.*/", r#"userName co "x""#] {
            assert!(check(when, r#"[{"displayName":"Ex EU-Ops"}]"#, STRICT).is_empty(), "{when}");
        }
    }

    #[test]
    fn the_pattern_is_underlined() {
        let document = format!("user-intake: {{ rules: [{{ rule: a, when: title matches /a.c/, decision: admit }}] }}\n{STRICT}");
        assert_eq!(places(&LINT, &[("vestibule.yaml", &document)]), ["vestibule.yaml:1:55 /a.c/"]);
    }
}
