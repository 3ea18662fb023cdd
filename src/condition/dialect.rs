//! What other dialects of regular expressions have, or read differently, and the `regex` crate does not.

use regex_syntax::ast::{self, AssertionKind, Ast, ClassSetBinaryOp, ClassSetItem, ErrorKind, Flag, FlagsItemKind};
use regex_syntax::hir;

use super::pattern::PatternError;
use crate::source::{Span, quoted};

const DIALECT: &str = "the dialect is that of Rust's `regex` crate";

/// Explains why the `regex` crate cannot read a pattern.
pub(super) fn explain(source: &str, error: &ast::Error) -> PatternError {
    let span = visible_span(source, span_of(error.span()));
    let written = source.get(span.range()).unwrap_or_default();
    match error.kind() {
        ErrorKind::UnsupportedLookAround => {
            let name = if written.starts_with("(?<") { "look-behind" } else { "look-ahead" };
            missing(span, written, &format!("a {name}")).help(format!(
                "write two conditions, one of them with `not`: {DIALECT}, which promises linear time and so has no \
                 look-around"
            ))
        }
        ErrorKind::UnsupportedBackreference => missing(span, written, "a back-reference")
            .help(format!("write the alternatives out, or several conditions: {DIALECT}")),
        ErrorKind::EscapeUnrecognized => foreign_escape(span, written),
        ErrorKind::FlagUnrecognized => foreign_group(source, span, written),
        ErrorKind::NestLimitExceeded(limit) => {
            PatternError::new(span, format!("the pattern is nested deeper than the limit of {limit} levels"))
                .label("too deep")
                .help("take away groups")
        }
        ErrorKind::RepetitionMissing => PatternError::new(span, format!("{} repeats nothing", quoted(written)))
            .label("nothing before it")
            .help(format!("write `.*` for any text, or `\\{written}` for the character itself")),
        kind @ (ErrorKind::RepetitionCountUnclosed | ErrorKind::RepetitionCountDecimalEmpty) => {
            PatternError::new(span, format!("the pattern is no regular expression: {kind}"))
                .label(kind.to_string())
                .help("write `\\{` for the character itself")
        }
        kind => {
            let help = match kind {
                ErrorKind::GroupUnclosed => "close it with `)`, or write `\\(` for the character itself",
                ErrorKind::GroupUnopened => "take it away, or write `\\)` for the character itself",
                ErrorKind::ClassUnclosed => "close it with `]`, or write `\\[` for the character itself",
                _ => "Mend the regular expression; its syntax is at docs.rs/regex/latest/regex/#syntax",
            };
            PatternError::new(span, format!("the pattern is no regular expression: {kind}"))
                .label(kind.to_string())
                .help(help)
        }
    }
}

/// The span, or the character that an empty one stands before.
fn visible_span(source: &str, span: Span) -> Span {
    let next = source.get(span.start..).and_then(|rest| rest.chars().next());
    if span.is_empty() { Span::new(span.start, span.end + next.map_or(0, char::len_utf8)) } else { span }
}

/// Explains why a pattern that can be read cannot be given a meaning: an unknown Unicode property and the like.
pub(super) fn explain_translation(source: &str, error: &hir::Error) -> PatternError {
    let span = span_of(error.span());
    let written = source.get(span.range()).unwrap_or_default();
    PatternError::new(span, format!("{} has no meaning in a pattern: {}", quoted(written), error.kind()))
        .label(error.kind().to_string())
        .help("Mend the regular expression; its syntax is at docs.rs/regex/latest/regex/#syntax")
}

/// Finds what this dialect reads, but another would read as something else.
pub(super) fn check(source: &str, ast: &Ast) -> Result<(), PatternError> {
    ast::visit(ast, Reader { source })
}

struct Reader<'s> {
    source: &'s str,
}

