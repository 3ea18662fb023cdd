//! Reading a usual user: what is asked for is kept, the rest is passed over in the text.
//!
//! Everything that makes a record unusable, and everything that departs from the schema in what is kept, is left to the
//! reader of whole records: here it ends in an error that says nothing. So a user that is read here is the one that the
//! other would have read, without what is not kept.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::lexicon::{FOLDS, Lexicon, Meaning};
use super::projection::Projection;
use crate::condition::schema::{ENTERPRISE, Row};
use crate::condition::{CORE_USER, parse_instant};
use crate::scim::json::Entry;
use crate::scim::schema::conforms;
use crate::scim::{Json, Object, User};

/// Reads users one after the other.
#[derive(Debug)]
pub(super) struct Fast<'p> {
    lexicon: Lexicon<'p>,
    entries: Vec<Entry>,
    modified: Option<i64>,
    /// The extensions that users carry and that are not known, with their attributes, by index of the lexicon.
    extensions: Vec<(usize, usize)>,
}

/// A user that was read.
pub(super) struct FastUser {
    pub(super) user: User,
    /// When it was last modified, in nanoseconds.
    pub(super) modified: Option<i64>,
    /// One past the last byte of the record.
    pub(super) end: usize,
}

impl<'p> Fast<'p> {
    pub(super) fn new(projection: &'p Projection) -> Self {
        Fast { lexicon: Lexicon::new(projection), entries: Vec::new(), modified: None, extensions: Vec::new() }
    }

    /// The user at the start of a text; `None` where the reader of whole records has to look at it.
    pub(super) fn read(&mut self, text: &str) -> Option<FastUser> {
        self.entries.clear();
        self.modified = None;
        let mut deserializer = serde_json::Deserializer::from_str(text);
        deserializer.deserialize_map(TopVisitor(self)).ok()?;
        let end = deserializer.into_iter::<de::IgnoredAny>().byte_offset();
        let object = Object::from_entries(std::mem::take(&mut self.entries));
        let is_text = |name| object.get(name).and_then(Json::as_str).is_some();
        if !is_text("id") || !is_text("userName") {
            return None;
        }
        Some(FastUser { user: User::of_conforming(object), modified: self.modified, end })
    }

    /// Takes the memory of a user back.
    pub(super) fn recycle(&mut self, user: User) {
        self.entries = user.into_entries();
        self.entries.clear();
    }

    /// The unknown extensions that users carried: the URN and the name of an attribute, each pair once.
    pub(super) fn extensions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.extensions
            .iter()
            .filter_map(|&(urn, name)| Some((&*self.lexicon.name(urn)?.text, &*self.lexicon.name(name)?.text)))
    }

    fn note_extension(&mut self, urn: usize, name: usize) {
        if !self.extensions.contains(&(urn, name)) {
            self.extensions.push((urn, name));
        }
    }
}

/// The error behind which the reader of whole records looks again.
pub(super) fn unusual<E: Error>() -> E {
    E::custom("")
}

/// The names of one object.
#[derive(Default)]
pub(super) struct Names([u64; FOLDS / 64]);

impl Names {
    /// Adds a name; `false` where it is there, or cannot be told from others.
    fn add(&mut self, fold: usize) -> bool {
        let Some(word) = self.0.get_mut(fold / 64) else { return false };
        let bit = 1 << (fold % 64);
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }
}

/// The next name of an object, by its index in the lexicon.
pub(super) fn next_name<'de, A: MapAccess<'de>>(
    map: &mut A,
    lexicon: &mut Lexicon<'_>,
    names: &mut Names,
) -> Result<Option<usize>, A::Error> {
    let Some(index) = map.next_key_seed(NameSeed(lexicon))? else { return Ok(None) };
    let fold = lexicon.name(index).map_or(FOLDS, |met| met.fold);
    if names.add(fold) { Ok(Some(index)) } else { Err(unusual()) }
}

