//! How far two standings differ, where the files may leave parts of either open.

use std::collections::HashSet;

use super::Standing;
use crate::engine::{Basis, Intake};

/// Whether two things differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Differs {
    /// They are the same.
    No,
    /// They differ, whatever the files leave open.
    Yes,
    /// The files do not say.
    Unknown,
}

/// How far two standings of one person differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Admitted in one and refused in the other. Nothing else is compared then.
    pub intake: Differs,
    /// Another organization.
    pub organization: Differs,
    /// Other rule-based groups.
    pub groups: Differs,
}

impl Differs {
    fn of(is_same: bool) -> Differs {
        if is_same { Differs::No } else { Differs::Yes }
    }

    /// Whether they certainly differ.
    pub fn is_certain(self) -> bool {
        self == Differs::Yes
    }
}

impl Difference {
    /// No difference.
    pub const NONE: Difference = Difference { intake: Differs::No, organization: Differs::No, groups: Differs::No };

    /// Between two standings.
    pub fn between(one: &Standing, other: &Standing) -> Difference {
        let intake = intake(one, other);
        if intake.is_certain() {
            return Difference { intake, ..Difference::NONE };
        }
        Difference { intake, organization: organization(one, other), groups: groups(one, other) }
    }

    /// Whether anything certainly differs.
    pub fn is_certain(&self) -> bool {
        [self.intake, self.organization, self.groups].into_iter().any(Differs::is_certain)
    }

    /// Whether the files leave open whether anything differs, and nothing certainly does.
    pub fn is_unknown(&self) -> bool {
        !self.is_certain() && *self != Difference::NONE
    }
}

fn intake(one: &Standing, other: &Standing) -> Differs {
    let open = |standing: &Standing| standing.intake.decision == Intake::Undetermined;
    if open(one) || open(other) {
        return overlap(&intakes(one), &intakes(other));
    }
    Differs::of(one.intake.decision == other.intake.decision)
}

fn intakes(standing: &Standing) -> Vec<Intake> {
    match standing.intake.decision {
        Intake::Undetermined => standing.intake.candidates.clone(),
        decision => vec![decision],
    }
}

fn organization(one: &Standing, other: &Standing) -> Differs {
    let open = |standing: &Standing| standing.organization.by == Basis::Undetermined;
    if open(one) || open(other) {
        return overlap(&organizations(one), &organizations(other));
    }
    Differs::of(one.organization.name == other.organization.name)
}

fn organizations(standing: &Standing) -> Vec<Option<String>> {
    match standing.organization.by {
        Basis::Undetermined => standing.organization.candidates.clone(),
        _ => vec![standing.organization.name.clone()],
    }
}

/// Two sets of what is possible differ for certain where they have nothing in common.
fn overlap<T: PartialEq>(one: &[T], other: &[T]) -> Differs {
    match (one, other) {
        ([one], [other]) => Differs::of(one == other),
        _ if one.iter().any(|possible| other.contains(possible)) => Differs::Unknown,
        _ => Differs::Yes,
    }
}

fn groups(one: &Standing, other: &Standing) -> Differs {
    if !has_all(other, one) || !has_all(one, other) {
        return Differs::Yes;
    }
    Differs::of(one.undetermined_groups.is_empty() && other.undetermined_groups.is_empty()).or_unknown()
}

impl Differs {
    fn or_unknown(self) -> Differs {
        if self == Differs::Yes { Differs::Unknown } else { self }
    }
}

/// Whether one may have every group that the other certainly has.
fn has_all(one: &Standing, other: &Standing) -> bool {
    let mut possible: HashSet<&str> = one.groups.iter().map(|grant| grant.name.as_str()).collect();
    possible.extend(one.undetermined_groups.iter().map(String::as_str));
    other.groups.iter().all(|grant| possible.contains(grant.name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{GroupGrant, IntakeDecision, OrganizationDecision};

    fn standing(intake: &[Intake], organizations: &[&str], groups: &[&str], open: &[&str]) -> Standing {
        let name = |name: &&str| (!name.is_empty()).then(|| (*name).to_owned());
        let intake = match intake {
            [one] => IntakeDecision::certain(*one, Basis::Default, None),
            several => IntakeDecision {
                candidates: several.to_vec(),
                ..IntakeDecision::certain(Intake::Undetermined, Basis::Undetermined, None)
            },
        };
        let organization = match organizations {
            [one] => OrganizationDecision::certain(name(one), Basis::Rule, None),
            several => OrganizationDecision {
                candidates: several.iter().map(name).collect(),
                ..OrganizationDecision::certain(None, Basis::Undetermined, None)
            },
        };
        Standing {
            intake,
            organization,
            groups: groups.iter().map(|name| GroupGrant { name: (*name).to_owned(), rules: Vec::new() }).collect(),
            undetermined_groups: open.iter().map(|name| (*name).to_owned()).collect(),
            has_groups: true,
        }
    }

    const ADMIT: &[Intake] = &[Intake::Admit];
    const EITHER: &[Intake] = &[Intake::Admit, Intake::Refuse];

    #[test]
    fn what_is_known_differs_or_does_not() {
        let check = |one: &Standing, other: &Standing, expected: [Differs; 3]| {
            let found = Difference::between(one, other);
            assert_eq!([found.intake, found.organization, found.groups], expected);
            assert_eq!(Difference::between(other, one), found);
        };
        use Differs::{No, Unknown, Yes};
        let a = standing(ADMIT, &["A"], &["G"], &[]);
        check(&a, &a, [No, No, No]);
        check(&a, &standing(ADMIT, &["B"], &["G", "H"], &[]), [No, Yes, Yes]);
        check(&a, &standing(ADMIT, &[""], &["G"], &[]), [No, Yes, No]);
        check(&a, &standing(ADMIT, &["A", "B"], &[], &["G"]), [No, Unknown, Unknown]);
        check(&a, &standing(ADMIT, &["B", ""], &["G"], &["H"]), [No, Yes, Unknown]);
        check(&a, &standing(ADMIT, &["A"], &["H"], &["G"]), [No, No, Yes]);
        check(&a, &standing(EITHER, &["A", ""], &["G"], &[]), [Unknown, Unknown, No]);
    }

    #[test]
    fn who_is_refused_differs_in_that_alone() {
        let refused = standing(&[Intake::Refuse], &[""], &[], &[]);
        let found = Difference::between(&refused, &standing(ADMIT, &["A"], &["G"], &[]));
        assert_eq!(found, Difference { intake: Differs::Yes, ..Difference::NONE });
        assert!(found.is_certain() && !found.is_unknown());
    }
}
