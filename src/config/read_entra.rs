//! Reads the section `entra`.

use super::fields::{Field, Shape};
use super::problems::Problems;
use super::{AuthenticationMethod, Entra, EntraSources, Sited};

pub(super) const ENTRA: Shape = Shape { what: "the Entra section", keys: &["exports", "sources"] };

pub(super) const SOURCES: Shape = Shape {
    what: "the list of sources",
    keys: &["name-id", "claims", "groups-claim", "tenant-url", "authentication-method"],
};

const METHODS: [(&str, AuthenticationMethod); 2] = [
    ("oauth2-client-credentials", AuthenticationMethod::OAuth2ClientCredentials),
    ("bearer-token", AuthenticationMethod::BearerToken),
];

/// Reads the identity provider's side.
pub(super) fn read_entra(field: &Field<'_>, problems: &mut Problems) -> Option<Entra> {
    let fields = field.fields(&ENTRA, problems)?;
    let exports = fields.get("exports").and_then(|field| field.strings(problems)).unwrap_or_default();
    let sources = fields.get("sources").and_then(|field| read_sources(&field, problems));
    fields.finish(problems);
    Some(Entra { exports, sources })
}

fn read_sources(field: &Field<'_>, problems: &mut Problems) -> Option<EntraSources> {
    let fields = field.fields(&SOURCES, problems)?;
    let mut sources = EntraSources::default();
    sources.name_id = fields.get("name-id").and_then(|field| field.string(problems));
    for (claim, field) in fields.get("claims").and_then(|field| field.named(problems)).unwrap_or_default() {
        if let Some(source) = field.string(problems) {
            sources.claims.insert(claim.to_owned(), source);
        }
    }
    sources.groups_claim = fields.get("groups-claim").and_then(|field| field.string(problems));
    sources.tenant_url = fields.get("tenant-url").and_then(|field| field.string(problems));
    sources.authentication_method = fields
        .get("authentication-method")
        .and_then(|field| Some(Sited { value: field.choice(&METHODS, problems)?, at: field.at }));
    fields.finish(problems);
    Some(sources)
}
