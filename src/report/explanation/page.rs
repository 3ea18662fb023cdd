//! Lines for a terminal: wrapped, coloured, and free of characters that a terminal would obey.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::report::Style;
use crate::source::visible;

/// How a piece of text is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Strong,
    Faint,
    Good,
    Bad,
    Unsure,
}

impl Tone {
    fn escape(self) -> &'static str {
        match self {
            Tone::Plain => "",
            Tone::Strong => "\u{1b}[1m",
            Tone::Faint => "\u{1b}[2m",
            Tone::Good => "\u{1b}[32m",
            Tone::Bad => "\u{1b}[31m",
            Tone::Unsure => "\u{1b}[33m",
        }
    }
}

/// Text that may hold anything, and how it is meant.
pub(super) type Piece = (Tone, String);

pub(super) fn plain(text: impl Into<String>) -> Piece {
    (Tone::Plain, text.into())
}

pub(super) fn faint(text: impl Into<String>) -> Piece {
    (Tone::Faint, text.into())
}

/// The width of text that no terminal shows.
const WIDTH: usize = 100;
/// Narrower than this, a line is longer than the page.
const NARROWEST: usize = 24;

/// Where lines are written.
pub(super) struct Page<'p> {
    style: Style,
    out: &'p mut dyn Write,
}

impl<'p> Page<'p> {
    pub(super) fn new(style: Style, out: &'p mut dyn Write) -> Self {
        Page { style, out }
    }

    pub(super) fn width(&self) -> usize {
        // Longer lines are hard to follow.
        const WIDEST: usize = 120;
        self.style.width.unwrap_or(WIDTH).clamp(40, WIDEST)
    }

    /// One of two signs: the second where only ASCII can be shown.
    pub(super) fn sign(&self, unicode: &'static str, ascii: &'static str) -> &'static str {
        if self.style.unicode { unicode } else { ascii }
    }

    pub(super) fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// A line that starts at column `indent`; what does not fit goes on at column `hang`.
    pub(super) fn line(&mut self, indent: usize, hang: usize, pieces: &[Piece]) -> io::Result<()> {
        let width = self.width();
        for (index, line) in wrap(pieces, room(width, indent), room(width, hang)).iter().enumerate() {
            let column = if index == 0 { indent } else { hang };
            self.write(column, line)?;
            writeln!(self.out)?;
        }
        Ok(())
    }

    /// Whether pieces fit on a line from this column on.
    pub(super) fn fits(&self, column: usize, pieces: &[Piece]) -> bool {
        let used: usize = pieces.iter().map(|(_, text)| visible(text).width()).sum();
        column + used <= self.width()
    }

    /// A line of which the left part is wrapped at column `split`, where the cells begin.
    pub(super) fn row(
        &mut self,
        indent: usize,
        hang: usize,
        pieces: &[Piece],
        split: usize,
        cells: &[Piece],
        cell_width: usize,
    ) -> io::Result<()> {
        let end = split.saturating_sub(1);
        for (index, line) in wrap(pieces, room(end, indent), room(end, hang)).iter().enumerate() {
            let column = if index == 0 { indent } else { hang };
            self.write(column, line)?;
            if index == 0 && !cells.is_empty() {
                let used = column + line.iter().map(|(_, text)| text.width()).sum::<usize>();
                self.pad(split.saturating_sub(used).max(1))?;
                self.write_cells(cells, cell_width)?;
            }
            writeln!(self.out)?;
        }
        Ok(())
    }

    fn write_cells(&mut self, cells: &[Piece], width: usize) -> io::Result<()> {
        for (index, (tone, text)) in cells.iter().enumerate() {
            self.write(0, &[(*tone, text.clone())])?;
            if index + 1 < cells.len() {
                self.pad(width.saturating_sub(text.width()).max(1))?;
            }
        }
        Ok(())
    }

    fn write(&mut self, indent: usize, line: &[Piece]) -> io::Result<()> {
        self.pad(indent)?;
        for (tone, text) in line {
            match self.style.color && *tone != Tone::Plain {
                true => write!(self.out, "{}{text}\u{1b}[0m", tone.escape())?,
                false => write!(self.out, "{text}")?,
            }
        }
        Ok(())
    }

    fn pad(&mut self, columns: usize) -> io::Result<()> {
        write!(self.out, "{:columns$}", "")
    }
}

