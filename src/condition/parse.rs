//! From the text of a condition to its syntax tree.

use pest::Parser;
use pest::iterators::Pair;

use super::explain::explain;
use super::limits::refusal;
use super::literal::{decode_pattern, decode_text};
use super::mistake::{Mistake, SYNTAX, quoted};
use super::{Expr, ExprKind, Operand, OperandKind, Operator, Path};
use crate::source::Span;

/// The parser that `grammar/condition.pest` generates.
mod grammar {
    #![allow(missing_docs, unreachable_pub)]

    #[derive(pest_derive::Parser)]
    #[grammar = "../grammar/condition.pest"]
    pub(super) struct Grammar;
}
use grammar::{Grammar, Rule};

/// How the text of a condition stands in its document: only a literal block scalar can hold comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextStyle {
    /// After `|`: line breaks are kept, and `#` starts a comment.
    Literal,
    /// After `>`: line breaks became spaces.
    Folded,
    /// Anything else: plain, in quotes, on a command line.
    Inline,
}

/// What parsing gives: the tree, or what is wrong.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The tree; `None` where there are mistakes.
    pub expr: Option<Expr>,
    /// What is wrong, in order of position.
    pub mistakes: Vec<Mistake>,
}

/// Parses a condition. Spans count bytes of `text`.
///
/// ```
/// use vestibule::condition::{TextStyle, parse};
///
/// let parsed = parse(r#"not title pr and userName ew "@contoso.eu""#, TextStyle::Inline);
/// assert_eq!(parsed.expr.unwrap().to_string(), r#"not (title pr) and userName ew "@contoso.eu""#);
///
/// let parsed = parse(r#"userName = "bob""#, TextStyle::Inline);
/// assert_eq!(parsed.mistakes[0].message, "`=` is not an operator");
/// ```
pub fn parse(text: &str, style: TextStyle) -> Parsed {
    if let Some(mistake) = refusal(text, style) {
        return Parsed { expr: None, mistakes: vec![mistake] };
    }
    let pairs = match Grammar::parse(Rule::condition, text) {
        Ok(pairs) => pairs,
        Err(error) => return Parsed { expr: None, mistakes: explain(text, &failure(&error)) },
    };
    let mut reader = Reader { text, mistakes: Vec::new(), filter: None };
    let expr = pairs.flat_map(Pair::into_inner).find(|pair| pair.as_rule() == Rule::expression);
    let expr = expr.and_then(|pair| reader.expression(pair));
    let mut mistakes = reader.mistakes;
    mistakes.sort_by_key(|mistake| mistake.span);
    Parsed { expr: expr.filter(|_| mistakes.is_empty()), mistakes }
}

/// Where the grammar gave up, and what it would have taken there.
pub(super) struct Failure {
    pub(super) at: usize,
    pub(super) expected: Vec<&'static str>,
}

fn failure(error: &pest::error::Error<Rule>) -> Failure {
    let at = match error.location {
        pest::error::InputLocation::Pos(at) | pest::error::InputLocation::Span((at, _)) => at,
    };
    let mut expected = Vec::new();
    if let pest::error::ErrorVariant::ParsingError { positives, .. } = &error.variant {
        for name in positives.iter().filter_map(|rule| field_term(*rule)) {
            if !expected.contains(&name) {
                expected.push(name);
            }
        }
    }
    Failure { at, expected }
}

/// What a rule of the grammar is called where people read it.
fn field_term(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::expression | Rule::term | Rule::group | Rule::constant | Rule::test | Rule::path | Rule::not => {
            "a condition"
        }
        Rule::connective | Rule::and | Rule::or => "`and` or `or`",
        Rule::operator | Rule::present | Rule::question => "an operator",
        Rule::operand | Rule::text | Rule::number | Rule::pattern | Rule::list | Rule::null => "a value",
        Rule::EOI => "the end of the condition",
        _ => return None,
    })
}

/// Turns what the grammar matched into the tree.
struct Reader<'t> {
    text: &'t str,
    mistakes: Vec<Mistake>,
    /// The value filter that is being read, for filters inside it.
    filter: Option<Span>,
}

fn span_of(pair: &Pair<'_, Rule>) -> Span {
    Span::new(pair.as_span().start(), pair.as_span().end())
}

