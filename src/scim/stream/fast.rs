//! Reading a usual user: what is asked for is kept, the rest is passed over in the text.
//!
//! Everything that makes a record unusable, and everything that departs from the schema in what is kept, is left to the
//! reader of whole records. So a user that is read here is the one that the other would have read, without what is not
//! kept.

use super::cursor::Cursor;
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

    /// The user at the start of a text; `None` where the reader of whole records has to look at it.
    pub(super) fn read(&mut self, text: &str) -> Option<FastUser> {
        let Fast { lexicon, room, extensions } = self;
        room.entries.clear();
        room.items.clear();
        let mut modified = None;
        let mut cursor = Cursor::new(text, lexicon);
        cursor.entries(ROOT, &mut |cursor, node| match cursor.meaning(node) {
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
        })?;
        let end = cursor.at();
        let object = room.object(0);
        let is_text = |name| object.get(name).and_then(Json::as_str).is_some();
        (is_text("id") && is_text("userName")).then(|| FastUser { user: User::of_conforming(object), modified, end })
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
    nanoseconds(&cursor.string()?.decoded()?)
}

/// An instant as a number.
pub(super) fn nanoseconds(text: &str) -> Option<i64> {
    i64::try_from(parse_instant(text)?.as_nanosecond()).ok()
}
