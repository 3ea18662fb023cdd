//! What a name says of the value that stands under it.

/// Whether a name is that of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Telling {
    /// It may be, and may as well be an attribute that somebody calls so.
    Perhaps,
    /// Nothing else is called so.
    Surely,
}

/// How names end that are those of credentials, in small letters without signs between the words.
const SURE: [&str; 30] = [
    "accesskey",
    "accesstoken",
    "accountkey",
    "apikey",
    "apisecret",
    "apitoken",
    "appkey",
    "appsecret",
    "authorizationcode",
    "authtoken",
    "bearertoken",
    "clientassertion",
    "clientsecret",
    "connectionstring",
    "consumersecret",
    "passphrase",
    "passwd",
    "password",
    "passwort",
    "privatekey",
    "pwd",
    "refreshtoken",
    "sastoken",
    "scimtoken",
    "secretkey",
    "secrettext",
    "secrettoken",
    "secretvalue",
    "sharedsecret",
    "tokenkey",
];

/// Tokens that let nobody in: they turn pages.
const PAGING: [&str; 9] = [
    "pagetoken",
    "nexttoken",
    "skiptoken",
    "deltatoken",
    "synctoken",
    "tokentoken",
    "cursortoken",
    "continuationtoken",
    "csrftoken",
];

/// What a name says; the last part counts of one that is a path or a URI.
pub(super) fn telling(name: &str) -> Option<Telling> {
    const LONGEST: usize = 60;
    let name = name.trim_end_matches(['/', ':', '#']);
    let name = name.rsplit(['/', ':', '#']).next().unwrap_or(name).trim();
    if name.len() > LONGEST || name.split_whitespace().count() > 3 {
        return None;
    }
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    let word: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    // Several are called as one is.
    of_word(word.strip_suffix('s').unwrap_or(&word))
}

fn of_word(word: &str) -> Option<Telling> {
    if SURE.iter().any(|end| word.ends_with(end)) {
        return Some(Telling::Surely);
    }
    let is_token = word.ends_with("token") && !PAGING.iter().any(|paging| word.ends_with(paging));
    // Entra's `passwordCredentials` describe a secret, and what they hold of it has a name of its own.
    let is_whole = matches!(word, "authorization" | "credential");
    (is_token || word.ends_with("secret") || is_whole).then_some(Telling::Perhaps)
}

/// Whether a name that stands below that of a secret only describes it, so that its value is no secret beyond doubt.
pub(super) fn describes(name: &str) -> bool {
    const NAMES: [&str; 24] = [
        "algorithm",
        "created",
        "description",
        "displayname",
        "enabled",
        "encoding",
        "expires",
        "expiresin",
        "expiry",
        "format",
        "hint",
        "id",
        "issuer",
        "key",
        "keyid",
        "length",
        "lifetime",
        "name",
        "note",
        "rotated",
        "title",
        "type",
        "usage",
        "username",
    ];
    let word: String = name.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
    NAMES.contains(&word.as_str()) || ["date", "datetime", "at"].iter().any(|end| word.ends_with(end))
}

/// Whether Entra has optional claims for tokens of this name.
pub(super) fn is_of_claims(name: &str) -> bool {
    ["accessToken", "idToken", "saml2Token"].iter().any(|token| token.eq_ignore_ascii_case(name))
}

/// Whether a key of Graph's synchronization secrets is that of a setting, whose value is none
/// (learn.microsoft.com/graph/api/resources/synchronization-synchronizationsecretkeystringvaluepair).
pub(super) fn is_setting(key: &str) -> bool {
    const KEYS: [&str; 24] = [
        "ApplicationTemplateIdentifier",
        "AuthenticationType",
        "BaseAddress",
        "ClientIdentifier",
        "Domain",
        "EnforceDomain",
        "HardDeletesEnabled",
        "InstanceName",
        "Oauth2AccessTokenCreationTime",
        "Oauth2ClientId",
        "Oauth2RedirectUri",
        "Oauth2TokenExchangeUri",
        "PerformInboundEntitlementGrants",
        "Sandbox",
        "Server",
        "SingleSignOnType",
        "SkipOutOfScopeDeletions",
        "SyncAll",
        "SyncNotificationSettings",
        "TestReferences",
        "TokenExpiration",
        "Url",
        "UserName",
        "ValidateDomain",
    ];
    KEYS.iter().any(|known| known.eq_ignore_ascii_case(key))
}

