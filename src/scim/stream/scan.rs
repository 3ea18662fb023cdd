//! The tokens of a JSON text, one after the other, without copying any.
//!
//! What is read here is read as serde_json reads it, and everything that serde_json refuses is refused; a few things that it
//! reads are refused too, since they are rare and the reader of whole records takes care of them. Nothing says why.

use std::borrow::Cow;

/// A text, read from its front.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scan<'t> {
    text: &'t str,
    at: usize,
}

/// A string, as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quoted<'t> {
    /// With the quotes around it.
    written: &'t str,
    /// Whether something in it is escaped.
    is_escaped: bool,
}

impl<'t> Quoted<'t> {
    /// What it says, where nothing is escaped.
    pub(super) fn plain(self) -> Option<&'t str> {
        let end = self.written.len().checked_sub(1)?;
        if self.is_escaped { None } else { self.written.get(1..end) }
    }

    /// What it says.
    pub(super) fn decoded(self) -> Option<Cow<'t, str>> {
        match self.plain() {
            Some(text) => Some(Cow::Borrowed(text)),
            None => serde_json::from_str(self.written).ok().map(Cow::Owned),
        }
    }
}

impl<'t> Scan<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Scan { text, at: 0 }
    }

    /// How many bytes have been read.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The next byte that is no white space.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            match *self.text.as_bytes().get(self.at)? {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                byte => return Some(byte),
            }
        }
    }

    /// Reads this byte and white space before it; `None` where another one follows.
    #[inline]
    pub(super) fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// Reads an opening bracket; says whether something stands in it. Where nothing does, the closing one is read too.
    #[inline]
    pub(super) fn open(&mut self, open: u8, close: u8) -> Option<bool> {
        self.take(open)?;
        let is_empty = self.peek()? == close;
        self.at += usize::from(is_empty);
        Some(!is_empty)
    }

    /// Reads a comma or a closing bracket; says whether it was a comma.
    #[inline]
    pub(super) fn goes_on(&mut self, close: u8) -> Option<bool> {
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b',' => Some(true),
            byte if byte == close => Some(false),
            _ => None,
        }
    }

    /// Reads exactly these bytes, if they are next.
    #[inline]
    pub(super) fn skip(&mut self, expected: &str) -> bool {
        let is_next = self.rest().starts_with(expected.as_bytes());
        self.at += if is_next { expected.len() } else { 0 };
        is_next
    }

    /// Passes over so many bytes that have been looked at.
    #[inline]
    pub(super) fn advance(&mut self, count: usize) {
        self.at += count;
    }

    /// What is not read yet.
    #[inline]
    pub(super) fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Reads a string.
    #[inline]
    pub(super) fn string(&mut self) -> Option<Quoted<'t>> {
        self.take(b'"')?;
        let start = self.at - 1;
        let mut is_escaped = false;
        loop {
            self.pass_plain();
            match *self.text.as_bytes().get(self.at)? {
                b'"' => break,
                b'\\' => {
                    is_escaped = true;
                    self.escape()?;
                }
                _ => return None,
            }
        }
        self.at += 1;
        Some(Quoted { written: self.text.get(start..self.at)?, is_escaped })
    }

    /// Passes over what stands for itself in a string, eight bytes at a time.
    #[inline]
    fn pass_plain(&mut self) {
        const ONES: u64 = u64::MAX / 255;
        const HIGH: u64 = ONES << 7;
        // The first byte for which it is marked is one that is below; so may be some behind it.
        let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word & HIGH;
        let is = |word: u64, byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
        let mut rest = self.rest();
        while let Some((chunk, others)) = rest.split_first_chunk::<8>() {
            let word = u64::from_le_bytes(*chunk);
            let marked = below(word, 0x20) | is(word, b'"') | is(word, b'\\');
            if marked != 0 {
                self.at += marked.trailing_zeros() as usize / 8;
                return;
            }
            self.at += 8;
            rest = others;
        }
        self.at += rest.iter().take_while(|byte| **byte >= 0x20 && !matches!(byte, b'"' | b'\\')).count();
    }

    /// Reads an escape that stands for a character.
    fn escape(&mut self) -> Option<()> {
        match *self.rest().get(1)? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.at += 2,
            b'u' => match self.unit()? {
                0xd800..=0xdbff => {
                    // The other half has to follow.
                    self.unit().filter(|unit| (0xdc00..=0xdfff).contains(unit))?;
                }
                0xdc00..=0xdfff => return None,
                _ => {}
            },
            _ => return None,
        }
        Some(())
    }

    fn unit(&mut self) -> Option<u32> {
        let [b'\\', b'u', digits @ ..] = *self.rest().first_chunk::<6>()? else { return None };
        self.at += 6;
        digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))
    }

    /// Reads a number as it is written. One with an exponent or with very many digits is refused: it may be none that can
    /// be held.
    pub(super) fn number(&mut self) -> Option<&'t str> {
        const LONGEST: usize = 200;
        let start = self.at;
        self.at += usize::from(self.rest().first() == Some(&b'-'));
        let starts_with_zero = self.rest().first() == Some(&b'0');
        let digits = self.digits()?;
        if starts_with_zero && digits > 1 {
            return None;
        }
        if self.rest().first() == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        let goes_on = matches!(self.rest().first(), Some(b'e' | b'E'));
        let number = self.text.get(start..self.at)?;
        (!goes_on && number.len() <= LONGEST).then_some(number)
    }

    /// Reads digits; says how many.
    fn digits(&mut self) -> Option<usize> {
        let count = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        (count > 0).then_some(count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A string at the start of a text as both read it: where it ends, and what it says.
    fn strings(text: &str) -> [Option<(usize, String)>; 2] {
        let mut scan = Scan::new(text);
        let ours = scan.string().and_then(|quoted| Some((scan.at(), quoted.decoded()?.into_owned())));
        let mut theirs = serde_json::Deserializer::from_str(text).into_iter::<String>();
        let said = theirs.next().and_then(Result::ok);
        [ours, said.map(|text| (theirs.byte_offset(), text))]
    }

    proptest! {
        #[test]
        fn a_string_is_read_as_serde_json_reads_it(
            parts in proptest::collection::vec(
                prop_oneof![
                    "[ -~äé€😀]{0,12}",
                    proptest::sample::select(vec![
                        "\\\"", "\\\\", "\\n", "\\/", "\\u00e4", "\\ud83d\\ude00", "\\ud83d", "\\ude00", "\\uD83D\\n", "\\u12",
                        "\\x", "\\", "\"", "\n", "\u{1f}", "\u{7f}", "\0", "\u{20ac}",
                    ]).prop_map(str::to_owned),
                ],
                0..6,
            ),
        ) {
            let text = format!("\"{}\" ", parts.concat());
            let [ours, theirs] = strings(&text);
            prop_assert_eq!(ours, theirs, "{}", text);
        }

        #[test]
        fn a_number_is_one_for_serde_json(text in "-?[0-9.e+-]{0,6}", digits in "[0-9]{0,30}") {
            for text in [format!("{text}{digits}"), format!("{digits}{text}")] {
                let mut scan = Scan::new(&text);
                let ours = scan.number().filter(|number| number.len() == text.len());
                let theirs = serde_json::from_str::<serde_json::Number>(&text);
                prop_assert!(ours.is_none() || theirs.is_ok(), "{}", text);
                prop_assert!(ours.is_some() || theirs.is_err() || text.contains('e'), "{}", text);
            }
        }
    }

    #[test]
    fn the_end_of_a_text_is_no_end_of_a_token() {
        for text in ["", "\"", "\"a", "\"abcdefgh", "\"\\", "\"\\u00e", "-", "1.", " "] {
            let mut scan = Scan::new(text);
            assert_eq!((scan.string(), scan.number()), (None, None), "{text}");
        }
    }

    #[test]
    fn brackets_and_commas_may_have_space_around_them() {
        let mut scan = Scan::new(" {\t}\r\n, [ x ,y]");
        assert_eq!(scan.open(b'{', b'}'), Some(false));
        assert_eq!(scan.goes_on(b'}'), Some(true));
        assert_eq!(scan.open(b'[', b']'), Some(true));
        assert_eq!(scan.take(b'x').and_then(|()| scan.goes_on(b']')), Some(true));
        assert!(scan.skip("y") && !scan.skip("y"));
        assert_eq!((scan.goes_on(b']'), scan.goes_on(b']')), (Some(false), None));
    }
}
