//! What a pattern is made of, as far as lints ask.

use regex_syntax::ast::parse::ParserBuilder;
use regex_syntax::ast::{AssertionKind, Ast, Concat, GroupKind, RepetitionKind};

use crate::source::Span;

/// What a pattern says that is no more than a plain comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Plain {
    /// The value is this text.
    Is(String),
    /// It is one of these texts.
    OneOf(Vec<String>),
    /// It starts with this text.
    Starts(String),
    /// It ends with it.
    Ends(String),
    /// It contains it.
    Contains(String),
}

/// A character that means something in a pattern, where its neighbours read as if it stood for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bare {
    pub(super) sign: BareSign,
    /// Where, in bytes of the pattern.
    pub(super) span: Span,
}

/// Which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BareSign {
    /// `.` between letters, as in `contoso.eu`, or before a part of a domain: `@(eu|us).contoso`.
    Dot,
    /// `+` between letters: `ada+test@`.
    Plus,
    /// `*` at the end of a name, as in globs: `EU-*`.
    Star,
    /// Parentheses around plain text, after a space: `Finance (EU)`.
    Parentheses,
    /// `$` before something, or `^` after something: nothing matches.
    Anchor,
}

/// As [`crate::condition::Pattern`] reads it; `None` for what is no pattern.
fn parse(source: &str) -> Option<Ast> {
    ParserBuilder::new().nest_limit(100).build().parse(source).ok()
}

/// The text that a pattern spells, if nothing in it is anything but a character.
pub(super) fn literal(source: &str) -> Option<String> {
    parse(source).as_ref().and_then(text_of)
}

/// The plain comparison that a pattern comes to, if it is one.
pub(super) fn plain(source: &str) -> Option<Plain> {
    let ast = parse(source)?;
    if let Some(text) = text_of(&ast) {
        return Some(Plain::Is(text));
    }
    match &ast {
        Ast::Alternation(alternation) => {
            alternation.asts.iter().map(text_of).collect::<Option<Vec<_>>>().map(Plain::OneOf)
        }
        Ast::Concat(concat) => plain_parts(concat),
        _ => None,
    }
}

fn plain_parts(concat: &Concat) -> Option<Plain> {
    let (mut parts, mut before, mut after) = (concat.asts.as_slice(), false, false);
    if let [first, rest @ ..] = parts
        && is_anything(first)
    {
        (parts, before) = (rest, true);
    }
    if let [rest @ .., last] = parts
        && is_anything(last)
    {
        (parts, after) = (rest, true);
    }
    let text = parts.iter().map(text_of).collect::<Option<String>>().filter(|text| !text.is_empty())?;
    match (before, after) {
        (true, true) => Some(Plain::Contains(text)),
        (true, false) => Some(Plain::Ends(text)),
        (false, true) => Some(Plain::Starts(text)),
        (false, false) => None,
    }
}

fn text_of(ast: &Ast) -> Option<String> {
    match ast {
        Ast::Empty(_) => Some(String::new()),
        Ast::Literal(literal) => Some(literal.c.to_string()),
        Ast::Concat(concat) => concat.asts.iter().map(text_of).collect(),
        _ => None,
    }
}

/// `.*`
fn is_anything(ast: &Ast) -> bool {
    let Ast::Repetition(repetition) = ast else { return false };
    matches!(repetition.op.kind, RepetitionKind::ZeroOrMore) && matches!(*repetition.ast, Ast::Dot(_))
}

/// Whether a pattern comes to the same whether the whole value has to match or a part of it may: each end is anchored or
/// takes anything.
pub(super) fn is_anchored(source: &str) -> bool {
    parse(source).is_none_or(|ast| {
        let start = |ast: &Ast| is_assertion(ast, &[AssertionKind::StartLine, AssertionKind::StartText]);
        let end = |ast: &Ast| is_assertion(ast, &[AssertionKind::EndLine, AssertionKind::EndText]);
        is_closed(&ast, &start, Edge::First) && is_closed(&ast, &end, Edge::Last)
    })
}

#[derive(Clone, Copy)]
enum Edge {
    First,
    Last,
}

/// The parser limits the nesting, and so the depth of this.
fn is_closed(ast: &Ast, anchor: &impl Fn(&Ast) -> bool, edge: Edge) -> bool {
    match ast {
        Ast::Alternation(alternation) => alternation.asts.iter().all(|ast| is_closed(ast, anchor, edge)),
        Ast::Group(group) => is_closed(&group.ast, anchor, edge),
        Ast::Concat(concat) => {
            // Flags stand before what they change and match nothing.
            let mut parts = concat.asts.iter().filter(|ast| !matches!(ast, Ast::Flags(_)));
            let outermost = match edge {
                Edge::First => parts.next(),
                Edge::Last => parts.next_back(),
            };
            outermost.is_some_and(|ast| is_closed(ast, anchor, edge))
        }
        ast => anchor(ast) || is_anything(ast),
    }
}

