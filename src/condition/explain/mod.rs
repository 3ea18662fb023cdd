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
use super::mistake::{Mistake, SYNTAX};
use super::parse::Failure;
use super::token::{Token, TokenKind, tokens};
use crate::source::{Span, quoted};

/// More mistakes of one condition are not reported.
const MAX_MISTAKES: usize = 20;

/// Explains why the grammar refused a text: at least one mistake, in order of position.
pub(super) fn explain(text: &str, failure: &Failure) -> Vec<Mistake> {
    let mut walk = walked(text);
    if walk.mistakes.is_empty() {
        walk.mistakes.push(unexplained(text, &walk, failure));
    }
    walk.mistakes.sort_by_key(|mistake| mistake.span);
    walk.mistakes
}

fn walked(text: &str) -> Walk<'_> {
    let tokens: Vec<Token> = tokens(text).filter(|token| token.kind != TokenKind::Comment).collect();
    let mut walk = Walk::new(text, tokens);
    let mut due = Due::Condition;
    while let Some(next) = walk.step(due) {
        due = next;
        if walk.mistakes.len() >= MAX_MISTAKES {
            break;
        }
    }
    walk
}

/// What the walk says of a text that the grammar takes: nothing.
#[cfg(test)]
pub(super) fn walk_mistakes(text: &str) -> Vec<Mistake> {
    walked(text).mistakes
}

/// What the walk gave no reason for: what stands there, and what could stand there.
fn unexplained(text: &str, walk: &Walk<'_>, failure: &Failure) -> Mistake {
    let token = walk.token_at(failure.at);
    let span = token.map_or(Span::new(failure.at, text.len()), |token| token.span);
    let found = token.map_or("the end".to_string(), |token| quoted(token.text(text)));
    let expected = if failure.expected.is_empty() { "something else".into() } else { failure.expected.join(", or ") };
    Mistake::new(SYNTAX, span, format!("{found} cannot stand here"))
        .label(format!("expected {expected}"))
        .help("write conditions such as `userName ew \"@contoso.eu\"`, connected with `and` or `or`")
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
        .help("replace it with a plain space, or take it away")
}

/// A bracket that is never closed.
pub(super) fn unclosed(open: Token, text: &str) -> Mistake {
    let sign = open.text(text);
    let closing = if open.kind == TokenKind::Open { ")" } else { "]" };
    Mistake::new(SYNTAX, open.span, format!("`{sign}` is never closed"))
        .label("opened here")
        .help(format!("write the `{closing}` that belongs to it"))
}

