//! Reads the sections `provider` and `entra`.

use std::collections::BTreeMap;

use super::fields::{Field, Fields, Problems, cut};
use super::{
    AttributeKind, AttributeMapping, AuthenticationMethod, Claim, Date, Entra, EntraSources, GroupsClaim,
    GroupsMapping, MappedAttribute, Protocol, Provider, Scim, Sited, TakenValues,
};
use crate::condition::Pattern;
use crate::source::{At, Problem, Span};

/// Reads the provider. What is missing or wrong is reported and left at its default.
pub(super) fn read_provider(field: Option<&Field<'_>>, at: &At, problems: &mut Problems) -> Provider {
    let mut provider = Provider {
        name: Sited { value: String::new(), at: at.clone() },
        protocol: Protocol::Saml,
        realm: None,
        hosts: Vec::new(),
        username_patterns: Vec::new(),
        attribute_mapping: empty_mapping(at),
        groups_import: None,
        groups_claim: None,
        scim: None,
        async_user_managers: Vec::new(),
        certificate_valid_until: None,
        at: at.clone(),
    };
    let Some(mut fields) = field.and_then(|field| field.fields("a provider", problems)) else { return provider };
    if let Some(name) = fields.require("name", problems).and_then(|field| field.string(problems)) {
        provider.name = name;
    }
    if let Some(protocol) = fields.get("protocol") {
        let protocols = [("saml", Protocol::Saml), ("oidc", Protocol::Oidc)];
        provider.protocol = protocol.choice(&protocols, problems).unwrap_or(Protocol::Saml);
    }
    provider.realm = text(&mut fields, "realm", problems);
    provider.hosts = strings(&mut fields, "hosts", problems).into_iter().map(|host| host.value).collect();
    provider.username_patterns = strings(&mut fields, "username-patterns", problems);
    for pattern in &provider.username_patterns {
        check_pattern(pattern, problems);
    }
    if let Some(field) = fields.get("attribute-mapping") {
        provider.attribute_mapping = read_mapping(&field, problems).unwrap_or_else(|| empty_mapping(&field.at));
    }
    provider.groups_import = fields.get("groups-import").and_then(|field| field.bool(problems));
    provider.groups_claim = fields.get("groups-claim").and_then(|field| {
        field.choice(&[("direct", GroupsClaim::Direct), ("transitive", GroupsClaim::Transitive)], problems)
    });
    provider.scim = fields.get("scim").and_then(|field| read_scim(&field, problems));
    provider.async_user_managers = strings(&mut fields, "async-user-managers", problems);
    provider.certificate_valid_until =
        fields.get("certificate-valid-until").and_then(|field| read_date(&field, problems));
    fields.finish(problems);
    provider
}

fn empty_mapping(at: &At) -> AttributeMapping {
    AttributeMapping {
        provider_id: None,
        username: None,
        email: None,
        first_name: None,
        last_name: None,
        groups: None,
        attributes: BTreeMap::new(),
        at: at.clone(),
    }
}

fn text(fields: &mut Fields<'_>, key: &'static str, problems: &mut Problems) -> Option<String> {
    fields.get(key).and_then(|field| field.string(problems)).map(|text| text.value)
}

fn strings(fields: &mut Fields<'_>, key: &'static str, problems: &mut Problems) -> Vec<Sited<String>> {
    fields.get(key).and_then(|field| field.strings(key, problems)).unwrap_or_default()
}

fn claim(fields: &mut Fields<'_>, key: &'static str, problems: &mut Problems) -> Option<Sited<Claim>> {
    let name = fields.get(key)?.string(problems)?;
    Some(Sited { value: Claim::from_name(&name), at: name.at })
}

fn check_pattern(pattern: &Sited<String>, problems: &mut Problems) {
    if let Err(error) = Pattern::new(pattern, false) {
        let mut problem = Problem::error("invalid-pattern", pattern.at.within(error.span), error.message);
        problem.help = error.help;
        problems.push(problem.label(error.label));
    }
}

fn read_mapping(field: &Field<'_>, problems: &mut Problems) -> Option<AttributeMapping> {
    let mut fields = field.fields("an attribute mapping", problems)?;
    let mut mapping = AttributeMapping {
        provider_id: claim(&mut fields, "provider-id", problems),
        username: claim(&mut fields, "username", problems),
        email: claim(&mut fields, "email", problems),
        first_name: claim(&mut fields, "first-name", problems),
        last_name: claim(&mut fields, "last-name", problems),
        groups: fields.get("groups").and_then(|field| read_groups_mapping(&field, problems)),
        attributes: BTreeMap::new(),
        at: field.at.clone(),
    };
    if let Some(attributes) = fields.get("attributes").and_then(|field| field.fields("attributes", problems)) {
        for (name, field) in attributes.named(problems) {
            if let Some(attribute) = read_attribute(&field, problems) {
                mapping.attributes.insert(name.to_owned(), attribute);
            }
        }
    }
    fields.finish(problems);
    Some(mapping)
}