struct NameSeed<'l, 'p>(&'l mut Lexicon<'p>);

impl<'de> DeserializeSeed<'de> for NameSeed<'_, '_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NameSeed<'_, '_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<usize, E> {
        self.0.index(name).ok_or_else(unusual)
    }
}

/// The user itself.
struct TopVisitor<'f, 'p>(&'f mut Fast<'p>);

impl<'de> Visitor<'de> for TopVisitor<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a user")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let fast = self.0;
        let mut names = Names::default();
        while let Some(index) = next_name(&mut map, &mut fast.lexicon, &mut names)? {
            let Some(met) = fast.lexicon.name(index) else { return Err(unusual()) };
            match met.meaning {
                Meaning::Nothing => map.next_value_seed(Pass(&mut fast.lexicon))?,
                Meaning::Schemas if !fast.lexicon.projection.keeps("schemas") => {
                    map.next_value_seed(Schemas(CORE_USER))?
                }
                Meaning::Meta if !fast.lexicon.projection.keeps("meta") => map.next_value_seed(Meta(fast))?,
                // Conditions hardly ask for these; the reader of whole records can tell.
                Meaning::Schemas | Meaning::Meta | Meaning::Unusual => return Err(unusual()),
                Meaning::OtherExtension => map.next_value_seed(Other { fast, urn: index })?,
                Meaning::Extension(extension) => {
                    let name = met.text.clone();
                    let value = map.next_value_seed(Extension { fast, extension })?;
                    fast.entries.push(Entry { name, value: Json::Object(value) });
                }
                Meaning::Kept(row) => {
                    let name = met.text.clone();
                    let value = map.next_value_seed(Keep(fast))?;
                    if !conforms(&value, row) {
                        return Err(unusual());
                    }
                    fast.entries.push(Entry { name, value });
                }
            }
        }
        Ok(())
    }
}

/// Passes over a value. Only the names in it are looked at, for one that stands twice.
pub(super) struct Pass<'l, 'p>(pub(super) &'l mut Lexicon<'p>);

impl<'de> DeserializeSeed<'de> for Pass<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Pass<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        if value.is_finite() { Ok(()) } else { Err(unusual()) }
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Pass(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut names = Names::default();
        while next_name(&mut map, self.0, &mut names)?.is_some() {
            map.next_value_seed(Pass(self.0))?;
        }
        Ok(())
    }
}

/// Keeps a value.
struct Keep<'f, 'p>(&'f mut Fast<'p>);

impl<'de> DeserializeSeed<'de> for Keep<'_, '_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Keep<'_, '_> {
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

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        serde_json::Number::from_f64(value).map(Json::Number).ok_or_else(unusual)
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::String(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(Keep(self.0))? {
            items.push(item);
        }
        Ok(Json::Array(items.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut names = Names::default();
        let mut entries = Vec::with_capacity(4);
        while let Some(index) = next_name(&mut map, &mut self.0.lexicon, &mut names)? {
            let value = map.next_value_seed(Keep(self.0))?;
            let name = self.0.lexicon.name(index).map(|met| met.text.clone()).ok_or_else(unusual)?;
            entries.push(Entry { name, value });
        }
        Ok(Json::Object(Object::from_entries(entries)))
    }
}

/// An extension of which some attributes are kept.
struct Extension<'f, 'p> {
    fast: &'f mut Fast<'p>,
    extension: usize,
}

impl<'de> DeserializeSeed<'de> for Extension<'_, '_> {
    type Value = Object;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Object, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Extension<'_, '_> {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an extension")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let Extension { fast, extension } = self;
        let mut names = Names::default();
        let mut entries = Vec::with_capacity(4);
        while let Some(index) = next_name(&mut map, &mut fast.lexicon, &mut names)? {
            let Some(name) = fast.lexicon.name(index).map(|met| met.text.clone()) else { return Err(unusual()) };
            if !fast.lexicon.projection.keeps_under(extension, &name) {
                map.next_value_seed(Pass(&mut fast.lexicon))?;
                continue;
            }
            let value = map.next_value_seed(Keep(fast))?;
            let row: Option<&Row> = ENTERPRISE.iter().find(|row| name.eq_ignore_ascii_case(row.name));
            if fast.lexicon.projection.is_enterprise(extension) && row.is_some_and(|row| !conforms(&value, row)) {
                return Err(unusual());
            }
            entries.push(Entry { name, value });
        }
        Ok(Object::from_entries(entries))
    }
}

/// An extension of which nothing is kept. Its names are noted: they may change what a condition means.
struct Other<'f, 'p> {
    fast: &'f mut Fast<'p>,
    urn: usize,
}

impl<'de> DeserializeSeed<'de> for Other<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        // What is no object is no extension, and rare enough.
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Other<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an extension")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut names = Names::default();
        while let Some(index) = next_name(&mut map, &mut self.fast.lexicon, &mut names)? {
            self.fast.note_extension(self.urn, index);
            map.next_value_seed(Pass(&mut self.fast.lexicon))?;
        }
        Ok(())
    }
}

