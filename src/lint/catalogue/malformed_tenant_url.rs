//! `malformed-tenant-url`

use super::missing_scim_feature_flag::FLAG;
use crate::config::Provider;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Case, Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "malformed-tenant-url",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A tenant URL of the provisioning job that is not what Control Panel generates: not `https`, another path than
`/multipass/api/scim/REALM/v2/`, another realm or host than the provider's, or the flag `aadOptscim062020` in the wrong
place. `scim.` before the host, or `provider.scim.host`, is right.

A flag in other capitals, or with something written to it, is a warning: no page says whether Entra takes it.

## Why it matters

Entra sends every request below this URL. With another path or realm Foundry answers with an error, or for another
provider. A flag that does not stand as the query is part of the path, or is not sent at all.

## Avoid

```yaml
provider: { name: x, realm: contoso, hosts: [contoso.palantirfoundry.com], attribute-mapping: { provider-id: objectidentifier } }
entra:
  sources:
    tenant-url: https://contoso.palantirfoundry.com/multipass/api/scim/contoso/v2/&aadOptscim062020
```

## Prefer

```yaml
provider: { name: x, realm: contoso, hosts: [contoso.palantirfoundry.com], attribute-mapping: { provider-id: objectidentifier } }
entra:
  sources:
    tenant-url: https://contoso.palantirfoundry.com/multipass/api/scim/contoso/v2/?aadOptscim062020
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None. The URL is changed in Entra first.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(tenant_url) = subject.project.tenant_url() else { return };
    for Mistake { severity, message, help } in mistakes(&tenant_url.value, &subject.config.provider) {
        // One URL can be wrong in several ways, and each of them is accepted apart.
        let case = Case::new(&[&message]);
        let problem = LINT.problem(tenant_url.at.value(), message).cases([case]);
        let problem = problem.label("not what Control Panel generated").help(help);
        problems.push(Problem { severity, ..problem });
    }
}

struct Mistake {
    severity: Severity,
    message: String,
    help: &'static str,
}

impl Mistake {
    fn error(message: impl Into<String>, help: &'static str) -> Mistake {
        Mistake { severity: Severity::Error, message: message.into(), help }
    }
}

/// What is wrong with a URL. The URL is not repeated: its query may hold a token.
fn mistakes(url: &str, provider: &Provider) -> Vec<Mistake> {
    const COPY: &str = "copy the SCIM URL from Control Panel, and append `?aadOptscim062020`";
    let mut found = Vec::new();
    let bare = url.trim();
    if bare != url {
        found.push(Mistake::error("a space stands before or behind the tenant URL", "remove the space"));
    }
    let (scheme, rest) = bare.split_once("://").unwrap_or(("", bare));
    if !scheme.eq_ignore_ascii_case("https") {
        found.push(Mistake::error("the tenant URL does not begin with `https://`", COPY));
    }
    let authority_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(authority_end);
    let path_end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (path, query) = rest.split_at(path_end);
    found.extend(host_mistake(authority, provider));
    found.extend(path_mistake(path, provider));
    found.extend(flag_mistake(path, query));
    found
}

fn host_mistake(authority: &str, provider: &Provider) -> Option<Mistake> {
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    let own = provider.scim.as_ref().and_then(|scim| scim.host.as_deref());
    if (provider.hosts.is_empty() && own.is_none()) || host.starts_with('<') {
        return None;
    }
    let is_own = |known: &str| {
        let without = host.get(..5).filter(|start| start.eq_ignore_ascii_case("scim.")).and_then(|_| host.get(5..));
        known.eq_ignore_ascii_case(host) || without.is_some_and(|rest| known.eq_ignore_ascii_case(rest))
    };
    let is_known = own.into_iter().chain(provider.hosts.iter().map(String::as_str)).any(is_own);
    let message = format!("the tenant URL leads to `{host}`, which is no host of the provider");
    let help = "take a host of the provider, with `scim.` before it where SCIM has a subdomain";
    (!is_known).then(|| Mistake::error(message, help))
}

fn path_mistake(path: &str, provider: &Provider) -> Option<Mistake> {
    const SHAPE: &str = "the path is `/multipass/api/scim/REALM/v2/`, with the provider's realm";
    // What is wrong with a flag in the path is told as that.
    let path = path.split('&').next().unwrap_or_default();
    let inner = path.strip_prefix('/').unwrap_or(path);
    let parts: Vec<&str> = inner.strip_suffix('/').unwrap_or(inner).split('/').collect();
    let ["multipass", "api", "scim", realm, "v2", rest @ ..] = parts.as_slice() else {
        return Some(Mistake::error("the path of the tenant URL is not that of a SCIM endpoint of Foundry", SHAPE));
    };
    if rest.iter().any(|part| !part.eq_ignore_ascii_case(FLAG)) {
        return Some(Mistake::error("the path of the tenant URL goes on behind `v2`", SHAPE));
    }
    if rest.is_empty() && !path.ends_with('/') {
        return Some(Mistake::error("the path of the tenant URL lacks the `/` behind `v2`", SHAPE));
    }
    let expected = provider.realm.as_deref().filter(|_| !realm.starts_with('<'))?;
    let message = format!("the tenant URL names the realm `{realm}`, and the provider's is `{expected}`");
    (*realm != expected).then(|| Mistake::error(message, SHAPE))
}

