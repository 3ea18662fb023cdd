//! What only a SAT solver (`batsat`) decides: which atoms are to hold so that formulas do.

use std::cell::Cell;

use batsat::{Callbacks, Lit, Solver, SolverInterface, SolverOpts, lbool};

use super::effort::Effort;
use super::formula::{Formula, Formulas, Node};
use super::hash::HashMap;
use super::world::AtomId;

/// What it costs, in steps, that the solver goes on: it decides on an atom, or takes something back.
const A_ROUND: u64 = 50;

/// Formulas and what is known about their atoms, as clauses.
pub(super) struct Clauses {
    solver: Solver<Limit>,
    atoms: HashMap<AtomId, Lit>,
    formulas: HashMap<Formula, Lit>,
}

/// A requirement that can be switched off.
#[derive(Clone, Copy)]
pub(super) struct Switch(Lit);

/// Whether there is a choice of atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    Possible,
    Impossible,
    Unknown,
}

/// Ends a call of the solver after so many rounds.
struct Limit {
    left: Cell<u64>,
}

impl Callbacks for Limit {
    fn stop(&self) -> bool {
        self.left.set(self.left.get().saturating_sub(1));
        self.left.get() == 0
    }
}

impl Clauses {
    pub(super) fn new() -> Clauses {
        Clauses {
            solver: Solver::new(SolverOpts::default(), Limit { left: Cell::new(0) }),
            atoms: HashMap::default(),
            formulas: HashMap::default(),
        }
    }

    /// Adds a formula that has to hold where it is switched on.
    pub(super) fn require(&mut self, formulas: &Formulas, formula: Formula) -> Switch {
        let literal = self.literal(formulas, formula);
        let switch = self.new_literal();
        self.add_clause(vec![!switch, literal]);
        Switch(switch)
    }

    /// Chooses atoms so that what is switched on holds. It is not known where what it takes is not left.
    pub(super) fn solve(&mut self, on: impl Iterator<Item = Switch>, effort: &Effort) -> Choice {
        let assumptions: Vec<Lit> = on.map(|switch| switch.0).collect();
        let rounds = effort.left() / A_ROUND;
        if rounds == 0 {
            return Choice::Unknown;
        }
        self.solver.cb_mut().left.set(rounds);
        let answer = self.solver.solve_limited(&assumptions);
        effort.spend((rounds - self.solver.cb().left.get()) * A_ROUND);
        match answer {
            answer if answer == lbool::TRUE => Choice::Possible,
            answer if answer == lbool::FALSE => Choice::Impossible,
            _ => Choice::Unknown,
        }
    }

    /// Whether what was switched on is among the reasons for there having been no choice.
    pub(super) fn is_reason(&self, switch: Switch) -> bool {
        self.solver.unsat_core_contains_var(switch.0.var())
    }

    /// Whether an atom was chosen to hold.
    pub(super) fn holds(&self, atom: AtomId) -> bool {
        self.atoms.get(&atom).is_some_and(|literal| self.solver.value_lit(*literal) == lbool::TRUE)
    }

    /// From now on not all of these atoms are as they are given.
    pub(super) fn rule_out(&mut self, atoms: &[(AtomId, bool)]) {
        let mut clause = Vec::with_capacity(atoms.len());
        for (atom, holds) in atoms {
            let literal = self.atom(*atom);
            clause.push(if *holds { !literal } else { literal });
        }
        self.add_clause(clause);
    }

    fn atom(&mut self, atom: AtomId) -> Lit {
        if let Some(literal) = self.atoms.get(&atom) {
            return *literal;
        }
        let literal = self.new_literal();
        self.atoms.insert(atom, literal);
        literal
    }

    fn new_literal(&mut self) -> Lit {
        Lit::new(self.solver.new_var_default(), true)
    }

    fn add_clause(&mut self, mut clause: Vec<Lit>) {
        self.solver.add_clause_reuse(&mut clause);
    }

    /// A literal that holds only where the formula does. The depth is that of conditions.
    fn literal(&mut self, formulas: &Formulas, formula: Formula) -> Lit {
        if let Some(literal) = self.formulas.get(&formula) {
            return *literal;
        }
        let literal = match formulas.node(formula) {
            Node::True => {
                let literal = self.new_literal();
                self.add_clause(vec![literal]);
                literal
            }
            Node::False => {
                let literal = self.new_literal();
                self.add_clause(vec![!literal]);
                literal
            }
            Node::Atom(atom, holds) => {
                let literal = self.atom(*atom);
                if *holds { literal } else { !literal }
            }
            Node::All(parts) => {
                let literal = self.new_literal();
                for part in parts {
                    let part = self.literal(formulas, *part);
                    self.add_clause(vec![!literal, part]);
                }
                literal
            }
            Node::Any(parts) => {
                let literal = self.new_literal();
                let mut clause = vec![!literal];
                for part in parts {
                    clause.push(self.literal(formulas, *part));
                }
                self.add_clause(clause);
                literal
            }
        };
        self.formulas.insert(formula, literal);
        literal
    }
}
