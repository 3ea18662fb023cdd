//! Reading JSON: where a value ends, which name stands twice, why a text is none.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::json::{Entry, Json, Object};
use super::names::Names;
use super::unusable::Unusable;
use crate::source::{Route, Step};

/// A name that stands twice in one object, compared without case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Duplicate {
    /// The second one, from the root of the value that was read.
    pub(crate) route: Route,
    /// How the first one is spelled.
    pub(crate) first: Arc<str>,
    /// How the second one is spelled.
    pub(crate) second: Arc<str>,
}

/// What reading one JSON value gave.
pub(crate) struct Parsed {
    pub(crate) value: Json,
    /// The first duplicate name anywhere in it.
    pub(crate) duplicate: Option<Duplicate>,
    /// One past its last byte.
    pub(crate) end: usize,
}

/// Why a JSON value could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// The byte at which reading stopped.
    pub(crate) offset: usize,
    /// Whether the text ends before the value does.
    pub(crate) truncated: bool,
    /// Whether reading stopped because of the value's depth.
    pub(crate) too_deep: bool,
    /// Whether the value is longer than it may be.
    pub(crate) too_long: bool,
    /// What is wrong, without a position.
    pub(crate) message: String,
}

impl Malformed {
    /// A value that is too long to be read.
    pub(super) fn too_long(offset: usize) -> Self {
        Malformed { offset, truncated: false, too_deep: false, too_long: true, message: "it is too long".to_owned() }
    }
}

/// Reads the JSON value that starts at `start` (white space before it is skipped). What follows it does not matter.
pub(crate) fn parse_at(text: &str, start: usize, names: &mut Names) -> Result<Parsed, Malformed> {
    let mut context = Context { names, duplicate: None };
    let mut deserializer = serde_json::Deserializer::from_str(text.get(start..).unwrap_or(""));
    let result = Seed(&mut context).deserialize(&mut deserializer);
    let end = start + deserializer.into_iter::<de::IgnoredAny>().byte_offset();
    match result {
        Ok(value) => Ok(Parsed { value, duplicate: context.duplicate.map(Found::into_duplicate), end }),
        Err(error) => {
            let offset = (0..=end.min(text.len())).rev().find(|&offset| text.is_char_boundary(offset)).unwrap_or(0);
            let message = without_position(&error);
            let too_deep = message == "recursion limit exceeded";
            Err(Malformed { offset, truncated: error.is_eof(), too_deep, too_long: false, message })
        }
    }
}

/// Reads a text that is one JSON value.
pub(crate) fn parse_whole(text: &str, names: &mut Names) -> Result<Json, Unusable> {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let Parsed { value, duplicate, end } = parse_at(text, start, names)?;
    if let Some(duplicate) = duplicate {
        return Err(duplicate.into());
    }
    let rest = text.get(end..).unwrap_or_default();
    match rest.find(|c: char| !c.is_ascii_whitespace()) {
        None => Ok(value),
        Some(more) => {
            Err(Unusable::Malformed { message: "something follows the value".to_owned(), offset: end + more })
        }
    }
}

/// serde_json appends a position that counts from the start of the record; ours counts from the start of the file.
fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(cut) => text[..cut].to_owned(),
        None => text,
    }
}

struct Context<'n> {
    names: &'n mut Names,
    duplicate: Option<Found>,
}

/// A duplicate whose route is completed, innermost step first, while the reader climbs back to the root.
struct Found {
    reversed: Vec<Step>,
    first: Arc<str>,
    second: Arc<str>,
}

impl Found {
    fn into_duplicate(self) -> Duplicate {
        let steps: Vec<Step> = self.reversed.into_iter().rev().collect();
        Duplicate { route: Route::from(steps), first: self.first, second: self.second }
    }
}

struct Seed<'c, 'n>(&'c mut Context<'n>);

