//! Examples as people: a SCIM user, groups and attributes, written as a test file has them.

use serde_json::{Map, Value, json};

use super::collection::Collection;
use super::question::Example;
use super::scalar::Scalar;
use super::view::View;
use super::world::{Element, Place, Variable, World};
use crate::condition::{Attribute, ValueType};
use crate::engine::{Engine, Event, Person};
use crate::foundry::Attributes;
use crate::scim::{Fact, Group, GroupRef, Groups, User};

/// Somebody who shows something, or a group that does. The plain evaluator has confirmed it.
///
/// It holds all that a test in a `*.test.yaml` says of a person, with the same meaning: what is not said is not there.
#[derive(Clone, Debug, PartialEq)]
pub struct Witness {
    pub(super) event: Event,
    user: Map<String, Value>,
    parsed: User,
    groups: Vec<MemberOf>,
    internal_groups: Vec<String>,
    /// Foundry attributes; `None` where no rule asks for any.
    attributes: Option<Attributes>,
}

/// A provider group that somebody is in.
#[derive(Clone, Debug, PartialEq)]
struct MemberOf {
    display_name: String,
    external_id: Option<String>,
}

/// A provider group that shows something.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupWitness {
    group: Group,
    json: Map<String, Value>,
}

impl World {
    /// Adds what every user has, where nothing is said of it.
    pub(super) fn complete(&self, example: &mut Example) {
        let attribute = |name: &str| Place::Attribute { extension: None, name: name.to_owned() };
        let name = self.usual_name(example);
        for (name, value) in [("userName", Scalar::Text(name)), ("active", Scalar::Bool(true))] {
            if let Some(variable) = self.variable_at(&attribute(name)) {
                let usual = || Collection(vec![Element(vec![Some(value)])]);
                example.collections.entry(variable).or_insert_with(usual);
            }
        }
    }
}

impl World {
    /// What somebody is called of whom no name is said: as the first address is.
    fn usual_name(&self, example: &Example) -> String {
        let emails = Place::Attribute { extension: None, name: "emails".to_owned() };
        let emails = self.variable_at(&emails).and_then(|variable| example.collections.get(&variable));
        let address = emails.and_then(|emails| emails.0.first()?.get(0)?.as_text());
        address.unwrap_or("ada.lovelace@example.com").to_owned()
    }
}

impl Witness {
    /// The person of an example; `None` where SCIM cannot say it.
    pub(super) fn new(world: &World, view: &View<'_>, example: &Example, event: Event) -> Option<Witness> {
        let mut draft = Draft {
            event,
            user: Map::new(),
            groups: Vec::new(),
            internal_groups: Vec::new(),
            attributes: Attributes::new(),
        };
        draft.user.insert("userName".to_owned(), world.usual_name(example).into());
        draft.user.insert("active".to_owned(), true.into());
        for (variable, collection) in &example.collections {
            draft.add(world.get(*variable), collection, view)?;
        }
        let asks_for_attributes =
            world.variables().any(|(_, variable)| matches!(variable.place, Place::Foundry(_) | Place::Left { .. }));
        Some(Witness {
            event,
            parsed: User::from_json(&Value::Object(draft.user.clone()).to_string()).ok()?,
            user: draft.user,
            groups: draft.groups,
            internal_groups: draft.internal_groups,
            attributes: asks_for_attributes.then_some(draft.attributes),
        })
    }

    /// The event at which it shows what it shows.
    pub fn event(&self) -> Event {
        self.event
    }

    /// The name of the user.
    pub fn user_name(&self) -> &str {
        self.parsed.user_name()
    }

    /// The names of the groups: those of the provider, and the internal ones.
    pub fn group_names(&self) -> impl Iterator<Item = &str> {
        let internal = self.internal_groups.iter().map(String::as_str);
        self.groups.iter().map(|group| group.display_name.as_str()).chain(internal)
    }

    /// The SCIM user.
    pub fn user(&self) -> &User {
        &self.parsed
    }

