//! The events of a user's life in Foundry.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Serialize;

/// Something that happens to a user and may run rules.
///
/// What runs at each, and what Foundry knows then, is described in
/// palantir.com/docs/foundry/authentication/scim-entra-id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// SCIM creates the user. Only the six synced attributes are known, and no provider group yet.
    ScimCreate,
    /// SCIM updates the user.
    ScimUpdate,
    /// SCIM changes the members of a group. No rule runs for the users whose membership changed.
    MembershipUpdate,
    /// The user logs in. Everything that claims carry is known.
    Login,
}

impl Event {
    /// The events in the order in which they usually come.
    pub const ALL: [Event; 4] = [Event::ScimCreate, Event::ScimUpdate, Event::MembershipUpdate, Event::Login];

    /// The name that the command line and the JSON output use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Event::ScimCreate => "scim-create",
            Event::ScimUpdate => "scim-update",
            Event::MembershipUpdate => "membership-update",
            Event::Login => "login",
        }
    }

    /// Whether any rule runs at this event.
    pub fn runs_rules(self) -> bool {
        self != Event::MembershipUpdate
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownEvent(String);

impl fmt::Display for UnknownEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = crate::source::visible(&self.0);
        write!(f, "`{name}` is no event; expected `scim-create`, `scim-update`, `membership-update` or `login`")
    }
}

impl std::error::Error for UnknownEvent {}

impl FromStr for Event {
    type Err = UnknownEvent;

    fn from_str(text: &str) -> Result<Self, UnknownEvent> {
        let known = Event::ALL.into_iter().find(|event| event.as_str() == text);
        known.ok_or_else(|| UnknownEvent(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_is_read_by_its_name_and_written_by_it() {
        for event in Event::ALL {
            assert_eq!(event.to_string().parse(), Ok(event));
            assert_eq!(serde_json::to_value(event).ok(), Some(event.as_str().into()));
        }
        assert_eq!(Event::ALL.map(Event::runs_rules), [true, true, false, true]);
    }

    #[test]
    fn a_text_that_names_none_is_told_what_was_expected() {
        let error = "scim-delete\u{1b}".parse::<Event>().map_err(|error| error.to_string());
        let message = "`scim-delete\\u{1b}` is no event; expected `scim-create`, `scim-update`, `membership-update` or \
                       `login`";
        assert_eq!(error, Err(message.to_owned()));
    }
}
