//! A part of a text, read and worked on by one thread.

use std::collections::BTreeSet;
use std::ops::Range;

use super::digest;
use super::fast::Fast;
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

enum Reading {
    User { user: User, defects: Vec<Defect>, modified: Option<i64>, is_fast: bool },
    Unusable(Unusable),
}

impl<'p, W: Work> Worker<'p, W> {
    pub(super) fn new(projection: &'p Projection, work: &W) -> Self {
        let hand = work.hand();
        Worker { fast: Fast::new(projection), names: Names::default(), hand, extensions: BTreeSet::new() }
    }

    /// Reads records as long as they are sound and stand as they should; the first that does not is left to the reader
    /// of frames.
    pub(super) fn run(&mut self, part: Part<'_>, roster: &Roster, work: &W) -> Piece<W::Out> {
        let Part { text, offset, level, until, longest } = part;
        let mut piece = Piece::new(work, level, offset);
        let mut pos = 0;
        while pos < until && text.as_bytes().get(pos) == Some(&b'{') {
            let Some((reading, end)) = self.read(&text[pos..], level) else { break };
            let end = pos + end;
            let Some(next) = next_record(text, end, level).filter(|_| end - pos <= longest) else { break };
            let span = Span::new(offset + pos, offset + end);
            self.take(reading, span, &text[pos..end], roster, work, &mut piece);
            piece.count += 1;
            pos = next;
        }
        piece.span.end = offset + pos;
        piece
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
        self.take(Reading::of(built), span, text, roster, work, &mut piece);
        (piece.count, piece.span) = (1, span.range());
        piece
    }

    /// The record at the start of a text, and where it ends.
    fn read(&mut self, text: &str, level: Level) -> Option<(Reading, usize)> {
        if let Some(fast) = self.fast.read(text) {
            let reading =
                Reading::User { user: fast.user, defects: Vec::new(), modified: fast.modified, is_fast: true };
            return Some((reading, fast.end));
        }
        let parsed = parse_at(text, 0, &mut self.names).ok()?;
        let object = parsed.value.as_object()?;
        let may_be_page = || {
            let named = |name: &str| object.get(name).is_some();
            is_page(|name| object.get(name), "Resources") || FRAME_NAMES.into_iter().any(named) || named("Resources")
        };
        if level == Level::Top && may_be_page() {
            return None;
        }
        let built = object_of(Kind::Users, parsed.value, parsed.duplicate).and_then(User::from_object);
        Some((Reading::of(built), parsed.end))
    }

    fn take(&mut self, reading: Reading, span: Span, text: &str, roster: &Roster, work: &W, piece: &mut Piece<W::Out>) {
        let index = piece.count;
        let (user, defects, modified, is_fast) = match reading {
            Reading::User { user, defects, modified, is_fast } => (user, defects, modified, is_fast),
            Reading::Unusable(unusable) => return piece.skipped.push((index, span, unusable)),
        };
        if !defects.is_empty() {
            piece.defects.push((index, span, defects));
        }
        let number = user.id().and_then(|id| roster.ids.find(id));
        let key = match (user.id(), number) {
            (_, Some(number)) => Key::Number(number),
            (Some(id), None) => Key::Id(piece.keep(id)),
            (None, None) => {
                let digest = digest::of_object(user.object());
                Key::Content(piece.keep(&name_of(user.object())), digest)
            }
        };
        let digest = digest::of_text(text);
        piece.users.push(Met { key, index, span, digest, modified });
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
        }
    }

    fn keep(&mut self, text: &str) -> Range<usize> {
        let start = self.texts.len();
        self.texts.push_str(text);
        start..self.texts.len()
    }
}

/// The start of the next record, where nothing but what belongs there stands before it.
pub(super) fn next_record(text: &str, end: usize, level: Level) -> Option<usize> {
    let next = skip_space(text, end);
    let next = match level {
        Level::Top => next,
        Level::List if text.as_bytes().get(next) == Some(&b',') => skip_space(text, next + 1),
        Level::List => return None,
    };
    (text.as_bytes().get(next) == Some(&b'{')).then_some(next)
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
