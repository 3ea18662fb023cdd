//! Reads the rule sections, from the document itself and from the files that it includes.

use super::fields::{Field, Fields, Shape};
use super::problems::Problems;
use super::read::Unread;
use super::read_rules::{ADMISSIONS, Fragment, read_rules};
use super::{GroupNames, IntakeForm, OrganizationAssignment, Rule, UserIntake, Written};
use crate::source::{At, Problem};

pub(super) const ORGANIZATION_ASSIGNMENT: Shape =
    Shape { what: "organization assignment", keys: &["default", "users", "fallback", "groups"] };

pub(super) const USER_INTAKE: Shape = Shape { what: "user intake", keys: &["rules", "default", "form"] };

pub(super) const INTAKE_FORM: Shape = Shape { what: "an intake form", keys: &["attributes", "required"] };

/// The rule sections as they come together from several files.
#[derive(Debug, Default)]
pub(super) struct RuleSections {
    pub(super) organization_assignment: Option<OrganizationRules>,
    pub(super) user_intake: Option<UserIntake<Written>>,
    pub(super) group_assignment: Option<Vec<Rule<GroupNames, Written>>>,
}

/// Organization assignment, and which of its keys were written.
#[derive(Debug)]
pub(super) struct OrganizationRules {
    pub(super) section: OrganizationAssignment<Written>,
    /// The rules over users, whether they could be read or not.
    users: Option<At>,
    /// The rules over provider groups, likewise.
    groups: Option<At>,
    /// Whether keys may be missing here: a syntax error took them away, or they stand in a part that does not count.
    incomplete: bool,
}

/// Reads the rule sections of one file into those read before it.
pub(super) fn read_sections(
    fields: &Fields<'_>,
    sections: &mut RuleSections,
    unread: &mut Unread,
    problems: &mut Problems,
) {
    let organizations = fields.get("organization-assignment");
    if let Some(rules) = organizations.and_then(|field| read_organization_assignment(&field, unread, problems)) {
        sections.add_organization_assignment(rules, unread, problems);
    }
    match fields.get("user-intake") {
        Some(field) => {
            let section = read_user_intake(&field, unread, problems);
            section.into_iter().for_each(|section| sections.add_user_intake(section, unread, problems));
        }
        None => unread.attributes |= fields.mapping().is_damaged(),
    }
    if let Some(rules) = fields.get("group-assignment").and_then(|field| read_rules(&field, unread, problems)) {
        sections.group_assignment.get_or_insert_default().extend(rules);
    }
}

impl RuleSections {
    /// The set over users and the set over groups may stand in different files; neither in two. What stands for a second
    /// time does not count.
    fn add_organization_assignment(&mut self, second: OrganizationRules, unread: &mut Unread, problems: &mut Problems) {
        let Some(first) = &mut self.organization_assignment else {
            self.organization_assignment = Some(second);
            return;
        };
        first.incomplete |= second.incomplete;
        match (first.decides_users(), second.decides_users()) {
            (true, true) => {
                let (set, key) = ("organization-assignment.users", "users");
                report_second(&second.section.at.key(key), &first.section.at.key(key), set, problems);
                first.incomplete = true;
                let named = second.section.default.into_iter().chain(second.section.fallback);
                unread.fragments.push(Fragment::naming(named.collect()));
                unread.fragments.extend(second.section.users.into_iter().flatten().map(Fragment::of_rule));
            }
            (false, true) => {
                first.users = second.users;
                let OrganizationAssignment { default, users, fallback, at, .. } = second.section;
                let groups = first.section.groups.take();
                first.section = OrganizationAssignment { default, users, fallback, groups, at };
            }
            (_, false) => {}
        }
        match (&first.groups, second.groups) {
            (Some(earlier), Some(later)) => {
                report_second(&later, earlier, "organization-assignment.groups", problems);
                unread.fragments.extend(second.section.groups.into_iter().flatten().map(Fragment::of_rule));
            }
            (None, later @ Some(_)) => (first.section.groups, first.groups) = (second.section.groups, later),
            (_, None) => {}
        }
    }

    fn add_user_intake(&mut self, second: UserIntake<Written>, unread: &mut Unread, problems: &mut Problems) {
        match &self.user_intake {
            None => self.user_intake = Some(second),
            Some(first) => {
                report_second(&second.at, &first.at, "user-intake", problems);
                unread.fragments.extend(second.rules.into_iter().map(Fragment::of_rule));
                let attributes = second.form.into_iter().flat_map(|form| form.attributes);
                unread.attribute_names.extend(attributes.map(|name| name.value));
            }
        }
    }

