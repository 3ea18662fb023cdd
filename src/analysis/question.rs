//! The decision procedure: formulas that are required together, and an example of which all of them hold, or those of
//! them that cannot.
//!
//! A SAT solver (`batsat`) chooses which atoms hold. For each variable [`World::collection`] then looks for elements of
//! which just these hold; where there are none it gives the atoms that cannot be so together, and the solver learns
//! that. Whatever it learns is true of every person, so that *impossible* is a proof.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use batsat::{Callbacks, Lit, Solver, SolverInterface, SolverOpts, lbool};

use super::collection::{Checked, Collection};
use super::element::Want;
use super::formula::{Formula, Formulas, Node};
use super::world::{AtomId, VariableId, World};

/// What a person has, as far as the question was about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Example {
    pub(super) collections: BTreeMap<VariableId, Collection>,
}

/// What came of a question. Requirements are named by their numbers.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    Possible(Example),
    /// The requirements that cannot hold together.
    Impossible(BTreeSet<usize>),
    Unknown,
}

/// How often the solver asks whether to go on, for one call.
const MOST_STEPS: u64 = 50_000;

/// How many examples are set aside before a question is given up.
const MOST_REFUSED: usize = 16;

/// A question: requirements can be added, and asked about again.
pub(super) struct Question {
    solver: Solver<Limit>,
    atoms: HashMap<AtomId, Lit>,
    formulas: HashMap<Formula, Lit>,
    required: Vec<(Formula, Lit)>,
    /// The atoms that the last example rests on.
    chosen: BTreeMap<AtomId, bool>,
    /// How often something was ruled out that is no fact.
    refused: usize,
}

/// Ends a call of the solver after so many steps.
struct Limit {
    left: Cell<u64>,
}

impl Callbacks for Limit {
    fn on_start(&mut self) {
        self.left.set(MOST_STEPS);
    }

    fn stop(&self) -> bool {
        self.left.set(self.left.get().saturating_sub(1));
        self.left.get() == 0
    }
}

impl Question {
    pub(super) fn new() -> Question {
        Question {
            solver: Solver::new(SolverOpts::default(), Limit { left: Cell::new(MOST_STEPS) }),
            atoms: HashMap::new(),
            formulas: HashMap::new(),
            required: Vec::new(),
            chosen: BTreeMap::new(),
            refused: 0,
        }
    }

    /// Adds a requirement; its number.
    pub(super) fn require(&mut self, formulas: &Formulas, formula: Formula) -> usize {
        let literal = self.literal(formulas, formula);
        let switch = self.new_literal();
        self.add_clause(vec![!switch, literal]);
        self.required.push((formula, switch));
        self.required.len() - 1
    }

    /// Whether all requirements can hold.
    pub(super) fn ask(&mut self, world: &World, formulas: &Formulas) -> Answer {
        let all: BTreeSet<usize> = (0..self.required.len()).collect();
        self.ask_about(world, formulas, &all)
    }

    /// Whether some of the requirements can hold.
    pub(super) fn ask_about(&mut self, world: &World, formulas: &Formulas, active: &BTreeSet<usize>) -> Answer {
        let requirements: Vec<(Formula, Lit)> =
            active.iter().filter_map(|index| self.required.get(*index)).copied().collect();
        let assumptions: Vec<Lit> = requirements.iter().map(|(_, switch)| *switch).collect();
        loop {
            if !world.effort.spend(10 + requirements.len() as u64) {
                return Answer::Unknown;
            }
            let answer = self.solver.solve_limited(&assumptions);
            if answer == lbool::FALSE {
                return self.impossible(active);
            }
            if answer != lbool::TRUE {
                return Answer::Unknown;
            }
            self.choose(formulas, &requirements);
            match self.example(world) {
                Ok(example) => return Answer::Possible(example),
                Err(Conflict::Fact(atoms)) => self.rule_out(&atoms),
                Err(Conflict::Open(atoms)) => {
                    self.refused += 1;
                    if self.refused > MOST_REFUSED {
                        return Answer::Unknown;
                    }
                    self.rule_out(&atoms);
                }
            }
        }
    }

    /// Sets the last example aside: it does not show what it was to show.
    pub(super) fn refuse(&mut self) -> bool {
        self.refused += 1;
        let atoms: BTreeSet<AtomId> = self.chosen.keys().copied().collect();
        self.rule_out(&atoms);
        self.refused <= MOST_REFUSED && !atoms.is_empty()
    }

