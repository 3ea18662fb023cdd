//! A value is due.

use super::walk::{Due, Walk, is_literal};
use super::{unclosed, unclosed_text};
use crate::condition::literal::json_string;
use crate::condition::mistake::{Mistake, SYNTAX};
use crate::condition::spelling::{AttributeOperator, alias};
use crate::condition::suggest::nearest;
use crate::condition::token::{Token, TokenKind};
use crate::source::{Span, quoted};

impl Walk<'_> {
    /// Reads the value after an operator.
    pub(super) fn value(&mut self, operator: Span) -> Option<Due> {
        let written_operator = quoted(self.text.get(operator.range()).unwrap_or_default());
        let Some(token) = self.take() else {
            return self.stop(no_value(operator, &written_operator));
        };
        let written = token.text(self.text);
        match token.kind {
            TokenKind::OpenBracket => self.list(token),
            TokenKind::Word if !is_literal(written) => self.word_as_value(operator, &written_operator, token),
            TokenKind::Open => {
                let mistake = Mistake::new(
                    SYNTAX,
                    token.span,
                    format!("`(` stands where the value of {written_operator} is due"),
                )
                .label("expected a value")
                .help(if written_operator.eq_ignore_ascii_case("`in`") {
                    "write the list in square brackets: `in [\"a\", \"b\"]`"
                } else {
                    "write the value without parentheses, or `in [ … ]` for several values"
                })
                .related(operator, "the operator");
                self.stop(mistake)
            }
            _ if self.is_value(token) => self.literal(token).then_some(Due::Connective),
            TokenKind::Symbol => {
                let mistake = Mistake::new(
                    SYNTAX,
                    token.span,
                    format!("{} stands where the value of {written_operator} is due", self.shown(token)),
                )
                .label("expected a value")
                .help("write one operator, and a value after it")
                .related(operator, "the operator");
                self.stop(mistake)
            }
            TokenKind::Other => {
                let span = self.rest_of_unquoted(token);
                self.unquoted(span)
            }
            _ => {
                let mistake =
                    no_value(operator, &written_operator).related(token.span, "this stands where the value is due");
                self.stop(mistake)
            }
        }
    }

    fn word_as_value(&mut self, operator: Span, written_operator: &str, token: Token) -> Option<Due> {
        let written = token.text(self.text);
        let lower = written.to_ascii_lowercase();
        if matches!(lower.as_str(), "and" | "or") {
            let mistake = no_value(operator, written_operator).related(token.span, "the next condition starts here");
            return self.stop(mistake);
        }
        let value_follows = self.peek().is_some_and(|next| self.is_value(next));
        if value_follows
            && (lower == "not" || AttributeOperator::from_word(written).is_some() || alias(written).is_some())
        {
            let mistake = Mistake::new(
                SYNTAX,
                token.span,
                format!("{} stands where the value of {written_operator} is due", quoted(written)),
            )
            .label("expected a value")
            .help(if lower == "not" {
                "write `not` before the attribute: `not (userType eq \"Guest\")`"
            } else {
                "write one operator, and a value after it"
            })
            .related(operator, "the operator");
            return self.stop(mistake);
        }
        let span = self.rest_of_unquoted(token);
        self.unquoted(span)
    }

    /// A literal outside or inside of a list; whether the walk can go on.
    fn literal(&mut self, token: Token) -> bool {
        let written = token.text(self.text);
        match token.kind {
            TokenKind::Text { closed: false } => {
                self.report(unclosed_text(self.text, token));
                return false;
            }
            TokenKind::Pattern { closed: false } => {
                self.report(
                    Mistake::new(SYNTAX, token.span, "the pattern is not closed on its line")
                        .label("opened here")
                        .help("write `/` after it; inside a pattern, `\\/` is a slash"),
                );
                return false;
            }
            TokenKind::SingleQuoted { closed } => {
                self.report(wrong_quotes(token, written, closed, "single quotes"));
                return closed;
            }
            TokenKind::SmartQuoted { closed } => {
                self.report(wrong_quotes(token, written, closed, "typographic quotes"));
                return closed;
            }
            TokenKind::Number if !is_json_number(written) => {
                let span = self.rest_of_unquoted(token);
                if span != token.span || written.trim_start_matches('+').parse::<f64>().is_err() {
                    return self.unquoted(span).is_some();
                }
                self.report(
                    Mistake::new(SYNTAX, token.span, format!("{} is not a JSON number", quoted(written)))
                        .label("expected a number such as `7`, `-1.5` or `2e3`")
                        .help(format!("write it without leading zeros or `+`, or as a string: `\"{written}\"`")),
                );
            }
            _ => {}
        }
        true
    }

    /// Text without quotes: it goes on while the next token touches it or is another word.
    fn rest_of_unquoted(&mut self, first: Token) -> Span {
        let mut span = first.span;
        while let Some(next) = self.peek() {
            let word = next.text(self.text);
            let is_word =
                next.kind == TokenKind::Word && !matches!(word.to_ascii_lowercase().as_str(), "and" | "or" | "not");
            let touches = next.span.start == span.end;
            let ends = matches!(
                next.kind,
                TokenKind::Close | TokenKind::CloseBracket | TokenKind::Comma | TokenKind::Text { .. }
            );
            if ends || !(touches || is_word) {
                break;
            }
            span = span.join(next.span);
            self.take();
        }
        span
    }

    /// Reports text without quotes; the walk goes on only where it clearly ends.
    fn unquoted(&mut self, span: Span) -> Option<Due> {
        let written = self.text.get(span.range()).unwrap_or_default();
        self.report(
            Mistake::new(SYNTAX, span, format!("the value {} stands without quotes", quoted(written)))
                .label("expected a string, a number, `true`, `false` or `null`")
                .help(match nearest(written, ["true", "false", "null"]) {
                    Some(word) => format!("did you mean `{word}`? Text is written {}", quoted(&json_string(written))),
                    None => format!("write {}", quoted(&json_string(written))),
                }),
        );
        let clear = match self.peek() {
            None => true,
            Some(next) => match next.kind {
                TokenKind::Close | TokenKind::CloseBracket | TokenKind::Comma => true,
                TokenKind::Word => !next.text(self.text).eq_ignore_ascii_case("not"),
                _ => false,
            },
        };
        clear.then_some(Due::Connective)
    }

    /// Reads a list, its `[` taken.
    fn list(&mut self, open: Token) -> Option<Due> {
        let mut comma: Option<Token> = None;
        loop {
            let Some(token) = self.take() else {
                return self.stop(unclosed(open, self.text));
            };
            match token.kind {
                // The parser itself says that a list is empty.
                TokenKind::CloseBracket if comma.is_none() => return Some(Due::Connective),
                TokenKind::CloseBracket | TokenKind::Comma => {
                    return self.stop(empty_place(comma.unwrap_or(token), token));
                }
                _ => self.list_item(open, token)?,
            }
            match self.take() {
                Some(token) if token.kind == TokenKind::CloseBracket => return Some(Due::Connective),
                Some(token) if token.kind == TokenKind::Comma => comma = Some(token),
                token => {
                    let mistake = self.unseparated(open, token);
                    return self.stop(mistake);
                }
            }
        }
    }

    /// One value of a list.
    fn list_item(&mut self, open: Token, token: Token) -> Option<()> {
        if token.kind == TokenKind::Word && !is_literal(token.text(self.text)) {
            let span = self.rest_of_unquoted(token);
            return self.unquoted(span).map(|_| ());
        }
        if self.is_value(token) {
            return self.literal(token).then_some(());
        }
        let mistake = match token.kind {
            TokenKind::OpenBracket => Mistake::new(SYNTAX, token.span, "a list stands inside a list")
                .help("write all values into one pair of brackets"),
            _ => {
                let message = format!("{} stands where a value of the list is due", self.shown(token));
                Mistake::new(SYNTAX, token.span, message).help("write strings in double quotes, separated by `,`")
            }
        };
        self.report(mistake.label("expected a value").related(open.span, "the list starts here"));
        None
    }

    /// Neither `,` nor `]` stands after a value of a list.
    fn unseparated(&self, open: Token, found: Option<Token>) -> Mistake {
        match found {
            Some(token) if self.is_value(token) => {
                Mistake::new(SYNTAX, token.span, format!("no `,` stands before {}", self.shown(token)))
                    .label("expected `,` or `]`")
                    .help("write `,` between the values of a list")
                    .related(open.span, "the list starts here")
            }
            Some(token) => unclosed(open, self.text).related(token.span, "`,` or `]` was due here"),
            None => unclosed(open, self.text),
        }
    }
}

