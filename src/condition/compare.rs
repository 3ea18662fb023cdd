//! Which operator and operand fit an attribute, and the predicate that they make.

use super::check::{Checker, Comparison};
use super::literal::span_in_pattern;
use super::mistake::{LIMIT, Mistake, PATTERN, TYPE};
use super::resolve::Subject;
use super::schema::is_binary;
use super::scheme::Cardinality;
use super::{
    Input, Operand, OperandKind, Operator, Ordering, Pattern, Predicate, TextMatch, TextRelation, ValueType,
    parse_instant,
};
use crate::source::{Span, quoted};

impl ValueType {
    /// The type with its article, as messages have it.
    fn described(self) -> &'static str {
        match self {
            ValueType::Text | ValueType::ExactText => "a string",
            ValueType::Boolean => "a boolean",
            ValueType::Number => "a number",
            ValueType::DateTime => "a date-time",
            ValueType::Complex => "a complex value",
        }
    }

    fn is_text(self) -> bool {
        matches!(self, ValueType::Text | ValueType::ExactText)
    }
}

impl OperandKind {
    fn described(&self) -> &'static str {
        match self {
            OperandKind::String(_) => "a string",
            OperandKind::Number(_) => "a number",
            OperandKind::Bool(_) => "a boolean",
            OperandKind::Null => "`null`",
            OperandKind::List(_) => "a list",
            OperandKind::Pattern { .. } => "a pattern",
        }
    }
}

impl Operator {
    /// The relation of order that it asks for, where it is one.
    fn ordering(self) -> Option<Ordering> {
        match self {
            Operator::Gt => Some(Ordering::Greater),
            Operator::Ge => Some(Ordering::GreaterOrEqual),
            Operator::Lt => Some(Ordering::Less),
            Operator::Le => Some(Ordering::LessOrEqual),
            _ => None,
        }
    }

    /// The relation to a part of the text, where it is one.
    fn part(self) -> Option<TextRelation> {
        match self {
            Operator::Co => Some(TextRelation::Contains),
            Operator::Sw => Some(TextRelation::Starts),
            Operator::Ew => Some(TextRelation::Ends),
            _ => None,
        }
    }
}

impl Subject<'_> {
    /// Why the operator cannot be asked of the subject, whatever the operand.
    pub(super) fn refuses(&self, comparison: &Comparison<'_>) -> Option<Mistake> {
        let operator = comparison.operator;
        let path = comparison.path;
        let written = quoted(&path.to_string());
        let what = self.value_type.described();
        let (message, help) = match operator {
            Operator::Includes | Operator::Excludes if self.cardinality == Cardinality::One => (
                format!("{written} has a single value, and `{operator}` asks for a member of several"),
                single_value_help(operator, comparison),
            ),
            Operator::Ne if self.is_groups() => (
                format!("{written} holds several groups, and `ne` would ask whether any of them is another one"),
                format!("write `{path} excludes {}`", comparison.operand),
            ),
            operator if operator.ordering().is_some() && self.is_groups() => {
                (format!("{written} holds groups, which have no order"), format!("write `{path} includes …`"))
            }
            operator if operator.ordering().is_some() && self.value_type == ValueType::Boolean => (
                format!("{written} is a boolean, and booleans have no order"),
                format!("write `{path} eq true` or `{path} eq false`"),
            ),
            operator if operator.ordering().is_some() && self.is_binary() => {
                (format!("{written} is binary, and binary values have no order"), "compare it with `eq`".to_string())
            }
            operator if (operator.part().is_some() || operator == Operator::Matches) && !self.value_type.is_text() => {
                let help = match self.value_type {
                    ValueType::Boolean => format!("write `{path} eq true` or `{path} eq false`"),
                    ValueType::DateTime => {
                        format!("write `{path} ge …` or `{path} lt …`: date-times compare as instants")
                    }
                    _ => format!("write `{path} eq …`, or compare its order with `gt`, `ge`, `lt` or `le`"),
                };
                (format!("{written} is {what}, and `{operator}` looks into strings"), help)
            }
            _ => return None,
        };
        Some(
            Mistake::new(TYPE, comparison.operator_span, message)
                .label(format!("not for {}", if self.cardinality == Cardinality::One { what } else { "this" }))
                .help(help)
                .related(path.span, format!("this is {}", self.described())),
        )
    }

    fn is_binary(&self) -> bool {
        matches!(&self.input, Input::Scim(attribute) if is_binary(&attribute.name, attribute.sub.as_deref()))
    }

    fn described(&self) -> String {
        match (&self.input, self.cardinality) {
            (Input::ProviderGroups(_), _) => "the provider groups of the user".to_string(),
            (Input::InternalGroups, _) => "the internal groups of the user".to_string(),
            (_, Cardinality::Many) => format!("multi-valued, each value {}", self.value_type.described()),
            _ => self.value_type.described().to_string(),
        }
    }
}

