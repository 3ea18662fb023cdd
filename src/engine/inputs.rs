//! What Foundry knows of a person at each event, from the files at hand.
//!
//! The table of palantir.com/docs/foundry/authentication/scim-entra-id, made exact. At SCIM create only the six synced
//! attributes are known and no provider group is; at an update, membership as last synced, and what earlier logins
//! left; at a login, everything that claims carry.

use super::availability::is_withheld_at_create;
use super::known::Known;
use super::origins::{Origin, Origins, Source};
use super::{Event, Person, Verdict};
use crate::condition::{Attribute, GroupKey, Input, Value, ValueType, parse_instant};
use crate::foundry::Attributes;
use crate::scim::{Fact, GroupRef, Groups, Object};

/// A person at an event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment<'m> {
    pub(super) origins: &'m Origins,
    pub(super) person: &'m Person<'m>,
    pub(super) event: Event,
    pub(super) reading: Reading,
}

/// What Foundry makes of an input that it lacks at an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// The rule is not run: what the guide says of provider groups in organization rules, and what is taken for all
    /// else.
    NotRun,
    /// It is absent, and the user in no group: the other reading.
    Absent,
}

/// A value, borrowed from the person or made from something else.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Datum<'v> {
    Given(Value<'v>),
    Made(String),
    /// The name of a group, and its index in its snapshot.
    OfGroup(&'v str, Option<usize>),
}

impl Datum<'_> {
    pub(super) fn value(&self) -> Value<'_> {
        match self {
            Datum::Given(value) => *value,
            Datum::Made(text) => Value::Text(text),
            Datum::OfGroup(name, _) => Value::Text(name),
        }
    }
}

