//! Why the grammar refused a text.
//!
//! The grammar knows where it gave up, but not what was meant. This walks over the tokens with four states (a condition,
//! an operator, a value, or a connective is due) and a stack of open brackets, and says what stands there instead. What has an
//! obvious meaning, such as `=` for `eq`, is reported and walked over, so that all of those are reported at once; the
//! first thing without one ends the walk.

mod condition;
mod connective;
mod path;
mod question;
mod value;
mod walk;

use self::walk::{Due, Walk};
use super::mistake::{Mistake, SYNTAX, quoted};
use super::parse::Failure;
use super::token::{Token, TokenKind, tokens};
use crate::source::Span;

/// More mistakes of one condition are not reported.
const MAX_MISTAKES: usize = 20;

/// Explains why the grammar refused a text: at least one mistake, in order of position.
pub(super) fn explain(text: &str, failure: &Failure) -> Vec<Mistake> {
    let tokens: Vec<Token> = tokens(text).filter(|token| token.kind != TokenKind::Comment).collect();
    let mut walk = Walk::new(text, tokens);
    let mut due = Due::Condition;
    while let Some(next) = walk.step(due) {
        due = next;
        if walk.mistakes.len() >= MAX_MISTAKES {
            break;
        }
    }
    if walk.mistakes.is_empty() {
        walk.mistakes.push(unexplained(text, &walk, failure));
    }
    walk.mistakes.sort_by_key(|mistake| mistake.span);
    walk.mistakes
}

/// What the walk gave no reason for: what stands there, and what could stand there.
fn unexplained(text: &str, walk: &Walk<'_>, failure: &Failure) -> Mistake {
    let token = walk.token_at(failure.at);
    let span = token.map_or(Span::new(failure.at, text.len()), |token| token.span);
    let found = token.map_or("the end".to_string(), |token| quoted(token.text(text)));
    let expected = if failure.expected.is_empty() { "something else".into() } else { failure.expected.join(", or ") };
    Mistake::new(SYNTAX, span, format!("{found} cannot stand here"))
        .label(format!("expected {expected}"))
        .help("Write conditions such as `userName ew \"@contoso.eu\"`, connected with `and` or `or`")
}

impl Walk<'_> {
    /// Reads what is due; `None` at the end, or where nothing sensible can be said about the rest.
    fn step(&mut self, due: Due) -> Option<Due> {
        if let Some(token) = self.peek().filter(|token| token.kind == TokenKind::Text { closed: false }) {
            return self.stop(unclosed_text(self.text, token));
        }
        if let Some(token) = self.peek().filter(|token| self.is_invisible(*token)) {
            self.take();
            self.report(invisible(token, self.text));
            return Some(due);
        }
        match due {
            Due::Condition => self.condition(),
            Due::Question(path) => self.question(path),
            Due::Value(operator) => self.value(operator),
            Due::Connective => self.connective(),
        }
    }
}

/// A character that looks like a space, or like nothing.
fn invisible(token: Token, text: &str) -> Mistake {
    let code = token.text(text).chars().next().map_or(0, u32::from);
    Mistake::new(SYNTAX, token.span, format!("the character U+{code:04X} is not a plain space"))
        .label("cannot be seen")
        .help("Replace it with a plain space, or take it away")
}

/// A bracket that is never closed.
pub(super) fn unclosed(open: Token, text: &str) -> Mistake {
    let sign = open.text(text);
    let closing = if open.kind == TokenKind::Open { ")" } else { "]" };
    Mistake::new(SYNTAX, open.span, format!("`{sign}` is never closed"))
        .label("opened here")
        .help(format!("Write the `{closing}` that belongs to it"))
}

/// A string that the end of its line cuts off.
pub(super) fn unclosed_text(text: &str, token: Token) -> Mistake {
    let written = token.text(text);
    let help = if written.ends_with("\\\"") {
        "Write `\\\\` for a backslash: `\\\"` is a quote inside the string and does not end it"
    } else {
        "Write `\"` after it; inside a string, `\\\"` is a quote"
    };
    Mistake::new(SYNTAX, token.span, "the string is not closed on its line").label("opened here").help(help)
}