impl Reader<'_> {
    /// `and` binds closer than `or`: each run of terms that `and` connects is one operand of `or`.
    fn expression(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let mut alternatives = Vec::new();
        let mut run = Vec::new();
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::term => run.push((span_of(&pair), self.term(pair)?)),
                _ if pair.into_inner().any(|word| word.as_rule() == Rule::or) => {
                    alternatives.push(joined(std::mem::take(&mut run), Expr::all)?);
                }
                _ => {}
            }
        }
        alternatives.push(joined(run, Expr::all)?);
        joined(alternatives, Expr::any).map(|(_, expr)| expr)
    }

    fn term(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let span = span_of(&pair);
        let mut nots = Vec::new();
        let mut expr = None;
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::not => nots.push(pair.as_span().start()),
                Rule::group => expr = self.expression(pair.into_inner().next()?),
                Rule::constant => {
                    let value = pair.into_inner().next()?.as_rule() == Rule::yes;
                    expr = Some(Expr { kind: ExprKind::Constant(value), span });
                }
                _ => expr = self.test(pair),
            }
        }
        let negate = |inner, start| Expr { kind: ExprKind::Not(Box::new(inner)), span: Span::new(start, span.end) };
        Some(nots.into_iter().rev().fold(expr?, negate))
    }

    fn test(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let span = span_of(&pair);
        let mut parts = pair.into_inner();
        let path = self.path(parts.next()?);
        let next = parts.next()?;
        if next.as_rule() == Rule::filter {
            return self.element(path, next, span);
        }
        self.question(path, next, parts.next(), span)
    }

    /// `PATH pr` or `PATH OPERATOR OPERAND`.
    fn question(
        &mut self,
        path: Path,
        operator: Pair<'_, Rule>,
        operand: Option<Pair<'_, Rule>>,
        span: Span,
    ) -> Option<Expr> {
        let kind = if operator.as_rule() == Rule::present {
            ExprKind::Present(path)
        } else {
            let operator_span = span_of(&operator);
            let operator = Operator::from_word(operator.as_str())?;
            let operand = self.operand(operand?)?;
            self.check_operand(operator, operator_span, &operand);
            ExprKind::Compare { path, operator, operator_span, operand }
        };
        Some(Expr { kind, span })
    }

    fn element(&mut self, path: Path, pair: Pair<'_, Rule>, span: Span) -> Option<Expr> {
        let filter_span = span_of(&pair);
        if let Some(outer) = self.filter {
            self.mistakes.push(nested_filter(filter_span, outer));
        }
        let enclosing = self.filter.replace(Span::new(path.span.start, filter_span.end));
        let filter = self.element_filter(pair);
        self.filter = enclosing;
        Some(Expr { kind: ExprKind::Element { path, filter: Box::new(filter?) }, span })
    }

    /// What stands in the brackets, joined with what Entra writes after them.
    fn element_filter(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let mut parts = pair.into_inner();
        let inner = parts.next()?;
        let inner_span = span_of(&inner);
        let filter = self.expression(inner)?;
        let Some(segment) = parts.next() else {
            return Some(filter);
        };
        let path = Path { urn: None, span: span_of(&segment), segments: vec![self.segment(segment)] };
        let (operator, operand) = (parts.next()?, parts.next());
        let end = operand.as_ref().map_or(operator.as_span().end(), |operand| operand.as_span().end());
        let span = Span::new(path.span.start, end);
        let value = self.question(path, operator, operand, span)?;
        Some(Expr::all(vec![filter, value], inner_span.join(span)))
    }

    fn path(&mut self, pair: Pair<'_, Rule>) -> Path {
        let span = span_of(&pair);
        let (mut urn, mut segments) = (None, Vec::new());
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::urn => urn = Some(pair.as_str().trim_end_matches(':').to_string()),
                _ => segments.push(self.segment(pair)),
            }
        }
        Path { urn, segments, span }
    }

    fn segment(&mut self, pair: Pair<'_, Rule>) -> String {
        let written = pair.as_str();
        match pair.into_inner().next() {
            Some(part) if part.as_rule() == Rule::text => self.decoded(part),
            _ => written.to_string(),
        }
    }

    fn decoded(&mut self, text: Pair<'_, Rule>) -> String {
        let inner = Span::new(text.as_span().start() + 1, text.as_span().end() - 1);
        decode_text(self.text.get(inner.range()).unwrap_or_default(), inner.start, &mut self.mistakes)
    }

    fn operand(&mut self, pair: Pair<'_, Rule>) -> Option<Operand> {
        let span = span_of(&pair);
        let pair = pair.into_inner().next()?;
        let kind = match pair.as_rule() {
            Rule::text => OperandKind::String(self.decoded(pair)),
            Rule::number => OperandKind::Number(pair.as_str().to_string()),
            Rule::yes => OperandKind::Bool(true),
            Rule::no => OperandKind::Bool(false),
            Rule::null => OperandKind::Null,
            Rule::pattern => self.pattern(pair)?,
            _ => OperandKind::List(pair.into_inner().map(|item| self.operand(item)).collect::<Option<_>>()?),
        };
        Some(Operand { kind, span })
    }

    fn pattern(&mut self, pair: Pair<'_, Rule>) -> Option<OperandKind> {
        let mut parts = pair.into_inner();
        let (inner, flags) = (parts.next()?, parts.next()?);
        if !matches!(flags.as_str(), "" | "i") {
            self.mistakes.push(unknown_flags(span_of(&flags), flags.as_str()));
        }
        Some(OperandKind::Pattern { source: decode_pattern(inner.as_str()), ignore_case: flags.as_str() == "i" })
    }

    /// `in` takes a list, `matches` a pattern, `includes` a string or a pattern, the others a single value.
    fn check_operand(&mut self, operator: Operator, operator_span: Span, operand: &Operand) {
        let written = self.text.get(operand.span.range()).unwrap_or_default();
        let mistake = match (operator, &operand.kind) {
            (Operator::In, OperandKind::List(items)) if items.is_empty() => empty_list(operand.span),
            (Operator::In, OperandKind::List(items)) => {
                let mistakes = items.iter().filter_map(bad_item);
                self.mistakes.extend(mistakes.map(|mistake| mistake.related(operator_span, "after this `in`")));
                return;
            }
            (Operator::In, _) => Mistake::new(SYNTAX, operand.span, "`in` needs a list").label("expected `[`").help(
                if matches!(operand.kind, OperandKind::Pattern { .. }) {
                    format!("Write `matches {written}`")
                } else {
                    format!("Write `in [{written}]`")
                },
            ),
            (Operator::Matches, OperandKind::Pattern { .. }) => return,
            (Operator::Matches, OperandKind::String(_)) => {
                Mistake::new(SYNTAX, operand.span, "`matches` needs a pattern between slashes, not a string")
                    .label("expected `/…/`")
                    .help(
                        "Write the regular expression as `/…/`, or as `/…/i` to ignore case; inside, `\\/` is a slash",
                    )
            }
            (Operator::Matches, _) => Mistake::new(SYNTAX, operand.span, "`matches` needs a pattern between slashes")
                .label("expected `/…/`")
                .help("Write the regular expression as `/…/`, or compare with `eq`"),
            (operator, OperandKind::List(_)) => {
                Mistake::new(SYNTAX, operand.span, format!("`{operator}` takes one value, not a list"))
                    .label("a list")
                    .help(list_help(operator))
            }
            (Operator::Includes | Operator::Excludes, _) => return,
            (operator, OperandKind::Pattern { .. }) => {
                Mistake::new(SYNTAX, operand.span, format!("`{operator}` takes a value, not a pattern"))
                    .label("a pattern")
                    .help(format!("Write `matches {written}`, or a string after `{operator}`"))
            }
            _ => return,
        };
        self.mistakes.push(mistake.related(operator_span, format!("after this `{operator}`")));
    }
}

