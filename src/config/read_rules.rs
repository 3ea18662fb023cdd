//! Reads the rule sections, from the document itself and from the files that it includes.

use std::collections::HashMap;

use super::fields::{Field, Fields, Problems};
use super::{
    Admission, GroupNames, IntakeForm, OrganizationAssignment, OrganizationName, OrganizationNames, Rule, Sited,
    UserIntake, Written, problem_of,
};
use crate::condition::{self, Expr, ExprKind, TextStyle};
use crate::source::{At, Problem, Scalar, ScalarKind, Span, Style, Value};

/// The rule sections as they come together from several files.
#[derive(Debug, Default)]
pub(super) struct RuleSections {
    pub(super) organization_assignment: Option<OrganizationAssignment<Written>>,
    pub(super) user_intake: Option<UserIntake<Written>>,
    pub(super) group_assignment: Option<Vec<Rule<GroupNames, Written>>>,
}

/// Reads the rule sections of one file into those read before it.
pub(super) fn read_sections(fields: &mut Fields<'_>, sections: &mut RuleSections, problems: &mut Problems) {
    if let Some(field) = fields.get("organization-assignment") {
        if let Some(section) = read_organization_assignment(&field, problems) {
            merge_organization_assignment(&mut sections.organization_assignment, section, problems);
        }
    }
    if let Some(field) = fields.get("user-intake") {
        if let Some(section) = read_user_intake(&field, problems) {
            match &sections.user_intake {
                Some(first) => report_second(&section.at, &first.at, "user-intake", problems),
                None => sections.user_intake = Some(section),
            }
        }
    }
    if let Some(field) = fields.get("group-assignment") {
        if let Some(rules) = read_rules(&field, read_group_names, problems) {
            sections.group_assignment.get_or_insert_default().extend(rules);
        }
    }
}

/// The set over users and the set over groups may stand in different files; neither in two.
fn merge_organization_assignment(
    sections: &mut Option<OrganizationAssignment<Written>>,
    second: OrganizationAssignment<Written>,
    problems: &mut Problems,
) {
    let Some(first) = sections else {
        *sections = Some(second);
        return;
    };
    let decides_users = |section: &OrganizationAssignment<Written>| {
        section.users.is_some() || section.default.is_some() || section.fallback.is_some()
    };
    if decides_users(&second) {
        if decides_users(first) {
            report_second(&second.at, &first.at, "organization-assignment.users", problems);
        } else {
            first.users = second.users;
            first.default = second.default;
            first.fallback = second.fallback;
        }
    }
    if second.groups.is_some() {
        if first.groups.is_some() {
            report_second(
                &second.at.key("groups"),
                &first.at.key("groups"),
                "organization-assignment.groups",
                problems,
            );
        } else {
            first.groups = second.groups;
        }
    }
}

fn report_second(second: &At, first: &At, set: &str, problems: &mut Problems) {
    let message = format!("`{set}` stands in two files, so that the order of its rules is not clear");
    problems.push(
        Problem::error("split-rule-set", second.name(), message)
            .label("second part")
            .related(first.name(), "first part")
            .help("move all its rules into one file: the first rule that holds decides"),
    );
}

fn read_organization_assignment(field: &Field<'_>, problems: &mut Problems) -> Option<OrganizationAssignment<Written>> {
    let mut fields = field.fields("organization assignment", problems)?;
    let default = fields.get("default").and_then(|field| field.string(problems));
    let users_field = fields.get("users");
    let users = users_field.as_ref().and_then(|field| read_rules(field, read_organization_name, problems));
    let fallback = fields.get("fallback").and_then(|field| field.string(problems));
    let groups = fields.get("groups").and_then(|field| read_rules(&field, read_organization_names, problems));
    let damaged = fields.mapping().is_damaged();
    fields.finish(problems);
    if let (Some(default), Some(users)) = (&default, &users_field) {
        problems.push(
            Problem::error("conflicting-keys", default.at.name(), "`default` stands beside `users`")
                .label("for the simple case without rules")
                .related(users.at.name(), "the rules")
                .help("write `fallback:` for the users whom no rule takes, or remove the rules"),
        );
    }
    if let (Some(fallback), None, false) = (&fallback, &users_field, damaged) {
        problems.push(
            Problem::error("conflicting-keys", fallback.at.name(), "`fallback` stands without `users`")
                .label("there is no rule to fall back from")
                .help("write `default:` for the organization of everybody, or add `users:`"),
        );
    }
    Some(OrganizationAssignment { default, users, fallback, groups, at: field.at.clone() })
}

