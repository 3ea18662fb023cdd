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