    /// Reports keys that do not go together, once all files are read.
    pub(super) fn check_keys(&self, problems: &mut Problems) {
        let Some(OrganizationRules { section, users, incomplete, .. }) = &self.organization_assignment else { return };
        match (&section.default, &section.fallback, users) {
            (Some(default), _, Some(users)) => problems.push(
                Problem::error("conflicting-keys", default.at.name(), "`default` stands beside `users`")
                    .label("for the simple case without rules")
                    .related(users.name(), "the rules")
                    .help("write `fallback:` for the users whom no rule takes, or remove the rules"),
            ),
            (Some(default), Some(fallback), None) => problems.push(
                Problem::error("conflicting-keys", fallback.at.name(), "`fallback` stands beside `default`")
                    .label("for users whom no rule takes")
                    .related(default.at.name(), "for everybody")
                    .help("remove one of them, or add `users:` with the rules and remove `default`"),
            ),
            (None, Some(fallback), None) if !incomplete => problems.push(
                Problem::error("conflicting-keys", fallback.at.name(), "`fallback` stands without `users`")
                    .label("there is no rule to fall back from")
                    .help("write `default:` for the organization of everybody, or add `users:`"),
            ),
            _ => {}
        }
    }
}

impl OrganizationRules {
    fn decides_users(&self) -> bool {
        self.users.is_some() || self.section.default.is_some() || self.section.fallback.is_some()
    }
}

fn report_second(second: &At, first: &At, set: &str, problems: &mut Problems) {
    let message = format!("`{set}` stands in two files, so the order of its rules is not clear");
    problems.push(
        Problem::error("split-rule-set", second.name(), message)
            .label("the second part")
            .related(first.name(), "the first part")
            .help("move all of it into one file: the first rule that holds decides"),
    );
}

fn read_organization_assignment(
    field: &Field<'_>,
    unread: &mut Unread,
    problems: &mut Problems,
) -> Option<OrganizationRules> {
    let fields = field.fields(&ORGANIZATION_ASSIGNMENT, problems)?;
    let default = fields.get("default").and_then(|field| field.string(problems));
    let users = fields.get("users");
    let fallback = fields.get("fallback").and_then(|field| field.string(problems));
    let groups = fields.get("groups");
    let section = OrganizationAssignment {
        default,
        users: users.as_ref().and_then(|field| read_rules(field, unread, problems)),
        fallback,
        groups: groups.as_ref().and_then(|field| read_rules(field, unread, problems)),
        at: field.at.clone(),
    };
    let incomplete = fields.mapping().is_damaged();
    fields.finish(problems);
    let (users, groups) = (users.map(|field| field.at), groups.map(|field| field.at));
    Some(OrganizationRules { section, users, groups, incomplete })
}

fn read_user_intake(field: &Field<'_>, unread: &mut Unread, problems: &mut Problems) -> Option<UserIntake<Written>> {
    let Some(fields) = field.fields(&USER_INTAKE, problems) else {
        unread.attributes = true;
        return None;
    };
    let rules = fields.get("rules").and_then(|field| read_rules(&field, unread, problems)).unwrap_or_default();
    let default = fields.get("default").and_then(|field| field.choice(&ADMISSIONS, problems)).unwrap_or_default();
    let form = match fields.get("form") {
        Some(field) => read_form(&field, unread, problems),
        None => {
            unread.attributes |= fields.mapping().is_damaged();
            None
        }
    };
    fields.finish(problems);
    Some(UserIntake { rules, default, form, at: field.at.clone() })
}

fn read_form(field: &Field<'_>, unread: &mut Unread, problems: &mut Problems) -> Option<IntakeForm> {
    let Some(fields) = field.fields(&INTAKE_FORM, problems) else {
        unread.attributes = true;
        return None;
    };
    let mut attributes = Vec::new();
    match fields.get("attributes") {
        Some(field) => {
            let items = field.items("attributes", problems);
            attributes = items.iter().flatten().filter_map(|item| item.string(problems)).collect();
            unread.attributes |= field.is_damaged() || items.is_none_or(|items| items.len() != attributes.len());
        }
        None => unread.attributes |= fields.mapping().is_damaged(),
    }
    let required = fields.get("required").and_then(|field| field.bool(problems)).unwrap_or_default();
    fields.finish(problems);
    Some(IntakeForm { attributes, required })
}