fn is_json_number(text: &str) -> bool {
    serde_json::from_str::<serde_json::Number>(text).is_ok()
}

fn no_value(operator: Span, written: &str) -> Mistake {
    Mistake::new(SYNTAX, operator, format!("no value follows {written}"))
        .label("compared with what?")
        .help("write a value after it: a string in double quotes, a number, `true`, `false` or `null`")
}

fn empty_place(place: Token, found: Token) -> Mistake {
    Mistake::new(SYNTAX, place.span, "a value is missing in the list")
        .label(if place == found { "nothing before this" } else { "nothing after this" })
        .help("write a value there, or take the `,` away")
}

fn wrong_quotes(token: Token, written: &str, closed: bool, what: &str) -> Mistake {
    let quote = written.chars().next().map_or(0, char::len_utf8);
    if !closed {
        let span = Span::new(token.span.start, token.span.start + quote);
        return Mistake::new(SYNTAX, span, format!("{} opens no string", quoted(&written[..quote])))
            .label("expected `\"`")
            .help("put strings into double quotes");
    }
    let last = written.chars().next_back().map_or(0, char::len_utf8);
    let inner = written.get(quote..written.len().saturating_sub(last)).unwrap_or_default();
    Mistake::new(SYNTAX, token.span, format!("the string stands in {what}"))
        .label("expected double quotes")
        .help(format!("write {}", quoted(&json_string(inner))))
}
