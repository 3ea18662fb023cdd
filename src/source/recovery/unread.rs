//! The stretch of a text that the parser gave up on: a rough look at its tokens, to say what is wrong there.

use super::super::Span;
use super::super::document::Style;

/// A token as far as it matters for explanations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A quoted scalar that ends.
    Quoted(Span, Style),
    /// A quote that has no end.
    OpenQuote(usize, Style),
    /// `[` or `{`.
    Open(usize),
    /// `]` or `}`.
    Close(usize),
    /// A scalar without quotes.
    Plain(Span),
    /// `: `, `, ` and the like.
    Mark(usize),
}

/// The tokens from `from` on that begin before `to`. Brackets are counted when `flow` says that one is open, or when one
/// opens.
pub(super) fn tokens(text: &str, from: usize, to: usize, flow: bool) -> Vec<Token> {
    let mut found = Vec::new();
    let mut depth = usize::from(flow);
    let mut at = from;
    while at < to {
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
        let next = at + c.len_utf8();
        let blank_before = text[..at].ends_with([' ', '\t', '\n', '\r', ',', '[', '{']) || at == from;
        match c {
            ' ' | '\t' | '\n' | '\r' | '\u{feff}' => at = next,
            '#' if blank_before => at = line_end(text, at),
            '"' | '\'' => {
                let style = if c == '"' { Style::DoubleQuoted } else { Style::SingleQuoted };
                match quote_end(text, at) {
                    Some(end) => {
                        found.push(Token::Quoted(Span::new(at, end), style));
                        at = end;
                    }
                    None => {
                        found.push(Token::OpenQuote(at, style));
                        break;
                    }
                }
            }
            '[' | '{' => {
                depth += 1;
                found.push(Token::Open(at));
                at = next;
            }
            ']' | '}' => {
                depth = depth.saturating_sub(1);
                found.push(Token::Close(at));
                at = next;
            }
            ':' | '?' | '-' | ',' if is_end(text, next, depth > 0) || c == ',' && depth > 0 => {
                found.push(Token::Mark(at));
                at = next;
            }
            // A tag, an anchor or an alias; what follows is a token of its own.
            '&' | '!' | '*' => {
                let rest = &text[at..];
                at += rest.find([' ', '\t', '\n', '\r']).unwrap_or(rest.len());
            }
            _ => {
                let end = plain_end(text, at, depth > 0).max(next);
                found.push(Token::Plain(Span::new(at, end)));
                at = end;
            }
        }
    }
    found
}

/// One past the closing quote of the quoted scalar at `start`.
pub(super) fn quote_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = *bytes.get(start)?;
    let mut at = start + 1;
    loop {
        match *bytes.get(at)? {
            b'\\' if quote == b'"' => at += 2,
            byte if byte == quote => {
                if quote == b'\'' && bytes.get(at + 1) == Some(&b'\'') {
                    at += 2;
                } else {
                    return Some(at + 1);
                }
            }
            _ => at += 1,
        }
    }
}

/// Where a scalar without quotes ends: at the end of the line, before `: ` or ` #`, in brackets also before `,` and
/// brackets.
pub(super) fn plain_end(text: &str, start: usize, flow: bool) -> usize {
    let mut end = start;
    let mut blank = false;
    for (offset, c) in text[start..].char_indices() {
        let at = start + offset;
        match c {
            '\n' | '\r' => break,
            '#' if blank => break,
            ':' if is_end(text, at + 1, flow) => break,
            ',' | '[' | ']' | '{' | '}' if flow => break,
            ' ' | '\t' => blank = true,
            _ => {
                blank = false;
                end = at + c.len_utf8();
            }
        }
    }
    end
}

/// Whether an indicator before `at` stands alone.
fn is_end(text: &str, at: usize, flow: bool) -> bool {
    match text.as_bytes().get(at) {
        None | Some(b' ' | b'\t' | b'\n' | b'\r') => true,
        Some(b',' | b'[' | b']' | b'{' | b'}') => flow,
        Some(_) => false,
    }
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find(['\n', '\r']).map_or(text.len(), |len| at + len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_found_roughly() {
        let text = "a: [\"b\", 'c''d', e f] # x\n \"open";
        let found = tokens(text, 0, text.len(), false);
        let at = |start, end| Span::new(start, end);
        assert_eq!(
            found,
            [
                Token::Plain(at(0, 1)),
                Token::Mark(1),
                Token::Open(3),
                Token::Quoted(at(4, 7), Style::DoubleQuoted),
                Token::Mark(7),
                Token::Quoted(at(9, 15), Style::SingleQuoted),
                Token::Mark(15),
                Token::Plain(at(17, 20)),
                Token::Close(20),
                Token::OpenQuote(27, Style::DoubleQuoted),
            ]
        );
    }

    #[test]
    fn a_quote_inside_a_plain_scalar_is_text() {
        let text = "title eq \"x";
        assert_eq!(tokens(text, 0, text.len(), false), [Token::Plain(Span::new(0, text.len()))]);
    }
}
