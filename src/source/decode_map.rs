//! The decode map: which source bytes each piece of a decoded scalar comes from.
//!
//! Law: the pieces, one after the other, give exactly the text that the parser gives. The map is made when it is asked
//! for, from the bytes of the scalar and its style; nothing is kept for it while parsing.

use std::ops::Range;

use super::Span;
use super::document::Style;

/// A piece of decoded text and the bytes that it is written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) source: Span,
    pub(super) decoded: Decoded,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decoded {
    /// The same bytes as in the source.
    Verbatim,
    /// One character that is written otherwise: an escape, a fold, a line break.
    Char(char),
}

impl Piece {
    fn len(&self) -> usize {
        match self.decoded {
            Decoded::Verbatim => self.source.len(),
            Decoded::Char(c) => c.len_utf8(),
        }
    }
}

/// The pieces of a scalar.
///
/// `span` covers the scalar as written, with its quotes or its header; `text` is the decoded text, which tells how far
/// a block scalar with an explicit indentation is indented.
pub(super) fn pieces(source: &str, span: Span, style: Style, text: &str) -> Vec<Piece> {
    match style {
        Style::Plain => flow(source, span, Quote::None),
        Style::SingleQuoted => flow(source, inside(span), Quote::Single),
        Style::DoubleQuoted => flow(source, inside(span), Quote::Double),
        Style::Literal | Style::Folded => super::block_scalar::pieces(source, span, style, text),
    }
}

/// The text that the pieces give.
pub(super) fn decoded(source: &str, pieces: &[Piece]) -> String {
    let mut out = String::new();
    for piece in pieces {
        match piece.decoded {
            Decoded::Verbatim => out.push_str(source.get(piece.source.range()).unwrap_or("")),
            Decoded::Char(c) => out.push(c),
        }
    }
    out
}

/// The source bytes of a range of the decoded text; `None` where there are no pieces.
pub(super) fn locate(pieces: &[Piece], range: Range<usize>) -> Option<Span> {
    let start = start_of(pieces, range.start)?;
    if range.is_empty() {
        return Some(Span::at(start));
    }
    Some(Span::new(start, end_of(pieces, range.end)?))
}

fn start_of(pieces: &[Piece], offset: usize) -> Option<usize> {
    let mut at = 0;
    for piece in pieces {
        if offset < at + piece.len() {
            return Some(match piece.decoded {
                Decoded::Verbatim => piece.source.start + (offset - at),
                Decoded::Char(_) => piece.source.start,
            });
        }
        at += piece.len();
    }
    pieces.last().map(|last| last.source.end)
}

fn end_of(pieces: &[Piece], offset: usize) -> Option<usize> {
    let mut at = 0;
    for piece in pieces {
        if offset <= at + piece.len() {
            return Some(match piece.decoded {
                Decoded::Verbatim => piece.source.start + (offset - at),
                Decoded::Char(_) => piece.source.end,
            });
        }
        at += piece.len();
    }
    pieces.last().map(|last| last.source.end)
}

/// The bytes between the quotes.
fn inside(span: Span) -> Span {
    Span::new(span.start + 1, span.end.saturating_sub(1))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    None,
    Single,
    Double,
}

/// Plain and quoted scalars (YAML 1.2.2, sections 7.3 and 6.5): lines are folded, blanks around line breaks are dropped.
fn flow(source: &str, span: Span, quote: Quote) -> Vec<Piece> {
    let bytes = &source.as_bytes()[..span.end.min(source.len())];
    let mut pieces = Pieces::default();
    let mut at = span.start;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {
                let blanks = skip_blanks(bytes, at);
                if is_break(bytes.get(blanks)) {
                    at = fold(bytes, at, blanks, &mut pieces);
                } else {
                    pieces.verbatim(at, blanks);
                    at = blanks;
                }
            }
            b'\'' if quote == Quote::Single => {
                pieces.char(at, at + 2, '\'');
                at += 2;
            }
            b'\\' if quote == Quote::Double => {
                if is_break(bytes.get(at + 1)) {
                    at = escaped_break(bytes, at + 1, &mut pieces);
                } else {
                    let (c, len) = escape(source, at);
                    pieces.char(at, at + len, c);
                    at += len;
                }
            }
            _ => {
                let stop = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\'' | b'\\');
                let end = bytes[at + 1..].iter().position(stop).map_or(bytes.len(), |len| at + 1 + len);
                pieces.verbatim(at, end);
                at = end;
            }
        }
    }
    pieces.0
}