/// A string that the end of its line cuts off.
pub(super) fn unclosed_text(text: &str, token: Token) -> Mistake {
    let written = token.text(text);
    let help = if written.ends_with("\\\"") {
        "write `\\\\` for a backslash: `\\\"` is a quote inside the string and does not end it"
    } else {
        "write `\"` after it; inside a string, `\\\"` is a quote"
    };
    Mistake::new(SYNTAX, token.span, "the string is not closed on its line").label("opened here").help(help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::marked::{assert_mistakes, unmark};
    use crate::condition::{TextStyle, parse};

    /// The marked places are the mistakes, and each says what is expected of it.
    fn check(marked: &str, expected: &[&str]) {
        let (text, spans) = unmark(marked);
        let parsed = parse(&text, TextStyle::Literal);
        assert!(parsed.expr.is_none(), "{marked}");
        assert_mistakes(marked, &parsed.mistakes, &spans, expected);
        assert!(parsed.mistakes.iter().all(|mistake| mistake.code == SYNTAX), "{marked}");
    }

    #[test]
    fn conditions_that_are_missing() {
        check("«»", &["the condition is empty"]);
        check("«  # only a comment»", &["the condition is empty"]);
        check("«and» title pr", &["no condition stands before `and`"]);
        check("title pr «and»", &["no condition follows `and`"]);
        check("title pr «OR» ", &["no condition follows `OR`"]);
        check("title pr «and» or userType pr", &["no condition follows `and`"]);
        check("«not»", &["no condition follows `not`"]);
        check("«not» and title pr", &["no condition follows `not`"]);
        check("title pr or «()»", &["nothing stands in the brackets"]);
        check("emails«[ ]»", &["nothing stands in the brackets"]);
        check("userName eq \"a\" or «\"b\"»", &["help: `userName eq \"b\"`, or list the values: `userName in [ … ]`"]);
        check("«null» eq 1", &["the value `null` stands where a condition is due"]);
    }

    #[test]
    fn brackets() {
        check("«(»title pr", &["`(` is never closed"]);
        check("«(»(title pr) and userType pr", &["`(` is never closed"]);
        check("title pr«)»", &["`)` closes nothing"]);
        check("«)»", &["`)` closes nothing"]);
        check("emails«[»type eq \"work\"", &["`[` is never closed"]);
        check("emails«[»type eq \"work\") and title pr", &["`[` is never closed"]);
        check("userName eq \"a\" «]»", &["`]` closes nothing"]);
        check("«[»title pr]", &["`[` stands after no attribute"]);
        check("emails[type eq \"work\" and x«[»y eq 1] and]", &["inside another one"]);
        check("emails[type eq \"work\" and x«[y eq 1]»]", &["inside another one"]);
        check("emails[type eq \"work\"].«value»", &["no operator follows `value`"]);
        check("emails[type eq \"work\"].«value.x» eq 1", &["one sub-attribute has to follow"]);
        check("emails[type eq \"work\"]«value» eq \"x\"", &["help: `].value`"]);
    }

    #[test]
    fn operators_that_are_missing() {
        check("«userName»", &["no operator follows `userName`"]);
        check("«userName» and title pr", &["no operator follows `userName`"]);
        check("«userName» \"bob\"", &["no operator follows `userName`"]);
        check("«user» name eq \"x\"", &["no operator follows `user`"]);
        check("«eq» \"x\"", &["no attribute stands before `eq`"]);
        check("title pr and «=» \"x\"", &["no attribute stands before `=`"]);
        check("title pr «userType» pr", &["neither `and` nor `or` stands before `userType`"]);
        check("(title pr) «(»userType pr)", &["neither `and` nor `or` stands before `(`"]);
        check("title pr «not» userType pr", &["neither `and` nor `or` stands before `not`"]);
        check("true «eq» 1", &["neither `and` nor `or` stands before `eq`"]);
    }

    #[test]
    fn operators_of_other_languages() {
        check(
            "userName «=» \"bob\" «&&» active «==» true «||» title «!=» \"x\"",
            &[
                "`=` is not an operator",
                "help: write `and`",
                "help: write `eq`",
                "`||` is not a connective",
                "help: write `ne`",
            ],
        );
        check("meta.created «>=» \"2026-01-31T00:00:00Z\"", &["help: write `ge`"]);
        check("title «contains» \"x\"", &["help: write `co`"]);
        check("title «startsWith» \"x\" and title «ends with» \"y\"", &["help: write `sw`", "help: write `ew`"]);
        check("title «LIKE» \"%x%\"", &["help: `co` for a part of the text"]);
        check("title «~» \"x\"", &["help: write `matches /…/`"]);
        check("title «=» /x/", &["help: write `matches /…/`"]);
        check("title «==» [\"x\"]", &["help: write `in`"]);
        check("provider.groups «contains» \"x\"", &["help: write `includes` for the whole name of a group"]);
        check("title «is» null or title «is not» null", &["help: write `eq`", "help: write `ne`"]);
        check("«!»(title pr)", &["`!` is not an operator"]);
        check("userName «not» in [\"a\"]", &["help: write `not (userName …)`"]);
        check("«userName.startsWith(»\"x\")", &["help: write `userName sw …`"]);
        check("«startsWith(»userName, \"x\")", &["conditions call no functions"]);
        check("«\"bob\"» eq userName", &["help: `userName eq \"bob\"`"]);
    }

    #[test]
    fn misspelt_words() {
        check("userName «eqq» \"bob\"", &["help: did you mean `eq`?"]);
        check("userName «incldes» \"bob\"", &["help: did you mean `includes`?"]);
        check("userName «resembles» \"bob\"", &["help: use one of `eq`, `ne`"]);
        check("«nto» title pr", &["help: did you mean `not`?"]);
        check("title pr «adn» userType pr", &["help: write `and`"]);
        check("active eq «ture»", &["help: did you mean `true`?"]);
    }

    #[test]
    fn values() {
        check("userName «eq»", &["no value follows `eq`"]);
        check("userName «eq» and title pr", &["no value follows `eq`"]);
        check("(userName «eq»)", &["no value follows `eq`"]);
        check("title eq «eq» \"x\"", &["`eq` stands where the value of `eq` is due"]);
        check("userName eq «bob»", &["help: write `\"bob\"`"]);
        check("userName eq «bob@contoso.eu» and active eq true", &["help: write `\"bob@contoso.eu\"`"]);
        check("title eq «Vice President» and active eq true", &["help: write `\"Vice President\"`"]);
        check("(title eq «Engineer»)", &["the value `Engineer` stands without quotes"]);
        check("title eq «'boss'» and userName eq «“bob”»", &["single quotes", "typographic quotes"]);
        check("title eq «'»boss", &["help: double quotes"]);
        check("title eq «\"boss and x»", &["the string is not closed on its line"]);
        check("title eq «\"boss»\n and x pr", &["the string is not closed on its line"]);
        check("title eq «\"C:\\\"»", &["help: write `\\\\` for a backslash"]);
        check("title eq \"bo\"«b»\"", &["help: write `\\\"`"]);
        check("title pr «\"x\"»", &["`pr` takes no value"]);
        check("title pr «true»", &["help: `eq true`"]);
        check("title eq «007»", &["is not a JSON number"]);
        check("meta.created gt «2026-01-31T00:00:00Z»", &["help: `\"2026-01-31T00:00:00Z\"`"]);
        check("title eq «(»1)", &["help: without parentheses"]);
        check("title eq\u{a0}\"x\"".replace('\u{a0}', "«\u{a0}»").as_str(), &["U+00A0 is not a plain space"]);
    }

    #[test]
    fn escapes_of_strings() {
        check(r#"title eq "a«\.»b«\d»""#, &["`\\.` is not an escape", "help: write `\\\\d`"]);
        check(r#"title eq "é «\ud83d» x""#, &["half of a surrogate pair"]);
        check(r#"title eq "«\ud83d»\u0041""#, &["half of a surrogate pair"]);
        check(r#"title eq "«\ude00»""#, &["half of a surrogate pair"]);
        check(r#"title eq "«\u12»g4""#, &["four hexadecimal digits"]);
        check("title eq \"a«\t»b\"", &["help: write `\\t`"]);
        check(r#"attributes."a«\q»" pr"#, &["`\\q` is not an escape"]);
    }

    #[test]
    fn lists() {
        check("title in «\"a\"»", &["help: write `in [\"a\"]`"]);
        check("title in «/a|b/»", &["help: write `matches /a|b/`"]);
        check("title in «(»\"a\", \"b\")", &["help: in square brackets"]);
        check("title in «[]»", &["the list after `in` is empty"]);
        check("title in [\"a\"«,»]", &["a value is missing in the list"]);
        check("title in [«,»\"a\"]", &["a value is missing in the list"]);
        check("title in [\"a\" «\"b\"»]", &["no `,` stands before `\"b\"`"]);
        check("title in [«a», «'b'»]", &["help: write `\"a\"`", "single quotes"]);
        check("title in «[»\"a\", \"b\"", &["`[` is never closed"]);
        check("title in «[»\"a\" or title pr", &["`[` is never closed"]);
        check("title in [\"a\", «[\"b\"]», «/c/»]", &["a list stands inside a list", "a pattern stands in a list"]);
        check("title eq \"a\"«,» \"b\"", &["help: `title in [ …, … ]`"]);
        check("title ne «[\"a\"]»", &["help: write `not (… in [ … ])`"]);
    }

    #[test]
    fn patterns() {
        check("title matches «\".*\"»", &["`matches` needs a pattern between slashes"]);
        check("title matches «5»", &["`matches` needs a pattern between slashes"]);
        check("title eq «/a/»", &["help: write `matches /a/`"]);
        check("title matches «/a»", &["the pattern is not closed on its line"]);
        check("title matches /a/«g»", &["`g` after a pattern means nothing"]);
        check("title matches /a/b«/»", &["help: write `\\/`"]);
        check("title matches /[/«]»/", &["help: write `\\/`"]);
    }

    #[test]
    fn names() {
        check("«attributes.multipass:email:primary» pr", &["help: `attributes.\"multipass:email:primary\"`"]);
        check("«attributes.2fa» pr", &["help: `attributes.\"2fa\"`"]);
        check("attributes.cost«/»center pr", &["help: `attributes.\"cost/center\"`"]);
        check("«attributes.» pr", &["a name is missing in `attributes.`"]);
        check("attributes.«\"abc pr»", &["the string is not closed"]);
        check("«attributes.\"a\"b» pr", &["something follows the quoted name"]);
        check("«urn:ietf» eq \"x\"", &["is not a URN with an attribute after it"]);
        check("«.»name pr", &["`.` cannot start a condition"]);
        check("«{»title pr}", &["help: parentheses"]);
    }

    #[test]
    fn many_mistakes_are_cut() {
        let text = vec!["title = \"x\""; 3000].join(" and ");
        assert_eq!(parse(&text, TextStyle::Inline).mistakes.len(), MAX_MISTAKES);
    }
}
