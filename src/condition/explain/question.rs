//! An operator is due, or `[`.

use super::path::quoted_path;
use super::walk::{Due, Walk};
use crate::condition::mistake::{Mistake, SYNTAX};
use crate::condition::spelling::{AttributeOperator, OPERATORS, alias, misspelt};
use crate::condition::suggest::nearest;
use crate::condition::token::{Token, TokenKind};
use crate::source::{Span, quoted};

impl Walk<'_> {
    pub(super) fn question(&mut self, path: Span) -> Option<Due> {
        let Some(token) = self.take() else {
            let mistake = self.no_operator(path);
            return self.stop(mistake);
        };
        let written = token.text(self.text);
        match token.kind {
            TokenKind::OpenBracket if path.end <= token.span.start => self.filter(token),
            TokenKind::Word | TokenKind::Symbol => {
                if let Some(question) = AttributeOperator::from_word(written) {
                    return self.asked(path, token.span, question);
                }
                if let Some(question) = alias(written) {
                    return self.foreign_operator(path, token, question);
                }
                self.unknown_operator(path, token)
            }
            _ if token.span.start == path.end && !matches!(token.kind, TokenKind::Open | TokenKind::Text { .. }) => {
                let mistake = self.broken_name(path);
                self.stop(mistake)
            }
            TokenKind::Open => {
                let mistake = self.called(path, token);
                self.stop(mistake)
            }
            _ => {
                let mistake = self.no_operator(path).related(token.span, "this stands where the operator is due");
                self.stop(mistake)
            }
        }
    }

    /// A character that no name has, right after one.
    fn broken_name(&self, path: Span) -> Mistake {
        let rest = self.text.get(path.end..).unwrap_or_default();
        let sign = rest.chars().next().map_or("", |c| &rest[..c.len_utf8()]);
        let word = rest.split_whitespace().next().unwrap_or_default();
        let written = format!("{}{word}", self.text.get(path.range()).unwrap_or_default());
        let span = Span::new(path.end, path.end + sign.len());
        Mistake::new(SYNTAX, span, format!("{} cannot stand in a name without quotes", quoted(sign)))
            .label("ends the name")
            .help(format!("write {}", quoted(&quoted_path(&written))))
    }

    /// `[` after a path.
    fn filter(&mut self, bracket: Token) -> Option<Due> {
        if let Some(outer) = self.open.iter().find(|open| open.kind == TokenKind::OpenBracket) {
            let mistake = Mistake::new(SYNTAX, bracket.span, "a value filter stands inside another one")
                .label("a second `[`")
                .help("Connect the conditions with `and` inside one pair of brackets")
                .related(outer.span, "inside this one");
            return self.stop(mistake);
        }
        self.open.push(bracket);
        Some(Due::Condition)
    }

    /// The operator is known: what is due after it.
    fn asked(&mut self, path: Span, operator: Span, question: AttributeOperator) -> Option<Due> {
        match question {
            AttributeOperator::Present => {
                self.compared = None;
                Some(Due::Connective)
            }
            AttributeOperator::Compare(_) => {
                self.compared = Some((path, operator));
                Some(Due::Value(operator))
            }
        }
    }

    /// `=`, `contains`, `is not null` and the like.
    fn foreign_operator(&mut self, path: Span, token: Token, question: AttributeOperator) -> Option<Due> {
        let mut span = token.span;
        let mut meant = question.as_str();
        while let Some(next) = self.peek().filter(|next| next.kind == TokenKind::Word) {
            match next.text(self.text).to_ascii_lowercase().as_str() {
                "with" | "to" | "than" => {}
                "not" if meant == "eq" => meant = "ne",
                _ => break,
            }
            self.take();
            span = span.join(next.span);
        }
        match self.peek().map(|next| next.kind) {
            Some(TokenKind::Pattern { .. }) if meant == "eq" => meant = "matches",
            Some(TokenKind::OpenBracket) if meant == "eq" => meant = "in",
            _ => {}
        }
        let written = self.text.get(span.range()).unwrap_or_default();
        let of_groups = self.text.get(path.range()).is_some_and(|path| path.to_ascii_lowercase().contains("groups"));
        let mistake = Mistake::new(SYNTAX, span, format!("{} is not an operator", quoted(written)))
            .label(format!("expected `{meant}`"))
            .help(match meant {
                "co" if of_groups => {
                    "write `includes` for the whole name of a group, or `co` for a part of one".to_string()
                }
                "matches" => "write `matches /…/` with the regular expression between slashes".to_string(),
                "co" if written.to_ascii_lowercase().ends_with("like") => {
                    "write `co` for a part of the text, `sw` or `ew` for its start or end, or `matches /…/`".to_string()
                }
                _ => format!("write `{meant}`"),
            });
        self.report(mistake);
        self.asked(path, span, question)
    }

    fn unknown_operator(&mut self, path: Span, token: Token) -> Option<Due> {
        let written = token.text(self.text);
        let path_text = self.text.get(path.range()).unwrap_or_default();
        let follows = self.peek();
        match written.to_ascii_lowercase().as_str() {
            "and" | "or" | "&&" | "||" => {
                let mistake = self.no_operator(path).related(token.span, "the next condition starts here");
                return self.stop(mistake);
            }
            "not" => {
                let mistake = Mistake::new(SYNTAX, token.span, "`not` stands between an attribute and its operator")
                    .label("belongs before the attribute")
                    .help(format!("write `not ({path_text} …)`"));
                self.report(mistake);
                return Some(Due::Question(path));
            }
            _ => {}
        }
        let operator_follows = follows.is_some_and(|next| self.is_operator(next));
        if operator_follows && nearest(path_text, ["not"]).is_some() {
            let mistake = Mistake::new(SYNTAX, path, format!("no operator follows {}", quoted(path_text)))
                .label("taken for an attribute")
                .help("did you mean `not`?");
            self.report(mistake);
            return Some(Due::Question(token.span));
        }
        if operator_follows {
            let mistake = self.no_operator(path).related(token.span, "this stands where the operator is due");
            return self.stop(mistake);
        }
        let mistake = Mistake::new(SYNTAX, token.span, format!("{} is not an operator", quoted(written)))
            .label("expected an operator");
        if let Some(question) = misspelt(written) {
            self.report(mistake.help(format!("did you mean `{}`?", question.as_str())));
            return self.asked(path, token.span, question);
        }
        self.stop(mistake.help(format!("use one of {OPERATORS}")))
    }

    fn no_operator(&self, path: Span) -> Mistake {
        let written = self.text.get(path.range()).unwrap_or_default();
        let help = match written.to_ascii_lowercase().as_str() {
            // Booleans of other languages, and of YAML before 1.2.
            "yes" | "on" | "y" => "write `true`".to_string(),
            "no" | "off" | "n" => "write `false`".to_string(),
            _ => format!("write one of {OPERATORS} after it"),
        };
        Mistake::new(SYNTAX, path, format!("no operator follows {}", quoted(written)))
            .label("what is asked of it?")
            .help(help)
    }

    /// `userName.startsWith("x")` and `startsWith(userName, "x")`.
    fn called(&self, path: Span, bracket: Token) -> Mistake {
        let written = self.text.get(path.range()).unwrap_or_default();
        let (owner, function) = written.rsplit_once('.').unwrap_or(("userName", written));
        let mistake =
            Mistake::new(SYNTAX, path.join(bracket.span), "conditions call no functions").label("written as a call");
        match AttributeOperator::from_word(function).or_else(|| alias(function)) {
            Some(question) => mistake.help(format!("write `{owner} {} …`", question.as_str())),
            None => mistake.help(format!("write an operator after the attribute: one of {OPERATORS}")),
        }
    }
}
