//! The values of attributes, as conditions ask for them.

use super::fact::Fact;
use super::json::{Json, Object};
use super::schema::{self, ENTERPRISE_USER};
use super::user::User;
use crate::condition::{Attribute, Value, ValueType, parse_instant};

impl User {
    /// The values of an attribute; empty where it is known to have none.
    ///
    /// Undetermined where the user has no `active` and that is asked for, where a value is of another type than the
    /// attribute's (also one of several), and where an enterprise attribute stands outside of its extension or under a
    /// misspelt URN: what Foundry's server made of it is not known. A complex attribute without a sub-attribute has no
    /// values of its own, so it is undetermined too; [`User::is_present`] and [`User::elements`] answer for it.
    pub fn values(&self, attribute: &Attribute) -> Fact<Vec<Value<'_>>> {
        let json = match self.located(attribute) {
            Fact::Known(Some(json)) => json,
            Fact::Known(None) => return Fact::Known(Vec::new()),
            Fact::Undetermined => return Fact::Undetermined,
        };
        let mut values = Vec::new();
        let read = match &attribute.sub {
            Some(sub) => items(json).iter().all(|item| push_sub(item, sub, attribute.value_type, &mut values)),
            None if attribute.multi_valued => {
                items(json).iter().all(|item| push(item, attribute.value_type, &mut values))
            }
            None => push(json, attribute.value_type, &mut values),
        };
        if read { Fact::Known(values) } else { Fact::Undetermined }
    }

    /// Whether an attribute has a value (`pr`). A complex attribute has one where some sub-attribute has.
    pub fn is_present(&self, attribute: &Attribute) -> Fact<bool> {
        self.located(attribute).and_then(|json| {
            let Some(json) = json else { return Fact::Known(false) };
            let Some(sub) = &attribute.sub else {
                return Fact::Known(items(json).iter().any(|item| match item {
                    Json::Object(object) => object.entries().any(|(_, value)| !value.is_absent()),
                    other => !other.is_absent(),
                }));
            };
            let mut objects = items(json).iter().filter(|item| !item.is_absent());
            let readable = |item: &Json| item.as_object().is_some() || sub.eq_ignore_ascii_case("value");
            let holds = |item: &Json| item.as_object().is_none_or(|object| object.assigned(sub).is_some());
            if !objects.clone().all(readable) {
                return Fact::Undetermined;
            }
            Fact::Known(objects.any(holds))
        })
    }

    /// The elements of a multi-valued complex attribute, or the one value of a single complex one: what a filter in
    /// `[…]` is tested on.
    pub fn elements(&self, attribute: &Attribute) -> Fact<Vec<&Object>> {
        self.located(attribute).and_then(|json| {
            let mut elements = Vec::new();
            for item in json.map(items).unwrap_or_default() {
                match item {
                    Json::Object(object) => elements.push(object),
                    Json::Null => {}
                    _ => return Fact::Undetermined,
                }
            }
            Fact::Known(elements)
        })
    }

    /// What stands under the attribute, `null` and `[]` left out.
    fn located(&self, attribute: &Attribute) -> Fact<Option<&Json>> {
        let user = self.object();
        let name = &*attribute.name;
        let Some(urn) = &attribute.extension else {
            return match user.assigned(name) {
                None if name.eq_ignore_ascii_case("active") => Fact::Undetermined,
                found => Fact::Known(found),
            };
        };
        let found = match user.assigned(urn) {
            None => None,
            Some(Json::Object(extension)) => extension.assigned(name),
            Some(_) => return Fact::Undetermined,
        };
        if found.is_none() && urn.eq_ignore_ascii_case(ENTERPRISE_USER) && stands_elsewhere(user, name) {
            return Fact::Undetermined;
        }
        Fact::Known(found)
    }
}

impl Object {
    /// The values of a sub-attribute of this element; empty where it is absent, undetermined where one has another type.
    pub fn element_values(&self, sub: &str, value_type: ValueType) -> Fact<Vec<Value<'_>>> {
        let mut values = Vec::new();
        let read = match self.assigned(sub) {
            None => true,
            Some(json) => items(json).iter().all(|item| push(item, value_type, &mut values)),
        };
        if read { Fact::Known(values) } else { Fact::Undetermined }
    }
}

fn stands_elsewhere(user: &Object, name: &str) -> bool {
    schema::is_misplaced(user, name)
        || schema::misspelt_enterprise(user).is_some_and(|extension| extension.assigned(name).is_some())
}

/// The items of an array; anything else is its own only item.
fn items(json: &Json) -> &[Json] {
    match json {
        Json::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}

/// A bare value among complex ones counts as its `value`.
fn push_sub<'v>(item: &'v Json, sub: &str, value_type: ValueType, values: &mut Vec<Value<'v>>) -> bool {
    match item {
        Json::Object(object) => match object.assigned(sub) {
            None => true,
            Some(json) => items(json).iter().all(|item| push(item, value_type, values)),
        },
        Json::Null => true,
        bare => sub.eq_ignore_ascii_case("value") && push(bare, value_type, values),
    }
}

/// Adds one value; `false` where it is of another type.
fn push<'v>(json: &'v Json, value_type: ValueType, values: &mut Vec<Value<'v>>) -> bool {
    let value = match (value_type, json) {
        (_, Json::Null) => return true,
        (ValueType::Text | ValueType::ExactText, Json::String(text)) => Some(Value::Text(text)),
        (ValueType::Boolean, json) => json.as_bool().map(Value::Bool),
        (ValueType::Number, Json::Number(number)) => number.as_f64().map(Value::Number),
        (ValueType::DateTime, Json::String(text)) => parse_instant(text).map(Value::Instant),
        _ => None,
    };
    values.extend(value);
    value.is_some()
}
