//! How rules are found: what each of them costs for everybody whom it does not concern.

use serde::Serialize;

use super::Engine;
use super::compile::Compiled;
use super::program::{Atom, AtomId, Found, Program, RuleId};
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
        let (rules, ranges) = (&self.rules, self.rules.ranges());
        let mut costs = Vec::new();
        add(&self.program, &rules.intake, ranges.intake.start, &mut costs);
        add(&self.program, rules.organization_rules(), ranges.organizations.start, &mut costs);
        add(&self.program, &rules.groups, ranges.groups.start, &mut costs);
        add(&self.group_program, &rules.group_organizations, 0, &mut costs);
        costs
    }
}

fn add<O>(program: &Program, rules: &[Compiled<O>], first: RuleId, costs: &mut Vec<RuleCost>) {
    for (rule, id) in rules.iter().zip(first..) {
        let waits: &[AtomId] = match program.otherwise.found(id) {
            Some(Found::By(atoms)) => atoms,
            _ => &[],
        };
        let together = waits.iter().map(|atom| program.otherwise.of_atom(*atom).len());
        costs.push(RuleCost {
            set: rule.set,
            rule: rule.name.clone(),
            found_by: distinct(waits.iter().filter_map(|atom| program.input_of(*atom))),
            beside: together.max().unwrap_or_default().saturating_sub(1),
            asked: distinct(program.atoms_of(id).into_iter().filter_map(|atom| program.asked_input(atom))),
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

    /// The atoms of a rule.
    fn atoms_of(&self, rule: RuleId) -> Vec<AtomId> {
        let mut atoms = Vec::new();
        self.form.each_atom(self.forms[rule as usize], &mut |atom| atoms.push(atom));
        atoms
    }
}
