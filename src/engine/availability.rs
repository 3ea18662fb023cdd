//! What Foundry lacks when SCIM creates a user.
//!
//! Only the six synced attributes are known then, and no provider group: membership arrives in later requests
//! (palantir.com/docs/foundry/authentication/scim-entra-id). At no other event is anything withheld.

use super::Verdict;
use crate::condition::{Input, Term, is_reserved_attribute};

/// Whether Foundry lacks an input when SCIM creates a user.
pub(crate) fn is_withheld_at_create(input: &Input) -> bool {
    match input {
        Input::Scim(attribute) => !attribute.synced,
        // Foundry makes the reserved ones of what SCIM syncs.
        Input::Foundry(name) => !is_reserved_attribute(name),
        Input::ProviderGroups(_) => true,
        // Nobody has put a user that does not exist yet into an internal group: none is known, which is not unknown.
        Input::Email | Input::InternalGroups => false,
        // Of a group, or of an element whose attribute was asked for before.
        Input::Group(_) | Input::Element(..) => false,
    }
}

/// Whether a condition can be withheld at an event, whatever the user's known attributes are.
///
/// `withheld` says which inputs Foundry lacks; every other test may hold or fail, each on its own.
pub(crate) fn can_be_withheld(term: &Term, withheld: &impl Fn(&Input) -> bool) -> bool {
    possible(term, withheld).may(Verdict::WITHHELD)
}

fn possible(term: &Term, withheld: &impl Fn(&Input) -> bool) -> Verdict {
    match term {
        Term::Constant(constant) => Verdict::of(*constant),
        Term::Not(inner) => !possible(inner, withheld),
        Term::All(terms) => Verdict::all(terms.iter().map(|term| possible(term, withheld))),
        Term::Any(terms) => Verdict::any(terms.iter().map(|term| possible(term, withheld))),
        Term::Test(test) if withheld(&test.input) => Verdict::WITHHELD,
        Term::Test(_) => Verdict::OPEN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::{RuleSet, Scheme, TextStyle, check, parse};

    #[track_caller]
    fn check_withheld_at_create(text: &str, expected: bool) {
        let expr = parse(text, TextStyle::Inline).expr.expect(text);
        let (condition, mistakes) = check(&expr, text, &Scheme::new(), RuleSet::OrganizationUsers);
        let term = condition.unwrap_or_else(|| panic!("{mistakes:?}")).term;
        assert_eq!(can_be_withheld(&term, &is_withheld_at_create), expected, "{text}");
    }

    #[test]
    fn what_does_not_sync_and_provider_groups_are_withheld() {
        for text in ["title pr", "name.formatted pr", "department eq \"x\"", "attributes.level pr", "meta.created pr"] {
            check_withheld_at_create(text, true);
        }
        check_withheld_at_create("provider.groups excludes \"x\"", true);
        check_withheld_at_create("roles[value eq \"x\"]", true);
        for text in ["userName pr", "active eq true", "name.givenName pr", "email pr", "emails[type eq \"work\"]"] {
            check_withheld_at_create(text, false);
        }
        check_withheld_at_create("internal.groups excludes \"x\"", false);
        check_withheld_at_create("attributes.\"multipass:email:primary\" pr", false);
    }

    #[test]
    fn a_condition_is_withheld_where_nothing_else_need_decide_it() {
        check_withheld_at_create("title pr and active eq true", true);
        check_withheld_at_create("title pr or active eq true", true);
        check_withheld_at_create("title pr and false", false);
        check_withheld_at_create("title pr or true", false);
        check_withheld_at_create("not (title pr and (false and active eq true))", false);
    }
}
