//! Reads the rules of a set.

use std::collections::HashMap;

use super::fields::{Field, Fields, Shape};
use super::problems::Problems;
use super::read_names::report_duplicates;
use super::read_when::read_when;
use super::{Admission, GroupNames, OrganizationName, OrganizationNames, Outcome, Rule, Sited, Written};
use crate::source::{Problem, shorten};

/// What follows from a rule, as a document has it.
pub(super) trait ReadOutcome: Outcome + Sized {
    /// The keys of a rule with this outcome.
    const RULE: &'static Shape;

    fn read(field: &Field<'_>, problems: &mut Problems) -> Option<Self>;
}

pub(super) const ADMISSIONS: [(&str, Admission); 2] = [("admit", Admission::Admit), ("refuse", Admission::Refuse)];

impl ReadOutcome for OrganizationName {
    const RULE: &'static Shape =
        &Shape { what: "a rule over users", keys: &["rule", "description", "enabled", "when", "organization"] };

    fn read(field: &Field<'_>, problems: &mut Problems) -> Option<Self> {
        field.string(problems).map(OrganizationName)
    }
}

impl ReadOutcome for OrganizationNames {
    const RULE: &'static Shape =
        &Shape { what: "a rule over groups", keys: &["rule", "description", "enabled", "when", "organizations"] };

    fn read(field: &Field<'_>, problems: &mut Problems) -> Option<Self> {
        some_names(field, "organizations", "organization", problems).map(OrganizationNames)
    }
}

impl ReadOutcome for Sited<Admission> {
    const RULE: &'static Shape =
        &Shape { what: "an intake rule", keys: &["rule", "description", "enabled", "when", "decision"] };

    fn read(field: &Field<'_>, problems: &mut Problems) -> Option<Self> {
        Some(Sited { value: field.choice(&ADMISSIONS, problems)?, at: field.at.clone() })
    }
}

impl ReadOutcome for GroupNames {
    const RULE: &'static Shape =
        &Shape { what: "a group rule", keys: &["rule", "description", "enabled", "when", "groups"] };

    fn read(field: &Field<'_>, problems: &mut Problems) -> Option<Self> {
        some_names(field, "groups", "group", problems).map(GroupNames)
    }
}

fn some_names(field: &Field<'_>, what: &'static str, one: &str, problems: &mut Problems) -> Option<Vec<Sited<String>>> {
    let items = field.some_items(what, problems)?;
    let names: Vec<_> = items.iter().filter_map(|item| item.string(problems)).collect();
    report_duplicates(one, names.iter(), problems);
    Some(names)
}

/// Reads a list of rules. A rule that is not whole is reported and left out.
pub(super) fn read_rules<O: ReadOutcome>(field: &Field<'_>, problems: &mut Problems) -> Option<Vec<Rule<O, Written>>> {
    let items = field.items("rules", problems)?;
    Some(items.iter().filter_map(|item| read_rule(item, problems)).collect())
}

fn read_rule<O: ReadOutcome>(item: &Field<'_>, problems: &mut Problems) -> Option<Rule<O, Written>> {
    let mut fields = item.fields(O::RULE, problems)?;
    let name = fields.require("rule", problems).and_then(|field| read_name(&field, item, problems));
    let description = fields.get("description").and_then(|field| field.string(problems));
    let enabled = fields.get("enabled").map_or(Some(true), |field| field.bool(problems));
    let when = fields.require("when", problems).and_then(|field| read_when(&field, &mut fields, problems));
    let outcome = read_outcome(&mut fields, problems);
    fields.finish(problems);
    let description = description.map(|description| description.value);
    Some(Rule {
        name: name?,
        description,
        enabled: enabled?,
        when: when?,
        outcome: outcome?,
        at: item.at.clone(),
        start: item.node.span().start,
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

/// Reports rules of one set that share a name: decisions, tests and findings tell rules apart by it.
pub(super) fn report_duplicate_names<O, W>(rules: &[Rule<O, W>], set: &str, problems: &mut Problems) {
    let mut first: HashMap<&str, &Rule<O, W>> = HashMap::new();
    for rule in rules {
        let Some(earlier) = first.get(rule.name.as_str()) else {
            first.insert(&rule.name, rule);
            continue;
        };
        let message = format!("two rules of `{set}` are named `{}`", shorten(&rule.name));
        problems.push(
            Problem::error("duplicate-rule-name", rule.name.at.value(), message)
                .label("the same name again")
                .related(earlier.name.at.value(), "first used here")
                .help("give each rule of a set its own name"),
        );
    }
}
