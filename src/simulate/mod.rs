//! The life of a user: what each event changes, who is left in the wrong place, and until when.
//!
//! [`Standing`] is what the rules have made of a person so far, [`State`] is that and everything else that Foundry
//! holds. [`Onboarding`] takes somebody new through creation, membership and login; [`replay`] follows a log. What the
//! sources do not say is listed in [`Reading`].

mod claims;
mod difference;
mod group_index;
mod onboarding;
mod readings;
mod replay;
mod replay_summary;
mod schema;
mod standing;
mod state;
mod summary;
mod transition;
mod waits;

pub use difference::{Difference, Differs};
pub use onboarding::{AtFault, Onboarding};
pub use readings::Reading;
pub use replay::{Replay, replay};
pub use replay_summary::{ReplaySummary, WaitCounts};
pub use schema::{remaining_schema, replay_schema, simulation_schema, transition_schema};
pub use standing::Standing;
pub use state::{Change, CustomAttributes, LastLogin, Login, Memberships, ProviderGroup, State};
pub use summary::{Counts, Flow, Place, RuleAtFault, Summary};
pub use transition::{Happening, Remaining, Seat, Transition};
pub use waits::{Wait, Waits};
