//! Claims policies: what a claim of a login carries.
//!
//! A claims mapping policy wins over what the portal writes, the custom claims policy
//! (learn.microsoft.com/entra/identity-platform/reference-claims-customization).

use serde_json::Value;

use crate::config::Claim;
use crate::source::{At, Place, Problem, Span};

use super::object::{Located, Object};

/// A policy on claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimsPolicy {
    /// Where it stands.
    pub at: At,
    /// The SAML claims that it defines.
    pub claims: Vec<ExportedClaim>,
}

/// A claim that a policy defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedClaim {
    /// The claim's name in the login.
    pub claim: Claim,
    /// What it carries.
    pub source: ClaimSource,
    /// Where that is said.
    pub place: Place,
}

/// What a claim carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimSource {
    /// An attribute: of `user`, `application`, `company`, …
    Attribute {
        /// Whose.
        of: String,
        /// Its name in Entra's claims, where names are written small: `userprincipalname`.
        name: String,
    },
    /// The same for everybody.
    Constant(String),
    /// The outcome of a transformation.
    Transformation,
    /// One thing or another, by conditions on the user.
    Conditional,
}

impl ClaimsPolicy {
    /// The last of the policy's words on a claim: names compare without case.
    pub fn claim(&self, claim: &Claim) -> Option<&ExportedClaim> {
        self.claims.iter().rev().find(|exported| same_claim(&exported.claim, claim))
    }
}

/// Whether two names are those of one claim: NameID in any spelling, others without case.
pub fn same_claim(one: &Claim, other: &Claim) -> bool {
    one.as_str().eq_ignore_ascii_case(other.as_str())
}

/// Reads a claims mapping policy, which is an object, or JSON in the texts of `definition`.
///
/// What keeps such a text from being a policy is said: its claims are not looked at.
pub(super) fn read_mapping_policy(object: &Object<'_>, problems: &mut Vec<Problem>) -> ClaimsPolicy {
    let mut claims = Vec::new();
    if object.has("ClaimsMappingPolicy") {
        let located = Located { at: object.at.clone(), node: object.node() };
        let place = |_: &str| object.at.value();
        let policy = value_of(&located);
        problems.extend(misshapen(&policy).map(|what| malformed(&object.at, what)));
        claims.extend(claims_schema(&policy, place));
    }
    let definitions = object.member("definition");
    for item in definitions.iter().flat_map(Located::items) {
        // A text that was cut off with its file has been told.
        if item.is_damaged() {
            continue;
        }
        let read = item.text().ok_or_else(|| "an item of `definition` is not a text".to_owned()).and_then(|text| {
            let policy = serde_json::from_str::<Value>(text);
            policy
                .map(|policy| (text, policy))
                .map_err(|error| format!("the policy in `definition` is no JSON: {error}"))
        });
        let (text, policy) = match read {
            Ok(read) => read,
            Err(what) => {
                problems.push(malformed(&item.at, what));
                continue;
            }
        };
        problems.extend(misshapen(&policy).map(|what| malformed(&item.at, what)));
        let mut find = Finder { text, from: Some(0) };
        claims.extend(claims_schema(&policy, |name| {
            find.next(name).map_or(item.at.value(), |span| item.at.within(span))
        }));
    }
    ClaimsPolicy { at: object.at.clone(), claims }
}

fn malformed(at: &At, what: impl Into<String>) -> Problem {
    Problem::warning("malformed-export", at.value(), what)
        .label("its claims are left out of every check")
        .help("export the claims mapping policy again, without editing it")
}

/// What keeps a policy from being read. One need not have a `ClaimsSchema`.
fn misshapen(policy: &Value) -> Option<&'static str> {
    let Some(inner) = member(policy, "ClaimsMappingPolicy") else {
        return Some("the policy has no `ClaimsMappingPolicy`");
    };
    if !inner.is_object() {
        return Some("`ClaimsMappingPolicy` is not an object");
    }
    match member(inner, "ClaimsSchema") {
        None | Some(Value::Array(_) | Value::Null) => None,
        Some(_) => Some("`ClaimsSchema` is not a list"),
    }
}

/// Finds names in a text in the order in which they stand there, in one pass.
struct Finder<'t> {
    text: &'t str,
    /// `None` once a name was not found, as escapes may hide it.
    from: Option<usize>,
}

impl Finder<'_> {
    fn next(&mut self, name: &str) -> Option<Span> {
        let from = self.from?;
        let quoted = format!("\"{name}\"");
        self.from = self.text.get(from..).and_then(|rest| rest.find(&quoted)).map(|at| from + at + quoted.len());
        self.from.map(|end| Span::new(end - quoted.len(), end))
    }
}

fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let object = value.as_object()?;
    object.get(name).or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    member(value, name)?.as_str()
}

/// The SAML claims of `ClaimsSchema`. Those for other tokens have no `SamlClaimType`.
fn claims_schema(policy: &Value, mut place: impl FnMut(&str) -> Place) -> Vec<ExportedClaim> {
    let schema = member(policy, "ClaimsMappingPolicy").and_then(|policy| member(policy, "ClaimsSchema"));
    let entries = schema.and_then(Value::as_array);
    let mut claims = Vec::new();
    for entry in entries.into_iter().flatten() {
        let (Some(name), Some(source)) = (text(entry, "SamlClaimType"), schema_source(entry)) else { continue };
        claims.push(ExportedClaim { claim: Claim::from_name(name), source, place: place(name) });
    }
    claims
}

fn schema_source(entry: &Value) -> Option<ClaimSource> {
    if let Some(value) = text(entry, "Value") {
        return Some(ClaimSource::Constant(value.to_owned()));
    }
    let of = text(entry, "Source").unwrap_or("user");
    if of.eq_ignore_ascii_case("transformation") || member(entry, "TransformationId").is_some() {
        return Some(ClaimSource::Transformation);
    }
    let name = text(entry, "ID").or_else(|| text(entry, "ExtensionID"))?;
    Some(ClaimSource::Attribute { of: of.to_owned(), name: name.to_owned() })
}

/// A value of a tree as JSON. Documents nest no deeper than a limit, aliases included.
fn value_of(value: &Located<'_>) -> Value {
    if let Some(object) = value.object() {
        let members = object.named_members().map(|(name, member)| (name.to_owned(), value_of(&member)));
        return Value::Object(members.collect());
    }
    match value.sequence() {
        Some(_) => Value::Array(value.items().map(|item| value_of(&item)).collect()),
        None if value.is_null() => Value::Null,
        None => Value::String(value.text().unwrap_or_default().to_owned()),
    }
}

/// Reads a custom claims policy: what the portal's page on attributes and claims writes
/// (learn.microsoft.com/graph/api/resources/customclaimspolicy).
pub(super) fn read_custom_policy(object: &Object<'_>) -> ClaimsPolicy {
    let claims = object.objects("claims").iter().filter_map(custom_claim).collect();
    ClaimsPolicy { at: object.at.clone(), claims }
}

fn custom_claim(object: &Object<'_>) -> Option<ExportedClaim> {
    let formats = object.member("tokenFormat");
    let formats: Vec<&str> = formats.iter().flat_map(Located::items).filter_map(|item| item.text()).collect();
    if !formats.is_empty() && !formats.iter().any(|format| format.eq_ignore_ascii_case("saml")) {
        return None;
    }
    let odata = object.sited("@odata.type").map(|kind| kind.value.to_ascii_lowercase()).unwrap_or_default();
    let claim =
        if odata.ends_with("samlnameidclaim") { Claim::NameId } else { Claim::from_name(&custom_name(object)?) };
    let source = configured_source(&object.objects("configurations"))?;
    let place = object.member("name").map_or(object.at.value(), |name| name.at.value());
    Some(ExportedClaim { claim, source, place })
}

fn custom_name(object: &Object<'_>) -> Option<String> {
    let name = object.sited("name")?.value;
    match object.sited("namespace").map(|namespace| namespace.value).filter(|namespace| !namespace.is_empty()) {
        Some(namespace) => Some(format!("{}/{name}", namespace.trim_end_matches('/'))),
        None => Some(name),
    }
}

