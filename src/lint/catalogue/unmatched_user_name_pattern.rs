//! `unmatched-user-name-pattern`

use crate::condition::Pattern;
use crate::lint::records::{Named, case, counted, place_of};
use crate::lint::{Level, Lint, Subject};
use crate::scim::{Fact, Record, User};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "unmatched-user-name-pattern",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/saml-getting-started",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Users of the snapshot whose `userName` none of the provider's `username-patterns` matches. Those that are not active do not
count.

## Why it matters

The patterns send a login to the provider. Whoever types a user name that fits none of them is told that no suitable
authentication provider could be found, though SCIM has made the account. The patterns mind case unless they begin with
`(?i)`.

## Avoid

```yaml
provider:
  name: contoso-entra
  attribute-mapping: { provider-id: objectidentifier }
  username-patterns: ['.*@contoso\.eu']
snapshot: { users: users.json }
```

```json users.json
[ { "id": "1", "userName": "ada@contoso.eu" }, { "id": "2", "userName": "Bo@Contoso.EU" } ]
```

## Prefer

```yaml
provider:
  name: contoso-entra
  attribute-mapping: { provider-id: objectidentifier }
  username-patterns: ['(?i).*@contoso\.eu']
snapshot: { users: users.json }
```

```json users.json
[ { "id": "1", "userName": "ada@contoso.eu" }, { "id": "2", "userName": "Bo@Contoso.EU" } ]
```

## Source

https://www.palantir.com/docs/foundry/authentication/saml-getting-started

## Fix

None. Whose logins the provider takes is for a person to decide.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let provider = &subject.config.provider;
    let Some(snapshot) = &subject.project.snapshot else { return };
    if provider.username_patterns.is_empty() {
        return;
    }
    let compiled = |ignore_case| {
        let patterns = provider.username_patterns.iter().map(|pattern| Pattern::new(pattern, ignore_case).ok());
        patterns.collect::<Option<Vec<Pattern>>>()
    };
    let (Some(exact), Some(folded)) = (compiled(false), compiled(true)) else { return };
    let fits = |patterns: &[Pattern], name: &str| patterns.iter().any(|pattern| pattern.is_match(name));
    let active = snapshot.users().iter().filter(|record| record.resource.active() != Fact::Known(false));
    let (mut unmatched, mut users): (Vec<&Record<User>>, usize) = (Vec::new(), 0);
    for record in active {
        users += 1;
        if !fits(&exact, record.resource.user_name()) {
            unmatched.push(record);
        }
    }
    let Some(first) = unmatched.first() else { return };
    let only_case = unmatched.iter().all(|record| fits(&folded, record.resource.user_name()));
    let verb = if unmatched.len() == 1 { "has" } else { "have" };
    let message = format!("{} of {} {verb} a `userName` that no pattern matches", unmatched.len(), counted(users, "user"));
    let help = match only_case {
        true => "begin the patterns with `(?i)`: it is nothing but case",
        false => "add a pattern for these names, or take the people out of the application",
    };
    let place = provider.at.key("username-patterns").name();
    let problem = LINT.problem(place, message).label("sends no login of theirs here").help(help);
    let problem = problem.related(place_of(first, "userName"), "the first of them");
    let problem = problem.cases(unmatched.iter().map(|record| case(record, &["userName"])));
    let more = unmatched.iter().skip(1).take(SHOWN);
    problems.push(more.fold(problem, |problem, record| problem.related(place_of(record, "userName"), record.resource.called())));
}

/// How many more users a finding points to.
const SHOWN: usize = 2;

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{findings, places};

    fn check(patterns: &str, users: &str) -> Vec<(String, String)> {
        let document = format!("provider:\n  name: x\n  username-patterns: {patterns}\nsnapshot: {{ users: u.json }}\n");
        let found = findings(&LINT, &[("vestibule.yaml", &document), ("u.json", users)]);
        found.into_iter().map(|finding| (finding.message, finding.help.unwrap_or_default())).collect()
    }

    const USERS: &str = r#"[{"userName":"a@x.eu"},{"userName":"B@X.eu"},{"userName":"c@y.eu"},{"userName":"d@z","active":false}]"#;

    #[test]
    fn users_are_counted_and_case_is_told_apart() {
        let [(message, help)] = &check(r"['.*@x\.eu']", USERS)[..] else { panic!() };
        assert_eq!(message, "2 of 3 users have a `userName` that no pattern matches");
        assert!(help.starts_with("add a pattern"), "{help}");
        let [(message, help)] = &check(r"['.*@x\.eu', '.*@y\.eu']", USERS)[..] else { panic!() };
        assert!(message.starts_with("1 of 3 users has") && help.contains("`(?i)`"), "{message} {help}");
    }

    #[test]
    fn the_key_is_underlined() {
        let document = "provider:\n  name: x\n  username-patterns: [a]\nsnapshot: { users: u.json }\n";
        assert_eq!(places(&LINT, &[("vestibule.yaml", document), ("u.json", USERS)]), ["vestibule.yaml:3:3 username-patterns"]);
    }

    #[test]
    fn patterns_that_match_everybody_and_none_at_all_are_silent() {
        assert!(check(r"['(?i).*@[xy]\.eu']", USERS).is_empty());
        assert!(check("[]", USERS).is_empty());
    }
}
