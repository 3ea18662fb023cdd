//! What kind of export a file is.

use crate::source::{At, FileId, Place, Problem, Severity, Sources};

use super::object::{Located, Object};
use super::read_schema::read_schema;
use super::schema::SynchronizationSchema;

/// How deep under the root an export is looked for: `value[0].schema` is three.
const MAX_DEPTH: usize = 4;

/// What an export is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// The mappings of a provisioning job.
    SynchronizationSchema(SynchronizationSchema),
    /// A provisioning job: its schedule and status.
    Job(At),
    /// The credentials and settings of a provisioning job.
    Secrets(Secrets),
    /// An enterprise application.
    ServicePrincipal(At),
    /// The manifest of an app registration, or a part of it that is about group claims.
    ApplicationManifest(At),
    /// A claims mapping policy.
    ClaimsMappingPolicy(At),
    /// A custom claims policy: what the portal writes about claims.
    CustomClaimsPolicy(At),
    /// A captured SAML response or assertion.
    SamlResponse(At),
    /// Something else.
    Unknown(At),
}

/// The credentials and settings of a provisioning job, without the secrets themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secrets {
    /// Where the list stands.
    pub at: At,
    /// Where values stand that nobody may see.
    pub concealed: Vec<At>,
}

/// Whether a file is XML, which has no tree: add it with [`Sources::add_text`].
pub fn is_xml(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('<')
}

/// What the exports in a file are: several where an answer of Graph lists several. Never empty.
///
/// One that is not recognised is said to be so, unless a syntax error may be why.
pub fn recognise(sources: &Sources, file: FileId) -> (Vec<Recognised>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut found = Vec::new();
    let at = At::root(file);
    let text = sources.text(file).content();
    let mut is_damaged = false;
    match sources.document(file) {
        Some(document) => match document.root() {
            Some(node) => {
                let root = Located { at: at.clone(), node };
                is_damaged = root.object().is_some_and(|object| object.is_damaged())
                    || root.sequence().is_some_and(|sequence| sequence.is_damaged());
                look(&root, 0, &mut found, &mut problems);
            }
            None => is_damaged = !text.trim().is_empty(),
        },
        None if is_saml(text) => found.push(Recognised::SamlResponse(at.clone())),
        None => {}
    }
    if found.is_empty() {
        if !is_damaged {
            problems.push(unrecognised(file));
        }
        found.push(Recognised::Unknown(at));
    }
    (found, problems)
}

fn unrecognised(file: FileId) -> Problem {
    let message = "this file is no export of Entra that vestibule knows";
    Problem::new("unrecognised-export", Severity::Info, Place::File(file), message).help(
        "list under `entra.exports` only a synchronization schema, a job, its secrets, a service principal, an \
         application manifest, a claims mapping policy, a custom claims policy or a captured SAML response",
    )
}

/// Assertions and responses have the namespaces of SAML 2.0, also where only a part was captured.
fn is_saml(text: &str) -> bool {
    is_xml(text) && text.contains("urn:oasis:names:tc:SAML:2.0:")
}

/// Collects the exports at a value or below it: answers of Graph wrap them in `value`, templates and jobs in `schema`.
fn look(value: &Located<'_>, depth: usize, found: &mut Vec<Recognised>, problems: &mut Vec<Problem>) {
    if let Some(secrets) = secrets(value) {
        found.push(Recognised::Secrets(secrets));
        return;
    }
    let object = value.object();
    if let Some(object) = &object {
        if object.has("synchronizationRules") {
            found.push(Recognised::SynchronizationSchema(read_schema(object, problems)));
            return;
        }
        // A job may carry its schema, so it is looked into further.
        match recognise_object(object) {
            Some(job @ Recognised::Job(_)) => found.push(job),
            Some(other) => return found.push(other),
            None => {}
        }
    }
    if depth < MAX_DEPTH {
        let members = object.iter().flat_map(Object::members);
        for inner in members.chain(value.items()) {
            look(&inner, depth + 1, found, problems);
        }
    }
}

