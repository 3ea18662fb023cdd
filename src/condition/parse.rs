//! From the text of a condition to its syntax tree.

use pest::Parser;
use pest::iterators::Pair;

use super::explain::explain;
use super::limits::refusal;
use super::literal::{decode_pattern, decode_text};
use super::mistake::{Mistake, SYNTAX};
use super::operand::misfits;
use super::{Expr, ExprKind, Operand, OperandKind, Operator, Path};
use crate::source::{Span, quoted};

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
            let written = self.text.get(operand.span.range()).unwrap_or_default();
            self.mistakes.extend(misfits(operator, operator_span, &operand, written));
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
}

/// One operand of a connective, or all of them under it.
fn joined(mut operands: Vec<(Span, Expr)>, connect: fn(Vec<Expr>, Span) -> Expr) -> Option<(Span, Expr)> {
    if operands.len() < 2 {
        return operands.pop();
    }
    let span = operands.first()?.0.join(operands.last()?.0);
    Some((span, connect(operands.into_iter().map(|(_, expr)| expr).collect(), span)))
}

fn unknown_flags(span: Span, flags: &str) -> Mistake {
    Mistake::new(SYNTAX, span, format!("{} after a pattern means nothing", quoted(flags)))
        .label("expected `i` or nothing")
        .help("write `/…/` or, to ignore case, `/…/i`; other flags go inside: `(?s)`")
}