    fn impossible(&self, active: &BTreeSet<usize>) -> Answer {
        if self.refused > 0 {
            return Answer::Unknown;
        }
        let in_core = |switch: &Lit| self.solver.unsat_core_contains_var(switch.var());
        let is_in_core = |index: &usize| self.required.get(*index).is_some_and(|(_, switch)| in_core(switch));
        Answer::Impossible(active.iter().copied().filter(is_in_core).collect())
    }

    /// Atoms that suffice for the requirements, as the solver chose: the fewer, the freer the example.
    fn choose(&mut self, formulas: &Formulas, requirements: &[(Formula, Lit)]) {
        let mut chosen = BTreeMap::new();
        for (formula, _) in requirements {
            self.choose_for(formulas, *formula, &mut chosen);
        }
        self.chosen = chosen;
    }

    /// The depth is that of conditions.
    fn choose_for(&self, formulas: &Formulas, formula: Formula, chosen: &mut BTreeMap<AtomId, bool>) {
        match formulas.node(formula) {
            Node::True | Node::False => {}
            Node::Atom(atom, holds) => drop(chosen.insert(*atom, *holds)),
            Node::All(parts) => parts.iter().for_each(|part| self.choose_for(formulas, *part, chosen)),
            Node::Any(parts) => {
                let holds = |part: &Formula| formulas.holds(*part, &mut |atom| self.model(atom));
                let rank = |part: &Formula| match formulas.node(*part) {
                    Node::Atom(atom, holds) if chosen.get(atom) == Some(holds) => 0,
                    Node::Atom(_, false) => 1,
                    Node::Atom(_, true) => 2,
                    _ => 3,
                };
                if let Some(part) = parts.iter().copied().filter(|part| holds(part)).min_by_key(rank) {
                    self.choose_for(formulas, part, chosen);
                }
            }
        }
    }

    fn model(&self, atom: AtomId) -> bool {
        self.atoms.get(&atom).is_some_and(|literal| self.solver.value_lit(*literal) == lbool::TRUE)
    }

    fn example(&self, world: &World) -> Result<Example, Conflict> {
        let mut wants: BTreeMap<VariableId, Vec<Want>> = BTreeMap::new();
        for (atom, holds) in &self.chosen {
            wants.entry(world.get_atom(*atom).variable).or_default().push(Want { atom: *atom, holds: *holds });
        }
        let mut example = Example::default();
        let mut open = None;
        for (variable, wants) in wants {
            match world.collection(variable, &wants) {
                Checked::Elements(collection) => drop(example.collections.insert(variable, collection)),
                Checked::Impossible(atoms) => return Err(Conflict::Fact(atoms)),
                Checked::Unknown => open = Some(wants.iter().map(|want| want.atom).collect()),
            }
        }
        open.map_or(Ok(example), |atoms| Err(Conflict::Open(atoms)))
    }

