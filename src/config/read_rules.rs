//! Reads the rules of a set.

use std::collections::HashMap;

use super::fields::{Field, Fields, Shape};
use super::problems::Problems;
use super::read::Unread;
use super::read_names::report_duplicates;
use super::read_when::read_when;
use super::{Admission, GroupNames, OrganizationName, OrganizationNames, Outcome, Rule, Sited, Written};
use crate::condition::RuleSet;
use crate::source::{Problem, shorten};

/// What follows from a rule, as a document has it.
pub(super) trait ReadOutcome: Outcome + Sized {
    /// The set whose rules have this outcome.
    const SET: RuleSet;
    /// The keys of a rule with this outcome.
    const RULE: &'static Shape;

    fn read(field: &Field<'_>, problems: &mut Problems) -> Option<Self>;

    /// The organizations that it names.
    fn organizations(self) -> Vec<Sited<String>> {
        Vec::new()
    }

    /// The groups that it names.
    fn groups(self) -> Vec<Sited<String>> {
        Vec::new()
    }
}

/// What could be read of a rule that is not whole, or that stands where it does not count.
#[derive(Debug)]
pub(super) struct Fragment {
    pub(super) set: RuleSet,
    /// Where the name counts among those of the set.
    pub(super) name: Option<Sited<String>>,
    /// The byte of its file at which it starts.
    pub(super) start: usize,
    pub(super) when: Option<Written>,
    pub(super) organizations: Vec<Sited<String>>,
    pub(super) groups: Vec<Sited<String>>,
}

impl Fragment {
    /// A fragment that is nothing but names of organizations.
    pub(super) fn naming(organizations: Vec<Sited<String>>) -> Self {
        let set = RuleSet::OrganizationUsers;
        Fragment { set, name: None, start: 0, when: None, organizations, groups: Vec::new() }
    }

    /// A rule of a section that does not count. Neither does its name.
    pub(super) fn of_rule<O: ReadOutcome + Clone>(rule: Rule<O, Written>) -> Self {
        let (organizations, groups) = (rule.outcome.clone().organizations(), rule.outcome.groups());
        Fragment { set: O::SET, name: None, start: rule.start, when: Some(rule.when), organizations, groups }
    }
}

pub(super) const ADMISSIONS: [(&str, Admission); 2] = [("admit", Admission::Admit), ("refuse", Admission::Refuse)];

impl ReadOutcome for OrganizationName {
    const SET: RuleSet = RuleSet::OrganizationUsers;
    const RULE: &'static Shape =
        &Shape { what: "a rule over users", keys: &["rule", "description", "enabled", "when", "organization"] };

    fn read(field: &Field<'_>, problems: &mut Problems) -> Option<Self> {
        field.string(problems).map(OrganizationName)
    }

    fn organizations(self) -> Vec<Sited<String>> {
        vec![self.0]
    }
}

impl ReadOutcome for OrganizationNames {
    const SET: RuleSet = RuleSet::OrganizationGroups;
    const RULE: &'static Shape =
        &Shape { what: "a rule over groups", keys: &["rule", "description", "enabled", "when", "organizations"] };

    fn read(field: &Field<'_>, problems: &mut Problems) -> Option<Self> {
        some_names(field, "organizations", "organization", problems).map(OrganizationNames)
    }

    fn organizations(self) -> Vec<Sited<String>> {
        self.0
    }
}

impl ReadOutcome for Sited<Admission> {
    const SET: RuleSet = RuleSet::UserIntake;
    const RULE: &'static Shape =
        &Shape { what: "an intake rule", keys: &["rule", "description", "enabled", "when", "decision"] };

    fn read(field: &Field<'_>, problems: &mut Problems) -> Option<Self> {
        Some(Sited { value: field.choice(&ADMISSIONS, problems)?, at: field.at.clone() })
    }
}

impl ReadOutcome for GroupNames {
    const SET: RuleSet = RuleSet::GroupAssignment;
    const RULE: &'static Shape =
        &Shape { what: "a group rule", keys: &["rule", "description", "enabled", "when", "groups"] };

    fn read(field: &Field<'_>, problems: &mut Problems) -> Option<Self> {
        some_names(field, "groups", "group", problems).map(GroupNames)
    }

