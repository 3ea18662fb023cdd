//! The schema extensions that a snapshot's users carry.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::json::{Json, Object};
use super::schema::misspelt_urn;
use super::snapshot::{Record, Snapshot};
use super::unusable::Kind;
use super::user::User;
use crate::condition::{AttributeDefinition, CORE_USER, ENTERPRISE_USER, ValueType};
use crate::source::{Problem, Severity};

/// A schema extension, as it was seen.
///
/// The snapshot carries no schema, so strings are taken to compare without case (the default of RFC 7643 section 2.2)
/// and date-times are strings. An attribute of several types is text; one that is always absent too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Its URN, as the first user spells it.
    pub urn: String,
    /// Its attributes, by name. An attribute is multi-valued where some user has an array there.
    pub attributes: Vec<AttributeDefinition>,
}

impl Snapshot {
    /// The extensions that users carry, other than the enterprise one, by URN.
    pub fn extensions(&self) -> Vec<Extension> {
        self.extensions.clone()
    }
}

/// How many different extensions are told apart.
const MOST_EXTENSIONS: usize = 1000;
/// How many attributes are told apart in an extension, and how many sub-attributes in an attribute.
const MOST_ATTRIBUTES: usize = 1000;

/// The extensions of users, and a problem where there are too many.
pub(super) fn collect(users: &[Record<User>]) -> (Vec<Extension>, Option<Problem>) {
    let mut seen: BTreeMap<String, (String, Seen)> = BTreeMap::new();
    let mut beyond: Option<&Record<User>> = None;
    for user in users {
        for (name, value) in user.resource.object().entries() {
            let Json::Object(extension) = value else { continue };
            if !is_extension(name) {
                continue;
            }
            match entry(&mut seen, name, MOST_EXTENSIONS) {
                Some((_, attributes)) => attributes.look_at_all(extension),
                None => beyond = beyond.or(Some(user)),
            }
        }
    }
    let extension = |(urn, seen): (String, Seen)| Extension { urn, attributes: seen.attributes() };
    (seen.into_values().map(extension).collect(), beyond.map(too_many))
}

fn too_many(first: &Record<User>) -> Problem {
    let message = format!("the users carry more than {MOST_EXTENSIONS} different schema extensions");
    Problem::new("too-many-extensions", Severity::Info, first.place.whole(), message)
        .label("the first one beyond")
        .topic(Kind::Users.topic())
        .help(format!("give extensions a URN each, not each user one; conditions know the first {MOST_EXTENSIONS}"))
}

pub(super) fn is_extension(name: &str) -> bool {
    let known = [CORE_USER, ENTERPRISE_USER].iter().any(|urn| name.eq_ignore_ascii_case(urn));
    // Attribute names hold no colon (RFC 7643 section 2.1), so what does is a schema's URI.
    name.contains(':') && !known && misspelt_urn(name).is_none()
}

/// What stands under a name, without case; `None` where it is a new one and there are `most` already.
fn entry<'m, T: Default>(
    map: &'m mut BTreeMap<String, (String, T)>,
    name: &str,
    most: usize,
) -> Option<&'m mut (String, T)> {
    let is_full = map.len() >= most;
    match map.entry(name.to_ascii_lowercase()) {
        Entry::Occupied(known) => Some(known.into_mut()),
        Entry::Vacant(_) if is_full => None,
        Entry::Vacant(new) => Some(new.insert((name.to_owned(), T::default()))),
    }
}

/// What was seen under the names of an object.
#[derive(Default)]
struct Seen(BTreeMap<String, (String, Values)>);

/// What was seen under one name.
#[derive(Default)]
struct Values {
    text: bool,
    boolean: bool,
    string_boolean: bool,
    number: bool,
    complex: bool,
    several: bool,
    subs: Seen,
}

impl Seen {
    fn look_at_all(&mut self, object: &Object) {
        for (name, value) in object.entries() {
            if let Some((_, values)) = entry(&mut self.0, name, MOST_ATTRIBUTES) {
                values.look_at(value);
            }
        }
    }

    fn attributes(self) -> Vec<AttributeDefinition> {
        let attribute = |(name, values): (String, Values)| AttributeDefinition {
            name,
            value_type: values.value_type(),
            multi_valued: values.several,
            sub_attributes: values.subs.attributes(),
        };
        self.0.into_values().map(attribute).collect()
    }
}

impl Values {
    fn look_at(&mut self, value: &Json) {
        match value {
            Json::Null => {}
            Json::Bool(_) => self.boolean = true,
            Json::Number(_) => self.number = true,
            Json::String(_) if value.as_bool().is_some() => self.string_boolean = true,
            Json::String(_) => self.text = true,
            Json::Object(object) => {
                self.complex = true;
                self.subs.look_at_all(object);
            }
            Json::Array(items) => {
                self.several = true;
                items.iter().for_each(|item| self.look_at(item));
            }
        }
    }

    fn value_type(&self) -> ValueType {
        match self {
            Values { complex: true, .. } => ValueType::Complex,
            Values { text: true, .. } => ValueType::Text,
            Values { boolean: true, number: false, .. } => ValueType::Boolean,
            Values { number: true, boolean: false, string_boolean: false, .. } => ValueType::Number,
            _ => ValueType::Text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{codes, snapshot};
    use super::*;

    #[test]
    fn extensions_without_end_are_cut_off_and_said() {
        let user = |n: usize| format!(r#"{{"userName":"u{n}","urn:x:{n}":{{"a":1}},"urn:x:one":{{"b{n}":1}}}}"#);
        let users = |count| (0..count).map(user).collect::<Vec<_>>().join("\n");
        let few = snapshot(&[&users(999)], &[]);
        assert_eq!((few.extensions().len(), codes(&few)), (1000, vec!["missing-id"]));
        let many = snapshot(&[&users(3000)], &[]);
        assert_eq!((many.extensions().len(), codes(&many)), (1000, vec!["missing-id", "too-many-extensions"]));
        let one = many.extensions().into_iter().find(|extension| extension.urn == "urn:x:one");
        assert_eq!(one.map(|extension| extension.attributes.len()), Some(1000));
    }

    #[test]
    fn extensions_are_described_as_they_are_seen() {
        let users = r#"[
            {"userName":"a","urn:x:B":{"Flag":true,"level":1,"note":null,"mixed":1},"urn:x:a":{"tags":["t"]}},
            {"userName":"b","URN:X:B":{"flag":"False","Level":2.5,"mixed":"one","boss":{"value":"v","since":3}}},
            {"userName":"c","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"F"},
             "urn:ietf:params:scim:schemas:extension:enterprise:2.0User":{"department":"F"}, "urn:x:text":"no object"}]"#;
        let described: Vec<String> = snapshot(&[users], &[])
            .extensions()
            .iter()
            .map(|extension| {
                let attribute = |a: &AttributeDefinition| {
                    let several = if a.multi_valued { "*" } else { "" };
                    let subs: String =
                        a.sub_attributes.iter().map(|sub| format!(".{}:{:?}", sub.name, sub.value_type)).collect();
                    format!("{}{several}:{:?}{subs}", a.name, a.value_type)
                };
                let attributes: Vec<String> = extension.attributes.iter().map(attribute).collect();
                format!("{} {}", extension.urn, attributes.join(" "))
            })
            .collect();
        assert_eq!(
            described,
            [
                "urn:x:a tags*:Text",
                "urn:x:B boss:Complex.since:Number.value:Text Flag:Boolean level:Number mixed:Text note:Text"
            ]
        );
    }
}
