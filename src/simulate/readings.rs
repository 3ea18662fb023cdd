//! Every point on which the sources are silent and a reading is taken, in one place.

/// A reading: what vestibule takes Foundry to do where no public page says it.
///
/// A result that rests on one is wrong where Foundry behaves otherwise. The code that takes a reading names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reading {
    /// A user whom SCIM creates later is treated as one of the initial sync.
    LaterCreate,
    /// An update of the user by SCIM runs user intake and group assignment, and not only organization assignment.
    UpdateRunsAll,
    /// A change of membership runs neither user intake nor group assignment. (That it does not run organization
    /// assignment is documented: palantir.com/docs/foundry/authentication/scim-entra-id.)
    MembershipRunsNothing,
    /// User intake comes first, and nothing else runs for whom it refuses.
    IntakeFirst,
    /// A refused user keeps the record that SCIM made, and the organization and groups of before.
    RefusalKeepsRecord,
    /// A user leaves a rule-based group where group assignment runs and no rule gives the group any more.
    RuleBasedGroupsAreLeft,
    /// A user whom no rule takes, without a fallback, keeps the organization of before. (That the login itself is
    /// refused is documented: palantir.com/docs/foundry/authentication/org-assignment.)
    UnassignedKeepsOrganization,
    /// A rule that could not be decided leaves what it decides about as it was.
    UnknownKeepsState,
    /// Until the first login a user has no custom attribute: no claim has filled one.
    NoAttributesBeforeLogin,
    /// A login whose claims carry groups replaces the provider groups that Foundry holds of the user.
    LoginReplacesGroups,
    /// Of a claim that the log leaves out, and that no attribute of the user tells, the value of the last login stays.
    ClaimsStay,
    /// A login brings the user's names and address too, where claims are mapped to them.
    LoginFillsNames,
    /// A login whose Provider ID is not the `externalId` of the user with that name fails, and changes nothing. (That
    /// such logins fail is documented: palantir.com/docs/foundry/authentication/scim-common-issues.)
    DifferentProviderIdFails,
    /// A login of somebody whom SCIM has not created makes a user.
    LoginCreates,
    /// A user who is not active keeps the organization and the groups; an inactive one does not log in.
    InactiveKeepsState,
    /// A user whom SCIM deletes is gone; one who is created again is new.
    DeletionForgets,
}

impl Reading {
    /// All of them.
    pub const ALL: [Reading; 16] = [
        Reading::LaterCreate,
        Reading::UpdateRunsAll,
        Reading::MembershipRunsNothing,
        Reading::IntakeFirst,
        Reading::RefusalKeepsRecord,
        Reading::RuleBasedGroupsAreLeft,
        Reading::UnassignedKeepsOrganization,
        Reading::UnknownKeepsState,
        Reading::NoAttributesBeforeLogin,
        Reading::LoginReplacesGroups,
        Reading::ClaimsStay,
        Reading::LoginFillsNames,
        Reading::DifferentProviderIdFails,
        Reading::LoginCreates,
        Reading::InactiveKeepsState,
        Reading::DeletionForgets,
    ];

    /// The name that the documentation uses.
    pub fn name(self) -> &'static str {
        match self {
            Reading::LaterCreate => "later-create",
            Reading::UpdateRunsAll => "update-runs-all",
            Reading::MembershipRunsNothing => "membership-runs-nothing",
            Reading::IntakeFirst => "intake-first",
            Reading::RefusalKeepsRecord => "refusal-keeps-record",
            Reading::RuleBasedGroupsAreLeft => "rule-based-groups-are-left",
            Reading::UnassignedKeepsOrganization => "unassigned-keeps-organization",
            Reading::UnknownKeepsState => "unknown-keeps-state",
            Reading::NoAttributesBeforeLogin => "no-attributes-before-login",
            Reading::LoginReplacesGroups => "login-replaces-groups",
            Reading::ClaimsStay => "claims-stay",
            Reading::LoginFillsNames => "login-fills-names",
            Reading::DifferentProviderIdFails => "different-provider-id-fails",
            Reading::LoginCreates => "login-creates",
            Reading::InactiveKeepsState => "inactive-keeps-state",
            Reading::DeletionForgets => "deletion-forgets",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reading_is_told_in_the_reference() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference/simulate.md");
        let page = std::fs::read_to_string(path).expect("the page");
        let untold: Vec<&str> = Reading::ALL
            .into_iter()
            .map(Reading::name)
            .filter(|name| !page.contains(&format!("| `{name}` |")))
            .collect();
        assert!(untold.is_empty(), "{untold:?}");
    }
}