/// The schemas of a user: the core schema says what the record is.
pub(super) struct Schemas(pub(super) &'static str);

impl<'de> DeserializeSeed<'de> for Schemas {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Schemas {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("schemas")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Schema(self.0))?.is_some() {}
        Ok(())
    }
}

struct Schema(&'static str);

impl<'de> DeserializeSeed<'de> for Schema {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Schema {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a schema")
    }

    fn visit_str<E: Error>(self, schema: &str) -> Result<(), E> {
        /// Under these stand the types of resources and the messages of the protocol.
        const TELLING: [&str; 2] = ["urn:ietf:params:scim:schemas:core:", "urn:ietf:params:scim:api:"];
        const RESPONSE: &str = ":ListResponse";
        let starts = |prefix: &&str| schema.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        let is_response = || {
            let end = schema.len().checked_sub(RESPONSE.len()).and_then(|from| schema.get(from..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(RESPONSE))
        };
        let is_usual = schema == self.0 || !(TELLING.iter().any(starts) || is_response());
        if is_usual { Ok(()) } else { Err(unusual()) }
    }
}

/// `meta`: what it says of the type, and when the user was last modified.
struct Meta<'f, 'p>(&'f mut Fast<'p>);

impl<'de> DeserializeSeed<'de> for Meta<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Meta<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("meta")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let fast = self.0;
        let mut names = Names::default();
        while let Some(index) = next_name(&mut map, &mut fast.lexicon, &mut names)? {
            let Some(name) = fast.lexicon.name(index).map(|met| met.text.clone()) else { return Err(unusual()) };
            if name.eq_ignore_ascii_case("resourceType") {
                map.next_value_seed(Fits(|text: &str| {
                    text.eq_ignore_ascii_case("User") || text.eq_ignore_ascii_case("Users")
                }))?;
            } else if name.eq_ignore_ascii_case("lastModified") {
                map.next_value_seed(Fits(|text: &str| {
                    fast.modified = nanoseconds(text);
                    fast.modified.is_some()
                }))?;
            } else {
                map.next_value_seed(Pass(&mut fast.lexicon))?;
            }
        }
        Ok(())
    }
}

/// An instant as a number.
pub(super) fn nanoseconds(text: &str) -> Option<i64> {
    i64::try_from(parse_instant(text)?.as_nanosecond()).ok()
}

/// A text of which this holds.
pub(super) struct Fits<F>(pub(super) F);

impl<'de, F: FnMut(&str) -> bool> DeserializeSeed<'de> for Fits<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<F: FnMut(&str) -> bool> Visitor<'_> for Fits<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<(), E> {
        if (self.0)(text) { Ok(()) } else { Err(unusual()) }
    }
}
