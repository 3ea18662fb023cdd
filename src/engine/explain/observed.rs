//! What a test finds when it looks at an input.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as JsonValue;

use super::Clause;
use super::clause::Outline;
use crate::condition::{Expr, ExprKind, Input, Question, Test, Value};
use crate::engine::Verdict;
use crate::engine::inputs::Datum;
use crate::engine::known::Known;
use crate::engine::plain::Element;
use crate::scim::Object;

/// What a test found at its input.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Observed {
    /// How much of it is known.
    pub known: Knowledge,
    /// The values; for a filter in brackets, or `pr` over a complex attribute, its elements. None at all, and all known:
    /// absent.
    pub values: Vec<ObservedValue>,
}

/// How much of an input is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Knowledge {
    /// Foundry has exactly these values.
    All,
    /// Foundry has these; whether it has others the files do not say.
    Some,
    /// Foundry lacks the input at this event.
    Withheld,
}

/// One value of an input.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ObservedValue {
    /// The value.
    pub value: JsonValue,
    /// Whether it is one that the comparison asks for. `excludes` and `eq null` hold where no value is.
    pub matches: Verdict,
    /// For an element, what the filter in brackets comes to on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<Box<Clause>>,
}

impl Observed {
    pub(super) fn of<'o>(
        outline: &mut Outline<'o>,
        test: &'o Test,
        expr: &Expr,
        element: Option<Element<'o, 'o>>,
    ) -> Observed {
        let inputs = outline.inputs();
        let attribute = match &test.input {
            Input::Scim(attribute) => Some(attribute),
            _ => None,
        };
        match (&test.question, attribute) {
            (Question::Element(filter), Some(attribute)) => {
                let filter_expr = match &expr.kind {
                    ExprKind::Element { filter, .. } => filter,
                    _ => expr,
                };
                Observed::made(inputs.elements(attribute), |object| {
                    let mut clause = outline.clause(filter, filter_expr, Some(Element { attribute, object }));
                    clause.mark_decisive();
                    ObservedValue { value: json_of(object), matches: clause.truth, filter: Some(Box::new(clause)) }
                })
            }
            (Question::Present, Some(attribute)) if inputs.asks_for_elements(attribute) => {
                Observed::made(inputs.elements(attribute), |object| value(json_of(object), Verdict::HOLDS))
            }
            (Question::Some(predicate) | Question::SomeOrNone(predicate), _) => {
                Observed::made(inputs.values(&test.input, element), |datum| {
                    value(scalar(&datum), Verdict::of(predicate.holds(&datum.value())))
                })
            }
            _ => Observed::made(inputs.values(&test.input, element), |datum| value(scalar(&datum), Verdict::HOLDS)),
        }
    }

    fn made<T>(known: Known<T>, make: impl FnMut(T) -> ObservedValue) -> Observed {
        let (known, values) = match known {
            Known::Exactly(values) => (Knowledge::All, values),
            Known::AtLeast(values) => (Knowledge::Some, values),
            Known::Withheld => (Knowledge::Withheld, Vec::new()),
        };
        Observed { known, values: values.into_iter().map(make).collect() }
    }

    /// Whether there is certainly no value.
    pub fn is_absent(&self) -> bool {
        self.known == Knowledge::All && self.values.is_empty()
    }
}

fn value(value: JsonValue, matches: Verdict) -> ObservedValue {
    ObservedValue { value, matches, filter: None }
}

fn scalar(datum: &Datum<'_>) -> JsonValue {
    match datum.value() {
        Value::Text(text) => text.into(),
        Value::Bool(value) => value.into(),
        Value::Number(value) => value.into(),
        Value::Instant(instant) => instant.to_string().into(),
    }
}

/// Everything in an element was JSON when it was read.
fn json_of(object: &Object) -> JsonValue {
    serde_json::to_value(object).unwrap_or_default()
}
