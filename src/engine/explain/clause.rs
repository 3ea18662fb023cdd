//! A condition taken apart: each part, what it comes to, and what it looked at.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::observed::Observed;
use crate::condition::{Expr, ExprKind, Input, Question, Term, Test};
use crate::engine::Verdict;
use crate::engine::compile::Compiled;
use crate::engine::plain::{Element, Inputs};
use crate::source::Span;

/// A condition or a part of one, and what it comes to.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Clause {
    /// What it is.
    pub kind: ClauseKind,
    /// As it is written; in the printer's spelling where it goes over several lines.
    pub text: String,
    /// Where it stands in the text of the condition, in bytes.
    #[serde(serialize_with = "bytes")]
    #[schemars(with = "[usize; 2]")]
    pub span: Span,
    /// What it comes to. An `excludes` is one clause: true where no value matches.
    pub truth: Verdict,
    /// Whether the verdict on the whole condition rests on it; inside of a filter in brackets, that on the element. Of
    /// several the first that is enough by itself, or all that it takes.
    pub decisive: bool,
    /// The input that a test looks at, as the printer spells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// What the test found there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed: Option<Observed>,
    /// The parts of `not`, `all` and `any`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Clause>,
    /// The number of the test among the different ones of its condition.
    #[serde(skip)]
    #[schemars(skip)]
    pub(super) test: usize,
    /// Whether it is a test that is written as its negation.
    #[serde(skip)]
    #[schemars(skip)]
    pub(super) negated: bool,
}

/// What a clause is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ClauseKind {
    /// `true` or `false`.
    Constant,
    /// Negation.
    Not,
    /// Parts connected with `and`.
    All,
    /// Parts connected with `or`.
    Any,
    /// A question about one input.
    Test,
}

impl Clause {
    /// The tests in it, in the order of the text, without those inside of value filters.
    pub fn tests(&self) -> impl Iterator<Item = &Clause> {
        let mut waiting = vec![self];
        std::iter::from_fn(move || {
            while let Some(clause) = waiting.pop() {
                if clause.kind == ClauseKind::Test {
                    return Some(clause);
                }
                waiting.extend(clause.parts.iter().rev());
            }
            None
        })
    }

    /// Marks what the verdict rests on.
    pub(super) fn mark_decisive(&mut self) {
        self.decisive = true;
        let (forcing, neutral) = match self.kind {
            ClauseKind::All => (Verdict::FAILS, Verdict::HOLDS),
            ClauseKind::Any => (Verdict::HOLDS, Verdict::FAILS),
            ClauseKind::Not => {
                self.parts.iter_mut().for_each(Clause::mark_decisive);
                return;
            }
            ClauseKind::Constant | ClauseKind::Test => return,
        };
        if let Some(first) = self.parts.iter_mut().find(|part| part.truth == forcing) {
            first.mark_decisive();
            return;
        }
        let truth = self.truth;
        let counts = |part: &&mut Clause| truth == neutral || part.truth != neutral;
        self.parts.iter_mut().filter(counts).for_each(Clause::mark_decisive);
    }
}

/// `[start, end]`
fn bytes<S: serde::Serializer>(span: &Span, serializer: S) -> Result<S::Ok, S::Error> {
    (span.start, span.end).serialize(serializer)
}

/// The different tests of a condition: what each comes to.
pub(super) type Tests = Vec<Verdict>;

/// Takes conditions apart.
pub(super) struct Outline<'o> {
    inputs: Inputs<'o>,
    text: &'o str,
    numbers: HashMap<(&'o Input, String), usize>,
    tests: Tests,
}

impl<'o> Outline<'o> {
    /// The condition of a rule, and its different tests.
    pub(super) fn of<O>(inputs: Inputs<'o>, rule: &'o Compiled<O>) -> (Clause, Tests) {
        let written = &rule.written;
        let mut outline = Outline { inputs, text: &written.text, numbers: HashMap::new(), tests: Vec::new() };
        let mut clause = outline.clause(&rule.term, &written.expr, None);
        clause.mark_decisive();
        (clause, outline.tests)
    }