impl ast::Visitor for Reader<'_> {
    type Output = ();
    type Err = PatternError;

    fn finish(self) -> Result<(), PatternError> {
        Ok(())
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), PatternError> {
        match ast {
            Ast::Repetition(outer) if matches!(outer.op.kind, ast::RepetitionKind::OneOrMore) => {
                let Ast::Repetition(inner) = &*outer.ast else { return Ok(()) };
                let span = span_of(&inner.op.span).join(span_of(&outer.op.span));
                let written = self.source.get(span.range()).unwrap_or_default();
                Err(missing(span, written, "a possessive quantifier").help(format!(
                    "take the second sign away: {DIALECT}, which never goes back over what it has read, so nothing is lost"
                )))
            }
            Ast::Assertion(assertion) => match assertion.kind {
                AssertionKind::WordBoundaryStartAngle | AssertionKind::WordBoundaryEndAngle => {
                    let span = span_of(&assertion.span);
                    let written = self.source.get(span.range()).unwrap_or_default();
                    let plain = written.trim_start_matches('\\');
                    Err(PatternError::new(
                        span,
                        format!("{} is a word boundary here and a plain {} elsewhere", quoted(written), quoted(plain)),
                    )
                    .label("dialects differ")
                    .help(format!("write `{plain}` for the character, or `\\b` for a word boundary")))
                }
                _ => Ok(()),
            },
            Ast::Flags(set) => self.check_flags(&set.flags),
            Ast::Group(group) => group.flags().map_or(Ok(()), |flags| self.check_flags(flags)),
            _ => Ok(()),
        }
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), PatternError> {
        let ClassSetItem::Bracketed(class) = item else { return Ok(()) };
        let sign = class.span.start.offset;
        Err(PatternError::new(
            Span::new(sign, sign + 1),
            "`[` inside a character class opens a nested class here and is a plain `[` elsewhere",
        )
        .label("dialects differ")
        .help("write `\\[` for the character; write a nested or subtracted class out"))
    }

    fn visit_class_set_binary_op_pre(&mut self, operation: &ClassSetBinaryOp) -> Result<(), PatternError> {
        let sign = match operation.kind {
            ast::ClassSetBinaryOpKind::Intersection => "&&",
            ast::ClassSetBinaryOpKind::Difference => "--",
            ast::ClassSetBinaryOpKind::SymmetricDifference => "~~",
        };
        let at = ast_end(&operation.lhs);
        let span = self
            .source
            .get(at..)
            .and_then(|rest| rest.find(sign))
            .map_or_else(|| span_of(&operation.span), |found| Span::new(at + found, at + found + sign.len()));
        let first = &sign[..1];
        Err(PatternError::new(
            span,
            format!("`{sign}` in a character class is a set operation here and plain characters elsewhere"),
        )
        .label("dialects differ")
        .help(format!("write `\\{first}` for the character, once; write a set operation out")))
    }
}

impl Reader<'_> {
    fn check_flags(&self, flags: &ast::Flags) -> Result<(), PatternError> {
        let carriage_return = |item: &&ast::FlagsItem| item.kind == FlagsItemKind::Flag(Flag::CRLF);
        let Some(item) = flags.items.iter().find(carriage_return) else { return Ok(()) };
        Err(PatternError::new(span_of(&item.span), "`(?R)` is a flag for line ends here and a recursion elsewhere")
            .label("dialects differ")
            .help("take it away: a value has no lines"))
    }
}

fn ast_end(class: &ast::ClassSet) -> usize {
    class.span().end.offset
}

fn span_of(span: &ast::Span) -> Span {
    Span::new(span.start.offset, span.end.offset)
}

fn missing(span: Span, written: &str, construct: &str) -> PatternError {
    PatternError::new(span, format!("{} is {construct}, which this dialect does not have", quoted(written)))
        .label(construct.trim_start_matches("a ").trim_start_matches("an "))
}

