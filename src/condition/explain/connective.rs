//! A connective is due, a closing bracket, or the end.

use super::unclosed;
use super::walk::{Due, Walk};
use crate::condition::mistake::{Mistake, SYNTAX};
use crate::condition::spelling::connective;
use crate::condition::token::{Token, TokenKind, is_name};

impl Walk<'_> {
    pub(super) fn connective(&mut self) -> Option<Due> {
        let before = self.last();
        let Some(token) = self.take() else {
            let open = self.open.last().copied();
            return open.and_then(|open| self.stop(unclosed(open, self.text)));
        };
        if let Some(mistake) = before.and_then(|before| self.touching(before, token)) {
            return self.stop(mistake);
        }
        match token.kind {
            TokenKind::Word if is_connective(token.text(self.text)) => Some(Due::Condition),
            TokenKind::Close | TokenKind::CloseBracket => self.closing(token),
            TokenKind::Comma => {
                let mistake = Mistake::new(SYNTAX, token.span, "`,` stands outside a list")
                    .label("expected `and`, `or` or the end")
                    .help(match self.compared {
                        Some((path, _)) => {
                            let path = self.text.get(path.range()).unwrap_or_default();
                            format!("write `{path} in [ …, … ]` for several values, or connect conditions with `and` or `or`")
                        }
                        None => "Connect conditions with `and` or `or`".to_string(),
                    });
                self.stop(mistake)
            }
            _ => self.unconnected(before, token),
        }
    }

    /// Something that touches the token before it, and was meant to belong to it.
    fn touching(&self, before: Token, token: Token) -> Option<Mistake> {
        let closing = match token.kind {
            TokenKind::Close => true,
            TokenKind::CloseBracket => !self.open.is_empty(),
            _ => false,
        };
        if before.span.end != token.span.start || closing || token.kind == TokenKind::Comma {
            return None;
        }
        let is_text = matches!(token.kind, TokenKind::Word | TokenKind::Number | TokenKind::Text { .. });
        let (what, escape) = match before.kind {
            TokenKind::Text { .. } if is_text => ("string", "\\\""),
            TokenKind::Pattern { .. } if is_text || token.kind != TokenKind::Symbol => ("pattern", "\\/"),
            TokenKind::CloseBracket if token.kind == TokenKind::Word => {
                let mistake = Mistake::new(SYNTAX, token.span, format!("no `.` stands before {}", self.shown(token)));
                return Some(mistake.label("follows `]`").help(format!("write `].{}`", token.text(self.text))));
            }
            _ => return None,
        };
        let connected = token.kind == TokenKind::Word && is_connective(token.text(self.text));
        (!connected).then(|| {
            Mistake::new(SYNTAX, token.span, format!("{} follows the end of a {what}", self.shown(token)))
                .label(format!("the {what} has ended"))
                .help(format!("write `{escape}` for that sign inside a {what}"))
                .related(before.span, format!("this is the {what}"))
        })
    }

    /// `)` or `]` after a condition.
    fn closing(&mut self, token: Token) -> Option<Due> {
        let Some(open) = self.open.pop() else {
            let mistake = self.stray_closing(token);
            return self.stop(mistake);
        };
        let fits = (open.kind == TokenKind::Open) == (token.kind == TokenKind::Close);
        if !fits {
            return self.stop(unclosed(open, self.text).related(token.span, "this closes another kind of bracket"));
        }
        let dot = self.peek().filter(|dot| dot.kind == TokenKind::Dot);
        let (TokenKind::CloseBracket, Some(dot)) = (token.kind, dot) else { return Some(Due::Connective) };
        self.take();
        match self.take() {
            Some(name) if name.kind == TokenKind::Word && is_name(name.text(self.text)) => {
                Some(Due::Question(name.span))
            }
            Some(name) if name.kind == TokenKind::Text { closed: true } => Some(Due::Question(name.span)),
            name => {
                let span = name.map_or(dot.span, |name| name.span);
                self.stop(
                    Mistake::new(SYNTAX, span, "one sub-attribute has to follow `].`")
                        .label("expected a single name")
                        .help("write `emails[type eq \"work\"].value ew \"@contoso.eu\"`"),
                )
            }
        }
    }

    pub(super) fn stray_closing(&self, token: Token) -> Mistake {
        Mistake::new(SYNTAX, token.span, format!("{} closes nothing", self.shown(token)))
            .label("nothing is open here")
            .help("take it away, or open it where it belongs")
    }

    /// Something other than a connective stands after a condition.
    fn unconnected(&mut self, before: Option<Token>, token: Token) -> Option<Due> {
        let written = token.text(self.text);
        let shown = self.shown(token);
        if let Some(word) = connective(written).filter(|_| self.peek().is_some()) {
            self.report(
                Mistake::new(SYNTAX, token.span, format!("{shown} is not a connective"))
                    .label(format!("expected `{word}`"))
                    .help(format!("write `{word}`")),
            );
            return Some(Due::Condition);
        }
        let after_present = before.filter(|before| before.text(self.text).eq_ignore_ascii_case("pr"));
        if let Some(present) = after_present.filter(|_| self.is_value(token)) {
            return self.stop(
                Mistake::new(SYNTAX, token.span, "`pr` takes no value")
                    .label("one too many")
                    .help(format!("take it away, or write `eq {written}`"))
                    .related(present.span, "asks whether there is any value"),
            );
        }
        let starts_condition = matches!(token.kind, TokenKind::Word | TokenKind::Open);
        let mistake = if starts_condition {
            Mistake::new(SYNTAX, token.span, format!("neither `and` nor `or` stands before {shown}"))
                .label("a second condition starts here")
                .help("write `and` or `or` between the two")
        } else {
            Mistake::new(SYNTAX, token.span, format!("{shown} stands after the end of a condition"))
                .label("expected `and`, `or` or the end")
                .help("take it away, or connect another condition with `and` or `or`")
        };
        self.stop(match before {
            Some(before) => mistake.related(before.span, "the condition before ends here"),
            None => mistake,
        })
    }
}

fn is_connective(word: &str) -> bool {
    word.eq_ignore_ascii_case("and") || word.eq_ignore_ascii_case("or")
}
