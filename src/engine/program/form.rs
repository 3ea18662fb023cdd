//! Conditions in negation normal form over atoms.

use std::ops::Range;

use super::atoms::{AtomId, Atoms};
use crate::condition::{Question, Term, Test};
use crate::engine::Verdict;

/// The number of a node.
pub(in crate::engine) type FormId = u32;

/// The conditions of all rules.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Form {
    nodes: Vec<Node>,
    /// The parts of the nodes that have some.
    parts: Vec<FormId>,
}

/// A condition or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Node {
    /// It holds, or it fails.
    Constant(bool),
    /// What an atom comes to, or the opposite.
    Literal { atom: AtomId, negated: bool },
    /// All parts.
    All(Range<u32>),
    /// Any part.
    Any(Range<u32>),
}

impl Form {
    /// Adds a condition. The depth of recursion is that of the condition, which is limited.
    pub(super) fn of<'t>(&mut self, term: &'t Term, atoms: &mut Atoms<'t>) -> FormId {
        self.add_term(term, false, atoms)
    }

    fn add_term<'t>(&mut self, term: &'t Term, negated: bool, atoms: &mut Atoms<'t>) -> FormId {
        match term {
            Term::Constant(constant) => self.add(Node::Constant(*constant != negated)),
            Term::Not(inner) => self.add_term(inner, !negated, atoms),
            Term::All(terms) | Term::Any(terms) => {
                let parts: Vec<FormId> = terms.iter().map(|term| self.add_term(term, negated, atoms)).collect();
                self.combine(parts, matches!(term, Term::All(_)) != negated)
            }
            Term::Test(test) => self.add_test(test, negated, atoms),
        }
    }

    fn add_test<'t>(&mut self, test: &'t Test, negated: bool, atoms: &mut Atoms<'t>) -> FormId {
        let atom = match &test.question {
            Question::Present if Atoms::presence_is_a_value(&test.input) => atoms.has_value(test),
            Question::Some(predicate) => atoms.some(test, predicate),
            Question::SomeOrNone(predicate) => {
                let some = Node::Literal { atom: atoms.some(test, predicate), negated };
                let none = Node::Literal { atom: atoms.has_value(test), negated: !negated };
                let parts = [some, none].map(|node| self.add(node));
                return self.combine(parts.to_vec(), negated);
            }
            question @ (Question::Present | Question::Element(_)) => atoms.asked(test, question.clone()),
        };
        self.add(Node::Literal { atom, negated })
    }

    /// All of the parts, or any.
    fn combine(&mut self, parts: Vec<FormId>, all: bool) -> FormId {
        if let [only] = parts[..] {
            return only;
        }
        let from = self.parts.len();
        self.parts.extend(parts);
        let range = number(from)..number(self.parts.len());
        self.add(if all { Node::All(range) } else { Node::Any(range) })
    }

    fn add(&mut self, node: Node) -> FormId {
        self.nodes.push(node);
        number(self.nodes.len() - 1)
    }

    pub(in crate::engine) fn node(&self, id: FormId) -> &Node {
        &self.nodes[id as usize]
    }

    pub(in crate::engine) fn parts(&self, range: &Range<u32>) -> &[FormId] {
        &self.parts[range.start as usize..range.end as usize]
    }

    /// Hands on the atoms of a condition, in its order.
    pub(in crate::engine) fn each_atom(&self, id: FormId, visit: &mut dyn FnMut(AtomId)) {
        match self.node(id) {
            Node::Constant(_) => {}
            Node::Literal { atom, .. } => visit(*atom),
            Node::All(range) | Node::Any(range) => {
                self.parts(range).iter().for_each(|part| self.each_atom(*part, visit));
            }
        }
    }

    /// What a condition comes to where `atom` says what atoms come to. Parts that can change nothing are not looked at.
    pub(in crate::engine) fn verdict(&self, id: FormId, atom: &mut impl FnMut(AtomId) -> Verdict) -> Verdict {
        match self.node(id) {
            Node::Constant(constant) => Verdict::of(*constant),
            Node::Literal { atom: id, negated: false } => atom(*id),
            Node::Literal { atom: id, negated: true } => !atom(*id),
            Node::All(range) => {
                let mut verdict = Verdict::HOLDS;
                for part in self.parts(range) {
                    verdict = verdict.and(self.verdict(*part, atom));
                    if verdict == Verdict::FAILS {
                        break;
                    }
                }
                verdict
            }
            Node::Any(range) => {
                let mut verdict = Verdict::FAILS;
                for part in self.parts(range) {
                    verdict = verdict.or(self.verdict(*part, atom));
                    if verdict == Verdict::HOLDS {
                        break;
                    }
                }
                verdict
            }
        }
    }
}

/// Documents are limited in bytes to far fewer nodes than fit.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
