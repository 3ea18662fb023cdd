//! What is proved about the rules, worked out once for all lints.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};

use crate::analysis::{Analysis, Newcomers, Reach, RuleId, Witness};
use crate::condition::{RuleSet, Term};
use crate::config::{Config, Rule, When};
use crate::source::{At, quoted};

/// The analysis of a configuration, and answers that several lints ask for.
#[derive(Debug)]
pub(crate) struct Proofs<'s> {
    pub(crate) analysis: RefCell<Analysis<'s>>,
    config: &'s Config,
    organization_rules: OnceCell<HashMap<&'s str, RuleId>>,
    reach: OnceCell<BTreeMap<RuleId, Reach>>,
    duplicates: OnceCell<BTreeMap<RuleId, RuleId>>,
    newcomers: RefCell<HashMap<RuleId, Newcomers>>,
}

/// A rule where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site<'s> {
    pub(crate) id: RuleId,
    pub(crate) name: &'s str,
    pub(crate) when: &'s When,
    /// Where the rule stands.
    pub(crate) at: &'s At,
}

impl<'s> Proofs<'s> {
    pub(crate) fn new(config: &'s Config) -> Proofs<'s> {
        Proofs {
            analysis: RefCell::new(Analysis::new(config)),
            config,
            organization_rules: OnceCell::new(),
            reach: OnceCell::new(),
            duplicates: OnceCell::new(),
            newcomers: RefCell::default(),
        }
    }

    /// The rules that count.
    pub(crate) fn rules(&self) -> Vec<Site<'s>> {
        let ids: Vec<RuleId> = self.analysis.borrow().rules().collect();
        ids.into_iter().filter_map(|id| self.site(id)).collect()
    }

    /// Where a rule stands.
    pub(crate) fn site(&self, id: RuleId) -> Option<Site<'s>> {
        fn of<O>(rules: &[Rule<O>], id: RuleId) -> Option<Site<'_>> {
            let rule = rules.get(id.index)?;
            Some(Site { id, name: &rule.name.value, when: &rule.when, at: &rule.at })
        }
        let assignment = self.config.organization_assignment.as_ref();
        match id.set {
            RuleSet::UserIntake => of(&self.config.user_intake.as_ref()?.rules, id),
            RuleSet::OrganizationUsers => of(assignment?.users.as_deref()?, id),
            RuleSet::OrganizationGroups => of(assignment?.groups.as_deref()?, id),
            RuleSet::GroupAssignment => of(self.config.group_assignment.as_deref()?, id),
        }
    }

    /// Whether a rule can act.
    pub(crate) fn reach(&self, id: RuleId) -> &Reach {
        let all = self.reach.get_or_init(|| {
            let analysis = self.analysis.borrow();
            analysis.rules().map(|id| (id, analysis.reach(id))).collect()
        });
        all.get(&id).unwrap_or(&Reach::Unknown)
    }

    /// The earlier rule with the same condition and the same result.
    pub(crate) fn duplicate_of(&self, id: RuleId) -> Option<RuleId> {
        self.duplicates.get_or_init(|| self.analysis.borrow().duplicates()).get(&id).copied()
    }

    /// The organization rule over users of a name, where it counts.
    pub(crate) fn organization_rule(&self, name: &str) -> Option<Site<'s>> {
        let by_name = self.organization_rules.get_or_init(|| {
            let rules = self.rules().into_iter().filter(|site| site.id.set == RuleSet::OrganizationUsers);
            rules.map(|site| (site.name, site.id)).collect()
        });
        self.site(*by_name.get(name)?)
    }

    /// What becomes at the creation of those whom an organization rule takes at a login.
    pub(crate) fn newcomers(&self, rule: &str) -> Newcomers {
        let Some(site) = self.organization_rule(rule) else { return Newcomers::Unknown };
        if let Some(known) = self.newcomers.borrow().get(&site.id) {
            return known.clone();
        }
        let found = self.analysis.borrow_mut().newcomers(site.id);
        self.newcomers.borrow_mut().insert(site.id, found.clone());
        found
    }
}

impl Site<'_> {
    /// Whether its condition is written as a constant, so that what it comes to is meant.
    pub(crate) fn is_constant(&self) -> bool {
        matches!(self.when.condition.term, Term::Constant(_))
    }

    /// Whom its set is about.
    pub(crate) fn whom(&self) -> &'static str {
        if self.id.set == RuleSet::OrganizationGroups { "group" } else { "user" }
    }
}

/// Somebody in the words of a message: the name, and what else there is that rules ask for.
pub(crate) fn described(witness: &Witness) -> String {
    let mut text = quoted(witness.user_name());
    let email = witness.user().email().known().flatten().filter(|email| *email != witness.user_name());
    if let Some(email) = email {
        text.push_str(&format!(" with the address {}", quoted(email)));
    }
    let groups: Vec<String> = witness.group_names().map(quoted).collect();
    if !groups.is_empty() {
        text.push_str(&format!(" in {}", listed(&groups)));
    }
    text
}

/// `a`, `b` and `c`.
pub(crate) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