fn room(width: usize, indent: usize) -> usize {
    width.saturating_sub(indent).max(NARROWEST)
}

/// Cuts pieces into lines, at spaces where it can.
fn wrap(pieces: &[Piece], first: usize, rest: usize) -> Vec<Vec<Piece>> {
    let mut lines = vec![Vec::new()];
    let mut used = 0;
    // A space is written only once it is known that something follows it on the line.
    let mut spaces = 0;
    for (tone, text) in pieces {
        let text = visible(text);
        for (index, word) in text.split(' ').enumerate() {
            spaces += usize::from(index > 0);
            if word.is_empty() {
                continue;
            }
            let mut word = word;
            loop {
                let width = if lines.len() == 1 { first } else { rest };
                if used + spaces + word.width() <= width {
                    break;
                }
                if used > 0 {
                    lines.push(Vec::new());
                    (used, spaces) = (0, 0);
                    continue;
                }
                let (head, tail) = split_at_width(word, width);
                push(&mut lines, *tone, head, 0);
                lines.push(Vec::new());
                spaces = 0;
                word = tail;
            }
            push(&mut lines, *tone, word, spaces);
            used += spaces + word.width();
            spaces = 0;
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

fn push(lines: &mut [Vec<Piece>], tone: Tone, word: &str, spaces: usize) {
    let Some(line) = lines.last_mut() else { return };
    match line.last_mut() {
        Some((last, text)) if *last == tone => {
            text.extend(std::iter::repeat_n(' ', spaces));
            text.push_str(word);
        }
        _ => {
            if spaces > 0 {
                line.push((Tone::Plain, " ".repeat(spaces)));
            }
            line.push((tone, word.to_owned()));
        }
    }
}

/// The most characters that fit, at least one, and the others.
fn split_at_width(word: &str, width: usize) -> (&str, &str) {
    let mut used = 0;
    for (at, c) in word.char_indices() {
        used += c.width().unwrap_or(0);
        if used > width && at > 0 {
            return word.split_at(at);
        }
    }
    (word, "")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(pieces: &[Piece], first: usize, rest: usize) -> Vec<String> {
        let joined = |line: Vec<Piece>| line.into_iter().map(|(_, text)| text).collect::<String>();
        wrap(pieces, first, rest).into_iter().map(joined).collect()
    }

    #[test]
    fn lines_break_at_spaces_and_keep_those_inside() {
        let pieces = [plain("a rule"), (Tone::Strong, " is  not".to_owned()), faint(" run here")];
        assert_eq!(lines(&pieces, 40, 40), ["a rule is  not run here"]);
        assert_eq!(lines(&pieces, 9, 8), ["a rule is", "not run", "here"]);
    }

    #[test]
    fn a_word_that_is_wider_than_a_line_is_cut() {
        assert_eq!(lines(&[plain("日本日本 x")], 5, 3), ["日本", "日", "本", "x"]);
    }

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        assert_eq!(lines(&[plain("a\u{1b}[31m\nb")], 40, 40), ["a\\u{1b}[31m\\nb"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn nothing_is_lost_and_no_line_is_too_long(
            texts in prop::collection::vec("[ a-c日\u{301}]{0,12}", 0..6),
            first in 2_usize..20,
            rest in 2_usize..20,
        ) {
            let tones = [Tone::Plain, Tone::Faint];
            let pieces: Vec<Piece> = texts.iter().enumerate().map(|(n, text)| (tones[n % 2], text.clone())).collect();
            let lines = lines(&pieces, first, rest);
            for (index, line) in lines.iter().enumerate() {
                prop_assert!(line.width() <= if index == 0 { first } else { rest }, "{:?}", lines);
            }
            let without_spaces = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(without_spaces(&lines.concat()), without_spaces(&texts.concat()));
        }
    }
}
