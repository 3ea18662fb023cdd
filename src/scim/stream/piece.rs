//! A part of a text, read and worked on by one thread.

use std::collections::BTreeSet;
use std::ops::Range;

use super::cursor::Unread;
use super::digest;
use super::fast::{Fast, FastUser};
use super::ids::Packed;
use super::people::Work;
use super::projection::Projection;
use super::roster::{Roster, last_modified};
use crate::scim::extensions::is_extension;
use crate::scim::json::parse_at;
use crate::scim::membership::groups_of_user;
use crate::scim::merge::name_of;
use crate::scim::names::Names;
use crate::scim::records::{FRAME_NAMES, SPACE, is_page};
use crate::scim::schema::Defect;
use crate::scim::sink::Level;
use crate::scim::unusable::{Unusable, object_of};
use crate::scim::{Groups, Kind, Object, User};
use crate::source::Span;

/// What one thread works with, for as long as there is work.
pub(super) struct Worker<'p, W: Work> {
    fast: Fast<'p>,
    names: Names,
    hand: W::Hand,
    /// Attributes of extensions, as [`Fast::extensions`], in records that were read as a whole.
    extensions: BTreeSet<(String, String)>,
    /// Room for the identifiers of some users, and for their numbers.
    packed: Vec<Option<Packed>>,
    numbers: Vec<Option<u32>>,
}

/// What came of a part.
pub(super) struct Piece<O> {
    pub(super) level: Level,
    /// The bytes that were read: whole records, up to the start of the next one.
    pub(super) span: Range<usize>,
    /// How many values they hold.
    pub(super) count: usize,
    pub(super) users: Vec<Met>,
    /// The texts of keys.
    pub(super) texts: String,
    /// What the work came to, for all users in order.
    pub(super) out: O,
    /// Records that cannot be used, by which value they are.
    pub(super) skipped: Vec<(usize, Span, Unusable)>,
    pub(super) defects: Vec<(usize, Span, Vec<Defect>)>,
    /// Whether reading ended because the text does.
    pub(super) is_cut: bool,
}

/// A user that was worked on.
#[derive(Debug)]
pub(super) struct Met {
    pub(super) key: Key,
    /// Which value of the piece it is.
    pub(super) index: usize,
    pub(super) span: Span,
    pub(super) digest: u64,
    pub(super) modified: Option<i64>,
}

/// By what a user is recognised when it comes again.
#[derive(Debug)]
pub(super) enum Key {
    /// The number of its identifier.
    Number(u32),
    /// Its identifier, which has no number yet.
    Id(Range<usize>),
    /// Its name and its content.
    Content(Range<usize>, u128),
}

/// A part of a text that is to be read.
#[derive(Clone, Copy)]
pub(super) struct Part<'t> {
    pub(super) text: &'t str,
    /// Where in the file the text starts.
    pub(super) offset: usize,
    pub(super) level: Level,
    /// Records that start before this byte of the text are read.
    pub(super) until: usize,
    /// How long a record may be.
    pub(super) longest: usize,
}

/// A record that was read, and where it stands in its part.
struct Record {
    reading: Reading,
    range: Range<usize>,
}

enum Reading {
    User { user: User, defects: Vec<Defect>, modified: Option<i64>, is_fast: bool },
    Unusable(Unusable),
}

impl<'p, W: Work> Worker<'p, W> {
    pub(super) fn new(projection: &'p Projection, work: &W) -> Self {
        let hand = work.hand();
        Worker {
            fast: Fast::new(projection),
            names: Names::default(),
            hand,
            extensions: BTreeSet::new(),
            packed: Vec::new(),
            numbers: Vec::new(),
        }
    }

    /// Reads records as long as they are sound and stand as they should; the first that does not is left to the reader
    /// of frames.
    pub(super) fn run(&mut self, part: Part<'_>, roster: &Roster, work: &W) -> Piece<W::Out> {
        /// So many are read before any of them is worked on: what memory holds of them is then waited for once.
        const SOME: usize = 16;
        let mut piece = Piece::new(work, part.level, part.offset);
        let mut some = Vec::with_capacity(SOME);
        let mut pos = 0;
        while let Some(next) = self.next(&part, pos, &mut some, &mut piece) {
            pos = next;
            if some.len() == SOME {
                self.take(&mut some, &part, roster, work, &mut piece);
            }
        }
        self.take(&mut some, &part, roster, work, &mut piece);
        piece.span.end = part.offset + pos;
        piece
    }