/// One operand of a connective, or all of them under it.
fn joined(mut operands: Vec<(Span, Expr)>, connect: fn(Vec<Expr>, Span) -> Expr) -> Option<(Span, Expr)> {
    if operands.len() < 2 {
        return operands.pop();
    }
    let span = operands.first()?.0.join(operands.last()?.0);
    Some((span, connect(operands.into_iter().map(|(_, expr)| expr).collect(), span)))
}

fn bad_item(item: &Operand) -> Option<Mistake> {
    let what = match item.kind {
        OperandKind::List(_) => "a list stands inside a list",
        OperandKind::Pattern { .. } => "a pattern stands in a list",
        _ => return None,
    };
    Some(
        Mistake::new(SYNTAX, item.span, what)
            .label("expected a string, a number, `true` or `false`")
            .help("Write the values themselves, or one pattern with alternatives: `matches /a|b/`"),
    )
}

fn empty_list(span: Span) -> Mistake {
    Mistake::new(SYNTAX, span, "the list after `in` is empty, so nothing can equal one of its members")
        .label("no values")
        .help("List the values, or write `false`")
}

fn list_help(operator: Operator) -> &'static str {
    match operator {
        Operator::Eq => "Write `in [ … ]`",
        Operator::Ne => "Write `not (… in [ … ])`",
        Operator::Includes => "Write `in [ … ]`, which holds when one member equals one of them",
        Operator::Excludes => "Write `not (… in [ … ])`",
        _ => "Write one comparison for each value, and connect them with `or`",
    }
}

fn unknown_flags(span: Span, flags: &str) -> Mistake {
    Mistake::new(SYNTAX, span, format!("{} after a pattern means nothing", quoted(flags)))
        .label("expected `i` or nothing")
        .help("Write `/…/` or, to ignore case, `/…/i`; other flags go inside: `(?s)`")
}

fn nested_filter(span: Span, outer: Span) -> Mistake {
    Mistake::new(SYNTAX, span, "a value filter stands inside another one")
        .label("a second `[`")
        .help("Connect the conditions with `and` inside one pair of brackets: sub-attributes have none of their own")
        .related(outer, "inside this one")
}
