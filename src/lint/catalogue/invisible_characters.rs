//! `invisible-characters`

use crate::lint::confusable::{SuspectKind, hidden};
use crate::lint::records::{Named, case, counted};
use crate::lint::{Level, Lint, Subject};
use crate::scim::{Json, Kind, Record};
use crate::source::{Case, Place, Problem, Route, Severity};

pub(super) const LINT: Lint = Lint {
    name: "invisible-characters",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.unicode.org/reports/tr39/",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

User names, external ids, addresses and names in the snapshot that hold characters which nobody sees, a space that is not
the usual one, or a space at their start or end. In display names of users only the first count.

## Why it matters

Such a value looks like another one and is not equal to it: a rule that names the group as everybody reads it does not match,
and a login with the address as it is typed finds nobody.

## Avoid

```yaml
snapshot: { groups: groups.json }
```

```json groups.json
[ { "id": "1", "displayName": "EU-Finance ", "members": [] } ]
```

## Prefer

```yaml
snapshot: { groups: groups.json }
```

```json groups.json
[ { "id": "1", "displayName": "EU-Finance", "members": [] } ]
```

## Source

https://www.unicode.org/reports/tr39/

## Fix

None. The value is corrected in Entra.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(snapshot) = &subject.project.snapshot else { return };
    for attribute in ["userName", "externalId", "displayName"] {
        problems.extend(problem(snapshot.users(), "user", attribute, attribute != "displayName"));
    }
    problems.extend(problem_in_emails(snapshot.users()));
    for attribute in ["displayName", "externalId"] {
        problems.extend(problem(snapshot.groups(), "group", attribute, true));
    }
}

/// The problem of one attribute; `spaces` is whether spaces count.
fn problem<T: Named>(records: &[Record<T>], kind: &str, attribute: &str, spaces: bool) -> Option<Problem> {
    let told = records.iter().filter_map(|record| {
        let object = record.resource.attributes();
        let told = unseen(object.get(attribute)?.as_str()?, spaces)?;
        let spelling = object.spelling(attribute).unwrap_or(attribute);
        Some(Told { case: case(record, &[attribute]), place: record.place.value(Route::root().key(spelling)), what: told })
    });
    report(told.collect(), kind, T::KIND, attribute)
}

fn problem_in_emails<T: Named>(records: &[Record<T>]) -> Option<Problem> {
    let mut told = Vec::new();
    for record in records {
        let object = record.resource.attributes();
        let emails = object.get("emails").and_then(Json::as_array).unwrap_or_default();
        let value = |email: &Json| unseen(email.as_object()?.get("value")?.as_str()?, true);
        if let Some((index, found)) = emails.iter().enumerate().find_map(|(index, email)| Some((index, value(email)?))) {
            let spelling = object.spelling("emails").unwrap_or("emails");
            let place = record.place.value(Route::root().key(spelling).index(index));
            told.push(Told { case: case(record, &["emails"]), place, what: found });
        }
    }
    report(told, "user", T::KIND, "emails")
}

/// What nobody sees in a value.
fn unseen(value: &str, spaces: bool) -> Option<String> {
    if spaces && value.trim_matches([' ', '\t']).len() < value.len() {
        return Some("a space at its start or end".to_owned());
    }
    let suspect = hidden(value)?;
    (spaces || matches!(suspect.kind, SuspectKind::Hidden(_))).then(|| suspect.described())
}

/// A value with something that nobody sees.
struct Told {
    place: Place,
    what: String,
    case: Case,
}

fn report(told: Vec<Told>, one: &str, kind: Kind, attribute: &str) -> Option<Problem> {
    let (first, others) = told.split_first()?;
    let verb = if told.len() == 1 { "has" } else { "have" };
    let message = format!("{} {verb} characters in `{attribute}` that nobody sees", counted(told.len(), one));
    let problem = LINT
        .problem(first.place.clone(), message)
        .label(first.what.clone())
        .help("correct the value in Entra, and export it again")
        .topic(kind.topic())
        .cases(told.iter().map(|told| told.case));
    let shown = others.iter().take(SHOWN);
    Some(shown.fold(problem, |problem, told| problem.related(told.place.clone(), told.what.clone())))
}

/// How many more values a finding points to.
const SHOWN: usize = 2;

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{findings, places};

    fn check(users: &str, groups: &str) -> Vec<String> {
        let files = [("vestibule.yaml", "snapshot: { users: u.json, groups: g.json }\n"), ("u.json", users), ("g.json", groups)];
        findings(&LINT, &files).into_iter().map(|finding| format!("{}: {}", finding.message, finding.primary().label)).collect()
    }

    #[test]
    fn each_attribute_is_counted_once() {
        let users = "[{\"userName\":\"a\u{200b}\"},{\"userName\":\" b\",\"emails\":[{\"value\":\"b\u{a0}@x\"}]},{\"userName\":\"c\",\"displayName\":\"C\u{202e}\"}]";
        assert_eq!(check(users, "[]"), [
            "2 users have characters in `userName` that nobody sees: U+200B, which nobody sees",
            "1 user has characters in `displayName` that nobody sees: U+202E, which nobody sees",
            "1 user has characters in `emails` that nobody sees: U+00A0, which looks like a space",
        ]);
        assert_eq!(check("[]", r#"[{"displayName":"A "}]"#), [
            "1 group has characters in `displayName` that nobody sees: a space at its start or end"
        ]);
    }

    #[test]
    fn the_value_is_underlined() {
        let files = [("vestibule.yaml", "snapshot: { groups: g.json }\n"), ("g.json", r#"[{"displayName":"A "}]"#)];
        assert_eq!(places(&LINT, &files), [r#"g.json:1:17 "A ""#]);
    }

    #[test]
    fn visible_text_is_silent() {
        assert!(check("[{\"userName\":\"a\",\"displayName\":\"Ada\u{a0}L \"}]", r#"[{"displayName":"A B"}]"#).is_empty());
    }
}
