//! Words, values and signs of a text that may be no condition at all.
//!
//! The grammar reads what is right. This reads anything, in one pass and without stack, for two purposes: the limits
//! are checked on its tokens before the grammar runs, and when the grammar fails they explain why.

use pest::unicode::{XID_CONTINUE, XID_START};

use crate::source::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A keyword or a path: names, dots, colons, and quoted segments after a dot or a colon.
    Word,
    /// Something that starts as a number does.
    Number,
    /// `"…"`; not closed where its line ends first.
    Text { closed: bool },
    /// `'…'`, which no condition has.
    SingleQuoted { closed: bool },
    /// `“…”` or a relative of it, which no condition has.
    SmartQuoted { closed: bool },
    /// `/…/` with the letters after it; not closed where its line ends first.
    Pattern { closed: bool },
    /// `(`
    Open,
    /// `)`
    Close,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `,`
    Comma,
    /// `.` that no word precedes: as in `emails[…].value`.
    Dot,
    /// A run of `=`, `<`, `>`, `!`, `&`, `|`, `~`, `^`.
    Symbol,
    /// `#` to the end of the line.
    Comment,
    /// Any other character.
    Other,
}

/// A token and its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Span,
}

impl Token {
    /// The token as written.
    pub(super) fn text(self, condition: &str) -> &str {
        condition.get(self.span.range()).unwrap_or_default()
    }
}

/// The tokens of a text, in order, without white space.
pub(super) fn tokens(text: &str) -> Tokens<'_> {
    Tokens { text, at: 0 }
}

/// Whether a name may start so: what the grammar's `name` has.
pub(super) fn starts_name(c: char) -> bool {
    XID_START(c) || c == '_' || c == '$'
}

/// Whether a name may go on so: the grammar's `name_char`.
pub(super) fn continues_name(c: char) -> bool {
    XID_CONTINUE(c) || c == '-' || c == '$'
}

/// Whether the text is a name that a path can hold without quotes.
pub(super) fn is_name(text: &str) -> bool {
    text.chars().next().is_some_and(starts_name) && text.chars().all(continues_name)
}

/// Iterator of [`tokens`].
pub(super) struct Tokens<'t> {
    text: &'t str,
    at: usize,
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.skip(|c| matches!(c, ' ' | '\t' | '\r' | '\n'));
        let start = self.at;
        let first = self.take()?;
        let kind = match first {
            '(' => TokenKind::Open,
            ')' => TokenKind::Close,
            '[' => TokenKind::OpenBracket,
            ']' => TokenKind::CloseBracket,
            ',' => TokenKind::Comma,
            '.' => TokenKind::Dot,
            '"' => TokenKind::Text { closed: self.quoted(&['"']) },
            '\'' => TokenKind::SingleQuoted { closed: self.quoted(&['\'']) },
            '“' | '”' | '„' | '«' | '»' => {
                TokenKind::SmartQuoted { closed: self.quoted(&['“', '”', '«', '»', '"']) }
            }
            '‘' | '’' | '‚' => TokenKind::SmartQuoted { closed: self.quoted(&['‘', '’', '\'']) },
            '/' => {
                let closed = self.quoted(&['/']);
                if closed {
                    self.skip(continues_name);
                }
                TokenKind::Pattern { closed }
            }
            '#' => {
                self.skip(|c| !matches!(c, '\n' | '\r'));
                TokenKind::Comment
            }
            c if is_symbol(c) => {
                self.skip(is_symbol);
                TokenKind::Symbol
            }
            c if starts_name(c) => {
                self.word();
                TokenKind::Word
            }
            c if c.is_ascii_digit() || (matches!(c, '-' | '+') && self.peek().is_some_and(|d| d.is_ascii_digit())) => {
                self.skip(|c| continues_name(c) || matches!(c, '.' | ':' | '+'));
                TokenKind::Number
            }
            _ => TokenKind::Other,
        };
        Some(Token { kind, span: Span::new(start, self.at) })
    }
}

impl Tokens<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn skip(&mut self, belongs: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&belongs) {
            self.take();
        }
    }

    /// Goes behind one of the closing signs, or to the end of the line; whether there was one. A backslash takes the
    /// next character with it.
    fn quoted(&mut self, closing: &[char]) -> bool {
        while let Some(c) = self.peek() {
            if matches!(c, '\n' | '\r') {
                return false;
            }
            self.take();
            if closing.contains(&c) {
                return true;
            }
            if c == '\\' && self.peek().is_some_and(|c| !matches!(c, '\n' | '\r')) {
                self.take();
            }
        }
        false
    }

    /// Goes behind the rest of a word.
    fn word(&mut self) {
        loop {
            self.skip(continues_name);
            if !matches!(self.peek(), Some('.' | ':')) {
                return;
            }
            self.take();
            if self.peek() == Some('"') {
                self.take();
                self.quoted(&['"']);
            }
        }
    }
}

fn is_symbol(c: char) -> bool {
    matches!(c, '=' | '<' | '>' | '!' | '&' | '|' | '~' | '^')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = tokens(text).map(|token| token.text(text)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn tokens_are_split() {
        check(r#"userName eq "a b" and(x pr)"#, &["userName", "eq", r#""a b""#, "and", "(", "x", "pr", ")"]);
        check(r#"attributes."a \" b".c-d:e pr"#, &[r#"attributes."a \" b".c-d:e"#, "pr"]);
        check(r#"a["x"].b"#, &["a", "[", r#""x""#, "]", ".", "b"]);
        check(r#"a matches /x\/"y/i, 1"#, &["a", "matches", r#"/x\/"y/i"#, ",", "1"]);
        check("a == -1.5e+3 !~ 2026-01-31T00:00:00+01:00", &["a", "==", "-1.5e+3", "!~", "2026-01-31T00:00:00+01:00"]);
        check("a 'b' “c” # d 'e\nf", &["a", "'b'", "“c”", "# d 'e", "f"]);
        check("\"a\nb /c\r\n'd", &["\"a", "b", "/c", "'d"]);
        check("ß é@\u{a0}x", &["ß", "é", "@", "\u{a0}", "x"]);
        check("", &[]);
    }
}