/// A line break outside of escapes, with the blanks before it (from `start`) and the empty lines and the indentation
/// after it: a space, or a line feed for each empty line.
fn fold(bytes: &[u8], start: usize, first_break: usize, pieces: &mut Pieces) -> usize {
    let mut piece_start = start;
    let mut next = skip_blanks(bytes, after_break(bytes, first_break));
    if !is_break(bytes.get(next)) {
        pieces.char(piece_start, next, ' ');
        return next;
    }
    while is_break(bytes.get(next)) {
        next = skip_blanks(bytes, after_break(bytes, next));
        pieces.char(piece_start, next, '\n');
        piece_start = next;
    }
    next
}

/// A line break after a backslash: nothing, and a line feed for each empty line after it.
fn escaped_break(bytes: &[u8], first_break: usize, pieces: &mut Pieces) -> usize {
    let mut next = skip_blanks(bytes, after_break(bytes, first_break));
    while is_break(bytes.get(next)) {
        let start = next;
        next = skip_blanks(bytes, after_break(bytes, next));
        pieces.char(start, next, '\n');
    }
    next
}

/// The character of the escape at `at` and the length of the escape in bytes.
///
/// YAML 1.2.2, section 5.7, and pairs of surrogates as JSON has them. Unknown escapes stand for themselves.
pub(super) fn escape(source: &str, at: usize) -> (char, usize) {
    let rest = source.get(at + 1..).unwrap_or("");
    let Some(letter) = rest.chars().next() else { return ('\\', 1) };
    let c = match letter {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        ' ' | '"' | '/' | '\\' => letter,
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        'x' | 'u' | 'U' => return hex_escape(rest, letter).unwrap_or(('\\', 1)),
        _ => return ('\\', 1),
    };
    (c, 1 + letter.len_utf8())
}

fn hex_escape(rest: &str, letter: char) -> Option<(char, usize)> {
    let digits = match letter {
        'x' => 2,
        'u' => 4,
        _ => 8,
    };
    let code = hex(rest.get(1..1 + digits)?)?;
    if let Some(c) = char::from_u32(code) {
        return Some((c, 2 + digits));
    }
    let low = hex(rest.get(1 + digits..)?.strip_prefix("\\u")?.get(..4)?)?;
    if letter != 'u' || !(0xd800..0xdc00).contains(&code) || !(0xdc00..0xe000).contains(&low) {
        return None;
    }
    let c = char::from_u32(0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00))?;
    Some((c, 12))
}

fn hex(digits: &str) -> Option<u32> {
    let all = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    all.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

/// Pieces in the making; runs of the same bytes as in the source are kept together.
#[derive(Default)]
pub(super) struct Pieces(pub(super) Vec<Piece>);

impl Pieces {
    pub(super) fn verbatim(&mut self, start: usize, end: usize) {
        if start >= end {
            return;
        }
        match self.0.last_mut() {
            Some(Piece { source, decoded: Decoded::Verbatim }) if source.end == start => return source.end = end,
            _ => {}
        }
        self.0.push(Piece { source: Span::new(start, end), decoded: Decoded::Verbatim });
    }

    pub(super) fn char(&mut self, start: usize, end: usize, c: char) {
        self.0.push(Piece { source: Span::new(start, end), decoded: Decoded::Char(c) });
    }
}

pub(super) fn is_break(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b'\n' | b'\r'))
}

/// One past the line break at `at`, which may be LF, CR or CRLF.
pub(super) fn after_break(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at..at + 2) {
        Some(b"\r\n") => at + 2,
        _ => at + 1,
    }
}

fn skip_blanks(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or(&[]);
    at + rest.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(rest.len())
}
