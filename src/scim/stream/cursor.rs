//! A record, read value by value. Nothing is kept but what whoever reads it keeps.

use super::lexicon::{Lexicon, Meaning, Names, Node};
use super::scan::{Quoted, Scan};

/// Why a record was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// The text ends too soon: with more of it, the record may be a usual one.
    Cut,
    /// The reader of whole records has to look at it.
    Unusual,
}

/// Where reading a record stands.
///
/// Whatever makes a record unusable (it is no JSON, or a name stands twice in one object) and some things that do not
/// give `None`.
pub(super) struct Cursor<'t, 'l, 'p> {
    scan: Scan<'t>,
    lexicon: &'l mut Lexicon<'p>,
    /// How many objects and arrays are open.
    depth: usize,
}

/// How deep values may nest. The reader of whole records allows for more.
const DEEPEST: usize = 32;

impl<'t, 'l, 'p> Cursor<'t, 'l, 'p> {
    /// At the start of a text.
    pub(super) fn new(text: &'t str, lexicon: &'l mut Lexicon<'p>) -> Self {
        Cursor { scan: Scan::new(text), lexicon, depth: 0 }
    }

    /// How many bytes have been read.
    pub(super) fn at(&self) -> usize {
        self.scan.at()
    }

    /// Why reading ended where it did, and not at the end of the record.
    pub(super) fn refusal(&self) -> Unread {
        /// A string or number is read up to the end of the text, and nothing else is longer.
        const LONGEST: usize = 16;
        if self.scan.rest().len() < LONGEST { Unread::Cut } else { Unread::Unusual }
    }

    /// What is not read yet.
    pub(super) fn rest(&self) -> &'t [u8] {
        self.scan.rest()
    }

    /// Passes over so many bytes that have been looked at.
    pub(super) fn advance(&mut self, count: usize) {
        self.scan.advance(count);
    }

    pub(super) fn lexicon(&self) -> &Lexicon<'p> {
        self.lexicon
    }

    pub(super) fn meaning(&self, node: Node) -> Meaning {
        self.lexicon.meaning(node)
    }

    /// The next byte that is no white space: it says what kind of value follows.
    pub(super) fn peek(&mut self) -> Option<u8> {
        self.scan.peek()
    }

    /// Reads the object at a node. `each` has to read the value of each of its names.
    #[inline]
    pub(super) fn entries(&mut self, object: Node, each: &mut impl FnMut(&mut Self, Node) -> Option<()>) -> Option<()> {
        let mut goes_on = self.open(b'{', b'}')?;
        let (mut names, mut last) = (Names::default(), None);
        while goes_on {
            let node = self.name(object, last)?;
            self.lexicon.note(node, &mut names)?;
            each(self, node)?;
            last = Some(node);
            goes_on = self.scan.goes_on(b'}')?;
        }
        self.depth -= 1;
        Some(())
    }

    /// Reads an array. `each` has to read each of its items.
    #[inline]
    pub(super) fn items(&mut self, each: &mut impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        let mut goes_on = self.open(b'[', b']')?;
        while goes_on {
            each(self)?;
            goes_on = self.scan.goes_on(b']')?;
        }
        self.depth -= 1;
        Some(())
    }

    fn open(&mut self, open: u8, close: u8) -> Option<bool> {
        self.depth += 1;
        if self.depth > DEEPEST { None } else { self.scan.open(open, close) }
    }

    #[inline]
    fn name(&mut self, object: Node, last: Option<Node>) -> Option<Node> {
        self.scan.peek()?;
        if let Some((node, length)) = self.lexicon.guess(object, last, self.scan.rest()) {
            self.scan.advance(length);
            return Some(node);
        }
        let name = self.scan.string()?.plain()?;
        self.scan.take(b':')?;
        self.lexicon.find(object, last, name)
    }

    /// Reads a string.
    pub(super) fn string(&mut self) -> Option<Quoted<'t>> {
        self.scan.string()
    }

    /// Reads a number, as it is written.
    pub(super) fn number(&mut self) -> Option<&'t str> {
        self.scan.number()
    }

    /// Reads exactly this, if it is next.
    pub(super) fn skip(&mut self, expected: &str) -> bool {
        self.scan.skip(expected)
    }

    /// Passes over the value at a node. Only the names in it are looked at, for one that stands twice.
    pub(super) fn pass(&mut self, node: Node) -> Option<()> {
        match self.peek()? {
            b'"' => self.string().map(|_| ()),
            b'{' => self.entries(node, &mut |cursor, node| cursor.pass(node)),
            b'[' => self.items(&mut |cursor| cursor.pass(node)),
            b't' => self.skip("true").then_some(()),
            b'f' => self.skip("false").then_some(()),
            b'n' => self.skip("null").then_some(()),
            _ => self.number().map(|_| ()),
        }
    }
}
