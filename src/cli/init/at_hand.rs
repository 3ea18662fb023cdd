//! What the files at hand say, each recognised by its content.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cli::baseline::way;
use crate::condition::Pattern;
use crate::entra::{self, Recognised};
use crate::project::{Disk, Files};
use crate::source::{Sources, Text};

/// What is known before anybody is asked.
#[derive(Default)]
pub(super) struct AtHand {
    pub(super) provider: Option<Provider>,
    /// Where the files are that a configuration names, by their kind.
    pub(super) files: BTreeMap<Kind, Vec<String>>,
    /// The realm of Foundry's users.
    pub(super) realm: Option<String>,
    /// The host and the realm of the tenant URL that provisioning sends to.
    pub(super) tenant: Option<Tenant>,
    /// The organizations of Foundry's users.
    pub(super) organizations: BTreeSet<String>,
    /// The source attribute that SCIM sends as `externalId`.
    pub(super) external_id: Option<String>,
    /// What a person should know.
    pub(super) notes: Vec<String>,
    /// How many files were of use.
    pub(super) known: usize,
}

/// An authentication provider, as the Admin API returns it.
#[derive(Default)]
pub(super) struct Provider {
    pub(super) name: Option<String>,
    pub(super) realm: Option<String>,
    pub(super) is_oidc: bool,
    pub(super) hosts: Vec<String>,
    pub(super) patterns: Vec<String>,
    /// Patterns that cannot be read here.
    pub(super) unread_patterns: Vec<String>,
}

/// What a tenant URL says, which is `https://HOST/multipass/api/scim/REALM/v2/` with a flag behind it, and may have `scim.`
/// before the host (palantir.com/docs/foundry/authentication/scim-entra-id).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tenant {
    pub(super) host: String,
    pub(super) realm: String,
}

/// What a file is to a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    EntraExport,
    ScimUsers,
    ScimGroups,
    FoundryUsers,
    FoundryGroups,
    FoundryMemberships,
    FoundryProviderInfo,
}

/// Folders deeper than this are not looked into.
const DEEPEST: usize = 8;

impl AtHand {
    /// Reads files, and the files in folders. Paths are told as they count from `folder`.
    ///
    /// # Errors
    ///
    /// A sentence about what cannot be read.
    pub(super) fn read(paths: &[PathBuf], folder: &Path) -> Result<Self, String> {
        let mut at_hand = AtHand::default();
        let base = Disk.resolve(folder).map_err(|error| format!("cannot read `{}`: {error}", folder.display()))?;
        for named in paths {
            let before = at_hand.known;
            let mut waiting = vec![(named.clone(), 0)];
            while let Some((path, depth)) = waiting.pop() {
                let told = |error| format!("cannot read `{}`: {error}", path.display());
                match Disk.list(&path).map_err(told)? {
                    Some(entries) if depth < DEEPEST => {
                        let inside = entries.into_iter().rev().filter(|path| is_meant(path));
                        waiting.extend(inside.map(|path| (path, depth + 1)));
                    }
                    Some(_) => {}
                    None => {
                        let bytes = Disk.read(&path).map_err(told)?;
                        let resolved = Disk.resolve(&path).map_err(told)?;
                        at_hand.file(&path, &way(&base, &resolved), &bytes);
                    }
                }
            }
            if at_hand.known == before {
                at_hand.notes.push(format!("`{}` holds nothing that is known here", named.display()));
            }
        }
        Ok(at_hand)
    }