fn single_value_help(operator: Operator, comparison: &Comparison<'_>) -> String {
    let (path, operand) = (comparison.path, comparison.operand);
    let positive = match operand.kind {
        OperandKind::Pattern { .. } => format!("{path} matches {operand}"),
        _ => format!("{path} eq {operand}"),
    };
    let written = if operator == Operator::Includes { positive } else { format!("not ({positive})") };
    match operand.kind {
        OperandKind::String(_) if operator == Operator::Includes => {
            format!("write {}, or `{path} co {operand}` for a part of it", quoted(&written))
        }
        _ => format!("write {}", quoted(&written)),
    }
}

impl Checker<'_> {
    /// What is asked of each value; for `ne` its negation.
    pub(super) fn predicate(&mut self, subject: &Subject<'_>, comparison: &Comparison<'_>) -> Option<Predicate> {
        let operand = comparison.operand;
        match (comparison.operator, &operand.kind) {
            (_, OperandKind::Pattern { source, ignore_case }) => {
                if !subject.value_type.is_text() {
                    self.mistakes.push(mismatch(subject, comparison, operand));
                    return None;
                }
                self.pattern(source, *ignore_case, operand).map(Predicate::Pattern)
            }
            (_, OperandKind::List(items)) => self.member_of(subject, comparison, items),
            (operator, kind) => {
                if let (Some(relation), OperandKind::String(text)) = (operator.part(), kind) {
                    return Some(Predicate::Text(TextMatch::new(relation, [text], subject.is_exact())));
                }
                let order = operator.ordering().unwrap_or(Ordering::Equal);
                let predicate = self.relation(subject, comparison, order, operand)?;
                Some(if operator == Operator::Ne { Predicate::Not(Box::new(predicate)) } else { predicate })
            }
        }
    }

    /// The value stands in a relation of order to one operand.
    fn relation(
        &mut self,
        subject: &Subject<'_>,
        comparison: &Comparison<'_>,
        order: Ordering,
        operand: &Operand,
    ) -> Option<Predicate> {
        let predicate = match (subject.value_type, &operand.kind) {
            (ValueType::Text | ValueType::ExactText, OperandKind::String(text)) => {
                Some(Predicate::Text(TextMatch::new(TextRelation::Is(order), [text], subject.is_exact())))
            }
            (ValueType::Boolean, OperandKind::Bool(value)) => Some(Predicate::Bool(*value)),
            (ValueType::Number, OperandKind::Number(number)) => number
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite())
                .map(|number| Predicate::Number(order, number)),
            (ValueType::DateTime, OperandKind::String(text)) => {
                parse_instant(text).map(|instant| Predicate::Instant(order, instant))
            }
            _ => None,
        };
        if predicate.is_none() {
            self.mistakes.push(mismatch(subject, comparison, operand));
        }
        predicate
    }

    /// `in [ … ]`: every bad member is reported.
    fn member_of(
        &mut self,
        subject: &Subject<'_>,
        comparison: &Comparison<'_>,
        items: &[Operand],
    ) -> Option<Predicate> {
        let equal = |checker: &mut Self, item| checker.relation(subject, comparison, Ordering::Equal, item);
        let predicates: Vec<Option<Predicate>> = items.iter().map(|item| equal(self, item)).collect();
        let predicates: Vec<Predicate> = predicates.into_iter().collect::<Option<_>>()?;
        if !subject.value_type.is_text() {
            return Some(Predicate::AnyOf(predicates));
        }
        let texts = items.iter().filter_map(|item| match &item.kind {
            OperandKind::String(text) => Some(text),
            _ => None,
        });
        Some(Predicate::Text(TextMatch::new(TextRelation::Is(Ordering::Equal), texts, subject.is_exact())))
    }

    fn pattern(&mut self, source: &str, ignore_case: bool, operand: &Operand) -> Option<Pattern> {
        match self.budget.pattern(source, ignore_case) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                let error = error?;
                let code = if error.of_all { LIMIT } else { PATTERN };
                let mistake = Mistake::new(code, self.span_in_pattern(operand.span, error.span), error.message);
                self.mistakes.push(Mistake { help: error.help, ..mistake.label(error.label) });
                None
            }
        }
    }

    /// Bytes of the decoded pattern as bytes of the condition.
    fn span_in_pattern(&self, operand: Span, inner: Span) -> Span {
        span_in_pattern(self.text, operand, inner)
    }
}