impl<'de> DeserializeSeed<'de> for Seed<'_, '_> {
    type Value = Json;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_, '_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Json, E> {
        serde_json::Number::from_f64(value).map(Json::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::String(text.into()))
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(Json::String(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        loop {
            let clean = self.0.duplicate.is_none();
            let Some(item) = seq.next_element_seed(Seed(self.0))? else { break };
            if let Some(found) = self.0.duplicate.as_mut().filter(|_| clean) {
                found.reversed.push(Step::Index(items.len()));
            }
            items.push(item);
        }
        Ok(Json::Array(items.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut seen = Seen::default();
        let mut entries: Vec<Entry> = Vec::with_capacity(8);
        while let Some(name) = map.next_key_seed(NameSeed(self.0.names))? {
            let clean = self.0.duplicate.is_none();
            if clean && let Some(first) = seen.add(self.0.names, &entries, &name) {
                let reversed = vec![Step::Key(name.as_ref().into())];
                self.0.duplicate = Some(Found { reversed, first, second: name.clone() });
                map.next_value::<de::IgnoredAny>()?;
                continue;
            }
            let value = map.next_value_seed(Seed(self.0))?;
            if let Some(found) = self.0.duplicate.as_mut().filter(|_| clean) {
                found.reversed.push(Step::Key(name.as_ref().into()));
            }
            entries.push(Entry { name, value });
        }
        Ok(Json::Object(Object::from_entries(entries)))
    }
}

/// The names of one object. Few are compared one by one; many through a set, so that an object of a million names
/// takes no quadratic time.
#[derive(Default)]
struct Seen(HashSet<Box<str>>);

impl Seen {
    const FEW: usize = 16;

    /// The earlier spelling of `name`, if it is there.
    fn add(&mut self, names: &Names, entries: &[Entry], name: &str) -> Option<Arc<str>> {
        let earlier = || entries.iter().find(|entry| names.same(&entry.name, name)).map(|entry| entry.name.clone());
        if entries.len() < Self::FEW {
            return earlier();
        }
        if self.0.is_empty() {
            self.0.extend(entries.iter().map(|entry| names.key(&entry.name)));
        }
        if self.0.insert(names.key(name)) { None } else { earlier() }
    }
}

struct NameSeed<'n>(&'n mut Names);

impl<'de> DeserializeSeed<'de> for NameSeed<'_> {
    type Value = Arc<str>;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Arc<str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NameSeed<'_> {
    type Value = Arc<str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Arc<str>, E> {
        Ok(self.0.intern(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Parsed, Malformed> {
        parse_at(text, 0, &mut Names::default())
    }

    #[test]
    fn a_value_ends_where_it_ends() {
        for (text, end) in [("  {\"a\":1} ,", 9), ("[1,2]x", 5), ("12,", 2), ("\"a\"]", 3), ("null}", 4)] {
            assert_eq!(parse(text).map(|parsed| parsed.end), Ok(end), "{text}");
        }
    }

    #[test]
    fn duplicates_are_seen_at_any_depth_and_without_case() {
        let check = |text: &str, route: &str, first: &str, second: &str| {
            let duplicate = parse(text).ok().and_then(|parsed| parsed.duplicate);
            let seen = duplicate.map(|d| (d.route.to_string(), d.first.to_string(), d.second.to_string()));
            assert_eq!(seen, Some((route.to_owned(), first.to_owned(), second.to_owned())), "{text}");
        };
        check(r#"{"a":1,"A":2}"#, "A", "a", "A");
        check(r#"{"x":{"a":1},"y":[0,{"b":1,"B":2}],"z":{"c":1,"c":2}}"#, "y[1].B", "b", "B");
        let many: Vec<String> = (0..40).map(|n| format!("\"n{n}\":{n}")).collect();
        check(&format!("{{{},\"N7\":0}}", many.join(",")), "N7", "n7", "N7");
        assert_eq!(parse(&format!("{{{}}}", many.join(","))).ok().and_then(|parsed| parsed.duplicate), None);
    }

    #[test]
    fn a_malformed_value_says_where_and_whether_the_text_ended() {
        for (text, offset, truncated) in
            [("{\"a\":", 5, true), ("[1,2", 4, true), ("{\"a\":\"b", 7, true), ("{\"a\" 1}", 5, false), ("", 0, true)]
        {
            let error = parse(text).map(|parsed| parsed.value).expect_err(text);
            assert_eq!((error.offset, error.truncated), (offset, truncated), "{text}: {}", error.message);
            assert!(!error.message.contains("line"), "{}", error.message);
        }
    }

    #[test]
    fn deep_nesting_is_refused_and_not_followed() {
        let error = parse(&"[".repeat(100_000)).map(|parsed| parsed.value).expect_err("too deep");
        assert!(!error.truncated);
        assert_eq!(error.message, "recursion limit exceeded");
    }

    #[test]
    fn many_names_take_no_quadratic_time() {
        let names: Vec<String> = (0..30_000).map(|n| format!("\"n{n}\":0")).collect();
        assert_eq!(parse(&format!("{{{}}}", names.join(","))).map(|parsed| parsed.value.is_absent()), Ok(false));
    }
}
