//! Which groups the login claim carries, as an application or its service principal says.

use crate::config::GroupsClaim;
use crate::source::{At, Sources};

use super::Recognised;
use super::object::Located;

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
/// assert_eq!(groups_claims(&sources, &exports)[0].groups, GroupsClaim::Direct);
/// ```
pub fn groups_claims(sources: &Sources, exports: &[Recognised]) -> Vec<ExportedGroupsClaim> {
    exports.iter().filter_map(|export| groups_claim(sources, export)).collect()
}

fn groups_claim(sources: &Sources, export: &Recognised) -> Option<ExportedGroupsClaim> {
    let (Recognised::ServicePrincipal(at) | Recognised::ApplicationManifest(at)) = export else { return None };
    let node = sources.document(at.file)?.node(&at.route)?;
    let member = Located { at: at.clone(), node }.object()?.member("groupMembershipClaims")?;
    let mut words: Vec<&str> = member.items().filter_map(|item| item.text()).collect();
    words.extend(member.text());
    let words = words.into_iter().flat_map(|text| text.split(',')).map(str::trim);
    let words: Vec<String> = words.map(str::to_ascii_lowercase).collect();
    let has = |word: &str| words.iter().any(|known| known == word);
    let groups = if has("securitygroup") || has("all") {
        GroupsClaim::Transitive
    } else if has("applicationgroup") {
        GroupsClaim::Direct
    } else {
        return None;
    };
    Some(ExportedGroupsClaim { groups, at: member.at })
}