    fn file(&mut self, path: &Path, name: &str, bytes: &[u8]) {
        // A snapshot may have a record a line; the first tells what it is.
        let first = serde_json::Deserializer::from_slice(bytes).into_iter::<Value>().next().and_then(Result::ok);
        if let Some(provider) = first.as_ref().and_then(provider_of) {
            return self.provider(path, provider);
        }
        if let Some(kind) = first.as_ref().and_then(kind_of) {
            if let (Kind::FoundryUsers, Some(users)) = (kind, &first) {
                self.foundry_users(path, users);
            }
            return self.add(kind, name);
        }
        let mut sources = Sources::default();
        let text = String::from_utf8_lossy(bytes);
        let file = match entra::is_xml(&text) {
            true => sources.add_text(Text::new(name, text)),
            false => sources.add_document(name, bytes).0,
        };
        let (recognised, _) = entra::recognise(&mut sources, file);
        if recognised.iter().all(|export| matches!(export, Recognised::Unknown(_))) {
            return self.notes.push(format!("`{}` is nothing that is known here, and left out", path.display()));
        }
        for export in &recognised {
            match export {
                Recognised::SynchronizationSchema(schema) => {
                    self.external_id = self.external_id.take().or_else(|| external_id_of(schema));
                }
                Recognised::Secrets(secrets) => {
                    let url = secrets.setting("BaseAddress").map(|url| url.value.as_str());
                    self.tenant = self.tenant.take().or_else(|| url.and_then(Tenant::of));
                }
                _ => {}
            }
        }
        self.add(Kind::EntraExport, name);
    }

    fn add(&mut self, kind: Kind, name: &str) {
        self.known += 1;
        let files = self.files.entry(kind).or_default();
        if files.iter().all(|known| known != name) {
            files.push(name.to_owned());
        }
    }

    fn provider(&mut self, path: &Path, value: &Value) {
        self.known += 1;
        if self.provider.is_some() {
            let note = format!("`{}` is a second provider: run `vestibule init` for it on its own", path.display());
            return self.notes.push(note);
        }
        let mut text = |key: &str| self.harmless(path, key, value.get(key).and_then(Value::as_str)).map(str::to_owned);
        let (name, realm) = (text("name"), text("realm"));
        let hosts = self.texts(path, value, "supportedHosts");
        let (patterns, unread_patterns) = self
            .texts(path, value, "supportedUsernamePatterns")
            .into_iter()
            .partition(|pattern| Pattern::new(pattern, false).is_ok());
        self.provider = Some(Provider { name, realm, is_oidc: is_oidc(value), hosts, patterns, unread_patterns });
    }

    fn foundry_users(&mut self, path: &Path, page: &Value) {
        for user in items(page) {
            let text = |key: &str| user.get(key).and_then(Value::as_str);
            if self.realm.is_none() {
                self.realm = self.harmless(path, "realm", text("realm")).map(str::to_owned);
            }
            let organization = text("organization").filter(|rid| is_organization(rid));
            self.organizations.extend(organization.map(str::to_owned));
        }
    }

    /// The texts of a list, without those that hold a secret.
    fn texts(&mut self, path: &Path, value: &Value, key: &str) -> Vec<String> {
        let list = value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        // An empty one says nothing, and cannot be written down.
        let items = list.iter().filter_map(Value::as_str).filter(|text| !text.is_empty());
        items.filter_map(|item| self.harmless(path, key, Some(item)).map(str::to_owned)).collect()
    }

    /// A text, unless it holds a secret: that is copied into no other file, and a mask of it would mean something else.
    fn harmless<'t>(&mut self, path: &Path, key: &str, text: Option<&'t str>) -> Option<&'t str> {
        let text = text?;
        if !holds_secret(key, text) {
            return Some(text);
        }
        let note = format!("`{key}` in `{}` holds a secret, and what holds it is left out", path.display());
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
        None
    }
}

fn holds_secret(key: &str, text: &str) -> bool {
    let mut sources = Sources::default();
    // As a document, so that it is searched as the value that it is and not as a file.
    let member = serde_json::json!({ key: [text] }).to_string();
    let (file, _) = sources.add_document("", member.as_bytes());
    !sources.secrets(file).is_empty()
}

impl Tenant {
    fn of(url: &str) -> Option<Tenant> {
        let (scheme, rest) = url.trim().split_once("://")?;
        let (authority, path) = rest.split_once('/')?;
        let path = path.split(['?', '#', '&']).next()?;
        let ["multipass", "api", "scim", realm, "v2", ..] = path.split('/').collect::<Vec<_>>()[..] else {
            return None;
        };
        // Neither an address with credentials nor a blank to fill in, such as `<host>`.
        let is_name = |text: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        };
        let host = match authority.split_at_checked(5) {
            Some((subdomain, rest)) if subdomain.eq_ignore_ascii_case("scim.") => rest,
            _ => authority,
        };
        let is_known = scheme.eq_ignore_ascii_case("https") && is_name(host) && is_name(realm);
        is_known.then(|| Tenant { host: host.to_ascii_lowercase(), realm: realm.to_owned() })
    }
}

