//! Which kind of operand an operator takes: `in` a list, `matches` a pattern, `includes` a string or a pattern, the others a
//! single value.

use super::mistake::{Mistake, SYNTAX};
use super::{Operand, OperandKind, Operator};
use crate::source::Span;

/// What is wrong with the kind of an operand. `written` is the operand as written.
pub(super) fn misfits(operator: Operator, operator_span: Span, operand: &Operand, written: &str) -> Vec<Mistake> {
    let mistakes = match (operator, &operand.kind) {
        (Operator::In, OperandKind::List(items)) if items.is_empty() => vec![empty_list(operand.span)],
        (Operator::In, OperandKind::List(items)) => items.iter().filter_map(bad_item).collect(),
        (Operator::In, kind) => vec![no_list(operand.span, kind, written)],
        (Operator::Matches, OperandKind::Pattern { .. }) => Vec::new(),
        (Operator::Matches, kind) => vec![no_pattern(operand.span, kind)],
        (operator, OperandKind::List(_)) => vec![unexpected_list(operand.span, operator)],
        (Operator::Includes | Operator::Excludes, _) => Vec::new(),
        (operator, OperandKind::Pattern { .. }) => vec![unexpected_pattern(operand.span, operator, written)],
        _ => Vec::new(),
    };
    mistakes.into_iter().map(|mistake| mistake.related(operator_span, format!("after this `{operator}`"))).collect()
}

fn no_list(span: Span, kind: &OperandKind, written: &str) -> Mistake {
    let meant = match kind {
        OperandKind::Pattern { .. } => format!("write `matches {written}`"),
        _ => format!("write `in [{written}]`"),
    };
    Mistake::new(SYNTAX, span, "`in` needs a list").label("expected `[`").help(meant)
}

fn no_pattern(span: Span, kind: &OperandKind) -> Mistake {
    let mistake = match kind {
        OperandKind::String(_) => Mistake::new(SYNTAX, span, "`matches` needs a pattern between slashes, not a string")
            .help("write the regular expression as `/…/`, or as `/…/i` to ignore case; inside, `\\/` is a slash"),
        _ => Mistake::new(SYNTAX, span, "`matches` needs a pattern between slashes")
            .help("write the regular expression as `/…/`, or compare with `eq`"),
    };
    mistake.label("expected `/…/`")
}

fn unexpected_list(span: Span, operator: Operator) -> Mistake {
    Mistake::new(SYNTAX, span, format!("`{operator}` takes one value, not a list"))
        .label("a list")
        .help(list_help(operator))
}

fn unexpected_pattern(span: Span, operator: Operator, written: &str) -> Mistake {
    Mistake::new(SYNTAX, span, format!("`{operator}` takes a value, not a pattern"))
        .label("a pattern")
        .help(format!("write `matches {written}`, or a string after `{operator}`"))
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
            .help("write the values themselves, or one pattern with alternatives: `matches /a|b/`"),
    )
}

fn empty_list(span: Span) -> Mistake {
    Mistake::new(SYNTAX, span, "the list after `in` is empty, so nothing can equal one of its members")
        .label("no values")
        .help("List the values, or write `false`")
}

fn list_help(operator: Operator) -> &'static str {
    match operator {
        Operator::Eq => "write `in [ … ]`",
        Operator::Ne => "write `not (… in [ … ])`",
        Operator::Includes => "write `in [ … ]`, which holds when one member equals one of them",
        Operator::Excludes => "write `not (… in [ … ])`",
        _ => "write one comparison for each value, and connect them with `or`",
    }
}