fn read_user_intake(field: &Field<'_>, problems: &mut Problems) -> Option<UserIntake<Written>> {
    let mut fields = field.fields("user intake", problems)?;
    let rules = fields.get("rules").and_then(|field| read_rules(&field, read_decision, problems)).unwrap_or_default();
    let default = fields.get("default").and_then(|field| field.choice(&ADMISSIONS, problems)).unwrap_or_default();
    let form = fields.get("form").and_then(|field| read_form(&field, problems));
    fields.finish(problems);
    Some(UserIntake { rules, default, form, at: field.at.clone() })
}

fn read_form(field: &Field<'_>, problems: &mut Problems) -> Option<IntakeForm> {
    let mut fields = field.fields("an intake form", problems)?;
    let attributes = fields.get("attributes").and_then(|field| field.strings("attributes", problems));
    let required = fields.get("required").and_then(|field| field.bool(problems)).unwrap_or_default();
    fields.finish(problems);
    Some(IntakeForm { attributes: attributes.unwrap_or_default(), required })
}

const ADMISSIONS: [(&str, Admission); 2] = [("admit", Admission::Admit), ("refuse", Admission::Refuse)];

fn read_decision(fields: &mut Fields<'_>, problems: &mut Problems) -> Option<Sited<Admission>> {
    let field = fields.require("decision", problems)?;
    Some(Sited { value: field.choice(&ADMISSIONS, problems)?, at: field.at })
}

fn read_organization_name(fields: &mut Fields<'_>, problems: &mut Problems) -> Option<OrganizationName> {
    Some(OrganizationName(fields.require("organization", problems)?.string(problems)?))
}

fn read_organization_names(fields: &mut Fields<'_>, problems: &mut Problems) -> Option<OrganizationNames> {
    let field = fields.require("organizations", problems)?;
    Some(OrganizationNames(some_strings(&field, "organizations", problems)?))
}

fn read_group_names(fields: &mut Fields<'_>, problems: &mut Problems) -> Option<GroupNames> {
    let field = fields.require("groups", problems)?;
    Some(GroupNames(some_strings(&field, "groups", problems)?))
}

fn some_strings(field: &Field<'_>, what: &str, problems: &mut Problems) -> Option<Vec<Sited<String>>> {
    if field.items(what, &mut Problems::default()).is_some_and(|items| items.is_empty()) && !field.is_damaged() {
        problems.push(
            Problem::error("invalid-value", field.at.value(), format!("the list of {what} is empty"))
                .label("empty")
                .help("name at least one, or remove the rule"),
        );
        return None;
    }
    field.strings(what, problems)
}