    fn groups(self) -> Vec<Sited<String>> {
        self.0
    }
}

fn some_names(field: &Field<'_>, what: &'static str, one: &str, problems: &mut Problems) -> Option<Vec<Sited<String>>> {
    let items = field.some_items(what, problems)?;
    let names: Vec<_> = items.iter().filter_map(|item| item.string(problems)).collect();
    report_duplicates(one, names.iter(), problems);
    Some(names)
}

/// Reads a list of rules. One that is not whole is reported, and what there is of it kept apart.
pub(super) fn read_rules<O: ReadOutcome + Clone>(
    field: &Field<'_>,
    unread: &mut Unread,
    problems: &mut Problems,
) -> Option<Vec<Rule<O, Written>>> {
    let items = field.items("rules", problems)?;
    let mut rules = Vec::with_capacity(items.len());
    for item in &items {
        match read_rule(item, problems) {
            Some(Ok(rule)) => rules.push(rule),
            Some(Err(fragment)) => unread.fragments.push(fragment),
            None => {}
        }
    }
    Some(rules)
}

fn read_rule<O: ReadOutcome + Clone>(
    item: &Field<'_>,
    problems: &mut Problems,
) -> Option<Result<Rule<O, Written>, Fragment>> {
    let mut fields = item.fields(O::RULE, problems)?;
    let name = fields.require("rule", problems).and_then(|field| read_name(&field, item, problems));
    let description = fields.get("description").and_then(|field| field.string(problems));
    let enabled = fields.get("enabled").map_or(Some(true), |field| field.bool(problems));
    let when = fields.require("when", problems).and_then(|field| read_when(&field, &mut fields, problems));
    let outcome = read_outcome::<O>(&mut fields, problems);
    fields.finish(problems);
    let start = item.node.span().start;
    Some(match (name, enabled, when, outcome) {
        (Some(name), Some(enabled), Some(when), Some(outcome)) => {
            let description = description.map(|description| description.value);
            Ok(Rule { name, description, enabled, when, outcome, at: item.at.clone(), start })
        }
        (name, _, when, outcome) => Err(Fragment {
            set: O::SET,
            name,
            start,
            when,
            organizations: outcome.clone().map(O::organizations).unwrap_or_default(),
            groups: outcome.map(O::groups).unwrap_or_default(),
        }),
    })
}

/// The name of a rule. Where an alias or a merge key brings it in, it stands where the rule does: another rule has its
/// place in the text.
fn read_name(field: &Field<'_>, item: &Field<'_>, problems: &mut Problems) -> Option<Sited<String>> {
    let mut name = field.string(problems)?;
    if !item.node.span().contains(field.node.span()) {
        name.at = item.at.clone();
    }
    Some(name)
}

fn read_outcome<O: ReadOutcome>(fields: &mut Fields<'_>, problems: &mut Problems) -> Option<O> {
    const OUTCOMES: [&str; 4] =
        [OrganizationName::KEY, OrganizationNames::KEY, Sited::<Admission>::KEY, GroupNames::KEY];
    if let Some(field) = fields.get(O::KEY) {
        return O::read(&field, problems);
    }
    let other = fields.unknown().find(|entry| entry.key_text().is_some_and(|key| OUTCOMES.contains(&key)));
    let Some(other) = other else {
        fields.require(O::KEY, problems);
        return None;
    };
    let key = other.key_text().unwrap_or_default();
    let (what, expected) = (O::RULE.what, O::KEY);
    problems.push(
        Problem::error("unknown-key", fields.at().key(key).name(), format!("{what} has `{expected}`, and not `{key}`"))
            .label("what another kind of rule gives")
            .help(format!("write `{expected}:`, or move the rule to the set that it belongs to")),
    );
    fields.explain(&other);
    None
}

/// Reports rules of one set that share a name: decisions, tests and findings tell rules apart by it. The names come with
/// the byte at which their rule starts.
pub(super) fn report_duplicate_names(mut names: Vec<(&Sited<String>, usize)>, set: RuleSet, problems: &mut Problems) {
    // Files are numbered in the order in which they count.
    names.sort_by_key(|(name, start)| (name.at.file, *start));
    let mut first: HashMap<&str, &Sited<String>> = HashMap::with_capacity(names.len());
    for (name, _) in names {
        let Some(earlier) = first.get(name.as_str()) else {
            first.insert(name, name);
            continue;
        };
        let message = format!("two rules of `{}` are named `{}`", set.as_str(), shorten(name));
        problems.push(
            Problem::error("duplicate-rule-name", name.at.value(), message)
                .label("the same name again")
                .related(earlier.at.value(), "first used here")
                .help("give each rule of a set its own name"),
        );
    }
}
