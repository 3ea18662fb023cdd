//! Which groups the login claim carries, as an application or its service principal says.

use crate::config::GroupsClaim;
use crate::source::At;

use super::Recognised;

/// What an export says of the groups claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedGroupsClaim {
    /// Which groups the claim carries.
    pub groups: GroupsClaim,
    /// Where that is said: the value of `groupMembershipClaims`.
    pub at: At,
}

/// What the exports say of the groups claim, in their order; those that say nothing are left out.
///
/// `groupMembershipClaims` is `SecurityGroup` or `All` where nested groups count, and `ApplicationGroup` where only groups
/// count that are assigned to the application, which are not flattened; several are joined by commas. `None`, `null` and
/// `DirectoryRole` alone make no groups claim
/// (learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-fed-group-claims).
///
/// ```
/// use vestibule::config::GroupsClaim;
/// use vestibule::entra::{groups_claims, recognise};
/// use vestibule::source::Sources;
///
/// let mut sources = Sources::default();
/// let (file, _) = sources.add_document("manifest.json", br#"{ "groupMembershipClaims": "ApplicationGroup" }"#);
/// let (exports, _) = recognise(&mut sources, file);
/// assert_eq!(groups_claims(&exports)[0].groups, GroupsClaim::Direct);
/// ```
pub fn groups_claims(exports: &[Recognised]) -> Vec<ExportedGroupsClaim> {
    exports.iter().filter_map(groups_claim).collect()
}

fn groups_claim(export: &Recognised) -> Option<ExportedGroupsClaim> {
    let (Recognised::ServicePrincipal(app) | Recognised::ApplicationManifest(app)) = export else { return None };
    let groups = if app.emits("SecurityGroup") || app.emits("All") {
        GroupsClaim::Transitive
    } else if app.emits("ApplicationGroup") {
        GroupsClaim::Direct
    } else {
        return None;
    };
    Some(ExportedGroupsClaim { groups, at: app.group_membership.as_ref()?.at.clone() })
}