fn recognise_object(object: &Object<'_>) -> Option<Recognised> {
    let at = object.at.clone();
    let odata = object.member("@odata.type").and_then(|kind| kind.text()).unwrap_or_default();
    let is = |name: &str| odata.trim_start_matches('#').eq_ignore_ascii_case(name);
    let any = |names: &[&str]| names.iter().any(|name| object.has(name));
    let all = |names: &[&str]| names.iter().all(|name| object.has(name));
    if is("microsoft.graph.synchronizationJob") || all(&["schedule", "status"]) || all(&["templateId", "status"]) {
        return Some(Recognised::Job(at));
    }
    if is("microsoft.graph.servicePrincipal") || any(&["servicePrincipalType", "servicePrincipalNames"]) {
        return Some(Recognised::ServicePrincipal(at));
    }
    if is("microsoft.graph.application") || any(&["groupMembershipClaims", "optionalClaims", "requiredResourceAccess"])
    {
        return Some(Recognised::ApplicationManifest(at));
    }
    if any(&["ClaimsMappingPolicy"]) || is("microsoft.graph.claimsMappingPolicy") || defines_claims_mapping(object) {
        return Some(Recognised::ClaimsMappingPolicy(at));
    }
    if is("microsoft.graph.customClaimsPolicy") || all(&["includeBasicClaimSet", "claims"]) {
        return Some(Recognised::CustomClaimsPolicy(at));
    }
    None
}

/// Graph keeps the policy as JSON in a text: `"definition": ["{\"ClaimsMappingPolicy\":{…}}"]`.
fn defines_claims_mapping(object: &Object<'_>) -> bool {
    let Some(definition) = object.member("definition") else { return false };
    definition.items().any(|item| item.text().is_some_and(|text| text.contains("\"ClaimsMappingPolicy\"")))
}

/// The list of `{ "key": …, "value": … }` that Graph gives for a job's secrets. Metadata has the same shape and other keys.
fn secrets(value: &Located<'_>) -> Option<Secrets> {
    let items: Vec<_> = value.items().map(|item| item.object()).collect::<Option<_>>()?;
    let keys: Vec<_> = items.iter().map(|item| item.member("key")?.text()).collect::<Option<_>>()?;
    if !keys.iter().any(|key| is_secret_key(key)) {
        return None;
    }
    let hidden = items.iter().zip(&keys).filter(|(_, key)| !is_public(key));
    let concealed = hidden.filter_map(|(item, _)| Some(item.member("value")?.at)).collect();
    Some(Secrets { at: value.at.clone(), concealed })
}

/// The keys of learn.microsoft.com/graph/api/resources/synchronization-synchronizationsecretkeystringvaluepair.
fn is_secret_key(key: &str) -> bool {
    const KEYS: [&str; 20] = [
        "AppKey",
        "ApplicationTemplateIdentifier",
        "AuthenticationType",
        "BaseAddress",
        "ClientIdentifier",
        "ClientSecret",
        "ConnectionString",
        "ConsumerKey",
        "ConsumerSecret",
        "EnforceDomain",
        "HardDeletesEnabled",
        "Password",
        "SecretToken",
        "SingleSignOnType",
        "SkipOutOfScopeDeletions",
        "SyncAll",
        "SyncNotificationSettings",
        "TokenExpiration",
        "TokenKey",
        "UserName",
    ];
    // `Oauth2ClientId`, `Oauth2ClientSecret`, `Oauth2TokenExchangeUri` and their like.
    let oauth = key.get(..6).is_some_and(|head| head.eq_ignore_ascii_case("Oauth2"));
    oauth || KEYS.iter().any(|known| known.eq_ignore_ascii_case(key))
}

/// The settings among the secrets that checks need and that give nothing away.
fn is_public(key: &str) -> bool {
    const PUBLIC: [&str; 6] = [
        "AuthenticationType",
        "BaseAddress",
        "HardDeletesEnabled",
        "SkipOutOfScopeDeletions",
        "SyncAll",
        "SyncNotificationSettings",
    ];
    PUBLIC.iter().any(|known| known.eq_ignore_ascii_case(key))
}