fn is_assertion(ast: &Ast, kinds: &[AssertionKind]) -> bool {
    matches!(ast, Ast::Assertion(assertion) if kinds.contains(&assertion.kind))
}

/// The characters that a pattern most likely means as they stand.
pub(super) fn bare_signs(source: &str) -> Vec<Bare> {
    let mut found = Vec::new();
    let ast = parse(source);
    let mut waiting: Vec<&Ast> = ast.iter().collect();
    while let Some(ast) = waiting.pop() {
        match ast {
            Ast::Concat(concat) => {
                bare_in(source, &concat.asts, &mut found);
                waiting.extend(&concat.asts);
            }
            Ast::Alternation(alternation) => waiting.extend(&alternation.asts),
            Ast::Group(group) => waiting.push(&group.ast),
            Ast::Repetition(repetition) => waiting.push(&repetition.ast),
            _ => {}
        }
    }
    found.sort_by_key(|bare| bare.span.start);
    found
}

/// Whether some character of a pattern reads as if it stood for itself, and does not.
#[cfg(feature = "cli")]
pub(crate) fn has_bare_signs(source: &str) -> bool {
    !bare_signs(source).is_empty()
}

fn bare_in(source: &str, parts: &[Ast], found: &mut Vec<Bare>) {
    let at = |index: Option<usize>| index.and_then(|index| parts.get(index));
    for (index, part) in parts.iter().enumerate() {
        let (before, after) = (at(index.checked_sub(1)), at(index.checked_add(1)));
        let sign = match part {
            Ast::Dot(_) if is_word(before) && is_word(after) => BareSign::Dot,
            Ast::Dot(_) if is_one_of_several(before) && is_word(after) && has_at_sign(&parts[..index]) => BareSign::Dot,
            Ast::Repetition(repetition) if repetition.greedy && is_word(Some(&repetition.ast)) => {
                let kind = &repetition.op.kind;
                match kind {
                    // An address: what comes before the `@` may hold a `+`.
                    RepetitionKind::OneOrMore if is_word(after) && has_at_sign(&parts[index..]) => BareSign::Plus,
                    RepetitionKind::ZeroOrMore if index > 0 && after.is_none() => BareSign::Star,
                    _ => continue,
                }
            }
            Ast::Repetition(repetition) if repetition.greedy && is_joint(&repetition.ast) => match repetition.op.kind {
                RepetitionKind::ZeroOrMore if index > 0 && after.is_none() => BareSign::Star,
                _ => continue,
            },
            Ast::Group(group) if is_literal(before, &[' ']) => match (&group.kind, text_of(&group.ast)) {
                (GroupKind::CaptureIndex(_), Some(text)) if !text.is_empty() => BareSign::Parentheses,
                _ => continue,
            },
            Ast::Assertion(assertion) => match assertion.kind {
                AssertionKind::EndLine if is_literal_at_all(after) => BareSign::Anchor,
                AssertionKind::StartLine if is_literal_at_all(before) => BareSign::Anchor,
                _ => continue,
            },
            _ => continue,
        };
        let span = match part {
            Ast::Repetition(repetition) => repetition.op.span,
            other => *other.span(),
        };
        if source.get(span.start.offset..span.end.offset).is_some() {
            found.push(Bare { sign, span: Span::new(span.start.offset, span.end.offset) });
        }
    }
}

/// A letter or a digit that stands for itself.
fn is_word(ast: Option<&Ast>) -> bool {
    matches!(ast, Some(Ast::Literal(literal)) if literal.c.is_alphanumeric())
}

/// What stands for one of several texts: a group, a class, or a repetition of either.
fn is_one_of_several(ast: Option<&Ast>) -> bool {
    match ast {
        Some(Ast::Group(_) | Ast::ClassBracketed(_) | Ast::ClassPerl(_)) => true,
        Some(Ast::Repetition(repetition)) => {
            matches!(*repetition.ast, Ast::Group(_) | Ast::ClassBracketed(_) | Ast::ClassPerl(_))
        }
        _ => false,
    }
}

/// What joins the words of a name.
fn is_joint(ast: &Ast) -> bool {
    is_literal(Some(ast), &['-', '_', '@', '.'])
}

