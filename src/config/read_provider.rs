//! Reads the section `provider`.

use std::collections::BTreeMap;

use super::fields::{Expected, Field, Fields, Shape};
use super::problems::Problems;
use super::read::Unread;
use super::{
    AttributeKind, AttributeMapping, Claim, Date, GroupsClaim, GroupsMapping, MappedAttribute, Protocol, Provider,
    Scim, Sited, TakenValues,
};
use crate::source::{At, Problem, ScalarKind, Value, shorten};

pub(super) const PROVIDER: Shape = Shape {
    what: "a provider",
    keys: &[
        "name",
        "protocol",
        "realm",
        "hosts",
        "username-patterns",
        "attribute-mapping",
        "groups-import",
        "groups-claim",
        "scim",
        "async-user-managers",
        "certificate-valid-until",
    ],
};

pub(super) const ATTRIBUTE_MAPPING: Shape = Shape {
    what: "an attribute mapping",
    keys: &["provider-id", "username", "email", "first-name", "last-name", "groups", "attributes"],
};

pub(super) const GROUPS_MAPPING: Shape = Shape { what: "the mapping of groups", keys: &["claim", "pattern"] };

pub(super) const MAPPED_ATTRIBUTE: Shape =
    Shape { what: "a custom attribute", keys: &["claim", "scim", "type", "values"] };

pub(super) const SCIM: Shape = Shape { what: "the SCIM section", keys: &["enabled", "host"] };

