//! The decision procedure: formulas that are required together, and an example of which all of them hold, or those of
//! them that cannot.
//!
//! Somebody chooses which atoms hold: what is plain is chosen outright, the rest by a SAT solver. For each variable
//! [`World::collection`] then looks for elements of which just these hold; where there are none it gives the atoms that
//! cannot be so together, and the solver learns that. Whatever it learns is true of every person, so that *impossible*
//! is a proof.

use std::collections::{BTreeMap, BTreeSet};

use super::clauses::{Choice, Clauses, Switch};
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

/// What it costs to choose an atom and to look at what it asks for, in steps.
const A_CHOICE: u64 = 4;

/// How many examples are set aside before a question is given up.
const MOST_REFUSED: usize = 16;

/// A question: requirements can be added, and asked about again.
pub(super) struct Question {
    required: Vec<Formula>,
    /// The solver, once something is not plain, with the switch of each requirement that it knows.
    clauses: Option<Clauses>,
    switches: Vec<Switch>,
    /// Choices that cannot be, or are set aside.
    ruled_out: Vec<Vec<(AtomId, bool)>>,
    /// The atoms that the last example rests on.
    chosen: Choices,
    /// How often something was ruled out that is no fact.
    refused: usize,
}

/// Which atoms are to hold.
type Choices = BTreeMap<AtomId, bool>;

impl Question {
    pub(super) fn new() -> Question {
        Question {
            required: Vec::new(),
            clauses: None,
            switches: Vec::new(),
            ruled_out: Vec::new(),
            chosen: Choices::new(),
            refused: 0,
        }
    }

    /// Adds a requirement; its number.
    pub(super) fn require(&mut self, formula: Formula) -> usize {
        self.required.push(formula);
        self.required.len() - 1
    }

    /// Whether all requirements can hold.
    pub(super) fn ask(&mut self, world: &World, formulas: &Formulas) -> Answer {
        let all: BTreeSet<usize> = (0..self.required.len()).collect();
        self.ask_about(world, formulas, &all)
    }

    /// Whether some of the requirements can hold.
    pub(super) fn ask_about(&mut self, world: &World, formulas: &Formulas, active: &BTreeSet<usize>) -> Answer {
        if !world.effort.spend(10 + active.len() as u64) {
            return Answer::Unknown;
        }
        if self.ruled_out.is_empty()
            && let Some(answer) = self.outright(world, formulas, active)
        {
            return answer;
        }
        let mut clauses = self.clauses.take().unwrap_or_else(|| self.all_ruled_out());
        let answer = self.solve(&mut clauses, world, formulas, active);
        self.clauses = Some(clauses);
        answer
    }

    /// Sets the last example aside: it does not show what it was to show.
    pub(super) fn refuse(&mut self) -> bool {
        self.refused += 1;
        let chosen = std::mem::take(&mut self.chosen);
        let has_chosen = !chosen.is_empty();
        self.rule_out(chosen.into_iter().collect());
        self.refused <= MOST_REFUSED && has_chosen
    }

    /// The answer where no choice has to be taken back: atoms that all requirements ask for, and of alternatives the
    /// likeliest. `None` where only a solver knows.
    fn outright(&mut self, world: &World, formulas: &Formulas, active: &BTreeSet<usize>) -> Option<Answer> {
        let mut plain = Plain::default();
        for index in active {
            if let Err(reasons) = plain.add(formulas, *index, *self.required.get(*index)?) {
                return Some(Answer::Impossible(reasons));
            }
        }
        let is_conjunction = plain.alternatives.is_empty();
        let chosen = plain.choose(formulas)?;
        match example(world, &chosen) {
            Ok(example) => {
                self.chosen = chosen;
                Some(Answer::Possible(example))
            }
            Err(Conflict::Fact(atoms)) if is_conjunction => Some(Answer::Impossible(plain.reasons(&atoms))),
            Err(Conflict::Fact(atoms)) => {
                self.rule_out(chosen.into_iter().filter(|(atom, _)| atoms.contains(atom)).collect());
                None
            }
            Err(Conflict::Open(_)) if is_conjunction => Some(Answer::Unknown),
            Err(Conflict::Open(_)) => None,
        }
    }

    /// A solver that knows what was ruled out.
    fn all_ruled_out(&self) -> Clauses {
        let mut clauses = Clauses::new();
        self.ruled_out.iter().for_each(|atoms| clauses.rule_out(atoms));
        clauses
    }

    fn solve(&mut self, clauses: &mut Clauses, world: &World, formulas: &Formulas, active: &BTreeSet<usize>) -> Answer {
        for formula in self.required.iter().skip(self.switches.len()) {
            self.switches.push(clauses.require(formulas, *formula));
        }
        let on: Vec<(usize, Switch)> =
            active.iter().filter_map(|index| Some((*index, *self.switches.get(*index)?))).collect();
        loop {
            match clauses.solve(on.iter().map(|(_, switch)| *switch), &world.effort) {
                Choice::Unknown => return Answer::Unknown,
                Choice::Impossible if self.refused > 0 => return Answer::Unknown,
                Choice::Impossible => {
                    let reasons = on.iter().filter(|(_, switch)| clauses.is_reason(*switch));
                    return Answer::Impossible(reasons.map(|(index, _)| *index).collect());
                }
                Choice::Possible => {}
            }
            self.chosen = self.choose(clauses, formulas, active);
            let ruled_out = match example(world, &self.chosen) {
                Ok(example) => return Answer::Possible(example),
                Err(Conflict::Fact(atoms)) => atoms,
                Err(Conflict::Open(atoms)) => {
                    self.refused += 1;
                    if self.refused > MOST_REFUSED {
                        return Answer::Unknown;
                    }
                    atoms
                }
            };
            let ruled_out = self.chosen.iter().filter(|(atom, _)| ruled_out.contains(atom));
            let ruled_out: Vec<(AtomId, bool)> = ruled_out.map(|(atom, holds)| (*atom, *holds)).collect();
            clauses.rule_out(&ruled_out);
            self.ruled_out.push(ruled_out);
            if !world.effort.spend(10 + active.len() as u64) {
                return Answer::Unknown;
            }
        }
    }