    /// The atoms are not what they were chosen to be, all together.
    fn rule_out(&mut self, atoms: &BTreeSet<AtomId>) {
        let opposite = |(atom, holds): (&AtomId, &bool)| {
            let literal = self.atoms.get(atom).copied()?;
            Some(if *holds { !literal } else { literal })
        };
        let clause = self.chosen.iter().filter(|(atom, _)| atoms.contains(atom)).filter_map(opposite).collect();
        self.add_clause(clause);
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
                let literal = match self.atoms.get(atom) {
                    Some(literal) => *literal,
                    None => {
                        let literal = self.new_literal();
                        self.atoms.insert(*atom, literal);
                        literal
                    }
                };
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

/// Why there is no example of what was chosen.
enum Conflict {
    /// These atoms cannot be so together.
    Fact(BTreeSet<AtomId>),
    /// It was not found out.
    Open(BTreeSet<AtomId>),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::view::{Moment, Translation, View};
    use crate::condition::RuleSet;
    use crate::config::Config;
    use crate::engine::Event;

    const DOCUMENT: &str = "version: 1\nprovider: { name: p, attribute-mapping: { attributes: { department: { claim: d, \
        scim: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department' }, level: { claim: l }, projects: { \
        claim: p, type: array } } } }\norganizations: [{ name: A }]\n";

    /// Asks for all of the conditions at a login.
    fn ask(conditions: &[&str]) -> Answer {
        let config = Config::parse("vestibule.yaml", DOCUMENT).expect("a configuration");
        let view = View::new(&config);
        let (mut world, mut formulas, mut question) = (World::new(), Formulas::new(), Question::new());
        for text in conditions {
            let parsed = crate::condition::parse(text, crate::condition::TextStyle::Inline).expr.expect(text);
            let (condition, mistakes) =
                crate::condition::check(&parsed, text, config.scheme(), RuleSet::OrganizationUsers);
            let term = condition.unwrap_or_else(|| panic!("{text}: {mistakes:?}")).term;
            let moment = Moment::At(Event::Login);
            let mut translation = Translation { view: &view, world: &mut world, formulas: &mut formulas, moment };
            let outcome = translation.term(&term);
            question.require(&formulas, outcome.holds);
        }
        question.ask(&world, &formulas)
    }

    #[test]
    fn what_some_person_satisfies() {
        for conditions in [
            &[r#"email ew "@x.eu""#, r#"not (email ew "a@x.eu")"#][..],
            // Several values, or another address than that which Foundry holds.
            &[r#"provider.groups includes "A""#, r#"provider.groups includes "B""#],
            &[r#"emails eq "a@x.eu""#, r#"not (email eq "a@x.eu")"#],
            &[r#"emails eq "a@x.eu""#, r#"emails ew "@y.eu""#, r#"email eq "b@z.eu""#],
            &[r#"emails[type eq "work" and value ew "@x.eu"]"#, r#"not (email ew "@x.eu")"#],
            &["emails pr", "not (email pr)"],
            // A difference in case, a dot that is no dot.
            &[r#"provider.groups includes "EU-Finance""#, "provider.groups excludes /EU-.*/"],
            &[r#"userName eq "ada""#, "not (userName matches /ada/)"],
            &[r"userName matches /.*@x.eu/", r#"not (userName ew "@x.eu")"#],
            // Absence.
            &[r#"title ne "x""#, "not (title pr)"],
            &[r#"attributes.level ne "x" and not (attributes.level pr)"#],
            &[r#"attributes.projects eq "A" and attributes.projects eq "B""#],
            &[r#"provider.groups eq "A" and provider.groups.externalId eq "1""#],
            &[r#"emails ne "x""#, r#"emails eq "x""#],
            &[r#"name[not (familyName pr)]"#],
            &[r#"meta.created gt "2026-01-01T00:00:00Z" and meta.created lt "2026-01-02T00:00:00Z""#],
            &["active eq true or active eq false"],
        ] {
            assert!(matches!(ask(conditions), Answer::Possible(_)), "{conditions:?}: {:?}", ask(conditions));
        }
    }

    #[test]
    fn what_nobody_can_satisfy_and_why() {
        for (conditions, core) in [
            (&[r#"userName eq "a""#, "title pr", r#"userName eq "b""#][..], &[0, 2][..]),
            (&[r#"email ew "@x.eu""#, r#"email ew "@y.eu""#], &[0, 1]),
            (&[r#"email eq "a@x.eu""#, r#"not (emails ew "@x.eu")"#], &[0, 1]),
            (&["email pr", "not (emails pr)"], &[0, 1]),
            (&["active eq true", "active eq false"], &[0, 1]),
            (&["not (active eq true)", "not (active eq false)"], &[0, 1]),
            (&["not (userName pr)"], &[0]),
            (&[r#"attributes.department eq "A""#, r#"department eq "B""#], &[0, 1]),
            (&[r#"provider.groups includes "EU-Finance""#, "provider.groups excludes /EU-.*/i"], &[0, 1]),
            (&[r#"not (provider.groups pr)"#, r#"provider.groups.externalId eq "1""#], &[0, 1]),
            (&[r#"emails[type eq "work" and value eq "a"]"#, r#"not (emails eq "a")"#], &[0, 1]),
            (&[r#"name[givenName eq "A" and familyName eq "B"]"#, r#"name.familyName eq "C""#], &[0, 1]),
            (&[r#"emails[not (value pr) and not (type pr) and not (primary pr) and not (display pr)]"#], &[0]),
            (
                &[
                    r#"userType in ["A", "B", "C"]"#,
                    r#"not (userType eq "a")"#,
                    r#"userType in ["D", "B"]"#,
                    r#"userType ne "b""#,
                ],
                &[0, 2, 3],
            ),
            (&["title pr and (active eq true or active eq false) and title eq null"], &[0]),
            (&[r#"meta.created gt "2026-01-02T00:00:00Z""#, r#"meta.created lt "2026-01-01T00:00:00Z""#], &[0, 1]),
        ] {
            let expected = Answer::Impossible(core.iter().copied().collect());
            assert_eq!(ask(conditions), expected, "{conditions:?}");
        }
    }
}