/// `\Z` and other escapes that only other dialects have.
fn foreign_escape(span: Span, written: &str) -> PatternError {
    let (construct, help) = match written.trim_start_matches('\\') {
        "Z" => ("the end of the text", "take it away: a pattern has to match the whole value anyway"),
        "G" => ("the end of the last match", "take it away: a pattern has to match the whole value anyway"),
        "Q" | "E" => ("a quotation (`\\Q…\\E`)", "put `\\` before each character that has a meaning"),
        "K" => ("a reset of the match", "take it away: a pattern has to match the whole value anyway"),
        "k" | "g" => ("a back-reference", "write the alternatives out, or several conditions"),
        "R" => ("a line end", "write `\\r?\\n`"),
        "h" => ("horizontal white space", "write `[ \\t]`"),
        "X" => ("a grapheme cluster", "write `.`"),
        "e" => ("the escape character", "write `\\x1b`"),
        "c" => ("a control character", "write it by its number: `\\x01`"),
        _ => {
            let plain = written.trim_start_matches('\\');
            return PatternError::new(span, format!("{} is not an escape of this dialect", quoted(written)))
                .label("unknown escape")
                .help(format!("write `{plain}` for the character, or `\\\\` for a backslash: {DIALECT}"));
        }
    };
    missing(span, written, construct).help(format!("{help}: {DIALECT}"))
}

/// `(?>…)` and other groups that only other dialects have.
fn foreign_group(source: &str, span: Span, written: &str) -> PatternError {
    let before = source.get(..span.start).unwrap_or_default();
    let rest = source.get(span.start..).unwrap_or_default();
    let next = rest.chars().nth(1);
    let opened = if before.ends_with("(?") { 2 } else { 0 };
    let (construct, help) = match (opened, rest.chars().next()) {
        (2, Some('>')) => ("an atomic group", "write `(?:`: nothing is lost, since this dialect never goes back"),
        (2, Some('|')) => ("a branch reset", "write `(?:`"),
        (2, Some('#')) => ("a comment", "take it away; a literal block scalar can hold comments outside the pattern"),
        (2, Some('(')) => ("a conditional", "write several conditions"),
        (2, Some('P')) if next == Some('=') => {
            ("a back-reference", "write the alternatives out, or several conditions")
        }
        (2, Some('P' | '&' | '+' | '0'..='9')) => ("a recursion", "write the levels out"),
        (2, Some('\'')) => ("a named group in quotes", "write `(?<name>…)`, or `(…)`: names have no use here"),
        _ => {
            return PatternError::new(span, format!("{} is not a flag of this dialect", quoted(written)))
                .label("unknown flag")
                .help(format!("use one of `i`, `m`, `s`, `x`: {DIALECT}"));
        }
    };
    let end = if rest.starts_with("P=") { span.end + 1 } else { span.end };
    let span = Span::new(span.start - opened, end);
    missing(span, source.get(span.range()).unwrap_or(written), construct).help(format!("{help}; {DIALECT}"))
}

#[cfg(test)]
mod tests {
    use crate::condition::Pattern;
    use crate::condition::marked::unmark;

    /// The marked part is what is wrong, and the message says it.
    fn check(marked: &str, message: &str) {
        let (source, spans) = unmark(marked);
        let error = Pattern::new(&source, false).unwrap_err();
        assert!(error.message.contains(message), "{marked}: {error:?}");
        assert_eq!(error.span, spans[0], "{marked}: {error:?}");
        assert!(error.help.is_some() && !error.label.is_empty(), "{marked}: {error:?}");
    }

    #[test]
    fn what_only_other_dialects_have() {
        check("a«(?=»b)", "`(?=` is a look-ahead, which this dialect does not have");
        check("«(?!»Ext-).*", "a look-ahead");
        check("«(?<=»a)b", "a look-behind");
        check("é«(?<!»a)b", "a look-behind");
        check("(a)«\\1»", "`\\1` is a back-reference");
        check("(?<n>a)«\\k»<n>", "a back-reference");
        check("(?<n>a)«(?P=»n)", "a back-reference");
        check("a«*+»b", "`*+` is a possessive quantifier");
        check("(?:ab)«{2,3}+»", "a possessive quantifier");
        check("a«?+»", "a possessive quantifier");
        check("«(?>»a)", "an atomic group");
        check("«(?|»a|b)", "a branch reset");
        check("a«(?#»why)", "a comment");
        check("«(?(»1)a|b)", "a conditional");
        check("(«(?1»))", "a recursion");
        check("«(?'»n'a)", "a named group in quotes");
        check("a«\\Z»", "the end of the text");
        check("«\\G»a", "the end of the last match");
        check("«\\Q»a.b\\E", "a quotation");
        check("a«\\h»", "horizontal white space");
        check("a«\\y»", "`\\y` is not an escape of this dialect");
        check("(?«z»)a", "`z` is not a flag of this dialect");
    }