fn is_literal(ast: Option<&Ast>, any: &[char]) -> bool {
    matches!(ast, Some(Ast::Literal(literal)) if any.contains(&literal.c))
}

fn is_literal_at_all(ast: Option<&Ast>) -> bool {
    matches!(ast, Some(Ast::Literal(_)))
}

fn has_at_sign(parts: &[Ast]) -> bool {
    parts.iter().any(|part| is_literal(Some(part), &['@']))
}

/// Whether a pattern asks for a letter that has a case, and does not say by a flag that case does not count.
pub(super) fn minds_case(source: &str) -> bool {
    let ast = parse(source);
    let mut waiting: Vec<&Ast> = ast.iter().collect();
    let mut minds = false;
    while let Some(ast) = waiting.pop() {
        match ast {
            Ast::Flags(_) => return false,
            Ast::Group(group) => match &group.kind {
                GroupKind::NonCapturing(flags) if !flags.items.is_empty() => return false,
                _ => waiting.push(&group.ast),
            },
            Ast::Literal(literal) => minds |= literal.c.is_lowercase() || literal.c.is_uppercase(),
            Ast::Concat(concat) => waiting.extend(&concat.asts),
            Ast::Alternation(alternation) => waiting.extend(&alternation.asts),
            Ast::Repetition(repetition) => waiting.push(&repetition.ast),
            _ => {}
        }
    }
    minds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_are_plain_comparisons() {
        let text = |text: &str| text.to_owned();
        for (source, expected) in [
            ("EU-Finance", Some(Plain::Is(text("EU-Finance")))),
            (r"contoso\.eu", Some(Plain::Is(text("contoso.eu")))),
            ("A|B C", Some(Plain::OneOf(vec![text("A"), text("B C")]))),
            ("EU-.*", Some(Plain::Starts(text("EU-")))),
            (r".*@contoso\.eu", Some(Plain::Ends(text("@contoso.eu")))),
            (".*EU.*", Some(Plain::Contains(text("EU")))),
            (".*", None),
            ("contoso.eu", None),
            ("EU-.+", None),
            ("A|B.*", None),
            ("(?i)a", None),
            ("[", None),
        ] {
            assert_eq!(plain(source), expected, "{source}");
        }
    }

    #[test]
    fn a_pattern_is_anchored_where_both_ends_are_said() {
        for source in ["^EU$", ".*EU.*", "^EU-.*", ".*@x$", "^(a|b)$", "^a$|^b$", "(?i)^a$", r"\Aa\z", ".*"] {
            assert!(is_anchored(source), "{source}");
        }
        for source in ["EU", "EU-.*", ".*@x", "^a|b$", "^EU", ".+EU.+", ""] {
            assert!(!is_anchored(source), "{source}");
        }
    }

    #[test]
    fn signs_that_read_as_themselves() {
        use BareSign::{Anchor, Dot, Parentheses, Plus, Star};
        for (source, expected) in [
            (".*@contoso.eu", vec![(Dot, 10)]),
            ("(a.b|c.d)", vec![(Dot, 2), (Dot, 6)]),
            (r"ada+test@contoso\.eu", vec![(Plus, 3)]),
            ("EU-*", vec![(Star, 3)]),
            ("EU*", vec![(Star, 2)]),
            ("Finance (EU)", vec![(Parentheses, 8)]),
            ("US$ Desk", vec![(Anchor, 2)]),
            ("a^b", vec![(Anchor, 1)]),
            (r".*@(eu|us).contoso\.com", vec![(Dot, 10)]),
            (r".*@[a-z]+.contoso\.com", vec![(Dot, 9)]),
        ] {
            let found: Vec<_> = bare_signs(source).iter().map(|bare| (bare.sign, bare.span.start)).collect();
            assert_eq!(found, expected, "{source}");
        }
        for source in [
            r".*@contoso\.eu",
            "EU-.*",
            "EU.+",
            "a.*b",
            "a-.-b",
            "(EU|US) Finance",
            "^EU$",
            "https?x",
            "[A-Z]+x",
            "a+b",
            "x (a|b)",
            "(EU|US).Finance",
            r".*@.*.contoso\.com",
            r".*@[a-z]+\.contoso\.com",
        ] {
            assert_eq!(bare_signs(source), [], "{source}");
        }
    }

    #[test]
    fn case_counts_where_a_letter_is_asked_for() {
        assert!(minds_case("EU-.*") && minds_case("[0-9]a"));
        assert!(!minds_case("(?i)EU") && !minds_case("(?i:EU)") && !minds_case(r"\d+-.*"));
    }
}
