//! Reading a usual user: what is asked for is kept, the rest is passed over in the text.
//!
//! Everything that makes a record unusable, and everything that departs from the schema in what is kept, is left to the
//! reader of whole records. So a user that is read here is the one that the other would have read, without what is not
//! kept.

use super::cursor::{Cursor, Unread};
use super::lexicon::{Lexicon, Meaning, Node, ROOT};
use super::projection::Projection;
use crate::condition::{CORE_USER, ENTERPRISE_USER, parse_instant};
use crate::scim::json::Entry;
use crate::scim::schema::is_in_shape;
use crate::scim::{Json, Kind, Object, User};

/// Reads users one after the other.
#[derive(Debug)]
pub(super) struct Fast<'p> {
    lexicon: Lexicon<'p>,
    room: Room,
    /// The extensions that users carry and that are not known, with their attributes.
    extensions: Vec<(Node, Node)>,
}

/// Where values stand until the object or the array that they are in is complete.
#[derive(Debug, Default)]
struct Room {
    entries: Vec<Entry>,
    items: Vec<Json>,
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
        Fast { lexicon: Lexicon::of_users(projection), room: Room::default(), extensions: Vec::new() }
    }

    /// The user at the start of a text.
    pub(super) fn read(&mut self, text: &str) -> Result<FastUser, Unread> {
        let Fast { lexicon, room, extensions } = self;
        room.entries.clear();
        room.items.clear();
        let mut modified = None;
        let mut cursor = Cursor::new(text, lexicon);
        let is_read = cursor.entries(ROOT, &mut |cursor, node| match cursor.meaning(node) {
            Meaning::Nothing => cursor.pass(node),
            Meaning::Kept(_) => room.keep(cursor, node),
            Meaning::Schemas => schemas(cursor, CORE_USER),
            Meaning::Meta => cursor.entries(node, &mut |cursor, node| match cursor.meaning(node) {
                Meaning::ResourceType => is_of_kind(cursor, Kind::Users),
                Meaning::LastModified => instant(cursor).map(|instant| modified = Some(instant)),
                _ => cursor.pass(node),
            }),
            Meaning::Extension(_) => room.extension(cursor, node),
            // What is no object is no extension, and rare enough. Its names may change what a condition means.
            Meaning::OtherExtension => cursor.entries(node, &mut |cursor, name| {
                if !extensions.contains(&(node, name)) {
                    extensions.push((node, name));
                }
                cursor.pass(name)
            }),
            _ => None,
        });
        is_read.ok_or(cursor.refusal())?;
        let end = cursor.at();
        let object = room.object(0);
        let is_text = |name| object.get(name).and_then(Json::as_str).is_some();
        let is_user = is_text("id") && is_text("userName");
        let read = || FastUser { user: User::of_conforming(object), modified, end };
        if is_user { Ok(read()) } else { Err(Unread::Unusual) }
    }

    /// The unknown extensions that users carried: the URN and the name of an attribute, each pair once.
    pub(super) fn extensions(&self) -> impl Iterator<Item = (&str, &str)> {
        let text = |node| self.lexicon.text(node).map(|text| &**text);
        self.extensions.iter().filter_map(move |&(urn, name)| Some((text(urn)?, text(name)?)))
    }
}

impl Room {
    /// The object of the entries that stand here from `from` on.
    fn object(&mut self, from: usize) -> Object {
        Object::from_entries(self.entries.drain(from..).collect())
    }

    /// Keeps a value under its name, where it has the shape of its schema.
    fn keep(&mut self, cursor: &mut Cursor<'_, '_, '_>, node: Node) -> Option<()> {
        let value = self.value(cursor, node)?;
        if let Meaning::Kept(Some(row)) = cursor.meaning(node)
            && !is_in_shape(&value, row)
        {
            return None;
        }
        self.put(cursor, node, value)
    }

    fn put(&mut self, cursor: &Cursor<'_, '_, '_>, node: Node, value: Json) -> Option<()> {
        let name = cursor.lexicon().text(node)?.clone();
        self.entries.push(Entry { name, value });
        Some(())
    }

    /// Reads a value of what is kept.
    fn value(&mut self, cursor: &mut Cursor<'_, '_, '_>, node: Node) -> Option<Json> {
        Some(match cursor.peek()? {
            b'"' => Json::String(cursor.string()?.decoded()?.into()),
            b'{' => {
                let from = self.entries.len();
                cursor.entries(node, &mut |cursor, node| self.keep(cursor, node))?;
                Json::Object(self.object(from))
            }
            b'[' => {
                let from = self.items.len();
                cursor.items(&mut |cursor| {
                    let item = self.value(cursor, node)?;
                    self.items.push(item);
                    Some(())
                })?;
                Json::Array(self.items.drain(from..).collect())
            }
            b't' => cursor.skip("true").then_some(Json::Bool(true))?,
            b'f' => cursor.skip("false").then_some(Json::Bool(false))?,
            b'n' => cursor.skip("null").then_some(Json::Null)?,
            _ => Json::Number(cursor.number()?.parse().ok()?),
        })
    }

