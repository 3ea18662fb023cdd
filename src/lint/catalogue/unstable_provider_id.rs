//! `unstable-provider-id`

use crate::config::Claim;
use crate::identity::{Value, changes};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "unstable-provider-id",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A Provider ID that is filled from a claim whose source changes or goes to somebody else: a principal name, a mail address,
a name. NameID has a lint of its own.

## Why it matters

The Provider ID tells Foundry who is logging in. When its source changes, Foundry meets a stranger: the login fails, or
the person gets a new account without the old one's work. When it goes to a successor, so does the account.

## Avoid

```yaml
provider:
  name: contoso-entra
  attribute-mapping:
    provider-id: http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn
entra:
  sources:
    claims: { http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn: user.userprincipalname }
```

## Prefer

```yaml
provider:
  name: contoso-entra
  attribute-mapping:
    provider-id: http://schemas.microsoft.com/identity/claims/objectidentifier
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None. Changing what the ID is mapped from makes new accounts; that is for a person to decide.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let login = &subject.identity().provider_id.login;
    let (Some(Claim::Named(claim)), Some(Value::Attribute(source))) = (&login.claim, &login.value) else { return };
    if !changes(source) {
        return;
    }
    let mut problem = LINT
        .problem(login.mapped_at.clone(), format!("the Provider ID is filled from `{claim}`, which carries `{source}`"))
        .fact(&[claim, source])
        .label("changes, or goes to somebody else")
        .help("map `provider-id` from a claim that never changes, such as the object identifier; on a provider in use, ask Palantir first");
    if let Some(said_at) = &login.said_at {
        problem = problem.related(said_at.clone(), "the source of the claim");
    }
    problems.push(problem);
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::underlined;

    fn check(claim: &str, source: &str) -> Vec<String> {
        let document = format!(
            "provider: {{ name: x, attribute-mapping: {{ provider-id: {claim} }} }}\n\
             entra: {{ sources: {{ name-id: user.mail, claims: {{ c: {source} }} }} }}\n"
        );
        underlined(&LINT, &[("vestibule.yaml", &document)])
    }

    #[test]
    fn a_source_that_changes_is_found_at_the_mapping() {
        assert_eq!(check("c", "user.mail"), ["c"]);
        assert_eq!(check("c", "user.userprincipalname").len(), 1);
    }

    #[test]
    fn what_stays_and_what_nobody_knows_are_silent() {
        assert!(check("c", "user.objectid").is_empty());
        assert!(check("c", "user.employeeid").is_empty());
        assert!(check("d", "user.mail").is_empty());
        assert!(check("NameID", "user.mail").is_empty(), "another lint's fact");
    }
}
