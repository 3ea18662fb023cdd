//! The canonical form of a condition: what the parser reads back to the same tree.
//!
//! It writes parentheses and escapes that a text may do without, so the form of a text close to [`super::MAX_BYTES`] can be
//! longer than that limit.

use std::fmt::{self, Display, Formatter};

use super::literal::{encode_pattern, json_string};
use super::token::is_name;
use super::{Expr, ExprKind, Operand, OperandKind, Operator, Path};

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::Constant(value) => write!(f, "{value}"),
            ExprKind::Not(inner) => write!(f, "not ({inner})"),
            ExprKind::And(parts) => {
                let binds_less = |part: &Expr| matches!(part.kind, ExprKind::And(_) | ExprKind::Or(_));
                connect(f, parts, " and ", binds_less)
            }
            ExprKind::Or(parts) => connect(f, parts, " or ", |part| matches!(part.kind, ExprKind::Or(_))),
            ExprKind::Compare { path, operator, operand, .. } => write!(f, "{path} {operator} {operand}"),
            ExprKind::Present(path) => write!(f, "{path} pr"),
            ExprKind::Element { path, filter } => write!(f, "{path}[{filter}]"),
        }
    }
}

fn connect(f: &mut Formatter<'_>, parts: &[Expr], word: &str, in_parentheses: impl Fn(&Expr) -> bool) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(word)?;
        }
        if in_parentheses(part) {
            write!(f, "({part})")?;
        } else {
            write!(f, "{part}")?;
        }
    }
    Ok(())
}

/// The path as `missing` lists it: names as written, quoted where they have to be.
impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(urn) = &self.urn {
            write!(f, "{urn}:")?;
        }
        for (i, segment) in self.segments.iter().enumerate() {
            if i > 0 {
                f.write_str(".")?;
            }
            let keyword = self.urn.is_none() && self.segments.len() == 1 && is_reserved(segment);
            if is_name(segment) && !keyword {
                f.write_str(segment)?;
            } else {
                f.write_str(&json_string(segment))?;
            }
        }
        Ok(())
    }
}

/// Whether a word that stands alone at the start of a condition is a keyword, not an attribute.
fn is_reserved(word: &str) -> bool {
    ["and", "or", "not", "true", "false", "null"].iter().any(|keyword| word.eq_ignore_ascii_case(keyword))
}

