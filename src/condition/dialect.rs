//! What other dialects of regular expressions have, or read differently, and the `regex` crate does not.

use regex_syntax::ast::{self, AssertionKind, Ast, ClassSetBinaryOp, ClassSetItem, ErrorKind, Flag, FlagsItemKind};
use regex_syntax::hir;

use super::mistake::quoted;
use super::pattern::PatternError;
use crate::source::Span;

const DIALECT: &str = "the dialect is that of Rust's `regex` crate";

/// Explains why the `regex` crate cannot read a pattern.
pub(super) fn explain(source: &str, error: &ast::Error) -> PatternError {
    let span = span_of(error.span());
    let written = source.get(span.range()).unwrap_or_default();
    match error.kind() {
        ErrorKind::UnsupportedLookAround => {
            let name = if written.starts_with("(?<") { "look-behind" } else { "look-ahead" };
            missing(span, written, &format!("a {name}")).help(format!(
                "Write two conditions, one of them with `not`: {DIALECT}, which promises linear time and so has no \
                 look-around"
            ))
        }
        ErrorKind::UnsupportedBackreference => missing(span, written, "a back-reference")
            .help(format!("Write the alternatives out, or several conditions: {DIALECT}")),
        ErrorKind::EscapeUnrecognized => foreign_escape(span, written),
        ErrorKind::FlagUnrecognized => foreign_group(source, span, written),
        ErrorKind::NestLimitExceeded(limit) => {
            PatternError::new(span, format!("the pattern is nested deeper than the limit of {limit} levels"))
                .label("too deep")
                .help("Take away groups")
        }
        ErrorKind::RepetitionMissing => PatternError::new(span, format!("{} repeats nothing", quoted(written)))
            .label("nothing before it")
            .help(format!("Write `.*` for any text, or `\\{written}` for the character itself")),
        kind @ (ErrorKind::RepetitionCountUnclosed | ErrorKind::RepetitionCountDecimalEmpty) => {
            PatternError::new(span, format!("the pattern is no regular expression: {kind}"))
                .label(kind.to_string())
                .help("Write `\\{` for the character itself")
        }
        kind => {
            let help = match kind {
                ErrorKind::GroupUnclosed => "Close it with `)`, or write `\\(` for the character itself",
                ErrorKind::GroupUnopened => "Take it away, or write `\\)` for the character itself",
                ErrorKind::ClassUnclosed => "Close it with `]`, or write `\\[` for the character itself",
                _ => "Mend the regular expression; its syntax is at docs.rs/regex/latest/regex/#syntax",
            };
            PatternError::new(span, format!("the pattern is no regular expression: {kind}"))
                .label(kind.to_string())
                .help(help)
        }
    }
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
                    "Take the second sign away: {DIALECT}, which never goes back over what it has read, so nothing is lost"
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
                    .help(format!("Write `{plain}` for the character, or `\\b` for a word boundary")))
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
        .help("Write `\\[` for the character; write a nested or subtracted class out"))
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
        .help(format!("Write `\\{first}` for the character, once; write a set operation out")))
    }
}

impl Reader<'_> {
    fn check_flags(&self, flags: &ast::Flags) -> Result<(), PatternError> {
        let carriage_return = |item: &&ast::FlagsItem| item.kind == FlagsItemKind::Flag(Flag::CRLF);
        let Some(item) = flags.items.iter().find(carriage_return) else { return Ok(()) };
        Err(PatternError::new(span_of(&item.span), "`(?R)` is a flag for line ends here and a recursion elsewhere")
            .label("dialects differ")
            .help("Take it away: a value has no lines"))
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
        "Z" => ("the end of the text", "Take it away: a pattern has to match the whole value anyway"),
        "G" => ("the end of the last match", "Take it away: a pattern has to match the whole value anyway"),
        "Q" | "E" => ("a quotation (`\\Q…\\E`)", "Put `\\` before each character that has a meaning"),
        "K" => ("a reset of the match", "Take it away: a pattern has to match the whole value anyway"),
        "k" | "g" => ("a back-reference", "Write the alternatives out, or several conditions"),
        "R" => ("a line end", "Write `\\r?\\n`"),
        "h" => ("horizontal white space", "Write `[ \\t]`"),
        "X" => ("a grapheme cluster", "Write `.`"),
        "e" => ("the escape character", "Write `\\x1b`"),
        "c" => ("a control character", "Write it by its number: `\\x01`"),
        _ => {
            let plain = written.trim_start_matches('\\');
            return PatternError::new(span, format!("{} is not an escape of this dialect", quoted(written)))
                .label("unknown escape")
                .help(format!("Write `{plain}` for the character, or `\\\\` for a backslash: {DIALECT}"));
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
        (2, Some('>')) => ("an atomic group", "Write `(?:`: nothing is lost, since this dialect never goes back"),
        (2, Some('|')) => ("a branch reset", "Write `(?:`"),
        (2, Some('#')) => ("a comment", "Take it away; a literal block scalar can hold comments outside the pattern"),
        (2, Some('(')) => ("a conditional", "Write several conditions"),
        (2, Some('P')) if next == Some('=') => {
            ("a back-reference", "Write the alternatives out, or several conditions")
        }
        (2, Some('P' | '&' | '+' | '0'..='9')) => ("a recursion", "Write the levels out"),
        (2, Some('\'')) => ("a named group in quotes", "Write `(?<name>…)`, or `(…)`: names have no use here"),
        _ => {
            return PatternError::new(span, format!("{} is not a flag of this dialect", quoted(written)))
                .label("unknown flag")
                .help(format!("Use one of `i`, `m`, `s`, `x`: {DIALECT}"));
        }
    };
    let span = Span::new(span.start - opened, span.end);
    missing(span, source.get(span.range()).unwrap_or(written), construct).help(format!("{help}; {DIALECT}"))
}