/// Reads a list of rules. A rule that is not whole is reported and left out.
fn read_rules<O>(
    field: &Field<'_>,
    outcome: fn(&mut Fields<'_>, &mut Problems) -> Option<O>,
    problems: &mut Problems,
) -> Option<Vec<Rule<O, Written>>> {
    let items = field.items("the rules", problems)?;
    Some(items.iter().filter_map(|item| read_rule(item, outcome, problems)).collect())
}

fn read_rule<O>(
    item: &Field<'_>,
    outcome: fn(&mut Fields<'_>, &mut Problems) -> Option<O>,
    problems: &mut Problems,
) -> Option<Rule<O, Written>> {
    let mut fields = item.fields("a rule", problems)?;
    let name = fields.require("rule", problems).and_then(|field| field.string(problems));
    let description = fields.get("description").and_then(|field| field.string(problems));
    let enabled = fields.get("enabled").map_or(Some(true), |field| field.bool(problems));
    let when = fields.require("when", problems).and_then(|field| read_when(&field, &mut fields, problems));
    let outcome = outcome(&mut fields, problems);
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

fn read_when(field: &Field<'_>, rule: &mut Fields<'_>, problems: &mut Problems) -> Option<Written> {
    let Value::Scalar(scalar) = field.node.value() else {
        field.mismatch("a condition is a string", problems);
        return None;
    };
    let text = scalar.text();
    match scalar.kind() {
        ScalarKind::Bool(constant) => {
            let expr = Expr { kind: ExprKind::Constant(constant), span: Span::new(0, text.len()) };
            return Some(Written { text: text.to_owned(), expr, at: field.at.clone() });
        }
        ScalarKind::String => {}
        _ => {
            field.mismatch("a condition is a string", problems);
            return None;
        }
    }
    let style = match scalar.style() {
        Style::Literal => TextStyle::Literal,
        Style::Folded => TextStyle::Folded,
        _ => TextStyle::Inline,
    };
    let parsed = condition::parse(text, style);
    if parsed.mistakes.is_empty() {
        let expr = parsed.expr?;
        return Some(Written { text: text.to_owned(), expr, at: field.at.clone() });
    }
    match cut_by_yaml(scalar, field, rule) {
        Some(problem) => problems.push(problem),
        None => parsed.mistakes.into_iter().for_each(|mistake| problems.push(problem_of(mistake, &field.at))),
    }
    None
}

/// Whether YAML took a part of the condition for something else: a comment, or the next entry of a flow mapping.
fn cut_by_yaml(scalar: Scalar<'_>, field: &Field<'_>, rule: &mut Fields<'_>) -> Option<Problem> {
    if scalar.style() != Style::Plain {
        return None;
    }
    if let Some(comment) = scalar.trailing_comment() {
        let whole = scalar.source_through(comment.end);
        let place = crate::source::Place::Bytes(field.at.file, comment);
        return Some(
            Problem::error(
                "condition-syntax",
                field.at.value(),
                "YAML ends this condition at ` #`, where a comment starts",
            )
            .label("all that is left of the condition")
            .related(place, "YAML reads this as a comment")
            .help(format!("put the condition in single quotes: `when: {}`", single_quoted(whole))),
        );
    }
    if !rule.mapping().is_flow() {
        return None;
    }
    let mut end = scalar.span().end;
    let mut split = false;
    for entry in rule.mapping().entries().skip_while(|entry| entry.value.span() != field.node.span()).skip(1) {
        let Some(key) = entry.key_text() else { break };
        let empty = matches!(entry.value.value(), Value::Scalar(value) if value.kind() == ScalarKind::Null);
        if RULE_KEYS.contains(&key) || !empty {
            break;
        }
        rule.ignore(key);
        end = entry.key.span().end;
        split = true;
    }
    if !split {
        return None;
    }
    let whole = scalar.source_through(end);
    Some(
        Problem::error(
            "condition-syntax",
            field.at.value(),
            "YAML ends this condition at `,`, where the next entry starts",
        )
        .label("all that is left of the condition")
        .help(format!("put the condition in single quotes: `when: {}`", single_quoted(whole))),
    )
}

const RULE_KEYS: [&str; 8] =
    ["rule", "description", "enabled", "when", "organization", "organizations", "decision", "groups"];

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Reports rules of one set that share a name: decisions, tests and findings tell rules apart by it.
pub(super) fn report_duplicate_names<O, W>(rules: &[Rule<O, W>], set: &str, problems: &mut Problems) {
    let mut first: HashMap<&str, &Rule<O, W>> = HashMap::new();
    for rule in rules {
        if let Some(earlier) = first.get(rule.name.as_str()) {
            let message = format!("two rules of `{set}` are named `{}`", *rule.name);
            problems.push(
                Problem::error("duplicate-rule-name", rule.name.at.value(), message)
                    .label("the same name again")
                    .related(earlier.name.at.value(), "first used here")
                    .help("give each rule of a set its own name"),
            );
            continue;
        }
        first.insert(&rule.name, rule);
    }
}
