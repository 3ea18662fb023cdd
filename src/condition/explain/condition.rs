//! A condition is due.

use super::path::path_mistake;
use super::unclosed;
use super::walk::{Due, Walk};
use crate::condition::literal::json_string;
use crate::condition::mistake::{Mistake, SYNTAX};
use crate::condition::spelling::{AttributeOperator, alias};
use crate::condition::token::{Token, TokenKind};
use crate::source::{Span, quoted};

impl Walk<'_> {
    pub(super) fn condition(&mut self) -> Option<Due> {
        let before = self.last();
        let Some(token) = self.take() else {
            let mistake = self.no_condition(before, None);
            return self.stop(mistake);
        };
        match token.kind {
            TokenKind::Word => self.word_as_condition(before, token),
            TokenKind::Text { .. } => self.text_as_condition(token),
            TokenKind::Open => {
                self.open.push(token);
                Some(Due::Condition)
            }
            TokenKind::Symbol if token.text(self.text).chars().all(|c| c == '!') => {
                let mistake = Mistake::new(SYNTAX, token.span, "`!` is not an operator")
                    .label("expected `not`")
                    .help("write `not (…)`");
                self.report(mistake);
                Some(Due::Condition)
            }
            TokenKind::Close | TokenKind::CloseBracket => {
                let mistake = self.no_condition(before, Some(token));
                self.stop(mistake)
            }
            TokenKind::OpenBracket => self.stop(
                Mistake::new(SYNTAX, token.span, "`[` stands after no attribute")
                    .label("expected a condition")
                    .help("write `emails[type eq \"work\"]`, or parentheses to group conditions"),
            ),
            TokenKind::Symbol => self.stop(missing_attribute(token, self.text)),
            TokenKind::Number
            | TokenKind::Pattern { .. }
            | TokenKind::SingleQuoted { .. }
            | TokenKind::SmartQuoted { .. } => {
                let mistake = self.value_for_condition(token);
                self.stop(mistake)
            }
            _ => {
                let mistake =
                    Mistake::new(SYNTAX, token.span, format!("{} cannot start a condition", self.shown(token)))
                        .label("expected an attribute, `not`, `(`, `true` or `false`")
                        .help(self.character_help(token));
                self.stop(mistake)
            }
        }
    }

    fn word_as_condition(&mut self, before: Option<Token>, token: Token) -> Option<Due> {
        let word = token.text(self.text);
        match word.to_ascii_lowercase().as_str() {
            "not" => return Some(Due::Condition),
            "true" | "false" => return Some(Due::Connective),
            "and" | "or" => {
                let mistake = self.no_condition(before, Some(token));
                return self.stop(mistake);
            }
            "null" => {
                let mistake = self.value_for_condition(token);
                return self.stop(mistake);
            }
            _ => {}
        }
        // An attribute may be called as an operator is, but hardly when a value follows.
        let value_follows = self.peek().is_some_and(|next| self.is_value(next));
        if value_follows && (AttributeOperator::from_word(word).is_some() || alias(word).is_some()) {
            return self.stop(missing_attribute(token, self.text));
        }
        if let Some(mistake) = path_mistake(token, self.text) {
            return self.stop(mistake);
        }
        Some(Due::Question(token.span))
    }

    /// A string in front: a quoted name, a comparison the wrong way round, or a value that lost its attribute.
    fn text_as_condition(&mut self, token: Token) -> Option<Due> {
        let mut path = token.span;
        while let Some(dot) = self.peek().filter(|dot| dot.kind == TokenKind::Dot && dot.span.start == path.end) {
            self.take();
            path = path.join(self.take().unwrap_or(dot).span);
        }
        if self.peek().is_some_and(|next| next.kind == TokenKind::OpenBracket) {
            return Some(Due::Question(path));
        }
        let operator = self.peek().filter(|next| self.is_operator(*next));
        let Some(operator) = operator else {
            let mistake = self.value_for_condition(token);
            return self.stop(mistake);
        };
        let takes_value = !operator.text(self.text).eq_ignore_ascii_case("pr");
        let attribute = self.peek_second().filter(|next| next.kind == TokenKind::Word && !self.is_value(*next));
        let attribute = attribute.filter(|_| takes_value);
        if let Some(attribute) = attribute {
            let mistake =
                Mistake::new(SYNTAX, token.span, "a value stands before the operator, and an attribute after it")
                    .label("the value")
                    .help(format!(
                        "write the attribute first: `{} eq {}`",
                        attribute.text(self.text),
                        token.text(self.text)
                    ))
                    .related(attribute.span, "the attribute")
                    .related(operator.span, "the operator");
            return self.stop(mistake);
        }
        Some(Due::Question(path))
    }

    /// Something else stands where a condition is due, or nothing does.
    fn no_condition(&self, before: Option<Token>, found: Option<Token>) -> Mistake {
        let help = "write a condition there, such as `title pr`, or take the word away";
        let Some(before) = before else {
            return match found {
                None => Mistake::new(SYNTAX, Span::new(0, self.text.len()), "the condition is empty")
                    .label("nothing here")
                    .help("write a condition such as `userName ew \"@contoso.eu\"`, or `true` for everybody"),
                Some(found) if matches!(found.kind, TokenKind::Close | TokenKind::CloseBracket) => {
                    self.stray_closing(found)
                }
                Some(found) => {
                    Mistake::new(SYNTAX, found.span, format!("no condition stands before {}", self.shown(found)))
                        .label("nothing before it")
                        .help(help)
                }
            };
        };
        let opened = matches!(before.kind, TokenKind::Open | TokenKind::OpenBracket);
        match found {
            Some(found) if opened && matches!(found.kind, TokenKind::Close | TokenKind::CloseBracket) => {
                Mistake::new(SYNTAX, before.span.join(found.span), "nothing stands in the brackets")
                    .label("empty")
                    .help("write a condition inside, or take the brackets away")
            }
            Some(found) if opened => {
                Mistake::new(SYNTAX, found.span, format!("no condition stands before {}", self.shown(found)))
                    .label("nothing before it")
                    .help(help)
                    .related(before.span, "opened here")
            }
            None if opened => unclosed(before, self.text),
            _ => Mistake::new(SYNTAX, before.span, format!("no condition follows {}", self.shown(before)))
                .label("nothing follows")
                .help(help),
        }
    }

    fn value_for_condition(&self, token: Token) -> Mistake {
        let value = self.shown(token);
        let mistake = Mistake::new(SYNTAX, token.span, format!("the value {value} stands where a condition is due"))
            .label("expected an attribute first");
        let written = token.text(self.text);
        match self.compared {
            Some((path, operator)) => {
                let path = self.text.get(path.range()).unwrap_or_default();
                let operator = self.text.get(operator.range()).unwrap_or_default();
                mistake.help(format!(
                    "repeat the attribute: `{path} {operator} {written}`, or list the values: `{path} in [ … ]`"
                ))
            }
            None => {
                let test = match written.chars().next() {
                    Some('"') => format!("userName eq {written}"),
                    Some('/') => format!("userName matches {written}"),
                    _ => format!("userName eq {}", json_string(written)),
                };
                mistake.help(format!("write an attribute and an operator before it: `{test}`"))
            }
        }
    }

    /// What to do about a character that nothing starts with.
    pub(super) fn character_help(&self, token: Token) -> String {
        match token.text(self.text) {
            "." => "take the dot away, or write a name before it".to_string(),
            "{" | "}" => "write parentheses to group conditions".to_string(),
            _ => "put text into double quotes, after an attribute and an operator".to_string(),
        }
    }
}

fn missing_attribute(operator: Token, text: &str) -> Mistake {
    let written = operator.text(text);
    Mistake::new(SYNTAX, operator.span, format!("no attribute stands before {}", quoted(written)))
        .label("what is compared?")
        .help("write the attribute first: `userName eq \"ada@contoso.eu\"`")
}