fn nested_filter(span: Span, outer: Span) -> Mistake {
    Mistake::new(SYNTAX, span, "a value filter stands inside another one")
        .label("a second `[`")
        .help("Connect the conditions with `and` inside one pair of brackets: sub-attributes have none of their own")
        .related(outer, "inside this one")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::marked::{assert_mistakes, unmark};

    fn parsed(text: &str) -> Expr {
        let parsed = parse(text, TextStyle::Literal);
        assert_eq!(parsed.mistakes, [], "{text}");
        parsed.expr.unwrap()
    }

    /// The text is valid and is printed so.
    fn check(text: &str, printed: &str) {
        assert_eq!(parsed(text).to_string(), printed);
        assert_eq!(parsed(printed), parsed(text), "{printed}");
    }

    /// RFC 7644 section 3.4.2.2, figure 2 and the filters of the sections around it.
    #[test]
    fn filters_of_the_rfc() {
        for filter in [
            r#"userName eq "bjensen""#,
            r#"name.familyName co "O'Malley""#,
            r#"userName sw "J""#,
            r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J""#,
            r#"title pr"#,
            r#"meta.lastModified gt "2011-05-13T04:42:34Z""#,
            r#"meta.lastModified ge "2011-05-13T04:42:34Z""#,
            r#"meta.lastModified lt "2011-05-13T04:42:34Z""#,
            r#"meta.lastModified le "2011-05-13T04:42:34Z""#,
            r#"title pr and userType eq "Employee""#,
            r#"title pr or userType eq "Intern""#,
            r#"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#,
            r#"userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")"#,
            r#"userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")"#,
            r#"userType eq "Employee" and emails.type eq "work""#,
            r#"userType eq "Employee" and emails[type eq "work" and value co "@example.com"]"#,
            r#"emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]"#,
            r#"addresses[type eq "work"]"#,
            r#"members[value eq "2819c223-7f76-453a-919d-413861904646"]"#,
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName eq "x""#,
        ] {
            check(filter, filter);
        }
        check(
            r#"userType eq "Employee" and (emails.type eq "work")"#,
            r#"userType eq "Employee" and emails.type eq "work""#,
        );
        check(
            r#"userType ne "Employee" AND NOT (emails co "example.com")"#,
            r#"userType ne "Employee" and not (emails co "example.com")"#,
        );
    }

    #[test]
    fn additions() {
        check(r#"userType in ["Employee",  "Intern" ,1, true]"#, r#"userType in ["Employee", "Intern", 1, true]"#);
        check(r"userName matches /.*@contoso\.(com|eu)/", r"userName matches /.*@contoso\.(com|eu)/");
        check(r"userName matches /a\/b/i", r"userName matches /a\/b/i");
        check("provider.groups INCLUDES /EU-.*/", "provider.groups includes /EU-.*/");
        check(r#"provider.groups excludes "Contractors""#, r#"provider.groups excludes "Contractors""#);
        check(r#"attributes."multipass:email:primary" pr"#, r#"attributes."multipass:email:primary" pr"#);
        check(r#"attributes."plain" pr"#, "attributes.plain pr");
        check("attributes.Größe-3_x pr", "attributes.Größe-3_x pr");
        check("TRUE or False", "true or false");
        check("title eq NULL", "title eq null");
        check(r#""not" eq 1"#, r#""not" eq 1"#);
        check("$ref pr", "$ref pr");
        check("title pr # the boss\n  and # also\n active eq true", "title pr and active eq true");
        check("title eq \"# none\" and title matches /#/", "title eq \"# none\" and title matches /#/");
    }

    #[test]
    fn entra_spelling_of_value_filters() {
        check(
            r#"emails[type eq "work"].value ew "@contoso.eu""#,
            r#"emails[type eq "work" and value ew "@contoso.eu"]"#,
        );
        check(r#"emails[type eq "a" or type eq "b"].value pr"#, r#"emails[(type eq "a" or type eq "b") and value pr]"#);
        check(
            r#"emails[type eq "a" and primary eq true].value pr"#,
            r#"emails[type eq "a" and primary eq true and value pr]"#,
        );
        assert_eq!(
            parsed(r#"emails[type eq "work"].value eq "x""#),
            parsed(r#"emails[type eq "work" and value eq "x"]"#)
        );
    }

    #[test]
    fn precedence() {
        check("a pr or b pr and c pr", "a pr or b pr and c pr");
        check("a pr or (b pr and c pr)", "a pr or b pr and c pr");
        check("(a pr or b pr) and c pr", "(a pr or b pr) and c pr");
        check("not a eq 1 and b eq 2", "not (a eq 1) and b eq 2");
        check("not (a eq 1 and b eq 2)", "not (a eq 1 and b eq 2)");
        check("not not a pr", "not (not (a pr))");
        check("a pr and (b pr and (c pr and d pr))", "a pr and b pr and c pr and d pr");
        check("(a pr or b pr) or c pr", "a pr or b pr or c pr");
        check("((a pr))", "a pr");
        check("not true", "not (true)");
    }

    #[test]
    fn keywords_are_whole_words() {
        check("prx pr", "prx pr");
        check("order eq 1 and android pr or nothing pr", "order eq 1 and android pr or nothing pr");
        check("not_x pr", "not_x pr");
        check("not-x pr", "not-x pr");
        check("true.x pr", "true.x pr");
        check("includesX includes 1", "includesX includes 1");
        check("pr pr and eq eq \"eq\"", "pr pr and eq eq \"eq\"");
        check("in in [1]", "in in [1]");
        check("(a pr)and(b pr)", "a pr and b pr");
        check("a eq\"x\"or b in[1]", "a eq \"x\" or b in [1]");
    }

    #[test]
    fn strings() {
        let text = |condition| match parsed(condition).kind {
            ExprKind::Compare { operand: Operand { kind: OperandKind::String(text), .. }, .. } => text,
            other => panic!("{other:?}"),
        };
        assert_eq!(text(r#"a eq "\"\\\/\b\f\n\r\t\u00e9""#), "\"\\/\u{8}\u{c}\n\r\té");
        assert_eq!(text(r#"a eq "\ud83d\ude00 \uD83D\uDE00""#), "😀 😀");
        assert_eq!(text(r#"a eq "ß İ (not) # , [""#), "ß İ (not) # , [");
        check("a eq \"\\u202e\\u0007\"", "a eq \"\\u202e\\u0007\"");
        check(r#"a eq "\udb40\udc41""#, r#"a eq "\udb40\udc41""#);
    }

    #[test]
    fn numbers_are_kept_as_written() {
        check("a eq -0.50e+3", "a eq -0.50e+3");
        check("a eq 10000000000000000000000", "a eq 10000000000000000000000");
    }

    #[test]
    fn spans_are_bytes_of_the_text() {
        let text = "title eq \"é\" and not (ß.x EW \"1\") and emails[a eq 1].b co \"2\"";
        let ExprKind::And(parts) = parsed(text).kind else { panic!() };
        let at = |span: Span| &text[span.range()];
        let written: Vec<&str> = parts.iter().map(|part| at(part.span)).collect();
        assert_eq!(written, ["title eq \"é\"", "not (ß.x EW \"1\")", "emails[a eq 1].b co \"2\""]);
        let ExprKind::Not(inner) = &parts[1].kind else { panic!() };
        let ExprKind::Compare { path, operator_span, operand, .. } = &inner.kind else { panic!() };
        assert_eq!([at(path.span), at(*operator_span), at(operand.span)], ["ß.x", "EW", "\"1\""]);
        let ExprKind::Element { path, filter } = &parts[2].kind else { panic!() };
        assert_eq!([at(path.span), at(filter.span)], ["emails", "a eq 1].b co \"2\""]);
        let grouped = "(a pr or b pr) and c pr";
        assert_eq!(parsed(grouped).span, Span::new(0, grouped.len()));
    }

    #[test]
    fn paths_have_a_urn_and_segments() {
        let path = |condition: &str| match parsed(condition).kind {
            ExprKind::Present(path) => (path.urn, path.segments),
            other => panic!("{other:?}"),
        };
        let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        assert_eq!(
            path(&format!("{urn}:manager.displayName pr")),
            (Some(urn.to_string()), vec!["manager".to_string(), "displayName".to_string()])
        );
        assert_eq!(path(&format!("{urn}:not pr")), (Some(urn.to_string()), vec!["not".to_string()]));
        assert_eq!(path("urn pr"), (None, vec!["urn".to_string()]));
        assert_eq!(path(r#"attributes."a.b:c" pr"#), (None, vec!["attributes".to_string(), "a.b:c".to_string()]));
    }

    #[test]
    fn comments_only_in_literal_blocks() {
        for (style, hint) in
            [(TextStyle::Folded, "help: joins the lines"), (TextStyle::Inline, "help: literal block scalar")]
        {
            let (text, spans) = unmark("title pr «#» why\n and active eq true");
            let parsed = parse(&text, style);
            assert_mistakes(&text, &parsed.mistakes, &spans, &[hint]);
            let in_string = parse("title eq \"#\" or title matches /#/", style);
            assert_eq!(in_string.mistakes, []);
        }
    }
}
