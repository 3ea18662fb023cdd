//! JSON as SCIM has it: names without case, in the order and the spelling of the text.

use std::str::FromStr;
use std::sync::Arc;

use serde::ser::{Serialize, SerializeMap, Serializer};

pub(crate) use super::json_read::{Duplicate, Malformed, Parsed, parse_at, parse_whole};
use super::names::Names;
use super::unusable::Unusable;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(serde_json::Number),
    /// A string, decoded.
    String(Box<str>),
    /// The items in order.
    Array(Box<[Json]>),
    /// Names and values.
    Object(Object),
}

/// A JSON object: entries in the order and the spelling of the text, looked up without ASCII case
/// (attribute names are case-insensitive: RFC 7643 section 2.1).
///
/// ```
/// use vestibule::scim::User;
/// let user = User::from_json(r#"{ "USERNAME": "ada", "displayName": null }"#)?;
/// assert!(user.object().get("userName").is_some());
/// assert_eq!(user.object().names().collect::<Vec<_>>(), ["USERNAME", "displayName"]);
/// # Ok::<(), vestibule::scim::Unusable>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    entries: Box<[Entry]>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) name: Arc<str>,
    pub(super) value: Json,
}

impl Json {
    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// The entries of an object.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Json::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The items of an array.
    pub fn as_array(&self) -> Option<&[Json]> {
        match self {
            Json::Array(items) => Some(items),
            _ => None,
        }
    }

    /// A boolean, also one that is written as the string `"True"` or `"false"`, in any case.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Json::Bool(value) => Some(*value),
            Json::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Json::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// Whether it assigns no value: `null` and `[]` mean the same as nothing at all (RFC 7643 section 2.5).
    pub fn is_absent(&self) -> bool {
        match self {
            Json::Null => true,
            Json::Array(items) => items.iter().all(|item| matches!(item, Json::Null)),
            _ => false,
        }
    }

    /// Whether both are the same value, names compared without case.
    pub(super) fn says_the_same(&self, other: &Json) -> bool {
        match (self, other) {
            (Json::Object(a), Json::Object(b)) => a.says_the_same(b),
            (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.says_the_same(b)),
            (a, b) => a == b,
        }
    }

    /// What kind of value it is, in the words of a message.
    pub fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::String(_) => "a string",
            Json::Array(_) => "an array",
            Json::Object(_) => "an object",
        }
    }
}

/// Whether two names are the same without ASCII case. Most names differ in their length or in a letter at either end.
fn is_called(name: &str, other: &str) -> bool {
    let (name, other) = (name.as_bytes(), other.as_bytes());
    let ends = |bytes: &[u8]| (bytes.first().map(u8::to_ascii_lowercase), bytes.last().map(u8::to_ascii_lowercase));
    name.len() == other.len() && ends(name) == ends(other) && name.eq_ignore_ascii_case(other)
}

impl Object {
    /// What a record is known by when it has moved: its id, else its name.
    pub fn known_as(&self) -> &str {
        let names = ["id", "userName", "displayName", "externalId"];
        names.into_iter().find_map(|name| self.get(name)?.as_str()).unwrap_or_default()
    }