    /// Reads the record at `pos`; gives where the next one starts.
    fn next(
        &mut self,
        part: &Part<'_>,
        pos: usize,
        some: &mut Vec<Record>,
        piece: &mut Piece<W::Out>,
    ) -> Option<usize> {
        if pos >= part.until || part.text.as_bytes().get(pos) != Some(&b'{') {
            return None;
        }
        let read = self.read(&part.text[pos..], part.level).and_then(|(reading, end)| {
            let next = next_record(part.text, pos + end, part.level)?;
            if end <= part.longest { Ok((reading, end, next)) } else { Err(Unread::Unusual) }
        });
        match read {
            Ok((reading, end, next)) => {
                some.push(Record { reading, range: pos..pos + end });
                Some(next)
            }
            Err(unread) => {
                piece.is_cut = unread == Unread::Cut;
                None
            }
        }
    }

    /// A record that was read as a whole.
    pub(super) fn one(
        &mut self,
        built: Result<(User, Vec<Defect>), Unusable>,
        level: Level,
        (span, text): (Span, &str),
        roster: &Roster,
        work: &W,
    ) -> Piece<W::Out> {
        let mut piece = Piece::new(work, level, span.start);
        let part = Part { text, offset: span.start, level, until: usize::MAX, longest: usize::MAX };
        let mut some = vec![Record { reading: Reading::of(built), range: 0..span.end - span.start }];
        self.take(&mut some, &part, roster, work, &mut piece);
        piece.span = span.range();
        piece
    }

    /// The record at the start of a text, and where it ends.
    fn read(&mut self, text: &str, level: Level) -> Result<(Reading, usize), Unread> {
        match self.fast.read(text) {
            Ok(FastUser { user, modified, end }) => {
                return Ok((Reading::User { user, defects: Vec::new(), modified, is_fast: true }, end));
            }
            Err(Unread::Cut) => return Err(Unread::Cut),
            Err(Unread::Unusual) => {}
        }
        let parsed = parse_at(text, 0, &mut self.names).map_err(|_| Unread::Unusual)?;
        let object = parsed.value.as_object().ok_or(Unread::Unusual)?;
        let may_be_page = || {
            let named = |name: &str| object.get(name).is_some();
            is_page(|name| object.get(name), "Resources") || FRAME_NAMES.into_iter().any(named) || named("Resources")
        };
        if level == Level::Top && may_be_page() {
            return Err(Unread::Unusual);
        }
        let built = object_of(Kind::Users, parsed.value, parsed.duplicate).and_then(User::from_object);
        Ok((Reading::of(built), parsed.end))
    }

    /// Has records worked on. They stand behind each other in the text of the part.
    fn take(&mut self, some: &mut Vec<Record>, part: &Part<'_>, roster: &Roster, work: &W, piece: &mut Piece<W::Out>) {
        let numbers = &mut self.numbers;
        roster.find(some.iter().map(|record| record.reading.id()), &mut self.packed, numbers);
        for (index, Record { reading, range }) in some.drain(..).enumerate() {
            let number = self.numbers.get(index).copied().flatten();
            let span = Span::new(part.offset + range.start, part.offset + range.end);
            let text = part.text.get(range).unwrap_or_default();
            self.take_one(reading, number, (span, text), roster, work, piece);
            piece.count += 1;
        }
    }

    fn take_one(
        &mut self,
        reading: Reading,
        number: Option<u32>,
        (span, text): (Span, &str),
        roster: &Roster,
        work: &W,
        piece: &mut Piece<W::Out>,
    ) {
        let index = piece.count;
        let (user, defects, modified, is_fast) = match reading {
            Reading::User { user, defects, modified, is_fast } => (user, defects, modified, is_fast),
            Reading::Unusable(unusable) => return piece.skipped.push((index, span, unusable)),
        };
        if !defects.is_empty() {
            piece.defects.push((index, span, defects));
        }
        let key = match (user.id(), number) {
            (_, Some(number)) => Key::Number(number),
            (Some(id), None) => Key::Id(piece.keep(id)),
            (None, None) => {
                let digest = digest::of_object(user.object());
                Key::Content(piece.keep(&name_of(user.object())), digest)
            }
        };
        piece.users.push(Met { key, index, span, digest: digest::of_text(text), modified });
        let groups = |nested: bool| match (roster.rests_on_users(), user.id()) {
            (true, _) => groups_of_user(&user, nested),
            (false, None) if roster.rests_on_groups() => Groups::UNDETERMINED,
            (false, _) if nested => roster.transitive(number),
            (false, _) => roster.direct(number),
        };
        let login = work.is_nested().then(|| groups(true));
        work.user(&mut self.hand, &user, groups(false), login, &mut piece.out);
        if !is_fast {
            self.note_extensions(user.object());
        }
    }