impl<'m> Moment<'m> {
    /// The values of an input of a user.
    pub(super) fn values(&self, input: &Input) -> Known<Datum<'m>> {
        collected(|visit| self.each(input, visit))
    }

    /// Hands on each known value of an input of a user, and says whether there are others. Where nothing is known, or
    /// Foundry lacks the input, none is handed on.
    pub(super) fn each(&self, input: &Input, visit: &mut Visit<'_, 'm>) -> Extent {
        if self.event == Event::ScimCreate && is_withheld_at_create(input) {
            return self.extent_of_lack();
        }
        match input {
            Input::Scim(attribute) if self.is_in_snapshot(attribute) => self.snapshot(attribute, visit),
            Input::Scim(attribute) => self.left_by_logins(attribute, visit),
            Input::Email => self.email(visit),
            Input::Foundry(name) => self.foundry(name, visit),
            Input::ProviderGroups(key) => self.group_names(*key, visit),
            Input::InternalGroups => self.internal_groups(visit),
            // The checker lets neither into a condition over users.
            Input::Group(_) | Input::Element(..) => Extent::UNDETERMINED,
        }
    }

    /// The elements of a complex attribute, or the one value of a single one: those with a part that Foundry has. Without
    /// any there is nothing (RFC 7643 section 2.5).
    pub(super) fn elements(&self, attribute: &Attribute) -> Known<&'m Object> {
        if self.event == Event::ScimCreate && !attribute.synced {
            return self.lacking();
        }
        if !self.is_in_snapshot(attribute) {
            // The Admin API returns lists of strings: the parts of an element cannot be told from them.
            return Known::UNDETERMINED;
        }
        let has_part = |element: &Object| {
            element.entries().any(|(sub, value)| !value.is_absent() && self.has_part(attribute, sub))
        };
        Known::from(self.person.user.elements(attribute)).filter_map(|element| has_part(element).then_some(element))
    }

    /// Whether it is seen from its elements that an attribute has a value: it is complex, and Foundry has what the snapshot
    /// has or nothing at all.
    pub(super) fn has_elements(&self, attribute: &Attribute) -> bool {
        let is_complex = attribute.value_type == ValueType::Complex;
        is_complex && (self.is_in_snapshot(attribute) || self.event == Event::ScimCreate)
    }

    /// A sub-attribute of one of the elements.
    pub(super) fn part(&self, attribute: &Attribute, element: &'m Object, input: &Input) -> Known<Datum<'m>> {
        match input {
            Input::Element(sub, _) if !self.has_part(attribute, sub) => self.beyond_sync(),
            Input::Element(sub, value_type) => {
                collected(|visit| Extent::of(element.each_element_value(sub, *value_type, |value| visit(value.into()))))
            }
            // The checker lets nothing else into the brackets.
            _ => Known::UNDETERMINED,
        }
    }

    /// Whether Foundry has what the snapshot has. Apart from a login that is so for what syncs.
    fn is_in_snapshot(&self, attribute: &Attribute) -> bool {
        attribute.synced || self.event == Event::Login
    }

    /// Whether Foundry has this part of an attribute that is in the snapshot: of `name` only two parts sync.
    fn has_part(&self, attribute: &Attribute, sub: &str) -> bool {
        self.event == Event::Login || attribute.syncs(sub)
    }

    /// What does not sync, of an attribute that does.
    fn beyond_sync<T>(&self) -> Known<T> {
        if self.event == Event::ScimCreate { self.lacking() } else { Known::UNDETERMINED }
    }

    /// What Foundry lacks at the event.
    fn lacking<T>(&self) -> Known<T> {
        match self.reading {
            Reading::NotRun => Known::Withheld,
            Reading::Absent => Known::ABSENT,
        }
    }

    fn extent_of_lack(&self) -> Extent {
        match self.reading {
            Reading::NotRun => Extent::Withheld,
            Reading::Absent => Extent::Exactly,
        }
    }

    fn snapshot(&self, attribute: &Attribute, visit: &mut Visit<'_, 'm>) -> Extent {
        let claims = self.login_claims().filter(|_| !attribute.synced);
        let carried = claims.and_then(|claims| claims.get(self.origins.filled_from(attribute)?));
        if let Some(values) = carried {
            return all_typed(Some(values), attribute.value_type, visit);
        }
        Extent::of(self.person.user.each_value(attribute, |value| visit(value.into())))
    }

    /// The claims of this login, where they are known.
    fn login_claims(&self) -> Option<&'m Attributes> {
        self.person.claims.filter(|_| self.event == Event::Login)
    }

    /// A SCIM attribute that Foundry knows only through a login's claims: the Foundry attribute that is mapped from
    /// it, else the one of its name.
    fn left_by_logins(&self, attribute: &Attribute, visit: &mut Visit<'_, 'm>) -> Extent {
        let Fact::Known(held) = self.person.foundry_attributes else { return Extent::UNDETERMINED };
        let is_open = |name: &str| self.person.open_attributes.is_some_and(|open| open.contains(name));
        let texts = match self.origins.filled_from(attribute) {
            Some(name) => match held.get(name) {
                None if is_open(name) => return Extent::UNDETERMINED,
                found => found,
            },
            None => match named_like(held, attribute) {
                // A part has no name of its own to look for, and what is filled from who knows what may be filled from it.
                None if attribute.is_proper_part() || self.origins.has_unknown_source() => return Extent::UNDETERMINED,
                found => found,
            },
        };
        all_typed(texts, attribute.value_type, visit)
    }

    fn email(&self, visit: &mut Visit<'_, 'm>) -> Extent {
        Extent::of(self.person.user.email().map(|email| email.into_iter().map(text).for_each(visit)))
    }

    fn foundry(&self, name: &str, visit: &mut Visit<'_, 'm>) -> Extent {
        if let Some(extent) = self.reserved(name, visit) {
            return extent;
        }
        let carried = self.login_claims().and_then(|claims| claims.get(name));
        match (self.origins.claimed(name), carried) {
            (Some(_), Some(values)) => {
                values.iter().map(|value| text(value)).for_each(visit);
                Extent::Exactly
            }
            (Some(origin), None) if self.event == Event::Login => self.claimed(origin, visit),
            // No login changes what no claim fills.
            _ => self.held(name, visit),
        }
    }

    /// The attributes that Foundry makes of fields that SCIM syncs. Group rules offer them by these names
    /// (palantir.com/docs/foundry/authentication/group-assignment); that they hold the synced fields is a reading.
    fn reserved(&self, name: &str, visit: &mut Visit<'_, 'm>) -> Option<Extent> {
        if name == "multipass:email:primary" {
            return Some(self.email(visit));
        }
        self.origins.reserved(name).map(|attribute| self.snapshot(attribute, visit))
    }

    /// What Foundry holds, as its Admin API returns it.
    fn held(&self, name: &str, visit: &mut Visit<'_, 'm>) -> Extent {
        let is_open = self.person.open_attributes.is_some_and(|open| open.contains(name));
        if is_open && self.person.foundry_attributes.known().is_none_or(|held| !held.contains_key(name)) {
            return Extent::UNDETERMINED;
        }
        let held = |attributes: &'m Attributes| attributes.get(name).into_iter().flatten();
        let visited = |attributes| held(attributes).map(|value| text(value)).for_each(visit);
        Extent::of(self.person.foundry_attributes.map(visited))
    }

    /// A custom attribute at a login: what its claim carries, as far as the snapshot tells.
    fn claimed(&self, origin: &Origin, visit: &mut Visit<'_, 'm>) -> Extent {
        let (attribute, is_stated) = match &origin.source {
            Source::Stated(attribute) => (attribute, true),
            Source::SameName(attribute) => (attribute, false),
            Source::Unknown => return Extent::UNDETERMINED,
        };
        if !is_stated || attribute.value_type == ValueType::DateTime {
            let mut carried = 0;
            if self.snapshot(attribute, &mut |_| carried += 1) != Extent::Exactly {
                return Extent::UNDETERMINED;
            }
            // Nothing under the same name may be carried from elsewhere; how a claim writes an instant is not documented.
            let is_open = if carried == 0 { !is_stated } else { attribute.value_type == ValueType::DateTime };
            if is_open {
                return Extent::UNDETERMINED;
            }
        }
        let mut taken = if origin.takes_first { 1 } else { usize::MAX };
        self.snapshot(attribute, &mut |datum| {
            if taken > 0 {
                taken -= 1;
                visit(as_text(datum));
            }
        })
    }

    /// Whether the user is in some provider group, be its name known or not.
    pub(super) fn is_in_some_group(&self) -> Verdict {
        if self.event == Event::ScimCreate {
            return self.lacking::<()>().present();
        }
        match self.provider_groups() {
            Groups::Exactly(groups) => Verdict::of(!groups.is_empty()),
            Groups::AtLeast(groups) if groups.is_empty() => Verdict::OPEN,
            Groups::AtLeast(_) => Verdict::HOLDS,
        }
    }

    fn provider_groups(&self) -> &'m Groups<'m> {
        match &self.person.login_groups {
            Some(groups) if self.origins.nests_at(self.event) => groups,
            _ => &self.person.provider_groups,
        }
    }

    fn group_names(&self, key: GroupKey, visit: &mut Visit<'_, 'm>) -> Extent {
        let groups = self.provider_groups();
        match (each_name(groups.refs(), key, visit), groups) {
            (Extent::Exactly, Groups::Exactly(_)) => Extent::Exactly,
            _ => Extent::AtLeast,
        }
    }

    fn internal_groups(&self, visit: &mut Visit<'_, 'm>) -> Extent {
        if self.event == Event::ScimCreate {
            // Nobody has put a user that does not exist yet into a group by hand.
            return Extent::Exactly;
        }
        Extent::of(self.person.internal_groups.as_ref().map(|groups| groups.iter().copied().map(text).for_each(visit)))
    }
}

