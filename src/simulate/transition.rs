//! What one event changed of one person, in the shape of the JSON output.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Memberships, Standing, State};
use crate::engine::{Event, Person};
use crate::scim::Fact;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Happening {
    /// SCIM created the user.
    ScimCreate,
    /// SCIM updated the user.
    ScimUpdate,
    /// SCIM changed the user's membership, or a group that the user is in.
    MembershipUpdate,
    /// The user logged in.
    Login,
    /// SCIM deleted the user.
    ScimDelete,
}

impl Happening {
    /// The word that the output uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Happening::ScimCreate => Event::ScimCreate.as_str(),
            Happening::ScimUpdate => Event::ScimUpdate.as_str(),
            Happening::MembershipUpdate => Event::MembershipUpdate.as_str(),
            Happening::Login => Event::Login.as_str(),
            Happening::ScimDelete => "scim-delete",
        }
    }
}

impl From<Event> for Happening {
    fn from(event: Event) -> Self {
        match event {
            Event::ScimCreate => Happening::ScimCreate,
            Event::ScimUpdate => Happening::ScimUpdate,
            Event::MembershipUpdate => Happening::MembershipUpdate,
            Event::Login => Happening::Login,
        }
    }
}

/// What one event changed of one person.
///
/// Serialises as a line of `vestibule simulate --format jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Transition {
    /// When, as the log writes it.
    pub time: Option<String>,
    /// The user's `id`.
    pub id: Option<String>,
    /// The user's `userName`, after the event where there is one.
    pub user_name: String,
    /// What happened.
    pub event: Happening,
    /// How the person stood; `null` where there was no such user.
    pub before: Option<Seat>,
    /// How the person stands; `null` where there is no such user any more.
    pub after: Option<Seat>,
}

/// How a person stands: membership, and what the rules have made of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Seat {
    /// The provider groups, by `displayName` where it is known, in order of name.
    pub provider_groups: Vec<String>,
    /// Intake, organization and rule-based groups.
    #[serde(flatten)]
    pub standing: Standing,
}

/// A user at the end of a simulation.
///
/// Serialises as a line of `vestibule simulate --final --format jsonl`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Remaining {
    /// The user's `id`.
    pub id: Option<String>,
    /// The user's `userName`.
    pub user_name: String,
    /// The user's `externalId`; `null` where there is none or it is not known.
    pub external_id: Option<String>,
    /// Whether the account is active; `null` where nothing says so.
    pub active: Option<bool>,
    /// How the user stands.
    #[serde(flatten)]
    pub seat: Seat,
}

impl Seat {
    /// With these memberships.
    pub fn new(memberships: &Memberships, standing: Standing) -> Seat {
        let mut names: Vec<String> =
            memberships.groups.iter().map(|group| group.label().unwrap_or_default().to_owned()).collect();
        names.sort_unstable();
        Seat { provider_groups: names, standing }
    }

    /// That of a state.
    pub fn of(state: &State) -> Seat {
        Seat::new(&state.provider_groups, state.standing.clone())
    }
}

impl Remaining {
    /// A person in a seat.
    pub fn new(person: &Person<'_>, seat: Seat) -> Remaining {
        let user = person.user();
        Remaining {
            id: user.id().map(str::to_owned),
            user_name: user.user_name().to_owned(),
            external_id: user.external_id().known().flatten().map(str::to_owned),
            active: match user.active() {
                Fact::Known(active) => Some(active),
                Fact::Undetermined => None,
            },
            seat,
        }
    }
}
