//! The login's side: which claim fills a field, and what that claim carries.

use crate::config::{Claim, Config, EntraSources, Protocol, Sited};
use crate::entra::{Application, ClaimsPolicy, Recognised, same_claim};
use crate::source::{At, Place};

use super::value::{Value, attribute_key};

/// What a login sends for a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The claim that fills the field; `None` where none does, or where it is not known.
    pub claim: Option<Claim>,
    /// Where Control Panel's mapping says so; what would hold it, where it is left to the default.
    pub mapped_at: Place,
    /// Whether the mapping says so, or the default is taken.
    pub is_mapped: bool,
    /// What the claim carries; `None` where nothing says it.
    pub value: Option<Value>,
    /// Where that is said; `None` where the claim always carries this.
    pub said_at: Option<Place>,
}

/// The claim that carries the object identifier in every token. It is restricted: no policy changes it
/// (learn.microsoft.com/entra/identity-platform/reference-saml-tokens).
pub(super) const OBJECT_IDENTIFIER: &str = "http://schemas.microsoft.com/identity/claims/objectidentifier";

/// The policies and sources that say what claims carry.
pub(super) struct Claims<'p> {
    config: &'p Config,
    mapping_policy: Option<&'p ClaimsPolicy>,
    custom_policy: Option<&'p ClaimsPolicy>,
    applications: Vec<&'p Application>,
}

impl<'p> Claims<'p> {
    pub(super) fn new(config: &'p Config, exports: &'p [Recognised]) -> Self {
        let mut claims = Claims { config, mapping_policy: None, custom_policy: None, applications: Vec::new() };
        for export in exports {
            match export {
                Recognised::ClaimsMappingPolicy(policy) => claims.mapping_policy = Some(policy),
                Recognised::CustomClaimsPolicy(policy) => claims.custom_policy = Some(policy),
                Recognised::ServicePrincipal(app) | Recognised::ApplicationManifest(app) => {
                    claims.applications.push(app)
                }
                _ => {}
            }
        }
        claims
    }

    fn stated(&self) -> Option<&'p EntraSources> {
        self.config.entra.as_ref()?.sources.as_ref()
    }

    pub(super) fn provider_id(&self) -> Login {
        self.field(self.config.provider.attribute_mapping.provider_id.as_ref())
    }

    pub(super) fn username(&self) -> Login {
        self.field(self.config.provider.attribute_mapping.username.as_ref())
    }

    /// A field that takes NameID where nothing else is mapped, as in Control Panel
    /// (palantir.com/docs/foundry/authentication/saml-azure-ad). NameID is a part of SAML.
    fn field(&self, mapped: Option<&Sited<Claim>>) -> Login {
        let provider = &self.config.provider;
        let default = (provider.protocol == Protocol::Saml).then_some(Claim::NameId);
        let claim = mapped.map(|claim| claim.value.clone()).or(default);
        let mapped_at = mapped.map_or(provider.attribute_mapping.at.name(), |claim| claim.at.value());
        let carried = claim.as_ref().and_then(|claim| self.carried(claim));
        let (value, said_at) = carried.unzip();
        Login { claim, mapped_at, is_mapped: mapped.is_some(), value, said_at: said_at.flatten() }
    }

    /// What a claim carries, and where that is said. Exports win over what the document says.
    fn carried(&self, claim: &Claim) -> Option<(Value, Option<Place>)> {
        if claim.as_str().eq_ignore_ascii_case(OBJECT_IDENTIFIER) {
            return Some((Value::Attribute("objectid".to_owned()), None));
        }
        // A mapping policy turns the portal's off.
        let policy = self.mapping_policy.or(self.custom_policy);
        if let Some(exported) = policy.and_then(|policy| policy.claim(claim)) {
            return Some((Value::of_claim(&exported.source), Some(exported.place.clone())));
        }
        let stated = self.stated()?;
        let words = match claim {
            Claim::NameId => stated.name_id.as_ref().or_else(|| named(stated, claim)),
            Claim::Named(_) => named(stated, claim),
        }?;
        Some((Value::of_words(words), Some(words.at.value())))
    }

    pub(super) fn groups(&self) -> Login {
        let provider = &self.config.provider;
        let mapping = provider.attribute_mapping.groups.as_ref();
        let mapped_at = mapping.map_or(provider.attribute_mapping.at.name(), |groups| groups.claim.at.value());
        let claim = mapping.map(|groups| groups.claim.value.clone());
        // A login that imports no groups has nothing to agree with.
        let carried = if provider.groups_import == Some(false) { None } else { self.carried_groups() };
        let (value, said_at) = carried.unzip();
        Login { claim, mapped_at, is_mapped: mapping.is_some(), value, said_at }
    }

    /// What the groups claim carries: as the applications say, where they say one thing, or as the document does.
    fn carried_groups(&self) -> Option<(Value, Place)> {
        let mut exported = self.applications.iter().filter_map(|app| groups_of(app));
        if let Some((key, at)) = exported.next() {
            let agree = exported.all(|(other, _)| other == key);
            return agree.then(|| (Value::Attribute(attribute_key(key)), at.value()));
        }
        let stated = self.stated()?.groups_claim.as_ref()?;
        Some((Value::of_words(stated), stated.at.value()))
    }
}

fn named<'s>(stated: &'s EntraSources, claim: &Claim) -> Option<&'s Sited<String>> {
    let mut claims = stated.claims.iter();
    claims.find(|(name, _)| same_claim(&Claim::from_name(name), claim)).map(|(_, source)| source)
}

/// What the groups claim of an application carries, and where that is said. The first of the account name's forms wins;
/// display names go only with groups assigned to the application
/// (learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-fed-group-claims).
fn groups_of(app: &Application) -> Option<(&str, &At)> {
    if !app.emits_groups() {
        return None;
    }
    let properties = app.saml_groups.iter().flat_map(|claim| &claim.properties);
    for property in properties {
        match property.value.to_ascii_lowercase().as_str() {
            "sam_account_name" | "dns_domain_and_sam_account_name" | "netbios_domain_and_sam_account_name" => {
                return Some((&property.value, &property.at));
            }
            "cloud_displayname" if app.emits("ApplicationGroup") => return Some(("displayname", &property.at)),
            _ => {}
        }
    }
    Some(("objectid", &app.group_membership.as_ref()?.at))
}
