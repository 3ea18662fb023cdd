//! `missing-scim-feature-flag`

use crate::config::Sited;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Safety, Severity, Span};

pub(super) const LINT: Lint = Lint {
    name: "missing-scim-feature-flag",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A tenant URL of the provisioning job without the flag `aadOptscim062020`.

## Why it matters

Without the flag Entra's requests depart from SCIM: it sends `active` as a text and removes members in a way of its own.
Foundry does not take those, so that leavers stay active and stay in their groups.

## Avoid

```yaml
entra:
  sources:
    tenant-url: https://contoso.palantirfoundry.com/multipass/api/scim/contoso/v2/
```

## Prefer

```yaml
entra:
  sources:
    tenant-url: https://contoso.palantirfoundry.com/multipass/api/scim/contoso/v2/?aadOptscim062020
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

Safe where the URL stands in `vestibule.yaml`: the flag is appended. The URL has to be changed in Entra as well; an export
is never edited.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(tenant_url) = subject.project.tenant_url() else { return };
    // A flag in the wrong place is `malformed-tenant-url`.
    if tenant_url.value.to_ascii_lowercase().contains(FLAG) {
        return;
    }
    let problem =
        LINT.problem(tenant_url.at.value(), "the tenant URL lacks the flag `aadOptscim062020`")
            .label("Entra sends what is no SCIM")
            .help("append `?aadOptscim062020` to the tenant URL in Entra, save, and restart provisioning");
    problems.push(mended(subject, tenant_url, problem));
}

/// With the fix, where the URL stands in a document of ours and has nothing after its path.
fn mended(subject: &Subject<'_>, tenant_url: &Sited<String>, problem: Problem) -> Problem {
    let url = &tenant_url.value;
    if !subject.project.documents.contains(&tenant_url.at.file) || url.contains(['?', '#', '&']) {
        return problem;
    }
    let whole = tenant_url.at.within(Span::new(0, url.len()));
    let slash = if url.ends_with('/') { "" } else { "/" };
    problem.fix(Safety::Safe, "append the flag", whole, format!("{url}{slash}?aadOptscim062020"))
}

/// The flag in small letters.
pub(super) const FLAG: &str = "aadoptscim062020";

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::underlined;

    fn check(url: &str) -> Vec<String> {
        underlined(&LINT, &[("vestibule.yaml", &format!("entra: {{ sources: {{ tenant-url: '{url}' }} }}\n"))])
    }

    #[test]
    fn a_missing_flag_is_found_at_the_url() {
        assert_eq!(check("https://x/v2/"), ["'https://x/v2/'"]);
        assert_eq!(check("https://x/v2/?AzureAdScimPatch062020").len(), 1, "the old flag is another");
    }

    #[test]
    fn an_export_wins_over_the_document() {
        let secrets = r#"[{"key": "BaseAddress", "value": "https://x/v2/"}]"#;
        let document =
            "entra: { exports: [secrets.json], sources: { tenant-url: 'https://x/v2/?aadOptscim062020' } }\n";
        assert_eq!(
            underlined(&LINT, &[("vestibule.yaml", document), ("secrets.json", secrets)]),
            ["\"https://x/v2/\""]
        );
    }

    #[test]
    fn the_flag_is_silent_wherever_it_stands() {
        assert!(check("https://x/v2/?aadOptscim062020").is_empty());
        assert!(check("https://x/v2/&aadOptscim062020").is_empty(), "another lint's fact");
        assert!(underlined(&LINT, &[("vestibule.yaml", "entra: {}\n")]).is_empty());
    }
}