    /// The value under a name, without ASCII case.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.entries.iter().find(|entry| is_called(&entry.name, name)).map(|entry| &entry.value)
    }

    /// The value under a name; `None` also where the value is `null` or `[]`.
    pub fn assigned(&self, name: &str) -> Option<&Json> {
        self.get(name).filter(|value| !value.is_absent())
    }

    /// The name as the text spells it.
    pub fn spelling(&self, name: &str) -> Option<&str> {
        self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name)).map(|entry| &*entry.name)
    }

    /// The names in order, as the text spells them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| &*entry.name)
    }

    /// Names and values in order.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.entries.iter().map(|entry| (&*entry.name, &entry.value))
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether both hold the same values under the same names, in whatever order and case of the names.
    pub(super) fn says_the_same(&self, other: &Object) -> bool {
        // Beyond this size only the same order is recognised: comparing in any order takes quadratic time.
        const MOST: usize = 64;
        let same = |entry: &Entry| other.get(&entry.name).is_some_and(|value| entry.value.says_the_same(value));
        self == other
            || (self.entries.len() == other.entries.len()
                && self.entries.len() <= MOST
                && self.entries.iter().all(same))
    }

    pub(super) fn entries_mut(&mut self) -> &mut [Entry] {
        &mut self.entries
    }

    /// The value under a name, to change it.
    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Json> {
        self.entries.iter_mut().find(|entry| entry.name.eq_ignore_ascii_case(name)).map(|entry| &mut entry.value)
    }

    /// Puts a value under a name, in place of the one that is there in whatever case; that name keeps its spelling.
    pub(crate) fn set(&mut self, name: &str, value: Json) {
        if let Some(found) = self.get_mut(name) {
            *found = value;
            return;
        }
        let mut entries = std::mem::take(&mut self.entries).into_vec();
        entries.reserve_exact(1);
        entries.push(Entry { name: name.into(), value });
        self.entries = entries.into();
    }

    /// Takes a value out.
    pub(crate) fn remove(&mut self, name: &str) -> Option<Json> {
        let index = self.entries.iter().position(|entry| entry.name.eq_ignore_ascii_case(name))?;
        let mut entries = std::mem::take(&mut self.entries).into_vec();
        let removed = entries.remove(index);
        self.entries = entries.into();
        Some(removed.value)
    }

    /// Keeps the entries of which this holds.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&str, &Json) -> bool) {
        let mut entries = std::mem::take(&mut self.entries).into_vec();
        entries.retain(|entry| keep(&entry.name, &entry.value));
        self.entries = entries.into();
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn of(name: &str, value: Json) -> Object {
        Object { entries: Box::new([Entry { name: name.into(), value }]) }
    }

    pub(super) fn from_entries(entries: Vec<Entry>) -> Object {
        Object { entries: entries.into() }
    }
}

/// Reads one JSON text, of which every name is a SCIM name: two that differ only in case are an error.
///
/// ```
/// use vestibule::scim::Json;
/// let body: Json = r#"{ "userName": "ada" }"#.parse()?;
/// assert!(body.as_object().is_some_and(|body| body.get("USERNAME").is_some()));
/// # Ok::<(), vestibule::scim::Unusable>(())
/// ```
impl FromStr for Json {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Json, Unusable> {
        parse_whole(text, &mut Names::default())
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(value) => serializer.serialize_bool(*value),
            Json::Number(number) => number.serialize(serializer),
            Json::String(text) => serializer.serialize_str(text),
            Json::Array(items) => serializer.collect_seq(items.iter()),
            Json::Object(object) => object.serialize(serializer),
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.entries.len()))?;
        for (name, value) in self.entries() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object {
        match text.parse() {
            Ok(Json::Object(object)) => object,
            _ => panic!("not an object: {text}"),
        }
    }

    #[test]
    fn names_are_found_without_case_and_kept_as_written() {
        let object = object(r#"{ "UserName": "a", "Emails": [] }"#);
        assert_eq!(object.get("username").and_then(Json::as_str), Some("a"));
        assert_eq!(object.spelling("USERNAME"), Some("UserName"));
        assert_eq!(object.names().collect::<Vec<_>>(), ["UserName", "Emails"]);
        assert!(object.get("emails").is_some() && object.assigned("emails").is_none());
    }

    #[test]
    fn values_keep_what_was_written() {
        let text = r#"{"a":[1,-2,0.5,true,false,null,"ü\n",{}],"b":{"c":[]}}"#;
        assert_eq!(serde_json::to_string(&object(text)).ok().as_deref(), Some(text));
    }

    #[test]
    fn a_value_is_put_in_place_of_the_one_that_is_there() {
        let mut object = object(r#"{"UserName":"a","title":"x"}"#);
        object.set("userName", Json::String("b".into()));
        object.set("active", Json::Bool(true));
        assert_eq!(object.remove("TITLE"), Some(Json::String("x".into())));
        assert_eq!(object.remove("title"), None);
        assert_eq!(serde_json::to_string(&object).ok().as_deref(), Some(r#"{"UserName":"b","active":true}"#));
        object.retain(|name, _| name == "active");
        assert_eq!((object.len(), object.get("userName")), (1, None));
    }

    #[test]
    fn a_text_is_one_value() {
        assert_eq!("\u{feff} 1 \n".parse(), Ok(Json::Number(1.into())));
        let error = |text: &str| text.parse::<Json>().map_err(|error| error.to_string());
        assert_eq!(error("1 2"), Err("the record is not valid JSON: something follows the value".to_owned()));
        assert_eq!(
            error(r#"[{"a":1,"A":2}]"#),
            Err("the names `a` and `A` in one object differ only in case".to_owned())
        );
    }
}