    fn note_extensions(&mut self, user: &Object) {
        /// How many are told apart.
        const MOST: usize = 1000;
        for (urn, value) in user.entries().filter(|(name, _)| is_extension(name)) {
            for name in value.as_object().into_iter().flat_map(Object::names) {
                if self.extensions.len() < MOST {
                    self.extensions.insert((urn.to_owned(), name.to_owned()));
                }
            }
        }
    }

    /// The attributes of extensions that users carried.
    pub(super) fn extensions(&self) -> impl Iterator<Item = (&str, &str)> {
        let whole = self.extensions.iter().map(|(urn, name)| (urn.as_str(), name.as_str()));
        self.fast.extensions().chain(whole)
    }
}

impl Reading {
    /// The identifier of the user.
    fn id(&self) -> Option<&str> {
        match self {
            Reading::User { user, .. } => user.id(),
            Reading::Unusable(_) => None,
        }
    }

    fn of(built: Result<(User, Vec<Defect>), Unusable>) -> Self {
        match built {
            Ok((user, defects)) => {
                let modified = last_modified(user.object());
                Reading::User { user, defects, modified, is_fast: false }
            }
            Err(unusable) => Reading::Unusable(unusable),
        }
    }
}

impl<O> Piece<O> {
    fn new<W: Work<Out = O>>(work: &W, level: Level, start: usize) -> Self {
        Piece {
            level,
            span: start..start,
            count: 0,
            users: Vec::new(),
            texts: String::new(),
            out: work.begin(),
            skipped: Vec::new(),
            defects: Vec::new(),
            is_cut: false,
        }
    }

    fn keep(&mut self, text: &str) -> Range<usize> {
        let start = self.texts.len();
        self.texts.push_str(text);
        start..self.texts.len()
    }
}

/// The start of the next record, where nothing but what belongs there stands before it.
pub(super) fn next_record(text: &str, end: usize, level: Level) -> Result<usize, Unread> {
    let mut next = skip_space(text, end);
    if level == Level::List && text.as_bytes().get(next) == Some(&b',') {
        next = skip_space(text, next + 1);
    } else if level == Level::List && next < text.len() {
        return Err(Unread::Unusual);
    }
    match text.as_bytes().get(next) {
        Some(b'{') => Ok(next),
        Some(_) => Err(Unread::Unusual),
        None => Err(Unread::Cut),
    }
}

fn skip_space(text: &str, from: usize) -> usize {
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    from + rest.iter().take_while(|byte| SPACE.contains(&char::from(**byte))).count()
}

/// Where parts of a text start that threads may read, as many as there are threads or fewer.
pub(super) fn part_starts(text: &str, threads: usize, level: Level) -> Vec<usize> {
    /// No part is smaller: a thread has to be worth its start.
    const SMALLEST: usize = 32 << 10;
    let count = threads.min(text.len() / SMALLEST).max(1);
    let mut starts = vec![0];
    for part in 1..count {
        let from = (text.len() / count * part).max(starts.last().map_or(0, |last| last + 1));
        starts.extend(probable_start(text, from, level));
    }
    starts.dedup();
    starts
}

/// Where a record probably starts at or behind a byte: it opens as the first one does, where one can stand.
fn probable_start(text: &str, from: usize, level: Level) -> Option<usize> {
    /// The longest opening that is looked at.
    const LONGEST: usize = 256;
    let (head, _) = text.as_bytes().split_at_checked(LONGEST.min(text.len()))?;
    let mut quotes = head.iter().enumerate().filter(|(_, byte)| **byte == b'"').map(|(at, _)| at);
    let opening = head.get(..=quotes.nth(1)?)?;
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(length) = bytes.get(at..)?.iter().position(|&byte| byte == b'{') {
        at += length;
        let before = bytes.get(..at)?.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
        let can_start = match level {
            Level::Top => before == Some(&b'\n') || before == Some(&b'}'),
            Level::List => before == Some(&b',') || before == Some(&b'\n'),
        };
        if can_start && bytes.get(at..)?.starts_with(opening) {
            return Some(at);
        }
        at += 1;
    }
    None
}