    pub(super) fn inputs(&self) -> Inputs<'o> {
        self.inputs
    }

    pub(super) fn clause(&mut self, term: &'o Term, expr: &Expr, element: Option<Element<'o, 'o>>) -> Clause {
        match (term, &expr.kind) {
            (Term::Constant(constant), _) => self.plain(ClauseKind::Constant, expr, Verdict::of(*constant), Vec::new()),
            (Term::Not(inner), ExprKind::Not(inner_expr)) => {
                let part = self.clause(inner, inner_expr, element);
                self.plain(ClauseKind::Not, expr, !part.truth, vec![part])
            }
            (Term::Not(inner), _) => self.written_as_one(inner, expr, element),
            (Term::All(terms), _) => {
                let parts = self.parts(terms, expr, element);
                self.plain(ClauseKind::All, expr, Verdict::all(parts.iter().map(|part| part.truth)), parts)
            }
            (Term::Any(terms), _) => {
                let parts = self.parts(terms, expr, element);
                self.plain(ClauseKind::Any, expr, Verdict::any(parts.iter().map(|part| part.truth)), parts)
            }
            (Term::Test(test), _) => self.test(test, expr, element),
        }
    }

    /// The checker keeps the shape of the syntax tree, so each term has its expression.
    fn parts(&mut self, terms: &'o [Term], expr: &Expr, element: Option<Element<'o, 'o>>) -> Vec<Clause> {
        let written: &[Expr] = match &expr.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => parts,
            _ => &[],
        };
        let of = |index: usize| written.get(index).unwrap_or(expr);
        terms.iter().enumerate().map(|(index, term)| self.clause(term, of(index), element)).collect()
    }

    /// `excludes` and `eq null` are negations that are written as one comparison.
    fn written_as_one(&mut self, inner: &'o Term, expr: &Expr, element: Option<Element<'o, 'o>>) -> Clause {
        let mut clause = self.clause(inner, expr, element);
        clause.truth = !clause.truth;
        clause.negated = !clause.negated;
        clause
    }

    fn test(&mut self, test: &'o Test, expr: &Expr, element: Option<Element<'o, 'o>>) -> Clause {
        let truth = self.inputs.test(test, element);
        // Tests inside of a value filter are parts of one test.
        let number = if element.is_none() { self.number(test, truth) } else { 0 };
        let observed = Observed::of(self, test, expr, element);
        Clause {
            input: Some(test.name.clone()),
            observed: Some(observed),
            test: number,
            ..self.plain(ClauseKind::Test, expr, truth, Vec::new())
        }
    }

    fn number(&mut self, test: &'o Test, truth: Verdict) -> usize {
        let next = self.tests.len();
        let number = *self.numbers.entry((&test.input, asked(&test.question))).or_insert(next);
        if number == next {
            self.tests.push(truth);
        }
        number
    }

    fn plain(&self, kind: ClauseKind, expr: &Expr, truth: Verdict, parts: Vec<Clause>) -> Clause {
        // A span may reach to what follows.
        let written = self.text.get(expr.span.range()).unwrap_or_default().trim();
        let text = if written.contains(['\n', '\r', '\t']) { expr.to_string() } else { written.to_owned() };
        Clause {
            kind,
            text,
            span: expr.span,
            truth,
            decisive: false,
            input: None,
            observed: None,
            parts,
            test: 0,
            negated: false,
        }
    }
}

/// What a question asks, the same for two that differ in their place only.
fn asked(question: &Question) -> String {
    match question {
        Question::Present => "pr".to_owned(),
        Question::Some(predicate) => format!("some {predicate:?}"),
        Question::SomeOrNone(predicate) => format!("some or none {predicate:?}"),
        Question::Element(filter) => format!("[{}]", asked_of_each(filter)),
    }
}

fn asked_of_each(filter: &Term) -> String {
    let several = |terms: &[Term]| terms.iter().map(asked_of_each).collect::<Vec<_>>().join(", ");
    match filter {
        Term::Constant(constant) => constant.to_string(),
        Term::Not(inner) => format!("not ({})", asked_of_each(inner)),
        Term::All(terms) => format!("all ({})", several(terms)),
        Term::Any(terms) => format!("any ({})", several(terms)),
        Term::Test(test) => format!("{:?} {}", test.input, asked(&test.question)),
    }
}
