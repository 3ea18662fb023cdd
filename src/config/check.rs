//! Turns what was read into a [`Config`]: names looked up, conditions checked against the attributes there are.

use super::fields::{Problems, cut};
use super::read_rules::report_duplicate_names;
use super::{Config, OrganizationAssignment, Outcome, Rule, Sited, UserIntake, When, Written, problem_of};
use crate::condition::{self, RuleSet, Scheme};
use crate::source::{Problem, closest};

/// A configuration as read: its names are not looked up and its conditions not checked.
#[derive(Debug)]
pub struct Draft {
    pub(super) config: Config<Written>,
    /// Whether every organization of the document could be read.
    pub(super) organizations_complete: bool,
    /// Whether every group of the document could be read.
    pub(super) groups_complete: bool,
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
        let mut problems = Problems::default();
        self.check_names(&mut problems);
        let mut provider = self.config.provider;
        for (name, attribute) in &mut provider.attribute_mapping.attributes {
            scheme.add_mapped_attribute(name.as_str(), attribute.kind == super::AttributeKind::Array);
        }
        // The document says which attributes there are, be it none.
        scheme.know_mapping();
        let form = self.config.user_intake.as_ref().and_then(|intake| intake.form.as_ref());
        for name in form.iter().flat_map(|form| &form.attributes) {
            scheme.add_form_attribute(name.value.as_str());
        }
        for attribute in provider.attribute_mapping.attributes.values_mut() {
            let Some(path) = &attribute.scim else { continue };
            match scheme.scim_attribute(path) {
                Ok(resolved) => attribute.resolved = Some(resolved),
                Err(mistake) => problems.push(problem_of(*mistake, &path.at)),
            }
        }
        let mut checker = Checker { scheme: &scheme, problems: &mut problems };
        let organization_assignment = self.config.organization_assignment.map(|section| checker.organizations(section));
        let user_intake = self.config.user_intake.map(|section| checker.intake(section));
        let group_assignment = self.config.group_assignment.map(|rules| checker.rules(rules, RuleSet::GroupAssignment));
        let config = Config {
            version: self.config.version,
            provider,
            entra: self.config.entra,
            organizations: self.config.organizations,
            groups: self.config.groups,
            organization_assignment,
            user_intake,
            group_assignment,
            snapshot: self.config.snapshot,
            foundry: self.config.foundry,
            lint: self.config.lint,
            include: self.config.include,
            scheme,
            at: self.config.at,
        };
        (config, problems.0)
    }

    fn check_names(&self, problems: &mut Problems) {
        let config = &self.config;
        if let Some(section) = &config.organization_assignment {
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
        if let Some(section) = &config.user_intake {
            report_duplicate_names(&section.rules, RuleSet::UserIntake.as_str(), problems);
        }
        if let Some(rules) = &config.group_assignment {
            report_duplicate_names(rules, RuleSet::GroupAssignment.as_str(), problems);
            for name in rules.iter().flat_map(|rule| &rule.outcome.0) {
                self.check_group(name, problems);
            }
        }
    }

    fn check_organization(&self, name: &Sited<String>, problems: &mut Problems) {
        let known = || self.config.organizations.iter().map(|organization| organization.name.as_str());
        if !self.organizations_complete || known().any(|known| known == name.as_str()) {
            return;
        }
        let help = match closest(name, known()) {
            Some(known) => format!("did you mean `{known}`? Otherwise add it under `organizations`"),
            None => "add it under `organizations`, or name one that is listed there".to_owned(),
        };
        let message = format!("there is no organization `{}`", cut(name));
        problems.push(
            Problem::error("unknown-organization", name.at.value(), message)
                .label("not listed under `organizations`")
                .help(help),
        );
    }

    fn check_group(&self, name: &Sited<String>, problems: &mut Problems) {
        let groups = &self.config.groups;
        let known = || groups.rule_based.iter().map(|group| group.as_str());
        if !self.groups_complete || known().any(|known| known == name.as_str()) {
            return;
        }
        if let Some(internal) = groups.internal.iter().find(|group| group.as_str() == name.as_str()) {
            problems.push(
                Problem::error("unknown-group", name.at.value(), format!("`{}` is an internal group", cut(name)))
                    .label("its members are assigned by hand")
                    .related(internal.at.value(), "listed as internal here")
                    .help("name a group of `groups.rule-based`, or move this one there"),
            );
            return;
        }
        let help = match closest(name, known()) {
            Some(known) => format!("did you mean `{known}`? Otherwise add it under `groups.rule-based`"),
            None => "add it under `groups.rule-based`, or name one that is listed there".to_owned(),
        };
        let message = format!("there is no rule-based group `{}`", cut(name));
        problems.push(
            Problem::error("unknown-group", name.at.value(), message)
                .label("not listed under `groups.rule-based`")
                .help(help),
        );
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
