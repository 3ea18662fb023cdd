//! Turns what was read into a [`Config`]: names looked up, conditions checked against the attributes there are.

use std::collections::{BTreeMap, BTreeSet};

use super::problems::Problems;
use super::read::Unread;
use super::read_rules::{Fragment, report_duplicate_names};
use super::{
    AttributeKind, Config, OrganizationAssignment, Outcome, Provider, Rule, Sited, UserIntake, When, Written,
    problem_of,
};
use crate::condition::{self, Budget, RuleSet, Scheme};
use crate::source::{At, Problem, shorten};

/// A configuration as read: its names are not looked up and its conditions not checked.
#[derive(Debug)]
pub struct Draft {
    pub(super) config: Config<Written>,
    pub(super) unread: Unread,
}

impl Draft {
    /// The configuration as read. Its rules hold their conditions unchecked.
    pub fn config(&self) -> &Config<Written> {
        &self.config
    }

    /// Looks up every name and checks every condition.
    ///
    /// `scheme` is what is known of attributes apart from this document: the SCIM schemas and the extensions seen in a
    /// snapshot. A rule whose condition is wrong is reported and left out.
    pub fn check(self, mut scheme: Scheme) -> (Config, Vec<Problem>) {
        let Draft { config, unread } = self;
        let mut problems = Problems::default();
        check_rule_names(&config, &unread.fragments, &mut problems);
        Names::new(&config, &unread).check(&config, &unread.fragments, &mut problems);
        let mut provider = config.provider;
        let form = config.user_intake.as_ref().and_then(|intake| intake.form.as_ref());
        let form = form.iter().flat_map(|form| &form.attributes);
        add_attributes(&mut scheme, &provider, form.map(|name| name.as_str()), &unread);
        let mut budget = Budget::default();
        check_patterns(&provider, &mut budget, &mut problems);
        resolve_paths(&mut provider, &scheme, &mut budget, &mut problems);
        let mut checker = Checker { scheme: &scheme, budget: &mut budget, problems: &mut problems };
        let organization_assignment = config.organization_assignment.map(|section| checker.organizations(section));
        let user_intake = config.user_intake.map(|section| checker.intake(section));
        let group_assignment = config.group_assignment.map(|rules| checker.rules(rules, RuleSet::GroupAssignment));
        for fragment in unread.fragments {
            fragment.when.and_then(|when| checker.condition(when, fragment.set));
        }
        let config = Config {
            version: config.version,
            provider,
            entra: config.entra,
            organizations: config.organizations,
            groups: config.groups,
            organization_assignment,
            user_intake,
            group_assignment,
            snapshot: config.snapshot,
            foundry: config.foundry,
            lint: config.lint,
            include: config.include,
            scheme,
            at: config.at,
        };
        (config, problems.into_vec())
    }
}

/// Reports rules of one set that share a name, those that are not whole included.
fn check_rule_names(config: &Config<Written>, fragments: &[Fragment], problems: &mut Problems) {
    fn of<O>(rules: Option<&[Rule<O, Written>]>) -> Vec<(&Sited<String>, usize)> {
        rules.unwrap_or_default().iter().map(|rule| (&rule.name, rule.start)).collect()
    }
    let organizations = config.organization_assignment.as_ref();
    for (set, mut names) in [
        (RuleSet::UserIntake, of(config.user_intake.as_ref().map(|intake| intake.rules.as_slice()))),
        (RuleSet::OrganizationUsers, of(organizations.and_then(|section| section.users.as_deref()))),
        (RuleSet::OrganizationGroups, of(organizations.and_then(|section| section.groups.as_deref()))),
        (RuleSet::GroupAssignment, of(config.group_assignment.as_deref())),
    ] {
        let fragments = fragments.iter().filter(|fragment| fragment.set == set);
        names.extend(fragments.filter_map(|fragment| Some((fragment.name.as_ref()?, fragment.start))));
        report_duplicate_names(names, set, problems);
    }
}

/// Adds the Foundry attributes that the document has, be it none.
fn add_attributes<'n>(
    scheme: &mut Scheme,
    provider: &Provider,
    form: impl Iterator<Item = &'n str>,
    unread: &'n Unread,
) {
    // Names that may hold one value or several: those of a form, and those of entries that could not be read.
    form.chain(unread.attribute_names.iter().map(String::as_str)).for_each(|name| scheme.add_form_attribute(name));
    if unread.attributes {
        // There may be more, so no name is unknown.
        return;
    }
    for (name, attribute) in &provider.attribute_mapping.attributes {
        scheme.add_mapped_attribute(name.as_str(), attribute.kind == AttributeKind::Array);
    }
    scheme.know_mapping();
}

/// Checks the regular expressions that stand outside of conditions.
fn check_patterns(provider: &Provider, budget: &mut Budget, problems: &mut Problems) {
    let groups = provider.attribute_mapping.groups.as_ref().and_then(|groups| groups.pattern.as_ref());
    for pattern in provider.username_patterns.iter().chain(groups) {
        let Err(Some(error)) = budget.pattern(pattern, false) else { continue };
        let mut problem = Problem::error("invalid-pattern", pattern.at.within(error.span), error.message);
        problem.help = error.help;
        problems.push(problem.label(error.label));
    }
}