    /// Hands the person out as an engine sees one.
    pub fn with_person<R>(&self, engine: &Engine, then: impl FnOnce(&Person<'_>) -> R) -> R {
        let nothing = Attributes::new();
        let groups = self.groups.iter().map(MemberOf::as_ref).collect();
        let internal = self.internal_groups.iter().map(String::as_str).collect();
        let person = Person::new(&self.parsed)
            .provider_groups(Groups::Exactly(groups))
            .internal_groups(Fact::Known(internal))
            .foundry_attributes(Fact::Known(self.attributes.as_ref().unwrap_or(&nothing)));
        let Some(stated) = &self.attributes else { return then(&person) };
        let (mut claims, untold) = engine.attributes_after_login(&person);
        // Of what no mapping tells, stating some attributes says that there is nothing.
        claims.extend(untold.into_iter().map(|name| (name, Vec::new())));
        claims.extend(stated.clone());
        then(&person.claims(&claims))
    }

    /// The person and the event in the shape of a test.
    pub fn to_json(&self) -> Value {
        let mut test = Map::new();
        test.insert("event".to_owned(), self.event.as_str().into());
        test.insert("user".to_owned(), Value::Object(self.user.clone()));
        if !self.groups.is_empty() {
            test.insert("groups".to_owned(), self.groups.iter().map(MemberOf::to_json).collect());
        }
        if !self.internal_groups.is_empty() {
            test.insert("internal-groups".to_owned(), self.internal_groups.clone().into());
        }
        if let Some(attributes) = &self.attributes {
            test.insert("attributes".to_owned(), json!(attributes));
        }
        Value::Object(test)
    }
}

impl GroupWitness {
    /// The group of an example; `None` where SCIM cannot say it.
    pub(super) fn new(world: &World, example: &Example) -> Option<GroupWitness> {
        let mut json = Map::new();
        json.insert("displayName".to_owned(), "Finance".into());
        for (variable, collection) in &example.collections {
            let name = match world.get(*variable).place {
                Place::GroupName => "displayName",
                Place::GroupExternalId => "externalId",
                _ => continue,
            };
            if let Some(value) = collection.0.first().and_then(|element| element.get(0)) {
                json.insert(name.to_owned(), value.to_json()?);
            }
        }
        let group = Group::from_json(&Value::Object(json.clone()).to_string()).ok()?;
        Some(GroupWitness { group, json })
    }

    /// The group.
    pub fn group(&self) -> &Group {
        &self.group
    }

    /// The group as a SCIM server writes it.
    pub fn to_json(&self) -> Value {
        json!({ "group": self.json })
    }
}

impl MemberOf {
    fn as_ref(&self) -> GroupRef<'_> {
        GroupRef { external_id: Fact::Known(self.external_id.as_deref()), ..GroupRef::named(&self.display_name) }
    }

    fn to_json(&self) -> Value {
        match &self.external_id {
            None => self.display_name.as_str().into(),
            Some(id) => json!({ "displayName": self.display_name, "externalId": id }),
        }
    }
}

/// A person that is being put together.
struct Draft {
    event: Event,
    user: Map<String, Value>,
    groups: Vec<MemberOf>,
    internal_groups: Vec<String>,
    attributes: Attributes,
}

impl Draft {
    fn add(&mut self, variable: &Variable, collection: &Collection, view: &View<'_>) -> Option<()> {
        let texts = || -> Option<Vec<String>> {
            collection.0.iter().map(|element| element.get(0).and_then(Scalar::to_text)).collect()
        };
        match &variable.place {
            Place::Attribute { extension, name } => {
                let value = of_attribute(variable, collection)?;
                set(&mut self.user, extension.as_deref(), name, None, value);
            }
            Place::Part { extension, name, sub } => {
                let value = of_attribute(variable, collection)?;
                set(&mut self.user, extension.as_deref(), name, Some(sub), value);
            }
            Place::ProviderGroups => {
                let text = |element: &Element, part| element.get(part).and_then(Scalar::as_text).map(str::to_owned);
                for element in &collection.0 {
                    self.groups.push(MemberOf { display_name: text(element, 0)?, external_id: text(element, 1) });
                }
            }
            Place::InternalGroups => self.internal_groups = texts()?,
            Place::Foundry(name) => self.foundry(name, texts()?, view),
            Place::Left { extension, name, sub } => {
                let attribute = attribute(extension.clone(), name, sub.clone());
                let held = view.filled_from(&attribute).unwrap_or(name);
                self.attributes.insert(held.to_owned(), texts()?);
            }
            Place::GroupName | Place::GroupExternalId | Place::Unsaid(_) => {}
        }
        Some(())
    }