fn read_groups_mapping(field: &Field<'_>, problems: &mut Problems) -> Option<GroupsMapping> {
    let mut fields = field.fields("the mapping of groups", problems)?;
    fields.require("claim", problems);
    let claim = claim(&mut fields, "claim", problems);
    let pattern = fields.get("pattern").and_then(|field| field.string(problems));
    if let Some(pattern) = &pattern {
        check_pattern(pattern, problems);
    }
    fields.finish(problems);
    Some(GroupsMapping { claim: claim?, pattern })
}

fn read_attribute(field: &Field<'_>, problems: &mut Problems) -> Option<MappedAttribute> {
    let mut fields = field.fields("a mapped attribute", problems)?;
    fields.require("claim", problems);
    let claim = claim(&mut fields, "claim", problems);
    let scim = fields.get("scim").and_then(|field| field.string(problems));
    let kinds = [("string", AttributeKind::String), ("array", AttributeKind::Array)];
    let kind = fields.get("type").and_then(|field| field.choice(&kinds, problems)).unwrap_or_default();
    let taken = [("first", TakenValues::First), ("all", TakenValues::All)];
    let values = fields.get("values").and_then(|field| {
        let values = field.choice(&taken, problems)?;
        if values == TakenValues::All && kind == AttributeKind::String {
            problems.push(
                Problem::error(
                    "conflicting-keys",
                    field.at.value(),
                    "a string attribute cannot take all values of a claim",
                )
                .label("several values do not fit into a string")
                .help("write `type: array`, or `values: first`"),
            );
        }
        Some(values)
    });
    fields.finish(problems);
    Some(MappedAttribute { claim: claim?, scim, kind, values, resolved: None })
}

fn read_scim(field: &Field<'_>, problems: &mut Problems) -> Option<Scim> {
    let mut fields = field.fields("the SCIM settings", problems)?;
    let enabled = fields.get("enabled").map_or(Some(true), |field| field.bool(problems));
    let host = text(&mut fields, "host", problems);
    fields.finish(problems);
    Some(Scim { enabled: enabled?, host })
}

fn read_date(field: &Field<'_>, problems: &mut Problems) -> Option<Sited<Date>> {
    let text = field.string(problems)?;
    match text.parse::<jiff::civil::Date>() {
        // The parser takes other shapes too; one shape is enough for people and tools alike.
        Ok(date) if date.to_string() == *text => Some(Sited { value: Date(date), at: text.at }),
        _ => {
            let message = format!("`{}` is not a day", cut(&text));
            problems.push(
                Problem::error("invalid-value", text.at.within(Span::new(0, text.value.len())), message)
                    .label("expected a day")
                    .help("write year, month and day, as `2027-03-01`"),
            );
            None
        }
    }
}

/// Reads the identity provider's side.
pub(super) fn read_entra(field: &Field<'_>, problems: &mut Problems) -> Option<Entra> {
    let mut fields = field.fields("the Entra section", problems)?;
    let exports = strings(&mut fields, "exports", problems);
    let sources = fields.get("sources").and_then(|field| read_sources(&field, problems));
    fields.finish(problems);
    Some(Entra { exports, sources })
}

fn read_sources(field: &Field<'_>, problems: &mut Problems) -> Option<EntraSources> {
    let mut fields = field.fields("the sources", problems)?;
    let mut sources = EntraSources::default();
    sources.name_id = fields.get("name-id").and_then(|field| field.string(problems));
    if let Some(claims) = fields.get("claims").and_then(|field| field.fields("claims", problems)) {
        for (name, field) in claims.named(problems) {
            if let Some(source) = field.string(problems) {
                sources.claims.insert(name.to_owned(), source);
            }
        }
    }
    sources.groups_claim = fields.get("groups-claim").and_then(|field| field.string(problems));
    sources.tenant_url = fields.get("tenant-url").and_then(|field| field.string(problems));
    sources.authentication_method = fields.get("authentication-method").and_then(|field| {
        let methods = [
            ("oauth2-client-credentials", AuthenticationMethod::OAuth2ClientCredentials),
            ("bearer-token", AuthenticationMethod::BearerToken),
        ];
        Some(Sited { value: field.choice(&methods, problems)?, at: field.at })
    });
    fields.finish(problems);
    Some(sources)
}
