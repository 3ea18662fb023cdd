//! An application: its service principal, or the manifest of its registration.

use crate::config::Sited;
use crate::source::At;

use super::object::{Located, Object};

/// An enterprise application or an app registration.
///
/// The members are Microsoft's: learn.microsoft.com/graph/api/resources/serviceprincipal and
/// learn.microsoft.com/graph/api/resources/application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Where it stands.
    pub at: At,
    /// The identifier that an enterprise application and its registration share.
    pub app_id: Option<Sited<String>>,
    /// The template in the gallery that it was made of.
    pub template: Option<Sited<String>>,
    /// Its tags.
    pub tags: Vec<Sited<String>>,
    /// How people sign in: `saml`, `oidc`, …
    pub sign_on_mode: Option<Sited<String>>,
    /// Which groups the claim carries: the words of `groupMembershipClaims`; no words where it says that there is no
    /// claim. `None` where the export does not say.
    pub group_membership: Option<Sited<Vec<String>>>,
    /// The optional claim `groups` of SAML tokens.
    pub saml_groups: Option<OptionalClaim>,
}

/// An optional claim of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionalClaim {
    /// Where it stands.
    pub at: At,
    /// `additionalProperties`: what the claim carries instead of the object identifier, and in which claim.
    pub properties: Vec<Sited<String>>,
}

impl Application {
    pub(super) fn read(object: &Object<'_>) -> Application {
        Application {
            at: object.at.clone(),
            app_id: object.sited("appId"),
            template: object.sited("applicationTemplateId"),
            tags: object.member("tags").iter().flat_map(Located::items).filter_map(sited).collect(),
            sign_on_mode: object.sited("preferredSingleSignOnMode"),
            group_membership: group_membership(object),
            saml_groups: saml_groups(object),
        }
    }

    /// Whether the groups claim carries groups of a kind: `SecurityGroup`, `ApplicationGroup`, `All`, …
    pub fn emits(&self, kind: &str) -> bool {
        self.group_membership
            .as_ref()
            .is_some_and(|membership| membership.value.iter().any(|word| word.eq_ignore_ascii_case(kind)))
    }

    /// Whether the groups claim is there: directory roles make none
    /// (learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-fed-group-claims).
    pub fn emits_groups(&self) -> bool {
        ["SecurityGroup", "ApplicationGroup", "All"].iter().any(|kind| self.emits(kind))
    }

    /// Whether the optional claim has a property, such as `emit_as_roles`, and where.
    pub fn groups_property(&self, name: &str) -> Option<&Sited<String>> {
        let properties = &self.saml_groups.as_ref()?.properties;
        properties.iter().find(|property| property.value.eq_ignore_ascii_case(name))
    }
}

fn sited(item: Located<'_>) -> Option<Sited<String>> {
    Some(Sited { value: item.text()?.to_owned(), at: item.at })
}

/// One text, words joined by commas, or a list; `null` is said too.
fn group_membership(object: &Object<'_>) -> Option<Sited<Vec<String>>> {
    const NAME: &str = "groupMembershipClaims";
    let Some(member) = object.member(NAME) else {
        return object.has(NAME).then(|| Sited { value: Vec::new(), at: object.at.key(&object.spelling(NAME)) });
    };
    let texts = member.items().filter_map(|item| item.text()).chain(member.text());
    let words = texts.flat_map(|text| text.split(',')).map(str::trim);
    let words = words.filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case("None"));
    Some(Sited { value: words.map(str::to_owned).collect(), at: member.at })
}

fn saml_groups(object: &Object<'_>) -> Option<OptionalClaim> {
    let claims = object.member("optionalClaims")?.object()?;
    // Graph says `saml2Token`; manifests of the portal's older format have the same name.
    let groups = claims.objects("saml2Token");
    let groups = groups.iter().find(|claim| claim.sited("name").is_some_and(|name| name.value == "groups"))?;
    let properties = groups.member("additionalProperties");
    let properties = properties.iter().flat_map(Located::items).filter_map(sited).collect();
    Some(OptionalClaim { at: groups.at.clone(), properties })
}
