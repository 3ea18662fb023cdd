//! Boolean combinations of atoms, each once: negation stands at atoms only.

use super::hash::HashMap;
use super::world::AtomId;

/// A formula of [`Formulas`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Formula(u32);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Node {
    True,
    False,
    /// An atom holds, or does not.
    Atom(AtomId, bool),
    /// All of two or more.
    All(Vec<Formula>),
    /// Any of two or more.
    Any(Vec<Formula>),
}

/// All formulas. Equal ones are one, so that two conditions that say the same in another order are the same formula.
#[derive(Debug)]
pub(super) struct Formulas {
    nodes: Vec<Node>,
    by_node: HashMap<Node, Formula>,
    negated: HashMap<Formula, Formula>,
}

impl Formula {
    pub(super) const TRUE: Formula = Formula(0);
    pub(super) const FALSE: Formula = Formula(1);

    pub(super) fn of(holds: bool) -> Formula {
        if holds { Formula::TRUE } else { Formula::FALSE }
    }
}

impl Formulas {
    pub(super) fn new() -> Formulas {
        let mut formulas = Formulas { nodes: Vec::new(), by_node: HashMap::default(), negated: HashMap::default() };
        formulas.add(Node::True);
        formulas.add(Node::False);
        formulas
    }

    fn add(&mut self, node: Node) -> Formula {
        if let Some(formula) = self.by_node.get(&node) {
            return *formula;
        }
        let formula = Formula(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(node.clone());
        self.by_node.insert(node, formula);
        formula
    }

    pub(super) fn node(&self, formula: Formula) -> &Node {
        &self.nodes[formula.0 as usize]
    }

    pub(super) fn atom(&mut self, atom: AtomId, holds: bool) -> Formula {
        self.add(Node::Atom(atom, holds))
    }

    pub(super) fn all(&mut self, parts: impl IntoIterator<Item = Formula>) -> Formula {
        self.connected(parts, true)
    }

    pub(super) fn any(&mut self, parts: impl IntoIterator<Item = Formula>) -> Formula {
        self.connected(parts, false)
    }

    fn connected(&mut self, parts: impl IntoIterator<Item = Formula>, is_all: bool) -> Formula {
        let (neutral, decisive) = (Formula::of(is_all), Formula::of(!is_all));
        let mut flat: Vec<Formula> = Vec::new();
        for part in parts {
            match (self.node(part), is_all) {
                (Node::All(inner), true) | (Node::Any(inner), false) => flat.extend(inner),
                _ if part == decisive => return decisive,
                _ if part == neutral => {}
                _ => flat.push(part),
            }
        }
        flat.sort_unstable();
        flat.dedup();
        let is_opposed = |part: &Formula| self.negated.get(part).is_some_and(|other| flat.binary_search(other).is_ok());
        if flat.iter().any(is_opposed) {
            return decisive;
        }
        match flat[..] {
            [] => neutral,
            [only] => only,
            _ => self.add(if is_all { Node::All(flat) } else { Node::Any(flat) }),
        }
    }

    /// The negation. The depth is that of conditions.
    pub(super) fn not(&mut self, formula: Formula) -> Formula {
        if let Some(negated) = self.negated.get(&formula) {
            return *negated;
        }
        let negated = match self.node(formula).clone() {
            Node::True => Formula::FALSE,
            Node::False => Formula::TRUE,
            Node::Atom(atom, holds) => self.atom(atom, !holds),
            Node::All(parts) => {
                let parts: Vec<Formula> = parts.into_iter().map(|part| self.not(part)).collect();
                self.any(parts)
            }
            Node::Any(parts) => {
                let parts: Vec<Formula> = parts.into_iter().map(|part| self.not(part)).collect();
                self.all(parts)
            }
        };
        self.negated.insert(formula, negated);
        self.negated.insert(negated, formula);
        negated
    }

    /// Whether a formula holds, given which atoms do. The depth is that of conditions.
    pub(super) fn holds(&self, formula: Formula, atom: &mut impl FnMut(AtomId) -> bool) -> bool {
        match self.node(formula) {
            Node::True => true,
            Node::False => false,
            Node::Atom(id, expected) => atom(*id) == *expected,
            Node::All(parts) => parts.iter().all(|part| self.holds(*part, atom)),
            Node::Any(parts) => parts.iter().any(|part| self.holds(*part, atom)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_that_say_the_same_are_one() {
        let mut formulas = Formulas::new();
        let [a, b, c] = [0, 1, 2].map(|atom| formulas.atom(AtomId(atom), true));
        let ab = formulas.all([a, b]);
        assert_eq!(formulas.all([b, a, a]), ab);
        let (abc, flat) = (formulas.all([ab, c]), formulas.all([a, b, c]));
        assert_eq!(abc, flat);
        assert_eq!(formulas.all([]), Formula::TRUE);
        assert_eq!(formulas.any([a]), a);
        assert_eq!(
            (formulas.all([a, Formula::FALSE]), formulas.any([a, Formula::TRUE])),
            (Formula::FALSE, Formula::TRUE)
        );
    }

    #[test]
    fn negation_goes_down_to_the_atoms() {
        let mut formulas = Formulas::new();
        let [a, b] = [0, 1].map(|atom| formulas.atom(AtomId(atom), true));
        let either = formulas.any([a, b]);
        let neither = formulas.not(either);
        let opposites = [formulas.not(a), formulas.not(b)];
        assert_eq!(formulas.node(neither), &Node::All(opposites.to_vec()));
        assert_eq!(formulas.not(neither), either);
        let not_a = formulas.not(a);
        assert_eq!((formulas.any([a, b, not_a]), formulas.all([a, b, not_a])), (Formula::TRUE, Formula::FALSE));
        for (first, second) in [(false, false), (false, true), (true, false), (true, true)] {
            let mut atom = |id: AtomId| if id == AtomId(0) { first } else { second };
            assert_eq!(formulas.holds(neither, &mut atom), !(first || second));
        }
    }
}
