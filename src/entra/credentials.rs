//! Credentials anywhere in a document: found by their names and by their looks, never kept.

use crate::source::{At, Document, FileId};

use super::object::{Located, Object};

/// Names of members that hold a credential, in small letters without `-` and `_`.
const NAMES: [&str; 21] = [
    "accesstoken",
    "apikey",
    "appkey",
    "authorization",
    "bearertoken",
    "clientsecret",
    "connectionstring",
    "consumersecret",
    "oauth2accesstoken",
    "oauth2authorizationcode",
    "oauth2clientsecret",
    "oauth2refreshtoken",
    "passwd",
    "password",
    "privatekey",
    "refreshtoken",
    "secret",
    "secrettext",
    "secrettoken",
    "token",
    "tokenkey",
];

/// Where credentials stand in a document: under a telling name, beside a telling `key` or `name`, or of telling looks.
/// Empty and masked values do not count.
///
/// ```
/// use vestibule::entra::credentials_in;
/// use vestibule::source::Sources;
///
/// let mut sources = Sources::default();
/// let (file, _) = sources.add_document("app.yaml", b"passwordCredentials: [{ secretText: hunter2, hint: hun }]");
/// let found = credentials_in(sources.document(file).unwrap(), file);
/// assert_eq!(found[0].route.to_string(), "passwordCredentials[0].secretText");
/// ```
pub fn credentials_in(document: &Document, file: FileId) -> Vec<At> {
    let mut found = Vec::new();
    let mut waiting: Vec<Located<'_>> =
        document.root().into_iter().map(|node| Located { at: At::root(file), node }).collect();
    while let Some(value) = waiting.pop() {
        let Some(object) = value.object() else {
            if value.text().is_some_and(holds_secret) {
                found.push(value.at.clone());
            }
            waiting.extend(value.items());
            continue;
        };
        let names_value = has_telling_key(&object);
        for (name, member) in object.named_members() {
            let is_named = is_telling(name) || (names_value && name.eq_ignore_ascii_case("value"));
            match member.text() {
                Some(text) if is_named && !member.is_null() && is_unmasked(text) => found.push(member.at),
                _ => waiting.push(member),
            }
        }
    }
    found.sort();
    found
}

fn has_telling_key(object: &Object<'_>) -> bool {
    ["key", "name"].iter().any(|member| object.member(member).is_some_and(|name| name.text().is_some_and(is_telling)))
}

fn is_telling(name: &str) -> bool {
    const LONGEST: usize = 40;
    if name.len() > LONGEST {
        return false;
    }
    let letters = name.chars().filter(|c| !matches!(c, '-' | '_' | ' '));
    let word: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    NAMES.contains(&word.as_str())
}

/// Whether a value is there: Graph masks secrets, or leaves them empty.
fn is_unmasked(value: &str) -> bool {
    value.chars().any(|c| !matches!(c, '*' | '•' | ' ' | '.'))
}

/// Whether a text is a credential by its looks: a token in three parts, an `Authorization` header, a URL with a password
/// or a token in it.
pub fn holds_secret(text: &str) -> bool {
    let text = text.trim();
    let is_token = text.starts_with("eyJ") && text.len() > 30 && text.matches('.').count() == 2 && !text.contains(' ');
    is_token
        || text.strip_prefix("Bearer ").is_some_and(|rest| rest.len() > 10 && !rest.contains(' '))
        || is_open_url(text)
}

fn is_open_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    if scheme.is_empty() || !scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '+') {
        return false;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let has_password = authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'));
    let query = rest.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let mut parts = query.split(['&', '?', '#']).filter_map(|part| part.split_once('='));
    has_password || parts.any(|(name, value)| is_telling(name) && is_unmasked(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn found(content: &str) -> Vec<String> {
        let mut sources = Sources::default();
        let (file, _) = sources.add_document("x", content.as_bytes());
        let document = sources.document(file).expect("a tree");
        credentials_in(document, file).iter().map(|at| at.route.to_string()).collect()
    }

    #[test]
    fn names_and_keys_tell_credentials() {
        assert_eq!(found("{ a: { client-secret: x, note: y } }"), ["a.client-secret"]);
        assert_eq!(found("[{ Key: SecretToken, Value: x }, { key: BaseAddress, value: y }]"), ["[0].Value"]);
        assert_eq!(found("{ Oauth2_Client_Secret: 17 }"), ["Oauth2_Client_Secret"]);
    }

    #[test]
    fn looks_tell_tokens_and_urls() {
        let token = format!("eyJ{}.{}.{}", "a".repeat(20), "b".repeat(20), "c".repeat(20));
        assert_eq!(found(&format!("[{token}]")), ["[0]"]);
        assert_eq!(found("['Bearer 0123456789abcdef']"), ["[0]"]);
        assert_eq!(found("['https://u:p@x/y', 'https://x/y?access_token=abc']"), ["[0]", "[1]"]);
    }

    #[test]
    fn masked_empty_and_harmless_values_are_none() {
        for harmless in [
            "{ password: '', secretText: null, clientSecret: '*****' }",
            "{ passwordCredentials: [{ hint: abc, keyId: x }], secrets: [] }",
            "['https://x/v2/?aadOptscim062020', 'https://x/y?count=1', 'a: b', 'ada@contoso.com']",
            "{ token: { nested: x } }",
            "{ description: the secret of good rules }",
        ] {
            assert_eq!(found(harmless), [""; 0], "{harmless}");
        }
    }
}
