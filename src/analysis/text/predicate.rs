//! What is asked of one string, and the language of the strings of which it holds.

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Dot, Hir, Look, Repetition};

use super::folding;
use crate::condition::{MAX_PATTERN_BYTES, Ordering, Pattern, TextMatch, TextRelation};

/// A question about one string.
#[derive(Clone, Debug)]
pub(crate) enum TextPredicate {
    /// It stands in a relation to a text.
    Match(TextMatch),
    /// The whole of it matches.
    Pattern(Pattern),
    /// Some part of it matches.
    Part(Pattern, Regex),
    /// It has no control character: what a name is made of.
    Printable,
}

impl TextPredicate {
    /// That some part matches; `None` where the pattern is too large for that.
    pub(crate) fn part(pattern: &Pattern) -> Option<TextPredicate> {
        let ignores_case = pattern.ignores_case();
        let built =
            RegexBuilder::new(pattern.source()).case_insensitive(ignores_case).size_limit(MAX_PATTERN_BYTES).build();
        Some(TextPredicate::Part(pattern.clone(), built.ok()?))
    }

    /// Whether it holds.
    pub(crate) fn holds(&self, value: &str) -> bool {
        match self {
            TextPredicate::Match(text) => text.holds(value),
            TextPredicate::Pattern(pattern) => pattern.is_match(value),
            TextPredicate::Part(_, regex) => regex.is_match(value),
            TextPredicate::Printable => !value.chars().any(char::is_control),
        }
    }

    /// What tells it from every other one.
    pub(super) fn key(&self) -> String {
        match self {
            TextPredicate::Match(text) => {
                let texts: Vec<&str> = text.texts().collect();
                format!("{:?} {} {texts:?}", text.relation(), text.is_exact())
            }
            TextPredicate::Pattern(pattern) => format!("/{}/{}", pattern.source(), pattern.ignores_case()),
            TextPredicate::Part(pattern, _) => format!("part /{}/{}", pattern.source(), pattern.ignores_case()),
            TextPredicate::Printable => "printable".to_owned(),
        }
    }

    /// The texts that it allows, where it is equality.
    pub(super) fn equal_texts(&self) -> Option<&TextMatch> {
        match self {
            TextPredicate::Match(text) if text.relation() == TextRelation::Is(Ordering::Equal) => Some(text),
            _ => None,
        }
    }

    /// Whether two strings that differ in case only are the same to it.
    pub(super) fn is_blind_to_case(&self) -> bool {
        match self {
            TextPredicate::Match(text) => !text.is_exact(),
            TextPredicate::Pattern(_) | TextPredicate::Part(..) => false,
            TextPredicate::Printable => true,
        }
    }

    /// The language of the strings of which it holds, each as a whole; `None` where it cannot be told.
    pub(super) fn language(&self) -> Option<Hir> {
        match self {
            TextPredicate::Match(text) => Some(of_match(text)),
            TextPredicate::Pattern(pattern) => Some(whole(pattern.hir()?)),
            TextPredicate::Part(pattern, _) => Some(Hir::concat(vec![
                Hir::look(Look::Start),
                anything(),
                pattern.hir()?,
                anything(),
                Hir::look(Look::End),
            ])),
            TextPredicate::Printable => regex_syntax::parse(r"[^\p{Cc}]*").ok(),
        }
    }
}

fn whole(hir: Hir) -> Hir {
    Hir::concat(vec![Hir::look(Look::Start), hir, Hir::look(Look::End)])
}

/// Any string.
pub(super) fn anything() -> Hir {
    repeated(Hir::dot(Dot::AnyChar), 0)
}

fn repeated(hir: Hir, min: u32) -> Hir {
    Hir::repetition(Repetition { min, max: None, greedy: true, sub: Box::new(hir) })
}

fn of_match(text: &TextMatch) -> Hir {
    let exact = text.is_exact();
    let spelled = || Hir::alternation(text.texts().map(|text| spelling(text, exact)).collect());
    match text.relation() {
        TextRelation::Is(Ordering::Equal) => spelled(),
        TextRelation::Is(order) => Hir::alternation(text.texts().map(|text| ordered(text, order, exact)).collect()),
        TextRelation::Contains => Hir::concat(vec![anything(), spelled(), anything()]),
        TextRelation::Starts => Hir::concat(vec![spelled(), anything()]),
        TextRelation::Ends => Hir::concat(vec![anything(), spelled()]),
    }
}

/// The strings that are a text, or fold to it.
pub(super) fn spelling(text: &str, exact: bool) -> Hir {
    Hir::concat(text.chars().map(|c| folding::character(c, exact)).collect())
}

/// The strings that stand in an order to a text.
fn ordered(text: &str, order: Ordering, exact: bool) -> Hir {
    let (before, or_equal) = match order {
        Ordering::Equal => return spelling(text, exact),
        Ordering::Less => (true, false),
        Ordering::LessOrEqual => (true, true),
        Ordering::Greater => (false, false),
        Ordering::GreaterOrEqual => (false, true),
    };
    // They part from the text at some character, or one of the two is a beginning of the other.
    let mut forms = Vec::new();
    for (start, c) in text.char_indices() {
        let beginning = spelling(&text[..start], exact);
        if before {
            forms.push(beginning.clone());
        }
        forms.push(Hir::concat(vec![beginning, folding::ordered(c, before, exact), anything()]));
    }
    if !before {
        forms.push(Hir::concat(vec![spelling(text, exact), repeated(Hir::dot(Dot::AnyChar), 1)]));
    }
    if or_equal {
        forms.push(spelling(text, exact));
    }
    Hir::alternation(forms)
}
