//! Turns what was read into a [`Config`]: names looked up, conditions checked against the attributes there are.

use std::collections::{BTreeMap, BTreeSet};

use super::problems::Problems;
use super::read::Unread;
use super::read_rules::report_duplicate_names;
use super::read_sections::Repeated;
use super::{
    AttributeKind, Config, OrganizationAssignment, Outcome, Provider, Rule, Sited, UserIntake, When, Written,
    problem_of,
};
use crate::condition::{self, RuleSet, Scheme};
use crate::source::{At, Problem, shorten};

/// A configuration as read: its names are not looked up and its conditions not checked.
#[derive(Debug)]
pub struct Draft {
    pub(super) config: Config<Written>,
    pub(super) unread: Unread,
    pub(super) repeated: Repeated,
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
        let Draft { config, unread, repeated } = self;
        let mut problems = Problems::default();
        Names::new(&config, &unread).check(&config, &repeated, &mut problems);
        let mut provider = config.provider;
        let form = config.user_intake.as_ref().and_then(|intake| intake.form.as_ref());
        let form = form.iter().flat_map(|form| &form.attributes);
        add_attributes(&mut scheme, &provider, form.map(|name| name.as_str()), &unread);
        resolve_paths(&mut provider, &scheme, &mut problems);
        let mut checker = Checker { scheme: &scheme, problems: &mut problems };
        let organization_assignment = config.organization_assignment.map(|section| checker.organizations(section));
        let user_intake = config.user_intake.map(|section| checker.intake(section));
        let group_assignment = config.group_assignment.map(|rules| checker.rules(rules, RuleSet::GroupAssignment));
        repeated.organization_assignment.into_iter().for_each(|section| drop(checker.organizations(section)));
        repeated.user_intake.into_iter().for_each(|section| drop(checker.intake(section)));
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

/// Looks up the SCIM attributes that custom attributes have their values from.
fn resolve_paths(provider: &mut Provider, scheme: &Scheme, problems: &mut Problems) {
    for attribute in provider.attribute_mapping.attributes.values_mut() {
        let Some(path) = &attribute.scim else { continue };
        match scheme.scim_attribute(path) {
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

    fn check(&self, config: &Config<Written>, repeated: &Repeated, problems: &mut Problems) {
        for name in &config.groups.administrators {
            self.check_administrators(name, problems);
        }
        for section in config.organization_assignment.iter().chain(&repeated.organization_assignment) {
            self.check_organizations(section, problems);
        }
        for section in config.user_intake.iter().chain(&repeated.user_intake) {
            report_duplicate_names(&section.rules, RuleSet::UserIntake.as_str(), problems);
        }
        let rules = config.group_assignment.as_deref().unwrap_or_default();
        report_duplicate_names(rules, RuleSet::GroupAssignment.as_str(), problems);
        for name in rules.iter().flat_map(|rule| &rule.outcome.0) {
            self.check_group(name, problems);
        }
    }

    fn check_organizations(&self, section: &OrganizationAssignment<Written>, problems: &mut Problems) {
        let users = section.users.as_deref().unwrap_or_default();
        let groups = section.groups.as_deref().unwrap_or_default();
        report_duplicate_names(users, RuleSet::OrganizationUsers.as_str(), problems);
        report_duplicate_names(groups, RuleSet::OrganizationGroups.as_str(), problems);
        let named = section.default.iter().chain(&section.fallback);
        let named = named.chain(users.iter().map(|rule| &rule.outcome.0));
        for name in named.chain(groups.iter().flat_map(|rule| &rule.outcome.0)) {
            self.check_organization(name, problems);
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
        let (condition, mistakes) = condition::check(&expr, &text, self.scheme, set);
        mistakes.into_iter().for_each(|mistake| self.problems.push(problem_of(mistake, &at)));
        Some(When { text, condition: condition?, at })
    }
}
