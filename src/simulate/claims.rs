//! From the claims of a login to what they fill.

use std::sync::Arc;

use regex::{Regex, RegexBuilder};

#[cfg(doc)]
use super::Reading;
use super::group_index::GroupIndex;
use super::{Memberships, ProviderGroup};
use crate::config::{AttributeMapping, Claim, Config};
use crate::foundry::Attributes;
use crate::scim::{Claims, Directory, Fact, Json, Object, User};

/// The claim that Entra sends instead of the groups where they are too many for a token
/// (learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-fed-group-claims).
const OVERAGE: &str = "http://schemas.microsoft.com/claims/groups.link";

/// How large the automaton of a group pattern may become, in bytes.
const PATTERN_LIMIT: usize = 4 << 20;

/// Which claim fills what.
#[derive(Clone, Debug)]
pub(super) struct ClaimMapping {
    mapping: AttributeMapping,
    /// Takes the group out of a value of the groups claim.
    group_pattern: Option<Regex>,
}

impl ClaimMapping {
    pub(super) fn new(config: &Config) -> ClaimMapping {
        let mapping = config.provider.attribute_mapping.clone();
        let pattern = mapping.groups.as_ref().and_then(|groups| groups.pattern.as_ref());
        // A pattern that does not compile was an error of the document.
        let group_pattern =
            pattern.and_then(|pattern| RegexBuilder::new(pattern).size_limit(PATTERN_LIMIT).build().ok());
        ClaimMapping { mapping, group_pattern }
    }

    /// The Provider ID of a login. Without a mapping it is the NameID, as in Control Panel.
    pub(super) fn provider_id<'c>(&self, claims: &'c Claims) -> Option<&'c str> {
        let claim = self.mapping.provider_id.as_ref().map_or(&Claim::NameId, |claim| &claim.value);
        first(claims, claim)
    }

    /// What the claims fill custom attributes with. Of an attribute whose claim is left out nothing is said.
    pub(super) fn attributes(&self, claims: &Claims) -> Attributes {
        let mut filled = Attributes::new();
        for (name, mapped) in &self.mapping.attributes {
            if let Some(values) = values(claims, &mapped.claim.value) {
                let taken = if mapped.takes_first() { 1 } else { values.len() };
                filled.insert(name.clone(), values.iter().take(taken).cloned().collect());
            }
        }
        filled
    }

    /// The user with the names and the address of the claims ([`Reading::LoginFillsNames`]).
    pub(super) fn user(&self, user: &User, claims: &Claims) -> Option<User> {
        let of =
            |claim: &Option<crate::config::Sited<Claim>>| claim.as_ref().and_then(|claim| first(claims, &claim.value));
        let (email, given, family) =
            (of(&self.mapping.email), of(&self.mapping.first_name), of(&self.mapping.last_name));
        if email.is_none() && given.is_none() && family.is_none() {
            return None;
        }
        Some(user.edited(|object| {
            if let Some(email) = email.filter(|email| user.email() != Fact::Known(Some(email))) {
                set_email(object, email);
            }
            let mut name = object.get("name").and_then(Json::as_object).cloned().unwrap_or_default();
            for (part, value) in [("givenName", given), ("familyName", family)] {
                if let Some(value) = value {
                    name.set(part, Json::String(value.into()));
                }
            }
            if !name.is_empty() {
                object.set("name", Json::Object(name));
            }
        }))
    }

    /// The groups of the claim; `None` where the claims say nothing of groups.
    ///
    /// A value is the external id of a group, else its name. One that no group has makes a group of its own. Where Entra
    /// sent a link because there are too many groups, the claim carries none.
    pub(super) fn groups(&self, claims: &Claims, directory: &Directory, index: &GroupIndex) -> Option<Memberships> {
        let groups = self.mapping.groups.as_ref()?;
        let Some(found) = values(claims, &groups.claim.value) else {
            return claims.contains_key(OVERAGE).then(Memberships::none);
        };
        let named = found.iter().filter_map(|value| self.group_name(value));
        let known = |name: &str| match index.get(name) {
            Some(id) => group_of(id, directory),
            None => ProviderGroup::new(name, name),
        };
        Some(named.map(known).collect::<Vec<_>>().into())
    }

    fn group_name<'v>(&self, value: &'v str) -> Option<&'v str> {
        let Some(pattern) = &self.group_pattern else { return Some(value) };
        let captures = pattern.captures(value)?;
        captures.get(1).or_else(|| captures.get(0)).map(|group| group.as_str())
    }
}

fn values<'c>(claims: &'c Claims, claim: &Claim) -> Option<&'c Vec<String>> {
    match claim {
        Claim::Named(name) => claims.get(name),
        Claim::NameId => {
            claims.iter().find(|(name, _)| Claim::from_name(name) == Claim::NameId).map(|(_, values)| values)
        }
    }
}

fn first<'c>(claims: &'c Claims, claim: &Claim) -> Option<&'c str> {
    values(claims, claim)?.first().map(String::as_str)
}

/// The address of a login takes the place of the one that Foundry held; others stay.
fn set_email(object: &mut Object, email: &str) {
    let mut new = Object::default();
    new.set("value", Json::String(email.into()));
    new.set("type", Json::String("work".into()));
    new.set("primary", Json::Bool(true));
    let is_other = |item: &&Json| {
        let part = |name| item.as_object().and_then(|item| item.get(name));
        let is_work = part("type").and_then(Json::as_str).is_some_and(|kind| kind.eq_ignore_ascii_case("work"));
        item.as_object().is_some() && !is_work && part("primary").and_then(Json::as_bool) != Some(true)
    };
    let others = object.get("emails").and_then(Json::as_array).unwrap_or_default().iter().filter(is_other).cloned();
    let emails: Vec<Json> = [Json::Object(new)].into_iter().chain(others).collect();
    object.set("emails", Json::Array(emails.into()));
}

/// A group of the directory.
pub(super) fn group_of(id: &str, directory: &Directory) -> ProviderGroup {
    let own = |name: Fact<Option<&str>>| name.map(|name| name.map(Arc::from));
    let Some(group) = directory.group(id) else {
        return ProviderGroup {
            id: Some(id.into()),
            display_name: Fact::Undetermined,
            external_id: Fact::Undetermined,
        };
    };
    let names = crate::scim::GroupRef::of(group, None);
    ProviderGroup { id: Some(id.into()), display_name: own(names.display_name), external_id: own(names.external_id) }
}
