//! Reads what a test expects.

use super::document::{Expectation, ExpectedIntake, ExpectedOrganization};
use crate::config::fields::{Expected, Field, Fields, Shape};
use crate::config::problems::Problems;
use crate::config::{Sited, report_duplicates};
use crate::engine::{Basis, Intake};
use crate::source::{Problem, ScalarKind, Value};

pub(super) const EXPECT: Shape =
    Shape { what: "an expectation", keys: &["intake", "organization", "groups", "not-run"] };

pub(super) const INTAKE: Shape = Shape { what: "an expectation of intake", keys: &["decision", "by", "rule"] };

pub(super) const ORGANIZATION: Shape =
    Shape { what: "an expectation of the organization", keys: &["name", "by", "rule"] };

pub(super) const DECISIONS: [(&str, Intake); 4] = [
    (Intake::Admit.as_str(), Intake::Admit),
    (Intake::Refuse.as_str(), Intake::Refuse),
    (Intake::Undetermined.as_str(), Intake::Undetermined),
    (Intake::NotRun.as_str(), Intake::NotRun),
];

/// What can decide about an organization.
pub(super) const BASES: [(&str, Basis); 6] = [
    (Basis::Rule.as_str(), Basis::Rule),
    (Basis::Fallback.as_str(), Basis::Fallback),
    (Basis::Default.as_str(), Basis::Default),
    (Basis::None.as_str(), Basis::None),
    (Basis::Undetermined.as_str(), Basis::Undetermined),
    (Basis::NotRun.as_str(), Basis::NotRun),
];

/// What can decide about intake.
pub(super) const INTAKE_BASES: [(&str, Basis); 4] = [BASES[0], BASES[2], BASES[4], BASES[5]];

/// Reads what follows `expect`. One that expects nothing is a mistake.
pub(super) fn read_expectation(field: &Field<'_>, problems: &mut Problems) -> Option<Expectation> {
    let fields = field.fields(&EXPECT, problems)?;
    let [intake, organization, groups, not_run] = EXPECT_KEYS.map(|key| fields.get(key));
    let stated = [&intake, &organization, &groups, &not_run].iter().any(|field| field.is_some());
    let expectation = Expectation {
        intake: intake.and_then(|field| read_intake(&field, problems)),
        organization: organization.and_then(|field| read_organization(&field, problems)),
        groups: groups.and_then(|field| read_names(&field, "group", problems)),
        not_run: not_run.and_then(|field| read_names(&field, "rule", problems)),
    };
    if !stated && fields.unknown().next().is_none() && !fields.mapping().is_damaged() {
        problems.push(nothing_expected(field));
    }
    fields.finish(problems);
    Some(expectation)
}

const EXPECT_KEYS: [&str; 4] = ["intake", "organization", "groups", "not-run"];

fn nothing_expected(field: &Field<'_>) -> Problem {
    Problem::error("expects-nothing", field.at.value(), format!("{} states nothing", EXPECT.what))
        .label("nothing is compared")
        .help("state `intake`, `organization`, `groups` or `not-run`")
}

fn read_intake(field: &Field<'_>, problems: &mut Problems) -> Option<Sited<ExpectedIntake>> {
    let expected = match field.node.value() {
        Value::Mapping(_) => {
            let fields = field.fields(&INTAKE, problems)?;
            let decision = fields.get("decision").and_then(|field| field.choice(&DECISIONS, problems));
            let (by, rule) = read_decider(&fields, &INTAKE_BASES, problems);
            report_empty(&fields, field, problems);
            fields.finish(problems);
            ExpectedIntake { decision, by, rule }
        }
        Value::Scalar(_) => {
            ExpectedIntake { decision: Some(field.choice(&DECISIONS, problems)?), ..ExpectedIntake::default() }
        }
        Value::Sequence(_) => return field.mismatch(Expected::Either("a decision, or a mapping"), problems),
    };
    Some(Sited { value: expected, at: field.at.clone() })
}

/// An organization: its name, `null` for none, or a mapping.
fn read_organization(field: &Field<'_>, problems: &mut Problems) -> Option<Sited<ExpectedOrganization>> {
    let expected = match field.node.value() {
        Value::Mapping(_) => {
            let fields = field.fields(&ORGANIZATION, problems)?;
            let name = fields.get("name").and_then(|field| read_name(&field, problems));
            let (by, rule) = read_decider(&fields, &BASES, problems);
            report_empty(&fields, field, problems);
            fields.finish(problems);
            ExpectedOrganization { name, by, rule }
        }
        _ => ExpectedOrganization { name: Some(read_name(field, problems)?), ..ExpectedOrganization::default() },
    };
    Some(Sited { value: expected, at: field.at.clone() })
}

/// The name of an organization; `null`, which has to be written, for none.
fn read_name(field: &Field<'_>, problems: &mut Problems) -> Option<Option<Sited<String>>> {
    match field.node.value() {
        Value::Scalar(scalar) if scalar.kind() == ScalarKind::Null && !field.node.is_implicit() => Some(None),
        Value::Scalar(scalar) if scalar.kind() == ScalarKind::String => field.string(problems).map(Some),
        _ => field.mismatch(Expected::Either("the name of an organization, or `null` for none"), problems),
    }
}

fn read_decider(
    fields: &Fields<'_>,
    bases: &[(&'static str, Basis)],
    problems: &mut Problems,
) -> (Option<Basis>, Option<Sited<String>>) {
    let by = fields.get("by");
    let rule = fields.get("rule");
    let basis = by.as_ref().and_then(|field| field.choice(bases, problems));
    if let (Some(by), Some(rule), Some(basis)) = (&by, &rule, basis)
        && basis != Basis::Rule
    {
        let message = format!("`rule` stands beside `by: {}`", basis.as_str());
        problems.push(
            Problem::error("conflicting-keys", rule.at.name(), message)
                .label("a rule that decides")
                .related(by.at.name(), "no rule decides")
                .help("remove one of them"),
        );
    }
    (basis, rule.and_then(|field| field.string(problems)))
}

fn report_empty(fields: &Fields<'_>, field: &Field<'_>, problems: &mut Problems) {
    if fields.mapping().entries().next().is_none() && !fields.mapping().is_damaged() {
        problems.push(nothing_expected(field));
    }
}

fn read_names(field: &Field<'_>, one: &str, problems: &mut Problems) -> Option<Sited<Vec<Sited<String>>>> {
    let names = field.strings(problems)?;
    report_duplicates(one, names.iter(), problems);
    Some(Sited { value: names, at: field.at.clone() })
}
