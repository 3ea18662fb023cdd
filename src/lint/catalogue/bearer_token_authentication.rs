//! `bearer-token-authentication`

use crate::config::{AuthenticationMethod, Config, Sited};
use crate::entra::Secrets;
use crate::lint::{Level, Lint, Subject};
use crate::source::At;
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "bearer-token-authentication",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A provisioning job that authenticates with a secret token instead of the OAuth2 client credentials grant: as
`entra.sources` says, or as the keys among the job's secrets show. Of their values it only counts whether
there is one: an empty `SecretToken` is none.

## Why it matters

Foundry refuses bearer tokens unless Palantir allows them for the enrollment. Entra's connection test fails, and nothing
is provisioned.

## Avoid

```yaml
entra: { sources: { authentication-method: bearer-token } }
```

## Prefer

```yaml
entra: { sources: { authentication-method: oauth2-client-credentials } }
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None. The setting is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let secrets = || subject.project.secrets();
    let token = secrets().find_map(token_of).map(|key| key.at.clone());
    // Keys of a client win over what the document says.
    let at = if secrets().any(has_client) { token } else { token.or_else(|| stated(subject.config)) };
    problems.extend(at.map(|at| {
        LINT.problem(at.value(), "Entra authenticates with a bearer token")
            .label("Foundry refuses it")
            .help("choose the OAuth2 client credentials grant in Entra, with the client that Control Panel generated for SCIM")
    }));
}

fn stated(config: &Config) -> Option<At> {
    let method = config.entra.as_ref()?.sources.as_ref()?.authentication_method.as_ref()?;
    (method.value == AuthenticationMethod::BearerToken).then(|| method.at.clone())
}

/// The key of a token, where no key of a client stands beside it.
fn token_of(secrets: &Secrets) -> Option<&Sited<String>> {
    secrets.key("SecretToken").filter(|_| !has_client(secrets))
}

fn has_client(secrets: &Secrets) -> bool {
    ["Oauth2ClientId", "Oauth2ClientSecret", "ClientIdentifier"].iter().any(|key| secrets.key(key).is_some())
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::underlined;

    fn check(secrets: &str) -> Vec<String> {
        let document = "entra: { exports: [secrets.json] }\n";
        underlined(&LINT, &[("vestibule.yaml", document), ("secrets.json", secrets)])
    }

    #[test]
    fn a_token_is_found_at_its_key() {
        assert_eq!(check(r#"[{"key": "SecretToken", "value": "*****"}]"#), ["\"SecretToken\""]);
    }

    #[test]
    fn what_the_document_says_counts_where_the_export_does_not_say() {
        let document = "entra: { exports: [s.json], sources: { authentication-method: bearer-token } }\n";
        let check = |secrets: &str| underlined(&LINT, &[("vestibule.yaml", document), ("s.json", secrets)]).len();
        assert_eq!(check(r#"[{"key": "BaseAddress", "value": "https://x"}]"#), 1);
        assert_eq!(check(r#"[{"key": "Oauth2ClientId", "value": "x"}]"#), 0);
    }

    #[test]
    fn a_client_and_empty_values_are_silent() {
        assert!(check(r#"[{"key": "SecretToken", "value": "x"}, {"key": "Oauth2ClientId", "value": "y"}]"#).is_empty());
        assert!(check(r#"[{"key": "SecretToken", "value": ""}, {"key": "SyncAll", "value": "false"}]"#).is_empty());
        assert!(check(r#"[{"key": "BaseAddress", "value": "https://x"}]"#).is_empty());
    }
}