    /// Keeps what is asked for of an extension.
    fn extension(&mut self, cursor: &mut Cursor<'_, '_, '_>, node: Node) -> Option<()> {
        let from = self.entries.len();
        cursor.entries(node, &mut |cursor, node| match cursor.meaning(node) {
            Meaning::Kept(_) => self.keep(cursor, node),
            _ => cursor.pass(node),
        })?;
        let value = Json::Object(self.object(from));
        self.put(cursor, node, value)
    }
}

/// Reads the schemas of a resource: the core schema says what the record is.
pub(super) fn schemas(cursor: &mut Cursor<'_, '_, '_>, core: &str) -> Option<()> {
    cursor.items(&mut |cursor| {
        let schema = cursor.string()?.decoded()?;
        (schema == core || schema == ENTERPRISE_USER || !tells_the_type(&schema)).then_some(())
    })
}

/// Whether a schema is that of a type of resources, or of a message of the protocol.
fn tells_the_type(schema: &str) -> bool {
    const TELLING: [&str; 2] = ["urn:ietf:params:scim:schemas:core:", "urn:ietf:params:scim:api:"];
    const RESPONSE: &str = ":ListResponse";
    let starts = |prefix: &str| schema.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let end = schema.len().checked_sub(RESPONSE.len()).and_then(|from| schema.get(from..));
    TELLING.into_iter().any(starts) || end.is_some_and(|end| end.eq_ignore_ascii_case(RESPONSE))
}

/// Reads the type of a resource, which has to be this one.
pub(super) fn is_of_kind(cursor: &mut Cursor<'_, '_, '_>, kind: Kind) -> Option<()> {
    (Kind::named(&cursor.string()?.decoded()?)? == kind).then_some(())
}

/// Reads an instant.
pub(super) fn instant(cursor: &mut Cursor<'_, '_, '_>) -> Option<i64> {
    let text = cursor.string()?.decoded()?;
    usual_nanoseconds(&text).or_else(|| nanoseconds(&text))
}

/// An instant as it is mostly written, `2026-01-31T08:00:00Z`.
fn usual_nanoseconds(text: &str) -> Option<i64> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2, b'Z'] =
        *<&[u8; 20]>::try_from(text.as_bytes()).ok()?
    else {
        return None;
    };
    let number = |tens: u8, ones: u8| {
        let digits = tens.is_ascii_digit() && ones.is_ascii_digit();
        digits.then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
    };
    let (year, month, day) = (number(y1, y2)? * 100 + number(y3, y4)?, number(m1, m2)?, number(d1, d2)?);
    let (hour, minute, second) = (number(h1, h2)?, number(n1, n2)?, number(s1, s2)?);
    let is_plain = (1970..2262).contains(&year) && (1..=12).contains(&month) && (1..=28).contains(&day);
    if !is_plain || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Years that start with March have the odd day at their end.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 719_469;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000_000)
}

/// An instant as a number.
pub(super) fn nanoseconds(text: &str) -> Option<i64> {
    i64::try_from(parse_instant(text)?.as_nanosecond()).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_instant_is_the_same_however_it_is_read(
            (year, month, day) in (1960..2270_u32, 0..14_u32, 0..33_u32),
            (hour, minute, second) in (0..26_u32, 0..62_u32, 0..62_u32),
        ) {
            let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
            let usual = usual_nanoseconds(&text);
            prop_assert!(usual.is_none() || usual == nanoseconds(&text), "{}", text);
        }
    }

    #[test]
    fn a_usual_instant_is_read_fast() {
        for (text, expected) in [("1970-01-01T00:00:00Z", Some(0)), ("2025-03-11T14:45:12Z", Some(1_741_704_312))] {
            assert_eq!(usual_nanoseconds(text), expected.map(|seconds: i64| seconds * 1_000_000_000), "{text}");
        }
        for text in ["2025-03-11T14:45:12+01:00", "2025-3-11T14:45:12Z", "2025-02-29T00:00:00Z", "x025-03-11T14:45:12Z"]
        {
            assert_eq!(usual_nanoseconds(text), None, "{text}");
        }
    }
}
