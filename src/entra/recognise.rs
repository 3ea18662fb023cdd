//! What kind of export a file is.

use crate::source::{At, Document, FileId, Place, Problem, Severity, Sources, Span};

use super::application::Application;
use super::claims::{ClaimsPolicy, read_custom_policy, read_mapping_policy};
use super::job::Job;
use super::object::{Located, Object};
use super::read_schema::read_schema;
use super::saml::{SamlResponse, read_saml};
use super::schema::SynchronizationSchema;
use super::secrets::{Secrets, secrets_in_text};

/// How deep under the root an export is looked for: `value[0].schema` is three.
const MAX_DEPTH: usize = 4;

/// What an export is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// The mappings of a provisioning job.
    SynchronizationSchema(SynchronizationSchema),
    /// A provisioning job: its schedule and status.
    Job(Box<Job>),
    /// The credentials and settings of a provisioning job.
    Secrets(Secrets),
    /// An enterprise application.
    ServicePrincipal(Application),
    /// The manifest of an app registration, or a part of it that is about group claims.
    ApplicationManifest(Application),
    /// A claims mapping policy.
    ClaimsMappingPolicy(ClaimsPolicy),
    /// A custom claims policy: what the portal writes about claims.
    CustomClaimsPolicy(ClaimsPolicy),
    /// A captured SAML response or assertion.
    SamlResponse(SamlResponse),
    /// Something else.
    Unknown(At),
}

/// Whether a file is XML, which has no tree: add it with [`Sources::add_text`].
pub fn is_xml(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('<')
}

/// What the exports in a file are: several where an answer of Graph lists several. Never empty.
///
/// One that is not recognised is said to be so, unless a syntax error may be why. The values of secrets are concealed:
/// see [`Sources::conceal`].
pub fn recognise(sources: &mut Sources, file: FileId) -> (Vec<Recognised>, Vec<Problem>) {
    let (found, problems) = examine(sources, file);
    let hidden = found.iter().filter_map(|found| match found {
        Recognised::Secrets(secrets) => Some(secrets),
        _ => None,
    });
    let mut spans: Vec<Span> =
        hidden.flat_map(|secrets| &secrets.concealed).map(|at| sources.locate(&at.value()).1).collect();
    let are_read = found.iter().any(|found| matches!(found, Recognised::Secrets(_)));
    if !are_read || sources.document(file).is_some_and(Document::is_damaged) {
        spans.extend(secrets_in_text(sources.text(file).content()));
    }
    sources.conceal(file, spans);
    (found, problems)
}

