//! From the syntax tree to a condition with every name resolved and every type checked.

use super::mistake::{Mistake, TYPE, quoted};
use super::resolve::{Element, Subject, resolve, resolve_in_element, value_of};
use super::scheme::{RuleSet, Scheme};
use super::{Condition, Expr, ExprKind, Input, Operand, OperandKind, Operator, Path, Question, Term, Test, ValueType};
use crate::source::Span;

/// Checks names and types. `text` is the text that was parsed; it is needed to point into patterns.
///
/// Every mistake of the condition is reported; there is a condition only where there is no error.
pub fn check(expr: &Expr, text: &str, scheme: &Scheme, rules: RuleSet) -> (Option<Condition>, Vec<Mistake>) {
    let mut checker = Checker { text, scheme, rules, mistakes: Vec::new(), pattern_bytes: 0 };
    let term = checker.term(expr, None);
    let mut mistakes = checker.mistakes;
    mistakes.sort_by_key(|mistake| mistake.span);
    let term = term.filter(|_| mistakes.is_empty());
    (term.map(|term| Condition { term, printed: expr.to_string() }), mistakes)
}

pub(super) struct Checker<'a> {
    pub(super) text: &'a str,
    scheme: &'a Scheme,
    rules: RuleSet,
    pub(super) mistakes: Vec<Mistake>,
    /// What the patterns so far may take when compiled.
    pub(super) pattern_bytes: usize,
}

/// A comparison as written, for messages and spans.
pub(super) struct Comparison<'e> {
    pub(super) path: &'e Path,
    pub(super) operator: Operator,
    pub(super) operator_span: Span,
    pub(super) operand: &'e Operand,
}

impl<'a> Checker<'a> {
    /// `None` where there was an error.
    fn term(&mut self, expr: &'a Expr, element: Option<Element<'a>>) -> Option<Term> {
        match &expr.kind {
            ExprKind::Constant(value) => Some(Term::Constant(*value)),
            ExprKind::Not(inner) => Some(Term::Not(Box::new(self.term(inner, element)?))),
            ExprKind::And(parts) => Some(Term::All(self.terms(parts, element)?)),
            ExprKind::Or(parts) => Some(Term::Any(self.terms(parts, element)?)),
            ExprKind::Present(path) => {
                let subject = self.subject(path, element)?;
                Some(Term::Test(test(subject.input, path, Question::Present, expr.span)))
            }
            ExprKind::Compare { path, operator, operator_span, operand } => {
                let subject = self.subject(path, element)?;
                let comparison = Comparison { path, operator: *operator, operator_span: *operator_span, operand };
                self.comparison(subject, &comparison, expr.span)
            }
            ExprKind::Element { path, filter } => self.element(path, filter, expr.span, element),
        }
    }

    /// All of them are checked, also after an error.
    fn terms(&mut self, parts: &'a [Expr], element: Option<Element<'a>>) -> Option<Vec<Term>> {
        let terms: Vec<Option<Term>> = parts.iter().map(|part| self.term(part, element)).collect();
        terms.into_iter().collect()
    }

    fn subject(&mut self, path: &Path, element: Option<Element<'a>>) -> Option<Subject<'a>> {
        let resolved = match element {
            Some(element) => resolve_in_element(element, path),
            None => resolve(self.scheme, self.rules, path),
        };
        resolved.map_err(|mistake| self.mistakes.push(*mistake)).ok()
    }

    fn element(&mut self, path: &'a Path, filter: &'a Expr, span: Span, outer: Option<Element<'a>>) -> Option<Term> {
        let subject = self.subject(path, outer)?;
        let definition = subject.definition.filter(|definition| !definition.sub_attributes.is_empty());
        let (Some(definition), None) = (definition, outer) else {
            self.mistakes.push(no_elements(path));
            return None;
        };
        let term = self.term(filter, Some(Element { definition, path }))?;
        Some(Term::Test(test(subject.input, path, Question::Element(Box::new(term)), span)))
    }

    fn comparison(&mut self, subject: Subject<'a>, comparison: &Comparison<'_>, span: Span) -> Option<Term> {
        let path = comparison.path;
        if comparison.operand.kind == OperandKind::Null {
            return self.null_comparison(subject, comparison, span);
        }
        let subject = if subject.value_type == ValueType::Complex {
            let value = value_of(&subject);
            if value.is_none() {
                self.mistakes.push(complex_without_value(&subject, comparison));
            }
            value?
        } else {
            subject
        };
        if let Some(mistake) = subject.refuses(comparison) {
            self.mistakes.push(mistake);
            return None;
        }
        let predicate = self.predicate(&subject, comparison)?;
        let question = match comparison.operator {
            Operator::Ne => Question::SomeOrNone(predicate),
            _ => Question::Some(predicate),
        };
        let term = Term::Test(test(subject.input, path, question, span));
        Some(if comparison.operator == Operator::Excludes { Term::Not(Box::new(term)) } else { term })
    }

    /// `eq null` is `not (… pr)`, `ne null` is `… pr`.
    fn null_comparison(&mut self, subject: Subject<'a>, comparison: &Comparison<'_>, span: Span) -> Option<Term> {
        let present = Term::Test(test(subject.input, comparison.path, Question::Present, span));
        match comparison.operator {
            Operator::Eq => Some(Term::Not(Box::new(present))),
            Operator::Ne => Some(present),
            operator => {
                let path = comparison.path;
                let mistake = Mistake::new(
                    TYPE,
                    comparison.operand.span,
                    format!("`null` is the absence of a value, and `{operator}` needs one"),
                )
                .label("no value")
                .help(format!("Write `{path} pr` or `not ({path} pr)`"))
                .related(comparison.operator_span, "only `eq` and `ne` take `null`");
                self.mistakes.push(mistake);
                None
            }
        }
    }
}

fn test(input: Input, path: &Path, question: Question, span: Span) -> Test {
    Test { input, name: path.to_string(), question, span, path_span: path.span }
}

fn no_elements(path: &Path) -> Mistake {
    let written = path.to_string();
    Mistake::new(
        TYPE,
        path.span,
        format!("{} has no sub-attributes that a filter in brackets could test", quoted(&written)),
    )
    .label("no elements")
    .help("Compare it without brackets, or put the brackets after an attribute such as `emails`")
}

fn complex_without_value(subject: &Subject<'_>, comparison: &Comparison<'_>) -> Mistake {
    let path = comparison.path;
    let subs = subject.definition.map(|definition| definition.sub_attributes.as_slice()).unwrap_or_default();
    let listed = super::resolve::listed(subs.iter().map(|sub| format!("{path}.{}", sub.name)));
    Mistake::new(
        TYPE,
        path.span,
        format!("{} is a complex attribute and has no value of its own", quoted(&path.to_string())),
    )
    .label("complex")
    .help(format!("Compare one of its sub-attributes: {listed}"))
    .related(comparison.operator_span, "compares a single value")
}
