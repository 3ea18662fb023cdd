//! The rules of a configuration as formulas, ready to be asked about.

use std::collections::{BTreeMap, BTreeSet};

use super::formula::{Formula, Formulas};
use super::hash::HashMap;
use super::question::{Answer, Example, Question};
use super::takers::Takers;
use super::view::{Moment, Translation, View};
use super::world::World;
use crate::condition::{Expr, ExprKind, OperandKind, RuleSet, Term};
use crate::config::{Admission, Config, Rule};
use crate::engine::{Engine, Event, Person, Verdict};

/// A rule: its set, and its index among all rules of the set, those that are switched off counted too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId {
    /// The set.
    pub set: RuleSet,
    /// The index.
    pub index: usize,
}

/// What follows where a rule holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Consequence {
    Admission(Admission),
    /// Of a user.
    Organization(String),
    /// Of a group.
    Organizations(BTreeSet<String>),
    Groups(BTreeSet<String>),
    /// No organization.
    Nothing,
}

/// A rule that counts.
#[derive(Debug)]
pub(super) struct Modelled<'c> {
    pub(super) index: usize,
    pub(super) term: &'c Term,
    pub(super) consequence: Consequence,
    /// At each moment of its set, in order.
    pub(super) moments: Vec<AtMoment>,
}

/// What a condition comes to at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AtMoment {
    pub(super) moment: Moment,
    /// It holds.
    pub(super) holds: Formula,
    /// It does not hold: it fails, or is not run.
    pub(super) not: Formula,
    /// It fails.
    pub(super) fails: Formula,
}

/// What is proved about the rules of a configuration.
///
/// Questions are asked of everybody whom SCIM and the mapping allow: an input has any value that its attribute can have,
/// and what Foundry lacks at an event is withheld there. An answer is a proof or a person: whatever is shown by an example
/// has been confirmed by the plain evaluator. Where the answer is not found within a budget it is *unknown*.
///
/// ```
/// use vestibule::analysis::{Analysis, Reach};
/// use vestibule::Config;
///
/// let config = Config::parse("vestibule.yaml", r#"
/// version: 1
/// provider: { name: contoso-entra }
/// organizations: [{ name: Contoso }, { name: Contoso EU }]
/// organization-assignment:
///   users:
///     - { rule: staff, when: userName ew "@contoso.com", organization: Contoso }
///     - { rule: eu, when: userName ew "@eu.contoso.com", organization: Contoso EU }
///     - { rule: ada, when: userName eq "ada@contoso.com", organization: Contoso EU }
/// "#)?;
/// let analysis = Analysis::new(&config);
/// let rules: Vec<_> = analysis.rules().collect();
/// assert_eq!(analysis.reach(rules[1]), Reach::Reachable);
/// assert_eq!(analysis.reach(rules[2]), Reach::Covered { by: vec![rules[0]], is_irreducible: true });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Analysis<'c> {
    pub(super) model: Model,
    pub(super) book: Book<'c>,
}

/// What formulas are made of. Configurations that are compared share one, so that conditions which say the same are the
/// same formula.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) world: World,
    pub(super) formulas: Formulas,
}

/// The rules of one configuration.
#[derive(Debug)]
pub(super) struct Book<'c> {
    pub(super) config: &'c Config,
    pub(super) engine: Engine,
    pub(super) view: View<'c>,
    sets: HashMap<RuleSet, Vec<Modelled<'c>>>,
    takers: HashMap<(RuleSet, Moment), Takers>,
    /// Whether a user is taken in, at each moment; `None` where the rules of intake are too many for one formula.
    admitted: Vec<(Moment, Option<Formula>)>,
}

/// Beyond so many rules of intake being admitted is not one formula.
const MOST_INTAKE_RULES: usize = 256;

/// Up to so many rules of a set the evaluator is asked about every one.
const MOST_ASKED: usize = 1000;

impl Model {
    pub(super) fn new() -> Model {
        Model { world: World::new(), formulas: Formulas::new() }
    }

    /// What a condition comes to at a moment.
    pub(super) fn at_moment(&mut self, view: &View<'_>, term: &Term, moment: Moment) -> AtMoment {
        let mut translation = Translation { view, world: &mut self.world, formulas: &mut self.formulas, moment };
        let outcome = translation.term(term);
        AtMoment { moment, holds: outcome.holds, not: self.formulas.not(outcome.holds), fails: outcome.fails }
    }
}