impl Display for Operator {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            OperandKind::String(text) => f.write_str(&json_string(text)),
            OperandKind::Number(number) => f.write_str(number),
            OperandKind::Bool(value) => write!(f, "{value}"),
            OperandKind::Null => f.write_str("null"),
            OperandKind::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{item}")?;
                }
                f.write_str("]")
            }
            OperandKind::Pattern { source, ignore_case } => {
                write!(f, "/{}/{}", encode_pattern(source), if *ignore_case { "i" } else { "" })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::condition::explain::walk_mistakes;
    use crate::condition::{RuleSet, Scheme, TextStyle, check, parse};
    use crate::source::Span;

    fn expr(kind: ExprKind) -> Expr {
        Expr { kind, span: Span::default() }
    }

    fn segment() -> impl Strategy<Value = String> {
        prop_oneof![
            4 => "[a-zA-Z_$][a-zA-Z0-9_$-]{0,6}",
            1 => prop::sample::select(vec!["not", "TRUE", "null", "and", "pr", "in", "urn", "a.b:c", "größe", "İ", ""])
                .prop_map(String::from),
            1 => any::<String>(),
        ]
    }

    fn path() -> impl Strategy<Value = Path> {
        let urn = prop::option::weighted(0.2, prop::sample::select(vec![CORE, "URN:contoso:x-y_2.0:User"]));
        (urn, prop::collection::vec(segment(), 1..4)).prop_map(|(urn, segments)| Path {
            urn: urn.map(String::from),
            segments,
            span: Span::default(),
        })
    }
    const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

    fn literal() -> impl Strategy<Value = OperandKind> {
        prop_oneof![
            any::<String>().prop_map(OperandKind::String),
            "[a-zßİẞ\"\\\\/\u{202e}\u{7}😀#]{0,6}".prop_map(OperandKind::String),
            any::<i64>().prop_map(|number| OperandKind::Number(number.to_string())),
            (-1e30..1e30).prop_map(|number: f64| OperandKind::Number(format!("{number:e}"))),
            any::<bool>().prop_map(OperandKind::Bool),
            Just(OperandKind::Null),
        ]
    }

    /// A source as the parser can give it: no escaped slash, no line break, no backslash at the end.
    fn pattern() -> impl Strategy<Value = OperandKind> {
        let part =
            prop::sample::select(vec!["a", "/", r"\\", r"\.", "[^/]", "(x|y)", "#", "\"", "é", ".*", r"\d{2}", " "]);
        (prop::collection::vec(part, 0..6), any::<bool>())
            .prop_map(|(parts, ignore_case)| OperandKind::Pattern { source: parts.concat(), ignore_case })
    }

    fn operand(kind: OperandKind) -> Operand {
        Operand { kind, span: Span::default() }
    }

    fn comparison() -> impl Strategy<Value = Expr> {
        let list = prop::collection::vec(literal().prop_map(operand), 1..4).prop_map(OperandKind::List);
        let right_hand_side = prop_oneof![
            (prop::sample::select(&Operator::ALL[..9]), literal()),
            (Just(Operator::In), list),
            (Just(Operator::Matches), pattern()),
            (prop::sample::select(&Operator::ALL[11..]), prop_oneof![literal(), pattern()]),
        ];
        (path(), right_hand_side).prop_map(|(path, (operator, kind))| {
            expr(ExprKind::Compare { path, operator, operator_span: Span::default(), operand: operand(kind) })
        })
    }

    fn connected(leaf: BoxedStrategy<Expr>) -> BoxedStrategy<Expr> {
        leaf.prop_recursive(4, 24, 4, |inner| {
            let parts = prop::collection::vec(inner.clone(), 2..4);
            prop_oneof![
                inner.prop_map(|inner| expr(ExprKind::Not(Box::new(inner)))),
                parts.clone().prop_map(|parts| Expr::all(parts, Span::default())),
                parts.prop_map(|parts| Expr::any(parts, Span::default())),
            ]
        })
        .boxed()
    }

    /// Every tree that the parser can give.
    fn tree() -> impl Strategy<Value = Expr> {
        let constant = any::<bool>().prop_map(|value| expr(ExprKind::Constant(value)));
        let present = path().prop_map(|path| expr(ExprKind::Present(path)));
        let leaf = prop_oneof![3 => comparison(), 1 => constant, 1 => present].boxed();
        let element = (path(), connected(leaf.clone()))
            .prop_map(|(path, filter)| expr(ExprKind::Element { path, filter: Box::new(filter) }));
        connected(prop_oneof![4 => leaf, 1 => element].boxed())
    }

    /// What a condition may be made of, and what it may not.
    fn scraps() -> impl Strategy<Value = String> {
        let scrap = prop::sample::select(vec![
            "not",
            "and",
            "or",
            "true",
            "pr",
            "eq",
            "in",
            "matches",
            "userName",
            "emails",
            "active",
            "name.givenName",
            "attributes.\"a b\"",
            "provider.groups",
            "includes",
            "(",
            ")",
            "[",
            "]",
            ",",
            ".",
            "\"x\"",
            "\"",
            "'",
            "“",
            "1",
            "007",
            "/a/",
            "/(/i",
            "/",
            "#",
            "=",
            "&&",
            "!",
            "contains",
            "urn:a:b",
            "null",
            "\n",
            "\u{a0}",
            "é",
            "\\",
            "@",
        ]);
        prop::collection::vec((scrap, prop::sample::select(vec!["", " ", " "])), 0..12)
            .prop_map(|scraps| scraps.into_iter().flat_map(|(scrap, gap)| [scrap, gap]).collect())
    }

    const RULE_SETS: [RuleSet; 4] =
        [RuleSet::OrganizationUsers, RuleSet::OrganizationGroups, RuleSet::UserIntake, RuleSet::GroupAssignment];

    /// Whatever the text: either a tree or mistakes, each at a place in the text and with a way out.
    fn survives(text: &str, style: TextStyle) {
        let parsed = parse(text, style);
        assert_eq!(parsed.expr.is_none(), !parsed.mistakes.is_empty(), "{text}");
        let mut mistakes = parsed.mistakes;
        if let Some(expr) = parsed.expr {
            assert_eq!(parse(&expr.to_string(), TextStyle::Inline).expr, Some(expr.clone()), "{text}");
            for rules in RULE_SETS {
                let (condition, found) = check(&expr, text, &Scheme::new(), rules);
                assert_eq!(condition.is_none(), !found.is_empty(), "{text}");
                mistakes.extend(found);
            }
        }
        for mistake in &mistakes {
            for span in mistake.related.iter().map(|(span, _)| *span).chain([mistake.span]) {
                assert!(text.get(span.range()).is_some(), "{text}: {mistake:?}");
            }
            assert!(!mistake.message.is_empty() && !mistake.label.is_empty(), "{text}: {mistake:?}");
            assert!(mistake.help.is_some() && !mistake.message.ends_with('.'), "{text}: {mistake:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_parses_back(tree in tree()) {
            let printed = tree.to_string();
            let parsed = parse(&printed, TextStyle::Inline);
            prop_assert_eq!(&parsed.mistakes, &[], "{}", printed);
            let parsed = parsed.expr.unwrap();
            prop_assert_eq!(&parsed, &tree, "{}", printed);
            prop_assert_eq!(parsed.to_string(), printed);
        }

        #[test]
        fn nothing_is_explained_in_a_valid_condition(tree in tree()) {
            let printed = tree.to_string();
            prop_assert_eq!(walk_mistakes(&printed), vec![], "{}", printed);
        }

        #[test]
        fn any_text_gives_a_tree_or_mistakes(text in any::<String>(), scraps in scraps()) {
            for style in [TextStyle::Literal, TextStyle::Folded, TextStyle::Inline] {
                survives(&text, style);
                survives(&scraps, style);
            }
        }

        #[test]
        fn a_cut_condition_gives_a_tree_or_mistakes(tree in tree(), at in any::<prop::sample::Index>()) {
            let printed = tree.to_string();
            let ends: Vec<usize> = printed.char_indices().map(|(at, _)| at).collect();
            let at = ends.get(at.index(ends.len())).copied().unwrap_or_default();
            survives(&printed[..at], TextStyle::Inline);
            survives(&printed[at..], TextStyle::Inline);
        }
    }
}
