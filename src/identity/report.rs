//! The chains in the shape of the JSON output.

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::{Agreement, Chain, Identity, Login, Sent};
use crate::source::{Place, Sources};

/// What both sides send for each field, with places: the output of `vestibule identity --format json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentityReport {
    /// The fields: Provider ID, Username, groups.
    pub fields: Vec<ChainReport>,
}

/// What both sides send for one field.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChainReport {
    /// The field of Control Panel's attribute mapping.
    pub field: &'static str,
    /// Whether both sides send the same.
    pub agree: Agreement,
    /// What SCIM sends; empty where no export says it.
    pub scim: Vec<SentReport>,
    /// What the login sends.
    pub login: LoginReport,
}

/// What SCIM sends.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SentReport {
    /// The SCIM attribute.
    pub attribute: &'static str,
    /// What it is mapped from; absent where that cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sends: Option<String>,
    /// Whether that is what the login sends.
    pub agree: Agreement,
    /// Where it was read.
    pub read_at: Seat,
}

/// What the login sends.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoginReport {
    /// The claim; absent where the field has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
    /// Where Control Panel's mapping names it; absent where the default is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mapped_at: Option<Seat>,
    /// What the claim carries; absent where nothing says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sends: Option<String>,
    /// Where that was read; absent where it always is so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Seat>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Seat {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters from 1.
    pub column: usize,
}

impl Seat {
    fn of(place: &Place, sources: &Sources) -> Seat {
        let (file, span) = sources.locate(place);
        let text = sources.text(file);
        let position = text.position(span.start);
        Seat { file: text.name().to_owned(), line: position.line, column: position.column }
    }
}

impl std::fmt::Display for Seat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl Identity {
    /// The chains with their places resolved.
    pub fn report(&self, sources: &Sources) -> IdentityReport {
        let chains = [("Provider ID", &self.provider_id), ("Username", &self.username), ("groups", &self.groups)];
        IdentityReport { fields: chains.map(|(field, chain)| chain_report(field, chain, sources)).into() }
    }
}

fn chain_report(field: &'static str, chain: &Chain, sources: &Sources) -> ChainReport {
    let scim = chain.sent.iter().map(|sent| sent_report(sent, &chain.login, sources)).collect();
    ChainReport { field, agree: chain.agreement(), scim, login: login_report(&chain.login, sources) }
}

fn sent_report(sent: &Sent, login: &Login, sources: &Sources) -> SentReport {
    SentReport {
        attribute: sent.attribute,
        sends: sent.written.clone().filter(|_| sent.value.is_some()),
        agree: sent.agrees(login),
        read_at: Seat::of(&sent.place, sources),
    }
}

fn login_report(login: &Login, sources: &Sources) -> LoginReport {
    LoginReport {
        claim: login.claim.as_ref().map(|claim| claim.as_str().to_owned()),
        mapped_at: login.is_mapped.then(|| Seat::of(&login.mapped_at, sources)),
        sends: login.value.as_ref().map(ToString::to_string),
        read_at: login.said_at.as_ref().map(|place| Seat::of(place, sources)),
    }
}

/// The JSON Schema (draft 2020-12) of an [`IdentityReport`].
pub fn schema() -> Schema {
    crate::engine::schema::schema_of::<IdentityReport>()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_schema_is_that_of_the_types() {
        crate::engine::check_committed("identity.schema.json", &super::schema());
    }
}