impl<'c> Book<'c> {
    pub(super) fn new(config: &'c Config, model: &mut Model) -> Book<'c> {
        let mut book = Book {
            config,
            engine: Engine::compile(config),
            view: View::new(config),
            sets: HashMap::default(),
            takers: HashMap::default(),
            admitted: Vec::new(),
        };
        let intake = config.user_intake.as_ref().map(|intake| intake.rules.as_slice()).unwrap_or_default();
        let assignment = config.organization_assignment.as_ref();
        let users = assignment.and_then(|section| section.users.as_deref()).unwrap_or_default();
        let of_groups = assignment.and_then(|section| section.groups.as_deref()).unwrap_or_default();
        let groups = config.group_assignment.as_deref().unwrap_or_default();
        book.add(model, RuleSet::UserIntake, intake, |outcome| Consequence::Admission(outcome.value));
        book.add(model, RuleSet::OrganizationUsers, users, |outcome| {
            Consequence::Organization(outcome.0.value.clone())
        });
        book.add(model, RuleSet::OrganizationGroups, of_groups, |outcome| {
            Consequence::Organizations(outcome.0.iter().map(|name| name.value.clone()).collect())
        });
        book.add(model, RuleSet::GroupAssignment, groups, |outcome| {
            Consequence::Groups(outcome.0.iter().map(|name| name.value.clone()).collect())
        });
        let moments = Moment::OF_USERS.iter().enumerate();
        book.admitted = moments.map(|(at, moment)| (*moment, book.admission(model, at))).collect();
        book
    }

    fn add<O>(
        &mut self,
        model: &mut Model,
        set: RuleSet,
        rules: &'c [Rule<O>],
        consequence: impl Fn(&O) -> Consequence,
    ) {
        let mut modelled = Vec::new();
        for (index, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.enabled) {
            let term = &rule.when.condition.term;
            spell(&mut model.world, &rule.when.expr);
            let moments = moments_of(set).iter().map(|moment| model.at_moment(&self.view, term, *moment)).collect();
            let consequence = consequence(&rule.outcome);
            modelled.push(Modelled { index, term, consequence, moments });
        }
        for (at, moment) in moments_of(set).iter().enumerate() {
            let holds = modelled.iter().filter_map(|rule| rule.moments.get(at)).map(|at| at.holds).collect();
            self.takers.insert((set, *moment), Takers::new(&model.world, &model.formulas, holds));
        }
        self.sets.insert(set, modelled);
    }

    /// Being admitted: from the last rule to the first, each before what comes after it.
    fn admission(&self, model: &mut Model, at: usize) -> Option<Formula> {
        let rules = self.set(RuleSet::UserIntake);
        if rules.len() > MOST_INTAKE_RULES {
            return None;
        }
        let default = self.config.user_intake.as_ref().map(|intake| intake.default).unwrap_or_default();
        let mut admitted = Formula::of(default == Admission::Admit);
        for rule in rules.iter().rev() {
            let at = rule.moments.get(at)?;
            admitted = match rule.consequence {
                Consequence::Admission(Admission::Admit) => model.formulas.any([at.holds, admitted]),
                _ => model.formulas.all([at.not, admitted]),
            };
        }
        Some(admitted)
    }

    /// Being admitted at a moment. Where that is no formula, everybody counts, and the evaluator has the last word.
    pub(super) fn admitted(&self, moment: Moment) -> Formula {
        let found = self.admitted.iter().find(|(at, _)| *at == moment);
        found.and_then(|(_, formula)| *formula).unwrap_or(Formula::TRUE)
    }

    pub(super) fn set(&self, set: RuleSet) -> &[Modelled<'c>] {
        self.sets.get(&set).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn takers(&self, set: RuleSet, moment: Moment) -> Option<&Takers> {
        self.takers.get(&(set, moment))
    }

    /// What a rule comes to at a moment.
    pub(super) fn at(&self, set: RuleSet, position: usize, moment: Moment) -> Option<&AtMoment> {
        self.set(set).get(position)?.moments.iter().find(|at| at.moment == moment)
    }

    /// What follows where no rule of a set holds.
    pub(super) fn otherwise(&self, set: RuleSet) -> Consequence {
        match set {
            RuleSet::UserIntake => {
                let intake = self.config.user_intake.as_ref();
                Consequence::Admission(intake.map(|intake| intake.default).unwrap_or_default())
            }
            RuleSet::OrganizationUsers => {
                let assignment = self.config.organization_assignment.as_ref();
                let name = assignment.and_then(|section| section.fallback.as_ref().or(section.default.as_ref()));
                name.map_or(Consequence::Nothing, |name| Consequence::Organization(name.value.clone()))
            }
            RuleSet::OrganizationGroups | RuleSet::GroupAssignment => Consequence::Nothing,
        }
    }

    /// The rule of a first-match set that decides about somebody, by the evaluator: `Some(None)` where none holds, `None`
    /// where that is not certain. Of a large set only the rules are asked that the index does not rule out.
    pub(super) fn decider(
        &self,
        world: &World,
        example: &Example,
        set: RuleSet,
        person: &Person<'_>,
        event: Event,
    ) -> Option<Option<usize>> {
        let rules = self.set(set);
        let asked: Vec<usize> = match self.takers(set, Moment::At(event)) {
            Some(takers) if rules.len() > MOST_ASKED => takers.candidates(world, example).collect(),
            _ => (0..rules.len()).collect(),
        };
        for position in asked {
            let Some(rule) = rules.get(position) else { continue };
            let verdict = self.engine.verdict(rule.term, person, event);
            if verdict == Verdict::HOLDS {
                return Some(Some(position));
            }
            if verdict.may(Verdict::HOLDS) {
                return None;
            }
        }
        Some(None)
    }

    /// What follows from a rule of a set, or from none.
    pub(super) fn consequence(&self, set: RuleSet, rule: Option<usize>) -> Consequence {
        let rule = rule.and_then(|rule| self.set(set).get(rule));
        rule.map_or_else(|| self.otherwise(set), |rule| rule.consequence.clone())
    }

    /// Whether intake admits somebody, by the evaluator.
    pub(super) fn admits(&self, world: &World, example: &Example, person: &Person<'_>, event: Event) -> bool {
        let set = RuleSet::UserIntake;
        let decider = self.decider(world, example, set, person, event);
        decider.is_some_and(|rule| self.consequence(set, rule) == Consequence::Admission(Admission::Admit))
    }

    /// Where a rule stands among those that count.
    pub(super) fn position(&self, rule: RuleId) -> Option<usize> {
        self.set(rule.set).binary_search_by_key(&rule.index, |rule| rule.index).ok()
    }

    pub(super) fn id(&self, set: RuleSet, position: usize) -> RuleId {
        RuleId { set, index: self.set(set).get(position).map_or(usize::MAX, |rule| rule.index) }
    }
}

impl<'c> Analysis<'c> {
    /// The rules that count, as formulas.
    pub fn new(config: &'c Config) -> Analysis<'c> {
        let mut model = Model::new();
        let book = Book::new(config, &mut model);
        Analysis { model, book }
    }

    /// The rules that count, set by set.
    pub fn rules(&self) -> impl Iterator<Item = RuleId> + use<> {
        let rules = |set: RuleSet| self.book.set(set).iter().map(move |rule| RuleId { set, index: rule.index });
        let ids: Vec<RuleId> = RuleSet::ALL.into_iter().flat_map(rules).collect();
        ids.into_iter()
    }

    /// The rules whose condition and result an earlier rule of their set has too, whatever the order of the parts.
    pub fn duplicates(&self) -> BTreeMap<RuleId, RuleId> {
        let mut first = HashMap::default();
        let mut found = BTreeMap::new();
        for id in self.rules() {
            let Some(rule) = self.book.position(id).and_then(|position| self.book.set(id.set).get(position)) else {
                continue;
            };
            let holds: Vec<Formula> = rule.moments.iter().map(|at| at.holds).collect();
            if holds.iter().all(|holds| *holds == Formula::FALSE) {
                continue;
            }
            let said = (id.set, holds, rule.consequence.clone());
            match first.get(&said) {
                Some(earlier) => drop(found.insert(id, *earlier)),
                None => drop(first.insert(said, id)),
            }
        }
        found
    }

    /// Of a condition that nobody satisfies, parts of its outermost `and` that exclude each other; none where it has no
    /// such parts.
    pub fn excluding_parts(&mut self, rule: RuleId) -> Vec<usize> {
        self.model.world.effort.start();
        let Some(modelled) = self.book.position(rule).and_then(|position| self.book.set(rule.set).get(position)) else {
            return Vec::new();
        };
        let (Term::All(terms), Some(at)) = (modelled.term, modelled.moments.first()) else { return Vec::new() };
        let mut question = Question::new();
        for term in terms {
            let holds = self.model.at_moment(&self.book.view, term, at.moment).holds;
            question.require(holds);
        }
        match question.ask(&self.model.world, &self.model.formulas) {
            Answer::Impossible(parts) => parts.into_iter().collect(),
            _ => Vec::new(),
        }
    }
}

/// Remembers how the texts of a condition are written.
fn spell(world: &mut World, expr: &Expr) {
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        match &expr.kind {
            ExprKind::Constant(_) | ExprKind::Present(_) => {}
            ExprKind::Not(inner) => waiting.push(inner),
            ExprKind::And(parts) | ExprKind::Or(parts) => waiting.extend(parts),
            ExprKind::Element { filter, .. } => waiting.push(filter),
            ExprKind::Compare { operand, .. } => {
                let items = match &operand.kind {
                    OperandKind::List(items) => items.as_slice(),
                    _ => std::slice::from_ref(operand),
                };
                for item in items {
                    if let OperandKind::String(text) = &item.kind {
                        world.texts.spell(text);
                    }
                }
            }
        }
    }
}

/// When the rules of a set run: at first when most is known.
pub(super) fn moments_of(set: RuleSet) -> &'static [Moment] {
    match set {
        RuleSet::OrganizationGroups => &[Moment::Group],
        _ => &Moment::OF_USERS,
    }
}

impl Moment {
    /// The event, where users are asked about.
    pub(super) fn event(self) -> Option<Event> {
        match self {
            Moment::At(event) => Some(event),
            Moment::Group => None,
        }
    }
}
