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
        if depth.is_too_deep(token) {
            return Some(too_deep(token));
        }
    }
    None
}

/// What is open at a token: never more than one above the limit.
#[derive(Default)]
struct Depth {
    open: Vec<Opened>,
    /// How deep it went since the last `[`.
    in_filter: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Opened {
    Not,
    /// The parentheses of a `not`, which make no level of their own: the printer writes them.
    NotOperand,
    Bracket,
}

impl Depth {
    fn enter(&mut self, token: Token, text: &str) {
        match token.kind {
            TokenKind::Open => self.open_parenthesis(),
            TokenKind::OpenBracket => {
                self.open.push(Opened::Bracket);
                self.in_filter = 0;
            }
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
        self.in_filter = self.in_filter.max(self.open.len());
    }

    fn open_parenthesis(&mut self) {
        match self.open.last_mut() {
            Some(last) if *last == Opened::Not => *last = Opened::NotOperand,
            _ => self.open.push(Opened::Bracket),
        }
    }

    /// The operand of every `not` since the last bracket has ended.
    fn leave_nots(&mut self) {
        while self.open.last() == Some(&Opened::Not) {
            self.open.pop();
        }
    }

    /// Whether a token goes too deep. What Entra writes after `]` may need parentheses inside the brackets when it is
    /// printed.
    fn is_too_deep(&self, token: Token) -> bool {
        self.open.len() > MAX_DEPTH || token.kind == TokenKind::Dot && self.in_filter >= MAX_DEPTH
    }
}

fn too_long(text: &str) -> Mistake {
    let message = format!("the condition is {} bytes long, and the limit is {MAX_BYTES} bytes (64 KiB)", text.len());
    // The label stands on the first characters: a whole text of this size is no place.
    let end = text.char_indices().nth(40).map_or(text.len(), |(at, _)| at);
    Mistake::new(LIMIT, Span::new(0, end), message)
        .label("starts here")
        .help("split it into several rules, or use `in [ … ]` or a pattern for long lists of names")
}

fn too_deep(token: Token) -> Mistake {
    Mistake::new(LIMIT, token.span, format!("the condition is nested deeper than the limit of {MAX_DEPTH} levels"))
        .label(format!("level {} starts here", MAX_DEPTH + 1))
        .help("take away parentheses and repeated `not`, or split the condition into several rules")
}

fn misplaced_comment(token: Token, style: TextStyle) -> Mistake {
    let sign = Span::new(token.span.start, token.span.start + 1);
    let mistake = match style {
        TextStyle::Folded => Mistake::new(SYNTAX, sign, "`#` stands outside a string in a folded block scalar")
            .help("write `|` instead of `>`: `>` joins the lines, so that a comment would swallow all that follows it"),
        _ => Mistake::new(SYNTAX, sign, "`#` stands outside a string, and this kind of text holds no comments")
            .help("move the comment out, or write the condition as a literal block scalar (`|`), where comments work"),
    };
    mistake.label("starts no comment here")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::{RuleSet, Scheme, check, parse};

    /// Parses, prints and checks on a stack of 2 MiB; the codes of the mistakes, each once.
    fn codes(text: String) -> Vec<&'static str> {
        let run = move || {
            let parsed = parse(&text, TextStyle::Literal);
            let mut mistakes = parsed.mistakes;
            if let Some(expr) = parsed.expr {
                assert_eq!(parse(&expr.to_string(), TextStyle::Literal).mistakes, []);
                mistakes.extend(check(&expr, &text, &Scheme::new(), RuleSet::UserIntake).1);
            }
            let mut codes: Vec<&str> = mistakes.iter().map(|mistake| mistake.code).collect();
            codes.dedup();
            codes
        };
        std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap()
    }

    #[test]
    fn length() {
        let of_length = |bytes: usize| format!("title eq \"{}\"", "x".repeat(bytes - 11));
        assert_eq!(of_length(MAX_BYTES).len(), MAX_BYTES);
        assert_eq!(codes(of_length(MAX_BYTES)), [] as [&str; 0]);
        assert_eq!(codes(of_length(MAX_BYTES + 1)), [LIMIT]);
        assert_eq!(codes(of_length(1 << 20)), [LIMIT]);
        let mistake = refusal(&"é".repeat(40_000), TextStyle::Inline).unwrap();
        assert_eq!(mistake.message, "the condition is 80000 bytes long, and the limit is 65536 bytes (64 KiB)");
        assert_eq!(mistake.span, Span::new(0, 80));
    }

