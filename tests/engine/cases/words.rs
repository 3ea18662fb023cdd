//! Decisions as the cases write them.

use vestibule::engine::{Basis, Cause, Decision, GroupDecision, Intake, IntakeDecision, NotRun, OrganizationDecision};

/// What the one condition of a rule came to.
pub(super) fn outcome(decision: &Decision, rule: &str) -> String {
    if let Some(not_run) = decision.not_run.iter().find(|not_run| not_run.rule == rule) {
        let other = if not_run.other_reading.is_some() { ", else holds" } else { "" };
        return format!("{} {}{other}", not_run.cause.as_str(), not_run.missing.join(", "));
    }
    let decides = [&decision.intake.rule, &decision.organization.rule];
    let grants = || decision.groups.iter().any(|grant| grant.rules.iter().any(|name| name == rule));
    let holds = decides.iter().any(|name| name.as_deref() == Some(rule)) || grants();
    if holds { "holds".to_owned() } else { "fails".to_owned() }
}

pub(super) fn decision(user: &str, decision: &Decision) -> String {
    let mut groups: Vec<String> =
        decision.groups.iter().map(|grant| format!("{} ({})", grant.name, grant.rules.join(", "))).collect();
    groups.extend(decision.undetermined_groups.iter().map(|name| format!("maybe {name}")));
    let groups = if groups.is_empty() { "no groups".to_owned() } else { groups.join(", ") };
    let (intake, organization) = (intake(&decision.intake), organization(&decision.organization));
    format!("{} {user}: {intake}; {organization}; {groups}\n{}", decision.event, trace(&decision.not_run))
}

pub(super) fn group_decision(decision: &GroupDecision) -> String {
    let name = decision.display_name.as_deref().unwrap_or("(no name)");
    let listed = |names: &[String]| if names.is_empty() { "none".to_owned() } else { names.join(" + ") };
    let organizations = if decision.undetermined {
        let candidates: Vec<String> = decision.candidates.iter().map(|names| listed(names)).collect();
        format!("undetermined ({})", candidates.join(" or "))
    } else {
        listed(&decision.organizations)
    };
    let by = decision.rule.as_ref().map(|rule| format!(" by rule {rule}")).unwrap_or_default();
    format!("{name}: {organizations}{by}\n{}", trace(&decision.not_run))
}

fn intake(intake: &IntakeDecision) -> String {
    let rule = intake.rule.as_deref().unwrap_or_default();
    match (intake.decision, intake.by) {
        (Intake::NotRun, Basis::NotRun) => "not run".to_owned(),
        (Intake::Undetermined, Basis::Undetermined) => {
            let candidates: Vec<&str> = intake.candidates.iter().map(|candidate| candidate.as_str()).collect();
            format!("undetermined ({})", candidates.join(" or "))
        }
        (decision, Basis::Rule) => format!("{} by rule {rule}", decision.as_str()),
        (decision, by) => format!("{} by {}", decision.as_str(), by.as_str()),
    }
}

fn organization(organization: &OrganizationDecision) -> String {
    let rule = organization.rule.as_deref().unwrap_or_default();
    match (organization.name.as_deref(), organization.by) {
        (None, Basis::NotRun) => "not run".to_owned(),
        (None, Basis::None) => "unassigned".to_owned(),
        (None, Basis::Undetermined) => {
            let candidates: Vec<&str> =
                organization.candidates.iter().map(|name| name.as_deref().unwrap_or("none")).collect();
            format!("undetermined ({})", candidates.join(" or "))
        }
        (Some(name), Basis::Rule) => format!("{name} by rule {rule}"),
        (name, by) => format!("{} by {}", name.unwrap_or("nothing"), by.as_str()),
    }
}

fn trace(rules: &[NotRun]) -> String {
    let line = |rule: &NotRun| {
        let cause = match rule.cause {
            Cause::Withheld => "withheld",
            Cause::Undetermined => "undetermined",
        };
        let other = if rule.other_reading.is_some() { ", else holds" } else { "" };
        format!("  {cause} {}/{}: {}{other}\n", rule.set.as_str(), rule.rule, rule.missing.join(", "))
    };
    rules.iter().map(line).collect()
}