fn examine(sources: &Sources, file: FileId) -> (Vec<Recognised>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut found = Vec::new();
    let at = At::root(file);
    let document = sources.document(file);
    match document {
        Some(document) => {
            let root = document.root().map(|node| Located { at: at.clone(), node });
            root.iter().for_each(|root| look(root, 0, &mut found, &mut problems));
        }
        None if is_saml(sources.text(file).content()) => {
            let (response, problem) = read_saml(file, sources.text(file).content());
            found.push(Recognised::SamlResponse(response));
            problems.extend(problem);
        }
        None => {}
    }
    if found.is_empty() {
        if !document.is_some_and(Document::is_damaged) {
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
    if let Some(secrets) = Secrets::read(value) {
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
        match recognise_object(object, problems) {
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

fn recognise_object(object: &Object<'_>, problems: &mut Vec<Problem>) -> Option<Recognised> {
    let odata = object.member("@odata.type").and_then(|kind| kind.text()).unwrap_or_default();
    let is = |name: &str| odata.trim_start_matches('#').eq_ignore_ascii_case(name);
    let any = |names: &[&str]| names.iter().any(|name| object.has(name));
    let all = |names: &[&str]| names.iter().all(|name| object.has(name));
    if is("microsoft.graph.synchronizationJob") || all(&["schedule", "status"]) || all(&["templateId", "status"]) {
        return Some(Recognised::Job(Box::new(Job::read(object))));
    }
    if is("microsoft.graph.servicePrincipal") || any(&["servicePrincipalType", "servicePrincipalNames"]) {
        return Some(Recognised::ServicePrincipal(Application::read(object)));
    }
    if is("microsoft.graph.application") || any(&["groupMembershipClaims", "optionalClaims", "requiredResourceAccess"])
    {
        return Some(Recognised::ApplicationManifest(Application::read(object)));
    }
    if any(&["ClaimsMappingPolicy"]) || is("microsoft.graph.claimsMappingPolicy") || defines_claims_mapping(object) {
        return Some(Recognised::ClaimsMappingPolicy(read_mapping_policy(object, problems)));
    }
    if is("microsoft.graph.customClaimsPolicy") || all(&["includeBasicClaimSet", "claims"]) {
        return Some(Recognised::CustomClaimsPolicy(read_custom_policy(object)));
    }
    None
}

/// Graph keeps the policy as JSON in a text: `"definition": ["{\"ClaimsMappingPolicy\":{…}}"]`.
fn defines_claims_mapping(object: &Object<'_>) -> bool {
    let Some(definition) = object.member("definition") else { return false };
    definition.items().any(|item| item.text().is_some_and(|text| text.contains("\"ClaimsMappingPolicy\"")))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Export, sample};
    use super::*;

    fn name(recognised: &Recognised) -> &'static str {
        match recognised {
            Recognised::SynchronizationSchema(_) => "schema",
            Recognised::Job(_) => "job",
            Recognised::Secrets(_) => "secrets",
            Recognised::ServicePrincipal(_) => "service principal",
            Recognised::ApplicationManifest(_) => "manifest",
            Recognised::ClaimsMappingPolicy(_) => "claims mapping",
            Recognised::CustomClaimsPolicy(_) => "custom claims",
            Recognised::SamlResponse(_) => "saml",
            Recognised::Unknown(_) => "unknown",
        }
    }

    fn names(export: &Export) -> Vec<&'static str> {
        export.recognised.iter().map(name).collect()
    }

    #[test]
    fn documented_exports_are_recognised() {
        let check = |file: &str, expected: &[&str]| {
            let export = sample(file);
            assert_eq!(names(&export), expected, "{file}");
            assert_eq!(export.said(), Vec::<String>::new(), "{file}");
        };
        check("aws-scim-template-excerpt.json", &["schema"]);
        check("reconstructed/customappsso-default.json", &["schema"]);
        check("reconstructed/palantir-conformant-groups-by-id.json", &["schema"]);
        check("job-quarantine.json", &["job"]);
        check("secrets-skipOutOfScope.json", &["secrets"]);
        check("app-manifest-optionalClaims.json", &["manifest"; 3]);
        check("customClaimsPolicy-join.json", &["custom claims"]);
        check("saml-token-with-groups.xml", &["saml"]);
        check("saml-groups-overage-attribute.xml", &["saml"]);
    }

    #[test]
    fn wrappers_and_capitals_make_no_difference() {
        let check = |content: &str, expected: &[&str]| {
            assert_eq!(names(&Export::of(content)), expected, "{content}");
        };
        check(r#"{"synchronizationRules": []}"#, &["schema"]);
        check(r#"{"SynchronizationRules": []}"#, &["schema"]);
        check(r#"[{"synchronizationRules": []}]"#, &["schema"]);
        check(r#"{"value": [{"schedule": {}, "status": {}}, {"templateId": "scim", "status": {}}]}"#, &["job", "job"]);
        check(r#"{"schedule": {}, "status": {}, "schema": {"synchronizationRules": []}}"#, &["job", "schema"]);
        check(r#"[{"key": "SyncAll", "value": "true"}]"#, &["secrets"]);
        check(r#"{"Value": [{"Key": "Oauth2ClientId", "Value": "x"}]}"#, &["secrets"]);
        check(r#"{"appId": "x", "servicePrincipalType": "Application"}"#, &["service principal"]);
        check(
            r#"{"application": {"optionalClaims": null}, "servicePrincipal": {"servicePrincipalNames": []}}"#,
            &["manifest", "service principal"],
        );
        check(r#"{"definition": ["{\"ClaimsMappingPolicy\":{\"Version\":1}}"]}"#, &["claims mapping"]);
        check(r#"{"ClaimsMappingPolicy": {"Version": 1}}"#, &["claims mapping"]);
        check("synchronizationRules: []\n", &["schema"]);
        check("\u{feff}<?xml version=\"1.0\"?><a xmlns=\"urn:oasis:names:tc:SAML:2.0:protocol\"/>", &["saml"]);
    }

    #[test]
    fn everything_else_is_said_to_be_unknown() {
        let check = |content: &str| {
            let export = Export::of(content);
            assert_eq!(names(&export), ["unknown"], "{content}");
            assert_eq!(export.problems.len(), 1, "{content}");
            assert_eq!(export.problems[0].code, "unrecognised-export");
            assert_eq!(export.problems[0].severity, Severity::Info);
        };
        check("{}");
        check("[]");
        check("");
        check("just text");
        check("<html></html>");
        // Metadata looks like secrets.
        check(r#"{"metadata": [{"key": "galleryApplicationKey", "value": "x"}]}"#);
        check(r#"[{"key": "SyncAll", "value": "true"}, "more"]"#);
        // Too deep to be meant.
        check(r#"{"a": {"b": {"c": {"d": {"e": {"synchronizationRules": []}}}}}}"#);
        // An answer of the API about a part of a schema.
        check(r#"{"parsingSucceeded": true, "parsedExpression": {"expression": "[a]", "type": "Attribute"}}"#);
    }

    #[test]
    fn a_damaged_file_is_not_called_unknown_too() {
        let export = Export::of("{ \"synchronizationRul");
        assert_eq!(names(&export), ["unknown"]);
        assert_eq!(export.said(), Vec::<String>::new());
    }
}