/// Whether what stands under a telling name is a value. Exports mask secrets or leave them empty, and templates name the
/// place from which they are filled.
pub(super) fn is_value(text: &str) -> bool {
    let text = text.trim();
    let is_masked = text.chars().all(|c| matches!(c, '*' | '•' | '.' | '_' | '-' | '…' | '·') || c.is_whitespace());
    !is_masked && !is_word(text) && !is_reference(text) && !is_placeholder(text)
}

fn is_word(text: &str) -> bool {
    const WORDS: [&str; 10] =
        ["null", "~", "true", "false", "none", "nil", "undefined", "redacted", "[redacted]", "(redacted)"];
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// `user.mail`, the source of a claim.
fn is_reference(text: &str) -> bool {
    let Some((object, attribute)) = text.split_once('.') else { return false };
    ["user", "group", "application", "company", "tenant"].iter().any(|known| known.eq_ignore_ascii_case(object))
        && !attribute.is_empty()
        && attribute.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// `${CLIENT_SECRET}`, `{{ secret }}`, `<secret>`, `$(secret)`, `%SECRET%`.
fn is_placeholder(text: &str) -> bool {
    let pairs = [("${", "}"), ("{{", "}}"), ("$(", ")"), ("<", ">"), ("%", "%")];
    pairs.iter().any(|(open, close)| {
        let inside = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        inside.is_some_and(|inside| {
            let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
            !inside.is_empty() && inside.len() <= 60 && inside.chars().all(is_of_name)
        })
    })
}

/// Whether a value that stands in a sentence looks like a secret and not like the next word of it.
pub(super) fn is_no_word(text: &str) -> bool {
    const SHORTEST: usize = 6;
    let has = |kind: fn(&char) -> bool| text.chars().any(|c| kind(&c));
    let mixes = has(|c| c.is_ascii_digit()) && has(|c| c.is_alphabetic());
    let signs = text.chars().filter(|c| "!$%&*~+=^#@".contains(*c)).count();
    text.len() >= SHORTEST && !text.contains(char::is_whitespace) && (mixes || signs > 0 && has(|c| c.is_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_credentials_are_told_in_every_spelling() {
        for name in [
            "clientSecret",
            "client_secret",
            "client-secret",
            "Client Secret",
            "Oauth2ClientSecret",
            "SCIM_TOKEN",
            "password",
            "userPassword",
            "https://example.com/claims/api_key",
            "urn:example:User:password",
        ] {
            assert_eq!(telling(name), Some(Telling::Surely), "{name}");
        }
        for name in ["passwords", "api_keys", "secretTokens", "clientSecrets"] {
            assert_eq!(telling(name), Some(Telling::Surely), "{name}");
        }
        for name in ["secret", "token", "Authorization", "foundry-secret", "secrets", "tokens", "credentials"] {
            assert_eq!(telling(name), Some(Telling::Perhaps), "{name}");
        }
        for name in [
            "nextPageToken",
            "pageTokens",
            "tokenType",
            "passwordCredentials",
            "keyCredentials",
            "hint",
            "keyId",
            "keys",
            "name",
            "",
        ] {
            assert_eq!(telling(name), None, "{name}");
        }
    }

    #[test]
    fn masks_references_and_placeholders_are_no_values() {
        for text in
            ["", "***", "•••", "null", "user.mail", "${CLIENT_SECRET}", "{{ secret }}", "<your-secret>", "______"]
        {
            assert!(!is_value(text), "{text}");
        }
        for text in ["hunter2", "a.b", "17", "$ecret", "user.a b"] {
            assert!(is_value(text), "{text}");
        }
    }
}
