//! The comparisons of a condition: as they are written, and what they are of.

use std::collections::HashMap;

use crate::condition::{
    Expr, ExprKind, Input, Operand, OperandKind, Operator, Path, Question, Test, ValueType, span_in_pattern,
};
use crate::config::When;
use crate::source::{Place, Span};

/// A comparison of a condition.
#[derive(Clone, Copy, Debug)]
pub(super) struct Comparison<'c> {
    pub(super) when: &'c When,
    pub(super) path: &'c Path,
    pub(super) operator: Operator,
    pub(super) operand: &'c Operand,
    /// Where it stands in the text of the condition.
    pub(super) span: Span,
    /// What is compared.
    pub(super) input: &'c Input,
}

impl<'c> Comparison<'c> {
    /// Where it stands.
    pub(super) fn place(&self) -> Place {
        self.when.at.within(self.span)
    }

    /// Its text with white space made even.
    pub(super) fn words(&self) -> String {
        self.when.words(self.span)
    }

    /// The pattern that it compares with, and whether case does not count.
    pub(super) fn pattern(&self) -> Option<(&'c str, bool)> {
        match &self.operand.kind {
            OperandKind::Pattern { source, ignore_case } => Some((source, *ignore_case)),
            _ => None,
        }
    }

    /// Where bytes of the pattern stand.
    pub(super) fn place_in_pattern(&self, inner: Span) -> Place {
        self.when.at.within(span_in_pattern(&self.when.text, self.operand.span, inner))
    }

    /// The strings that it compares with, each where it stands; none for a pattern.
    pub(super) fn strings(&self) -> Vec<(&'c str, Place)> {
        let operands = match &self.operand.kind {
            OperandKind::List(items) => items.as_slice(),
            _ => std::slice::from_ref(self.operand),
        };
        let string = |operand: &'c Operand| match &operand.kind {
            OperandKind::String(text) => Some((text.as_str(), self.when.at.within(operand.span))),
            _ => None,
        };
        operands.iter().filter_map(string).collect()
    }
}

/// The comparisons of a condition in the order of its text, those inside of value filters too.
pub(super) fn comparisons(when: &When) -> Vec<Comparison<'_>> {
    let inputs = inputs(when);
    let mut found = Vec::new();
    visit(&when.expr, &mut |expr| found.extend(comparison(when, expr, &inputs)));
    found
}

/// Each part of a condition that is connected with `or`, as far as it is a comparison, in the order of the text.
pub(super) fn alternatives(when: &When) -> Vec<Vec<Comparison<'_>>> {
    let inputs = inputs(when);
    let mut found = Vec::new();
    visit(&when.expr, &mut |expr| {
        if let ExprKind::Or(parts) = &expr.kind {
            found.push(parts.iter().filter_map(|part| comparison(when, part, &inputs)).collect());
        }
    });
    found
}

/// What each path of a condition is, by the byte at which it starts.
fn inputs(when: &When) -> HashMap<usize, &Input> {
    let mut inputs = HashMap::new();
    let mut waiting: Vec<&Test> = when.condition.tests().collect();
    while let Some(test) = waiting.pop() {
        inputs.insert(test.path_span.start, &test.input);
        if let Question::Element(filter) = &test.question {
            waiting.extend(filter.tests());
        }
    }
    inputs
}

fn comparison<'c>(when: &'c When, expr: &'c Expr, inputs: &HashMap<usize, &'c Input>) -> Option<Comparison<'c>> {
    let ExprKind::Compare { path, operator, operand, .. } = &expr.kind else { return None };
    let input = inputs.get(&path.span.start)?;
    Some(Comparison { when, path, operator: *operator, operand, span: expr.span, input })
}

/// Every part of an expression, the outer before the inner, in the order of the text.
fn visit<'e>(expr: &'e Expr, look: &mut impl FnMut(&'e Expr)) {
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        look(expr);
        match &expr.kind {
            ExprKind::Constant(_) | ExprKind::Present(_) | ExprKind::Compare { .. } => {}
            ExprKind::Not(inner) => waiting.push(inner),
            ExprKind::And(parts) | ExprKind::Or(parts) => waiting.extend(parts.iter().rev()),
            ExprKind::Element { filter, .. } => waiting.push(filter),
        }
    }
}

/// Whether values of an input compare without case. Foundry attributes do, and the names of groups.
pub(super) fn ignores_case(input: &Input) -> bool {
    use crate::condition::GroupKey::DisplayName;
    match input {
        Input::Scim(attribute) => attribute.value_type == ValueType::Text,
        Input::Element(_, value_type) => *value_type == ValueType::Text,
        Input::ProviderGroups(key) | Input::Group(key) => *key == DisplayName,
        Input::Email | Input::Foundry(_) | Input::InternalGroups => true,
    }
}