/// Reads the provider. What is missing or wrong is reported and left at its default.
pub(super) fn read_provider(
    field: Option<&Field<'_>>,
    at: &At,
    unread: &mut Unread,
    problems: &mut Problems,
) -> Provider {
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
    let Some(fields) = field.and_then(|field| field.fields(&PROVIDER, problems)) else {
        unread.attributes = true;
        return provider;
    };
    if let Some(name) = fields.require("name", problems).and_then(|field| field.string(problems)) {
        provider.name = name;
    }
    if let Some(protocol) = fields.get("protocol") {
        let protocols = [("saml", Protocol::Saml), ("oidc", Protocol::Oidc)];
        provider.protocol = protocol.choice(&protocols, problems).unwrap_or(Protocol::Saml);
    }
    provider.realm = text(&fields, "realm", problems);
    provider.hosts = strings(&fields, "hosts", problems).into_iter().map(|host| host.value).collect();
    provider.username_patterns = strings(&fields, "username-patterns", problems);
    // What a syntax error took away here may have belonged to the mapping, if only it had been indented rightly.
    unread.attributes |= fields.mapping().is_damaged();
    if let Some(field) = fields.get("attribute-mapping") {
        provider.attribute_mapping = read_mapping(&field, unread, problems);
    }
    provider.groups_import = fields.get("groups-import").and_then(|field| field.bool(problems));
    provider.groups_claim = fields.get("groups-claim").and_then(|field| {
        field.choice(&[("direct", GroupsClaim::Direct), ("transitive", GroupsClaim::Transitive)], problems)
    });
    provider.scim = fields.get("scim").and_then(|field| read_scim(&field, problems));
    provider.async_user_managers = strings(&fields, "async-user-managers", problems);
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

fn text(fields: &Fields<'_>, key: &'static str, problems: &mut Problems) -> Option<String> {
    fields.get(key).and_then(|field| field.string(problems)).map(|text| text.value)
}

fn strings(fields: &Fields<'_>, key: &'static str, problems: &mut Problems) -> Vec<Sited<String>> {
    fields.get(key).and_then(|field| field.strings(problems)).unwrap_or_default()
}

fn claim(field: Option<Field<'_>>, problems: &mut Problems) -> Option<Sited<Claim>> {
    let name = field?.string(problems)?;
    Some(Sited { value: Claim::from_name(&name), at: name.at })
}

fn read_mapping(field: &Field<'_>, unread: &mut Unread, problems: &mut Problems) -> AttributeMapping {
    let mut mapping = empty_mapping(&field.at);
    let Some(fields) = field.fields(&ATTRIBUTE_MAPPING, problems) else {
        unread.attributes = true;
        return mapping;
    };
    mapping.provider_id = claim(fields.get("provider-id"), problems);
    mapping.username = claim(fields.get("username"), problems);
    mapping.email = claim(fields.get("email"), problems);
    mapping.first_name = claim(fields.get("first-name"), problems);
    mapping.last_name = claim(fields.get("last-name"), problems);
    mapping.groups = fields.get("groups").and_then(|field| read_groups_mapping(&field, problems));
    unread.attributes |= fields.mapping().is_damaged();
    if let Some(field) = fields.get("attributes") {
        mapping.attributes = read_attributes(&field, unread, problems);
    }
    fields.finish(problems);
    mapping
}

fn read_attributes(
    field: &Field<'_>,
    unread: &mut Unread,
    problems: &mut Problems,
) -> BTreeMap<String, MappedAttribute> {
    let written = match field.node.value() {
        Value::Mapping(mapping) => mapping.entries().count(),
        _ => 0,
    };
    let named = field.named(problems);
    unread.attributes |= field.is_damaged() || named.as_ref().is_none_or(|named| named.len() != written);
    let mut attributes = BTreeMap::new();
    for (name, field) in named.unwrap_or_default() {
        // Where no mapping follows, the key may be anything: without its colon, `dept { claim: d }` has another.
        unread.attributes |= !matches!(field.node.value(), Value::Mapping(_)) || field.is_damaged();
        match read_attribute(&field, problems) {
            Some(attribute) => drop(attributes.insert(name.to_owned(), attribute)),
            None => unread.attribute_names.push(name.to_owned()),
        }
    }
    attributes
}

fn read_groups_mapping(field: &Field<'_>, problems: &mut Problems) -> Option<GroupsMapping> {
    let fields = field.fields(&GROUPS_MAPPING, problems)?;
    let claim = claim(fields.require("claim", problems), problems);
    let pattern = fields.get("pattern").and_then(|field| field.string(problems));
    fields.finish(problems);
    Some(GroupsMapping { claim: claim?, pattern })
}

fn read_attribute(field: &Field<'_>, problems: &mut Problems) -> Option<MappedAttribute> {
    let fields = field.fields(&MAPPED_ATTRIBUTE, problems)?;
    let claim = claim(fields.require("claim", problems), problems);
    let scim = fields.get("scim").and_then(|field| field.string(problems));
    let kinds = [("string", AttributeKind::String), ("array", AttributeKind::Array)];
    let kind = fields.get("type").map_or(Some(AttributeKind::String), |field| field.choice(&kinds, problems));
    let taken = [("first", TakenValues::First), ("all", TakenValues::All)];
    let values = fields.get("values").and_then(|field| {
        let values = field.choice(&taken, problems)?;
        if (values, kind) == (TakenValues::All, Some(AttributeKind::String)) {
            let message = "a string attribute cannot take all values of a claim";
            problems.push(
                Problem::error("conflicting-keys", field.at.value(), message)
                    .label("several values do not fit into a string")
                    .help("write `type: array`, or `values: first`"),
            );
        }
        Some(values)
    });
    fields.finish(problems);
    Some(MappedAttribute { claim: claim?, scim, kind: kind?, values, resolved: None })
}

fn read_scim(field: &Field<'_>, problems: &mut Problems) -> Option<Scim> {
    let fields = field.fields(&SCIM, problems)?;
    let enabled = fields.get("enabled").map_or(Some(true), |field| field.bool(problems));
    let host = text(&fields, "host", problems);
    fields.finish(problems);
    Some(Scim { enabled: enabled?, host })
}

fn read_date(field: &Field<'_>, problems: &mut Problems) -> Option<Sited<Date>> {
    match field.node.value() {
        Value::Scalar(scalar) if scalar.kind() == ScalarKind::String => {}
        _ => return field.mismatch(Expected::Day, problems),
    }
    let text = field.string(problems)?;
    // The parser takes other spellings too; one is enough for people and tools alike.
    match text.parse::<jiff::civil::Date>().ok().filter(|date| date.to_string() == *text) {
        Some(date) => Some(Sited { value: Date(date), at: text.at }),
        None => {
            let message = format!("`{}` is not a day of the calendar", shorten(&text));
            problems.push(
                Problem::error("invalid-value", text.at.value(), message)
                    .label("expected a day")
                    .help("write year, month and day, as `2027-03-01`"),
            );
            None
        }
    }
}