/// What takes the values of an input, one by one.
pub(super) type Visit<'v, 'm> = dyn FnMut(Datum<'m>) + 'v;

/// How many of the values of an input are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of them.
    Exactly,
    /// Some; whether there are others the files do not say.
    AtLeast,
    /// None: Foundry lacks the input at this event.
    Withheld,
}

impl Extent {
    /// The files say nothing: none of the values is known, and there may be some.
    pub(super) const UNDETERMINED: Extent = Extent::AtLeast;

    fn of(visited: Fact<()>) -> Extent {
        if visited.is_known() { Extent::Exactly } else { Extent::UNDETERMINED }
    }
}

/// The values as a list.
pub(super) fn collected<'m>(each: impl FnOnce(&mut Visit<'_, 'm>) -> Extent) -> Known<Datum<'m>> {
    let mut values = Vec::new();
    match each(&mut |datum| values.push(datum)) {
        Extent::Exactly => Known::Exactly(values),
        Extent::AtLeast => Known::AtLeast(values),
        Extent::Withheld => Known::Withheld,
    }
}

/// Hands on the names of groups. A group whose name the files do not say may have any.
pub(super) fn each_name<'g>(groups: &[GroupRef<'g>], key: GroupKey, visit: &mut Visit<'_, 'g>) -> Extent {
    let mut all_known = true;
    for group in groups {
        let name = match key {
            GroupKey::DisplayName => group.display_name,
            GroupKey::ExternalId => group.external_id,
        };
        match name {
            Fact::Known(Some(name)) => visit(Datum::OfGroup(name, group.index)),
            Fact::Known(None) => {}
            Fact::Undetermined => all_known = false,
        }
    }
    if all_known { Extent::Exactly } else { Extent::AtLeast }
}