    fn rule_out(&mut self, atoms: Vec<(AtomId, bool)>) {
        if let Some(clauses) = &mut self.clauses {
            clauses.rule_out(&atoms);
        }
        self.ruled_out.push(atoms);
    }

    /// Atoms that suffice for the requirements, as the solver chose: the fewer, the freer the example.
    fn choose(&self, clauses: &Clauses, formulas: &Formulas, active: &BTreeSet<usize>) -> Choices {
        let mut chosen = Choices::new();
        for formula in active.iter().filter_map(|index| self.required.get(*index)) {
            choose_for(clauses, formulas, *formula, &mut chosen);
        }
        chosen
    }
}

/// The depth is that of conditions.
fn choose_for(clauses: &Clauses, formulas: &Formulas, formula: Formula, chosen: &mut Choices) {
    match formulas.node(formula) {
        Node::True | Node::False => {}
        Node::Atom(atom, holds) => drop(chosen.insert(*atom, *holds)),
        Node::All(parts) => parts.iter().for_each(|part| choose_for(clauses, formulas, *part, chosen)),
        Node::Any(parts) => {
            let holds = |part: &Formula| formulas.holds(*part, &mut |atom| clauses.holds(atom));
            let likeliest =
                parts.iter().copied().filter(|part| holds(part)).min_by_key(|part| rank(formulas, *part, chosen));
            if let Some(part) = likeliest {
                choose_for(clauses, formulas, part, chosen);
            }
        }
    }
}

/// Which of some alternatives is chosen first: what is so anyway, then what need not be there.
fn rank(formulas: &Formulas, part: Formula, chosen: &Choices) -> u8 {
    match formulas.node(part) {
        Node::Atom(atom, holds) if chosen.get(atom) == Some(holds) => 0,
        Node::Atom(_, false) => 1,
        Node::Atom(_, true) => 2,
        _ => 3,
    }
}

/// Atoms that requirements ask for whatever else is so, and alternatives.
#[derive(Default)]
struct Plain {
    /// With the first requirement that asks for it.
    asked: BTreeMap<AtomId, (bool, usize)>,
    alternatives: Vec<Formula>,
}

impl Plain {
    /// Adds a requirement. The depth is that of conditions.
    ///
    /// # Errors
    ///
    /// The requirements that contradict each other.
    fn add(&mut self, formulas: &Formulas, index: usize, formula: Formula) -> Result<(), BTreeSet<usize>> {
        match formulas.node(formula) {
            Node::True => Ok(()),
            Node::False => Err(BTreeSet::from([index])),
            Node::All(parts) => parts.iter().try_for_each(|part| self.add(formulas, index, *part)),
            Node::Any(_) => {
                self.alternatives.push(formula);
                Ok(())
            }
            Node::Atom(atom, holds) => match *self.asked.entry(*atom).or_insert((*holds, index)) {
                (other, first) if other != *holds => Err(BTreeSet::from([first, index])),
                _ => Ok(()),
            },
        }
    }

    /// The atoms that are asked for, and one of each alternative; `None` where none of one is free.
    fn choose(&self, formulas: &Formulas) -> Option<Choices> {
        let mut chosen: Choices = self.asked.iter().map(|(atom, (holds, _))| (*atom, *holds)).collect();
        for formula in &self.alternatives {
            let Node::Any(parts) = formulas.node(*formula) else { return None };
            let is_free = |part: &&Formula| match formulas.node(**part) {
                Node::Atom(atom, holds) => chosen.get(atom).is_none_or(|other| other == holds),
                _ => false,
            };
            let likeliest = parts.iter().filter(is_free).min_by_key(|part| rank(formulas, **part, &chosen))?;
            let Node::Atom(atom, holds) = formulas.node(*likeliest) else { return None };
            chosen.insert(*atom, *holds);
        }
        Some(chosen)
    }

    /// The requirements that ask for these atoms.
    fn reasons(&self, atoms: &BTreeSet<AtomId>) -> BTreeSet<usize> {
        atoms.iter().filter_map(|atom| self.asked.get(atom)).map(|(_, index)| *index).collect()
    }
}

/// Somebody of whom the chosen atoms hold, or do not.
fn example(world: &World, chosen: &Choices) -> Result<Example, Conflict> {
    world.effort.spend(A_CHOICE * chosen.len() as u64);
    let mut wants: BTreeMap<VariableId, Vec<Want>> = BTreeMap::new();
    for (atom, holds) in chosen {
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
            question.require(outcome.holds);
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
