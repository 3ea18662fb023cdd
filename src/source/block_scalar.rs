//! The decode map of literal and folded scalars (YAML 1.2.2, section 8.1).

use super::Span;
use super::decode_map::{Piece, Pieces, after_break, decoded, is_break};
use super::document::Style;

/// The pieces of a block scalar; see [`super::decode_map::pieces`].
pub(super) fn pieces(source: &str, span: Span, style: Style, text: &str) -> Vec<Piece> {
    let end = span.end.min(source.len());
    let bytes = &source.as_bytes()[..end];
    let header_end = bytes.get(span.start..).and_then(|rest| rest.iter().position(|&byte| is_break(Some(&byte))));
    let Some(header_len) = header_end else { return Vec::new() };
    let header = Header::read(&source[span.start..span.start + header_len]);
    let body = after_break(bytes, span.start + header_len);
    let lines = Lines { bytes, style, chomping: header.chomping, ends_file: end == source.len() };
    match header.indentation {
        None => lines.pieces(body, lines.detected(body)),
        // Counted from the indentation of the parent, which is not written here: the text tells.
        Some(least) => {
            let mut candidates = lines.candidates(body, text).into_iter().filter(|&indentation| indentation >= least);
            candidates
                .find_map(|indentation| {
                    let pieces = lines.pieces(body, indentation);
                    (decoded(source, &pieces) == text).then_some(pieces)
                })
                .unwrap_or_default()
        }
    }
}

/// What becomes of the line breaks at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

struct Header {
    chomping: Chomping,
    indentation: Option<usize>,
}

impl Header {
    fn read(header: &str) -> Self {
        let mut read = Header { chomping: Chomping::Clip, indentation: None };
        for c in header.chars().skip(1) {
            match c {
                '-' => read.chomping = Chomping::Strip,
                '+' => read.chomping = Chomping::Keep,
                '1'..='9' => read.indentation = c.to_digit(10).map(|digit| digit as usize),
                _ => break,
            }
        }
        read
    }
}

/// A line of content, its break included.
struct Line {
    /// Where its text begins: after the indentation.
    start: usize,
    /// Where its text ends.
    end: usize,
    /// One past its break; the same as `end` on the last line of a file.
    next: usize,
}

struct Lines<'t> {
    bytes: &'t [u8],
    style: Style,
    chomping: Chomping,
    /// Whether the text ends where the file ends.
    ends_file: bool,
}

impl Lines<'_> {
    fn line(&self, start: usize, indentation: usize) -> Option<Line> {
        let rest = self.bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let end = start + rest.iter().position(|byte| is_break(Some(byte))).unwrap_or(rest.len());
        let spaces = rest.iter().take_while(|&&byte| byte == b' ').count();
        let next = if end < self.bytes.len() { after_break(self.bytes, end).min(self.bytes.len()) } else { end };
        Some(Line { start: start + spaces.min(indentation), end, next })
    }

    fn spaces(&self, line: &Line) -> usize {
        self.bytes[line.start..line.end].iter().take_while(|&&byte| byte == b' ').count()
    }

    /// The indentation of the first line that is not empty; of the longest where all are.
    fn detected(&self, body: usize) -> usize {
        let (mut at, mut longest) = (body, 0);
        while let Some(line) = self.line(at, 0) {
            let spaces = self.spaces(&line);
            if line.start + spaces < line.end {
                return spaces;
            }
            longest = longest.max(spaces);
            at = line.next;
            if line.next == line.end {
                break;
            }
        }
        longest
    }

    /// The indentations by which the first text of the source could be the first text that was decoded.
    fn candidates(&self, body: usize, text: &str) -> Vec<usize> {
        let first_text = text.trim_start_matches('\n');
        let kept = first_text.bytes().take_while(|&byte| byte == b' ').count();
        let (mut at, mut found) = (body, Vec::new());
        while let Some(line) = self.line(at, 0) {
            let spaces = self.spaces(&line);
            if first_text.is_empty() {
                found = vec![usize::MAX];
            } else if spaces >= kept && !found.contains(&(spaces - kept)) {
                found.push(spaces - kept);
            }
            // Lines of blanks can be text; so many of different lengths that this matters are not worth a search.
            if line.start + spaces < line.end || line.next == line.end || found.len() > 16 {
                break;
            }
            at = line.next;
        }
        found
    }

    fn pieces(&self, body: usize, indentation: usize) -> Vec<Piece> {
        let mut pieces = Pieces::default();
        // The breaks since the last text, and whether that text began with a blank.
        let mut breaks: Vec<Span> = Vec::new();
        let mut previous: Option<bool> = None;
        let mut at = body;
        while let Some(line) = self.line(at, indentation) {
            if line.start < line.end {
                let spaced = matches!(self.bytes[line.start], b' ' | b'\t');
                self.join(&mut pieces, &breaks, previous, spaced, line.start);
                breaks.clear();
                pieces.verbatim(line.start, line.end);
                previous = Some(spaced);
            }
            let last = line.next == line.end;
            // A last line of blanks without a break belongs to what follows; it is a line only where it is all there is.
            if !last || line.start < line.end || self.ends_file && previous.is_none() && breaks.is_empty() {
                breaks.push(Span::new(line.end, line.next));
            }
            at = line.next;
            if last {
                break;
            }
        }
        let kept = match self.chomping {
            Chomping::Strip => 0,
            Chomping::Clip => usize::from(previous.is_some()),
            Chomping::Keep => breaks.len(),
        };
        for span in breaks.iter().take(kept) {
            pieces.char(span.start, span.end, '\n');
        }
        pieces.0
    }

    /// The line breaks between two texts.
    fn join(&self, pieces: &mut Pieces, breaks: &[Span], previous: Option<bool>, spaced: bool, text: usize) {
        let folds = self.style == Style::Folded && !spaced && previous == Some(false);
        match breaks {
            [only] if folds => pieces.char(only.start, text, ' '),
            // The first break of several is folded away; it goes with the next.
            [first, second, rest @ ..] if folds => {
                pieces.char(first.start, second.end, '\n');
                rest.iter().for_each(|span| pieces.char(span.start, span.end, '\n'));
            }
            _ => breaks.iter().for_each(|span| pieces.char(span.start, span.end, '\n')),
        }
    }
}
