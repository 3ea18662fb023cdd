//! What Foundry knows at each event, from the files at hand.
//!
//! The table of palantir.com/docs/foundry/authentication/scim-entra-id, made exact. At SCIM create only the six synced
//! attributes are known and no provider group is; at an update, membership as last synced, and what earlier logins
//! left; at a login, everything that claims carry.

use std::collections::BTreeMap;

use super::{Event, Person};
use crate::condition::{Attribute, GroupKey, Input, Scheme, Value, ValueType, parse_instant};
use crate::config::{Config, GroupsClaim};
use crate::scim::{Fact, GroupRef, Object};

/// Where the values of Foundry attributes come from, worked out once from a configuration.
#[derive(Clone, Debug)]
pub(super) struct Origins {
    /// By Foundry attribute: the SCIM attribute with the same value, and whether only its first value is taken.
    attributes: BTreeMap<String, Origin>,
    scheme: Scheme,
    login_groups: LoginGroups,
}

#[derive(Clone, Debug)]
struct Origin {
    scim: Option<Attribute>,
    takes_first: bool,
}

/// Which membership a login sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LoginGroups {
    /// The claim carries direct membership, or carries none and leaves membership as SCIM synced it.
    Direct,
    /// The claim carries nested membership too.
    Transitive,
}

/// An input at one event.
pub(super) enum Known<T> {
    /// Foundry knows it, and so do we. No value at all: absent.
    Values(T),
    /// Foundry lacks it at this event.
    Withheld,
    /// Foundry may know it; the files at hand do not say.
    Undetermined,
}

impl<T> From<Fact<T>> for Known<T> {
    fn from(fact: Fact<T>) -> Self {
        match fact {
            Fact::Known(values) => Known::Values(values),
            Fact::Undetermined => Known::Undetermined,
        }
    }
}

/// A value, borrowed from the person or made from something else.
pub(super) enum Datum<'v> {
    Given(Value<'v>),
    Made(String),
}

impl Datum<'_> {
    pub(super) fn value(&self) -> Value<'_> {
        match self {
            Datum::Given(value) => value.clone(),
            Datum::Made(text) => Value::Text(text),
        }
    }
}

fn texts<'v>(texts: impl IntoIterator<Item = &'v str>) -> Vec<Datum<'v>> {
    texts.into_iter().map(|text| Datum::Given(Value::Text(text))).collect()
}

impl Origins {
    pub(super) fn new(config: &Config) -> Self {
        let mapping = &config.provider.attribute_mapping;
        let attributes = mapping.attributes.iter().map(|(name, mapped)| {
            (name.clone(), Origin { scim: mapped.resolved.clone(), takes_first: mapped.takes_first() })
        });
        let imports = config.provider.groups_import.unwrap_or(mapping.groups.is_some());
        // Without the import a login leaves membership alone
        // (palantir.com/docs/foundry/authentication/scim-common-issues).
        let transitive = imports && config.provider.groups_claim == Some(GroupsClaim::Transitive);
        Origins {
            attributes: attributes.collect(),
            scheme: config.scheme.clone(),
            login_groups: if transitive { LoginGroups::Transitive } else { LoginGroups::Direct },
        }
    }
}

/// A person at an event.
pub(super) struct Moment<'m> {
    pub(super) origins: &'m Origins,
    pub(super) person: &'m Person<'m>,
    pub(super) event: Event,
}