/// Strings that Foundry holds, read as the SCIM attribute's type: all of them, or they are undetermined.
fn all_typed<'h>(texts: Option<&'h Vec<String>>, value_type: ValueType, visit: &mut Visit<'_, 'h>) -> Extent {
    let values = || texts.into_iter().flatten().map(|text| typed(text, value_type));
    if values().any(|value| value.is_none()) {
        return Extent::UNDETERMINED;
    }
    values().flatten().map(Datum::Given).for_each(visit);
    Extent::Exactly
}

impl<'v> From<Value<'v>> for Datum<'v> {
    fn from(value: Value<'v>) -> Self {
        Datum::Given(value)
    }
}

fn text(text: &str) -> Datum<'_> {
    Datum::Given(Value::Text(text))
}

/// The values of the Foundry attribute that is called like a SCIM attribute, whose names have no case.
fn named_like<'h>(held: &'h Attributes, attribute: &Attribute) -> Option<&'h Vec<String>> {
    if attribute.is_proper_part() {
        return None;
    }
    held.iter().find(|(name, _)| name.eq_ignore_ascii_case(&attribute.name)).map(|(_, values)| values)
}

/// A string that Foundry holds, read as the SCIM attribute's type.
fn typed(text: &str, value_type: ValueType) -> Option<Value<'_>> {
    match value_type {
        // A complex attribute is asked only whether it is there.
        ValueType::Text | ValueType::ExactText | ValueType::Complex => Some(Value::Text(text)),
        ValueType::Boolean if text.eq_ignore_ascii_case("true") => Some(Value::Bool(true)),
        ValueType::Boolean if text.eq_ignore_ascii_case("false") => Some(Value::Bool(false)),
        ValueType::Boolean => None,
        ValueType::Number => text.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Number),
        ValueType::DateTime => parse_instant(text).map(Value::Instant),
    }
}

/// A SCIM value as the string that a claim carries.
fn as_text(datum: Datum<'_>) -> Datum<'_> {
    match datum.value() {
        Value::Bool(true) => text("true"),
        Value::Bool(false) => text("false"),
        Value::Number(value) => Datum::Made(value.to_string()),
        Value::Text(_) | Value::Instant(_) => datum,
    }
}
