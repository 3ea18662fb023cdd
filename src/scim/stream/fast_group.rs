//! Reading a usual group: its names are kept, its members become numbers, the rest is passed over in the text.
//!
//! As with users, everything that is not usual is left to the reader of whole records.

use std::fmt;
use std::ops::Range;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::fast::{Fits, Names, Pass, Schemas, nanoseconds, next_name, unusual};
use super::ids::{Ids, Packed};
use super::lexicon::Lexicon;
use crate::scim::Kind;
use crate::scim::records::FRAME_NAMES;

/// The schema of groups.
const CORE_GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// A group that was read.
#[derive(Debug, Default)]
pub(super) struct FastGroup {
    pub(super) id: Option<Box<str>>,
    pub(super) display_name: Option<Box<str>>,
    pub(super) external_id: Option<Box<str>>,
    pub(super) modified: Option<i64>,
    /// Whether it carries `members`.
    pub(super) is_listed: bool,
    is_declared: bool,
    /// One past the last byte of the record.
    pub(super) end: usize,
}

/// The members of groups, one group after the other.
#[derive(Debug, Default)]
pub(super) struct Members {
    packed: Vec<Packed>,
    /// The texts of those that do not fit in 16 bytes.
    texts: String,
}

impl Members {
    /// Adds a member.
    fn add(&mut self, id: &str) {
        let packed = Packed::of(id).unwrap_or_else(|| {
            self.texts.push_str(id);
            Packed::text(self.texts.len() - id.len(), id.len())
        });
        self.packed.push(packed);
    }

    pub(super) fn len(&self) -> usize {
        self.packed.len()
    }

    pub(super) fn truncate(&mut self, length: usize) {
        self.packed.truncate(length);
    }

    pub(super) fn clear(&mut self) {
        self.packed.clear();
        self.texts.clear();
    }

    /// Gives some of them their numbers; `None` where there are too many.
    pub(super) fn settle(&self, range: Range<usize>, ids: &mut Ids, numbers: &mut Vec<u32>) -> Option<()> {
        /// Many at a time are found sooner than one by one: memory is waited for less.
        const MANY: usize = 256;
        for some in self.packed.get(range)?.chunks(MANY) {
            ids.warm(some);
            for packed in some {
                let number = match packed.as_text(&self.texts) {
                    Some(id) => ids.intern(id)?,
                    None => ids.intern_packed(*packed)?,
                };
                numbers.push(number);
            }
        }
        Some(())
    }
}

/// Reads the group at the start of a text; `None` where the reader of whole records has to look at it. Its members are
/// added to `members`.
pub(super) fn read(text: &str, lexicon: &mut Lexicon<'_>, members: &mut Members) -> Option<FastGroup> {
    let before = members.len();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    match deserializer.deserialize_map(GroupVisitor { lexicon, members }) {
        Ok(mut group) if group.is_declared && group.id.is_some() && group.display_name.is_some() => {
            group.end = deserializer.into_iter::<de::IgnoredAny>().byte_offset();
            Some(group)
        }
        _ => {
            members.truncate(before);
            None
        }
    }
}

struct GroupVisitor<'l, 'p> {
    lexicon: &'l mut Lexicon<'p>,
    members: &'l mut Members,
}

impl<'de> Visitor<'de> for GroupVisitor<'_, '_> {
    type Value = FastGroup;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a group")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FastGroup, A::Error> {
        let mut group = FastGroup::default();
        let mut names = Names::default();
        while let Some(index) = next_name(&mut map, self.lexicon, &mut names)? {
            let Some(name) = self.lexicon.name(index).map(|met| met.text.clone()) else { return Err(unusual()) };
            let is = |known: &str| name.eq_ignore_ascii_case(known);
            if is("id") {
                map.next_value_seed(Kept(&mut group.id))?;
            } else if is("displayName") {
                map.next_value_seed(Kept(&mut group.display_name))?;
            } else if is("externalId") {
                map.next_value_seed(Kept(&mut group.external_id))?;
            } else if is("schemas") {
                map.next_value_seed(Schemas(CORE_GROUP))?;
                group.is_declared = true;
            } else if is("meta") {
                map.next_value_seed(Meta { lexicon: self.lexicon, group: &mut group })?;
            } else if is("members") {
                group.is_listed = true;
                map.next_value_seed(Listed { lexicon: self.lexicon, members: self.members })?;
            } else if is("Resources") || is("userName") || FRAME_NAMES.iter().any(|known| is(known)) {
                return Err(unusual());
            } else {
                map.next_value_seed(Pass(self.lexicon))?;
            }
        }
        Ok(group)
    }
}

struct Kept<'g>(&'g mut Option<Box<str>>);

impl<'de> DeserializeSeed<'de> for Kept<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Kept<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        *self.0 = Some(text.into());
        Ok(())
    }
}

struct Meta<'g, 'l, 'p> {
    lexicon: &'l mut Lexicon<'p>,
    group: &'g mut FastGroup,
}

impl<'de> DeserializeSeed<'de> for Meta<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Meta<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("meta")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut names = Names::default();
        while let Some(index) = next_name(&mut map, self.lexicon, &mut names)? {
            let Some(name) = self.lexicon.name(index).map(|met| met.text.clone()) else { return Err(unusual()) };
            if name.eq_ignore_ascii_case("resourceType") {
                map.next_value_seed(Fits(|text: &str| Kind::named(text) == Some(Kind::Groups)))?;
                self.group.is_declared = true;
            } else if name.eq_ignore_ascii_case("lastModified") {
                map.next_value_seed(Fits(|text: &str| {
                    self.group.modified = nanoseconds(text);
                    self.group.modified.is_some()
                }))?;
            } else {
                map.next_value_seed(Pass(self.lexicon))?;
            }
        }
        Ok(())
    }
}

struct Listed<'l, 'p> {
    lexicon: &'l mut Lexicon<'p>,
    members: &'l mut Members,
}

impl<'de> DeserializeSeed<'de> for Listed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Listed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("members")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Listed { lexicon, members } = self;
        while seq.next_element_seed(Member { lexicon, members })?.is_some() {}
        Ok(())
    }
}

struct Member<'m, 'p> {
    lexicon: &'m mut Lexicon<'p>,
    members: &'m mut Members,
}

impl<'de> DeserializeSeed<'de> for Member<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Member<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut names = Names::default();
        let mut is_named = false;
        while let Some(index) = next_name(&mut map, self.lexicon, &mut names)? {
            let is_value = self.lexicon.name(index).is_some_and(|met| met.text.eq_ignore_ascii_case("value"));
            if is_value {
                is_named = true;
                map.next_value_seed(Identifier(self.members))?;
            } else {
                map.next_value_seed(Pass(self.lexicon))?;
            }
        }
        if is_named { Ok(()) } else { Err(unusual()) }
    }
}

struct Identifier<'m>(&'m mut Members);

impl<'de> DeserializeSeed<'de> for Identifier<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Identifier<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an identifier")
    }

    fn visit_str<E>(self, id: &str) -> Result<(), E> {
        self.0.add(id);
        Ok(())
    }
}