/// What a claim carries by its configurations: conditions that come to one source count as one.
fn configured_source(configurations: &[Object<'_>]) -> Option<ClaimSource> {
    let mut sources = configurations.iter().filter_map(configuration_source);
    let first = sources.next()?;
    Some(if sources.all(|source| source == first) { first } else { ClaimSource::Conditional })
}

fn configuration_source(configuration: &Object<'_>) -> Option<ClaimSource> {
    if !configuration.objects("transformations").is_empty() {
        return Some(ClaimSource::Transformation);
    }
    let attribute = configuration.member("attribute")?.object()?;
    if let Some(value) = attribute.sited("value") {
        return Some(ClaimSource::Constant(value.value));
    }
    let of = attribute.sited("source").map_or("user".to_owned(), |source| source.value);
    Some(ClaimSource::Attribute { of, name: attribute.sited("id")?.value })
}

#[cfg(test)]
mod tests {
    use super::super::Recognised;
    use super::super::fixture::{Export, sample};
    use super::*;

    fn policy(export: &Export) -> &ClaimsPolicy {
        match &export.recognised[..] {
            [Recognised::ClaimsMappingPolicy(policy) | Recognised::CustomClaimsPolicy(policy)] => policy,
            other => panic!("no policy: {other:?}"),
        }
    }

    fn claims(export: &Export) -> Vec<(String, ClaimSource)> {
        let claims = policy(export).claims.iter();
        claims.map(|claim| (claim.claim.as_str().to_owned(), claim.source.clone())).collect()
    }

    fn attribute(name: &str) -> ClaimSource {
        ClaimSource::Attribute { of: "user".to_owned(), name: name.to_owned() }
    }

    #[test]
    fn a_mapping_policy_is_read_from_the_text_that_holds_it() {
        let schema = r#"{"ClaimsMappingPolicy":{"Version":1,"IncludeBasicClaimSet":"true","ClaimsSchema":[
            {"Source":"user","ID":"employeeid","SamlClaimType":"http://contoso.example/id"},
            {"Source":"user","ID":"mail","SamlClaimType":"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier"},
            {"Value":"fixed","SamlClaimType":"tier"},
            {"Source":"transformation","ID":"Out","TransformationId":"t","SamlClaimType":"joined"},
            {"Source":"user","ID":"mail","JwtClaimType":"email"}]}}"#;
        let expected = [
            ("http://contoso.example/id".to_owned(), attribute("employeeid")),
            ("NameID".to_owned(), attribute("mail")),
            ("tier".to_owned(), ClaimSource::Constant("fixed".to_owned())),
            ("joined".to_owned(), ClaimSource::Transformation),
        ];
        let inside = serde_json::json!({ "displayName": "x", "definition": [schema] }).to_string();
        let export = Export::of(&inside);
        assert_eq!(claims(&export), expected);
        let (_, span) = export.sources.locate(&policy(&export).claims[2].place);
        assert_eq!(export.sources.text(export.file).slice(span), r#"\"tier\""#);
        assert_eq!(claims(&Export::of(schema)), expected, "the policy without its wrapper");
    }

    #[test]
    fn a_custom_policy_is_read() {
        let export = sample("customClaimsPolicy-join.json");
        assert_eq!(claims(&export), [], "its one claim is for other tokens");
        let export = Export::of(
            r##"{"includeBasicClaimSet": true, "claims": [
                {"@odata.type": "#microsoft.graph.samlNameIdClaim", "nameIdFormat": "emailAddress", "configurations":
                    [{"attribute": {"@odata.type": "#microsoft.graph.sourcedAttribute", "id": "mail", "source": "user"}}]},
                {"name": "dept", "namespace": "http://a.example/claims", "tokenFormat": ["saml"], "configurations":
                    [{"attribute": {"value": "x"}}]},
                {"name": "two", "configurations": [{"attribute": {"id": "mail", "source": "user"}},
                    {"condition": {}, "attribute": {"id": "userprincipalname", "source": "user"}}]},
                {"name": "made", "configurations": [{"transformations": [{}]}]}]}"##,
        );
        let expected = [
            ("NameID".to_owned(), attribute("mail")),
            ("http://a.example/claims/dept".to_owned(), ClaimSource::Constant("x".to_owned())),
            ("two".to_owned(), ClaimSource::Conditional),
            ("made".to_owned(), ClaimSource::Transformation),
        ];
        assert_eq!(claims(&export), expected);
    }

    #[test]
    fn what_is_no_policy_inside_defines_nothing() {
        for (definition, said) in [
            ("\"ClaimsMappingPolicy\"", "the policy has no `ClaimsMappingPolicy`"),
            ("{\"ClaimsMappingPolicy\": 1}", "`ClaimsMappingPolicy` is not an object"),
            ("{\"ClaimsMappingPolicy\":{\"ClaimsSchema\":{}}}", "`ClaimsSchema` is not a list"),
            (
                "{\"ClaimsMappingPolicy\": ",
                "the policy in `definition` is no JSON: EOF while parsing a value at line 1 column 24",
            ),
        ] {
            let export = Export::of(&serde_json::json!({ "definition": [definition] }).to_string());
            assert_eq!(claims(&export), [], "{definition}");
            let found: Vec<&str> = export.problems.iter().map(|problem| problem.message.as_str()).collect();
            assert_eq!(found, [said], "{definition}");
        }
        let export = Export::of(r#"{"definition": ["{\"ClaimsMappingPolicy\":{\"Version\":1}}"]}"#);
        assert_eq!(export.said(), Vec::<String>::new(), "a policy may define no claims");
    }
}