impl<'m> Moment<'m> {
    /// The values of an input other than elements and groups at hand.
    pub(super) fn values(&self, input: &Input) -> Known<Vec<Datum<'m>>> {
        match input {
            Input::Scim(attribute) => self.scim(attribute),
            Input::Email => self.email(),
            Input::Foundry(name) => self.foundry(name),
            Input::ProviderGroups(key) => match self.provider_groups() {
                Known::Values(groups) => names(&groups, *key).into(),
                Known::Withheld => Known::Withheld,
                Known::Undetermined => Known::Undetermined,
            },
            Input::InternalGroups => self.internal_groups(),
            // The checker lets neither into a condition over users.
            Input::Group(_) | Input::Element(..) => Known::Undetermined,
        }
    }

    /// The elements of a multi-valued complex attribute.
    pub(super) fn elements(&self, attribute: &Attribute) -> Known<Vec<&'m Object>> {
        match self.reach(attribute) {
            Reach::Snapshot => self.person.user.elements(attribute).into(),
            Reach::Withheld => Known::Withheld,
            // The Admin API returns lists of strings: the parts of an element cannot be told from them.
            Reach::Foundry => Known::Undetermined,
        }
    }

    fn reach(&self, attribute: &Attribute) -> Reach {
        match self.event {
            _ if attribute.synced => Reach::Snapshot,
            Event::Login => Reach::Snapshot,
            Event::ScimCreate => Reach::Withheld,
            Event::ScimUpdate | Event::MembershipUpdate => Reach::Foundry,
        }
    }

    fn scim(&self, attribute: &Attribute) -> Known<Vec<Datum<'m>>> {
        match self.reach(attribute) {
            Reach::Snapshot => self.snapshot(attribute),
            Reach::Withheld => Known::Withheld,
            Reach::Foundry => self.left_by_logins(attribute),
        }
    }

    fn snapshot(&self, attribute: &Attribute) -> Known<Vec<Datum<'m>>> {
        match self.person.user.values(attribute) {
            Fact::Known(values) => Known::Values(values.into_iter().map(Datum::Given).collect()),
            Fact::Undetermined => Known::Undetermined,
        }
    }

    /// A SCIM attribute that Foundry knows only through a login's claims: the Foundry attribute that is mapped from
    /// it, else the one of its name.
    fn left_by_logins(&self, attribute: &Attribute) -> Known<Vec<Datum<'m>>> {
        let Fact::Known(held) = self.person.foundry_attributes else { return Known::Undetermined };
        let mapped = self.origins.attributes.iter().find(|(_, origin)| origin.scim.as_ref() == Some(attribute));
        let values = match mapped {
            Some((name, _)) => held.get(name),
            None if attribute.sub.is_none() => held.get(&attribute.name),
            None => return Known::Undetermined,
        };
        let mut data = Vec::new();
        for text in values.into_iter().flatten() {
            let Some(value) = typed(text, attribute.value_type) else { return Known::Undetermined };
            data.push(Datum::Given(value));
        }
        Known::Values(data)
    }

    fn email(&self) -> Known<Vec<Datum<'m>>> {
        match self.person.user.email() {
            Fact::Known(email) => Known::Values(texts(email)),
            Fact::Undetermined => Known::Undetermined,
        }
    }

    fn foundry(&self, name: &str) -> Known<Vec<Datum<'m>>> {
        if let Some(reserved) = self.reserved(name) {
            return reserved;
        }
        match self.event {
            Event::ScimCreate => Known::Withheld,
            Event::ScimUpdate | Event::MembershipUpdate => match self.person.foundry_attributes {
                Fact::Known(held) => Known::Values(texts(held.get(name).into_iter().flatten().map(String::as_str))),
                Fact::Undetermined => Known::Undetermined,
            },
            Event::Login => self.claimed(name),
        }
    }

    /// The attributes that Foundry makes of fields that SCIM syncs. Group rules offer them by these names
    /// (palantir.com/docs/foundry/authentication/group-assignment); that they hold the synced fields is a reading.
    fn reserved(&self, name: &str) -> Option<Known<Vec<Datum<'m>>>> {
        let path = match name {
            "multipass:email:primary" => return Some(self.email()),
            "multipass:given-name" => "name.givenName",
            "multipass:family-name" => "name.familyName",
            _ => return None,
        };
        let attribute = self.origins.scheme.scim_attribute(path).ok()?;
        Some(self.snapshot(&attribute))
    }

    /// A custom attribute at a login: what its claim carries, as far as the snapshot tells.
    fn claimed(&self, name: &str) -> Known<Vec<Datum<'m>>> {
        let origin = self.origins.attributes.get(name);
        let by_path = origin.and_then(|origin| origin.scim.clone());
        let Some(attribute) = by_path.or_else(|| self.origins.scheme.attribute_named(name)) else {
            return Known::Undetermined;
        };
        let Known::Values(values) = self.snapshot(&attribute) else { return Known::Undetermined };
        let taken = if origin.is_none_or(|origin| origin.takes_first) { 1 } else { usize::MAX };
        let mut data = Vec::new();
        for datum in values.into_iter().take(taken) {
            let Some(text) = as_text(datum) else { return Known::Undetermined };
            data.push(text);
        }
        Known::Values(data)
    }

    fn provider_groups(&self) -> Known<Vec<GroupRef<'m>>> {
        match self.event {
            Event::ScimCreate => Known::Withheld,
            Event::Login if self.origins.login_groups == LoginGroups::Transitive => {
                self.person.login_groups.clone().unwrap_or_else(|| self.person.provider_groups.clone()).into()
            }
            _ => self.person.provider_groups.clone().into(),
        }
    }

    fn internal_groups(&self) -> Known<Vec<Datum<'m>>> {
        if self.event == Event::ScimCreate {
            // Nobody has put a user that does not exist yet into a group by hand.
            return Known::Values(Vec::new());
        }
        match &self.person.internal_groups {
            Fact::Known(groups) => Known::Values(texts(groups.iter().copied())),
            Fact::Undetermined => Known::Undetermined,
        }
    }
}

/// Where an attribute's value is to be had at an event.
enum Reach {
    Snapshot,
    Foundry,
    Withheld,
}

/// The names of groups; undetermined where that of one is.
pub(super) fn names<'g>(groups: &[GroupRef<'g>], key: GroupKey) -> Fact<Vec<Datum<'g>>> {
    let mut names = Vec::with_capacity(groups.len());
    for group in groups {
        let name = match key {
            GroupKey::DisplayName => group.display_name,
            GroupKey::ExternalId => group.external_id,
        };
        let Fact::Known(name) = name else { return Fact::Undetermined };
        names.extend(name);
    }
    Fact::Known(texts(names))
}

/// A string that Foundry holds, read as the SCIM attribute's type.
fn typed(text: &str, value_type: ValueType) -> Option<Value<'_>> {
    match value_type {
        ValueType::Text | ValueType::ExactText => Some(Value::Text(text)),
        ValueType::Boolean => match text.to_ascii_lowercase().as_str() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        ValueType::Number => text.parse().ok().map(Value::Number),
        ValueType::DateTime => parse_instant(text).map(Value::Instant),
        ValueType::Complex => None,
    }
}

/// A SCIM value as the string that a claim carries.
fn as_text(datum: Datum<'_>) -> Option<Datum<'_>> {
    match datum.value() {
        Value::Text(_) => Some(datum),
        Value::Bool(value) => Some(Datum::Made(value.to_string())),
        Value::Number(value) => Some(Datum::Made(value.to_string())),
        // How a claim writes an instant is not documented.
        Value::Instant(_) => None,
    }
}