impl Subject<'_> {
    fn is_exact(&self) -> bool {
        self.value_type == ValueType::ExactText
    }
}

/// The operand is not of the attribute's type, or has no meaning in it.
fn mismatch(subject: &Subject<'_>, comparison: &Comparison<'_>, operand: &Operand) -> Mistake {
    let path = comparison.path;
    let written = quoted(&path.to_string());
    let what = subject.value_type.described();
    let message = match (subject.value_type, &operand.kind) {
        (ValueType::DateTime, OperandKind::String(text)) => format!("{} is not a date-time", quoted(text)),
        (ValueType::Number, OperandKind::Number(number)) => format!("{} is too large for a number", quoted(number)),
        (_, OperandKind::Null) => "`null` is the absence of a value and equals nothing".to_string(),
        (_, kind) => format!("{written} is {what} and is compared with {}", kind.described()),
    };
    Mistake::new(TYPE, operand.span, message)
        .label(format!("expected {what}"))
        .help(mismatch_help(subject, comparison, operand))
        .related(path.span, format!("this is {}", subject.described()))
}

fn mismatch_help(subject: &Subject<'_>, comparison: &Comparison<'_>, operand: &Operand) -> String {
    let (path, operator) = (comparison.path, comparison.operator);
    let in_list = operator == Operator::In;
    let instead = |value: &str| {
        if in_list { format!("write `{value}`") } else { format!("write `{path} {operator} {value}`") }
    };
    match (subject.value_type, &operand.kind) {
        (_, OperandKind::Null) => format!("take it out of the list, and add `or not ({path} pr)`"),
        (ValueType::Boolean, OperandKind::String(text)) if text.eq_ignore_ascii_case("true") => instead("true"),
        (ValueType::Boolean, OperandKind::String(text)) if text.eq_ignore_ascii_case("false") => instead("false"),
        (ValueType::Boolean, _) => "compare it with `true` or `false`".to_string(),
        (ValueType::Number, OperandKind::String(text)) if is_json_number(text) => instead(text),
        (ValueType::Number, OperandKind::Number(_)) => "write a smaller number".to_string(),
        (ValueType::Number, _) => "compare it with a number, without quotes".to_string(),
        (ValueType::DateTime, OperandKind::String(text)) if is_date(text) => instead(&format!("\"{text}T00:00:00Z\"")),
        (ValueType::DateTime, _) => {
            "write a date, a time and an offset from UTC: `\"2026-01-31T09:00:00Z\"`".to_string()
        }
        (_, OperandKind::Number(_) | OperandKind::Bool(_)) => instead(&format!("\"{operand}\"")),
        _ => format!("compare it with {}", subject.value_type.described()),
    }
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && parse_instant(&format!("{text}T00:00:00Z")).is_some()
}

fn is_json_number(text: &str) -> bool {
    serde_json::from_str::<serde_json::Number>(text).is_ok()
}
