//! The life of a user: what each event changes, who is left in the wrong place, and until when.
//!
//! [`Standing`] is what the rules have made of a person so far, [`State`] is that and everything else that Foundry
//! holds. What the sources do not say is listed in [`Reading`].

mod difference;
mod onboarding;
mod readings;
mod standing;
mod state;
mod summary;
mod transition;

pub use difference::{Difference, Differs};
pub use onboarding::{AtFault, Onboarding};
pub use readings::Reading;
pub use standing::Standing;
pub use state::{Change, CustomAttributes, LastLogin, Login, Memberships, ProviderGroup, State};
pub use summary::{Counts, Flow, RuleAtFault, Summary};
pub use transition::{Happening, Remaining, Seat, Transition};
