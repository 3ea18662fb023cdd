//! Reads the section `entra`.

use std::collections::BTreeMap;

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
    let text = |key, problems: &mut Problems| fields.get(key).and_then(|field| field.string(problems));
    let (name_id, groups_claim) = (text("name-id", problems), text("groups-claim", problems));
    let tenant_url = text("tenant-url", problems);
    let mut claims = BTreeMap::new();
    for (claim, field) in fields.get("claims").and_then(|field| field.named(problems)).unwrap_or_default() {
        if let Some(source) = field.string(problems) {
            claims.insert(claim.to_owned(), source);
        }
    }
    let authentication_method = fields
        .get("authentication-method")
        .and_then(|field| Some(Sited { value: field.choice(&METHODS, problems)?, at: field.at }));
    fields.finish(problems);
    Some(EntraSources { name_id, claims, groups_claim, tenant_url, authentication_method })
}
