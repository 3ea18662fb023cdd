//! The walk over the tokens: what is due, what stands there, and what was said so far.

use crate::condition::mistake::Mistake;
use crate::condition::spelling::{AttributeOperator, alias};
use crate::condition::token::{Token, TokenKind};
use crate::source::{Span, is_hidden, quoted};

/// What is due at a token.
#[derive(Clone, Copy, Debug)]
pub(super) enum Due {
    /// A path, `not`, `true`, `false` or `(`.
    Condition,
    /// An operator after the path, or `[`.
    Question(Span),
    /// A value after the operator.
    Value(Span),
    /// `and`, `or`, a closing bracket, or the end.
    Connective,
}

/// A walk over the tokens of a text that the grammar refused.
pub(super) struct Walk<'t> {
    pub(super) text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    /// The brackets that are open, the outermost first.
    pub(super) open: Vec<Token>,
    /// The path and the operator of the comparison before.
    pub(super) compared: Option<(Span, Span)>,
    pub(super) mistakes: Vec<Mistake>,
}

impl<'t> Walk<'t> {
    pub(super) fn new(text: &'t str, tokens: Vec<Token>) -> Self {
        Walk { text, tokens, at: 0, open: Vec::new(), compared: None, mistakes: Vec::new() }
    }

    /// The next token.
    pub(super) fn take(&mut self) -> Option<Token> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    /// The next token, left where it is.
    pub(super) fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    pub(super) fn peek_second(&self) -> Option<Token> {
        self.tokens.get(self.at + 1).copied()
    }

    /// The token taken last.
    pub(super) fn last(&self) -> Option<Token> {
        self.tokens.get(self.at.checked_sub(1)?).copied()
    }

    /// The token that covers an offset, or the first one after it.
    pub(super) fn token_at(&self, offset: usize) -> Option<Token> {
        self.tokens.iter().find(|token| token.span.end > offset).copied()
    }

    /// Reports a mistake that has an obvious meaning, to go on.
    pub(super) fn report(&mut self, mistake: Mistake) {
        self.mistakes.push(mistake);
    }

    /// Reports a mistake after which nothing sensible can be said.
    pub(super) fn stop(&mut self, mistake: Mistake) -> Option<Due> {
        self.mistakes.push(mistake);
        None
    }

    /// The token as a message repeats it.
    pub(super) fn shown(&self, token: Token) -> String {
        quoted(token.text(self.text))
    }

    /// Whether a token is an operator, of this language or another.
    pub(super) fn is_operator(&self, token: Token) -> bool {
        let written = token.text(self.text);
        matches!(token.kind, TokenKind::Word | TokenKind::Symbol)
            && (AttributeOperator::from_word(written).is_some() || alias(written).is_some())
    }

    /// Whether a token is a value, well written or not.
    pub(super) fn is_value(&self, token: Token) -> bool {
        match token.kind {
            TokenKind::Word => is_literal(token.text(self.text)),
            TokenKind::Text { .. }
            | TokenKind::SingleQuoted { .. }
            | TokenKind::SmartQuoted { .. }
            | TokenKind::Number
            | TokenKind::Pattern { .. } => true,
            _ => false,
        }
    }

    /// Whether a token is a character that looks like a space, or like nothing.
    pub(super) fn is_invisible(&self, token: Token) -> bool {
        let c = token.text(self.text).chars().next();
        token.kind == TokenKind::Other && c.is_some_and(|c| c.is_whitespace() || is_hidden(c))
    }
}

pub(super) fn is_literal(word: &str) -> bool {
    ["true", "false", "null"].iter().any(|literal| word.eq_ignore_ascii_case(literal))
}