    #[test]
    fn what_other_dialects_read_differently() {
        check("a«\\<»", "a word boundary here and a plain `<` elsewhere");
        check("[a«[»b]]", "opens a nested class here");
        check("[a-z-«[»aeiou]]", "opens a nested class here");
        check("[a-z«&&»[^aeiou]]", "`&&` in a character class is a set operation");
        check("[a-z«--»x]", "`--` in a character class");
        check("[a-z«~~»x]", "`~~` in a character class");
        check("(?«R»)a", "`(?R)` is a flag for line ends here and a recursion elsewhere");
        check("(?i«R»:a)", "`(?R)`");
    }

    #[test]
    fn what_is_no_regular_expression() {
        check("a«(»b", "unclosed group");
        check("a«)»b", "unopened group");
        check("a«[»b", "unclosed character class");
        check("«*»a", "`*` repeats nothing");
        check("a«{2,1}»", "repetition count");
        check("a«\\p{Klingon}»", "`\\p{Klingon}` has no meaning in a pattern");
        check("(?-u)«\\xFF»", "has no meaning in a pattern");
    }

    #[test]
    fn what_is_plain_is_taken() {
        for source in [
            "a++".trim_end_matches('+'),
            "(?:a+)+",
            "[[:alpha:]_]+",
            "[&a-]+",
            "a+?",
            "\\.\\-\\/",
            "(?i)x",
            "\\bx\\b",
            "(?<n>a)",
            "(?P<n>a)",
        ] {
            assert!(Pattern::new(source, false).is_ok(), "{source}");
        }
    }
    use proptest::prelude::*;

    use crate::source::Span;

    fn scraps() -> impl Strategy<Value = String> {
        let scrap = prop::sample::select(vec![
            "a",
            "é",
            ".",
            "*",
            "+",
            "?",
            "(",
            ")",
            "(?",
            "(?i)",
            "(?:",
            "[",
            "]",
            "^",
            "-",
            "&&",
            "|",
            "{2}",
            "{",
            "\\",
            "\\b",
            "\\d",
            "\\1",
            "\\Z",
            "$",
            "/",
            "#",
            " ",
            "=",
            "<",
            "!",
            "x",
            "P",
            "'",
            "0",
            ",",
            "}",
            "\\p{L}",
            "\u{1F600}",
        ]);
        prop::collection::vec(scrap, 0..8).prop_map(|scraps| scraps.concat())
    }

    proptest! {
        #[test]
        fn errors_stand_inside_the_pattern(source in scraps()) {
            if let Err(error) = Pattern::new(&source, false) {
                let Span { start, end } = error.span;
                prop_assert!(source.get(start..end).is_some(), "{}: {:?}", source, error);
                prop_assert!(!error.message.is_empty() && error.help.is_some());
            }
        }

        #[test]
        fn a_pattern_matches_as_the_crate_says(source in scraps(), value in "[aéx1=< /]{0,4}", ignore_case: bool) {
            if let Ok(pattern) = Pattern::new(&source, ignore_case) {
                let anchored = format!("\\A(?:{source})\\z");
                let regex = regex::RegexBuilder::new(&anchored).case_insensitive(ignore_case).build().unwrap();
                prop_assert_eq!(pattern.is_match(&value), regex.is_match(&value), "{} {}", source, value);
            }
        }
    }
}
