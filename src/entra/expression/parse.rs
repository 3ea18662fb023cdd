//! From the text of an expression to its tree.

use pest::Parser;
use pest::iterators::Pair;

use super::check::{ExpressionMistake, MistakeKind};
use super::{Expression, ExpressionKind};
use crate::source::Span;

/// The parser that `grammar/mapping-expression.pest` generates.
mod grammar {
    #![allow(missing_docs, unreachable_pub)]

    #[derive(pest_derive::Parser)]
    #[grammar = "../grammar/mapping-expression.pest"]
    pub(super) struct Grammar;
}
use grammar::{Grammar, Rule};

/// The longest expression that Entra takes, in characters
/// (learn.microsoft.com/entra/identity/app-provisioning/known-issues).
const MOST_CHARACTERS: usize = 10_000;

/// How deep functions may be nested. Entra documents no limit; this one keeps the parser's stack small.
const MAX_DEPTH: usize = 64;

impl Expression {
    /// Parses an expression. Spans count bytes of `text`.
    ///
    /// # Errors
    ///
    /// Where the text is longer than Entra takes, nested too deep, or no expression.
    pub fn parse(text: &str) -> Result<Expression, ExpressionMistake> {
        if let Some(refusal) = refusal(text) {
            return Err(refusal);
        }
        let pairs = Grammar::parse(Rule::expression, text).map_err(|error| refused(text, &error))?;
        let operand = pairs.flat_map(Pair::into_inner).find(|pair| pair.as_rule() == Rule::operand);
        operand.and_then(operand_of).ok_or_else(|| no_expression(Span::new(0, text.len())))
    }
}

/// Why a text is refused before the grammar runs.
fn refusal(text: &str) -> Option<ExpressionMistake> {
    if let Some((end, _)) = text.char_indices().nth(MOST_CHARACTERS) {
        let message = format!("the expression is longer than {MOST_CHARACTERS} characters");
        return Some(ExpressionMistake { kind: MistakeKind::Limit, span: Span::new(end, text.len()), message });
    }
    let at = too_deep(text)?;
    let message = format!("the expression is nested deeper than {MAX_DEPTH} levels");
    Some(ExpressionMistake { kind: MistakeKind::Limit, span: Span::new(at, at + 1), message })
}

/// The parenthesis that is one too many, outside of constants and names of attributes.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => skip_text(&mut chars),
            '(' if depth == MAX_DEPTH => return Some(at),
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

fn skip_text(chars: &mut std::str::CharIndices<'_>) {
    while let Some((_, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '"' => return,
            _ => {}
        }
    }
}

fn refused(text: &str, error: &pest::error::Error<Rule>) -> ExpressionMistake {
    let at = match error.location {
        pest::error::InputLocation::Pos(at) | pest::error::InputLocation::Span((at, _)) => at,
    };
    let rest = text.get(at..).unwrap_or_default();
    no_expression(Span::new(at, at + rest.chars().next().map_or(0, char::len_utf8)))
}

fn no_expression(span: Span) -> ExpressionMistake {
    ExpressionMistake { kind: MistakeKind::Syntax, span, message: "this is no expression".to_owned() }
}

fn span_of(pair: &Pair<'_, Rule>) -> Span {
    Span::new(pair.as_span().start(), pair.as_span().end())
}

fn operand_of(pair: Pair<'_, Rule>) -> Option<Expression> {
    let span = span_of(&pair);
    let mut parts = pair.into_inner();
    let left = value_of(parts.next()?)?;
    let Some(operator) = parts.next() else { return Some(left) };
    let right = value_of(parts.next()?)?;
    let kind = ExpressionKind::Comparison { operator: operator.as_str().to_owned(), sides: Box::new([left, right]) };
    Some(Expression::new(kind, span))
}

fn value_of(pair: Pair<'_, Rule>) -> Option<Expression> {
    let span = span_of(&pair);
    let written = pair.as_str();
    let inner = written.get(1..written.len().saturating_sub(1)).unwrap_or_default();
    let kind = match pair.as_rule() {
        Rule::attribute => ExpressionKind::Attribute(inner.trim().to_owned()),
        Rule::text => ExpressionKind::Text(unescaped(inner)),
        Rule::number => ExpressionKind::Number(written.to_owned()),
        Rule::call => return call_of(pair, span),
        _ => ExpressionKind::Word(written.to_owned()),
    };
    Some(Expression::new(kind, span))
}

