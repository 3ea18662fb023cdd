//! Which groups the login claim carries: an export of Entra wins over what the document says.

use crate::config::{GroupsClaim, Provider};
use crate::entra::{self, ExportedGroupsClaim, Recognised};
use crate::source::Problem;

/// Puts what the exports say into the provider. Returns what does not agree.
pub(super) fn settle(provider: &mut Provider, exports: &[Recognised]) -> Option<Problem> {
    let exported = entra::groups_claims(exports);
    let (first, others) = exported.split_first()?;
    if let Some(other) = others.iter().find(|other| other.groups != first.groups) {
        return Some(contradiction(first, other));
    }
    let written = provider.groups_claim.replace(first.groups);
    let written = written.filter(|written| *written != first.groups)?;
    let message = format!("`groups-claim` is `{}`, and Entra's export says otherwise", word(written));
    Some(
        Problem::warning("groups-claim-differs", provider.at.key("groups-claim").value(), message)
            .label("does not count")
            .related(first.at.value(), format!("the claim carries {}", described(first.groups)))
            .help("remove the key, or export the application again if it has changed"),
    )
}

fn contradiction(first: &ExportedGroupsClaim, other: &ExportedGroupsClaim) -> Problem {
    let message = "two exports of Entra disagree about the groups that the claim carries";
    Problem::warning("groups-claim-differs", other.at.value(), message)
        .label(described(other.groups))
        .related(first.at.value(), described(first.groups))
        .help("list under `entra.exports` only exports of the application that people sign in with")
}

fn word(groups: GroupsClaim) -> &'static str {
    match groups {
        GroupsClaim::Direct => "direct",
        GroupsClaim::Transitive => "transitive",
    }
}

fn described(groups: GroupsClaim) -> &'static str {
    match groups {
        GroupsClaim::Direct => "only groups assigned to the application, nested ones left out",
        GroupsClaim::Transitive => "groups reached through nested groups too",
    }
}