/// Looks up the SCIM attributes that custom attributes have their values from.
fn resolve_paths(provider: &mut Provider, scheme: &Scheme, budget: &mut Budget, problems: &mut Problems) {
    for attribute in provider.attribute_mapping.attributes.values_mut() {
        let Some(path) = &attribute.scim else { continue };
        match scheme.scim_attribute_within(path, budget) {
            Ok(resolved) => attribute.resolved = Some(resolved),
            Err(mistake) => problems.push(problem_of(*mistake, &path.at)),
        }
    }
}

/// The names that rules may use.
struct Names<'c> {
    /// `None` where some could not be read: any name may be one of those.
    organizations: Option<BTreeSet<&'c str>>,
    rule_based: Option<BTreeSet<&'c str>>,
    internal: BTreeMap<&'c str, &'c At>,
}

impl<'c> Names<'c> {
    fn new(config: &'c Config<Written>, unread: &Unread) -> Self {
        let organizations = || config.organizations.iter().map(|organization| organization.name.as_str()).collect();
        let rule_based = || config.groups.rule_based.iter().map(|group| group.as_str()).collect();
        Names {
            organizations: (!unread.organizations).then(organizations),
            rule_based: (!unread.groups).then(rule_based),
            internal: config.groups.internal.iter().map(|group| (group.as_str(), &group.at)).collect(),
        }
    }

    fn check(&self, config: &Config<Written>, fragments: &[Fragment], problems: &mut Problems) {
        for name in &config.groups.administrators {
            self.check_administrators(name, problems);
        }
        if let Some(section) = &config.organization_assignment {
            let users = section.users.iter().flatten().map(|rule| &rule.outcome.0);
            let groups = section.groups.iter().flatten().flat_map(|rule| &rule.outcome.0);
            for name in section.default.iter().chain(&section.fallback).chain(users).chain(groups) {
                self.check_organization(name, problems);
            }
        }
        for name in config.group_assignment.iter().flatten().flat_map(|rule| &rule.outcome.0) {
            self.check_group(name, problems);
        }
        for fragment in fragments {
            fragment.organizations.iter().for_each(|name| self.check_organization(name, problems));
            fragment.groups.iter().for_each(|name| self.check_group(name, problems));
        }
    }

    fn check_organization(&self, name: &Sited<String>, problems: &mut Problems) {
        let Some(known) = self.organizations.as_ref().filter(|known| !known.contains(name.as_str())) else { return };
        let message = format!("there is no organization `{}`", shorten(name));
        problems.unknown_name("unknown-organization", name, message, "organizations", known);
    }

    fn check_group(&self, name: &Sited<String>, problems: &mut Problems) {
        let Some(known) = self.rule_based.as_ref().filter(|known| !known.contains(name.as_str())) else { return };
        let Some(internal) = self.internal.get(name.as_str()) else {
            let message = format!("there is no rule-based group `{}`", shorten(name));
            return problems.unknown_name("unknown-group", name, message, "groups.rule-based", known);
        };
        let message = format!("`{}` is an internal group, which no rule fills", shorten(name));
        problems.push(
            Problem::error("unknown-group", name.at.value(), message)
                .label("its members are assigned by hand")
                .related(internal.value(), "listed as internal here")
                .help("name a group of `groups.rule-based`, or move this one there"),
        );
    }

    fn check_administrators(&self, name: &Sited<String>, problems: &mut Problems) {
        let Some(rule_based) = &self.rule_based else { return };
        if rule_based.contains(name.as_str()) || self.internal.contains_key(name.as_str()) {
            return;
        }
        let known: BTreeSet<&str> = rule_based.iter().chain(self.internal.keys()).copied().collect();
        let message = format!("there is no group `{}`", shorten(name));
        problems.unknown_name("unknown-group", name, message, "groups.internal", &known);
    }
}

struct Checker<'c> {
    scheme: &'c Scheme,
    budget: &'c mut Budget,
    problems: &'c mut Problems,
}

impl Checker<'_> {
    fn organizations(&mut self, section: OrganizationAssignment<Written>) -> OrganizationAssignment<When> {
        OrganizationAssignment {
            default: section.default,
            users: section.users.map(|rules| self.rules(rules, RuleSet::OrganizationUsers)),
            fallback: section.fallback,
            groups: section.groups.map(|rules| self.rules(rules, RuleSet::OrganizationGroups)),
            at: section.at,
        }
    }

    fn intake(&mut self, section: UserIntake<Written>) -> UserIntake<When> {
        UserIntake {
            rules: self.rules(section.rules, RuleSet::UserIntake),
            default: section.default,
            form: section.form,
            at: section.at,
        }
    }

    fn rules<O: Outcome>(&mut self, rules: Vec<Rule<O, Written>>, set: RuleSet) -> Vec<Rule<O, When>> {
        rules.into_iter().filter_map(|rule| rule.try_map(|written| self.condition(written, set))).collect()
    }

    fn condition(&mut self, written: Written, set: RuleSet) -> Option<When> {
        let Written { text, expr, at } = written;
        let (condition, mistakes) = condition::check_within(&expr, &text, self.scheme, set, self.budget);
        mistakes.into_iter().for_each(|mistake| self.problems.push(problem_of(mistake, &at)));
        Some(When { text, expr: expr.into(), condition: condition?, at })
    }
}