    #[test]
    fn depth() {
        let parentheses = |depth: usize| format!("{}title pr{}", "(".repeat(depth), ")".repeat(depth));
        let nots = |depth: usize| format!("{}title pr", "not ".repeat(depth));
        assert_eq!(codes(parentheses(MAX_DEPTH)), [] as [&str; 0]);
        assert_eq!(codes(nots(MAX_DEPTH)), [] as [&str; 0]);
        assert_eq!(codes(format!("{}title pr{}", "not (".repeat(64), ")".repeat(64))), [] as [&str; 0]);
        assert_eq!(codes(format!("{}title pr{}", "not (".repeat(65), ")".repeat(65))), [LIMIT]);
        let entra =
            |depth: usize| format!("{}emails[type pr or value pr].value pr{}", "not(".repeat(depth), ")".repeat(depth));
        assert_eq!(codes(entra(62)), [] as [&str; 0]);
        assert_eq!(codes(entra(63)), [LIMIT]);
        assert_eq!(codes(parentheses(MAX_DEPTH + 1)), [LIMIT]);
        assert_eq!(codes(nots(MAX_DEPTH + 1)), [LIMIT]);
        assert_eq!(codes(format!("{}emails[type pr]{}", "(".repeat(64), ")".repeat(64))), [LIMIT]);
        let mistake = refusal(&parentheses(70), TextStyle::Inline).unwrap();
        assert_eq!(mistake.message, "the condition is nested deeper than the limit of 64 levels");
        assert_eq!(mistake.span, Span::new(64, 65));
    }

    #[test]
    fn what_is_long_but_flat_is_taken() {
        for part in
            ["not title pr", "not (title pr)", "emails[type pr]", "not emails[not type pr].value pr", "(title pr)"]
        {
            assert_eq!(codes(vec![part; 1000].join(" and ")), [] as [&str; 0], "{part}");
            assert_eq!(codes(vec![part; 1000].join(" or ")), [] as [&str; 0], "{part}");
        }
        assert_eq!(codes(format!("title in [{}]", vec!["\"x\""; 10_000].join(","))), [] as [&str; 0]);
        assert_eq!(codes(format!("title eq \"{}\"", "(".repeat(1000))), [] as [&str; 0]);
        assert_eq!(codes(format!("title matches /{}/", "\\(".repeat(1000))), [] as [&str; 0]);
        assert_eq!(codes(format!("title pr # {}", "(".repeat(1000))), [] as [&str; 0]);
    }

    #[test]
    fn hostile_texts_are_refused() {
        for scrap in
            ["not ", "(", "[", "not(", "emails[", "in [", "((a pr) and ", "\"", "/", "'", "a eq ", "{", "\u{202e}", ")"]
        {
            assert_ne!(codes(scrap.repeat(100_000)), [] as [&str; 0], "{scrap}");
            assert_ne!(codes(scrap.repeat(60_000 / scrap.len())), [] as [&str; 0], "{scrap}");
        }
    }

    #[test]
    fn thousands_of_mistakes_are_cut() {
        let names: Vec<String> = (0..3500).map(|i| format!("usrname{i} pr")).collect();
        assert_eq!(codes(names.join(" or ")), ["unknown-attribute"]);
    }

    #[test]
    fn patterns_have_a_budget() {
        assert_eq!(codes(format!("title matches /{}a{}/", "(".repeat(3000), ")".repeat(3000))), ["invalid-pattern"]);
        assert_eq!(codes(vec!["title matches /.*x/"; 500].join(" or ")), [] as [&str; 0]);
        assert_eq!(codes(vec!["title matches /(/"; 500].join(" or ")), ["invalid-pattern"]);
        let different = |pattern: &str| {
            let tests: Vec<String> = (0..200).map(|n| format!("title matches /{pattern}{n}/")).collect();
            tests.join(" or ")
        };
        assert_eq!(codes(vec!["title matches /\\w{10}/"; 2000].join(" or ")), [] as [&str; 0]);
        assert_eq!(codes(different("\\w{10}")), [LIMIT]);
        assert_eq!(codes(different("\\w{5000}")), ["invalid-pattern", LIMIT]);
    }
}