fn call_of(pair: Pair<'_, Rule>, span: Span) -> Option<Expression> {
    let mut parts = pair.into_inner();
    let name = parts.next()?;
    let mut arguments: Vec<_> = parts.map(|argument| argument.into_inner().next().and_then(operand_of)).collect();
    // `Now()` has no argument rather than an empty one.
    if matches!(arguments[..], [None]) {
        arguments.clear();
    }
    let kind = ExpressionKind::Call { name: name.as_str().to_owned(), name_span: span_of(&name), arguments };
    Some(Expression::new(kind, span))
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(&next @ ('"' | '\\'))) => {
                out.push(next);
                chars.next();
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(text: &str) -> Expression {
        Expression::parse(text).unwrap_or_else(|mistake| panic!("{text}: {mistake:?}"))
    }

    #[test]
    fn documented_expressions_are_read_and_written() {
        let check = |text: &str, printed: &str| {
            assert_eq!(parsed(text).to_string(), printed, "{text}");
            assert_eq!(parsed(printed).to_string(), printed, "{text}");
        };
        let same = |text: &str| check(text, text);
        same("[objectId]");
        same("[extension_d7a076d91c104133b712ad6caf3819c9_SkillSet]");
        same(r#"[emails[type eq "work"].value]"#);
        same(r#"Switch([IsSoftDeleted], , "False", "True", "True", "False")"#);
        same(r#"Replace([preferredLanguage], "-", , , "_", , )"#);
        same(r#"IIF([country] = "USA", [country], [department])"#);
        same(r#"CBool([attribute1] = [attribute2])"#);
        same(r#"DateAdd("yyyy", -5, CDate([StatusHireDate]))"#);
        same("BitAnd(&HF, &HF7)");
        same("Guid()");
        same(r#""a constant with \"marks\" and a \\""#);
        check(" [ objectId ] ", "[objectId]");
        check("Join( \" \" ,[givenName],\t[surname]\n)", r#"Join(" ", [givenName], [surname])"#);
        check(r#"Replace([x], , "^(?<c>\d+)", "c", , , )"#, r#"Replace([x], , "^(?<c>\\d+)", "c", , , )"#);
        check("Now( )", "Now()");
    }

    #[test]
    fn what_is_no_expression_is_refused_where_it_ends_to_be_one() {
        let check = |text: &str, at: usize| {
            let mistake = Expression::parse(text).expect_err(text);
            assert_eq!((mistake.kind, mistake.span.start), (MistakeKind::Syntax, at), "{text}");
        };
        check("", 0);
        check("[objectId", 0);
        check("ToLower([mail]", 14);
        check("[a] [b]", 4);
        check("ToLower([mail]))", 15);
    }

    #[test]
    fn limits_hold_before_the_grammar_runs() {
        let refused = |text: String| Expression::parse(&text).expect_err("it is refused").kind;
        let nested = |depth: usize| format!("{}[a]{}", "Not(".repeat(depth), ")".repeat(depth));
        assert_eq!(parsed(&nested(MAX_DEPTH)).walk().len(), MAX_DEPTH + 1);
        assert_eq!(refused(nested(MAX_DEPTH + 1)), MistakeKind::Limit);
        assert_eq!(refused(format!("\"{}\"", "é".repeat(MOST_CHARACTERS))), MistakeKind::Limit);
        assert_eq!(parsed(&format!("\"{}\"", "(".repeat(MOST_CHARACTERS - 2))).walk().len(), 1);
        for scrap in ["f(", "[", "\"", "f(,", "((", "f([a],", "[a]=", "\\"] {
            Expression::parse(&scrap.repeat(9_000 / scrap.len())).expect_err(scrap);
        }
    }

    fn expressions() -> impl Strategy<Value = Expression> {
        let at = Span::new(0, 0);
        let leaf = prop_oneof![
            "[a-zA-Z_.]{1,8}".prop_map(ExpressionKind::Attribute),
            r#"[ -~éß]{0,8}"#.prop_map(ExpressionKind::Text),
            "-?[0-9]{1,3}".prop_map(ExpressionKind::Number),
            "[A-Z][a-z]{1,5}".prop_map(ExpressionKind::Word),
        ];
        leaf.prop_map(move |kind| Expression::new(kind, at)).prop_recursive(4, 24, 4, move |inner| {
            let arguments = proptest::collection::vec(proptest::option::of(inner), 0..4);
            ("[A-Z][a-zA-Z]{1,6}", arguments).prop_map(move |(name, arguments)| {
                let arguments = if arguments == [None] { Vec::new() } else { arguments };
                Expression::new(ExpressionKind::Call { name, name_span: at, arguments }, at)
            })
        })
    }

    proptest! {
        #[test]
        fn a_printed_expression_parses_back(expression in expressions()) {
            let printed = expression.to_string();
            prop_assert_eq!(parsed(&printed).to_string(), printed);
        }

        #[test]
        fn any_text_is_taken_or_refused(text in r#"[\[\]()",\\ aF=<é]{0,40}"#) {
            let _ = Expression::parse(&text);
        }

        #[test]
        fn the_normal_form_is_its_own_normal_form(expression in expressions()) {
            let normal = expression.normal_form();
            prop_assert_eq!(normal.normal_form().to_string(), normal.to_string());
            prop_assert!(expression.sends_same(&normal));
        }
    }
}
