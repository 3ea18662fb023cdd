//! Reading a usual group: its names are kept, its members become numbers, the rest is passed over in the text.
//!
//! As with users, everything that is not usual is left to the reader of whole records.

use std::ops::Range;

use super::cursor::{Cursor, Unread};
use super::digest;
use super::fast::{instant, is_of_kind, schemas};
use super::ids::{Ids, Packed};
use super::lexicon::{Lexicon, Meaning, Node, ROOT};
use super::piece::next_record;
use crate::scim::Kind;
use crate::scim::sink::Ahead;

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
    /// Reads the identifier of a member.
    fn read(&mut self, cursor: &mut Cursor<'_, '_, '_>) -> Option<()> {
        const QUOTED: usize = 38;
        if let Some([b'"', uuid @ .., b'"']) = cursor.rest().first_chunk::<QUOTED>()
            && let Some(packed) = Packed::of_uuid(uuid)
        {
            self.packed.push(packed);
            cursor.advance(QUOTED);
            return Some(());
        }
        self.add(&cursor.string()?.decoded()?);
        Some(())
    }

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
            ids.warm(some.iter());
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

/// Reads the group at the start of a text. Its members are added to `members`.
pub(super) fn read(text: &str, lexicon: &mut Lexicon<'_>, members: &mut Members) -> Result<FastGroup, Unread> {
    let before = members.len();
    let mut cursor = Cursor::new(text, lexicon);
    let mut group = FastGroup::default();
    let is_read = cursor.entries(ROOT, &mut |cursor, node| group.entry(cursor, node, members));
    let is_usual = is_read.is_some() && group.is_declared && group.id.is_some() && group.display_name.is_some();
    if !is_usual {
        members.truncate(before);
        return Err(if is_read.is_some() { Unread::Unusual } else { cursor.refusal() });
    }
    group.end = cursor.at();
    Ok(group)
}

impl FastGroup {
    fn entry(&mut self, cursor: &mut Cursor<'_, '_, '_>, node: Node, members: &mut Members) -> Option<()> {
        match cursor.meaning(node) {
            Meaning::Id => self.id = Some(text(cursor)?),
            Meaning::DisplayName => self.display_name = Some(text(cursor)?),
            Meaning::ExternalId => self.external_id = Some(text(cursor)?),
            Meaning::Schemas => {
                schemas(cursor, CORE_GROUP)?;
                self.is_declared = true;
            }
            Meaning::Meta => cursor.entries(node, &mut |cursor, node| match cursor.meaning(node) {
                Meaning::ResourceType => {
                    self.is_declared = true;
                    is_of_kind(cursor, Kind::Groups)
                }
                Meaning::LastModified => instant(cursor).map(|instant| self.modified = Some(instant)),
                _ => cursor.pass(node),
            })?,
            Meaning::Members => {
                self.is_listed = true;
                cursor.items(&mut |cursor| member(cursor, node, members))?;
            }
            Meaning::Nothing => cursor.pass(node)?,
            _ => return None,
        }
        Some(())
    }
}

fn text(cursor: &mut Cursor<'_, '_, '_>) -> Option<Box<str>> {
    Some(cursor.string()?.decoded()?.into())
}

/// Reads a member, which has to say its identifier.
fn member(cursor: &mut Cursor<'_, '_, '_>, node: Node, members: &mut Members) -> Option<()> {
    let mut is_named = false;
    cursor.entries(node, &mut |cursor, node| match cursor.meaning(node) {
        Meaning::MemberId => {
            is_named = true;
            members.read(cursor)
        }
        _ => cursor.pass(node),
    })?;
    is_named.then_some(())
}

/// Reads usual groups on a thread.
#[derive(Debug)]
pub(super) struct GroupReader {
    lexicon: Lexicon<'static>,
    pub(super) part: GroupPart,
}

/// The usual groups of a part of a text.
#[derive(Debug, Default)]
pub(super) struct GroupPart {
    pub(super) found: Vec<Found>,
    pub(super) members: Members,
    /// Whether reading ended because the text does.
    pub(super) is_cut: bool,
}

/// A usual group.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) group: FastGroup,
    pub(super) members: Range<usize>,
    pub(super) digest: u64,
    /// Where the next record starts in the text.
    pub(super) next: usize,
}

impl Default for GroupReader {
    fn default() -> Self {
        GroupReader { lexicon: Lexicon::of_groups(), part: GroupPart::default() }
    }
}

impl GroupReader {
    /// Reads the groups that start in a part, as long as they are usual and another record follows.
    pub(super) fn run(&mut self, ahead: &Ahead<'_>, part: Range<usize>, longest: usize) {
        self.part.clear();
        let mut at = part.start;
        while at < part.end {
            let Some(text) = ahead.text.get(at..).filter(|text| text.starts_with('{')) else { return };
            let before = self.part.members.len();
            let read = read(text, &mut self.lexicon, &mut self.part.members);
            let read = read.and_then(|group| Ok((next_record(text, group.end, ahead.level)?, group)));
            match read {
                Ok((next, group)) if group.end <= longest => {
                    at += next;
                    let digest = digest::of_text(text.get(..group.end).unwrap_or_default());
                    let members = before..self.part.members.len();
                    self.part.found.push(Found { group, members, digest, next: at });
                }
                Ok(_) => return,
                Err(unread) => return self.part.is_cut = unread == Unread::Cut,
            }
        }
    }
}

impl GroupPart {
    pub(super) fn clear(&mut self) {
        self.found.clear();
        self.members.clear();
        self.is_cut = false;
    }
}