fn flag_mistake(path: &str, query: &str) -> Option<Mistake> {
    const LAST: &str = "append `?aadOptscim062020` to the URL once, and nothing else";
    let lower = query.to_ascii_lowercase();
    let in_path = path.to_ascii_lowercase().contains(FLAG);
    let (asked, fragment) = lower.split_once('#').unwrap_or((&lower, ""));
    let misplaced = if in_path {
        Some("in the path")
    } else if fragment.contains(FLAG) {
        Some("behind a `#`, which is never sent")
    } else if asked.matches(FLAG).count() > 1 {
        Some("twice")
    } else if asked.contains(FLAG) && asked.matches('?').count() > 1 {
        Some("behind a second `?`")
    } else {
        None
    };
    if let Some(place) = misplaced {
        return Some(Mistake::error(format!("the flag `{WRITTEN}` stands {place}"), LAST));
    }
    // Pages show other capitals and `=true` as well (ibm.com/support/pages/node/7272019), and none says what Entra takes.
    let doubtful = if !asked.contains(FLAG) {
        return None;
    } else if !asked.trim_start_matches('?').split('&').any(|part| part == FLAG) {
        "stands with something written to it"
    } else if !query.contains(WRITTEN) {
        "is written in other capitals"
    } else {
        return None;
    };
    Some(Mistake { severity: Severity::Warning, message: format!("the flag `{WRITTEN}` {doubtful}"), help: LAST })
}

/// The flag as Microsoft and Palantir write it.
const WRITTEN: &str = "aadOptscim062020";

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::findings;
    use crate::source::Severity;

    fn check(url: &str) -> Vec<String> {
        let document = format!(
            "provider: {{ name: x, realm: contoso, hosts: [contoso.com], scim: {{ host: in.contoso.com }} }}\n\
             entra: {{ sources: {{ tenant-url: '{url}' }} }}\n"
        );
        findings(&LINT, &[("vestibule.yaml", &document)]).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn each_departure_is_told() {
        let check = |url: &str, expected: &str| assert_eq!(check(url), [expected], "{url}");
        let flag = |place: &str| format!("the flag `aadOptscim062020` stands {place}");
        check("http://contoso.com/multipass/api/scim/contoso/v2/", "the tenant URL does not begin with `https://`");
        check(
            "https://contoso.com/scim/contoso/v2/",
            "the path of the tenant URL is not that of a SCIM endpoint of Foundry",
        );
        check(
            "https://contoso.com/multipass/api/scim/contoso/v2/Users",
            "the path of the tenant URL goes on behind `v2`",
        );
        let realm = "the tenant URL names the realm `other`, and the provider's is `contoso`";
        check("https://contoso.com/multipass/api/scim/other/v2/", realm);
        let host = "the tenant URL leads to `fabrikam.com`, which is no host of the provider";
        check("https://fabrikam.com/multipass/api/scim/contoso/v2/", host);
        let good = "https://contoso.com/multipass/api/scim/contoso/v2/";
        check(&format!("{good}&aadOptscim062020"), &flag("in the path"));
        check(&format!("{good}aadOptscim062020"), &flag("in the path"));
        check(&format!("{good}#?aadOptscim062020"), &flag("behind a `#`, which is never sent"));
        check(&format!("{good}?aadOptscim062020&aadOptscim062020"), &flag("twice"));
        check(&format!("{good}?a=b?aadOptscim062020"), &flag("behind a second `?`"));
        check(&format!("{good}?aadOptscim062020=false"), &flag("with something written to it"));
        let capitals = "the flag `aadOptscim062020` is written in other capitals";
        check(&format!("{good}?aadoptscim062020"), capitals);
        check(&format!("{good}?x=1&aadOptSCIM062020"), capitals);
        check(&format!(" {good}?aadOptscim062020"), "a space stands before or behind the tenant URL");
        let slash = "the path of the tenant URL lacks the `/` behind `v2`";
        check("https://contoso.com/multipass/api/scim/contoso/v2?aadOptscim062020", slash);
        check("https://contoso.com/multipass/api/scim/contoso/v2", slash);
        let path = "the path of the tenant URL is not that of a SCIM endpoint of Foundry";
        check("https://contoso.com//multipass/api/scim/contoso/v2/", path);
        check("https://contoso.com", path);
    }

    #[test]
    fn where_no_page_says_what_entra_takes_the_finding_is_a_warning() {
        let severity = |query: &str| {
            let url = format!("https://contoso.com/multipass/api/scim/contoso/v2/{query}");
            let document = format!("entra: {{ sources: {{ tenant-url: '{url}' }} }}\n");
            findings(&LINT, &[("vestibule.yaml", &document)])[0].severity
        };
        assert_eq!(severity("?aadoptscim062020"), Severity::Warning);
        assert_eq!(severity("?aadOptscim062020=true"), Severity::Warning);
        assert_eq!(severity("#aadOptscim062020"), Severity::Error);
    }

    #[test]
    fn what_control_panel_generates_is_silent() {
        for url in [
            "https://contoso.com/multipass/api/scim/contoso/v2/?aadOptscim062020",
            "https://scim.contoso.com/multipass/api/scim/contoso/v2/?aadOptscim062020",
            "https://in.contoso.com/multipass/api/scim/contoso/v2/?aadOptscim062020",
            "https://contoso.com:443/multipass/api/scim/contoso/v2/",
            "https://<DOMAIN>/multipass/api/scim/<REALM>/v2/?aadOptscim062020",
        ] {
            assert_eq!(check(url), [""; 0], "{url}");
        }
    }

    #[test]
    fn a_query_is_never_repeated() {
        let said = check("ftp://contoso.com/x?token=s3cr3t").join(" ");
        assert!(!said.contains("s3cr3t"), "{said}");
    }
}