/// Whether logins at a provider are OIDC: as `protocol` says, which is a word or has a `type`, else as the identifier does.
fn is_oidc(provider: &Value) -> bool {
    let protocol = provider.get("protocol");
    let stated = protocol.map(|protocol| protocol.get("type").unwrap_or(protocol)).and_then(Value::as_str);
    match stated {
        Some(stated) => stated.eq_ignore_ascii_case("oidc"),
        None => {
            // ri.control-panel.main.saml.…
            let rid = provider.get("rid").and_then(Value::as_str).unwrap_or_default();
            rid.split('.').any(|part| part.eq_ignore_ascii_case("oidc"))
        }
    }
}

/// `ri.multipass..organization.` and an id.
fn is_organization(rid: &str) -> bool {
    let id = rid.strip_prefix("ri.multipass.").and_then(|rest| rest.split_once(".organization."));
    id.is_some_and(|(_, id)| !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
}

fn is_meant(path: &Path) -> bool {
    let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
    let is_data = extension.is_none_or(|extension| ["json", "jsonl", "ndjson", "xml"].contains(&extension.as_str()));
    !is_hidden && is_data
}

/// The records of a page, of a list, or the only one.
fn items(value: &Value) -> &[Value] {
    let listed = ["Resources", "data"].iter().find_map(|key| value.get(key)).unwrap_or(value);
    listed.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

fn provider_of(value: &Value) -> Option<&Value> {
    let is_provider = |value: &&Value| {
        value.get("realm").is_some_and(Value::is_string)
            && ["supportedHosts", "supportedUsernamePatterns"].iter().any(|key| value.get(key).is_some())
    };
    items(value).iter().find(is_provider)
}

/// What a page is, by the members of its first record.
fn kind_of(value: &Value) -> Option<Kind> {
    let is_page = value.get("Resources").is_some();
    let record = items(value).first()?.as_object()?;
    let has = |name: &str| record.keys().any(|key| key.eq_ignore_ascii_case(name));
    let is_scim = is_page || has("schemas") || has("meta");
    Some(match () {
        () if has("userName") && (is_scim || !has("realm")) => Kind::ScimUsers,
        () if is_scim && has("displayName") => Kind::ScimGroups,
        () if has("username") && has("realm") => Kind::FoundryUsers,
        () if has("groupId") && has("principalId") => Kind::FoundryMemberships,
        () if has("providerId") && has("id") => Kind::FoundryProviderInfo,
        () if has("name") && has("realm") && has("organizations") => Kind::FoundryGroups,
        () => return None,
    })
}

/// The attribute that is sent as a user's `externalId`, where it is one and not an expression.
fn external_id_of(schema: &entra::SynchronizationSchema) -> Option<String> {
    let mut mappings = schema.users().filter(|mapping| mapping.enabled);
    mappings.find_map(|mapping| mapping.mapping("externalId")?.source.as_ref()?.plain_attribute().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a file says.
    fn at_hand(text: &str) -> AtHand {
        let mut at_hand = AtHand::default();
        at_hand.file(Path::new("x.json"), "x.json", text.as_bytes());
        at_hand
    }

    #[test]
    fn the_protocol_is_what_the_provider_says_and_else_what_its_identifier_says() {
        for (members, is_oidc) in [
            (r#""protocol": "oidc""#, true),
            (r#""protocol": "OIDC", "rid": "ri.control-panel.main.saml.1""#, true),
            (r#""protocol": {"type": "oidc"}"#, true),
            (r#""protocol": {"type": "saml"}, "rid": "ri.control-panel.main.oidc.1""#, false),
            (r#""rid": "ri.control-panel.main.oidc.1""#, true),
            (r#""rid": "ri.control-panel.main.saml.1""#, false),
            (r#""protocol": null"#, false),
        ] {
            let text =
                format!(r#"{{"name":"n","realm":"r","supportedHosts":[],"supportedUsernamePatterns":[],{members}}}"#);
            let provider = at_hand(&text).provider.expect("a provider");
            assert_eq!(provider.is_oidc, is_oidc, "{members}");
        }
    }

    #[test]
    fn an_empty_pattern_or_host_is_left_out() {
        let provider = at_hand(
            r#"{"name":"n","realm":"r","supportedHosts":["", "h.example.com"],"supportedUsernamePatterns":["", "a"]}"#,
        );
        let provider = provider.provider.expect("a provider");
        assert_eq!((provider.hosts, provider.patterns), (vec!["h.example.com".to_owned()], vec!["a".to_owned()]));
        assert!(provider.unread_patterns.is_empty());
    }

    #[test]
    fn a_tenant_url_says_host_and_realm() {
        let tenant = |host: &str, realm: &str| Some(Tenant { host: host.to_owned(), realm: realm.to_owned() });
        for (url, expected) in [
            ("https://h.example.com/multipass/api/scim/r-1/v2/?aadOptscim062020", tenant("h.example.com", "r-1")),
            ("HTTPS://scim.H.example.com/multipass/api/scim/r/v2", tenant("h.example.com", "r")),
            ("https://h.example.com/multipass/api/scim/r/v2&aadOptscim062020", tenant("h.example.com", "r")),
            ("https://h.example.com/scim/r/v2/", None),
            ("http://h.example.com/multipass/api/scim/r/v2/", None),
            ("https://<host>/multipass/api/scim/<realm>/v2/", None),
            ("https://u:p@h.example.com/multipass/api/scim/r/v2/", None),
            ("", None),
        ] {
            assert_eq!(Tenant::of(url), expected, "{url}");
            let secrets = serde_json::json!([{"key": "BaseAddress", "value": url}]);
            assert_eq!(at_hand(&secrets.to_string()).tenant, expected, "{url}");
        }
    }

    #[test]
    fn what_holds_a_secret_is_left_out() {
        let provider = r#"{"name": "Basic login", "realm": "r", "rid": "x", "supportedHosts":
            ["a.example.com", "https:\/\/u:hunter2@h", "u:hunter2@b.example.com"],
            "supportedUsernamePatterns": ["Bearer 0123456789abcdef", "a.*", "(client_secret=hunter2"]}"#;
        let mut at_hand = AtHand::default();
        at_hand.file(Path::new("p.json"), "p.json", provider.as_bytes());
        let known = at_hand.provider.expect("a provider");
        assert_eq!((known.name.as_deref(), known.realm.as_deref()), (Some("Basic login"), Some("r")));
        assert_eq!((known.hosts, known.patterns), (vec!["a.example.com".to_owned()], vec!["a.*".to_owned()]));
        assert!(known.unread_patterns.is_empty());
        assert_eq!(at_hand.notes.len(), 2);
    }

    #[test]
    fn files_are_told_by_their_members() {
        for (text, expected) in [
            (r#"{"Resources":[{"userName":"a"}]}"#, Some(Kind::ScimUsers)),
            (r#"[{"userName":"a","schemas":[]}]"#, Some(Kind::ScimUsers)),
            (r#"{"Resources":[{"displayName":"g","members":[]}]}"#, Some(Kind::ScimGroups)),
            (r#"{"data":[{"id":"1","username":"a","realm":"r"}]}"#, Some(Kind::FoundryUsers)),
            (r#"{"groupId":"1","principalId":"2"}"#, Some(Kind::FoundryMemberships)),
            (r#"{"id":"1","providerId":"2"}"#, Some(Kind::FoundryProviderInfo)),
            (r#"{"data":[{"id":"1","name":"g","realm":"r","organizations":[]}]}"#, Some(Kind::FoundryGroups)),
            (r#"{"name":"x"}"#, None),
            ("[]", None),
            ("1", None),
        ] {
            assert_eq!(kind_of(&serde_json::from_str(text).expect("JSON")), expected, "{text}");
        }
    }
}
