//! Reads the condition of a rule, and says where YAML has cut one short.

use super::fields::{Expected, Field, Fields, single_quoted};
use super::problems::Problems;
use super::{Written, problem_of};
use crate::condition::{self, Expr, ExprKind, Parsed, TextStyle};
use crate::source::{Entry, Place, Problem, Scalar, ScalarKind, Span, Style, Value};

pub(super) fn read_when(field: &Field<'_>, rule: &mut Fields<'_>, problems: &mut Problems) -> Option<Written> {
    let Value::Scalar(scalar) = field.node.value() else { return field.mismatch(Expected::Condition, problems) };
    let text = scalar.text();
    let written = |expr| Some(Written { text: text.to_owned(), expr, at: field.at.clone() });
    match scalar.kind() {
        ScalarKind::Bool(constant) => {
            return written(Expr { kind: ExprKind::Constant(constant), span: Span::new(0, text.len()) });
        }
        ScalarKind::String => {}
        _ => return field.mismatch(Expected::Condition, problems),
    }
    let parsed = condition::parse(text, style_of(scalar));
    if let Some(problem) = cut_by_comma(scalar, &parsed, field, rule).or_else(|| cut_by_comment(scalar, &parsed, field))
    {
        problems.push(problem);
        return None;
    }
    if parsed.mistakes.is_empty() {
        return written(parsed.expr?);
    }
    parsed.mistakes.into_iter().for_each(|mistake| problems.push(problem_of(mistake, &field.at)));
    None
}

fn style_of(scalar: Scalar<'_>) -> TextStyle {
    match scalar.style() {
        Style::Literal => TextStyle::Literal,
        Style::Folded => TextStyle::Folded,
        Style::Plain | Style::SingleQuoted | Style::DoubleQuoted => TextStyle::Inline,
    }
}

/// Whether YAML took the rest of the condition for a comment: ` #` ends a text without quotes.
fn cut_by_comment(scalar: Scalar<'_>, parsed: &Parsed, field: &Field<'_>) -> Option<Problem> {
    let comment = scalar.trailing_comment()?;
    let whole = on_one_line(scalar.source_through(comment.end));
    if !goes_on(parsed, &whole) {
        return None;
    }
    // There may be a real comment behind the condition.
    let ends = whole.match_indices(" #").map(|(at, _)| at).filter(|at| *at > scalar.text().len());
    let shorter = ends.map(|end| &whole[..end]).find(|text| is_condition(text));
    let rewritten = if is_condition(&whole) { &whole } else { shorter.unwrap_or(&whole) };
    let problem = Problem::error(
        "condition-syntax",
        field.at.value(),
        "YAML ends this condition at ` #`, where a comment begins",
    );
    Some(
        problem
            .label("all that is left of the condition")
            .related(Place::Bytes(field.at.file, comment), "YAML reads this as a comment")
            .help(in_quotes(rewritten)),
    )
}

/// Whether YAML took the rest of the condition for further entries: in braces, `,` ends a text without quotes.
fn cut_by_comma(scalar: Scalar<'_>, parsed: &Parsed, field: &Field<'_>, rule: &mut Fields<'_>) -> Option<Problem> {
    if scalar.style() != Style::Plain || !rule.mapping().is_flow() {
        return None;
    }
    let parts = parts_after(field, rule);
    let end =
        parts.last().map(|part| if part.value.is_implicit() { part.key.span().end } else { part.value.span().end })?;
    let whole = on_one_line(scalar.source_through(end));
    // A whole condition is followed by something that no key is, or nothing follows it.
    let is_split = match parsed.mistakes.is_empty() {
        true => parts.iter().all(|part| part.value.is_implicit() && part.key_text().is_some_and(has_blanks)),
        false => goes_on(parsed, &whole),
    };
    if !is_split {
        return None;
    }
    let rest = parts.first()?.key.span().join(Span::at(end));
    parts.iter().for_each(|part| rule.explain(part));
    let problem = Problem::error(
        "condition-syntax",
        field.at.value(),
        "YAML ends this condition at `,`, where the next entry begins",
    );
    Some(
        problem
            .label("all that is left of the condition")
            .related(Place::Bytes(field.at.file, rest), "YAML reads this as another entry")
            .help(in_quotes(&whole)),
    )
}

/// The entries directly after a condition that are no keys of a rule.
fn parts_after<'d>(field: &Field<'d>, rule: &Fields<'d>) -> Vec<Entry<'d>> {
    let is_unknown = |entry: &Entry<'d>| rule.unknown().any(|unknown| unknown.key.span() == entry.key.span());
    let after = rule.mapping().entries().skip_while(|entry| entry.value.span() != field.node.span()).skip(1);
    after.take_while(is_unknown).collect()
}

fn has_blanks(text: &str) -> bool {
    text.contains(' ')
}

/// Whether the whole text goes on where the part that YAML left is wrong. A mistake that is there either way has nothing
/// to do with YAML.
fn goes_on(left: &Parsed, whole: &str) -> bool {
    // What follows may hold comments of its own.
    let whole = condition::parse(whole, TextStyle::Literal);
    let first = |parsed: &Parsed| parsed.mistakes.first().map(|mistake| mistake.span.start);
    !left.mistakes.is_empty() && first(left) != first(&whole)
}

/// The source of a text without quotes as YAML reads it: a line break is a space.
fn on_one_line(source: &str) -> String {
    let lines: Vec<&str> = source.split(['\r', '\n']).map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join(" ")
}

fn is_condition(text: &str) -> bool {
    condition::parse(text, TextStyle::Inline).mistakes.is_empty()
}

/// What to write so that YAML leaves a condition whole.
fn in_quotes(condition: &str) -> String {
    const LONGEST: usize = 400;
    let quoted = single_quoted(condition);
    if quoted.len() > LONGEST {
        return "put the whole condition in single quotes, or below `when: |`".to_owned();
    }
    format!("put the condition in single quotes: `when: {quoted}`")
}
