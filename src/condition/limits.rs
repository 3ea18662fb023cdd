//! What is refused before the grammar runs, so that the answer never depends on how much stack a thread has.

use super::mistake::{LIMIT, Mistake, SYNTAX};
use super::parse::TextStyle;
use super::token::{Token, TokenKind, tokens};
use crate::source::Span;

/// The longest condition, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// How deep parentheses, `not` and brackets may be nested in each other.
pub const MAX_DEPTH: usize = 64;

/// The first thing for which a text is refused unread: its length, its depth, or a comment where none can be.
pub(super) fn refusal(text: &str, style: TextStyle) -> Option<Mistake> {
    if text.len() > MAX_BYTES {
        return Some(too_long(text));
    }
    let mut depth = Depth::default();
    for token in tokens(text) {
        if token.kind == TokenKind::Comment && style != TextStyle::Literal {
            return Some(misplaced_comment(token, style));
        }
        depth.enter(token, text);
        if depth.open.len() > MAX_DEPTH {
            return Some(too_deep(token));
        }
    }
    None
}

/// What is open at a token: never more than one above the limit.
#[derive(Default)]
struct Depth {
    open: Vec<Opened>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Opened {
    Not,
    Bracket,
}

impl Depth {
    fn enter(&mut self, token: Token, text: &str) {
        match token.kind {
            TokenKind::Open | TokenKind::OpenBracket => self.open.push(Opened::Bracket),
            TokenKind::Close | TokenKind::CloseBracket => {
                self.leave_nots();
                self.open.pop();
                self.leave_nots();
            }
            TokenKind::Word => {
                let word = token.text(text);
                if word.eq_ignore_ascii_case("not") {
                    self.open.push(Opened::Not);
                } else if word.eq_ignore_ascii_case("and") || word.eq_ignore_ascii_case("or") {
                    self.leave_nots();
                }
            }
            _ => {}
        }
    }

    /// The operand of every `not` since the last bracket has ended.
    fn leave_nots(&mut self) {
        while self.open.last() == Some(&Opened::Not) {
            self.open.pop();
        }
    }
}

fn too_long(text: &str) -> Mistake {
    let message = format!("the condition is {} bytes long, and the limit is {MAX_BYTES} bytes (64 KiB)", text.len());
    // The label stands on the first characters: a whole text of this size is no place.
    let end = text.char_indices().nth(40).map_or(text.len(), |(at, _)| at);
    Mistake::new(LIMIT, Span::new(0, end), message)
        .label("starts here")
        .help("Split it into several rules, or use `in [ … ]` or a pattern for long lists of names")
}

fn too_deep(token: Token) -> Mistake {
    Mistake::new(LIMIT, token.span, format!("the condition is nested deeper than the limit of {MAX_DEPTH} levels"))
        .label(format!("level {} starts here", MAX_DEPTH + 1))
        .help("Take away parentheses and repeated `not`, or split the condition into several rules")
}

fn misplaced_comment(token: Token, style: TextStyle) -> Mistake {
    let sign = Span::new(token.span.start, token.span.start + 1);
    let mistake = match style {
        TextStyle::Folded => Mistake::new(SYNTAX, sign, "`#` stands outside a string in a folded block scalar")
            .help("Write `|` instead of `>`: `>` joins the lines, so that a comment would swallow all that follows it"),
        _ => Mistake::new(SYNTAX, sign, "`#` stands outside a string, and this kind of text holds no comments")
            .help("Move the comment out, or write the condition as a literal block scalar (`|`), where comments work"),
    };
    mistake.label("starts no comment here")
}