    /// A Foundry attribute: at a login it comes from where the mapping says.
    fn foundry(&mut self, name: &str, values: Vec<String>, view: &View<'_>) {
        let source = view.source_of(name).filter(|_| self.event == Event::Login);
        let Some(source) = source else {
            self.attributes.insert(name.to_owned(), values);
            return;
        };
        let typed = |text: &String| -> Value {
            match source.value_type {
                ValueType::Boolean => text.parse().map_or(text.as_str().into(), |value: bool| value.into()),
                ValueType::Number => text.parse().map_or(text.as_str().into(), |value: f64| value.into()),
                _ => text.as_str().into(),
            }
        };
        let mut typed: Vec<Value> = values.iter().map(typed).collect();
        let value = match (source.multi_valued, typed.len()) {
            (_, 0) => return,
            (false, 1) => typed.remove(0),
            _ => Value::Array(typed),
        };
        let is_said = get(&self.user, source.extension.as_deref(), &source.name).is_some();
        if !is_said {
            set(&mut self.user, source.extension.as_deref(), &source.name, source.sub.as_deref(), value);
        }
    }
}

fn attribute(extension: Option<String>, name: &str, sub: Option<String>) -> Attribute {
    let (value_type, multi_valued, synced) = (ValueType::Text, false, false);
    Attribute { extension, name: name.to_owned(), sub, value_type, multi_valued, synced }
}

/// The values of an attribute as a SCIM server writes them; `null` for none.
fn of_attribute(variable: &Variable, collection: &Collection) -> Option<Value> {
    let element = |element: &Element| -> Option<Value> {
        if variable.is_simple() {
            return element.get(0)?.to_json();
        }
        let mut object = Map::new();
        for (index, part) in variable.parts.iter().enumerate() {
            if let Some(value) = element.get(index) {
                object.insert(part.name.to_owned(), value.to_json()?);
            }
        }
        Some(Value::Object(object))
    };
    let mut values = collection.0.iter().map(element).collect::<Option<Vec<_>>>()?;
    let is_list = variable.count == super::world::Count::Many;
    Some(match (is_list, values.len()) {
        (true, _) => Value::Array(values),
        (false, 0) => Value::Null,
        (false, _) => values.remove(0),
    })
}

fn get<'u>(user: &'u Map<String, Value>, extension: Option<&str>, name: &str) -> Option<&'u Value> {
    match extension {
        None => user.get(name),
        Some(urn) => user.get(urn)?.get(name),
    }
}

/// Puts a value where its path says. Nothing is put for `null`.
fn set(user: &mut Map<String, Value>, extension: Option<&str>, name: &str, sub: Option<&str>, value: Value) {
    if value.is_null() || value.as_array().is_some_and(Vec::is_empty) {
        return;
    }
    let place = match extension {
        None => Some(user),
        Some(urn) => user.entry(urn).or_insert_with(|| json!({})).as_object_mut(),
    };
    let Some(place) = place else { return };
    let Some(sub) = sub else {
        place.insert(name.to_owned(), value);
        return;
    };
    if let Value::Array(values) = value {
        // Several values of a part are parts of several elements.
        let elements: Vec<Value> = values.into_iter().map(|value| json!({ sub: value })).collect();
        place.insert(name.to_owned(), elements.into());
    } else if let Some(object) = place.entry(name).or_insert_with(|| json!({})).as_object_mut() {
        object.insert(sub.to_owned(), value);
    }
}
