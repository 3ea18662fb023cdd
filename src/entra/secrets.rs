//! The secrets of a provisioning job: found, never kept.

use crate::config::Sited;
use crate::source::{At, Span};

use super::object::Located;

/// Settings among the secrets that checks need and that give nothing away.
const SETTINGS: [&str; 6] = [
    "AuthenticationType",
    "BaseAddress",
    "HardDeletesEnabled",
    "SkipOutOfScopeDeletions",
    "SyncAll",
    "SyncNotificationSettings",
];

/// Keys whose values let someone in, or help to.
///
/// All keys: learn.microsoft.com/graph/api/resources/synchronization-synchronizationsecretkeystringvaluepair.
const CREDENTIALS: [&str; 17] = [
    "AppKey",
    "ClientIdentifier",
    "ClientSecret",
    "ConnectionString",
    "ConsumerKey",
    "ConsumerSecret",
    "Oauth2AccessToken",
    "Oauth2AuthorizationCode",
    "Oauth2AuthorizationUri",
    "Oauth2ClientId",
    "Oauth2ClientSecret",
    "Oauth2RefreshToken",
    "Oauth2TokenExchangeUri",
    "Password",
    "SecretToken",
    "TokenKey",
    "UserName",
];

/// The credentials and settings of a provisioning job, without the secrets themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secrets {
    /// Where the list stands.
    pub at: At,
    /// The settings that give nothing away, by key.
    pub settings: Vec<(String, Sited<String>)>,
    /// The keys that have a value, masked or not, and where.
    pub keys: Vec<Sited<String>>,
    /// Where values stand that nobody may see.
    pub concealed: Vec<At>,
}

impl Secrets {
    /// Reads the list of `{ "key": …, "value": … }` that Graph gives. Metadata has the same shape and other keys.
    pub(super) fn read(value: &Located<'_>) -> Option<Secrets> {
        let items: Vec<_> = value.items().map(|item| item.object()).collect::<Option<_>>()?;
        let keys: Vec<_> = items.iter().map(|item| item.member("key")?.text()).collect::<Option<_>>()?;
        if !keys.iter().any(|key| is_one_of(&SETTINGS, key) || is_one_of(&CREDENTIALS, key)) {
            return None;
        }
        let mut secrets =
            Secrets { at: value.at.clone(), settings: Vec::new(), keys: Vec::new(), concealed: Vec::new() };
        for (item, key) in items.iter().zip(keys) {
            let Some(member) = item.member("value") else { continue };
            if member.text().is_none_or(|text| !text.trim().is_empty()) {
                secrets.keys.extend(item.sited("key"));
            }
            match item.sited("value").filter(|_| is_one_of(&SETTINGS, key)) {
                Some(value) => secrets.settings.push((key.to_owned(), value)),
                // What is not known to be harmless is not shown.
                None => secrets.concealed.push(member.at),
            }
        }
        Some(secrets)
    }

    /// A setting by its key, such as `BaseAddress`.
    pub fn setting(&self, key: &str) -> Option<&Sited<String>> {
        self.settings.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
    }

    /// Where a key stands that has a value.
    pub fn key(&self, name: &str) -> Option<&Sited<String>> {
        self.keys.iter().find(|key| key.value.eq_ignore_ascii_case(name))
    }

    /// Whether there is a setting of this key that says `True`, and where.
    pub fn enabled(&self, key: &str) -> Option<&Sited<String>> {
        self.setting(key).filter(|value| value.value.trim().eq_ignore_ascii_case("true"))
    }
}

/// Where values of secrets may stand in a text that is too damaged to be read as them: behind every `value` of a text that
/// has keys of credentials.
pub(super) fn secrets_in_text(text: &str) -> Vec<Span> {
    if !CREDENTIALS.iter().any(|key| is_key_in(key, text)) {
        return Vec::new();
    }
    let mut spans = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        spans.extend(after_value(line).map(|from| Span::new(start + from, start + line.trim_end().len())));
        start += line.len();
    }
    spans
}

/// Whether a text has a member `key` that says this.
fn is_key_in(key: &str, text: &str) -> bool {
    let heads = text.match_indices(key).map(|(at, _)| text[..at].trim_end_matches(['"', '\'', '\\', ':', ' ', '\t']));
    heads.into_iter().any(|head| head.len() >= 3 && head.as_bytes()[head.len() - 3..].eq_ignore_ascii_case(b"key"))
}

/// Where the text behind the first member named `value` of a line begins.
fn after_value(line: &str) -> Option<usize> {
    const VALUE: &str = "value";
    let names = line
        .char_indices()
        .filter(|&(at, _)| line.get(at..at + VALUE.len()).is_some_and(|word| word.eq_ignore_ascii_case(VALUE)));
    let behind = names.map(|(at, _)| at + VALUE.len());
    behind
        .filter_map(|at| line[at..].trim_start_matches(['"', '\'', ' ', '\t']).strip_prefix(':'))
        .map(|rest| line.len() - rest.len())
        .next()
}

fn is_one_of(keys: &[&str], key: &str) -> bool {
    keys.iter().any(|known| known.eq_ignore_ascii_case(key))
}

#[cfg(test)]
mod tests {
    use super::super::Recognised;
    use super::super::fixture::Export;

    /// The texts that are concealed.
    fn concealed(export: &Export) -> Vec<&str> {
        let text = export.sources.text(export.file);
        export.sources.concealed(export.file).iter().map(|&span| text.slice(span)).collect()
    }

    #[test]
    fn values_are_concealed_and_not_kept() {
        let export = Export::of(
            r#"{"value": [{"key": "BaseAddress", "value": "https://example.com"},
                          {"key": "SecretToken", "value": "s3cr3t"}, {"key": "Something", "value": "new"}]}"#,
        );
        assert_eq!(concealed(&export), ["\"______\"", "\"new\""]);
        assert!(matches!(export.recognised[..], [Recognised::Secrets(_)]));
        assert!(!format!("{:?}", export.recognised).contains("s3cr3t"));
    }

    #[test]
    fn a_damaged_file_shows_no_value_of_a_text_that_names_credentials() {
        let damaged = "{\"value\": [\n {\"key\": \"SecretToken\",\n  \"value\" : \"s3cr3t\"\n ";
        assert_eq!(concealed(&Export::of(damaged)), [" [", " \"______\""]);
        let on_one_line = "[{\"Key\": \"Password\", \"Value\": \"s3cr3t\"}, {";
        assert_eq!(concealed(&Export::of(on_one_line)), [" \"______\"}, {"]);
        let without = "{\"value\": [\n {\"key\": \"externalId\", \"value\": \"x\"\n ";
        assert_eq!(concealed(&Export::of(without)), Vec::<&str>::new());
    }
}
