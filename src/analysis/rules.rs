//! The rules of a configuration as formulas, ready to be asked about.

use std::collections::{BTreeSet, HashMap};

use super::formula::{Formula, Formulas};
use super::takers::Takers;
use super::view::{Moment, Translation, View};
use super::world::World;
use crate::condition::{RuleSet, Term};
use crate::config::{Admission, Config, Rule};
use crate::engine::{Engine, Event};

/// A rule: its set, and its index among all rules of the set, those that are switched off counted too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId {
    /// The set.
    pub set: RuleSet,
    /// The index.
    pub index: usize,
}

/// What follows where a rule holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    pub(super) name: &'c str,
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
/// let mut analysis = Analysis::new(&config);
/// let rules: Vec<_> = analysis.rules().collect();
/// assert_eq!(analysis.reach(rules[1]), Reach::Reachable);
/// assert_eq!(analysis.reach(rules[2]), Reach::Covered { by: vec![rules[0]], is_irreducible: true });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Analysis<'c> {
    pub(super) config: &'c Config,
    pub(super) engine: Engine,
    pub(super) view: View<'c>,
    pub(super) world: World,
    pub(super) formulas: Formulas,
    pub(super) sets: HashMap<RuleSet, Vec<Modelled<'c>>>,
    pub(super) takers: HashMap<(RuleSet, Moment), Takers>,
}

impl<'c> Analysis<'c> {
    /// The rules that count, as formulas.
    pub fn new(config: &'c Config) -> Analysis<'c> {
        let mut analysis = Analysis {
            config,
            engine: Engine::compile(config),
            view: View::new(config),
            world: World::new(),
            formulas: Formulas::new(),
            sets: HashMap::new(),
            takers: HashMap::new(),
        };
        let intake = config.user_intake.as_ref().map(|intake| intake.rules.as_slice()).unwrap_or_default();
        let assignment = config.organization_assignment.as_ref();
        let users = assignment.and_then(|section| section.users.as_deref()).unwrap_or_default();
        let of_groups = assignment.and_then(|section| section.groups.as_deref()).unwrap_or_default();
        let groups = config.group_assignment.as_deref().unwrap_or_default();
        analysis.add(RuleSet::UserIntake, intake, |outcome| Consequence::Admission(outcome.value));
        analysis.add(RuleSet::OrganizationUsers, users, |outcome| Consequence::Organization(outcome.0.value.clone()));
        analysis.add(RuleSet::OrganizationGroups, of_groups, |outcome| {
            Consequence::Organizations(outcome.0.iter().map(|name| name.value.clone()).collect())
        });
        analysis.add(RuleSet::GroupAssignment, groups, |outcome| {
            Consequence::Groups(outcome.0.iter().map(|name| name.value.clone()).collect())
        });
        analysis
    }

    fn add<O>(&mut self, set: RuleSet, rules: &'c [Rule<O>], consequence: impl Fn(&O) -> Consequence) {
        let mut modelled = Vec::new();
        for (index, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.enabled) {
            let term = &rule.when.condition.term;
            let moments = moments_of(set).iter().map(|moment| self.at_moment(term, *moment)).collect();
            let consequence = consequence(&rule.outcome);
            modelled.push(Modelled { index, name: &rule.name.value, term, consequence, moments });
        }
        for (at, moment) in moments_of(set).iter().enumerate() {
            let holds = modelled.iter().filter_map(|rule| rule.moments.get(at)).map(|at| at.holds).collect();
            self.takers.insert((set, *moment), Takers::new(&self.world, &self.formulas, holds));
        }
        self.sets.insert(set, modelled);
    }

    /// What a condition comes to at a moment.
    pub(super) fn at_moment(&mut self, term: &Term, moment: Moment) -> AtMoment {
        let mut translation =
            Translation { view: &self.view, world: &mut self.world, formulas: &mut self.formulas, moment };
        let outcome = translation.term(term);
        AtMoment { moment, holds: outcome.holds, not: self.formulas.not(outcome.holds), fails: outcome.fails }
    }

    /// The rules that count, set by set.
    pub fn rules(&self) -> impl Iterator<Item = RuleId> {
        let sets = [
            RuleSet::UserIntake,
            RuleSet::OrganizationUsers,
            RuleSet::OrganizationGroups,
            RuleSet::GroupAssignment,
        ];
        let rules = |set: RuleSet| self.set(set).iter().map(move |rule| RuleId { set, index: rule.index });
        let ids: Vec<RuleId> = sets.into_iter().flat_map(rules).collect();
        ids.into_iter()
    }

    pub(super) fn set(&self, set: RuleSet) -> &[Modelled<'c>] {
        self.sets.get(&set).map(Vec::as_slice).unwrap_or_default()
    }

    /// Where a rule stands among those that count.
    pub(super) fn position(&self, rule: RuleId) -> Option<usize> {
        self.set(rule.set).binary_search_by_key(&rule.index, |rule| rule.index).ok()
    }

    pub(super) fn id(&self, set: RuleSet, position: usize) -> RuleId {
        RuleId { set, index: self.set(set).get(position).map_or(usize::MAX, |rule| rule.index) }
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
