//! How rules are found: what each of them costs for everybody whom it does not concern.

use serde::Serialize;

use super::Engine;
use super::compile::Compiled;
use super::outcomes::{GROUP_ASSIGNMENT, ORGANIZATION_USERS, USER_INTAKE};
use super::program::{Atom, AtomId, Found, Program};
use crate::condition::RuleSet;

/// How the engine comes to look at a rule, apart from what happens when SCIM creates a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleCost {
    /// The rule set.
    pub set: RuleSet,
    /// The rule.
    pub rule: String,
    /// The inputs by whose values the rule is found, as conditions spell them. None: it is looked at for everybody.
    pub found_by: Vec<String>,
    /// The most other rules that are found by the same value.
    pub beside: usize,
    /// The inputs of the comparisons that no index answers: they are asked one by one where the rule is looked at.
    pub asked: Vec<String>,
}

impl RuleCost {
    /// Whether the rule is looked at for everybody.
    pub fn is_for_everybody(&self) -> bool {
        self.found_by.is_empty()
    }
}

impl Engine {
    /// How each enabled rule is found, by set and in the order of the set.
    ///
    /// ```
    /// use vestibule::{Config, Engine};
    ///
    /// let config = Config::parse("vestibule.yaml", r#"
    /// version: 1
    /// provider: { name: contoso-entra }
    /// organizations: [{ name: Contoso EU }, { name: Contoso Guests }]
    /// organization-assignment:
    ///   users:
    ///     - { rule: eu, when: userName ew "@contoso.eu", organization: Contoso EU }
    ///     - { rule: others, when: not (userName ew "@contoso.com"), organization: Contoso Guests }
    /// "#)?;
    /// let costs = Engine::compile(&config).costs();
    /// assert_eq!(costs[0].found_by, ["userName"]);
    /// assert!(costs[1].is_for_everybody());
    /// # Ok::<(), vestibule::config::ConfigError>(())
    /// ```
    pub fn costs(&self) -> Vec<RuleCost> {
        let rules = &self.rules;
        let mut costs = Vec::new();
        add(&self.program, USER_INTAKE, &rules.intake, &mut costs);
        add(&self.program, ORGANIZATION_USERS, rules.organization_rules(), &mut costs);
        add(&self.program, GROUP_ASSIGNMENT, &rules.groups, &mut costs);
        add(&self.group_program, 0, &rules.group_organizations, &mut costs);
        costs
    }
}

fn add<O>(program: &Program, place: usize, rules: &[Compiled<O>], costs: &mut Vec<RuleCost>) {
    let Some(set) = program.sets.get(place) else { return };
    let plan = &set.otherwise;
    for ((rule, form), found) in rules.iter().zip(&set.forms).zip(plan.found()) {
        let waits: &[AtomId] = match found {
            Found::By(atoms) => atoms,
            Found::Always => &[],
        };
        let together = waits.iter().map(|atom| plan.of_atom(*atom).len());
        let mut atoms = Vec::new();
        program.form.each_atom(*form, &mut |atom| atoms.push(atom));
        costs.push(RuleCost {
            set: rule.set,
            rule: rule.name.clone(),
            found_by: distinct(waits.iter().filter_map(|atom| program.input_of(*atom))),
            beside: together.max().unwrap_or_default().saturating_sub(1),
            asked: distinct(atoms.into_iter().filter_map(|atom| program.asked_input(atom))),
        });
    }
}

fn distinct<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    super::compile::distinct(names.map(str::to_owned))
}

impl Program {
    /// The input that an atom looks at, as a condition spells it.
    fn input_of(&self, atom: AtomId) -> Option<&str> {
        let column = self.atoms.get(atom as usize)?.column()?;
        self.columns.get(column as usize).map(|column| &*column.name)
    }

    /// The input of an atom that is asked.
    fn asked_input(&self, atom: AtomId) -> Option<&str> {
        match self.atoms.get(atom as usize)? {
            Atom::Asked { test } => self.asked.get(*test as usize).map(|test| &*test.name),
            _ => None,
        }
    }
}
